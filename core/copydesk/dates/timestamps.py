"""Parsing of dates in metadata into the two formats of the record."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from copydesk.dates import printed_dates
from copydesk.dates.style import FIRST_YEAR, LAST_YEAR, RELEASED, UNKNOWN, Style

__all__ = ["FIRST_YEAR", "is_ahead_of", "is_sane", "parse", "parse_printed", "parse_unambiguous"]

_AHEAD = timedelta(days=2)
_YEAR = timedelta(days=366)
_MOST = 100

_SPACED_OFFSET = re.compile(r"(?<=\d)\s*(?:GMT|UTC)?\s*([+-]\d{2}:?\d{2})$")
_EPOCH = re.compile(r"1\d{9}(?:\d{3})?")
# "Mon Oct 11 14:57:21 CEST 2021", as C and Java print it: the year follows the time.
_CTIME = re.compile(
    r"[^\W\d_]{2,4}\.?,? ([^\W\d_]{3,4}) +(\d\d?) (\d\d:\d\d:\d\d) (?:(\S{1,9}) )?(\d{4})"
)


def parse(
    text: str, *, timezone: str | None, now: datetime | None, style: Style = UNKNOWN
) -> str | None:
    """Parse a date of metadata to ISO 8601: a datetime if its offset is known, else the day.

    Returns None if the text is not a plausible date.
    timezone: IANA name for times without an offset.
    now: reference time for relative times, and the limit for dates in the future.
    style: how the page writes its dates.
    """
    text = text.strip()
    if not 4 < len(text) <= _MOST:
        return None
    moment = _parse_machine_date(text)
    if isinstance(moment, datetime):
        stamp: str | None = _format(moment, timezone)
    elif moment is not None:
        stamp = moment.isoformat()
    else:
        return parse_printed(text, timezone=timezone, now=now, style=style)
    return stamp if stamp and is_sane(stamp, now) else None


def parse_printed(
    text: str, *, timezone: str | None, now: datetime | None, style: Style = UNKNOWN
) -> str | None:
    """Parse the first plausible date of a printed line, in the format of `parse`."""
    if found := _CTIME.fullmatch(text):
        text = f"{found[1]} {found[2]}, {found[5]} {found[3]} {found[4] or ''}"
    try:
        stamps = printed_dates.find_stamps(text, style)
        dates = (iso for s in stamps if (iso := s.iso(timezone, now)))
        return next((iso for iso in dates if is_sane(iso, now)), None)
    except (ValueError, OSError, KeyError):
        return None


def parse_unambiguous(text: str) -> date | None:
    """Parse the day of a machine-readable date; None for any other form."""
    found = _parse_machine_date(text.strip()) if 4 < len(text) <= _MOST else None
    return found.date() if isinstance(found, datetime) else found


def _parse_machine_date(text: str) -> date | datetime | None:
    """Parse ISO 8601 or seconds since 1970.

    Returns None also for a year that no news page has: it may be of another calendar.
    """
    try:
        if len(text) <= 10 and not text.isdigit():
            day = date.fromisoformat(text)
            return day if FIRST_YEAR <= day.year <= LAST_YEAR else None
        if _EPOCH.fullmatch(text):
            return datetime.fromtimestamp(int(text[:10]), UTC)
        spaced = (
            _SPACED_OFFSET.sub(r"\1", text) if text[-5:-4] in "+-" or text[-6:-5] in "+-" else text
        )
        if text.isdigit() and len(text) != 8:
            return None
        found = datetime.fromisoformat(spaced)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        return None
    return found.date() if len(text) == 8 else found


def _format(moment: datetime, timezone: str | None) -> str:
    moment = moment.replace(microsecond=0)
    if moment.tzinfo is None:
        # Midnight without an offset means a day.
        if timezone is None or (moment.hour, moment.minute, moment.second) == (0, 0, 0):
            return moment.date().isoformat()
        try:
            moment = moment.replace(tzinfo=ZoneInfo(timezone))
        except (ValueError, OSError, KeyError):
            return moment.date().isoformat()
    return moment.isoformat()


def is_ahead_of(stamp: str, others: Iterable[str | None], now: datetime | None) -> bool:
    """Whether a page without a clock has a date after the release and far after its other dates."""
    day = date.fromisoformat(stamp[:10])
    if now is not None or day <= RELEASED + _YEAR:
        return False
    return any(date.fromisoformat(other[:10]) < day - _YEAR for other in others if other)


def is_sane(stamp: str, now: datetime | None) -> bool:
    """Whether a news page can have an ISO 8601 date: from 1990 on, and not in the future.

    Without a clock, the limit is ten years after `RELEASED`.
    """
    day = date.fromisoformat(stamp[:10])
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        return False
    return now is None or day <= (now + _AHEAD).date()
