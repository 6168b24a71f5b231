"""The contract of an adapter: what holds for every one, checked on its fixtures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from copydesk import checks, fixtures, mutation
from copydesk.checks import Finding
from copydesk.errors import FixtureError, OutletError
from copydesk.fixtures import Fixture
from copydesk.outlet import Outlet
from copydesk.registry import Registry
from copydesk.trial import DEADLINE, Trial, hold


def check(
    outlet: type[Outlet],
    items: Sequence[Fixture],
    registry: Registry | None = None,
    *,
    deadline: float = DEADLINE,
) -> list[Finding]:
    """Run every check of an adapter on its fixtures; what was found, fixture by fixture.

    registry: the other adapters, for conflicts; None for none. deadline: seconds that one reading
    may take.
    """
    trials = [hold(outlet, fixture, deadline) for fixture in items]
    found = [finding for trial in trials for finding in of_fixture(trial)]
    found += silent(outlet, trials)
    found += layouts(outlet, trials)
    found += collision(outlet, registry or Registry())
    for part in mutation.parts(outlet):
        if lost := mutation.untested(part, outlet, trials):
            found.append(lost)
    return found


def of_fixture(trial: Trial) -> Iterator[Finding]:
    """Compare one fixture's fields with its expectation and run every check of its reading."""
    # Without an article every field would differ: the error says it once.
    for name in ("error",) if trial.first.error is not None else checks.fields(trial.expected):
        yield from checks.field(trial, name)
    for run in checks.ALL.values():
        yield from run(trial)


def fixtures_of(outlet: type[Outlet], paths: Sequence[Path]) -> tuple[list[Fixture], list[Path]]:
    """The fixtures of an adapter among files and below folders, and inputs without a meta.json.

    A fixture is an adapter's when its meta.json names the outlet, or names none and its address,
    where it has one, is the outlet's. One that cannot be read is anybody's. Raises
    FileNotFoundError.
    """
    found, bare = fixtures.find(paths)
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


def silent(outlet: type[Outlet], trials: Sequence[Trial]) -> Iterator[Finding]:
    """The methods that gave None for every fixture."""
    for name in dict.fromkeys(name for trial in trials for name in trial.returned):
        if not any(trial.returned.get(name) for trial in trials):
            message = f"{name} returned None for every fixture: its field is not tested"
            yield Finding("failure", outlet.id, message)


def layouts(outlet: type[Outlet], trials: Sequence[Trial]) -> Iterator[Finding]:
    """The layouts, or the outlet where it has fewer than two, that lack a second fixture."""
    if len(outlet.layouts) < 2:
        if not trials:
            yield Finding("layout", outlet.id, "has no fixture: nothing tests it")
        elif len(trials) == 1:
            message = "has one fixture; two show what is the outlet's and what is the article's"
            yield Finding("layout", outlet.id, message, warning=True)
        return
    read = Counter(t.first.article.adapter.layout for t in trials if t.first.article is not None)
    for layout in outlet.layouts:
        count = read[layout.name]
        if count < 2:
            has = f"{'one fixture' if count else 'no fixture'}; each of several layouts needs two"
            yield Finding("layout", outlet.id, f"layout {layout.name!r} has {has}")


def collision(outlet: type[Outlet], registry: Registry) -> Iterator[Finding]:
    """The conflict of an adapter's id or hosts with those that are registered."""
    others = Registry(owners=dict(registry.owners))
    for other in registry:
        # The same class may have been loaded from its file and from its distribution.
        if (other.__module__, other.__qualname__) != (outlet.__module__, outlet.__qualname__):
            others.register(other)
    try:
        others.register(outlet)
    except OutletError as error:
        yield Finding("collision", outlet.id, error.message)
