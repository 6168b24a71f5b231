"""The ranges of links and emphasis in a block's text."""

from __future__ import annotations

import re
from typing import Any

from copydesk.model.draft import Draft, Segment
from copydesk.util.urls import absolute

_MAIL = "mailto:"
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def ranges(draft: Draft, segment: Segment, shift: int = 0) -> list[dict[str, Any]]:
    """Return the record's ranges for a segment's text, the outer before the inner ones.

    shift: the offset of the segment's text in its block's text.
    """
    if segment.hint is None or not segment.hint.marked:
        return []
    marks = draft.marks.within(segment.start, segment.end)
    if not marks:
        return []
    text = segment.text
    raw = draft.text[segment.start : segment.end]
    offset = raw.find(text)
    table = _align(raw, text) if offset < 0 else None
    found: dict[tuple[int, int, str], dict[str, Any]] = {}
    for mark in marks:
        left, right = mark.start - segment.start, mark.end - segment.start
        if table is not None:
            left, right = table[left], table[right]
        elif offset:
            left, right = max(left - offset, 0), right - offset
        words = text[left:right]
        left += len(words) - len(words.lstrip())
        right = left + len(words.strip())
        if left >= right:
            continue
        href = _address(draft, mark.href) if mark.kind == "link" else None
        if href is None and mark.kind == "link" and not _is_unresolved(draft, mark.href):
            continue
        one = {"start": left + shift, "end": right + shift, "kind": mark.kind, "href": href}
        found.setdefault((left, right, mark.kind), one)
    # Clipped ranges may begin at one offset, with the longer one behind.
    return sorted(found.values(), key=_place) if len(found) > 1 else list(found.values())


def _place(one: dict[str, Any]) -> tuple[int, int]:
    return one["start"], -one["end"]


def _address(draft: Draft, href: str) -> str | None:
    href = href.strip()
    if href[: len(_MAIL)].lower() == _MAIL:
        return href if href.isprintable() else None
    return absolute(draft.base or draft.document.url, href)


def _is_unresolved(draft: Draft, href: str) -> bool:
    """Whether an address is relative, and the document's own is not known."""
    return (draft.base or draft.document.url) is None and not _SCHEME.match(href.strip())


def _align(raw: str, text: str) -> list[int]:
    """Return for each offset in a source text the one in the text that was made of it.

    The text lacks the list mark and the invisible characters of its source.
    """
    table = []
    at = 0
    for character in raw:
        table.append(at)
        if at < len(text) and (character == text[at] or (text[at] == " " and character.isspace())):
            at += 1
    table.append(at)
    return table
