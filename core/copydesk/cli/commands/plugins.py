"""The command `plugins`: what is loaded, and what failed."""

from __future__ import annotations

import typer

from copydesk.cli import signals, streams
from copydesk.cli.options import PluginOption
from copydesk.cli.output import table
from copydesk.cli.usage import Command

app = typer.Typer(add_completion=False)


@app.command("plugins", cls=Command)
def list_plugins(plugin: PluginOption = None) -> None:
    """List the plugins with their outlets, or the reason why loading failed."""
    from copydesk.adapters import loading

    with signals.immediate_exit(), streams.stdout_to_stderr():
        loaded = loading.load(plugin or (), probe=True)
    rows = []
    for p in loaded.plugins:
        what = (
            f"failed: {p.error.message}"
            if p.error
            else ", ".join((*p.outlets, *p.sources, *p.sinks)) or "no outlets"
        )
        rows.append((p.name, p.origin or "-", what))
    table(rows)
