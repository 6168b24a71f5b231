"""What sources find: links to fetch, documents, inputs that are skipped, and failures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, BinaryIO

from copydesk.model.document import Document, ListingInfo
from copydesk.model.outcomes import Rejected, Skipped

__all__ = [
    "Document",
    "Link",
    "ListLimits",
    "ListingInfo",
    "PackedPage",
    "PendingList",
    "Rejected",
    "Skipped",
    "Sniff",
    "Source",
    "SourceInput",
    "SourceItem",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A URL that may lead to a document.

    Attributes:
        kind: name of the source that reads the response; None to detect it.
        listing: what the list that contains the URL states about it.
        modified: time of the last change, as stated in that list.
        depth: number of lists between the input and this URL.
        as_list: True if only a list is expected there, such as a feed.
        chosen: True if it stands in a list of URLs. Such a URL is asked for in every run.
    """

    url: str
    kind: str | None = None
    listing: ListingInfo | None = None
    modified: datetime | None = None
    depth: int = 0
    as_list: bool = False
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class PackedPage:
    """A page in an archive that is unpacked only when it is read, maybe in another process.

    Attributes:
        origin: name of the archive.
        offset: position of its gzip member in the archive, in bytes.
        data: the gzip member.
    """

    origin: str
    offset: int
    data: bytes

    @property
    def subject(self) -> str:
        """The `origin` of the unpacked document."""
        return f"{self.origin}@{self.offset}"


@dataclass(frozen=True, slots=True)
class Sniff:
    """What a source sees of an input to decide whether it can read it.

    Attributes:
        name: file name or URL.
        media_type: as stated, without parameters; empty if not stated.
        start: the first bytes, decompressed if they are gzip.
        packed: True if they are gzip.
    """

    name: str
    media_type: str
    start: bytes
    packed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ListLimits:
    """Limits on what is read from lists.

    Attributes:
        since: articles and entries with an earlier stated date are left out.
        entries: maximum number of entries of one list.
        deepest: maximum number of nested lists.
    """

    since: datetime | None = None
    entries: int = 50_000
    deepest: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class InputFacts:
    """What is known about an input before it is read.

    Attributes:
        origin: name of the input in messages, and prefix of its documents' `origin`.
        url: the URL that it was fetched from, None for a file.
        media_type: as stated by the server or the user.
        encoding: as stated by the server or the user.
        retrieved_at: when it was fetched.
        listing: see Link.
        depth: number of lists that led to it.
        wanted: limits, if it is a list.
        packed: True if pages of an archive may be returned as PackedPage.
        folder: of a file on this machine, for the paths in it; None for any other input.
    """

    origin: str
    url: str | None = None
    media_type: str | None = None
    encoding: str | None = None
    retrieved_at: datetime | None = None
    listing: ListingInfo | None = None
    depth: int = 0
    wanted: ListLimits = ListLimits()
    packed: bool = False
    folder: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceInput(InputFacts):
    """An opened input for a source to read.

    Attributes:
        stream: the input from its first byte, not decompressed.
    """

    stream: BinaryIO


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingList(InputFacts):
    """A list for a source to read in another process.

    One of `content`, `path`, `address` or `descriptor` gives its bytes.

    Attributes:
        kind: name of the source; None to detect it.
        content: all of it, or the part of an archive that begins at `offset`.
        path: a file, where the list begins at `offset`.
        address: URL of a file in a file system that fsspec knows, where it begins at `offset`.
        descriptor: an open stream.
        begun: bytes that were read from `descriptor` already.
        record: set if only one record is wanted. Of an archive, the one at `offset`: "" or "+" and
            its position in the unpacked gzip member; `origin` then ends in "@", the offset and this
            suffix. Of a table, ":" and the number of its line; `origin` ends in this suffix.
    """

    kind: str | None
    content: bytes | None = None
    path: str | None = None
    address: str | None = None
    offset: int | None = None
    descriptor: int | None = None
    begun: bytes = b""
    record: str | None = None

    def opened(self, stream: BinaryIO) -> SourceInput:
        """Return the input for the source, with its bytes."""
        facts: dict[str, Any] = {one.name: getattr(self, one.name) for one in fields(InputFacts)}
        return SourceInput(stream=stream, **facts)


SourceItem = Link | Document | PackedPage | Skipped | Rejected
"""What a source yields, in the order of its input."""


@dataclass(frozen=True, slots=True)
class Source:
    """A kind of input: how to recognize it and how to read it.

    Attributes:
        name: value of `--as`, and of `Link.kind`.
        accepts: returns True if the source can read an input.
        read: yields the items of an input lazily. It does not raise for bad content but yields
            a Rejected.
    """

    name: str
    accepts: Callable[[Sniff], bool]
    read: Callable[[SourceInput], Iterator[SourceItem]]
