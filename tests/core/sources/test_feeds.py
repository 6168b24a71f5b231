"""Feeds: entries and what is said of them; nothing is fetched, no entity expanded."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.growth import MOST, growth

from copydesk.errors import DocumentTooLarge, SourceError
from copydesk.fetching import network_seal
from copydesk.sources import feed
from copydesk.sources.base import (
    Link,
    ListingInfo,
    ListLimits,
    Rejected,
    Skipped,
    SourceInput,
    SourceItem,
)

URL = "https://gazette.example/feeds/all.xml"


def read(data: bytes | str, **said: object) -> list[SourceItem]:
    stream = io.BytesIO(data.encode() if isinstance(data, str) else data)
    with network_seal.no_network():
        given = replace(SourceInput(origin="feed.xml", stream=stream, url=URL), **said)  # type: ignore[arg-type]
        return list(feed.read(given))


def rss(*items: str) -> str:
    inside = "".join(f"<item>{item}</item>" for item in items)
    return (
        '<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<channel><title>Gazette</title><link>https://gazette.example/</link>{inside}</channel></rss>"
    )


def link(number: int, more: str = "") -> str:
    return f"<link>https://gazette.example/{number}</link>{more}"


LISTING_INFO = ListingInfo(
    source="feed", title="Weir & mill rebuilt", published="Fri, 02 Jan 2026 03:04:05 +0200", authors=("Ann Lee",), categories=("Rivers", "Towns")
)  # fmt: skip
EXPECTED = Link(
    url="https://gazette.example/1", kind=None, listing=LISTING_INFO, modified=None, depth=1
)
STATED = replace(EXPECTED, listing=replace(LISTING_INFO, published="2026-01-02T03:04:05+02:00"))


def test_rss_gives_title_date_author_and_categories() -> None:
    item = link(
        1,
        "<title>Weir &amp;amp; &lt;b&gt;mill&lt;/b&gt; rebuilt</title>"
        "<pubDate>Fri, 02 Jan 2026 03:04:05 +0200</pubDate><dc:creator>Ann Lee</dc:creator>"
        "<category>Rivers</category><category>Towns</category><category>Rivers</category>",
    )
    assert read(rss(item)) == [EXPECTED]


def test_atom_gives_them_and_the_time_of_a_change() -> None:
    data = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Gazette</title><entry>
        <title type="html">Weir &amp;amp; mill rebuilt</title>
        <link rel="self" href="https://gazette.example/self"/><link href="/1"/>
        <published>2026-01-02T03:04:05+02:00</published><updated>2026-01-03T00:00:00Z</updated>
        <author><name>Ann Lee</name></author><category term="Rivers"/><category term="t" label="Towns"/>
        </entry></feed>"""
    (lead,) = read(data)
    assert isinstance(lead, Link)
    assert lead.modified == datetime(2026, 1, 3, tzinfo=UTC)
    assert (lead.url, lead.listing) == (STATED.url, STATED.listing)


@pytest.mark.parametrize("version", ["1", "1.1"])
def test_json_feed_gives_them(version: str) -> None:
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
    assert read(json.dumps(data)) == [STATED]


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
        assert isinstance(lead, Link)
        assert lead.url == "https://gazette.example/1"


@pytest.mark.parametrize("stated", ["2026-01-02 03:04:05", "3/4/2026", "2 Mrz 26 8:00 CET"])
def test_a_date_is_passed_on_as_the_feed_states_it(stated: str) -> None:
    assert published_of(rss(link(1, f"<pubDate>\n {stated} </pubDate>"))) == [stated]


def test_a_text_that_is_not_a_date_is_left_out() -> None:
    assert published_of(rss(link(1, "<pubDate>soon</pubDate><title>x</title>"))) == [None]


def test_a_published_date_is_not_taken_for_a_change() -> None:
    (lead,) = read(rss(link(1, "<pubDate>Fri, 02 Jan 2026 03:04:05 GMT</pubDate>")))
    assert isinstance(lead, Link)
    assert lead.modified is None


def test_older_entries_are_skips() -> None:
    date = "<pubDate>{} Jan 2026 12:00:00 GMT</pubDate>"
    data = rss(link(1, date.format("01")), link(2, date.format("03")), link(3))
    found = read(data, wanted=ListLimits(since=datetime(2026, 1, 2, tzinfo=UTC)))
    assert [type(f) for f in found] == [Skipped, Link, Link]
    assert isinstance(found[0], Skipped)
    assert (found[0].reason, found[0].input) == ("older", "https://gazette.example/1")


def test_the_faults_of_a_feed_are_reported() -> None:
    cut = rss(link(1)).partition("</channel>")[0]
    told = gaps_of(read("<title>Quay</title>\n<p>No feed</p>")) + gaps_of(read(cut))
    assert told == [
        "not a feed: its first element is <title>",
        "truncated after entry 1: <rss> is not closed",
    ]
    for page in ("<!doctype html><title>Quay</title>", "<html><rss/></html>"):
        assert gaps_of(read(page)) == ["not a feed but an HTML page"]


def gaps_of(found: list[SourceItem]) -> list[str]:
    return [one.message for one in found if isinstance(one, Rejected)]


def test_an_entry_without_a_link_is_rejected() -> None:
    found = read(rss(link(1), "<title>x</title>", "<link>mailto:a@b.example</link>", link(2)))
    assert [type(f) for f in found] == [Link, Rejected, Rejected, Link]
    assert isinstance(found[1], Rejected)
    assert found[1].input == "feed.xml#2"
    assert found[1].reason == SourceError.reason


def test_entries_above_the_limit_are_one_skip_that_counts_them() -> None:
    found = read(rss(*map(link, range(10))), wanted=ListLimits(entries=4))
    assert [type(f) for f in found] == [Link] * 4 + [Skipped]
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
def test_a_document_that_is_not_a_feed_is_rejected_once(data: str) -> None:
    (gap,) = read(data)
    assert isinstance(gap, Rejected)
    assert gap.reason == SourceError.reason
    assert gap.input == "feed.xml"


def test_a_malformed_feed_is_read_and_its_faults_are_reported() -> None:
    data = rss(link(1, "<title>Caf\xe9 &eacute; & bar & grill</title>"), link(2))
    *leads, skip = read(data)
    assert [type(f) for f in leads] == [Link, Link]
    assert titles_of(data) == ["Café é & bar & grill", None]
    assert isinstance(skip, Skipped)
    assert skip.reason == "malformed"
    assert skip.message.endswith("HTML entity, unescaped & (2 times)")


def titles_of(data: bytes | str, **said: object) -> list[str | None]:
    return [f.listing.title for f in read(data, **said) if isinstance(f, Link) and f.listing]


def published_of(data: str) -> list[str | None]:
    return [f.listing.published for f in read(data) if isinstance(f, Link) and f.listing]


def authors_of(data: str) -> list[tuple[str, ...]]:
    return [f.listing.authors for f in read(data) if isinstance(f, Link) and f.listing]


@pytest.mark.parametrize(
    ("element", "names"),
    [
        ("<author>desk@host.media (Ann Lee)</author>", ("Ann Lee",)),
        ("<author>ann@gazette.example Ann Lee</author>", ("Ann Lee",)),
        ("<author>Ann Lee (ann@gazette.example)</author>", ("Ann Lee",)),
        ("<author>Ann Lee &lt;ann@gazette.example&gt;</author>", ("Ann Lee",)),
        ("<author><![CDATA[Ann Lee <mailto:ann@gazette.example>]]></author>", ("Ann Lee",)),
        ("<author>a@b.example (Ann Lee), c@d.example (Jo Poe)</author>", ("Ann Lee", "Jo Poe")),
        ("<author>Ann Lee &lt;a@b.co&gt;, Jo Poe &lt;c@d.co&gt;</author>", ("Ann Lee", "Jo Poe")),
        ("<author>noreply@gazette.example</author>", ()),
        ("<author>mailto:a@b.c</author>", ()),
        ("<author><name>Ann Lee</name><email>a@b.c</email></author>", ("Ann Lee",)),
        ("<dc:creator>Ann Lee</dc:creator><dc:creator>Jo Poe</dc:creator>", ("Ann Lee", "Jo Poe")),
        (
            "<author>desk@b.example (The Desk)</author><dc:creator>Ann Lee</dc:creator>",
            ("Ann Lee",),
        ),
        ("<dc:creator><![CDATA[<a href='/ann'>Ann Lee</a>]]></dc:creator>", ("Ann Lee",)),
        ("<itunes:author>Ann Lee</itunes:author>", ("Ann Lee",)),
        ("<author>Ann Lee (Reuters)</author>", ("Ann Lee (Reuters)",)),
    ],
)
def test_a_mail_address_is_not_a_name(element: str, names: tuple[str, ...]) -> None:
    assert authors_of(rss(link(1, f"<title>x</title>{element}"))) == [names]


@pytest.mark.parametrize(
    ("elements", "published", "modified"),
    [
        ("<dc:date>2024-03-04T08:00+09:00</dc:date>", "2024-03-04T08:00+09:00", None),
        ("<d:date xmlns:d='http://purl.org/dc/elements/1.1/'>2024-03-04</d:date>", "2024-03-04", None),
        ("<dcterms:issued>2024-03-04</dcterms:issued>", "2024-03-04", None),
        ("<dcterms:modified>2024-03-04</dcterms:modified>", None, 4),
        ("<dcterms:created>2024-03-01</dcterms:created><dcterms:modified>2024-03-04</dcterms:modified>",
         "2024-03-01", 4),
        ("<updated>2024-03-04</updated>", None, 4),
        ("<atom:updated>2024-03-04</atom:updated><dc:date>2024-03-01</dc:date>", "2024-03-01", 4),
        ("<dc:date>2024-03-01</dc:date><pubDate>2024-03-04</pubDate>", "2024-03-04", None),
        ("<pubDate> </pubDate><dc:date>2024-03-01</dc:date>", "2024-03-01", None),
    ],
)  # fmt: skip
def test_publication_and_change_are_kept_apart(
    elements: str, published: str | None, modified: int | None
) -> None:
    data = rss(link(1, f"<title>x</title>{elements}"))
    assert published_of(data) == [published]
    (lead,) = read(data)
    assert isinstance(lead, Link)
    assert (lead.modified.day if lead.modified else None) == modified


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("A guide to &lt;head&gt; elements", "A guide to <head> elements"),
        ("<![CDATA[A guide to &lt;head&gt; elements]]>", "A guide to <head> elements"),
        ("How to use &lt;b&gt; well", "How to use <b> well"),
        ("A &lt;b&gt;new&lt;/b&gt; weir", "A new weir"),
        ("A <i>new</i> weir", "A new weir"),
        ("A new&lt;br/&gt;weir", "A new weir"),
        ("AT&amp;amp;T", "AT&T"),
        ("<![CDATA[<3]]>", "<3"),
        ("1 &lt; 2 &gt; 0", "1 < 2 > 0"),
        ("&lt;![CDATA[Hello]]&gt;", "Hello"),
        ("<![CDATA[One]]> and <![CDATA[two]]>", "One and two"),
        ("<![CDATA[Unclosed", "Unclosed"),
        ("&#128640; &#x1F680; &#8217;", "\U0001f680 \U0001f680 \u2019"),
    ],
)
def test_a_title_is_what_a_reader_sees(title: str, text: str) -> None:
    data = rss(link(1, f"<title>{title}</title>"), link(2, "<title><![CDATA[Two]]></title>"))
    assert titles_of(data) == [text, "Two"]


@pytest.mark.parametrize(
    ("kind", "title", "text"),
    [
        ("text", "How &lt;b&gt;bold&lt;/b&gt; works", "How <b>bold</b> works"),
        ("html", "How &lt;b&gt;bold&lt;/b&gt; works", "How bold works"),
        ("html", "How &amp;lt;b&amp;gt; works", "How <b> works"),
        ("xhtml", "<div>How <b>bold</b> &lt;b&gt; works</div>", "How bold <b> works"),
    ],
)
def test_atom_says_whether_a_title_is_markup(kind: str, title: str, text: str) -> None:
    entry = f'<entry><title type="{kind}">{title}</title><link href="https://gazette.example/1"/></entry>'
    assert titles_of(f'<feed xmlns="http://www.w3.org/2005/Atom">{entry}</feed>') == [text]


@pytest.mark.parametrize(
    ("item", "path"),
    [
        ("<link>\n <![CDATA[ https://gazette.example/1 ]]>\n</link>", "/1"),
        ("<link>https://gazette.example/with blank</link>", "/with%20blank"),
        ("<link>https://gazette.example/a\n\tb</link>", "/ab"),
        ("<link>/1</link>", "/1"),
        ("<link>//gazette.example/1</link>", "/1"),
        ("<link>gazette.example/1</link>", "/1"),
        ("<link>https://gazette.example/?a=1&b=2</link>", "/?a=1&b=2"),
        ("<link>https://gazette.example/?a=1&amp;amp;b=2</link>", "/?a=1&b=2"),
        ("<link/><guid>https://gazette.example/1</guid>", "/1"),
        ('<atom:link rel="self" href="/no"/><link>/1</link>', "/1"),
        ('<link rel="enclosure" href="/no"/><link href="/1"/>', "/1"),
        ("<title>Not closed<link>/1</link>", "/1"),
    ],
)
def test_the_link_of_an_entry_is_found(item: str, path: str) -> None:
    leads = [f for f in read(rss(item)) if isinstance(f, Link)]
    assert [lead.url for lead in leads] == ["https://gazette.example" + path]


def test_a_link_counts_from_the_base_that_the_feed_states() -> None:
    entry = '<entry><link href="1"/></entry>'
    data = f'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="/news/">{entry}</feed>'
    assert [f.url for f in read(data) if isinstance(f, Link)] == ["https://gazette.example/news/1"]


def test_the_facts_of_an_entrys_source_are_not_its_own() -> None:
    source = "<source><title>Other</title><link>https://other.example/</link></source>"
    data = rss(f"{source}{link(1)}<title>Mine</title>")
    assert titles_of(data) == ["Mine"]
    (lead,) = read(data)
    assert isinstance(lead, Link)
    assert lead.url == "https://gazette.example/1"


@pytest.mark.parametrize("codec", ["windows-1251", "koi8-r", "utf-16", "utf-8"])
def test_the_declared_encoding_is_used(codec: str) -> None:
    data = rss(link(1, "<title>Мост</title>"))
    declared = data.replace("?>", f' encoding="{codec}"?>', 1).encode(codec)
    assert titles_of(declared) == ["Мост"]
    assert [type(f) for f in read(declared)] == [Link]


@pytest.mark.parametrize("label", ["iso-8859-1", "windows-1251", "utf-16", "gb2312", "no-such"])
def test_an_encoding_that_does_not_fit_is_reported(label: str) -> None:
    data = rss(link(1, "<title>Café</title>")).replace("?>", f' encoding="{label}"?>', 1).encode()
    assert titles_of(data) == ["Café"]
    assert [f.reason for f in read(data) if isinstance(f, Skipped)] == ["malformed"]


def test_a_few_bytes_that_are_not_utf_8_change_no_other_letter() -> None:
    data = rss(link(1, "<title>Мост</title>"), link(2, "<title>Caf\xff</title>")).encode()
    assert titles_of(data.replace("\xff".encode(), b"\xe9")) == ["Мост", "Café"]


def test_entries_without_an_address_are_bounded_too() -> None:
    items = ",".join(['{"title": "x"}'] * 50)
    jsonfeed = f'{{"version": "https://jsonfeed.org/version/1", "items": [{items}]}}'
    for data in (rss(*[""] * 50), jsonfeed):
        found = read(data, wanted=ListLimits(entries=20))
        assert [type(f) for f in found] == [Rejected] * 20 + [Skipped]
        assert "30 entries" in str(found[-1])


JSON = (
    '{"version": "https://jsonfeed.org/version/1.1", "items": ['
    '{"url": "https://gazette.example/1"}, {"url": "https://gazette.example/2"},'
    ' {"url": "https://gazette.example/3"}]}'
)


@pytest.mark.parametrize(
    ("data", "numbers"),
    [
        (JSON[:-30], "12"),
        (JSON.replace('example/2"', 'example/2" "'), "13"),
        (JSON.replace("}]}", "},]}"), "123"),
        (JSON + "\n<!-- made in 0.2 s -->", "123"),
        ("<br />Notice: x<br />\n" + JSON, "123"),
        ("\ufeff\ufeff" + JSON, "123"),
    ],
)
def test_a_json_feed_with_a_fault_keeps_its_other_entries(data: str, numbers: str) -> None:
    found = read(data)
    assert [f.url[-1] for f in found if isinstance(f, Link)] == list(numbers)
    assert not isinstance(found[-1], Link)


def test_a_feed_that_is_cut_is_reported_after_its_entries() -> None:
    data = rss(*map(link, range(5)))
    found = read(data[:-60])
    assert isinstance(found[0], Link)
    assert isinstance(found[-1], Rejected)
    assert "truncated after" in found[-1].message


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
        assert isinstance(found[0], Rejected)
        assert all(isinstance(f, Rejected) for f in found)


def test_a_title_about_entities_is_not_a_declaration() -> None:
    (lead,) = read(rss(link(1, "<title><![CDATA[How <!ENTITY works]]></title>")))
    assert isinstance(lead, Link)


def test_feed_data_is_never_taken_for_a_path_or_an_address() -> None:
    for data in ("/etc/passwd", "http://127.0.0.1:9/feed", "feed:http://127.0.0.1:9/"):
        (gap,) = read(data)
        assert isinstance(gap, Rejected)


def test_a_feed_above_the_limit_is_rejected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "MAX_BYTES", 5000)
    for data in (
        rss(*map(link, range(500))).encode(),
        gzip.compress(rss(*map(link, range(500))).encode()),
    ):
        (gap,) = read(data)
        assert isinstance(gap, Rejected)
        assert gap.reason == DocumentTooLarge.reason


def test_a_packed_feed_is_unpacked() -> None:
    assert len(read(gzip.compress(rss(link(1), link(2)).encode()))) == 2


def test_the_stated_encoding_is_used() -> None:
    data = rss(link(1, "<title>Café</title>")).encode("cp1252")
    (lead,) = read(data, encoding="windows-1252")
    assert isinstance(lead, Link)
    assert lead.listing is not None
    assert lead.listing.title == "Café"


SHAPES: dict[str, Callable[[int], str]] = {
    "entries": lambda n: rss(*(link(i, "<title>A weir</title>") for i in range(n))),
    "attributes": lambda n: f"<rss><item {'a=1 ' * n}>{link(1)}</item></rss>",
    "names of attributes": lambda n: f"<rss><item {' '.join(f'a{i}=1' for i in range(n))}/></rss>",
    "ampersands": lambda n: rss(link(1, f"<title>{'&a ' * n}</title>")),
    "comments without an end": lambda n: rss(link(1, "<!-- " * n)),
    "sections without an end": lambda n: rss(link(1, "<a><![CDATA[" * n)),
    "sections that end too late": lambda n: rss(link(1, "<a><![CDATA[</a>" * n + "]]>")),
    "quotes without an end": lambda n: "<rss><item " + 'a=" ' * n,
    "depth": lambda n: rss("<b>" * n + link(1)),
    "end tags": lambda n: rss("</b>" * n + link(1)),
    "instructions": lambda n: rss("<? " * n + link(1)),
    "angle brackets": lambda n: rss("<" * n + link(1)),
    "tags without an end": lambda n: rss("<a b" * n + link(1)),
    "declarations": lambda n: rss("<!x" * n + link(1)),
    "doctypes": lambda n: "<!DOCTYPE x [" * n + rss(link(1)),
}


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
def test_a_feed_is_read_in_linear_time(shape: str) -> None:
    def work(size: int) -> Callable[[], object]:
        data = SHAPES[shape](size).encode()
        return lambda: read(data)

    assert growth(work, 1_200) < MOST


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 600), st.sampled_from(["rss", "json"]))
def test_damage_never_raises(junk: bytes, place: int, kind: str) -> None:
    data = rss(link(1, "<title>x</title>"), link(2)).encode()
    if kind == "json":
        items = [{"url": "https://gazette.example/1"}]
        data = json.dumps({"version": "https://jsonfeed.org/version/1", "items": items}).encode()
    found = read(data[:place] + junk + data[place:])
    assert all(isinstance(f, (Link, Rejected, Skipped)) for f in found)
