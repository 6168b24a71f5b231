"""Readers' comments on a page, recognised by the markup of comment systems."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from copydesk.dates.printed_dates import find_stamps
from copydesk.model.draft import Details, RuleId
from copydesk.readers.elements import Attributes, element_text
from copydesk.readers.html.comments import items
from copydesk.readers.html.comments.items import ITEM_ID, Item
from copydesk.readers.html.comments.names import words_of
from copydesk.readers.html.selectors import Claim
from copydesk.readers.html.tree.walk import INVISIBLE

RULE = RuleId("", "html.comments")

# The last selector finds comments in lists whose names do not mention comments.
_CANDIDATES = '[class*=omment], [id*=omment], [itemtype*=omment], a:lexbor-contains("Report abuse")'
_ITEM_NAMES = frozenset(
    "comment kommentar c-comment d-comment comment-item commentitem comment_item comment__item "
    "comments-item comments__item comment-entry comment-single single-comment user-comment "
    "comment-post comment-node media-comment comment-box commentbox reader-comment".split()
)
_ITEM_TYPE = re.compile(r"/(?:User)?Comments?$")
_ITEM_TAGS = frozenset("li div article section dd tr".split())
_SECTION_TAGS = frozenset("div section ul ol article aside".split())
_SECTION = frozenset("comments commentlist kommentare".split())
_LISTS = frozenset("list thread section area container wrapper".split())
_NESTS = frozenset("children replies nested indented subcomments responses answers".split())
_LATEST = frozenset("recent latest teaser teasers".split())
_COUNTS = frozenset("count title heading header number num total counter headline".split())
_ONE_COUNT = re.compile(r"\D{0,100}?(\d{1,3}(?:[,.]\d{3})+|\d{1,6})\D{0,100}")
_LONGEST_LINE = 100
_LONG = 1000
_SHORTEST = 20
_MAX_COMMENTS = 5000
_MAX_WRAPPERS = 8

# An element with "comment" in its names, its tag, and the words of its class and id.
_Named = tuple[LexborNode, str, frozenset[str]]


def find(tree: LexborHTMLParser) -> dict[int, Claim]:
    """Return the claims on the comments of a page, by `mem_id`; empty if there are none.

    All segments of a comment have the same `item` in their data, and the page's `id` and `parent`
    if it states or nests them. Other text in the comment is comment_chrome.
    """
    found = tree.css(_CANDIDATES)
    if not found:
        return {}
    named: list[_Named] = []
    candidates: list[LexborNode] = []
    # An element is listed once for each selector that it matches.
    for node in {n.mem_id: n for n in found}.values():
        tag, attributes = node.tag or "", node.attributes
        named.append((node, tag, _words(attributes)))
        if tag in _ITEM_TAGS and _is_item(attributes):
            candidates.append(node)
    items = _items(tree, candidates) or _dated(tree, _section_items(named))
    items = items or _dated(tree, _with_closing_lines(named))
    _set_parents(items)
    claims: dict[int, Claim] = {}
    seen: set[str] = set()
    for number, item in enumerate(items):
        if item.id and item.id in seen:
            claims[item.node.mem_id] = Claim("comment_chrome", RuleId("", "html.comments.again"))
            continue
        seen.add(item.id)
        _claim(item, str(number), claims)
    if count := _count(named, items):
        claims.setdefault(
            count[0].mem_id, Claim("comment_count", RuleId("", "html.comments.count"), count[1])
        )
    return claims


def _is_item(attributes: Attributes) -> bool:
    """Return whether an element's class, id or type marks a comment."""
    get = attributes.get
    classes = get("class")
    if classes and not _ITEM_NAMES.isdisjoint(classes.lower().split()):
        return True
    named = get("id")
    if named and ITEM_ID.fullmatch(named):
        return True
    kind = get("itemtype")
    return bool(kind) and _ITEM_TYPE.search(kind) is not None  # type: ignore[arg-type]


def _items(tree: LexborHTMLParser, candidates: list[LexborNode]) -> list[Item]:
    """Return the candidates that are comments, in document order.

    A candidate without an author or text is a wrapper or a part, whose content counts for the
    element around it. So inner candidates are read first.
    """
    if not candidates:
        return []
    stops = {n.mem_id: n for n in candidates[:_MAX_COMMENTS]}
    found: list[Item] = []
    # Depth of nested wrappers, by element; too deep ones are not unwrapped.
    wrappers: dict[int, int] = {}
    for node in reversed(candidates[:_MAX_COMMENTS]):
        elements, has_others = items.own_elements(node, stops)
        item = items.read(node, elements, has_others)
        if item is not None and (item.is_sure or _in_section(node)):
            found.append(item)
            continue
        nested = (wrappers.get(e.node.mem_id, 0) for e in elements) if wrappers else ()
        depth = max(nested, default=0)
        if depth < _MAX_WRAPPERS:
            wrappers[node.mem_id] = depth + 1
            del stops[node.mem_id]
    whole = 0
    stories: set[int] = set()
    for inner in tree.css("h1, [itemprop~=articleBody]"):
        around: LexborNode | None = inner
        while around is not None and around.mem_id not in stories:
            stories.add(around.mem_id)
            around = around.parent
    kept = []
    for item in reversed(found):
        size = sum(t.size for t in item.texts)
        if size > _LONG and size * 2 > (whole := whole or _prose(tree)):
            continue
        if item.node.mem_id not in stories and not _is_in_latest(item.node):
            kept.append(item)
    known = {i.node.mem_id: i for i in kept}
    for item in kept:
        item.above = _answered_comment(item.node, known)
    return kept


def _dated(tree: LexborHTMLParser, candidates: list[LexborNode]) -> list[Item]:
    return [item for item in _items(tree, candidates) if item.is_dated]


def _section_items(named: list[_Named]) -> list[LexborNode]:
    items: dict[int, LexborNode] = {}
    sections: set[int] = set()
    for section, tag, words in named:
        if tag in _SECTION_TAGS and _is_section(words):
            sections.add(section.mem_id)
            if _is_inside_any(section, sections):
                continue
            for li in section.css("li"):
                if li.mem_id not in items and _is_longer(li, _SHORTEST):
                    items[li.mem_id] = li
    return list(items.values())


def _with_closing_lines(named: list[_Named]) -> list[LexborNode]:
    """Return list items that each end in a time, actions and a score, as comments do."""
    found: list[LexborNode] = []
    seen: set[int] = set()
    for node, tag, _ in named:
        around = node.parent if tag == "a" else None
        for _ in range(4):
            if around is not None and around.tag != "li":
                around = around.parent
        if around is not None and around.tag == "li" and around.mem_id not in seen:
            seen.add(around.mem_id)
            if items.closing_line(element_text(around)):
                found.append(around)
    return found


def _is_inside_any(node: LexborNode, sections: set[int]) -> bool:
    around = node.parent
    while around is not None and around.mem_id not in sections:
        around = around.parent
    return around is not None


def _is_longer(node: LexborNode, size: int) -> bool:
    """Return whether the text of an element has more characters than `size`."""
    found = 0
    for part in node.traverse(include_text=True):
        if part.tag == "-text":
            found += len((part.text_content or "").strip())
            if found > size:
                return True
    return False


def _prose(tree: LexborHTMLParser) -> int:
    """Return the number of characters in the page's paragraphs; at least 1."""
    return 1 + sum(len(p.text_lexbor()) for p in tree.css("p"))


def _is_section(words: frozenset[str]) -> bool:
    return not _SECTION.isdisjoint(words) or ("comment" in words and not _LISTS.isdisjoint(words))


def _in_section(node: LexborNode) -> bool:
    around = node.parent
    for _ in range(4):
        if around is None or around.tag == "body":
            return False
        if _is_section(_words_of(around)):
            return True
        around = around.parent
    return False


def _is_in_latest(node: LexborNode) -> bool:
    """Return whether a comment is in a list of the latest comments on other stories."""
    around: LexborNode | None = node
    for _ in range(6):
        if around is None or around.tag == "body":
            return False
        words = _words_of(around)
        if not _LATEST.isdisjoint(words):
            return True
        if _is_section(words):
            return False
        if around.tag == "aside":
            return True
        around = around.parent
    return False


def _answered_comment(node: LexborNode, items: dict[int, Item]) -> Item | None:
    """Return the comment that another one answers, according to nesting."""
    around: LexborNode | None = node
    for _ in range(8):
        if around is None or around.tag == "body":
            return None
        parent = around.parent
        if parent is not None and (outer := items.get(parent.mem_id)) is not None:
            return outer
        nests = around.tag in ("ul", "ol") and parent is not None and parent.tag == "li"
        if nests or not _NESTS.isdisjoint(_words_of(around)):
            before = around.prev
            while before is not None:
                if (answered := items.get(before.mem_id)) is not None:
                    return answered
                for inner in before.css("*") if before.tag not in ("-text", "-comment") else ():
                    if (answered := items.get(inner.mem_id)) is not None:
                        return answered
                before = before.prev
        around = parent
    return None


def _set_parents(items: list[Item]) -> None:
    """Set the id of the parent of each comment.

    If a page nests comments without ids, their positions on the page become their ids.
    """
    if not any(i.id for i in items) and any(i.above for i in items):
        for place, item in enumerate(items, 1):
            item.id = str(place)
    for item in items:
        if not item.parent and item.above is not None:
            item.parent = item.above.id


def _claim(item: Item, number: str, claims: dict[int, Claim]) -> None:
    data: Details = {"item": number, "id": item.id, "parent": item.parent, **item.stated}
    role = "comment_meta" if "when" in data else "comment_chrome"
    if item.author is None:
        role = "comment_author"
        data["name"] = item.name
    claims[item.node.mem_id] = Claim(role, RULE, data)
    if item.loose is not None:
        claims[item.loose[0].node.mem_id] = Claim("comment_meta", RULE, {"when": item.loose[1]})
    for element in item.texts:
        claims[element.node.mem_id] = Claim("comment", RULE)
    for element in item.chrome:
        claims[element.node.mem_id] = Claim("comment_chrome", RULE)
    if item.score is not None:
        stated: Details = {"when": "", "score": items.score(item.score)}
        claims[item.score.node.mem_id] = Claim("comment_meta", RULE, stated)
    if item.time is not None:
        stated = items.time_line(item.time)
        claims[item.time.node.mem_id] = Claim("comment_meta", RULE, stated)
    if item.author is not None:
        claims[item.author.node.mem_id] = Claim("comment_author", RULE, {"name": item.name})


def _count(named: list[_Named], items: list[Item]) -> tuple[LexborNode, Details] | None:
    """Return the last element above the first comment that states the number of comments."""
    found: tuple[LexborNode, Details] | None = None
    first = items[0].node.mem_id if items else None
    for node, tag, words in named:
        if node.mem_id == first:
            break
        if _COUNTS.isdisjoint(words) or tag in INVISIBLE or not _in_section(node):
            continue
        if _is_longer(node, _LONGEST_LINE) or node.css_first("p, li") is not None:
            continue
        text = element_text(node)
        if (number := _ONE_COUNT.fullmatch(text)) and not find_stamps(text):
            found = node, {"count": re.sub(r"\D", "", number[1])}
    return found


def _words_of(node: LexborNode) -> frozenset[str]:
    return _words(node.attributes)


def _words(attributes: Attributes) -> frozenset[str]:
    name, mark = attributes.get("class"), attributes.get("id")
    if name and mark:
        return words_of(f"{name} {mark}")
    return words_of(name or mark or "")
