"""The markup of an article, and how much of each part the generic reading keeps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from copydesk.model.draft import Draft, Segment
from copydesk.readers.html.tree.visibility import hidden_in
from copydesk.readers.html.tree.walk import INVISIBLE
from copydesk.util.text import unspaced

_CORE = 0.6
"""Minimum share of the body's characters inside the core element."""
_LARGE = 0.2
"""Share of the body above which a part is split into its own parts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkupPart:
    """One element below the core element of an article.

    segments: segments of the body inside the element.
    kept: characters of these segments.
    whole: all visible characters of the element.
    share: kept characters as a share of the body.
    first: whether the element starts the body.
    """

    node: LexborNode
    segments: tuple[Segment, ...]
    kept: int
    whole: int
    share: float
    first: bool

    def has(self, *tags: str) -> bool:
        """Whether the part contains an element with one of these tags."""
        return any(node.tag in tags for node in self.node.traverse())


@dataclass(frozen=True, slots=True)
class SegmentPlace:
    """A segment and its ancestor elements, the outermost first."""

    segment: Segment
    characters: int
    ancestors: tuple[LexborNode, ...]

    def is_in(self, node: LexborNode) -> bool:
        """Whether the segment is inside an element."""
        return any(one.mem_id == node.mem_id for one in self.ancestors)


class MarkupMap:
    """The elements of a page that contain the segments of its draft.

    places: the segments that were found in the markup, in order.
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
        self.places: list[SegmentPlace] = []
        at = 0
        for segment in draft.segments:
            letters = unspaced(draft.text[segment.start : segment.end])
            found = visible.find(letters, at)
            if found >= 0:
                at = found + len(letters)
                ancestors = _common_ancestors(owners[found], owners[at - 1])
                self.places.append(SegmentPlace(segment, len(letters), ancestors))

    def within(self, node: LexborNode) -> list[Segment]:
        """Return the segments inside an element."""
        return [p.segment for p in self.places if p.is_in(node)]

    def element(self, segment: Segment) -> LexborNode | None:
        """Return the innermost element that contains a segment."""
        for place in self.places:
            if place.segment is segment and place.ancestors:
                return place.ancestors[-1]
        return None

    def parts(self) -> list[MarkupPart]:
        """Return the parts of the core element in document order; large ones are split."""
        body = [p for p in self.places if p.segment.field == "body"]
        whole = sum(p.characters for p in body)
        core = _core(body, whole)
        return list(self._parts(core, body, whole, first=True)) if core is not None else []

    def _texts(self, root: LexborNode) -> Iterator[LexborNode]:
        """Yield the visible text nodes of an element, in document order."""
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
        self, core: LexborNode, body: Sequence[SegmentPlace], whole: int, *, first: bool
    ) -> Iterator[MarkupPart]:
        around = {n.mem_id for n in _ancestors(core)}
        groups: dict[int, list[SegmentPlace]] = {}
        nodes: dict[int, LexborNode] = {}
        for place in body:
            # Outside the core, a part is a child of the nearest ancestor of the core.
            node = next((n for n in place.ancestors if n.mem_id not in around), None)
            if node is not None:
                nodes[node.mem_id] = node
                groups.setdefault(node.mem_id, []).append(place)
        for number, (at, inside) in enumerate(groups.items()):
            node = nodes[at]
            kept = sum(p.characters for p in inside)
            opens = first and number == 0
            if kept > _LARGE * whole and sum(p.ancestors[-1].mem_id != at for p in inside) > 2:
                yield from self._parts(node, inside, whole, first=opens)
            else:
                segments = tuple(p.segment for p in inside)
                letters = sum(len(unspaced(t.text_content or "")) for t in self._texts(node))
                yield MarkupPart(
                    node=node,
                    segments=segments,
                    kept=kept,
                    whole=letters,
                    share=kept / whole,
                    first=opens,
                )


def _ancestors(node: LexborNode | None) -> list[LexborNode]:
    found = []
    while node is not None and node.is_element_node and node.tag != "html":
        found.append(node)
        node = node.parent
    return found[::-1]


def _common_ancestors(first: LexborNode, last: LexborNode) -> tuple[LexborNode, ...]:
    """Return the elements that contain both text nodes, the outermost first."""
    if first.mem_id == last.mem_id:
        return tuple(_ancestors(first.parent))
    pairs = zip(_ancestors(first.parent), _ancestors(last.parent), strict=False)
    return tuple(a for a, b in pairs if a.mem_id == b.mem_id)


def _core(body: Sequence[SegmentPlace], whole: int) -> LexborNode | None:
    """Return the innermost element with most of the body that is not itself a paragraph."""
    weight: Counter[int] = Counter()
    nodes: dict[int, tuple[int, LexborNode]] = {}
    for place in body:
        for depth, node in enumerate(place.ancestors):
            weight[node.mem_id] += place.characters
            nodes[node.mem_id] = (depth, node)
    wide = [nodes[at] for at, characters in weight.items() if characters >= _CORE * whole]
    if not wide:
        return None
    core = max(wide, key=lambda one: one[0])[1]
    while core.tag in ("p", "span") and core.parent is not None:
        core = core.parent
    return core
