"""Sinks: formats for the articles of a run, chosen by the suffix of the output file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from copydesk.errors import CopydeskError, OutputError, describe
from copydesk.sinks.append import Appended

if TYPE_CHECKING:
    from copydesk.model.article import Article

_Value = TypeVar("_Value")


class Output(Protocol):
    """An open output file."""

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
    """

    name: str
    suffixes: tuple[str, ...]
    open: Callable[[Path], Output]


JSON_LINES = Sink("jsonl", (".jsonl", ".ndjson"), Appended)
"""JSON Lines, also used for files without a suffix. Only these can be resumed or appended to."""


class PluginOutput:
    """An output of a plugin's sink: it cannot be resumed, and its errors are OutputErrors."""

    mark = ""

    def __init__(self, sink: Sink, path: Path, output: Output) -> None:
        self._sink, self._path, self._output = sink, path, output

    def add(self, line: bytes) -> None:
        """Write one article."""
        _call(self._sink, self._path, self._output.add, line)

    def close(self) -> None:
        """Close the output."""
        _call(self._sink, self._path, self._output.close)


def open_output(sink: Sink, path: Path) -> Appended | PluginOutput:
    """Open an output file. Raises OutputError."""
    output = _call(sink, path, sink.open, path)
    return output if isinstance(output, Appended) else PluginOutput(sink, path, output)


def write(sink: Sink, path: Path, articles: Iterable[Article]) -> None:
    """Write a file of articles, replacing an existing one. Raises OutputError."""
    # Adapters are loaded without the model of the record.
    from copydesk.sinks import jsonl

    if sink is JSON_LINES:
        jsonl.write(path, articles)
        return
    with closing(open_output(sink, path)) as output:
        for article in articles:
            output.add(article.to_line())


def _call(sink: Sink, path: Path, function: Callable[..., _Value], *args: Any) -> _Value:
    try:
        return function(*args)
    except CopydeskError:
        raise
    except Exception as error:
        raise OutputError(str(path), f"sink {sink.name!r} failed: {describe(error)}") from error
