"""CSS for an element, by what of its markup is likely to stay."""

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
    """Selectors that match an element, the best first; and whether each rests on words.

    A class or id that is made of words was given by a person. One that is a hash, or says how a
    block looks, may change with the next build of the site.
    """
    tag = node.tag or ""
    attributes = node.attributes
    classes = [c for c in (attributes.get("class") or "").split() if _NAME.fullmatch(c)]
    told = [c for c in classes if _WORDS.fullmatch(c) and not _LAYOUT.match(c)]
    told.sort(key=len, reverse=True)
    yield from ((f"{tag}.{c}", True) for c in told)
    yield from ((f"{tag}.{a}.{b}", True) for a, b in combinations(told, 2))
    for name in _STATED:
        if (value := attributes.get(name)) and '"' not in value and "\\" not in value:
            yield f'{tag}[{name}="{value}"]', True
    if (given := attributes.get("id")) and _WORDS.fullmatch(given):
        yield f"{tag}#{given}", True
    rest = [c for c in classes if c not in told]
    yield from ((f"{tag}.{c}", False) for c in rest)
    yield from ((f"{tag}.{a}.{b}", False) for a, b in combinations(classes[:6], 2))


def near(node: LexborNode) -> Iterator[tuple[str, bool]]:
    """Like candidates; where its own markup says nothing, by the element around it."""
    own = list(candidates(node))
    yield from own
    for mark in ("img", "h3", "h2", "button", "form"):
        if node.css_first(mark) is not None:
            yield from ((f"{css}:has({mark})", False) for css, _ in own[:3])
    above = node.parent
    if above is not None and above.is_element_node:
        for css, sure in candidates(above):
            yield f"{css} > {node.tag}", sure
