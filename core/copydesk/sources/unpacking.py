"""Read the bytes of an input, decompressed if they are gzip or zstd, up to a limit.

Some servers compress a file that is compressed already, which gives gzip in gzip.
"""

from __future__ import annotations

from itertools import chain
from typing import BinaryIO

from copydesk.errors import DocumentTooLarge
from copydesk.util.content_coding import DECODERS, GZIP, ZSTD, gunzip_start, read_steps, unpack

_MAX_LAYERS = 3


class Unpacked:
    """A stream that decompresses gzip (one member or several) and zstd as it is read.

    zstd needs the extra `zstd`; without it such data stay as they are.

    limit: maximum number of unpacked bytes; None for no limit.

    Reading raises Unreadable for an I/O error, SourceError for damaged or truncated data, and
    DocumentTooLarge above the limit. All bytes before the error are good.
    """

    def __init__(self, stream: BinaryIO, subject: str, limit: int | None = None) -> None:
        self._subject = subject
        self._limit = limit
        self._count = 0
        chunks = read_steps(stream, subject)
        start = b""
        while len(start) < len(ZSTD) and (more := next(chunks, b"")):
            start += more
        for _ in range(_MAX_LAYERS):
            if start.startswith(GZIP):
                coding = "gzip"
            elif start.startswith(ZSTD) and "zstd" in DECODERS:
                coding = "zstd"
            else:
                break
            chunks = unpack(chain((start,), chunks), coding, subject)
            start = next(chunks, b"")
        self._pending, self._chunks = start, chunks

    def read(self) -> bytes:
        """Return the next bytes; none at the end."""
        data = self._pending or next(self._chunks, b"")
        self._pending = b""
        self._count += len(data)
        if self._limit is not None and self._count > self._limit:
            raise DocumentTooLarge(self._subject, f"is larger than {self._limit:,} bytes")
        return data

    def read_all(self) -> bytes:
        """Return all remaining bytes."""
        parts = []
        while data := self.read():
            parts.append(data)
        return b"".join(parts)


def unpack_start(data: bytes, limit: int) -> tuple[bytes, bool]:
    """Return the first bytes of an input, unpacked if they are gzip, and whether they are."""
    packed = data.startswith(GZIP)
    for _ in range(_MAX_LAYERS):
        if not data.startswith(GZIP):
            break
        data = gunzip_start(data, limit) or b""
    return data[:limit], packed
