"""Navigation around a story: breadcrumbs, tags, banners, and links to the stories beside it."""

from __future__ import annotations

import re
from itertools import pairwise

from copydesk.dates.printed_dates import find_stamps
from copydesk.model.draft import RuleId
from copydesk.rules import bylines, wording
from copydesk.rules.furniture.promotions import is_fixed_wording
from copydesk.rules.recognizers import Lines

BREADCRUMB_LIST = RuleId("", "breadcrumb.list")
"""The rule of breadcrumbs that are one line each."""

_CRUMB_LINES = 12
_BANNER_LINES = 5
_CRUMBS = re.compile(r"\s?[/»›>|→]\s?|\s-\s")
_FIGURES = re.compile(r"^[+\-−]?[\d.,]+\s?%?$|^[+\-−]\s[\d.,]+\s?%?$")


def claim_tags(lines: Lines, index: int) -> bool:
    """Claim a label such as "Tags:" and the short lines below it."""
    segments = lines.segments
    segment = segments[index]
    label = wording.label_of(segment)
    if label is None or label.kind not in ("topic_tags", "follow_topic"):
        return False
    if label.rest:
        if segment.ends_sentence or not label.marked or segment.words > 30:
            return False
        return lines.decide(index, label.kind, f"wording.{label.kind}", text=label.rest)
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


def claim_breadcrumbs(lines: Lines, index: int) -> bool:
    """Claim the path of sections, on one line with separators or one line each."""
    segments = lines.segments
    segment = segments[index]
    if index > _CRUMB_LINES or not segment.key:
        return False
    parts = [] if segment.ends_sentence else [p for p in _CRUMBS.split(segment.text) if p]
    if len(parts) > 1:
        home = wording.label(parts[0])
        if home and home.kind == "breadcrumb_home" and not home.rest:
            return lines.decide(index, "breadcrumb", "breadcrumb.line")
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


def claim_banner(lines: Lines, index: int) -> bool:
    """Claim a banner with newer stories above the article."""
    segments = lines.segments
    segment = segments[index]
    if index > _BANNER_LINES or wording.line_kind(segment.key) != "breaking_banner":
        return False
    followers = segments[index + 1 : index + 6]
    if not followers or not followers[0].bullet:
        return False
    segment.decide("breaking_banner", "zone.breaking_banner")
    for follower in followers:
        if follower.role or not follower.bullet:
            break
        follower.decide("breaking_banner", "zone.breaking_banner")
    return True


def claim_quotes(lines: Lines, index: int) -> bool:
    """Claim a table of stock quotes: a run of very short lines, a quarter of them numbers."""
    segments = lines.segments
    segment = segments[index]
    if segment.words > 4 or segment.hint is not None or segment.ends_sentence:
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
    if len(run) < 5:
        return False
    figures = [i for i, s in enumerate(run) if _FIGURES.match(s.bullet + s.text)]
    if len(figures) < max(3, len(run) // 4):
        return False
    if any(b - a > 4 for a, b in pairwise(figures)):
        return False
    for segment in run[max(0, figures[0] - 8) : figures[-1] + 1]:
        segment.decide("market_ticker", "zone.market_ticker")
    return True


def decide_prev_next(lines: Lines, index: int) -> bool:
    """Decide a link to the previous or next story, by its label."""
    segment = lines.segments[index]
    label = wording.label_of(segment)
    if label is None or label.kind != "prev_next" or segment.ends_sentence or segment.words > 30:
        return False
    if label.rest and not label.marked and " " not in label.phrase:
        return False
    return lines.decide(index, "prev_next", "wording.prev_next")
