"""Inline elements with text of their own: picture credits, cards, text for screen readers."""

from __future__ import annotations

import re
from functools import lru_cache

from selectolax.lexbor import LexborHTMLParser, LexborNode

from copydesk.readers.html.tree.class_names import verdict

SPANS = frozenset(("span", "small", "cite"))
"""The inline elements that are checked."""

# Class names of inline elements that are separate from the text around them in a figure.
_PART = re.compile(r"credit|copyright|source|author|agency|photographer|caption|attribution", re.I)
_CARD = re.compile(r"hover-?_?card|tool-?_?tip|popover|pop-?_?up|rollover", re.IGNORECASE)
_OPENED = ("(", "（", "[", "［")


def bracket_readings(tree: LexborHTMLParser) -> None:
    """Put the readings of ruby text in brackets, as browsers without ruby show them.

    Those in brackets stay, so that a page can be read again.
    """
    for reading in tree.css("ruby rt"):
        before = reading.prev
        if before is not None and (
            before.tag == "rp" or (before.text_content or "").rstrip().endswith(_OPENED)
        ):
            continue
        if not reading.text().lstrip().startswith(_OPENED):
            reading.insert_before("(")
            reading.insert_after(")")


def is_separate(node: LexborNode) -> bool:
    """Return whether an inline element is a picture credit, a card about a person, or invisible.

    Elements around a card contain the text that it belongs to, so they are not separate.
    """
    attributes = node.attributes
    return (
        bool(attributes)
        and _is_named_separate(node, attributes)
        and not any(
            inner.tag in SPANS
            and inner.mem_id != node.mem_id
            and _is_named_separate(inner, inner.attributes)
            for inner in node.traverse()
        )
    )


def _is_named_separate(node: LexborNode, attributes: dict[str, str | None]) -> bool:
    called = _kind(attributes.get("class") or attributes.get("itemprop") or "")
    return bool(called) and (
        called == "unseen" or (called == "card" and node.tag == "span") or _is_in_figure(node)
    )


@lru_cache(maxsize=8192)
def _kind(name: str) -> str:
    """Classify the class name of an inline element: "unseen", "card", "words" of a picture, or ""."""
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
