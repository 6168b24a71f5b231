"""Mutation: each selector and rule of an adapter taken away in turn, to see whether a test knows it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from copydesk import fixtures, matchers
from copydesk.checks import Finding
from copydesk.outlet import FIELD_NAMES, Layout, Outlet, Strip
from copydesk.trial import Trial, attempt


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that an adapter says, and the attribute that is left when it is taken away.

    label: its short name, such as `strip.related[1]`. said: how it is written in the adapter, such
    as `strip['related'][1] = 'div.more'`. own: whether the class says it itself, not its family.
    """

    label: str
    said: str
    attribute: str
    rest: object
    own: bool = True

    def taken_from(self, outlet: type[Outlet]) -> type[Outlet]:
        """The adapter without it."""
        mutant = type(outlet.__name__, (outlet,), {"__module__": outlet.__module__})
        # Set afterwards: a class is checked when it is created, and may not say nothing.
        setattr(mutant, self.attribute, self.rest)
        # The version hashes the source, which is slow to find and the same.
        setattr(mutant, "version", outlet.version)  # noqa: B010
        return mutant


def parts(outlet: type[Outlet]) -> list[Part]:
    """What an adapter says beyond its identity, in the order of the documentation."""
    found = [*_fields(outlet), *_strips(outlet), *_rules(outlet)]
    for at, layout in enumerate(outlet.layouts):
        found += _layout(outlet.layouts, at, layout)
    own = vars(outlet)
    return [
        part
        if part.attribute in own
        else Part(part.label, part.said, part.attribute, part.rest, False)
        for part in found
    ]


def _fields(outlet: type[Outlet]) -> Iterator[Part]:
    for name in FIELD_NAMES:
        value = getattr(outlet, name, None)
        if value is not None:
            said = f"{name} = {value!r}" if isinstance(value, str) else f"{name}()"
            yield Part(name, said, name, None)


def _strips(outlet: type[Outlet]) -> Iterator[Part]:
    for label, said, rest in _without_one(outlet.strip):
        yield Part(label, said, "strip", rest)


def _without_one(strip: Mapping[str, Strip]) -> Iterator[tuple[str, str, dict[str, Strip]]]:
    """Label, wording and what is left, for each entry of a strip table."""
    for kind, given in strip.items():
        if not isinstance(given, tuple):
            rest = {k: v for k, v in strip.items() if k != kind}
            yield f"strip.{kind}", f"strip[{kind!r}] = {_shown(given)}", rest
            continue
        for at, one in enumerate(given):
            rest = {**strip, kind: (*given[:at], *given[at + 1 :])}
            yield f"strip.{kind}[{at}]", f"strip[{kind!r}][{at}] = {_shown(one)}", rest


def _shown(value: str | re.Pattern[str]) -> str:
    return repr(value) if isinstance(value, str) else f"/{value.pattern}/"


def _rules(outlet: type[Outlet]) -> Iterator[Part]:
    for at, rule in enumerate(outlet.rules):
        rest = (*outlet.rules[:at], *outlet.rules[at + 1 :])
        said = f"rules[{at}] {rule.name!r} = /{rule.pattern.pattern}/"
        yield Part(f"rules[{at}].{rule.name}", said, "rules", rest)


def _layout(layouts: Sequence[Layout], at: int, layout: Layout) -> Iterator[Part]:
    label, said = f"layouts.{layout.name}", f"layouts[{layout.name!r}]"

    def others(*changed: Layout) -> tuple[Layout, ...]:
        return (*layouts[:at], *changed, *layouts[at + 1 :])

    def without(strip: Mapping[str, Strip], fields: Mapping[str, str]) -> tuple[Layout, ...]:
        return others(
            Layout(layout.name, matches=layout.matches, until=layout.until, strip=strip, **fields)
        )

    yield Part(label, said, "layouts", others())
    for name, css in layout.fields.items():
        fields = {k: v for k, v in layout.fields.items() if k != name}
        rest = without(layout.strip, fields)
        yield Part(f"{label}.{name}", f"{said}.{name} = {css!r}", "layouts", rest)
    for tail, wording, strip in _without_one(layout.strip):
        rest = without(strip, layout.fields)
        yield Part(f"{label}.{tail}", f"{said}.{wording}", "layouts", rest)


def untested(part: Part, outlet: type[Outlet], trials: Sequence[Trial]) -> Finding | None:
    """What is to be said of a part whose loss no fixture notices; None where one does.

    A loss is noticed where a record changes in another field than its warnings, and the
    expectation does not allow for it by a matcher. Of a part that changes only where a value came
    from, or which rule spoke, the generic reading says the same: that is a warning, and so is a
    part that the adapter's family says. Nothing is said where no fixture could be read.
    """
    if trials and not any(readable(trial) for trial in trials):
        return None
    mutant = part.taken_from(outlet)
    named = False
    for trial in trials:
        if trial.document is None or not readable(trial):
            continue
        before = trial.first.outcome
        after = attempt(mutant, trial.document, trial.deadline).outcome
        lost = _noticed(trial, before, after)
        if lost - {"provenance", "removed"}:
            return None
        if "removed" in lost and _bare(before) != _bare(after):
            return None
        named = named or bool(lost)
    if named:
        message = f"the generic reading says the same without {part.said}"
        return Finding("mutation", outlet.id, message, warning=True)
    return Finding("mutation", outlet.id, f"nothing tests {part.said}", warning=not part.own)


def readable(trial: Trial) -> bool:
    """Whether the adapter came to an end with a fixture that its own code is not to blame for."""
    return trial.broken is None and trial.first.fault is None


def _noticed(trial: Trial, before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    expected = trial.expected or {}
    found = set()
    for name in fixtures.differences(before, after):
        try:
            allowed = name in expected and matchers.fits(expected[name], after.get(name))
        except matchers.BrokenMatcher:
            allowed = False
        if name != "warnings" and not allowed:
            found.add(name)
    return found


def _bare(outcome: dict[str, Any]) -> list[tuple[object, object, object]]:
    """What was removed, without the rules that did it."""
    return [(r["kind"], r["text"], r["characters"]) for r in outcome.get("removed", [])]
