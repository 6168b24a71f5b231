"""Decode the body of a stored HTTP message: chunks and content encodings, within size limits."""

from __future__ import annotations

import io
import re
import zlib
from typing import Any

from copydesk.errors import DocumentTooLarge, TruncatedTransfer, UndecodableTransfer

_CHUNK_HEAD = re.compile(rb"[ \t]*([0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]{0,1000})?\r?\n")
_STEP = 64 * 1024
_GZIP_BITS = 31
_MAX_CODINGS = 5
_GZIP = frozenset(("gzip", "x-gzip"))
_MAGIC = {"gzip": b"\x1f\x8b", "x-gzip": b"\x1f\x8b", "zstd": b"\x28\xb5\x2f\xfd"}


def dechunk(body: bytes, subject: str) -> bytes:
    """Join the chunks of a body (RFC 9112, 7.1); return a body without chunks unchanged.

    Many archives keep the header and store the body without chunks. Raises TruncatedTransfer if
    the body ends before its last chunk.
    """
    parts: list[bytes] = []
    position = 0
    while head := _CHUNK_HEAD.match(body, position):
        size = int(head[1], 16)
        if not size:
            return b"".join(parts)
        end = head.end() + size
        if end > len(body):
            break
        parts.append(body[head.end() : end])
        position = end + (2 if body.startswith(b"\r\n", end) else body.startswith(b"\n", end))
    if head is None and not position:
        return body
    raise TruncatedTransfer(subject, "the chunked body ends before its last chunk")


def decode(body: bytes, encodings: str, subject: str, limit: int) -> bytes:
    """Remove the content encodings of a body (RFC 9110, 8.4).

    encodings: the Content-Encoding header. A body that is visibly not encoded is returned
    unchanged: many archives decode it and keep the header.
    limit: maximum size of the result, in bytes.

    Raises DocumentTooLarge, TruncatedTransfer, and UndecodableTransfer for an unknown or broken
    encoding.
    """
    names = [name for part in encodings.split(",") if (name := part.strip().lower())]
    names = [name for name in names if name not in ("identity", "none")]
    if len(names) > _MAX_CODINGS:
        raise UndecodableTransfer(subject, f"{len(names)} nested content encodings")
    for name in reversed(names):
        if not body.startswith(_MAGIC.get(name, b"")):
            continue
        body = _decode_one(body, name, subject, limit)
    if len(body) > limit:
        raise DocumentTooLarge(subject, f"is larger than {limit:,} bytes")
    return body


def _decode_one(body: bytes, name: str, subject: str, limit: int) -> bytes:
    if name in _GZIP:
        return _inflate(body, _GZIP_BITS, subject, limit)
    if name == "deflate":
        # The standard has the zlib format; some servers send raw deflate.
        zlib_like = (
            len(body) > 1 and body[0] & 15 == 8 and int.from_bytes(body[:2], "big") % 31 == 0
        )
        if not zlib_like and _is_markup(body):
            return body
        return _inflate(body, 15 if zlib_like else -15, subject, limit)
    if name not in ("br", "zstd"):
        raise UndecodableTransfer(subject, f"unknown content encoding {name[:40]!r}")
    from fastwarc.stream_io import BrotliReader, ZstdReader

    reader: Any = (BrotliReader if name == "br" else ZstdReader)(io.BytesIO(body))
    try:
        return _read_all(reader, subject, limit)
    except OSError as error:
        if _is_markup(body):
            return body
        message = f"damaged or truncated {name} data ({error})"
        raise UndecodableTransfer(subject, message) from error


def _inflate(body: bytes, bits: int, subject: str, limit: int) -> bytes:
    """Decode deflate or gzip (all members); bytes after the last member are ignored."""
    parts: list[bytes] = []
    room = limit + 1
    inflate = zlib.decompressobj(bits)
    try:
        for start in range(0, len(body), _STEP):
            data = body[start : start + _STEP]
            while data:
                if inflate.eof:
                    if bits != _GZIP_BITS or not data.startswith(b"\x1f"):
                        return b"".join(parts)
                    inflate = zlib.decompressobj(bits)
                parts.append(inflate.decompress(data, room))
                room -= len(parts[-1])
                if room <= 0:
                    raise DocumentTooLarge(subject, f"unpacks to more than {limit:,} bytes")
                data = inflate.unused_data
    except zlib.error as error:
        raise UndecodableTransfer(subject, f"damaged body ({error})") from error
    if not inflate.eof:
        raise TruncatedTransfer(subject, "the encoded body is truncated")
    return b"".join(parts)


def _read_all(reader: Any, subject: str, limit: int) -> bytes:
    parts, count = [], 0
    while data := reader.read(_STEP):
        parts.append(data)
        count += len(data)
        if count > limit:
            raise DocumentTooLarge(subject, f"unpacks to more than {limit:,} bytes")
    return b"".join(parts)


def _is_markup(body: bytes) -> bool:
    return body[:100].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
