"""Decode the body of a stored HTTP message: chunks and content encodings, within size limits."""

from __future__ import annotations

import re

from copydesk.errors import DocumentTooLarge, TruncatedTransfer, UndecodableTransfer
from copydesk.util import content_coding
from copydesk.util.content_coding import BROKEN, GZIP, MAX_CODINGS, is_zlib

_CHUNK_HEAD = re.compile(rb"[ \t]*([0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]{0,1000})?\r?\n")
_MAGIC = {"gzip": GZIP, "zstd": b"\x28\xb5\x2f\xfd"}


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
    names = content_coding.codings(encodings)
    if len(names) > MAX_CODINGS:
        raise UndecodableTransfer(subject, f"{len(names)} nested content encodings")
    for name in reversed(names):
        if not body.startswith(_MAGIC.get(name, b"")):
            continue
        body = _decode_one(body, name, subject, limit)
    if len(body) > limit:
        raise DocumentTooLarge(subject, f"is larger than {limit:,} bytes")
    return body


def _decode_one(body: bytes, name: str, subject: str, limit: int) -> bytes:
    if name not in ("gzip", "deflate", "br", "zstd"):
        raise UndecodableTransfer(subject, f"unknown content encoding {name[:40]!r}")
    if name == "deflate" and not is_zlib(body) and _is_markup(body):
        return body
    parts, room = [], limit
    try:
        for piece in content_coding.decode(body, name):
            room -= len(piece)
            if room < 0:
                raise DocumentTooLarge(subject, f"unpacks to more than {limit:,} bytes")
            parts.append(piece)
    except EOFError as error:
        raise TruncatedTransfer(subject, "the encoded body is truncated") from error
    except BROKEN as error:
        if name in ("br", "zstd") and _is_markup(body):
            return body
        raise UndecodableTransfer(subject, f"damaged {name} data ({error})") from error
    return b"".join(parts)


def _is_markup(body: bytes) -> bool:
    return body[:100].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
