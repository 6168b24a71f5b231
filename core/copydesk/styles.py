"""What is known of how a page writes its dates: language, country, and which number is the month."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

FIRST_YEAR = 1990
"""News pages have no earlier date: what is before it is an empty clock or a date of the story."""

RELEASED = date(2026, 11, 29)
"""When this reading was last looked over: without a clock, dates far behind it are no news."""

LAST_YEAR = RELEASED.year + 10
"""No date of a news page lies behind this year, whatever the clock says."""

_COUNTRY_FIRST_MONTHS = frozenset(
    ("US", "PH", "PR", "GU", "BZ", "FM", "MH", "PW", "AS", "VI", "MP")
)


class Style:
    """How a page writes its dates, as far as something tells.

    language: primary subtag, casefolded, or "". country: ISO 3166 code or "". latest: the day of
    the page's clock, which no date can lie behind, or None. evidence: tells whether the month
    stands first in 03/04/2024, None where nothing does, and the days that the page states in a
    form that is read one way only; asked once, and only for a date that needs it.
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

    def _ask(self) -> None:
        if self._evidence is not None:
            self._month_first, self._days = self._evidence()
            self._evidence = None

    @property
    def month_first(self) -> bool | None:
        """Whether the month stands first; None where nothing tells."""
        self._ask()
        return self._month_first

    @property
    def days(self) -> frozenset[date]:
        """The days that the page states in a form that is read one way only."""
        self._ask()
        return self._days


UNKNOWN = Style()
"""The style of a page of which nothing is known."""


def of_region(language: str, country: str) -> bool | None:
    """Whether a language and country write the month first; None where that depends."""
    if language not in ("", "en", "es", "fil", "tl"):
        return False
    if country:
        return country in _COUNTRY_FIRST_MONTHS and (language != "es" or country == "PR")
    return False if language == "es" else None
