"""Captions: in figures, above a credit, printed twice, or repeating the text."""

from __future__ import annotations

import re

from copydesk.dates.printed_dates import find_stamps
from copydesk.model.draft import Hint, Segment
from copydesk.model.roles import BODY
from copydesk.rules import wording
from copydesk.rules.agencies import only_suppliers
from copydesk.rules.photo_credits import CREDIT_LINE
from copydesk.rules.place.body import BLOCKS
from copydesk.rules.recognizers import Lines
from copydesk.util.text import bare
from copydesk.util.urls import ascii_words

_OPENING_WORDS = 32
_MIN_CAPTION = 4
_PARAGRAPH_WORDS = 18
# What a page shows beside a picture, besides its caption and credit.
_FURNITURE = frozenset(("gallery_counter", "image_notice", "file_name", "alt"))
_BELOW_CAPTION = _FURNITURE | {"credit"}
_LABELS = frozenset(("caption", "credit"))
# Labels of an owner, not of a picture.
_OWN = frozenset(("credit", "credits", "source"))
_ABOVE_TEXT = frozenset(("byline", "timestamp", "author_role", "reading_time"))
_LOOK_BACK = 12
# A longer line between a picture and a credit is a paragraph of the story.
_CAPTION_WORDS = 60
_SUBHEADING_WORDS = 6
# Words that a first paragraph has in common with the title, by their first letters.
_TITLE_WORDS = 2
_START = 4
_WORD = re.compile(r"\w+")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
# A stop behind a word, not behind initials or "Nov.".
_TWO_SENTENCES = re.compile(r"[^\W\d_]{4}[.!?]\s+[^\W\d_a-z]")


def decide_in_figure(lines: Lines, index: int) -> bool:
    """Decide captions by the figure around them."""
    segment = lines.segments[index]
    hint = segment.hint
    if hint is None or hint.area != "figure":
        return False
    if hint.tag == "figcaption" or hint.verdict == "caption":
        if segment.words == 1 and segment.text.isdigit():
            return False
    elif segment.words <= 3 or hint.linked >= 0.5:
        return False
    segment.decide("caption", "html.figure")
    return True


def decide_in_gallery(lines: Lines, index: int) -> bool:
    """Decide the line between two pieces of picture furniture, such as counters, in plain text.

    Below the last counter of a gallery a line is a caption if the pictures above have captions.
    """
    segments = lines.segments
    before, after = lines.before(index), lines.after(index)
    if before is None or before.role not in _FURNITURE or segments[index].hint is not None:
        return False
    if ":" in before.text:
        # The playing time of a video.
        return False
    if segments[index].words > _CAPTION_WORDS or after is None:
        return False
    shown = index > 1 and segments[index - 2].role in ("caption", "credit")
    if not shown and after.role not in _BELOW_CAPTION:
        return False
    segments[index].decide("caption", "caption.in_gallery")
    return True


def decide_labelled(lines: Lines, index: int) -> bool:
    """Decide a line of plain text that a label such as "File photo:" calls a picture."""
    segment = lines.segments[index]
    label = wording.label_of(segment) if segment.hint is None else None
    if label is None or label.kind not in _LABELS or not label.marked or label.phrase in _OWN:
        return False
    if not _MIN_CAPTION <= label.rest.count(" ") + 1 <= _CAPTION_WORDS or ":" not in segment.text:
        return False
    segment.decide("caption", "caption.labelled", text=label.rest)
    return True


def decide_above_credit(lines: Lines, index: int) -> bool:
    """Decide the line between a picture and a credit, or above one if it is no sentence."""
    segments = lines.segments
    segment, credit = segments[index], lines.after(index)
    if credit is None or credit.role != "credit":
        return False
    if credit.rule == CREDIT_LINE and _is_sign_off(segments, index):
        credit.decide("agency_credit", "agency.line", agency=credit.text)
    elif segment.hint is not None:
        is_short = segment.words <= _CAPTION_WORDS
        if is_short and segment.start in lines.pictures and _is_plain(segment.hint):
            segment.decide("caption", "html.between_picture_and_credit")
    elif credit.rule == CREDIT_LINE and _is_captioned(segments, index):
        segment.decide("caption", "caption.above_credit")
    return segment.role != ""


def _is_plain(hint: Hint) -> bool:
    return (
        hint.area == "body" and not hint.is_heading and (hint.tag == "p" or hint.tag not in BLOCKS)
    )


def _is_sign_off(segments: list[Segment], index: int) -> bool:
    """Whether a supplier's name alone is below the last paragraph, and so signs the text."""
    if not segments[index].prose or not only_suppliers(segments[index + 1].text):
        return False
    return not any(s.prose and not s.role for s in segments[index + 2 :])


def _is_captioned(segments: list[Segment], index: int) -> bool:
    """Whether a line above a credit is not a sentence, printed twice, or above all sentences."""
    segment = segments[index]
    if not segment.ends_sentence:
        return index > 0 or segment.prose
    if index and bare(segments[index - 1].text) == bare(segment.text):
        return True
    if segment.words <= _CAPTION_WORDS and _tells_day(segment.text):
        return True
    if index and segments[index - 1].role == "dateline":
        return False
    opened = index > 1 and segment.words >= _PARAGRAPH_WORDS
    if opened and _is_subheading(segments, index - 1):
        # The credit is that of a picture in the story.
        return False
    if segment.hint is None and _opens_story(segments, index):
        return False
    above = segments[max(0, index - _LOOK_BACK) : index]
    sentences = any(s.prose and s.role in ("", "paragraph") for s in above)
    return segment.prose and segment.words <= _OPENING_WORDS and not sentences


def _tells_day(text: str) -> bool:
    """Whether a line has a day with its year, as agencies print in captions and hardly elsewhere."""
    if _YEAR.search(text) is None:
        return False
    return any(stamp.day is not None for stamp in find_stamps(text))


def _opens_story(segments: list[Segment], index: int) -> bool:
    """Whether a line has words of the title, and the paragraph below its credit has none."""
    title = [s.text for s in segments[max(0, index - _LOOK_BACK) : index] if not s.role]
    below = next((s for s in segments[index + 2 :] if s.prose and not s.role), None)
    if not title or below is None:
        return False
    words = _word_starts(" ".join(title))
    known = len(words & _word_starts(segments[index].text))
    return known >= _TITLE_WORDS and not words & _word_starts(below.text)


def _word_starts(text: str) -> set[str]:
    return {word[:_START] for word in _WORD.findall(text.casefold()) if len(word) >= _START}


def _is_subheading(segments: list[Segment], index: int) -> bool:
    """Whether a line is a subheading: no caption is right below the byline or date.

    Right below the headline it can be the standfirst, unless the story has more such lines.
    """
    if not _looks_like_subheading(segments, index):
        return False
    above = segments[index - 1]
    if above.role in _ABOVE_TEXT:
        return True
    # The headline may still be undecided.
    if above.role not in ("", "headline") or segments[index].words > _SUBHEADING_WORDS:
        return False
    others = range(index + 3, len(segments) - 1)
    return any(
        _looks_like_subheading(segments, i)
        and segments[i].words <= _SUBHEADING_WORDS
        and segments[i + 1].prose
        and not segments[i + 1].role
        for i in others
    )


def _looks_like_subheading(segments: list[Segment], index: int) -> bool:
    segment = segments[index]
    return not (segment.role or segment.prose or segment.ends_sentence or segment.hint)


def decide_printed_twice(lines: Lines, index: int) -> bool:
    """Decide a line that the caption below it repeats, or that breaks off.

    In plain text a line of some length printed twice below the first paragraph is a caption too.
    """
    segment, after = lines.segments[index], lines.after(index)
    if after is None or (after.role != "caption" and not _are_twins(lines, index)):
        return False
    mine, other = bare(after.text), bare(segment.text)
    if mine == other:
        segment.decide("caption", "caption.printed_twice")
        after.decide("duplicate_caption", "duplicate.caption")
    elif len(other) > 20 and mine.startswith(other):
        segment.decide("duplicate_caption", "duplicate.caption")
    return segment.role != ""


def _are_twins(lines: Lines, index: int) -> bool:
    """Whether two undecided lines below a paragraph are the same, as alternative text and caption."""
    segment, after = lines.segments[index : index + 2]
    if after.role or segment.hint is not None or segment.text != after.text:
        return False
    if not _MIN_CAPTION <= segment.words <= _CAPTION_WORDS:
        return False
    if segment.words >= _PARAGRAPH_WORDS and _TWO_SENTENCES.search(segment.text):
        return False
    if set(ascii_words(segment.text)) & lines.slug:
        # The headline, below other lines.
        return False
    above = (s for s in lines.segments[:index] if s.role in ("", "paragraph"))
    return any(s.prose and s.words >= _PARAGRAPH_WORDS for s in above)


def mark_quotes(lines: Lines, _: int) -> None:
    """Decide a line that is no sentence and repeats words of a paragraph as a caption."""
    text: str | None = None
    for segment in lines.segments:
        if segment.role not in ("heading", "paragraph", "standfirst") or segment.words < 8:
            continue
        if segment.ends_sentence or segment.bullet or segment.continues:
            continue
        if segment.hint is not None or segment.text[-1] in ":;,":
            continue
        if text is None:
            paragraphs = (s for s in lines.segments if s.role == "paragraph" and s.ends_sentence)
            text = "\n".join(bare(s.text) for s in paragraphs)
        if bare(segment.text) in text:
            segment.decide("caption", "caption.repeats_text")


def mark_duplicates(lines: Lines, _: int) -> None:
    """Decide captions printed again, and credits printed again for one picture or caption."""
    captions: set[str] = set()
    credited: set[str] = set()
    printed: set[str] = set()
    before, text_end = "", 0
    for segment in lines.segments:
        if segment.role in BODY:
            printed.clear()
            text_end = segment.end
        elif segment.role == "caption":
            if (mine := bare(segment.text)) in captions:
                segment.decide("duplicate_caption", "duplicate.caption")
            else:
                # Another picture, which may have the same credit.
                printed.clear()
            captions.add(mine)
        elif segment.role == "credit":
            again = before == "duplicate_caption" and not _has_new(lines, text_end, segment.start)
            if (mine := bare(segment.text)) in (credited if again else printed):
                segment.decide("duplicate_credit", "duplicate.credit")
            printed.add(mine)
            credited.add(mine)
        before = segment.role


def _has_new(lines: Lines, start: int, end: int) -> bool:
    """Whether a stretch of the text has a picture that is not above it."""
    pictures = [i for i in lines.draft.inserts if i.kind == "image" and i.at <= end]
    above = {i.url for i in pictures if i.at < start}
    return any(i.url not in above for i in pictures if i.at >= start)
