"""Choice among all that is stated about a record's fields: one order of trust per field."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from operator import itemgetter
from typing import Any

from copydesk.assembly import contributors, headline
from copydesk.assembly.blocks import Record
from copydesk.dates import timestamps
from copydesk.dates.style import UNKNOWN, Style
from copydesk.model.metadata import (
    DATED_LINE,
    H1_CRUMB,
    H1_SITE,
    LINKED_AUTHOR,
    METHOD,
    NEAR_AUTHOR,
    OUTLET,
    RAW,
    SELECTOR,
    Metadata,
    Resolved,
    Statement,
)
from copydesk.rules import bylines
from copydesk.rules.agencies import agency
from copydesk.util import languages
from copydesk.util.text import bare, fold
from copydesk.util.urls import absolute, canonical, has_path, host_of, is_above, is_front, is_local

# A place is a statement's rule without the type of the JSON-LD object; "page." marks objects that
# describe the page, not an article. "meta.*" is any other meta element of the field. "method" and
# "selector" are the outlet's adapter, "outlet" and "line" lines of the text, by the outlet's rules
# and the shared ones. A place that is not listed is never used.
_PLACES = {
    # `headline.choose` first takes the title that JSON-LD and OpenGraph agree on, then the one in a
    # heading. Many pages have a first-level heading for search engines only.
    "headline": """
        method selector outlet json-ld.headline meta.og:title meta.twitter:title
        html.itemprop.headline json-ld.name json-ld.page.headline meta.headline meta.parsely-title meta.sailthru.title
        visible.h1 html.h1 feed.title sitemap.title state.headline meta.dc.title html.title meta.title
        json-ld.page.name html.h1.crumb html.h2 line
    """,
    "standfirst": "method selector outlet line",
    "byline": "method selector outlet line",
    "dateline": "outlet line",
    # The plain meta text is written for readers of search results, the others often cut or copied.
    "description": """
        meta.description meta.og:description json-ld.description meta.twitter:description meta.*
        json-ld.page.description
    """,
    # A plain "date" is the last change on many systems, so the date printed near the headline
    # precedes it. The creation of a draft, the URL and the date of the crawl are last.
    "published": """
        method selector outlet json-ld.datePublished meta.article:published_time
        html.itemprop.datepublished meta.* visible.time json-ld.page.datePublished line meta.dcterms.date meta.dc.date meta.date
        feed.published sitemap.published json-ld.uploadDate html.time json-ld.dateCreated
        html.itemprop.datecreated state.published url.path_date html.line dateline crawl_date
    """,
    "modified": """
        method selector outlet json-ld.dateModified meta.article:modified_time
        html.itemprop.datemodified meta.* visible.time json-ld.page.dateModified html.time line html.line
        state.modified
    """,
    # Metadata names need no splitting; a printed byline counts if they name only the site.
    "authors": """
        outlet json-ld.author html.itemprop.author json-ld.creator meta.author meta.*
        json-ld.page.author feed.authors visible.byline html.rel-author line html.author.link html.author state.authors
    """,
    "section": """
        method selector outlet json-ld.articleSection meta.article:section
        html.itemprop.articlesection meta.* json-ld.page.articleSection line
    """,
    # Tags of the article precede keywords, which many sites write for search engines.
    "tags": """
        outlet json-ld.keywords meta.article:tag meta.news_keywords meta.keywords
        html.itemprop.keywords meta.* feed.categories sitemap.categories line
    """,
    # Browsers use the root's attribute, so that errors in it are noticed first. The last two are
    # looked at only without any other: the language of the outlet, and that of the text.
    "language": """
        html.lang json-ld.inLanguage meta.content-language meta.og:locale meta.*
        json-ld.page.inLanguage html.itemprop.inlanguage outlet language.text
    """,
    "canonical_url": """
        html.link.canonical meta.og:url json-ld.mainEntityOfPage json-ld.url meta.*
        json-ld.page.url url.canonical
    """,
    # OpenGraph's is the one picture that the outlet shows elsewhere; JSON-LD may list any number.
    "image": """
        meta.og:image meta.og:image:secure_url meta.og:image:url meta.twitter:image meta.*
        json-ld.image json-ld.thumbnailUrl html.link.image_src json-ld.page.primaryImageOfPage
        json-ld.page.image json-ld.page.thumbnailUrl
    """,
    # The site's own name: the publisher's is often that of its company.
    "site": """
        outlet meta.og:site_name json-ld.WebSite.name json-ld.NewsMediaOrganization.name
        json-ld.publisher json-ld.page.publisher meta.application-name meta.*
    """,
    "kind": "meta.article:opinion json-ld.@type meta.og:type",
    "access": """
        json-ld.isAccessibleForFree json-ld.hasPart meta.article:content_tier
        html.itemprop.isaccessibleforfree
    """,
    "breadcrumbs": "outlet json-ld.itemListElement line",
    "comment_count": "outlet line json-ld.commentCount json-ld.interactionStatistic",
}
ORDER = {name: tuple(places.split()) for name, places in _PLACES.items()}
"""Field -> places, most trusted first."""

# The places of the site's name that name its publisher.
_PUBLISHERS = """
    json-ld.publisher json-ld.page.publisher json-ld.NewsMediaOrganization.name
    meta.dc.publisher meta.dcterms.publisher meta.publisher
""".split()
_BYLINE = "visible.byline"
_IN_ITEMS = "html.itemprop.datepublished"
# What is trusted less than any date in microdata.
_BELOW_ITEMS = frozenset(ORDER["published"][ORDER["published"].index("html.time") :])
_FEW = 2
_TITLE = re.compile(r"(?:(?:dr|prof)\b\.?\s?)+", re.IGNORECASE)
_MOST_TAGS = 100
_UTC = "+00:00"
_MINUTE = timedelta(minutes=1)


@dataclass(slots=True, kw_only=True)
class Visible:
    """First-level headings, bylines and dates in the visible text, and statements from elsewhere.

    times: (`datetime` attribute or "", printed text) near the article's head.
    changes: the same for the dates of a later change.
    statements: field -> what the lines, the outlet's adapter and the address state about it.
    """

    headings: list[str] = field(default_factory=list)
    bylines: list[str] = field(default_factory=list)
    times: list[tuple[str, str]] = field(default_factory=list)
    changes: list[tuple[str, str]] = field(default_factory=list)
    statements: Mapping[str, list[Statement]] = field(default_factory=dict)


def resolve(
    metadata: Metadata,
    visible: Visible,
    *,
    timezone: str | None,
    url: str | None,
    now: datetime | None,
    style: Style = UNKNOWN,
) -> dict[str, Resolved]:
    """Choose the most trusted statement for each field; style: how the page writes dates."""
    return _Choice(metadata, visible, timezone, style, url, now).run()


def agree(name: str, printed: Any, stated: Any) -> bool:
    """Whether a line and a chosen value are the same, but for its signs or the time of day."""
    if name in _DATES:
        return bool(printed[:10] == stated[:10])
    return printed == stated or (name == "headline" and bare(printed) == bare(stated))


_DATES = ("published", "modified")
_OWN = (METHOD, SELECTOR, OUTLET)
_RANK = itemgetter(0)
_RANKS = {name: {p: i for i, p in enumerate(order)} for name, order in ORDER.items()}


def _rank(name: str, candidate: Statement) -> int | None:
    ranks = _RANKS[name]
    found = ranks.get(candidate.place)
    return ranks.get("meta.*") if found is None and candidate.is_meta else found


def _ranked(name: str, candidates: list[Statement]) -> list[Statement]:
    """The statements that can be used, the most trusted first."""
    if not candidates:
        return []
    found = [(rank, c) for c in candidates if (rank := _rank(name, c)) is not None]
    if len(found) > 1:
        found.sort(key=_RANK)
    return [c for _, c in found]


def _shown(name: str, value: Any, rule: str, raw: str) -> Statement:
    """Make a statement of a visible value."""
    return Statement(name, value, "html", rule, raw[:RAW], rule)


class _Choice:
    """The choice for one page."""

    def __init__(
        self,
        metadata: Metadata,
        visible: Visible,
        timezone: str | None,
        style: Style,
        url: str | None,
        now: datetime | None,
    ) -> None:
        self.metadata = metadata
        self.visible = visible
        self.timezone = timezone
        self.style = style
        self.url = url
        self.now = now
        self.found = dict.fromkeys(ORDER, Resolved())
        # By the `id` of a statement, and whether it is printed.
        self.credits: dict[tuple[int, bool], contributors.Credits] = {}

    @cached_property
    def site(self) -> headline.Site:
        """The names of the site."""
        named = [c.value for c in self.metadata.statements["site_name"]]
        return headline.Site.of(named, self.url)

    def run(self) -> dict[str, Resolved]:
        self._headline()
        for name in _DATES:
            self._date(name)
        self._authors()
        for name in ("description", "section", "kind", "access", "comment_count", "image"):
            self._first(name)
        self._first("language", languages.normalise)
        self._first("canonical_url", self._article_url)
        self._site()
        for name in ("tags", "breadcrumbs"):
            self._list(name)
        for name, stated in self.visible.statements.items():
            if name in ORDER:
                self._settle(name, stated)
        return self.found

    def _settle(self, name: str, stated: list[Statement]) -> None:
        """Choose between the metadata and the best statement from elsewhere."""
        found = self.found[name]
        value, winner, statements = found.value, found.winner, [*found.statements, *stated]
        for best in _ranked(name, [s for s in stated if s.value is not None])[:1]:
            if winner is None or self._is_better(name, best, value, winner):
                value, winner = best.value, best
            elif name == "authors":
                value = _with_roles(value, best.value)
            elif agree(name, best.value, value):
                # It is not rejected, it feeds the field as well.
                statements.remove(best)
        self.found[name] = Resolved(value, winner, statements)

    def _is_better(self, name: str, line: Statement, value: Any, winner: Statement) -> bool:
        if line.place in _OWN:
            return True
        if name in _DATES and agree(name, line.value, value):
            # The page prints the time of day of the stated date.
            return len(value) < len(line.value) or winner.place == DATED_LINE
        if name == "authors":
            stated = contributors.without_glued(value, line.value)
            if _are_others(line.value, stated):
                # The editor who put a page online is not in both.
                return not self._is_author(stated)
            return _are_more(line.value, stated)
        below = (_rank(name, line) or 0) < (_rank(name, winner) or 0)
        return below or (
            name == "published" and timestamps.is_ahead_of(value, [line.value], self.now)
        )

    def _is_author(self, people: list[Record]) -> bool:
        """Whether JSON-LD and OpenGraph, or a byline, name the first of some people in full."""
        name = str(people[0]["name"]) if people else ""
        said = [
            c.source
            for c in self.metadata.statements["authors"]
            if any(bare(str(p["name"] or "")) == bare(name) for p in c.value)
        ]
        if not bylines.is_name(name):
            return False
        printed = any(bare(name) in bare(b) for b in self.visible.bylines)
        return printed or ("json-ld" in said and "opengraph" in said)

    def _ranked(self, name: str, visible: list[Statement] | None = None) -> list[Statement]:
        stated = self.metadata.statements[name]
        return _ranked(name, [*visible, *stated] if visible else stated)

    def _first(self, name: str, read: Callable[[Any], Any] | None = None) -> None:
        ranked = self._ranked(name)
        for candidate in ranked:
            value = read(candidate.value) if read else candidate.value
            if value or value == 0:
                self._keep(name, value, candidate, ranked)
                return
        self._keep(name, None, None, ranked)

    def _list(self, name: str) -> None:
        """Collect all items of the most trusted place, without repeats."""
        ranked = self._ranked(name)
        first = ranked[0].rule if ranked else ""
        items: dict[str, str] = {}
        for candidate in ranked:
            if candidate.rule == first:
                for item in candidate.value:
                    items.setdefault(item.casefold(), item)
        values = list(items.values())[:_MOST_TAGS]
        winner = ranked[0]._replace(raw=", ".join(items.values())[:RAW]) if values else None
        self._keep(name, values, winner, [c for c in ranked if c.rule != first])

    def _keep(
        self, name: str, value: Any, winner: Statement | None, ranked: list[Statement]
    ) -> None:
        stated = self.metadata.statements[name]
        self.found[name] = Resolved(value, winner, [*ranked, *stated] if stated else ranked)

    def _headline(self) -> None:
        stated = self.metadata.statements["headline"]
        if not (stated or self.visible.headings):
            return
        crumbs = {bare(c.value) for c in stated if c.rule in (H1_CRUMB, H1_SITE)}
        visible = [
            _shown("headline", fold(h), headline.VISIBLE_H1, h)
            for h in self.visible.headings
            if not crumbs or bare(h) not in crumbs
        ]
        ranked = self._ranked("headline", visible)
        site = self.site.named_by(stated)
        found = headline.choose(ranked, [*stated, *visible], site, self.url)
        value, winner = (found.text, found.statement) if found else (None, None)
        self._keep("headline", value, winner, ranked)

    def _moment(self, candidate: Statement) -> str | None:
        return timestamps.parse(
            str(candidate.value), timezone=self.timezone, now=self.now, style=self.style
        )

    def _date(self, name: str) -> None:
        printed = self.visible.times if name == "published" else self.visible.changes
        visible = [_shown(name, a or t, "visible.time", a or t) for a, t in printed]
        if not (visible or self.metadata.statements[name]):
            return
        ranked = self._ranked(name, visible)
        if len({c.value[:10] for c in ranked if c.place == _IN_ITEMS}) > _FEW:
            # They are those of a list of articles.
            ranked.sort(key=lambda c: c.place == _IN_ITEMS or c.place in _BELOW_ITEMS)
        found: tuple[str | None, Statement | None] = None, None
        for candidate in ranked:
            stamp = self._moment(candidate)
            if stamp and timestamps.is_ahead_of(stamp, map(self._moment, ranked), self.now):
                continue
            # The first candidate decides the day; a later one may add the time.
            if stamp and (not found[0] or (len(stamp) > 10 and stamp[:10] == found[0])):
                found = stamp, candidate
            if found[0] and len(found[0]) > 10:
                break
        if found[0] and found[0].endswith(_UTC):
            found = self._local(found[0], ranked) or found
        self._keep(name, *found, ranked)

    def _local(self, stamp: str, ranked: list[Statement]) -> tuple[str, Statement] | None:
        """The same minute in the outlet's own time, if another statement gives it with another day."""
        moment = datetime.fromisoformat(stamp)
        for candidate in ranked:
            other = self._moment(candidate)
            if other and len(other) > 10 and other[:10] != stamp[:10]:
                if abs(datetime.fromisoformat(other) - moment) < _MINUTE:
                    return other, candidate
        return None

    def _authors(self) -> None:
        visible = [
            _shown("authors", [{"name": b, "url": None, "kind": None}], _BYLINE, b)
            for b in self.visible.bylines
        ]
        ranked = self._ranked("authors", visible)
        self._keep("authors", [], None, ranked)
        read: list[tuple[contributors.Credits, Statement]] = []
        agencies: list[str] = []
        for c in ranked:
            printed = c.rule in (_BYLINE, NEAR_AUTHOR)
            # Once people are found, only printed bylines are still read, for their agencies.
            if printed or not (read and read[-1][0].authors):
                stated = self._credits(c, printed)
                agencies += stated.agencies
                if not (read and read[-1][0].authors):
                    read.append((stated, c))
        # The site or an agency is an author only if no person or desk is named.
        for group in ("authors", "suppliers", "own"):
            found = next(((a, c) for r, c in read if (a := getattr(r, group))), None)
            if found:
                stated = found[0]
                if any(a["name"].count(" ") > 2 for a in stated):
                    others = [a for c in ranked for a in self._credits(c).authors]
                    found = contributors.without_glued(stated, others), found[1]
                if group == "authors":
                    found = self._fuller(found[0], found[1], ranked)
                for author in found[0]:
                    author["url"] = author["url"] and absolute(self.metadata.base, author["url"])
                self._keep("authors", found[0], found[1], ranked)
                break
        self._sources(agencies)

    def _credits(self, stated: Statement, printed: bool = False) -> contributors.Credits:
        """The cleaned authors of a statement, cleaned once."""
        key = id(stated), printed
        if key not in self.credits:
            self.credits[key] = contributors.clean(stated.value, self.site.names, printed=printed)
        return self.credits[key]

    def _fuller(
        self, stated: list[Record], winner: Statement, ranked: list[Statement]
    ) -> tuple[list[Record], Statement]:
        """The authors of another statement if it names them in full, or them and others."""
        for c in ranked:
            if c is winner:
                continue
            printed = c.rule in (_BYLINE, NEAR_AUTHOR)
            others = self._credits(c, printed).authors
            shown = printed or c.rule == LINKED_AUTHOR
            if contributors.completes(others, stated, shown=shown):
                return others, c
        return stated, winner

    def _sources(self, named: list[str]) -> None:
        stated = [(agency(c.value), c) for c in self.metadata.statements["agencies"]]
        names = dict.fromkeys([*named, *(a for a, _ in stated if a)])
        lines = self.visible.statements.get("info_sources", [])
        sources = [*lines[0].value] if lines else []
        known = {source["name"].casefold() for source in sources}
        sources += [
            {"name": name, "role": "agency", "category": "wires"}
            for name in names
            if name.casefold() not in known
        ]
        self.found["info_sources"] = Resolved(sources, lines[0] if lines else None, lines)

    def _site(self) -> None:
        """Choose the name of the site, and add its host and publisher."""
        stated = self.metadata.statements["site_name"]
        ranked = _ranked("site", stated)
        by_place = {one.place: str(one.value) for one in reversed(stated)}
        publisher = next((by_place[place] for place in _PUBLISHERS if place in by_place), None)
        address = self.url or self.found["canonical_url"].value
        value = {
            "name": str(ranked[0].value) if ranked else None,
            "domain": host_of(address) if address else None,
            "publisher": publisher,
        }
        self.found["site"] = Resolved(value, ranked[0] if ranked else None, ranked)

    def _article_url(self, address: str) -> str | None:
        """A URL that can be the article's, in canonical form; None for a front page or section."""
        if not has_path(address) or is_front(address):
            return None
        if self.url is None:
            return canonical(address)
        host = host_of(address) or ""
        if is_local(host) and not is_local(host_of(self.url) or ""):
            return None
        return None if is_above(address, self.url) else canonical(address)


def _with_roles(stated: list[Record], printed: list[Record]) -> list[Record]:
    """The stated authors with the roles of the printed ones; a name glued of these is theirs."""
    authors = contributors.without_glued(stated, printed)
    roles = {a["name"]: a for a in printed}
    for author in authors:
        if known := roles.get(author["name"]):
            for name in ("role", "organisation"):
                author[name] = author[name] or known[name]
    return authors


def _are_others(printed: list[Record], stated: list[Record]) -> bool:
    """Whether the byline names people and the metadata none of them, but an editor or the site."""
    if not printed or not all(bylines.is_name(str(a["name"])) for a in printed):
        return False
    known = {w for a in stated for w in str(a["name"]).casefold().split()}
    return not any(w in known for a in printed for w in str(a["name"]).casefold().split())


def _are_more(printed: list[Record], stated: list[Record]) -> bool:
    """Whether the byline names all people of the metadata, and more."""
    names = {name for a in printed if bylines.is_name(name := _untitled(a))}
    known = {_untitled(a).casefold() for a in stated}
    return {name.casefold() for name in names} > known


def _untitled(author: Record) -> str:
    return _TITLE.sub("", str(author["name"]))
