"""The source of web archives: WARC files, plain or gzip, such as Common Crawl's CC-NEWS."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, BinaryIO

from copydesk.errors import (
    ArchiveDamage,
    CopydeskError,
    DocumentTooLarge,
    SourceError,
    TruncatedTransfer,
    Unreadable,
    os_message,
)
from copydesk.model.document import MAX_BYTES, Document
from copydesk.sources.base import (
    PackedPage,
    Rejected,
    Skipped,
    Sniff,
    Source,
    SourceInput,
    SourceItem,
)
from copydesk.sources.page import MEDIA_TYPES
from copydesk.sources.url_list import web_address
from copydesk.sources.warc.payload import dechunk, decode
from copydesk.sources.warc.records import Damage, PackedRecord, RawRecord, raw_records, unpack
from copydesk.util.content_coding import gunzip_start
from copydesk.util.media_types import charset_of, file_name, guess_media_type

if TYPE_CHECKING:
    from fastwarc.warc import HeaderMap, WarcRecord

_MEDIA_TYPES = frozenset(("application/warc", "application/warc+gzip"))
_ROBOTS = re.compile(r"^https?://[^/?#]+/robots\.txt>?$", re.IGNORECASE)
_TARGET_URI = re.compile(rb"\nwarc-target-uri:([^\r\n]*)", re.IGNORECASE)
_HEAD = 64 * 1024


def accepts(sample: Sniff) -> bool:
    """Whether an input begins like an archive, or its name or media type says so."""
    return (
        sample.start.startswith(b"WARC/")
        or sample.media_type in _MEDIA_TYPES
        or file_name(sample.name).endswith(".warc")
    )


def read(given: SourceInput) -> Iterator[SourceItem]:
    """Yield a Document for each page, a Skipped for other responses, a Rejected for damage.

    A document's origin is the archive's with "@" and the offset of its gzip member or record. For
    the second and later records of a member, "+" and the position in the unpacked member follow.
    An I/O error is the last Rejected; the record that it cut is not reported.
    """
    seen = False
    damages: list[Rejected] = []
    errors: list[SourceError] = []
    packed = given.origin.lower().endswith(".gz")
    try:
        access = _open_stream(given.stream, given.origin, errors)
        for raw in raw_records(*access, packed, keep_packed=given.packed):
            if isinstance(raw, Damage):
                if errors:
                    continue
                damages.append(_failure(given, raw))
                if not seen:
                    continue
            seen = True
            yield from damages
            damages.clear()
            if isinstance(raw, PackedRecord):
                yield PackedPage(given.origin, raw.offset, raw.data)
            elif isinstance(raw, RawRecord):
                yield from _items(given, raw)
    except OSError as error:
        errors.append(_read_error(given.origin, error))
    if errors:
        yield Rejected.from_error(errors[0], unfinished=True)
    elif not seen:
        about = "contains no WARC record" if damages else "not a WARC file: it is empty"
        yield Rejected.from_error(SourceError(given.origin, about), offset=0)


def unpack_page(packed: PackedPage) -> Document | Skipped | Rejected | None:
    """Return the content of a packed page; None if it is damaged, see `unpack_damaged`."""
    raw = unpack(PackedRecord(packed.offset, packed.data))
    given = SourceInput(origin=packed.origin, stream=io.BytesIO(packed.data))
    return next(_items(given, raw), None) if raw is not None else None


def unpack_damaged(packed: PackedPage) -> Iterator[SourceItem]:
    """Yield the content of a damaged packed page, as `read` does."""
    given = SourceInput(origin=packed.origin, stream=io.BytesIO(packed.data))
    for raw in raw_records(given.stream.read, packed=True):
        moved = replace(raw, offset=packed.offset + raw.offset)
        if isinstance(moved, Damage):
            yield _failure(given, moved)
        elif isinstance(moved, RawRecord):
            yield from _items(given, moved)


def _open_stream(
    stream: BinaryIO, origin: str, errors: list[SourceError]
) -> tuple[Callable[[int], bytes], Callable[[int], object] | None]:
    """Return functions to read a stream, which collects errors, and to go to an offset, if any."""

    def fetch(size: int) -> bytes:
        try:
            return stream.read(size)
        except OSError as error:
            # Bytes in memory are still parsed; the error is reported at the end.
            errors.append(_read_error(origin, error))
            return b""

    if not stream.seekable():
        return fetch, None
    base = stream.tell()
    return fetch, lambda offset: stream.seek(base + offset)


def _read_error(origin: str, error: OSError) -> Unreadable:
    fault = Unreadable(origin, f"cannot read further: {os_message(error)}")
    fault.__cause__ = error
    return fault


def _failure(given: SourceInput, damage: Damage) -> Rejected:
    subject = f"{given.origin}@{damage.offset}"
    message = f"{damage.message}; skipped {damage.length:,} bytes"
    return Rejected.from_error(ArchiveDamage(subject, message), offset=damage.offset)


def _items(given: SourceInput, raw: RawRecord) -> Iterator[Document | Skipped | Rejected]:
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    subject = f"{given.origin}@{raw.offset}" + (f"+{raw.inner}" if raw.inner else "")
    url = None
    wanted = WarcRecordType.response | WarcRecordType.resource
    try:
        # Quirks mode accepts HTTP headers with bare line feeds, which real archives have.
        for record in ArchiveIterator(io.BytesIO(raw.data), wanted, quirks_mode=True):
            url = _target_url(record)
            yield _read_record(given, subject, raw, record)
            return
    except CopydeskError as error:
        yield Rejected.from_error(error, offset=raw.offset, url=url)
    except (OSError, ValueError) as error:
        damage = ArchiveDamage(subject, f"cannot read record: {error}")
        damage.__cause__ = error
        yield Rejected.from_error(damage, offset=raw.offset, url=url)


def is_damaged(packed: PackedPage) -> bool:
    """Whether a packed page is not a single whole record after all."""
    return unpack(PackedRecord(packed.offset, packed.data)) is None


def stated_url(packed: PackedPage) -> str | None:
    """Return the URL that the record of a packed page states, without unpacking all of it."""
    head = gunzip_start(packed.data, _HEAD) or b""
    stated = _TARGET_URI.search(head.partition(b"\r\n\r\n")[0] + b"\r\n")
    text = stated[1].decode("utf-8", "replace") if stated else ""
    return web_address(None, text.strip().strip("<>"))


def _target_url(record: WarcRecord) -> str | None:
    stated = record.headers.get("WARC-Target-URI") or ""
    return web_address(None, stated.strip().strip("<>"))


def _read_record(
    given: SourceInput, subject: str, raw: RawRecord, record: WarcRecord
) -> Document | Skipped:
    """Read a response or resource record. Raises CopydeskError if it is unreadable."""
    headers = record.http_headers if record.is_http else None
    if record.is_http:
        # Typed as int, but a str if the status line is invalid.
        status: object = headers.status_code if headers is not None else None
        if not isinstance(status, int):
            raise ArchiveDamage(subject, "response record without an HTTP response")
        if status != 200:
            return Skipped(input=subject, reason="status", message=f"status {status}")
        stated = (headers.get("Content-Type") if headers is not None else None) or ""
    else:
        stated = record.headers.get("Content-Type") or ""
    media_type = stated.partition(";")[0].strip().lower()
    if media_type and media_type not in MEDIA_TYPES:
        return Skipped(input=subject, reason="media_type", message=f"media type {media_type[:100]}")
    if _ROBOTS.search(record.headers.get("WARC-Target-URI") or ""):
        return Skipped(
            input=subject, reason="robots_txt", message="a robots.txt that the crawler archived"
        )
    if why := record.headers.get("WARC-Truncated"):
        raise TruncatedTransfer(subject, f"truncated by the crawler ({why[:40]})")
    if not raw.whole:
        raise DocumentTooLarge(subject, f"skipped a record of {raw.size:,} bytes")
    body = record.reader.read()
    content = _content(subject, record, body, headers)
    if not media_type:
        media_type = guess_media_type(content)
        if media_type != "text/html":
            return Skipped(
                input=subject, reason="media_type", message="no media type stated, and not HTML"
            )
    return Document(
        content=content,
        media_type=media_type,
        url=_target_url(record),
        encoding=charset_of(stated),
        retrieved_at=_date(record.headers.get("WARC-Date")),
        origin=subject,
    )


def _content(subject: str, record: WarcRecord, body: bytes, headers: HeaderMap | None) -> bytes:
    """Return the decoded payload, after a check of its digest."""
    fields = {name.lower(): value for name, value in headers.items()} if headers else {}
    plain = body
    if "chunked" in fields.get("transfer-encoding", "").lower():
        plain = dechunk(body, subject)
    content = decode(plain, fields.get("content-encoding", ""), subject, MAX_BYTES)
    digest = record.headers.get("WARC-Payload-Digest")
    # Writers differ: the digest is of the body as transferred or as decoded.
    if digest and not any(_matches(digest, data) for data in (body, plain, content)):
        raise ArchiveDamage(subject, "the payload does not match its digest")
    return content


def _matches(digest: str, data: bytes) -> bool:
    """Whether a digest matches the data; True if it is not SHA-1 in base 32 or 16."""
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
"""Web archives; each page is a document."""
