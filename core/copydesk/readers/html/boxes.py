"""A walked page: its boxes, the runs of text that stand in them, and what stands between these."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import accumulate
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from copydesk.readers.elements import Attributes
from copydesk.readers.html.verdicts import verdict


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
    source: str = ""
    """The page's markup, where anything is to be looked up in it."""
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
