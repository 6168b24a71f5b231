"""Text that the generic reading probably misplaced, with the evidence."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from selectolax.lexbor import LexborNode

from copydesk.model.draft import Segment
from copydesk.readers.html.segments import BOX
from copydesk.readers.html.tree.class_names import BOILERPLATE, verdict
from copydesk.scaffold.markup_map import MarkupPart
from copydesk.scaffold.sample import Sample
from copydesk.util.text import bare, key

_COPY = frozenset(
    "p h1 h2 h3 h4 h5 h6 ul ol li blockquote pre table tbody tr td a b i em strong figure font "
    "dl dd dt code".split()
)
"""Elements of plain copy, whose class names are only style."""
_CONTROLS = ("button", "input", "form", "select", "textarea")
_PICTURES = ("img", "picture", "figure", "amp-img")
_ASIDE_TAGS = ("small", "footer", "aside")
_ASIDE = re.compile(r"(?:^|[-_ ])print(?![a-z])|Print|[Mm]eta(?![a-z])|imprint|impressum")
_FEW = 3
"""An element that occurs more often than this is not unusual in a text."""
_COMMON = 0.3
"""A kind of element with more than this share of the text is the outlet's normal copy."""
_REMAINS, _SMALL = 0.7, 0.15
_CAPTION_WORDS = 60
_LEAD_WORDS = 8
_WHOLE = 0.6
"""Minimum share of the body that a stated `articleBody` must contain to be trusted."""
_SENTENCE = 8
_SAME = 0.4
"""Two pages with more than this share of common lines are versions of one story."""
_NUMBER = re.compile(r"\d+")
_WORD = re.compile(r"[^\W\d_]{2,}")
_MIN_WORDS, _MIN_CJK_CHARACTERS = 4, 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """Text that the generic reading probably misplaced.

    kind: the role that it should have.
    evidence: why.
    node: the element that contains it; None in plain text.
    recurs: whether it also appears on other pages.
    """

    segments: tuple[Segment, ...]
    kind: str
    evidence: str
    node: LexborNode | None
    recurs: bool = False

    @property
    def text(self) -> str:
        """The text of the segments."""
        return " ".join(s.text for s in self.segments)


def find(samples: Sequence[Sample]) -> list[list[Suspect]]:
    """Return the suspects of each sample; each segment occurs once, with the best evidence."""
    pages = _line_counts(samples)
    found = []
    for sample in samples:
        parts = sample.markup.parts() if sample.markup is not None else []
        stated = _stated(sample)
        suspects = [
            *_not_in_article_body(parts, stated),
            *_left_out(sample, stated),
            *_unusual_markup(parts),
            *_repeated_lines(sample, pages),
        ]
        taken: set[int] = set()
        kept = []
        for one in suspects:
            starts = {s.start for s in one.segments}
            if not starts & taken:
                taken |= starts
                kept.append(_as_paywall(one, sample))
        found.append(kept)
    return found


def _as_paywall(suspect: Suspect, sample: Sample) -> Suspect:
    """Return a suspect as part of a paywall notice if its element contains one."""
    if suspect.node is None or sample.markup is None or suspect.kind != "page_furniture":
        return suspect
    same_element = sample.markup.within(suspect.node)
    paid = any(segment.role == "paywall_notice" for segment in same_element)
    return replace(suspect, kind="paywall_notice") if paid else suspect


def _not_in_article_body(parts: Sequence[MarkupPart], stated: str) -> Iterator[Suspect]:
    """Yield parts that are missing from the page's own `articleBody`."""
    for part in parts if stated else ():
        prose = [s for s in part.segments if s.role in ("paragraph", "list_item")]
        if part.first or len(prose) < len(part.segments) or part.share > _SMALL:
            continue
        if not any(bare(s.text) in stated for s in prose):
            boilerplate = _boilerplate(part, part.has(*_PICTURES))
            kind = boilerplate[0] if boilerplate else _boilerplate_kind(part.node)
            yield Suspect(
                segments=part.segments,
                kind=kind,
                evidence="missing from the page's articleBody",
                node=part.node,
            )


def _left_out(sample: Sample, stated: str) -> Iterator[Suspect]:
    """Yield sentences of the page's own `articleBody` that the reading leaves out."""
    if sample.markup is None or not stated:
        return
    for segment in sample.draft.segments:
        left_out = segment.field in (None, "related") and segment.rule != BOX
        if left_out and segment.prose and segment.ends_sentence and segment.words >= _SENTENCE:
            if bare(segment.text) in stated:
                node = sample.markup.element(segment)
                yield Suspect(
                    segments=(segment,),
                    kind="paragraph",
                    evidence="part of the page's articleBody",
                    node=node,
                )


def _stated(sample: Sample) -> str:
    """Return the normalized `articleBody` of the page if it is the whole text, else ""."""
    metadata = sample.draft.metadata
    bodies = metadata.statements["article_body"] if metadata is not None else []
    if not bodies:
        return ""
    value = bodies[0].value
    stated = bare(value if isinstance(value, str) else " ".join(map(str, value)))
    texts = [bare(s.text) for s in sample.body.values()]
    common = sum(len(t) for t in texts if t in stated)
    return stated if common >= _WHOLE * sum(map(len, texts)) else ""


def _unusual_markup(parts: Sequence[MarkupPart]) -> Iterator[Suspect]:
    """Yield parts with markup that is unusual for copy.

    A kind of element that recurs, or has much of the text, is the outlet's normal copy.
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
        if _is_lead(part) and part.node.tag not in _ASIDE_TAGS:
            continue
        if boilerplate := _boilerplate(part, pictures):
            name, evidence = boilerplate
            yield Suspect(segments=part.segments, kind=name, evidence=evidence, node=part.node)


def _kind(node: LexborNode) -> str:
    """Return tag and name of an element, without numbers: page builders number similar elements."""
    name = node.attributes.get("class") or node.attributes.get("id") or ""
    return f"{node.tag} {_NUMBER.sub('0', name)}"


def _name(node: LexborNode) -> str:
    return f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}"


def _boilerplate_kind(node: LexborNode) -> str:
    return BOILERPLATE.get(verdict(_name(node)), "page_furniture")


def _is_lead(part: MarkupPart) -> bool:
    """Whether a part is a lead paragraph, which often has an element of its own."""
    return part.first and any(
        s.role == "paragraph" and s.words >= _LEAD_WORDS and s.ends_sentence for s in part.segments
    )


def _is_list(part: MarkupPart) -> bool:
    """Whether a part is a list, such as ingredients with check boxes, which is copy."""
    return sum(s.role == "list_item" for s in part.segments) > _FEW


def _is_prose(part: MarkupPart) -> bool:
    """Whether most of a part is sentences: a section with its own heading is copy."""
    sentences = sum(len(s.text) for s in part.segments if s.ends_sentence and s.words >= _SENTENCE)
    return sentences > sum(len(s.text) for s in part.segments) / 2


def _boilerplate(part: MarkupPart, pictures: bool) -> tuple[str, str] | None:
    """Return the kind of boilerplate that a part is, and the evidence; None for copy."""
    node = part.node
    name = verdict(_name(node))
    kind = _boilerplate_kind(node)
    headings = sum(s.role == "heading" for s in part.segments)
    words = sum(s.words for s in part.segments)
    if part.has("blockquote") or name == "pullquote":
        return None
    if node.tag == "article" and not part.first:
        return "related", "an article inside the article"
    if part.has(*_CONTROLS) and not _is_list(part):
        return kind, "contains buttons or form fields"
    if part.kept < _REMAINS * part.whole and part.share < _SMALL:
        left = round(100 - 100 * part.kept / part.whole)
        return kind, f"{left} % of its words are removed anyway"
    if pictures and not headings and len(part.segments) <= 2 and words <= _CAPTION_WORDS:
        return "caption", "a picture and a few words"
    if name in BOILERPLATE:
        return kind, f"class or id suggests {name}"
    boxed = headings and len(part.segments) > headings and (headings > 1 or pictures)
    if boxed and not _is_list(part) and not _is_prose(part):
        return kind, "a box with its own headings or pictures"
    if node.tag in _ASIDE_TAGS:
        return kind, f"{node.tag} element in the text"
    if word := _ASIDE.search(_name(node)):
        return kind, f"class or id suggests {word[0].lower()}"
    return None


def _line_counts(samples: Sequence[Sample]) -> Counter[str]:
    """Count the pages with each line; several versions of one story count once."""
    counts: Counter[str] = Counter()
    seen: list[set[str]] = []
    for sample in samples:
        lines = {key(s.text) for s in sample.body.values()} - {""}
        if all(len(lines & other) <= _SAME * min(len(lines), len(other)) for other in seen):
            seen.append(lines)
            counts.update(lines)
    return counts


def _repeated_lines(sample: Sample, pages: Counter[str]) -> Iterator[Suspect]:
    """Yield lines that appear word for word on more than one page, except short ones."""
    for segment in sample.body.values():
        number = pages[key(segment.text)]
        if number < 2 or segment.role == "heading":
            continue
        words = _WORD.findall(segment.text)
        if (
            len(words) >= _MIN_WORDS
            or sum(c >= "\u2e80" for c in segment.text) >= _MIN_CJK_CHARACTERS
        ):
            node = sample.markup.element(segment) if sample.markup is not None else None
            evidence = f"appears on {number} of the pages"
            yield Suspect(
                segments=(segment,),
                kind="page_furniture",
                evidence=evidence,
                node=node,
                recurs=True,
            )
