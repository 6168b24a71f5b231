"""Parser of comment sections: readers' comments in a run of lines."""

from __future__ import annotations

import re
from itertools import pairwise

from copydesk.dates.printed_dates import find_stamps
from copydesk.model.draft import Segment
from copydesk.readers.html.comments.names import CLOSING
from copydesk.rules import wording
from copydesk.rules.recognizers import Lines
from copydesk.util.text import key

SECTION = frozenset(
    "comment_chrome comment_rules no_comments comments_closed comment_form login_prompt".split()
)
"""Kinds of wordings in the frame of a comment section."""

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
_SHOW = frozenset("view show see read all open post".split())
_COMMENTING = re.compile(
    r"\b(?:comment(?:s|ary|ing|ers)?|comment section|submissions?|libell?ous|defamatory|abusive|moderat\w+|"
    r"terms of (?:use|service)|community guidelines|kommentar\w*|netiquette|comentarios|comentários|"
    r"commentaires|commenti|yorum\w*|комментари\w+|komentarz\w*)\b",
    re.IGNORECASE,
)
_COUNT = re.compile(r"(?P<count>\d{1,3}(?:[,.]\d{3})*)")


def decide_count(lines: Lines, index: int) -> bool:
    """Decide a counter of comments: "36 comments", "Kommentare (0)"."""
    segment = lines.segments[index]
    if segment.words > 6 or len(segment.text) > 60:
        return False
    found = _COUNT.search(segment.text)
    if not found or wording.line_kind(key(segment.text.replace("(s)", "s"))) != "comment_chrome":
        return False
    return lines.decide(
        index, "comment_count", "comments.count", count=re.sub(r"\D", "", found["count"])
    )


def decide_show_button(lines: Lines, index: int) -> bool:
    """Decide a word such as "Show" above the word for comments."""
    segment = lines.segments[index]
    if segment.key not in _SHOW:
        return False
    after = lines.after(index)
    if after is None or wording.line_kind(after.key) != "comment_chrome":
        return False
    return lines.decide(index, "comment_chrome", "comments.show")


def keep_closing(lines: Lines, index: int) -> bool:
    """Keep the line that ends a comment whole, in spite of its dates."""
    segment = lines.segments[index]
    return not segment.prose and _match_closing(segment) is not None


def mark_policy(lines: Lines, _: int) -> None:
    """Mark a sentence on commenting right above the comment section as its rules."""
    for segment, after in pairwise(lines.segments):
        if segment.role or not segment.prose or segment.words > 90:
            continue
        if after.role not in SECTION and wording.line_kind(after.key) not in SECTION:
            continue
        if len({m.casefold() for m in _COMMENTING.findall(segment.text)}) >= 3:
            segment.decide("comment_rules", "zone.comment_policy")


def claim_section(lines: Lines, _: int) -> None:
    """Claim a comment section: each comment's author, text, and line with time and score."""
    segments = lines.segments
    closings = [i for i, s in enumerate(segments) if s.words >= _LEAST_WORDS and _match_closing(s)]
    if closings:
        _parse_closed(segments, closings)
        return
    openings = [
        i
        for i, s in enumerate(segments)
        if 1 < s.words <= 8
        and s.text.rstrip(": ").rsplit(" ", 1)[-1].casefold() in _SAYS
        and _OPENING.match(s.text)
    ]
    openings = [i for i in openings if any(find_stamps(s.text) for s in segments[i + 1 : i + 3])]
    if openings:
        _parse_opened(segments, openings)


def _match_closing(segment: Segment) -> re.Match[str] | None:
    """Match a line that ends a comment: its time, actions and score."""
    if segment.role or segment.words > _MOST_WORDS:
        return None
    line_key = segment.key
    if not ("report" in line_key or "reply" in line_key or "flag" in line_key):
        return None
    found = CLOSING.search(segment.text)
    timed = found and found.start() <= _LONGEST_TIME and find_stamps(found.string[: found.start()])
    return found if timed else None


def _parse_closed(segments: list[Segment], closings: list[int]) -> None:
    start = _first_author(segments, closings[0])
    for item, end in enumerate(closings):
        _claim_item(segments[start:end], item)
        found = _match_closing(segments[end])
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


def _parse_opened(segments: list[Segment], openings: list[int]) -> None:
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
