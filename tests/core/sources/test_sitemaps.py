"""Sitemaps: entries and what is said of them, in bounded memory and behind limits."""

from __future__ import annotations

import gzip
import io
import tracemalloc
from datetime import UTC, datetime, timedelta, timezone

import pytest

from copydesk.errors import DocumentTooLarge, SourceError
from copydesk.sources import sitemap
from copydesk.sources.base import (
    Link,
    ListingInfo,
    ListLimits,
    Rejected,
    Skipped,
    SourceInput,
    SourceItem,
)

NS = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"


def read(data: bytes | str, **said: object) -> list[SourceItem]:
    stream = io.BytesIO(data.encode() if isinstance(data, str) else data)
    return list(sitemap.read(SourceInput(origin="map.xml", stream=stream, **said)))  # type: ignore[arg-type]


def urlset(*entries: str) -> str:
    inside = "".join(f"<url>{entry}</url>" for entry in entries)
    return f'<?xml version="1.0"?><urlset xmlns="{NS}" xmlns:news="{NEWS}">{inside}</urlset>'


def loc(number: int | str, more: str = "") -> str:
    return f"<loc>https://gazette.example/{number}</loc>{more}"


def test_each_entry_is_a_lead() -> None:
    found = read(urlset(loc(1), loc(2, "<lastmod>2026-01-02T03:04:05+02:00</lastmod>")))
    when = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=2)))
    assert found == [
        Link(url="https://gazette.example/1", depth=1),
        Link(url="https://gazette.example/2", modified=when, depth=1),
    ]


def test_a_day_without_a_time_is_a_moment_too() -> None:
    (lead,) = read(urlset(loc(1, "<lastmod>2026-01-02</lastmod>")))
    assert isinstance(lead, Link)
    assert lead.modified == datetime(2026, 1, 2, tzinfo=UTC)


def test_google_news_says_title_date_and_keywords() -> None:
    news = (
        "<news:news><news:publication><news:name>Gazette</news:name></news:publication>"
        "<news:publication_date>2026-01-02T03:04:05Z</news:publication_date>"
        "<news:title>Weir &amp; mill rebuilt</news:title>"
        "<news:keywords>rivers, towns,</news:keywords></news:news>"
    )
    (lead,) = read(urlset(loc(1, news)))
    assert isinstance(lead, Link)
    assert lead.listing == ListingInfo(
        source="sitemap",
        title="Weir & mill rebuilt",
        published="2026-01-02T03:04:05Z",
        authors=(),
        categories=("rivers", "towns"),
    )


def test_what_images_and_videos_say_is_not_taken_for_the_entry() -> None:
    other = (
        '<image:image xmlns:image="i"><image:loc>https://x.example/i</image:loc></image:image>'
        '<video:video xmlns:video="v"><video:title>A film</video:title></video:video>'
    )
    (lead,) = read(urlset(other + loc(1)))
    assert lead == Link(url="https://gazette.example/1", depth=1)


def index(*numbers: int) -> str:
    inside = "".join(f"<sitemap>{loc(n)}</sitemap>" for n in numbers)
    return f'<sitemapindex xmlns="{NS}">{inside}</sitemapindex>'


def test_an_index_leads_to_sitemaps_on_any_host() -> None:
    elsewhere = index(1).replace("gazette.example", "maps.example")
    assert read(elsewhere) == [Link(url="https://maps.example/1", kind="sitemap", depth=1)]


def test_a_plain_text_sitemap_is_a_list_of_addresses() -> None:
    found = read("https://gazette.example/1\nno address\nhttps://gazette.example/2\n")
    assert [type(f) for f in found] == [Link, Rejected, Link]


def test_a_packed_sitemap_is_unpacked() -> None:
    assert len(read(gzip.compress(urlset(loc(1), loc(2)).encode()))) == 2


def test_relative_addresses_count_from_the_sitemap() -> None:
    (lead,) = read(urlset("<loc>/a</loc>"), url="https://gazette.example/maps/1.xml")
    assert lead == Link(url="https://gazette.example/a", depth=1)


@pytest.mark.parametrize("entry", ["", "<loc/>", "<loc>ftp://x.example/</loc>", "<loc>/a</loc>"])
def test_an_entry_without_an_address_is_a_gap(entry: str) -> None:
    found = read(urlset(loc(1), entry, loc(2)))
    assert [type(f) for f in found] == [Link, Rejected, Link]
    assert isinstance(found[1], Rejected)
    assert found[1].input == "map.xml#2"


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
    found = read(urlset(*entries), wanted=ListLimits(since=datetime(2026, 1, 2, tzinfo=UTC)))
    assert [type(f) for f in found] == [Skipped, Link, Link, Skipped, Link, Link]
    assert {f.reason for f in found if isinstance(f, Skipped)} == {"older"}


def test_entries_above_the_limit_are_one_skip_that_counts_them() -> None:
    found = read(urlset(*map(loc, range(10))), wanted=ListLimits(entries=7))
    assert [type(f) for f in found] == [Link] * 7 + [Skipped]
    assert "3 entries" in str(found[-1])


@pytest.mark.parametrize("cut", [-3, -20, -40])
def test_a_sitemap_that_breaks_off_keeps_what_came_before(cut: int) -> None:
    found = read(urlset(*map(loc, range(5)))[:cut])
    assert len(found) >= 5
    assert [type(f) for f in found[:-1]] == [Link] * (len(found) - 1)
    assert isinstance(found[-1], Rejected)
    assert found[-1].reason == SourceError.reason


PAIR = urlset(loc(1), loc(2))
NOTICE = "<br />\n<b>Notice</b>:  Undefined index in <b>/x.php</b> on line <b>3</b><br />\n"
XDEBUG = "<br />\n<font size='1'><table dir='ltr'><tr><th colspan=\"5\">( ! ) Notice</th></tr></table></font>"


@pytest.mark.parametrize(
    "data",
    [
        "\n\n " + PAIR,
        NOTICE + PAIR,
        XDEBUG + PAIR,
        "Warning: undefined index in /x.php on line 3\n" + PAIR,
        PAIR + NOTICE,
        "\ufeff\ufeff" + PAIR,
        "\ufeff\n" + PAIR,
        PAIR.replace("/2<", "/2\x0b<"),
        PAIR.replace("<url>", "<url>\0", 1),
        PAIR.replace("</loc>", "</loc><news:title>A & B &eacute; &nope;</news:title>", 1),
        PAIR.replace("</urlset>", "<url><loc>?a=1&b=2</loc></urlset>"),
        PAIR.replace("</urlset>", " a < b </urlset>"),
        PAIR.replace("</url>", "", 1),
        PAIR.replace("</loc>", "", 1),
        PAIR.replace("<url>", "<url id='1>", 1),
        PAIR.replace("<url>", "</nothing><url>"),
        PAIR.replace("<url>", "<!-- not closed <url>", 1),
        PAIR.replace("<loc>", "<loc><![CDATA[", 1),
        PAIR.partition("</urlset>")[0].replace("<url>", "<url>", 1)
        + "</urlset>"
        + "<?xml version='1.0'?>",
        PAIR.replace("?>", ' encoding="utf-16"?>'),
        PAIR.replace("?>", ' encoding="no-such"?>'),
    ],
)
def test_what_stands_before_and_behind_a_fault_is_kept_and_the_fault_is_told(data: str) -> None:
    found = read(data)
    addresses = [f.url for f in found if isinstance(f, Link)]
    assert addresses[:2] == ["https://gazette.example/1", "https://gazette.example/2"]
    assert isinstance(found[-1], Skipped)
    assert found[-1].reason == "malformed"


@pytest.mark.parametrize(
    "data",
    [
        PAIR.replace(f' xmlns="{NS}" xmlns:news="{NEWS}"', ""),
        PAIR.replace("urlset", "URLSET").replace("loc>", "LOC>").replace("url>", "Url>"),
        PAIR.replace("</loc>", '</loc><xhtml:link rel="alternate" hreflang="de" href="/de"/>'),
        PAIR.replace("</loc>", "</loc><image:image><image:loc>/i.png</image:loc></image:image>"),
        PAIR.replace("<url>", "<urlset><url>").replace("</url>", "</url></urlset>"),
        PAIR.replace("?>", "?><!DOCTYPE html>"),
        PAIR.replace("?>", '?><!DOCTYPE urlset PUBLIC "-//X//DTD"">'),
        PAIR.replace("<url", "<s:url").replace("</url", "</s:url").replace("loc>", "s:loc>"),
        PAIR.replace("</urlset>", "") .replace("<url>", "<url>", 1) + "</urlset>",
        PAIR.replace("<loc>", "<loc>\n  ").replace("</loc>", "\n</loc>"),
        PAIR.replace("<loc>", "<loc><![CDATA[ ").replace("</loc>", " ]]></loc>"),
    ],
)  # fmt: skip
def test_what_is_no_fault_of_the_entries_costs_none_of_them(data: str) -> None:
    assert read(data) == [
        Link(url="https://gazette.example/1", depth=1),
        Link(url="https://gazette.example/2", depth=1),
    ]


def test_several_documents_in_one_file_are_all_read() -> None:
    found = read(urlset(loc(1)) + urlset(loc(2)))
    assert [f.url[-1] for f in found if isinstance(f, Link)] == ["1", "2"]
    assert isinstance(found[-1], Skipped)


def test_an_address_that_holds_an_angle_bracket_is_not_cut_there() -> None:
    (lead, _) = read(urlset("<loc>https://gazette.example/a<b</loc>"))
    assert isinstance(lead, Link)
    assert lead.url == "https://gazette.example/a<b"


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_wide_encodings_are_told_by_their_first_bytes(codec: str) -> None:
    (lead,) = read(urlset(loc("weir-ü")).encode(codec))
    assert isinstance(lead, Link)
    assert lead.url.endswith("/weir-ü")


def test_gzip_in_gzip_is_unpacked_and_what_is_cut_is_kept_as_far_as_it_goes() -> None:
    twice = gzip.compress(gzip.compress(PAIR.encode()))
    assert [type(f) for f in read(twice)] == [Link, Link]
    many = gzip.compress(urlset(*map(loc, range(20_000))).encode())
    found = read(many[:-2000])
    assert isinstance(found[0], Link)
    assert isinstance(found[-1], Rejected)
    assert "gzip" in found[-1].message


def test_a_feed_in_the_place_of_a_sitemap_is_read_as_a_feed() -> None:
    data = "<rss><channel><item><link>https://gazette.example/1</link></item></channel></rss>"
    (lead,) = read(data)
    assert isinstance(lead, Link)
    assert lead.url == "https://gazette.example/1"


def test_entries_without_an_address_are_bounded_too() -> None:
    found = read(urlset(*[""] * 50), wanted=ListLimits(entries=20))
    assert [type(f) for f in found] == [Rejected] * 20 + [Skipped]


@pytest.mark.parametrize(
    "data",
    ["<html><body>404</body></html>", "<other/>", "", "<", "no address at all", "\0\1\2", "<!-- "],
)
def test_what_is_no_sitemap_yields_gaps_only(data: str) -> None:
    found = read(data)
    assert all(isinstance(f, Rejected) for f in found)
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
    assert isinstance(gap, Rejected)
    assert "entities" in gap.message


def test_a_bomb_is_a_gap_and_what_came_before_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemap, "MAX_BYTES", 200_000)
    data = gzip.compress(urlset(loc(1), *[" " * 1000] * 1000).encode())
    found = read(data)
    assert isinstance(found[0], Link)
    assert isinstance(found[-1], Rejected)
    assert found[-1].reason == DocumentTooLarge.reason


@pytest.mark.slow
@pytest.mark.parametrize(
    "inside",
    ["<url>" + "<x/>" * 40_000 + "</url>", "<x>" * 40_000, "<url><loc>" + "a" * 3_000_000],
)
def test_memory_is_bounded_whatever_the_elements(inside: str) -> None:
    stream = io.BytesIO(f'<urlset xmlns="{NS}">{inside}'.encode())
    list(sitemap.read(SourceInput(origin="m", stream=io.BytesIO(b"<urlset/>"))))
    tracemalloc.start()
    list(sitemap.read(SourceInput(origin="m", stream=stream)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_500_000


@pytest.mark.slow
def test_a_large_sitemap_is_read_as_it_comes() -> None:
    data = gzip.compress(urlset(*map(loc, range(10_000))).encode(), 1)
    tracemalloc.start()
    count = sum(1 for _ in sitemap.read(SourceInput(origin="m", stream=io.BytesIO(data))))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 10_000
    assert peak < 1_000_000
