"""Open and read lists: feeds, sitemaps, archives and URL lists."""

from __future__ import annotations

import io
import os
import select
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, BinaryIO

from copydesk import sources
from copydesk.errors import CopydeskError, SourceError, Unreadable, os_message
from copydesk.sources import remote
from copydesk.sources.base import (
    Document,
    PackedPage,
    PendingList,
    Rejected,
    Skipped,
    Source,
    SourceInput,
    SourceItem,
)
from copydesk.sources.warc import reader

# Number of bytes without an item after which a reader reports progress.
_PROGRESS = 1024 * 1024
# Seconds between progress reports of a reader that waits for its input.
_PATIENCE = 2.0


def read_list(
    pending: PendingList,
    kinds: Mapping[str, Source],
    on_progress: Callable[[], None] = lambda: None,
) -> Iterator[SourceItem]:
    """Yield the items of a list; only the record `pending.record`, if set.

    kinds: the sources by name, in the order in which they are tried.
    on_progress: called now and then while nothing is found.
    """
    if pending.content is not None and pending.offset is not None:
        yield from reader.unpack_damaged(
            PackedPage(pending.origin, pending.offset, pending.content)
        )
        return
    try:
        stream = _opened(pending, on_progress)
    except (OSError, ValueError) as error:
        yield open_failure(pending.origin, error)
        return
    with stream:
        try:
            kind = _kind(pending, kinds, stream)
        except CopydeskError as error:
            yield Rejected.from_error(error)
            return
        given = pending.opened(stream)
        if pending.record is None:
            yield from sources.read(kind, given)
        else:
            yield _record(pending, kind, given)


def open_failure(name: str, error: OSError | ValueError) -> Rejected:
    """Return the failure for a file or folder that cannot be opened."""
    fault = Unreadable(name, f"cannot open: {os_message(error)}")
    fault.__cause__ = error
    return Rejected.from_error(fault)


def _kind(pending: PendingList, kinds: Mapping[str, Source], stream: BinaryIO) -> Source:
    """Return the source that reads a list. Raises SourceError if there is none."""
    if pending.kind is not None:
        return kinds[pending.kind]
    sample = sources.sniff(pending.origin, pending.media_type, stream)
    kind = sources.find(sample, kinds.values())
    if kind is None:
        raise sources.unsupported(sample)
    return kind


def _record(
    pending: PendingList, kind: Source, given: SourceInput
) -> Document | Rejected | Skipped:
    """Return the one wanted record of an archive or table, under the name of the list."""
    assert pending.record is not None
    name, offset = pending.origin, pending.offset
    if pending.record.startswith(":"):
        archive, wanted = name.removesuffix(pending.record), name
    else:
        archive = name.removesuffix(f"@{offset}{pending.record}")
        # The stream begins at the record.
        wanted = f"{archive}@0{pending.record}"
    for one in sources.read(kind, replace(given, origin=archive)):
        if isinstance(one, Document) and one.origin == wanted:
            return replace(one, origin=name)
        if isinstance(one, Rejected) and one.input in (wanted, archive):
            return replace(one, input=name, offset=offset)
        if isinstance(one, Skipped) and one.input == wanted:
            return replace(one, input=name)
    return Rejected.from_error(SourceError(name, "no such record in this file"))


def _opened(pending: PendingList, on_progress: Callable[[], None]) -> BinaryIO:
    if pending.content is not None:
        return io.BytesIO(pending.content)
    if pending.address is not None:
        remote_stream = remote.open_stream(pending.address, on_progress)
        remote_stream.seek(pending.offset or 0)
        return remote_stream
    place = pending.path if pending.path is not None else pending.descriptor
    assert place is not None
    stream = Stream(place, pending.begun, on_progress)
    if pending.path is not None:
        stream.seek(pending.offset or 0)
    return stream


class Stream(io.FileIO):
    """A file or stream, maybe with bytes that were read from it already.

    Unbuffered: an I/O error in a buffered read would lose the bytes before it. A file that becomes
    shorter while it is read raises OSError at its end.

    name: path or descriptor.
    read_before: the bytes that were read already.
    on_progress: called now and then while it is read or waited for.
    """

    def __init__(
        self,
        name: str | int,
        read_before: bytes = b"",
        on_progress: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(name, "rb")
        self._on_progress = on_progress
        self._count = 0
        self._read_before = read_before
        self._poll: select.poll | None = None
        self._size = 0
        if self.seekable():
            self._size = os.fstat(self.fileno()).st_size
            if read_before:
                self.seek(-len(read_before), os.SEEK_CUR)
                self._read_before = b""
        else:
            self._poll = select.poll()
            self._poll.register(self.fileno(), select.POLLIN)

    def readinto(self, buffer: Any) -> int:
        """Read the available bytes into a buffer, at least one before the end."""
        if self._read_before:
            data = self._read_before[: len(buffer)]
            self._read_before = self._read_before[len(data) :]
            buffer[: len(data)] = data
            return len(data)
        while self._poll is not None and not self._poll.poll(_PATIENCE * 1000):
            # The writer is slow.
            self._on_progress()
        count = super().readinto(buffer) or 0
        if not count and len(buffer):
            self._check_size()
        self._count += count
        if self._count >= _PROGRESS:
            self._count = 0
            self._on_progress()
        return count

    def _check_size(self) -> None:
        """Raise OSError if the file became shorter since it was opened."""
        if not self._size:
            return
        size = os.fstat(self.fileno()).st_size
        if self.tell() < self._size > size:
            raise OSError(f"file became shorter while reading: {self._size:,} to {size:,} bytes")

    def read(self, size: int | None = -1) -> bytes:
        """Return at most `size` bytes, fewer if not available yet; all for a negative size."""
        if size is None or size < 0:
            return self.readall()
        data = bytearray(size)
        return bytes(data[: self.readinto(memoryview(data))])

    def readall(self) -> bytes:
        """Return all remaining bytes."""
        return b"".join(iter(lambda: self.read(_PROGRESS), b""))

    def peek(self, size: int) -> bytes:
        """Return the next bytes without consuming them, fewer only at the end."""
        start = b""
        while len(start) < size and (more := self.read(size - len(start))):
            start += more
        self._read_before = start + self._read_before
        return start
