"""The command `validate`: files of articles against the schema."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from copydesk.cli.options import PluginOption, load
from copydesk.cli.usage import Command, examples
from copydesk.util.text import plural

app = typer.Typer(add_completion=False)


@app.command(cls=Command, epilog=examples("copydesk validate articles.jsonl"))
def validate(
    paths: Annotated[list[Path], typer.Argument(metavar="FILE", help="Files of articles.")],
    plugin: PluginOption = None,
) -> None:
    """Check articles against the schema of the article record."""
    from copydesk.cli.records import Records

    records = Records(paths, load(plugin).registry)
    for _ in records:
        pass
    total = plural(records.good + records.bad, "record")
    print(f"{total}: {records.good} valid, {records.bad} not")
    if records.bad:
        raise typer.Exit(1)
