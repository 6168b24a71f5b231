"""Promotions of the outlet, and what tells a link or fixed wording at the edge of a story."""

from __future__ import annotations

import re

from copydesk.model.draft import Segment
from copydesk.rules import wording
from copydesk.rules.recognizers import Lines

LINK_KINDS = (
    "related",
    "read_next",
    "most_read",
    "latest_news",
    "trending",
    "editors_choice",
    "more_news",
)
"""Kinds of labels above lists of links to other stories."""

PROMOTIONS = tuple(
    kind
    for kind in sorted({*wording.OPENING_KINDS, *wording.PRODUCT_KINDS})
    if kind.endswith("_promo")
)
"""Kinds of promotions."""

_LINK_WORDS = 26
_APPEAL_WORDS = 12
_BLURB_WORDS = 30
_CLICK_HERE = re.compile(
    r"\b(?:click(?:ing)? here|sign up here|subscribe here|register here|hier anmelden|hier klicken|haz clic aquí|haga clic aquí|clique aqui|cliquez ici|clicca qui"
    r"|klik hier|kliknij tutaj|buraya tıklayın|нажмите здесь|اضغط هنا)$",
    re.IGNORECASE,
)
_CLICK_ENDS = frozenset(
    "here anmelden klicken aquí aqui ici qui hier tutaj tıklayın tiklayin здесь هنا".split()
)


def is_link(segment: Segment) -> bool:
    """Whether a line can be the text of a link to another story: short and not a sentence."""
    if segment.role or segment.words > _LINK_WORDS:
        return False
    if segment.hint is not None:
        return segment.hint.linked > 0.5
    return not segment.ends_sentence or (
        segment.words <= 14 and segment.text.rstrip("\"'”’»")[-1] in "?!…"
    )


def is_fixed_wording(segment: Segment) -> bool:
    """Whether a line is a fixed wording or bare label, and so not the text of a link."""
    line_key = segment.key
    return bool(line_key) and (
        wording.line_kind(line_key) is not None
        or wording.opening_kind(segment) is not None
        or ((label := wording.label_of(segment)) is not None and not label.rest)
    )


def promotion(segment: Segment) -> str | None:
    """The kind of promotion of a line."""
    if segment.role:
        return segment.role if segment.role.endswith("_promo") else None
    kind = wording.opening_kind(segment) or wording.appeal_kind(segment)
    if kind is None and not segment.ends_sentence and segment.words <= _APPEAL_WORDS:
        kind = wording.product_kind(segment)
    return kind if kind and kind.endswith("_promo") else None


def decide_appeal(lines: Lines, index: int) -> bool:
    """Decide an appeal that names a product: "Sign up for our newsletter"."""
    segment = lines.segments[index]
    if not (kind := wording.appeal_kind(segment)) or not _is_appeal(segment):
        return False
    return lines.decide(index, kind, f"appeal.{kind}")


def _is_appeal(segment: Segment) -> bool:
    """Whether a line addresses the reader or is not a sentence, unlike advice in a story."""
    if segment.words > 32 or wording.is_reported(segment):
        return False
    return not segment.ends_sentence or (segment.words <= 24 and wording.addresses_reader(segment))


def decide_click_here(lines: Lines, index: int) -> bool:
    """Decide a line that ends like "click here"."""
    segment = lines.segments[index]
    if segment.ends_sentence or segment.words > 20:
        return False
    if segment.key.rsplit(" ", 1)[-1] not in _CLICK_ENDS or not _CLICK_HERE.search(segment.text):
        return False
    return lines.decide(index, "site_promo", "shape.click_here")


def mark_between(lines: Lines, _: int) -> None:
    """Mark the blurb of a promotion: one line near the end between two lines of the promotion."""
    segments = lines.segments
    for index in range(len(segments) - 2, 0, -1):
        segment = segments[index]
        if segment.role:
            continue
        after = promotion(segments[index + 1])
        if segment.prose and after is None:
            break
        if after is None or promotion(segments[index - 1]) != after:
            continue
        if segment.words <= _BLURB_WORDS:
            segment.decide(after, "zone.promotion")
            segments[index - 1].decide(after, "zone.promotion")
