"""The body: headings, items, quotations and paragraphs, and what the markup leaves out."""

from __future__ import annotations

import re

from copydesk.model.draft import Segment
from copydesk.rules.place.links import LINKED_HEADING
from copydesk.rules.place.shapes import count_glued
from copydesk.rules.recognizers import Lines

BLOCKS = frozenset("p li blockquote td th pre".split())
"""Elements of paragraphs and the like."""

_BODY_TAGS = {
    "li": "list_item",
    "blockquote": "quote",
    "pre": "code",
    "td": "table_cell",
    "th": "table_cell",
}
# Verdicts of blocks around text; a summary of several paragraphs is the start of the text.
_TEXT_VERDICTS = frozenset(("", "standfirst", "summary", "headline", "tags"))
_LONG_WORDS = 25
_SCRAP_WORDS = 16
_HEADING_WORDS = 18
_UNSTOPPED_WORDS = 8
_HEADING = 140
_TIME_OF_DAY = re.compile(r"^\d{1,2}(?:[:.]\d{2})?\s?(?:[ap]\.?m\.?|uhr|h)$", re.IGNORECASE)
_PASSED = frozenset({"caption", "credit", "duplicate_caption", "alt", "ad_marker", "related"})


def mark_continued(lines: Lines, _: int) -> None:
    """Decide lines that continue the paragraph before them, as crawls lose links.

    Lines of marks between parts of the text become dividers.
    """
    segments, first = lines.segments, lines.first
    body = [i for i in range(first, len(segments)) if _is_body(segments[i])]
    last = lines.last = body[-1] if body else first
    for index, segment in enumerate(segments):
        if segment.role == "separator" and first < index < last and _is_divider(segment):
            segment.decide("divider", segment.rule)
        elif segment.continues and not segment.role:
            segment.decide("paragraph", "html.joined")
        elif first < index <= last + 1 and _continues(segment, segments[index - 1]):
            if not segments[index - 1].role:
                segments[index - 1].decide("paragraph", "body.paragraph")
            segment.decide("paragraph", "join.lower_case")
            segment.continues = True


def _is_body(segment: Segment) -> bool:
    if segment.role or (segment.hint is not None and segment.hint.area != "body"):
        return False
    return segment.prose or (segment.bullet != "" and segment.words > 1)


def _is_divider(segment: Segment) -> bool:
    hint = segment.hint
    if hint is None:
        return True
    return (
        hint.area == "body" and hint.tag == "p" and len(segment.text) > len(set(segment.text)) == 1
    )


def _continues(segment: Segment, before: Segment) -> bool:
    if segment.hint is not None or segment.role or segment.bullet or before.bullet:
        return False
    if not segment.text[:2].islower() or not segment.text[0].isalpha():
        return False
    if before.role not in ("", "paragraph") or before.ends_sentence or before.text[-1] in ":;":
        return False
    return before.words >= 4 and (before.prose or before.continues or segment.ends_sentence)


def decide_outside(lines: Lines, index: int) -> bool:
    """Decide what the markup has outside the text, and scraps between headline and text."""
    segment = lines.segments[index]
    hint = segment.hint
    if hint is None:
        return False
    if hint.area == "body":
        if index >= lines.first or hint.tag in BLOCKS or hint.level or segment.ends_sentence:
            return False
        if segment.words >= _SCRAP_WORDS or hint.verdict == "byline":
            return False
        segment.decide("page_furniture", "html.head")
        return True
    below_headline = lines.headline is not None and index > lines.headline
    if hint.area == "head" and below_headline and _is_text(segment):
        return False
    segment.decide("page_furniture", f"html.{hint.area}")
    return True


def _is_text(segment: Segment) -> bool:
    """Whether a segment above the body looks like a paragraph of it."""
    hint = segment.hint
    assert hint is not None
    if not segment.prose or hint.linked >= 0.3 or hint.verdict not in _TEXT_VERDICTS:
        return False
    return hint.tag in ("p", "blockquote") or (segment.words >= _LONG_WORDS and not hint.level)


def decide_note(lines: Lines, index: int) -> bool:
    """Decide notes of the editors by the class name of their block."""
    segment = lines.segments[index]
    hint = segment.hint
    if hint is None or hint.verdict != "note" or segment.words <= 4:
        return False
    segment.decide("editors_note", "html.note")
    return True


def mark_unstopped(lines: Lines, _: int) -> None:
    """Decide paragraphs without a full stop, in a text whose long paragraphs have none either."""
    if lines.is_page:
        return
    segments = lines.segments
    found = [s for s in segments[lines.first :] if not s.role and not s.bullet]
    long = [s for s in found if s.words >= _HEADING_WORDS]
    if sum(map(_lacks_stop, long)) * 3 < max(len(long), 2):
        return
    for index in range(lines.first, len(segments)):
        segment = segments[index]
        if segment.role or segment.bullet or not _lacks_stop(segment):
            continue
        if segment.words >= _UNSTOPPED_WORDS and index and _is_paragraph(segments[index - 1]):
            segment.decide("paragraph", "body.unstopped")


def _lacks_stop(segment: Segment) -> bool:
    """Whether a line is a sentence but for its stop: no title in capitals, and no glued links."""
    if not segment.text[-1].isalnum() or count_glued(segment) > 1:
        return False
    words = segment.text.split()
    return sum(w[0].islower() for w in words) * 2 > len(words)


def _is_paragraph(segment: Segment) -> bool:
    if segment.role:
        return segment.role in ("paragraph", "dateline")
    return segment.prose or _lacks_stop(segment)


def decide_heading(lines: Lines, index: int) -> bool:
    """Decide headings by their element, or without markup by shape and place."""
    segment = lines.segments[index]
    hint = segment.hint
    if hint is None:
        if not _is_heading(lines, index):
            return False
        segment.decide("heading", "body.heading")
    elif hint.is_heading:
        segment.decide("heading", LINKED_HEADING if hint.is_link else "html.heading")
    return segment.role != ""


def _is_heading(lines: Lines, index: int) -> bool:
    segments = lines.segments
    segment = segments[index]
    if segment.prose or not lines.first <= index <= lines.last:
        return index == lines.first - 1 and lines.headline is not None and not segment.prose
    if _TIME_OF_DAY.match(segment.text):
        return True
    if segment.ends_sentence and segment.text[-1] not in "?!":
        return False
    if segment.words > _HEADING_WORDS or len(segment.text) > _HEADING or segment.text[-1] == ":":
        return False
    below = range(index + 1, min(lines.last + 2, len(segments)))
    if index == lines.last or all(segments[i].role in _PASSED for i in below):
        return False
    return any(s.role or s.prose or s.bullet for s in segments[index + 1 : index + 3])


def decide_item(lines: Lines, index: int) -> bool:
    """Decide list items, quotations, code and cells by their element, items also by bullet."""
    segment = lines.segments[index]
    hint = segment.hint
    if hint is None:
        if not is_item(lines.segments, index):
            return False
        segment.decide("list_item", "body.list_item")
    elif hint.tag in _BODY_TAGS:
        segment.decide(_BODY_TAGS[hint.tag], f"html.{hint.tag}")
    return segment.role != ""


def is_item(segments: list[Segment], index: int) -> bool:
    """Whether a line has a bullet, or a number next to that of a line near it."""
    segment = segments[index]
    if not segment.bullet:
        return False
    if not segment.bullet[0].isdigit() and segment.bullet[0] != "(":
        return True
    number = _number(segment)
    around = segments[max(0, index - 2) : index] + segments[index + 1 : index + 3]
    return any(abs(_number(s) - number) == 1 for s in around if s.bullet and _number(s) >= 0)


def _number(segment: Segment) -> int:
    digits = "".join(c for c in segment.bullet if c.isdigit())
    return int(digits) if digits else -1


def decide_paragraph(lines: Lines, index: int) -> bool:
    """Decide what is left as paragraphs."""
    segment = lines.segments[index]
    segment.decide("paragraph", f"{'html' if segment.hint else 'body'}.paragraph")
    return True
