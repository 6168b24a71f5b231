"""What the first bytes of an input say of it: its root element, its media type, its file name."""

from __future__ import annotations

import codecs
import re
from urllib.parse import urlsplit

# Bounded in length by the sample itself, and each alternative begins differently: no backtracking.
_PROLOG = re.compile(
    r"(?:\s+|<\?[^>]*>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>)*", re.DOTALL | re.IGNORECASE
)
_ROOT = re.compile(r"<(?:[\w.-]+:)?([\w.-]+)")
_PAGES = frozenset(("html", "head", "body"))
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def root(start: bytes) -> str | None:
    """The local name of the first element in lower case; None where no markup begins there."""
    match = _PROLOG.match(text := opening(start))
    found = _ROOT.match(text, match.end() if match else 0)
    return found[1].lower() if found else None


def is_page(start: bytes) -> bool:
    """Whether bytes begin as an HTML page, by their doctype or first element."""
    return root(start) in _PAGES or opening(start).lstrip().lower().startswith("<!doctype html")


def opening(start: bytes) -> str:
    """The first bytes as text, without a byte order mark; in no known encoding as Latin-1."""
    for mark, encoding in _BOMS:
        if start.startswith(mark):
            return start[len(mark) :].decode(encoding, "replace")
    return start.decode("latin-1")


def guess_media_type(data: bytes) -> str:
    """text/html for bytes that begin as a page does, else text/plain."""
    start = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    html = start.startswith((b"<!doctype html", b"<html", b"<head", b"<body", b"<?xml", b"<!--"))
    return "text/html" if html else "text/plain"


def file_name(name: str) -> str:
    """The last part of a path or URL in lower case, without query, fragment or `.gz`."""
    try:
        path = urlsplit(name).path if "://" in name else name
    except ValueError:
        path = name
    return path.replace("\\", "/").rsplit("/", 1)[-1].lower().removesuffix(".gz")
