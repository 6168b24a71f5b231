"""The fixtures of outlets: where they are looked for, and whose they are."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from copydesk.cli.commands import SOURCES
from copydesk.cli.common import usage
from copydesk.errors import FixtureError

if TYPE_CHECKING:
    from copydesk.fixtures import Fixture
    from copydesk.registry import Registry

SEARCHED = ("seeds", "tests/outlets", "tests/fixtures", "fixtures")
"""Folders in which fixtures are looked for where none is named; beside them that of dropped-in outlets."""

UNKNOWN = "-"
"""Stands for the outlet of a fixture whose own files cannot be used: it may be anybody's."""

FixturesOption = Annotated[
    list[Path] | None,
    typer.Option(
        metavar="PATH",
        rich_help_panel=SOURCES,
        help=f"By default {', '.join(SEARCHED)}, as far as there.",
    ),
]


def folders() -> list[Path]:
    """Where fixtures are looked for when no place is named, as far as it is there."""
    from copydesk import plugins

    places = [Path(name) for name in SEARCHED]
    if (dropped := plugins.dropin_folder()) is not None:
        places.append(dropped / plugins.DROPPED)
    return [place for place in places if place.is_dir()]


def by_outlet(places: Iterable[Path], registry: Registry) -> dict[str, list[Fixture]]:
    """The fixtures by the outlet whose they are; ends the command for a place that is missing."""
    from copydesk import fixtures

    try:
        found, _ = fixtures.find(places)
    except FileNotFoundError as error:
        usage(f"{error}: no such file or folder")
    held: dict[str, list[Fixture]] = {}
    for fixture in found:
        try:
            outlet = fixture.meta().owner(registry)
        except FixtureError:
            outlet = UNKNOWN
        if outlet is not None:
            held.setdefault(outlet, []).append(fixture)
    return held
