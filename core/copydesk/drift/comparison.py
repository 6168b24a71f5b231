"""Drift: how the new records of an outlet deviate from its baseline."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from copydesk.adapters.outlet import FIELD_NAMES, Outlet
from copydesk.drift.profile import OUTCOMES, SHARE_UNIT, Form, Profile, quantile, spread
from copydesk.model.draft import RuleId

CODES = {
    "no_baseline": "there is nothing to compare with: neither fixtures nor a stored run",
    "no_records": "the outlet has no new records",
    "blocked": "challenge, consent and login pages, and pages whose text is withheld",
    "empty": "documents without text, and records without text in the body",
    "not_an_article": "section fronts, error pages and the like",
    "failed": "documents that could not be read for another reason",
    "layout_changed": "pages that none of the outlet's layouts matches",
    "layout_mix": "a layout has become more frequent",
    "selector_stopped": "a selector of the adapter matches nothing on more pages",
    "field_lost": "a field is filled less often",
    "field_gained": "a field is filled more often",
    "body_shorter": "bodies have become shorter",
    "body_longer": "bodies have become longer",
    "block_mix": "a type of block makes up another share of the body",
    "rule_silent": "a rule of the adapter that was used in records of the baseline is not used in any now",
    "rule_hits": "a rule of the adapter is used in another share of the records",
    "removed_mix": "a kind of residue makes up another share of the text",
}
"""Every finding of a comparison: code and description."""

Z = 2.576
"""Half the width of the compared intervals, in standard deviations, for a confidence of 99 %."""

MIN_DIFFERENCE = {"outcome": 0.05, "share": 0.10, "length": 0.25}
"""Smaller differences of shares are ignored, for any number of records."""

ASSUMED_SHARE = {
    "blocked": 0.1,
    "empty": 0.1,
    "failed": 0.1,
    "not_an_article": 0.5,
    "layout_changed": 0.1,
    "selector_stopped": 0.5,
}
"""Upper bound of the baseline's share if the baseline has no case."""

MIN_RECORDS = 10
"""Minimum number of records on each side for a comparison of frequencies."""

_CUTS = (0.1, 0.5)


@dataclass(frozen=True, slots=True)
class Rate:
    """A count out of a total; the count may be a sum of shares, and thus fractional."""

    count: float
    of: int

    @property
    def share(self) -> float:
        """The share, from 0 to 1; 0 if the total is 0."""
        return self.count / self.of if self.of else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's interval of the true share; from 0 to 1 if the total is 0.

        For a sum of shares it is wider than necessary: no variable between 0 and 1 varies more.
        """
        if not self.of:
            return 0.0, 1.0
        share, weight = min(max(self.share, 0.0), 1.0), Z * Z / self.of
        middle = (share + weight / 2) / (1 + weight)
        half = math.sqrt(weight * share * (1 - share) + weight * weight / 4) / (1 + weight)
        return max(middle - half, 0.0), min(middle + half, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftFinding:
    """One deviation from the baseline.

    form: None if there is no new record.
    code: one of CODES.
    subject: the field, rule, selector, layout, type or kind that it is about, else empty.
    was, now: None if there is nothing to count.
    example: a new document that shows it.
    note: what the shares do not show.
    """

    outlet: str
    form: Form | None
    code: str
    subject: str = ""
    was: Rate | None = None
    now: Rate | None = None
    example: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Baseline:
    """The profiles of an outlet's earlier records of one form.

    fixtures: its expected articles, which were chosen, not sampled: they show what is possible, but
    hardly how often.
    runs: the earlier runs together.
    number: the number of those runs.
    """

    fixtures: Profile = field(default_factory=Profile)
    runs: Profile = field(default_factory=Profile)
    number: int = 0


def declared_by(outlet: type[Outlet]) -> frozenset[str]:
    """Return the names that an adapter's rules, strips and fields have in records."""
    names = {rule.name for rule in outlet.line_rules()}
    names |= {name for name in FIELD_NAMES if getattr(outlet, name, None)}
    names |= {name for layout in outlet.layouts for name in layout.fields}
    for strip in (outlet.strip, *(layout.strip for layout in outlet.layouts)):
        names |= {f"strip.{kind}" for kind in strip}
    return frozenset(str(RuleId(outlet.id, name)) for name in names)


def compare_profiles(
    outlet: str,
    form: Form,
    fresh: Profile,
    baseline: Baseline,
    declared: Iterable[str] | None = None,
) -> list[DriftFinding]:
    """Return the findings of a new set, in the order of CODES.

    declared: names of the adapter's current rules, such as "echo:strip.related"; a deleted rule is
    not reported as silent. None if unknown.
    """
    known = baseline.fixtures.plus(baseline.runs)
    found = []
    if not known.documents:
        found.append(
            DriftFinding(outlet=outlet, form=form, code="no_baseline", note=CODES["no_baseline"])
        )
    deviations = [*_outcomes(baseline.runs, fresh), *_losses(known, fresh, declared)]
    if min(baseline.runs.records, fresh.records) >= MIN_RECORDS:
        deviations += _frequencies(baseline.runs, fresh)
    for one in deviations:
        example = fresh.examples.get(one.example) or fresh.examples.get("any")
        found.append(
            DriftFinding(
                outlet=outlet,
                form=form,
                code=one.code,
                subject=one.subject,
                was=one.was,
                now=one.now,
                example=example,
                note=one.note,
            )
        )
    order = list(CODES)
    return sorted(found, key=lambda f: (order.index(f.code), f.subject))


class _Deviation(NamedTuple):
    """A finding without its outlet; example is a key of the profile's examples."""

    code: str
    subject: str
    was: Rate
    now: Rate
    example: str
    note: str = ""


def _outcomes(runs: Profile, fresh: Profile) -> Iterator[_Deviation]:
    """Compare the outcomes without an article, with runs only: fixtures do not measure them."""
    for code in OUTCOMES:
        was = Rate(runs.outcomes[code], runs.documents)
        now = Rate(fresh.outcomes[code], fresh.documents)
        if _has_risen(code, was, now):
            yield _Deviation(code, "", was, now, f"outcomes:{code}")


def _losses(known: Profile, fresh: Profile, declared: Iterable[str] | None) -> Iterator[_Deviation]:
    """Find losses against fixtures and runs together."""
    was, now = Rate(known.no_layout, known.records), Rate(fresh.no_layout, fresh.records)
    if _has_risen("layout_changed", was, now):
        yield _Deviation("layout_changed", "", was, now, "no_layout")
    for subject, was, now in _rates(known, fresh, "unmatched"):
        if _has_risen("selector_stopped", was, now):
            yield _Deviation("selector_stopped", subject, was, now, f"unmatched:{subject}")
    for subject, was, now in _rates(known, fresh, "filled"):
        if _direction(was, now) < 0:
            yield _Deviation("field_lost", subject, was, now, f"without:{subject}")
    for subject, was, now in _rates(known, fresh, "rules"):
        if not now.count and _direction(was, now) and (declared is None or subject in declared):
            yield _Deviation("rule_silent", subject, was, now, "any")


def _frequencies(runs: Profile, fresh: Profile) -> Iterator[_Deviation]:
    """Find changes of frequency and length against earlier runs."""
    for code, group in (("field_gained", "filled"), ("layout_mix", "layouts")):
        for subject, was, now in _rates(runs, fresh, group):
            if _direction(was, now) > 0:
                yield _Deviation(code, subject, was, now, f"{group}:{subject}")
    for subject, was, now in _rates(runs, fresh, "rules"):
        if now.count and _direction(was, now):
            yield _Deviation("rule_hits", subject, was, now, f"rules:{subject}")
    for code, group in (("block_mix", "blocks"), ("removed_mix", "removed")):
        for subject, was, now in _rates(runs, fresh, group, SHARE_UNIT):
            if _direction(was, now) and abs(was.share - now.share) >= MIN_DIFFERENCE["share"]:
                yield _Deviation(code, subject, was, now, f"{group}:{subject}")
    if length := _length(runs, fresh):
        yield length


def _rates(
    was: Profile, now: Profile, group: str, parts: int = 1
) -> Iterator[tuple[str, Rate, Rate]]:
    old, new = getattr(was, group), getattr(now, group)
    for key in sorted(old.keys() | new.keys()):
        counts = (old[key], new[key]) if parts == 1 else (old[key] / parts, new[key] / parts)
        yield key, Rate(counts[0], was.records), Rate(counts[1], now.records)


def _direction(was: Rate, now: Rate, least: float = MIN_DIFFERENCE["share"]) -> int:
    """Return 1 for a share that has risen beyond tolerance, -1 for one that has fallen, else 0.

    Beyond tolerance: the intervals do not overlap, and the difference is at least `least`, unless
    the share fell to 0.
    """
    if not was.of or not now.of:
        return 0
    low, high = was.interval
    least_now, most_now = now.interval
    enough = abs(now.share - was.share) >= least
    if least_now > high and enough:
        return 1
    return -1 if most_now < low and (enough or not now.count) else 0


def _has_risen(code: str, was: Rate, now: Rate) -> bool:
    """Return whether the share of something undesirable has risen.

    If the baseline has no case, ASSUMED_SHARE limits its upper bound, even with few records.
    """
    bar = was.interval[1] if was.count else min(was.interval[1], ASSUMED_SHARE[code])
    return now.interval[0] > bar and now.share - was.share >= MIN_DIFFERENCE["outcome"]


def _length(runs: Profile, fresh: Profile) -> _Deviation | None:
    """Find whether more texts than before are below or above the quantiles of earlier runs."""
    for cut in _CUTS:
        for code, sign in (("body_shorter", 1), ("body_longer", -1)):
            edge = quantile(runs.lengths, cut if sign > 0 else 1 - cut)
            was, now = (
                Rate(sum(n for at, n in p.lengths.items() if at * sign < edge * sign), p.records)
                for p in (runs, fresh)
            )
            if _direction(was, now, MIN_DIFFERENCE["length"]) > 0:
                end = min(fresh.lengths) if sign > 0 else max(fresh.lengths)
                note = f"characters: {spread(runs)}, now {spread(fresh)}"
                return _Deviation(code, "", was, now, f"lengths:{end}", note)
    return None
