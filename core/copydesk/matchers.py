"""Matchers: conditions that an expectation may contain instead of values.

A text in an expectation that does not equal the value is tried as one of `re:PATTERN`,
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
    """An invalid matcher: a bad pattern, number, hash or type name.

    place: the keys and indexes of its path, outermost first.
    """

    def __init__(self, message: str, place: tuple[str, ...] = ()) -> None:
        super().__init__(f"{'.'.join(place)}: {message}" if place else message)
        self.message = message
        self.place = place

    def below(self, name: str) -> BrokenMatcher:
        """Return the error with its path extended by one level at the front."""
        return BrokenMatcher(self.message, (name, *self.place))


def matches(expected: Any, actual: Any) -> bool:
    """Return whether a value equals or matches the expected one. Raises BrokenMatcher."""
    if expected == actual:
        return True
    if isinstance(expected, str):
        kind, colon, argument = expected.partition(":")
        return bool(colon) and kind in _MATCHERS and _MATCHERS[kind](argument, actual)
    if isinstance(expected, dict) and isinstance(actual, dict):
        return expected.keys() == actual.keys() and all(
            _at(name, matches, expected[name], actual[name]) for name in expected
        )
    if isinstance(expected, list) and isinstance(actual, list):
        return len(expected) == len(actual) and all(
            _at(str(n), matches, *both) for n, both in enumerate(zip(expected, actual, strict=True))
        )
    return False


def replace_matching(expected: Any, actual: Any) -> Any:
    """Return an expectation with each matching part replaced by the value."""
    if matches(expected, actual):
        return actual
    if isinstance(expected, dict) and isinstance(actual, dict):
        return {
            k: replace_matching(v, actual[k]) if k in actual else v for k, v in expected.items()
        }
    if isinstance(expected, list) and isinstance(actual, list):
        pairs = zip(expected, actual, strict=False)
        return [*(replace_matching(*both) for both in pairs), *expected[len(actual) :]]
    return expected


def keep_matchers(expected: Any, actual: Any) -> Any:
    """Return a value as an expectation, with the matchers of the earlier one that still match.

    Lists are compared item by item from the beginning.
    """
    if isinstance(expected, dict) and isinstance(actual, dict):
        return {k: keep_matchers(expected[k], v) if k in expected else v for k, v in actual.items()}
    if isinstance(expected, list) and isinstance(actual, list):
        pairs = zip(expected, actual, strict=False)
        return [*(keep_matchers(*both) for both in pairs), *actual[len(expected) :]]
    return expected if matches(expected, actual) else actual


def reorder(expected: Any, actual: Any) -> Any:
    """Return an expectation with the keys of matching parts in the order of the value."""
    if not matches(expected, actual):
        return expected
    if isinstance(expected, dict) and isinstance(actual, dict):
        return {name: reorder(expected[name], actual[name]) for name in actual}
    if isinstance(expected, list) and isinstance(actual, list):
        return [reorder(*both) for both in zip(expected, actual, strict=True)]
    return expected


def _at(place: str, compare: Callable[[Any, Any], bool], expected: Any, actual: Any) -> bool:
    try:
        return compare(expected, actual)
    except BrokenMatcher as error:
        raise error.below(place) from error


def _pattern(argument: str, actual: Any) -> bool:
    try:
        pattern = compile_pattern(argument)
    except ValueError as error:
        raise BrokenMatcher(f"{'re:' + argument!r} is not a valid pattern: {error}") from error
    return isinstance(actual, str) and pattern.fullmatch(actual) is not None


def _sha256(argument: str, actual: Any) -> bool:
    if not re.fullmatch("[0-9a-f]{64}", argument):
        raise BrokenMatcher(f"{'sha256:' + argument!r} is not 64 hex digits in lower case")
    text = actual if isinstance(actual, str) else _compact(actual)
    return hashlib.sha256(text.encode("utf-8")).hexdigest() == argument


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _count(argument: str, actual: Any) -> bool:
    if not re.fullmatch("[0-9]{1,9}", argument):
        raise BrokenMatcher(f"{'count:' + argument!r} has no number")
    return isinstance(actual, (list, dict, str)) and len(actual) == int(argument)


def _type(argument: str, actual: Any) -> bool:
    if argument not in _TYPES:
        known = ", ".join(_TYPES)
        raise BrokenMatcher(f"{'type:' + argument!r} is not a known type; types are {known}")
    return _TYPES[argument](actual)


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
