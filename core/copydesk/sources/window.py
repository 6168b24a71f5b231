"""A stream seen through a window: only the part that is being looked at is held in memory."""

from __future__ import annotations

from collections.abc import Callable

CHUNK = 256 * 1024
"""Bytes that are asked for at once."""


class Window:
    """The part of a stream that is held in memory; it moves forward.

    held: the bytes. start: the offset of the first of them in the stream. fetch gives the next
    bytes, none at the end; seek, where there is one, goes to an offset.
    """

    def __init__(
        self, fetch: Callable[[int], bytes], seek: Callable[[int], object] | None = None
    ) -> None:
        self.held = bytearray()
        self.start = 0
        self._fetch = fetch
        self._seek = seek
        self._ended = False

    def reach(self, size: int) -> bool:
        """Hold at least `size` bytes; False where the stream ends before."""
        while len(self.held) < size and not self._ended:
            if chunk := self._fetch(CHUNK):
                self.held += chunk
            else:
                self._ended = True
        return len(self.held) >= size

    def more(self) -> bool:
        """Hold something more; False at the end of the stream."""
        return self.reach(len(self.held) + 1)

    def drop(self, size: int) -> None:
        """Let go of the first bytes, also of ones that are not held yet."""
        self.start += size
        while size > len(self.held):
            size -= len(self.held)
            self.held.clear()
            if not self.reach(1):
                self.start -= size
                return
        del self.held[:size]

    def ahead(self, distance: int, size: int) -> bytes | None:
        """What stands some way ahead, without going there; None where the stream cannot seek."""
        if self._seek is None:
            return None
        self._seek(self.start + distance)
        found = b""
        while len(found) < size and (chunk := self._fetch(size - len(found))):
            found += chunk
        self._seek(self.start + len(self.held))
        return found

    def pass_over(self, size: int) -> int:
        """Let go of the first bytes, most of which are not held yet; returns how many there were."""
        before = self.start
        if self._seek is not None and size > len(self.held) and self.ahead(size - 1, 1):
            self._seek(before + size)
            self.held.clear()
            self.start += size
        else:
            self.drop(size)
        return self.start - before

    def taken(self, size: int) -> bytes:
        """A copy of the first bytes."""
        with memoryview(self.held) as view:
            return bytes(view[:size])
