"""The `outlets` commands."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from copydesk.cli.commands import ingest
from copydesk.cli.fixture_search import FixturesOption
from copydesk.cli.options import PluginOption, load, usage_error
from copydesk.cli.output import table
from copydesk.cli.usage import OUTPUT, Command, Group, examples
from copydesk.errors import UnknownOutlet

if TYPE_CHECKING:
    from copydesk.adapters.outlet import Outlet

_BASELINE = "Comparison with new articles"

app = typer.Typer(
    cls=Group, help="List, create and check the adapters of outlets.", no_args_is_help=True
)


@app.command(
    cls=Command,
    epilog=examples(
        "copydesk outlets new URL URL --id harbour-echo --package harbour-echo",
        "copydesk outlets new page.html --id harbour-echo --url https://echo.example/ferry",
    ),
)
def new(
    sources: Annotated[
        list[str], typer.Argument(metavar="URL|FILE", help="Pages or plain texts of one outlet.")
    ],
    outlet_id: Annotated[str, typer.Option("--id", metavar="ID", help="Outlet id in kebab-case.")],
    url: Annotated[
        str | None,
        typer.Option("--url", metavar="URL", help="URL of a file that does not state its own."),
    ] = None,
    package: Annotated[
        Path | None,
        typer.Option("--package", metavar="DIR", help="Create a separate Python package in DIR."),
    ] = None,
    contact: ingest.ContactOption = None,
    allow_host: ingest.AllowOption = None,
    plugin: PluginOption = None,
) -> None:
    """Create an adapter, fixtures and proposed expectations from pages of an outlet."""
    from copydesk.cli.commands import new as scaffolding

    scaffolding.new(sources, outlet_id, url, package, contact, allow_host, plugin)


@app.command(cls=Command)
def accept(
    outlet_id: Annotated[str, typer.Argument(metavar="ID", help="Outlet id.")],
    fixtures: FixturesOption = None,
    plugin: PluginOption = None,
) -> None:
    """Accept the proposed expectations of an outlet's fixtures, as its adapter reads them now."""
    from copydesk.cli.commands import new as scaffolding

    scaffolding.accept(outlet_id, fixtures, plugin)


@app.command(
    cls=Command,
    epilog=examples(
        "copydesk outlets check harbour-echo --watch",
        "copydesk outlets check --against news.jsonl --state drift.state --learn",
    ),
)
def check(
    ids: Annotated[
        list[str] | None,
        typer.Argument(metavar="ID", help="Outlet ids; default: every outlet with fixtures."),
    ] = None,
    against: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE",
            help="New articles as JSON Lines, or a WARC; repeatable.",
            rich_help_panel=_BASELINE,
        ),
    ] = None,
    rejects: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE", help="Rejects of the same run; repeatable.", rich_help_panel=_BASELINE
        ),
    ] = None,
    fixtures: FixturesOption = None,
    state: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="State file with the earlier runs.", rich_help_panel=_BASELINE
        ),
    ] = None,
    learn: Annotated[
        bool,
        typer.Option(
            "--learn",
            help="Add outlets without findings to the state file.",
            rich_help_panel=_BASELINE,
        ),
    ] = False,
    as_json: Annotated[
        bool,
        typer.Option("--json", help="Print the findings as JSON.", rich_help_panel=OUTPUT),
    ] = False,
    watch: Annotated[
        bool,
        typer.Option(
            "--watch", help="Check again whenever a file changes.", rich_help_panel=OUTPUT
        ),
    ] = False,
    plugin: PluginOption = None,
) -> None:
    """Check outlets against their fixtures, or new articles against a baseline."""
    from copydesk.cli.commands import check as checking

    checking.check(ids, against, rejects, fixtures, state, learn, as_json, watch, plugin)


@app.command("list", cls=Command)
def list_outlets(plugin: PluginOption = None) -> None:
    """List the outlets: id, name and domains."""
    registry = load(plugin).registry
    table([(o.id, o.name, ", ".join(o.domains)) for o in registry])


@app.command("show", cls=Command)
def show_outlet(
    outlet_id: Annotated[str, typer.Argument(metavar="ID", help="Outlet id.")],
    plugin: PluginOption = None,
) -> None:
    """Show the attributes of an outlet's adapter."""
    registry = load(plugin).registry
    try:
        outlet = registry.get(outlet_id)
    except UnknownOutlet as error:
        usage_error(str(error))
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
    for name in FIELD_NAMES:
        if value := getattr(outlet, name, None):
            rows.append((name, value if isinstance(value, str) else "(method)"))
    for kind, given in outlet.strip.items():
        for one in given if isinstance(given, tuple) else (given,):
            rows.append((f"strip {kind}", one if isinstance(one, str) else f"/{one.pattern}/"))
    rows += [("rule", f"{r.kind} {r.name}: /{r.pattern.pattern}/") for r in outlet.rules]
    rows += [("layout", f"{layout.name}: {layout.matches}") for layout in outlet.layouts]
    return rows
