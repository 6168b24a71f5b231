"""JSON-LD as pages carry it: decoded as far as it can be, flattened to a list of objects."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

from copydesk.readers import repair
from copydesk.text import remove_invisible

Object = dict[str, Any]

ARTICLES = frozenset(
    "newsarticle analysisnewsarticle askpublicnewsarticle backgroundnewsarticle "
    "opinionnewsarticle reportagenewsarticle reviewnewsarticle liveblogposting article "
    "blogposting report techarticle scholarlyarticle satiricalarticle socialmediaposting "
    "advertisercontentarticle medicalscholarlyarticle".split()
)
"""Casefolded types of schema.org that are articles."""

RAW = 500
"""How many characters of a text are kept as it stood."""

_MOST_OBJECTS = 2000
_MOST_DIGITS = 18
_WRAPPER = re.compile(r"^\s*(?:<!--\s*)?(?:(?://|/\*)?\s*<!\[CDATA\[(?:\s*\*/)?)?")
_WRAPPER_END = re.compile(
    r"(?:(?://|/\*)?\s{0,8}\]\]>(?:\s{0,8}\*/)?)?\s{0,8}(?:(?://\s?)?-->)?\s{0,8}$"
)
# A string is taken whole, to the end of the text when it is never closed: one pass, no backtracking.
_COMMA = re.compile(r'("(?:[^"\\]|\\.)*+(?:"|\Z))|,(?=\s*+[}\]])', re.DOTALL)
_TAG = re.compile(
    r"</?(?:a|abbr|b|br|cite|div|em|font|h[1-6]|i|li|mark|p|q|s|small|span|strong|su[bp]|u|ul)"
    r"(?:\s[^<>]{0,300})?/?>",
    re.IGNORECASE,
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f\ud800-\udfff\ufffe\uffff]")


def _whole(digits: str) -> int | None:
    # Python refuses to read very long integers, and no count on a page is one.
    return int(digits) if len(digits) <= _MOST_DIGITS else None


def _no_constant(_: str) -> None:
    return None


_DECODER = json.JSONDecoder(strict=False, parse_int=_whole, parse_constant=_no_constant)


def decode(text: str) -> tuple[list[Object], str | None]:
    """The objects of a JSON-LD script, and a warning where it had to be repaired or gave nothing.

    Lists and `@graph` are flattened; an article that a page names as its main entity stands
    beside the page. Never raises; what decodes to no object gives an empty list.
    """
    try:
        values, note = _load(text)
    except RecursionError:
        return [], "JSON-LD is nested too deeply"
    objects: list[Object] = []
    for value in values:
        _flatten(value, objects)
    return objects, note


def values(text: str) -> list[Any]:
    """The value of a text that is JSON in itself; none where it is not."""
    try:
        return [_DECODER.decode(text)]
    except (ValueError, RecursionError):
        return []


def _load(text: str) -> tuple[list[Any], str | None]:
    try:
        return [_DECODER.decode(text)], None
    except ValueError as error:
        reason = str(error)
    bare = text.strip().lstrip("\ufeff")
    bare = _WRAPPER.sub("", bare[:40]) + bare[40:]
    bare = (bare[:-40] + _WRAPPER_END.sub("", bare[-40:])).strip()
    if not bare:
        return [], None
    if '"' not in bare and "&quot;" in bare:
        bare = unescape(bare)
    for text in (bare, _COMMA.sub(r"\1", bare)):
        values, whole = _values(text)
        if whole and values:
            return values, None
    # Reading on with repairs is a guess at what was meant, so the warning stays.
    return repair.read(bare), f"JSON-LD did not decode: {reason[:120]}"


def _values(text: str) -> tuple[list[Any], bool]:
    """The values that stand one after another at the start of a text, and whether they are all.

    What follows them and begins as no value is no JSON.
    """
    found: list[Any] = []
    position = 0
    while position < len(text) and text[position] in "{[" and len(found) < _MOST_OBJECTS:
        try:
            value, end = _DECODER.raw_decode(text, position)
        except ValueError:
            return found, False
        found.append(value)
        rest = text[end : end + 200]
        position = end + len(rest) - len(rest.lstrip(" \t\r\n;,"))
    return found, text.find("{", position) < 0


def _flatten(value: Any, objects: list[Object]) -> None:
    waiting = [value]
    while waiting and len(objects) < _MOST_OBJECTS:
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(reversed(value[:_MOST_OBJECTS]))
            continue
        if not isinstance(value, dict):
            continue
        inner = value.get("@graph")
        if inner is None or "@type" in value:
            objects.append(value)
        if isinstance(inner, dict | list):
            waiting.append(inner)
        for name in ("mainEntityOfPage", "mainEntity"):
            entity = value.get(name)
            if isinstance(entity, dict) and not ARTICLES.isdisjoint(types(entity)):
                waiting.append(entity)


def types(value: Object) -> list[str]:
    """The types of an object, casefolded, without the prefix of schema.org."""
    stated = value.get("@type")
    if isinstance(stated, str):
        return [_bare_type(stated)]
    if isinstance(stated, list):
        return [_bare_type(s) for s in stated if isinstance(s, str)]
    return []


def _bare_type(name: str) -> str:
    return name.rsplit("/", 1)[-1].rsplit("#", 1)[-1].removeprefix("schema:").strip().casefold()


def text_of(value: Any) -> str:
    """A value's text: entities resolved, also where escaped twice, white space folded.

    An object gives its `@value` or name, a list the text of its first item; anything else is "".
    """
    if isinstance(value, str):
        return clean(value)
    if not value:
        return ""
    for _ in range(3):
        if isinstance(value, list):
            value = value[0] if value else None
        elif isinstance(value, dict):
            value = value.get("@value") or value.get("name")
    return clean(value) if isinstance(value, str) else ""


def clean(text: str) -> str:
    """Fold the white space of a text, resolve what entities it still has, drop tags and controls."""
    if "&" in text:
        # The "&" of an address is mostly no entity's, and a second look would find none either.
        once = unescape(text)
        text = unescape(once) if once != text and "&" in once else once
    if "<" in text:
        text = _TAG.sub(" ", text)
    if not text.isprintable():
        text = remove_invisible(_CONTROL.sub("", text))
    return " ".join(text.split())


def paragraphs(text: str) -> str:
    """The words of a longer text, one line for each line that has any."""
    return "\n".join(line for part in text.splitlines() if (line := clean(part)))


def verbatim(text: str) -> str:
    """At most `RAW` characters of a text as it stood, fit to be written as UTF-8."""
    text = text[:RAW]
    return text if text.isascii() or text.isprintable() else _CONTROL.sub("", text)
