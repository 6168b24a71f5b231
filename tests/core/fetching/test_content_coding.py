from __future__ import annotations

import contextlib
import gzip
import importlib
import importlib.util
import tracemalloc
import zlib
from collections.abc import Callable
from typing import Any

import pytest

from copydesk.errors import ResponseTooLarge, TruncatedTransfer, UndecodableTransfer
from copydesk.fetching.body import ACCEPTED, Body
from copydesk.util.content_coding import STEP

PAGE = b"".join(b"<p>Paragraph number %d of the page.</p>" % n for n in range(3000))
MIB = 1024 * 1024
BROTLI: Any = importlib.import_module("brotli") if importlib.util.find_spec("brotli") else None


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


def packed_by_zstd(data: bytes) -> bytes:
    for name in ("compression.zstd", "backports.zstd", "zstandard"):
        if importlib.util.find_spec(name.partition(".")[0]):
            with contextlib.suppress(ImportError):
                return bytes(importlib.import_module(name).compress(data))
    raise AssertionError("what can be unpacked here can be packed")


CODINGS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": ("gzip", gzip.compress),
    "x-gzip": ("x-gzip", gzip.compress),
    "zlib": ("deflate", zlib.compress),
    "raw deflate": ("deflate", raw_deflate),
}
if BROTLI:
    CODINGS["br"] = ("br", BROTLI.compress)
if "zstd" in ACCEPTED:
    CODINGS["zstd"] = ("zstd", packed_by_zstd)
each_coding = pytest.mark.parametrize("kind", CODINGS)


def body(codings: str, *, raw: int = 16 * MIB, decoded: int = 32 * MIB, cut: bool = False) -> Body:
    return Body("http://h/", codings, raw=raw, decoded=decoded, cut=cut)


@each_coding
@pytest.mark.parametrize("piece", [1, 1000, 10**9])
def test_a_body_comes_out_whole_however_it_was_cut_in_transfer(kind: str, piece: int) -> None:
    name, pack = CODINGS[kind]
    packed = pack(PAGE)
    got = body(name)
    for start in range(0, len(packed), piece):
        got.feed(packed[start : start + piece])
    assert got.finish() == PAGE


@each_coding
def test_an_empty_page_is_an_empty_page(kind: str) -> None:
    name, pack = CODINGS[kind]
    got = body(name)
    got.feed(pack(b""))
    assert got.finish() == b""


@pytest.mark.parametrize("name", ["", "identity", "gzip", "deflate"])
def test_no_body_at_all_is_no_truncated_body(name: str) -> None:
    assert body(name).finish() == b""


@each_coding
def test_a_stream_without_its_end_is_truncated(kind: str) -> None:
    name, pack = CODINGS[kind]
    got = body(name)
    got.feed(pack(PAGE)[:-1] if kind != "br" else pack(PAGE)[:-20])
    with pytest.raises(TruncatedTransfer, match="http://h/"):
        got.finish()


@pytest.mark.slow
@each_coding
def test_a_bomb_is_stopped_at_the_limit_and_takes_no_more_memory(kind: str) -> None:
    name, pack = CODINGS[kind]
    bomb = pack(bytes(64 * MIB))
    got = body(name, decoded=MIB)
    tracemalloc.start()
    try:
        with pytest.raises(ResponseTooLarge, match="1,048,576 bytes when decoded"):
            got.feed(bomb)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # One of the zstd packages cannot be stopped within 64 bytes, which may stand for 2 MiB.
    assert peak < (5 if kind == "zstd" else 3) * MIB


@pytest.mark.slow
def test_a_bomb_within_a_bomb_is_stopped_at_the_limit() -> None:
    bomb = gzip.compress(gzip.compress(bytes(256 * MIB)))
    assert len(bomb) < 4096
    with pytest.raises(ResponseTooLarge, match="when decoded"):
        body("gzip, gzip", decoded=MIB).feed(bomb)


def test_what_swells_between_two_codings_is_stopped_too() -> None:
    # The outer one grows to 64 MiB, of which the inner one makes nothing: empty gzip members.
    bomb = gzip.compress(gzip.compress(b"") * (3 * MIB))
    with pytest.raises(ResponseTooLarge, match="when decoded"):
        body("gzip, gzip", decoded=MIB).feed(bomb)


def test_a_body_of_just_the_limit_passes() -> None:
    got = body("gzip", decoded=len(PAGE))
    got.feed(gzip.compress(PAGE))
    assert got.finish() == PAGE


def test_the_raw_limit_counts_what_was_transferred() -> None:
    got = body("", raw=10)
    got.feed(b"0123456789")
    with pytest.raises(ResponseTooLarge, match="above 10 bytes$"):
        got.feed(b"x")


def test_codings_are_undone_in_the_reverse_order() -> None:
    got = body("deflate, gzip,X-GZIP")
    got.feed(gzip.compress(gzip.compress(zlib.compress(PAGE))))
    assert got.finish() == PAGE


def test_gzip_members_follow_one_another_and_padding_after_them_is_passed_over() -> None:
    got = body("gzip")
    got.feed(gzip.compress(b"one ") + gzip.compress(b"two") + b"\0\0\0")
    assert got.finish() == b"one two"


def test_a_second_gzip_member_that_is_cut_is_truncated() -> None:
    got = body("gzip")
    got.feed(gzip.compress(b"one ") + gzip.compress(b"two")[:-4])
    with pytest.raises(TruncatedTransfer):
        got.finish()


@each_coding
def test_a_body_that_is_not_in_its_coding_is_undecodable(kind: str) -> None:
    name, _ = CODINGS[kind]
    with pytest.raises(UndecodableTransfer, match="http://h/: content encoding"):
        body(name).feed(b"<html>not compressed at all</html>" * 10)


@pytest.mark.parametrize("codings", ["compress", "gzip, rot13", ", ".join(["gzip"] * 6)])
def test_a_coding_that_is_unknown_or_too_deep_is_undecodable(codings: str) -> None:
    with pytest.raises(UndecodableTransfer):
        body(codings)


def test_of_a_long_body_the_beginning_is_taken_when_that_is_enough() -> None:
    got = body("gzip", decoded=1000, cut=True)
    assert got.feed(gzip.compress(PAGE)) is False
    assert got.finish() == PAGE[:1000]


def test_only_what_can_be_decoded_is_asked_for() -> None:
    for name in ACCEPTED.split(", "):
        body(name)
    assert {"gzip", "deflate"} <= set(ACCEPTED.split(", "))
    assert STEP <= MIB
