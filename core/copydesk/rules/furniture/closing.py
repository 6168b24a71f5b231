"""The close of a story: the lines after a wording that ends it."""

from __future__ import annotations

import re

from copydesk.model.draft import Segment
from copydesk.rules import bylines, wording
from copydesk.rules.comments import SECTION
from copydesk.rules.furniture.promotions import LINK_KINDS, is_fixed_wording, is_link
from copydesk.rules.place.shapes import LONG_WORDS, is_sentence
from copydesk.rules.recognizers import Lines
from copydesk.util.text import bare

# Wordings that close the story if little text follows -> the kind of the lines that follow.
_CLOSING = dict.fromkeys(SECTION, "comment_form") | {
    kind: kind
    for kind in """login_prompt most_read latest_news trending editors_choice more_news author_bio
    topic_tags newsletter_promo related read_next sponsored paywall_notice""".split()
}
_CLOSING |= dict.fromkeys("copyright prev_next share_bar".split(), "page_furniture")
ROLES = tuple(sorted({*_CLOSING.values(), *wording.OPENING_KINDS}))
"""The roles that the close gives."""
# After these, prose may still belong to the article.
_WEAK = frozenset("related read_next newsletter_promo topic_tags share_bar sponsored".split())
_CLOSED_SHARE = 0.35
_CLOSED_SHARE_WEAK = 0.0
# The titles of the stories before and after.
_CLOSED_SHARE_TITLES = 0.05
# On pages, markup has already separated most of what follows a story.
_CLOSED_SHARE_PAGE = 0.12
_BIO_PARAGRAPHS = 2
_YEAR = re.compile(r"\d{4}")
_HEAD_LINES = 16
_STANDFIRST_WORDS = 30
_AREAS = frozenset(("body", "tail"))
_NO_AUTHORS: frozenset[str] = frozenset()


def claim_close(lines: Lines, _: int) -> None:
    """Claim the lines after a wording that closes the story, if little of the text follows it."""
    segments = lines.segments
    weights = [len(s.text) if s.prose and s.role in ("", "paragraph") else 0 for s in segments]
    total = sum(weights)
    before = 0
    kind = ""
    authors, head = _authors(segments[:_HEAD_LINES])
    for index, (segment, weight) in enumerate(zip(segments, weights, strict=True)):
        mark = None
        if before and (segment.hint is None or segment.hint.area in _AREAS):
            mark = _closing_kind(segment, authors if index >= head else _NO_AUTHORS)
        if mark:
            share = (total - before) / before
            if kind or share <= _most_below(segments, index, mark, authors):
                kind = mark
        if not kind:
            before += weight
            continue
        if segment.role in ("caption", "credit", "timestamp", "topic_tags"):
            continue
        if segment.role or mark:
            continue
        if segment.hint is not None or _CLOSING[kind] not in LINK_KINDS or _is_listed(lines, index):
            _claim_following(segment, kind)


def _most_below(segments: list[Segment], index: int, mark: str, authors: frozenset[str]) -> float:
    """The largest share of prose below a closing line, of the prose above it."""
    segment = segments[index]
    is_credit = mark == "copyright" and segment.text[0] == "©" and not _YEAR.search(segment.text)
    if mark in _WEAK or is_credit:
        return _CLOSED_SHARE_WEAK
    if mark == "prev_next":
        return _CLOSED_SHARE_TITLES
    if mark == "author_bio" and bare(segment.text) in authors and not _has_bio(segments, index):
        return _CLOSED_SHARE_WEAK
    return _CLOSED_SHARE if segment.hint is None else _CLOSED_SHARE_PAGE


def _has_bio(segments: list[Segment], index: int) -> bool:
    """Whether what follows an author's name is about the author: short, or it has the name again."""
    below = [s.text for s in segments[index + 1 :] if s.prose]
    names = [w for w in segments[index].text.split() if w[0].isupper()]
    return len(below) <= _BIO_PARAGRAPHS or any(name in below[0] for name in names)


def _authors(segments: list[Segment]) -> tuple[frozenset[str], int]:
    """The authors named in the head, as author boxes repeat them, and the end of the head."""
    found: set[str] = set()
    sentences = 0
    for index, segment in enumerate(segments):
        sentences += segment.prose and not segment.bullet
        if sentences == 2 or (segment.prose and segment.words > _STANDFIRST_WORDS):
            return frozenset(found), index
        opened = bylines.names_after_opener(segment.text) if segment.words <= 12 else None
        if opened is not None:
            found.update(bare(a["name"] or "") for a in bylines.authors(opened))
        elif index and not segment.role and bylines.is_name(segment.text):
            # The first line is the title.
            found.add(bare(segment.text))
    return frozenset(found), len(segments)


def _closing_kind(segment: Segment, authors: frozenset[str]) -> str | None:
    if segment.role:
        return segment.role if segment.role in _CLOSING else None
    line_key = segment.key
    if not line_key:
        return None
    if authors and segment.words <= 5 and bare(segment.text) in authors:
        segment.decide("author_bio", "zone.author_bio")
        return "author_bio"
    if _is_bio(segment, authors):
        segment.decide("author_bio", "zone.author_bio")
        return "author_bio"
    kind = wording.line_kind(line_key)
    if kind is None and (label := wording.label_of(segment)) and not label.rest:
        kind = label.kind
    if kind is None and (kind := wording.opening_kind(segment)) is None and "©" in segment.text[:3]:
        kind = "copyright"
    return kind if kind in _CLOSING else None


def _is_bio(segment: Segment, authors: frozenset[str]) -> bool:
    """Whether a sentence introduces an author: the name, then a job title."""
    if not authors or not segment.prose:
        return False
    opening = bare(segment.text[:60])
    named = [a for a in authors if len(a) > 5 and opening.startswith(a)]
    return bool(named) and bylines.mentions_job(segment.text)


def _is_listed(lines: Lines, index: int) -> bool:
    """Whether a line can be in a list of links: no long sentence, or one between two titles."""
    segment, after = lines.segments[index], lines.after(index)
    if segment.words < LONG_WORDS or not is_sentence(segment):
        return True
    before = lines.segments[index - 1]
    if after is None or after.role or is_fixed_wording(after) or before.role not in LINK_KINDS:
        return False
    return before.bullet == segment.bullet == after.bullet and is_link(after)


def _claim_following(segment: Segment, kind: str) -> None:
    if known := wording.opening_kind(segment):
        segment.decide(known, f"opening.{known}")
        return
    role = _CLOSING[kind]
    if role in LINK_KINDS:
        segment.decide(role, f"zone.{kind}", **({"text": segment.text} if is_link(segment) else {}))
    elif role == "topic_tags":
        if segment.words <= 4 and not segment.ends_sentence:
            segment.decide(role, f"zone.{kind}", text=segment.text)
    else:
        segment.decide(role, f"zone.{kind}")
