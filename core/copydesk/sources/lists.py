"""The source of URL lists: one address a line, blank lines and comments aside (RFC 2483)."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from copydesk.addresses import without_user
from copydesk.errors import CopydeskError, SourceError, Unreadable
from copydesk.leads import Link, Sniff, Source, SourceFailure, SourceInput, SourceItem
from copydesk.sources.markup import encoding_of, opening
from copydesk.sources.unpacking import Unpacked
from copydesk.urls import absolute

_LONGEST = 64 * 1024
_FIRST = 20
_SHOWN = 100
_USUAL = re.compile(r"https?://[A-Za-z0-9-]+[A-Za-z0-9.-]*(?:[/?#]|$)")
_UNFIT = re.compile(r"[\x00-\x20\x7f]")


def accepts(sample: Sniff) -> bool:
    """Whether a sample is said to be a list, or at least half of its first lines are addresses.

    The others may be addresses with a fault, each of which is told, and few may be sentences. Whatever it is called and said to be: many are served as HTML or as a download.
    """
    if sample.media_type == "text/uri-list":
        return True
    text = opening(sample.start).replace("\r", "\n")
    lines = [s for line in text.split("\n") if (s := line.strip()) and not s.startswith("#")]
    if len(lines) > _FIRST:
        # The sample may end in the middle of its last line.
        lines = lines[:_FIRST]
    bad = [line for line in lines if web_address(None, line) is None]
    sentences = sum(_is_sentence(line) for line in bad)
    return 2 * len(bad) <= len(lines) > len(bad) and 4 * sentences <= len(lines)


def _is_sentence(line: str) -> bool:
    """Whether a line is words, not an address with a fault in it."""
    first, *more = line.split()
    return "/" not in first and (len(more) > 2 or sum(c > "\x7f" for c in line) > 10)


def web_address(base: str | None, text: str) -> str | None:
    """The http or https URL that a text names on the page at base; None where it names none."""
    text = text.strip()
    if not text or len(text) > _LONGEST or _UNFIT.search(text):
        return None
    if _USUAL.match(text):
        return text
    lower = text[:8].lower()
    if lower.startswith(("http:", "https:")) and not text.startswith(("http:", "https:")):
        scheme, _, rest = text.partition(":")
        text = f"{scheme.lower()}:{rest}"
    whole = text.startswith(("http://", "https://"))
    url = text if whole else absolute(base, text)
    if url is None:
        return None
    try:
        parts = urlsplit(url)
        usable = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return None
    return url if usable else None


def read(given: SourceInput) -> Iterator[SourceItem]:
    """A Link a line; a SourceFailure for a line that is no address, its number in the subject."""
    try:
        yield from leads(given, b"", Unpacked(given.stream, given.origin))
    except CopydeskError as error:
        yield SourceFailure(given.origin, error, unfinished=isinstance(error, Unreadable))


def leads(given: SourceInput, first: bytes, rest: Unpacked) -> Iterator[SourceItem]:
    """Likewise for an input of which the first bytes were read already; raises what `rest` does."""
    for number, line in _lines(first, rest):
        yield from _found(given, number, line)


def _found(given: SourceInput, number: int, line: str) -> Iterator[SourceItem]:
    text = line.strip()
    if not text or text.startswith("#"):
        return
    if url := web_address(None, text):
        yield Link(url, depth=given.depth + 1)
        return
    subject = f"{given.origin}:{number}"
    text = without_user(text)
    shown = text[:_SHOWN] + "..." * (len(text) > _SHOWN)
    yield SourceFailure(subject, SourceError(subject, f"is no http or https URL: {shown!r}"))


def _lines(first: bytes, unpacked: Unpacked) -> Iterator[tuple[int, str]]:
    """The lines with their numbers; of one that is longer than any address only the beginning.

    They end in a line feed, a carriage return, or both; the encoding is that of the byte order mark,
    else UTF-8.
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
        rest = (rest + last)[: _LONGEST + 1]
        chunk = unpacked.read()
    rest += decoder.decode(b"", final=True)
    if rest:
        yield number, rest.removeprefix("\ufeff")


LISTS = Source("list", accepts, read)
"""URL lists, each line a lead."""
