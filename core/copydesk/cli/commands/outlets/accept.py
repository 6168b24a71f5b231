"""The command `outlets accept`: make proposed expectations the reviewed ones."""

from __future__ import annotations

import typer

from copydesk.cli import fixture_search
from copydesk.cli.fixture_search import FixturesOption
from copydesk.cli.options import OutletArgument, PluginOption, load, usage_error
from copydesk.cli.output import to_stderr
from copydesk.cli.usage import Command, examples
from copydesk.util.text import safe

app = typer.Typer(add_completion=False)


@app.command(cls=Command, epilog=examples("copydesk outlets accept harbour-echo"))
def accept(
    outlet_id: OutletArgument,
    fixtures: FixturesOption = None,
    plugin: PluginOption = None,
) -> None:
    """Accept the proposed expectations of an outlet's fixtures, as its adapter reads them now."""
    from copydesk.fixtures import replay

    registry = load(plugin).registry
    registry.get(outlet_id)
    grouped = fixture_search.by_outlet(fixtures or fixture_search.folders(), registry)
    waiting = [one for one in grouped.get(outlet_id, []) if one.unreviewed() is not None]
    if not waiting:
        usage_error(f"{outlet_id}: no fixture with a proposed expectation")
    failed = False
    for result in replay.replay(waiting, registry):
        for line in replay.describe(result.differences):
            print(safe(line))
        if result.article is not None and not result.article.text:
            failed = True
            to_stderr(
                f"{result.fixture.stem}: the article has no text; set body in the adapter first"
            )
        elif replay.accept(result):
            print(f"{safe(result.fixture.stem)}  accepted")
        else:
            failed = True
            to_stderr(str(result.error))
    if failed:
        raise typer.Exit(1)
