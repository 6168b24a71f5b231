"""Sentences behind a story in which the outlet speaks to its readers: offers, paywalls, rights."""

from __future__ import annotations

from copydesk.model.draft import Segment
from copydesk.model.roles import REMOVED
from copydesk.rules import wording
from copydesk.rules.place.shapes import is_story_sentence
from copydesk.rules.recognizers import Lines
from copydesk.rules.wording import voice
from copydesk.rules.wording.voice import Voices

ROLES = ("copyright", "paywall_notice", "site_promo", *wording.PRODUCT_KINDS)
"""The roles that such sentences get."""

_FEW_SENTENCES = 2
_STORY_WORDS = 8
# The last sentences, by which the language is known.
_LAST = 12
_SELDOM = 8


def claim_own_voice(lines: Lines, _: int) -> None:
    """Claim the sentences of the outlet itself behind the story, and the lines below them."""
    if lines.is_page:
        return
    segments = lines.segments
    last = [s for s in segments if s.prose and not s.role][-_LAST:]
    voices = Voices(last, voice.own_name(lines.host))
    start = _start_of_run(segments, voices)
    first = next((i for i in range(start, len(segments)) if _speaks(segments, i, voices)), None)
    story = [s for s in segments[:first] if is_story_sentence(s, _STORY_WORDS)]
    if first is None or len(story) < _FEW_SENTENCES or _is_personal(story, voices):
        return
    role = _role(segments[first], voices)
    for segment in segments[first:]:
        if not segment.role:
            segment.decide(role, "voice.outlet")


def _is_personal(story: list[Segment], voices: Voices) -> bool:
    """Whether a story speaks to its readers or of itself as "we", as it then does to its end."""
    return sum(map(voices.is_personal, story)) * _SELDOM > len(story)


def _speaks(segments: list[Segment], index: int, voices: Voices) -> bool:
    segment = segments[index]
    if segment.role or not segment.prose:
        return False
    shown = voices.of(segment)
    if voice.speaks(shown) or voices.claim_rights(segment):
        return True
    return bool(shown) and segments[index - 1].role.endswith("_promo")


def _start_of_run(segments: list[Segment], voices: Voices) -> int:
    """The index of the first of the last lines that are no sentences of a story."""
    start = len(segments)
    while start > 0:
        segment = segments[start - 1]
        if segment.role and segment.role not in REMOVED:
            break
        if not segment.role and segment.prose and not voices.of(segment):
            between = start > 1 and _speaks(segments, start - 2, voices)
            if not between and not voices.claim_rights(segment):
                break
        start -= 1
    return start


def _role(segment: Segment, voices: Voices) -> str:
    if voices.claim_rights(segment):
        return "copyright"
    if "this_text" in voices.of(segment):
        return "paywall_notice"
    return wording.product_kind(segment) or "site_promo"
