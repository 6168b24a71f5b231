"""The source of feeds: RSS 0.9x, 1.0 and 2.0, Atom, JSON Feed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from copydesk.addresses import without_user
from copydesk.errors import CopydeskError, SourceError
from copydesk.leads import Found, Gap, Input, Lead, Lent, Sample, Skip, Source
from copydesk.sources.lists import web_address
from copydesk.sources.markup import is_page, opening, root
from copydesk.sources.stated import is_older, moment, plain, stamp
from copydesk.sources.unpacking import Unpacked

LARGEST = 16 * 1024 * 1024
"""Most bytes of a feed, unpacked."""

_ROOTS = frozenset(("rss", "rdf", "feed"))
_MEDIA_TYPES = frozenset((
    "application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json",
))  # fmt: skip
_JSON = re.compile(r'\s*\{.*?"version"\s*:\s*"https?:\\?/\\?/(?:www\.)?jsonfeed\.org', re.DOTALL)
_JSON_VERSION = re.compile(r"https?://(?:www\.)?jsonfeed\.org/version/1")
_SUBSET = re.compile(rb"<!DOCTYPE[^>\[]{0,2000}\[", re.IGNORECASE)
_FIRST_TAG = re.compile(rb"<\w")
_CLOSED = re.compile(rb"</(?:[\w.-]{1,40}:)?(?:rss|feed|rdf)\s*>", re.IGNORECASE)
_PLACE = re.compile(r"^<unknown>:\d+:\d+: ")
_TAIL = 4096


def accepts(sample: Sample) -> bool:
    """Whether a sample's first element is that of a feed, or it is a JSON Feed by its version."""
    first = root(sample.start)
    if first is not None:
        stated = sample.media_type in _MEDIA_TYPES and not is_page(sample.start)
        return first in _ROOTS or stated
    text = opening(sample.start)
    if text.lstrip().startswith("{"):
        return sample.media_type == "application/feed+json" or _JSON.match(text) is not None
    return sample.media_type in _MEDIA_TYPES


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry as its feed states it."""

    link: str | None
    title: str | None
    published: str | None
    updated: str | None
    authors: tuple[str, ...]
    categories: tuple[str, ...]


def read(given: Input) -> Iterator[Found]:
    """A Lead for each entry with a link, at most `given.wanted.entries`; Gaps for what cannot be read.

    Nothing is fetched for it, and a feed whose DTD declares entities is refused.
    """
    try:
        data = Unpacked(given.stream, given.origin, LARGEST).whole()
        is_json = opening(data[:1024]).lstrip().startswith(("{", "["))
        entries = _json_entries(given, data) if is_json else _xml_entries(given, data)
        taken = left = 0
        for number, entry in enumerate(entries, 1):
            found = _lead(given, number, entry)
            if isinstance(found, Lead) and taken >= given.wanted.entries:
                left += 1
                continue
            taken += isinstance(found, Lead)
            yield found
        if left:
            message = f"{left:,} entries above the limit of {given.wanted.entries:,}"
            yield Skip(given.origin, "entries", message)
    except CopydeskError as error:
        yield Gap(given.origin, error)


def _lead(given: Input, number: int, entry: _Entry) -> Found:
    url = web_address(given.url, entry.link or "")
    if url is None:
        subject = f"{given.origin}#{number}"
        link = without_user((entry.link or "").strip())
        lacks = f"no http or https address: {link[:100]!r}" if link else "no link"
        return Gap(subject, SourceError(subject, f"entry has {lacks}"))
    published, updated = stamp(entry.published), stamp(entry.updated)
    if is_older(given.wanted.since, published, updated):
        return Skip(url, "older", f"of {updated or published}")
    lent = Lent("feed", entry.title, published, entry.authors, entry.categories)
    return Lead(url, None, lent, moment(updated), given.depth + 1)


def _xml_entries(given: Input, data: bytes) -> Iterator[_Entry]:
    if is_page(data[:65536]):
        raise SourceError(given.origin, "is no feed but an HTML page")
    if not data.strip():
        raise SourceError(given.origin, "is no feed: it is empty")
    try:
        parsed, data = _parsed(given, data)
    except CopydeskError:
        raise
    except Exception as error:
        # A parser made for malformed feeds, in pure Python: what it raises is not a closed list.
        raise SourceError(given.origin, f"is no readable feed: {error!r}") from error
    fault = parsed.get("bozo_exception") if parsed["bozo"] else None
    broken = fault is not None and type(fault).__name__.startswith("SAX")
    if not parsed["entries"] and (broken or not parsed["version"]):
        raise SourceError(
            given.origin, f"is no feed{f': {_said(fault)}' if fault else ''}"
        ) from fault
    for entry in parsed["entries"]:
        yield _Entry(
            link=entry.get("link"),
            title=plain(entry.get("title")),
            published=_dated(entry, "published"),
            updated=_dated(entry, "updated"),
            authors=_named(entry),
            categories=_texts(tag.get("label") or tag.get("term") for tag in entry.get("tags", ())),
        )
    if broken and not _CLOSED.search(data[-_TAIL:]):
        count = len(parsed["entries"])
        message = f"breaks off behind entry {count:,}: {_said(fault)}"
        raise SourceError(given.origin, message) from fault


def _said(fault: object) -> str:
    """What an XML parser says of a fault; its line numbers are those of a text made of the feed."""
    return _PLACE.sub("", str(fault))


def _parsed(given: Input, data: bytes) -> tuple[Any, bytes]:
    """What feedparser makes of the bytes, and the bytes in UTF-8."""
    import feedparser  # type: ignore[import-untyped]
    from feedparser.encodings import convert_to_utf8  # type: ignore[import-untyped]

    stated = f"; charset={given.encoding}" if given.encoding else ""
    headers = {"content-type": f"application/xml{stated}"}
    facts: dict[str, Any] = {"bozo": False}
    data = convert_to_utf8(headers, data, facts)
    # Entities are looked for in the very bytes that are parsed, so no encoding can hide them.
    first = _FIRST_TAG.search(data)
    head = data[: first.start()] if first else data
    if b"<!ENTITY" in (data if _SUBSET.search(data[:65536]) else head):
        raise SourceError(given.origin, "declares entities, which no feed needs; it is not read")
    headers = {"content-type": "application/xml; charset=utf-8"}
    if given.url:
        headers["content-location"] = given.url
    parsed = feedparser.parse(
        _Bytes(data), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )
    return parsed, data


class _Bytes:
    """Bytes to read: the one form of input for which feedparser opens no file and no address."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def read(self, _size: int = -1) -> bytes:
        """All of them."""
        return self._data


def _dated(entry: Any, name: str) -> str | None:
    # A plain get of "updated" falls back on "published", with a warning.
    value = entry.get(name) if name in entry else None
    return value if isinstance(value, str) else None


def _named(entry: Any) -> tuple[str, ...]:
    stated = [author.get("name") for author in entry.get("authors", ())]
    return _texts(stated if any(stated) else [entry.get("author")])


def _texts(values: Any) -> tuple[str, ...]:
    """The distinct texts among some values, without markup, in their order."""
    found = (plain(value) for value in values if isinstance(value, str))
    return tuple(dict.fromkeys(text for text in found if text))


def _json_entries(given: Input, data: bytes) -> Iterator[_Entry]:
    try:
        feed = json.loads(data, strict=False)
    except (ValueError, RecursionError) as error:
        raise SourceError(given.origin, f"is no JSON Feed: {error}") from error
    version = feed.get("version") if isinstance(feed, dict) else None
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(version, str) or not _JSON_VERSION.match(version):
        raise SourceError(given.origin, "is no JSON Feed of version 1: https://jsonfeed.org")
    if not isinstance(items, list):
        raise SourceError(given.origin, "is a JSON Feed without items")
    for item in items:
        yield _json_entry(item if isinstance(item, dict) else {})


def _json_entry(item: dict[str, Any]) -> _Entry:
    def text(name: str) -> str | None:
        value = item.get(name)
        return value if isinstance(value, str) else None

    authors = item.get("authors")
    people = authors if isinstance(authors, list) else [item.get("author")]
    tags = item.get("tags")
    return _Entry(
        link=text("url") or text("external_url") or text("id"),
        title=plain(text("title")),
        published=text("date_published"),
        updated=text("date_modified"),
        authors=_texts(p.get("name") for p in people if isinstance(p, dict)),
        categories=_texts(tags if isinstance(tags, list) else ()),
    )


FEEDS = Source("feed", accepts, read)
"""Feeds, each entry a lead."""
