"""Forms in which frameworks pack their state: React's rows, Nuxt's flat list, references."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

from copydesk.readers.metadata.jsonld import DECODER

_ROW = re.compile(rb"\s*([0-9a-f]{0,8}):([A-Za-z]*)")
_LENGTH = re.compile(rb"([0-9a-f]{1,8}),")
_REFERENCE = re.compile(r"\$[L@]?([0-9a-f]{1,8})$")
_MOST_VALUES = 500_000
_MOST_ALIASES = 20


def rows(pieces: list[str]) -> list[Any]:
    """Return the values of a stream of React's server components, with their references resolved.

    A row is a number, a colon and JSON up to the end of the line; "T" introduces a text of a
    stated number of bytes.
    """
    stream = "".join(pieces).encode("utf-8", "replace")
    found: dict[str, Any] = {}
    at = 0
    while row := _ROW.match(stream, at):
        name, tag = row[1].decode(), row[2]
        at = row.end()
        if tag == b"T" and (size := _LENGTH.match(stream, at)):
            at = size.end() + int(size[1], 16)
            found[name] = stream[size.end() : at].decode("utf-8", "replace")
            continue
        end = stream.find(b"\n", at)
        end = len(stream) if end < 0 else end
        if not tag or tag in (b"t", b"f", b"n"):
            with suppress(ValueError, RecursionError):
                found[name] = DECODER.decode(stream[at:end].decode("utf-8", "replace"))
        at = end
    _resolve(found)
    return list(found.values())


def _resolve(found: dict[str, Any]) -> None:
    """Replace references to other rows by their values."""
    waiting = [value for value in found.values() if isinstance(value, dict | list)]
    for _ in range(_MOST_VALUES):
        if not waiting:
            return
        holder = waiting.pop()
        for key, value in holder.items() if isinstance(holder, dict) else enumerate(holder):
            if isinstance(value, dict | list):
                waiting.append(value)
            elif isinstance(value, str) and value.startswith("$"):
                if value.startswith("$$"):
                    holder[key] = value[1:]
                elif value.startswith("$D"):
                    holder[key] = value[2:]
                elif (row := _REFERENCE.match(value)) and row[1] in found:
                    holder[key] = found[row[1]]


def is_flat(value: Any) -> bool:
    """Return whether a value is a list whose first item refers to the others by their indices."""
    if not isinstance(value, list) or len(value) < 3 or not isinstance(value[0], dict | list):
        return False
    first = list(value[0].values()) if isinstance(value[0], dict) else value[0]
    if first and isinstance(first[0], str):
        first = first[1:]
    return bool(first) and all(type(one) is int and -10 < one < len(value) for one in first)


def unflatten(flat: list[Any]) -> Any:
    """Return the value that a flat list stands for; it may contain itself."""
    return _Flat(flat).read()


class _Flat:
    """A flat list: each value is made empty first, and then filled with the values it refers to."""

    def __init__(self, flat: list[Any]) -> None:
        self.flat = flat
        # Values that only wrap another one, such as ["Reactive", 7].
        self.aliases: dict[int, int] = {}
        self.made = [self._empty(at, value) for at, value in enumerate(flat)]

    def read(self) -> Any:
        for at, value in enumerate(self.flat):
            holder = self.made[at]
            if isinstance(value, dict):
                holder.update((key, self._get(index)) for key, index in value.items())
            elif isinstance(value, list) and isinstance(holder, list):
                holder.extend(self._get(index) for index in value[_is_named(value) :])
            elif isinstance(value, list) and isinstance(holder, dict):
                for key, index in zip(value[1::2], value[2::2], strict=False):
                    name = self._get(key) if value[0] == "Map" else key
                    holder[str(name)] = self._get(index)
        return self._get(0)

    def _empty(self, at: int, value: Any) -> Any:
        if isinstance(value, dict):
            return {}
        if not isinstance(value, list):
            return value
        kind = value[0] if _is_named(value) else ""
        if kind == "Date":
            return value[1] if len(value) > 1 else None
        if kind in ("Map", "null"):
            return {}
        if kind not in ("", "Set") and type(value[-1]) is int:
            self.aliases[at] = value[-1]
        return []

    def _get(self, at: Any) -> Any:
        for _ in range(_MOST_ALIASES):
            if type(at) is not int or not 0 <= at < len(self.made):
                return None
            if at not in self.aliases:
                return self.made[at]
            at = self.aliases[at]
        return None


def _is_named(value: list[Any]) -> bool:
    return bool(value) and isinstance(value[0], str)
