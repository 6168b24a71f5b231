"""Search for the fixtures of outlets."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from copydesk.cli.options import usage_error
from copydesk.cli.usage import INPUT, option
from copydesk.errors import FixtureError

if TYPE_CHECKING:
    from copydesk.adapters.registry import Registry
    from copydesk.fixtures.store import Fixture

SEARCHED = ("seeds", "tests/outlets", "tests/fixtures", "fixtures")
"""Folders searched for fixtures by default, besides the folder of drop-in outlets."""

UNKNOWN = "-"
"""Stands for the outlet of a fixture whose own files are broken: it could belong to any outlet."""

FixturesOption = Annotated[
    list[Path] | None,
    option(
        "--fixtures",
        "PATH",
        f"Fixtures or folders of them; default: {', '.join(SEARCHED)}.",
        INPUT,
    ),
]


def folders() -> list[Path]:
    """Return the default folders for fixtures that exist."""
    from copydesk.adapters import discovery

    found = [Path(name) for name in SEARCHED]
    if (dropped := discovery.dropin_folder()) is not None:
        found.append(dropped / discovery.DROPIN_FIXTURES)
    return [folder for folder in found if folder.is_dir()]


def by_outlet(places: Iterable[Path], registry: Registry) -> dict[str, list[Fixture]]:
    """Group fixtures by outlet id; a missing path is a usage error."""
    from copydesk.fixtures import store

    try:
        found, _ = store.find(places)
    except FileNotFoundError as error:
        usage_error(f"{error}: no such file or folder")
    grouped: dict[str, list[Fixture]] = {}
    for fixture in found:
        try:
            outlet = fixture.meta().owner(registry)
        except FixtureError:
            outlet = UNKNOWN
        if outlet is not None:
            grouped.setdefault(outlet, []).append(fixture)
    return grouped
