"""Inline elements that are parts of their own: a picture's words, a card, words for screen readers."""

from __future__ import annotations

import re
from functools import lru_cache

from selectolax.lexbor import LexborNode

from copydesk.readers.html.verdicts import verdict

SPANS = frozenset(("span", "small", "cite"))
"""The elements that are looked at."""

# Inline elements that are named so are parts of their own where a picture's words stand.
_PART = re.compile(r"credit|copyright|source|author|agency|photographer|caption|attribution", re.I)
_CARD = re.compile(r"hover-?_?card|tool-?_?tip|popover|pop-?_?up|rollover", re.IGNORECASE)


def is_part(node: LexborNode) -> bool:
    """Whether an inline element is a picture's credit, a card on a person, or unseen.

    Around a card stands what it belongs to: that is text of the line.
    """
    attributes = node.attributes
    return (
        bool(attributes)
        and _names_part(node, attributes)
        and not any(
            inner.tag in SPANS
            and inner.mem_id != node.mem_id
            and _names_part(inner, inner.attributes)
            for inner in node.traverse()
        )
    )


def _names_part(node: LexborNode, attributes: dict[str, str | None]) -> bool:
    called = _part(attributes.get("class") or attributes.get("itemprop") or "")
    return bool(called) and (
        called == "unseen" or (called == "card" and node.tag == "span") or _is_in_figure(node)
    )


@lru_cache(maxsize=8192)
def _part(name: str) -> str:
    """What the class of an inline element may make of it: unseen, a card, or words of a picture."""
    if verdict(name) == "hidden" and "not-sr-only" not in name:
        return "unseen"
    return "card" if _CARD.search(name) else "words" if _PART.search(name) else ""


def _is_in_figure(node: LexborNode) -> bool:
    around = node.parent
    while around is not None:
        if around.tag == "figure" or "caption" in (around.attributes.get("class") or ""):
            return True
        around = around.parent
    return False
