"""One walk over the tree of a page: its boxes, and the runs of text that stand in them."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass, field
from itertools import accumulate
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

from copydesk.readers.elements import Attributes
from copydesk.readers.html import parts
from copydesk.readers.html.hidden import hidden_in
from copydesk.readers.html.verdicts import verdict

INVISIBLE = frozenset(
    "script style template noscript iframe object embed canvas audio video svg math datalist "
    "head title meta link param source track -comment !doctype input textarea".split()
)
"""Elements whose text is not on the page; with hidden elements, what is not visible."""

INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite data del dfn em font i ins kbd label mark nobr q rb rp rt rtc "
    "ruby s samp small span strike strong sub sup time tt u var wbr".split()
)
"""Elements that stand in a line of text; all others, unknown ones too, stand on their own."""

_BEFORE = 40
_PICTURE = re.compile(r"<(?:amp-)?img\b", re.IGNORECASE)


class Box:
    """A block element: where it stands, what it is called, and which runs are in it.

    first, last: the runs in it, as a half-open range. order: its place among boxes.
    """

    __slots__ = ("_attributes", "_verdict", "first", "last", "node", "order", "parent", "tag")

    def __init__(
        self, tag: str, parent: Box | None, node: LexborNode, first: int, order: int
    ) -> None:
        self.tag = tag
        self.parent = parent
        self.node = node
        self.first = first
        self.last = first
        self.order = order
        self._attributes: Attributes | None = None
        self._verdict: str | None = None

    @property
    def attributes(self) -> Attributes:
        """Its attributes."""
        if self._attributes is None:
            self._attributes = self.node.attributes
        return self._attributes

    @property
    def verdict(self) -> str:
        """What it is called by its class and id, its landmark role, and its label."""
        if self._verdict is None:
            self._verdict = verdict(_called(self.attributes)) if self.attributes else ""
        return self._verdict

    def __repr__(self) -> str:
        return f"<{self.tag} {self.attributes!r} {self.first}-{self.last}>"


def _called(attributes: Attributes) -> str:
    get = attributes.get
    role = get("role") or ""
    name = f"{get('class') or ''} {get('id') or ''} {role} {get('aria-label') or ''}"
    if get("aria-modal") == "true" or role in ("dialog", "alertdialog"):
        return f"aria dialog {name}"
    return f"{name} aria hidden" if get("aria-hidden") == "true" or "inert" in attributes else name


class Run:
    """A stretch of text between two borders of blocks, white space folded.

    box: the block that it stands in. linked, bold: how many of its characters. href: of its first
    link. start: offset in the visible text.
    """

    __slots__ = ("bold", "box", "href", "linked", "start", "text")

    def __init__(self, text: str, box: Box, start: int, linked: int, bold: int, href: str) -> None:
        self.text = text
        self.box = box
        self.start = start
        self.linked = linked
        self.bold = bold
        self.href = href

    def __repr__(self) -> str:
        return f"<run {self.text[:50]!r} in {self.box!r}>"


class Insert(NamedTuple):
    """Something without words of its own in the text: a picture, an embedded frame, a rule.

    kind: "image", "noscript", "embed" or "divider". at: index of the run it stands before.
    sources: of a picture. html: what a `noscript` with a picture in it holds.
    """

    kind: str
    at: int
    box: Box
    attributes: Attributes
    sources: tuple[Attributes, ...] = ()
    html: str = ""


class Time(NamedTuple):
    """A time element: the run it stands in, and the words before it in that run, the last ones."""

    at: int
    node: LexborNode
    before: str


@dataclass(slots=True)
class Page:
    """The walked page: boxes and runs in document order, and what stands between the runs."""

    boxes: list[Box] = field(default_factory=list)
    headings: list[Box] = field(default_factory=list)
    """The boxes that are headings of the first level."""
    runs: list[Run] = field(default_factory=list)
    inserts: list[Insert] = field(default_factory=list)
    times: list[Time] = field(default_factory=list)
    broken: list[int] = field(default_factory=list)
    """Indices of runs that end in an empty link: the parser moved the link's words out of it."""
    joined: set[int] = field(default_factory=set)
    """Indices of runs that go on where a card interrupted the run of their block."""
    _sums: tuple[list[int], list[int]] = ([0], [0])
    """Characters before each run, all and inside links; one entry more than there are runs."""

    def close(self) -> None:
        """Count the text, once all runs are there."""
        self.boxes[0].last = len(self.runs)
        self.headings = [box for box in self.boxes if box.tag == "h1"]
        self._sums = (
            list(accumulate([len(run.text) for run in self.runs], initial=0)),
            list(accumulate([run.linked for run in self.runs], initial=0)),
        )

    def chars(self, box: Box) -> int:
        """How many characters of text a block holds."""
        sums = self._sums[0]
        return sums[box.last] - sums[box.first]

    def linked(self, box: Box) -> int:
        """How many of them stand inside links."""
        sums = self._sums[1]
        return sums[box.last] - sums[box.first]

    @property
    def text(self) -> str:
        """The visible text: the runs, one a line."""
        return "\n".join([run.text for run in self.runs])

    @property
    def characters(self) -> int:
        """How long the visible text is."""
        last = self.runs[-1] if self.runs else None
        return last.start + len(last.text) if last else 0


# What an element is to the walk.
(_BLOCK, _INLINE, _LINK, _BOLD, _TIME, _SPAN, _BREAK, _IMAGE, _FRAME, _RULE, _TEXT, _SKIPPED,
 _SOURCE, _MENU, _CLAIMED_LINK, _NOSCRIPT) = range(16)  # fmt: skip
_NAMED = (
    dict.fromkeys(INVISIBLE, _SKIPPED)
    | dict.fromkeys(INLINE, _INLINE)
    | {"a": _LINK, "b": _BOLD, "strong": _BOLD, "time": _TIME, "span": _SPAN, "small": _SPAN,
       "cite": _SPAN, "br": _BREAK, "img": _IMAGE, "iframe": _FRAME,
       "embed": _FRAME, "video": _FRAME, "audio": _FRAME, "hr": _RULE, "-text": _TEXT,
       "source": _SOURCE, "nav": _MENU, "select": _MENU, "noscript": _NOSCRIPT}
)  # fmt: skip


def _numbered() -> dict[int, int]:
    """The same by the parser's numbers for elements, which are cheaper to ask for than names."""
    names = [n for n in _NAMED if n not in ("-text", "-comment", "!doctype", "head")]
    tree = LexborHTMLParser(
        "<!doctype html><p>x<!-- x -->" + "".join(f"<{n}></{n}>" for n in names)
    )
    nodes = tree.root.traverse(include_text=True) if tree.root else ()
    return {node.tag_id: _NAMED[node.tag] for node in nodes if node.tag in _NAMED}


_KINDS = _numbered()
_KINDS_ALL = {number: kind for number, kind in _KINDS.items() if kind != _MENU}
_UNSEEN = (_SKIPPED, _FRAME, _SOURCE, _NOSCRIPT)
_BOXED = (_BLOCK, _CLAIMED_LINK)


def walk(body: LexborNode, claimed: Container[int] = ()) -> Page:
    """Read the tree below an element once, in document order.

    claimed: `mem_id` of elements that are to be boxes of their own, inline ones too.
    """
    page = Page()
    boxes, runs = page.boxes, page.runs
    hidden = hidden_in(body)
    looked_at = bool(hidden or claimed)
    box = Box("body", None, body, 0, 0)
    boxes.append(box)
    pieces: list[str] = []
    linked = bold = links = bolds = breaks = offset = 0
    href = ""
    sources: list[Attributes] = []
    sources_in: Box | None = None
    empty_link = False
    # What ends when an element ends: its node and what kind it is.
    stack: list[tuple[LexborNode, int]] = []
    # Where an outlet names elements they may stand in a menu too.
    kind_of = (_KINDS_ALL if claimed else _KINDS).get
    node = body.child

    def flush() -> None:
        """End the run that is being read."""
        nonlocal linked, bold, href, offset
        text = pieces[0] if len(pieces) == 1 else "".join(pieces)
        text = text.strip("\n") if box.tag == "pre" else " ".join(text.split())
        pieces.clear()
        if text:
            size = len(text)
            if empty_link:
                page.broken.append(len(runs))
            # White space that was folded counts in neither.
            in_links = linked if linked < size else size
            runs.append(Run(text, box, offset, in_links, bold if bold < size else size, href))
            offset += size + 1
        linked = bold = 0
        href = ""

    while True:
        if node is None:
            if not stack:
                break
            node, kind = stack.pop()
            if kind in _BOXED:
                if pieces:
                    flush()
                breaks = 0
                empty_link = False
                links -= kind == _CLAIMED_LINK
                box.last = len(runs)
                part = box if box.tag in parts.SPANS else None
                box = box.parent  # type: ignore[assignment]
                if part is not None and part.first and runs[part.first - 1].box is box:
                    page.joined.add(len(runs))
            elif kind == _LINK:
                links -= 1
            elif kind == _BOLD:
                bolds -= 1
            node = node.next
            continue
        kind = kind_of(node.tag_id, _BLOCK)
        if kind == _TEXT:
            text = node.text_content or ""
            if text.isspace():
                if pieces:
                    pieces.append(" ")
            else:
                pieces.append(text)
                breaks = 0
                empty_link = False
                if links:
                    linked += len(text)
                if bolds:
                    bold += len(text)
        elif kind <= _SPAN:
            child = node.child
            is_part = False
            if looked_at:
                mem = node.mem_id
                if mem in hidden:
                    child = None
                elif mem in claimed:
                    is_part = child is not None
            if kind == _SPAN and child is not None and not is_part:
                is_part = parts.is_part(node)
            if kind == _BLOCK or is_part:
                if pieces:
                    flush()
                breaks = 0
                empty_link = False
                tag = node.tag or ""
                if tag == "amp-img":
                    page.inserts.append(Insert("image", len(runs), box, node.attributes))
                if child is not None:
                    box = Box(tag, box, node, len(runs), len(boxes))
                    boxes.append(box)
                    if kind == _LINK:
                        links += 1
                        href = node.attributes.get("href") or ""
                    stack.append((node, _BLOCK if kind != _LINK else _CLAIMED_LINK))
                    node = child
                    continue
            elif child is None:
                empty_link = kind == _LINK
            else:
                if kind == _LINK:
                    links += 1
                    if not href:
                        href = node.attributes.get("href") or ""
                elif kind == _BOLD:
                    bolds += 1
                elif kind == _TIME:
                    before = "".join([piece[-_BEFORE:] for piece in pieces[-3:]])
                    page.times.append(Time(len(runs), node, before))
                stack.append((node, kind))
                node = child
                continue
        elif kind == _SKIPPED:
            pass
        elif kind == _BREAK:
            breaks += 1
            if pieces:
                if breaks > 1:
                    flush()
                else:
                    pieces.append("\n")
        elif kind == _RULE:
            if pieces:
                flush()
            page.inserts.append(Insert("divider", len(runs), box, {}))
        elif kind == _IMAGE:
            given = tuple(sources) if sources_in is box else ()
            page.inserts.append(
                Insert("image", len(runs) + bool(pieces), box, node.attributes, given)
            )
        elif kind == _FRAME:
            page.inserts.append(Insert("embed", len(runs) + bool(pieces), box, node.attributes))
        elif kind == _MENU:
            if pieces:
                flush()
            if not (hidden and node.mem_id in hidden):
                _menu(page, node, box, hidden)
                offset = page.characters + 1 if runs else 0
        elif kind == _SOURCE:
            if sources_in is not box:
                sources_in = box
                sources = []
            sources.append(node.attributes)
        elif kind == _NOSCRIPT:
            html = (node.child.text_content if node.child is not None else None) or ""
            if _PICTURE.search(html):
                given = tuple(sources) if sources_in is box else ()
                page.inserts.append(
                    Insert("noscript", len(runs) + bool(pieces), box, {}, given, html)
                )
        node = node.next
    if pieces:
        flush()
    page.close()
    return page


def _menu(page: Page, node: LexborNode, parent: Box, hidden: set[int]) -> None:
    """Read a menu as one run: its entries are links, and nothing in it is the article."""
    text = " ".join(" ".join(_texts(node, hidden)).split())
    if text:
        box = Box(node.tag or "", parent, node, len(page.runs), len(page.boxes))
        page.boxes.append(box)
        start = page.characters + 1 if page.runs else 0
        page.runs.append(Run(text, box, start, len(text), 0, ""))
        box.last = len(page.runs)


def _texts(element: LexborNode, hidden: set[int]) -> list[str]:
    """The visible texts below an element."""
    found: list[str] = []
    around: list[LexborNode] = []
    node = element.child
    while True:
        if node is None:
            if not around:
                return found
            node = around.pop().next
            continue
        kind = _KINDS.get(node.tag_id, _BLOCK)
        if kind == _TEXT:
            found.append(node.text_content or "")
        elif kind not in _UNSEEN and not (hidden and node.mem_id in hidden):
            if (child := node.child) is not None:
                around.append(node)
                node = child
                continue
        node = node.next
