"""Messages between a run and its worker processes: a JSON header followed by bytes."""

from __future__ import annotations

import struct
from collections.abc import Awaitable, Callable
from datetime import datetime

# Imported by name: an adapter's code may replace the functions of the json module.
from json import dumps, loads
from typing import Any, BinaryIO

from copydesk import errors
from copydesk.errors import CopydeskError, SourceError
from copydesk.model.document import Document, ListingInfo
from copydesk.sources.base import (
    Link,
    ListLimits,
    PackedPage,
    PendingList,
    Skip,
    SourceFailure,
    SourceItem,
)

_PREFIX = struct.Struct(">4sII")
_MAGIC = b"cdsk"
_MAX_BYTES = 128 * 1024 * 1024

Frame = tuple[dict[str, Any], bytes]
"""Header and content."""


class MalformedFrame(ValueError):
    """Data in a pipe that is not a valid frame."""


def pack(header: dict[str, Any], content: bytes = b"") -> bytes:
    """Encode a frame."""
    data = dumps(header).encode("ascii")
    return b"".join((_PREFIX.pack(_MAGIC, len(data), len(content)), data, content))


def read(source: BinaryIO) -> Frame | None:
    """Read the next frame of a file; None at its end. Raises MalformedFrame."""
    prefix = source.read(_PREFIX.size)
    if not prefix:
        return None
    header_size, content_size = _sizes(prefix)
    data, content = source.read(header_size), source.read(content_size)
    if len(data) < header_size or len(content) < content_size:
        raise MalformedFrame("incomplete frame")
    return _header(data), content


async def receive(read_exactly: Callable[[int], Awaitable[bytes]]) -> Frame:
    """Read the next frame of a stream. Raises MalformedFrame; IncompleteReadError at its end."""
    header_size, content_size = _sizes(await read_exactly(_PREFIX.size))
    return _header(await read_exactly(header_size)), await read_exactly(content_size)


def _sizes(prefix: bytes) -> tuple[int, int]:
    if len(prefix) < _PREFIX.size or not prefix.startswith(_MAGIC):
        raise MalformedFrame("not a frame")
    _, header_size, content_size = _PREFIX.unpack(prefix)
    if header_size > _MAX_BYTES or content_size > _MAX_BYTES:
        raise MalformedFrame("frame too large")
    return header_size, content_size


def _header(data: bytes) -> dict[str, Any]:
    try:
        header = loads(data)
    except (ValueError, RecursionError) as error:
        raise MalformedFrame("header is not JSON") from error
    if not isinstance(header, dict):
        raise MalformedFrame("header is not an object")
    return header


def from_document(document: Document | PackedPage) -> Frame:
    """Convert a document to a frame."""
    if isinstance(document, PackedPage):
        header = {"type": "packed", "origin": document.origin, "offset": document.offset}
        return header, document.data
    header = {
        "type": "document",
        "media_type": document.media_type,
        "url": document.url,
        "encoding": document.encoding,
        "retrieved_at": _from_time(document.retrieved_at),
        "origin": document.origin,
        "listing": _from_listing_info(document.listing),
        "requested_url": document.requested_url,
    }
    return header, document.content


def to_document(frame: Frame) -> Document | PackedPage:
    """Convert a frame to a document."""
    header, content = frame
    if header["type"] == "packed":
        return PackedPage(header["origin"], header["offset"], content)
    return Document(
        content=content, media_type=header["media_type"], url=header["url"], encoding=header["encoding"],
        retrieved_at=_to_time(header["retrieved_at"]), origin=header["origin"], listing=_to_listing_info(header["listing"]),
        requested_url=header["requested_url"],
    )  # fmt: skip


def from_listing(listing: PendingList) -> Frame:
    """Convert a list to a frame, without its file descriptor."""
    wanted = listing.wanted
    header = {
        "type": "listing", "kind": listing.kind, "origin": listing.origin, "url": listing.url,
        "media_type": listing.media_type, "encoding": listing.encoding,
        "retrieved_at": _from_time(listing.retrieved_at),
        "listing": _from_listing_info(listing.listing), "depth": listing.depth, "packed": listing.packed, "path": listing.path,
        "offset": listing.offset, "record": listing.record, "whole": listing.content is not None,
        "wanted": [_from_time(wanted.since), wanted.entries, wanted.deepest],
    }  # fmt: skip
    return header, listing.begun if listing.content is None else listing.content


def to_listing(frame: Frame, descriptor: int | None) -> PendingList:
    """Convert a frame to a list."""
    header, content = frame
    since, entries, deepest = header["wanted"]
    return PendingList(
        kind=header["kind"], origin=header["origin"], url=header["url"], media_type=header["media_type"],
        encoding=header["encoding"], retrieved_at=_to_time(header["retrieved_at"]),
        listing=_to_listing_info(header["listing"]), depth=header["depth"], packed=header["packed"],
        path=header["path"], offset=header["offset"], record=header["record"],
        wanted=ListLimits(since=_to_time(since), entries=entries, deepest=deepest),
        content=content if header["whole"] else None, begun=b"" if header["whole"] else content,
        descriptor=descriptor,
    )  # fmt: skip


def from_found(found: SourceItem) -> Frame:
    """Convert an item of a source to a frame."""
    if isinstance(found, (Document, PackedPage)):
        return from_document(found)
    header: dict[str, Any]
    if isinstance(found, Link):
        header = {
            "type": "link", "url": found.url, "kind": found.kind,
            "listing": _from_listing_info(found.listing), "modified": _from_time(found.modified), "depth": found.depth, "as_list": found.as_list,
        }  # fmt: skip
    elif isinstance(found, Skip):
        header = {"type": "skip", "args": [found.subject, found.reason, found.message]}
    else:
        header = {
            "type": "failure", "subject": found.subject, "error": _from_error(found.error),
            "offset": found.offset, "unfinished": found.unfinished, "url": found.url,
        }  # fmt: skip
    return header, b""


def to_found(frame: Frame) -> SourceItem:
    """Convert a frame to an item of a source. Raises MalformedFrame."""
    header = frame[0]
    try:
        match header["type"]:
            case "document" | "packed":
                return to_document(frame)
            case "link":
                info, modified = _to_listing_info(header["listing"]), _to_time(header["modified"])
                return Link(
                    url=header["url"], kind=header["kind"], listing=info, modified=modified, depth=header["depth"],
                    as_list=header["as_list"],
                )  # fmt: skip
            case "skip":
                return Skip(*header["args"])
            case "failure":
                error, url = _to_error(header["error"]), header["url"]
                return SourceFailure(
                    header["subject"], error, header["offset"], header["unfinished"], url
                )
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise MalformedFrame("not an item of a source") from error
    raise MalformedFrame("not an item of a source")


def _from_error(error: CopydeskError) -> dict[str, Any]:
    """Convert an error to JSON, without its cause."""
    names = [kind.__name__ for kind in type(error).__mro__]
    extra = {name: getattr(error, name) for name in ("attempts", "status") if hasattr(error, name)}
    return {"classes": names, "subject": error.subject, "message": error.message, "extra": extra}


def _to_error(data: dict[str, Any]) -> CopydeskError:
    # A class that copydesk does not define becomes its nearest base class.
    for name in data["classes"]:
        kind = getattr(errors, name, None)
        if isinstance(kind, type) and issubclass(kind, CopydeskError):
            break
    else:
        kind = SourceError
    error = kind(data["subject"], data["message"])
    error.__dict__.update(data["extra"])
    return error


def _from_time(time: datetime | None) -> str | None:
    return time.isoformat() if time is not None else None


def _to_time(data: str | None) -> datetime | None:
    return datetime.fromisoformat(data) if data is not None else None


def _from_listing_info(info: ListingInfo | None) -> list[Any] | None:
    if info is None:
        return None
    return [info.source, info.title, info.published, info.authors, info.categories]


def _to_listing_info(data: list[Any] | None) -> ListingInfo | None:
    if data is None:
        return None
    source, title, published, authors, categories = data
    return ListingInfo(
        source=source,
        title=title,
        published=published,
        authors=tuple(authors),
        categories=tuple(categories),
    )
