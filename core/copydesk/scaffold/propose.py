"""Proposal of an adapter: the differences of an outlet's pages from the generic reading."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, repeat
from typing import Any

from selectolax.lexbor import LexborNode

from copydesk.adapters.outlet import Outlet
from copydesk.errors import CopydeskError
from copydesk.model.article import Article
from copydesk.readers.html.tree.class_names import verdict
from copydesk.scaffold import css, suspects
from copydesk.scaffold.sample import KEPT, Sample
from copydesk.scaffold.suspects import Suspect
from copydesk.util.text import fold

_NAMES = {"published": "date", "byline": "byline"}
"""Fields to search for if the generic reading finds none, with the class-name verdict of each."""
_NO_BYLINES = frozenset("time h1 h2 h3 h4 h5 h6".split())
_LONGEST_LINE, _LONGEST_BYLINE = 60, 120
_MOST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One difference of an outlet's pages from what the generic reading expects.

    name: "strip" or a field.
    kind: the role of stripped text.
    evidence: why the difference is proposed.
    example: the matched words.
    css: the selector, or "" with a pattern.
    pattern: the pattern of a line, or "" with a selector.
    sure: whether the selector uses a name that is likely to last.
    """

    name: str
    kind: str
    evidence: str
    example: str
    css: str = ""
    pattern: str = ""
    sure: bool = True

    @property
    def comment(self) -> str:
        """The evidence, and how the selector may fail."""
        comment = self.evidence
        if " > " in self.css:
            comment += f"; matches any {self.css.rpartition(' > ')[2]} there"
        return comment if self.sure else f"{comment}; the class name may change"


@dataclass(frozen=True, slots=True)
class Proposal:
    """The necessary differences, and the suspects for which none was found."""

    differences: tuple[Difference, ...] = ()
    undecided: tuple[Suspect, ...] = ()


def attributes(differences: Iterable[Difference]) -> dict[str, Any]:
    """Return differences as class attributes of an adapter."""
    found: dict[str, Any] = {}
    strip: dict[str, tuple[str | re.Pattern[str], ...]] = {}
    for one in differences:
        if one.name == "strip":
            entry = one.css or re.compile(one.pattern)
            strip[one.kind] = (*strip.get(one.kind, ()), entry)
        else:
            found[one.name] = one.css
    if strip:
        found["strip"] = {k: v[0] if len(v) == 1 else v for k, v in strip.items()}
    return found


def propose(samples: Sequence[Sample], identity: Mapping[str, Any]) -> Proposal:
    """Find the differences that samples of one outlet need.

    Each is tried out: it must fix the reading of a sample and change nothing else.
    identity: the class attributes that are already known.
    """
    search = _Search(samples, identity)
    for number, found in enumerate(search.suspects):
        for suspect in found:
            search.resolve(suspect, number)
    for name in _NAMES:
        search.find_field(name)
    return Proposal(tuple(search.kept), tuple(search.undecided))


class _Search:
    """The search for differences.

    suspects: the suspects of each sample.
    suspect_positions: the positions of their segments in each sample.
    kept: the differences found so far.
    undecided: the suspects for which none was found.
    """

    def __init__(self, samples: Sequence[Sample], identity: Mapping[str, Any]) -> None:
        self.samples = samples
        self.suspects = suspects.find(samples)
        self.suspect_positions = [
            sample.positions(s for one in found for s in one.segments)
            for sample, found in zip(samples, self.suspects, strict=True)
        ]
        self.kept: list[Difference] = []
        self.undecided: list[Suspect] = []
        self._identity = identity
        self._current = self._readings([])

    def resolve(self, suspect: Suspect, number: int) -> None:
        """Keep the differences that fix a suspect and nothing else; without any, it stays undecided."""
        sample = self.samples[number]
        if sample.positions(suspect.segments) <= sample.body.keys() ^ self._current[number].body:
            return
        for found in self._attempts(suspect, sample):
            trial = self._readings(found)
            if self._works(trial, captions=suspect.kind == "caption"):
                self.kept += found
                self._current = trial
                return
        self.undecided.append(suspect)

    def _attempts(self, suspect: Suspect, sample: Sample) -> Iterator[list[Difference]]:
        """Yield differences to try: by the suspect's element, those of its segments, or its line."""
        if suspect.node is not None and sample.markup is not None:
            inner = [node for s in suspect.segments if (node := sample.markup.element(s))]
            for nodes in ([suspect.node], inner):
                found: dict[str, Difference | None] = {}
                for node in nodes:
                    one = self._selector(node, suspect)
                    found[one.css if one else ""] = one
                entries = [one for one in found.values() if one is not None]
                if len(entries) == len(found):
                    yield [one for one in entries if all(one.css != k.css for k in self.kept)]
        if (line := _line(suspect)) is not None:
            yield [line]

    def _selector(self, node: LexborNode, suspect: Suspect) -> Difference | None:
        """Return a selector for an element that matches only suspects on every sample."""
        # "Any paragraph in an element" is too broad to be concluded from one page.
        broad = len(self.samples) == 1 and suspect.kind != "paragraph" and node.tag in ("p", "li")
        for selector, sure in css.near(node):
            if broad and " > " in selector:
                continue
            if all(
                map(
                    self._is_safe,
                    repeat(selector),
                    repeat(suspect),
                    self.samples,
                    self.suspect_positions,
                )
            ):
                return Difference(
                    name="strip",
                    kind=suspect.kind,
                    evidence=suspect.evidence,
                    example=suspect.text,
                    css=selector,
                    sure=sure,
                )
        return None

    def _is_safe(
        self, selector: str, suspect: Suspect, sample: Sample, positions: frozenset[int]
    ) -> bool:
        if sample.tree is None or sample.markup is None:
            return True
        matched = [s for hit in sample.tree.css(selector) for s in sample.markup.within(hit)]
        # A selector for kept text may also match text that is kept already, and vice versa.
        keeps = suspect.kind == "paragraph"
        return sample.positions(s for s in matched if (s.field == "body") != keeps) <= positions

    def _works(self, trial: Sequence[_Reading], *, captions: bool) -> bool:
        """Whether a reading moves suspects and nothing else.

        captions: whether the suspects are captions, one of which may have been read as the
        standfirst.
        """
        changed = False
        for sample, positions, old, new in zip(
            self.samples, self.suspect_positions, self._current, trial, strict=True
        ):
            others = (new.body ^ sample.body.keys()) - positions
            # One other line may find its field once the text after it is removed.
            if new.article is None or len(others) > 1 or not others <= new.used:
                return False
            freed = ("standfirst",) if captions and new.article.standfirst is None else ()
            if not new.agrees(old, freed) or new.loses_access(old):
                return False
            changed = changed or new.body != old.body
        return changed

    def find_field(self, name: str) -> None:
        """Keep a selector for a field that the generic reading leaves empty on every sample."""
        # If the metadata names the authors, the printed byline adds little.
        known = "authors" if name == "byline" else name
        tree = self.samples[0].tree
        if tree is None or any(getattr(sample.article, known) for sample in self.samples):
            return
        wanted = _NAMES[name]
        if name == "published":
            nodes = tree.css("time, [class], [itemprop]")
            named = (n for n in nodes if n.tag == "time" or verdict(_name(n)) == wanted)
        else:
            nodes = tree.css("[class], [itemprop]")
            named = (n for n in nodes if verdict(_name(n)) == wanted and _may_name(n))
        for node in islice(named, _MOST):
            for selector, sure in css.candidates(node):
                first = tree.css_first(selector)
                if first is None or first.mem_id != node.mem_id:
                    continue
                one = Difference(
                    name=name,
                    kind="",
                    evidence=f"markup suggests {wanted}",
                    example=fold(node.text()),
                    css=selector,
                    sure=sure,
                )
                trial = self._readings([one])
                if all(map(_fills, repeat(name), self._current, trial)):
                    self.kept.append(one)
                    self._current = trial
                    return

    def _readings(self, more: Sequence[Difference]) -> list[_Reading]:
        """Read every sample with an adapter that has these differences too."""
        stated = {**self._identity, **attributes([*self.kept, *more])}
        outlet = type("Proposed", (Outlet,), stated)
        return [_Reading.of(sample, outlet) for sample in self.samples]


@dataclass(frozen=True, slots=True)
class _Reading:
    """An adapter's reading: the article or None, and positions of body and field segments."""

    article: Article | None
    body: frozenset[int] = frozenset()
    used: frozenset[int] = frozenset()

    @classmethod
    def of(cls, sample: Sample, outlet: type[Outlet]) -> _Reading:
        try:
            article, placed = sample.with_outlet(outlet)
        except CopydeskError:
            return cls(None)
        body = frozenset(at for at, segment in placed.items() if segment.field == "body")
        return cls(article, body, frozenset(placed))

    def agrees(self, other: _Reading, freed: Sequence[str]) -> bool:
        """Whether two articles agree in all fields of KEPT, except some."""
        names = [name for name in KEPT if name not in freed]
        return all(getattr(self.article, n) == getattr(other.article, n) for n in names)

    def loses_access(self, other: _Reading) -> bool:
        """Whether this reading lost the observed access that the other one has."""
        old, new = (r.article.access.observed if r.article else "unknown" for r in (other, self))
        return new == "unknown" and old != "unknown"


def _fills(name: str, old: _Reading, new: _Reading) -> bool:
    """Whether a selector fills the field of a sample and changes nothing else."""
    if new.article is None or getattr(new.article, name) is None or new.body != old.body:
        return False
    if name == "byline" and not _are_names([author.name for author in new.article.authors]):
        return False
    return new.agrees(old, (name, "authors") if name == "byline" else (name,))


def _may_name(node: LexborNode) -> bool:
    """Whether an element may be a byline: short, and not a time or heading."""
    return node.tag not in _NO_BYLINES and 0 < len(fold(node.text())) <= _LONGEST_BYLINE


def _are_names(names: Sequence[str]) -> bool:
    """Whether all authors look like names of people or desks, not like dates or labels."""
    return bool(names) and not any(
        any(c.isdigit() for c in name) or name[0].islower() or name.endswith(":") for name in names
    )


def _name(node: LexborNode) -> str:
    given = node.attributes
    return f"{given.get('class') or ''} {given.get('itemprop') or ''}"


def _line(suspect: Suspect) -> Difference | None:
    """Return a pattern for a recurring line, in which numbers may vary."""
    if len(suspect.segments) != 1 or not suspect.recurs:
        return None
    text = suspect.segments[0].text
    whole = len(text) <= _LONGEST_LINE
    words = text if whole else text[:_LONGEST_LINE].rpartition(" ")[0] or text[:_LONGEST_LINE]
    pattern = re.sub(r"\d+", r"\\d+", re.escape(words).replace("\\ ", " "))
    end = "$" if whole else r"\b"
    return Difference(
        name="strip",
        kind=suspect.kind,
        evidence=suspect.evidence,
        example=text,
        pattern=pattern + end,
    )
