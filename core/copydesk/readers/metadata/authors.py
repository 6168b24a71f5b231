"""Authors in elements of a page: their names, and which elements belong together."""

from __future__ import annotations

from selectolax.lexbor import LexborNode

from copydesk.readers.elements import element_text
from copydesk.readers.metadata.jsonld import clean
from copydesk.util.urls import is_http

_CLIMB = 4
# Elements that occur in a story or a teaser.
_STORY = "h1, h2, h3, h4, h5, h6, article, p + p"

Person = dict[str, str | None]


def parse(text: str) -> list[Person]:
    """Parse an author's name or profile URL; an empty text gives an empty list."""
    if not text:
        return []
    if is_http(text) or text.startswith(("//", "www.")):
        return [{"name": None, "url": text, "kind": None}]
    return [{"name": text, "url": None, "kind": None}]


def names(node: LexborNode, content: str) -> list[str]:
    """Return the names in a microdata element: from properties, list items, or its text."""
    if content:
        return [clean(content)]
    if named := node.css("[itemprop~=name]"):
        return [clean(n.attributes.get("content") or "") or element_text(n) for n in named]
    parts = [
        " ".join(clean(n.attributes.get("content") or "") or element_text(n) for n in found)
        for key in ("givenname", "additionalname", "familyname")
        if (found := node.css(f"[itemprop~={key} i]")[:1])
    ]
    if parts:
        return [" ".join(parts)]
    if items := node.css("li"):
        return [element_text(item) for item in items]
    return [element_text(node)]


def story_key(node: LexborNode) -> tuple[int, int]:
    """Return what elements that name authors of the same story have in common.

    The `mem_id` of the microdata item around the element, and of the largest block near it without
    a story in it; 0 for none.
    """
    return _item_of(node), _block_of(node)


def _block_of(node: LexborNode) -> int:
    block = node.parent
    for _ in range(_CLIMB):
        outer = block.parent if block is not None else None
        if outer is None or outer.tag in ("body", "main") or outer.css_first(_STORY) is not None:
            break
        block = outer
    return int(block.mem_id) if block is not None else 0


def _item_of(node: LexborNode) -> int:
    parent = node.parent
    for _ in range(20):
        if parent is None:
            return 0
        if "itemscope" in parent.attributes:
            return int(parent.mem_id)
        parent = parent.parent
    return 0
