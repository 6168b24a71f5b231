"""CSS selectors for an element, from the markup that is least likely to change."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

from selectolax.lexbor import LexborNode

_NAME = re.compile(r"-?[A-Za-z_][\w-]*")
_WORDS = re.compile(r"[A-Za-z][a-z]{2,}(?:[-_]{1,2}[A-Za-z][a-z]+|[A-Z][a-z]+|[-_]{1,2}\d{1,2})*")
_LAYOUT = re.compile(
    r"(?:col|row|grid|flex|container|wrapper|clearfix|clear|left|right|center|text|font|bg|border|"
    r"p[tblrxy]?|m[tblrxy]?|w|h|sm|md|lg|xl|small|large|big|full|hidden|block|inline|d|is|has|js|no|"
    r"justify|items|self|space|gap|order|rounded|shadow|relative|absolute)(?:[-_].*)?$"
)
_STATED = ("data-testid", "data-component", "data-type", "data-module", "itemprop", "role")


def candidates(node: LexborNode) -> Iterator[tuple[str, bool]]:
    """Yield selectors for an element, best first, and whether each is likely to last.

    A class or id made of words was chosen by a person. A hash or a layout class may change with
    the next build of the site.
    """
    tag = node.tag or ""
    attributes = node.attributes
    classes = [c for c in (attributes.get("class") or "").split() if _NAME.fullmatch(c)]
    named = [c for c in classes if _WORDS.fullmatch(c) and not _LAYOUT.match(c)]
    named.sort(key=len, reverse=True)
    yield from ((f"{tag}.{c}", True) for c in named)
    yield from ((f"{tag}.{a}.{b}", True) for a, b in combinations(named, 2))
    for name in _STATED:
        if (value := attributes.get(name)) and '"' not in value and "\\" not in value:
            yield f'{tag}[{name}="{value}"]', True
    if (given := attributes.get("id")) and _WORDS.fullmatch(given):
        yield f"{tag}#{given}", True
    rest = [c for c in classes if c not in named]
    yield from ((f"{tag}.{c}", False) for c in rest)
    yield from ((f"{tag}.{a}.{b}", False) for a, b in combinations(classes[:6], 2))


def near(node: LexborNode) -> Iterator[tuple[str, bool]]:
    """Yield the candidates of an element, then selectors by its content and its parent."""
    own = list(candidates(node))
    yield from own
    for tag in ("img", "h3", "h2", "button", "form"):
        if node.css_first(tag) is not None:
            yield from ((f"{css}:has({tag})", False) for css, _ in own[:3])
    parent = node.parent
    if parent is not None and parent.is_element_node:
        for css, sure in candidates(parent):
            yield f"{css} > {node.tag}", sure
