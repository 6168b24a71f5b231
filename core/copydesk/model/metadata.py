"""What a document and its surroundings state about the fields of its record."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from copydesk.model.document import ListingInfo
from copydesk.model.notices import Notice
from copydesk.util.text import remove_invisible

FIELDS = tuple(
    """headline description published modified authors section tags language canonical_url
    image kind access article_body word_count comment_count agencies breadcrumbs site_name
    live_updates""".split()
)
"""The fields that a page's metadata states."""

RAW = 500
"""Maximum number of characters that are kept of a raw value."""

H1 = "html.h1"
"""The rule of statements of a page's metadata that are first-level headings."""

H1_CRUMB = "html.h1.crumb"
"""The rule of first-level headings inside a breadcrumb."""

H1_SITE = "html.h1.site"
"""The rule of first-level headings that link to the front page or a section; none is a headline."""

HEADINGS = frozenset((H1, f"{H1}.part", H1_CRUMB, H1_SITE))
"""The rules of all statements that first-level headings make."""

LANG = "html.lang"
"""The rule of the statement of a page's language on its root element."""

TITLE = "html.title"
"""The rule of the title element."""

OG_TITLE = "meta.og:title"
"""The rule of OpenGraph's title."""

TIME = "html.time"
"""The rule of dates in time elements."""

OUTLET = "outlet"
"""The source of statements by an outlet's adapter, and the place of those by its rules for lines."""

METHOD = "method"
"""The place of statements by a method of an outlet's adapter."""

SELECTOR = "selector"
"""The place of the content of a meta element that an outlet's adapter selects."""

LINE = "line"
"""The place of statements by the shared rules, about a line of the visible text."""

CRAWL_DATE = "crawl_date"
"""The place of the date that a crawler put before the text."""

PATH_DATE = "url.path_date"
"""The rule and place of a date in the document's URL."""

CANONICAL = "url.canonical"
"""The rule and place of the document's own URL as its canonical one."""

DATED_LINE = "html.line"
"""The rule of the date in a short line of the page that is labelled or named as its publication."""

NEAR_AUTHOR = "html.author"
"""The rule of names in the author elements nearest to the headline."""

LINKED_AUTHOR = "html.author.link"
"""The rule of names in such elements that link to that person's page."""

DATELINE = "dateline"
"""The place of the date in a dateline, as the article's own."""

CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f\ud800-\udfff\ufffe\uffff]")
"""Control characters, and characters that UTF-8 cannot encode."""


def verbatim(text: str) -> str:
    """Return at most `RAW` characters of a raw text, without characters that UTF-8 cannot encode."""
    text = text[:RAW]
    return text if text.isascii() or text.isprintable() else CONTROL.sub("", text)


class Statement(NamedTuple):
    """A statement about one field of the record, whoever makes it.

    value: a str for most fields; for authors a list of {"name", "url", "kind"}, kind "person",
        "organization" or None; for tags and breadcrumbs a list of str; for image {"url", "caption",
        "credit", "alt"}; for access {"declared", "selectors"}; for live_updates a list of {"time",
        "headline", "text"}; an int for counts.
    source: the record's kinds of source: outlet, rule, json-ld, opengraph, meta, html, state, url or
        feed.
    rule: the origin ("json-ld.NewsArticle.headline", "meta.og:title", "byline.opened"), "" for none.
    raw: the verbatim value, "" for none; of metadata at most 500 characters.
    place: the rule as `assembly.resolve.ORDER` names it.
    """

    field: str
    value: Any
    source: str
    rule: str
    raw: str
    place: str

    @property
    def is_meta(self) -> bool:
        """Whether the statement is a meta element."""
        return self.source in ("meta", "opengraph")


class Resolved(NamedTuple):
    """The choice among the statements about one field.

    winner: the statement that gives the value, None without one.
    statements: all of them, the most trusted first; some may occur twice.
    """

    value: Any = None
    winner: Statement | None = None
    statements: Sequence[Statement] = ()

    @property
    def rejected(self) -> tuple[Statement, ...]:
        """The statements other than the winner, the most trusted first."""
        return tuple({id(s): s for s in self.statements if s is not self.winner}.values())


@dataclass(slots=True, kw_only=True)
class Metadata:
    """All statements of a page about itself.

    statements: by field, in the order found.
    articles: the JSON-LD objects that are articles, best first.
    types: casefolded types of JSON-LD, and og:type as "og:article".
    times: the number of time elements on the page.
    base: the URL that the page's relative links are resolved against.
    """

    statements: dict[str, list[Statement]] = field(default_factory=lambda: {f: [] for f in FIELDS})
    articles: list[dict[str, Any]] = field(default_factory=list)
    types: frozenset[str] = frozenset()
    times: int = 0
    base: str | None = None
    warnings: list[Notice] = field(default_factory=list)

    def add(
        self, name: str, value: Any, source: str, rule: str, raw: str = "", place: str = ""
    ) -> None:
        """Add a statement unless it is empty; a count may be 0. place: the rule by default."""
        if value or value == 0:
            if not raw:
                raw = value if isinstance(value, str) else str(value)
            if len(raw) > RAW or not raw.isascii():
                raw = verbatim(raw)
            self.statements[name].append(Statement(name, value, source, rule, raw, place or rule))

    def add_listing(self, info: ListingInfo) -> None:
        """Add the statements of the feed or sitemap that listed the page."""
        names = map(remove_invisible, info.authors)
        people = [{"name": name, "url": None, "kind": None} for name in names]
        tags = [remove_invisible(category) for category in info.categories]
        self.add("headline", remove_invisible(info.title or ""), "feed", f"{info.source}.title")
        self.add("published", info.published, "feed", f"{info.source}.published")
        self.add("authors", people, "feed", f"{info.source}.authors", ", ".join(info.authors))
        self.add("tags", tags, "feed", f"{info.source}.categories")
