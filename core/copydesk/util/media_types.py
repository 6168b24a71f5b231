"""Guess from the first bytes or the name of an input: root element, encoding, media type."""

from __future__ import annotations

import codecs
import re
from urllib.parse import urlsplit

# No backtracking: the input is short, and each alternative begins differently.
_PROLOG = re.compile(
    r"(?:\s+|<\?[^>]*>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>)*", re.DOTALL | re.IGNORECASE
)
_ROOT = re.compile(r"<(?:[\w.-]+:)?([\w.-]+)")
# The elements of the MIME Sniffing standard, and others that articles begin with.
_HTML = re.compile(
    r"<(?:!doctype html|html|head|script|iframe|h[1-6]|div|font|table|a|style|title|b|body|br|p|article"
    r"|section|main|header|meta|link|span|figure|img|ul|ol|blockquote)[\s>/]|<!--"
)
_PAGES = frozenset(("html", "head", "body"))
_LISTS = frozenset(("rss", "rdf", "feed", "urlset", "sitemapindex"))
_DECLARATION = re.compile(r"<\?xml\s", re.IGNORECASE)
_LIST = re.compile(r"<(?:[\w-]{1,40}:)?(rss|rdf|feed|urlset|sitemapindex)(?=[\s/>])", re.IGNORECASE)
# Elements of a page. After one, the name of a list may be part of a drawing or a code sample.
_PART = re.compile(
    r"<(?:html|head|body|title|meta|link|script|style|svg|main|article|section|div|p|pre|code|h[1-6])\b"
    r"|<!--|<!\[CDATA\[",
    re.IGNORECASE,
)
BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""Byte order marks, with the Python codec of each."""

UNMARKED = ((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
"""How markup in UTF-16 begins without a byte order mark."""

_CHARSET = re.compile(r"charset\s*+=\s*+[\"']?\s*+([^\s\"';,/>]++)", re.IGNORECASE)


def root(start: bytes) -> str | None:
    """Return the local name of the first element in lower case; None without markup.

    Text that the server printed before the document, such as an error notice, is skipped.
    """
    match = _PROLOG.match(text := opening(start))
    found = _ROOT.match(text, match.end() if match else 0)
    name = found[1].lower() if found else None
    if name in _PAGES:
        return name
    if (later := _DECLARATION.search(text, 1)) and (match := _PROLOG.match(text, later.start())):
        behind = _ROOT.match(text, match.end())
        if behind is not None and behind[1].lower() in _LISTS:
            return behind[1].lower()
    listed = _LIST.search(text)
    if listed is not None and _PART.search(text, 0, listed.start()) is None:
        return listed[1].lower()
    return name


def is_page(start: bytes) -> bool:
    """Whether bytes begin like an HTML page, by doctype or first element."""
    first = root(start)
    return first in _PAGES or (
        first not in _LISTS and opening(start).lstrip().lower().startswith("<!doctype html")
    )


def opening(start: bytes) -> str:
    """Decode the first bytes by their byte order mark, else as Latin-1."""
    for mark, encoding in BOMS:
        if start.startswith(mark):
            while start.startswith(mark):
                start = start[len(mark) :]
            return start.decode(encoding, "replace")
    for begin, encoding in UNMARKED:
        if start.startswith(begin):
            return start.decode(encoding, "replace")
    return start.decode("latin-1")


def encoding_of(start: bytes) -> str | None:
    """Return the encoding of the byte order mark at the beginning, or None."""
    return next((encoding for mark, encoding in BOMS if start.startswith(mark)), None)


def charset_of(content_type: str) -> str | None:
    """Return the charset parameter of a Content-Type."""
    found = _CHARSET.search(content_type)
    return found[1] if found else None


def guess_media_type(data: bytes) -> str:
    """Return text/html for bytes that begin like a page or a part of one, else text/plain."""
    start = opening(data[:4096]).lstrip("\ufeff \t\r\n").lower()
    if start.startswith("<?xml"):
        return "text/html" if root(data[:4096]) in _PAGES else "text/plain"
    return "text/html" if _HTML.match(start) else "text/plain"


def file_name(name: str) -> str:
    """Return the last part of a path or URL in lower case, without query, fragment or `.gz`."""
    try:
        path = urlsplit(name).path if "://" in name else name
    except ValueError:
        path = name
    return path.replace("\\", "/").rsplit("/", 1)[-1].lower().removesuffix(".gz")
