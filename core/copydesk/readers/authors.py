"""Authors as elements of a page name them: who belongs together, and the name of each."""

from __future__ import annotations

from selectolax.lexbor import LexborNode

from copydesk.readers.elements import element_text
from copydesk.readers.jsonld import clean

_CLIMB = 4
# What a block holds that is a story, or a teaser of one.
_STORY = "h1, h2, h3, h4, h5, h6, article, p + p"

Person = dict[str, str | None]


def stated(text: str) -> list[Person]:
    """Who a text names: a name, or the address of a profile; nobody where it is empty."""
    if not text:
        return []
    if text.startswith(("http://", "https://", "//", "www.")):
        return [{"name": None, "url": text, "kind": None}]
    return [{"name": text, "url": None, "kind": None}]


def names(node: LexborNode, content: str) -> list[str]:
    """The names that an element of microdata holds: in properties, in list items, or its words."""
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


def place_of(node: LexborNode) -> tuple[int, int]:
    """What an element that names an author shares with others of the same story.

    The item of microdata that it is a property of, and the largest block near it that holds no
    story of its own; each as `mem_id`, 0 for none.
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
