"""The source of feeds: RSS 0.9x, 1.0 and 2.0, Atom, JSON Feed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from copydesk.addresses import without_user
from copydesk.errors import CopydeskError, SourceError, Unreadable
from copydesk.leads import (
    Link,
    ListingInfo,
    Skip,
    Sniff,
    Source,
    SourceFailure,
    SourceInput,
    SourceItem,
)
from copydesk.sources.entries import Entries, Entry, Grammar, Value, bounded, gap
from copydesk.sources.markup import is_page, opening, root
from copydesk.sources.stated import address, is_older, moment, names, plain, raw, stamp
from copydesk.sources.unpacking import Unpacked
from copydesk.sources.xml import CHUNK, Faults, decoded

LARGEST = 16 * 1024 * 1024
"""Most bytes of a feed, unpacked."""

_MEDIA_TYPES = frozenset((
    "application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json",
))  # fmt: skip
_JSON = re.compile(r'\s*\{.*?"version"\s*:\s*"https?:\\?/\\?/(?:www\.)?jsonfeed\.org', re.DOTALL)
_JSON_VERSION = re.compile(r"https?://(?:www\.)?jsonfeed\.org/version/1")
_ITEMS = re.compile(r'"items"\s*:\s*\[')
_NEXT_ITEM = re.compile(r"\}\s*,?\s*(?=\{)")
_MOST_TRIES = 1000

# The Dublin Core date is when an entry appeared: it is the only one that RSS 1.0 knows. What was
# updated alone says nothing of when it appeared.
_PUBLISHED = (
    "pubdate", "published", "prism:publicationdate", "issued", "dcterms:issued", "dc:issued",
    "dc:date", "dcterms:date", "dcterms:created", "dc:created", "created",
)  # fmt: skip
_UPDATED = ("updated", "modified", "dcterms:modified", "dc:modified")
# Who wrote it goes before the address of an editor, which is what RSS wants in <author>.
_AUTHORS = (("dc:creator", "dcterms:creator"), ("author/name", "author"), ("itunes:author",))
_CATEGORIES = ("category", "dc:subject")
_LITERAL = frozenset(("text", "text/plain", "xhtml", "application/xhtml+xml"))

FEED = Grammar(
    "feed",
    roots=frozenset(("rss", "rdf", "feed", "channel")),
    entries=frozenset(("item", "entry")),
    fields=frozenset((
        "title", "link", "guid", *_PUBLISHED, *_UPDATED, *_CATEGORIES, *(n for a in _AUTHORS for n in a),
    )),
)  # fmt: skip


def accepts(sample: Sniff) -> bool:
    """Whether a sample's first element is that of a feed, or it is a JSON Feed by its version."""
    first = root(sample.start)
    if first not in FEED.roots and _is_json(sample.start):
        return True
    if first is not None:
        stated = sample.media_type in _MEDIA_TYPES and not is_page(sample.start)
        return first in FEED.roots or stated
    if opening(sample.start).lstrip().startswith("{"):
        return sample.media_type == "application/feed+json" or _is_json(sample.start)
    return sample.media_type in _MEDIA_TYPES


def _is_json(start: bytes) -> bool:
    """Whether a JSON Feed begins in the first bytes, behind what the server may have printed before."""
    text = opening(start)
    return not is_page(start) and _JSON.match(text, max(0, text.find("{"))) is not None


def read(given: SourceInput) -> Iterator[SourceItem]:
    """A Link for each entry with a link, at most `given.wanted.entries`; SourceFailures for what cannot be read.

    What is not well-formed is read all the same, and a Skip says so. Nothing is fetched for it, and
    a feed that declares entities is refused.
    """
    try:
        unpacked = Unpacked(given.stream, given.origin, LARGEST)
        first = unpacked.read(CHUNK)
    except CopydeskError as error:
        yield SourceFailure(given.origin, error, unfinished=isinstance(error, Unreadable))
        return
    yield from entries(given, first, unpacked)


def entries(given: SourceInput, first: bytes, unpacked: Unpacked) -> Iterator[SourceItem]:
    """Likewise for an input of which the first bytes were read already."""
    if not first.strip():
        yield SourceFailure(given.origin, SourceError(given.origin, "is no feed: it is empty"))
    elif opening(first).lstrip().startswith(("{", "[")) or _is_json(first):
        faults = Faults()
        yield from bounded(given, _json_entries(given, first, unpacked, faults), faults)
    else:
        read_entries = Entries(given, first, unpacked, FEED)
        found = (_found(given, number, e) for number, e in enumerate(read_entries, 1))
        yield from bounded(given, found, read_entries.faults)


def _found(given: SourceInput, number: int, entry: Entry) -> SourceItem:
    links = list(_links(entry))
    base = address(given.url, entry.base) if entry.base else given.url
    published = entry.first(*_PUBLISHED)
    titles = entry.all("title")
    title = next((text for value in titles if (text := _title(value))), None)
    people: tuple[str, ...] = ()
    for paths in _AUTHORS:
        people = _distinct(name for value in entry.all(*paths) for name in names(value.text))
        if people:
            break
    categories = _distinct(
        plain(value.get("label") or value.get("term") or value.text)
        for value in entry.all(*_CATEGORIES)
    )
    return _lead(
        given, number, base, links, published, entry.first(*_UPDATED), title, people, categories
    )


def _lead(
    given: SourceInput,
    number: int,
    base: str | None,
    links: list[str],
    published: str | None,
    updated: str | None,
    title: str | None,
    people: tuple[str, ...],
    categories: tuple[str, ...],
) -> SourceItem:
    url = next((found for link in links if (found := address(base, link))), None)
    if url is None:
        link = without_user(links[0].strip()) if links else ""
        lacks = f"no http or https address: {link[:100]!r}" if link else "no link"
        return gap(given, number, f"entry has {lacks}")
    appeared, changed = stamp(published), stamp(updated)
    if is_older(given.wanted.since, appeared, changed):
        return Skip(url, "older", f"of {changed or appeared}")
    info = ListingInfo("feed", title, raw(published), people, categories)
    return Link(url, None, info, moment(changed), given.depth + 1)


def _links(entry: Entry) -> Iterator[str]:
    """The addresses that an entry may have, the likeliest first."""
    linked = entry.all("link")
    yield from (value.text for value in linked if value.text.strip())
    pages: list[str] = []
    others: list[str] = []
    for value in linked:
        href = value.get("href")
        if href and (value.get("rel") or "alternate").lower() == "alternate":
            is_html = "html" in (value.get("type") or "html").lower()
            (pages if is_html else others).append(href)
    yield from (*pages, *others)
    for value in entry.all("guid"):
        if (value.get("ispermalink") or "true").strip().lower() == "true":
            yield value.text
    if entry.name == "item" and (about := Value("", entry.attributes).get("about")):
        yield about


def _title(value: Value) -> str | None:
    """The title as a text: Atom says whether it is one already, others leave it open."""
    if (value.get("type") or "").strip().lower() in _LITERAL and value.get("mode") is None:
        return " ".join(value.text.split()) or None
    return plain(value.text)


def _distinct(texts: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))


def _json_entries(
    given: SourceInput, first: bytes, unpacked: Unpacked, faults: Faults
) -> Iterator[SourceItem]:
    pieces = iter((first, unpacked.whole()))
    text = "".join(decoded(pieces, given.encoding, faults)).lstrip("\ufeff \t\r\n")
    if not text.startswith(("{", "[")):
        faults.add("text before the feed")
        text = text[max(0, text.find("{")) :]
    try:
        feed = json.loads(text, strict=False)
    except (ValueError, RecursionError) as error:
        yield from _broken_json(given, text, error)
        return
    version = feed.get("version") if isinstance(feed, dict) else None
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(version, str) or not _JSON_VERSION.match(version):
        raise SourceError(given.origin, "is no JSON Feed of version 1: https://jsonfeed.org")
    if not isinstance(items, list):
        raise SourceError(given.origin, "is a JSON Feed without items")
    for number, item in enumerate(items, 1):
        yield _json_found(given, number, item)


def _broken_json(given: SourceInput, text: str, error: Exception) -> Iterator[SourceItem]:
    """The items of a feed that is no JSON as a whole, each that can be read; then raises SourceError."""
    begun = _ITEMS.search(text) if _JSON.match(text[:CHUNK]) else None
    number = 0
    if begun is not None:
        decoder = json.JSONDecoder(strict=False)
        at = text.find("{", begun.end())
        for _ in range(_MOST_TRIES + given.wanted.entries):
            if at < 0:
                break
            try:
                item, at = decoder.raw_decode(text, at)
            except RecursionError:
                break
            except ValueError as fault:
                place = fault.pos if isinstance(fault, json.JSONDecodeError) else at + 1
                following = _NEXT_ITEM.search(text, max(at + 1, place - 1))
                at = following.end() if following else -1
                continue
            number += 1
            yield _json_found(given, number, item)
            ahead = re.compile(r"\s*,?\s*").match(text, at)
            at = ahead.end() if ahead and text.startswith("{", ahead.end()) else -1
    what = (
        f"is no whole JSON Feed; {number:,} of its entries were read"
        if number
        else "is no JSON Feed"
    )
    raise SourceError(given.origin, f"{what}: {error}") from error


def _json_found(given: SourceInput, number: int, item: Any) -> SourceItem:
    stated: dict[str, Any] = item if isinstance(item, dict) else {}

    def text(name: str) -> str | None:
        value = stated.get(name)
        return value if isinstance(value, str) else None

    people = stated.get("authors")
    if not isinstance(people, list) or not people:
        people = [stated.get("author")]
    named = (p.get("name") if isinstance(p, dict) else p for p in people)
    tags = stated.get("tags")
    return _lead(
        given,
        number,
        given.url,
        [link for name in ("url", "external_url", "id") if (link := text(name))],
        text("date_published"),
        text("date_modified"),
        plain(text("title")),
        _distinct(name for one in named if isinstance(one, str) for name in names(one)),
        _distinct(plain(t) for t in (tags if isinstance(tags, list) else ()) if isinstance(t, str)),
    )


FEEDS = Source("feed", accepts, read)
"""Feeds, each entry a lead."""
