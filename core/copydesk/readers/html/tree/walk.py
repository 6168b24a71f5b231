"""The walk over a page's tree, which collects its boxes and text runs."""

from __future__ import annotations

import re
from collections.abc import Collection

from selectolax.lexbor import LexborHTMLParser, LexborNode

from copydesk.model.inline import Marked
from copydesk.readers.elements import Attributes
from copydesk.readers.html.tree.boxes import Box, Media, PageTree, TextRun, Time
from copydesk.readers.html.tree.inline_parts import SPANS, is_separate
from copydesk.readers.html.tree.links import is_address, is_control, unlink
from copydesk.readers.html.tree.visibility import hidden_in
from copydesk.util.text import ends_sentence

INVISIBLE = frozenset(
    "script style template noscript iframe object embed canvas audio video svg math datalist "
    "head title meta link param source track -comment !doctype input textarea".split()
)
"""Elements whose content is not visible text."""

INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q rb rp "
    "rt rtc ruby s samp small span strike strong sub sup time tt u var wbr".split()
)
"""Inline elements; all others, unknown ones too, are block elements."""

_BEFORE = 40
_PICTURE = re.compile(r"<(?:amp-)?img\b", re.IGNORECASE)
_PARAGRAPH = 80
# Marks nested deeper are left out: some pages leave thousands of elements open.
_DEEPEST = 16


# Kinds of elements.
_BLOCK, _INLINE, _LINK, _BOLD, _EMPHASIS, _CODE, _TIME, _SPAN, _BREAK, _IMAGE = range(10)
_FRAME, _RULE, _TEXT, _SKIPPED, _SOURCE, _MENU, _CLAIMED_LINK, _NOSCRIPT, _CONTROL = range(10, 19)
_NAMED = (
    dict.fromkeys(INVISIBLE, _SKIPPED)
    | dict.fromkeys(INLINE, _INLINE)
    | dict.fromkeys("b strong".split(), _BOLD)
    | dict.fromkeys("em i".split(), _EMPHASIS)
    | dict.fromkeys("code kbd samp tt var".split(), _CODE)
    | dict.fromkeys("span small cite".split(), _SPAN)
    | dict.fromkeys("iframe embed video audio".split(), _FRAME)
    | dict.fromkeys("nav select".split(), _MENU)
    | {"a": _LINK, "time": _TIME, "br": _BREAK, "img": _IMAGE, "hr": _RULE}
    | {"-text": _TEXT, "source": _SOURCE, "noscript": _NOSCRIPT}
)


def _kinds_by_tag_id() -> dict[int, int]:
    """Map the parser's tag ids, which are cheaper to read than names, to kinds."""
    names = [n for n in _NAMED if n not in ("-text", "-comment", "!doctype", "head")]
    tree = LexborHTMLParser(
        "<!doctype html><p>x<!-- x -->" + "".join(f"<{n}></{n}>" for n in names)
    )
    nodes = tree.root.traverse(include_text=True) if tree.root else ()
    return {node.tag_id: _NAMED[node.tag] for node in nodes if node.tag in _NAMED}


_KINDS = _kinds_by_tag_id()
_KINDS_ALL = {number: kind for number, kind in _KINDS.items() if kind != _MENU}
_MARKS = {_LINK: "link", _BOLD: "strong", _EMPHASIS: "emphasis", _CODE: "code"}
_BOXED = (_BLOCK, _CLAIMED_LINK)
_INVISIBLE_KINDS = (_SKIPPED, _FRAME, _SOURCE, _NOSCRIPT)


def walk(body: LexborNode, claimed: Collection[int] = ()) -> PageTree:
    """Read the tree below an element once, in document order.

    claimed: `mem_id` of elements that become boxes, even inline ones.
    """
    walking = _Walk(body, claimed)
    # An outlet may also select elements in a menu.
    kind_of = (_KINDS_ALL if claimed else _KINDS).get
    stack, pieces, marked = walking.stack, walking.pieces, walking.marked
    openers = [walking.open_box, *[walking.open_inline] * _SPAN]
    open_marked, leave, read_text = walking.open_marked, walking.leave, walking.read_text
    node = body.first_child
    while True:
        if node is None:
            if not stack:
                return walking.end()
            node = leave().next
            continue
        kind = kind_of(node.tag_id, _BLOCK)
        if kind == _TEXT:
            # Most text nodes are white space, which the parser knows without making a str of it.
            if node.is_empty_text_node or (text := node.text_content or "").isspace():
                if pieces:
                    pieces.append(" ")
            else:
                read_text(text)
        elif kind <= _SPAN:
            child = node.first_child
            opener = open_marked if marked and node.mem_id in marked else openers[kind]
            if opener(node, kind, child):
                node = child
                continue
        elif kind == _MENU:
            if walking.enter_menu(node):
                node = node.first_child
                continue
        elif kind != _SKIPPED:
            walking.read_void(node, kind)
        node = node.next


class _Walk:
    """The state of a walk: the open elements, and the text run that is being collected."""

    __slots__ = tuple(
        """around bold bolds box breaks control controls empty_link ended hidden href linked links
        marked marks offset open_marks page pieces sources sources_in stack""".split()
    )

    def __init__(self, body: LexborNode, claimed: Collection[int]) -> None:
        self.page = PageTree()
        self.hidden = hidden_in(body)
        # Most elements are neither hidden nor claimed.
        self.marked = self.hidden.union(claimed)
        self.box = Box("body", None, body, 0, 0)
        self.page.boxes.append(self.box)
        # The open elements with their kinds, and how many of them are links, bold, controls.
        self.stack: list[tuple[LexborNode, int]] = []
        self.links = self.bolds = self.controls = 0
        # The current run: its text, and how many characters of it are linked, bold, in controls.
        self.pieces: list[str] = []
        self.linked = self.bold = self.control = self.breaks = self.offset = 0
        self.href = self.around = ""
        self.empty_link = False
        # The marks of the current run, and the open ones: run and piece of their start, kind, href.
        self.marks: list[tuple[int, int, str, str]] = []
        self.open_marks: list[tuple[int, int, str, str]] = []
        self.ended = 0
        self.sources: list[Attributes] = []
        self.sources_in: Box | None = None

    def end(self) -> PageTree:
        """Return the page, once every element is left."""
        if self.pieces:
            self._end_run()
        unlink(self.page.runs)
        self.page.close()
        return self.page

    def read_text(self, text: str) -> None:
        """Add a text node to the current run."""
        self.pieces.append(text)
        self.breaks = 0
        self.empty_link = False
        if self.links:
            self.linked += len(text)
        if self.bolds:
            self.bold += len(text)
        if self.controls:
            self.control += len(text)

    def open_marked(self, node: LexborNode, kind: int, child: LexborNode | None) -> bool:
        """Open an element that is claimed, or pass one that is hidden."""
        if node.mem_id in self.hidden:
            child = None
        if kind == _BLOCK or child is not None:
            return self.open_box(node, kind, child)
        return self.open_inline(node, kind, child)

    def open_inline(self, node: LexborNode, kind: int, child: LexborNode | None) -> bool:
        """Open an inline element; return whether its children are read."""
        if child is None:
            self.empty_link = kind == _LINK
            return False
        if kind == _SPAN and is_separate(node):
            return self.open_box(node, kind, child)
        if kind == _LINK:
            kind = self._open_link(node)
        elif kind in _MARKS:
            self._open_mark(kind, "")
            self.bolds += kind == _BOLD
        elif kind == _TIME:
            before = "".join([piece[-_BEFORE:] for piece in self.pieces[-3:]])
            self.page.times.append(Time(len(self.page.runs), node, before))
        self.stack.append((node, kind))
        return True

    def leave(self) -> LexborNode:
        """Close the innermost open element and return it."""
        node, kind = self.stack.pop()
        if kind in _BOXED:
            if self.pieces:
                self._end_run()
            self.breaks = 0
            self.empty_link = False
            if kind == _CLAIMED_LINK:
                self.links -= 1
                self.open_marks.pop()
            box, runs = self.box, self.page.runs
            box.last = len(runs)
            self.box = box.parent  # type: ignore[assignment]
            if box.tag in SPANS and box.first and runs[box.first - 1].box is self.box:
                self.page.joined.add(len(runs))
        elif kind in _MARKS:
            run, first, name, href = self.open_marks.pop()
            if run != self.ended:
                first = 0
            if (end := len(self.pieces)) > first and len(self.open_marks) < _DEEPEST:
                self.marks.append((first, end, name, href))
            if kind == _BOLD:
                self.bolds -= 1
            elif kind == _LINK:
                self.links -= 1
                if not self.links and not self.pieces:
                    # Its blocks have ended; the next link is another one.
                    self.href = ""
        elif kind == _CONTROL:
            self.controls -= 1
        return node

    def enter_menu(self, node: LexborNode) -> bool:
        """Read a menu as one run; return whether its children are to be read one by one."""
        if self.pieces:
            self._end_run()
        if self.hidden and node.mem_id in self.hidden:
            return False
        texts = _visible_texts(node, self.hidden)
        if _has_paragraphs(texts):
            return self.open_box(node, _BLOCK, node.first_child)
        _add_menu(self.page, node, self.box, texts)
        self.offset = self.page.characters + 1 if self.page.runs else 0
        return False

    def read_void(self, node: LexborNode, kind: int) -> None:
        """Read an element without text: a line break, a divider, media."""
        if kind == _BREAK:
            self.breaks += 1
            if self.pieces:
                if self.breaks > 1:
                    self._end_run()
                else:
                    self.pieces.append("\n")
        elif kind == _RULE:
            if self.pieces:
                self._end_run()
            self._add_media("divider", {})
        elif kind == _IMAGE:
            self._add_media("image", node.attributes, self._given())
        elif kind == _FRAME:
            self._add_media("embed", node.attributes)
        elif kind == _SOURCE:
            if self.sources_in is not self.box:
                self.sources_in = self.box
                self.sources = []
            self.sources.append(node.attributes)
        else:
            html = (node.first_child.text_content if node.first_child is not None else None) or ""
            if _PICTURE.search(html):
                self._add_media("noscript", {}, self._given(), html)

    def _given(self) -> tuple[Attributes, ...]:
        """Return the attributes of the source elements before a picture."""
        return tuple(self.sources) if self.sources_in is self.box else ()

    def _add_media(
        self, kind: str, attributes: Attributes, given: tuple[Attributes, ...] = (), html: str = ""
    ) -> None:
        at = len(self.page.runs) + bool(self.pieces)
        self.page.media.append(Media(kind, at, self.box, attributes, given, html))

    def open_box(self, node: LexborNode, kind: int, child: LexborNode | None) -> bool:
        """Open a block, or a claimed inline element; return whether its children are read."""
        if self.pieces:
            self._end_run()
        self.breaks = 0
        self.empty_link = False
        tag = node.tag or ""
        if tag == "amp-img":
            self._add_media("image", node.attributes)
        if child is None:
            return False
        boxed = _BLOCK
        if kind == _LINK and is_address(named := node.attributes.get("href")):
            self.links += 1
            self.href = self.around = named or ""
            self._open_mark(_LINK, self.href)
            boxed = _CLAIMED_LINK
        page = self.page
        self.box = Box(tag, self.box, node, len(page.runs), len(page.boxes))
        page.boxes.append(self.box)
        self.stack.append((node, boxed))
        return True

    def _open_link(self, node: LexborNode) -> int:
        """Count an anchor by what it is: a link, a control, or neither; return its kind."""
        # Reading one attribute is faster than a dict of all.
        named = node.attrs.get("href")
        if is_address(named):
            self.links += 1
            self.around = named or ""
            self.href = self.href or self.around
            self._open_mark(_LINK, self.around)
            return _LINK
        if named is None:
            return _INLINE
        self.controls += 1
        return _CONTROL

    def _open_mark(self, kind: int, href: str) -> None:
        self.open_marks.append((self.ended, len(self.pieces), _MARKS[kind], href))

    def _end_run(self) -> None:
        pieces, box, page = self.pieces, self.box, self.page
        text = pieces[0] if len(pieces) == 1 else "".join(pieces)
        inline: Marked | None = None
        if self.open_marks:
            self._end_open_marks()
        if self.marks:
            if box.tag != "pre":
                # Preformatted text keeps its white space, and no marks.
                inline = tuple(pieces), self.marks
            self.marks = []
        self.ended += 1
        text = text.strip("\n") if box.tag == "pre" else " ".join(text.split())
        pieces.clear()
        if text:
            size = len(text)
            if self.empty_link:
                page.broken.append(len(page.runs))
            # The counts include white space that has been folded.
            linked = self.linked if self.linked < size else size
            if self.control and is_control(text, self.control, box):
                linked = size
            bold = self.bold if self.bold < size else size
            run = TextRun(text, box, self.offset, linked, bold, self.href)
            run.inline = inline
            page.runs.append(run)
            self.offset += size + 1
        self.linked = self.bold = self.control = 0
        # A link around several blocks continues in the next one.
        self.href = self.around if self.links else ""

    def _end_open_marks(self) -> None:
        """End the run's part of elements around several runs, which continue in the next one."""
        size = len(self.pieces)
        for run, first, name, href in reversed(self.open_marks[:_DEEPEST]):
            if run != self.ended:
                first = 0
            if size > first:
                self.marks.append((first, size, name, href))


def _has_paragraphs(texts: list[str]) -> bool:
    """Return whether a menu contains paragraphs, which happens if its end tag is missing."""
    found = 0
    for text in texts:
        if len(text) >= _PARAGRAPH and ends_sentence(text.rstrip()):
            found += 1
    return found > 1


def _add_menu(page: PageTree, node: LexborNode, parent: Box, texts: list[str]) -> None:
    """Read a menu as one run in which all text is linked."""
    text = " ".join(" ".join(texts).split())
    if text:
        box = Box(node.tag or "", parent, node, len(page.runs), len(page.boxes))
        page.boxes.append(box)
        start = page.characters + 1 if page.runs else 0
        page.runs.append(TextRun(text, box, start, len(text), 0, ""))
        box.last = len(page.runs)


def _visible_texts(element: LexborNode, hidden: set[int]) -> list[str]:
    found: list[str] = []
    around: list[LexborNode] = []
    node = element.first_child
    while True:
        if node is None:
            if not around:
                return found
            node = around.pop().next
            continue
        kind = _KINDS.get(node.tag_id, _BLOCK)
        if kind == _TEXT:
            if not node.is_empty_text_node:
                found.append(node.text_content or "")
        elif kind not in _INVISIBLE_KINDS and not (hidden and node.mem_id in hidden):
            if (child := node.first_child) is not None:
                around.append(node)
                node = child
                continue
        node = node.next
