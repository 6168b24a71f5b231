"""What feeds and sitemaps state of their entries: dates to compare, texts without markup."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime, time
from urllib.parse import urlsplit

from copydesk import moments
from copydesk.sources.lists import web_address

_LONGEST = 2000
_LONGEST_DATE = 100
_LONGEST_ADDRESS = 64 * 1024
_POINTS = " \t\r\n,;:-/|<>"
# A section that was escaped once too often stands as text.
_SECTION = re.compile(r"<!\[CDATA\[|\]\]>")
_COMMENT = re.compile(r"<!--.{0,500}?-->", re.DOTALL)
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]{0,15})((?:\s[^<>]{0,500})?)/?>")
_VOID = frozenset(("br", "hr", "img", "wbr"))
_MARKUP = frozenset((
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "del", "div", "em", "font", "h1",
    "h2", "h3", "h4", "h5", "h6", "i", "ins", "kbd", "mark", "nobr", "p", "q", "s", "samp", "small",
    "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var",
))  # fmt: skip
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
# A mail address in brackets of its own.
_ANGLED = re.compile(
    r"[<(\[]\s{0,9}((?:mailto:)?[^\s@<>()\[\]]{1,100}@[^\s@<>()\[\]]{1,200})\s{0,9}[>)\]]",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"[(\[]([^()\[\]]{0,200})[)\]]")


def stamp(text: str | None) -> str | None:
    """A stated date as ISO 8601, with offset where one is stated; None where it is none."""
    return moments.read(text, timezone=None, now=None) if text else None


def raw(text: str | None) -> str | None:
    """A date as it is stated, for who knows the page's own ways to read it; None where it is none.

    A text without a digit, and one that is longer than a date, is none.
    """
    bare = " ".join(text.split()) if text else ""
    return bare if len(bare) <= _LONGEST_DATE and any(map(str.isdigit, bare)) else None


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
    """A text without markup and entities, its spaces single; None where nothing is left of it.

    Markup is what formats a text: an element that is begun and ended in it, a line break, a
    picture. Any other name in angle brackets is one that the text speaks of.
    """
    if not text:
        return None
    bare = _COMMENT.sub("", _SECTION.sub("", text[:_LONGEST]))
    if "<" in bare:
        bare = _unmarked(bare)
    return " ".join(html.unescape(bare).split()) or None


def _unmarked(text: str) -> str:
    begun: set[str] = set()
    ended: set[str] = set()
    for found in _TAG.finditer(text):
        (ended if found[1] else begun).add(found[2].lower())

    def kept(found: re.Match[str]) -> str:
        name = found[2].lower()
        if name in _VOID or (name in _MARKUP and name in begun and name in ended):
            return " " if name in _BLOCK else ""
        return found[0]

    return _TAG.sub(kept, text)


def address(base: str | None, text: str | None) -> str | None:
    """The http or https URL that a list states; None where it states none.

    Blanks around it and line breaks in it are dropped and blanks in it are encoded, as browsers do
    it; an ampersand that was escaped twice is one. A host without a scheme is a host.
    """
    stated = _BREAKS.sub("", _SECTION.sub("", (text or "")[:_LONGEST_ADDRESS]).strip(_EDGES))
    stated = _AMPERSAND.sub("&", stated.strip(_EDGES)).replace(" ", "%20")
    if base is not None and (found := _SCHEMELESS.match(stated)):
        parts = urlsplit(base)
        host = found[0].lower()
        if host.startswith("www.") or host in (parts.netloc.lower(), parts.hostname):
            stated = f"{parts.scheme}://{stated}"
    return web_address(base, stated)


def names(text: str | None) -> tuple[str, ...]:
    """The people that an author element names, without their mail addresses.

    Such as "desk@host.example (Ann Lee)", "Ann Lee <desk@host.example>" and "Ann Lee".
    """
    bare = plain(_ANGLED.sub(r" \1 ", text[:_LONGEST])) if text else None
    if bare is None:
        return ()
    if "@" not in bare:
        return (bare,)
    # An address stands before or behind the one name that it belongs to.
    found = (_unbracketed(part) for part in _MAIL.split(bare))
    return tuple(dict.fromkeys(name for name in found if name))


def _unbracketed(text: str) -> str:
    text = text.replace("()", "").strip(_POINTS)
    inside = _BRACKETED.fullmatch(text)
    return inside[1].strip(_POINTS) if inside else text
