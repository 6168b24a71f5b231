"""Matchers: what an expectation may say in the place of a value.

A text in an expectation that is not simply equal to the value is tried as one of `re:PATTERN`,
`sha256:HEX`, `count:N` and `type:NAME`, at any depth.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from copydesk.text import compile_pattern


class BrokenMatcher(ValueError):
    """A matcher that can match nothing: a bad pattern, number, hash or name of a type.

    place: the keys and numbers that lead to it, outermost first.
    """

    def __init__(self, message: str, place: tuple[str, ...] = ()) -> None:
        super().__init__(f"{'.'.join(place)}: {message}" if place else message)
        self.message = message
        self.place = place

    def below(self, name: str) -> BrokenMatcher:
        """The same, told from one level further out."""
        return BrokenMatcher(self.message, (name, *self.place))


def fits(expected: Any, actual: Any) -> bool:
    """Whether a value is the expected one, matchers counted. Raises BrokenMatcher."""
    if expected == actual:
        return True
    if isinstance(expected, str):
        kind, colon, said = expected.partition(":")
        return bool(colon) and kind in _MATCHERS and _MATCHERS[kind](said, actual)
    if isinstance(expected, dict) and isinstance(actual, dict):
        return expected.keys() == actual.keys() and all(
            _at(name, fits, expected[name], actual[name]) for name in expected
        )
    if isinstance(expected, list) and isinstance(actual, list):
        return len(expected) == len(actual) and all(
            _at(str(n), fits, *both) for n, both in enumerate(zip(expected, actual, strict=True))
        )
    return False


def settled(expected: Any, actual: Any) -> Any:
    """An expectation with the value itself for each part that fits: what is left differs."""
    if fits(expected, actual):
        return actual
    if isinstance(expected, dict) and isinstance(actual, dict):
        return {k: settled(v, actual[k]) if k in actual else v for k, v in expected.items()}
    if isinstance(expected, list) and isinstance(actual, list):
        pairs = zip(expected, actual, strict=False)
        return [*(settled(*both) for both in pairs), *expected[len(actual) :]]
    return expected


def kept(expected: Any, actual: Any) -> Any:
    """A value as an expectation, with the matchers of the earlier one that still hold.

    Lists are compared item by item from their beginning.
    """
    if isinstance(expected, dict) and isinstance(actual, dict):
        return {k: kept(expected[k], v) if k in expected else v for k, v in actual.items()}
    if isinstance(expected, list) and isinstance(actual, list):
        pairs = zip(expected, actual, strict=False)
        return [*(kept(*both) for both in pairs), *actual[len(expected) :]]
    return expected if fits(expected, actual) else actual


def ordered(expected: Any, actual: Any) -> Any:
    """An expectation with the keys of whatever fits in the order of the value's own."""
    if not fits(expected, actual):
        return expected
    if isinstance(expected, dict) and isinstance(actual, dict):
        return {name: ordered(expected[name], actual[name]) for name in actual}
    if isinstance(expected, list) and isinstance(actual, list):
        return [ordered(*both) for both in zip(expected, actual, strict=True)]
    return expected


def _at(place: str, compare: Callable[[Any, Any], bool], expected: Any, actual: Any) -> bool:
    try:
        return compare(expected, actual)
    except BrokenMatcher as error:
        raise error.below(place) from error


def _pattern(said: str, actual: Any) -> bool:
    try:
        pattern = compile_pattern(said)
    except ValueError as error:
        raise BrokenMatcher(f"{'re:' + said!r} is no pattern: {error}") from error
    return isinstance(actual, str) and pattern.fullmatch(actual) is not None


def _sha256(said: str, actual: Any) -> bool:
    if not re.fullmatch("[0-9a-f]{64}", said):
        raise BrokenMatcher(f"{'sha256:' + said!r} is not 64 hex digits in lower case")
    text = actual if isinstance(actual, str) else _compact(actual)
    return hashlib.sha256(text.encode("utf-8")).hexdigest() == said


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _count(said: str, actual: Any) -> bool:
    if not re.fullmatch("[0-9]{1,9}", said):
        raise BrokenMatcher(f"{'count:' + said!r} has no number")
    return isinstance(actual, (list, dict, str)) and len(actual) == int(said)


def _type(said: str, actual: Any) -> bool:
    if said not in _TYPES:
        known = ", ".join(_TYPES)
        raise BrokenMatcher(f"{'type:' + said!r} names no type; types are {known}")
    return _TYPES[said](actual)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_date(value: Any) -> bool:
    if not (isinstance(value, str) and len(value) == 10):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _is_datetime(value: Any) -> bool:
    if not (isinstance(value, str) and len(value) > 10):
        return False
    try:
        return datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def _is_uri(value: Any) -> bool:
    if not isinstance(value, str) or re.search(r"\s", value):
        return False
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return bool(parts.scheme and (parts.netloc or parts.path))


_TYPES: Mapping[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: _is_number(value) and isinstance(value, int),
    "number": _is_number,
    "boolean": lambda value: isinstance(value, bool),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
    "null": lambda value: value is None,
    "date": _is_date,
    "date-time": _is_datetime,
    "uri": _is_uri,
}
_MATCHERS: Mapping[str, Callable[[str, Any], bool]] = {
    "re": _pattern,
    "sha256": _sha256,
    "count": _count,
    "type": _type,
}
