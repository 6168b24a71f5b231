"""What an adapter would have to say of an outlet, as far as its pages show it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from selectolax.lexbor import LexborNode

from copydesk.article import Article
from copydesk.draft import Segment
from copydesk.errors import CopydeskError
from copydesk.outlet import Outlet
from copydesk.readers.html.verdicts import verdict
from copydesk.scaffold import css, suspects
from copydesk.scaffold.sample import KEPT, Sample
from copydesk.scaffold.suspects import Suspect

_NAMES = {"published": "date", "byline": "byline"}
"""Fields that are looked for where the generic reading finds none, and the verdict on their names."""
_LONGEST_LINE = 60


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


@dataclass(frozen=True, slots=True)
class Proposal:
    """The differences that are necessary, and what was suspected but not settled."""

    differences: tuple[Difference, ...] = ()
    open: tuple[Suspect, ...] = field(default_factory=tuple)

    def attributes(self) -> dict[str, Any]:
        """The class attributes that state the differences."""
        return attributes(self.differences)


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
    kept: list[Difference] = []
    open_: list[Suspect] = []
    suspected = suspects.find(samples)
    lost = [
        sample.places(s for one in found for s in one.segments)
        for sample, found in zip(samples, suspected, strict=True)
    ]
    settled: list[set[int]] = [set() for _ in samples]
    for number, found in enumerate(suspected):
        for suspect in found:
            if samples[number].places(suspect.segments) <= settled[number]:
                continue
            chosen = _settle(suspect, samples, suspected, lost, [identity, kept])
            if not chosen:
                open_.append(suspect)
                continue
            kept += chosen
            for at, sample in enumerate(samples):
                gone = _reading(sample, identity, kept)
                if gone is not None:
                    settled[at] |= sample.body.keys() ^ _body(gone)
    for name in _NAMES:
        kept += _field(name, samples, identity, kept)
    return Proposal(tuple(kept), tuple(open_))


def _settle(
    suspect: Suspect,
    samples: Sequence[Sample],
    suspected: Sequence[Sequence[Suspect]],
    lost: Sequence[frozenset[int]],
    known: Sequence[Any],
) -> list[Difference]:
    """The differences that put a suspect's words in their place; empty where none does only that."""
    identity, kept = known
    for nodes in _targets(suspect, samples):
        found: list[Difference] = []
        for node in nodes:
            one = _selector(node, suspect, samples, lost)
            if one is None:
                break
            if all(one.css != other.css for other in (*found, *kept)):
                found.append(one)
        else:
            if found and _works([*kept, *found], kept, samples, lost, identity):
                return found
    line = _line(suspect)
    if line is not None and _works([*kept, line], kept, samples, lost, identity):
        return [line]
    return []


def _targets(suspect: Suspect, samples: Sequence[Sample]) -> Iterator[list[LexborNode]]:
    """Elements to name: the whole part, else the innermost ones of its words."""
    if suspect.node is None:
        return
    yield [suspect.node]
    for sample in samples:
        if sample.anatomy is not None:
            inner = [node for s in suspect.segments if (node := sample.anatomy.element(s))]
            if len(inner) == len(suspect.segments):
                yield inner


def _selector(
    node: LexborNode, suspect: Suspect, samples: Sequence[Sample], lost: Sequence[frozenset[int]]
) -> Difference | None:
    """A selector for an element that, on every sample, takes nothing with it that is not suspected."""
    for selector, sure in css.near(node):
        safe = (_is_safe(selector, suspect, sample, lost[at]) for at, sample in enumerate(samples))
        if all(safe):
            return Difference(
                "strip", suspect.kind, suspect.evidence, suspect.text, css=selector, sure=sure
            )
    return None


def _is_safe(selector: str, suspect: Suspect, sample: Sample, lost: frozenset[int]) -> bool:
    if sample.tree is None or sample.anatomy is None:
        return True
    hits = sample.tree.css(selector)
    # What is to be kept may be named along with what is kept already, and the other way round.
    keeps = suspect.kind == "paragraph"
    held = (s for hit in hits for s in sample.anatomy.within(hit) if (s.field == "body") != keeps)
    return sample.places(held) <= lost


def _line(suspect: Suspect) -> Difference | None:
    """A pattern for the line itself, where it is one line that recurs; numbers in it may vary."""
    if len(suspect.segments) != 1 or "of the pages" not in suspect.evidence:
        return None
    text = suspect.segments[0].text
    whole = len(text) <= _LONGEST_LINE
    words = text if whole else text[:_LONGEST_LINE].rpartition(" ")[0] or text[:_LONGEST_LINE]
    pattern = re.sub(r"\d+", r"\\d+", re.escape(words).replace("\\ ", " ")) + (
        "$" if whole else r"\b"
    )
    return Difference("strip", suspect.kind, suspect.evidence, text, pattern=pattern)


def _works(
    now: Sequence[Difference],
    before: Sequence[Difference],
    samples: Sequence[Sample],
    lost: Sequence[frozenset[int]],
    identity: Mapping[str, Any],
) -> bool:
    """Whether differences change a body, by suspected words alone, and no other field."""
    changed = False
    # A caption below a picture above the text may have been taken for the standfirst.
    captions = any(one.kind == "caption" for one in now[len(before) :])
    for at, sample in enumerate(samples):
        new, old = _reading(sample, identity, now), _reading(sample, identity, before)
        if new is None or old is None:
            return False
        others = (_body(new) ^ sample.body.keys()) - lost[at]
        # One line may find its field once what followed it is gone.
        if len(others) > 1 or not others <= new[1].keys():
            return False
        for name in KEPT:
            loses = captions and name == "standfirst" and new[0].standfirst is None
            if getattr(new[0], name) != getattr(old[0], name) and not loses:
                return False
        changed = changed or _body(new) != _body(old)
    return changed


def _body(reading: tuple[Article, Mapping[int, Segment]]) -> frozenset[int]:
    """Where the segments of the body stand."""
    return frozenset(at for at, segment in reading[1].items() if segment.field == "body")


def _reading(
    sample: Sample, identity: Mapping[str, Any], differences: Iterable[Difference]
) -> tuple[Article, Mapping[int, Segment]] | None:
    outlet = type("Proposed", (Outlet,), {**identity, **attributes(differences)})
    try:
        return sample.with_outlet(outlet)
    except CopydeskError:
        return None


def _field(
    name: str, samples: Sequence[Sample], identity: Mapping[str, Any], kept: Sequence[Difference]
) -> list[Difference]:
    """Where a field stands that the generic reading leaves empty; empty where no element shows it."""
    # Where the metadata names the authors, the line that prints them adds little.
    known = "authors" if name == "byline" else name
    lacking = [s for s in samples if not getattr(s.article, known) and s.tree is not None]
    if not lacking or len(lacking) < len(samples):
        return []
    first = lacking[0].tree
    assert first is not None
    for node in first.css("time, [class], [itemprop]"):
        said = node.tag if node.tag == "time" else verdict(_name(node))
        if said not in (_NAMES[name], "time") or (said == "time" and name != "published"):
            continue
        for selector, sure in css.candidates(node):
            one = Difference(name, "", f"an element named {said}", node.text(), selector, sure=sure)
            if _fills(one, samples, identity, kept):
                return [one]
    return []


def _name(node: LexborNode) -> str:
    given = node.attributes
    return f"{given.get('class') or ''} {given.get('itemprop') or ''}"


def _fills(
    one: Difference,
    samples: Sequence[Sample],
    identity: Mapping[str, Any],
    kept: Sequence[Difference],
) -> bool:
    """Whether a selector gives every sample its field, and leaves the rest as it was."""
    others = [n for n in KEPT if n != one.name and (n, one.name) != ("authors", "byline")]
    for sample in samples:
        old, new = _reading(sample, identity, kept), _reading(sample, identity, [*kept, one])
        if (
            old is None
            or new is None
            or _body(old) != _body(new)
            or getattr(new[0], one.name) is None
        ):
            return False
        if any(getattr(new[0], n) != getattr(old[0], n) for n in others):
            return False
        if one.name == "byline" and not new[0].authors:
            return False
    return True
