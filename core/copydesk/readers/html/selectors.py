"""What an outlet says of its pages in CSS, and the elements that it names on one page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from copydesk.text import remove_invisible

# Fields that stand once on a page; of the others every element that matches is taken.
_SINGLE = frozenset("headline standfirst dateline published modified section".split())
ROLE_OF = {
    "headline": "headline", "standfirst": "standfirst", "byline": "byline",
    "dateline": "dateline", "published": "timestamp", "modified": "timestamp",
    "section": "section_label", "breadcrumbs": "breadcrumb", "tags": "topic_tags",
    "caption": "caption", "credit": "credit", "comments": "comment_chrome",
    "related": "related", "corrections": "correction",
}  # fmt: skip
"""The role of the words in an element that an outlet names for a field."""


@dataclass(frozen=True, slots=True)
class LayoutSelectors:
    """One generation of pages: its probe, the last day it was seen, and its own selectors."""

    name: str
    matches: str
    until: str | None
    fields: Mapping[str, str]
    strip: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Selectors:
    """What an outlet says of its pages.

    owner: the outlet's id. fields: CSS by field. strip: pairs of a kind of residue and CSS.
    layouts: generations of its pages, whose selectors come before the outlet's own.
    """

    owner: str
    fields: Mapping[str, str] = field(default_factory=dict)
    strip: tuple[tuple[str, str], ...] = ()
    layouts: tuple[LayoutSelectors, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """What is known of an element's words before the rules look at them.

    role, rule: as on a segment; without a role only data is given. data: for every segment in it.
    """

    role: str
    rule: str
    data: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Claimed:
    """The elements of one page that are claimed.

    claims: by the element's `mem_id`. bodies: those that are parts of the body. images: those in
    which the article's pictures stand, none where nothing is said. stated: values by field that
    stand in attributes. layout: the name of the generation that matched.
    """

    claims: dict[int, Claim] = field(default_factory=dict)
    bodies: list[int] = field(default_factory=list)
    images: list[int] = field(default_factory=list)
    stated: dict[str, str] = field(default_factory=dict)
    layout: str | None = None
    warnings: list[str] = field(default_factory=list)


NOTHING = Selectors("")


def claim(tree: LexborHTMLParser, selectors: Selectors, day: str | None) -> Claimed:
    """Find what an outlet's selectors name on a page.

    day: the day of publication that the page states, ISO 8601; it tells layouts apart where more
    than one matches.
    """
    claimed = Claimed()
    if not (selectors.fields or selectors.strip or selectors.layouts):
        return claimed
    layout = _layout(tree, selectors, day)
    fields = dict(selectors.fields)
    strip = selectors.strip
    if layout is not None:
        claimed.layout = layout.name
        fields |= layout.fields
        strip = (*layout.strip, *strip)
    elif selectors.layouts:
        claimed.warnings.append(f"{selectors.owner}: no layout matches the page")
    for kind, css in strip:
        for node in tree.css(css):
            claimed.claims.setdefault(node.mem_id, Claim(kind, f"{selectors.owner}:strip.{kind}"))
    for name, css in fields.items():
        nodes = tree.css(css)
        if not nodes:
            claimed.warnings.append(f"{selectors.owner}: {name} = {css!r} matched nothing")
        for node in nodes[:1] if name in _SINGLE else nodes:
            _take(claimed, name, node, selectors.owner)
    return claimed


def _layout(
    tree: LexborHTMLParser, selectors: Selectors, day: str | None
) -> LayoutSelectors | None:
    matching = [lay for lay in selectors.layouts if tree.css_first(lay.matches) is not None]
    if len(matching) > 1 and day:
        dated = [lay for lay in matching if lay.until is None or lay.until >= day[:10]]
        # Of those that had not ended, the one that ended first was in use.
        dated.sort(key=lambda lay: lay.until or "9999")
        matching = dated or matching
    return matching[0] if matching else None


def _take(claimed: Claimed, name: str, node: LexborNode, owner: str) -> None:
    if name == "body":
        claimed.bodies.append(node.mem_id)
        return
    if name == "images":
        claimed.images.append(node.mem_id)
        return
    if node.tag == "meta":
        if content := remove_invisible((node.attributes.get("content") or "").strip()):
            claimed.stated[name] = content
        return
    data = {}
    if name in ("published", "modified"):
        data["kind"] = name
        if stamp := node.attributes.get("datetime"):
            data["datetime"] = stamp
    claimed.claims.setdefault(node.mem_id, Claim(ROLE_OF[name], f"{owner}:{name}", data))
