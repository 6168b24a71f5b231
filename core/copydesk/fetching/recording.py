"""Record every exchange of a run as a WARC session, and replay it offline.

Format: WARC 1.1 (ISO 28500), a gzip member a record where the name ends in .gz. A warcinfo record
comes first; an exchange is a request record, a metadata record where it failed
(application/warc-fields: failure, message, retry), and a response record where a response came, the
latter two with WARC-Concurrent-To.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import threading
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from copydesk.errors import NotInSession, OutputError, SourceError

if TYPE_CHECKING:
    from fastwarc.warc import WarcRecord, WarcRecordType

SUFFIXES = (".warc", ".warc.gz")
"""File suffixes of a session."""

_MARK = "copydesk-session"
_PREFIX = "copydesk-info-"
_FIELDS = "application/warc-fields"
_FORMAT = "WARC File Format 1.1"
_LEVEL = 6
_HEAD = 64 * 1024
_MAX_RECORD = 256 * 1024 * 1024
# Maximum size of the warcinfo record that is read.
_INFO = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request with its response or failure.

    Attributes:
        url: as requested.
        request: header fields of the request.
        status: of the response, 0 if there is none.
        reason: reason phrase of the response.
        headers: header fields of the response.
        body: as transferred, without chunks but not decompressed.
        started: when the request was sent, with offset, to the second.
        failure: reason code of the error that ended it, empty after a complete response.
        message: message of that error.
        retryable: True if another request may succeed.
    """

    url: str
    request: tuple[tuple[str, str], ...]
    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    started: datetime
    failure: str = ""
    message: str = ""
    retryable: bool = True


class SessionWriter:
    """Writes a session. Thread-safe; must be closed.

    Each exchange is written to the file before `add` returns, so that a killed process loses at
    worst the last one.

    path: a new or empty file, .warc or .warc.gz.
    software: name and version of the writer.
    info: the values for `Session.info`, such as the arguments of the run.

    Raises OutputError if the path cannot be written.
    """

    def __init__(self, path: Path, software: str, info: Mapping[str, str] | None = None) -> None:
        if not path.name.endswith(SUFFIXES):
            raise OutputError(str(path), "name of a session must end in .warc or .warc.gz")
        self._path = path
        self._packed = path.name.endswith(".gz")
        self._lock = threading.Lock()
        try:
            if path.is_file() and path.stat().st_size:
                raise OutputError(str(path), "exists already; a session is never overwritten")
            self._file = path.open("ab", buffering=0)
        except OSError as error:
            raise OutputError(str(path), f"cannot be written: {error}") from error
        stated = {_MARK: "1"} | {_PREFIX + k: v for k, v in (info or {}).items()}
        standard = {"software": software, "format": _FORMAT}
        from fastwarc.warc import WarcRecordType

        record = _record(WarcRecordType.warcinfo, datetime.now(UTC).replace(microsecond=0))
        record.headers["Content-Type"] = _FIELDS
        record.headers["WARC-Filename"] = path.name
        record.set_bytes_content(_to_fields(standard | stated))
        try:
            self._write(self._serialised(record))
        except OutputError:
            self.close()
            raise

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def add(self, exchange: Exchange) -> None:
        """Append an exchange. Raises OutputError if it cannot be written."""
        self._write(b"".join(self._serialised(*made) for made in _records(exchange)))

    def _serialised(self, record: WarcRecord, payload: bytes | None = None) -> bytes:
        from fastwarc.stream_io import GzipWriter

        out = io.BytesIO()
        digest = None
        if payload is not None:
            digest = hashlib.sha1(payload, usedforsecurity=False).digest()
        if not self._packed:
            record.write(out, checksum_data=True, payload_digest=digest)
            return out.getvalue()
        writer = GzipWriter(out, compression_level=_LEVEL)
        record.write(writer, checksum_data=True, payload_digest=digest)
        writer.finish()
        return out.getvalue()

    def _write(self, data: bytes) -> None:
        with self._lock:
            try:
                view = memoryview(data)
                while view:
                    view = view[self._file.write(view) :]
            except (OSError, ValueError) as error:
                raise OutputError(str(self._path), f"cannot be written: {error}") from error


def _record(kind: WarcRecordType, date: datetime, url: str | None = None) -> WarcRecord:
    from fastwarc.warc import WarcRecord

    record = WarcRecord()
    record.init_headers(kind)
    record.record_date = date.astimezone(UTC)
    if url is not None:
        record.headers["WARC-Target-URI"] = _line(url)
    return record


def _records(exchange: Exchange) -> Iterator[tuple[WarcRecord, bytes | None]]:
    """Yield the records of an exchange; with its payload if it gets a payload digest."""
    from fastwarc.warc import WarcRecordType

    request = _record(WarcRecordType.request, exchange.started, exchange.url)
    request.headers["Content-Type"] = "application/http; msgtype=request"
    request.set_bytes_content(_head(f"GET {_target(exchange.url)} HTTP/1.1", exchange.request))
    yield request, None
    urn = request.record_id or ""
    if exchange.failure:
        metadata = _record(WarcRecordType.metadata, exchange.started, exchange.url)
        metadata.headers["Content-Type"] = _FIELDS
        metadata.headers["WARC-Concurrent-To"] = urn
        stated = {"failure": exchange.failure, "message": exchange.message}
        if not exchange.retryable:
            stated["retry"] = "no"
        metadata.set_bytes_content(_to_fields(stated))
        yield metadata, None
    if exchange.status:
        response = _record(WarcRecordType.response, exchange.started, exchange.url)
        response.headers["Content-Type"] = "application/http; msgtype=response"
        response.headers["WARC-Concurrent-To"] = urn
        if exchange.failure:
            reasons = {"timeout": "time", "response_too_large": "length"}
            response.headers["WARC-Truncated"] = reasons.get(exchange.failure, "disconnect")
        body = exchange.body
        if _is_chunked(exchange.headers):
            # The Transfer-Encoding header stays, so the body must have chunks.
            body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body) if body else b"0\r\n\r\n"
        line = f"HTTP/1.1 {exchange.status} {_line(exchange.reason)}"
        response.set_bytes_content(_head(line, exchange.headers) + body)
        yield response, body


def _target(url: str) -> str:
    parts = urlsplit(_line(url))
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _head(line: str, headers: tuple[tuple[str, str], ...]) -> bytes:
    lines = [line, *(f"{_line(name)}: {_line(value)}" for name, value in headers), "", ""]
    return "\r\n".join(lines).encode("utf-8", "surrogateescape")


def _line(text: str) -> str:
    """Return a text without line breaks, for a header line."""
    return text.replace("\r", " ").replace("\n", " ").replace("\0", " ")


def _is_chunked(headers: tuple[tuple[str, str], ...]) -> bool:
    return any(n.lower() == "transfer-encoding" and "chunked" in v.lower() for n, v in headers)


def _to_fields(values: Mapping[str, str]) -> bytes:
    """Encode named fields, one a line; a value that does not fit becomes a JSON string."""
    lines = []
    for name, value in values.items():
        simple = value.isprintable() and value == value.strip() and not value.startswith('"')
        lines.append(f"{name}: {value if simple else json.dumps(value)}\r\n")
    return "".join(lines).encode("utf-8", "surrogateescape")


def _from_fields(data: bytes) -> dict[str, str]:
    values = {}
    for line in data.decode("utf-8", "surrogateescape").split("\r\n"):
        name, colon, value = line.partition(":")
        if not colon:
            continue
        value = value.strip()
        if value.startswith('"'):
            with contextlib.suppress(ValueError, RecursionError):
                value = str(json.loads(value))
        values[name.strip()] = value
    return values


@dataclass(slots=True)
class _Offsets:
    """Offsets of the records of one exchange."""

    request: int
    metadata: int | None = None
    response: int | None = None


@dataclass(slots=True, kw_only=True)
class Session:
    """A recorded session: an index in memory; bodies are read from the file on demand.

    Attributes:
        path: the file.
        info: the values given to its writer.
        urls: the URLs in it, in the order of their first exchange.
        max_record_bytes: maximum number of bytes of a record that are read.
    """

    path: Path
    info: dict[str, str]
    urls: tuple[str, ...]
    _index: dict[str, list[_Offsets]]
    _taken: dict[str, int] = field(default_factory=dict)
    max_record_bytes: int = _MAX_RECORD

    @classmethod
    def load(cls, path: Path) -> Session:
        """Load the session in a file, without a last exchange that is truncated.

        Raises SourceError if the file cannot be read, is damaged, or is not a session.
        """
        info: dict[str, str] | None = None
        index: dict[str, list[_Offsets]] = {}
        last = 0
        try:
            with path.open("rb") as file:
                for offset, kind, record in _scan(file):
                    if info is None:
                        info = _read_info(path, kind, record)
                    elif not _add_to_index(index, offset, kind, record):
                        break
                    last = offset
        except (OSError, ValueError, LookupError) as error:
            if not last or not _is_truncated(path, last):
                raise SourceError(str(path), f"cannot be read: {error}") from error
        if info is None:
            raise SourceError(str(path), "not a session: no complete record")
        whole = {
            url: done
            for url, places in index.items()
            if (done := [p for p in places if p.response is not None or p.metadata is not None])
        }
        return cls(path=path, info=info, urls=tuple(whole), _index=whole)

    def take(self, url: str) -> Exchange:
        """Return the next exchange for a URL in recorded order; repeat the last one.

        Raises NotInSession for a URL that is not in the session, and SourceError for a damaged
        record or if the file changed since it was loaded.
        """
        places = self._index.get(url)
        if not places:
            raise NotInSession(url, f"not in session {self.path}")
        count = self._taken.get(url, 0)
        self._taken[url] = count + 1
        try:
            return self._read(url, places[min(count, len(places) - 1)])
        except (OSError, ValueError, LookupError) as error:
            raise SourceError(str(self.path), f"cannot be read: {error!r}") from error

    def _read(self, url: str, places: _Offsets) -> Exchange:
        with self.path.open("rb") as file:
            date, request = _block(file, places.request, self.max_record_bytes)
            status, reason, body = 0, "", b""
            headers: tuple[tuple[str, str], ...] = ()
            failure: dict[str, str] = {}
            if places.metadata is not None:
                failure = _from_fields(_block(file, places.metadata, self.max_record_bytes)[1])
            if places.response is not None:
                line, headers, body = _split_message(
                    _block(file, places.response, self.max_record_bytes)[1]
                )
                _, code, reason = line.split(" ", 2)
                status = int(code)
                if _is_chunked(headers):
                    size, _, rest = body.partition(b"\r\n")
                    body = rest[: int(size, 16)]
        return Exchange(
            url=url,
            request=_split_message(request)[1],
            status=status,
            reason=reason,
            headers=headers,
            body=body,
            started=date,
            failure=failure.get("failure", ""),
            message=failure.get("message", ""),
            retryable=failure.get("retry") != "no",
        )


def _scan(file: io.BufferedReader) -> Iterator[tuple[int, str, WarcRecord]]:
    from fastwarc.warc import ArchiveIterator

    for record in ArchiveIterator(file, parse_http=False):
        yield record.stream_pos, record.headers.get("WARC-Type") or "", record


def _read_info(path: Path, kind: str, record: WarcRecord) -> dict[str, str]:
    values = _from_fields(record.reader.read(_INFO)) if kind == "warcinfo" else {}
    if _MARK not in values:
        raise SourceError(str(path), "not a session: not recorded by copydesk")
    return {k.removeprefix(_PREFIX): v for k, v in values.items() if k.startswith(_PREFIX)}


def _add_to_index(
    index: dict[str, list[_Offsets]], offset: int, kind: str, record: WarcRecord
) -> bool:
    """Add a record to the index; return False if it is truncated."""
    url = record.headers.get("WARC-Target-URI") or ""
    size = record.content_length
    if record.consume() < size:
        return False
    if kind == "request":
        index.setdefault(url, []).append(_Offsets(offset))
    elif url in index and kind in ("metadata", "response"):
        setattr(index[url][-1], kind, offset)
    return True


def _is_truncated(path: Path, last: int) -> bool:
    """Whether the record at an offset is followed by a truncated one."""
    with path.open("rb") as file:
        if path.name.endswith(".gz"):
            file.seek(last)
            return _ends_in_member(file)
        file.seek(last)
        size = next(record.content_length for _, _, record in _scan(file))
        file.seek(last)
        head = file.read(_HEAD).find(b"\r\n\r\n")
        file.seek(last + head + 4 + size + 4)
        return b"\r\n\r\n" not in file.read(_HEAD)


def _ends_in_member(file: io.BufferedReader) -> bool:
    """Whether a complete gzip member is followed by a truncated one."""
    rest = b""
    for _ in range(2):
        unpacking = zlib.decompressobj(31)
        try:
            while not unpacking.eof:
                block = rest or file.read(_HEAD)
                if not block:
                    return True
                unpacking.decompress(block, _HEAD)
                rest = b""
                while unpacking.unconsumed_tail and not unpacking.eof:
                    unpacking.decompress(unpacking.unconsumed_tail, _HEAD)
        except zlib.error:
            return False
        rest = unpacking.unused_data
    return False


def _block(file: io.BufferedReader, offset: int, max_record_bytes: int) -> tuple[datetime, bytes]:
    """Return the date and the block of the record at an offset, up to the size limit."""
    file.seek(offset)
    for _, _, record in _scan(file):
        date = datetime.fromisoformat(record.headers["WARC-Date"])
        return date.replace(tzinfo=date.tzinfo or UTC), record.reader.read(max_record_bytes)
    raise IndexError(offset)


def _split_message(block: bytes) -> tuple[str, tuple[tuple[str, str], ...], bytes]:
    """Return first line, header fields and body of an HTTP message."""
    head, _, body = block.partition(b"\r\n\r\n")
    line, *fields = head.decode("utf-8", "surrogateescape").split("\r\n")
    pairs = (text.partition(":") for text in fields)
    return line, tuple((name, value.strip(" \t")) for name, _, value in pairs), body
