"""The commands on outlets: which there are, and what their adapters say."""

from __future__ import annotations

from typing import Annotated

import typer

from copydesk.cli import checking, scaffolding
from copydesk.cli.common import PluginOption, load, usage
from copydesk.cli.terminal import table
from copydesk.errors import UnknownOutlet
from copydesk.outlet import FIELD_NAMES, Outlet

app = typer.Typer(help="The outlets that have an adapter.", no_args_is_help=True)
app.command()(scaffolding.new)
app.command()(scaffolding.accept)
app.command()(checking.check)


@app.command("list")
def list_outlets(plugin: PluginOption = None) -> None:
    """List the adapters: id, name, domains."""
    registry = load(plugin).registry
    table([(o.id, o.name, ", ".join(o.domains)) for o in registry])


@app.command("show")
def show_outlet(
    outlet_id: Annotated[str, typer.Argument(metavar="ID")], plugin: PluginOption = None
) -> None:
    """Show what an adapter says of its outlet."""
    registry = load(plugin).registry
    try:
        outlet = registry.get(outlet_id)
    except UnknownOutlet as error:
        usage(str(error))
    table(_outlet_rows(outlet, registry.owners[outlet_id]))


def _outlet_rows(outlet: type[Outlet], owner: str) -> list[tuple[str, str]]:
    """What an adapter says, as rows of name and value."""
    rows = [("id", outlet.id), ("name", outlet.name), ("registered by", owner)]
    rows += [("domains", ", ".join(outlet.domains)), ("version", outlet.version())]
    for name in ("country", "language", "timezone"):
        if value := getattr(outlet, name):
            rows.append((name, value))
    rows += [("feed", feed) for feed in outlet.feeds]
    for name in FIELD_NAMES:
        if value := getattr(outlet, name, None):
            rows.append((name, value if isinstance(value, str) else "(method)"))
    for kind, given in outlet.strip.items():
        for one in given if isinstance(given, tuple) else (given,):
            rows.append((f"strip {kind}", one if isinstance(one, str) else f"/{one.pattern}/"))
    rows += [("rule", f"{r.kind} {r.name}: /{r.pattern.pattern}/") for r in outlet.rules]
    rows += [("layout", f"{layout.name}: {layout.matches}") for layout in outlet.layouts]
    return rows
