"""Detection of how a page writes its dates, from the page and its outlet."""

from __future__ import annotations

import re
from datetime import date

from copydesk.dates import timestamps
from copydesk.dates.style import Style, is_month_first_in
from copydesk.model.draft import Draft
from copydesk.model.metadata import LANG
from copydesk.util.languages import language_and_country
from copydesk.util.urls import country_of, host_of

_AMERICAN_ZONES = tuple(
    """America/New_York America/Chicago America/Denver America/Los_Angeles America/Phoenix
    America/Detroit America/Anchorage America/Indiana/Indianapolis Pacific/Honolulu
    Asia/Manila""".split()
)
_NUMBERS = re.compile(
    r"(?<![\d./-])(\d{1,2})([/.-])(\d{1,2})\2(?:\d{4}(?!\d)|(?<=/)\d{2}(?![\d/.-]))"
)
_AMERICAN_TIME = re.compile(r"\d\s?(?:[ap]\.?m\.?)?\s\(?(?:[ECMP][SD]?T)\b", re.IGNORECASE)
_NAMES = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.?"
)
_MONTH_FIRST = re.compile(rf"\b{_NAMES} \d{{1,2}}(?:st|nd|rd|th)?, \d{{4}}\b")
_DAY_FIRST = re.compile(rf"\b\d{{1,2}}(?:st|nd|rd|th)? {_NAMES},? \d{{4}}\b")
_LONGEST = 200_000


def detect(
    draft: Draft,
    *,
    language: str | None = None,
    country: str | None = None,
    timezone: str | None = None,
) -> Style:
    """Detect the style of a draft's dates; language, country and timezone are the outlet's."""
    tags = _tags(draft)
    outlet_language, outlet_region = language_and_country(language or "")
    page_language = next((t[0] for t in tags if t[0]), "") or outlet_language
    host = host_of(draft.document.url or "") or ""
    outlet_country = (country or outlet_region).upper()
    home = outlet_country or country_of(host)
    regions = [region for _, region in tags if region]

    def evidence() -> tuple[bool | None, frozenset[date]]:
        days = frozenset(_days(draft))
        for month_first in (
            is_month_first_in(page_language, outlet_country),
            _by_numbers(draft),
            is_month_first_in(page_language, home) if home else None,
            _by_regions(page_language, regions),
            True if timezone in _AMERICAN_ZONES else None,
            _by_words(draft, page_language),
        ):
            if month_first is not None:
                return month_first, days
        return None, days

    now = draft.document.retrieved_at
    place = home or next(iter(regions), "")
    return Style(page_language, place, latest=now.date() if now else None, evidence=evidence)


def _tags(draft: Draft) -> list[tuple[str, str]]:
    if draft.metadata is None:
        return []
    stated = draft.metadata.statements["language"]
    # The attribute of the root element is first.
    ordered = sorted(stated, key=lambda c: c.rule != LANG)
    return [language_and_country(str(c.value)) for c in ordered[:8]]


def _by_regions(language: str, regions: list[str]) -> bool | None:
    """The order of the countries in the page's language tags; many systems write en-US by default."""
    orders = [is_month_first_in(language, region) for region in regions]
    return False if False in orders else True if True in orders else None


def _days(draft: Draft) -> list[date]:
    """The days that the page's metadata states in an unambiguous form."""
    if draft.metadata is None:
        return []
    stated = [str(c.value) for f in ("published", "modified") for c in draft.metadata.statements[f]]
    read = [timestamps.parse_unambiguous(text) for text in stated[:40]]
    return [day for day in read if day is not None]


def _texts(draft: Draft) -> list[str]:
    texts = [draft.text[:_LONGEST]]
    if draft.metadata is not None:
        for name in ("published", "modified"):
            texts += [str(c.value)[:100] for c in draft.metadata.statements[name][:40]]
    return texts


def _by_numbers(draft: Draft) -> bool | None:
    """The order of the unambiguous numeric dates; None if they disagree."""
    orders: set[bool] = set()
    for text in _texts(draft):
        for a, _, b in _NUMBERS.findall(text):
            first, second = int(a), int(b)
            if first <= 31 and second <= 31 and (first > 12) != (second > 12):
                orders.add(second > 12)
    return orders.pop() if len(orders) == 1 else None


def _by_words(draft: Draft, language: str) -> bool | None:
    """The order by American zones and by dates with a month's name, for English pages."""
    if language not in ("", "en"):
        return None
    text = draft.text[:_LONGEST]
    if _AMERICAN_TIME.search(text):
        return True
    month_first, day_first = _MONTH_FIRST.search(text), _DAY_FIRST.search(text)
    return bool(month_first) if bool(month_first) != bool(day_first) else None
