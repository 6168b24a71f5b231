"""Choice among a page's statements about itself: one order of trust per field."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from operator import itemgetter
from typing import Any

from copydesk.assembly import contributors, headline
from copydesk.dates import timestamps
from copydesk.dates.style import UNKNOWN, Style
from copydesk.model.metadata import H1_CRUMB, RAW, TIME, Metadata, Statement
from copydesk.rules.agencies import agency
from copydesk.util.text import bare, fold
from copydesk.util.urls import absolute, has_path, host_of, is_above, is_front, is_local

# A place is a candidate's rule without the type of the JSON-LD object; "page." marks objects that
# describe the page, not an article. "meta.*" is any other meta element of the field. A place that
# is not listed is never used.
ORDER: dict[str, tuple[str, ...]] = {
    # `titles.choose` first takes the title that JSON-LD and OpenGraph agree on, then the one in a
    # heading. Many pages have a first-level heading for search engines only.
    "headline": (
        "json-ld.headline", "meta.og:title", "meta.twitter:title", "html.itemprop.headline",
        "json-ld.name", "json-ld.page.headline", "meta.headline", "meta.parsely-title",
        "meta.sailthru.title", "visible.h1", "html.h1", "feed.title", "sitemap.title",
        "meta.dc.title", "html.title",
        "meta.title", "json-ld.page.name", "html.h1.crumb", "html.h2",
    ),
    # The plain meta text is written for readers of search results, the others often cut or copied.
    "description": (
        "meta.description", "meta.og:description", "json-ld.description",
        "meta.twitter:description", "meta.*", "json-ld.page.description",
    ),
    # A plain "date" is the last change on many systems, so the date printed near the headline
    # precedes it. The creation of a draft and the URL are last.
    "published": (
        "json-ld.datePublished", "meta.article:published_time", "html.itemprop.datepublished",
        "meta.*", "visible.time", "meta.dcterms.date", "meta.dc.date", "meta.date",
        "json-ld.page.datePublished", "feed.published", "sitemap.published", "json-ld.uploadDate",
        "html.time", "json-ld.dateCreated",
        "html.itemprop.datecreated", "url.path_date",
    ),
    "modified": (
        "json-ld.dateModified", "meta.article:modified_time", "html.itemprop.datemodified",
        "meta.*", "visible.time", "json-ld.page.dateModified", "html.time",
    ),
    # Metadata names need no splitting; a printed byline counts if they name only the site.
    "authors": (
        "json-ld.author", "html.itemprop.author", "json-ld.creator", "meta.author", "meta.*",
        "json-ld.page.author", "feed.authors", "visible.byline", "html.rel-author",
    ),
    "section": (
        "json-ld.articleSection", "meta.article:section", "html.itemprop.articlesection", "meta.*",
        "json-ld.page.articleSection",
    ),
    # Tags of the article precede keywords, which many sites write for search engines.
    "tags": (
        "json-ld.keywords", "meta.article:tag", "meta.news_keywords", "meta.keywords",
        "html.itemprop.keywords", "meta.*", "feed.categories", "sitemap.categories",
    ),
    # Browsers use the root's attribute, so that errors in it are noticed first.
    "language": (
        "html.lang", "json-ld.inLanguage", "meta.content-language", "meta.og:locale", "meta.*",
        "json-ld.page.inLanguage", "html.itemprop.inlanguage",
    ),
    "canonical_url": (
        "html.link.canonical", "meta.og:url", "json-ld.mainEntityOfPage", "json-ld.url", "meta.*",
        "json-ld.page.url",
    ),
    "image": (
        "json-ld.image", "meta.og:image", "meta.*", "json-ld.thumbnailUrl",
        "json-ld.page.primaryImageOfPage", "json-ld.page.image", "json-ld.page.thumbnailUrl",
    ),
    "kind": ("meta.article:opinion", "json-ld.@type", "meta.og:type"),
    "access": (
        "json-ld.isAccessibleForFree", "json-ld.hasPart", "meta.article:content_tier",
        "html.itemprop.isaccessibleforfree",
    ),
    "breadcrumbs": ("json-ld.itemListElement",),
    "comment_count": ("json-ld.commentCount", "json-ld.interactionStatistic"),
}  # fmt: skip
"""Field -> places, most trusted first."""

_BYLINE = "visible.byline"
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")
_MOST_TAGS = 100


@dataclass(slots=True)
class Visible:
    """First-level headings, bylines and dates in the visible text.

    times: (`datetime` attribute or "", printed text) near the article's head.
    changes: the same for the dates of a later change.
    """

    headings: list[str] = field(default_factory=list)
    bylines: list[str] = field(default_factory=list)
    times: list[tuple[str, str]] = field(default_factory=list)
    changes: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Chosen:
    """The chosen values by field, their provenance, and the rejected candidates."""

    values: dict[str, Any] = field(default_factory=dict)
    provenance: dict[str, dict[str, str | None]] = field(default_factory=dict)
    taken: dict[str, Statement] = field(default_factory=dict)
    rejected: dict[str, list[Statement]] = field(default_factory=dict)


def choose(
    metadata: Metadata,
    visible: Visible,
    *,
    timezone: str | None,
    url: str | None,
    now: datetime | None,
    style: Style = UNKNOWN,
) -> Chosen:
    """Choose the most trusted statement for each field; style: how the page writes dates."""
    return _Choice(metadata, visible, timezone, style, url, now).run()


def same(one: str, other: str) -> bool:
    """Whether two printings of a title have the same letters and digits."""
    return bare(one) == bare(other)


def is_below_printed(candidate: Statement) -> bool:
    """Whether a publication date is trusted less than one printed near the head."""
    rank = _rank("published", candidate)
    return rank is not None and rank > _RANKS["published"][TIME] - 1


_RANK = itemgetter(0)
_RANKS = {name: {p: i for i, p in enumerate(order)} for name, order in ORDER.items()}


def _rank(name: str, candidate: Statement) -> int | None:
    ranks = _RANKS[name]
    found = ranks.get(candidate.place)
    return ranks.get("meta.*") if found is None and candidate.is_meta else found


def _shown(name: str, value: Any, rule: str, raw: str) -> Statement:
    """Make a statement of a visible value."""
    return Statement(name, value, "html", rule, raw[:RAW], rule)


class _Choice:
    """The choice for one page."""

    def __init__(self, metadata: Metadata, visible: Visible, timezone: str | None,
                 style: Style, url: str | None, now: datetime | None) -> None:  # fmt: skip
        self.metadata = metadata
        self.visible = visible
        self.timezone = timezone
        self.style = style
        self.url = url
        self.now = now
        self.chosen = Chosen()
        named = [c.value for c in metadata.statements["site_name"]]
        self.site = headline.Site.of(named, host_of(url or "") or "")

    def run(self) -> Chosen:
        self._headline()
        for name in ("published", "modified"):
            self._date(name)
        self._authors()
        for name in ("description", "section", "kind", "access", "comment_count"):
            self._first(name, self._ranked(name))
        self._images()
        self._first("language", self._ranked("language"), _language)
        self._first("canonical_url", self._ranked("canonical_url"), self._article_url)
        for name in ("tags", "breadcrumbs"):
            self._list(name)
        return self.chosen

    def _ranked(self, name: str, visible: list[Statement] | None = None) -> list[Statement]:
        stated = self.metadata.statements[name]
        candidates = [*visible, *stated] if visible else stated
        if not candidates:
            return []
        found = [(rank, c) for c in candidates if (rank := _rank(name, c)) is not None]
        if len(found) > 1:
            found.sort(key=_RANK)
        return [c for _, c in found]

    def _first(
        self, name: str, ranked: list[Statement], read: Callable[[Any], Any] | None = None
    ) -> None:
        self.chosen.values[name] = None
        self.chosen.rejected[name] = ranked
        for i, candidate in enumerate(ranked):
            value = read(candidate.value) if read else candidate.value
            if value or value == 0:
                self._keep(name, value, candidate)
                self.chosen.rejected[name] = ranked[:i] + ranked[i + 1 :]
                return

    def _list(self, name: str) -> None:
        """Collect all items of the most trusted place, without repeats."""
        ranked = self._ranked(name)
        first = ranked[0].rule if ranked else ""
        items: dict[str, str] = {}
        for candidate in ranked:
            if candidate.rule == first:
                for item in candidate.value:
                    items.setdefault(item.casefold(), item)
        self.chosen.values[name] = list(items.values())[:_MOST_TAGS]
        self.chosen.rejected[name] = [c for c in ranked if c.rule != first]
        if ranked:
            raw = ", ".join(items.values())[:RAW]
            self._keep(name, self.chosen.values[name], ranked[0]._replace(raw=raw))

    def _keep(self, name: str, value: Any, candidate: Statement) -> None:
        self.chosen.values[name] = value
        self.chosen.taken[name] = candidate
        self.chosen.provenance[name] = {
            "source": candidate.source, "rule": candidate.rule, "raw": candidate.raw,
        }  # fmt: skip

    def _headline(self) -> None:
        stated = self.metadata.statements["headline"]
        crumbs = {bare(c.value) for c in stated if c.rule == H1_CRUMB}
        visible = [
            _shown("headline", fold(h), headline.VISIBLE_H1, h)
            for h in self.visible.headings
            if not crumbs or bare(h) not in crumbs
        ]
        ranked = self._ranked("headline", visible)
        self.chosen.values["headline"] = None
        self.chosen.rejected["headline"] = ranked
        if found := headline.choose(ranked, [*stated, *visible], self.site, self.url):
            self._keep("headline", found.text, found.statement)
            self.chosen.rejected["headline"] = [c for c in ranked if c is not found.statement]

    def _moment(self, candidate: Statement) -> str | None:
        return timestamps.parse(
            str(candidate.value), timezone=self.timezone, now=self.now, style=self.style
        )

    def _date(self, name: str) -> None:
        printed = self.visible.times if name == "published" else self.visible.changes
        visible = [_shown(name, a or t, "visible.time", a or t) for a, t in printed]
        ranked = self._ranked(name, visible)
        self.chosen.values[name] = None
        self.chosen.rejected[name] = ranked
        found: tuple[str, Statement] | None = None
        for candidate in ranked:
            stamp = self._moment(candidate)
            if stamp and timestamps.is_ahead_of(stamp, map(self._moment, ranked), self.now):
                continue
            # The first candidate decides the day; a later one may add the time.
            if stamp and (found is None or (len(stamp) > 10 and stamp[:10] == found[0])):
                found = stamp, candidate
            if found and len(found[0]) > 10:
                break
        if found:
            self._keep(name, *found)
            self.chosen.rejected[name] = [c for c in ranked if c is not found[1]]

    def _authors(self) -> None:
        visible = [
            _shown("authors", [{"name": b, "url": None, "kind": None}], _BYLINE, b)
            for b in self.visible.bylines
        ]
        ranked = self._ranked("authors", visible)
        self.chosen.values["authors"] = []
        self.chosen.rejected["authors"] = ranked
        read: list[tuple[contributors.Credits, Statement]] = []
        agencies: list[str] = []
        for c in ranked:
            printed = c.rule == _BYLINE
            # Once people are found, only printed bylines are still read, for their agencies.
            if printed or not (read and read[-1][0].authors):
                stated = contributors.clean(c.value, self.site.names, printed=printed)
                agencies += stated.agencies
                if not (read and read[-1][0].authors):
                    read.append((stated, c))
        # The site or an agency is an author only if no person or desk is named.
        for group in ("authors", "suppliers", "own"):
            found = next(((a, c) for r, c in read if (a := getattr(r, group))), None)
            if found:
                stated = found[0]
                if any(a["name"].count(" ") > 2 for a in stated):
                    others = [
                        a
                        for c in ranked
                        for a in contributors.clean(c.value, self.site.names).authors
                    ]
                    found = contributors.without_glued(stated, others), found[1]
                for author in found[0]:
                    author["url"] = author["url"] and absolute(self.metadata.base, author["url"])
                self._keep("authors", *found)
                self.chosen.rejected["authors"] = [c for c in ranked if c is not found[1]]
                break
        self._sources(agencies)

    def _sources(self, named: list[str]) -> None:
        stated = [(agency(c.value), c) for c in self.metadata.statements["agencies"]]
        names = dict.fromkeys([*named, *(a for a, _ in stated if a)])
        self.chosen.values["info_sources"] = [
            {"name": a, "role": "agency", "category": "wires"} for a in names
        ]

    def _article_url(self, address: str) -> str | None:
        """A URL that can be the article's; None for that of a front page or section."""
        if not has_path(address) or is_front(address):
            return None
        if self.url is None:
            return address
        host = host_of(address) or ""
        if is_local(host) and not is_local(host_of(self.url) or ""):
            return None
        return None if is_above(address, self.url) else address

    def _images(self) -> None:
        """Collect all pictures without repeats; the first, of the most trusted place, is the lead."""
        ranked = self._ranked("image")
        self._first("image", ranked)
        images: dict[str, dict[str, Any]] = {}
        for candidate in ranked:
            images.setdefault(candidate.value["url"], candidate.value)
        self.chosen.values["images"] = list(images.values())


def _language(stated: str) -> str | None:
    """Convert a language to BCP 47; None if it is invalid."""
    if not _LANGUAGE.fullmatch(stated):
        return None
    first, *rest = stated.replace("_", "-").split("-")
    return "-".join([first.lower(), *(r.upper() if len(r) == 2 else r for r in rest)])
