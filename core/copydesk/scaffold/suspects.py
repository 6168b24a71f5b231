"""What does not look like an article's copy, and by which evidence."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from selectolax.lexbor import LexborNode

from copydesk.draft import Segment
from copydesk.readers.html.verdicts import BOILERPLATE, verdict
from copydesk.scaffold.parts import Part
from copydesk.scaffold.sample import Sample
from copydesk.text import bare, key

_COPY = frozenset(
    "p h1 h2 h3 h4 h5 h6 ul ol li blockquote pre table tbody tr td a b i em strong figure font "
    "dl dd dt code".split()
)
"""Elements that copy is made of: what they are called is style."""
_CONTROLS = ("button", "input", "form", "select", "textarea")
_PICTURES = ("img", "picture", "figure", "amp-img")
_BESIDE = ("small", "footer", "aside")
_ASIDE = re.compile(r"(?:^|[-_ ])print(?![a-z])|Print|[Mm]eta(?![a-z])|imprint|impressum")
_FEW = 3
"""How often an element of one kind may stand in a text and still be peculiar."""
_COMMON = 0.3
"""Share of the text from which a kind of element is how the outlet writes its copy."""
_REMAINS, _SMALL = 0.7, 0.15
_CAPTION_WORDS = 60
_LEAD_WORDS = 8
_WHOLE = 0.6
"""Share of the body that a stated `articleBody` must hold to be taken for the text."""
_SENTENCE = 8
_SAME = 0.4
"""Share of lines in common from which two pages are versions of one story."""
_NUMBER = re.compile(r"\d+")
_WORD = re.compile(r"[^\W\d_]{2,}")
_SAID, _SAID_CJK = 4, 10


@dataclass(frozen=True, slots=True)
class Suspect:
    """Words that the generic reading has misplaced, most likely.

    kind: the role that they would have. evidence: what says so. node: the element that holds them,
    None in a text. recurs: whether they stand on other pages too.
    """

    segments: tuple[Segment, ...]
    kind: str
    evidence: str
    node: LexborNode | None
    recurs: bool = False

    @property
    def text(self) -> str:
        """The words."""
        return " ".join(s.text for s in self.segments)


def find(samples: Sequence[Sample]) -> list[list[Suspect]]:
    """The suspects of each sample: parts that look foreign, and what the pages themselves tell.

    Each segment is suspected once, by the best evidence.
    """
    pages = _lines(samples)
    found = []
    for sample in samples:
        parts = sample.anatomy.parts() if sample.anatomy is not None else []
        stated = _stated(sample)
        suspects = [
            *_unsaid(parts, stated), *_missed(sample, stated), *_foreign(parts), *_again(sample, pages)
        ]  # fmt: skip
        taken: set[int] = set()
        kept = []
        for one in suspects:
            starts = {s.start for s in one.segments}
            if not starts & taken:
                taken |= starts
                kept.append(_announced(one, sample))
        found.append(kept)
    return found


def _announced(suspect: Suspect, sample: Sample) -> Suspect:
    """A suspect beside a notice that the rest must be paid for is part of it."""
    if suspect.node is None or sample.anatomy is None or suspect.kind != "page_furniture":
        return suspect
    beside = sample.anatomy.within(suspect.node)
    paid = any(segment.role == "paywall_notice" for segment in beside)
    return replace(suspect, kind="paywall_notice") if paid else suspect


def _unsaid(parts: Sequence[Part], stated: str) -> Iterator[Suspect]:
    """Parts of which the page's own `articleBody` says nothing, though it is the whole text."""
    for part in parts if stated else ():
        prose = [s for s in part.segments if s.role in ("paragraph", "list_item")]
        if part.first or len(prose) < len(part.segments) or part.share > _SMALL:
            continue
        if not any(bare(s.text) in stated for s in prose):
            judged = _judged(part, part.has(*_PICTURES))
            kind = judged[0] if judged else _named(part.node)
            yield Suspect(part.segments, kind, "the page's articleBody lacks it", part.node)


def _missed(sample: Sample, stated: str) -> Iterator[Suspect]:
    """Sentences that the page's own `articleBody` has and the reading leaves out."""
    if sample.anatomy is None or not stated:
        return
    for segment in sample.draft.segments:
        left_out = segment.field in (None, "related") and "box" not in segment.rule
        if left_out and segment.prose and segment.ends_sentence and segment.words >= _SENTENCE:
            if bare(segment.text) in stated:
                node = sample.anatomy.element(segment)
                yield Suspect((segment,), "paragraph", "the page's articleBody has it", node)


def _stated(sample: Sample) -> str:
    """The letters of the page's `articleBody`, where it is the whole text; else nothing."""
    metadata = sample.draft.metadata
    bodies = metadata.candidates["article_body"] if metadata is not None else []
    if not bodies:
        return ""
    value = bodies[0].value
    stated = bare(value if isinstance(value, str) else " ".join(map(str, value)))
    texts = [bare(s.text) for s in sample.body.values()]
    held = sum(len(t) for t in texts if t in stated)
    return stated if held >= _WHOLE * sum(map(len, texts)) else ""


def _foreign(parts: Sequence[Part]) -> Iterator[Suspect]:
    """Parts whose markup is not that of the copy.

    A part whose kind of element recurs, or makes up much of the text, is none: that is how the
    outlet writes its copy.
    """
    shares: dict[str, float] = defaultdict(float)
    counts = Counter(_kind(part.node) for part in parts)
    for part in parts:
        shares[_kind(part.node)] += part.share
    for part in parts:
        kind = _kind(part.node)
        pictures = part.has(*_PICTURES)
        if shares[kind] > _COMMON or (counts[kind] > _FEW and not pictures):
            continue
        if part.node.tag in _COPY or (part.node.tag == "span" and not pictures):
            continue
        if _is_lead(part) and part.node.tag not in _BESIDE:
            continue
        if said := _judged(part, pictures):
            yield Suspect(part.segments, *said, part.node)


def _kind(node: LexborNode) -> str:
    """The element and its name; builders of pages number the parts of one kind."""
    name = node.attributes.get("class") or node.attributes.get("id") or ""
    return f"{node.tag} {_NUMBER.sub('0', name)}"


def _name(node: LexborNode) -> str:
    return f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}"


def _named(node: LexborNode) -> str:
    return BOILERPLATE.get(verdict(_name(node)), "page_furniture")


def _is_lead(part: Part) -> bool:
    """The first words of an article often have a block of their own."""
    return part.first and any(
        s.role == "paragraph" and s.words >= _LEAD_WORDS and s.ends_sentence for s in part.segments
    )


def _is_list(part: Part) -> bool:
    """Ingredients and steps that can be ticked off are copy."""
    return sum(s.role == "list_item" for s in part.segments) > _FEW


def _is_prose(part: Part) -> bool:
    """A section with a heading of its own is copy, where most of it are sentences."""
    said = sum(len(s.text) for s in part.segments if s.ends_sentence and s.words >= _SENTENCE)
    return said > sum(len(s.text) for s in part.segments) / 2


def _judged(part: Part, pictures: bool) -> tuple[str, str] | None:
    """The kind of residue that a part is, and the evidence."""
    node = part.node
    said = verdict(_name(node))
    kind = _named(node)
    headings = sum(s.role == "heading" for s in part.segments)
    words = sum(s.words for s in part.segments)
    if part.has("blockquote") or said == "pullquote":
        return None
    if node.tag == "article" and not part.first:
        return "related", "an article inside the article"
    if part.has(*_CONTROLS) and not _is_list(part):
        return kind, "it holds buttons or form fields"
    if part.kept < _REMAINS * part.whole and part.share < _SMALL:
        left = round(100 - 100 * part.kept / part.whole)
        return kind, f"{left} % of its words are left out anyway"
    if pictures and not headings and len(part.segments) <= 2 and words <= _CAPTION_WORDS:
        return "caption", "a picture and a few words"
    if said in BOILERPLATE:
        return kind, f"its name says {said}"
    boxed = headings and len(part.segments) > headings and (headings > 1 or pictures)
    if boxed and not _is_list(part) and not _is_prose(part):
        return kind, "a box with headings or pictures of its own"
    if node.tag in _BESIDE:
        return kind, f"an element {node.tag} in the text"
    if word := _ASIDE.search(_name(node)):
        return kind, f"its name says {word[0].lower()}"
    return None


def _lines(samples: Sequence[Sample]) -> Counter[str]:
    """On how many pages each line stands; of two pages that share much, one story, one counts."""
    counts: Counter[str] = Counter()
    seen: list[set[str]] = []
    for sample in samples:
        lines = {key(s.text) for s in sample.body.values()} - {""}
        if all(len(lines & other) <= _SAME * min(len(lines), len(other)) for other in seen):
            seen.append(lines)
            counts.update(lines)
    return counts


def _again(sample: Sample, pages: Counter[str]) -> Iterator[Suspect]:
    """Lines that stand word for word on more than one page, and say enough to be told again."""
    for segment in sample.body.values():
        number = pages[key(segment.text)]
        if number < 2 or segment.role == "heading":
            continue
        words = _WORD.findall(segment.text)
        if len(words) >= _SAID or sum(c >= "\u2e80" for c in segment.text) >= _SAID_CJK:
            node = sample.anatomy.element(segment) if sample.anatomy is not None else None
            evidence = f"it stands on {number} of the pages"
            yield Suspect((segment,), "page_furniture", evidence, node, recurs=True)
