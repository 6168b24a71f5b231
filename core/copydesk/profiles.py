"""Profiles: what a set of an outlet's documents came to, in sums that can be kept and added."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from copydesk.draft import RuleId
from copydesk.notices import NoticeCode

FIELDS = (
    "headline", "standfirst", "description", "byline", "authors", "dateline", "published",
    "modified", "language", "section", "breadcrumbs", "tags", "info_sources", "images",
    "images.caption", "images.credit", "comments", "related", "corrections", "canonical_url",
)  # fmt: skip
"""The fields whose fill rate is compared; the body's is told by the outcome `empty`."""

Form = Literal["page", "text"]
"""What an outlet's copy came as: the two are never compared with one another."""

OUTCOMES = ("blocked", "empty", "not_an_article", "failed")
"""What can become of a document other than an article."""

_WALLS = frozenset({"challenge_page", "login_wall", "consent_page"})
_WORDLESS = frozenset({"gallery", "video"})
_LABELS = frozenset({"type", "status", "kind", "position", "level", "ordered", "role", "category"})
_PLACES = frozenset({"url", "provider", "time"})
_STEP = math.log(1.1)

PARTS = 10_000
"""Shares are summed in parts of this size."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One document of an outlet and what came of it.

    outlet: adapter's id. where: its address, or its place. record: the article as plain values, None
    where there is none; then reason and detail are those of the error.
    """

    outlet: str
    where: str
    record: Mapping[str, Any] | None = None
    reason: str = ""
    detail: str | None = None


class Profile(BaseModel):
    """What a set of documents of one outlet and form came to, in sums that can be added.

    version: of this shape. outcomes: documents by outcome. records: those with a record that is not
    blocked; all that follows is of them. filled, layouts, unmatched, rules: records by field,
    layout, selector that matched nothing, and rule of the outlet's own. no_layout: records that no
    layout matched. blocks, removed: sums of the shares of a record's blocks by type, and of its
    characters by kind of residue, in PARTS. lengths: records by the length of their text, in steps
    of a tenth. examples: by group and key, the first address in alphabetical order; not kept.
    """

    model_config = ConfigDict(extra="forbid")

    version: Literal[2] = 2
    outcomes: Counter[str] = Field(default_factory=Counter)
    records: int = 0
    filled: Counter[str] = Field(default_factory=Counter)
    layouts: Counter[str] = Field(default_factory=Counter)
    no_layout: int = 0
    unmatched: Counter[str] = Field(default_factory=Counter)
    rules: Counter[str] = Field(default_factory=Counter)
    blocks: Counter[str] = Field(default_factory=Counter)
    removed: Counter[str] = Field(default_factory=Counter)
    lengths: Counter[int] = Field(default_factory=Counter)
    examples: dict[str, str] = Field(default_factory=dict, exclude=True)

    @property
    def documents(self) -> int:
        """How many documents there were."""
        return self.outcomes.total()

    def add(self, seen: Seen) -> None:
        """Take one document in."""
        outcome = outcome_of(seen)
        self._count("outcomes", outcome, seen.where)
        if seen.record is not None and outcome != "blocked":
            self._record(seen.outlet, seen.record, seen.where)

    def plus(self, other: Profile) -> Profile:
        """Both sets as one."""
        sums = {
            name: getattr(self, name) + getattr(other, name)
            for name in Profile.model_fields
            if name not in ("version", "examples")
        }
        shared = {
            key: min(filter(None, (self.examples.get(key), other.examples.get(key))))
            for key in {**self.examples, **other.examples}
        }
        return Profile(**sums, examples=shared)

    def _count(self, group: str, key: str | int, where: str, number: int = 1) -> None:
        getattr(self, group)[key] += number
        self._show(f"{group}:{key}", where)

    def _show(self, key: str, where: str) -> None:
        self.examples[key] = min(self.examples.get(key, where), where)

    def _record(self, outlet: str, record: Mapping[str, Any], where: str) -> None:
        self.records += 1
        self._show("any", where)
        for name in FIELDS:
            if is_filled(name, record):
                self._count("filled", name, where)
            else:
                self._show(f"without:{name}", where)
        layout = _dict(record, "adapter").get("layout")
        if isinstance(layout, str):
            self._count("layouts", layout, where)
        for warning in _dicts(record.get("warnings")):
            if warning.get("code") == NoticeCode.NO_LAYOUT:
                self.no_layout += 1
                self._show("no_layout", where)
            elif warning.get("code") == NoticeCode.SELECTOR_UNMATCHED:
                self._count("unmatched", str(warning.get("subject")), where)
        for rule in _rules(outlet, record):
            self._count("rules", rule, where)
        types = Counter(str(block.get("type")) for block in _dicts(record.get("body")))
        for name, number in types.items():
            self._count("blocks", name, where, _part(number, types.total()))
        self._removed(record, where)
        text = record.get("text")
        size = len(text) if isinstance(text, str) else 0
        self._count("lengths", round(math.log(size) / _STEP) if size else -1, where)

    def _removed(self, record: Mapping[str, Any], where: str) -> None:
        sizes: Counter[str] = Counter()
        for segment in _dicts(record.get("removed")):
            sizes[str(segment.get("kind"))] += _number(segment.get("characters"))
        whole = _number(_dict(record, "document").get("characters"))
        for kind, size in sizes.items():
            self._count("removed", kind, where, _part(size, max(whole, sizes.total())))


def outcome_of(seen: Seen) -> str:
    """What became of a document: article, blocked, empty, not_an_article or failed."""
    record = seen.record
    if record is None:
        if seen.reason == "not_an_article" and seen.detail in _WALLS:
            return "blocked"
        return seen.reason if seen.reason in OUTCOMES else "failed"
    if _dict(record, "access").get("observed") == "blocked":
        return "blocked"
    if record.get("kind") not in _WORDLESS and not holds(record.get("body"), _PLACES):
        return "empty"
    return "article"


def is_filled(name: str, record: Mapping[str, Any]) -> bool:
    """Whether a field of a record holds something; "images.caption" asks any of the images."""
    top, _, part = name.partition(".")
    value = record.get(top)
    if part:
        return any(holds(one.get(part)) for one in _dicts(value))
    if name == "dateline" and isinstance(value, Mapping):
        return holds([value.get("raw"), value.get("place")])
    return holds(value)


def holds(value: Any, aside: frozenset[str] = frozenset()) -> bool:
    """Whether there is a word or a number in a value, labels and the keys in `aside` not counted."""
    if isinstance(value, str):
        return bool(value.strip())
    if isinstance(value, Mapping):
        return any(holds(v, aside) for k, v in value.items() if k not in _LABELS | aside)
    if isinstance(value, list):
        return any(holds(one, aside) for one in value)
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value != 0


def profiles(documents: Iterable[Seen]) -> dict[tuple[str, Form], Profile]:
    """A profile for each outlet and form.

    What gave no record counts as a page, unless all records of the outlet are of texts.
    """
    found: dict[tuple[str, Form], Profile] = {}
    without: dict[str, Profile] = {}
    for seen in documents:
        if seen.record is None:
            without.setdefault(seen.outlet, Profile()).add(seen)
            continue
        kind = _dict(seen.record, "document").get("media_type")
        form: Form = "text" if str(kind).startswith("text/plain") else "page"
        found.setdefault((seen.outlet, form), Profile()).add(seen)
    for outlet, profile in without.items():
        texts = (outlet, "page") not in found and (outlet, "text") in found
        key: tuple[str, Form] = (outlet, "text" if texts else "page")
        found[key] = found[key].plus(profile) if key in found else profile
    return dict(sorted(found.items()))


def quantile(lengths: Counter[int], share: float) -> int:
    """The step of length below or at which a share of the records lies; -1 where there are none."""
    passed, total = 0, lengths.total()
    for at in sorted(lengths):
        passed += lengths[at]
        if passed >= share * total:
            return at
    return -1


def spread(profile: Profile) -> str:
    """The median length of the texts and, in brackets, the quarters' bounds, to a tenth."""
    low, middle, high = (_characters(quantile(profile.lengths, q)) for q in (0.25, 0.5, 0.75))
    return f"{middle:,} ({low:,} to {high:,})"


def _characters(at: int) -> int:
    return round(math.exp(at * _STEP)) if at >= 0 else 0


def _part(number: int, whole: int) -> int:
    return round(number * PARTS / whole) if whole else 0


def _rules(outlet: str, record: Mapping[str, Any]) -> set[str]:
    """The outlet's own rules and selectors that took part in a record."""
    named = [s.get("rule") for s in _dicts(record.get("removed"))]
    named += [o.get("rule") for o in _dicts(list(_dict(record, "provenance").values()))]
    return {n for n in named if isinstance(n, str) and RuleId.parse(n, outlet).is_outlet}


# An expectation may say with a text of its own what stands in such a place.
def _dict(record: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = record.get(name)
    return value if isinstance(value, Mapping) else {}


def _number(value: Any) -> int:
    return value if isinstance(value, int) else 0


def _dicts(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []
