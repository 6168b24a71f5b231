"""Live blogs: the entries of a page, each with its time and headline."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from copydesk.model.draft import HEADING_TAGS, Details, RuleId
from copydesk.model.metadata import Metadata
from copydesk.readers.elements import element_text
from copydesk.readers.html.selectors import Claim
from copydesk.util.text import bare

RULE = RuleId("", "html.live")
BODY = RuleId("", "html.live.entries")
"""The rule of the claim on the element around the entries."""

_TIMES = "time"
_TIMES_DECLARED = "time, [data-timestamp]"
_INNER = "h1, h2, h3, h4, h5, h6, p"
_TITLES = "[itemprop~=headline], [class*=headline], [class*=title]"
_WRITERS = "[class*=author], [class*=byline], [rel=author]"
_STAMPS = ("datetime", "data-timestamp", "data-post-time", "data-time", "title")
_NAMED = re.compile(
    r"(?:^|[\s_-])(?:lb|live)[\s_-]?(?:blog|updates?|feed|ticker|post|entry|event|coverage|stream|"
    r"item|report|text)|live(?:Blog|Update|Feed|Post|Entry|Event|Item)|"
    r"ticker[\s_-]{0,2}(?:entry|event|item|post|list|body)|liveticker|(?:^|[\s_-])minuto",
    re.IGNORECASE,
)
_COMMENTS = re.compile("omment|kommentar")
_MIN_ENTRIES = 3
_MIN_DECLARED = 2
_DEPTH = 7
_PARAGRAPH = 40
_SHARE = 0.5
_LONGEST_HEADLINE = 300
_LONGEST_NAME = 80

Entry = tuple[LexborNode, LexborNode]
"""An entry's element and its time's element."""


def find(tree: LexborHTMLParser, metadata: Metadata) -> dict[int, Claim]:
    """Return the claims on the entries of a live blog, by `mem_id`; empty if the page has none.

    Every segment of an entry has its number as `entry` and its stated time as `time` in its data.
    Segments of its headline have `entry_headline` and the role of a paragraph, since linked
    headings are other stories elsewhere. Its printed time is a timestamp of the kind "entry".
    """
    declared = "liveblogposting" in metadata.types
    fewest = _MIN_DECLARED if declared else _MIN_ENTRIES
    if not declared and metadata.times < fewest:
        return {}
    times = tree.css(_TIMES_DECLARED if declared else _TIMES)
    if len(times) < fewest:
        return {}
    entries = _entries(tree, _groups(times), declared, fewest)
    known = _json_ld_times(metadata) if entries else {}
    claims: dict[int, Claim] = {}
    if entries and (around := entries[0][0].parent) is not None:
        claims[around.mem_id] = Claim("", BODY)
    for number, (node, time) in enumerate(entries, 1):
        headline = _headline(node)
        stamp = _stamp(node, time)
        if headline is not None:
            data: Details = {"entry_headline": "1"}
            claims[headline.mem_id] = Claim("paragraph", RuleId("", "html.live.headline"), data)
            stamp = stamp or known.get(bare(headline.text_lexbor()), "")
        stamp = stamp or element_text(time)
        claims[node.mem_id] = Claim("", RULE, {"entry": str(number), "time": stamp})
        for writer in node.css(_WRITERS):
            if writer.mem_id != node.mem_id and 0 < len(element_text(writer)) <= _LONGEST_NAME:
                claims.setdefault(
                    writer.mem_id, Claim("reporting_credit", RuleId("", "html.live.writer"))
                )
        for stated in node.css("time"):
            stamped: Details = {
                "kind": "entry",
                "datetime": stated.attributes.get("datetime") or "",
            }
            claims.setdefault(
                stated.mem_id, Claim("timestamp", RuleId("", "html.live.time"), stamped)
            )
    return claims


def _groups(times: list[LexborNode]) -> list[tuple[LexborNode, list[Entry]]]:
    """Return the sibling elements of one tag that each contain a time, with their parents."""
    found: dict[tuple[int, int], tuple[LexborNode, dict[int, Entry]]] = {}
    for time in times:
        node = time
        for _ in range(_DEPTH):
            parent = node.parent
            if parent is None or parent.tag == "html":
                break
            group = found.setdefault((parent.mem_id, node.tag_id), (parent, {}))[1]
            if group.setdefault(node.mem_id, (node, time))[1].mem_id != time.mem_id:
                # The ancestors were visited from the element's first time.
                break
            node = parent
    return [(parent, list(group.values())) for parent, group in found.values() if len(group) > 1]


def _entries(
    tree: LexborHTMLParser,
    groups: list[tuple[LexborNode, list[Entry]]],
    declared: bool,
    fewest: int,
) -> list[Entry]:
    """Return the group that is the live blog: most entries among those with most of the text."""
    best: list[Entry] = []
    whole = 0
    for parent, group in groups:
        if len(group) < max(fewest, len(best) + 1) or not _has_live_name(parent, group, declared):
            continue
        sizes = [_prose(node) for node, _ in group]
        long = sum(size >= _PARAGRAPH for size in sizes)
        whole = whole or _prose(tree)
        if long < fewest or sum(sizes) < whole * _SHARE:
            continue
        if not declared and (long * 2 < len(group) or _are_teasers(group)):
            continue
        best = group
    return best


def _has_live_name(parent: LexborNode, group: list[Entry], declared: bool) -> bool:
    around = parent.parent
    names = [_name(parent), _name(group[0][0]), _name(group[-1][0])]
    if any(_COMMENTS.search(n) for n in names):
        return False
    if declared:
        return True
    if around is not None:
        names.append(_name(around))
    return any(_NAMED.search(n) for n in names)


def _name(node: LexborNode) -> str:
    attributes = node.attributes
    return f"{attributes.get('class') or ''} {attributes.get('id') or ''}"


def _prose(node: LexborNode | LexborHTMLParser) -> int:
    """Return the number of characters in paragraphs of an element, outside links."""
    size = sum(len(p.text_lexbor()) for p in node.css("p"))
    return size - sum(len(a.text_lexbor()) for a in node.css("p a"))


def _are_teasers(entries: list[Entry]) -> bool:
    """Return whether the headings of most entries link to other pages."""
    away = 0
    for node, _ in entries:
        headline = _headline(node)
        link = headline.css_first("a[href]") if headline is not None else None
        around = headline.parent if headline is not None else None
        if link is None and around is not None and around.tag == "a":
            link = around
        href = (link.attributes.get("href") or "") if link is not None else "#"
        away += "#" not in href and not href.startswith("?")
    return away * 2 > len(entries)


def _headline(entry: LexborNode) -> LexborNode | None:
    """Return the heading at the start of an entry."""
    for node in entry.css(_INNER):
        if node.tag in HEADING_TAGS:
            if node.text_lexbor().strip():
                return node
        elif node.text_lexbor().strip() and node.css_first("time") is None:
            break
    for node in entry.css(_TITLES):
        if node != entry and node.css_first("p, time") is None:
            if 0 < len(element_text(node)) <= _LONGEST_HEADLINE:
                return node
    return None


def _json_ld_times(metadata: Metadata) -> dict[str, str]:
    """Return the times of entries in JSON-LD, by their headlines without blanks and punctuation."""
    found: dict[str, str] = {}
    for stated in metadata.statements["live_updates"]:
        for update in stated.value:
            if update["time"] and update["headline"]:
                found.setdefault(bare(update["headline"]), update["time"])
    return found


def _stamp(entry: LexborNode, time: LexborNode) -> str:
    """Return an entry's time from an attribute, empty if there is none."""
    for get in (time.attributes.get, entry.attributes.get):
        for name in _STAMPS:
            if stated := (get(name) or "").strip():
                return stated
    return ""
