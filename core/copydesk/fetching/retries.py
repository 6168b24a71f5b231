"""Waits before another try: Retry-After and backoff; the time is an argument."""

from __future__ import annotations

import random
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

# Longer values are errors: a wrong clock or another unit.
_MAX_RETRY_AFTER = 366 * 24 * 3600.0

_BACKOFF_FIRST = 1.0
_BACKOFF_MAX = 10.0


def retry_after(value: str | None, now: datetime) -> float | None:
    """Parse a Retry-After header (RFC 9110 10.2.3) to seconds from `now`, which has an offset.

    Returns None if it is missing, invalid, negative, in the past, or more than a year.
    """
    text = (value or "").strip()
    if re.fullmatch(r"[0-9]{1,12}", text):
        seconds = float(text)
    else:
        try:
            date = parsedate_to_datetime(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
        if date.tzinfo is None:
            date = date.replace(tzinfo=UTC)
        try:
            seconds = (date - now).total_seconds()
        except OverflowError:
            return None
    return seconds if 0 <= seconds <= _MAX_RETRY_AFTER else None


def backoff(attempt: int, seed: str) -> float:
    """Return the seconds to wait after a failed attempt, counted from 1.

    1, 2, 4, 8, 10, 10, ... seconds, times a jitter between 0.5 and 1.5 that depends on the seed
    only, so that a replay makes the same decisions. The stamina package does not fit: it always
    sleeps itself and counts the sleep as part of its timeout.
    """
    base = min(_BACKOFF_MAX, _BACKOFF_FIRST * 2.0 ** (attempt - 1))
    return base * (0.5 + random.Random(seed).random())
