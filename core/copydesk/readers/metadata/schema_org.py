"""The fields of schema.org articles, read from JSON-LD objects."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Protocol

from copydesk.readers.metadata.jsonld import (
    RANKS,
    Object,
    clean,
    paragraphs,
    parse_values,
    text_of,
    types,
)
from copydesk.util.urls import absolute, is_http, with_host

_NO_RANK = 9
# Types of objects that are about the page, not about an article.
_PAGES = frozenset(("WebPage", "ItemPage", "CreativeWork", "QAPage", "MedicalWebPage"))
_SITES = frozenset({"website", "newsmediaorganization"})

KINDS: dict[str, str] = {
    name: kind
    for kind, names in {
        "live_blog": "liveblogposting",
        "opinion": "opinionnewsarticle",
        "analysis": "analysisnewsarticle backgroundnewsarticle",
        "review": "reviewnewsarticle review",
        "video": "videoobject",
        "gallery": "imagegallery mediagallery",
        "article": "newsarticle reportagenewsarticle article blogposting report techarticle",
    }.items()
    for name in names.split()
}
"""Casefolded schema.org type -> kind of the record."""

# An image file, or a URL without its scheme.
_FILE = re.compile(r"^www\.\w|^[^#:]+\.(?:jpe?g|png|webp|gif|avif)(?:\?|$)", re.IGNORECASE)
# Commas and semicolons of Latin, Arabic, Chinese, Japanese, Ethiopic, Mongolian and N'Ko.
_SEPARATOR = re.compile(
    "[,;|\n\u060c\u061b\u07f8\u1363\u1364\u1802\u3001\uff0c\uff1b\uff5c\uff64\ufe50\ufe51\ufe54]"
)
_HASH = re.compile(r"\s+#(?=\w)")
_MAX_ITEMS = 200
_MAX_UPDATES = 2000


class CandidateSink(Protocol):
    """The receiver of the candidates."""

    articles: list[Object]
    base: str | None

    def add(
        self, name: str, value: Any, source: str, rule: str, raw: str = "", place: str = ""
    ) -> None:
        """Add a candidate."""


def read(sink: CandidateSink, objects: list[Object], pages: list[str]) -> None:
    """Add the statements of JSON-LD objects to the sink.

    pages: the URLs of the page, used to tell its article from others.
    """
    if not objects:
        return
    typed = [(o, types(o)) for o in objects]
    known = {o["@id"]: o for o in objects if isinstance(o.get("@id"), str) and len(o) > 2}
    sink.articles.extend(_articles(typed, {_comparable_url(p) for p in pages}))
    for article in sink.articles:
        _Article(sink, article, known).read()
    for o, kinds in typed:
        if "breadcrumblist" in kinds:
            _breadcrumbs(sink, o)
        elif not _SITES.isdisjoint(kinds):
            sink.add(
                "site_name", text_of(o.get("name")), "json-ld", f"json-ld.{_type_name(o)}.name"
            )


def _articles(typed: list[tuple[Object, list[str]]], pages: set[str]) -> list[Object]:
    """Return the objects that describe the page's article, best first, without other articles."""
    ranked = []
    for position, (o, kinds) in enumerate(typed):
        rank = min((RANKS.get(t, _NO_RANK) for t in kinds), default=_NO_RANK)
        if rank < _NO_RANK:
            ranked.append((_page_mismatch(o, pages), rank, position, o))
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


def _page_mismatch(o: Object, pages: set[str]) -> int:
    """Return 0 if an object states the page's URL as its own, 1 if it states none, 2 for another URL."""
    found = False
    for key in ("mainEntityOfPage", "url", "@id"):
        address = o.get(key)
        if isinstance(address, dict):
            address = address.get("@id") or address.get("url")
        if isinstance(address, str) and "/" in address:
            found = True
            if _comparable_url(address) in pages:
                return 0
    return 2 if found and pages else 1


def _comparable_url(address: str) -> str:
    """Normalise a URL for comparison: no scheme, query, fragment and final slash."""
    bare = address.strip().split("#", 1)[0].split("?", 1)[0].casefold()
    return bare.partition("://")[2].removeprefix("www.").rstrip("/") or bare.rstrip("/")


class _Article:
    """The reading of one article object: each known key has a method."""

    def __init__(self, sink: CandidateSink, article: Object, known: dict[str, Object]) -> None:
        self.sink = sink
        self.article = article
        self.known = known
        self.types = types(article)
        name = _type_name(article)
        self.prefix = f"json-ld.{name}."
        self.place = "json-ld.page." if name in _PAGES else "json-ld."

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
            self.sink.add(name, value, "json-ld", self.prefix + key, raw, self.place + key)

    def _text(self, key: str, value: Any) -> None:
        self._add(_TEXTS[key], text_of(value), key, value)

    def _name(self, key: str, value: Any) -> None:
        if not self.article.get("headline"):
            self._add("headline", text_of(value), key, value)

    def _authors(self, key: str, value: Any) -> None:
        people = self._people(value)
        self._add("authors", people, key, "; ".join(p["name"] for p in people))

    def _agency(self, key: str, value: Any) -> None:
        for found in self._people(value):
            self._add("agencies", found["name"], key)

    def _publisher(self, key: str, value: Any) -> None:
        self._add("site_name", text_of(self._dereference(value)), key)

    def _keywords(self, key: str, value: Any) -> None:
        if isinstance(value, str):
            self._add("tags", split_keywords(value), key, value)
        elif isinstance(value, list):
            tags = [t for t in map(text_of, value[:_MAX_ITEMS]) if t]
            if len(tags) == 1:
                tags = split_keywords(tags[0])
            self._add("tags", tags, key, ", ".join(tags))

    def _language(self, key: str, value: Any) -> None:
        if isinstance(value, dict):
            value = value.get("alternateName") or value.get("name")
        self._add("language", text_of(value), key, value)

    def _link(self, key: str, value: Any) -> None:
        if isinstance(value, dict):
            value = value.get("@id") or value.get("url")
        if isinstance(value, str) and (address := self._absolute_url(value)):
            self._add("canonical_url", address, key, value)

    def _absolute_url(self, stated: str) -> str | None:
        """Resolve a URL; None for values that are not URLs, such as a fragment's name."""
        text = clean(stated)
        if is_http(text):
            return text
        rooted = text.startswith("/") or _FILE.search(text) is not None
        return (
            absolute(self.sink.base, with_host(self.sink.base, text))
            if rooted and " " not in text
            else None
        )

    def _dereference(self, value: Any) -> Any:
        if isinstance(value, dict) and "name" not in value and isinstance(value.get("@id"), str):
            return self.known.get(value["@id"], value)
        return value

    def _people(self, value: Any) -> list[Object]:
        found: list[Object] = []
        waiting = [value]
        for _ in range(_MAX_ITEMS * 2):
            if not waiting:
                break
            one = waiting.pop()
            if isinstance(one, str):
                one = self._parse_text(one)
            one = self._dereference(one)
            if isinstance(one, str):
                found.append({"name": clean(one), "url": None, "kind": None, "role": None})
                continue
            several = _list_items(one)
            if several is not None:
                waiting += reversed(several[:_MAX_ITEMS])
            elif isinstance(one, dict):
                found += _people_named(one)
        return [f for f in found if f["name"]]

    def _parse_text(self, text: str) -> Any:
        """Return what a text refers to: an object of the page by its `@id`, a JSON value, or the text."""
        text = text.strip()
        if text in self.known:
            return self.known[text]
        if text[:1] in "[{":
            return parse_values(text) or text
        return text

    def _images(self, key: str, value: Any) -> None:
        for one in value[:_MAX_ITEMS] if isinstance(value, list) else [value]:
            one = self._dereference(one)
            if isinstance(one, str):
                one = {"url": one}
            if not isinstance(one, dict):
                continue
            url = text_of(one.get("url") or one.get("contentUrl") or one.get("@id"))
            if url := self._absolute_url(url) or "":
                image = {
                    "url": url,
                    "caption": text_of(one.get("caption") or one.get("description")) or None,
                    "credit": text_of(one.get("creditText") or one.get("copyrightHolder")) or None,
                    "alt": None,
                }
                self._add("image", image, key, url)

    def _access(self, key: str, value: Any) -> None:
        parts = self.article.get("hasPart")
        stated = parse_access(value) if key == "isAccessibleForFree" else None
        if key == "hasPart" and "isAccessibleForFree" in self.article:
            return
        selectors = []
        for part in parts[:_MAX_ITEMS] if isinstance(parts, list) else [parts]:
            if isinstance(part, dict) and parse_access(part.get("isAccessibleForFree")) == "paid":
                named = part.get("cssSelector")
                every = named if isinstance(named, list) else [named]
                selectors += [clean(s) for s in every[:_MAX_ITEMS] if isinstance(s, str)]
        self._add("access", access_value(stated, selectors), key, str(stated))

    def _body(self, key: str, value: Any) -> None:
        if isinstance(value, str):
            self._add("article_body", paragraphs(value), key, value)

    def _word_count(self, key: str, value: Any) -> None:
        self._add("word_count", parse_count(value), key)

    def _comment_count(self, key: str, value: Any) -> None:
        count = parse_count(value)
        if count is not None:
            rule, place = self.prefix + key, self.place + key
            self.sink.add("comment_count", count, "json-ld", rule, str(count), place)

    def _statistics(self, key: str, value: Any) -> None:
        for one in value[:_MAX_ITEMS] if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                action = one.get("interactionType")
                named = types(action if isinstance(action, dict) else {"@type": action})
                if any(n.endswith("commentaction") for n in named):
                    self._comment_count(key, one.get("userInteractionCount"))

    def _live_updates(self, key: str, value: Any) -> None:
        found = []
        for one in value[:_MAX_UPDATES] if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                body = one.get("articleBody") or one.get("text")
                found.append(
                    {
                        "time": text_of(one.get("datePublished")) or None,
                        "headline": text_of(one.get("headline") or one.get("name")) or None,
                        "text": paragraphs(body) if isinstance(body, str) else None,
                    }
                )
        found = [f for f in found if f["headline"] or f["text"]]
        self._add("live_updates", found, key, f"{len(found)} updates")


_TEXTS = {
    "headline": "headline",
    "description": "description",
    "datePublished": "published",
    "uploadDate": "published",
    "dateCreated": "published",
    "dateModified": "modified",
    "articleSection": "section",
}

_READERS: dict[str, Callable[[_Article, str, Any], None]] = dict.fromkeys(_TEXTS, _Article._text)
_READERS |= {
    "name": _Article._name,
    "author": _Article._authors,
    "creator": _Article._authors,
    "keywords": _Article._keywords,
    "inLanguage": _Article._language,
    "url": _Article._link,
    "mainEntityOfPage": _Article._link,
    "image": _Article._images,
    "thumbnailUrl": _Article._images,
    "primaryImageOfPage": _Article._images,
    "isAccessibleForFree": _Article._access,
    "hasPart": _Article._access,
    "articleBody": _Article._body,
    "wordCount": _Article._word_count,
    "commentCount": _Article._comment_count,
    "interactionStatistic": _Article._statistics,
    "sourceOrganization": _Article._agency,
    "provider": _Article._agency,
    "publisher": _Article._publisher,
    "liveBlogUpdate": _Article._live_updates,
}


def _list_items(value: Any) -> list[Any] | None:
    """Return the items of a list in any of its notations; None for a single value."""
    if isinstance(value, list):
        return value
    if not isinstance(value, dict):
        return None
    for key in ("@list", "@set", "itemListElement"):
        if key in value:
            inner = value[key]
            return inner if isinstance(inner, list) else [inner]
    if "name" in value:
        return None
    if value and all(key.isdigit() for key in value):
        return list(value.values())
    # A ListItem or a Role wraps the value.
    return [value[key] for key in ("item", "author", "creator") if key in value] or None


def _people_named(one: Object) -> list[Object]:
    """Return the people that an object names: one, or several if its name is a list."""
    kinds = types(one)
    kind = "person" if "person" in kinds else "organization" if kinds else None
    url = text_of(one.get("url") or one.get("sameAs")) or None
    role = text_of(one.get("jobTitle")) or None
    stated = one.get("name")
    names = _list_items(stated) if not isinstance(stated, str) else None
    texts = [text_of(n) for n in (names or [stated])[:_MAX_ITEMS]]
    if not any(texts):
        parts = [text_of(one.get(a) or one.get(b)) for a, b in _PARTS_OF_NAMES]
        texts = [" ".join(filter(None, parts)) or text_of(one.get("alternateName"))]
    return [{"name": text, "url": url, "kind": kind, "role": role} for text in texts]


_PARTS_OF_NAMES = (
    ("givenName", "firstName"),
    ("additionalName", "middleName"),
    ("familyName", "lastName"),
)


def _type_name(o: Object) -> str:
    stated = o.get("@type")
    first = stated[0] if isinstance(stated, list) and stated else stated
    return clean(first[-80:].rsplit("/", 1)[-1]) if isinstance(first, str) else "Thing"


def _breadcrumbs(sink: CandidateSink, o: Object) -> None:
    items = o.get("itemListElement")
    found = []
    for position, one in enumerate(items[:_MAX_ITEMS] if isinstance(items, list) else [items]):
        if isinstance(one, dict):
            name = text_of(one.get("name")) or text_of(one.get("item"))
            order = parse_count(one.get("position"))
            found.append((order if order is not None else position, name))
    found.sort(key=lambda f: f[0])
    names = [n for _, n in found if n and not n.startswith("http")]
    rule = "json-ld.BreadcrumbList.itemListElement"
    sink.add("breadcrumbs", names, "json-ld", rule, place="json-ld.itemListElement")


def parse_access(value: Any) -> str | None:
    """Return "free" or "paid" for a value of isAccessibleForFree; None for other values."""
    if isinstance(value, bool):
        return "free" if value else "paid"
    text = text_of(value).rsplit("/", 1)[-1].casefold()
    if text in ("true", "yes", "1"):
        return "free"
    return "paid" if text in ("false", "no", "0") else None


def access_value(stated: str | None, selectors: list[str] | None = None) -> Object | None:
    """Return the value of an access candidate; None if nothing is declared."""
    if stated is None and not selectors:
        return None
    return {"declared": stated or "paid", "selectors": selectors or []}


def parse_count(value: Any) -> int | None:
    """Return a count given as a number or in digits; None for other values."""
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit():
        return int(value.strip()[:15])
    if isinstance(value, float) and value.is_integer() and 0 <= value < 10**15:
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    return None


def split_keywords(text: str) -> list[str]:
    """Split a text of keywords and clean each."""
    text = text[:5000].strip()
    if "&" in text:
        # Entities are resolved first: their semicolons are not separators.
        text = clean(text)
    if text.startswith("#"):
        text = _HASH.sub(",", text[1:])
    return [w for part in _SEPARATOR.split(text) if (w := clean(part))]
