"""Links to other stories under a label, and other stories in a row."""

from __future__ import annotations

import re

from copydesk.dates.printed_dates import find_stamps
from copydesk.model.draft import Label, Segment
from copydesk.rules import bylines, wording
from copydesk.rules.furniture.promotions import LINK_KINDS, is_fixed_wording, is_link, promotion
from copydesk.rules.recognizers import Lines

_MAX_LINKS = 6
_LINK_LINES = 40
_BYLINE_WORDS = 7
_LABEL = 40
_REST_WORDS = 4
_LEAST_LINKS = 2
_TITLE_WORDS = 4
_LEAD_WORDS = 12
# A capital or quotation mark right behind a letter; it starts with the rarer character, for speed.
_GLUED = re.compile(r"[A-ZÀ-ÞА-ЯΑ-Ω«„“\"](?<=[^\W\d_A-Z].)")


def claim_links(lines: Lines, index: int) -> bool:
    """Claim a label such as "Related articles" and the links below it, with dates and bylines."""
    segments = lines.segments
    segment = segments[index]
    label = wording.label_of(segment)
    if label is None:
        label = _glued_label(segment)
    if label is None or label.kind not in LINK_KINDS:
        return False
    kind = label.kind
    if label.rest and _heads_list(lines, index, label):
        kind = "related"
    elif label.rest:
        if kind not in ("related", "read_next") or not _labels_a_link(segment, label):
            return False
        return lines.decide(index, kind, f"wording.{kind}", text=label.rest)
    segment.decide(kind, f"wording.{kind}")
    below = segments[index + 1 : index + _LINK_LINES]
    if (at := _headline_below(segments, index)) is not None:
        below = below[: at - index - 1]
    _claim_below(below, kind)
    return True


def _headline_below(segments: list[Segment], index: int) -> int | None:
    """The index of the line above the first paragraph, if a label above all titles has it below."""
    if segments[index].hint is not None or any(s.words >= _TITLE_WORDS for s in segments[:index]):
        return None
    first = next((i for i in range(index, len(segments)) if _opens_story(segments[i])), None)
    if first is None or first < index + 2:
        return None
    titles = (i for i in range(first - 1, index, -1) if not segments[i].role)
    at = next(titles, None)
    return at if at is not None and segments[at].words >= _TITLE_WORDS else None


def _opens_story(segment: Segment) -> bool:
    return not segment.role and segment.prose and segment.words > _LEAD_WORDS


def _claim_below(segments: list[Segment], kind: str) -> None:
    """Claim the links below a label, with their dates and bylines."""
    rule, taken = f"zone.{kind}", 0
    for follower in segments:
        dated = (
            bool(follower.key)
            and not follower.prose
            and bool(find_stamps(follower.text))
            and follower.words <= 6
        )
        if follower.role == "timestamp" or dated or _is_byline(follower):
            follower.decide(kind, rule)
            continue
        if (
            not is_link(follower)
            or taken >= _MAX_LINKS
            or is_fixed_wording(follower)
            or promotion(follower)
        ):
            break
        follower.decide(kind, rule, text=follower.text)
        taken += 1


def _glued_label(segment: Segment) -> Label | None:
    """The label that runs into the title of a link without a gap: "Read alsoFerry fares"."""
    if segment.hint is not None:
        return None
    for found in _GLUED.finditer(segment.text[:_LABEL]):
        label = wording.label(segment.text[: found.start()])
        if label is not None and not label.rest and label.kind in LINK_KINDS:
            return Label(label.kind, segment.text[found.start() :], True, label.phrase)
    return None


def _heads_list(lines: Lines, index: int, label: Label) -> bool:
    """Whether a label with a few more words, "More from Hill Country", has links below it."""
    segment = lines.segments[index]
    if label.marked or segment.ends_sentence or len(label.rest.split()) > _REST_WORDS:
        return False
    below = lines.segments[index + 1 : index + 1 + _LEAST_LINKS]
    if len(below) < _LEAST_LINKS or segment.hint is not None:
        return False
    return all(
        is_link(s)
        and not is_fixed_wording(s)
        and s.words >= _TITLE_WORDS
        and s.bullet == below[0].bullet
        for s in below
    )


def _is_byline(segment: Segment) -> bool:
    """Whether a line is the short byline of a link."""
    if segment.role or segment.words > _BYLINE_WORDS:
        return False
    return bylines.names_after_opener(segment.text) is not None


def _labels_a_link(segment: Segment, label: Label) -> bool:
    if segment.prose and not label.marked:
        return False
    words = label.rest.split()
    if segment.ends_sentence and segment.text.rstrip("\"'”’»")[-1] == "." and len(words) > 3:
        return False
    return label.marked or (
        segment.words <= 20 and len(label.phrase.split()) > 1 and not segment.ends_sentence
    )


def claim_briefs(lines: Lines, index: int) -> bool:
    """Claim two or more other stories in a row, each a headline with its byline or time."""
    segments, after = lines.segments, lines.after(index)
    if after is None or not _is_below_headline(after):
        return False
    if _brief_length(segments[index : index + 3]) < 2 or not any(s.prose for s in segments[:index]):
        return False
    end = index
    groups = 0
    while (length := _brief_length(segments[end : end + 3])) > 1:
        end += length
        groups += 1
    if groups < 2:
        return False
    for segment in segments[index:end]:
        segment.decide("news_ticker", "zone.news_ticker")
    return True


def _brief_length(segments: list[Segment]) -> int:
    """The number of lines of a headline with its byline or time; 0 if there is none."""
    if (
        not segments
        or not is_link(segments[0])
        or segments[0].bullet
        or is_fixed_wording(segments[0])
    ):
        return 0
    length = 1
    for follower in segments[1:]:
        if not _is_below_headline(follower):
            break
        length += 1
    return length


def _is_below_headline(segment: Segment) -> bool:
    return segment.role == "timestamp" or _is_byline(segment)


def claim_video(lines: Lines, index: int) -> bool:
    """Claim a video's controls, its title, and a blurb that repeats words of the title."""
    segments = lines.segments
    if wording.line_kind(segments[index].key) != "video_teaser":
        return False
    segments[index].decide("video_teaser", "wording.video_teaser")
    rest = segments[index + 1 : index + 4]
    while rest and wording.line_kind(rest[0].key) == "video_teaser":
        rest.pop(0).decide("video_teaser", "wording.video_teaser")
    if len(rest) < 2 or not is_link(rest[0]) or rest[1].role or not rest[1].prose:
        return True
    title, blurb = _long_words(rest[0].text), _long_words(rest[1].text)
    if len(title & blurb) >= 3 and rest[1].words <= 40:
        rest[0].decide("video_teaser", "zone.video_teaser")
        rest[1].decide("video_teaser", "zone.video_teaser")
    return True


def _long_words(text: str) -> set[str]:
    words = re.findall(r"[\w’']+", text)
    return {w.casefold() for w in words if len(w) > 3}


def claim_sponsored(lines: Lines, index: int) -> bool:
    """Claim the label of a sponsored link, and the link."""
    segment, after = lines.segments[index], lines.after(index)
    if wording.line_kind(segment.key) != "sponsored":
        return False
    segment.decide("sponsored", "wording.sponsored")
    if after is not None and is_link(after) and not is_fixed_wording(after):
        after.decide("sponsored", "zone.sponsored")
    return True
