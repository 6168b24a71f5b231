"""A page or text of an outlet, read without an adapter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser

from copydesk.adapters.outlet import Outlet
from copydesk.model.article import Article
from copydesk.model.document import Document
from copydesk.model.draft import Draft, RuleId, Segment
from copydesk.readers import html
from copydesk.reading import read
from copydesk.scaffold.markup_map import MarkupMap
from copydesk.util.text import unspaced

# A body below the minimum is suspicious; a short one is, if this many times more prose was removed.
_MIN_CHARACTERS = 250
_SHORT = 1_000
_MAX_REMOVED_RATIO = 2

KEPT = (
    "headline",
    "standfirst",
    "byline",
    "authors",
    "dateline",
    "published",
    "modified",
    "section",
    "kind",
)
"""Fields that a proposal for the body must not change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One document, read without an adapter; tree and markup are None for plain text."""

    document: Document
    draft: Draft
    article: Article
    tree: LexborHTMLParser | None = None
    markup: MarkupMap | None = None
    body: Mapping[int, Segment] = field(default_factory=dict)
    """Segments of the body, by the number of visible characters before each."""

    @classmethod
    def of(cls, document: Document) -> Sample:
        """Read a document. Raises CopydeskError if it is not an article."""
        draft, article = read(document, None)
        tree = markup = None
        if document.media_type != "text/plain":
            tree = html.read(document)[1]
            markup = MarkupMap(draft, tree)
        return cls(
            document=document,
            draft=draft,
            article=article,
            tree=tree,
            markup=markup,
            body=_body(draft),
        )

    def with_outlet(self, outlet: type[Outlet]) -> tuple[Article, Mapping[int, Segment]]:
        """Read the document with an adapter; return the article, and the segments of its fields.

        The keys of the segments are those of `body`.
        """
        draft, article = read(self.document, outlet)
        return article, {at: s for at, s in _numbered(draft) if s.field}

    @property
    def body_warning(self) -> str | None:
        """A warning if the body has hardly any text, or little of the page's prose."""
        kept = len(self.article.text)
        by_rule: Counter[RuleId] = Counter()
        for segment in self.draft.segments:
            if segment.prose and segment.field is None:
                by_rule[segment.rule] += len(segment.text)
        removed = by_rule.total()
        if kept >= _MIN_CHARACTERS and (kept >= _SHORT or removed < _MAX_REMOVED_RATIO * kept):
            return None
        amount = f"has only {kept:,} characters" if kept else "is empty"
        warning = f"{self.document.subject}: the body {amount}"
        if removed:
            rule, characters = by_rule.most_common(1)[0]
            warning += f"; rule {rule} removed {characters:,} characters of prose"
        return f"{warning}; set body in the adapter"

    def positions(self, segments: Iterable[Segment]) -> frozenset[int]:
        """Return the positions of segments, as in `body`."""
        starts = {s.start for s in segments}
        return frozenset(at for at, s in _numbered(self.draft) if s.start in starts)


def _body(draft: Draft) -> dict[int, Segment]:
    return {at: s for at, s in _numbered(draft) if s.field == "body"}


def _numbered(draft: Draft) -> Iterator[tuple[int, Segment]]:
    at = end = 0
    for segment in draft.segments:
        at += len(unspaced(draft.text[end : segment.start]))
        yield at, segment
        at += len(unspaced(draft.text[segment.start : segment.end]))
        end = segment.end
