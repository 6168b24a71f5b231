"""What a page prints about the authors of its story, inside or below it."""

from __future__ import annotations

from itertools import pairwise

from copydesk.model.draft import RuleId, Segment
from copydesk.model.roles import BODY
from copydesk.rules.recognizers import Lines
from copydesk.util.text import bare

AUTHOR_NOTE = RuleId("", "html.author_note")
"""The rule of paragraphs about an author of the story."""

_NAME_WORDS = 8
_MIN_WORDS = 6
_LAST = 2
_STORY = 3


def mark_author_boxes(lines: Lines, _: int) -> None:
    """Decide a paragraph about an author: below the name alone, or the last one of the story.

    Such a paragraph starts with the author's name, or with the first name below the whole one.
    """
    if not (names := _names(lines)):
        return
    body = [s for s in lines.segments if s.role in BODY and s.hint is not None]
    for segment, after in pairwise(body):
        first = names.get(bare(segment.text)) if segment.words <= _NAME_WORDS else None
        if first is not None and _starts_with(after, first):
            segment.decide("author_bio", AUTHOR_NOTE)
            after.decide("author_bio", AUTHOR_NOTE)
    if len(body) <= _STORY:
        return
    for segment in reversed(body[-_LAST:]):
        if any(_starts_with(segment, name) for name in names):
            segment.decide("author_bio", AUTHOR_NOTE)


def _names(lines: Lines) -> dict[str, str]:
    """The first names of the stated authors with two names or more, by their whole names."""
    metadata = lines.draft.metadata
    stated = metadata.statements["authors"] if metadata else []
    names = [str(person["name"] or "") for one in stated for person in one.value]
    return {bare(name): bare(name.split()[0]) for name in names if " " in name.strip()}


def _starts_with(segment: Segment, name: str) -> bool:
    """Whether a paragraph starts with a name that other words follow."""
    if segment.role != "paragraph" or segment.words < _MIN_WORDS:
        return False
    return bare(segment.text[: 2 * len(name) + 8]).startswith(name)
