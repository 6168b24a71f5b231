"""Sinks: formats for the articles of a run, chosen by the suffix of the output file."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeVar

from copydesk.errors import (
    CopydeskError,
    OutputError,
    RecordError,
    describe,
    needs_extra,
    os_message,
)
from copydesk.sinks.append import Appended
from copydesk.sinks.fields import FLAT_FIELDS

if TYPE_CHECKING:
    from copydesk.model.article import Article

_Value = TypeVar("_Value")


class Output(Protocol):
    """An open output file.

    It may also have a method `discard()`, which is called in place of `close()` if the run cannot
    start or an article could not be written: what the file had before should then stay. It may
    return False if that was not possible.
    """

    def add(self, line: bytes) -> None:
        """Write one article, given as its line of JSON."""

    def close(self) -> None:
        """Complete the file; called once, also if the run ended early."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sink:
    """A format of output files.

    Attributes:
        name: such as "jsonl", for `--format`.
        suffixes: file name suffixes in lower case, such as (".jsonl", ".ndjson").
        open: opens a file for writing; an existing one is replaced.
        needs: the module that it imports and the extra of copydesk that installs it, if any.
        append: opens an existing file to add to it, None if that is not possible. An article that
            the file has already must be replaced.
        read: yields the records of a file, each as a line of JSON, or a RecordError for what is
            none; raises SourceError where nothing further can be read. None if files of the format
            cannot be read back.
        fields: the fields of the record that it writes, if not the whole record; what is read back
            has only these, and `add` may get records without the others.
        folder: whether an output without one of the suffixes, chosen by `--format`, is a folder.
    """

    name: str
    suffixes: tuple[str, ...]
    open: Callable[[Path], Output]
    needs: tuple[str, str] | None = None
    append: Callable[[Path], Output] | None = None
    read: Callable[[Path], Iterator[bytes | RecordError]] | None = None
    fields: tuple[str, ...] | None = None
    folder: bool = False

    def is_folder(self, path: Path) -> bool:
        """Whether an output of this name is a folder with a file for each article."""
        return self.folder and path.suffix.lower() not in self.suffixes

    def missing(self) -> str | None:
        """Return what to install if the module that the sink needs is not there."""
        if self.needs is None or find_spec(self.needs[0]) is not None:
            return None
        return needs_extra(self.needs[1])


def _stored(path: Path) -> Iterator[bytes | RecordError]:
    from copydesk.sinks import stored

    return stored.read_lines(path)


JSON_LINES = Sink(name="jsonl", suffixes=(".jsonl", ".ndjson"), open=Appended, read=_stored)
"""JSON Lines, also used for files without a suffix. Only these can be resumed."""


def _lazily(module: str, function: str) -> Callable[[Path], Any]:
    """Return a function of a module of formats, which is imported when it is called."""

    def call(path: Path) -> Any:
        return getattr(import_module(f"copydesk.sinks.{module}"), function)(path)

    return call


BUILT_IN = (
    JSON_LINES,
    Sink(
        name="jsonl.gz",
        suffixes=(".jsonl.gz", ".ndjson.gz"),
        open=_lazily("compressed", "open_gzip"),
        read=_stored,
    ),
    Sink(
        name="jsonl.zst",
        suffixes=(".jsonl.zst", ".ndjson.zst"),
        open=_lazily("compressed", "open_zstd"),
        needs=("zstandard", "zstd"),
        read=_stored,
    ),
    Sink(
        name="parquet",
        suffixes=(".parquet",),
        open=_lazily("parquet", "Parquet"),
        needs=("pyarrow", "parquet"),
        read=_stored,
    ),
    Sink(
        name="sqlite",
        suffixes=(".db", ".sqlite", ".sqlite3"),
        open=_lazily("sqlite.database", "open_database"),
        append=_lazily("sqlite.database", "Database"),
        read=_stored,
    ),
    Sink(
        name="csv",
        suffixes=(".csv",),
        open=_lazily("views.delimited", "Delimited"),
        read=_lazily("views.delimited", "read"),
        fields=FLAT_FIELDS,
    ),
    Sink(
        name="markdown",
        suffixes=(".md",),
        open=_lazily("views.files", "open_markdown"),
        append=_lazily("views.files", "open_markdown"),
        read=_lazily("views.files", "read_markdown"),
        fields=FLAT_FIELDS,
        folder=True,
    ),
    Sink(
        name="text",
        suffixes=(".txt",),
        open=_lazily("views.files", "open_text"),
        append=_lazily("views.files", "open_text"),
        fields=("headline", "standfirst", "text"),
        folder=True,
    ),
    Sink(
        name="schema-org",
        suffixes=(".jsonld",),
        open=_lazily("exchange.lines", "open_schema_org"),
    ),
    Sink(
        name="ninjs",
        suffixes=(".ninjs.json", ".ninjs.jsonl"),
        open=_lazily("exchange.lines", "open_ninjs"),
    ),
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

    @property
    def can_add(self) -> bool:
        """Whether a later run can add to what an output that was not given up has."""
        return self._sink.append is not None and not self.left

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
            if not self._leave():
                _call(self._sink, self._path, self._output.close)

    def _leave(self) -> bool:
        """Discard the output, if its sink can do that; returns whether it can."""
        discard = getattr(self._output, "discard", None)
        if discard is not None:
            self.left = _call(self._sink, self._path, discard) is not False
        return discard is not None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.close()
            return
        # The error that ended the block is the one to tell.
        with contextlib.suppress(OutputError):
            self.discard()


def open_output(sink: Sink, path: Path, *, append: bool = False) -> Appended | WholeOutput:
    """Open an output file. append: add to an existing one. Raises OutputError."""
    output = _call(sink, path, (append and sink.append) or sink.open, path)
    if not all(callable(getattr(output, name, None)) for name in ("add", "close")):
        returned = type(output).__name__
        message = f"sink {sink.name!r} failed: it returned {returned}, without add and close"
        raise OutputError(str(path), message)
    return output if isinstance(output, Appended) else WholeOutput(sink, path, output)


def write(sink: Sink, path: Path, articles: Iterable[Article]) -> None:
    """Write a file of articles, replacing an existing one. Raises OutputError."""
    write_lines(sink, path, (article.to_line() for article in articles))


def write_lines(sink: Sink, path: Path, lines: Iterable[bytes], *, append: bool = False) -> None:
    """Write the lines of articles into a file. Raises OutputError.

    append: add to an existing file, which is replaced otherwise.
    """
    # Adapters are loaded without the model of the record.
    from copydesk.sinks import jsonl

    if sink is JSON_LINES:
        jsonl.write_bytes(path, lines)
        return
    output = open_output(sink, path, append=append)
    assert isinstance(output, WholeOutput)
    with output:
        for line in lines:
            output.add(line)


def _call(sink: Sink, path: Path, function: Callable[..., _Value], *args: Any) -> _Value:
    try:
        return function(*args)
    except CopydeskError:
        raise
    except OSError as error:
        raise OutputError(str(path), os_message(error)) from error
    except Exception as error:
        raise OutputError(str(path), f"sink {sink.name!r} failed: {describe(error)}") from error
