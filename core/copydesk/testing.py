"""The contract suite for pytest: every check of an adapter as tests, in one line.

TestQuayCourier = contract(QuayCourier, Path(__file__).parent / "fixtures")
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

import pytest

from copydesk.adapters import loading
from copydesk.adapters.outlet import Outlet
from copydesk.conformance import mutation, suite
from copydesk.conformance.checks import Finding
from copydesk.conformance.run import DEADLINE, FixtureRun, run_fixture
from copydesk.fixtures.store import Fixture

__all__ = ["ContractWarning", "contract"]

_Case = TypeVar("_Case")


class ContractWarning(UserWarning):
    """A problem of an adapter that fails no test."""


def contract(
    outlet: type[Outlet], fixtures: Path | Sequence[Path], *, deadline: float = DEADLINE
) -> type:
    """Make the test class of an adapter; assign it to a name that begins with Test.

    fixtures: files, or folders to search recursively; those of other outlets are ignored.
    deadline: seconds for one reading. Raises FileNotFoundError for a missing path.
    """
    paths = [fixtures] if isinstance(fixtures, Path) else list(fixtures)
    checks = _Suite(outlet, paths, deadline)
    whole = {"methods": checks.methods, "layouts": checks.layouts, "collision": checks.collision}
    tests = {
        "test_fixture": _tests([(f.stem, f) for f in checks.items], checks.fixture),
        "test_mutation": _tests([(p.label, p) for p in mutation.parts(outlet)], checks.mutation),
        "test_outlet": _tests(whole.items(), lambda run: run()),
    }
    made = {name: test for name, test in tests.items() if test is not None}
    return type(f"Test{outlet.__name__}", (), {"__doc__": f"The contract of {outlet.id}.", **made})


def _tests(
    cases: Iterable[tuple[str, _Case]], run: Callable[[_Case], Iterable[Finding]]
) -> Callable[..., None] | None:
    """Make a test method with named cases; None if there is no case."""
    params = [pytest.param(case, id=name) for name, case in cases]
    if not params:
        return None

    @pytest.mark.parametrize("case", params)
    def test(self: object, case: _Case) -> None:
        _report(run(case))

    return test


def _report(findings: Iterable[Finding]) -> None:
    failures = []
    for finding in findings:
        if finding.warning:
            warnings.warn(ContractWarning(str(finding)), stacklevel=2)
        else:
            failures.append(f"{finding.check}: {finding}")
    if failures:
        pytest.fail("\n".join(failures), pytrace=False)


class _Suite:
    """An adapter and its fixtures, each read on first use and cached."""

    def __init__(self, outlet: type[Outlet], paths: Sequence[Path], deadline: float) -> None:
        self.outlet = outlet
        self.deadline = deadline
        self.items, self.bare = suite.fixtures_of(outlet, paths)
        self._runs: dict[Path, FixtureRun] = {}

    def fixture_run(self, fixture: Fixture) -> FixtureRun:
        if fixture.source not in self._runs:
            self._runs[fixture.source] = run_fixture(self.outlet, fixture, self.deadline)
        return self._runs[fixture.source]

    def runs(self) -> list[FixtureRun]:
        return [self.fixture_run(fixture) for fixture in self.items]

    def fixture(self, fixture: Fixture) -> Iterable[Finding]:
        return suite.of_fixture(self.fixture_run(fixture))

    def mutation(self, part: mutation.AdapterPart) -> Iterable[Finding]:
        runs = self.runs()
        if runs and not any(map(mutation.readable, runs)):
            pytest.skip("no fixture could be read; another test reports why")
        found = mutation.untested(part, self.outlet, runs)
        return [found] if found else []

    def methods(self) -> Iterable[Finding]:
        return suite.methods(self.outlet, self.runs())

    def layouts(self) -> Iterable[Finding]:
        for path in self.bare:
            yield Finding("layout", path.name, "has no meta.json; ignored", warning=True)
        yield from suite.layouts(self.outlet, self.runs())

    def collision(self) -> Iterable[Finding]:
        return suite.collision(self.outlet, loading.installed().registry)
