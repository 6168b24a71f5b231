"""The feeds and sitemaps that a page links to, found by a scan of its tags."""

from __future__ import annotations

import time

import pytest

from copydesk.discovery.page_links import MAX_TAGS, PageLink, is_comment_feed, links_of

HOME = "https://echo.example/"


def urls(page: str | bytes, url: str = HOME) -> list[str]:
    content = page if isinstance(page, bytes) else page.encode()
    return [one.url for one in links_of(content, url)]


def link(href: str, media_type: str = "application/rss+xml", **more: str) -> str:
    other = "".join(f' {name}="{value}"' for name, value in more.items())
    return f'<link rel="alternate" type="{media_type}" href="{href}"{other}>'


@pytest.mark.parametrize(
    "media_type",
    ["application/rss+xml", "application/atom+xml", "application/feed+json",
     "application/rdf+xml", "Application/RSS+XML; charset=utf-8"],
)  # fmt: skip
def test_a_link_with_the_type_of_a_feed_is_one(media_type: str) -> None:
    assert urls(link("/rss", media_type)) == ["https://echo.example/rss"]


@pytest.mark.parametrize(
    "page",
    [
        '<link rel="stylesheet" type="application/rss+xml" href="/rss">',
        '<link rel="alternate" hreflang="de" href="/de">',
        link("/oembed", "application/json+oembed"),
        link("/wp-json", "application/json", title="JSON"),
        '<link rel="alternate" type="application/rss+xml">',
        link("javascript:alert(1)"),
        link(""),
        '<a rel="alternate" type="application/rss+xml" href="/rss">',
        f"<!-- {link('/rss')} -->",
        f"<script>'{link('/rss')}'</script>",
        f"<SCRIPT>a</script <style>{link('/rss')}</style>",
        f"<textarea>{link('/rss')}</textarea>",
        f"<!-- without an end {link('/rss')}",
    ],
)
def test_other_links_and_what_is_no_markup_are_not(page: str) -> None:
    assert urls(page) == []


def test_plain_json_is_a_feed_if_its_title_says_so() -> None:
    assert urls(link("/f", "application/json", title="JSON Feed")) == ["https://echo.example/f"]


def test_a_link_in_the_body_counts_too_and_each_counts_once() -> None:
    page = f"<head>{link('/a')}</head><body><p>x</p>{link('/b')}{link('/a#top')}</body>"
    assert urls(page) == ["https://echo.example/a", "https://echo.example/b"]


def test_addresses_are_relative_to_the_base_wherever_it_stands() -> None:
    page = f'{link("rss.xml")}<base href="/news/"><base href="/other/">'
    assert urls(page, f"{HOME}a/b") == ["https://echo.example/news/rss.xml"]
    assert urls(link("rss.xml"), f"{HOME}a/b") == ["https://echo.example/a/rss.xml"]


def test_attributes_come_in_any_form_and_order() -> None:
    page = (
        "<LINK HREF=/r?a=1&amp;b=2 data-x title='a > b' TYPE='application/rss+xml' Rel=alternate />"
    )
    assert urls(page) == ["https://echo.example/r?a=1&b=2"]


def test_a_page_in_utf_16_is_read() -> None:
    assert urls(link("/rss").encode("utf-16")) == ["https://echo.example/rss"]


def test_a_link_to_a_sitemap_is_told_apart() -> None:
    page = b'<link rel="sitemap" type="application/xml" href="/map.xml">'
    assert list(links_of(page, HOME)) == [PageLink("https://echo.example/map.xml", True)]


@pytest.mark.parametrize(
    "url",
    ["/comments/feed/", "/comments/feed", "/2026/03/ferry/comments/feed/atom/",
     "/feeds/comments/default", "/feeds/77/comments/default", "/?feed=comments-rss2"],
)  # fmt: skip
def test_feeds_of_comments_are_known_by_their_address(url: str) -> None:
    assert is_comment_feed(f"https://echo.example{url}")
    assert urls(link(url) + link("/feed/")) == ["https://echo.example/feed/"]


@pytest.mark.parametrize(
    "url",
    ["/feed/", "/comment/rss", "/commentisfree/rss", "/comments", "/feed/atom/", "/?feed=rss2"],
)
def test_feeds_of_a_section_of_that_name_are_not(url: str) -> None:
    assert not is_comment_feed(f"https://echo.example{url}")


def test_a_feed_below_an_article_is_one_of_its_comments() -> None:
    article = "https://echo.example/2026/ferry-returns/"
    assert is_comment_feed(f"{article}feed/", article)
    assert not is_comment_feed("https://echo.example/feed/", article)
    assert not is_comment_feed("https://echo.example/feed/", HOME)


@pytest.mark.parametrize(
    "piece",
    ["<link ", "<link href='", '<link href="' + "a" * 3000, "<link a=", "<!--", "<script>",
     "<link" + " " * 500, "<link rel=alternate type=application/rss+xml href=/x>", "<", "<base href=x>"],
)  # fmt: skip
def test_a_hostile_page_takes_no_longer_than_its_size(piece: str) -> None:
    page = (piece * (1_000_000 // len(piece))).encode()
    began = time.process_time()
    assert len(urls(page)) <= 1
    assert time.process_time() - began < 4


def test_of_very_many_links_the_first_are_read() -> None:
    page = "".join(link(f"/{number}") for number in range(MAX_TAGS + 5))
    assert len(urls(page)) == MAX_TAGS
