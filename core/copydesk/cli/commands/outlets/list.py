"""The command `outlets list`."""

from __future__ import annotations

import typer

from copydesk.cli.options import PluginOption, load
from copydesk.cli.output import table
from copydesk.cli.usage import Command, examples

app = typer.Typer(add_completion=False)


@app.command("list", cls=Command, epilog=examples("copydesk outlets list --plugin echo.py"))
def list_outlets(plugin: PluginOption = None) -> None:
    """List the outlets: id, name and domains."""
    registry = load(plugin).registry
    table([(o.id, o.name, ", ".join(o.domains)) for o in registry])
