"""Hidden elements of a page, and text that only scripts show."""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from copydesk.readers.html.tree.class_names import BOILERPLATE, verdict

_HIDDEN = (
    "[hidden], [popover], dialog:not([open]), "
    '[style*="none" i], [style*="hidden" i], [style*="collapse" i]'
)
_STYLE = re.compile(
    r"(?:^|;)\s*(?:display\s*:\s*none|(?:content-)?visibility\s*:\s*(?:hidden|collapse))\b",
    re.IGNORECASE,
)
_MAX_STREAMED = 200

_TEMPLATE = re.compile(r"<(/?)(template)\b([^<>]*+)>", re.IGNORECASE)
_NOSCRIPT = re.compile(r"<(/?)(noscript)\b([^<>]*+)>", re.IGNORECASE)
_BODY = re.compile(r"<body\b|</head\b", re.IGNORECASE)
_SHADOW = re.compile(r"\bshadowroot", re.IGNORECASE)
# A late part of a page as React streams it.
_STREAMED = 'div[hidden][id^="S:"]'


def hidden_in(body: LexborNode) -> set[int]:
    """Return the `mem_id` of hidden elements."""
    return {node.mem_id for node in body.css(_HIDDEN) if _is_hidden(node)}


def _is_hidden(node: LexborNode) -> bool:
    attributes = node.attributes
    if "hidden" in attributes:
        return attributes["hidden"] != "until-found"
    if "popover" in attributes or (node.tag == "dialog" and "open" not in attributes):
        return True
    return _STYLE.search(attributes.get("style") or "") is not None


def has_shadow_roots(tree: LexborHTMLParser) -> bool:
    """Return whether a page has declarative shadow roots, whose content browsers show."""
    # The tree is checked since a case-insensitive search of the text costs more than the parse.
    return any(
        name.startswith("shadowroot") for node in tree.css("template") for name in node.attributes
    )


def with_shadow_roots(html: str) -> str:
    """Replace declarative shadow roots by plain elements."""
    return _unwrapped(html, _TEMPLATE, only=_SHADOW)


def place_streamed(tree: LexborHTMLParser) -> int:
    """Show the late parts of a page, at the places where React's script puts them.

    Returns how many have no place on the page; they are shown where they are.
    """
    lost = 0
    for part in tree.css(_STREAMED)[:_MAX_STREAMED]:
        number = (part.attributes.get("id") or "")[2:]
        place = tree.css_first(f'template[id="B:{number}"]') if number.isalnum() else None
        if place is None:
            del part.attrs["hidden"]
            lost += 1
            continue
        place.insert_before(part)
        if (copy := place.prev) is not None:
            del copy.attrs["hidden"]
        part.decompose()
    return lost


def revealed(html: str) -> Iterator[tuple[str, LexborHTMLParser]]:
    """Yield readings of a page with other elements shown: their description, and the page.

    For a page that shows no story; the likeliest comes first.
    """
    tree = LexborHTMLParser(html, scripting=True)
    if tree.body is not None and (hidden := hidden_in(tree.body)):
        for node in tree.body.css(_HIDDEN):
            if node.mem_id in hidden and _verdict(node) not in BOILERPLATE:
                _show(node)
        yield "hidden elements", tree
    # In the head these elements contain no text, and unwrapping one there would end the head.
    body = _BODY.search(html)
    at = body.end() if body else 0
    for what, pattern in (("template elements", _TEMPLATE), ("noscript elements", _NOSCRIPT)):
        if pattern.search(html, at):
            shown = html[:at] + _unwrapped(html[at:], pattern)
            yield what, LexborHTMLParser(shown, scripting=True)


def _verdict(node: LexborNode) -> str:
    get = node.attributes.get
    return verdict(f"{get('class') or ''} {get('id') or ''} {get('role') or ''}")


def _show(node: LexborNode) -> None:
    attributes = node.attributes
    for name in ("hidden", "popover"):
        if name in attributes:
            del node.attrs[name]
    if node.tag == "dialog":
        node.attrs["open"] = ""
    if style := attributes.get("style"):
        node.attrs["style"] = _STYLE.sub("", style)


def _unwrapped(html: str, pattern: re.Pattern[str], only: re.Pattern[str] | None = None) -> str:
    """Replace elements of one name by plain ones; with `only`, those whose tags match it."""
    open_tags: list[bool] = []

    def replaced(tag: re.Match[str]) -> str:
        if tag[1]:
            return "</shown-part>" if open_tags and open_tags.pop() else tag[0]
        open_tags.append(only is None or bool(only.search(tag[3])))
        return "<shown-part>" if open_tags[-1] else tag[0]

    return pattern.sub(replaced, html)
