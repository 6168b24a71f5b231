"""Inline markup of a page's text, by its place in the visible text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple


class Mark(NamedTuple):
    """A link or emphasis.

    start, end: of its text; what they count is said where marks are listed.
    kind: "link", "emphasis", "strong" or "code".
    href: the address of a link as the page has it, "" for the others.
    """

    start: int
    end: int
    kind: str
    href: str


Marked = tuple[Sequence[str], Sequence[tuple[int, int, str, str]]]
"""One run of text: its pieces before white space is folded, and its marks in the order of their
ends. A mark is a plain tuple here, which is faster: its first piece, the piece after its last one,
kind and href."""


class InlineMarks:
    """The marks of a document; they are located only where an article's text is read."""

    __slots__ = ("_ends", "_runs", "_starts")

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._runs: list[Marked] = []

    def add(self, start: int, end: int, run: Marked) -> None:
        """Add a run, in document order; start, end: its offsets in the visible text."""
        self._starts.append(start)
        self._ends.append(end)
        self._runs.append(run)

    def within(self, start: int, end: int) -> list[Mark]:
        """Return the marks inside a stretch of one run, clipped, the outer before the inner ones.

        start, end: offsets in the visible text, as those of the marks.
        """
        at = bisect_right(self._starts, start) - 1
        if at < 0 or self._ends[at] <= start:
            return []
        offset = self._starts[at]
        found = []
        for mark in _locate(self._runs[at]):
            left, right = max(mark.start + offset, start), min(mark.end + offset, end)
            if left < right:
                found.append(Mark(left, right, mark.kind, mark.href))
        return found


def _locate(run: Marked) -> list[Mark]:
    """Return the marks of a run with offsets in its folded text, the outer before the inner ones."""
    pieces, marks = run
    starts, ends = _offsets(pieces)
    found = [Mark(starts[first], ends[last], kind, href) for first, last, kind, href in marks]
    if len(found) > 1:
        found.reverse()
        found.sort(key=lambda mark: (mark.start, -mark.end))
    return found


def _offsets(pieces: Sequence[str]) -> tuple[list[int], list[int]]:
    """Return where marks of a piece start and end in the folded text, one entry more than pieces.

    A mark starts at the first character from its piece on, and ends with the text before a piece.
    """
    starts = [0] * (len(pieces) + 1)
    ends = [0]
    size, spaced, waiting = 0, False, 0
    for index, piece in enumerate(pieces):
        folded = " ".join(piece.split())
        if folded:
            first = size + (size > 0 and (spaced or piece[0].isspace()))
            starts[waiting : index + 1] = [first] * (index + 1 - waiting)
            waiting = index + 1
            size = first + len(folded)
            spaced = piece[-1].isspace()
        else:
            spaced = spaced or bool(piece)
        ends.append(size)
    starts[waiting:] = [size] * (len(starts) - waiting)
    return starts, ends
