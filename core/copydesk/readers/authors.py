"""Authors as elements of a page name them: who belongs together, and the name of each."""

from __future__ import annotations

from selectolax.lexbor import LexborNode

from copydesk.readers.elements import element_text
from copydesk.readers.jsonld import clean

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


def list_of(node: LexborNode) -> int:
    """What a link to an author shares with those beside it: its list, else the block around it."""
    parent = node.parent
    around = parent
    for _ in range(3):
        if around is None or around.tag in ("ul", "ol"):
            break
        around = around.parent
    if around is not None and around.tag in ("ul", "ol"):
        return int(around.mem_id)
    while parent is not None and parent.tag in ("span", "strong", "b", "em"):
        parent = parent.parent
    return int(parent.mem_id) if parent is not None else 0


def item_of(node: LexborNode) -> int:
    """The `mem_id` of the item of microdata that an element is a property of; 0 for the page."""
    parent = node.parent
    for _ in range(20):
        if parent is None:
            return 0
        if "itemscope" in parent.attributes:
            return int(parent.mem_id)
        parent = parent.parent
    return 0
