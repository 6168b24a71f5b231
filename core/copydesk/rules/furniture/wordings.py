"""Lines of fixed wordings, whatever their place."""

from __future__ import annotations

import re

from copydesk.rules import wording
from copydesk.rules.place.shapes import count_glued
from copydesk.rules.recognizers import Lines, SegmentPart

_ALNUM = re.compile(r"[^\W_]")
_GLUED_WORDS = 24
# The labels of a form's fields are no lines of their own.
_FIELD = "comment_field"
ROLES = tuple(kind for kind in wording.LINE_KINDS if kind != _FIELD)
"""Roles of lines that are a wording as a whole."""


def cut_run_together(lines: Lines, index: int) -> bool:
    """Cut fixed wordings that run together: "rulesNo comments"."""
    segment = lines.segments[index]
    if segment.words > _GLUED_WORDS or not count_glued(segment) or not segment.key:
        return False
    cuts = wording.run_together(segment.text)
    return bool(cuts) and lines.cut(index, [SegmentPart(0), *map(SegmentPart, cuts)])


def decide_separator(lines: Lines, index: int) -> bool:
    """Decide a line without letters and digits."""
    segment = lines.segments[index]
    if segment.key or _ALNUM.search(segment.text):
        return False
    return lines.decide(index, "separator", "shape.separator")


def decide_wording(lines: Lines, index: int) -> bool:
    """Decide a line that is a fixed wording as a whole."""
    segment = lines.segments[index]
    kind = wording.line_kind(segment.key)
    if not kind or kind == _FIELD:
        return False
    return lines.decide(index, kind, f"wording.{kind}")


def decide_opening(lines: Lines, index: int) -> bool:
    """Decide a promotion or notice by its first words."""
    segment = lines.segments[index]
    if not (kind := wording.opening_kind(segment)):
        return False
    return lines.decide(index, kind, f"opening.{kind}")
