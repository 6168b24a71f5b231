"""The reader for HTML: turns a page into segments with hints from its markup."""

from __future__ import annotations

from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser

from copydesk.errors import EmptyDocument, NotAnArticle
from copydesk.model.document import Document
from copydesk.model.draft import Draft
from copydesk.model.metadata import DATED_LINE, TIME, Metadata
from copydesk.model.notices import Notice, NoticeCode
from copydesk.readers.encoding import charset
from copydesk.readers.html import areas, live_blog, media, segments, time_elements
from copydesk.readers.html.comments import sections
from copydesk.readers.html.parser_guard import guard
from copydesk.readers.html.refusal import reason, sentence_chars
from copydesk.readers.html.selectors import NOTHING, Claimed, Selectors, claim
from copydesk.readers.html.tree import tables
from copydesk.readers.html.tree.boxes import PageTree
from copydesk.readers.html.tree.visibility import (
    has_shadow_roots,
    place_streamed,
    revealed,
    with_shadow_roots,
)
from copydesk.readers.html.tree.walk import walk
from copydesk.readers.metadata import statements

__all__ = ["NOTHING", "read"]

# A page with fewer characters in sentences shows no story; hidden text needs four times as many.
_MIN_STORY = 140
_MIN_FACTOR = 4
# An article with a smaller share of the page's sentences may be the wrong part of the page.
_SMALL_SHARE = 0.4


def read(document: Document, selectors: Selectors = NOTHING) -> tuple[Draft, LexborHTMLParser]:
    """Read a page into a draft; also return the parsed page.

    selectors: the outlet's selectors. Raises DocumentTooLarge, BinaryDocument, EmptyDocument or
    NotAnArticle.
    """
    html = charset.decode_page(document)
    safe, warnings = guard(html.text, decoded=True)
    # Bytes parse faster than text; the parser reads them as UTF-8.
    plain = safe is html.text and html.encoding == "utf-8" and not warnings
    source = html.content if plain else safe
    tree = LexborHTMLParser(source, scripting=True)
    if has_shadow_roots(tree):
        safe = with_shadow_roots(safe)
        tree = LexborHTMLParser(safe, scripting=True)
    analysis = _analyse(document, selectors, tree, safe)
    if analysis.story < _MIN_STORY:
        for what, other in revealed(safe):
            again = _analyse(document, selectors, other, safe)
            if again.story >= max(_MIN_STORY, _MIN_FACTOR * analysis.story):
                tree, analysis = other, again
                message = f"the page shows no story; {what} were read instead"
                warnings.append(Notice(NoticeCode.HIDDEN_TEXT, None, message))
                break
    if streamed := analysis.streamed:
        plural = "s" * (streamed > 1)
        message = f"{streamed} hidden part{plural} read that have no place on the page"
        warnings.append(Notice(NoticeCode.HIDDEN_TEXT, None, message))
    page, found, facts, claimed = analysis.page, analysis.areas, analysis.facts, analysis.claimed
    if found is None:
        raise EmptyDocument(document.subject, "no visible text in it")
    if not claimed.bodies and (why := reason(page, found, facts, tree, document.url)):
        raise NotAnArticle(document.subject, why.message, why.kind)
    sentences = found.search.sentences(0, len(page.runs))
    if analysis.story < sentences * _SMALL_SHARE:
        message = (
            f"the article has {analysis.story} of the {sentences} characters in sentences on the "
            f"page; the rest was left out"
        )
        warnings.append(Notice(NoticeCode.TEXT_LEFT_OUT, None, message))
    data = tables.find(page, found.root)
    times, changes = time_elements.dates(page, found)
    if not times and not facts.statements["published"]:
        for name, date in time_elements.lines(page, found).items():
            facts.add(name, date, "html", DATED_LINE)
    draft = Draft(
        document=document,
        text=page.text,
        segments=segments.make(page, found, claimed, data),
        encoding=html.encoding,
        warnings=[*html.warnings, *warnings, *facts.warnings, *claimed.warnings],
        inserts=media.read_media(page, found, facts.base, claimed),
        metadata=facts,
        times=times,
        changes=changes,
        layout=claimed.layout,
        stated=claimed.stated,
        base=facts.base,
        tables=data.widths,
    )
    return draft, tree


@dataclass(slots=True, kw_only=True)
class _Analysis:
    """The parts of a parsed page.

    areas: None if the page has no text.
    story: number of characters in sentences.
    streamed: number of hidden parts for a script to show that have no place on the page.
    """

    page: PageTree
    areas: areas.Areas | None
    facts: Metadata
    claimed: Claimed
    story: int = 0
    streamed: int = 0


def _analyse(
    document: Document, selectors: Selectors, tree: LexborHTMLParser, markup: str
) -> _Analysis:
    """Find the article on a parsed page; markup: the HTML that was parsed."""
    if tree.body is None:
        message = "frameset: its text is on other pages"
        raise NotAnArticle(document.subject, message, "frameset")
    streamed = place_streamed(tree)
    facts = statements.read(tree, document.url)
    if document.listing is not None:
        facts.add_listing(document.listing)
    dates = facts.statements["published"]
    claimed = claim(tree, selectors, str(dates[0].value) if dates else None)
    for at, known in {**live_blog.find(tree, facts), **sections.find(tree)}.items():
        claimed.claims.setdefault(at, known)
        if known.rule == live_blog.BODY and not claimed.bodies:
            claimed.bodies.append(at)
        if stamp := known.data.get("datetime"):
            _remove_date(facts, stamp)
    page = walk(tree.body, {*claimed.claims, *claimed.bodies, *claimed.images})
    page.source = markup
    if not page.runs:
        return _Analysis(page=page, areas=None, facts=facts, claimed=claimed, streamed=streamed)
    found = areas.find(page, facts, claimed)
    return _Analysis(
        page=page,
        areas=found,
        facts=facts,
        claimed=claimed,
        story=sentence_chars(page, found),
        streamed=streamed,
    )


def _remove_date(facts: Metadata, stamp: str) -> None:
    """Remove the last occurrence of a comment's or entry's time from the article's dates."""
    for name in ("published", "modified"):
        stated = facts.statements[name]
        for at in range(len(stated) - 1, -1, -1):
            if stated[at].rule == TIME and stated[at].value == stamp.strip():
                del stated[at]
                return
