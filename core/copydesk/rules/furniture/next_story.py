"""The next story, which begins with a dateline of its own."""

from __future__ import annotations

from copydesk.model.draft import Segment
from copydesk.rules import datelines
from copydesk.rules.recognizers import Lines

# Title, byline and date between two stories.
_TITLE_LINES = 3
_CAPITALS = 3
_LEAD_WORDS = 6


def claim_next(lines: Lines, _: int) -> None:
    """Claim what begins with a second dateline, of another place, as another story."""
    segments = lines.segments
    if lines.is_page:
        return
    first = next((i for i, s in enumerate(segments) if s.role == "dateline"), None)
    if first is None:
        return
    for index in range(first + 3, len(segments)):
        if _opens_story(segments, first, index):
            start = _title_above(segments, index, first)
            for segment in segments[start:]:
                segment.decide("news_ticker", "story.next")
            return


def _opens_story(segments: list[Segment], first: int, index: int) -> bool:
    segment = segments[index]
    if segment.role or not segment.prose or not segment.text[:_CAPITALS].isupper():
        return False
    found = datelines.parse(segment.text)
    if found is None or not found.place or found.opens_standfirst:
        return False
    following = segment.text[found.end :]
    if following[:1].islower() or following.count(" ") < _LEAD_WORDS:
        # A label in capitals, not a place before the first sentence of a story.
        return False
    place = found.place
    if place.casefold() == segments[first].data.get("place", "").casefold():
        return False
    # A story names an organisation in capitals more than once, and the place of another never.
    return not any(place in s.text for s in segments[:index])


def _title_above(segments: list[Segment], index: int, first: int) -> int:
    """The index of the first line that belongs to the story below: its title, byline and date."""
    start = index
    while start - 1 > first + 1 and index - start < _TITLE_LINES:
        above = segments[start - 1]
        if above.role not in ("", "byline", "timestamp") or above.prose or above.bullet:
            break
        start -= 1
    return start
