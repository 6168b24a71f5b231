"""What sources find: leads to fetch, documents at hand, and what is no input or could not be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from typing import BinaryIO

from copydesk.document import Document, ListingInfo
from copydesk.errors import CopydeskError

__all__ = [
    "Document",
    "Found",
    "Gap",
    "Input",
    "Lead",
    "Listing",
    "ListingInfo",
    "Packed",
    "Sample",
    "Skip",
    "Source",
    "Wanted",
]


@dataclass(frozen=True, slots=True)
class Lead:
    """An address that may hold a document.

    kind: name of the source that reads what is got there, None where a sniff decides. listing: what
    the place that named it says of it. modified: when it was last changed, as far as stated there.
    depth: how many lists led to it. as_list: whether only a list is wanted there, such as a feed.
    """

    url: str
    kind: str | None = None
    listing: ListingInfo | None = None
    modified: datetime | None = None
    depth: int = 0
    as_list: bool = False


@dataclass(frozen=True, slots=True)
class Packed:
    """A page in an archive that is unpacked only where it is read, maybe in another process.

    origin: of the archive. offset, data: of its gzip member.
    """

    origin: str
    offset: int
    data: bytes

    @property
    def subject(self) -> str:
        """The name that its document will have."""
        return f"{self.origin}@{self.offset}"


@dataclass(frozen=True, slots=True)
class Skip:
    """An input that is no article on purpose, such as a record of an archive that is no page.

    subject: the input. reason: a code in snake_case. message: for people.
    """

    subject: str
    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class Gap:
    """An input, or a stretch of one, that could not be read.

    offset: in bytes, None when unknown. unfinished: whether reading broke off at a fault of the
    system, so that what follows may be read another time; the run goes on, and ends as stopped early.
    url: the address that a record of an archive states.
    """

    subject: str
    error: CopydeskError
    offset: int | None = None
    unfinished: bool = False
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """What decides which source reads an input.

    name: file name or URL. media_type: as stated, without parameters, empty when not. start: the
    first bytes, decompressed where they were gzip. packed: whether they were.
    """

    name: str
    media_type: str
    start: bytes
    packed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How much is wanted of what lists hold.

    since: articles and entries that say they are older are not. entries: most entries of one
    list. deepest: how many lists may lead to a list.
    """

    since: datetime | None = None
    entries: int = 50_000
    deepest: int = 3


@dataclass(frozen=True, slots=True)
class Input:
    """Something opened for a source to read.

    origin: its name for people, and the beginning of its documents' origin. stream: from its first
    byte, not decompressed. url: where it was got, None for a file. media_type, encoding: as stated
    by who delivered it. retrieved_at: when it was got. listing: see Lead. depth: how many lists led here.
    wanted: how much to take of it, where it is a list. packed: whether pages of an archive may come
    as Packed.
    """

    origin: str
    stream: BinaryIO
    url: str | None = None
    media_type: str | None = None
    encoding: str | None = None
    retrieved_at: datetime | None = None
    listing: ListingInfo | None = None
    depth: int = 0
    wanted: Wanted = Wanted()
    packed: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """A list that is still to be read, by a source, in another process.

    kind: name of the source, None where a sniff decides. content: all of it, or the part of
    an archive that begins at offset; or path, offset: a file and where in it the list begins; or
    descriptor, begun: an open stream and what was read of it already. record: where only the record of an archive is wanted that begins at offset; it is empty,
    or "+" and the place inside the gzip member, and origin ends in "@", the offset and it. The rest
    is as in Input.
    """

    kind: str | None
    origin: str
    _: KW_ONLY
    url: str | None = None
    media_type: str | None = None
    encoding: str | None = None
    retrieved_at: datetime | None = None
    listing: ListingInfo | None = None
    depth: int = 0
    wanted: Wanted = Wanted()
    packed: bool = False
    content: bytes | None = None
    path: str | None = None
    offset: int | None = None
    descriptor: int | None = None
    begun: bytes = b""
    record: str | None = None


Found = Lead | Document | Packed | Skip | Gap
"""What a source yields, in the order of its input."""


@dataclass(frozen=True, slots=True)
class Source:
    """A kind of input: how it is told, and how it is read.

    name: what `--as` calls it, and what a lead's kind may be. accepts: whether a sample looks like
    it. read: yields what is in it lazily; it never raises for bad content but yields a Gap.
    """

    name: str
    accepts: Callable[[Sample], bool]
    read: Callable[[Input], Iterator[Found]]
