"""The command `outlets show`: the attributes of an adapter, or of an entry of the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from copydesk.cli.options import OutletArgument, PluginOption, load
from copydesk.cli.output import table
from copydesk.cli.usage import Command, examples

if TYPE_CHECKING:
    from copydesk.adapters.catalogue import CatalogueEntry
    from copydesk.adapters.outlet import Outlet

app = typer.Typer(add_completion=False)


@app.command(
    "show", cls=Command, epilog=examples("copydesk outlets show harbour-echo --plugin echo.py")
)
def show_outlet(
    outlet_id: OutletArgument,
    plugin: PluginOption = None,
) -> None:
    """Show the attributes of an outlet's adapter, or what the catalogue says about it."""
    registry = load(plugin).registry
    known = registry.known(outlet_id)
    if isinstance(known, type):
        table(_outlet_rows(known, registry.owners[outlet_id]))
    else:
        table(_entry_rows(known))


def _entry_rows(entry: CatalogueEntry) -> list[tuple[str, str]]:
    """Return what an entry of the catalogue says as rows of name and value."""
    rows = [("id", entry.id), ("name", entry.name), ("catalogue", entry.origin)]
    rows += [("domains", ", ".join(entry.domains)), ("country", entry.country)]
    if entry.languages:
        rows.append(("languages", ", ".join(entry.languages)))
    if entry.timezone:
        rows.append(("timezone", entry.timezone))
    rows += [("feed", url) for url in entry.feeds]
    rows += [("news sitemap", url) for url in entry.news_sitemaps]
    rows += [("sitemap", url) for url in entry.sitemaps]
    rows.append(("verified", entry.verified.isoformat() if entry.verified else "no"))
    return rows


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
