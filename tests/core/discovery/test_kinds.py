"""What a response is: which feed, which sitemap, or neither."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest

from copydesk.discovery import kinds
from copydesk.fetching.response import FetchResult

MAPS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
NEWS = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'


def got(
    text: str | bytes, url: str = "https://echo.example/x", media_type: str = ""
) -> FetchResult:
    return FetchResult(
        url=url,
        requested=url,
        status=200,
        media_type=media_type,
        encoding=None,
        content=text.encode() if isinstance(text, str) else text,
        retrieved_at=datetime(2026, 3, 1, tzinfo=UTC),
    )


ENTRY = "<url><loc>https://echo.example/a</loc>{}</url>"
COMMENTS = "<item><link>https://echo.example/a/#comment-7</link></item>" * 3
CASES = [
    (f"<?xml version='1.0'?><urlset {MAPS}>{ENTRY.format('')}</urlset>", "sitemap"),
    (f"<urlset {MAPS} {NEWS}>{ENTRY.format('<news:news><news:title>A</news:title></news:news>')}</urlset>", "news_sitemap"),
    (f"<urlset {MAPS} {NEWS}>{ENTRY.format('')}</urlset>", "sitemap"),
    (f"<urlset {MAPS} xmlns:n='x'>{ENTRY.format('<n:news></n:news>')}</urlset>", "news_sitemap"),
    (f"<sitemapindex {MAPS}><sitemap><loc>https://echo.example/m</loc></sitemap></sitemapindex>", "sitemap_index"),
    ("<rss version='2.0'><channel><item/></channel></rss>", "rss"),
    ("<rdf:RDF xmlns:rdf='x'><item/></rdf:RDF>", "rss"),
    ("<feed xmlns='http://www.w3.org/2005/Atom'><entry/></feed>", "atom"),
    ('{"version": "https://jsonfeed.org/version/1.1", "items": []}', "json_feed"),
    (f"<rss><channel>{COMMENTS}</channel></rss>", None),
    ("<rss><channel><item><link>https://echo.example/a</link><comments>https://echo.example/a#comments</comments></item></channel></rss>", "rss"),
    ("<!doctype html><html><body><p>We have no feed.</p></body></html>", None),
    ("Not found", None),
    ('{"items": []}', None),
    ("", None),
    ("https://echo.example/a\nhttps://echo.example/b\n", "sitemap"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "kind"), CASES)
def test_a_response_is_what_its_first_element_says(text: str, kind: str | None) -> None:
    assert kinds.kind_of(got(text)) == kind


@pytest.mark.parametrize("media_type", ["application/rss+xml", "text/xml", "text/html"])
def test_a_page_is_no_feed_whatever_it_is_called(media_type: str) -> None:
    page = got("<!doctype html><title>Home</title><p>Text.", media_type=media_type)
    assert kinds.kind_of(page) is None
    assert kinds.describe(page) == "is not a feed or sitemap but an HTML page"


def test_a_packed_sitemap_is_looked_into() -> None:
    packed = gzip.compress(f"<urlset {MAPS}>{ENTRY.format('')}</urlset>".encode())
    assert kinds.kind_of(got(packed, "https://echo.example/map.xml.gz")) == "sitemap"


@pytest.mark.parametrize(
    ("url", "is_news"),
    [("news-sitemap.xml", True), ("sitemap-news.xml", True), ("sitemap_news_2.xml.gz", True),
     ("googlenews.xml", True), ("sitemap.xml?type=news", True), ("newssitemap.xml", True),
     ("newsletter-sitemap.xml", False), ("sitemap-newsroom.xml", False), ("sitemap.xml", False),
     ("news/sitemap.xml", False)],
)  # fmt: skip
def test_news_is_a_word_of_the_last_part_of_an_address(url: str, is_news: bool) -> None:
    assert kinds.is_named_news(f"https://echo.example/{url}") is is_news


def test_the_addresses_of_an_index_are_found_in_any_form() -> None:
    index = (
        "<sitemapindex><sitemap><loc> https://echo.example/a?x=1&amp;y=2\n</loc></sitemap><sitemap>"
        "<s:loc><![CDATA[https://echo.example/b]]></s:loc></sitemap><loc>ftp://x/</loc></sitemapindex>"
    )
    found = list(kinds.sitemaps_in(got(index)))
    assert found == ["https://echo.example/a?x=1&y=2", "https://echo.example/b"]


def test_what_is_left_out_is_described() -> None:
    assert kinds.describe(got("")) == "is empty"
    assert (
        kinds.describe(got(f"<rss><channel>{COMMENTS}</channel></rss>")) == "is a feed of comments"
    )
    assert "text/css" in kinds.describe(got("a {}", media_type="text/css"))
