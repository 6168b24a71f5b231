"""Parse the values that feeds and sitemaps state: dates, texts with markup, URLs, names."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime, time
from urllib.parse import urlsplit

from copydesk.dates import timestamps
from copydesk.sources.url_list import web_address

_MAX_TEXT = 2000
_MAX_DATE = 100
_MAX_URL = 64 * 1024
_PUNCTUATION = " \t\r\n,;:-/|<>"
# A CDATA section that was escaped once too often appears as text.
_CDATA = re.compile(r"<!\[CDATA\[|\]\]>")
_COMMENT = re.compile(r"<!--.{0,500}?-->", re.DOTALL)
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]{0,15})((?:\s[^<>]{0,500})?)/?>")
_VOID = frozenset(("br", "hr", "img", "wbr"))
_MARKUP = frozenset(
    """a abbr acronym b bdi bdo big cite code del div em font h1 h2 h3 h4 h5 h6 i ins kbd mark
    nobr p q s samp small span strike strong sub sup time tt u var""".split()
)
_BLOCK = frozenset(("br", "div", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "p"))
_AMPERSAND = re.compile(r"&(?:amp|#0{0,4}38|#[xX]0{0,4}26);")
_BREAKS = re.compile(r"[\t\r\n]+")
_EDGES = "".join(map(chr, range(0x21))) + "\xa0\u200b\ufeff"
_SCHEMELESS = re.compile(
    r"(?:www\.[\w-]+|[\w-]+(?:\.[\w-]+)*)\.[A-Za-z]{2,}(?::\d{1,5})?(?=[/?#]|$)"
)
_MAIL = re.compile(
    r"(?:mailto:)?[^\s@<>()\[\],;:\"]{1,100}@[^\s@<>()\[\],;:\"]{1,200}", re.IGNORECASE
)
# A mail address in brackets.
_ANGLED = re.compile(
    r"[<(\[]\s{0,9}((?:mailto:)?[^\s@<>()\[\]]{1,100}@[^\s@<>()\[\]]{1,200})\s{0,9}[>)\]]",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"[(\[]([^()\[\]]{0,200})[)\]]")


def parse_date(text: str | None) -> str | None:
    """Return a date as ISO 8601, with offset if one is stated; None if invalid."""
    return timestamps.parse(text, timezone=None, now=None) if text else None


def raw_date(text: str | None) -> str | None:
    """Return a date as stated, for an adapter to parse; None if it has no digit or is too long."""
    bare = " ".join(text.split()) if text else ""
    return bare if len(bare) <= _MAX_DATE and any(map(str.isdigit, bare)) else None


def latest_time(iso: str | None) -> datetime | None:
    """Return the latest time that an ISO 8601 date can mean; a day without a time ends in UTC."""
    if iso is None:
        return None
    found = datetime.fromisoformat(iso)
    if len(iso) == len("2026-01-01"):
        found = datetime.combine(found.date(), time.max)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def is_older(since: datetime | None, *dates: str | None) -> bool:
    """Whether the latest of the stated dates is before `since` (UTC if it has no offset)."""
    known = [moment for d in dates if (moment := latest_time(d))]
    if since is None or not known:
        return False
    return max(known) < (since if since.tzinfo else since.replace(tzinfo=UTC))


def to_datetime(iso: str | None) -> datetime | None:
    """Return an ISO 8601 date as a datetime; a day without a time begins in UTC."""
    if iso is None:
        return None
    found = datetime.fromisoformat(iso)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def plain_text(text: str | None) -> str | None:
    """Return a text without markup and entities and with single spaces; None if nothing is left.

    Markup is a formatting element with start and end tag, a line break or an image. Any other name
    in angle brackets is part of the text.
    """
    if not text:
        return None
    bare = _COMMENT.sub("", _CDATA.sub("", text[:_MAX_TEXT]))
    if "<" in bare:
        bare = _strip_tags(bare)
    return " ".join(html.unescape(bare).split()) or None


def _strip_tags(text: str) -> str:
    opened: set[str] = set()
    closed: set[str] = set()
    for found in _TAG.finditer(text):
        (closed if found[1] else opened).add(found[2].lower())

    def keep_text(found: re.Match[str]) -> str:
        name = found[2].lower()
        if name in _VOID or (name in _MARKUP and name in opened and name in closed):
            return " " if name in _BLOCK else ""
        return found[0]

    return _TAG.sub(keep_text, text)


def parse_url(base: str | None, text: str | None) -> str | None:
    """Return the http or https URL that a list states, or None.

    As in browsers, spaces around it and line breaks in it are dropped, and spaces in it are
    encoded. A doubly escaped ampersand is unescaped. A host without a scheme gets that of `base`.
    """
    stated = _BREAKS.sub("", _CDATA.sub("", (text or "")[:_MAX_URL]).strip(_EDGES))
    stated = _AMPERSAND.sub("&", stated.strip(_EDGES)).replace(" ", "%20")
    if base is not None and (found := _SCHEMELESS.match(stated)):
        parts = urlsplit(base)
        host = found[0].lower()
        if host.startswith("www.") or host in (parts.netloc.lower(), parts.hostname):
            stated = f"{parts.scheme}://{stated}"
    return web_address(base, stated)


def author_names(text: str | None) -> tuple[str, ...]:
    """Return the names in an author element, without mail addresses.

    Examples: "desk@host.example (Ann Lee)", "Ann Lee <desk@host.example>", "Ann Lee".
    """
    bare = plain_text(_ANGLED.sub(r" \1 ", text[:_MAX_TEXT])) if text else None
    if bare is None:
        return ()
    if "@" not in bare:
        return (bare,)
    # A mail address precedes or follows its name.
    found = (_strip_brackets(part) for part in _MAIL.split(bare))
    return tuple(dict.fromkeys(name for name in found if name))


def _strip_brackets(text: str) -> str:
    text = text.replace("()", "").strip(_PUNCTUATION)
    inside = _BRACKETED.fullmatch(text)
    return inside[1].strip(_PUNCTUATION) if inside else text
