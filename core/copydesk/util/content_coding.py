"""Content codings (gzip, deflate, br, zstd), decoded in steps of bounded input and output."""

from __future__ import annotations

import importlib
import io
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any, BinaryIO, Protocol

from copydesk.errors import SourceError, Unreadable, os_message

STEP = 64 * 1024
"""Maximum input and output of one step of a decoder, in bytes."""

MAX_CODINGS = 5
"""Maximum number of nested codings of one body."""

GZIP = b"\x1f\x8b"
"""Magic bytes of gzip (RFC 1952)."""

ZSTD = b"\x28\xb5\x2f\xfd"
"""Magic bytes of a zstd frame (RFC 8878)."""

# A zstd block of four bytes may expand to 128 KiB.
_ZSTD_STEP = 64
# RFC 9659: the window size that a client must support; it may refuse larger ones.
_ZSTD_WINDOW_LOG = 23


class _Decoder(Protocol):
    """Decodes one coding as it arrives: `is_complete` is True at its end.

    `feed` takes at most `STEP` bytes and yields decoded pieces of bounded size. Raises one of
    `BROKEN` for bytes that are not in the coding.
    """

    def feed(self, data: bytes) -> Iterator[bytes]: ...

    def is_complete(self) -> bool: ...


class _Gzip:
    """RFC 1952, any number of members.

    Other bytes after the last member are ignored; if it is strict, only zeros are.
    """

    def __init__(self, *, strict: bool = False) -> None:
        self._strict = strict
        self._stream = zlib.decompressobj(wbits=31)
        self._ended = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        while data:
            if self._ended or (self._stream.eof and data[:1] != GZIP[:1]):
                self._ended = True
                if self._strict and data.strip(b"\0"):
                    raise zlib.error("other bytes after the last member")
                return
            if self._stream.eof:
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
            self._stream = zlib.decompressobj(wbits=15 if is_zlib(data) else -15)
        if not self._stream.eof:
            yield from _inflate(self._stream, data)

    def is_complete(self) -> bool:
        return self._stream is not None and bool(self._stream.eof)


def is_zlib(data: bytes) -> bool:
    """Whether data begins like the zlib format (RFC 1950)."""
    return len(data) > 1 and data[0] & 0x0F == 8 and int.from_bytes(data[:2]) % 31 == 0


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


DECODERS = _stages()
"""The decoders of the codings that can be decoded as they arrive."""

BROKEN: tuple[type[Exception], ...] = tuple(
    error
    for error in (
        zlib.error,
        OSError,
        getattr(_brotli(), "error", None),
        getattr(_zstd(), "ZstdError", None),
        getattr(_optional("zstandard"), "ZstdError", None),
    )
    if error is not None
)
"""The errors of decoders for bytes that are not in their coding."""


def codings(header: str) -> list[str]:
    """Return the codings of a Content-Encoding header, in lower case and in their order."""
    names = [name for part in header.split(",") if (name := part.strip().lower())]
    return ["gzip" if n == "x-gzip" else n for n in names if n not in ("identity", "none")]


def read_steps(stream: BinaryIO, subject: str) -> Iterator[bytes]:
    """Yield the bytes of a stream in steps. Raises Unreadable."""
    try:
        while data := stream.read(STEP):
            yield data
    except OSError as error:
        raise Unreadable(subject, f"cannot read further: {os_message(error)}") from error


def unpack(
    steps: Iterable[bytes], coding: str, subject: str, *, strict: bool = False
) -> Iterator[bytes]:
    """Yield the decoded pieces of a file in one of DECODERS, as it is read.

    strict: bytes after the end are an error in gzip, too.

    Raises SourceError if the data are damaged or truncated, after all pieces before that place.
    """
    decoder = _Gzip(strict=strict) if coding == "gzip" else DECODERS[coding]()
    try:
        for step in steps:
            yield from decoder.feed(step)
    except BROKEN as error:
        raise SourceError(subject, f"damaged {coding} data ({error})") from error
    if not decoder.is_complete():
        raise SourceError(subject, f"truncated {coding} data")


def decode(body: bytes, coding: str) -> Iterator[bytes]:
    """Yield the decoded pieces of a whole body.

    coding: "gzip", "deflate", "br" or "zstd".

    Raises EOFError for a truncated body, and one of `BROKEN` for one that is not in the coding; br
    and zstd are BROKEN where they are truncated, too.
    """
    if coding in ("br", "zstd"):
        # Always installed. It needs a whole body, so responses are not decoded by it as they arrive.
        from fastwarc.stream_io import BrotliReader, ZstdReader

        reader: Any = (BrotliReader if coding == "br" else ZstdReader)(io.BytesIO(body))
        while piece := reader.read(STEP):
            yield piece
        return
    decoder = DECODERS[coding]()
    for start in range(0, len(body), STEP):
        yield from decoder.feed(body[start : start + STEP])
    if body and not decoder.is_complete():
        raise EOFError(f"the {coding} data is truncated")


def gunzip_start(data: bytes | bytearray, size: int) -> bytes | None:
    """Return at most `size` bytes that gzip data begins with; None if it is invalid."""
    try:
        return zlib.decompressobj(31).decompress(data, size)
    except zlib.error:
        return None
