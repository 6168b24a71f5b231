"""Bytes of an input as its source wants them: unpacked where they were gzip, and never above a cap."""

from __future__ import annotations

import zlib
from typing import BinaryIO

from copydesk.errors import DocumentTooLarge, SourceError, Unreadable

GZIP = b"\x1f\x8b"
"""How every gzip stream begins (RFC 1952)."""

_CHUNK = 64 * 1024


class Unpacked:
    """A stream to read from, decompressed where it is gzip (one member or several).

    most: bytes that may come out, None for any number. What is read from it raises Unreadable
    where the system cannot read on, SourceError for gzip data that is damaged or cut,
    DocumentTooLarge above the cap; whatever came before that is good.
    """

    def __init__(self, stream: BinaryIO, subject: str, most: int | None = None) -> None:
        self._stream = stream
        self._subject = subject
        self._most = most
        self._count = 0
        self._raw = b""
        while len(self._raw) < len(GZIP) and (more := self._fetch()):
            self._raw += more
        self._inflate = zlib.decompressobj(31) if self._raw.startswith(GZIP) else None

    def read(self, size: int = _CHUNK) -> bytes:
        """The next bytes, at most `size` of them; none at the end."""
        data = self._plain(size) if self._inflate is None else self._inflated(size)
        self._count += len(data)
        if self._most is not None and self._count > self._most:
            raise DocumentTooLarge(self._subject, f"is larger than {self._most:,} bytes")
        return data

    def whole(self) -> bytes:
        """All that is left."""
        parts = []
        while data := self.read():
            parts.append(data)
        return b"".join(parts)

    def _fetch(self) -> bytes:
        try:
            return self._stream.read(_CHUNK)
        except OSError as error:
            raise Unreadable(self._subject, f"cannot be read any further: {error}") from error

    def _plain(self, size: int) -> bytes:
        raw = self._raw or self._fetch()
        self._raw = raw[size:]
        return raw[:size]

    def _inflated(self, size: int) -> bytes:
        assert self._inflate is not None
        while True:
            if self._inflate.eof:
                # Further members follow one another; anything else behind the last is padding.
                rest = self._inflate.unused_data or self._fetch()
                if not rest.startswith(GZIP[: len(rest)]) or not rest:
                    self._raw = b""
                    return b""
                self._inflate = zlib.decompressobj(31)
                self._raw = rest
            raw = self._inflate.unconsumed_tail or self._raw or self._fetch()
            self._raw = b""
            try:
                data = self._inflate.decompress(raw, size)
            except zlib.error as error:
                raise SourceError(self._subject, f"is damaged gzip data ({error})") from error
            if data:
                return data
            if not raw and not self._inflate.eof:
                raise SourceError(self._subject, "is gzip data that ends before it is whole")


def beginning(data: bytes, most: int) -> tuple[bytes, bool]:
    """The first bytes of an input, unpacked as far as they go, and whether they were gzip."""
    if not data.startswith(GZIP):
        return data[:most], False
    try:
        return zlib.decompressobj(31).decompress(data, most), True
    except zlib.error:
        return b"", True
