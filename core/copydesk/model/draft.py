"""The draft between reading and assembly: ordered segments that rules give their roles."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal, NamedTuple, TypedDict, Unpack

from copydesk.dates.style import UNKNOWN, Style
from copydesk.model.document import Document
from copydesk.model.inline import InlineMarks
from copydesk.model.metadata import Metadata, Resolved, Statement
from copydesk.model.notices import Notice
from copydesk.util.text import ends_sentence, key, remove_invisible, unspaced


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

HEADING_TAGS = frozenset("h1 h2 h3 h4 h5 h6".split())
"""The elements of headings."""

_UNDECIDED = RuleId("", "")
_LINKED = 0.9
_SEPARATORS = "•|·–—- "
# Longest segment, in characters, that can be a fixed wording.
_KEYED = 240


class Hint:
    """The markup around a segment.

    area: "head", "body" or "tail" of the article, "figure" and others.
    tag: element of its block.
    linked: share of its text inside links, 0 to 1.
    href: address of its first link.
    verdict: kind of block by the class names around it, such as "teaser".
    bold: whether all of it is bold.
    level: level of a heading, nesting depth of a list item.
    ordered: whether its list is numbered.
    part: number of its list item, quotation, table row or embed, 0 for none.
    whole: number of the list, table or gallery around it, 0 for none.
    column: column of a table cell, from 0.
    marked: whether it has links or emphasis.
    """

    __slots__ = tuple(
        "area bare bold column href level linked marked ordered part tag verdict whole".split()
    )

    def __init__(self, area: str, tag: str) -> None:
        self.area = area
        self.tag = tag
        self.linked = 0.0
        self.marked = False
        self.href = ""
        self.verdict = ""
        self.bold = False
        self.bare = False
        self.level = 0
        self.ordered = False
        self.part = 0
        self.whole = 0
        self.column = 0

    @property
    def is_heading(self) -> bool:
        """Whether the block is a heading."""
        return self.tag in HEADING_TAGS

    @property
    def is_link(self) -> bool:
        """Whether (nearly) all of the segment's text is inside links."""
        return self.linked >= _LINKED


@dataclass(slots=True, kw_only=True)
class Insert:
    """A picture, embed or divider between the words of the text.

    kind: "image", "embed" or "divider".
    at: offset in the visible text that it precedes.
    url, alt: of a picture.
    url, provider: of an embed.
    part: number of the embed or picture, which its segments share.
    """

    kind: str
    at: int
    url: str | None = None
    alt: str | None = None
    provider: str | None = None
    part: int = 0


class Candidate(NamedTuple):
    """A part of a page that may hold the text, as the second look found it.

    name: its element, with id and classes.
    sentences: number of its characters in sentences.
    paragraphs: number of its paragraphs.
    taken: whether the text was read from it.
    why: the reason.
    """

    name: str
    sentences: int
    paragraphs: int
    taken: bool
    why: str


class Details(TypedDict, total=False):
    """What a rule or reader read from a segment, besides its role.

    text: the part that feeds the field, such as a byline without its opener.
    label: "yes" for a line that only labels the next one.
    place, date, agency: of a dateline; `agency` also of a credit to an agency.
    kind, datetime: of a timestamp: "published", "modified" or "entry", and its machine form.
    item, id, parent, name, when, score: of a comment: its number on the page, its own id and that
        of its parent, its author, printed time and score. A stated time is `datetime`.
    cut: "yes" for the author of a comment that the document breaks off.
    count: number of comments.
    entry, time, entry_headline: of a live blog's entry: its number and stated time, and "1" for a
        part of its headline.
    url, provider: of an embed.
    why: why a line was removed, for `copydesk explain`.
    """

    text: str
    label: str
    place: str
    date: str
    agency: str
    kind: str
    datetime: str
    item: str
    id: str
    parent: str
    name: str
    when: str
    score: str
    cut: str
    count: str
    entry: str
    time: str
    entry_headline: str
    url: str
    provider: str
    why: str


@dataclass(frozen=True, slots=True)
class Label:
    """A label at the start of a line.

    kind: kind in the table of labels.
    rest: the text after it.
    marked: whether a colon or dash follows it.
    phrase: the label as a comparison key.
    """

    kind: str
    rest: str
    marked: bool
    phrase: str


class Segment:
    """One stretch of the visible text, usually a line or a block.

    start, end: offsets in the visible text, in code points, without surrounding white space.
    text: the text with white space folded, without bullet and invisible characters.
    bullet: its list mark or number.
    gap: whether a blank line precedes it.
    role, rule: its role and the rule that gave it; empty until decided.
    continues: whether it continues the segment before it.
    field: the record field it feeds, set by the assembly.
    data: what rules and readers read from it.
    words: number of words.
    ends_sentence: whether it ends like a sentence.
    prose: whether it reads like a paragraph: a whole sentence, or too long for anything else.
    label, opening: results of these look-ups in `rules.wording`; None until looked up.
    sentence, glued: the results of `is_sentence` and `count_glued` in `rules.place.shapes`; None
        until asked for.
    hint: the markup around it, None in plain text.
    """

    __slots__ = tuple(
        """_key bullet continues data end ends_sentence field gap glued hint label opening prose
        role rule sentence start text words""".split()
    )

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
            # A segment of invisible characters only keeps them, so that it can be removed.
            text = remove_invisible(text) or text
        self.text = text
        self.bullet = bullet
        self.gap = gap
        self.hint = hint
        self.role = ""
        self.rule = _UNDECIDED
        self.continues = False
        self.field: str | None = None
        self.data: Details = {}
        self.words = text.count(" ") + 1
        if self.words * 14 < len(text) and not text.isascii():
            # Scripts written without blanks: two characters count as a word.
            self.words += sum(c >= "\u2e80" for c in text[:400]) // 2
        self.ends_sentence = ends_sentence(text)
        self._key: str | None = None
        self.prose = self.words >= 22 or (
            self.words >= 6 and (self.ends_sentence or text[-1] == ":")
        )
        self.label: Label | Literal[False] | None = None
        self.opening: str | None = None
        self.sentence: bool | None = None
        self.glued: int | None = None

    @property
    def key(self) -> str:
        """Its form for look-ups, empty if too long; computed on first use, as many need none."""
        if self._key is None:
            self._key = key(self.text) if len(self.text) <= _KEYED else ""
        return self._key

    def decide(self, role: str, rule: RuleId | str, **data: Unpack[Details]) -> None:
        """Give the segment its role; a str is the name of a shared rule."""
        self.role = role
        self.rule = RuleId("", rule) if isinstance(rule, str) else rule
        if data:
            self.data = {**self.data, **data}

    def __repr__(self) -> str:
        return f"<{self.role or '?'} {self.start}-{self.end} {self.text[:40]!r}>"


@dataclass(slots=True, kw_only=True)
class Draft:
    """A document between reading and assembly, which the rules change in place.

    text: the visible text.
    segments: in document order; with the white space between them they partition the text.
    warnings: messages for the record.
    inserts: pictures, embeds and dividers, in order.
    metadata: the page's statements about itself, None for plain text.
    times: (`datetime` attribute, printed text) of the time elements at the article's head.
    changes: the same for the time elements of a later change.
    layout: the outlet layout that matched.
    stated: what the outlet's adapter states, by methods and by selectors of meta elements.
    resolved: field -> the choice among the statements about it; set by the assembly.
    style: how the page writes its dates.
    base: base URL of the page's links.
    tables: number of a table -> columns of each row.
    marks: the links and emphasis in the visible text.
    story: where the article's text is from if the page does not show it, None if it does.
    candidates: the parts of a page that were compared, if the first choice had little of its text.
    """

    document: Document
    text: str
    segments: list[Segment]
    encoding: str = "utf-8"
    warnings: list[Notice] = field(default_factory=list)
    inserts: list[Insert] = field(default_factory=list)
    metadata: Metadata | None = None
    times: list[tuple[str, str]] = field(default_factory=list)
    changes: list[tuple[str, str]] = field(default_factory=list)
    layout: str | None = None
    stated: list[Statement] = field(default_factory=list)
    resolved: dict[str, Resolved] = field(default_factory=dict)
    style: Style = UNKNOWN
    base: str | None = None
    tables: dict[int, list[int]] = field(default_factory=dict)
    marks: InlineMarks = field(default_factory=InlineMarks)
    story: Statement | None = None
    candidates: list[Candidate] = field(default_factory=list)

    def cut(self, index: int, offsets: list[int]) -> list[Segment]:
        """Replace a segment by its parts, cut at offsets of its text.

        Empty parts are dropped; the first part keeps bullet and gap.
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
            # If no white space was folded, offsets in text and source differ by the bullet only.
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
            part.data = whole.data.copy()
            parts.append(part)
        self.segments[index : index + 1] = parts
        return parts


def _after(raw: str, text: str) -> int:
    """The offset in the source right after the characters of a text."""
    remaining = iter(unspaced(text))
    expected = next(remaining, "")
    for offset, character in enumerate(raw):
        if not expected:
            return offset
        # The source also has invisible characters, which the text lacks.
        if character == expected:
            expected = next(remaining, "")
    return len(raw)
