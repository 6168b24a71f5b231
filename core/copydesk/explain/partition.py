"""The partition of a document: which role and field every character has."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Literal, TypedDict

from copydesk.model.draft import Draft, Segment
from copydesk.util.text import unspaced

Group = Literal["body", "field", "removed", "furniture"]
"""Destination of a stretch: the body, another field, or removed; "furniture" is removed text of the
page around the article."""

SIGNS: dict[Group, str] = {"body": "=", "field": "+", "removed": "-", "furniture": "-"}
"""The sign printed for each group."""


class Stretch(TypedDict):
    """One stretch of the visible text: offsets in code points, its role, rule and record field.

    field is None for what was removed.
    """

    start: int
    end: int
    role: str
    rule: str
    field: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Totals of one group, role and field; characters are counted without white space."""

    group: Group
    role: str
    field: str | None
    stretches: int
    characters: int


def stretch(segment: Segment) -> Stretch:
    """Return a segment as a stretch of the partition."""
    return {
        "start": segment.start,
        "end": segment.end,
        "role": segment.role,
        "rule": str(segment.rule),
        "field": segment.field,
    }


def partition(draft: Draft) -> list[Stretch]:
    """Return the stretches of a draft's visible text, without the white space between them."""
    return [stretch(segment) for segment in draft.segments]


def group(one: Stretch) -> Group:
    """Return the destination of a stretch."""
    if one["field"] is None:
        return "furniture" if one["role"] == "page_furniture" else "removed"
    return "body" if one["field"] == "body" else "field"


def entries(text: str, stretches: list[Stretch]) -> list[Entry]:
    """Return the totals: the body first, removed text last, the largest first in each group."""

    def heading(one: Stretch) -> tuple[Group, str, str]:
        return group(one), one["role"], one["field"] or ""

    found = []
    for (where, role, field), same in groupby(sorted(stretches, key=heading), heading):
        counts = [visible(text[s["start"] : s["end"]]) for s in same]
        found.append(
            Entry(
                group=where,
                role=role,
                field=field or None,
                stretches=len(counts),
                characters=sum(counts),
            )
        )
    order = list(SIGNS)
    return sorted(found, key=lambda e: (order.index(e.group), -e.characters, e.role, e.field or ""))


def visible(text: str) -> int:
    """Count the characters of a text without white space."""
    return len(unspaced(text))


def faults(text: str, stretches: list[Stretch]) -> list[str]:
    """Return the errors of a partition: characters in no stretch, or in two."""
    found = []
    done = 0
    for one in stretches:
        start, end = one["start"], one["end"]
        if start < done:
            found.append(f"characters {start} to {min(done, end)} are in two segments")
        if gap := text[done:start].strip():
            found.append(f"characters {done} to {start} are in no segment: {gap[:40]!r}")
        done = max(done, end)
    if gap := text[done:].strip():
        found.append(f"characters {done} to {len(text)} are in no segment: {gap[:40]!r}")
    return found
