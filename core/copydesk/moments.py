"""Dates as metadata states them, read into the two forms the record allows."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

from copydesk import times

FIRST_YEAR = 1990
"""News pages have no earlier date: what is before it is an empty clock or a date of the story."""

_LAST_YEAR = 2099
_AHEAD = timedelta(days=2)
_MOST = 100

_SPACED_OFFSET = re.compile(r"(?<=\d)\s*(?:GMT|UTC)?\s*([+-]\d{2}:?\d{2})$")
_EPOCH = re.compile(r"1\d{9}(?:\d{3})?")
# "Mon Oct 11 14:57:21 CEST 2021", as C and Java print it: the year stands behind the time.
_CTIME = re.compile(r"[A-Z]\w\w ([A-Z]\w\w) +(\d\d?) (\d\d:\d\d:\d\d) (?:([A-Z]{3,4}) )?(\d{4})")
_MAIL = re.compile(r"[A-Za-z]{3,9},? \d{1,2} [A-Za-z]{3} \d{4} \d\d?:\d\d")


def read(
    text: str, *, timezone: str | None, now: datetime | None, month_first: bool = False
) -> str | None:
    """A stated date as ISO 8601: a datetime where its offset is known, else the day.

    timezone: IANA name for a time given without offset. now: what relative times count from, and
    what no date may lie far ahead of. None where the text is no date, or an absurd one.
    """
    text = text.strip()
    if not 4 < len(text) <= _MOST:
        return None
    moment = _machine(text)
    stamp: str | None
    if isinstance(moment, datetime):
        stamp = _written(moment, timezone)
    elif moment is not None:
        stamp = moment.isoformat()
    else:
        stamp = _printed(text, timezone, now, month_first)
    return stamp if stamp and is_sane(stamp, now) else None


def _printed(
    text: str, timezone: str | None, now: datetime | None, month_first: bool
) -> str | None:
    if found := _CTIME.fullmatch(text):
        text = f"{found[1]} {found[2]}, {found[5]} {found[3]} {found[4] or ''}"
    try:
        stamps = times.find_stamps(text, month_first=month_first)
        return next((iso for s in stamps if (iso := s.iso(timezone, now))), None)
    except (ValueError, OSError, KeyError):
        return None


def _machine(text: str) -> date | datetime | None:
    """The date of a text written for machines: ISO 8601, seconds since 1970, or as in mail."""
    try:
        if len(text) <= 10 and not text.isdigit():
            return date.fromisoformat(text)
        if _EPOCH.fullmatch(text):
            return datetime.fromtimestamp(int(text[:10]), UTC)
        if _MAIL.match(text):
            return parsedate_to_datetime(text)
        spaced = (
            _SPACED_OFFSET.sub(r"\1", text) if text[-5:-4] in "+-" or text[-6:-5] in "+-" else text
        )
        if text.isdigit() and len(text) != 8:
            return None
        found = datetime.fromisoformat(spaced)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found.date() if len(text) == 8 else found


def _written(moment: datetime, timezone: str | None) -> str:
    moment = moment.replace(microsecond=0)
    if moment.tzinfo is None:
        # Midnight without an offset is how a system writes a day.
        if timezone is None or (moment.hour, moment.minute, moment.second) == (0, 0, 0):
            return moment.date().isoformat()
        try:
            moment = moment.replace(tzinfo=ZoneInfo(timezone))
        except (ValueError, OSError, KeyError):
            return moment.date().isoformat()
    return moment.isoformat()


def is_sane(stamp: str, now: datetime | None) -> bool:
    """Whether an ISO 8601 date can be that of a news page: 1990 or later, not ahead of the clock."""
    day = date.fromisoformat(stamp[:10])
    if not FIRST_YEAR <= day.year <= _LAST_YEAR:
        return False
    return now is None or day <= (now + _AHEAD).date()
