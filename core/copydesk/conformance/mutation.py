"""Mutation testing of adapters: removes each selector and rule, and looks for a failing fixture."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from copydesk.adapters.outlet import FIELD_NAMES, Layout, Outlet, Strip
from copydesk.conformance.checks import Finding
from copydesk.conformance.run import FixtureRun, read_safely
from copydesk.fixtures import matchers, store


@dataclass(frozen=True, slots=True, kw_only=True)
class AdapterPart:
    """One definition of an adapter that can be removed.

    label: a short name, such as `strip.related[1]`.
    definition: the code, such as `strip['related'][1] = 'div.more'`.
    attribute: the class attribute that contains it.
    remaining: the value of that attribute without it.
    own: whether the class itself defines it, not a base class.
    """

    label: str
    definition: str
    attribute: str
    remaining: object
    own: bool = True

    def removed_from(self, outlet: type[Outlet]) -> type[Outlet]:
        """Return the adapter without it."""
        mutant = type(outlet.__name__, (outlet,), {"__module__": outlet.__module__})
        # Set afterwards: a class is checked when it is created, and must not be empty.
        setattr(mutant, self.attribute, self.remaining)
        # The version is a hash of the source, which is unchanged and slow to find.
        setattr(mutant, "version", outlet.version)  # noqa: B010
        return mutant


def parts(outlet: type[Outlet]) -> list[AdapterPart]:
    """Return the removable definitions of an adapter, in the order of the documentation."""
    found = [*_fields(outlet), *_strips(outlet), *_rules(outlet)]
    for at, layout in enumerate(outlet.layouts):
        found += _layout(outlet.layouts, at, layout)
    own = vars(outlet)
    return [
        part
        if part.attribute in own
        else AdapterPart(
            label=part.label,
            definition=part.definition,
            attribute=part.attribute,
            remaining=part.remaining,
            own=False,
        )
        for part in found
    ]


def _fields(outlet: type[Outlet]) -> Iterator[AdapterPart]:
    for name in FIELD_NAMES:
        value = getattr(outlet, name, None)
        if value is not None:
            definition = f"{name} = {value!r}" if isinstance(value, str) else f"{name}()"
            yield AdapterPart(label=name, definition=definition, attribute=name, remaining=None)


def _strips(outlet: type[Outlet]) -> Iterator[AdapterPart]:
    for label, definition, remaining in _without_one(outlet.strip):
        yield AdapterPart(
            label=label, definition=definition, attribute="strip", remaining=remaining
        )


def _without_one(strip: Mapping[str, Strip]) -> Iterator[tuple[str, str, dict[str, Strip]]]:
    """Yield label, code and the remaining table for each entry of a strip table."""
    for kind, given in strip.items():
        if not isinstance(given, tuple):
            remaining = {k: v for k, v in strip.items() if k != kind}
            yield f"strip.{kind}", f"strip[{kind!r}] = {_shown(given)}", remaining
            continue
        for at, one in enumerate(given):
            remaining = {**strip, kind: (*given[:at], *given[at + 1 :])}
            yield f"strip.{kind}[{at}]", f"strip[{kind!r}][{at}] = {_shown(one)}", remaining


def _shown(value: str | re.Pattern[str]) -> str:
    return repr(value) if isinstance(value, str) else f"/{value.pattern}/"


def _rules(outlet: type[Outlet]) -> Iterator[AdapterPart]:
    for at, rule in enumerate(outlet.rules):
        remaining = (*outlet.rules[:at], *outlet.rules[at + 1 :])
        definition = f"rules[{at}] {rule.name!r} = /{rule.pattern.pattern}/"
        yield AdapterPart(
            label=f"rules[{at}].{rule.name}",
            definition=definition,
            attribute="rules",
            remaining=remaining,
        )


def _layout(layouts: Sequence[Layout], at: int, layout: Layout) -> Iterator[AdapterPart]:
    label, definition = f"layouts.{layout.name}", f"layouts[{layout.name!r}]"

    def others(*changed: Layout) -> tuple[Layout, ...]:
        return (*layouts[:at], *changed, *layouts[at + 1 :])

    def without(strip: Mapping[str, Strip], fields: Mapping[str, str]) -> tuple[Layout, ...]:
        return others(
            Layout(layout.name, matches=layout.matches, until=layout.until, strip=strip, **fields)
        )

    yield AdapterPart(label=label, definition=definition, attribute="layouts", remaining=others())
    for name, css in layout.fields.items():
        fields = {k: v for k, v in layout.fields.items() if k != name}
        remaining = without(layout.strip, fields)
        yield AdapterPart(
            label=f"{label}.{name}",
            definition=f"{definition}.{name} = {css!r}",
            attribute="layouts",
            remaining=remaining,
        )
    for tail, code, strip in _without_one(layout.strip):
        remaining = without(strip, layout.fields)
        yield AdapterPart(
            label=f"{label}.{tail}",
            definition=f"{definition}.{code}",
            attribute="layouts",
            remaining=remaining,
        )


def untested(part: AdapterPart, outlet: type[Outlet], runs: Sequence[FixtureRun]) -> Finding | None:
    """Return a finding for a part whose loss no fixture notices; None if one does.

    A fixture notices a loss if its record changes in any field except the warnings, and no matcher
    in the expectation allows the change. If only the source or rule of a value changes, the generic
    reading gives the same result: that is a warning, and so is a part defined in a base class. If
    no fixture could be read, there is no finding.
    """
    if runs and not any(readable(run) for run in runs):
        return None
    mutant = part.removed_from(outlet)
    named = False
    for run in runs:
        if run.document is None or not readable(run):
            continue
        before = run.first.outcome
        after = read_safely(mutant, run.document, run.deadline).outcome
        lost = _noticed(run, before, after)
        if lost - {"provenance", "removed"}:
            return None
        if "removed" in lost and _bare(before) != _bare(after):
            return None
        named = named or bool(lost)
    if named:
        message = f"the generic reading gives the same result without {part.definition}"
        return Finding("mutation", outlet.id, message, warning=True)
    return Finding("mutation", outlet.id, f"nothing tests {part.definition}", warning=not part.own)


def readable(run: FixtureRun) -> bool:
    """Return whether the fixture is usable and the adapter read it without an error of its own."""
    return run.broken is None and run.first.adapter_error is None


def _noticed(run: FixtureRun, before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    expected = run.expected or {}
    found = set()
    for name in store.differences(before, after):
        try:
            allowed = name in expected and matchers.matches(expected[name], after.get(name))
        except matchers.BrokenMatcher:
            allowed = False
        if name != "warnings" and not allowed:
            found.add(name)
    return found


def _bare(outcome: dict[str, Any]) -> list[tuple[object, object, object]]:
    """Return the removed segments without the rules that removed them."""
    return [(r["kind"], r["text"], r["characters"]) for r in outcome.get("removed", [])]
