"""Web archives: what is a document in them, and that damage costs only what it touches."""

from __future__ import annotations

import gzip
import hashlib
import io
import random
import tracemalloc
import zlib
from base64 import b32encode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import brotli  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.growth import MOST, growth
from warcio.statusandheaders import StatusAndHeaders  # type: ignore[import-untyped]
from warcio.warcwriter import WARCWriter  # type: ignore[import-untyped]

from copydesk.errors import (
    ArchiveDamage,
    DocumentTooLarge,
    SourceError,
    TruncatedTransfer,
    UndecodableTransfer,
)
from copydesk.model.document import Document
from copydesk.sources.base import PackedPage, Rejected, Skipped, SourceInput, SourceItem
from copydesk.sources.warc import reader, records

HTML = (("Content-Type", "text/html; charset=iso-8859-1"),)


def read(data: bytes, name: str = "a.warc.gz") -> list[SourceItem]:
    """What is found in an archive, which is the same where pages are left packed at first."""
    found = list(reader.read(SourceInput(origin=name, stream=io.BytesIO(data))))
    left = reader.read(SourceInput(origin=name, stream=io.BytesIO(data), packed=True))
    later: list[SourceItem] = []
    for one in left:
        if not isinstance(one, PackedPage):
            later.append(one)
        elif inside := reader.unpack_page(one):
            later.append(inside)
        else:
            later += reader.unpack_damaged(one)
    assert list(map(told, later)) == list(map(told, found))
    return found


def told(found: SourceItem) -> object:
    """What is found, the wording of errors left out."""
    if isinstance(found, Rejected):
        return found.input, found.offset, found.reason
    return found


def record(
    payload: bytes,
    *headers: tuple[str, str],
    status: str = "200 OK",
    kind: str = "response",
    url: str = "https://gazette.example/a",
    **fields: str,
) -> bytes:
    """A record, plain."""
    if kind == "response":
        lines = "".join(f"{n}: {v}\r\n" for n, v in headers or HTML)
        payload = f"HTTP/1.1 {status}\r\n{lines}\r\n".encode() + payload
    stated = {
        "WARC-Type": kind,
        "WARC-Record-ID": "<urn:uuid:00000000-0000-0000-0000-000000000001>",
        "WARC-Date": "2026-01-02T03:04:05Z",
        "WARC-Target-URI": url,
        "Content-Type": "application/http; msgtype=response" if kind == "response" else "text/html",
    }
    stated |= {name.replace("_", "-"): value for name, value in fields.items()}
    stated["Content-Length"] = str(len(payload))
    head = "".join(f"{n}: {v}\r\n" for n, v in stated.items())
    return f"WARC/1.1\r\n{head}\r\n".encode() + payload + b"\r\n\r\n"


def page(number: int, size: int = 2000) -> bytes:
    noise = random.Random(number).randbytes(size).hex()
    return f"<html><p>Page {number}: {noise}</p></html>".encode()


def archive_of(count: int, packed: bool = True) -> tuple[bytes, list[int]]:
    """An archive of pages and the offsets of their records, its end as the last one."""
    data, offsets = b"", []
    for number in range(count):
        offsets.append(len(data))
        one = record(page(number), url=f"https://gazette.example/{number}")
        data += gzip.compress(one, mtime=0) if packed else one
    return data, [*offsets, len(data)]


def documents(found: list[SourceItem]) -> list[Document]:
    return [item for item in found if isinstance(item, Document)]


def gaps(found: list[SourceItem]) -> list[Rejected]:
    return [item for item in found if isinstance(item, Rejected)]


def numbers(found: list[SourceItem]) -> list[int]:
    return [int((d.url or "").rsplit("/", 1)[1]) for d in documents(found)]


def one(data: bytes) -> SourceItem:
    (found,) = read(data, "a.warc")
    return found


# What is in it


@pytest.mark.parametrize("packed", [True, False])
def test_a_page_has_its_url_date_encoding_and_offset(packed: bool) -> None:
    data, offsets = archive_of(3, packed)
    name = "crawl.warc.gz" if packed else "crawl.warc"
    found = read(data, name)
    assert found == documents(found)
    for number, document in enumerate(documents(found)):
        assert document.content == page(number)
        assert document.url == f"https://gazette.example/{number}"
        assert document.media_type == "text/html"
        assert document.encoding == "iso-8859-1"
        assert document.retrieved_at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
        assert document.origin == f"{name}@{offsets[number]}"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_archive_that_another_tool_wrote_is_read() -> None:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True)
    info = writer.create_warcinfo_record("a.warc.gz", {"software": "test"})
    http = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.0")
    response = writer.create_warc_record(
        "http://gazette.example/", "response", payload=io.BytesIO(b"<p>x"), http_headers=http
    )
    writer.write_record(info)
    writer.write_request_response_pair(
        writer.create_warc_record(
            "http://gazette.example/",
            "request",
            http_headers=StatusAndHeaders("GET / HTTP/1.0", [], is_http_request=True),
        ),
        response,
    )
    (document,) = documents(found := read(out.getvalue()))
    assert len(found) == 1
    assert document.content == b"<p>x"


@pytest.mark.parametrize("kind", ["warcinfo", "request", "metadata", "revisit", "conversion"])
def test_records_that_are_not_inputs_are_ignored(kind: str) -> None:
    found = read(record(b"x", kind=kind) + record(b"<p>y"), "a.warc")
    assert [type(f) for f in found] == [Document]


def test_a_resource_record_is_a_document() -> None:
    found = one(record(b"<p>x", kind="resource"))
    assert isinstance(found, Document)
    assert (found.content, found.media_type) == (b"<p>x", "text/html")


@pytest.mark.parametrize(
    "status", ["301 Moved", "404 Not Found", "304 Not Modified", "206 Partial"]
)
def test_a_response_with_another_status_is_skipped(status: str) -> None:
    found = one(record(b"<p>x", status=status))
    assert isinstance(found, Skipped)
    assert found.reason == "status"
    assert status[:3] in found.message


@pytest.mark.parametrize("media_type", ["image/png", "application/json", "text/css"])
def test_a_response_of_another_type_is_skipped(media_type: str) -> None:
    found = one(record(b"x", ("Content-Type", media_type)))
    assert isinstance(found, Skipped)
    assert found.reason == "media_type"


def test_a_response_without_a_type_is_taken_where_it_looks_like_a_page() -> None:
    assert isinstance(one(record(b"<!doctype html><p>x", ("X", "y"))), Document)
    assert isinstance(one(record(b"\x89PNG", ("X", "y"))), Skipped)


def test_http_headers_with_bare_line_feeds_are_read() -> None:
    block = b"HTTP/1.1 200 OK\nContent-Type: text/html\n\n<p>x"
    found = one(record(block, kind="response").replace(b"HTTP/1.1 200 OK\r\n", b"", 1))
    assert isinstance(
        found, Rejected
    )  # Its Content-Length is that of the block with the line cut out.
    whole = record(block, kind="resource", Content_Type="application/http").replace(
        b"WARC-Type: resource", b"WARC-Type: response"
    )
    document = one(whole)
    assert isinstance(document, Document)
    assert document.content == b"<p>x"


def test_a_response_record_without_a_response_is_rejected() -> None:
    data = record(b"no http", kind="resource", Content_Type="application/http;msgtype=response")
    found = one(data.replace(b"WARC-Type: resource", b"WARC-Type: response"))
    assert isinstance(found, Rejected)
    assert found.reason == ArchiveDamage.reason


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("gzip", gzip.compress),
        ("x-gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", lambda d: zlib.compress(d)[2:-4]),
        ("br", brotli.compress),
        ("gzip, br", lambda d: brotli.compress(gzip.compress(d))),
        ("identity", bytes),
    ],
)
def test_the_content_encoding_is_removed(name: str, pack: object) -> None:
    text = b"<p>" + b"A weir was rebuilt by hand. " * 50
    body = pack(text)  # type: ignore[operator]
    found = one(record(body, *HTML, ("Content-Encoding", name)))
    assert isinstance(found, Document)
    assert found.content == text


@pytest.mark.parametrize("name", ["gzip", "deflate", "br", "zstd"])
def test_a_body_that_was_decoded_before_it_was_archived_stays_as_it_is(name: str) -> None:
    found = one(record(b"<html><p>x", *HTML, ("Content-Encoding", name)))
    assert isinstance(found, Document)
    assert found.content == b"<html><p>x"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"4\r\n<p>x\r\n3;a=b\r\nyz!\r\n0\r\n\r\n", b"<p>xyz!"),
        (b"4\r\n<p>x\r\n0\r\nTrailer: 1\r\n\r\n", b"<p>x"),
        (b"<p>never chunked", b"<p>never chunked"),
        (b"0\r\n\r\n", b""),
    ],
)
def test_chunks_are_put_together(body: bytes, text: bytes) -> None:
    found = one(record(body, *HTML, ("Transfer-Encoding", "chunked")))
    assert isinstance(found, Document)
    assert found.content == text


@pytest.mark.parametrize("body", [b"4\r\n<p>", b"4\r\n<p>x\r\n", b"4\r\n<p>x\r\nzz\r\n"])
def test_a_chunked_body_that_is_cut_is_rejected(body: bytes) -> None:
    found = one(record(body, *HTML, ("Transfer-Encoding", "chunked")))
    assert isinstance(found, Rejected)
    assert found.reason == TruncatedTransfer.reason


def test_a_body_of_several_gzip_members_is_read_without_the_padding_after_them() -> None:
    parts = page(1)[:150], page(1)[150:]
    body = gzip.compress(parts[0]) + gzip.compress(b"") + gzip.compress(parts[1])
    for padding in (b"", bytes(9)):
        found = one(record(body + padding, *HTML, ("Content-Encoding", "gzip")))
        assert isinstance(found, Document)
        assert found.content == page(1)


def test_an_encoded_body_that_is_cut_broken_or_unknown_is_rejected() -> None:
    packed = gzip.compress(page(1))
    broken = packed[:50] + bytes([packed[50] ^ 255]) + packed[51:]
    for body, name, error in (
        (packed[:-5], "gzip", TruncatedTransfer),
        (broken, "gzip", UndecodableTransfer),
        (brotli.compress(page(1))[:-5], "br", UndecodableTransfer),
        (packed + packed[:-5], "gzip", TruncatedTransfer),
        (b"x", "sdch", UndecodableTransfer),
        (b"x", "gzip, " * 6, UndecodableTransfer),
    ):
        found = one(record(body, *HTML, ("Content-Encoding", name)))
        assert isinstance(found, Rejected)
        assert found.reason == error.reason


@pytest.mark.slow
@pytest.mark.parametrize("name", ["gzip", "br", "deflate"])
def test_a_body_that_unpacks_to_more_than_the_limit_is_rejected(name: str) -> None:
    pack = {"gzip": gzip.compress, "br": brotli.compress, "deflate": zlib.compress}[name]
    body = pack(bytes(40 * 1024 * 1024))
    data = record(body, *HTML, ("Content-Encoding", name))
    tracemalloc.start()
    (found,) = reader.read(SourceInput(origin="a.warc", stream=io.BytesIO(data)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(found, Rejected)
    assert found.reason == DocumentTooLarge.reason
    assert peak < 36 * 1024 * 1024


def test_a_response_that_was_cut_when_archived_is_rejected() -> None:
    found = one(record(b"<p>x", WARC_Truncated="length"))
    assert isinstance(found, Rejected)
    assert found.reason == TruncatedTransfer.reason


def sha1(data: bytes) -> bytes:
    return hashlib.sha1(data).digest()


@pytest.mark.parametrize(
    ("digest", "good"),
    [
        ("sha1:" + b32encode(sha1(b"<p>x")).decode(), True),
        ("sha1:" + sha1(b"<p>x").hex(), True),
        ("sha256:00", True),
        ("sha1:" + b32encode(sha1(b"<p>y")).decode(), False),
        ("SHA1:" + sha1(b"<p>y").hex(), False),
    ],
)
def test_the_payload_digest_is_checked_where_it_is_sha1(digest: str, good: bool) -> None:
    found = one(record(b"<p>x", WARC_Payload_Digest=digest))
    assert isinstance(found, Document if good else Rejected)
    if isinstance(found, Rejected):
        assert "digest" in found.message


def test_a_digest_of_the_chunked_or_of_the_decoded_body_is_taken() -> None:
    body = b"4\r\n<p>x\r\n0\r\n\r\n"
    for data in (body, b"<p>x"):
        digest = "sha1:" + b32encode(sha1(data)).decode()
        chunked = ("Transfer-Encoding", "chunked")
        found = one(record(body, *HTML, chunked, WARC_Payload_Digest=digest))
        assert isinstance(found, Document)


def test_the_angle_brackets_around_a_url_are_removed() -> None:
    found = one(record(b"<p>x", url="<http://gazette.example/>"))
    assert isinstance(found, Document)
    assert found.url == "http://gazette.example/"


def test_several_records_in_one_member_are_all_read() -> None:
    data, offsets = archive_of(3, packed=False)
    found = read(gzip.compress(data))
    assert numbers(found) == [0, 1, 2]
    assert [d.origin for d in documents(found)] == [
        "a.warc.gz@0",
        f"a.warc.gz@0+{offsets[1]}",
        f"a.warc.gz@0+{offsets[2]}",
    ]


# Damage


def flipped(data: bytes, position: int) -> bytes:
    return data[:position] + bytes([data[position] ^ 0x5A]) + data[position + 1 :]


@pytest.mark.parametrize("place", ["magic", "header", "middle", "checksum", "length"])
def test_a_damaged_member_loses_only_its_own_record(place: str) -> None:
    data, offsets = archive_of(6)
    position = {
        "magic": offsets[2],
        "header": offsets[2] + 2,
        "middle": (offsets[2] + offsets[3]) // 2,
        "checksum": offsets[3] - 6,
        "length": offsets[3] - 2,
    }[place]
    found = read(flipped(data, position))
    assert numbers(found) == [0, 1, 3, 4, 5]
    (gap,) = gaps(found)
    assert gap.reason == ArchiveDamage.reason
    assert gap.offset == offsets[2]
    assert gap.input == f"a.warc.gz@{offsets[2]}"
    assert f"{offsets[3] - offsets[2]:,} bytes" in gap.message
    assert found.index(gap) == 2


def test_a_damaged_first_member_loses_only_its_own_record() -> None:
    data, offsets = archive_of(3)
    found = read(flipped(data, 0))
    assert numbers(found) == [1, 2]
    assert [g.offset for g in gaps(found)] == [0]
    assert offsets[1] > 0


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize(
    "junk", [b"junk " * 20, bytes(300), b"\x1f\x8b\x08junk", b"WARC/1.0\r\n\r\nx"]
)
def test_junk_between_records_is_rejected_once(junk: bytes, packed: bool) -> None:
    data, offsets = archive_of(4, packed)
    found = read(data[: offsets[2]] + junk + data[offsets[2] :])
    assert numbers(found) == [0, 1, 2, 3]
    (gap,) = gaps(found)
    assert gap.offset == offsets[2]
    assert [type(f) for f in found] == [Document, Document, Rejected, Document, Document]


@pytest.mark.parametrize("packed", [True, False])
def test_a_file_cut_anywhere_gives_its_whole_records_and_one_reject(packed: bool) -> None:
    data, offsets = archive_of(3, packed)
    for cut in range(offsets[2] + 1, offsets[3] - (8 if packed else 4), 97):
        found = read(data[:cut])
        assert numbers(found) == [0, 1], cut
        (gap,) = gaps(found)
        assert gap.offset == offsets[2]


def test_a_file_cut_inside_its_last_checksum_is_reported() -> None:
    data, offsets = archive_of(3)
    for less in range(1, 9):
        found = read(data[:-less])
        assert [g.offset for g in gaps(found)] == [offsets[2]]
        assert numbers(found)[:2] == [0, 1]


def test_zeros_after_the_last_member_are_padding() -> None:
    data, _ = archive_of(2)
    found = read(data + bytes(1000))
    assert numbers(found) == [0, 1]
    assert gaps(found) == []


@pytest.mark.parametrize("lost", [1, 500, 3000])
def test_bytes_missing_from_a_plain_record_lose_only_that_record(lost: int) -> None:
    data, offsets = archive_of(5, packed=False)
    found = read(data[: offsets[1] + 600] + data[offsets[1] + 600 + lost :], "a.warc")
    assert numbers(found) == [0, 2, 3, 4]
    assert [g.offset for g in gaps(found)] == [offsets[1]]


@pytest.mark.parametrize("length", [b"0", b"77", b"99999", b"4", b"x"])
def test_a_wrong_length_in_a_plain_record_loses_only_that_record(length: bytes) -> None:
    data, offsets = archive_of(5, packed=False)
    head = data.index(b"Content-Length: ", offsets[1]) + len(b"Content-Length: ")
    end = data.index(b"\r\n", head)
    found = read(data[:head] + length + data[end:], "a.warc")
    assert [n for n in numbers(found) if n != 1] == [0, 2, 3, 4]
    assert gaps(found)


def test_a_length_above_the_limit_loses_only_that_record() -> None:
    data, offsets = archive_of(5, packed=False)
    head = data.index(b"Content-Length: ", offsets[1]) + len(b"Content-Length: ")
    end = data.index(b"\r\n", head)
    found = read(data[:head] + b"999999999999" + data[end:], "a.warc")
    assert numbers(found) == [0, 2, 3, 4]
    assert [g.offset for g in gaps(found)] == [offsets[1]]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html>no archive</html>" * 500,
        gzip.compress(b"<p>x", mtime=0),
        bytes(100_000),
        b"WARC/1.0\r\n",
    ],
)
def test_a_file_that_is_not_an_archive_is_rejected_once(data: bytes) -> None:
    found = read(data)
    (gap,) = gaps(found)
    assert len(found) == 1
    assert gap.reason == SourceError.reason
    assert gap.input == "a.warc.gz"


def test_a_stream_that_breaks_keeps_what_came_before() -> None:
    data, offsets = archive_of(3)

    class Breaking(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            found = super().read(min(size or 0, 1000))
            if not found:
                raise OSError("the disk is gone")
            return found

    found = list(
        reader.read(SourceInput(origin="a.warc.gz", stream=Breaking(data[: offsets[2] + 10])))
    )
    assert numbers(found) == [0, 1]
    assert "the disk is gone" in gaps(found)[-1].message


@settings(max_examples=200, deadline=None)
@given(data=st.data(), packed=st.booleans())
def test_damage_never_raises_or_hides_untouched_records(data: st.DataObject, packed: bool) -> None:
    whole, offsets = archive_of(6, packed)
    first = data.draw(st.integers(0, len(whole) - 1))
    last = data.draw(st.integers(first, min(len(whole), first + 6000)))
    junk = data.draw(st.binary(max_size=200))
    found = read(whole[:first] + junk + whole[last:])
    untouched = [
        n
        for n in range(6)
        if offsets[n + 1] <= first or (offsets[n] >= last and offsets[n] > first)
    ]
    # A damaged URL may end in any character.
    assert set(map(str, untouched)) <= {d.url[-1] for d in documents(found) if d.url}
    if packed:
        assert [d.content for d in documents(found)] == [page(n) for n in numbers(found)]


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=2000), st.sampled_from([b"", b"WARC/1.0\r\n", b"\x1f\x8b\x08\0"]))
def test_any_bytes_give_rejects_and_never_an_exception(data: bytes, start: bytes) -> None:
    assert all(isinstance(item, (Rejected, Skipped, Document)) for item in read(start + data))


GAPS = [b"\r\n\r\n", b"\r\n", b"\n\n", b"\n", b""]


@pytest.mark.parametrize("gap", GAPS)
@pytest.mark.parametrize("end", [b"\n", b"</p>", b"\r\n", b"\r\n\r\n"])
@pytest.mark.parametrize("packed", [False, True])
def test_records_may_end_in_two_line_ends_one_or_none(gap: bytes, end: bytes, packed: bool) -> None:
    # What its own head states tells a body that ends in line ends from one that lost bytes.
    bodies = [page(n) + end for n in range(3)]
    data = b""
    for number, body in enumerate(bodies):
        length = ("Content-Type", "text/html"), ("Content-Length", str(len(body)))
        whole = record(body, *length, url=f"https://gazette.example/{number}")
        data += whole.removesuffix(b"\r\n\r\n") + gap
    found = read(gzip.compress(data, mtime=0) if packed else data, "a.warc" + ".gz" * packed)
    assert numbers(found) == [0, 1, 2]
    assert [d.content for d in documents(found)] == bodies
    assert gaps(found) == []


@pytest.mark.parametrize("gap", GAPS)
def test_heads_with_bare_line_feeds_are_read(gap: bytes) -> None:
    one = record(b"<html>A page.</html>").removesuffix(b"\r\n\r\n").replace(b"\r\n", b"\n")
    length = len(one) - one.index(b"\n\n") - 2
    stated = one.index(b"Content-Length: ") + len(b"Content-Length: ")
    one = one[:stated] + str(length).encode() + one[one.index(b"\n", stated) :]
    found = read((one + gap) * 3, "a.warc")
    assert [d.content for d in documents(found)] == [b"<html>A page.</html>"] * 3
    assert gaps(found) == []


@pytest.mark.parametrize("lost", [1, 2, 3])
def test_a_record_without_its_line_ends_that_lost_bytes_is_still_damaged(lost: int) -> None:
    data, offsets = archive_of(3, packed=False)
    end = offsets[2] - 4
    found = read(data[: end - 100] + data[end - 100 + lost :], "a.warc")
    assert numbers(found) == [0, 2]


@pytest.mark.parametrize("count", [1, 100, 20_000])
def test_lines_that_look_like_the_start_of_a_record_hide_no_later_record(
    count: int,
) -> None:
    data, offsets = archive_of(3, packed=False)
    found = read(data[: offsets[1]] + b"WARC/1.0\r\n" * count + data[offsets[1] :], "a.warc")
    assert numbers(found) == [0, 1, 2]
    assert [g.offset for g in gaps(found)] == [offsets[1]]


def test_bytes_that_look_like_members_hide_no_later_record() -> None:
    data, offsets = archive_of(3)
    flood = b"\x1f\x8b\x08" * 20_000 + NAMED * 20_000
    found = read(data[: offsets[1]] + flood + data[offsets[1] :])
    assert numbers(found) == [0, 1, 2]
    assert [g.offset for g in gaps(found)] == [offsets[1]]


def test_a_record_without_a_page_is_reported_with_its_url() -> None:
    found = read(record(b"x", ("Content-Type", "text/html"), ("Content-Encoding", "odd")), "a.warc")
    assert [g.url for g in gaps(found)] == ["https://gazette.example/a"]


# Growth: what begins like members, heads or records, so often that each must be passed over quickly.

# A gzip head with a name that does not end.
NAMED = bytes.fromhex("1f8b0808010101010203")
MEMBER = gzip.compress(record(b"x"), mtime=0)
HEAD = b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: %d\r\n\r\n"
FLOODS: dict[str, tuple[bytes, bytes]] = {
    "magic": (MEMBER, b"\x1f\x8b\x08"),
    "gzip heads": (MEMBER, bytes.fromhex("1f8b0800000000000003")),
    "gzip heads with names": (MEMBER, NAMED),
    "cut members": (MEMBER, MEMBER[:60]),
    "version lines": (record(b"x"), b"WARC/1.0\r\n"),
    "version lines with blank ones": (record(b"x"), b"WARC/1.0\r\n" * 9 + b"\r\n"),
    "long heads": (record(b"x"), b"WARC/1.0\r\n" + b"X: y\r\n" * 9000 + b"\r\n"),
    "long heads of long records": (record(b"x"), HEAD[:-2] % 10**9 + b"X: y\r\n" * 900 + b"\r\n"),
    "records that are too large": (record(b"x"), HEAD % 10**11),
    "records that end nowhere": (record(b"x"), HEAD % 10**6),
    "records that end in line ends": (record(b"x"), HEAD % 4 + b"abcd\r\n\r\njunk"),
    "line ends": (record(b"x"), b"\r\n"),
}


@pytest.mark.slow
@pytest.mark.parametrize(("first", "flood"), FLOODS.values(), ids=FLOODS)
def test_damage_is_skipped_in_linear_time(first: bytes, flood: bytes) -> None:
    def work(size: int) -> Callable[[], object]:
        data = first + flood * (size // len(flood))

        def read_all() -> int:
            stream = io.BytesIO(data)
            return sum(1 for _ in records.raw_records(stream.read, stream.seek))

        return read_all

    assert growth(work, 90_000) < MOST


# Sizes


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> int:
    """A limit that a record is quickly above."""
    monkeypatch.setattr(records, "MAX_RECORD_BYTES", 100_000)
    return 100_000


@pytest.mark.parametrize("packed", [True, False])
def test_a_record_above_the_limit_is_skipped(packed: bool, small: int) -> None:
    parts = [record(page(0)), record(page(1, 3 * small)), record(page(2))]
    data = b"".join(gzip.compress(part) if packed else part for part in parts)
    found = read(data)
    assert [type(f) for f in found] == [Document, Rejected, Document]
    (gap,) = gaps(found)
    assert gap.reason == DocumentTooLarge.reason
    assert gap.offset == (len(gzip.compress(parts[0])) if packed else len(parts[0]))


@pytest.mark.usefixtures("small")
def test_a_large_record_of_another_type_is_skipped_like_a_small_one() -> None:
    video = record(bytes(400_000), ("Content-Type", "video/mp4"))
    found = read(gzip.compress(video) + gzip.compress(record(b"<p>x")))
    assert [type(f) for f in found] == [Skipped, Document]


@pytest.mark.usefixtures("small")
def test_a_member_above_the_limit_is_read_record_by_record() -> None:
    data, offsets = archive_of(50, packed=False)
    tail = gzip.compress(record(b"<p>x", url="https://gazette.example/99"))
    found = read(gzip.compress(data) + tail)
    assert numbers(found) == [*range(50), 99]
    assert documents(found)[7].origin == f"a.warc.gz@0+{offsets[7]}"
    assert documents(found)[50].origin == f"a.warc.gz@{len(gzip.compress(data))}"
    cut = read(gzip.compress(data)[:-20000] + tail)
    assert numbers(cut)[-1] == 99
    assert numbers(cut)[:-1] == list(range(len(numbers(cut)) - 1))
    assert len(gaps(cut)) == 1


def repeated(one: bytes, times: int) -> io.BufferedReader:
    """A file that holds the same bytes many times, without holding them in memory."""

    class Endless(io.RawIOBase):
        left = len(one) * times

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            position = (len(one) * times - self.left) % len(one)
            data = one[position : position + min(len(buffer), self.left)]
            buffer[: len(data)] = data
            self.left -= len(data)
            return len(data)

    return io.BufferedReader(Endless())


@pytest.mark.slow
@pytest.mark.parametrize("packed", [True, False])
def test_the_memory_does_not_grow_with_the_file(packed: bool) -> None:
    parts = [record(page(n, 20_000)) for n in range(5)]
    unit = b"".join(gzip.compress(part) if packed else part for part in parts)

    def peak(times: int) -> int:
        found: Iterator[SourceItem] = reader.read(
            SourceInput(origin="a.warc.gz", stream=repeated(unit, times))
        )
        tracemalloc.start()
        assert sum(isinstance(item, Document) for item in found) == 5 * times
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(1)
    assert peak(200) < 1.2 * peak(20) < 3_000_000
