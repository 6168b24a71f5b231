"""The command `report`: the report of a run as tables, or as a page with charts."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from copydesk.cli.options import check_files, check_output, usage_error
from copydesk.cli.usage import OUTPUT, Command, examples, option
from copydesk.errors import RecordError

app = typer.Typer(add_completion=False)

FileArgument = Annotated[
    Path, typer.Argument(metavar="FILE", help="File of ingest --report, or report.json of a job.")
]
HtmlOption = Annotated[Path | None, option("--html", "FILE", "Write an HTML page to FILE.", OUTPUT)]


@app.command(
    cls=Command,
    epilog=examples("copydesk report run.json", "copydesk report run.json --html run.html"),
)
def report(file: FileArgument, html: HtmlOption = None) -> None:
    """Show the report of a run as tables, or as a web page with charts."""
    from copydesk.reports import html_page, table
    from copydesk.reports.report import load
    from copydesk.sinks import jsonl

    if file.is_dir():
        usage_error(f"{file}: is a folder; give the report.json in it that --settle has written")
    check_files(file)
    check_output(html, file)
    try:
        found = load(file)
    except RecordError as error:
        usage_error(str(error))
    if html is not None:
        jsonl.write_bytes(html, [html_page.render(found, file.name).encode("utf-8")])
        return
    for line in table.shown(found, whole=not sys.stdout.isatty()):
        print(line)
