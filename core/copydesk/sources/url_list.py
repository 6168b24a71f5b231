"""The source of URL lists: one URL per line, with blank lines and comments (RFC 2483)."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

from copydesk.errors import CopydeskError, SourceError, Unreadable
from copydesk.sources.base import Link, Rejected, Sniff, Source, SourceInput, SourceItem
from copydesk.sources.unpacking import Unpacked
from copydesk.util.media_types import encoding_of, opening
from copydesk.util.urls import absolute, is_http, without_user

_MAX_URL = 64 * 1024
_CHECKED_LINES = 20
_MAX_SHOWN = 100
_COMMON_URL = re.compile(r"https?://[A-Za-z0-9-]+[A-Za-z0-9.-]*(?:[/?#]|$)")
_INVALID = re.compile(r"[\x00-\x20\x7f]")


def accepts(sample: Sniff) -> bool:
    """Whether the media type says so, or at least half of the first lines are URLs.

    At most a quarter may be sentences; other lines may be invalid URLs, which are reported. Name
    and other media types do not matter: many lists are served as HTML or as a download.
    """
    if sample.media_type == "text/uri-list":
        return True
    text = opening(sample.start).replace("\r", "\n")
    lines = [s for line in text.split("\n") if (s := line.strip()) and not s.startswith("#")]
    if len(lines) > _CHECKED_LINES:
        # The last line of the start may be incomplete.
        lines = lines[:_CHECKED_LINES]
    bad = [line for line in lines if web_address(None, line) is None]
    sentences = sum(_is_sentence(line) for line in bad)
    return 2 * len(bad) <= len(lines) > len(bad) and 4 * sentences <= len(lines)


def _is_sentence(line: str) -> bool:
    """Whether a line is words, not an invalid URL."""
    first, *more = line.split()
    return "/" not in first and (len(more) > 2 or sum(c > "\x7f" for c in line) > 10)


def web_address(base: str | None, text: str) -> str | None:
    """Return the http or https URL in a text, relative to `base`; None if there is none."""
    text = text.strip()
    if not text or len(text) > _MAX_URL or _INVALID.search(text):
        return None
    if _COMMON_URL.match(text):
        return text
    lower = text[:8].lower()
    if lower.startswith(("http:", "https:")) and not text.startswith(("http:", "https:")):
        scheme, _, rest = text.partition(":")
        text = f"{scheme.lower()}:{rest}"
    url = text if is_http(text) else absolute(base, text)
    if url is None:
        return None
    try:
        parts = urlsplit(url)
        usable = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return None
    return url if usable else None


def read(given: SourceInput) -> Iterator[SourceItem]:
    """Yield a Link per line; a Rejected for a line that is not a URL."""
    try:
        for item in read_from(given, b"", Unpacked(given.stream, given.origin)):
            yield replace(item, chosen=True) if isinstance(item, Link) else item
    except CopydeskError as error:
        yield Rejected.from_error(error, unfinished=isinstance(error, Unreadable))


def read_from(given: SourceInput, first: bytes, rest: Unpacked) -> Iterator[SourceItem]:
    """Read a list whose first bytes were read already. Raises the errors of `rest`."""
    for number, line in _lines(first, rest):
        yield from _line_item(given, number, line)


def _line_item(given: SourceInput, number: int, line: str) -> Iterator[SourceItem]:
    text = line.strip()
    if not text or text.startswith("#"):
        return
    if url := web_address(None, text):
        yield Link(url=url, depth=given.depth + 1)
        return
    subject = f"{given.origin}:{number}"
    text = without_user(text)
    shown = text[:_MAX_SHOWN] + "..." * (len(text) > _MAX_SHOWN)
    yield Rejected.from_error(SourceError(subject, f"not an http or https URL: {shown!r}"))


def _lines(first: bytes, unpacked: Unpacked) -> Iterator[tuple[int, str]]:
    """Yield the lines with their numbers; only the beginning of one that is too long for a URL.

    Lines end in a line feed, a carriage return, or both. The encoding is that of the byte order
    mark, else UTF-8.
    """
    chunk = first or unpacked.read()
    encoding = encoding_of(chunk) or "utf-8"
    decoder = io.IncrementalNewlineDecoder(
        codecs.getincrementaldecoder(encoding)("replace"), translate=True
    )
    number, rest = 1, ""
    while chunk:
        *lines, last = decoder.decode(chunk).split("\n")
        for line in lines:
            yield number, (rest + line).removeprefix("\ufeff")
            number, rest = number + 1, ""
        rest = (rest + last)[: _MAX_URL + 1]
        chunk = unpacked.read()
    rest += decoder.decode(b"", final=True)
    if rest:
        yield number, rest.removeprefix("\ufeff")


LISTS = Source("list", accepts, read)
"""URL lists; each line is a link."""
