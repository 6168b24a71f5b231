"""Decode content codings in bounded steps, so that a small body cannot expand beyond its limit."""

from __future__ import annotations

import importlib
import zlib
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from copydesk.errors import ResponseTooLarge, TruncatedTransfer, UndecodableTransfer

STEP = 64 * 1024
"""Maximum input and output of one step of a decoder, in bytes."""

MAX_CODINGS = 5
"""Maximum number of nested codings of one body."""

# A zstd block of four bytes may expand to 128 KiB.
_ZSTD_STEP = 64
# RFC 9659: the window size that a client must support; it may refuse larger ones.
_ZSTD_WINDOW_LOG = 23


class _Decoder(Protocol):
    """Decodes one coding: `feed` yields decoded bytes, `is_complete` is True at its end."""

    def feed(self, data: bytes) -> Iterator[bytes]: ...

    def is_complete(self) -> bool: ...


class _Gzip:
    """RFC 1952, any number of members; other bytes after the last member are ignored."""

    def __init__(self) -> None:
        self._stream = zlib.decompressobj(wbits=31)
        self._ended = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        while data and not self._ended:
            if self._stream.eof:
                if data[:1] != b"\x1f":
                    self._ended = True
                    return
                self._stream = zlib.decompressobj(wbits=31)
            yield from _inflate(self._stream, data)
            data = self._stream.unused_data

    def is_complete(self) -> bool:
        return self._ended or self._stream.eof


class _Deflate:
    """RFC 9110 8.4.1.2 (the zlib format), or raw deflate, which many servers send."""

    def __init__(self) -> None:
        self._start = b""
        self._stream: Any = None

    def feed(self, data: bytes) -> Iterator[bytes]:
        if self._stream is None:
            self._start += data
            if len(self._start) < 2:
                return
            data = self._start
            is_zlib = data[0] & 0x0F == 8 and int.from_bytes(data[:2]) % 31 == 0
            self._stream = zlib.decompressobj(wbits=15 if is_zlib else -15)
        if not self._stream.eof:
            yield from _inflate(self._stream, data)

    def is_complete(self) -> bool:
        return self._stream is not None and bool(self._stream.eof)


def _inflate(stream: Any, data: bytes) -> Iterator[bytes]:
    while True:
        piece = stream.decompress(data, STEP)
        if piece:
            yield piece
        data = stream.unconsumed_tail
        # After a full step, output may remain although all input is consumed.
        if stream.eof or (not data and len(piece) < STEP):
            return


class _Brotli:
    """RFC 7932, by the brotli package from 1.2 on, the first with an output limit."""

    def __init__(self) -> None:
        self._stream = _brotli().Decompressor()

    def feed(self, data: bytes) -> Iterator[bytes]:
        while not self._stream.is_finished():
            piece = self._stream.process(data, output_buffer_limit=STEP)
            # Output may remain although all input is consumed; only an empty step is the end.
            if not piece:
                return
            yield piece
            data = b""

    def is_complete(self) -> bool:
        return bool(self._stream.is_finished())


class _Zstd:
    """RFC 8878, by the standard library's module (Python 3.14) or its backport."""

    def __init__(self) -> None:
        self._stream = self._new()

    @staticmethod
    def _new() -> Any:
        module = _zstd()
        parameter = module.DecompressionParameter.window_log_max
        return module.ZstdDecompressor(options={parameter: _ZSTD_WINDOW_LOG})

    def feed(self, data: bytes) -> Iterator[bytes]:
        while True:
            if self._stream.eof:
                if not data:
                    return
                self._stream = self._new()
            piece = self._stream.decompress(data, max_length=STEP)
            if piece:
                yield piece
            if self._stream.eof:
                data = self._stream.unused_data
            elif self._stream.needs_input:
                return
            else:
                data = b""

    def is_complete(self) -> bool:
        return bool(self._stream.eof)


class _Zstandard:
    """RFC 8878, by the zstandard package; it has no output limit, so the input steps are small."""

    def __init__(self) -> None:
        self._stream = self._new()

    @staticmethod
    def _new() -> Any:
        module = importlib.import_module("zstandard")
        return module.ZstdDecompressor(max_window_size=1 << _ZSTD_WINDOW_LOG).decompressobj()

    def feed(self, data: bytes) -> Iterator[bytes]:
        for start in range(0, len(data), _ZSTD_STEP):
            piece = data[start : start + _ZSTD_STEP]
            while piece:
                if self._stream.eof:
                    self._stream = self._new()
                if out := self._stream.decompress(piece):
                    yield out
                piece = self._stream.unused_data if self._stream.eof else b""

    def is_complete(self) -> bool:
        return bool(self._stream.eof)


def _optional(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def _brotli() -> Any:
    module = _optional("brotli")
    bounded = module and hasattr(module.Decompressor, "can_accept_more_data")
    return module if bounded else None


def _zstd() -> Any:
    return _optional("compression.zstd") or _optional("backports.zstd")


def _stages() -> dict[str, Callable[[], _Decoder]]:
    known: dict[str, Callable[[], _Decoder]] = {"gzip": _Gzip, "deflate": _Deflate}
    if _brotli():
        known["br"] = _Brotli
    if _zstd():
        known["zstd"] = _Zstd
    elif _optional("zstandard"):
        known["zstd"] = _Zstandard
    return known


_KNOWN = _stages()
_ALIASES = {"x-gzip": "gzip"}
_BROKEN: tuple[type[Exception], ...] = tuple(
    error
    for error in (
        zlib.error,
        getattr(_brotli(), "error", None),
        getattr(_zstd(), "ZstdError", None),
        getattr(_optional("zstandard"), "ZstdError", None),
    )
    if error is not None
)

ACCEPTED = ", ".join(_KNOWN)
"""The Accept-Encoding to send: the codings that are supported here."""


class Body:
    """A response body that is decoded as it arrives, within limits.

    subject: the URL, for errors.
    codings: the Content-Encoding header, empty if missing.
    raw, decoded: maximum number of bytes before and after decoding.
    cut: True to keep the start of a longer body, False to raise ResponseTooLarge.

    Raises UndecodableTransfer for an unknown or broken coding.
    """

    def __init__(
        self, subject: str, codings: str, *, raw: int, decoded: int, cut: bool = False
    ) -> None:
        self._subject = subject
        self._raw = raw
        self._decoded = decoded
        self._cut = cut
        self._received = 0
        self._content = bytearray()
        self._closed = False
        names = [c for part in codings.split(",") if (c := part.strip().lower())]
        names = [_ALIASES.get(name, name) for name in names if name != "identity"]
        if unknown := [name for name in names if name not in _KNOWN]:
            raise UndecodableTransfer(subject, f"unknown content encoding {unknown[0]!r}")
        if len(names) > MAX_CODINGS:
            raise UndecodableTransfer(subject, f"{len(names)} nested content encodings")
        self._stages = [_KNOWN[name]() for name in reversed(names)]
        self._sizes = [0] * len(names)

    @property
    def content(self) -> bytes:
        """The bytes decoded so far."""
        return bytes(self._content)

    def feed(self, data: bytes) -> bool:
        """Add transferred bytes; return False if no more are needed."""
        for start in range(0, len(data), STEP):
            if self._closed:
                break
            self._feed(data[start : start + STEP])
        return not self._closed

    def _feed(self, data: bytes) -> None:
        self._received += len(data)
        if self._received > self._raw:
            self._too_large(self._raw, "")
            return
        try:
            for piece in self._decode(0, data):
                room = self._decoded - len(self._content)
                self._content += piece[:room]
                if len(piece) > room:
                    self._too_large(self._decoded, " when decoded")
                    return
        except _BROKEN as error:
            raise UndecodableTransfer(self._subject, f"content encoding: {error}") from error

    def _decode(self, level: int, data: bytes) -> Iterator[bytes]:
        if level == len(self._stages):
            yield data
            return
        for piece in self._stages[level].feed(data):
            # The output of an inner coding is limited, too, to limit the time.
            self._sizes[level] += len(piece)
            if self._sizes[level] > self._decoded and level + 1 < len(self._stages):
                self._too_large(self._decoded, " when decoded")
                return
            yield from self._decode(level + 1, piece)

    def _too_large(self, limit: int, when: str) -> None:
        if not self._cut:
            raise ResponseTooLarge(self._subject, f"body is above {limit:,} bytes{when}")
        self._closed = True

    def finish(self) -> bytes:
        """Return the decoded body. Raises TruncatedTransfer if it is incomplete."""
        if (
            self._received
            and not self._closed
            and not all(stage.is_complete() for stage in self._stages)
        ):
            raise TruncatedTransfer(self._subject, "compressed body is truncated")
        return self.content
