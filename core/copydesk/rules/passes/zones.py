"""Second pass: claim ranges of lines that belong together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from copydesk.dates.printed_dates import find_stamps
from copydesk.model.draft import Draft, Label, RuleId, Segment
from copydesk.rules import bylines, comments, wording
from copydesk.rules.passes.closing import close
from copydesk.rules.passes.splits import edges
from copydesk.rules.promotions import LINK_KINDS, is_fixed_wording, is_link, promotion
from copydesk.rules.rule import Line, Rule

BREADCRUMB_LIST = RuleId("", "breadcrumb.list")
"""The rule of breadcrumbs that are one line each."""

_MAX_LINKS = 6
_LINK_LINES = 40
_CRUMB_LINES = 12
_BANNER_LINES = 5
_CRUMBS = re.compile(r"\s?[/»›>|→]\s?|\s-\s")
_FIGURES = re.compile(r"^[+\-−]?[\d.,]+\s?%?$|^[+\-−]\s[\d.,]+\s?%?$")


def claim(draft: Draft, rules: Sequence[tuple[RuleId, Rule]]) -> None:
    """Claim the ranges of a draft; rules: the outlet's zones with their full names."""
    _claim_outlet_zones(draft, rules)
    segments = draft.segments
    if any(not s.role and s.words <= 16 for s in segments):
        comments.parse(segments)
    for index, segment in enumerate(segments):
        if not segment.role:
            _claim_at(segments, index)
    close(segments)


def _claim_at(segments: list[Segment], index: int) -> None:
    """Claim the range that starts at a line; the first kind of range that fits wins."""
    segment = segments[index]
    label = wording.label_of(segment)
    if label is None and segment.prose:
        return
    if label and (_claim_links(segments, index, label) or _claim_tags(segments, index, label)):
        return
    if index <= _CRUMB_LINES and _claim_breadcrumbs(segments, index):
        return
    kind = wording.line_kind(segment.key)
    if kind == "breaking_banner" and index <= _BANNER_LINES and _claim_banner(segments, index):
        return
    if segment.hint is None and _claim_ticker(segments, index):
        return
    if kind == "video_teaser":
        _claim_video(segments, index)
    elif kind == "sponsored":
        _claim_sponsored(segments, index)
    else:
        _claim_briefs(segments, index)


def _claim_outlet_zones(draft: Draft, rules: Sequence[tuple[RuleId, Rule]]) -> None:
    if not rules:
        return
    places = edges(draft)
    for index, segment in enumerate(draft.segments):
        if segment.role:
            continue
        for name, rule in rules:
            if rule.match(Line(draft, index, places)):
                _claim_range(draft.segments, index, rule, name)
                break


def _claim_range(segments: list[Segment], index: int, rule: Rule, name: RuleId) -> None:
    segments[index].decide(rule.role, name)
    end = index + 1
    if rule.lines is not None:
        while end < len(segments) and end - index <= rule.lines and not segments[end].prose:
            end += 1
    elif rule.until == "end":
        end = len(segments)
    elif rule.until == "paragraph":
        while end < len(segments) and not segments[end].prose:
            end += 1
    elif isinstance(rule.until, re.Pattern):
        pattern = rule.until
        end = next((i for i in range(end, len(segments)) if pattern.match(segments[i].text)), end)
    for segment in segments[index + 1 : end]:
        if not segment.role:
            segment.decide(rule.role, name)


def _claim_links(segments: list[Segment], index: int, label: Label) -> bool:
    """Claim a label such as "Related articles" and the lines below it."""
    segment = segments[index]
    if label.kind not in LINK_KINDS:
        return False
    if label.rest:
        if label.kind not in ("related", "read_next") or not _labels_a_link(segment, label):
            return False
        segment.decide(label.kind, f"wording.{label.kind}", text=label.rest)
        return True
    segment.decide(label.kind, f"wording.{label.kind}")
    taken = 0
    for follower in segments[index + 1 : index + _LINK_LINES]:
        dated = (
            bool(follower.key)
            and not follower.prose
            and bool(find_stamps(follower.text))
            and follower.words <= 6
        )
        if follower.role == "timestamp" or dated:
            follower.decide(label.kind, f"zone.{label.kind}")
            continue
        named = bylines.after_opener(follower.text) if follower.words <= 7 else None
        if named and bylines.is_author_like(named) and not follower.role:
            follower.decide(label.kind, f"zone.{label.kind}")
            continue
        if (
            not is_link(follower)
            or taken >= _MAX_LINKS
            or is_fixed_wording(follower)
            or promotion(follower)
        ):
            break
        follower.decide(label.kind, f"zone.{label.kind}", text=follower.text)
        taken += 1
    return True


def _labels_a_link(segment: Segment, label: Label) -> bool:
    if segment.prose and not label.marked:
        return False
    words = label.rest.split()
    if segment.ends_sentence and segment.text.rstrip("\"'”’»")[-1] == "." and len(words) > 3:
        return False
    return label.marked or (
        segment.words <= 20 and len(label.phrase.split()) > 1 and not segment.ends_sentence
    )


def _claim_tags(segments: list[Segment], index: int, label: Label) -> bool:
    """Claim a label such as "Tags:" and the short lines below it."""
    segment = segments[index]
    if label.kind not in ("topic_tags", "follow_topic"):
        return False
    if label.rest:
        if segment.ends_sentence or not label.marked or segment.words > 30:
            return False
        segment.decide(label.kind, f"wording.{label.kind}", text=label.rest)
        return True
    segment.decide(label.kind, f"wording.{label.kind}")
    for follower in segments[index + 1 : index + 16]:
        if (
            follower.role
            or follower.words > 4
            or follower.ends_sentence
            or is_fixed_wording(follower)
        ):
            break
        if bylines.after_opener(follower.text) or find_stamps(follower.text):
            break
        follower.decide("topic_tags", "zone.topic_tags", text=follower.text)
    return True


def _claim_briefs(segments: list[Segment], index: int) -> None:
    """Claim two or more other stories in a row, each a headline with its byline or time."""
    if _brief_length(segments[index : index + 3]) < 2 or not any(s.prose for s in segments[:index]):
        return
    end = index
    groups = 0
    while (length := _brief_length(segments[end : end + 3])) > 1:
        end += length
        groups += 1
    if groups < 2:
        return
    for segment in segments[index:end]:
        segment.decide("news_ticker", "zone.news_ticker")


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
        opened = (
            bylines.after_opener(follower.text)
            if follower.words <= 7 and not follower.role
            else None
        )
        named = opened is not None and bylines.is_author_like(opened)
        if follower.role != "timestamp" and not named:
            break
        length += 1
    return length


def _claim_breadcrumbs(segments: list[Segment], index: int) -> bool:
    """Claim the path of sections, on one line with separators or one line each."""
    segment = segments[index]
    if not segment.key:
        return False
    parts = [p for p in _CRUMBS.split(segment.text) if p]
    if len(parts) > 1 and not segment.ends_sentence:
        home = wording.label(parts[0])
        if home and home.kind == "breadcrumb_home" and not home.rest:
            segment.decide("breadcrumb", "breadcrumb.line")
            return True
    label = wording.label_of(segment)
    if label is None or label.rest or label.kind not in ("breadcrumb", "breadcrumb_home"):
        return False
    listed = segments[index + 1 : index + 8]
    if label.kind == "breadcrumb_home" and not (listed and segment.bullet and listed[0].bullet):
        return False
    segment.decide("breadcrumb", BREADCRUMB_LIST)
    for follower in listed:
        if follower.role or not follower.bullet or follower.words > 24:
            break
        follower.decide("breadcrumb", BREADCRUMB_LIST, text=follower.text)
    return True


def _claim_banner(segments: list[Segment], index: int) -> bool:
    """Claim a banner with newer stories above the article."""
    segment = segments[index]
    followers = segments[index + 1 : index + 6]
    if not followers or not followers[0].bullet:
        return False
    segment.decide("breaking_banner", "zone.breaking_banner")
    for follower in followers:
        if follower.role or not follower.bullet:
            break
        follower.decide("breaking_banner", "zone.breaking_banner")
    return True


def _claim_ticker(segments: list[Segment], index: int) -> bool:
    """Claim a table of stock quotes: a run of very short lines, a quarter of them numbers."""
    if segments[index].words > 4 or segments[index].ends_sentence:
        return False
    end = index
    while (
        end < len(segments)
        and segments[end].words <= 4
        and not segments[end].prose
        and not segments[end].role
    ):
        end += 1
    run = segments[index:end]
    figures = [i for i, s in enumerate(run) if _FIGURES.match(s.bullet + s.text)]
    if len(run) < 5 or len(figures) < max(3, len(run) // 4):
        return False
    if any(b - a > 4 for a, b in pairwise(figures)):
        return False
    for segment in run[max(0, figures[0] - 8) : figures[-1] + 1]:
        segment.decide("market_ticker", "zone.market_ticker")
    return True


def _claim_video(segments: list[Segment], index: int) -> None:
    """Claim a video's controls, its title, and a blurb that repeats words of the title."""
    segments[index].decide("video_teaser", "wording.video_teaser")
    rest = segments[index + 1 : index + 4]
    while rest and wording.line_kind(rest[0].key) == "video_teaser":
        rest.pop(0).decide("video_teaser", "wording.video_teaser")
    if len(rest) < 2 or not is_link(rest[0]) or rest[1].role or not rest[1].prose:
        return
    title, blurb = _long_words(rest[0].text), _long_words(rest[1].text)
    if len(title & blurb) >= 3 and rest[1].words <= 40:
        rest[0].decide("video_teaser", "zone.video_teaser")
        rest[1].decide("video_teaser", "zone.video_teaser")


def _long_words(text: str) -> set[str]:
    words = re.findall(r"[\w’']+", text)
    return {w.casefold() for w in words if len(w) > 3}


def _claim_sponsored(segments: list[Segment], index: int) -> None:
    """Claim the label of a sponsored link, and the link."""
    segments[index].decide("sponsored", "wording.sponsored")
    if (
        index + 1 < len(segments)
        and is_link(segments[index + 1])
        and not is_fixed_wording(segments[index + 1])
    ):
        segments[index + 1].decide("sponsored", "zone.sponsored")
