"""Sitemaps: entries and what is said of them, in bounded memory and behind limits."""

from __future__ import annotations

import gzip
import io
import tracemalloc
from datetime import UTC, datetime, timedelta, timezone

import pytest

from copydesk.errors import DocumentTooLarge, SourceError
from copydesk.leads import Found, Gap, Input, Lead, Lent, Skip, Wanted
from copydesk.sources import sitemaps

NS = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"


def read(data: bytes | str, **said: object) -> list[Found]:
    stream = io.BytesIO(data.encode() if isinstance(data, str) else data)
    return list(sitemaps.read(Input("map.xml", stream, **said)))  # type: ignore[arg-type]


def urlset(*entries: str) -> str:
    inside = "".join(f"<url>{entry}</url>" for entry in entries)
    return f'<?xml version="1.0"?><urlset xmlns="{NS}" xmlns:news="{NEWS}">{inside}</urlset>'


def loc(number: int | str, more: str = "") -> str:
    return f"<loc>https://gazette.example/{number}</loc>{more}"


def test_each_entry_is_a_lead() -> None:
    found = read(urlset(loc(1), loc(2, "<lastmod>2026-01-02T03:04:05+02:00</lastmod>")))
    when = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=2)))
    assert found == [
        Lead("https://gazette.example/1", depth=1),
        Lead("https://gazette.example/2", modified=when, depth=1),
    ]


def test_a_day_without_a_time_is_a_moment_too() -> None:
    (lead,) = read(urlset(loc(1, "<lastmod>2026-01-02</lastmod>")))
    assert isinstance(lead, Lead)
    assert lead.modified == datetime(2026, 1, 2, tzinfo=UTC)


def test_google_news_says_title_date_and_keywords() -> None:
    news = (
        "<news:news><news:publication><news:name>Gazette</news:name></news:publication>"
        "<news:publication_date>2026-01-02T03:04:05Z</news:publication_date>"
        "<news:title>Weir &amp; mill rebuilt</news:title>"
        "<news:keywords>rivers, towns,</news:keywords></news:news>"
    )
    (lead,) = read(urlset(loc(1, news)))
    assert isinstance(lead, Lead)
    assert lead.lent == Lent(
        "sitemap", "Weir & mill rebuilt", "2026-01-02T03:04:05+00:00", (), ("rivers", "towns")
    )


def test_what_images_and_videos_say_is_not_taken_for_the_entry() -> None:
    other = (
        '<image:image xmlns:image="i"><image:loc>https://x.example/i</image:loc></image:image>'
        '<video:video xmlns:video="v"><video:title>A film</video:title></video:video>'
    )
    (lead,) = read(urlset(other + loc(1)))
    assert lead == Lead("https://gazette.example/1", depth=1)


def index(*numbers: int) -> str:
    inside = "".join(f"<sitemap>{loc(n)}</sitemap>" for n in numbers)
    return f'<sitemapindex xmlns="{NS}">{inside}</sitemapindex>'


def test_an_index_leads_to_sitemaps_on_any_host() -> None:
    elsewhere = index(1).replace("gazette.example", "maps.example")
    assert read(elsewhere) == [Lead("https://maps.example/1", "sitemap", depth=1)]


def test_an_index_too_deep_is_a_gap() -> None:
    assert read(index(1), depth=2) == [Lead("https://gazette.example/1", "sitemap", depth=3)]
    (gap,) = read(index(1), depth=3)
    assert isinstance(gap, Gap)
    assert gap.subject == "https://gazette.example/1"


def test_a_plain_text_sitemap_is_a_list_of_addresses() -> None:
    found = read("https://gazette.example/1\nno address\nhttps://gazette.example/2\n")
    assert [type(f) for f in found] == [Lead, Gap, Lead]


def test_a_packed_sitemap_is_unpacked() -> None:
    assert len(read(gzip.compress(urlset(loc(1), loc(2)).encode()))) == 2


def test_relative_addresses_count_from_the_sitemap() -> None:
    (lead,) = read(urlset("<loc>/a</loc>"), url="https://gazette.example/maps/1.xml")
    assert lead == Lead("https://gazette.example/a", depth=1)


@pytest.mark.parametrize("entry", ["", "<loc/>", "<loc>ftp://x.example/</loc>", "<loc>/a</loc>"])
def test_an_entry_without_an_address_is_a_gap(entry: str) -> None:
    found = read(urlset(loc(1), entry, loc(2)))
    assert [type(f) for f in found] == [Lead, Gap, Lead]
    assert isinstance(found[1], Gap)
    assert found[1].subject == "map.xml#2"


def test_older_entries_are_skips() -> None:
    news = "<news:news><news:publication_date>{}</news:publication_date></news:news>"
    entries = [
        loc(1, "<lastmod>2026-01-01T23:59:59Z</lastmod>"),
        loc(2, "<lastmod>2026-01-02</lastmod>"),
        loc(3),
        loc(4, news.format("2025-12-31")),
        loc(5, news.format("2025-12-31") + "<lastmod>2026-01-03</lastmod>"),
        loc(6, "<lastmod>lately</lastmod>"),
    ]
    found = read(urlset(*entries), wanted=Wanted(since=datetime(2026, 1, 2, tzinfo=UTC)))
    assert [type(f) for f in found] == [Skip, Lead, Lead, Skip, Lead, Lead]
    assert {f.reason for f in found if isinstance(f, Skip)} == {"older"}


def test_entries_above_the_limit_are_one_skip_that_counts_them() -> None:
    found = read(urlset(*map(loc, range(10))), wanted=Wanted(entries=7))
    assert [type(f) for f in found] == [Lead] * 7 + [Skip]
    assert "3 entries" in str(found[-1])


@pytest.mark.parametrize("cut", [-3, -20, -40])
def test_a_sitemap_that_breaks_off_keeps_what_came_before(cut: int) -> None:
    found = read(urlset(*map(loc, range(5)))[:cut])
    assert len(found) >= 5
    assert [type(f) for f in found[:-1]] == [Lead] * (len(found) - 1)
    assert isinstance(found[-1], Gap)
    assert isinstance(found[-1].error, SourceError)


def test_broken_xml_in_the_middle_keeps_what_came_before() -> None:
    found = read(urlset(loc(1), loc(2), "<loc>&nope;</loc>", loc(3)))
    assert [type(f) for f in found] == [Lead, Lead, Gap]


@pytest.mark.parametrize(
    "data",
    ["<html><body>404</body></html>", "<rss/>", "", "<", "no address at all", "\0\1\2", "<!-- "],
)
def test_what_is_no_sitemap_yields_gaps_only(data: str) -> None:
    found = read(data)
    assert all(isinstance(f, Gap) for f in found)
    assert found or not data


@pytest.mark.parametrize(
    "dtd",
    [
        '<!DOCTYPE u [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE u [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE u [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x"> %x;]>',
    ],
)
def test_declared_entities_are_refused(dtd: str) -> None:
    (gap,) = read(urlset(loc(1)).replace("?>", "?>" + dtd))
    assert isinstance(gap, Gap)
    assert "entities" in str(gap.error)


def test_a_bomb_is_a_gap_and_what_came_before_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemaps, "LARGEST", 200_000)
    data = gzip.compress(urlset(loc(1), *[" " * 1000] * 1000).encode())
    found = read(data)
    assert isinstance(found[0], Lead)
    assert isinstance(found[-1], Gap)
    assert isinstance(found[-1].error, DocumentTooLarge)


@pytest.mark.parametrize(
    "inside",
    ["<url>" + "<x/>" * 200_000 + "</url>", "<x>" * 100_000, "<url><loc>" + "a" * 3_000_000],
)
def test_memory_is_bounded_whatever_the_elements(inside: str) -> None:
    stream = io.BytesIO(f'<urlset xmlns="{NS}">{inside}'.encode())
    list(sitemaps.read(Input("m", io.BytesIO(b"<urlset/>"))))
    tracemalloc.start()
    list(sitemaps.read(Input("m", stream)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_500_000


def test_a_large_sitemap_is_read_as_it_comes() -> None:
    data = gzip.compress(urlset(*map(loc, range(50_000))).encode(), 1)
    tracemalloc.start()
    count = sum(1 for _ in sitemaps.read(Input("m", io.BytesIO(data))))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 50_000
    assert peak < 3_000_000
