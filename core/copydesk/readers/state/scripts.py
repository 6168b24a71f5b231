"""The values in a page's scripts: JSON, and what scripts assign or pass to a function."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import unquote as unquote_url

from selectolax.lexbor import LexborHTMLParser

from copydesk.readers.metadata.jsonld import DECODER
from copydesk.readers.state import literals, payloads

_CODE = frozenset(("", "module", "text/javascript", "application/javascript", "text/babel"))
# A script that is shorter has no story.
_SHORTEST = 300
# A value that is shorter may be anything.
_LONG = 2000
# Characters read of values that are no JSON, and of all tries, in one page.
_MOST_LITERALS = 1_500_000
_MOST_TRIED = 40_000_000
_MOST_VALUES = 5_000
# The list to which Next.js adds the rows of its server components.
_PUSHES = "__next_f"
# What is assigned, or passed to a function, and begins like a value.
_START = re.compile(
    r"""(?:(?<![\w$])\.?([A-Za-z_$][\w$.]{0,80})|\[["']([\w$-]{1,80})["']\])\s{0,20}(?:=(?!=)|\()\s{0,20}
    (?=[{\["'(]|JSON\.parse|decodeURI|function\b)""",
    re.VERBOSE,
)
_WRAPPED = re.compile(r"(?:JSON\.parse|decodeURIComponent|decodeURI|\(|\s){1,6}(?=[\"'`])")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*+"|\'(?:[^\'\\]|\\.)*+\'|`(?:[^`\\]|\\.)*+`', re.DOTALL)
# Angular writes its state with these in place of signs.
_SIGNS = {"&q;": '"', "&l;": "<", "&g;": ">", "&s;": "'", "&a;": "&"}
_SIGN = re.compile("&[qlgsa];")
_COMMENT = re.compile(r"^\s*<!--|-->\s*$")


class Found(NamedTuple):
    """A value of a script; place: what the value is assigned to, or the id of its script."""

    place: str
    value: Any


def values(
    tree: LexborHTMLParser, words: frozenset[str] = frozenset(), unread: list[str] | None = None
) -> Iterator[Found]:
    """Yield the values in the scripts of a page, in order; all work is bounded.

    words: parts of words, in small ASCII letters; a script with none of them is passed over.
    unread: takes the places of long values that are not readable.
    """
    budget = _Budget([] if unread is None else unread)
    pieces: list[str] = []
    for node in tree.css("script"):
        attributes = node.attributes
        kind = (attributes.get("type") or "").strip().lower()
        if "src" in attributes or "ld+json" in kind:
            continue
        is_code = kind in _CODE
        if not is_code and "json" not in kind:
            continue
        text = node.text_lexbor()
        if is_code and _PUSHES in text:
            pieces += _pushed(text, budget)
        elif len(text) < _SHORTEST or not _has_any(text, words):
            continue
        elif is_code:
            yield from _assigned(text, budget)
        else:
            place = attributes.get("id") or "script"
            if (value := _decode(text, budget)) is not None:
                yield Found(place, value)
            elif len(text) > _LONG:
                budget.unread.append(place)
    if pieces:
        yield Found(_PUSHES, payloads.rows(pieces))


def _pushed(text: str, budget: _Budget) -> Iterator[str]:
    """Yield the parts of a stream of React's rows that a script adds."""
    for _, value in _assigned(text, budget, shortest=0):
        if isinstance(value, list) and len(value) == 2 and isinstance(value[1], str):
            yield value[1]


def _has_any(text: str, words: frozenset[str]) -> bool:
    if not words:
        return True
    folded = text.lower()
    return any(word in folded for word in words)


class _Budget:
    """What may still be read of a page's scripts."""

    def __init__(self, unread: list[str]) -> None:
        self.unread = unread
        self.literals = _MOST_LITERALS
        self.tried = _MOST_TRIED
        self.values = _MOST_VALUES


def _decode(text: str, budget: _Budget) -> Any:
    """Return the value of a JSON script, or of a string that holds JSON; None for anything else."""
    text = _COMMENT.sub("", text).strip()
    if text.startswith(("%7B", "%5B")):
        text = unquote_url(text)
    if text.startswith("{&q;"):
        text = _SIGN.sub(lambda sign: _SIGNS[sign[0]], text)
    if not text.startswith(("{", "[", '"{', '"[')):
        return None
    try:
        value = DECODER.decode(text)
    except (ValueError, RecursionError):
        if budget.literals <= 0:
            return None
        try:
            value, end = literals.read(text[: budget.literals], 0)
        except literals.Unreadable as error:
            value, end = None, error.at
        budget.literals -= end
    if isinstance(value, str):
        return _decode(value, budget)
    return payloads.unflatten(value) if payloads.is_flat(value) else value


def _assigned(text: str, budget: _Budget, shortest: int = _SHORTEST) -> Iterator[Found]:
    """Yield the objects and lists that a script assigns or passes to a function."""
    at = 0
    while (start := _START.search(text, at)) and budget.values > 0 and budget.tried > 0:
        budget.values -= 1
        at = start.end()
        value, end = _value(text, at, budget)
        budget.tried -= end - at
        if isinstance(value, dict | list) and end - at >= shortest:
            place = _place(start)
            if isinstance(value, list) and payloads.is_flat(value):
                value = payloads.unflatten(value)
            yield Found(place, value)
        elif value is None and end - at > _LONG:
            budget.unread.append(_place(start))
        at = max(at, end if value is not None else at)


def _place(start: re.Match[str]) -> str:
    return (start[1] or start[2]).removeprefix("window.").removeprefix("self.")


def _value(text: str, at: int, budget: _Budget) -> tuple[Any, int]:
    """Return the value at an offset, None if it is not readable, and how far it was read."""
    if wrapped := _WRAPPED.match(text, at):
        at = wrapped.end()
    if text[at] in "\"'`":
        string = _STRING.match(text, at)
        if string is None:
            return None, len(text)
        is_long = string.end() - at >= _SHORTEST
        return (_decode(literals.unquote(string[0]), budget) if is_long else None), string.end()
    try:
        if text[at] in "{[":
            return DECODER.raw_decode(text, at)
    except (ValueError, RecursionError) as error:
        budget.tried -= max(0, getattr(error, "pos", len(text)) - at)
    if budget.literals <= 0:
        return None, at
    try:
        read = literals.read if text[at] in "{[" else literals.read_call
        value, end = read(text, at)
    except literals.Unreadable as error:
        value, end = None, error.at
    budget.literals -= end - at
    return value, end
