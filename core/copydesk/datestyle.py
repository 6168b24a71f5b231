"""How a page writes its dates, told from the page itself and its outlet."""

from __future__ import annotations

import re
from datetime import date

from copydesk import moments
from copydesk.draft import LANG, Draft
from copydesk.styles import Style, of_region
from copydesk.urls import host_of

# Country domains that are sold to everybody, and say nothing of a country.
_SOLD = frozenset("ai cc co fm gg io la ly me nu sh so st to tv vc ws".split())
_AMERICAN_DOMAINS = frozenset(("gov", "mil", "edu"))
_AMERICAN_ZONES = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles",
    "America/Phoenix", "America/Detroit", "America/Anchorage", "America/Indiana/Indianapolis",
    "Pacific/Honolulu", "Asia/Manila",
)  # fmt: skip
_NUMBERS = re.compile(
    r"(?<![\d./-])(\d{1,2})([/.-])(\d{1,2})\2(?:\d{4}(?!\d)|(?<=/)\d{2}(?![\d/.-]))"
)
_AMERICAN_TIME = re.compile(r"\d\s?(?:[ap]\.?m\.?)?\s\(?(?:[ECMP][SD]?T)\b", re.IGNORECASE)
_NAMES = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.?"
)
_NAME_LEADS = re.compile(rf"\b{_NAMES} \d{{1,2}}(?:st|nd|rd|th)?, \d{{4}}\b")
_DAY_LEADS = re.compile(rf"\b\d{{1,2}}(?:st|nd|rd|th)? {_NAMES},? \d{{4}}\b")
_LONGEST = 200_000


def detect(
    draft: Draft,
    *,
    language: str | None = None,
    country: str | None = None,
    timezone: str | None = None,
) -> Style:
    """The style of a draft's dates; language, country and timezone are the outlet's, if stated."""
    tags = _tags(draft)
    outlets = _split(language or "")
    spoken = next((t[0] for t in tags if t[0]), "") or outlets[0]
    host = host_of(draft.document.url or "") or ""
    home = (country or outlets[1] or "").upper() or _country(host)
    regions = [region for _, region in tags if region]

    def evidence() -> tuple[bool | None, frozenset[date]]:
        days = frozenset(_days(draft))
        for told in (
            of_region(spoken, (country or outlets[1] or "").upper()),
            _votes(draft),
            of_region(spoken, home) if home else None,
            _by_regions(spoken, regions),
            True if timezone in _AMERICAN_ZONES else None,
            _by_words(draft, spoken),
        ):
            if told is not None:
                return told, days
        return None, days

    now = draft.document.retrieved_at
    place = home or next(iter(regions), "")
    return Style(spoken, place, latest=now.date() if now else None, evidence=evidence)


def _split(tag: str) -> tuple[str, str]:
    """Language and country of a tag ("en_US", "zh-Hant-TW"), each "" where it has none."""
    first, *rest = tag.strip().replace("_", "-").split("-")
    country = next((p.upper() for p in rest if len(p) == 2 and p.isalpha()), "")
    return (first.casefold() if first.isalpha() and len(first) < 4 else ""), country


def _tags(draft: Draft) -> list[tuple[str, str]]:
    if draft.metadata is None:
        return []
    stated = draft.metadata.candidates["language"]
    # The root's own attribute first.
    ordered = sorted(stated, key=lambda c: c.rule != LANG)
    return [_split(str(c.value)) for c in ordered[:8]]


def _country(host: str) -> str:
    last = host.rsplit(".", 1)[-1].casefold()
    if last in _AMERICAN_DOMAINS:
        return "US"
    if len(last) != 2 or not last.isalpha() or last in _SOLD:
        return ""
    return "GB" if last == "uk" else last.upper()


def _by_regions(language: str, regions: list[str]) -> bool | None:
    """What the countries of the page's language tags tell; many systems write en-US unasked."""
    told = [of_region(language, region) for region in regions]
    return False if False in told else True if True in told else None


def _days(draft: Draft) -> list[date]:
    """The days that the page's metadata states in a form that is read one way only."""
    if draft.metadata is None:
        return []
    stated = [str(c.value) for f in ("published", "modified") for c in draft.metadata.candidates[f]]
    read = [moments.unmistakable(text) for text in stated[:40]]
    return [day for day in read if day is not None]


def _texts(draft: Draft) -> list[str]:
    texts = [draft.text[:_LONGEST]]
    if draft.metadata is not None:
        for name in ("published", "modified"):
            texts += [str(c.value)[:100] for c in draft.metadata.candidates[name][:40]]
    return texts


def _votes(draft: Draft) -> bool | None:
    """What the dates tell that can be read one way only; None where they disagree."""
    told: set[bool] = set()
    for text in _texts(draft):
        for a, _, b in _NUMBERS.findall(text):
            first, second = int(a), int(b)
            if first <= 31 and second <= 31 and (first > 12) != (second > 12):
                told.add(second > 12)
    return told.pop() if len(told) == 1 else None


def _by_words(draft: Draft, language: str) -> bool | None:
    """What American zones, and dates with a month's name, tell in an English page."""
    if language not in ("", "en"):
        return None
    text = draft.text[:_LONGEST]
    if _AMERICAN_TIME.search(text):
        return True
    leads, follows = _NAME_LEADS.search(text), _DAY_LEADS.search(text)
    return bool(leads) if bool(leads) != bool(follows) else None
