"""The source of web archives: WARC files, plain or packed, as Common Crawl's CC-NEWS has them."""

from __future__ import annotations

import base64
import hashlib
import io
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, BinaryIO

from copydesk.document import MAX_BYTES, Document
from copydesk.errors import (
    ArchiveDamage,
    CopydeskError,
    DocumentTooLarge,
    SourceError,
    TruncatedTransfer,
    Unreadable,
)
from copydesk.leads import PackedPage, Skip, Sniff, Source, SourceFailure, SourceInput, SourceItem
from copydesk.sources.archive import Closed, Damage, Piece, opened, pieces
from copydesk.sources.lists import web_address
from copydesk.sources.markup import file_name, guess_media_type
from copydesk.sources.pages import MEDIA_TYPES
from copydesk.sources.payload import dechunked, decoded

if TYPE_CHECKING:
    from fastwarc.warc import HeaderMap, WarcRecord

_MEDIA_TYPES = frozenset(("application/warc", "application/warc+gzip"))
_ROBOTS = re.compile(r"^https?://[^/?#]+/robots\.txt>?$", re.IGNORECASE)
_TARGET = re.compile(rb"\nwarc-target-uri:([^\r\n]*)", re.IGNORECASE)
_HEAD = 64 * 1024
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([^\s;\"']{1,60})", re.IGNORECASE)


def accepts(sample: Sniff) -> bool:
    """Whether a sample begins as an archive, or is named or said to be one."""
    return (
        sample.start.startswith(b"WARC/")
        or sample.media_type in _MEDIA_TYPES
        or file_name(sample.name).endswith(".warc")
    )


def read(given: SourceInput) -> Iterator[SourceItem]:
    """A Document for each page, a Skip for each other response, a SourceFailure for each stretch of damage.

    A document's origin is the archive's with "@" and the offset of its gzip member or record;
    where a member holds several, "+" and the place inside it follow for all but the first. Where the
    system cannot read on, the last SourceFailure says so, and nothing is said of the record that broke off.
    """
    seen = False
    damages: list[SourceFailure] = []
    faults: list[SourceError] = []
    packed = given.origin.lower().endswith(".gz")
    try:
        access = _access(given.stream, given.origin, faults)
        for piece in pieces(*access, packed, closed=given.packed):
            if isinstance(piece, Damage):
                if faults:
                    continue
                damages.append(_gap(given, piece))
                if not seen:
                    continue
            seen = True
            yield from damages
            damages.clear()
            if isinstance(piece, Closed):
                yield PackedPage(given.origin, piece.offset, piece.data)
            elif isinstance(piece, Piece):
                yield from _found(given, piece)
    except OSError as error:
        faults.append(_broken(given.origin, error))
    if faults:
        yield SourceFailure(given.origin, faults[0], unfinished=True)
    elif not seen:
        about = "holds no WARC record" if damages else "is no WARC file: it is empty"
        yield SourceFailure(given.origin, SourceError(given.origin, about), 0)


def unpacked(packed: PackedPage) -> Document | Skip | SourceFailure | None:
    """What is in a page that was left packed; None where it is damaged, see `pieced`."""
    piece = opened(Closed(packed.offset, packed.data))
    given = SourceInput(packed.origin, io.BytesIO(packed.data))
    return next(_found(given, piece), None) if piece is not None else None


def pieced(packed: PackedPage) -> Iterator[SourceItem]:
    """What is in the bytes of a page that was left packed and is damaged, as `read` would have it."""
    given = SourceInput(packed.origin, io.BytesIO(packed.data))
    for piece in pieces(given.stream.read, packed=True):
        moved = replace(piece, offset=packed.offset + piece.offset)
        if isinstance(moved, Damage):
            yield _gap(given, moved)
        elif isinstance(moved, Piece):
            yield from _found(given, moved)


def _access(
    stream: BinaryIO, origin: str, faults: list[SourceError]
) -> tuple[Callable[[int], bytes], Callable[[int], object] | None]:
    """How to read on in a stream, faults noted, and how to go to an offset where it can."""

    def fetch(size: int) -> bytes:
        try:
            return stream.read(size)
        except OSError as error:
            # What is held already is still read; the break is told at the end.
            faults.append(_broken(origin, error))
            return b""

    if not stream.seekable():
        return fetch, None
    base = stream.tell()
    return fetch, lambda offset: stream.seek(base + offset)


def _broken(origin: str, error: OSError) -> Unreadable:
    fault = Unreadable(origin, f"cannot be read any further: {error}")
    fault.__cause__ = error
    return fault


def _gap(given: SourceInput, damage: Damage) -> SourceFailure:
    subject = f"{given.origin}@{damage.offset}"
    message = f"{damage.message}; {damage.length:,} bytes are passed over"
    return SourceFailure(subject, ArchiveDamage(subject, message), damage.offset)


def _found(given: SourceInput, piece: Piece) -> Iterator[Document | Skip | SourceFailure]:
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    subject = f"{given.origin}@{piece.offset}" + (f"+{piece.inner}" if piece.inner else "")
    url = None
    wanted = WarcRecordType.response | WarcRecordType.resource
    try:
        # Its quirks are HTTP headers with bare line feeds, which real archives hold.
        for record in ArchiveIterator(io.BytesIO(piece.data), wanted, quirks_mode=True):
            url = _address(record)
            yield _of_record(given, subject, piece, record)
            return
    except CopydeskError as error:
        yield SourceFailure(subject, error, piece.offset, url=url)
    except (OSError, ValueError) as error:
        damage = ArchiveDamage(subject, f"a record cannot be read ({error})")
        damage.__cause__ = error
        yield SourceFailure(subject, damage, piece.offset, url=url)


def is_damaged(packed: PackedPage) -> bool:
    """Whether a page that was left packed is not the one whole record that it looked like."""
    return opened(Closed(packed.offset, packed.data)) is None


def address(packed: PackedPage) -> str | None:
    """The address of a page that was left packed, as far as its record states one at its beginning."""
    try:
        head = zlib.decompressobj(31).decompress(packed.data, _HEAD)
    except zlib.error:
        return None
    stated = _TARGET.search(head.partition(b"\r\n\r\n")[0] + b"\r\n")
    text = stated[1].decode("utf-8", "replace") if stated else ""
    return web_address(None, text.strip().strip("<>"))


def _address(record: WarcRecord) -> str | None:
    stated = record.headers.get("WARC-Target-URI") or ""
    return web_address(None, stated.strip().strip("<>"))


def _of_record(
    given: SourceInput, subject: str, piece: Piece, record: WarcRecord
) -> Document | Skip:
    """What a response or resource record is; raises CopydeskError for one that cannot be read."""
    headers = record.http_headers if record.is_http else None
    if record.is_http:
        # Typed as a number, it is a text where the status line is none.
        status: object = headers.status_code if headers is not None else None
        if not isinstance(status, int):
            raise ArchiveDamage(subject, "a response record holds no HTTP response")
        if status != 200:
            return Skip(subject, "status", f"status {status}")
        stated = (headers.get("Content-Type") if headers is not None else None) or ""
    else:
        stated = record.headers.get("Content-Type") or ""
    media_type = stated.partition(";")[0].strip().lower()
    if media_type and media_type not in MEDIA_TYPES:
        return Skip(subject, "media_type", f"is {media_type[:100]}")
    if _ROBOTS.search(record.headers.get("WARC-Target-URI") or ""):
        return Skip(subject, "robots_txt", "is a robots.txt, which a crawl keeps beside its pages")
    if why := record.headers.get("WARC-Truncated"):
        raise TruncatedTransfer(subject, f"was cut when it was archived ({why[:40]})")
    if not piece.whole:
        raise DocumentTooLarge(subject, f"a record of {piece.size:,} bytes is passed over")
    body = record.reader.read()
    content = _content(subject, record, body, headers)
    if not media_type:
        media_type = guess_media_type(content)
        if media_type != "text/html":
            return Skip(subject, "media_type", "states no media type and does not look like HTML")
    charset = _CHARSET.search(stated)
    return Document(
        content,
        media_type,
        _address(record),
        charset[1] if charset else None,
        _date(record.headers.get("WARC-Date")),
        subject,
    )


def _content(subject: str, record: WarcRecord, body: bytes, headers: HeaderMap | None) -> bytes:
    """The payload as the page's author wrote it, its digest checked on the way."""
    fields = {name.lower(): value for name, value in headers.items()} if headers else {}
    plain = body
    if "chunked" in fields.get("transfer-encoding", "").lower():
        plain = dechunked(body, subject)
    content = decoded(plain, fields.get("content-encoding", ""), subject, MAX_BYTES)
    digest = record.headers.get("WARC-Payload-Digest")
    # Writers differ in whether the payload is the body as transferred or as meant.
    if digest and not any(_matches(digest, data) for data in (body, plain, content)):
        raise ArchiveDamage(subject, "the payload does not match its digest")
    return content


def _matches(digest: str, data: bytes) -> bool:
    """Whether a digest is that of the data; true for one that is not SHA-1 in base 32 or 16."""
    name, _, value = digest.partition(":")
    if name.strip().lower() not in ("sha1", "sha-1"):
        return True
    value = value.strip()
    found = hashlib.sha1(data, usedforsecurity=False).digest()
    if len(value) == 40:
        return value.lower() == found.hex()
    return len(value) != 32 or value.upper() == base64.b32encode(found).decode()


def _date(stated: str | None) -> datetime | None:
    try:
        found = datetime.fromisoformat((stated or "").strip())
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


ARCHIVES = Source("warc", accepts, read)
"""Web archives, each page in them a document."""
