"""What an adapter would have to say of an outlet, as far as its pages show it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, repeat
from typing import Any

from selectolax.lexbor import LexborNode

from copydesk.article import Article
from copydesk.errors import CopydeskError
from copydesk.outlet import Outlet
from copydesk.readers.html.verdicts import verdict
from copydesk.scaffold import css, suspects
from copydesk.scaffold.sample import KEPT, Sample
from copydesk.scaffold.suspects import Suspect
from copydesk.text import fold

_NAMES = {"published": "date", "byline": "byline"}
"""Fields that are looked for where the generic reading finds none, and the verdict on their names."""
_NO_BYLINES = frozenset("time h1 h2 h3 h4 h5 h6".split())
_LONGEST_LINE, _LONGEST_BYLINE = 60, 120
_MOST = 20


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing in which an outlet's pages differ from what the generic reading expects.

    name: "strip" or a field. kind: of what is stripped. css, pattern: where it stands, one of them.
    evidence: what shows it. example: the words. sure: whether the selector rests on a name.
    """

    name: str
    kind: str
    evidence: str
    example: str
    css: str = ""
    pattern: str = ""
    sure: bool = True

    @property
    def told(self) -> str:
        """The evidence, and what may go wrong with the selector."""
        told = self.evidence
        if " > " in self.css:
            told += f"; any {self.css.rpartition(' > ')[2]} there"
        return told if self.sure else f"{told}; the name may change"


@dataclass(frozen=True, slots=True)
class Proposal:
    """The differences that are necessary, and what was suspected but not settled."""

    differences: tuple[Difference, ...] = ()
    open: tuple[Suspect, ...] = ()


def attributes(differences: Iterable[Difference]) -> dict[str, Any]:
    """Differences as class attributes of an adapter."""
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

    Each is tried: it must change the reading of a sample in the way it is meant to, and no other
    way. identity: the class attributes that are known without them.
    """
    search = _Search(samples, identity)
    for number, found in enumerate(search.suspected):
        for suspect in found:
            search.settle(suspect, number)
    for name in _NAMES:
        search.find_field(name)
    return Proposal(tuple(search.kept), tuple(search.open))


class _Search:
    """The differences found so far, and what is still open.

    suspected: of each sample. lost: where the words of its suspects stand.
    """

    def __init__(self, samples: Sequence[Sample], identity: Mapping[str, Any]) -> None:
        self.samples = samples
        self.suspected = suspects.find(samples)
        self.lost = [
            sample.places(s for one in found for s in one.segments)
            for sample, found in zip(samples, self.suspected, strict=True)
        ]
        self.kept: list[Difference] = []
        self.open: list[Suspect] = []
        self._identity = identity
        self._now = self._readings([])

    def settle(self, suspect: Suspect, number: int) -> None:
        """Keep what puts a suspect's words in their place; where nothing does only that, it is open."""
        sample = self.samples[number]
        if sample.places(suspect.segments) <= sample.body.keys() ^ self._now[number].body:
            return
        for found in self._tries(suspect, sample):
            trial = self._readings(found)
            if self._works(trial, captions=suspect.kind == "caption"):
                self.kept += found
                self._now = trial
                return
        self.open.append(suspect)

    def _tries(self, suspect: Suspect, sample: Sample) -> Iterator[list[Difference]]:
        """Differences that may do: the element that holds it, those of its lines, the line itself."""
        if suspect.node is not None and sample.anatomy is not None:
            inner = [node for s in suspect.segments if (node := sample.anatomy.element(s))]
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
        """A selector for an element that takes nothing with it on any sample that is not suspected."""
        # Any paragraph in some element: one page does not show that another's are not copy.
        broad = len(self.samples) == 1 and suspect.kind != "paragraph" and node.tag in ("p", "li")
        for selector, sure in css.near(node):
            if broad and " > " in selector:
                continue
            if all(map(self._is_safe, repeat(selector), repeat(suspect), self.samples, self.lost)):
                return Difference(
                    "strip", suspect.kind, suspect.evidence, suspect.text, css=selector, sure=sure
                )
        return None

    def _is_safe(
        self, selector: str, suspect: Suspect, sample: Sample, lost: frozenset[int]
    ) -> bool:
        if sample.tree is None or sample.anatomy is None:
            return True
        held = [s for hit in sample.tree.css(selector) for s in sample.anatomy.within(hit)]
        # What is to be kept may be named along with what is kept already, and the other way round.
        keeps = suspect.kind == "paragraph"
        return sample.places(s for s in held if (s.field == "body") != keeps) <= lost

    def _works(self, trial: Sequence[_Reading], *, captions: bool) -> bool:
        """Whether a reading moves suspected words, and nothing else.

        captions: whether what is suspected are words below pictures, one of which may have been
        taken for the standfirst.
        """
        changed = False
        for sample, lost, old, new in zip(self.samples, self.lost, self._now, trial, strict=True):
            others = (new.body ^ sample.body.keys()) - lost
            # One line may find its field once what followed it is gone.
            if new.article is None or len(others) > 1 or not others <= new.fed:
                return False
            freed = ("standfirst",) if captions and new.article.standfirst is None else ()
            if not new.agrees(old, freed) or new.hides_wall(old):
                return False
            changed = changed or new.body != old.body
        return changed

    def find_field(self, name: str) -> None:
        """Keep where a field stands that the generic reading leaves empty on every sample."""
        # Where the metadata names the authors, the line that prints them adds little.
        known = "authors" if name == "byline" else name
        tree = self.samples[0].tree
        if tree is None or any(getattr(sample.article, known) for sample in self.samples):
            return
        said = _NAMES[name]
        if name == "published":
            nodes = tree.css("time, [class], [itemprop]")
            named = (n for n in nodes if n.tag == "time" or verdict(_name(n)) == said)
        else:
            nodes = tree.css("[class], [itemprop]")
            named = (n for n in nodes if verdict(_name(n)) == said and _may_name(n))
        for node in islice(named, _MOST):
            for selector, sure in css.candidates(node):
                first = tree.css_first(selector)
                if first is None or first.mem_id != node.mem_id:
                    continue
                one = Difference(
                    name, "", f"an element named {said}", fold(node.text()), selector, sure=sure
                )
                trial = self._readings([one])
                if all(map(_fills, repeat(name), self._now, trial)):
                    self.kept.append(one)
                    self._now = trial
                    return

    def _readings(self, more: Sequence[Difference]) -> list[_Reading]:
        """Every sample as the adapter with these differences reads it."""
        stated = {**self._identity, **attributes([*self.kept, *more])}
        outlet = type("Proposed", (Outlet,), stated)
        return [_Reading.of(sample, outlet) for sample in self.samples]


@dataclass(frozen=True, slots=True)
class _Reading:
    """A sample as an adapter reads it: None for no article; where segments of the body, and of any field, stand."""

    article: Article | None
    body: frozenset[int] = frozenset()
    fed: frozenset[int] = frozenset()

    @classmethod
    def of(cls, sample: Sample, outlet: type[Outlet]) -> _Reading:
        try:
            article, placed = sample.with_outlet(outlet)
        except CopydeskError:
            return cls(None)
        body = frozenset(at for at, segment in placed.items() if segment.field == "body")
        return cls(article, body, frozenset(placed))

    def agrees(self, other: _Reading, freed: Sequence[str]) -> bool:
        """Whether two articles have the same in every field that a proposal leaves alone, but for some."""
        names = [name for name in KEPT if name not in freed]
        return all(getattr(self.article, n) == getattr(other.article, n) for n in names)

    def hides_wall(self, other: _Reading) -> bool:
        """Whether it no longer knows how much of the article could be read, as the other did."""
        old, new = (r.article.access.observed if r.article else "unknown" for r in (other, self))
        return new == "unknown" and old != "unknown"


def _fills(name: str, old: _Reading, new: _Reading) -> bool:
    """Whether a selector gave a sample its field, and left the rest as it was."""
    if new.article is None or getattr(new.article, name) is None or new.body != old.body:
        return False
    if name == "byline" and not _are_names([author.name for author in new.article.authors]):
        return False
    return new.agrees(old, (name, "authors") if name == "byline" else (name,))


def _may_name(node: LexborNode) -> bool:
    """Whether an element may print who wrote the article: no time, no heading, no paragraph."""
    return node.tag not in _NO_BYLINES and 0 < len(fold(node.text())) <= _LONGEST_BYLINE


def _are_names(names: Sequence[str]) -> bool:
    """Whether authors are called as people and desks are, not as dates, labels and appeals."""
    return bool(names) and not any(
        any(c.isdigit() for c in name) or name[0].islower() or name.endswith(":") for name in names
    )


def _name(node: LexborNode) -> str:
    given = node.attributes
    return f"{given.get('class') or ''} {given.get('itemprop') or ''}"


def _line(suspect: Suspect) -> Difference | None:
    """A pattern for the line itself, where it is one line that recurs; numbers in it may vary."""
    if len(suspect.segments) != 1 or not suspect.recurs:
        return None
    text = suspect.segments[0].text
    whole = len(text) <= _LONGEST_LINE
    words = text if whole else text[:_LONGEST_LINE].rpartition(" ")[0] or text[:_LONGEST_LINE]
    pattern = re.sub(r"\d+", r"\\d+", re.escape(words).replace("\\ ", " "))
    end = "$" if whole else r"\b"
    return Difference("strip", suspect.kind, suspect.evidence, text, pattern=pattern + end)
