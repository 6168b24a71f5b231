"""Lines printed again: captions printed twice, and marks between the paragraphs."""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import pairwise

from copydesk.model.draft import Segment
from copydesk.model.roles import REMOVED
from copydesk.rules.place.shapes import LONG_WORDS, is_sentence
from copydesk.rules.recognizers import Lines
from copydesk.util.text import bare

_MARK_WORDS = 10
_CAPTION_WORDS = 9
# Characters at the start that already tell most lines apart, and letters among them to compare.
_START = 24
_COMPARED = 8
# Behind a caption printed again: a credit or the words of a button, without a gap.
_ADDED = 40
_FEW_SENTENCES = 3
_UNTOLD = frozenset(("", "caption"))
_CUT_OFF = re.compile(r"(?P<start>.+?)\s?(?:\.\.\.|…)\W*\w{0,12}\W*")


def mark_twins(lines: Lines, _: int) -> None:
    """Decide a long line printed twice in a row as a caption, and its second printing.

    No story says a thing twice in a row, but pages print a caption for the eye and for machines.
    """
    segments = lines.segments
    if lines.is_page:
        return
    found = [(one, two) for one, two in pairwise(segments) if _are_twins(one, two)]
    if not found:
        return
    twins = {id(s) for pair in found for s in pair}
    others = sum(is_sentence(s) and s.words >= LONG_WORDS and id(s) not in twins for s in segments)
    if others < _FEW_SENTENCES:
        return
    for one, two in found:
        first, again = (two, one) if _is_cut_off(one, two) else (one, two)
        if first.role != "duplicate_caption":
            first.decide("caption", "caption.printed_twice")
        again.decide("duplicate_caption", "duplicate.caption")


def _are_twins(one: Segment, two: Segment) -> bool:
    if one.role not in _UNTOLD or two.role not in _UNTOLD or one.words < _CAPTION_WORDS:
        return False
    if bare(one.text[:_START])[:_COMPARED] != bare(two.text[:_START])[:_COMPARED]:
        return False
    if one.role or two.role:
        # A line above a credit, and the same one whole.
        return one.role != two.role and (_is_cut_off(one, two) or _is_cut_off(two, one))
    mine, other = one.text.casefold(), two.text.casefold()
    if one.words >= LONG_WORDS and bare(mine) == bare(other):
        return True
    added = other.removeprefix(mine)
    # A story may go on with the same words; a credit is glued to them.
    return 0 < len(added) <= _ADDED and len(added) < len(other) and added[0] != " "


def _is_cut_off(segment: Segment, other: Segment) -> bool:
    """Whether a line breaks off in dots, before a button such as "more", and the other goes on."""
    found = _CUT_OFF.fullmatch(segment.text)
    if found is None or found["start"].count(" ") + 1 < _CAPTION_WORDS:
        return False
    start = bare(found["start"])
    whole = bare(other.text)
    return len(whole) > len(start) and whole.startswith(start)


def mark_between(lines: Lines, _: int) -> None:
    """Decide a short line that stands again and again between paragraphs.

    A subheading printed again stands below others; a mark has only sentences around it.
    """
    if lines.is_page:
        return
    segments = lines.segments
    places: dict[str, list[int]] = defaultdict(list)
    for index in range(lines.first + 1, len(segments) - 1):
        segment = segments[index]
        if segment.role or segment.bullet or segment.words > _MARK_WORDS or is_sentence(segment):
            continue
        if mine := bare(segment.text):
            places[mine].append(index)
    for found in places.values():
        if len(found) > 1 and all(_only_sentences(segments, a, b) for a, b in pairwise(found)):
            if not is_sentence(segments[found[0] - 1]) or segments[found[0]].text[-1] == ":":
                continue
            for index in found:
                segments[index].decide("page_furniture", "repeat.between")


def _only_sentences(segments: list[Segment], start: int, end: int) -> bool:
    between = segments[start + 1 : end]
    return bool(between) and all(is_sentence(s) or s.role in REMOVED for s in between)
