"""The command `convert`: files of articles into one file of another format."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from copydesk.cli.options import (
    FieldsOption,
    FormatOption,
    PluginOption,
    WithoutOption,
    check_fields,
    check_output,
    load,
    usage_error,
)
from copydesk.cli.output import to_stderr
from copydesk.cli.records import STREAM, Records
from copydesk.cli.usage import OUTPUT, Command, examples, flag
from copydesk.errors import RecordError
from copydesk.util.filesystem import has_content, identity, is_stdout
from copydesk.util.text import plural

# Number of lines of a file that are named if they are no article.
_MOST_NAMED = 20

app = typer.Typer(add_completion=False)


@app.command(
    cls=Command,
    epilog=examples(
        "copydesk convert articles.jsonl articles.parquet",
        "copydesk convert monday.jsonl.gz tuesday.jsonl week.jsonl.zst",
        "copydesk convert tuesday.jsonl news.db --append",
        "copydesk convert news.db notes --format markdown",
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
    form: FormatOption = None,
    fields: FieldsOption = None,
    without: WithoutOption = None,
    append: Annotated[bool, flag("--append", "Add to an existing output.", OUTPUT)] = False,
    overwrite: Annotated[bool, flag("--overwrite", "Replace an existing output.", OUTPUT)] = False,
    plugin: PluginOption = None,
) -> None:
    """Write articles from one or more files into one file of another format."""
    from copydesk.sinks.base import JSON_LINES, write_lines

    if len(files) < 2:
        usage_error("give at least one file of articles, and the file to write")
    *inputs, output = files
    if is_stdout(output):
        output = STREAM
    registry = load(plugin).registry
    sink = JSON_LINES
    if output == STREAM:
        _check_stdout(inputs, form)
    else:
        sink = check_output(output, *map(str, inputs), registry=registry, form=form) or sink
        _check_existing(output, append=append, overwrite=overwrite, can_append=bool(sink.append))
    trim = check_fields(fields, without, sink)
    parts = sink.fields is not None or trim is not None
    records = Records(inputs, registry, parts=parts, most=_MOST_NAMED)
    lines = map(trim, records) if trim else iter(records)
    if output == STREAM:
        for line in lines:
            sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()
    else:
        try:
            write_lines(sink, output, _unless_none(lines, records, output), append=append)
        except RecordError as error:
            to_stderr(str(error))
    total = plural(records.good + records.bad, "record")
    to_stderr(f"{total}: {records.good} written, {records.bad} not")
    if records.bad:
        raise typer.Exit(1)


def _unless_none(lines: Iterator[bytes], records: Records, output: Path) -> Iterator[bytes]:
    """Yield the lines of articles. Raises RecordError if the inputs have other content only."""
    yield from lines
    if records.bad and not records.good:
        raise RecordError(str(output), "is not written, since no input has an article for it")


def _check_existing(output: Path, *, append: bool, overwrite: bool, can_append: bool) -> None:
    """Exit with a usage error if the output is there and may be neither replaced nor added to."""
    if append and overwrite:
        usage_error("--append and --overwrite cannot be used together")
    if append and not can_append:
        usage_error(f"{output}: articles cannot be added to a file of this format")
    if output.is_dir() and has_content(output) and overwrite:
        usage_error(f"{output}: has files, which are not removed; use --append to add to them")
    if has_content(output) and not (append or overwrite):
        ways = "--append or --overwrite" if can_append and output.is_file() else "--overwrite"
        usage_error(f"{output}: already exists; use {'--append' if output.is_dir() else ways}")


def _check_stdout(inputs: list[Path], form: str | None) -> None:
    """Exit with a usage error if standard output goes to an input: it would never end."""
    if form is not None:
        usage_error("--format cannot be used with standard output, which is JSON Lines")
    own = identity(1)
    for path in inputs:
        if path != STREAM and identity(path) == own:
            usage_error(f"{path}: is also the output; choose another output file")
