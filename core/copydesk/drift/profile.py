"""Profiles: statistics of a set of an outlet's documents, as sums that can be stored and added."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from copydesk.model.draft import RuleId
from copydesk.model.notices import NoticeCode

FIELDS = tuple(
    """headline standfirst description byline authors dateline published modified language
    section breadcrumbs tags info_sources images images.caption images.credit comments
    related corrections canonical_url lead_image""".split()
)
"""The fields whose fill rate is compared; for the body, the outcome `empty` shows it."""

Form = Literal["page", "text"]
"""Form of an outlet's copy; the two are never compared with each other."""

OUTCOMES = ("blocked", "empty", "not_an_article", "failed")
"""The outcomes of a document other than an article."""

_WALLS = frozenset({"challenge_page", "login_wall", "consent_page"})
_WORDLESS = frozenset({"gallery", "video"})
_LABELS = frozenset({"type", "status", "kind", "position", "level", "ordered", "role", "category"})
_PLACES = frozenset({"url", "provider", "time"})
_STEP = math.log(1.1)

SHARE_UNIT = 10_000
"""Shares are summed in parts of this size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One document of an outlet and its outcome.

    outlet: the adapter's id.
    where: the document's URL or location.
    record: the article as plain values; None if there is none.
    reason, detail: those of the error if there is no record.
    """

    outlet: str
    where: str
    record: Mapping[str, Any] | None = None
    reason: str = ""
    detail: str | None = None


class Profile(BaseModel):
    """Statistics of a set of documents of one outlet and form.

    version: of this format.
    outcomes: documents by outcome.
    records: the number of records that are not blocked; the other statistics are about these.
    filled, layouts, unmatched, rules: records by field, layout, selector that matched nothing, and
    rule of the outlet.
    no_layout: records that no layout matched.
    blocks, removed: sums of the shares of a record's blocks by type, and of its characters by kind
    of residue, in SHARE_UNIT.
    lengths: records by the length of their text, in logarithmic steps of a tenth.
    examples: by group and key, the first URL in alphabetical order; not stored.
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
        """The number of documents."""
        return self.outcomes.total()

    def add(self, observation: Observation) -> None:
        """Add one document."""
        outcome = outcome_of(observation)
        self._count("outcomes", outcome, observation.where)
        if observation.record is not None and outcome != "blocked":
            self._record(observation.outlet, observation.record, observation.where)

    def plus(self, other: Profile) -> Profile:
        """Return the profile of both sets together."""
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


def outcome_of(observation: Observation) -> str:
    """Return the outcome of a document: article, blocked, empty, not_an_article or failed."""
    record = observation.record
    if record is None:
        if observation.reason == "not_an_article" and observation.detail in _WALLS:
            return "blocked"
        return observation.reason if observation.reason in OUTCOMES else "failed"
    if _dict(record, "access").get("observed") == "blocked":
        return "blocked"
    if record.get("kind") not in _WORDLESS and not has_content(record.get("body"), _PLACES):
        return "empty"
    return "article"


def is_filled(name: str, record: Mapping[str, Any]) -> bool:
    """Return whether a field of a record has content; "images.caption" means that of any image."""
    top, _, part = name.partition(".")
    value = record.get(top)
    if part:
        return any(has_content(one.get(part)) for one in _dicts(value))
    if name == "dateline" and isinstance(value, Mapping):
        return has_content([value.get("raw"), value.get("place")])
    return has_content(value)


def has_content(value: Any, ignored: frozenset[str] = frozenset()) -> bool:
    """Return whether a value contains a word or a number, without labels and the ignored keys."""
    if isinstance(value, str):
        return bool(value.strip())
    if isinstance(value, Mapping):
        return any(has_content(v, ignored) for k, v in value.items() if k not in _LABELS | ignored)
    if isinstance(value, list):
        return any(has_content(one, ignored) for one in value)
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value != 0


def build_profiles(documents: Iterable[Observation]) -> dict[tuple[str, Form], Profile]:
    """Return a profile for each outlet and form.

    A document without a record counts as a page, unless all records of the outlet are texts.
    """
    found: dict[tuple[str, Form], Profile] = {}
    without: dict[str, Profile] = {}
    for observation in documents:
        if observation.record is None:
            without.setdefault(observation.outlet, Profile()).add(observation)
            continue
        kind = _dict(observation.record, "document").get("media_type")
        form: Form = "text" if str(kind).startswith("text/plain") else "page"
        found.setdefault((observation.outlet, form), Profile()).add(observation)
    for outlet, profile in without.items():
        texts = (outlet, "page") not in found and (outlet, "text") in found
        key: tuple[str, Form] = (outlet, "text" if texts else "page")
        found[key] = found[key].plus(profile) if key in found else profile
    return dict(sorted(found.items()))


def quantile(lengths: Counter[int], share: float) -> int:
    """Return the length step that a share of the records does not exceed; -1 without records."""
    passed, total = 0, lengths.total()
    for at in sorted(lengths):
        passed += lengths[at]
        if passed >= share * total:
            return at
    return -1


def spread(profile: Profile) -> str:
    """Format the median length of the texts with the quartiles in brackets, to a tenth."""
    low, middle, high = (_characters(quantile(profile.lengths, q)) for q in (0.25, 0.5, 0.75))
    return f"{middle:,} ({low:,} to {high:,})"


def _characters(at: int) -> int:
    return round(math.exp(at * _STEP)) if at >= 0 else 0


def _part(number: int, whole: int) -> int:
    return round(number * SHARE_UNIT / whole) if whole else 0


def _rules(outlet: str, record: Mapping[str, Any]) -> set[str]:
    """Return the outlet's own rules and selectors that were used in a record."""
    named = [s.get("rule") for s in _dicts(record.get("removed"))]
    named += [o.get("rule") for o in _dicts(list(_dict(record, "provenance").values()))]
    return {n for n in named if isinstance(n, str) and RuleId.parse(n, outlet).is_outlet}


# An expectation may contain a matcher in such a place.
def _dict(record: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = record.get(name)
    return value if isinstance(value, Mapping) else {}


def _number(value: Any) -> int:
    return value if isinstance(value, int) else 0


def _dicts(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []
