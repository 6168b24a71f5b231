"""Readers' comments by their repetition: name, date, text and maybe a button, again and again."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from copydesk.dates.printed_dates import find_stamps
from copydesk.model.draft import Segment
from copydesk.rules import wording
from copydesk.rules.comments import SECTION
from copydesk.rules.place.shapes import LONG_WORDS, is_story_sentence
from copydesk.rules.recognizers import Lines
from copydesk.util.text import bare

_NUMBER = re.compile(r"^\d{1,3}[.)]\s")
_COUNT = re.compile(r"\d{1,4}(?=\s)")
_NAME_WORDS = 4
_DATED_WORDS = 12
_BUTTON_WORDS = 5
_LABEL_LINES = 2
# Lines of a comment that no button ends.
_TEXT_LINES = 6
# Comments are below each other, with so many lines in one at most.
_MOST_LINES = 24
_LEAST = 2
# So many readers, each with a relative time, need no button.
_MANY = 4
# Comments have so many times the characters of the story at most.
_MOST_SHARE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opening:
    """The first lines of a comment.

    start: index of the first one. body: index of the first line of its text.
    name, when: as printed.
    relative: whether the time is relative, as in "3 days ago".
    """

    start: int
    body: int
    name: str
    when: str
    relative: bool


def claim_runs(lines: Lines, _: int) -> None:
    """Claim comments that no label or verb marks, by name, date, text and button in a row."""
    segments = lines.segments
    if lines.is_page or any(s.role == "comment" for s in segments):
        return
    story = next(
        (i for i, s in enumerate(segments) if is_story_sentence(s, LONG_WORDS)), len(segments)
    )
    found = [o for i in range(story + 1, len(segments)) if (o := _opening(segments, i))]
    found = [o for i, o in enumerate(found) if not i or o.start > found[i - 1].start + 1]
    found = found[_last_run(found) :]
    if not found:
        return
    buttons = _buttons(segments[found[0].start :])
    ends = [o.start for o in found[1:]]
    ends.append(_end(segments, found[-1].body, buttons))
    if not _are_comments(segments, found, ends, buttons):
        return
    _claim_count(segments[found[0].start - 1], len(found))
    for item, (opening, end) in enumerate(zip(found, ends, strict=True)):
        _claim(segments, opening, end, item, buttons)


def _last_run(found: list[_Opening]) -> int:
    """Where the last openings start that are below each other."""
    far = (i for i, (a, b) in enumerate(pairwise(found), 1) if b.start - a.start > _MOST_LINES)
    return max(far, default=0)


def _are_comments(
    segments: list[Segment], found: list[_Opening], ends: list[int], buttons: frozenset[str]
) -> bool:
    """Whether a label is above the run, several have the same button, or many a relative time.

    A live report has the form of comments, but is most of its text.
    """
    start = found[0].start
    above = sum(len(s.text) for s in segments[:start] if s.prose and not s.role)
    parts = [segments[o.body : end] for o, end in zip(found, ends, strict=True)]
    own = sum(len(s.text) for part in parts for s in part if bare(s.text) not in buttons)
    if own > above * _MOST_SHARE:
        return False
    if _is_labelled(segments, start):
        return True
    names = len({o.name for o in found})
    if own > above or names == 1:
        return False
    closed = sum(any(bare(s.text) in buttons for s in part) for part in parts)
    return closed >= _LEAST or (names >= _MANY and all(o.relative for o in found))


def _opening(segments: list[Segment], index: int) -> _Opening | None:
    """The first lines of a comment, if a line has its date."""
    segment = segments[index]
    if segment.role not in ("", "timestamp") or segment.words > _DATED_WORDS:
        return None
    if (segment.prose and segment.role == "") or index + 1 >= len(segments):
        return None
    stamps = find_stamps(segment.text)
    if segment.bullet and stamps and stamps[0].start:
        # The mark of a list, not the day of "8. März".
        return None
    if not stamps:
        return None
    before = segment.text[: stamps[0].start].strip(" ,·•|–—-:(")
    when = segment.text[stamps[0].start : stamps[-1].end]
    opening = partial(_Opening, body=index + 1, when=when, relative=stamps[0].age is not None)
    if _is_name(before):
        return opening(start=index, name=before)
    above = segments[index - 1]
    name = _NUMBER.sub("", above.text)
    marked = above.bullet and name == above.text
    if above.role in ("", "byline") and not marked and _is_name(name):
        return opening(start=index - 1, name=name)
    return None


def _is_name(text: str) -> bool:
    """Whether a text can be what a reader calls himself."""
    words = text.split()
    if not words or len(words) > _NAME_WORDS or not any(map(str.isalpha, text)):
        return False
    return not wording.is_wording(text) and wording.label(text) is None and text[-1] not in "?!:;"


def _buttons(segments: list[Segment]) -> frozenset[str]:
    """Short lines printed again and again, such as "Reply"."""
    short = (s for s in segments if s.words <= _BUTTON_WORDS and not s.ends_sentence)
    counted = Counter(bare(s.text) for s in short if not find_stamps(s.text))
    return frozenset(t for t, n in counted.items() if n >= _LEAST)


def _end(segments: list[Segment], body: int, buttons: frozenset[str]) -> int:
    """The index behind the last comment: behind its button, or where other lines begin."""
    last = min(len(segments), body + _TEXT_LINES)
    for index in range(body, min(len(segments), body + _MOST_LINES)):
        segment = segments[index]
        if bare(segment.text) in buttons:
            return index + 1
        if segment.role or wording.line_kind(segment.key):
            return min(index, last)
    return last


def _is_labelled(segments: list[Segment], start: int) -> bool:
    above = segments[max(0, start - _LABEL_LINES) : start]
    return any(wording.line_kind(s.key) in SECTION or s.role in SECTION for s in above)


def _claim_count(segment: Segment, count: int) -> None:
    """Claim the line above the comments that has their number: "2 responses to ..."."""
    number = _COUNT.match(segment.text)
    if number and not segment.role and not segment.ends_sentence and int(number[0]) == count:
        segment.decide("comment_count", "comments.run", count=number[0])


def _claim(
    segments: list[Segment], opening: _Opening, end: int, item: int, buttons: frozenset[str]
) -> None:
    number, rule = str(item), "comments.run"
    author = segments[opening.start]
    author.decide("comment_author", rule, item=number, name=opening.name, when=opening.when)
    for segment in segments[opening.start + 1 : opening.body]:
        segment.decide("comment_meta", rule, item=number, when=opening.when)
    for segment in segments[opening.body : end]:
        if bare(segment.text) in buttons or wording.line_kind(segment.key):
            segment.decide("comment_chrome", rule)
        else:
            segment.decide("comment", rule, item=number)
