"""The source of URL lists: one address a line, blank lines and comments aside (RFC 2483)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from copydesk.addresses import without_user
from copydesk.errors import CopydeskError, SourceError, Unreadable
from copydesk.leads import Found, Gap, Input, Lead, Sample, Source
from copydesk.sources.markup import file_name, opening
from copydesk.sources.unpacking import Unpacked
from copydesk.urls import absolute

_LONGEST = 64 * 1024
_TEXT = frozenset(("", "text/plain", "application/octet-stream", "application/gzip"))
_NAMES = (".txt", ".lst", ".list", ".urls")
_FIRST = 20
_SHOWN = 100
_USUAL = re.compile(r"https?://[A-Za-z0-9-]+[A-Za-z0-9.-]*(?:[/?#]|$)")
_UNFIT = re.compile(r"[\x00-\x20\x7f]")


def accepts(sample: Sample) -> bool:
    """Whether a sample is said to be a list, or is a text whose first lines are all addresses."""
    if sample.media_type == "text/uri-list":
        return True
    name = file_name(sample.name)
    if sample.media_type not in _TEXT or not (name == "-" or name.endswith(_NAMES)):
        return False
    text = opening(sample.start)
    lines = [s for line in text.split("\n") if (s := line.strip()) and not s.startswith("#")]
    # The sample may end in the middle of its last line.
    asked = lines[:_FIRST] if len(lines) > 1 else lines
    return bool(asked) and all(web_address(None, line) for line in asked)


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


def read(given: Input) -> Iterator[Found]:
    """A Lead a line; a Gap for a line that is no address, its number in the subject."""
    try:
        yield from leads(given, b"", Unpacked(given.stream, given.origin))
    except CopydeskError as error:
        yield Gap(given.origin, error, unfinished=isinstance(error, Unreadable))


def leads(given: Input, first: bytes, rest: Unpacked) -> Iterator[Found]:
    """Likewise for an input of which the first bytes were read already; raises what `rest` does."""
    for number, line in _lines(first, rest):
        yield from _found(given, number, line)


def _found(given: Input, number: int, line: bytes) -> Iterator[Found]:
    text = line.decode("utf-8-sig" if number == 1 else "utf-8", "replace").strip()
    if not text or text.startswith("#"):
        return
    if url := web_address(None, text):
        yield Lead(url, depth=given.depth + 1)
        return
    subject = f"{given.origin}:{number}"
    text = without_user(text)
    shown = text[:_SHOWN] + "..." * (len(text) > _SHOWN)
    yield Gap(subject, SourceError(subject, f"is no http or https URL: {shown!r}"))


def _lines(first: bytes, unpacked: Unpacked) -> Iterator[tuple[int, bytes]]:
    """The lines with their numbers; of one that is longer than any address only the beginning."""
    number, rest = 1, b""
    while chunk := first or unpacked.read():
        first = b""
        *lines, last = chunk.split(b"\n")
        for line in lines:
            yield number, rest + line
            number, rest = number + 1, b""
        rest = (rest + last)[: _LONGEST + 1]
    if rest:
        yield number, rest


LISTS = Source("list", accepts, read)
"""URL lists, each line a lead."""
