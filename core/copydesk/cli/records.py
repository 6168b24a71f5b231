"""The records in files of articles, as `convert` and `validate` go through them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from copydesk.cli.options import check_files, usage_error
from copydesk.cli.output import to_stderr
from copydesk.errors import IncompleteRecord, RecordError, SourceError, os_message
from copydesk.util.text import plural

if TYPE_CHECKING:
    from copydesk.adapters.registry import Registry

STREAM = Path("-")
"""Standard input or output."""


class Records:
    """The lines of the articles in files; what is none is printed on stderr and counted.

    Args:
        paths: the files, and folders of files.
        registry: has the formats.
        parts: also return records of which fields were left out.

        most: number of lines of a file that are named if they are no article, None for all.

    Attributes:
        good, bad: number of lines returned, and of what is no article.
    """

    def __init__(
        self, paths: list[Path], registry: Registry, *, parts: bool = False, most: int | None = None
    ) -> None:
        if paths.count(STREAM) > 1:
            usage_error("standard input can be read once only")
        check_files(*(path for path in paths if path != STREAM and not path.is_dir()))
        for path in paths:
            if path != STREAM:
                _check_format(path, registry)
        self._paths, self._registry, self._parts = paths, registry, parts
        self._most, self._told = most, 0
        self.good = self.bad = 0

    def __iter__(self) -> Iterator[bytes]:
        for path in self._paths:
            name = "standard input" if path == STREAM else str(path)
            try:
                yield from self._records(path, name)
            except SourceError as error:
                self._tell(str(error))
            except OSError as error:
                self._tell(f"{name}: {os_message(error)}")
            if self._most is not None and self._told > self._most:
                to_stderr(f"{name}: {self._told - self._most} more that are no articles")
            self._told = 0

    def _records(self, path: Path, name: str) -> Iterator[bytes]:
        from copydesk.sinks import jsonl

        incomplete: list[IncompleteRecord] = []
        for number, found in enumerate(self._found(path, name), 1):
            if not isinstance(found, RecordError):
                if not found.strip():
                    continue
                article = jsonl.parse(f"{name}:{number}", found)
                if not isinstance(article, RecordError):
                    self.good += 1
                    yield article.to_line()
                    continue
                found = article
            if not isinstance(found, IncompleteRecord):
                self._tell(str(found))
            elif self._parts:
                self.good += 1
                yield found.line
            else:
                self.bad += 1
                incomplete.append(found)
        if incomplete:
            _tell_incomplete(name, incomplete)

    def _found(self, path: Path, name: str) -> Iterator[bytes | RecordError]:
        from copydesk.sinks import stored

        if path != STREAM:
            yield from self._registry.records_in(path)
            return
        try:
            for _, line in stored.lines(stored.unpacked(sys.stdin.buffer, name), name):
                yield line
        except RecordError as error:
            yield error

    def _tell(self, message: str) -> None:
        self.bad += 1
        self._told += 1
        if self._most is None or self._told <= self._most:
            to_stderr(message)


def _tell_incomplete(name: str, found: list[IncompleteRecord]) -> None:
    """Say in one line what the records of a file lack."""
    missing = dict.fromkeys(field for one in found for field in one.missing)
    listed = ", ".join(list(missing)[:3]) + f" and {len(missing) - 3} more" * (len(missing) > 3)
    to_stderr(
        f"{name}: {plural(len(found), 'record')} without {listed}; such a record is no whole "
        "article, and can only become csv, markdown or text"
    )


def _check_format(path: Path, registry: Registry) -> None:
    """Exit with a usage error for an input that cannot be opened, before anything is written."""
    from copydesk.sinks import stored

    try:
        registry.records_in(path)
        if not path.is_dir():
            stored.opened(path).close()
    except SourceError as error:
        usage_error(str(error))
    except OSError as error:
        usage_error(f"{path}: {os_message(error)}")
