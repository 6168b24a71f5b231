"""Read the bytes of an input, decompressed if they are gzip, up to a limit.

Some servers compress a file that is compressed already, which gives gzip in gzip.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from functools import partial
from typing import BinaryIO

from copydesk.errors import DocumentTooLarge, SourceError, Unreadable, os_message

GZIP = b"\x1f\x8b"
"""Magic bytes of gzip (RFC 1952)."""

_CHUNK = 64 * 1024
_MAX_LAYERS = 3


class Unpacked:
    """A stream that decompresses gzip (one member or several) as it is read.

    limit: maximum number of unpacked bytes; None for no limit.

    Reading raises Unreadable for an I/O error, SourceError for damaged or truncated gzip data, and
    DocumentTooLarge above the limit. All bytes before the error are good.
    """

    def __init__(self, stream: BinaryIO, subject: str, limit: int | None = None) -> None:
        self._subject = subject
        self._limit = limit
        self._count = 0
        self._fetch: Callable[[int], bytes] = partial(_read_stream, stream, subject)
        self._pending = b""
        while len(self._pending) < len(GZIP) and (more := self._fetch(_CHUNK)):
            self._pending += more
        for _ in range(_MAX_LAYERS):
            if not self._pending.startswith(GZIP):
                break
            self._fetch = _GzipReader(self._pending, self._fetch, subject).read
            self._pending = self._fetch(_CHUNK)

    def read(self, size: int = _CHUNK) -> bytes:
        """Return at most `size` bytes; none at the end."""
        data = self._pending[:size] if self._pending else self._fetch(size)
        self._pending = self._pending[size:]
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


def _read_stream(stream: BinaryIO, subject: str, size: int) -> bytes:
    try:
        return stream.read(size)
    except OSError as error:
        raise Unreadable(subject, f"cannot read further: {os_message(error)}") from error


class _GzipReader:
    """A reader of gzip data. pending: its first bytes. fetch: returns the next ones."""

    def __init__(self, pending: bytes, fetch: Callable[[int], bytes], subject: str) -> None:
        self._raw = pending
        self._fetch = fetch
        self._subject = subject
        self._inflate = zlib.decompressobj(31)

    def read(self, size: int) -> bytes:
        """Return at most `size` bytes; none at the end."""
        while True:
            if self._inflate.eof:
                # Another member may follow; any other bytes are padding.
                rest = self._inflate.unused_data or self._fetch(_CHUNK)
                if not rest.startswith(GZIP[: len(rest)]) or not rest:
                    self._raw = b""
                    return b""
                self._inflate = zlib.decompressobj(31)
                self._raw = rest
            raw = self._inflate.unconsumed_tail or self._raw or self._fetch(_CHUNK)
            self._raw = b""
            try:
                data = self._inflate.decompress(raw, size)
            except zlib.error as error:
                raise SourceError(self._subject, f"damaged gzip data ({error})") from error
            if data:
                return data
            if not raw and not self._inflate.eof:
                raise SourceError(self._subject, "truncated gzip data")


def unpack_start(data: bytes, limit: int) -> tuple[bytes, bool]:
    """Return the first bytes of an input, unpacked if they are gzip, and whether they are."""
    packed = data.startswith(GZIP)
    for _ in range(_MAX_LAYERS):
        if not data.startswith(GZIP):
            break
        try:
            data = zlib.decompressobj(31).decompress(data, limit)
        except zlib.error:
            return b"", True
    return data[:limit], packed
