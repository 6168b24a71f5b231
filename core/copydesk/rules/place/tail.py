"""The tail: names, topics and scraps after the text."""

from __future__ import annotations

import re

from copydesk.model.draft import Segment
from copydesk.model.roles import BODY, REMOVED
from copydesk.rules import bylines, wording
from copydesk.rules.place.shapes import LONG_WORDS, count_glued, count_glued_in, is_sentence
from copydesk.rules.recognizers import Lines
from copydesk.util.text import bare
from copydesk.util.urls import ascii_words

# First letters of a name with a capital inside, such as McDonald, MacArthur and iPhone.
_PREFIX = 3
# A text ends in so many scraps at most, or is a list.
_MOST_SCRAPS = 12
_LONG_WORDS = 22
_LONG = 160
# Words to each capital inside a word: of links without gaps, and of most languages.
_GLUED = 8
_GLUED_AT_MOST = 25
_GLUED_NAMES = 3
_LISTED_WORDS = 40
# Characters of the shortest sentence, "Thanks!" and the like.
_SHORTEST = 10
_DASHES = "–—"
_CLOSING_WORDS = 3
_OPEN_ENDS = ("?", "？", "؟", "…", "...")
_QUOTES = "\"'”’»›“„«‹「」"


def mark_after_text(lines: Lines, _: int) -> None:
    """Decide names of authors, topics, sections and the outlet's own text after the story."""
    segments = lines.segments
    authors: set[str] | None = None
    over = False
    for index in range(lines.last + 1, len(segments)):
        segment = segments[index]
        if segment.role or segment.hint is not None:
            # The story ends where the outlet's own text starts.
            over = over or segment.role in REMOVED
            continue
        if authors is None:
            authors = {bare(s.data.get("text") or s.text) for s in segments if s.role == "byline"}
        words = ascii_words(segment.text)
        if segment.text.isdigit():
            segment.decide("page_furniture", "tail.number")
        elif bare(segment.text) in authors:
            segment.decide("author_bio", "tail.author")
        elif (office := _office_below(lines, index)) is not None:
            segment.decide("byline", "tail.name", text=segment.text)
            office.decide("author_role", "byline.role")
        elif _is_glued_tags(segments, index):
            segment.decide("topic_tags", "tail.glued")
        elif segment.words <= 2 and words and lines.path_words.issuperset(words):
            segment.decide("section_label", "tail.section")
        elif over and not segment.ends_sentence:
            segment.decide("page_furniture", "tail.furniture")


def mark_scraps(lines: Lines, _: int) -> None:
    """Decide lines behind the last text of a story without markup as page furniture.

    A text that is mostly made of such lines, as a list is, keeps them.
    """
    if lines.is_page:
        return
    segments = lines.segments
    end = _end_of_text(segments, lines.first, _usually_glued(segments))
    rest = [s for s in segments[end + 1 :] if not s.role]
    text = [s for s in segments[lines.first : end + 1] if not s.role]
    if len(rest) > max(_MOST_SCRAPS, sum(map(is_sentence, text))):
        return
    if sum(len(s.text) for s in rest if not _is_glued(s)) > sum(len(s.text) for s in text):
        return
    if len(rest) == 1 and _is_signature(segments, rest[0]):
        rest.pop().decide("byline", "tail.signature", text=segments[end + 1].text)
    for segment in rest:
        segment.decide("page_furniture", "tail.scrap")


def _usually_glued(segments: list[Segment]) -> bool:
    """Whether the language has capitals inside words, as Zulu has."""
    glued = words = 0
    for segment in segments:
        if not segment.role and segment.prose and segment.ends_sentence:
            glued += count_glued(segment)
            words += segment.words
    return glued * _GLUED_AT_MOST > words


def _end_of_text(segments: list[Segment], first: int, usual: bool) -> int:
    """The index of the last line that is text: a sentence, or what sentences lead.

    usual: whether capitals inside words prove nothing.
    """
    end, led = -1, False
    for index in range(first, len(segments)):
        segment = segments[index]
        if segment.role:
            end = index if segment.role in BODY else end
            led = led and segment.role in BODY
            continue
        below = end == index - 1
        if (
            _is_text(segment, usual)
            or (led and segment.words <= _LISTED_WORDS)
            or (below and (segment.bullet or _goes_on(segment, usual) or _is_long(segment)))
            or (below and index == len(segments) - 1 and _closes(segment))
        ):
            end = index
        led = segment.text[-1] in ":：" or (led and end == index and not segment.ends_sentence)
    return end


def _is_text(segment: Segment, usual: bool) -> bool:
    if segment.words >= _LONG_WORDS or len(segment.text) >= _LONG:
        return usual or not _is_glued(segment)
    if len(segment.text) < _SHORTEST:
        return False
    return is_sentence(segment) or (usual and segment.prose and segment.ends_sentence)


def _closes(segment: Segment) -> bool:
    """Whether the last line of all is a question or quotation, short, or breaks off in dots.

    Among lines of other stories they are titles; alone below the text they are its end.
    """
    text = segment.text
    if segment.words > 1 and is_sentence(segment) and text[-1] == ".":
        return True
    if count_glued(segment) or segment.words < _CLOSING_WORDS:
        return False
    quoted = text[0] in _QUOTES and text[-1] in _QUOTES
    return quoted or text.rstrip(_QUOTES).endswith(_OPEN_ENDS)


def _is_long(segment: Segment) -> bool:
    """Whether a line is a long sentence with a stop, though with many names like "KwaZulu"."""
    if segment.words < LONG_WORDS or segment.text[-1] not in ".。":
        return False
    return count_glued(segment) * _GLUED_NAMES <= segment.words


def _goes_on(segment: Segment, usual: bool) -> bool:
    """Whether a line below the text goes on with it: a cut sentence, or who says a quotation."""
    if segment.text[0] in _DASHES or (segment.prose and segment.text[-1] in ":："):
        return True
    if segment.words < LONG_WORDS or (_is_glued(segment) and not usual):
        return False
    small = sum(w[0].islower() for w in segment.text.split())
    return small * 2 > segment.words


def _is_glued(segment: Segment) -> bool:
    return count_glued(segment) * _GLUED > segment.words


def _is_signature(segments: list[Segment], segment: Segment) -> bool:
    """Whether a line is the name of a person as the last line, without another byline."""
    if segment is not segments[-1] or not bylines.is_name(segment.text):
        return False
    return not any(s.role == "byline" for s in segments)


def _office_below(lines: Lines, index: int) -> Segment | None:
    """The next line, if it is the office of the person whose name a line is."""
    after = lines.after(index)
    if after is None or after.role or not bylines.is_role(after.text):
        return None
    return after if bylines.is_name(lines.segments[index].text) else None


def _is_glued_tags(segments: list[Segment], index: int) -> bool:
    """Whether a line is topic names without spaces, as crawls have them from topic buttons."""
    segment = segments[index]
    if segment.ends_sentence or segment.words > 12 or segment.bullet:
        return False
    text = segment.text
    glued = [w for w in text.split() for _ in range(count_glued_in(w[_PREFIX:]))]
    if glued and len(glued) * 6 >= segment.words:
        # The story spells a name in the same way, not topics.
        story = {word for s in segments[:index] if s.prose for word in s.text.split()}
        return not story.issuperset(glued)
    label = wording.label(re.sub(r"(?<=^[A-Z]\w{3})(?=[a-zà-ÿ])", " ", text))
    return segment.words == 1 and label is not None and label.kind == "topic_tags"


def mark_trailing(lines: Lines, _: int) -> None:
    """Decide headings, links and scraps below the last text of the body."""
    for segment in reversed(lines.segments):
        hint = segment.hint
        if segment.role not in BODY or hint is None:
            continue
        scrap = segment.role == "paragraph" and hint.tag not in ("p", "blockquote")
        if segment.role == "list_item" and hint.is_link:
            segment.decide("related", "html.trailing_link", text=segment.text)
        elif segment.role == "heading" or (
            scrap and not segment.prose and not segment.ends_sentence
        ):
            segment.decide("page_furniture", "html.trailing")
        else:
            break


def mark_signature(lines: Lines, _: int) -> None:
    """Decide a person's name alone in the last line, unless there is another byline."""
    body = [s for s in lines.segments if s.role in BODY]
    if (
        len(body) < 3
        or body[-1].hint is None
        or body[-1].role != "paragraph"
        or not bylines.is_name(body[-1].text)
    ):
        return
    if not any(s.role == "byline" for s in lines.segments):
        body[-1].decide("byline", "html.signature", text=body[-1].text)
