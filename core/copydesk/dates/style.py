"""How a page writes its dates: language, country, and which number is the month."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

FIRST_YEAR = 1990
"""Earliest year of a news page: an earlier date is a zero timestamp or belongs to the story."""

RELEASED = date(2026, 11, 29)
"""Date of the last review of these rules: without a clock, dates far after it are rejected."""

LAST_YEAR = RELEASED.year + 10
"""Latest year of a news page, whatever the clock says."""

_COUNTRY_FIRST_MONTHS = frozenset(
    ("US", "PH", "PR", "GU", "BZ", "FM", "MH", "PW", "AS", "VI", "MP")
)


class Style:
    """How a page writes its dates, as far as known.

    language: primary subtag, casefolded, or "".
    country: ISO 3166 code or "".
    latest: the day of retrieval, after which no date can be, or None.
    evidence: returns `month_first` and `days`; called at most once, for the first ambiguous date.
    """

    __slots__ = ("_days", "_evidence", "_month_first", "country", "language", "latest")

    def __init__(
        self,
        language: str = "",
        country: str = "",
        *,
        latest: date | None = None,
        month_first: bool | None = None,
        evidence: Callable[[], tuple[bool | None, frozenset[date]]] | None = None,
    ) -> None:
        self.language = language
        self.country = country
        self.latest = latest
        self._month_first = month_first
        self._days: frozenset[date] = frozenset()
        self._evidence = evidence

    def _load_evidence(self) -> None:
        if self._evidence is not None:
            self._month_first, self._days = self._evidence()
            self._evidence = None

    @property
    def month_first(self) -> bool | None:
        """Whether the month is first in 03/04/2024; None if unknown."""
        self._load_evidence()
        return self._month_first

    @property
    def days(self) -> frozenset[date]:
        """The days that the page states in an unambiguous form."""
        self._load_evidence()
        return self._days


UNKNOWN = Style()
"""The style of an unknown page."""


def is_month_first_in(language: str, country: str) -> bool | None:
    """Whether a language and country write the month first; None if both orders are used."""
    if language not in ("", "en", "es", "fil", "tl"):
        return False
    if country:
        return country in _COUNTRY_FIRST_MONTHS and (language != "es" or country == "PR")
    return False if language == "es" else None
