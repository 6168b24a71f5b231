"""Hidden elements of a page, and text that only scripts show."""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from copydesk.readers.html.tree.class_names import BOILERPLATE, verdict

# The styles in question set "display" or "visibility"; every further selector takes its time.
_HIDDEN = '[hidden], [popover], dialog:not([open]), [style*="is" i]'
_STYLE = re.compile(
    r"(?:^|;)\s*(?:display\s*:\s*none|(?:content-)?visibility\s*:\s*(?:hidden|collapse))\b",
    re.IGNORECASE,
)
_MAX_STREAMED = 200

_TEMPLATE = re.compile(r"<(/?)(template)\b([^<>]*+)>", re.IGNORECASE)
_NOSCRIPT = re.compile(r"<(/?)(noscript)\b([^<>]*+)>", re.IGNORECASE)
_BODY = re.compile(r"<body\b|</head\b", re.IGNORECASE)
_SHADOW = re.compile(r"\bshadowroot", re.IGNORECASE)
# A late part of a page as React streams it, and the call that puts it in the place of a template.
_STREAMED = 'div[hidden][id*="S:"]'
_PART = re.compile(r"[\w:-]{0,40}S:[\da-f]{1,8}$")
_PLACED = re.compile(r"""\$R[A-Z]\(\s*["']([\w:-]{1,60})["']\s*,\s*["']([\w:-]{1,60})["']""")


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
    parts = [p for p in tree.css(_STREAMED)[:_MAX_STREAMED] if _PART.match(p.id or "")]
    if not parts:
        return 0
    lost = 0
    called = _places(tree)
    for part in parts:
        place = _place(tree, part.id or "", called)
        if place is None:
            del part.attrs["hidden"]
            lost += 1
            continue
        place.insert_before(part)
        if (copy := place.prev) is not None:
            del copy.attrs["hidden"]
        part.decompose()
    return lost


def _places(tree: LexborHTMLParser) -> dict[str, str]:
    """Return the ids of late parts and of their templates, as the scripts call for them."""
    places: dict[str, str] = {}
    for script in tree.css("script:not([src])"):
        for one, other in _PLACED.findall(script.text_lexbor()):
            # A boundary comes before its part, a part before the template inside another part.
            part, place = (one, other) if _PART.match(one) else (other, one)
            places[part] = place
    return places


def _place(tree: LexborHTMLParser, part: str, called: dict[str, str]) -> LexborNode | None:
    prefix, _, number = part.rpartition("S:")
    for name in (called.get(part), f"{prefix}B:{number}", f"{prefix}P:{number}"):
        if name and (place := tree.css_first(f'template[id="{name}"]')) is not None:
            return place
    return None


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
