"""Helpers to read the text, links and surroundings of page elements."""

from __future__ import annotations

from selectolax.lexbor import LexborNode

from copydesk.readers.metadata.jsonld import clean

Attributes = dict[str, str | None]

_NAMING = frozenset(("class", "id", "itemprop", "property", "name", "aria-label", "title"))
_LONGEST_NAME = 120
_LONGEST_NAMES = 400


def attribute_names(attributes: Attributes) -> str:
    """Join the names of an element: class, id, properties, `data-` names and label."""
    if not attributes:
        return ""
    found = []
    for name, value in attributes.items():
        if name in _NAMING:
            found.append((value or "")[:_LONGEST_NAME])
        elif name.startswith("data-"):
            # Only words describe the element; other values are dates and the like.
            word = value or ""
            found.append(f"{name[5:]} {word if word.replace('-', '').isalpha() else ''}")
    return " ".join(found)[:_LONGEST_NAMES]


def element_text(node: LexborNode) -> str:
    """Return the text of an element, with a blank at line breaks and between elements."""
    if next(node.iter(), None) is None:
        return clean(node.text_lexbor())
    parts: list[str] = []
    for part in node.traverse(include_text=True):
        if part.is_text_node:
            parts.append(part.text_content or "")
        elif part.tag == "br" or (parts and parts[-1][-1:].isalnum() and _follows_element(part)):
            parts.append(" ")
    return clean("".join(parts))


def _follows_element(node: LexborNode) -> bool:
    before = node.prev
    return before is not None and before.tag != "-text"


def is_in_breadcrumbs(node: LexborNode) -> bool:
    """Return whether a heading is in a navigation or list: the end of a breadcrumb, not a headline."""
    parent = node.parent
    for _ in range(3):
        if parent is None:
            return False
        if parent.tag in ("nav", "li") or "bread" in (parent.attributes.get("class") or "").lower():
            return True
        parent = parent.parent
    return False


def is_in_comment(node: LexborNode) -> bool:
    """Return whether the innermost microdata item around an element is a reader's comment."""
    parent = node.parent
    for _ in range(12):
        if parent is None:
            return False
        attributes = parent.attributes
        if "itemscope" in attributes:
            return (
                (attributes.get("itemtype") or "").lower().endswith(("/comment", "/usercomments"))
            )
        parent = parent.parent
    return False
