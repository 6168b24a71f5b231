"""The source of feeds: RSS 0.9x, 1.0 and 2.0, Atom, JSON Feed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from copydesk.errors import CopydeskError, SourceError, Unreadable
from copydesk.sources.base import (
    Link,
    ListingInfo,
    Rejected,
    Skipped,
    Sniff,
    Source,
    SourceInput,
    SourceItem,
)
from copydesk.sources.entries import Entries, Entry, Grammar, Value, entry_failure, limited
from copydesk.sources.entry_facts import (
    author_names,
    is_older,
    parse_date,
    parse_url,
    plain_text,
    raw_date,
    to_datetime,
)
from copydesk.sources.unpacking import Unpacked
from copydesk.sources.xml import CHUNK, Faults, decoded
from copydesk.util.media_types import is_page, opening, root
from copydesk.util.urls import without_user

MAX_BYTES = 16 * 1024 * 1024
"""Maximum size of a feed, unpacked, in bytes."""

_MEDIA_TYPES = frozenset(
    ("application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json")
)
_JSON = re.compile(r'\s*\{.*?"version"\s*:\s*"https?:\\?/\\?/(?:www\.)?jsonfeed\.org', re.DOTALL)
_JSON_VERSION = re.compile(r"https?://(?:www\.)?jsonfeed\.org/version/1")
_ITEMS = re.compile(r'"items"\s*:\s*\[')
_NEXT_ITEM = re.compile(r"\}\s*,?\s*(?=\{)")
_MAX_TRIES = 1000

# The Dublin Core date counts as the date of publication: RSS 1.0 has no other. A date of update
# does not.
_PUBLISHED = tuple(
    """pubdate published prism:publicationdate issued dcterms:issued dc:issued dc:date
    dcterms:date dcterms:created dc:created created""".split()
)
_UPDATED = ("updated", "modified", "dcterms:modified", "dc:modified")
# The creator goes first: RSS specifies <author> as the e-mail address of an editor.
_AUTHORS = (("dc:creator", "dcterms:creator"), ("author/name", "author"), ("itunes:author",))
_CATEGORIES = ("category", "dc:subject")
_LITERAL = frozenset(("text", "text/plain", "xhtml", "application/xhtml+xml"))

FEED = Grammar(
    "feed",
    roots=frozenset(("rss", "rdf", "feed", "channel")),
    entries=frozenset(("item", "entry")),
    fields=frozenset(("title", "link", "guid")).union(_PUBLISHED, _UPDATED, _CATEGORIES, *_AUTHORS),
)


def accepts(sample: Sniff) -> bool:
    """Whether the first element is that of a feed, or the input is a JSON Feed."""
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
    """Whether a JSON Feed begins in the first bytes, maybe after text that the server printed."""
    text = opening(start)
    return not is_page(start) and _JSON.match(text, max(0, text.find("{"))) is not None


def read(given: SourceInput) -> Iterator[SourceItem]:
    """Yield a Link for each entry, a Rejected for an entry without a URL.

    A malformed feed is read and reported as a Skipped; one that declares entities is refused.
    """
    try:
        unpacked = Unpacked(given.stream, given.origin, MAX_BYTES)
        first = unpacked.read()
    except CopydeskError as error:
        yield Rejected.from_error(error, unfinished=isinstance(error, Unreadable))
        return
    yield from read_from(given, first, unpacked)


def read_from(given: SourceInput, first: bytes, unpacked: Unpacked) -> Iterator[SourceItem]:
    """Read a feed whose first bytes were read already, see `read`."""
    if not first.strip():
        yield Rejected.from_error(SourceError(given.origin, "not a feed: it is empty"))
    elif opening(first).lstrip().startswith(("{", "[")) or _is_json(first):
        faults = Faults()
        yield from limited(given, _json_entries(given, first, unpacked, faults), faults)
    else:
        read_entries = Entries(given, first, unpacked, FEED)
        found = (_entry_item(given, number, e) for number, e in enumerate(read_entries, 1))
        yield from limited(given, found, read_entries.faults)


def _entry_item(given: SourceInput, number: int, entry: Entry) -> SourceItem:
    links = list(_links(entry))
    base = parse_url(given.url, entry.base) if entry.base else given.url
    published = entry.first(*_PUBLISHED)
    titles = entry.all("title")
    title = next((text for value in titles if (text := _title(value))), None)
    authors: tuple[str, ...] = ()
    for paths in _AUTHORS:
        authors = _distinct(
            name for value in entry.all(*paths) for name in author_names(value.text)
        )
        if authors:
            break
    categories = _distinct(
        plain_text(value.get("label") or value.get("term") or value.text)
        for value in entry.all(*_CATEGORIES)
    )
    return _link(
        given, number, base, links, published, entry.first(*_UPDATED), title, authors, categories
    )


def _link(
    given: SourceInput,
    number: int,
    base: str | None,
    links: list[str],
    published: str | None,
    updated: str | None,
    title: str | None,
    authors: tuple[str, ...],
    categories: tuple[str, ...],
) -> SourceItem:
    url = next((found for link in links if (found := parse_url(base, link))), None)
    if url is None:
        link = without_user(links[0].strip()) if links else ""
        lacks = f"no http or https URL: {link[:100]!r}" if link else "no link"
        return entry_failure(given, number, f"entry has {lacks}")
    appeared, changed = parse_date(published), parse_date(updated)
    if is_older(given.wanted.since, appeared, changed):
        return Skipped(input=url, reason="older", message=f"dated {changed or appeared}")
    info = ListingInfo(
        source="feed",
        title=title,
        published=raw_date(published),
        authors=authors,
        categories=categories,
    )
    return Link(
        url=url, kind=None, listing=info, modified=to_datetime(changed), depth=given.depth + 1
    )


def _links(entry: Entry) -> Iterator[str]:
    """Yield the possible URLs of an entry, the likeliest first."""
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
    """Return the title as plain text. Only Atom states whether it is HTML."""
    if (value.get("type") or "").strip().lower() in _LITERAL and value.get("mode") is None:
        return " ".join(value.text.split()) or None
    return plain_text(value.text)


def _distinct(texts: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))


def _json_entries(
    given: SourceInput, first: bytes, unpacked: Unpacked, faults: Faults
) -> Iterator[SourceItem]:
    pieces = iter((first, unpacked.read_all()))
    text = "".join(decoded(pieces, given.encoding, faults)).lstrip("\ufeff \t\r\n")
    if not text.startswith(("{", "[")):
        faults.add("text before the feed")
        text = text[max(0, text.find("{")) :]
    try:
        feed = json.loads(text, strict=False)
    except (ValueError, RecursionError) as error:
        yield from _salvage_json(given, text, error)
        return
    version = feed.get("version") if isinstance(feed, dict) else None
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(version, str) or not _JSON_VERSION.match(version):
        raise SourceError(given.origin, "not a JSON Feed of version 1 (https://jsonfeed.org)")
    if not isinstance(items, list):
        raise SourceError(given.origin, "JSON Feed without items")
    for number, item in enumerate(items, 1):
        yield _json_item(given, number, item)


def _salvage_json(given: SourceInput, text: str, error: Exception) -> Iterator[SourceItem]:
    """Yield the readable items of a feed that is not valid JSON, then raise SourceError."""
    opening_bracket = _ITEMS.search(text) if _JSON.match(text[:CHUNK]) else None
    number = 0
    if opening_bracket is not None:
        decoder = json.JSONDecoder(strict=False)
        at = text.find("{", opening_bracket.end())
        for _ in range(_MAX_TRIES + given.wanted.entries):
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
            yield _json_item(given, number, item)
            ahead = re.compile(r"\s*,?\s*").match(text, at)
            at = ahead.end() if ahead and text.startswith("{", ahead.end()) else -1
    what = (
        f"not a valid JSON Feed; {number:,} of its entries were read"
        if number
        else "not a JSON Feed"
    )
    raise SourceError(given.origin, f"{what}: {error}") from error


def _json_item(given: SourceInput, number: int, item: Any) -> SourceItem:
    stated: dict[str, Any] = item if isinstance(item, dict) else {}

    def text(name: str) -> str | None:
        value = stated.get(name)
        return value if isinstance(value, str) else None

    authors = stated.get("authors")
    if not isinstance(authors, list) or not authors:
        authors = [stated.get("author")]
    named = (p.get("name") if isinstance(p, dict) else p for p in authors)
    tags = stated.get("tags")
    return _link(
        given,
        number,
        given.url,
        [link for name in ("url", "external_url", "id") if (link := text(name))],
        text("date_published"),
        text("date_modified"),
        plain_text(text("title")),
        _distinct(name for one in named if isinstance(one, str) for name in author_names(one)),
        _distinct(
            plain_text(t) for t in (tags if isinstance(tags, list) else ()) if isinstance(t, str)
        ),
    )


FEEDS = Source("feed", accepts, read)
"""Feeds; each entry is a link."""
