"""JSON-LD of pages, decoded as far as possible and flattened to a list of objects."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

from copydesk.model.metadata import CONTROL
from copydesk.model.notices import Notice, NoticeCode
from copydesk.readers.metadata import json_repair
from copydesk.util.text import fold, remove_invisible

Object = dict[str, Any]

RANKS: dict[str, int] = {
    name: rank
    for rank, names in enumerate(
        (
            "newsarticle analysisnewsarticle askpublicnewsarticle backgroundnewsarticle "
            "opinionnewsarticle reportagenewsarticle reviewnewsarticle liveblogposting",
            "article blogposting report techarticle scholarlyarticle satiricalarticle "
            "socialmediaposting advertisercontentarticle medicalscholarlyarticle",
            "videoobject imagegallery mediagallery recipe howto review podcastepisode audioobject",
            "webpage itempage creativework qapage medicalwebpage",
        )
    )
    for name in names.split()
}
"""Casefolded schema.org type -> how well it describes an article, 0 being best."""

ARTICLES = frozenset(name for name, rank in RANKS.items() if rank < 2)
"""Casefolded schema.org types of articles."""

_MAX_OBJECTS = 2000
_MAX_DIGITS = 18
_WRAPPER = re.compile(r"^\s*(?:<!--\s*)?(?:(?://|/\*)?\s*<!\[CDATA\[(?:\s*\*/)?)?")
_WRAPPER_END = re.compile(
    r"(?:(?://|/\*)?\s{0,8}\]\]>(?:\s{0,8}\*/)?)?\s{0,8}(?:(?://\s?)?-->)?\s{0,8}$"
)
# A string is matched whole, to the end of the text if unclosed: one pass without backtracking.
_COMMA = re.compile(r'("(?:[^"\\]|\\.)*+(?:"|\Z))|,(?=\s*+[}\]])', re.DOTALL)
_TAG = re.compile(
    r"</?(?:a|abbr|b|br|cite|div|em|font|h[1-6]|i|li|mark|p|q|s|small|span|strong|su[bp]|u|ul)"
    r"(?:\s[^<>]{0,300})?/?>",
    re.IGNORECASE,
)


def _parse_int(digits: str) -> int | None:
    # Python refuses to parse very long integers, and counts on pages are never that long.
    return int(digits) if len(digits) <= _MAX_DIGITS else None


def _ignore_constant(_: str) -> None:
    return None


DECODER = json.JSONDecoder(strict=False, parse_int=_parse_int, parse_constant=_ignore_constant)
"""A decoder of JSON as pages have it, with line breaks in strings and numbers of any length."""


def decode(text: str) -> tuple[list[Object], Notice | None]:
    """Decode the objects of a JSON-LD script; a warning tells of repairs or undecodable JSON.

    Lists and `@graph` are flattened; an article that is the main entity of a page object is listed
    beside it. Never raises; a script without objects gives an empty list.
    """
    try:
        values, note = _load(text)
    except RecursionError:
        return [], Notice(NoticeCode.JSON_LD_INVALID, None, "JSON-LD is nested too deeply")
    objects: list[Object] = []
    for value in values:
        _flatten(value, objects)
    return objects, note


def parse_values(text: str) -> list[Any]:
    """Decode a text that is itself JSON, as a list of one value; empty if it is not JSON."""
    try:
        return [DECODER.decode(text)]
    except (ValueError, RecursionError):
        return []


def _load(text: str) -> tuple[list[Any], Notice | None]:
    try:
        return [DECODER.decode(text)], None
    except ValueError as error:
        problem = str(error)
    bare = text.strip().lstrip("\ufeff")
    bare = _WRAPPER.sub("", bare[:40]) + bare[40:]
    bare = (bare[:-40] + _WRAPPER_END.sub("", bare[-40:])).strip()
    if not bare:
        return [], None
    if '"' not in bare and "&quot;" in bare:
        bare = unescape(bare)
    for text in (bare, _COMMA.sub(r"\1", bare)):
        values, whole = _leading_values(text)
        if whole and values:
            return values, None
    # The repair guesses what was meant, so the warning stays.
    message = f"JSON-LD is invalid: {problem[:120]}"
    return json_repair.read(bare), Notice(NoticeCode.JSON_LD_INVALID, None, message)


def _leading_values(text: str) -> tuple[list[Any], bool]:
    """Decode the values in a row at the start of a text; also return whether nothing else follows.

    Text after them that does not look like a value is ignored.
    """
    found: list[Any] = []
    position = 0
    while position < len(text) and text[position] in "{[" and len(found) < _MAX_OBJECTS:
        try:
            value, end = DECODER.raw_decode(text, position)
        except ValueError:
            return found, False
        found.append(value)
        rest = text[end : end + 200]
        position = end + len(rest) - len(rest.lstrip(" \t\r\n;,"))
    return found, text.find("{", position) < 0


def _flatten(value: Any, objects: list[Object]) -> None:
    waiting = [value]
    while waiting and len(objects) < _MAX_OBJECTS:
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(reversed(value[:_MAX_OBJECTS]))
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
    """Return the casefolded types of an object, without the schema.org prefix."""
    stated = value.get("@type")
    if isinstance(stated, str):
        return [_bare_type(stated)]
    if isinstance(stated, list):
        return [_bare_type(s) for s in stated if isinstance(s, str)]
    return []


def _bare_type(name: str) -> str:
    return name.rsplit("/", 1)[-1].rsplit("#", 1)[-1].removeprefix("schema:").strip().casefold()


def text_of(value: Any) -> str:
    """Return a value's text with entities resolved, even if escaped twice, and white space folded.

    An object gives its `@value` or name, a list the text of its first item, anything else "".
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
    """Fold white space, resolve remaining entities, and drop tags and control characters."""
    if "&" in text:
        # If nothing was resolved, as with the "&" of most URLs, a second pass finds nothing too.
        once = unescape(text)
        text = unescape(once) if once != text and "&" in once else once
    if "<" in text:
        text = _TAG.sub(" ", text)
    folded = fold(text)
    return folded if folded.isprintable() else fold(remove_invisible(CONTROL.sub("", text)))


def paragraphs(text: str) -> str:
    """Clean each line of a longer text and drop empty ones."""
    return "\n".join(line for part in text.splitlines() if (line := clean(part)))
