"""Sources: how an input is told, pages and lists."""

from __future__ import annotations

import gzip
import io
import os
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from copydesk import sources
from copydesk.errors import DocumentTooLarge, SourceError
from copydesk.model.document import MAX_BYTES, Document
from copydesk.sources import page as pages
from copydesk.sources import url_list
from copydesk.sources.base import Link, Rejected, SourceInput, SourceItem

RSS = b"<?xml version='1.0'?>\n<!-- a feed -->\n<rss version='2.0'><channel/></rss>"
RDF = b"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'/>"
ATOM = b"\xef\xbb\xbf<feed xmlns='http://www.w3.org/2005/Atom'/>"
JSON = b'{"title": "x", "version": "https://jsonfeed.org/version/1.1", "items": []}'
URLSET = b"<?xml version='1.0'?><urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'/>"
INDEX = b"<sm:sitemapindex xmlns:sm='http://www.sitemaps.org/schemas/sitemap/0.9'/>"
HTML = b"<!DOCTYPE html>\n<html><body><p>A weir was rebuilt by hand.</p>"
XHTML = b"<?xml version='1.0'?><!DOCTYPE html PUBLIC 'x' 'y'><html xmlns='x'><body/></html>"
WARC = b"WARC/1.0\r\nWARC-Type: warcinfo\r\n"
URLS = b"# mine\n\nhttps://gazette.example/1\nhttps://gazette.example/2\n"


@pytest.mark.parametrize(
    ("name", "media_type", "data", "expected"),
    [
        ("a.html", None, HTML, "page"),
        ("a.html", None, XHTML, "page"),
        ("https://gazette.example/a", "text/html; charset=utf-8", HTML, "page"),
        ("https://gazette.example/a", "application/xhtml+xml", XHTML, "page"),
        ("a.txt", None, b"A weir was rebuilt by hand.", "page"),
        ("a.txt", None, b"", "page"),
        ("-", None, HTML, "page"),
        ("a", None, b"\xff\xfeA\0 \0w\0", "page"),
        ("a.xml", None, RSS, "feed"),
        ("a.xml", "text/xml", RDF, "feed"),
        ("a", "text/html", RSS, "feed"),
        ("a", "application/atom+xml", ATOM, "feed"),
        ("a", None, RSS.decode().encode("utf-16"), "feed"),
        ("-", None, JSON, "feed"),
        ("a", "application/feed+json", JSON, "feed"),
        ("a", "application/rss+xml", HTML, None),
        ("a.xml", None, URLSET, "sitemap"),
        ("-", None, INDEX, "sitemap"),
        ("a.warc", None, WARC, "warc"),
        ("-", None, WARC, "warc"),
        ("a.WARC.gz", None, b"\x1f\x8bdamaged", "warc"),
        ("https://data.example/a.warc.gz?x=1", "application/octet-stream", b"", "warc"),
        ("urls.txt", None, URLS, "list"),
        ("-", None, URLS, "list"),
        ("urls.lst", None, b"https://gazette.example/" + b"a" * 9000, "list"),
        ("a", "text/uri-list", URLS, "list"),
        ("a.txt", None, b"https://gazette.example/1\nA text that begins with its link.\n", "page"),
        ("a.png", "image/png", b"\x89PNG\r\n\x1a\n", None),
        ("a.png", None, b"\x89PNG\r\n\x1a\n\0\0", None),
        ("a.xml", None, b"<?xml version='1.0'?><invoice/>", None),
        ("a.json", "application/json", b'{"a": 1}', None),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_an_input_is_recognized_by_name_type_and_first_bytes(
    name: str, media_type: str | None, data: bytes, expected: str | None, packed: bool
) -> None:
    if packed and not data.startswith(b"\x1f\x8b"):
        data, name = gzip.compress(data), name if name == "-" or "://" in name else f"{name}.gz"
    stream = io.BytesIO(b"before" + data)
    stream.seek(6)
    taken = sources.sniff(name, media_type, stream)
    found = sources.find(taken)
    assert (found.name if found else None) == expected
    assert stream.tell() == 6


def test_the_names_of_sources_are_those_of_the_option() -> None:
    assert [s.name for s in sources.BUILT_IN] == [
        "warc", "sitemap", "feed", "table", "list", "page",
    ]  # fmt: skip


def test_looking_into_a_pipe_takes_nothing_from_it() -> None:
    reader, writer = os.pipe()
    os.write(writer, URLS)
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        assert sources.sniff("-", None, stream).start == URLS
        assert stream.read() == URLS


def test_a_stream_that_cannot_be_looked_into_is_reported() -> None:
    class Blind(io.BytesIO):
        def seekable(self) -> bool:
            return False

    with pytest.raises(SourceError, match="must support seek"):
        sources.sniff("x", None, Blind(b"x"))


# Pages


def page(data: bytes, **said: object) -> SourceItem:
    (found,) = pages.read(SourceInput(origin="a.html", stream=io.BytesIO(data), **said))  # type: ignore[arg-type]
    return found


def test_a_page_keeps_the_facts_that_are_known_about_it() -> None:
    when = datetime(2026, 1, 2, tzinfo=UTC)
    found = page(
        HTML,
        url="https://gazette.example/a",
        media_type="text/html; charset=x",
        encoding="koi8-r",
        retrieved_at=when,
    )
    assert isinstance(found, Document)
    assert found == Document(
        content=HTML,
        media_type="text/html",
        url="https://gazette.example/a",
        encoding="koi8-r",
        retrieved_at=when,
        origin="a.html",
    )


@pytest.mark.parametrize(
    ("stated", "data", "expected"),
    [
        (None, HTML, "text/html"),
        (None, b"A weir.", "text/plain"),
        ("text/plain", HTML, "text/plain"),
        ("application/xhtml+xml", XHTML, "application/xhtml+xml"),
        ("application/octet-stream", HTML, "text/html"),
    ],
)
def test_the_stated_type_is_used_if_there_is_a_reader_for_it(
    stated: str | None, data: bytes, expected: str
) -> None:
    found = page(data, media_type=stated)
    assert isinstance(found, Document)
    assert found.media_type == expected


def test_a_packed_page_is_unpacked() -> None:
    two = gzip.compress(HTML[:20]) + gzip.compress(HTML[20:])
    for data in (gzip.compress(HTML), two, two + bytes(100)):
        found = page(data)
        assert isinstance(found, Document)
        assert found.content == HTML


def test_a_packed_page_that_is_cut_or_damaged_is_a_gap() -> None:
    packed = gzip.compress(HTML * 100)
    broken = packed[:60] + bytes([packed[60] ^ 255]) + packed[61:]
    for data, word in (
        (packed[:-3], "truncated"),
        (packed[:30], "truncated"),
        (broken, "damaged"),
    ):
        found = page(data)
        assert isinstance(found, Rejected)
        assert word in found.message
        assert found.input == "a.html"


@pytest.mark.parametrize("packed", [False, True])
def test_a_page_above_the_limit_is_a_gap_and_is_not_read_whole(packed: bool) -> None:
    data = bytes(4 * MAX_BYTES)
    stream = io.BytesIO(gzip.compress(data, 1) if packed else data)
    del data
    tracemalloc.start()
    (found,) = pages.read(SourceInput(origin="a.html", stream=stream))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(found, Rejected)
    assert found.reason == DocumentTooLarge.reason
    assert peak < 1.5 * MAX_BYTES
    if not packed:
        assert stream.tell() < 1.1 * MAX_BYTES


def test_a_page_of_exactly_the_limit_is_read() -> None:
    assert isinstance(page(b"x" * MAX_BYTES), Document)


# Lists


def listed(data: bytes, name: str = "urls.txt") -> list[SourceItem]:
    return list(url_list.read(SourceInput(origin=name, stream=io.BytesIO(data))))


def test_a_list_yields_its_addresses_in_order() -> None:
    found = listed(
        b"\xef\xbb\xbfhttps://a.example/1\r\n\r\n # c\n  HTTP://b.example/2  \nhttp://c.example/\xc3\xa9"
    )
    assert found == [
        Link(url="https://a.example/1", depth=1, chosen=True),
        Link(url="http://b.example/2", depth=1, chosen=True),
        Link(url="http://c.example/é", depth=1, chosen=True),
    ]


@pytest.mark.parametrize(
    "line",
    ["ftp://a.example/", "file:///etc/passwd", "a.example/1", "https://", "http://[::1", "javascript:x",
     "https://a.example/a b", "https://a.example:99999/", "x" * 100_000],
)  # fmt: skip
def test_a_line_that_is_not_a_url_is_rejected_with_its_number(line: str) -> None:
    found = listed(f"https://a.example/1\n#\n{line}\nhttps://a.example/2\n".encode())
    assert [type(f) for f in found] == [Link, Rejected, Link]
    gap = found[1]
    assert isinstance(gap, Rejected)
    assert gap.input == "urls.txt:3"
    assert gap.reason == SourceError.reason
    assert len(gap.message) < 300


def test_a_packed_list_that_is_cut_keeps_what_came_before() -> None:
    packed = gzip.compress(b"".join(b"https://a.example/%d\n" % n for n in range(50_000)))
    found = listed(packed[: len(packed) // 2])
    assert isinstance(found[-1], Rejected)
    assert len(found) > 10_000
    assert all(isinstance(f, Link) for f in found[:-2])


@pytest.mark.slow
def test_lines_are_not_kept_in_memory() -> None:
    class Lines(io.RawIOBase):
        left = 100_000

        def readable(self) -> bool:
            return True

        def read(self, size: int = -1) -> bytes:
            count = min(2000, self.left)
            self.left -= count
            return b"https://gazette.example/2026/01/02/a-weir\n" * count

    found: Iterator[SourceItem] = url_list.read(SourceInput(origin="urls.txt", stream=Lines()))  # type: ignore[arg-type]
    for _ in range(10):
        next(found)
    tracemalloc.start()
    count = 10 + sum(1 for _ in found)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 100_000
    assert peak < 1_000_000
