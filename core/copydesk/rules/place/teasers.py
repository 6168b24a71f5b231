"""Teasers: texts of which the crawl has no more than the summary before a link to the whole text."""

from __future__ import annotations

import re
from collections.abc import Iterable

from copydesk.model.draft import RuleId, Segment
from copydesk.rules import wording
from copydesk.rules.recognizers import Lines, SegmentPart
from copydesk.util.text import key

TEASER = RuleId("", "head.teaser")
"""The rule of the standfirst of a teaser, which has no body."""

_LAST_SENTENCE = re.compile(r"[.!?…。！？؟۔।][\"'”’»)]*\s*(?P<link>[^.!?…。！？؟۔।]{2,40})$")
_STOPS = ".!?…。！？؟۔।"
_SIGNS = " ()[]→»>"
_LONG_WORD = 8
_LEAST_WORDS = 8
_MOST_WORDS = 90


def cut_read_on(lines: Lines, index: int) -> bool:
    """Cut a link to the whole text from the end of a line: "... on Monday. Read more"."""
    segment = lines.segments[index]
    if segment.hint is not None or segment.text[-1] in _STOPS:
        return False
    found = _LAST_SENTENCE.search(segment.text[-60:])
    if found is None or not wording.is_read_on(key(link := found["link"])):
        return False
    if link.isascii() and " " not in link.strip(_SIGNS) and len(link.strip(_SIGNS)) < _LONG_WORD:
        # "More" can be a sentence.
        return False
    at = max(0, len(segment.text) - 60) + found.start("link")
    return lines.cut(index, [SegmentPart(0), SegmentPart(at, "page_furniture", "teaser.read_on")])


def decide_teaser(lines: Lines, _: int) -> None:
    """Decide the only sentences of a text as its standfirst if a link to the whole text follows.

    The lines below, down to the comments, belong to the page around it.
    """
    segments = lines.segments
    if lines.is_page:
        return
    links = (i for i, s in enumerate(segments) if i and wording.is_read_on(s.key))
    link = next((i for i in links if _is_summary(segments[i - 1])), None)
    if link is None:
        return
    comments = (i for i, s in enumerate(segments) if i > link and s.role.startswith("comment"))
    end = next(comments, len(segments))
    if any(s.prose and not s.role for i, s in enumerate(segments[:end]) if i != link - 1):
        return
    segments[link - 1].decide("standfirst", TEASER)
    for below in segments[link:]:
        if not below.role:
            below.decide("page_furniture", "teaser.below")


def is_teaser(segments: Iterable[Segment]) -> bool:
    """Whether a text has been found to be a teaser."""
    return any(segment.rule == TEASER for segment in segments)


def _is_summary(segment: Segment) -> bool:
    return not segment.role and not segment.bullet and _LEAST_WORDS <= segment.words <= _MOST_WORDS
