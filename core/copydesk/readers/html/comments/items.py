"""The parts of one reader's comment in markup: author, time, text and score."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from selectolax.lexbor import LexborNode

from copydesk.dates.printed_dates import find_stamps
from copydesk.model.draft import Details
from copydesk.readers.elements import Attributes, element_text
from copydesk.readers.html.comments.names import CLOSING, NOTHING, parts_of
from copydesk.readers.html.tree.walk import INVISIBLE

ITEM_ID = re.compile(
    r"(?:[a-z]{1,20}[-_]){0,4}[ck]omment(?:ar)?[-_]?(?:id[-_]?)?((?=[^-_]{0,40}\d)[\w-]{1,60})",
    re.I,
)
"""The id of a comment's element; the first group is the comment's own id."""
_NUMBER = re.compile(r"([+\-−]?\d{1,6})(?:\s\w{4,9})?$")
# "Dec 24th, 2020 - 09:34 am - Link - Report abuse -2": a time, two actions, a signed score.
_STATED = ("datetime", "content", "data-timestamp", "data-time", "data-date", "title")
_PROSE = ("p", "blockquote")
_MAX_ELEMENTS = 1_000
_LONGEST_NAME = 60
_LONGEST_LINE = 100
_MAX_IN_LINE = 12
# An element in a comment often has the same text as its parent.
_stamps = lru_cache(maxsize=512)(find_stamps)


class Element:
    """An element in a comment.

    at, end: the half-open range of its descendants, itself first.
    size: approximate length of its text, without other comments in it.
    """

    __slots__ = ("_text", "at", "attributes", "end", "node", "parts", "size", "tag")

    def __init__(self, node: LexborNode, at: int) -> None:
        self.node = node
        self.tag = node.tag or ""
        self.attributes = node.attributes
        self.at = at
        self.end = at + 1
        self.parts = NOTHING
        if self.attributes:
            named = self.attributes.get("class") or ""
            if also := self.attributes.get("itemprop"):
                named = f"{named} {also}"
            if named:
                self.parts = parts_of(named)
        self.size = 0
        # Set to "" if it contains another comment: then it is neither a name nor a time.
        self._text: str | None = None

    @property
    def text(self) -> str:
        """Its text with white space folded."""
        if self._text is None:
            self._text = element_text(self.node)
        return self._text

    def contains(self, other: Element | None) -> bool:
        """Return whether another element is this one or inside it."""
        return other is not None and self.at <= other.at < self.end


@dataclass(slots=True, kw_only=True)
class Item:
    """One comment: the elements of its parts, and its attributes.

    author: None if the name is not in an element of its own.
    loose: the element with the time in its own text, and that time.
    stated: data for all its segments.
    above: the comment that it answers.
    """

    node: LexborNode
    author: Element | None
    name: str
    time: Element | None
    texts: list[Element]
    chrome: list[Element] = field(default_factory=list)
    score: Element | None = None
    loose: tuple[Element, str] | None = None
    id: str = ""
    parent: str = ""
    stated: Details = field(default_factory=Details)
    above: Item | None = None

    @property
    def is_dated(self) -> bool:
        """Whether its time is known."""
        return self.time is not None or self.loose is not None or "when" in self.stated

    @property
    def is_sure(self) -> bool:
        """Whether there is more evidence of a comment than an author and text."""
        return bool(self.id or self.is_dated or self.score or self.stated) or (
            "itemtype" in self.node.attributes
        )


def read(node: LexborNode, elements: list[Element], has_others: bool) -> Item | None:
    """Read an element as a comment; None if it lacks an author or text.

    elements: its elements outside other comments. has_others: whether it contains comments.
    """
    if len(elements) > _MAX_ELEMENTS:
        return None
    if not any(e.tag in _PROSE or "text" in e.parts or "comment" in e.parts for e in elements):
        return None
    time = _time(elements)
    author = _author(elements, time)
    name = _name(author.text) if author is not None else _first_words(node)
    if not name:
        return None
    texts = _texts(elements, author, time)
    if not texts or any(_is_teaser(e, texts) for e in elements):
        return None
    item = Item(node=node, author=author, name=name, time=time, texts=texts)
    item.chrome = [
        e
        for e in elements
        if "chrome" in e.parts and any(t.contains(e) and t.size > 2 * e.size for t in texts)
    ]
    if time is None:
        # The last line of a comment with others in it belongs to those.
        if not has_others:
            item.stated |= closing_line(node.text_lexbor()) and closing_line(element_text(node))
        if not item.stated:
            item.loose = _time_in_text(elements)
    _add_score(item, elements)
    _add_ids(item, elements)
    return item


def closing_line(text: str) -> Details:
    """Return the time and score in the closing line of a comment; empty if it has none."""
    text = text.rstrip()[-_LONGEST_LINE:]
    found = CLOSING.search(text)
    if not found:
        return {}
    stamps = _stamps(text[: found.start()])
    when = text[stamps[-1].start : stamps[-1].end] if stamps else ""
    data: Details = {"when": when} if when else {}
    if found[1]:
        data["score"] = found[1].replace("−", "-")
    return data


def time_line(element: Element) -> Details:
    """Return the printed time, stated time and score in the line with a comment's time."""
    text = element.text
    data = closing_line(text)
    if "when" not in data:
        stamps = _stamps(text[:_LONGEST_LINE])
        data["when"] = text[stamps[0].start : stamps[-1].end] if stamps else text
    stated = _stated_time(element)
    if stated and stated != text:
        data["datetime"] = stated
    return data


def score(element: Element) -> str:
    """Return the signed number in an element's text."""
    found = _NUMBER.match(element.text)
    return found[1].replace("−", "-") if found else ""


def _stated_time(element: Element) -> str:
    get = element.attributes.get
    return next((value for name in _STATED if (value := get(name))), "")


def own_elements(root: LexborNode, stops: dict[int, LexborNode]) -> tuple[list[Element], bool]:
    """Return a comment's elements outside other comments, in document order.

    Also returns whether it contains other comments. Stops after a thousand elements: no comment
    has so many.

    stops: the other comments.
    """
    found: list[Element] = []
    stack: list[tuple[LexborNode, Element, int]] = []
    node = root.first_child
    size = others = 0
    while True:
        if len(found) > _MAX_ELEMENTS:
            return found, others > 0
        if node is None:
            if not stack:
                return found, others > 0
            node, element, before = stack.pop()
            element.end = len(found)
            element.size += size
            if others > before:
                element._text = ""
            node = node.next
            continue
        tag = node.tag or "-"
        if tag == "-text":
            size += len((node.text_content or "").strip())
        other = node.mem_id in stops
        others += other
        if other or tag[0] == "-" or tag in _SKIPPED:
            node = node.next
            continue
        element = Element(node, len(found))
        element.size = -size
        found.append(element)
        if (child := node.first_child) is not None:
            stack.append((node, element, others))
            node = child
        else:
            element.size = 0
            node = node.next


_SKIPPED = (INVISIBLE - {"meta"}) | {"form", "br", "img", "hr"}


def _time(elements: list[Element]) -> Element | None:
    """Return the element of a comment's time: a time element, one with such a name, or a line."""
    for element in elements:
        if element.tag == "time" and element.size:
            return element
    named = [e for e in elements if "time" in e.parts and (_is_time(e) or _has_stated_time(e))]
    if not named:
        named = [e for e in elements if "text" not in e.parts and _is_time(e)]
    return min(named, key=lambda e: e.end - e.at, default=None)


def _is_time(element: Element) -> bool:
    if element.tag == "meta" or element.end - element.at > _MAX_IN_LINE:
        return False
    text = element.text if 2 < element.size <= _LONGEST_LINE else ""
    return any(map(str.isdigit, text)) and bool(_stamps(text))


def _has_stated_time(element: Element) -> bool:
    """Return whether an element whose name means time has one in an attribute."""
    if element.tag == "meta" or not 0 < element.size <= _LONGEST_LINE:
        return False
    stated = _stated_time(element)
    return any(map(str.isdigit, stated)) and bool(_stamps(stated[:_LONGEST_LINE]))


def _time_in_text(elements: list[Element]) -> tuple[Element, str] | None:
    """Return the element with a time in its own text, and that time."""
    for element in elements:
        child = element.node.first_child
        while child is not None:
            if child.tag == "-text":
                text = " ".join((child.text_content or "").split())
                if len(text) <= _LONGEST_LINE and any(map(str.isdigit, text)):
                    stamps = _stamps(text)
                    if stamps and stamps[0].end - stamps[0].start > len(text) // 2:
                        return element, text[stamps[0].start : stamps[0].end]
            child = child.next
    return None


def _author(elements: list[Element], time: Element | None) -> Element | None:
    """Return the element of a comment's author."""
    best: Element | None = None
    most = 0
    bodies = [
        e for e in elements if "text" in e.parts and time is not None and not e.contains(time)
    ]
    for element in elements:
        rank = element.parts.get("author", 0)
        if (
            rank > most
            and not element.contains(time)
            and not any(b.contains(element) for b in bodies)
        ):
            if element.tag != "meta" and 0 < element.size <= _LONGEST_NAME and element.text:
                best, most = element, rank
    if best is None and time is not None:
        first = next((e for e in elements if e.end == e.at + 1 and e.size), None)
        if first is not None and not time.contains(first) and _is_short(first.text):
            around = [e for e in elements[: first.at] if e.contains(first)]
            if not any(e.tag in _PROSE and e.size > first.size for e in around):
                best = first
    return best


def _is_short(text: str) -> bool:
    blanks = text.count(" ")
    return 0 < len(text) <= 40 and blanks < 5 and (blanks < 2 or text[-1] not in ".!?")


def _name(text: str) -> str:
    return text.removesuffix(":").removesuffix(" says").strip() or text


def _first_words(node: LexborNode) -> str:
    """Return the text before the first child element, if it is short."""
    child = node.first_child
    while child is not None and child.tag == "-text":
        text = " ".join((child.text_content or "").split())
        if text:
            return text if _is_short(text) else ""
        child = child.next
    return ""


def _texts(elements: list[Element], author: Element | None, time: Element | None) -> list[Element]:
    """Return the elements with a comment's text."""
    own = [
        e
        for e in elements
        if not e.contains(author)
        and not e.contains(time)
        and not (author and author.contains(e))
        and not (time and time.contains(e))
    ]
    named = _outermost([e for e in own if "text" in e.parts and e.size])
    loose = _outermost([e for e in own if e.tag in _PROSE and e.size])
    if named and sum(e.size for e in named) * 2 >= sum(e.size for e in loose):
        return named
    return loose or _outermost([e for e in own if "comment" in e.parts and e.size])


def _outermost(elements: list[Element]) -> list[Element]:
    kept: list[Element] = []
    for element in elements:
        if not kept or not kept[-1].contains(element):
            kept.append(element)
    return kept


def _is_teaser(element: Element, texts: list[Element]) -> bool:
    """Return whether a heading beside the text links to another page, as teasers do."""
    if element.tag not in ("h1", "h2", "h3", "h4") or any(t.contains(element) for t in texts):
        return False
    link = element.node.css_first("a[href]")
    href = (link.attributes.get("href") or "") if link is not None else ""
    return bool(href) and "#" not in href and "user" not in href and "author" not in href


def _add_score(item: Item, elements: list[Element]) -> None:
    for element in elements:
        if "score" not in element.parts or any(t.contains(element) for t in item.texts):
            continue
        if element.tag == "meta":
            stated = _NUMBER.match(element.attributes.get("content") or "")
            if stated:
                item.stated.setdefault("score", stated[1])
        elif item.score is None and element.size < 20 and score(element):
            item.score = element


def _add_ids(item: Item, elements: list[Element]) -> None:
    """Set the page's ids of a comment and of the one it answers."""
    parent = item.node.parent
    around = [parent.attributes] if parent is not None and parent.tag == "li" else []
    nodes: list[Attributes] = [item.node.attributes, *around]
    nodes += [e.attributes for e in elements[:6]]
    for attributes in nodes:
        get = attributes.get
        found = ITEM_ID.fullmatch(get("id") or get("name") or "")
        stated = get("data-comment-id") or get("data-commentid")
        if stated or found:
            item.id = stated or (found[1] if found else "")
            break
    for attributes in nodes[:2]:
        get = attributes.get
        above = get("data-parent-id") or get("data-parentid") or get("data-parent") or ""
        if above.strip("0") and len(above) < 64:
            found = ITEM_ID.fullmatch(above)
            item.parent = found[1] if found else above.lstrip("#")
            break
