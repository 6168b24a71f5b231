"""The command `convert`: files of articles into one file of another format."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from copydesk.cli.options import PluginOption, check_files, check_output, load, usage_error
from copydesk.cli.output import to_stderr
from copydesk.cli.usage import OUTPUT, Command, examples, flag
from copydesk.errors import RecordError, SourceError, os_message
from copydesk.util.filesystem import identity
from copydesk.util.text import plural

if TYPE_CHECKING:
    from copydesk.model.article import Article

app = typer.Typer(add_completion=False)

_STREAM = Path("-")


@app.command(
    cls=Command,
    epilog=examples(
        "copydesk convert articles.jsonl articles.parquet",
        "copydesk convert monday.jsonl.gz tuesday.jsonl week.jsonl.zst",
        "copydesk convert articles.parquet - | head -1",
    ),
)
def convert(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="IN... OUT",
            help="Files of articles, and the file to write, in the format of its suffix; "
            "- is standard input or output as JSON Lines.",
        ),
    ],
    overwrite: Annotated[bool, flag("--overwrite", "Replace an existing output.", OUTPUT)] = False,
    plugin: PluginOption = None,
) -> None:
    """Write articles from one or more files into one file of another format."""
    from copydesk.sinks.base import write

    if len(files) < 2:
        usage_error("give at least one file of articles, and the file to write")
    *inputs, output = files
    if inputs.count(_STREAM) > 1:
        usage_error("standard input can be read once only")
    registry = load(plugin).registry
    check_files(*(path for path in inputs if path != _STREAM))
    if output == _STREAM:
        _check_stdout(inputs)
    else:
        check_output(output, *map(str, inputs), registry=registry)
        if output.exists() and output.stat().st_size and not overwrite:
            usage_error(f"{output}: already exists; use --overwrite")
    _check_formats(inputs)
    articles = Articles(inputs)
    if output == _STREAM:
        for article in articles:
            sys.stdout.buffer.write(article.to_line())
        sys.stdout.buffer.flush()
    else:
        write(registry.sink_for(output), output, articles)
    total = plural(articles.good + articles.bad, "record")
    to_stderr(f"{total}: {articles.good} written, {articles.bad} not")
    if articles.bad:
        raise typer.Exit(1)


def _check_stdout(inputs: list[Path]) -> None:
    """Exit with a usage error if standard output goes to an input: it would never end."""
    own = identity(1)
    for path in inputs:
        if path != _STREAM and identity(path) == own:
            usage_error(f"{path}: is also the output; choose another output file")


def _check_formats(inputs: list[Path]) -> None:
    """Exit with a usage error for an input that cannot be opened, before anything is written."""
    from copydesk.sinks import stored

    for path in inputs:
        if path != _STREAM:
            try:
                stored.opened(path).close()
            except SourceError as error:
                usage_error(str(error))
            except OSError as error:
                usage_error(f"{path}: {os_message(error)}")


def _opened(path: Path, name: str) -> AbstractContextManager[BinaryIO]:
    from copydesk.sinks import stored

    if path == _STREAM:
        return nullcontext(stored.unpacked(sys.stdin.buffer, name))
    return stored.opened(path)


class Articles:
    """The articles of files, one at a time; what is none is printed on stderr and counted."""

    def __init__(self, inputs: list[Path]) -> None:
        self._inputs = inputs
        self.good = self.bad = 0

    def __iter__(self) -> Iterator[Article]:
        from copydesk.sinks import stored

        for path in self._inputs:
            name = "standard input" if path == _STREAM else str(path)
            try:
                with _opened(path, name) as stream:
                    for _, found in stored.articles(stream, name):
                        if isinstance(found, RecordError):
                            self._tell(str(found))
                        else:
                            self.good += 1
                            yield found
            except SourceError as error:
                self._tell(str(error))
            except OSError as error:
                self._tell(f"{name}: {os_message(error)}")

    def _tell(self, message: str) -> None:
        self.bad += 1
        to_stderr(message)
