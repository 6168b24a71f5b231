"""The CSS selectors of an outlet, and the elements that they match on one page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from copydesk.model.draft import Details, RuleId
from copydesk.model.metadata import OUTLET, SELECTOR, Statement
from copydesk.model.notices import Notice, NoticeCode
from copydesk.util.text import remove_invisible

# For these fields only the first matching element counts; for the others all do.
_SINGLE = frozenset("headline standfirst dateline published modified section".split())
ROLE_OF = dict(
    pair.split("=")
    for pair in """
    headline=headline standfirst=standfirst byline=byline dateline=dateline published=timestamp
    modified=timestamp section=section_label breadcrumbs=breadcrumb tags=topic_tags
    caption=caption credit=credit comments=comment_chrome related=related corrections=correction
    """.split()
)
"""The role of the text in an element that an outlet selects for a field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutSelectors:
    """One generation of an outlet's pages: its probe, its last day, and its own selectors."""

    name: str
    matches: str
    until: str | None
    fields: Mapping[str, str]
    strip: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Selectors:
    """The selectors of an outlet.

    owner: the outlet's id.
    fields: CSS by field.
    strip: pairs of a kind of boilerplate and CSS.
    layouts: generations of its pages, whose selectors take precedence over the outlet's own.
    """

    owner: str
    fields: Mapping[str, str] = field(default_factory=dict)
    strip: tuple[tuple[str, str], ...] = ()
    layouts: tuple[LayoutSelectors, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """A decision on an element's text that is made before the rules run.

    role, rule: as on a segment; with an empty role only data is given.
    data: added to every segment in the element.
    """

    role: str
    rule: RuleId
    data: Details = field(default_factory=Details)


@dataclass(slots=True, kw_only=True)
class Claimed:
    """The claimed elements of one page.

    claims: by the element's `mem_id`.
    bodies: `mem_id` of the elements that are parts of the body.
    images: `mem_id` of the elements with the article's pictures, empty if not selected.
    stated: the content of meta elements that the outlet selects for a field.
    layout: the name of the generation that matched.
    """

    claims: dict[int, Claim] = field(default_factory=dict)
    bodies: list[int] = field(default_factory=list)
    images: list[int] = field(default_factory=list)
    stated: list[Statement] = field(default_factory=list)
    layout: str | None = None
    warnings: list[Notice] = field(default_factory=list)


NOTHING = Selectors("")


def claim(tree: LexborHTMLParser, selectors: Selectors, day: str | None) -> Claimed:
    """Find the elements that an outlet's selectors match on a page.

    day: the page's publication date, ISO 8601; it decides if several layouts match.
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
        message = f"no layout of {selectors.owner} matches the page"
        claimed.warnings.append(Notice(NoticeCode.NO_LAYOUT, None, message))
    for kind, css in strip:
        for node in tree.css(css):
            claimed.claims.setdefault(
                node.mem_id, Claim(kind, RuleId(selectors.owner, f"strip.{kind}"))
            )
    for name, css in fields.items():
        nodes = tree.css(css)
        if not nodes:
            message = f"{selectors.owner}: {name} = {css!r} matches nothing on the page"
            claimed.warnings.append(Notice(NoticeCode.SELECTOR_UNMATCHED, name, message))
        for node in nodes[:1] if name in _SINGLE else nodes:
            _add_claim(claimed, name, node, selectors.owner)
    return claimed


def _layout(
    tree: LexborHTMLParser, selectors: Selectors, day: str | None
) -> LayoutSelectors | None:
    matching = [lay for lay in selectors.layouts if tree.css_first(lay.matches) is not None]
    if len(matching) > 1 and day:
        dated = [lay for lay in matching if lay.until is None or lay.until >= day[:10]]
        # Of the layouts still in use on that day, the one that ended first was current.
        dated.sort(key=lambda lay: lay.until or "9999")
        matching = dated or matching
    return matching[0] if matching else None


def _add_claim(claimed: Claimed, name: str, node: LexborNode, owner: str) -> None:
    if name == "body":
        claimed.bodies.append(node.mem_id)
        return
    if name == "images":
        claimed.images.append(node.mem_id)
        return
    if node.tag == "meta":
        if content := remove_invisible((node.attributes.get("content") or "").strip()):
            rule = str(RuleId(owner, name))
            claimed.stated.append(Statement(name, content, OUTLET, rule, content, SELECTOR))
        return
    data: Details = {}
    if name in ("published", "modified"):
        data["kind"] = name
        if stamp := node.attributes.get("datetime"):
            data["datetime"] = stamp
    claimed.claims.setdefault(node.mem_id, Claim(ROLE_OF[name], RuleId(owner, name), data))
