"""The body of a stored HTTP message: chunks put together, content encoding removed, all capped."""

from __future__ import annotations

import io
import re
import zlib
from typing import Any

from copydesk.errors import DocumentTooLarge, TruncatedTransfer, UndecodableTransfer

_CHUNK_HEAD = re.compile(rb"[ \t]*([0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]{0,1000})?\r?\n")
_STEP = 64 * 1024
_GZIP_BITS = 31
_MOST_CODINGS = 5
_GZIP = frozenset(("gzip", "x-gzip"))
_MAGIC = {"gzip": b"\x1f\x8b", "x-gzip": b"\x1f\x8b", "zstd": b"\x28\xb5\x2f\xfd"}


def dechunked(body: bytes, subject: str) -> bytes:
    """A chunked body (RFC 9112, 7.1) in one piece; one that is not chunked though it says so as it is.

    Many archives keep the header and store the body without chunks. Raises TruncatedTransfer for
    a body that ends before its last chunk.
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


def decoded(body: bytes, encodings: str, subject: str, most: int) -> bytes:
    """A body without its content encodings (RFC 9110, 8.4), at most `most` bytes.

    encodings: the Content-Encoding header. A body that is visibly not encoded in what is said to be
    stays as it is: many archives decode it and keep the header. Raises DocumentTooLarge,
    TruncatedTransfer, and UndecodableTransfer for an unknown or broken encoding.
    """
    names = [name for part in encodings.split(",") if (name := part.strip().lower())]
    names = [name for name in names if name not in ("identity", "none")]
    if len(names) > _MOST_CODINGS:
        raise UndecodableTransfer(subject, f"{len(names)} content encodings on one another")
    for name in reversed(names):
        if not body.startswith(_MAGIC.get(name, b"")):
            continue
        body = _decoded(body, name, subject, most)
    if len(body) > most:
        raise DocumentTooLarge(subject, f"is larger than {most:,} bytes")
    return body


def _decoded(body: bytes, name: str, subject: str, most: int) -> bytes:
    if name in _GZIP:
        return _inflated(body, _GZIP_BITS, subject, most)
    if name == "deflate":
        # By the standard zlib's format; raw deflate is what some servers send.
        zlib_like = (
            len(body) > 1 and body[0] & 15 == 8 and int.from_bytes(body[:2], "big") % 31 == 0
        )
        if not zlib_like and _is_markup(body):
            return body
        return _inflated(body, 15 if zlib_like else -15, subject, most)
    if name not in ("br", "zstd"):
        raise UndecodableTransfer(subject, f"the content encoding {name[:40]!r} is unknown")
    from fastwarc.stream_io import BrotliReader, ZstdReader

    reader: Any = (BrotliReader if name == "br" else ZstdReader)(io.BytesIO(body))
    try:
        return _capped(reader, subject, most)
    except OSError as error:
        if _is_markup(body):
            return body
        message = f"the {name} data is damaged or cut ({error})"
        raise UndecodableTransfer(subject, message) from error


def _inflated(body: bytes, bits: int, subject: str, most: int) -> bytes:
    """A deflated body; of gzip all members count, and what follows the last one is passed over."""
    parts: list[bytes] = []
    room = most + 1
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
                    raise DocumentTooLarge(subject, f"unpacks to more than {most:,} bytes")
                data = inflate.unused_data
    except zlib.error as error:
        raise UndecodableTransfer(subject, f"the body is damaged ({error})") from error
    if not inflate.eof:
        raise TruncatedTransfer(subject, "the encoded body ends before it is whole")
    return b"".join(parts)


def _capped(reader: Any, subject: str, most: int) -> bytes:
    parts, count = [], 0
    while data := reader.read(_STEP):
        parts.append(data)
        count += len(data)
        if count > most:
            raise DocumentTooLarge(subject, f"unpacks to more than {most:,} bytes")
    return b"".join(parts)


def _is_markup(body: bytes) -> bool:
    return body[:100].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
