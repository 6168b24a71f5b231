"""The text between reading and assembly: ordered segments, each to be given a role."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

from copydesk.document import Document
from copydesk.notices import Notice
from copydesk.styles import UNKNOWN, Style
from copydesk.text import ends_sentence, key, remove_invisible, unspaced


class RuleId(NamedTuple):
    """Which rule decided something.

    owner: id of the outlet whose rule it is, "" for the shared rules.
    name: name of the rule, unique among the rules of its owner.

    As a str: "owner:name", or the name alone for a shared rule.
    """

    owner: str
    name: str

    @property
    def is_outlet(self) -> bool:
        """Whether the rule is an outlet's own."""
        return self.owner != ""

    @property
    def source(self) -> str:
        """The kind of source for the record's provenance: "outlet" or "rule"."""
        return "outlet" if self.owner else "rule"

    @classmethod
    def parse(cls, text: str, owner: str) -> RuleId:
        """Read a rule that a record names, of an outlet or of the shared rules."""
        name = text.removeprefix(f"{owner}:")
        return cls("" if name == text else owner, name)

    def __str__(self) -> str:
        return f"{self.owner}:{self.name}" if self.owner else self.name


OUTSIDE = RuleId("", "html.outside")
"""The rule of segments outside a page's article; their text is boilerplate of the page."""

UNSEEN = RuleId("", "text.unseen")
"""The rule of segments of invisible characters only, such as a zero-width space."""

H1 = "html.h1"
"""The rule of statements of a page's metadata that are first-level headings."""

LANG = "html.lang"
"""The rule of the statement of a page's language on its root element."""

_UNDECIDED = RuleId("", "")
_SEPARATORS = "•|·–—- "
_KEYED = 240
"""Longest segment, in characters, that can be a fixed wording."""


class Hint:
    """What only markup tells of a segment.

    area: where it stands: "head", "body" or "tail" of the article. tag: its block's element.
    linked: the share of it inside links, 0 to 1. href: of its first link. verdict: what the names
    of its blocks call it. bold: whether all of it is. level: of a heading, or how deep a list item
    is nested. ordered: whether its list is. part: the item, quotation, row or embed that it is a
    part of, and whole: the list, table or gallery that holds that; numbers, 0 for none. column: of
    a table's cell, from 0.
    """

    __slots__ = (
        "area", "bare", "bold", "column", "href", "level", "linked", "ordered", "part", "tag", "verdict",
        "whole",
    )  # fmt: skip

    def __init__(self, area: str, tag: str) -> None:
        self.area = area
        self.tag = tag
        self.linked = 0.0
        self.href = ""
        self.verdict = ""
        self.bold = False
        self.bare = False
        self.level = 0
        self.ordered = False
        self.part = 0
        self.whole = 0
        self.column = 0


@dataclass(slots=True)
class Insert:
    """Something in the text that has no words of its own: a picture, an embed or a divider.

    kind: "image", "embed" or "divider". at: the offset in the visible text that it stands before.
    url, alt: of a picture; url, provider: of an embed. part: the embed or picture it is known by.
    """

    kind: str
    at: int
    url: str | None = None
    alt: str | None = None
    provider: str | None = None
    part: int = 0


class Segment:
    """One stretch of the visible text.

    start, end: offsets in the visible text, code points; white space around is not included.
    text: the stretch with white space folded, without its list mark and what nobody sees. bullet: its list mark.
    gap: whether a blank line stands before it. role, rule: what it was found to be and by which
    rule; empty until decided. continues: whether it continues the segment before it. field: the record
    field it feeds, set by the assembly. data: what the deciding rule read in it. words: how many.
    ends_sentence: whether it ends as a sentence does. prose: whether it reads like a paragraph, as a whole
    sentence or too long for anything else. key: its form for look-ups, empty for a long one.
    label, opening: kept by the look-ups of these wordings. hint: what only markup tells, None in
    plain text.
    """

    __slots__ = (
        "_key", "bullet", "continues", "data", "end", "ends_sentence", "field", "gap", "hint", "label",
        "opening", "prose", "role", "rule", "start", "text", "words",
    )  # fmt: skip

    def __init__(
        self,
        start: int,
        end: int,
        text: str,
        bullet: str = "",
        gap: bool = False,
        hint: Hint | None = None,
    ) -> None:
        self.start = start
        self.end = end
        if not text.isprintable():
            # A segment of nothing but unseen characters keeps them, to be told apart and removed.
            text = remove_invisible(text) or text
        self.text = text
        self.bullet = bullet
        self.gap = gap
        self.hint = hint
        self.role = ""
        self.rule = _UNDECIDED
        self.continues = False
        self.field: str | None = None
        self.data: dict[str, str] = {}
        self.words = text.count(" ") + 1
        if self.words * 14 < len(text) and not text.isascii():
            # Scripts written without blanks: two characters count as a word.
            self.words += sum(c >= "\u2e80" for c in text[:400]) // 2
        self.ends_sentence = ends_sentence(text)
        self._key: str | None = None
        self.prose = self.words >= 22 or (
            self.words >= 6 and (self.ends_sentence or text[-1] == ":")
        )
        self.label: object = None
        self.opening: str | None = None

    @property
    def key(self) -> str:
        """The form for look-ups; made when first asked for, since many lines are decided without."""
        if self._key is None:
            self._key = key(self.text) if len(self.text) <= _KEYED else ""
        return self._key

    def decide(self, role: str, rule: RuleId | str, **data: str) -> None:
        """Give the segment its role; a str is the name of a shared rule."""
        self.role = role
        self.rule = RuleId("", rule) if isinstance(rule, str) else rule
        if data:
            self.data = {**self.data, **data}

    def __repr__(self) -> str:
        return f"<{self.role or '?'} {self.start}-{self.end} {self.text[:40]!r}>"


@dataclass(slots=True)
class Draft:
    """A document on its way to an article; the one mutable thing of the flow.

    text: the visible text. segments: in document order; with the white space between them they
    partition the text. warnings: what a person should know. inserts: what stands between them
    without words, in order. metadata: what the page says of itself, None for plain text. times,
    changes: of the time elements at the article's head, the `datetime` attribute and the printed
    text; changes holds those of a later change. layout: the
    generation of the outlet's pages that matched. stated: values by field that the outlet's
    selectors found in attributes. rejected: by field, what the page says of itself and was not
    believed; set by the assembly. style: how the page writes its dates. base: the address that the
    links of a page count from. tables: by the number of a table, how many columns each row has.
    """

    document: Document
    text: str
    segments: list[Segment]
    encoding: str = "utf-8"
    warnings: list[Notice] = field(default_factory=list)
    inserts: list[Insert] = field(default_factory=list)
    metadata: Any = None
    times: list[tuple[str, str]] = field(default_factory=list)
    changes: list[tuple[str, str]] = field(default_factory=list)
    layout: str | None = None
    stated: dict[str, str] = field(default_factory=dict)
    rejected: dict[str, list[Any]] = field(default_factory=dict)
    style: Style = UNKNOWN
    base: str | None = None
    tables: dict[int, list[int]] = field(default_factory=dict)

    def cut(self, index: int, offsets: list[int]) -> list[Segment]:
        """Cut a segment at offsets of its text and put the parts in its place.

        Empty parts are left out; the first part keeps list mark and gap.
        """
        whole = self.segments[index]
        raw = self.text[whole.start : whole.end]
        shift = raw.find(whole.text)
        mark = "" if whole.text.startswith(whole.bullet) else whole.bullet
        parts: list[Segment] = []
        edges = [0, *offsets, len(whole.text)]
        position = 0
        for left, right in pairwise(edges):
            piece = whole.text[left:right].strip()
            begin = position
            # Where nothing was folded, offsets in text and source differ by the mark alone.
            position = shift + right if shift >= 0 else _after(raw, mark + whole.text[:right])
            if not piece:
                continue
            stretch = raw[begin:position]
            start = whole.start + begin + len(stretch) - len(stretch.lstrip())
            end = whole.start + begin + len(stretch.rstrip())
            first = not parts
            part = Segment(
                start,
                end,
                piece if first else piece.lstrip(_SEPARATORS) or piece,
                whole.bullet if first else "",
                whole.gap and first,
                whole.hint,
            )
            part.data = dict(whole.data)
            parts.append(part)
        self.segments[index : index + 1] = parts
        return parts


def _after(raw: str, text: str) -> int:
    """The offset in a stretch of the source just behind the characters that a text has of it."""
    wanted = iter(unspaced(text))
    awaited = next(wanted, "")
    for offset, character in enumerate(raw):
        if not awaited:
            return offset
        # Characters that nobody sees stand in the source alone.
        if character == awaited:
            awaited = next(wanted, "")
    return len(raw)
