"""A sliding window over a stream, so that only a part of it is in memory."""

from __future__ import annotations

from collections.abc import Callable

CHUNK = 256 * 1024
"""Number of bytes per read."""


class Window:
    """The part of a stream that is in memory; it moves forward.

    Attributes:
        buffer: the bytes.
        start: offset of the first of them in the stream.

    `fetch` returns the next bytes, none at the end; `seek`, if given, goes to an offset.
    """

    def __init__(
        self, fetch: Callable[[int], bytes], seek: Callable[[int], object] | None = None
    ) -> None:
        self.buffer = bytearray()
        self.start = 0
        self._fetch = fetch
        self._seek = seek
        self._ended = False

    def fill(self, size: int) -> bool:
        """Read until the buffer has `size` bytes; return False if the stream ends before."""
        while len(self.buffer) < size and not self._ended:
            if chunk := self._fetch(CHUNK):
                self.buffer += chunk
            else:
                self._ended = True
        return len(self.buffer) >= size

    def fill_more(self) -> bool:
        """Read more bytes; return False at the end of the stream."""
        return self.fill(len(self.buffer) + 1)

    def drop(self, size: int) -> None:
        """Drop the first `size` bytes, also ones that are not in the buffer yet."""
        self.start += size
        while size > len(self.buffer):
            size -= len(self.buffer)
            self.buffer.clear()
            if not self.fill(1):
                self.start -= size
                return
        del self.buffer[:size]

    def peek_ahead(self, distance: int, size: int) -> bytes | None:
        """Return bytes further ahead without moving; None if the stream cannot seek."""
        if self._seek is None:
            return None
        self._seek(self.start + distance)
        found = b""
        while len(found) < size and (chunk := self._fetch(size - len(found))):
            found += chunk
        self._seek(self.start + len(self.buffer))
        return found

    def skip(self, size: int) -> int:
        """Drop the first `size` bytes, most of which are not in the buffer; return their number."""
        before = self.start
        if self._seek is not None and size > len(self.buffer) and self.peek_ahead(size - 1, 1):
            self._seek(before + size)
            self.buffer.clear()
            self.start += size
        else:
            self.drop(size)
        return self.start - before

    def copy_first(self, size: int) -> bytes:
        """Return a copy of the first bytes."""
        with memoryview(self.buffer) as view:
            return bytes(view[:size])
