"""Messages between a run and its worker processes: a JSON header followed by bytes."""

from __future__ import annotations

import struct
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import fields
from datetime import datetime
from functools import partial

# Imported by name: an adapter's code may replace the functions of the json module.
from json import dumps, loads
from typing import Any, BinaryIO

from copydesk.model.document import ListingInfo
from copydesk.model.outcomes import Accepted
from copydesk.sources.base import ListLimits, PendingList, SourceItem

_PREFIX = struct.Struct(">4sII")
_MAGIC = b"cdsk"
_MAX_BYTES = 128 * 1024 * 1024

Frame = tuple[dict[str, Any], bytes]
"""Header and content."""

Item = SourceItem | PendingList | Accepted
"""What frames carry."""


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


def encode(value: Item) -> Frame:
    """Convert a dataclass to a frame, without its file descriptor."""
    header: dict[str, Any] = {"type": type(value).__name__, "fields": _to_dict(value)}
    content = b""
    for name, part in list(header["fields"].items()):
        if isinstance(part, bytes):
            del header["fields"][name]
            if "content" not in header:
                header["content"], content = name, part
    header["fields"].pop("descriptor", None)
    return header, content


def decode(frame: Frame, types: Iterable[type[Any]]) -> Any:
    """Convert a frame to a dataclass, one of `types`. Raises MalformedFrame."""
    header, content = frame
    try:
        kind = next(one for one in types if one.__name__ == header["type"])
        found = header["fields"]
        if "content" in header:
            found[header["content"]] = content
        return _from_dict(kind, found)
    except (KeyError, TypeError, ValueError, AttributeError, StopIteration) as error:
        raise MalformedFrame("unexpected content") from error


def _to_dict(value: Any) -> dict[str, Any]:
    found = {one.name: getattr(value, one.name) for one in fields(value)}
    for name, part in found.items():
        if part is not None and name in _CONVERTERS:
            found[name] = _CONVERTERS[name][0](part)
    return found


def _from_dict(kind: type[Any], found: dict[str, Any]) -> Any:
    for name, part in found.items():
        if part is not None and name in _CONVERTERS:
            found[name] = _CONVERTERS[name][1](part)
    return kind(**found)


_TIME = (datetime.isoformat, datetime.fromisoformat)
_CONVERTERS: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "retrieved_at": _TIME,
    "modified": _TIME,
    "since": _TIME,
    "authors": (tuple, tuple),
    "categories": (tuple, tuple),
    "counted": (tuple, tuple),
    "listing": (_to_dict, partial(_from_dict, ListingInfo)),
    "wanted": (_to_dict, partial(_from_dict, ListLimits)),
}
"""How fields that JSON has no type for are written and read, by name."""
