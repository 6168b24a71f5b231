"""The command `rules`: what gives lines their roles, in order."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from copydesk.cli.options import PluginOption, load
from copydesk.cli.output import table
from copydesk.cli.usage import Command, examples

if TYPE_CHECKING:
    from copydesk.rules.rule import Rule

_KEYS = ("pass", "recognizer", "roles", "what")
# Most roles that the table names.
_FEW = 4

app = typer.Typer(add_completion=False)


@app.command("rules", cls=Command, epilog=examples("copydesk rules harbour-echo --plugin echo.py"))
def list_rules(
    outlet_id: Annotated[
        str | None, typer.Argument(metavar="ID", help="Outlet whose own rules to list as well.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON Lines.")] = False,
    plugin: PluginOption = None,
) -> None:
    """List what gives lines their roles, by pass, in the order in which it is tried."""
    from copydesk.rules.table import PASSES

    own: tuple[Rule, ...] = ()
    if outlet_id is not None:
        own = load(plugin).registry.get(outlet_id).line_rules()
    rows: list[tuple[str, str, tuple[str, ...], str]] = []
    for name, shared in PASSES.items():
        rows += [
            (name, f"{outlet_id}:{rule.name}", rule.roles, rule.pattern.pattern)
            for rule in own
            if rule.kind == name
        ]
        rows += [(name, f"{r.topic}.{r.name}", r.roles, r.what) for r in shared]
    if as_json:
        for row in rows:
            print(json.dumps(dict(zip(_KEYS, row, strict=True)), ensure_ascii=False))
    else:
        table([(name, by, _shorten(roles), what) for name, by, roles, what in rows])


def _shorten(roles: tuple[str, ...]) -> str:
    return f"{len(roles)} roles" if len(roles) > _FEW else ", ".join(roles) or "-"
