"""Captions: found by the credit below, by a second printing, or by repeating the text."""

from __future__ import annotations

from copydesk.model.draft import Segment
from copydesk.model.roles import BODY
from copydesk.rules.agencies import only_suppliers
from copydesk.rules.photo_credits import CREDIT_LINE
from copydesk.util.text import bare


def mark_above_credits(segments: list[Segment]) -> None:
    """Mark the line above a credit as its caption, unless it is a sentence of the text."""
    seen_prose = 0
    for index, segment in enumerate(segments):
        if segment.role == "credit" and segment.rule == CREDIT_LINE and index:
            before = segments[index - 1]
            printed_twice = index > 1 and bare(segments[index - 2].text) == bare(before.text)
            opens = before.prose and seen_prose == 1 + printed_twice and before.words <= 32
            if _is_sign_off(segments, index):
                segment.decide("agency_credit", "agency.line", agency=segment.text)
            elif not before.role and (not before.ends_sentence or opens or printed_twice):
                if index > 1 or before.prose:
                    before.decide("caption", "caption.above_credit")
                    seen_prose -= before.prose
        seen_prose += segment.prose and segment.role in ("", "paragraph")
    mark_second_printings(segments)


def mark_second_printings(segments: list[Segment]) -> None:
    """Mark the second of two printings of a caption in a row, or the one that is cut short."""
    for index, segment in enumerate(segments):
        if segment.role == "caption" and index:
            _mark_second_printing(segments, index)


def _is_sign_off(segments: list[Segment], index: int) -> bool:
    """Whether a supplier's name alone is below the last paragraph, and so signs the text."""
    text, before = segments[index].text, segments[index - 1]
    if not only_suppliers(text) or not before.prose or before.role == "caption":
        return False
    return not any(
        segments[i].prose and not segments[i].role for i in range(index + 1, len(segments))
    )


def _mark_second_printing(segments: list[Segment], index: int) -> None:
    this, before = segments[index], segments[index - 1]
    if before.role or not before.text:
        return
    mine, other = bare(this.text), bare(before.text)
    if mine == other:
        before.decide("caption", "caption.printed_twice")
        this.decide("duplicate_caption", "duplicate.caption")
    elif len(other) > 20 and mine.startswith(other):
        before.decide("duplicate_caption", "duplicate.caption")


def mark_quoted_from_text(segments: list[Segment]) -> None:
    """Mark a line that is not a sentence and repeats words of a paragraph as a caption."""
    texts: list[str] | None = None
    for segment in segments:
        if (
            segment.role not in ("heading", "paragraph", "standfirst")
            or segment.ends_sentence
            or segment.bullet
        ):
            continue
        if segment.words < 8 or segment.continues or segment.text[-1] in ":;,":
            continue
        if texts is None:
            texts = [bare(s.text) for s in segments if s.role == "paragraph" and s.ends_sentence]
        mine = bare(segment.text)
        if any(mine in text for text in texts):
            segment.decide("caption", "caption.repeats_text")


def mark_duplicates(segments: list[Segment]) -> None:
    """Mark captions printed again, and credits printed again for one picture."""
    seen: set[str] = set()
    printed: set[str] = set()
    for segment in segments:
        if segment.role == "caption":
            mine = bare(segment.text)
            if mine in seen:
                segment.decide("duplicate_caption", "duplicate.caption")
            seen.add(mine)
        elif segment.role in BODY:
            printed.clear()
        elif segment.role == "credit":
            mine = bare(segment.text)
            if mine in printed:
                segment.decide("duplicate_credit", "duplicate.credit")
            printed.add(mine)
