"""The reader for HTML: a page becomes segments that know where in the markup they stood."""

from __future__ import annotations

from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser

from copydesk.document import Document
from copydesk.draft import Draft
from copydesk.errors import EmptyDocument, NotAnArticle
from copydesk.readers import charset, metadata
from copydesk.readers.guard import guard
from copydesk.readers.html import areas, comments, live, media, printed, segments, tables
from copydesk.readers.html.boxes import Page
from copydesk.readers.html.hidden import (
    has_shadow_roots,
    last_resorts,
    place_streamed,
    with_shadow_roots,
)
from copydesk.readers.html.refusal import reason, story
from copydesk.readers.html.selectors import NOTHING, Claimed, Selectors, claim
from copydesk.readers.html.walk import walk
from copydesk.readers.metadata import Metadata

__all__ = ["NOTHING", "read"]

# Characters of sentences, below which a page shows no story, and how many times as much of it what
# is hidden must hold.
_HARDLY_ANY = 140
_MUCH_MORE = 4


def read(document: Document, selectors: Selectors = NOTHING) -> tuple[Draft, LexborHTMLParser]:
    """Read a page into a draft; the parsed page comes with it.

    selectors: what the page's outlet says of its pages. Raises DocumentTooLarge, BinaryDocument,
    EmptyDocument or NotAnArticle.
    """
    html = charset.decode(document)
    safe, warnings = guard(html.text, decoded=True)
    # Bytes are parsed faster than text; the parser takes them for UTF-8.
    plain = safe is html.text and html.encoding == "utf-8" and not warnings
    source = html.content if plain else safe
    tree = LexborHTMLParser(source, scripting=True)
    if has_shadow_roots(tree):
        safe = with_shadow_roots(safe)
        tree = LexborHTMLParser(safe, scripting=True)
    looked = _look(document, selectors, tree, safe)
    if looked.story < _HARDLY_ANY:
        for what, other in last_resorts(safe):
            again = _look(document, selectors, other, safe)
            if again.story >= max(_HARDLY_ANY, _MUCH_MORE * looked.story):
                tree, looked = other, again
                warnings.append(f"hidden text: the page shows no story, {what} are read")
                break
    if looked.streamed:
        plural = "s" * (looked.streamed > 1)
        warnings.append(f"hidden text: {looked.streamed} part{plural} without a place read")
    page, found, facts, claimed = looked.page, looked.areas, looked.facts, looked.claimed
    if found is None:
        raise EmptyDocument(document.subject, "no visible text in it")
    if not claimed.bodies and (why := reason(page, found, facts, tree, document.url)):
        raise NotAnArticle(document.subject, why)
    data = tables.find(page, found.root)
    draft = Draft(
        document,
        page.text,
        segments.make(page, found, claimed, data),
        html.encoding,
        [*html.warnings, *warnings, *facts.warnings, *claimed.warnings],
        media.inserts(page, found, facts.base, claimed),
        facts,
        *printed.times(page, found),
        claimed.layout,
        claimed.stated,
        base=facts.base,
        tables=data.widths,
    )
    return draft, tree


@dataclass(slots=True)
class _Looked:
    """What a parsed page holds.

    areas: None where it has no text. story: characters of sentences. streamed: hidden parts that
    a script would show, and that have no place on the page.
    """

    page: Page
    areas: areas.Areas | None
    facts: Metadata
    claimed: Claimed
    story: int = 0
    streamed: int = 0


def _look(document: Document, selectors: Selectors, tree: LexborHTMLParser, markup: str) -> _Looked:
    """Find the article on a parsed page; markup: what was parsed."""
    if tree.body is None:
        raise NotAnArticle(document.subject, "frameset: its text stands on other pages")
    streamed = place_streamed(tree)
    facts = metadata.read(tree, document.url)
    if document.listing is not None:
        facts.add_listing(document.listing)
    dates = facts.candidates["published"]
    claimed = claim(tree, selectors, str(dates[0].value) if dates else None)
    for at, known in {**live.find(tree, facts), **comments.find(tree)}.items():
        claimed.claims.setdefault(at, known)
        if known.rule == live.BODY and not claimed.bodies:
            claimed.bodies.append(at)
        if stamp := known.data.get("datetime"):
            _forget(facts, stamp)
    page = walk(tree.body, {*claimed.claims, *claimed.bodies, *claimed.images})
    page.source = markup
    if not page.runs:
        return _Looked(page, None, facts, claimed, streamed=streamed)
    titles = [str(c.value) for c in facts.candidates["headline"]]
    found = areas.find(page, titles, claimed)
    return _Looked(page, found, facts, claimed, story(page, found), streamed)


def _forget(facts: Metadata, stamp: str) -> None:
    """Take the time of a comment or entry from what may be the article's: its last mention."""
    for name in ("published", "modified"):
        candidates = facts.candidates[name]
        for at in range(len(candidates) - 1, -1, -1):
            if candidates[at].rule == "html.time" and candidates[at].value == stamp.strip():
                del candidates[at]
                return
