"""The reader for HTML: a page becomes segments that know where in the markup they stood."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser

from copydesk.document import Document
from copydesk.draft import Draft
from copydesk.errors import EmptyDocument, NotAnArticle
from copydesk.readers import charset, metadata
from copydesk.readers.guard import guard
from copydesk.readers.html import areas, comments, live, media, segments
from copydesk.readers.html.refusal import reason
from copydesk.readers.html.selectors import NOTHING, Selectors, claim
from copydesk.readers.html.walk import Page, walk
from copydesk.readers.metadata import Metadata

__all__ = ["NOTHING", "read"]


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
    if tree.body is None:
        raise NotAnArticle(document.subject, "frameset: its text stands on other pages")
    facts = metadata.read(tree, document.url)
    if document.lent is not None:
        facts.lend(document.lent)
    dates = facts.candidates["published"]
    claimed = claim(tree, selectors, str(dates[0].value) if dates else None)
    for at, known in {**live.find(tree, facts), **comments.find(tree)}.items():
        claimed.claims.setdefault(at, known)
        if known.rule == live.BODY and not claimed.bodies:
            claimed.bodies.append(at)
        if stamp := known.data.get("datetime"):
            _forget(facts, stamp)
    page = walk(tree.body, {*claimed.claims, *claimed.bodies, *claimed.images})
    if not page.runs:
        raise EmptyDocument(document.subject, "no visible text in it")
    titles = [str(c.value) for c in facts.candidates["headline"]]
    found = areas.find(page, titles, claimed)
    if not claimed.bodies and (why := reason(page, found, facts, tree, document.url)):
        raise NotAnArticle(document.subject, why)
    draft = Draft(
        document,
        page.text,
        segments.make(page, found, claimed),
        html.encoding,
        [*html.warnings, *warnings, *facts.warnings, *claimed.warnings],
        media.inserts(page, found, facts.base, claimed),
        facts,
        [(stamp, page.runs[at].text) for at, stamp in page.times if _is_near(at, found, page)],
        claimed.layout,
        claimed.stated,
        base=facts.base,
    )
    return draft, tree


def _forget(facts: Metadata, stamp: str) -> None:
    """Take the time of a comment or entry from what may be the article's: its last mention."""
    for name in ("published", "modified"):
        candidates = facts.candidates[name]
        for at in range(len(candidates) - 1, -1, -1):
            if candidates[at].rule == "html.time" and candidates[at].value == stamp.strip():
                del candidates[at]
                return


def _is_near(at: int, found: areas.Areas, page: Page) -> bool:
    """Whether a time stands at the article's head, and in it a run."""
    return at < len(page.runs) and (
        at in found.head or found.body.start <= at < found.body.start + 6
    )
