"""Built-in sources: what an input can be, told from its name, its media type and its first bytes."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterable, Iterator
from types import FrameType
from typing import BinaryIO

from copydesk import deadline
from copydesk.errors import (
    CopydeskError,
    MemoryExceeded,
    SourceError,
    Unreadable,
    UnsupportedFormat,
    describe,
)
from copydesk.leads import Skip, Sniff, Source, SourceFailure, SourceInput, SourceItem
from copydesk.sources import formats
from copydesk.sources.feeds import FEEDS
from copydesk.sources.lists import LISTS
from copydesk.sources.markup import is_page
from copydesk.sources.pages import PAGES
from copydesk.sources.sitemaps import SITEMAPS
from copydesk.sources.unpacking import beginning
from copydesk.sources.warc import ARCHIVES

BUILT_IN: tuple[Source, ...] = (ARCHIVES, SITEMAPS, FEEDS, LISTS, PAGES)
"""The sources that come with copydesk, the one that is asked first first."""

ASKING = 5.0
"""Seconds that the sources together may take to say which of them reads an input."""

_PEEKED = 8 * 1024


def find(sample: Sniff, kinds: Iterable[Source] = BUILT_IN) -> Source | None:
    """The first source that takes an input, None where none does.

    Raises SourceError where one fails at saying so, or takes too long for it; what it prints goes to
    standard error.
    """
    asked = ""

    def late(_: FrameType | None) -> SourceError:
        return SourceError(
            sample.name,
            f"source {asked!r} did not say within {ASKING:g} seconds whether it takes it",
        )

    try:
        with deadline.limited(ASKING, late), contextlib.redirect_stdout(sys.stderr):
            for kind in kinds:
                asked = kind.name
                if kind.accepts(sample):
                    return kind
    except (CopydeskError, KeyboardInterrupt):
        raise
    except BaseException as error:
        about = f"source {asked!r} failed where it was asked whether it takes it: {describe(error)}"
        raise SourceError(sample.name, about) from error
    return None


def unread(sample: Sniff) -> SourceError:
    """Why no source takes an input."""
    if what := formats.named(sample.start):
        return UnsupportedFormat(sample.name, f"is {what}")
    what = sample.media_type or "it is no page, text, list, feed, sitemap or archive"
    if is_page(sample.start):
        what += ", though it begins as an HTML page"
    return SourceError(sample.name, f"no source reads it ({what})")


def read(source: Source, given: SourceInput) -> Iterator[SourceItem]:
    """What a source finds, a Skip where that is nothing.

    A fault of its own code ends it with a SourceFailure, and costs nothing else.
    """
    try:
        found = None
        for found in source.read(given):
            yield found
        if found is None:
            yield nothing(given.origin)
    except MemoryError:
        yield SourceFailure(given.origin, MemoryExceeded(given.origin, "took too much memory"))
    except Exception as error:
        about = f"source {source.name!r} failed: {describe(error)}"
        fault = SourceError(given.origin, about)
        fault.__cause__ = error
        yield SourceFailure(given.origin, fault)


def nothing(subject: str) -> Skip:
    """What is said of a list, folder or archive with nothing to read in it."""
    return Skip(subject, "no_entries", "holds nothing to read")


def sample(name: str, media_type: str | None, stream: BinaryIO) -> Sniff:
    """What tells a source from another, taken from a stream without consuming anything of it.

    name: file name or URL, "-" for standard input. media_type: as stated, parameters may follow.
    stream: seekable or with a `peek`, as files, standard input and BytesIO are. Raises SourceError
    for any other, and for one that cannot be read.
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
            raise SourceError(name, "cannot be looked into: it neither seeks nor peeks")
    except OSError as error:
        raise Unreadable(name, f"cannot be read: {error}") from error
    start, packed = beginning(data, _PEEKED)
    return Sniff(name, stated, start, packed)
