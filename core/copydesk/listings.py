"""Lists opened and read: feeds, sitemaps, archives and lists of addresses, wherever they lie."""

from __future__ import annotations

import io
import os
import select
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, BinaryIO

from copydesk import sources
from copydesk.errors import CopydeskError, SourceError, Unreadable
from copydesk.leads import (
    Document,
    PackedPage,
    PendingList,
    Skip,
    Source,
    SourceFailure,
    SourceInput,
    SourceItem,
)
from copydesk.sources import warc

# A list that goes on being read says so, though nothing was found in so many bytes.
_PROGRESS = 1024 * 1024
# Seconds between two words of a reader that waits for its input.
_PATIENCE = 2.0


def found(
    pending: PendingList, kinds: Mapping[str, Source], tell: Callable[[], None] = lambda: None
) -> Iterator[SourceItem]:
    """What is in a list; of one whose record is stated only that.

    kinds: the sources by name, the one that is asked first first. tell: called while the list is
    read on, though nothing is found.
    """
    if pending.content is not None and pending.offset is not None:
        yield from warc.unpack_damaged(PackedPage(pending.origin, pending.offset, pending.content))
        return
    try:
        stream = _opened(pending, tell)
    except (OSError, ValueError) as error:
        yield unreadable(pending.origin, error)
        return
    with stream:
        try:
            kind = _kind(pending, kinds, stream)
        except CopydeskError as error:
            yield SourceFailure(pending.origin, error)
            return
        given = SourceInput(
            origin=pending.origin, stream=stream, url=pending.url, media_type=pending.media_type,
            encoding=pending.encoding, retrieved_at=pending.retrieved_at, listing=pending.listing,
            depth=pending.depth, wanted=pending.wanted, packed=pending.packed,
        )  # fmt: skip
        if pending.record is None:
            yield from sources.read(kind, given)
        else:
            yield _record(pending, kind, given)


def unreadable(name: str, error: OSError | ValueError) -> SourceFailure:
    """What is said of a file or folder that cannot be opened."""
    words = getattr(error, "strerror", None) or str(error)
    fault = Unreadable(name, f"cannot be opened: {words.lower()}")
    fault.__cause__ = error
    return SourceFailure(name, fault)


def _kind(pending: PendingList, kinds: Mapping[str, Source], stream: BinaryIO) -> Source:
    """The source that reads a list. Raises SourceError where none does."""
    if pending.kind is not None:
        return kinds[pending.kind]
    sample = sources.sample(pending.origin, pending.media_type, stream)
    kind = sources.find(sample, kinds.values())
    if kind is None:
        raise sources.unread(sample)
    return kind


def _record(
    pending: PendingList, kind: Source, given: SourceInput
) -> Document | SourceFailure | Skip:
    """The one record of an archive that is wanted, by the name that the list has."""
    assert pending.record is not None
    name, offset = pending.origin, pending.offset
    archive = name.removesuffix(f"@{offset}{pending.record}")
    # Read from there, the archive begins with the record.
    wanted = f"{archive}@0{pending.record}"
    for one in sources.read(kind, replace(given, origin=archive)):
        if isinstance(one, Document) and one.origin == wanted:
            return replace(one, origin=name)
        if isinstance(one, SourceFailure) and one.subject in (wanted, archive):
            return replace(one, subject=name, offset=offset)
        if isinstance(one, Skip) and one.subject == wanted:
            return replace(one, subject=name)
    return SourceFailure(name, SourceError(name, "no record stands there"))


def _opened(pending: PendingList, tell: Callable[[], None]) -> BinaryIO:
    if pending.content is not None:
        return io.BytesIO(pending.content)
    place = pending.path if pending.path is not None else pending.descriptor
    assert place is not None
    stream = Stream(place, pending.begun, tell)
    if pending.path is not None:
        stream.seek(pending.offset or 0)
    return stream


class Stream(io.FileIO):
    """A file or stream, of which some may have been read already.

    It is not buffered: of several reads at once, a fault would take what came before it along. A
    file that becomes shorter while it is read raises OSError at its end. tell: called while it is
    read on or waited for.
    """

    def __init__(
        self, name: str | int, begun: bytes = b"", tell: Callable[[], None] = lambda: None
    ) -> None:
        super().__init__(name, "rb")
        self._tell = tell
        self._count = 0
        self._begun = begun
        self._poll: select.poll | None = None
        self._size = 0
        if self.seekable():
            self._size = os.fstat(self.fileno()).st_size
            if begun:
                self.seek(-len(begun), os.SEEK_CUR)
                self._begun = b""
        else:
            self._poll = select.poll()
            self._poll.register(self.fileno(), select.POLLIN)

    def readinto(self, buffer: Any) -> int:
        """Read into a buffer what is there, at least one byte but at the end."""
        if self._begun:
            data = self._begun[: len(buffer)]
            self._begun = self._begun[len(data) :]
            buffer[: len(data)] = data
            return len(data)
        while self._poll is not None and not self._poll.poll(_PATIENCE * 1000):
            # Who delivers it takes its time.
            self._tell()
        count = super().readinto(buffer) or 0
        if not count and len(buffer):
            self._check_size()
        self._count += count
        if self._count >= _PROGRESS:
            self._count = 0
            self._tell()
        return count

    def _check_size(self) -> None:
        """Raise OSError where the file ends before it did when it was opened."""
        if not self._size:
            return
        size = os.fstat(self.fileno()).st_size
        if self.tell() < self._size > size:
            raise OSError(f"it became shorter while it was read: {self._size:,} to {size:,} bytes")

    def read(self, size: int | None = -1) -> bytes:
        """So many bytes, fewer where no more are there yet; all where none is stated."""
        if size is None or size < 0:
            return self.readall()
        data = bytearray(size)
        return bytes(data[: self.readinto(memoryview(data))])

    def readall(self) -> bytes:
        """All that is left."""
        return b"".join(iter(lambda: self.read(_PROGRESS), b""))

    def peek(self, size: int) -> bytes:
        """The next bytes, fewer only at the end; they are read again."""
        held = b""
        while len(held) < size and (more := self.read(size - len(held))):
            held += more
        self._begun = held + self._begun
        return held
