"""What a response is: a feed or sitemap of which kind, or none."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from html import unescape
from typing import Literal
from urllib.parse import urlsplit

from copydesk import sources
from copydesk.fetching.response import FetchResult
from copydesk.sources.base import Sniff
from copydesk.sources.entry_facts import parse_url
from copydesk.sources.unpacking import unpack_start
from copydesk.util.media_types import is_page, opening, root

Kind = Literal["news_sitemap", "rss", "atom", "json_feed", "sitemap", "sitemap_index"]

KINDS: tuple[Kind, ...] = ("news_sitemap", "rss", "atom", "json_feed", "sitemap", "sitemap_index")
"""The kinds in the order in which they are named: what is new first, whole archives last."""

FEEDS: frozenset[Kind] = frozenset(("rss", "atom", "json_feed"))
"""The kinds of feeds; the others are those of sitemaps."""

_NEWS_NAME = re.compile(r"(?<![a-z])(?:google|sitemap)?news(?:sitemap)?(?![a-z])", re.IGNORECASE)
_NEWS_ENTRY = re.compile(r"<(?:[\w-]{1,40}:)?news[\s/>]", re.IGNORECASE)
_ENTRY = re.compile(r"<(?:[\w-]{1,40}:)?(?:item|entry)[\s>]", re.IGNORECASE)
_COMMENT = re.compile(r"<link>[^<]{1,2048}#c(?:omment)?-?\d", re.IGNORECASE)
_PLACE = re.compile(
    r"<(?:[\w-]{1,40}:)?loc>\s*+(?:<!\[CDATA\[)?\s*+([^<>\]\s]{1,2048})", re.IGNORECASE
)
_INDEX_BYTES = 1024 * 1024


def kind_of(got: FetchResult) -> Kind | None:
    """Return the kind of a response; None for a page, a feed of comments and anything else.

    A sitemap is one of news if its first entries are, or its name says so. A list of URLs without
    markup is a sitemap. Raises SourceError if a source fails.
    """
    sample = sources.sniff(got.url, got.media_type, io.BytesIO(got.content))
    source = sources.find(sample)
    if source is None or not sample.start.strip():
        return None
    if source.name == "sitemap":
        if root(sample.start) == "sitemapindex":
            return "sitemap_index"
        return "news_sitemap" if _is_news(sample) else "sitemap"
    if source.name == "feed":
        return None if _is_of_comments(sample) else _feed_kind(sample)
    return "sitemap" if source.name == "list" else None


def describe(got: FetchResult) -> str:
    """Return what a response is that is no feed or sitemap, for a message."""
    sample = sources.sniff(got.url, got.media_type, io.BytesIO(got.content))
    if not sample.start.strip():
        return "is empty"
    if root(sample.start) in ("rss", "rdf", "feed"):
        return "is a feed of comments"
    what = "an HTML page" if is_page(sample.start) else sample.media_type or "something else"
    return f"is not a feed or sitemap but {what}"


def is_named_news(url: str) -> bool:
    """Whether the last part of a URL has the word news, as in "news-sitemap.xml"."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return _NEWS_NAME.search(f"{parts.path.rpartition('/')[2]}?{parts.query}") is not None


def sitemaps_in(index: FetchResult) -> Iterator[str]:
    """Yield the URLs in the first MiB of a sitemap index."""
    start, _ = unpack_start(index.content[:_INDEX_BYTES], _INDEX_BYTES)
    for place in _PLACE.finditer(opening(start)):
        if url := parse_url(index.url, unescape(place[1])):
            yield url


def _is_news(sample: Sniff) -> bool:
    return is_named_news(sample.name) or _NEWS_ENTRY.search(opening(sample.start)) is not None


def _is_of_comments(sample: Sniff) -> bool:
    """Whether most of the first entries of a feed link to comments."""
    text = opening(sample.start)
    entries = len(_ENTRY.findall(text))
    return 0 < entries < 2 * len(_COMMENT.findall(text))


def _feed_kind(sample: Sniff) -> Kind:
    first = root(sample.start)
    if first == "feed":
        return "atom"
    return "json_feed" if first is None and "{" in opening(sample.start) else "rss"
