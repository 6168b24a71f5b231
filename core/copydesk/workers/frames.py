"""What goes through the pipes between a run and its workers: frames of a JSON head and bytes."""

from __future__ import annotations

import struct
from collections.abc import Awaitable, Callable
from datetime import datetime

# Bound here: code of an adapter may put something else in the place of the module's functions.
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

_HEAD = struct.Struct(">4sII")
_MAGIC = b"cdsk"
_LARGEST = 128 * 1024 * 1024

Frame = tuple[dict[str, Any], bytes]
"""Head and bytes."""


class Malformed(ValueError):
    """Something in a pipe that is not a frame."""


def pack(head: dict[str, Any], content: bytes = b"") -> bytes:
    """The bytes of a frame."""
    data = dumps(head).encode("ascii")
    return b"".join((_HEAD.pack(_MAGIC, len(data), len(content)), data, content))


def read(source: BinaryIO) -> Frame | None:
    """The next frame of a file, None at its end. Raises Malformed."""
    start = source.read(_HEAD.size)
    if not start:
        return None
    first, second = _sizes(start)
    data, content = source.read(first), source.read(second)
    if len(data) < first or len(content) < second:
        raise Malformed("ends within a frame")
    return _head(data), content


async def receive(exactly: Callable[[int], Awaitable[bytes]]) -> Frame:
    """The next frame of a stream. Raises Malformed, and IncompleteReadError where the stream ends."""
    first, second = _sizes(await exactly(_HEAD.size))
    return _head(await exactly(first)), await exactly(second)


def _sizes(start: bytes) -> tuple[int, int]:
    if len(start) < _HEAD.size or not start.startswith(_MAGIC):
        raise Malformed("not a frame")
    _, first, second = _HEAD.unpack(start)
    if first > _LARGEST or second > _LARGEST:
        raise Malformed("is larger than any frame")
    return first, second


def _head(data: bytes) -> dict[str, Any]:
    try:
        head = loads(data)
    except (ValueError, RecursionError) as error:
        raise Malformed("not JSON") from error
    if not isinstance(head, dict):
        raise Malformed("not a JSON object")
    return head


def of_document(document: Document | PackedPage) -> Frame:
    """A document as a frame."""
    if isinstance(document, PackedPage):
        return {"is": "packed", "origin": document.origin, "offset": document.offset}, document.data
    head = {
        "is": "document",
        "media_type": document.media_type,
        "url": document.url,
        "encoding": document.encoding,
        "retrieved_at": _time(document.retrieved_at),
        "origin": document.origin,
        "listing": _listed(document.listing),
        "requested_url": document.requested_url,
    }
    return head, document.content


def to_document(frame: Frame) -> Document | PackedPage:
    """The document of a frame."""
    head, content = frame
    if head["is"] == "packed":
        return PackedPage(head["origin"], head["offset"], content)
    return Document(
        content, head["media_type"], head["url"], head["encoding"], _moment(head["retrieved_at"]),
        head["origin"], _listing_info(head["listing"]), head["requested_url"],
    )  # fmt: skip


def of_listing(listing: PendingList) -> Frame:
    """A list that is to be read as a frame; its descriptor goes another way."""
    wanted = listing.wanted
    head = {
        "is": "listing", "kind": listing.kind, "origin": listing.origin, "url": listing.url,
        "media_type": listing.media_type, "encoding": listing.encoding,
        "retrieved_at": _time(listing.retrieved_at), "listing": _listed(listing.listing),
        "depth": listing.depth, "packed": listing.packed, "path": listing.path,
        "offset": listing.offset, "record": listing.record, "whole": listing.content is not None,
        "wanted": [_time(wanted.since), wanted.entries, wanted.deepest],
    }  # fmt: skip
    return head, listing.begun if listing.content is None else listing.content


def to_listing(frame: Frame, descriptor: int | None) -> PendingList:
    """The list of a frame."""
    head, content = frame
    since, entries, deepest = head["wanted"]
    return PendingList(
        head["kind"], head["origin"], url=head["url"], media_type=head["media_type"],
        encoding=head["encoding"], retrieved_at=_moment(head["retrieved_at"]),
        listing=_listing_info(head["listing"]), depth=head["depth"], packed=head["packed"], path=head["path"],
        wanted=ListLimits(since=_moment(since), entries=entries, deepest=deepest),
        content=content if head["whole"] else None, offset=head["offset"],
        begun=b"" if head["whole"] else content, descriptor=descriptor, record=head["record"],
    )  # fmt: skip


def of_found(found: SourceItem) -> Frame:
    """Something that a source found as a frame."""
    if isinstance(found, (Document, PackedPage)):
        return of_document(found)
    head: dict[str, Any]
    if isinstance(found, Link):
        head = {
            "is": "link", "url": found.url, "kind": found.kind, "listing": _listed(found.listing),
            "modified": _time(found.modified), "depth": found.depth, "as_list": found.as_list,
        }  # fmt: skip
    elif isinstance(found, Skip):
        head = {"is": "skip", "given": [found.subject, found.reason, found.message]}
    else:
        head = {
            "is": "failure", "subject": found.subject, "error": _stated(found.error),
            "offset": found.offset, "unfinished": found.unfinished, "url": found.url,
        }  # fmt: skip
    return head, b""


def to_found(frame: Frame) -> SourceItem:
    """What a source found. Raises Malformed."""
    head = frame[0]
    try:
        match head["is"]:
            case "document" | "packed":
                return to_document(frame)
            case "link":
                info, modified = _listing_info(head["listing"]), _moment(head["modified"])
                return Link(
                    head["url"], head["kind"], info, modified, head["depth"], head["as_list"]
                )
            case "skip":
                return Skip(*head["given"])
            case "failure":
                error, url = _error(head["error"]), head["url"]
                return SourceFailure(
                    head["subject"], error, head["offset"], head["unfinished"], url
                )
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise Malformed("is not what a source finds") from error
    raise Malformed("is not what a source finds")


def _stated(error: CopydeskError) -> dict[str, Any]:
    """An error for JSON: of the nearest class that is in the tree, without its cause."""
    names = [kind.__name__ for kind in type(error).__mro__]
    kept = {name: getattr(error, name) for name in ("attempts", "status") if hasattr(error, name)}
    return {"classes": names, "subject": error.subject, "message": error.message, "kept": kept}


def _error(stated: dict[str, Any]) -> CopydeskError:
    for name in stated["classes"]:
        kind = getattr(errors, name, None)
        if isinstance(kind, type) and issubclass(kind, CopydeskError):
            break
    else:
        kind = SourceError
    error = kind(stated["subject"], stated["message"])
    error.__dict__.update(stated["kept"])
    return error


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None


def _moment(stated: str | None) -> datetime | None:
    return datetime.fromisoformat(stated) if stated is not None else None


def _listed(info: ListingInfo | None) -> list[Any] | None:
    if info is None:
        return None
    return [info.source, info.title, info.published, info.authors, info.categories]


def _listing_info(stated: list[Any] | None) -> ListingInfo | None:
    if stated is None:
        return None
    source, title, published, authors, categories = stated
    return ListingInfo(source, title, published, tuple(authors), tuple(categories))
