"""Feeds: entries and what is said of them; nothing is fetched, no entity expanded."""

from __future__ import annotations

import gzip
import io
import json
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk import seal
from copydesk.errors import DocumentTooLarge, SourceError
from copydesk.leads import Found, Gap, Input, Lead, Lent, Skip, Wanted
from copydesk.sources import feeds

URL = "https://gazette.example/feeds/all.xml"


def read(data: bytes | str, **said: object) -> list[Found]:
    stream = io.BytesIO(data.encode() if isinstance(data, str) else data)
    with seal.sealed():
        return list(feeds.read(Input("feed.xml", stream, **{"url": URL, **said})))  # type: ignore[arg-type]


def rss(*items: str) -> str:
    inside = "".join(f"<item>{item}</item>" for item in items)
    return (
        '<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<channel><title>Gazette</title><link>https://gazette.example/</link>{inside}</channel></rss>"
    )


def link(number: int, more: str = "") -> str:
    return f"<link>https://gazette.example/{number}</link>{more}"


EXPECTED = Lead(
    "https://gazette.example/1",
    None,
    Lent("feed", "Weir & mill rebuilt", "2026-01-02T03:04:05+02:00", ("Ann Lee",), ("Rivers", "Towns")),
    None,
    1,
)  # fmt: skip


def test_rss_says_title_date_author_and_categories() -> None:
    item = link(
        1,
        "<title>Weir &amp;amp; &lt;b&gt;mill&lt;/b&gt; rebuilt</title>"
        "<pubDate>Fri, 02 Jan 2026 03:04:05 +0200</pubDate><dc:creator>Ann Lee</dc:creator>"
        "<category>Rivers</category><category>Towns</category><category>Rivers</category>",
    )
    assert read(rss(item)) == [EXPECTED]


def test_atom_says_them_too_and_when_it_was_changed() -> None:
    data = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Gazette</title><entry>
        <title type="html">Weir &amp;amp; mill rebuilt</title>
        <link rel="self" href="https://gazette.example/self"/><link href="/1"/>
        <published>2026-01-02T03:04:05+02:00</published><updated>2026-01-03T00:00:00Z</updated>
        <author><name>Ann Lee</name></author><category term="Rivers"/><category term="t" label="Towns"/>
        </entry></feed>"""
    (lead,) = read(data)
    assert isinstance(lead, Lead)
    assert lead.modified == datetime(2026, 1, 3, tzinfo=UTC)
    assert (lead.url, lead.lent) == (EXPECTED.url, EXPECTED.lent)


@pytest.mark.parametrize("version", ["1", "1.1"])
def test_json_feed_says_them_too(version: str) -> None:
    item: dict[str, object] = {
        "id": "x",
        "url": "/1",
        "title": "Weir & mill rebuilt",
        "date_published": "2026-01-02T03:04:05+02:00",
        "tags": ["Rivers", "Towns", 7],
    }
    item |= (
        {"authors": [{"name": "Ann Lee"}]} if version == "1.1" else {"author": {"name": "Ann Lee"}}
    )
    data = {"version": f"https://jsonfeed.org/version/{version}", "title": "x", "items": [item]}
    assert read(json.dumps(data)) == [EXPECTED]


def test_rdf_and_old_rss_are_read() -> None:
    rdf = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
        '<item rdf:about="x"><title>A</title><link>https://gazette.example/1</link></item></rdf:RDF>'
    )
    old = (
        '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://x.example/rss.dtd">'
        f'<rss version="0.91"><channel><item>{link(1)}</item></channel></rss>'
    )
    for data in (rdf, old):
        (lead,) = read(data)
        assert isinstance(lead, Lead)
        assert lead.url == "https://gazette.example/1"


def test_a_date_without_an_offset_is_a_day() -> None:
    (lead,) = read(rss(link(1, "<pubDate>2026-01-02 03:04:05</pubDate>")))
    assert isinstance(lead, Lead)
    assert lead.lent is not None
    assert lead.lent.published == "2026-01-02"


def test_a_published_date_is_not_taken_for_a_change() -> None:
    (lead,) = read(rss(link(1, "<pubDate>Fri, 02 Jan 2026 03:04:05 GMT</pubDate>")))
    assert isinstance(lead, Lead)
    assert lead.modified is None


def test_older_entries_are_skips() -> None:
    date = "<pubDate>{} Jan 2026 12:00:00 GMT</pubDate>"
    data = rss(link(1, date.format("01")), link(2, date.format("03")), link(3))
    found = read(data, wanted=Wanted(since=datetime(2026, 1, 2, tzinfo=UTC)))
    assert [type(f) for f in found] == [Skip, Lead, Lead]
    assert isinstance(found[0], Skip)
    assert (found[0].reason, found[0].subject) == ("older", "https://gazette.example/1")


def test_what_is_wrong_with_a_feed_is_told_without_the_parsers_own_name_for_it() -> None:
    broken = rss(link(1)).partition("</channel>")[0]
    for data in ("<title>Quay</title>\n<p>No feed</p>", broken):
        (said,) = gaps_of(read(data))
        assert said.startswith(("is no feed: junk after", "breaks off behind entry 1: no element"))
    assert gaps_of(read("<!doctype html><title>Quay</title>")) == ["is no feed but an HTML page"]


def gaps_of(found: list[Found]) -> list[str]:
    return [one.error.message for one in found if isinstance(one, Gap)]


def test_an_entry_without_a_link_is_a_gap() -> None:
    found = read(rss(link(1), "<title>x</title>", "<link>mailto:a@b.example</link>", link(2)))
    assert [type(f) for f in found] == [Lead, Gap, Gap, Lead]
    assert isinstance(found[1], Gap)
    assert found[1].subject == "feed.xml#2"
    assert isinstance(found[1].error, SourceError)


def test_entries_above_the_limit_are_one_skip_that_counts_them() -> None:
    found = read(rss(*map(link, range(10))), wanted=Wanted(entries=4))
    assert [type(f) for f in found] == [Lead] * 4 + [Skip]
    assert "6 entries" in str(found[-1])


@pytest.mark.parametrize(
    "data",
    [
        rss(),
        '<feed xmlns="http://www.w3.org/2005/Atom"/>',
        '{"version": "https://jsonfeed.org/version/1", "items": []}',
    ],
)
def test_a_feed_without_entries_yields_nothing(data: str) -> None:
    assert read(data) == []


@pytest.mark.parametrize(
    "data",
    [
        "",
        "<!DOCTYPE html><html><body>Please wait...</body></html>",
        "plain text",
        "<rss",
        '<?xml version="1.0"?><urlset/>',
        "{}",
        "[1",
        '{"version": "https://jsonfeed.org/version/1"}',
        '{"version": 1, "items": []}',
        "[" * 100_000,
        "\0\1\2\3",
    ],
)
def test_what_is_no_feed_is_one_gap(data: str) -> None:
    (gap,) = read(data)
    assert isinstance(gap, Gap)
    assert isinstance(gap.error, SourceError)
    assert gap.subject == "feed.xml"


def test_a_malformed_feed_is_read_as_far_as_it_goes() -> None:
    data = rss(link(1, "<title>Caf\xe9 &nbsp; & bar</title>"), link(2))
    found = read(data)
    assert [type(f) for f in found] == [Lead, Lead]


def test_a_feed_that_is_cut_says_so_behind_its_entries() -> None:
    data = rss(*map(link, range(5)))
    found = read(data[:-60])
    assert isinstance(found[0], Lead)
    assert isinstance(found[-1], Gap)
    assert "breaks off" in str(found[-1].error)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-7"])
@pytest.mark.parametrize(
    "dtd",
    [
        '<!DOCTYPE rss [<!ENTITY a "' + "a" * 1000 + '"><!ENTITY b "&a;&a;&a;&a;">]>',
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE rss [<!-- <a> --> <!ENTITY x SYSTEM "http://127.0.0.1:9/x">]>',
        '<!DOCTYPE rss [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;]>',
    ],
)
def test_declared_entities_are_refused_in_any_encoding(dtd: str, encoding: str) -> None:
    text = rss(link(1, "<title>&b;&x;</title>"))
    head = f'<?xml version="1.0" encoding="{encoding}"?>'
    data = text.replace('<?xml version="1.0"?>', head + dtd)
    for found in (read(data.encode(encoding)), read(data.encode(encoding), encoding=encoding)):
        assert isinstance(found[0], Gap)
        assert all(isinstance(f, Gap) for f in found)


def test_a_title_about_entities_is_no_declaration() -> None:
    (lead,) = read(rss(link(1, "<title><![CDATA[How <!ENTITY works]]></title>")))
    assert isinstance(lead, Lead)


def test_feed_data_is_never_taken_for_a_path_or_an_address() -> None:
    for data in ("/etc/passwd", "http://127.0.0.1:9/feed", "feed:http://127.0.0.1:9/"):
        (gap,) = read(data)
        assert isinstance(gap, Gap)


def test_a_feed_above_the_limit_is_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "LARGEST", 5000)
    for data in (
        rss(*map(link, range(500))).encode(),
        gzip.compress(rss(*map(link, range(500))).encode()),
    ):
        (gap,) = read(data)
        assert isinstance(gap, Gap)
        assert isinstance(gap.error, DocumentTooLarge)


def test_a_packed_feed_is_unpacked() -> None:
    assert len(read(gzip.compress(rss(link(1), link(2)).encode()))) == 2


def test_the_stated_encoding_is_kept_to() -> None:
    data = rss(link(1, "<title>Café</title>")).encode("cp1252")
    (lead,) = read(data, encoding="windows-1252")
    assert isinstance(lead, Lead)
    assert lead.lent is not None
    assert lead.lent.title == "Café"


def test_a_large_feed_takes_time_in_proportion() -> None:
    def seconds(count: int) -> float:
        data = rss(*(link(n, "<title>A weir</title>") for n in range(count))).encode()
        start = time.process_time()
        assert len(read(data)) == count
        return time.process_time() - start

    seconds(10)
    assert seconds(2000) < 8 * 4 * max(seconds(500), 0.02)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 600), st.sampled_from(["rss", "json"]))
def test_damage_never_makes_the_reading_fail(junk: bytes, place: int, kind: str) -> None:
    data = rss(link(1, "<title>x</title>"), link(2)).encode()
    if kind == "json":
        items = [{"url": "https://gazette.example/1"}]
        data = json.dumps({"version": "https://jsonfeed.org/version/1", "items": items}).encode()
    found = read(data[:place] + junk + data[place:])
    assert all(isinstance(f, (Lead, Gap, Skip)) for f in found)
