"""The contract suite for pytest: every check of an adapter as tests, for one line.

TestQuayCourier = contract(QuayCourier, Path(__file__).parent / "fixtures")
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

import pytest

from copydesk import contract as contracts
from copydesk import mutation, plugins
from copydesk.checks import Finding
from copydesk.fixtures import Fixture
from copydesk.outlet import Outlet
from copydesk.trial import DEADLINE, Trial, hold

__all__ = ["ContractWarning", "contract"]

_Case = TypeVar("_Case")


class ContractWarning(UserWarning):
    """Something about an adapter that is to be known, and that fails no test."""


def contract(
    outlet: type[Outlet], fixtures: Path | Sequence[Path], *, deadline: float = DEADLINE
) -> type:
    """Make the test class of an adapter; give it a name that begins with Test.

    fixtures: files, or folders that are searched to any depth; those of other outlets are passed
    over. deadline: seconds that one reading may take. Raises FileNotFoundError for a path that is
    not there.
    """
    paths = [fixtures] if isinstance(fixtures, Path) else list(fixtures)
    suite = _Suite(outlet, paths, deadline)
    whole = {"methods": suite.methods, "layouts": suite.layouts, "collision": suite.collision}
    tests = {
        "test_fixture": _tests([(f.stem, f) for f in suite.items], suite.fixture),
        "test_mutation": _tests([(p.label, p) for p in mutation.parts(outlet)], suite.mutation),
        "test_outlet": _tests(whole.items(), lambda run: run()),
    }
    made = {name: test for name, test in tests.items() if test is not None}
    return type(f"Test{outlet.__name__}", (), {"__doc__": f"The contract of {outlet.id}.", **made})


def _tests(
    cases: Iterable[tuple[str, _Case]], run: Callable[[_Case], Iterable[Finding]]
) -> Callable[..., None] | None:
    """A test method with one case each, by name; None where there is no case."""
    given = [pytest.param(case, id=name) for name, case in cases]
    if not given:
        return None

    @pytest.mark.parametrize("case", given)
    def test(self: object, case: _Case) -> None:
        _tell(run(case))

    return test


def _tell(findings: Iterable[Finding]) -> None:
    failures = []
    for finding in findings:
        if finding.warning:
            warnings.warn(ContractWarning(str(finding)), stacklevel=2)
        else:
            failures.append(f"{finding.check}: {finding}")
    if failures:
        pytest.fail("\n".join(failures), pytrace=False)


class _Suite:
    """An adapter and its fixtures, each read when it is first asked for and then kept."""

    def __init__(self, outlet: type[Outlet], paths: Sequence[Path], deadline: float) -> None:
        self.outlet = outlet
        self.deadline = deadline
        self.items, self.bare = contracts.fixtures_of(outlet, paths)
        self._trials: dict[Path, Trial] = {}

    def trial(self, fixture: Fixture) -> Trial:
        if fixture.source not in self._trials:
            self._trials[fixture.source] = hold(self.outlet, fixture, self.deadline)
        return self._trials[fixture.source]

    def trials(self) -> list[Trial]:
        return [self.trial(fixture) for fixture in self.items]

    def fixture(self, fixture: Fixture) -> Iterable[Finding]:
        return contracts.of_fixture(self.trial(fixture))

    def mutation(self, part: mutation.Part) -> Iterable[Finding]:
        trials = self.trials()
        if trials and not any(map(mutation.readable, trials)):
            pytest.skip("no fixture could be read; another test tells why")
        found = mutation.untested(part, self.outlet, trials)
        return [found] if found else []

    def methods(self) -> Iterable[Finding]:
        return contracts.silent(self.outlet, self.trials())

    def layouts(self) -> Iterable[Finding]:
        for path in self.bare:
            message = "has no meta.json beside it and was passed over"
            yield Finding("layout", path.name, message, warning=True)
        yield from contracts.layouts(self.outlet, self.trials())

    def collision(self) -> Iterable[Finding]:
        return contracts.collision(self.outlet, plugins.installed().registry)
