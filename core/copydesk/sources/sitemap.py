"""The source of sitemaps: index, urlset, Google News, plain text (sitemaps.org protocol 0.9)."""

from __future__ import annotations

from collections.abc import Iterator

from copydesk.errors import CopydeskError, Unreadable
from copydesk.sources import feed, url_list
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
from copydesk.sources.entries import Entries, Entry, Grammar, entry_failure, limited
from copydesk.sources.entry_facts import (
    is_older,
    parse_date,
    parse_url,
    plain_text,
    raw_date,
    to_datetime,
)
from copydesk.sources.unpacking import Unpacked
from copydesk.util.media_types import root

MAX_BYTES = 50 * 1024 * 1024
"""Maximum size of a sitemap, unpacked, in bytes: the limit of the protocol."""

_INDEX = "sitemap"
# Also the news extension without its namespace.
_NEWS = ("news:news/news:", "news/", "news:", "news/news:")
_TITLE = tuple(f"{place}title" for place in _NEWS)
_PUBLISHED = tuple(f"{place}publication_date" for place in _NEWS)
_KEYWORDS = tuple(f"{place}keywords" for place in _NEWS)
_SITEMAP = Grammar(
    "sitemap",
    roots=frozenset(("urlset", "sitemapindex")),
    entries=frozenset(("url", _INDEX)),
    fields=frozenset(("loc", "lastmod", *_TITLE, *_PUBLISHED, *_KEYWORDS)),
)


def accepts(sample: Sniff) -> bool:
    """Whether the first element is that of a sitemap."""
    return root(sample.start) in _SITEMAP.roots


def read(given: SourceInput) -> Iterator[SourceItem]:
    """Yield a Link for each entry, a Rejected for an entry without a URL.

    The entries of an index are links to sitemaps. A malformed sitemap is read and reported as a
    Skipped. A feed is read as a feed, and text without
    markup as a URL list.
    """
    try:
        unpacked = Unpacked(given.stream, given.origin, MAX_BYTES)
        first = unpacked.read()
    except CopydeskError as error:
        yield Rejected.from_error(error, unfinished=isinstance(error, Unreadable))
        return
    if root(first) in feed.FEED.roots:
        yield from feed.read_from(given, first, unpacked)
    elif b"<" in first[:1024]:
        read_entries = Entries(given, first, unpacked, _SITEMAP)
        found = (_entry_item(given, number, e) for number, e in enumerate(read_entries, 1))
        yield from limited(given, found, read_entries.faults)
    else:
        yield from limited(given, url_list.read_from(given, first, unpacked))


def _entry_item(given: SourceInput, number: int, entry: Entry) -> SourceItem:
    url = parse_url(entry.base or given.url, entry.first("loc"))
    if url is None:
        return entry_failure(given, number, "entry has no http or https URL")
    published = raw_date(entry.first(*_PUBLISHED))
    changed, appeared = parse_date(entry.first("lastmod")), parse_date(published)
    if is_older(given.wanted.since, changed, appeared):
        return Skipped(input=url, reason="older", message=f"last changed {changed or appeared}")
    depth = given.depth + 1
    if entry.name == _INDEX:
        return Link(url=url, kind="sitemap", modified=to_datetime(changed), depth=depth)
    words = (plain_text(word) for word in (entry.first(*_KEYWORDS) or "").split(","))
    info = ListingInfo(
        source="sitemap",
        title=plain_text(entry.first(*_TITLE)),
        published=published,
        categories=tuple(word for word in words if word),
    )
    states = info.title or info.published or info.categories
    return Link(
        url=url,
        kind=None,
        listing=info if states else None,
        modified=to_datetime(changed),
        depth=depth,
    )


SITEMAPS = Source("sitemap", accepts, read)
"""Sitemaps; each entry is a link."""
