"""The source of single pages: HTML or plain text, packed or not."""

from __future__ import annotations

from collections.abc import Iterator

from copydesk.document import MAX_BYTES, Document
from copydesk.errors import CopydeskError
from copydesk.leads import Found, Gap, Input, Sample, Source
from copydesk.sources.markup import file_name, guess_media_type, root
from copydesk.sources.unpacking import Unpacked

__all__ = ["MEDIA_TYPES", "PAGES", "guess_media_type"]

MEDIA_TYPES = frozenset(("text/html", "application/xhtml+xml", "text/plain"))
"""The media types of what can be an article."""

_UNSTATED = frozenset(("", "application/octet-stream", "application/gzip", "application/x-gzip"))
_XML = frozenset(("text/xml", "application/xml"))
_NAMES = (".html", ".htm", ".xhtml", ".txt")


def accepts(sample: Sample) -> bool:
    """Whether a sample is said to be a page, or looks like text that is no other markup."""
    if sample.media_type in MEDIA_TYPES:
        return True
    if sample.media_type in _XML:
        return root(sample.start) == "html"
    if sample.media_type not in _UNSTATED:
        return False
    if file_name(sample.name).endswith(_NAMES):
        return True
    if sample.start.startswith(b"<?xml"):
        return root(sample.start) == "html"
    return b"\0" not in sample.start or sample.start.startswith((b"\xff\xfe", b"\xfe\xff"))


def read(given: Input) -> Iterator[Found]:
    """The page as one Document; a Gap where it is above 16 MiB, or is gzip that does not unpack."""
    try:
        content = Unpacked(given.stream, given.origin, MAX_BYTES).whole()
    except CopydeskError as error:
        yield Gap(given.origin, error)
        return
    stated = (given.media_type or "").partition(";")[0].strip().lower()
    yield Document(
        content,
        stated if stated in MEDIA_TYPES else guess_media_type(content),
        given.url,
        given.encoding,
        given.retrieved_at,
        given.origin,
    )


PAGES = Source("page", accepts, read)
"""Pages, each one document."""
