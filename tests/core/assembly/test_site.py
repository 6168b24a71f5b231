"""The site, the fingerprint, and the dates as Python values."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from copydesk import extract
from copydesk.adapters.outlet import Outlet
from copydesk.model.article import Article, Site

STORY = (
    "<p>The weir was shut on Monday after the river had risen by two metres in a single night.</p>"
    "<p>Nobody was hurt, the keeper said, but the lower fields will stand under water for weeks.</p>"
)
URL = "https://www.river.example/2026/weir"


def _read(head: str, url: str | None = URL, outlet: type[Outlet] | None = None) -> Article:
    page = (
        f"<html><head>{head}</head><body><article><h1>The weir</h1>{STORY}</article></body></html>"
    )
    return extract(page, url=url, media_type="text/html", outlet=outlet)


_OG = '<meta property="og:site_name" content="River News">'
_LD = (
    '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "The weir", '
    '"publisher": {"@type": "Organization", "name": "River Media Ltd"}}</script>'
)
_WEBSITE = '<script type="application/ld+json">{"@type": "WebSite", "name": "The River"}</script>'


@pytest.mark.parametrize(
    ("head", "name", "publisher"),
    [
        (_OG + _LD, "River News", "River Media Ltd"),
        (_LD, "River Media Ltd", "River Media Ltd"),
        (_LD + _WEBSITE, "The River", "River Media Ltd"),
        ('<meta name="application-name" content="River App">', "River App", None),
        ('<meta name="dc.publisher" content="River Ltd">', "River Ltd", "River Ltd"),
        ("", None, None),
    ],
)
def test_site_is_named_by_what_the_page_states(
    head: str, name: str | None, publisher: str | None
) -> None:
    site = _read(head).site
    assert site == Site(name=name, domain="river.example", publisher=publisher)


def test_page_without_a_url_has_the_host_of_its_canonical_url() -> None:
    head = '<link rel="canonical" href="https://www.river.example/2026/weir">'
    assert _read(head, url=None).site.domain == "river.example"


def test_text_has_the_host_of_its_url() -> None:
    text = "The weir is shut\n\nThe weir was shut on Monday after the river had risen by metres.\n"
    assert extract(text * 2, url=URL).site == Site(
        name=None, domain="river.example", publisher=None
    )
    assert extract(text * 2).site == Site(name=None, domain=None, publisher=None)


def test_adapter_names_its_site() -> None:
    class River(Outlet):
        id = "river"
        name = "The River Post"
        domains = ("river.example",)

    article = _read(_OG + _LD, url="https://blog.river.example/2026/weir", outlet=River)
    expected = Site(name="The River Post", domain="river.example", publisher="River Media Ltd")
    assert article.site == expected
    assert article.provenance["site"].source == "outlet"


@pytest.mark.parametrize(
    ("stated", "moment", "day"),
    [
        (
            "2026-11-02T23:30:00+04:00",
            datetime(2026, 11, 2, 23, 30, tzinfo=timezone(timedelta(hours=4))),
            date(2026, 11, 2),
        ),
        ("2026-11-02", None, date(2026, 11, 2)),
        ("", None, None),
    ],
)
def test_dates_are_offered_as_far_as_they_are_known(
    stated: str, moment: datetime | None, day: date | None
) -> None:
    names = ("article:published_time", "article:modified_time")
    head = "".join(f'<meta property="{name}" content="{stated}">' for name in names)
    article = _read(head, url="https://river.example/weir")
    assert (article.published_at, article.published_on) == (moment, day)
    assert (article.modified_at, article.modified_on) == (moment, day)


def test_fingerprint_is_that_of_the_text() -> None:
    from copydesk.util.simhash import simhash

    article = _read("")
    assert article.fingerprint == simhash(article.text)
