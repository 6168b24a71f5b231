"""Code between the paragraphs of a plain text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from copydesk.model.draft import Segment
from copydesk.readers.prose import is_code

RULE = "text.code"
"""The rule of lines of code."""

# What code has besides statements: brackets, comments, chained calls, entries in quotes.
_BETWEEN = re.compile(
    r"[\s\])}>({\[<;,]+|//.*|/\*.*|\*/|#\s?include\b.*|[.\w]+\(.*[);,({]|[\"'][^\"']+[\"'](?:\s*[:,].*)?"
)
_OPENING = frozenset("\"'/*#")
_SIGNS = frozenset("{}()[]<>=;")
# What code has and the items of a list, which may end in semicolons, have not.
_MARKED = re.compile(r"\w\(|[{}\[\]]|</?[A-Za-z!?]|=>|->|==|::")
_LEAST = 3
_MARKED_LINES = 2


def mark(segments: Sequence[Segment]) -> None:
    """Decide runs of three or more lines that are code, at least half of them statements."""
    start = 0
    kinds = [*map(_kind, segments), ""]
    for index, kind in enumerate(kinds):
        if kind:
            continue
        run = segments[start:index]
        if len(run) >= _LEAST and kinds[start:index].count("statement") * 2 >= len(run):
            if sum(_MARKED.search(s.text) is not None for s in run) >= _MARKED_LINES:
                for segment in run:
                    segment.decide("code", RULE)
        start = index + 1


def _kind(segment: Segment) -> str:
    """What a line is: a "statement", "between" statements, or "" for no code."""
    text = segment.text
    if segment.role or segment.bullet or (segment.prose and segment.ends_sentence):
        return ""
    if _SIGNS.isdisjoint(text) and not text[0].islower() and text[0] not in _OPENING:
        return ""
    if is_code(text):
        return "statement"
    return "between" if _BETWEEN.fullmatch(text) else ""
