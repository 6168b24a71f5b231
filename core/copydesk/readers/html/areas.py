"""The areas of a page: the article's head, body and tail, and everything else."""

from __future__ import annotations

from dataclasses import dataclass, field

from copydesk.model.metadata import HEADINGS, Metadata
from copydesk.readers.html.root import RootSearch
from copydesk.readers.html.selectors import Claimed
from copydesk.readers.html.tree.boxes import Box, PageTree
from copydesk.readers.html.tree.links import is_linked_paragraph
from copydesk.util.text import bare

_HEAD_RUNS = 60
_ABOVE_RUNS = 8
_TAIL_RUNS = 25
_LONG_TITLE = 15
_MUCH_TEXT = 500
_ALL_HEADINGS = HEADINGS | {"html.h2", "html.h2.part"}
_WHOLE = frozenset(("article", "main"))


@dataclass(slots=True, kw_only=True)
class Areas:
    """The text runs that belong to the article, as half-open ranges of run indices.

    head: from above the headline to the body.
    body: the article's root.
    tail: what follows the root in the same article element.
    headline: index of the headline's run, -1 if there is none.
    parts: the boxes in the root that are the body, if an adapter selects them.
    """

    search: RootSearch
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
                # Bare text between paragraphs selected as parts is the rest of a broken paragraph.
                loose = box.order in around or (
                    is_linked_paragraph(run)
                    and box.parent is not None
                    and box.parent.order in around
                )
                if not loose and not any(p.first <= index < p.last for p in self.parts):
                    codes[index] = ""
        self._codes = codes

    def of(self, index: int) -> str:
        """Return the area of a run: "head", "body", "tail", or "" outside."""
        return self._codes[index] if 0 <= index < len(self._codes) else ""


def find(page: PageTree, facts: Metadata, claimed: Claimed) -> Areas:
    """Find the areas of a page; claimed: elements selected by the adapter."""
    stated = facts.statements["headline"]
    keys = [(bare(str(s.value)), s.rule) for s in stated]
    titles = {key for key, _ in keys}
    named = {key for key, rule in keys if rule not in _ALL_HEADINGS}
    end = len(page.runs)
    headline = _headline(page, end, end, named)
    search = RootSearch(page, headline if headline >= 0 else _headline(page, end, end, titles))
    bodies = frozenset(claimed.bodies)
    parts = (
        [b for b in page.boxes if b.node.mem_id in bodies and b.first < b.last] if bodies else []
    )
    root = search.around_parts(parts) if parts else search.find()
    headline = -1
    if not page.headings:
        # The first heading of the second level is the title of another article on some pages.
        headline = _headline(page, root.first, root.last, named)
    if headline < 0:
        headline = _headline(page, root.first, root.last, titles)
    if (
        headline > root.first
        and search.sentences(root.first, headline) > _MUCH_TEXT
        and not _is_named(bare(page.runs[headline].text), named)
    ):
        # A first-level heading between paragraphs heads a part of the story.
        headline = -1
    head = range(root.first, root.first)
    if 0 <= headline < root.first and root.first - headline <= _HEAD_RUNS:
        head = range(_head_start(page, headline), root.first)
    elif root.first and headline < 0 and root.parent is not None:
        start = max(root.parent.first, root.first - _ABOVE_RUNS)
        head = range(start, root.first)
    tail = _tail(page, root)
    return Areas(
        search=search,
        root=root,
        head=head,
        body=range(root.first, root.last),
        tail=tail,
        headline=headline,
        parts=parts,
    )


def _headline(page: PageTree, first: int, last: int, titles: set[str]) -> int:
    """Return the run of the headline: the page's first heading, or the title of its metadata.

    first, last: where the body begins and ends.
    """
    end = min(last, len(page.runs))
    before = [i for box in page.headings for i in range(box.first, min(box.last, end))]
    named = [i for i in before if _is_named(bare(page.runs[i].text), titles)]
    if named:
        return named[-1] if named[-1] <= first else named[0]
    if before:
        behind = [i for i in before if i <= first]
        return behind[-1] if behind else before[0]
    if titles:
        initials = tuple(title[:1] for title in titles)
        for index in range(max(0, first - _HEAD_RUNS) if first < last else 0, end):
            text = page.runs[index].text
            # Comparing the first letter is cheaper and rules out most lines.
            if len(text) > 12 and (
                not text[0].isalnum() or text[0].casefold().startswith(initials)
            ):
                if bare(text) in titles:
                    return index
    return -1


def _is_named(heading: str, titles: set[str]) -> bool:
    """Return whether a heading is a title of the metadata, or most of one."""
    return heading in titles or any(
        heading in title for title in titles if _LONG_TITLE < len(title) < len(heading) * 2
    )


def _head_start(page: PageTree, headline: int) -> int:
    """Return the first run of the box around the headline, if that box is small."""
    box: Box | None = page.runs[headline].box
    start = headline
    while box is not None:
        if headline - box.first > _ABOVE_RUNS:
            break
        start = box.first
        box = box.parent
    return start


def _tail(page: PageTree, root: Box) -> range:
    box = root
    for _ in range(3):
        if box.parent is None or box.tag in _WHOLE:
            break
        box = box.parent
    if box.parent is None:
        box = root
    return range(root.last, min(box.last, root.last + _TAIL_RUNS))
