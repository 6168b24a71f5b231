"""Third pass, second half: lines of plain text known by their place in head, body or tail."""

from __future__ import annotations

import re
from itertools import pairwise

from copydesk.model.draft import Draft, Segment
from copydesk.model.roles import REMOVED
from copydesk.rules import bylines, captions, wording
from copydesk.util.text import bare
from copydesk.util.urls import ascii_words

# Roles between headline and text: a sentence above one of these is not yet a paragraph.
_HEAD_FURNITURE = frozenset({"byline", "timestamp", "author_role", "reading_time"})
_LOOK_AHEAD = 4
_HEADING_WORDS = 18
_LABEL_WORDS = 4
_TIME_OF_DAY = re.compile(r"^\d{1,2}(?:[:.]\d{2})?\s?(?:[ap]\.?m\.?|uhr|h)$", re.IGNORECASE)


def place(draft: Draft, path_words: frozenset[str], slug: frozenset[str]) -> None:
    """Decide all remaining lines by their places."""
    segments = draft.segments
    captions.mark_above_credits(segments)
    first = _body_start(segments)
    _decide_head(segments, first, slug)
    last = _body_end(segments, first)
    _decide_body(segments, first, last)
    captions.mark_quoted_from_text(segments)
    _decide_tail(segments, last, path_words)
    captions.mark_duplicates(segments)
    for segment in segments:
        if not segment.role:
            segment.decide("list_item" if _is_item(segments, segment) else "paragraph", "tail.kept")


def _is_prose(segment: Segment) -> bool:
    if segment.role or segment.bullet or not segment.prose:
        return False
    # A short question or exclamation may be the headline.
    return segment.words > 18 or segment.text.rstrip("\"'”’»")[-1:] not in ("?", "!")


def _body_start(segments: list[Segment]) -> int:
    """The index of the first paragraph, after the byline, date and similar lines of the head."""
    start = 0
    weight = sum(len(s.text) for s in segments if _is_prose(s))
    before = 0
    while True:
        first = next((i for i in range(start, len(segments)) if _is_prose(segments[i])), None)
        if first is None:
            return _without_prose(segments, start)
        left = _LOOK_AHEAD
        passed = 0
        last_furniture = None
        for index in range(first, len(segments)):
            segment = segments[index]
            if segment.role in _HEAD_FURNITURE:
                last_furniture = index
                break
            if not segment.role:
                left -= 1
                passed += len(segment.text) if segment.prose else 0
                if left < 0:
                    break
        if last_furniture is None or before + passed > (weight - before - passed) * 0.5:
            return first
        before += passed
        start = last_furniture + 1


def _without_prose(segments: list[Segment], start: int) -> int:
    return next((i for i in range(start, len(segments)) if not segments[i].role), len(segments))


def _decide_head(segments: list[Segment], first: int, slug: frozenset[str]) -> None:
    if not any(_is_prose(s) for s in segments):
        return
    _decide_items(segments, first)
    head = [i for i in range(first) if not segments[i].role]
    at = _headline(segments, head, slug)
    if at is None:
        for index in head:
            if segments[index].prose:
                segments[index].decide("standfirst", "head.standfirst")
                break
        return
    headline = segments[at]
    headline.decide("headline", "head.headline")
    below = []
    for index in head:
        segment = segments[index]
        if segment.role:
            continue
        if index < at:
            _above_headline(segment)
        elif index > at and bare(segment.text) == bare(headline.text):
            segment.decide("duplicate_headline", "duplicate.headline")
        elif index > at:
            below.append(index)
    _below_headline(segments, below, first, headline)


def _decide_items(segments: list[Segment], first: int) -> None:
    for index, segment in enumerate(segments[:first]):
        if segment.role:
            continue
        if segment.words >= 4 and _is_item(segments, segment, index):
            segment.decide("list_item", "head.list_item")
        elif segment.text.isdigit():
            segment.decide("page_furniture", "head.number")


def _headline(segments: list[Segment], head: list[int], slug: frozenset[str]) -> int | None:
    lines = [i for i in head if not segments[i].prose or segments[i].text[-1] in "?!\"'”’»"]
    lines = [i for i in lines if not _is_section(segments[i])]
    for place, index in enumerate(lines):
        mine = bare(segments[index].text)
        for other in lines[place + 1 :]:
            # A path of sections that ends with the headline, or a page title that starts with it.
            theirs = bare(segments[other].text)
            if len(theirs) > 15 and theirs != mine and mine.endswith(theirs):
                segments[index].decide("breadcrumb", "breadcrumb.with_headline")
                return other
            if len(theirs) > 15 and theirs != mine and mine.startswith(theirs):
                segments[index].decide("duplicate_headline", "duplicate.page_title")
                return other
    best, most = None, 2
    for index in lines:
        words = {w for w in ascii_words(segments[index].text) if len(w) > 2}
        shared = len(words & slug)
        if shared > most and shared * 2 >= len(words):
            best, most = index, shared
    if best is not None:
        return best
    crumbs = {bare(s.data.get("text") or s.text) for s in segments if s.role == "breadcrumb"}
    for index in lines:
        if bare(segments[index].text) in crumbs:
            return index
    long = [i for i in lines if segments[i].words > 3 and not bylines.is_name(segments[i].text)]
    if long:
        return long[0]
    return lines[0] if lines and not bylines.is_name(segments[lines[0]].text) else None


def _above_headline(segment: Segment) -> None:
    if segment.words <= _LABEL_WORDS or _is_section(segment):
        segment.decide("section_label", "head.section_label")
    elif segment.prose:
        segment.decide("paragraph", "head.paragraph")
    else:
        segment.decide("section_label", "head.above_headline")


def _is_section(segment: Segment) -> bool:
    """Whether a line lists sections ("Sport | Football")."""
    parts = segment.text.split(" | ")
    return len(parts) > 1 and all(len(p.split()) <= 3 for p in parts)


def _below_headline(
    segments: list[Segment], lines: list[int], first: int, headline: Segment
) -> None:
    standfirst = False
    named = any(s.role == "byline" for s in segments[: first + 1])
    for index in lines:
        segment = segments[index]
        if segment.bullet:
            continue
        beside = {s.role for s in segments[max(0, index - 1) : index + 2]}
        if (
            (bylines.are_names(segment.text) or _is_desk(segment)) and beside & _HEAD_FURNITURE
        ) or (
            not named and bylines.are_names(segment.text) and not _shares_word(segment, headline)
        ):
            segment.decide("byline", "head.name", text=segment.text)
            named = True
        elif bylines.is_role(segment.text) and beside & {"byline"} and segment.words <= 6:
            segment.decide("author_role", "byline.role")
        elif not standfirst and segment.words > _LABEL_WORDS:
            standfirst = True
            segment.decide("standfirst", "head.standfirst")
        elif segment.prose:
            segment.decide("paragraph", "head.paragraph")
        elif index == first - 1:
            segment.decide("heading", "head.heading")


def _shares_word(segment: Segment, headline: Segment) -> bool:
    """Whether a line has a word of the headline, which kickers and captions have, not bylines."""
    return bool(set(ascii_words(segment.text)) & set(ascii_words(headline.text)))


def _is_desk(segment: Segment) -> bool:
    return segment.words <= 5 and bylines.is_desk(segment.text)


def _body_end(segments: list[Segment], first: int) -> int:
    last = first
    for index in range(first, len(segments)):
        segment = segments[index]
        if not segment.role and (segment.prose or (segment.bullet and segment.words > 1)):
            last = index
    return last


def _decide_body(segments: list[Segment], first: int, last: int) -> None:
    _join_continued(segments, first, last)
    for index in range(first, min(last + 1, len(segments))):
        segment = segments[index]
        if segment.role == "separator":
            inside = first < index < last
            segment.decide("divider" if inside else "separator", segment.rule)
        if segment.role:
            continue
        if _is_item(segments, segment, index):
            segment.decide("list_item", "body.list_item")
        elif segment.prose:
            segment.decide("paragraph", "body.paragraph")
        elif _is_heading(segments, index, last):
            segment.decide("heading", "body.heading")
        else:
            segment.decide("paragraph", "body.paragraph")


def _join_continued(segments: list[Segment], first: int, last: int) -> None:
    """Join a line that starts in lower case to the paragraph before it: a link was lost."""
    for index in range(first + 1, last + 2):
        if index >= len(segments):
            break
        this, before = segments[index], segments[index - 1]
        if this.role or this.bullet or before.bullet or not this.text[:2].islower():
            continue
        if before.role not in ("", "paragraph") or before.ends_sentence or before.text[-1] in ":;":
            continue
        if (
            not this.text[0].isalpha()
            or before.words < 4
            or not (before.prose or before.continues or this.ends_sentence)
        ):
            continue
        if not before.role:
            before.decide("paragraph", "body.paragraph")
        this.decide("paragraph", "join.lower_case")
        this.continues = True


def _is_item(segments: list[Segment], segment: Segment, index: int | None = None) -> bool:
    if not segment.bullet:
        return False
    if not segment.bullet[0].isdigit() and segment.bullet[0] != "(":
        return True
    index = segments.index(segment) if index is None else index
    number = _number(segment)
    around = segments[max(0, index - 2) : index] + segments[index + 1 : index + 3]
    return any(abs(_number(s) - number) == 1 for s in around if s.bullet and _number(s) >= 0)


def _number(segment: Segment) -> int:
    digits = "".join(c for c in segment.bullet if c.isdigit())
    return int(digits) if digits else -1


def _is_heading(segments: list[Segment], index: int, last: int) -> bool:
    segment = segments[index]
    if _TIME_OF_DAY.match(segment.text):
        return True
    if segment.ends_sentence and segment.text[-1] not in "?!":
        return False
    if segment.words > _HEADING_WORDS or len(segment.text) > 140 or segment.text[-1] == ":":
        return False
    after = next((s for s in segments[index + 1 : last + 2] if s.role not in _PASSED), None)
    if after is None or index == last:
        return False
    run = 1
    for other in segments[index + 1 : index + 3]:
        run += not other.role and not other.prose and not other.bullet
    return run < 3


_PASSED = frozenset({"caption", "credit", "duplicate_caption", "alt", "ad_marker", "related"})


def _decide_tail(segments: list[Segment], last: int, path_words: frozenset[str]) -> None:
    over = False
    authors = {bare(s.data.get("text") or s.text) for s in segments if s.role == "byline"}
    for index in range(last + 1, len(segments)):
        segment = segments[index]
        if segment.role:
            over = over or segment.role in REMOVED
            continue
        after = segments[index + 1] if index + 1 < len(segments) else None
        if segment.text.isdigit():
            segment.decide("page_furniture", "tail.number")
        elif bare(segment.text) in authors:
            segment.decide("author_bio", "tail.author")
        elif (
            after is not None
            and not after.role
            and bylines.is_role(after.text)
            and bylines.is_name(segment.text)
        ):
            segment.decide("byline", "tail.name", text=segment.text)
            after.decide("author_role", "byline.role")
        elif _is_glued_tags(segment):
            segment.decide("topic_tags", "tail.glued")
        elif (
            segment.words <= 2
            and ascii_words(segment.text)
            and path_words.issuperset(ascii_words(segment.text))
        ):
            segment.decide("section_label", "tail.section")
        elif over and not segment.ends_sentence:
            # The story ends where the outlet's own text starts.
            segment.decide("page_furniture", "tail.furniture")


def _is_glued_tags(segment: Segment) -> bool:
    """Whether a line is topic names without spaces, as crawls have them from topic buttons."""
    if segment.ends_sentence or segment.words > 12 or segment.bullet:
        return False
    text = segment.text
    glued = sum(a.islower() and b.isupper() for a, b in pairwise(text))
    if glued and glued * 6 >= segment.words:
        return True
    label = wording.label(re.sub(r"(?<=^[A-Z]\w{3})(?=[a-zà-ÿ])", " ", text))
    return segment.words == 1 and label is not None and label.kind == "topic_tags"
