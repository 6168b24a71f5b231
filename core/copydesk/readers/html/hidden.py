"""What a page shows and what it hides: hidden elements, and the text that scripts show."""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from copydesk.readers.html.verdicts import RESIDUE, verdict

_HIDDEN = (
    "[hidden], [popover], dialog:not([open]), "
    '[style*="none" i], [style*="hidden" i], [style*="collapse" i]'
)
_STYLE = re.compile(
    r"(?:^|;)\s*(?:display\s*:\s*none|(?:content-)?visibility\s*:\s*(?:hidden|collapse))\b",
    re.IGNORECASE,
)
_MOST = 200

_TEMPLATE = re.compile(r"<(/?)(template)\b([^<>]*+)>", re.IGNORECASE)
_NOSCRIPT = re.compile(r"<(/?)(noscript)\b([^<>]*+)>", re.IGNORECASE)
_BODY = re.compile(r"<body\b|</head\b", re.IGNORECASE)
_SHADOW = re.compile(r"\bshadowroot", re.IGNORECASE)
# Part of a page that React sends late, and the place it is put in.
_STREAMED = 'div[hidden][id^="S:"]'


def hidden_in(body: LexborNode) -> set[int]:
    """The `mem_id` of elements that are hidden."""
    return {node.mem_id for node in body.css(_HIDDEN) if _is_hidden(node)}


def _is_hidden(node: LexborNode) -> bool:
    attributes = node.attributes
    if "hidden" in attributes:
        return attributes["hidden"] != "until-found"
    if "popover" in attributes or (node.tag == "dialog" and "open" not in attributes):
        return True
    return _STYLE.search(attributes.get("style") or "") is not None


def has_shadow_roots(tree: LexborHTMLParser) -> bool:
    """Whether a page has declarative shadow roots: a browser shows what stands in them."""
    # Asked of the tree, since a search of the text that ignores case costs more than the parse.
    return any(
        name.startswith("shadowroot") for node in tree.css("template") for name in node.attributes
    )


def with_shadow_roots(html: str) -> str:
    """The HTML with declarative shadow roots as elements."""
    return _unwrapped(html, _TEMPLATE, only=_SHADOW)


def place_streamed(tree: LexborHTMLParser) -> int:
    """Put the late parts of a page where React's script puts them, and show them.

    Returns how many have no place on the page; they are shown where they stand.
    """
    lost = 0
    for part in tree.css(_STREAMED)[:_MOST]:
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


def last_resorts(html: str) -> Iterator[tuple[str, LexborHTMLParser]]:
    """What a page holds besides what it shows: what it is called, and the page that shows it.

    For a page that shows no story; the likeliest first.
    """
    tree = LexborHTMLParser(html, scripting=True)
    if tree.body is not None and (hidden := hidden_in(tree.body)):
        for node in tree.body.css(_HIDDEN):
            if node.mem_id in hidden and _verdict(node) not in RESIDUE:
                _show(node)
        yield "hidden elements", tree
    # In the head such elements hold no text, and one that is opened there would end the head.
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
    """The HTML with elements of one name as plain ones; with `only`, those whose tag has that."""
    open_tags: list[bool] = []

    def replaced(tag: re.Match[str]) -> str:
        if tag[1]:
            return "</shown-part>" if open_tags and open_tags.pop() else tag[0]
        open_tags.append(only is None or bool(only.search(tag[3])))
        return "<shown-part>" if open_tags[-1] else tag[0]

    return pattern.sub(replaced, html)
