"""The feeds and sitemaps that a page links to.

Only tags are scanned for, in linear time: pages are never parsed outside worker processes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

from copydesk.util.media_types import encoding_of
from copydesk.util.urls import absolute, base, is_front, path_parts

MAX_BYTES = 4 * 1024 * 1024
"""How much of a page is scanned, in bytes."""

MAX_TAGS = 20_000
"""How many of its `link` elements are read."""

_MAX_ATTRIBUTES = 20
# The text in these elements is no markup.
_TAG = re.compile(
    r"<(?:!--|(?P<raw>script|style|textarea|title|xmp|iframe|noframes)\b|(?P<name>link|base)\b)",
    re.IGNORECASE,
)
_ATTRIBUTE = re.compile(
    r"[\s/]*+(?P<name>[^\s=>/\"']{1,40})"
    r"(?:\s*+=\s*+(?:\"([^\"]{0,2048})\"|'([^']{0,2048})'|([^\s>\"']{1,2048})))?"
)
_FEED_TYPE = re.compile(r"application/(?:rss|atom|rdf)\+xml|application/feed\+json|text/rss")
_FEED_WORD = re.compile(r"\bfeed\b", re.IGNORECASE)


class PageLink(NamedTuple):
    """A link of a page to a feed, or to a sitemap."""

    url: str
    is_sitemap: bool = False


def links_of(content: bytes, url: str) -> Iterator[PageLink]:
    """Yield the feeds and sitemaps that the `link` elements of a page name, each once.

    They may stand in the head or the body. Feeds of comments are left out.
    """
    content = content[:MAX_BYTES]
    root: str | None = None
    stated = []
    for name, attributes in _tags(content.decode(encoding_of(content) or "utf-8", "replace")):
        if name == "base":
            root = root or attributes.get("href")
        else:
            stated.append(attributes)
    seen = set()
    start = base(url, root) if root else url
    for attributes in stated:
        found = _link(attributes, start)
        if found is not None and found.url not in seen and not is_comment_feed(found.url):
            seen.add(found.url)
            yield found


def _link(attributes: Mapping[str, str], start: str | None) -> PageLink | None:
    """Return the link of a `link` element if it is one to a feed or sitemap."""
    relation = attributes.get("rel", "").lower().split()
    is_sitemap = "sitemap" in relation
    if not is_sitemap and not ("alternate" in relation and _is_feed(attributes)):
        return None
    url = absolute(start, attributes.get("href", ""))
    return PageLink(url.partition("#")[0], is_sitemap) if url else None


def _is_feed(attributes: Mapping[str, str]) -> bool:
    """Whether the stated type is that of a feed; plain JSON is one if its title says so."""
    media_type = attributes.get("type", "").strip().lower()
    if media_type.partition(";")[0].strip() == "application/json":
        return _FEED_WORD.search(attributes.get("title", "")) is not None
    return _FEED_TYPE.match(media_type) is not None


def is_comment_feed(url: str, article: str | None = None) -> bool:
    """Whether the URL of a feed is in the form of one of comments.

    article: URL of the article that links to it. A feed below an article is one of its comments.
    """
    parts = path_parts(url)
    if parts[-1:] in (["atom"], ["rdf"], ["rss"], ["rss2"]) and "feed" in parts:
        parts.pop()
    if parts[-2:] in (["comments", "feed"], ["comments", "default"]):
        return True
    try:
        query = parse_qsl(urlsplit(url).query, max_num_fields=50)
    except ValueError:
        query = []
    if any(name.lower() == "feed" and value.startswith("comments-") for name, value in query):
        return True
    if article is None or is_front(article) or parts[-1:] != ["feed"]:
        return False
    return parts[:-1] == path_parts(article)


def _tags(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield name and attributes of the `link` and `base` elements, without those in comments."""
    at = count = 0
    while count < MAX_TAGS and (tag := _TAG.search(text, at)):
        at = tag.end()
        if tag["name"]:
            count += 1
            attributes, at = _attributes(text, at)
            yield tag["name"].lower(), attributes
            continue
        end = f"</{tag['raw']}" if tag["raw"] else "-->"
        closed = re.compile(end, re.IGNORECASE).search(text, at)
        if closed is None:
            # An element or comment without an end has all that follows in it.
            return
        at = closed.end()


def _attributes(text: str, at: int) -> tuple[dict[str, str], int]:
    """Return the attributes of a tag, and where it ends; of two with one name the first counts."""
    found: dict[str, str] = {}
    for _ in range(_MAX_ATTRIBUTES):
        one = _ATTRIBUTE.match(text, at)
        if one is None:
            break
        value = next((part for part in one.groups()[1:] if part is not None), "")
        found.setdefault(one["name"].lower(), unescape(value).strip())
        at = one.end()
    return found, at
