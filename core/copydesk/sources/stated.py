"""What feeds and sitemaps state of their entries: dates to compare, texts without markup."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime, time

from copydesk import moments

_TAG = re.compile(r"<[/!a-zA-Z][^<>]{0,500}>")
_LONGEST = 2000


def stamp(text: str | None) -> str | None:
    """A stated date as ISO 8601, with offset where one is stated; None where it is none."""
    return moments.read(text, timezone=None, now=None) if text else None


def latest(iso: str | None) -> datetime | None:
    """The last moment that an ISO 8601 date can mean; a day without a time ends in UTC."""
    if iso is None:
        return None
    found = datetime.fromisoformat(iso)
    if len(iso) == len("2026-01-01"):
        found = datetime.combine(found.date(), time.max)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def is_older(since: datetime | None, *dates: str | None) -> bool:
    """Whether a date is stated, and the last one stated lies before `since` (UTC without offset)."""
    known = [moment for d in dates if (moment := latest(d))]
    if since is None or not known:
        return False
    return max(known) < (since if since.tzinfo else since.replace(tzinfo=UTC))


def moment(iso: str | None) -> datetime | None:
    """An ISO 8601 date as a moment; a day without a time begins in UTC."""
    if iso is None:
        return None
    found = datetime.fromisoformat(iso)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def plain(text: str | None) -> str | None:
    """A text without tags and entities, its spaces single; None where nothing is left of it."""
    if not text:
        return None
    bare = html.unescape(_TAG.sub("", text[:_LONGEST]))
    return " ".join(bare.split()) or None
