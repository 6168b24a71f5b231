"""The command `outlets show`: the attributes of an adapter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from copydesk.cli.options import OutletArgument, PluginOption, load
from copydesk.cli.output import table
from copydesk.cli.usage import Command, examples

if TYPE_CHECKING:
    from copydesk.adapters.outlet import Outlet

app = typer.Typer(add_completion=False)


@app.command(
    "show", cls=Command, epilog=examples("copydesk outlets show harbour-echo --plugin echo.py")
)
def show_outlet(
    outlet_id: OutletArgument,
    plugin: PluginOption = None,
) -> None:
    """Show the attributes of an outlet's adapter."""
    registry = load(plugin).registry
    outlet = registry.get(outlet_id)
    table(_outlet_rows(outlet, registry.owners[outlet_id]))


def _outlet_rows(outlet: type[Outlet], owner: str) -> list[tuple[str, str]]:
    """Return the attributes of an adapter as rows of name and value."""
    from copydesk.adapters.outlet import FIELD_NAMES

    rows = [("id", outlet.id), ("name", outlet.name), ("registered by", owner)]
    rows += [("domains", ", ".join(outlet.domains)), ("version", outlet.version())]
    for name in ("country", "language", "timezone"):
        if value := getattr(outlet, name):
            rows.append((name, value))
    rows += [("feed", feed) for feed in outlet.feeds]
    rows += [("sitemap", sitemap) for sitemap in outlet.sitemaps]
    for name in FIELD_NAMES:
        if value := getattr(outlet, name, None):
            rows.append((name, value if isinstance(value, str) else "(method)"))
    for kind, given in outlet.strip.items():
        for one in given if isinstance(given, tuple) else (given,):
            rows.append((f"strip {kind}", one if isinstance(one, str) else f"/{one.pattern}/"))
    rows += [("rule", f"{r.kind} {r.name}: /{r.pattern.pattern}/") for r in outlet.rules]
    rows += [("layout", f"{layout.name}: {layout.matches}") for layout in outlet.layouts]
    return rows
