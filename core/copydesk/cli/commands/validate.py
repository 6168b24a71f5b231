"""The command `validate`: files of articles against the schema."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from copydesk.cli.options import PluginOption, check_files, load, usage_error
from copydesk.cli.output import to_stderr
from copydesk.cli.usage import Command, examples
from copydesk.errors import RecordError, SourceError, os_message
from copydesk.util.text import plural

app = typer.Typer(add_completion=False)


@app.command(cls=Command, epilog=examples("copydesk validate articles.jsonl"))
def validate(
    paths: Annotated[list[Path], typer.Argument(metavar="FILE", help="Files of articles.")],
    plugin: PluginOption = None,
) -> None:
    """Check articles against the schema of the article record."""
    from copydesk.sinks import stored

    load(plugin)
    check_files(*paths)
    good = bad = 0
    for path in paths:
        try:
            for _, found in stored.read(path):
                if isinstance(found, RecordError):
                    bad += 1
                    to_stderr(str(found))
                else:
                    good += 1
        except SourceError as error:
            usage_error(str(error))
        except OSError as error:
            usage_error(f"{path}: {os_message(error)}")
    print(f"{plural(good + bad, 'record')}: {good} valid, {bad} not")
    if bad:
        raise typer.Exit(1)
