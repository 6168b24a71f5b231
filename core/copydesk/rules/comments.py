"""Parser of comment sections: readers' comments in a run of lines."""

from __future__ import annotations

import re

from copydesk.dates.printed_dates import find_stamps
from copydesk.model.draft import Segment
from copydesk.readers.html.comments.names import CLOSING
from copydesk.rules import wording
from copydesk.util.text import key

_LONGEST_TIME = 48
# "X says:" on its own line starts a comment; a time and a reply button follow.
_OPENING = re.compile(
    r"^(?P<author>[^:]{1,60}?)\s(?:says|sagt|schreibt|dice|dijo|a dit|dit|ha detto|disse|diz|zegt|"
    r"pisze|пишет|говорит|skriver|wrote|writes)\s?:?$",
    re.IGNORECASE,
)
_SAYS = frozenset(
    "says sagt schreibt dice dijo dit detto disse diz zegt pisze пишет говорит skriver wrote "
    "writes".split()
)
_REPLY = frozenset(
    "reply antworten responder répondre rispondi antwoord odpowiedz ответить svar".split()
)
# Words of a line that ends a comment: a time, two actions and the signs between them.
_LEAST_WORDS = 5
_MOST_WORDS = 16
_COUNT = re.compile(r"(?P<count>\d{1,3}(?:[,.]\d{3})*)")


def find_count(segment: Segment) -> int | None:
    """The number of comments in a counter line ("36 comments", "Kommentare (0)")."""
    if segment.words > 6 or len(segment.text) > 60:
        return None
    found = _COUNT.search(segment.text)
    if not found or wording.line_kind(key(segment.text.replace("(s)", "s"))) != "comment_chrome":
        return None
    return int(re.sub(r"\D", "", found["count"]))


def parse(segments: list[Segment]) -> int | None:
    """Give comments their roles and return the index of the first; None if there are none."""
    closings = [i for i, s in enumerate(segments) if s.words >= _LEAST_WORDS and match_closing(s)]
    if closings:
        return _parse_closed(segments, closings)
    openings = [
        i
        for i, s in enumerate(segments)
        if 1 < s.words <= 8
        and s.text.rstrip(": ").rsplit(" ", 1)[-1].casefold() in _SAYS
        and _OPENING.match(s.text)
    ]
    openings = [i for i in openings if any(find_stamps(s.text) for s in segments[i + 1 : i + 3])]
    return _parse_opened(segments, openings) if openings else None


def match_closing(segment: Segment) -> re.Match[str] | None:
    """Match a line that ends a comment: its time, actions and score."""
    if segment.role or segment.words > _MOST_WORDS:
        return None
    line_key = segment.key
    if not ("report" in line_key or "reply" in line_key or "flag" in line_key):
        return None
    found = CLOSING.search(segment.text)
    timed = found and found.start() <= _LONGEST_TIME and find_stamps(found.string[: found.start()])
    return found if timed else None


def _parse_closed(segments: list[Segment], closings: list[int]) -> int:
    start = first = _first_author(segments, closings[0])
    for item, end in enumerate(closings):
        _claim_item(segments[start:end], item)
        found = match_closing(segments[end])
        if found:
            segments[end].decide(
                "comment_meta",
                "comments.closing",
                item=str(item),
                when=found.string[: found.start()],
                score=(found["score"] or "").replace("−", "-"),
            )
        start = end + 1
    rest = segments[start:]
    last = next((i for i, s in enumerate(rest) if _ends_comments(s)), len(rest))
    if last and (rest[0].bullet or (rest[0].words <= 4 and not rest[0].ends_sentence)):
        _claim_item(rest[:last], len(closings))
        rest[0].data["cut"] = "yes"
    return first


def _first_author(segments: list[Segment], end: int) -> int:
    index = end
    while index > 0 and not segments[index - 1].role and not _ends_comments(segments[index - 1]):
        index -= 1
        if (
            segments[index].bullet
            and segments[index].words <= 5
            and not segments[index].ends_sentence
        ):
            return index
    # Without bullets, the author is the first short line below the section's frame.
    return index


def _ends_comments(segment: Segment) -> bool:
    if segment.role and not segment.role.startswith("comment"):
        return True
    line_key = segment.key
    return bool(line_key) and (
        wording.line_kind(line_key) is not None or wording.opening_kind(segment) is not None
    )


def _claim_item(segments: list[Segment], item: int) -> None:
    for place, segment in enumerate(segments):
        if segment.role:
            continue
        role = "comment" if place else "comment_author"
        segment.decide(role, "comments.item", item=str(item))


def _parse_opened(segments: list[Segment], openings: list[int]) -> int:
    ends = [*openings[1:], len(segments)]
    for item, (start, end) in enumerate(zip(openings, ends, strict=True)):
        author = _OPENING.match(segments[start].text)
        segments[start].decide(
            "comment_author",
            "comments.opening",
            item=str(item),
            name=author["author"] if author else "",
        )
        for segment in segments[start + 1 : end]:
            if segment.words <= 12 and not segment.prose and (stamps := find_stamps(segment.text)):
                if not any(s.data.get("when") for s in segments[start + 1 : end]):
                    when = segment.text[stamps[0].start : stamps[0].end]
                    segment.decide("comment_meta", "comments.opening", item=str(item), when=when)
                    continue
            if segment.key in _REPLY:
                segment.decide("comment_chrome", "comments.opening")
            elif _ends_comments(segment):
                break
            else:
                segment.decide("comment", "comments.opening", item=str(item))
    return openings[0]
