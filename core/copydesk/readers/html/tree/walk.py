"""The walk over a page's tree, which collects its boxes and text runs."""

from __future__ import annotations

import re
from collections.abc import Container

from selectolax.lexbor import LexborHTMLParser, LexborNode

from copydesk.readers.elements import Attributes
from copydesk.readers.html.tree import inline_parts
from copydesk.readers.html.tree.boxes import Box, Media, PageTree, TextRun, Time
from copydesk.readers.html.tree.links import is_address, is_control, unlink
from copydesk.readers.html.tree.visibility import hidden_in
from copydesk.util.text import ends_sentence

INVISIBLE = frozenset(
    "script style template noscript iframe object embed canvas audio video svg math datalist "
    "head title meta link param source track -comment !doctype input textarea".split()
)
"""Elements whose content is not visible text."""

INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite data del dfn em font i ins kbd label mark nobr q rb rp rt rtc "
    "ruby s samp small span strike strong sub sup time tt u var wbr".split()
)
"""Inline elements; all others, unknown ones too, are block elements."""

_BEFORE = 40
_PICTURE = re.compile(r"<(?:amp-)?img\b", re.IGNORECASE)
_PARAGRAPH = 80


# Kinds of elements.
(_BLOCK, _INLINE, _LINK, _BOLD, _TIME, _SPAN, _BREAK, _IMAGE, _FRAME, _RULE, _TEXT, _SKIPPED,
 _SOURCE, _MENU, _CLAIMED_LINK, _NOSCRIPT, _CONTROL) = range(17)  # fmt: skip
_NAMED = (
    dict.fromkeys(INVISIBLE, _SKIPPED)
    | dict.fromkeys(INLINE, _INLINE)
    | {"a": _LINK, "b": _BOLD, "strong": _BOLD, "time": _TIME, "span": _SPAN, "small": _SPAN,
       "cite": _SPAN, "br": _BREAK, "img": _IMAGE, "iframe": _FRAME,
       "embed": _FRAME, "video": _FRAME, "audio": _FRAME, "hr": _RULE, "-text": _TEXT,
       "source": _SOURCE, "nav": _MENU, "select": _MENU, "noscript": _NOSCRIPT}
)  # fmt: skip


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
_INVISIBLE_KINDS = (_SKIPPED, _FRAME, _SOURCE, _NOSCRIPT)
_BOXED = (_BLOCK, _CLAIMED_LINK)


def walk(body: LexborNode, claimed: Container[int] = ()) -> PageTree:
    """Read the tree below an element once, in document order.

    claimed: `mem_id` of elements that become boxes, even inline ones.
    """
    page = PageTree()
    boxes, runs = page.boxes, page.runs
    hidden = hidden_in(body)
    looked_at = bool(hidden or claimed)
    box = Box("body", None, body, 0, 0)
    boxes.append(box)
    pieces: list[str] = []
    linked = bold = control = links = bolds = controls = breaks = offset = 0
    href = around = ""
    sources: list[Attributes] = []
    sources_in: Box | None = None
    empty_link = False
    # The open elements with their kinds.
    stack: list[tuple[LexborNode, int]] = []
    # An outlet may also select elements in a menu.
    kind_of = (_KINDS_ALL if claimed else _KINDS).get
    node = body.child

    def flush() -> None:
        """End the current run."""
        nonlocal linked, bold, control, href, offset
        text = pieces[0] if len(pieces) == 1 else "".join(pieces)
        text = text.strip("\n") if box.tag == "pre" else " ".join(text.split())
        pieces.clear()
        if text:
            size = len(text)
            if empty_link:
                page.broken.append(len(runs))
            # The counts include white space that has been folded.
            in_links = linked if linked < size else size
            if control and is_control(text, control, box):
                in_links = size
            runs.append(TextRun(text, box, offset, in_links, bold if bold < size else size, href))
            offset += size + 1
        linked = bold = control = 0
        # A link around several blocks continues in the next one.
        href = around if links else ""

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
                part = box if box.tag in inline_parts.SPANS else None
                box = box.parent  # type: ignore[assignment]
                if part is not None and part.first and runs[part.first - 1].box is box:
                    page.joined.add(len(runs))
            elif kind == _LINK:
                links -= 1
            elif kind == _BOLD:
                bolds -= 1
            elif kind == _CONTROL:
                controls -= 1
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
                if controls:
                    control += len(text)
        elif kind <= _SPAN:
            child = node.child
            is_separate = False
            if looked_at:
                mem = node.mem_id
                if mem in hidden:
                    child = None
                elif mem in claimed:
                    is_separate = child is not None
            if kind == _SPAN and child is not None and not is_separate:
                is_separate = inline_parts.is_separate(node)
            if kind == _BLOCK or is_separate:
                if pieces:
                    flush()
                breaks = 0
                empty_link = False
                tag = node.tag or ""
                if tag == "amp-img":
                    page.media.append(Media("image", len(runs), box, node.attributes))
                if child is not None:
                    box = Box(tag, box, node, len(runs), len(boxes))
                    boxes.append(box)
                    if kind == _LINK and is_address(named := node.attributes.get("href")):
                        links += 1
                        href = around = named or ""
                        stack.append((node, _CLAIMED_LINK))
                    else:
                        stack.append((node, _BLOCK))
                    node = child
                    continue
            elif child is None:
                empty_link = kind == _LINK
            else:
                if kind == _LINK:
                    named = node.attributes.get("href")
                    if is_address(named):
                        links += 1
                        around = named or ""
                        href = href or around
                    elif named is None:
                        kind = _INLINE
                    else:
                        controls += 1
                        kind = _CONTROL
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
            page.media.append(Media("divider", len(runs), box, {}))
        elif kind == _IMAGE:
            given = tuple(sources) if sources_in is box else ()
            page.media.append(Media("image", len(runs) + bool(pieces), box, node.attributes, given))
        elif kind == _FRAME:
            page.media.append(Media("embed", len(runs) + bool(pieces), box, node.attributes))
        elif kind == _MENU:
            if pieces:
                flush()
            if not (hidden and node.mem_id in hidden):
                texts = _visible_texts(node, hidden)
                if _has_paragraphs(texts):
                    breaks = 0
                    empty_link = False
                    box = Box(node.tag or "", box, node, len(runs), len(boxes))
                    boxes.append(box)
                    stack.append((node, _BLOCK))
                    node = node.child
                    continue
                _add_menu(page, node, box, texts)
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
                page.media.append(Media("noscript", len(runs) + bool(pieces), box, {}, given, html))
        node = node.next
    if pieces:
        flush()
    unlink(runs)
    page.close()
    return page


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
        elif kind not in _INVISIBLE_KINDS and not (hidden and node.mem_id in hidden):
            if (child := node.child) is not None:
                around.append(node)
                node = child
                continue
        node = node.next
