"""Ages such as "7d", and days such as "yesterday", in options."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from copydesk.dates.printed_dates import parse_clock

_AGE = re.compile(r"([0-9]{1,6})([mhdw])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_DAYS = {"today": 0, "yesterday": 1}


def parse_age(text: str) -> timedelta | None:
    """Parse a number of minutes, hours, days or weeks: "90m", "6h", "7d", "2w"; else None."""
    found = _AGE.fullmatch(text)
    return timedelta(**{_UNITS[found[2]]: int(found[1])}) if found else None


def parse_since(text: str, now: datetime | None = None) -> datetime | None:
    """Return the moment that an option means; None if it is invalid.

    It is an age, counted back from `now`; "today" or "yesterday", from the start of that day in
    UTC; or an ISO 8601 date or datetime, in UTC if it has no offset.
    """
    now = now or datetime.now(UTC)
    if text in _DAYS:
        day = now.astimezone(UTC) - timedelta(days=_DAYS[text])
        return day.replace(hour=0, minute=0, second=0, microsecond=0)
    age = parse_age(text)
    if age is None:
        return parse_clock(text)
    try:
        return now - age
    except OverflowError:
        return None
