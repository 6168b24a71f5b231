"""Bytes of an input as its source wants them: unpacked where they were gzip, and never above a cap.

A server that compresses a file that is compressed already delivers gzip in gzip.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from functools import partial
from typing import BinaryIO

from copydesk.errors import DocumentTooLarge, SourceError, Unreadable

GZIP = b"\x1f\x8b"
"""How every gzip stream begins (RFC 1952)."""

_CHUNK = 64 * 1024
_MOST_LAYERS = 3


class Unpacked:
    """A stream to read from, decompressed where it is gzip (one member or several).

    most: bytes that may come out, None for any number. What is read from it raises Unreadable
    where the system cannot read on, SourceError for gzip data that is damaged or cut,
    DocumentTooLarge above the cap; whatever came before that is good.
    """

    def __init__(self, stream: BinaryIO, subject: str, most: int | None = None) -> None:
        self._subject = subject
        self._most = most
        self._count = 0
        self._fetch: Callable[[int], bytes] = partial(_fetched, stream, subject)
        self._begun = b""
        while len(self._begun) < len(GZIP) and (more := self._fetch(_CHUNK)):
            self._begun += more
        for _ in range(_MOST_LAYERS):
            if not self._begun.startswith(GZIP):
                break
            self._fetch = _Layer(self._begun, self._fetch, subject).read
            self._begun = self._fetch(_CHUNK)

    def read(self, size: int = _CHUNK) -> bytes:
        """The next bytes, at most `size` of them; none at the end."""
        data = self._begun[:size] if self._begun else self._fetch(size)
        self._begun = self._begun[size:]
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


def _fetched(stream: BinaryIO, subject: str, size: int) -> bytes:
    try:
        return stream.read(size)
    except OSError as error:
        raise Unreadable(subject, f"cannot be read any further: {error}") from error


class _Layer:
    """What gzip data unpacks to. begun: its first bytes. fetch: gives the next ones."""

    def __init__(self, begun: bytes, fetch: Callable[[int], bytes], subject: str) -> None:
        self._raw = begun
        self._fetch = fetch
        self._subject = subject
        self._inflate = zlib.decompressobj(31)

    def read(self, size: int) -> bytes:
        """The next bytes, at most `size` of them; none at the end."""
        while True:
            if self._inflate.eof:
                # Further members follow one another; anything else behind the last is padding.
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
                raise SourceError(self._subject, f"is damaged gzip data ({error})") from error
            if data:
                return data
            if not raw and not self._inflate.eof:
                raise SourceError(self._subject, "is gzip data that ends before it is whole")


def beginning(data: bytes, most: int) -> tuple[bytes, bool]:
    """The first bytes of an input, unpacked as far as they go, and whether they were gzip."""
    packed = data.startswith(GZIP)
    for _ in range(_MOST_LAYERS):
        if not data.startswith(GZIP):
            break
        try:
            data = zlib.decompressobj(31).decompress(data, most)
        except zlib.error:
            return b"", True
    return data[:most], packed
