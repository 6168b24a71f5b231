"""The ledger: where every character of a document went."""

from __future__ import annotations

from typing import TypedDict

from copydesk.draft import Draft


class Stretch(TypedDict):
    """One stretch of the visible text: offsets in code points, its role, rule and record field.

    field is None for what was removed.
    """

    start: int
    end: int
    role: str
    rule: str
    field: str | None


def partition(draft: Draft) -> list[Stretch]:
    """The partition of a draft's visible text, in order; white space between is in no stretch."""
    return [
        {"start": s.start, "end": s.end, "role": s.role, "rule": s.rule, "field": s.field}
        for s in draft.segments
    ]


def faults(text: str, stretches: list[Stretch]) -> list[str]:
    """What breaks the partition: characters in no stretch, or in two. Empty when it holds."""
    found = []
    done = 0
    for stretch in stretches:
        start, end = stretch["start"], stretch["end"]
        if start < done:
            found.append(f"characters {start} to {min(done, end)} are in two segments")
        if gap := text[done:start].strip():
            found.append(f"characters {done} to {start} are in no segment: {gap[:40]!r}")
        done = max(done, end)
    if gap := text[done:].strip():
        found.append(f"characters {done} to {len(text)} are in no segment: {gap[:40]!r}")
    return found
