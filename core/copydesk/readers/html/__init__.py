"""The reader for HTML: turns a page into segments with hints from its markup."""

from __future__ import annotations

from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser

from copydesk.errors import EmptyDocument, NotAnArticle
from copydesk.model.document import Document
from copydesk.model.draft import Draft
from copydesk.model.metadata import DATED_LINE, TIME, Metadata, Statement
from copydesk.model.notices import Notice, NoticeCode
from copydesk.readers import state
from copydesk.readers.encoding import charset
from copydesk.readers.html import areas, live_blog, media, segments, time_elements
from copydesk.readers.html.comments import sections
from copydesk.readers.html.parser_guard import guard
from copydesk.readers.html.refusal import reason, sentence_chars
from copydesk.readers.html.selectors import NOTHING, Claimed, Selectors, claim
from copydesk.readers.html.tree import embedded, tables
from copydesk.readers.html.tree.boxes import PageTree
from copydesk.readers.html.tree.inline_parts import bracket_readings
from copydesk.readers.html.tree.visibility import (
    has_shadow_roots,
    place_streamed,
    revealed,
    with_shadow_roots,
)
from copydesk.readers.html.tree.walk import walk
from copydesk.readers.metadata import statements
from copydesk.util.text import ends_sentence
from copydesk.util.urls import host_of

__all__ = ["NOTHING", "read"]

# A page with fewer characters in sentences shows no story; hidden text needs four times as many.
_MIN_STORY = 140
_MIN_FACTOR = 4
# A story with fewer may be the beginning of one; then nearly all of it is in the whole one.
_SHORT_STORY = 1000
_MOST = 0.8
# The data have a better reading than hidden elements if it is this much longer, but none if the
# JSON-LD has a longer one, which the assembly takes for a page that shows up to 200 characters.
_LONGER = 1.5
_SHORTER = 0.7
_LAST_RESORT = 200
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
    reading = _Reading(document, selectors, safe, tree)
    analysis = reading.analysis
    if analysis.story < _SHORT_STORY:
        reading.look_behind()
        tree, analysis = reading.tree, reading.analysis
        warnings += reading.warnings
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
        segments=segments.make(page, found, claimed, data, host_of(document.url or "")),
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
        marks=page.marks,
        story=reading.origin,
        candidates=found.search.candidates,
    )
    return draft, tree


class _Reading:
    """A page as it is read: with what it shows, or with what it hides or carries in its data.

    origin: where the story is from if the page carries it in its data, else None.
    """

    def __init__(
        self, document: Document, selectors: Selectors, markup: str, tree: LexborHTMLParser
    ) -> None:
        self.document = document
        self.selectors = selectors
        self.markup = markup
        self.tree = tree
        self.analysis = self._analyse(tree)
        self.warnings: list[Notice] = []
        self.origin: Statement | None = None

    def _analyse(self, tree: LexborHTMLParser) -> _Analysis:
        return _analyse(self.document, self.selectors, tree, self.markup)

    def look_behind(self) -> None:
        """Read a page with a short story or none again, with the story that it does not show."""
        shown = self.analysis
        hidden = self._hidden() if shown.story < _MIN_STORY else None
        unread: list[str] = []
        story = state.find(self.tree, shown.facts, self.document.url, unread)
        if story is not None and hidden is not None and story.size < hidden[2].story * _LONGER:
            story = None
        if story is not None and self._is_missing(story):
            self._insert(story)
        elif hidden is not None:
            what, self.tree, self.analysis = hidden
            message = f"the page shows no story; {what} were read instead"
            self.warnings.append(Notice(NoticeCode.HIDDEN_TEXT, None, message))
        elif shown.areas is None and (story := state.stated(shown.facts)) is not None:
            self._insert(story)
        elif unread and shown.story < _MIN_STORY:
            message = "the page shows no story, and a long value in its scripts is not readable"
            self.warnings.append(Notice(NoticeCode.STATE_INVALID, unread[0], message))

    def _hidden(self) -> tuple[str, LexborHTMLParser, _Analysis] | None:
        """Return the first reading with other elements shown that has a story."""
        for what, tree in revealed(self.markup):
            again = self._analyse(tree)
            if again.story >= max(_MIN_STORY, _MIN_FACTOR * self.analysis.story):
                return what, tree, again
        return None

    def _is_missing(self, story: state.Story) -> bool:
        """Return whether the page shows no story, or only a part of this one."""
        shown = self.analysis
        bodies = shown.facts.statements["article_body"]
        if shown.story <= _LAST_RESORT and bodies and len(bodies[0].value) * _SHORTER > story.size:
            # The assembly takes that one.
            return False
        if shown.story < _MIN_STORY:
            return story.size >= _MIN_FACTOR * shown.story
        access = shown.facts.statements["access"]
        if shown.areas is None or (access and access[0].value["declared"] == "paid"):
            return False
        runs = [shown.page.runs[index] for index in shown.areas.body]
        known = embedded.repeated(runs, embedded.plain_text(story.html))
        said = sum(len(run.text) for run in known if ends_sentence(run.text))
        return said >= shown.story * _MOST and story.size >= 2 * shown.story + state.MIN_STORY

    def _insert(self, story: state.Story) -> None:
        """Read the page with a story of its data put into it."""
        shown = self.analysis
        html, found = guard(story.html, decoded=True)
        self.warnings += found
        repeated = embedded.repeated(shown.page.runs, embedded.plain_text(html))
        headline = shown.areas.headline if shown.areas is not None else -1
        embedded.insert(self.tree, shown.page, html, headline, repeated)
        self.analysis = self._analyse(self.tree)
        if self.analysis.story <= shown.story:
            # The story turned out to be nothing that a page shows.
            self.tree = LexborHTMLParser(self.markup, scripting=True)
            self.analysis = self._analyse(self.tree)
            return
        # The first reading has placed the hidden parts.
        self.analysis.streamed = shown.streamed
        story.add_fields(self.analysis.facts)
        self.origin = story.origin
        what = "only the beginning of the story" if shown.story >= _MIN_STORY else "no story"
        message = f"the page shows {what}; it was read from the page's data"
        self.warnings.append(Notice(NoticeCode.TEXT_NOT_SHOWN, story.origin.rule, message))


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
    bracket_readings(tree)
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
