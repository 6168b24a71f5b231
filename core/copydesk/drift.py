"""Drift: where the fresh records of an outlet depart from its baseline."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from copydesk.draft import RuleId
from copydesk.outlet import FIELD_NAMES, Outlet
from copydesk.profiles import OUTCOMES, PARTS, Form, Profile, quantile, spread

CODES = {
    "no_baseline": "there is nothing to compare with: neither fixtures nor a kept run",
    "no_records": "the outlet was asked for, and nothing fresh is of it",
    "blocked": "challenge, consent and login pages, and pages whose text is withheld",
    "empty": "documents without text, and records without a word of body",
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
    "rule_silent": "a rule of the adapter that took part in records of the baseline never does now",
    "rule_hits": "a rule of the adapter takes part in another share of the records",
    "removed_mix": "a kind of residue makes up another share of the text",
}
"""Every finding of a comparison: its code, and what it says."""

Z = 2.576
"""Half the width of the intervals that are compared, in standard deviations: 99 % each."""

LEAST = {"outcome": 0.05, "share": 0.10, "length": 0.25}
"""Differences of shares smaller than these are no finding, however many records there are."""

USUAL = {"blocked": 0.1, "empty": 0.1, "failed": 0.1, "not_an_article": 0.5, "layout_changed": 0.1,
         "selector_stopped": 0.5}  # fmt: skip
"""What share is taken for usual at most where the baseline has none of it."""

FEWEST = 10
"""Records that there must be on either side before how often something occurs is compared."""

_CUTS = (0.1, 0.5)


@dataclass(frozen=True, slots=True)
class Rate:
    """How many of how many; count may be a sum of shares, so that it has a fraction."""

    count: float
    of: int

    @property
    def share(self) -> float:
        """From 0 to 1; 0 where there is none to count."""
        return self.count / self.of if self.of else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's interval of the share that lies behind; from 0 to 1 where there is none to count.

        For a sum of shares it is wider than needed: no variable between 0 and 1 varies more.
        """
        if not self.of:
            return 0.0, 1.0
        share, weight = min(max(self.share, 0.0), 1.0), Z * Z / self.of
        middle = (share + weight / 2) / (1 + weight)
        half = math.sqrt(weight * share * (1 - share) + weight * weight / 4) / (1 + weight)
        return max(middle - half, 0.0), min(middle + half, 1.0)


@dataclass(frozen=True, slots=True)
class Finding:
    """One departure from the baseline.

    outlet, form: where; form None where nothing was seen. code: one of CODES. subject: the field,
    rule, selector, layout, type or kind it is about, else empty. was, now: None where there is
    nothing to count. example: a fresh document that shows it. note: what the shares do not say.
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
    """What an outlet's records of one form used to look like.

    fixtures: of its expected articles, which were chosen, not drawn: they tell what there can be,
    and little of how often. runs: of the earlier runs together. number: of those runs.
    """

    fixtures: Profile = field(default_factory=Profile)
    runs: Profile = field(default_factory=Profile)
    number: int = 0


def declared_by(outlet: type[Outlet]) -> frozenset[str]:
    """The names that records give to what an adapter says: its rules, strips and fields."""
    names = {rule.name for rule in outlet.line_rules()}
    names |= {name for name in FIELD_NAMES if getattr(outlet, name, None)}
    names |= {name for layout in outlet.layouts for name in layout.fields}
    for strip in (outlet.strip, *(layout.strip for layout in outlet.layouts)):
        names |= {f"strip.{kind}" for kind in strip}
    return frozenset(str(RuleId(outlet.id, name)) for name in names)


def compare(
    outlet: str,
    form: Form,
    fresh: Profile,
    baseline: Baseline,
    declared: Iterable[str] | None = None,
) -> list[Finding]:
    """The findings of a fresh set, in the order of CODES.

    declared: names of the rules that the adapter has now, such as "echo:strip.related"; a rule that
    is gone from it is not silent. None where they are not known.
    """
    known = baseline.fixtures.plus(baseline.runs)
    found = []
    if not known.documents:
        found.append(Finding(outlet, form, "no_baseline", note=CODES["no_baseline"]))
    departures = [*_outcomes(baseline.runs, fresh), *_losses(known, fresh, declared)]
    if min(baseline.runs.records, fresh.records) >= FEWEST:
        departures += _frequencies(baseline.runs, fresh)
    for one in departures:
        example = fresh.examples.get(one.example) or fresh.examples.get("any")
        found.append(
            Finding(outlet, form, one.code, one.subject, one.was, one.now, example, one.note)
        )
    order = list(CODES)
    return sorted(found, key=lambda f: (order.index(f.code), f.subject))


class _Departure(NamedTuple):
    """A finding before it is known of whom; example: its key among the profile's."""

    code: str
    subject: str
    was: Rate
    now: Rate
    example: str
    note: str = ""


def _outcomes(runs: Profile, fresh: Profile) -> Iterator[_Departure]:
    """What gave no article; fixtures are no measure of that."""
    for code in OUTCOMES:
        was = Rate(runs.outcomes[code], runs.documents)
        now = Rate(fresh.outcomes[code], fresh.documents)
        if _unusual(code, was, now):
            yield _Departure(code, "", was, now, f"outcomes:{code}")


def _losses(known: Profile, fresh: Profile, declared: Iterable[str] | None) -> Iterator[_Departure]:
    """What used to be there and is no more, against fixtures and runs together."""
    was, now = Rate(known.no_layout, known.records), Rate(fresh.no_layout, fresh.records)
    if _unusual("layout_changed", was, now):
        yield _Departure("layout_changed", "", was, now, "no_layout")
    for subject, was, now in _rates(known, fresh, "unmatched"):
        if _unusual("selector_stopped", was, now):
            yield _Departure("selector_stopped", subject, was, now, f"unmatched:{subject}")
    for subject, was, now in _rates(known, fresh, "filled"):
        if _apart(was, now) < 0:
            yield _Departure("field_lost", subject, was, now, f"without:{subject}")
    for subject, was, now in _rates(known, fresh, "rules"):
        if not now.count and _apart(was, now) and (declared is None or subject in declared):
            yield _Departure("rule_silent", subject, was, now, "any")


def _frequencies(runs: Profile, fresh: Profile) -> Iterator[_Departure]:
    """What occurs more or less often, or is longer or shorter, than in earlier runs."""
    for code, group in (("field_gained", "filled"), ("layout_mix", "layouts")):
        for subject, was, now in _rates(runs, fresh, group):
            if _apart(was, now) > 0:
                yield _Departure(code, subject, was, now, f"{group}:{subject}")
    for subject, was, now in _rates(runs, fresh, "rules"):
        if now.count and _apart(was, now):
            yield _Departure("rule_hits", subject, was, now, f"rules:{subject}")
    for code, group in (("block_mix", "blocks"), ("removed_mix", "removed")):
        for subject, was, now in _rates(runs, fresh, group, PARTS):
            if _apart(was, now) and abs(was.share - now.share) >= LEAST["share"]:
                yield _Departure(code, subject, was, now, f"{group}:{subject}")
    if length := _length(runs, fresh):
        yield length


def _rates(
    was: Profile, now: Profile, group: str, parts: int = 1
) -> Iterator[tuple[str, Rate, Rate]]:
    old, new = getattr(was, group), getattr(now, group)
    for key in sorted(old.keys() | new.keys()):
        counts = (old[key], new[key]) if parts == 1 else (old[key] / parts, new[key] / parts)
        yield key, Rate(counts[0], was.records), Rate(counts[1], now.records)


def _apart(was: Rate, now: Rate, least: float = LEAST["share"]) -> int:
    """1 for a share that has risen beyond tolerance, -1 for one that has fallen, else 0.

    Beyond tolerance: the intervals do not touch, and the difference is not a small one; what is
    gone altogether may have been rare.
    """
    if not was.of or not now.of:
        return 0
    low, high = was.interval
    least_now, most_now = now.interval
    enough = abs(now.share - was.share) >= least
    if least_now > high and enough:
        return 1
    return -1 if most_now < low and (enough or not now.count) else 0


def _unusual(code: str, was: Rate, now: Rate) -> bool:
    """Whether a share of what should not be there has risen.

    Where the baseline has none of it, however few its records, no more than USUAL is put up with.
    """
    bar = was.interval[1] if was.count else min(was.interval[1], USUAL[code])
    return now.interval[0] > bar and now.share - was.share >= LEAST["outcome"]


def _length(runs: Profile, fresh: Profile) -> _Departure | None:
    """Whether more texts than before lie below or above the earlier runs' quantiles."""
    for cut in _CUTS:
        for code, sign in (("body_shorter", 1), ("body_longer", -1)):
            edge = quantile(runs.lengths, cut if sign > 0 else 1 - cut)
            was, now = (
                Rate(sum(n for at, n in p.lengths.items() if at * sign < edge * sign), p.records)
                for p in (runs, fresh)
            )
            if _apart(was, now, LEAST["length"]) > 0:
                end = min(fresh.lengths) if sign > 0 else max(fresh.lengths)
                note = f"characters: {spread(runs)}, now {spread(fresh)}"
                return _Departure(code, "", was, now, f"lengths:{end}", note)
    return None
