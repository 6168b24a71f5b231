"""The command `plugins`: what is loaded, and what failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from copydesk.cli import signals, streams
from copydesk.cli.options import PluginOption
from copydesk.cli.output import table
from copydesk.cli.usage import Command, examples

if TYPE_CHECKING:
    from copydesk.adapters.discovery import Plugin

app = typer.Typer(add_completion=False)


@app.command("plugins", cls=Command, epilog=examples("copydesk plugins --plugin echo.py"))
def list_plugins(plugin: PluginOption = None) -> None:
    """List the plugins with what each provides, or the reason why loading failed."""
    from copydesk.adapters import loading

    with signals.immediate_exit(), streams.stdout_to_stderr():
        loaded = loading.load(plugin or (), probe=True)
    table([(p.name, p.origin or "-", _provided(p)) for p in loaded.plugins])


def _provided(plugin: Plugin) -> str:
    if plugin.error:
        return f"failed: {plugin.error.message}"
    kinds = {
        "outlets": plugin.outlets,
        "sources": plugin.sources,
        "sinks": plugin.sinks,
        "catalogues": plugin.catalogues,
    }
    return "; ".join(f"{kind}: {', '.join(ids)}" for kind, ids in kinds.items() if ids) or "nothing"
