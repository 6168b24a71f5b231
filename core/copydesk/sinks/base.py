"""Sinks: formats for the articles of a run, chosen by the suffix of the output file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeVar

from copydesk.errors import CopydeskError, OutputError, describe, needs_extra, os_message
from copydesk.sinks.append import Appended

if TYPE_CHECKING:
    from copydesk.model.article import Article

_Value = TypeVar("_Value")


class Output(Protocol):
    """An open output file.

    It may also have a method `discard()`, which is called in place of `close()` if the run cannot
    start or an article could not be written: what the file had before should then stay.
    """

    def add(self, line: bytes) -> None:
        """Write one article, given as its line of JSON."""

    def close(self) -> None:
        """Complete the file; called once, also if the run ended early."""


@dataclass(frozen=True, slots=True)
class Sink:
    """A format of output files.

    Attributes:
        name: such as "jsonl".
        suffixes: file name suffixes in lower case, such as (".jsonl", ".ndjson").
        open: opens a file for writing; an existing one is replaced.
        needs: the module that it imports and the extra of copydesk that installs it, if any.
    """

    name: str
    suffixes: tuple[str, ...]
    open: Callable[[Path], Output]
    needs: tuple[str, str] | None = None

    def missing(self) -> str | None:
        """Return what to install if the module that the sink needs is not there."""
        if self.needs is None or find_spec(self.needs[0]) is not None:
            return None
        return needs_extra(self.needs[1])


JSON_LINES = Sink("jsonl", (".jsonl", ".ndjson"), Appended)
"""JSON Lines, also used for files without a suffix. Only these can be resumed or appended to."""


def _gzip(path: Path) -> Output:
    from copydesk.sinks import compressed

    return compressed.open_gzip(path)


def _zstd(path: Path) -> Output:
    from copydesk.sinks import compressed

    return compressed.open_zstd(path)


def _parquet(path: Path) -> Output:
    from copydesk.sinks import parquet

    return parquet.Parquet(path)


BUILT_IN = (
    JSON_LINES,
    Sink("jsonl.gz", (".jsonl.gz", ".ndjson.gz"), _gzip),
    Sink("jsonl.zst", (".jsonl.zst", ".ndjson.zst"), _zstd, ("zstandard", "zstd")),
    Sink("parquet", (".parquet",), _parquet, ("pyarrow", "parquet")),
)
"""The sinks that need no plugin."""


class WholeOutput:
    """An output of any other sink than JSON Lines: it cannot be resumed, and fails by OutputError.

    As a context manager it is closed at the end, or discarded if an exception ends the block.

    Attributes:
        failed: whether an article could not be written.
        left: whether what the file had before is still there, because the output was given up.
    """

    mark = ""

    def __init__(self, sink: Sink, path: Path, output: Output) -> None:
        self._sink, self._path, self._output = sink, path, output
        self._ended = False
        self.failed = self.left = False

    def add(self, line: bytes) -> None:
        """Write one article."""
        try:
            _call(self._sink, self._path, self._output.add, line)
        except BaseException:
            self.failed = True
            raise

    def close(self) -> None:
        """Complete the file, or discard it if an article could not be written."""
        if self.failed:
            self.discard()
        elif not self._ended:
            self._ended = True
            try:
                _call(self._sink, self._path, self._output.close)
            except BaseException:
                self._leave()
                raise

    def discard(self) -> None:
        """Give the file up, unless it is closed; a sink that cannot do that closes it."""
        if not self._ended:
            self._ended = True
            self._leave()
            if not self.left:
                _call(self._sink, self._path, self._output.close)

    def _leave(self) -> None:
        discard = getattr(self._output, "discard", None)
        if discard is not None:
            _call(self._sink, self._path, discard)
            self.left = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.close()
        else:
            self.discard()


def open_output(sink: Sink, path: Path) -> Appended | WholeOutput:
    """Open an output file. Raises OutputError."""
    output = _call(sink, path, sink.open, path)
    return output if isinstance(output, Appended) else WholeOutput(sink, path, output)


def write(sink: Sink, path: Path, articles: Iterable[Article]) -> None:
    """Write a file of articles, replacing an existing one. Raises OutputError."""
    # Adapters are loaded without the model of the record.
    from copydesk.sinks import jsonl

    if sink is JSON_LINES:
        jsonl.write(path, articles)
        return
    output = open_output(sink, path)
    assert isinstance(output, WholeOutput)
    with output:
        for article in articles:
            output.add(article.to_line())


def _call(sink: Sink, path: Path, function: Callable[..., _Value], *args: Any) -> _Value:
    try:
        return function(*args)
    except CopydeskError:
        raise
    except OSError as error:
        raise OutputError(str(path), os_message(error)) from error
    except Exception as error:
        raise OutputError(str(path), f"sink {sink.name!r} failed: {describe(error)}") from error
