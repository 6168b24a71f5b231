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
_FEW_SENTENCES = 3
_STORY_WORDS = 8
_NOTE_WORDS = 12


def claim_notes(lines: Lines, _: int) -> None:
    """Claim the last paragraphs if each introduces a person whom the story does not name."""
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
    name = _NAME.match(segments[last].text)
    if len(story) < _FEW_SENTENCES or name is None:
        return
    titled = _names(segments[last - 1], name["name"].split()[0])
    if " " not in name["name"] and not titled:
        return
    if not _is_note(segments[last], name["name"], story, lines.host):
        return
    segments[last].decide("author_bio", "voice.author")
    if titled:
        segments[last - 1].decide("author_bio", "voice.author")


def _names(segment: Segment, first: str) -> bool:
    """Whether a line is the whole name of the person whose first name is given."""
    return not segment.role and bylines.is_name(segment.text) and segment.text.startswith(first)


def _is_note(segment: Segment, name: str, story: list[Segment], host: str | None) -> bool:
    if segment.words < _NOTE_WORDS:
        return False
    shown = Voices([segment], voice.own_name(host)).of(segment)
    if not shown.isdisjoint(("reader", "outlet", "imperative")):
        return False
    if "own name" not in shown:
        return False
    # A person of the story is named there too, and so is the subject of its last sentence.
    words = name.split()
    return not any(words[0] in s.text or words[-1] in s.text for s in story)
