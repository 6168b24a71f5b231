"""Lines at the edge of a story: links, fixed wordings and promotions."""

from __future__ import annotations

from copydesk.model.draft import Segment
from copydesk.rules import wording

LINK_KINDS = frozenset(
    "related read_next most_read latest_news trending editors_choice more_news".split()
)
"""Kinds of labels above lists of links to other stories."""

_LINK_WORDS = 26
_APPEAL_WORDS = 12


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
