"""The parts of an article's element, and what the generic reading keeps of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from copydesk.draft import Draft, Segment
from copydesk.readers.html.hidden import hidden_in
from copydesk.readers.html.walk import INVISIBLE
from copydesk.text import unspaced

_CORE = 0.6
"""Least share of the body's characters that the element called the core holds."""
_LARGE = 0.2
"""Share of the body from which a part is looked into."""


@dataclass(frozen=True, slots=True)
class Part:
    """One element below the core of an article.

    segments: those of the body that stand in it. kept: their characters. whole: all visible
    characters in it. share: kept, of the body's. first: whether it opens the body.
    """

    node: LexborNode
    segments: tuple[Segment, ...]
    kept: int
    whole: int
    share: float
    first: bool

    def has(self, *tags: str) -> bool:
        """Whether one of these elements stands in it."""
        return any(node.tag in tags for node in self.node.traverse())


@dataclass(frozen=True, slots=True)
class Placed:
    """A segment and the elements that it stands in, the outermost first."""

    segment: Segment
    characters: int
    above: tuple[LexborNode, ...]

    def stands_in(self, node: LexborNode) -> bool:
        """Whether it stands in an element."""
        return any(one.mem_id == node.mem_id for one in self.above)


class Anatomy:
    """Where the segments of a draft stand in the markup of its page.

    placed: the segments that were found there, in order.
    """

    def __init__(self, draft: Draft, tree: LexborHTMLParser) -> None:
        owners: list[LexborNode] = []
        written: list[str] = []
        self._hidden = hidden_in(tree.body) if tree.body is not None else set()
        if tree.body is not None:
            for node in self._texts(tree.body):
                letters = unspaced(node.text_content or "")
                written.append(letters)
                owners += [node] * len(letters)
        visible = "".join(written)
        self.placed: list[Placed] = []
        at = 0
        for segment in draft.segments:
            letters = unspaced(draft.text[segment.start : segment.end])
            found = visible.find(letters, at)
            if found >= 0:
                at = found + len(letters)
                above = _shared(owners[found], owners[at - 1])
                self.placed.append(Placed(segment, len(letters), above))

    def within(self, node: LexborNode) -> list[Segment]:
        """The segments that stand in an element."""
        return [p.segment for p in self.placed if p.stands_in(node)]

    def element(self, segment: Segment) -> LexborNode | None:
        """The innermost element that a segment stands in."""
        for placed in self.placed:
            if placed.segment is segment and placed.above:
                return placed.above[-1]
        return None

    def parts(self) -> list[Part]:
        """The parts of the core in document order; a large one is cut into its own parts."""
        body = [p for p in self.placed if p.segment.field == "body"]
        whole = sum(p.characters for p in body)
        core = _core(body, whole)
        return list(self._parts(core, body, whole, first=True)) if core is not None else []

    def _texts(self, root: LexborNode) -> Iterator[LexborNode]:
        """The visible text nodes below an element, in document order."""
        waiting = [root.child]
        while waiting:
            node = waiting.pop()
            if node is None:
                continue
            waiting.append(node.next)
            if node.is_text_node:
                yield node
            elif node.is_element_node and node.tag not in INVISIBLE:
                if node.mem_id not in self._hidden:
                    waiting.append(node.child)

    def _parts(
        self, core: LexborNode, body: Sequence[Placed], whole: int, *, first: bool
    ) -> Iterator[Part]:
        around = {n.mem_id for n in _above(core)}
        groups: dict[int, list[Placed]] = {}
        nodes: dict[int, LexborNode] = {}
        for placed in body:
            # Beside the core, a part is what hangs on the nearest element around it.
            node = next((n for n in placed.above if n.mem_id not in around), None)
            if node is not None:
                nodes[node.mem_id] = node
                groups.setdefault(node.mem_id, []).append(placed)
        for number, (at, held) in enumerate(groups.items()):
            node = nodes[at]
            kept = sum(p.characters for p in held)
            opens = first and number == 0
            if kept > _LARGE * whole and sum(p.above[-1].mem_id != at for p in held) > 2:
                yield from self._parts(node, held, whole, first=opens)
            else:
                segments = tuple(p.segment for p in held)
                letters = sum(len(unspaced(t.text_content or "")) for t in self._texts(node))
                yield Part(node, segments, kept, letters, kept / whole, opens)


def _above(node: LexborNode | None) -> list[LexborNode]:
    found = []
    while node is not None and node.is_element_node and node.tag != "html":
        found.append(node)
        node = node.parent
    return found[::-1]


def _shared(first: LexborNode, last: LexborNode) -> tuple[LexborNode, ...]:
    """The elements that hold two text nodes, the outermost first."""
    if first.mem_id == last.mem_id:
        return tuple(_above(first.parent))
    pairs = zip(_above(first.parent), _above(last.parent), strict=False)
    return tuple(a for a, b in pairs if a.mem_id == b.mem_id)


def _core(body: Sequence[Placed], whole: int) -> LexborNode | None:
    """The innermost element that holds most of the body, and is no paragraph itself."""
    weight: Counter[int] = Counter()
    nodes: dict[int, tuple[int, LexborNode]] = {}
    for placed in body:
        for depth, node in enumerate(placed.above):
            weight[node.mem_id] += placed.characters
            nodes[node.mem_id] = (depth, node)
    wide = [nodes[at] for at, held in weight.items() if held >= _CORE * whole]
    if not wide:
        return None
    core = max(wide, key=lambda one: one[0])[1]
    while core.tag in ("p", "span") and core.parent is not None:
        core = core.parent
    return core
