"""Notes on the author below a story without markup: who is new there, and is named with the outlet."""

from __future__ import annotations

import re

from copydesk.model.draft import Segment
from copydesk.rules import bylines
from copydesk.rules.place.shapes import is_story_sentence
from copydesk.rules.recognizers import Lines
from copydesk.rules.wording import voice
from copydesk.rules.wording.voice import Voices

_NAME = re.compile(
    r"(?:(?:Dr|Prof)\.? )?(?P<name>[^\W\d_a-z][\w'’.-]+(?: [^\W\d_a-z][\w'’.-]+){0,3})"
)
# "Ana Ruiz is ", "Ana Ruiz (@ana) is ", not "Ana Ruiz, the owner,".
_INTRODUCES = re.compile(_NAME.pattern + r"(?: \([^)]+\))? [^\W\d_A-Z]{2,4} ")
_FEW_SENTENCES = 3
_STORY_WORDS = 8
_NOTE_WORDS = 12
_OPENING_WORDS = 16
_OFFICE_WORDS = 8
_EDGES = ".,;:()“”\"'’"


def claim_notes(lines: Lines, _: int) -> None:
    """Claim the last paragraph if it introduces a person whom the story does not name."""
    if lines.is_page:
        return
    segments = lines.segments
    last = next(
        (i for i in reversed(range(len(segments))) if is_story_sentence(segments[i], _STORY_WORDS)),
        None,
    )
    if last is None:
        return
    story = [s for s in segments[:last] if is_story_sentence(s, _STORY_WORDS)]
    if len(story) < _FEW_SENTENCES:
        return
    start = _title(segments, last, story)
    if start is None:
        start = _start_of_note(lines, last, story)
    for segment in segments[start : last + 1] if start is not None else ():
        segment.decide("author_bio", "voice.author")


def _start_of_note(lines: Lines, last: int, story: list[Segment]) -> int | None:
    """The index of a note that names the outlet, or of the name above it; None if it is none."""
    segments = lines.segments
    name = _NAME.match(segments[last].text)
    if name is None:
        return None
    titled = _names(segments[last - 1], name["name"].split()[0])
    if " " not in name["name"] and not titled:
        return None
    if not (_introduces(segments, last) or _names_outlet(segments[last], lines.host)):
        return None
    # A person of the story is named there too, and so is the subject of its last sentence.
    words = name["name"].split()
    named = any(words[0] in s.text or words[-1] in s.text for s in story)
    return None if named else last - titled


def _title(segments: list[Segment], last: int, story: list[Segment]) -> int | None:
    """The index of the name above the last paragraph, and maybe of an office, that it is about.

    A text about people has such names above other paragraphs too.
    """
    below = next((n for n in (1, 2) if _is_title(segments, last - n, last)), None)
    if below is None or (below == 2 and not _is_office(segments[last - 1])):
        return None
    at = last - below
    surname = segments[at].text.split()[-1]
    if any(surname in s.text for s in story):
        return None
    return None if any(_is_title(segments, i, i + below) for i in range(at - below)) else at


def _is_title(segments: list[Segment], index: int, below: int) -> bool:
    """Whether a line is the name of a person whom a paragraph below it names again."""
    title = segments[index]
    if title.role or title.bullet or not segments[below].prose or not bylines.is_name(title.text):
        return False
    words = title.text.split()
    opening = segments[below].text.split()[:_OPENING_WORDS]
    return any(w.strip(_EDGES) in (words[0], words[-1]) for w in opening)


def _is_office(segment: Segment) -> bool:
    return not segment.role and segment.words <= _OFFICE_WORDS and not segment.ends_sentence


def _names(segment: Segment, first: str) -> bool:
    """Whether a line is the whole name of the person whose first name is given."""
    return not segment.role and bylines.is_name(segment.text) and segment.text.startswith(first)


def _introduces(segments: list[Segment], index: int) -> bool:
    """Whether a paragraph says which job in a newsroom somebody has, and no byline names another."""
    text = segments[index].text
    if _INTRODUCES.match(text) is None or not bylines.mentions_job(text):
        return False
    return not any(s.role == "byline" for s in segments)


def _names_outlet(segment: Segment, host: str | None) -> bool:
    """Whether a paragraph names the outlet, and neither of them speaks to the reader."""
    if segment.words < _NOTE_WORDS:
        return False
    shown = Voices([segment], voice.own_name(host)).of(segment)
    return "own name" in shown and shown.isdisjoint(("reader", "outlet", "imperative"))
