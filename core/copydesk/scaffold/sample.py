"""A page or text of an outlet as the generic reading takes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser

from copydesk.article import Article
from copydesk.document import Document
from copydesk.draft import Draft, Segment
from copydesk.outlet import Outlet
from copydesk.readers import html
from copydesk.reading import read
from copydesk.scaffold.parts import Anatomy
from copydesk.text import unspaced

# Characters of text: of hardly any, of a short story, and how often as much prose may be left out.
_HARDLY_ANY = 250
_SHORT = 1_000
_MUCH_MORE = 2

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
"""Fields that a proposal for the body must leave as they are."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One document, read without an adapter.

    tree, anatomy: of a page; None for a text.
    """

    document: Document
    draft: Draft
    article: Article
    tree: LexborHTMLParser | None = None
    anatomy: Anatomy | None = None
    body: Mapping[int, Segment] = field(default_factory=dict)
    """The segments of the body by the visible letters before each: white space varies by adapter."""

    @classmethod
    def of(cls, document: Document) -> Sample:
        """Read a document. Raises CopydeskError where it gives no article."""
        draft, article = read(document, None)
        tree = anatomy = None
        if document.media_type != "text/plain":
            tree = html.read(document)[1]
            anatomy = Anatomy(draft, tree)
        return cls(document, draft, article, tree, anatomy, _body(draft))

    def with_outlet(self, outlet: type[Outlet]) -> tuple[Article, Mapping[int, Segment]]:
        """The same document read with an adapter: the article, and its segments as in `body`.

        Those that feed no field are left out.
        """
        draft, article = read(self.document, outlet)
        return article, {at: s for at, s in _numbered(draft) if s.field}

    @property
    def thin(self) -> str | None:
        """What to tell of a reading that holds hardly any text, or little of the page's prose."""
        taken = len(self.article.text)
        left: Counter[str] = Counter()
        for segment in self.draft.segments:
            if segment.prose and segment.field is None:
                left[segment.rule] += len(segment.text)
        lost = left.total()
        if taken >= _HARDLY_ANY and (taken >= _SHORT or lost < _MUCH_MORE * taken):
            return None
        amount = f"only {taken:,} characters are" if taken else "nothing is"
        told = f"{self.document.subject}: {amount} taken for the body"
        if lost:
            rule, characters = left.most_common(1)[0]
            told += f"; {characters:,} characters of prose were removed by {rule}"
        return f"{told}; name the body"

    def places(self, segments: Iterable[Segment]) -> frozenset[int]:
        """Where segments of the draft stand: the visible letters before each."""
        wanted = {s.start for s in segments}
        return frozenset(at for at, s in _numbered(self.draft) if s.start in wanted)


def _body(draft: Draft) -> dict[int, Segment]:
    return {at: s for at, s in _numbered(draft) if s.field == "body"}


def _numbered(draft: Draft) -> Iterator[tuple[int, Segment]]:
    at = end = 0
    for segment in draft.segments:
        at += len(unspaced(draft.text[end : segment.start]))
        yield at, segment
        at += len(unspaced(draft.text[segment.start : segment.end]))
        end = segment.end
