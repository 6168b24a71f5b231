"""The fields of schema.org's articles: what the objects of JSON-LD say of the page's article."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Protocol

from copydesk.readers.jsonld import Object, clean, paragraphs, text_of, types

_RANKS: dict[str, int] = {
    name: rank
    for rank, names in enumerate((
        "newsarticle analysisnewsarticle askpublicnewsarticle backgroundnewsarticle "
        "opinionnewsarticle reportagenewsarticle reviewnewsarticle liveblogposting",
        "article blogposting report techarticle scholarlyarticle satiricalarticle "
        "socialmediaposting advertisercontentarticle medicalscholarlyarticle",
        "videoobject imagegallery mediagallery recipe review podcastepisode audioobject",
        "webpage itempage creativework qapage medicalwebpage",
    ))
    for name in names.split()
}  # fmt: skip
_NO_RANK = 9
_SITES = frozenset({"website", "newsmediaorganization"})

KINDS: dict[str, str] = {
    "liveblogposting": "live_blog", "opinionnewsarticle": "opinion",
    "analysisnewsarticle": "analysis", "backgroundnewsarticle": "analysis",
    "reviewnewsarticle": "review", "review": "review", "videoobject": "video",
    "imagegallery": "gallery", "mediagallery": "gallery", "newsarticle": "article",
    "reportagenewsarticle": "article", "article": "article", "blogposting": "article",
    "report": "article", "techarticle": "article",
}  # fmt: skip
"""Casefolded type -> kind of the record."""

_SEPARATOR = re.compile(r"\s*[,;|]\s*")
_MOST = 200
_MOST_UPDATES = 2000


class Sink(Protocol):
    """What takes the candidates."""

    articles: list[Object]

    def add(self, name: str, value: Any, source: str, rule: str, raw: str = "") -> None:
        """Keep a candidate."""


def read(sink: Sink, objects: list[Object], pages: list[str]) -> None:
    """Hand the sink what the objects say; pages: the addresses the page goes by."""
    if not objects:
        return
    typed = [(o, types(o)) for o in objects]
    known = {o["@id"]: o for o in objects if isinstance(o.get("@id"), str) and len(o) > 2}
    sink.articles.extend(_articles(typed, {_address(p) for p in pages}))
    for article in sink.articles:
        _Article(sink, article, known).read()
    for o, kinds in typed:
        if "breadcrumblist" in kinds:
            _breadcrumbs(sink, o)
        elif not _SITES.isdisjoint(kinds):
            sink.add("site_name", text_of(o.get("name")), "json-ld", f"json-ld.{_printed(o)}.name")


def _articles(typed: list[tuple[Object, list[str]]], pages: set[str]) -> list[Object]:
    """The objects that are the page's article, best first; other articles it lists are left out."""
    ranked = []
    for position, (o, kinds) in enumerate(typed):
        rank = min((_RANKS.get(t, _NO_RANK) for t in kinds), default=_NO_RANK)
        if rank < _NO_RANK:
            ranked.append((_is_elsewhere(o, pages), rank, position, o))
    if len(ranked) == 1:
        return [ranked[0][3]]
    ranked.sort(key=lambda r: r[:3])
    best: list[Object] = []
    headlines: dict[int, str] = {}
    for elsewhere, rank, _, o in ranked:
        headline = text_of(o.get("headline") or o.get("name"))
        if elsewhere == 2 and best:
            continue
        if headlines.setdefault(rank, headline) == headline:
            best.append(o)
    return best


def _is_elsewhere(o: Object, pages: set[str]) -> int:
    """0 where an object names the page as its own, 1 where it names none, 2 where another."""
    found = False
    for key in ("mainEntityOfPage", "url", "@id"):
        address = o.get(key)
        if isinstance(address, dict):
            address = address.get("@id") or address.get("url")
        if isinstance(address, str) and "/" in address:
            found = True
            if _address(address) in pages:
                return 0
    return 2 if found and pages else 1


def _address(address: str) -> str:
    """An address to compare: without scheme, query, fragment and last slash."""
    bare = address.strip().split("#", 1)[0].split("?", 1)[0].casefold()
    return bare.partition("://")[2].removeprefix("www.").rstrip("/") or bare.rstrip("/")


class _Article:
    """The reading of one article object: its own keys, each by its reader."""

    def __init__(self, sink: Sink, article: Object, known: dict[str, Object]) -> None:
        self.sink = sink
        self.article = article
        self.known = known
        self.types = types(article)
        self.prefix = f"json-ld.{_printed(article)}."

    def read(self) -> None:
        for key, value in self.article.items():
            reader = _READERS.get(key)
            if reader is not None and value is not None:
                reader(self, key, value)
        kind = next((KINDS[t] for t in self.types if t in KINDS), None)
        self._add("kind", kind, "@type", ", ".join(self.types))

    def _add(self, name: str, value: Any, key: str, raw: Any = "") -> None:
        if value:
            raw = raw if isinstance(raw, str) else ""
            self.sink.add(name, value, "json-ld", self.prefix + key, raw)

    def _text(self, key: str, value: Any) -> None:
        self._add(_TEXTS[key], text_of(value), key, value)

    def _name(self, key: str, value: Any) -> None:
        if not self.article.get("headline"):
            self._add("headline", text_of(value), key, value)

    def _authors(self, key: str, value: Any) -> None:
        people = self._people(value)
        self._add("authors", people, key, "; ".join(p["name"] for p in people))

    def _supplier(self, key: str, value: Any) -> None:
        for found in self._people(value):
            self._add("agencies", found["name"], key)

    def _publisher(self, key: str, value: Any) -> None:
        self._add("site_name", text_of(self._resolved(value)), key)

    def _keywords(self, key: str, value: Any) -> None:
        if isinstance(value, str):
            self._add("tags", words(clean(value)), key, value)
        elif isinstance(value, list):
            tags = [t for t in map(text_of, value[:_MOST]) if t]
            self._add("tags", tags, key, ", ".join(tags))

    def _language(self, key: str, value: Any) -> None:
        if isinstance(value, dict):
            value = value.get("alternateName") or value.get("name")
        self._add("language", text_of(value), key, value)

    def _link(self, key: str, value: Any) -> None:
        if isinstance(value, dict):
            value = value.get("@id") or value.get("url")
        if isinstance(value, str) and value[:8].lower().startswith(("http://", "https://")):
            self._add("canonical_url", clean(value), key, value)

    def _resolved(self, value: Any) -> Any:
        """What a reference by `@id` stands for."""
        if isinstance(value, dict) and "name" not in value and isinstance(value.get("@id"), str):
            return self.known.get(value["@id"], value)
        return value

    def _people(self, value: Any) -> list[Object]:
        found: list[Object] = []
        for one in value[:_MOST] if isinstance(value, list) else [value]:
            one = self._resolved(one)
            if isinstance(one, str):
                found.append({"name": clean(one), "url": None, "kind": None, "role": None})
            elif isinstance(one, dict):
                kinds = types(one)
                kind = "person" if "person" in kinds else "organization" if kinds else None
                url = text_of(one.get("url") or one.get("sameAs")) or None
                role = text_of(one.get("jobTitle")) or None
                names = one.get("name")
                found += [
                    {"name": text_of(n), "url": url, "kind": kind, "role": role}
                    for n in (names[:_MOST] if isinstance(names, list) else [names])
                ]
        return [f for f in found if f["name"]]

    def _images(self, key: str, value: Any) -> None:
        for one in value[:_MOST] if isinstance(value, list) else [value]:
            one = self._resolved(one)
            if isinstance(one, str):
                one = {"url": one}
            if not isinstance(one, dict):
                continue
            url = text_of(one.get("url") or one.get("contentUrl") or one.get("@id"))
            if url[:8].lower().startswith(("http://", "https://")):
                image = {
                    "url": url,
                    "caption": text_of(one.get("caption") or one.get("description")) or None,
                    "credit": text_of(one.get("creditText") or one.get("copyrightHolder")) or None,
                    "alt": None,
                }
                self._add("image", image, key, url)

    def _access(self, key: str, value: Any) -> None:
        parts = self.article.get("hasPart")
        stated = declared(value) if key == "isAccessibleForFree" else None
        if key == "hasPart" and "isAccessibleForFree" in self.article:
            return
        selectors = []
        for part in parts[:_MOST] if isinstance(parts, list) else [parts]:
            if isinstance(part, dict) and declared(part.get("isAccessibleForFree")) == "paid":
                named = part.get("cssSelector")
                every = named if isinstance(named, list) else [named]
                selectors += [clean(s) for s in every[:_MOST] if isinstance(s, str)]
        self._add("access", access(stated, selectors), key, str(stated))

    def _body(self, key: str, value: Any) -> None:
        if isinstance(value, str):
            self._add("article_body", paragraphs(value), key, value)

    def _words(self, key: str, value: Any) -> None:
        self._add("word_count", whole(value), key)

    def _comments(self, key: str, value: Any) -> None:
        count = whole(value)
        if count is not None:
            self.sink.add("comment_count", count, "json-ld", self.prefix + key, str(count))

    def _statistics(self, key: str, value: Any) -> None:
        for one in value[:_MOST] if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                action = one.get("interactionType")
                named = types(action if isinstance(action, dict) else {"@type": action})
                if any(n.endswith("commentaction") for n in named):
                    self._comments(key, one.get("userInteractionCount"))

    def _updates(self, key: str, value: Any) -> None:
        found = []
        for one in value[:_MOST_UPDATES] if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                body = one.get("articleBody") or one.get("text")
                found.append({
                    "time": text_of(one.get("datePublished")) or None,
                    "headline": text_of(one.get("headline") or one.get("name")) or None,
                    "text": paragraphs(body) if isinstance(body, str) else None,
                })  # fmt: skip
        found = [f for f in found if f["headline"] or f["text"]]
        self._add("live_updates", found, key, f"{len(found)} updates")


_TEXTS = {
    "headline": "headline", "description": "description", "datePublished": "published",
    "uploadDate": "published", "dateCreated": "published", "dateModified": "modified",
    "articleSection": "section",
}  # fmt: skip

_READERS: dict[str, Callable[[_Article, str, Any], None]] = dict.fromkeys(_TEXTS, _Article._text)
_READERS |= {
    "name": _Article._name, "author": _Article._authors, "creator": _Article._authors,
    "keywords": _Article._keywords, "inLanguage": _Article._language, "url": _Article._link,
    "mainEntityOfPage": _Article._link, "image": _Article._images,
    "thumbnailUrl": _Article._images, "primaryImageOfPage": _Article._images,
    "isAccessibleForFree": _Article._access, "hasPart": _Article._access,
    "articleBody": _Article._body, "wordCount": _Article._words,
    "commentCount": _Article._comments, "interactionStatistic": _Article._statistics,
    "sourceOrganization": _Article._supplier, "provider": _Article._supplier,
    "publisher": _Article._publisher, "liveBlogUpdate": _Article._updates,
}  # fmt: skip


def _printed(o: Object) -> str:
    stated = o.get("@type")
    first = stated[0] if isinstance(stated, list) and stated else stated
    return clean(first[-80:].rsplit("/", 1)[-1]) if isinstance(first, str) else "Thing"


def _breadcrumbs(sink: Sink, o: Object) -> None:
    items = o.get("itemListElement")
    found = []
    for position, one in enumerate(items[:_MOST] if isinstance(items, list) else [items]):
        if isinstance(one, dict):
            name = text_of(one.get("name")) or text_of(one.get("item"))
            order = whole(one.get("position"))
            found.append((order if order is not None else position, name))
    found.sort(key=lambda f: f[0])
    names = [n for _, n in found if n and not n.startswith("http")]
    sink.add("breadcrumbs", names, "json-ld", "json-ld.BreadcrumbList.itemListElement")


def declared(value: Any) -> str | None:
    """Whether a statement of isAccessibleForFree means free or paid; None where it is neither."""
    if isinstance(value, bool):
        return "free" if value else "paid"
    text = text_of(value).rsplit("/", 1)[-1].casefold()
    if text in ("true", "yes", "1"):
        return "free"
    return "paid" if text in ("false", "no", "0") else None


def access(stated: str | None, selectors: list[str] | None = None) -> Object | None:
    """The value of an access candidate; None where nothing is declared."""
    if stated is None and not selectors:
        return None
    return {"declared": stated or "paid", "selectors": selectors or []}


def whole(value: Any) -> int | None:
    """A count, given as a number or as its digits; None where it is none."""
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit():
        return int(value.strip()[:15])
    if isinstance(value, float) and value.is_integer() and 0 <= value < 10**15:
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    return None


def words(text: str) -> list[str]:
    """The keywords of a list written as one text."""
    return [w for w in _SEPARATOR.split(text[:5000]) if w]
