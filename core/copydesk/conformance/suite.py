"""The contract that every adapter has to meet, checked on its fixtures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from copydesk.adapters.outlet import Outlet
from copydesk.adapters.registry import Registry
from copydesk.conformance import checks, mutation
from copydesk.conformance.checks import Finding
from copydesk.conformance.run import DEADLINE, FixtureRun, run_fixture
from copydesk.errors import FixtureError, OutletError
from copydesk.fixtures import store
from copydesk.fixtures.store import Fixture


def check(
    outlet: type[Outlet],
    items: Sequence[Fixture],
    registry: Registry | None = None,
    *,
    deadline: float = DEADLINE,
) -> list[Finding]:
    """Run every check of an adapter on its fixtures, and return the findings.

    registry: the other adapters, to check for conflicts. deadline: seconds for one reading.
    """
    runs = [run_fixture(outlet, fixture, deadline) for fixture in items]
    found = [finding for run in runs for finding in of_fixture(run)]
    found += methods(outlet, runs)
    found += layouts(outlet, runs)
    found += collision(outlet, registry or Registry())
    for part in mutation.parts(outlet):
        if lost := mutation.untested(part, outlet, runs):
            found.append(lost)
    return found


def of_fixture(run: FixtureRun) -> Iterator[Finding]:
    """Compare one fixture's fields with its expectation and run every check of its reading."""
    # Without an article every field would differ; `error` reports it once.
    for name in ("error",) if run.first.error is not None else checks.fields(run.expected):
        yield from checks.field(run, name)
    for check_run in checks.ALL.values():
        yield from check_run(run)


def fixtures_of(outlet: type[Outlet], paths: Sequence[Path]) -> tuple[list[Fixture], list[Path]]:
    """Find the fixtures of an adapter among files and below folders, and inputs without a meta.json.

    A fixture belongs to the adapter if its meta.json names the outlet, or names none and has a URL
    of the outlet or no URL. A fixture that cannot be read belongs to every adapter. Raises
    FileNotFoundError.
    """
    found, bare = store.find(paths)
    own = Registry()
    own.register(outlet)
    kept = []
    for fixture in found:
        try:
            meta = fixture.meta()
        except FixtureError:
            kept.append(fixture)
            continue
        if meta.owner(own) == outlet.id or (meta.outlet is None and meta.url is None):
            kept.append(fixture)
    return kept, bare


def methods(outlet: type[Outlet], runs: Sequence[FixtureRun]) -> Iterator[Finding]:
    """Report methods that returned None for every fixture."""
    for name in dict.fromkeys(name for run in runs for name in run.returned):
        if not any(run.returned.get(name) for run in runs):
            message = f"{name} returned None for every fixture: its field is not tested"
            yield Finding("failure", outlet.id, message)


def layouts(outlet: type[Outlet], runs: Sequence[FixtureRun]) -> Iterator[Finding]:
    """Report layouts without a second fixture, or an outlet with fewer than two layouts."""
    if len(outlet.layouts) < 2:
        if not runs:
            yield Finding("layout", outlet.id, "has no fixture")
        elif len(runs) == 1:
            message = "has one fixture; a second one shows what is common to all pages"
            yield Finding("layout", outlet.id, message, warning=True)
        return
    read = Counter(t.first.article.adapter.layout for t in runs if t.first.article is not None)
    for layout in outlet.layouts:
        count = read[layout.name]
        if count < 2:
            has = f"{'one fixture' if count else 'no fixture'}; each of several layouts needs two"
            yield Finding("layout", outlet.id, f"layout {layout.name!r} has {has}")


def collision(outlet: type[Outlet], registry: Registry) -> Iterator[Finding]:
    """Report a conflict of an adapter's id or hosts with those that are registered."""
    others = Registry(owners=dict(registry.owners))
    for other in registry:
        # The same class may be loaded from its file and from its distribution.
        if (other.__module__, other.__qualname__) != (outlet.__module__, outlet.__qualname__):
            others.register(other)
    try:
        others.register(outlet)
    except OutletError as error:
        yield Finding("collision", outlet.id, error.message)
