"""Built-in sources, and the choice of one by an input's name, media type and first bytes."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterable, Iterator
from types import FrameType
from typing import BinaryIO

from copydesk.errors import (
    CopydeskError,
    MemoryExceeded,
    SourceError,
    Unreadable,
    UnsupportedFormat,
    describe,
)
from copydesk.sources.base import (
    Link,
    ListingInfo,
    Rejected,
    Skipped,
    Sniff,
    Source,
    SourceInput,
    SourceItem,
)
from copydesk.sources.feed import FEEDS
from copydesk.sources.page import PAGES
from copydesk.sources.sitemap import SITEMAPS
from copydesk.sources.tables.pages import TABLES
from copydesk.sources.unpacking import unpack_start
from copydesk.sources.unsupported import describe_format
from copydesk.sources.url_list import LISTS
from copydesk.sources.warc.reader import ARCHIVES
from copydesk.util import deadline
from copydesk.util.media_types import is_page

__all__ = ["Link", "ListingInfo", "Rejected", "Skipped", "Sniff", "Source", "SourceInput"]

BUILT_IN: tuple[Source, ...] = (ARCHIVES, SITEMAPS, FEEDS, TABLES, LISTS, PAGES)
"""The built-in sources, in the order in which they are tried."""

MAX_DECISION_TIME = 5.0
"""Maximum time for all sources to decide which of them reads an input, in seconds."""

_PEEKED = 8 * 1024


def find(sample: Sniff, kinds: Iterable[Source] = BUILT_IN) -> Source | None:
    """Return the first source that accepts an input, or None.

    Raises SourceError if a source fails or takes too long. What it prints goes to standard error.
    """
    current = ""

    def late(_: FrameType | None) -> SourceError:
        return SourceError(
            sample.name,
            f"source {current!r} did not decide within {MAX_DECISION_TIME:g} s whether it accepts this",
        )

    try:
        with deadline.time_limit(MAX_DECISION_TIME, late), contextlib.redirect_stdout(sys.stderr):
            for kind in kinds:
                current = kind.name
                if kind.accepts(sample):
                    return kind
    except (CopydeskError, KeyboardInterrupt):
        raise
    except BaseException as error:
        about = f"source {current!r} failed in accepts(): {describe(error)}"
        raise SourceError(sample.name, about) from error
    return None


def unsupported(sample: Sniff) -> SourceError:
    """Return the error for an input that no source accepts."""
    if what := describe_format(sample.start):
        return UnsupportedFormat(sample.name, f"is {what}")
    what = sample.media_type or "not a page, text, list, feed, sitemap or archive"
    if is_page(sample.start):
        what += ", though it begins like an HTML page"
    return SourceError(sample.name, f"no source can read it ({what})")


def read(source: Source, given: SourceInput) -> Iterator[SourceItem]:
    """Yield what a source finds; a Skipped if that is nothing.

    An exception in the source's code ends it with a Rejected.
    """
    try:
        found = None
        for found in source.read(given):
            yield found
        if found is None:
            yield no_entries(given.origin)
    except MemoryError:
        yield Rejected.from_error(MemoryExceeded(given.origin, "took too much memory"))
    except Exception as error:
        about = f"source {source.name!r} failed: {describe(error)}"
        fault = SourceError(given.origin, about)
        fault.__cause__ = error
        yield Rejected.from_error(fault)


def no_entries(subject: str) -> Skipped:
    """Return the Skipped for a list, folder or archive without entries."""
    return Skipped(input=subject, reason="no_entries", message="contains nothing to read")


def sniff(name: str, media_type: str | None, stream: BinaryIO) -> Sniff:
    """Look at the start of a stream without consuming it.

    name: file name or URL, "-" for standard input.
    media_type: as stated, maybe with parameters.
    stream: must support seek() or peek(), as files, standard input and BytesIO do.

    Raises SourceError for any other stream, and if it cannot be read.
    """
    stated = (media_type or "").partition(";")[0].strip().lower()
    try:
        if stream.seekable():
            position = stream.tell()
            data = stream.read(_PEEKED)
            stream.seek(position)
        elif (peek := getattr(stream, "peek", None)) is not None:
            data = bytes(peek(_PEEKED))[:_PEEKED]
        else:
            raise SourceError(name, "stream must support seek() or peek()")
    except OSError as error:
        raise Unreadable(name, f"cannot read: {error}") from error
    start, packed = unpack_start(data, _PEEKED)
    return Sniff(name, stated, start, packed)
