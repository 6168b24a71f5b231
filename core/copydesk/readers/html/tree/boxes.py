"""The page tree: block elements, text runs, and the media between them."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import accumulate
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from copydesk.model.inline import InlineMarks, Marked
from copydesk.readers.elements import Attributes
from copydesk.readers.html.tree.class_names import verdict


class Box:
    """A block element: its position, names, and the runs in it.

    first, last: half-open range of its runs. order: its index among the page's boxes.
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
        """The element's attributes."""
        if self._attributes is None:
            self._attributes = self.node.attributes
        return self._attributes

    @property
    def verdict(self) -> str:
        """The meaning of its class, id, landmark role and label."""
        if self._verdict is None:
            attributes = self.attributes
            self._verdict = verdict(_names(attributes)) if attributes else ""
        return self._verdict

    def __repr__(self) -> str:
        return f"<{self.tag} {self.attributes!r} {self.first}-{self.last}>"


def _names(attributes: Attributes) -> str:
    get = attributes.get
    if len(attributes) == 1 and (alone := get("class")):
        # Most elements have nothing else.
        return alone
    role = get("role") or ""
    name = f"{get('class') or ''} {get('id') or ''} {role} {get('aria-label') or ''}"
    if get("aria-modal") == "true" or role in ("dialog", "alertdialog"):
        return f"aria dialog {name}"
    return f"{name} aria hidden" if get("aria-hidden") == "true" or "inert" in attributes else name


class TextRun:
    """Text between two boundaries of block elements, with white space folded.

    box: the innermost box around it.
    linked, bold: how many of its characters are in links, in bold.
    href: the URL of its first link.
    start: offset in the visible text.
    inline: its links and emphasis, None without any.
    """

    __slots__ = ("bold", "box", "href", "inline", "linked", "start", "text")

    def __init__(self, text: str, box: Box, start: int, linked: int, bold: int, href: str) -> None:
        self.text = text
        self.box = box
        self.start = start
        self.linked = linked
        self.bold = bold
        self.href = href
        self.inline: Marked | None = None

    def __repr__(self) -> str:
        return f"<run {self.text[:50]!r} in {self.box!r}>"


class Media(NamedTuple):
    """An element without text: a picture, an embedded frame or a rule.

    kind: "image", "noscript", "embed" or "divider".
    at: index of the run after it.
    sources: the `source` elements of a picture.
    html: the content of a `noscript` with a picture in it.
    """

    kind: str
    at: int
    box: Box
    attributes: Attributes
    sources: tuple[Attributes, ...] = ()
    html: str = ""


class Time(NamedTuple):
    """A time element: the index of its run, and the last words before it in that run."""

    at: int
    node: LexborNode
    before: str


@dataclass(slots=True, kw_only=True)
class PageTree:
    """A page's boxes and runs in document order, and the media between the runs."""

    boxes: list[Box] = field(default_factory=list)
    headings: list[Box] = field(default_factory=list)
    """The h1 boxes."""
    runs: list[TextRun] = field(default_factory=list)
    media: list[Media] = field(default_factory=list)
    times: list[Time] = field(default_factory=list)
    broken: list[int] = field(default_factory=list)
    """Indices of runs that end in an empty link, whose text the parser moved out of it."""
    joined: set[int] = field(default_factory=set)
    """Indices of runs that continue the run of their box after a card."""
    source: str = ""
    """The page's markup."""
    _sums: tuple[list[int], list[int]] = ([0], [0])
    """Characters before each run, all and in links; one entry more than there are runs."""

    def close(self) -> None:
        """Count the characters, once all runs are added."""
        self.boxes[0].last = len(self.runs)
        self.headings = [box for box in self.boxes if box.tag == "h1"]
        self._sums = (
            list(accumulate([len(run.text) for run in self.runs], initial=0)),
            list(accumulate([run.linked for run in self.runs], initial=0)),
        )

    def chars(self, box: Box) -> int:
        """Return the number of characters in a box."""
        sums = self._sums[0]
        return sums[box.last] - sums[box.first]

    def linked(self, box: Box) -> int:
        """Return the number of characters in links in a box."""
        sums = self._sums[1]
        return sums[box.last] - sums[box.first]

    @property
    def marks(self) -> InlineMarks:
        """The links and emphasis of all runs."""
        marks = InlineMarks()
        for run in self.runs:
            if run.inline is not None:
                marks.add(run.start, run.start + len(run.text), run.inline)
        return marks

    @property
    def text(self) -> str:
        """The visible text, one run a line."""
        return "\n".join([run.text for run in self.runs])

    @property
    def characters(self) -> int:
        """The length of the visible text."""
        last = self.runs[-1] if self.runs else None
        return last.start + len(last.text) if last else 0
