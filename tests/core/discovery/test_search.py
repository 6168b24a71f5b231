"""The search of a site: what is asked for, in which order, and what is left out."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from copydesk.discovery import search
from copydesk.discovery.search import Discovery, discover
from copydesk.errors import ConnectionFailed, CopydeskError, HttpStatusError, RobotsRefused
from copydesk.fetching.response import FetchResult

HOME = "https://echo.example/"
PAGE = "<!doctype html><title>Echo</title>{}<p>The harbour is open."
RSS = "<rss version='2.0'><channel><item><link>https://echo.example/a</link></item></channel></rss>"
ATOM = "<feed xmlns='http://www.w3.org/2005/Atom'><entry/></feed>"
MAP = "<urlset><url><loc>https://echo.example/a</loc></url></urlset>"
NEWS_MAP = "<urlset><url><loc>https://echo.example/a</loc><news:news/></url></urlset>"


def index(*urls: str) -> str:
    inside = "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in urls)
    return f"<sitemapindex>{inside}</sitemapindex>"


def link(href: str) -> str:
    return f'<link rel="alternate" type="application/rss+xml" href="{href}">'


class Site:
    """Answers from a dict: text, "-> URL" for a redirect, or an error. asked: in order."""

    def __init__(self, pages: dict[str, str | CopydeskError], robots: tuple[str, ...] = ()) -> None:
        self.pages = {self.whole(path): answer for path, answer in pages.items()}
        self.robots = tuple(self.whole(path) for path in robots)
        self.asked: list[str] = []

    @staticmethod
    def whole(path: str) -> str:
        return f"https://echo.example{path}" if path.startswith("/") else path

    async def get(self, url: str) -> FetchResult:
        self.asked.append(url.removeprefix("https://echo.example"))
        answer = self.pages.get(url, HttpStatusError(url, "status 404", 404))
        if isinstance(answer, CopydeskError):
            raise answer
        final = url
        if answer.startswith("-> "):
            final = self.whole(answer[3:])
            redirected = self.pages[final]
            assert isinstance(redirected, str)
            answer = redirected
        return FetchResult(
            url=final,
            requested=url,
            status=200,
            media_type="",
            encoding=None,
            content=answer.encode(),
            retrieved_at=datetime(2026, 3, 1, tzinfo=UTC),
        )

    async def sitemaps(self, url: str) -> tuple[str, ...]:
        return self.robots


def searched(site: Site, url: str = HOME) -> Discovery:
    return asyncio.run(discover(site, url))


def rows(found: Discovery) -> list[tuple[str, str, str]]:
    return [
        (k, url.removeprefix("https://echo.example"), w) for k, url, w in (o.row for o in found[0])
    ]


def test_news_sitemaps_come_first_and_whole_archives_last() -> None:
    page = PAGE.format(link("/rss") + link("/atom"))
    maps = ("/index.xml", "/sitemap.xml", "/sitemap-news.xml")
    answers: dict[str, str | CopydeskError] = {
        "/": page, "/rss": RSS, "/atom": ATOM, "/index.xml": index(), "/sitemap.xml": MAP,
        "/sitemap-news.xml": NEWS_MAP,
    }  # fmt: skip
    site = Site(answers, maps)
    assert rows(searched(site)) == [
        ("news sitemap", "/sitemap-news.xml", "robots.txt"),
        ("rss", "/rss", "link"),
        ("atom", "/atom", "link"),
        ("sitemap", "/sitemap.xml", "robots.txt"),
        ("sitemap index", "/index.xml", "robots.txt"),
    ]
    assert len(site.asked) == len(set(site.asked)) == 6, "no well-known place is asked for"


def test_well_known_places_are_asked_for_only_what_the_site_does_not_name() -> None:
    site = Site({"/": PAGE.format(link("/rss")), "/rss": RSS, "/sitemap.xml": MAP})
    assert rows(searched(site)) == [
        ("rss", "/rss", "link"),
        ("sitemap", "/sitemap.xml", "well-known place"),
    ]
    assert site.asked == ["/", "/rss", *search.SITEMAP_PLACES]
    site = Site({"/": PAGE, "/map": MAP, "/rss": RSS}, ("/map",))
    assert rows(searched(site))[0] == ("rss", "/rss", "well-known place")
    assert site.asked == ["/", "/map", "/feed", "/rss"], "the first feed ends the search for one"


def test_a_page_in_a_well_known_place_is_no_feed_and_no_news() -> None:
    site = Site(dict.fromkeys(("/", "/feed", "/rss", "/sitemap.xml"), PAGE))
    assert searched(site) == ((), ())


def test_what_the_site_names_wrongly_is_told() -> None:
    refused = RobotsRefused(f"{HOME}no", "robots.txt disallows it")
    site = Site(
        {"/": PAGE.format(link("/a") + link("/b") + link("/no")), "/a": PAGE, "/no": refused}
    )
    assert searched(site).notes == (
        "https://echo.example/a: is not a feed or sitemap but an HTML page",
        "https://echo.example/b: status 404",
        "https://echo.example/no: robots.txt disallows it",
    )


def test_a_feed_of_comments_is_left_out_by_its_entries_too() -> None:
    comments = (
        "<rss><channel><item><link>https://echo.example/a#comment-1</link></item></channel></rss>"
    )
    site = Site({"/": PAGE.format(link("/talk") + link("/feed")), "/talk": comments, "/feed": RSS})
    found = searched(site)
    assert rows(found) == [("rss", "/feed", "link")]
    assert found.notes == ("https://echo.example/talk: is a feed of comments",)


def test_what_redirects_to_the_same_place_is_named_once() -> None:
    page = PAGE.format(link("/feed") + link("/rss"))
    site = Site({"/": page, "/feed": "-> /feed.xml", "/rss": "-> /feed.xml", "/feed.xml": RSS})
    found = searched(site)
    assert rows(found) == [("rss", "/feed.xml", "link")]
    assert found.notes == ()


def test_a_home_page_that_redirects_is_searched_where_it_leads() -> None:
    site = Site({
        "https://echo.test/": "-> https://www.echo.example/en/",
        "https://www.echo.example/en/": PAGE.format(link("rss")),
        "https://www.echo.example/en/rss": RSS,
        "https://www.echo.example/sitemap.xml": MAP,
    })  # fmt: skip
    assert [url for _, url, _ in rows(searched(site, "https://echo.test/"))] == [
        "https://www.echo.example/en/rss",
        "https://www.echo.example/sitemap.xml",
    ]


def test_another_host_counts_if_the_site_names_it_but_not_by_a_redirect_of_a_guess() -> None:
    site = Site(
        {"/": PAGE.format(link("https://feeds.test/e")), "https://feeds.test/e": RSS,
         "https://maps.test/m": index("https://other.test/news.xml"),
         "https://other.test/news.xml": NEWS_MAP},
        ("https://maps.test/m",),
    )  # fmt: skip
    assert rows(searched(site)) == [
        ("rss", "https://feeds.test/e", "link"),
        ("sitemap index", "https://maps.test/m", "robots.txt"),
    ]
    site = Site({"/": PAGE, "/feed": "-> https://parked.test/f", "https://parked.test/f": RSS})
    assert searched(site).found == ()


def test_the_news_sitemaps_of_an_index_are_named_before_it() -> None:
    whole = index(f"{HOME}a.xml", *(f"{HOME}news-{n}.xml" for n in range(9)), f"{HOME}b.xml")
    news: dict[str, str | CopydeskError] = {f"/news-{n}.xml": NEWS_MAP for n in range(9)}
    site = Site({"/": PAGE, "/map": whole, **news}, ("/map",))
    found = rows(searched(site))
    assert found[0] == ("news sitemap", "/news-0.xml", "sitemap index")
    assert found[-1] == ("sitemap index", "/map", "robots.txt")
    assert len(found) == search.MAX_IN_INDEX + 1
    assert "/a.xml" not in site.asked


def test_of_an_index_of_news_the_first_sitemaps_are_looked_at() -> None:
    site = Site(
        {"/": PAGE, "/news.xml": index(f"{HOME}1.xml", f"{HOME}2.xml"), "/1.xml": NEWS_MAP,
         "/2.xml": MAP},
        ("/news.xml",),
    )  # fmt: skip
    assert [kind for kind, _, _ in rows(searched(site))] == [
        "news sitemap",
        "sitemap",
        "sitemap index",
    ]


def test_an_address_that_is_a_feed_itself_is_named_and_nothing_else_is_asked_for() -> None:
    site = Site({"/rss": RSS})
    assert rows(searched(site, f"{HOME}rss")) == [("rss", "/rss", "given")]
    assert site.asked == ["/rss"]


def test_robots_txt_still_counts_where_the_page_is_refused() -> None:
    site = Site({"/": RobotsRefused(HOME, "robots.txt disallows it"), "/map": MAP}, ("/map",))
    found = searched(site)
    assert rows(found) == [("sitemap", "/map", "robots.txt")]
    assert found.notes[0] == f"{HOME}: robots.txt disallows it"
    with pytest.raises(RobotsRefused):
        searched(Site({"/": RobotsRefused(HOME, "robots.txt disallows it")}))


def test_a_host_that_does_not_answer_is_asked_once() -> None:
    site = Site({"/": ConnectionFailed(HOME, "no answer")}, ("/map",))
    with pytest.raises(ConnectionFailed):
        searched(site)
    assert site.asked == ["/"]


@pytest.mark.parametrize("status", [429, 503])
def test_a_host_that_asks_to_be_left_alone_is_guessed_at_no_more(status: int) -> None:
    first = search.SITEMAP_PLACES[0]
    busy = HttpStatusError(f"https://echo.example{first}", f"status {status}", status)
    site = Site({"/": PAGE, first: busy})
    assert searched(site).found == ()
    assert site.asked == ["/", first]


def test_ten_thousand_links_lead_to_ten_requests_and_one_note() -> None:
    page = PAGE.format("".join(link(f"/{n}") for n in range(10_000)))
    feeds: dict[str, str | CopydeskError] = {f"/{n}": RSS for n in range(10_000)}
    site = Site({"/": page, **feeds}, tuple(f"/map-{n}" for n in range(500)))
    found = searched(site)
    assert len(found.found) == search.MAX_NAMED
    assert found.notes[0] == f"{HOME}: 9,990 more that the page names were not looked at"
    assert f"{HOME}: 490 more that robots.txt names were not looked at" in found.notes
    assert len(site.asked) <= search.MAX_REQUESTS


def test_no_site_is_asked_more_than_the_limit_says() -> None:
    indexes = tuple(f"/map-{n}" for n in range(10))
    answers: dict[str, str | CopydeskError] = {
        one: index(*(f"{HOME}{one[1:]}-news-{m}.xml" for m in range(5))) for one in indexes
    }
    page = PAGE.format("".join(link(f"/{n}") for n in range(10)))
    site = Site({"/": page, **answers}, indexes)
    found = searched(site)
    assert len(site.asked) == search.MAX_REQUESTS
    assert found.notes[-1].endswith(f"not looked at, after {search.MAX_REQUESTS} requests")
