"""The areas of a page: the article's head, body and tail, and all that is around them."""

from __future__ import annotations

from dataclasses import dataclass, field

from copydesk.readers.html.boxes import Box, Page
from copydesk.readers.html.links import is_linked_paragraph
from copydesk.readers.html.root import Search
from copydesk.readers.html.selectors import Claimed
from copydesk.text import bare

_HEAD_RUNS = 60
_ABOVE_RUNS = 8
_TAIL_RUNS = 25
_WHOLE = frozenset(("article", "main"))


@dataclass(slots=True)
class Areas:
    """Which runs belong to the article: half-open ranges of run indices.

    head: from what stands above the headline down to the body. body: the article's root.
    tail: what follows the root in the same article element. headline: index of the run that is
    the headline, -1 where there is none. parts: the blocks of the root that are the body, where an
    adapter names them.
    """

    search: Search
    root: Box
    head: range
    body: range
    tail: range
    headline: int
    parts: list[Box]
    _codes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        codes = [""] * max(self.tail.stop, self.body.stop)
        for name, area in (("tail", self.tail), ("head", self.head), ("body", self.body)):
            codes[area.start : area.stop] = [name] * len(area)
        if self.parts:
            around = {p.parent.order for p in self.parts if p.parent is not None}
            for index in self.body:
                run = self.search.page.runs[index]
                box = run.box
                # What stands bare between parts that are paragraphs is a broken paragraph's rest.
                loose = box.order in around or (
                    is_linked_paragraph(run)
                    and box.parent is not None
                    and box.parent.order in around
                )
                if not loose and not any(p.first <= index < p.last for p in self.parts):
                    codes[index] = ""
        self._codes = codes

    def of(self, index: int) -> str:
        """The area of a run: "head", "body", "tail", or "" outside."""
        return self._codes[index] if 0 <= index < len(self._codes) else ""


def find(page: Page, titles: list[str], claimed: Claimed) -> Areas:
    """Find the areas of a page; titles: headlines that the page's metadata states.

    claimed: what the outlet's adapter names on the page.
    """
    named = {bare(t) for t in titles}
    search = Search(page, _headline(page, len(page.runs), len(page.runs), named))
    bodies = frozenset(claimed.bodies)
    parts = (
        [b for b in page.boxes if b.node.mem_id in bodies and b.first < b.last] if bodies else []
    )
    root = search.settle(parts) if parts else search.find()
    headline = _headline(page, root.first, root.last, named)
    head = range(root.first, root.first)
    if 0 <= headline < root.first and root.first - headline <= _HEAD_RUNS:
        head = range(_above(page, headline), root.first)
    elif root.first and headline < 0 and root.parent is not None:
        start = max(root.parent.first, root.first - _ABOVE_RUNS)
        head = range(start, root.first)
    tail = _tail(page, root)
    return Areas(search, root, head, range(root.first, root.last), tail, headline, parts)


def _headline(page: Page, first: int, last: int, titles: set[str]) -> int:
    """The run that is the headline: the page's first heading, or what its metadata calls so.

    first, last: where the body begins and ends.
    """
    end = min(last, len(page.runs))
    before = [i for box in page.headings for i in range(box.first, min(box.last, end))]
    named = [i for i in before if bare(page.runs[i].text) in titles]
    if named:
        return named[-1] if named[-1] <= first else named[0]
    if before:
        behind = [i for i in before if i <= first]
        return behind[-1] if behind else before[0]
    if titles:
        initials = tuple(title[:1] for title in titles)
        for index in range(max(0, first - _HEAD_RUNS) if first < last else 0, end):
            text = page.runs[index].text
            # A look at the first letter spares most lines the comparison.
            if len(text) > 12 and (
                not text[0].isalnum() or text[0].casefold().startswith(initials)
            ):
                if bare(text) in titles:
                    return index
    return -1


def _above(page: Page, headline: int) -> int:
    """The first run of the block around the headline, where that block is a small one."""
    box: Box | None = page.runs[headline].box
    start = headline
    while box is not None:
        if headline - box.first > _ABOVE_RUNS:
            break
        start = box.first
        box = box.parent
    return start


def _tail(page: Page, root: Box) -> range:
    box = root
    for _ in range(3):
        if box.parent is None or box.tag in _WHOLE:
            break
        box = box.parent
    if box.parent is None:
        box = root
    return range(root.last, min(box.last, root.last + _TAIL_RUNS))
