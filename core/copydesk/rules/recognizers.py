"""Recognisers, which give lines their roles, and the view on a draft that they work on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, Unpack

from copydesk.model.draft import Details, Draft, RuleId, Segment
from copydesk.rules.wording import label_of
from copydesk.util.urls import host_of, path_words, slug_words

Recognize = Callable[["Lines", int], bool | None]
Scope = Literal["text", "near", "beside", "line", "short", "phrase", "label"]

# How often one line is cut, as each cut scans all of it.
_MOST_CUTS = 16

# A line is short up to this many characters, and as a sentence up to this many words.
_SHORT = 240
_SHORT_SENTENCE = 34


@dataclass(frozen=True, slots=True)
class SegmentPart:
    """One part of a cut segment: its start in the text, and its role or ''."""

    start: int
    role: str = ""
    rule: RuleId | str = ""
    data: Details | None = None


class Lines:
    """The lines of a draft in one pass, with facts about the document that recognisers share.

    draft: the draft.
    segments: its segments; a line is a segment.
    prose_above: number of undecided lines of prose, each counted once, above the current line.
    headline: index of the headline, None without one; known in the place pass.
    first, last: indices of the first and last line of the text; known in the place pass.
    """

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.segments = draft.segments
        self.prose_above = 0
        self.headline: int | None = None
        self.first = 0
        self.last = 0

    @property
    def is_page(self) -> bool:
        """Whether the lines are those of a page, whose markup says more of them than their text."""
        return self.draft.metadata is not None

    def before(self, index: int) -> Segment | None:
        """The line before a line."""
        return self.segments[index - 1] if index else None

    def after(self, index: int) -> Segment | None:
        """The line after a line."""
        return self.segments[index + 1] if index + 1 < len(self.segments) else None

    def decide(
        self, index: int, role: str, rule: RuleId | str, **data: Unpack[Details]
    ) -> Literal[True]:
        """Give a line its role, as `Segment.decide` does; always returns True."""
        self.segments[index].decide(role, rule, **data)
        return True

    def cut(self, index: int, parts: Sequence[SegmentPart]) -> Literal[True]:
        """Cut a line into parts, of which those with a role are decided; always returns True."""
        made = self.draft.cut(index, [p.start for p in parts[1:]])
        for segment, part in zip(made, parts, strict=False):
            if part.role:
                segment.decide(part.role, part.rule, **(part.data or {}))
        return True

    @cached_property
    def pictures(self) -> frozenset[int]:
        """The offsets of pictures in the visible text."""
        return frozenset(i.at for i in self.draft.inserts if i.kind == "image")

    @cached_property
    def small_words(self) -> frozenset[str]:
        """The words that the paragraphs print with a small letter, and so no names or initials."""
        prose = (s.text for s in self.segments if s.prose)
        return frozenset(w for text in prose for w in text.split() if w[0].islower())

    @cached_property
    def host(self) -> str | None:
        """The host of the document's URL."""
        url = self.draft.document.url
        return host_of(url) if url else None

    @cached_property
    def path_words(self) -> frozenset[str]:
        """The words of the URL's path, in ASCII."""
        url = self.draft.document.url
        return path_words(url) if url else frozenset()

    @cached_property
    def slug(self) -> frozenset[str]:
        """The words of the part of the URL's path that repeats the headline, in ASCII."""
        url = self.draft.document.url
        return slug_words(url) if url else frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognizer:
    """One way to recognise lines.

    recognize: decides, cuts or claims lines at an undecided line, given by its index, and returns
        whether it did; one that looks at the whole text returns nothing. The first sentence of its
        docstring is what it recognises.
    roles: the roles that it gives.
    scope: what it looks at. "text": the whole text, called once with index 0. "near": the line and
        the lines near it, "beside" likewise, but only of a line that is not prose. "line": the line
        alone; likewise, but only of a short line, "short", and of a short line that is not prose,
        "phrase", or starts with a label, "label".
    """

    recognize: Recognize
    roles: tuple[str, ...]
    scope: Scope = "near"

    @property
    def topic(self) -> str:
        """The module of its topic."""
        return self.recognize.__module__.rpartition(".")[2]

    @property
    def name(self) -> str:
        """The name of its function, unique within its topic."""
        return self.recognize.__name__

    @property
    def what(self) -> str:
        """What it recognises, in one sentence."""
        return " ".join((self.recognize.__doc__ or "").partition("\n\n")[0].split())


def is_short(segment: Segment) -> bool:
    """Whether a line is too short for a paragraph of the text."""
    if segment.prose and segment.words > _SHORT_SENTENCE:
        return False
    return len(segment.text) <= _SHORT


def run(lines: Lines, recognizers: Sequence[Recognizer]) -> None:
    """Run the recognisers of a pass in order.

    One that looks at the whole text runs alone. Those between two such look at each undecided line
    in order, and the first that recognises the line wins; those that look at the lines near it come
    before those that look at the line alone.
    """
    start = 0
    for end, recognizer in enumerate(recognizers):
        if recognizer.scope == "text":
            _run_on_lines(lines, recognizers[start:end])
            recognizer.recognize(lines, 0)
            start = end + 1
    _run_on_lines(lines, recognizers[start:])


def _run_on_lines(lines: Lines, recognizers: Sequence[Recognizer]) -> None:
    if not recognizers:
        return
    near = [r.recognize for r in recognizers if r.scope == "near"]
    beside = [r.recognize for r in recognizers if r.scope in ("near", "beside")]
    alone = [r for r in recognizers if r.scope not in ("near", "beside")]
    by_label = any(r.scope == "label" for r in alone)
    # What fits a line, by its being short, prose, labelled.
    fitting: dict[tuple[bool, bool, bool], list[Recognize]] = {}
    # Pages repeat lines: "Reply", "Share".
    repeated: dict[tuple[str, str], Recognize | None] = {}
    segments = lines.segments
    lines.prose_above = 0
    index = cuts = 0
    while index < len(segments):
        segment = segments[index]
        if segment.role:
            index, cuts = index + 1, 0
            continue
        count = len(segments)
        around = near if segment.prose else beside
        if not (around and _first(around, lines, index)) and alone:
            words = (segment.text, segment.bullet)
            if words not in repeated:
                labelled = by_label and label_of(segment) is not None
                shape = (is_short(segment), segment.prose, labelled)
                if shape not in fitting:
                    fitting[shape] = [r.recognize for r in alone if _fits(r.scope, *shape)]
                repeated[words] = _first(fitting[shape], lines, index)
                lines.prose_above += segment.prose
            elif (recognize := repeated[words]) is not None:
                recognize(lines, index)
        # An undecided first part of a cut line may contain more cuts.
        if len(segments) > count and not segments[index].role and cuts < _MOST_CUTS:
            cuts += 1
        else:
            index, cuts = index + 1, 0


def _fits(scope: Scope, short: bool, prose: bool, labelled: bool) -> bool:
    if scope == "line" or not short:
        return scope == "line"
    return scope == "short" or (not prose if scope == "phrase" else labelled)


def _first(recognize: Sequence[Recognize], lines: Lines, index: int) -> Recognize | None:
    for one in recognize:
        if one(lines, index):
            return one
    return None
