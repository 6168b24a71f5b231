"""From the bytes of a page to HTML that is safe to parse: every charset, every hostile shape."""

from __future__ import annotations

import codecs
import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from copydesk.errors import BinaryDocument, DocumentTooLarge, EmptyDocument
from copydesk.model.document import MAX_BYTES, Document
from copydesk.readers.encoding import charset
from copydesk.readers.html import parser_guard

# Of CPU time, which other processes do not use up.
CEILING_SECONDS = 20
LATIN, GREEK, CYRILLIC = "Curaçao à Noël", "Λιμάνι της Χίου", "Портовые весы"
PAGE = "<!doctype html><title>Weigh-in</title><p>The harbour at Kēkerengū was weighed again.</p>"


def page(
    content: str | bytes, encoding: str | None = None, media_type: str = "text/html"
) -> Document:
    data = content.encode("utf-8") if isinstance(content, str) else content
    return Document(content=data, media_type=media_type, encoding=encoding)


def decode(document: Document) -> tuple[str, str]:
    found = charset.decode_page(document)
    return found.text, found.encoding


def text(html: str) -> str:
    root = LexborHTMLParser(html, scripting=True).root
    return root.text() if root else ""


def visible(html: str) -> str:
    return "".join(text(html).split())


@pytest.mark.parametrize(
    ("label", "codec", "sample", "name"),
    [
        ("utf-8", "utf-8", "Kēkerengū — 港", "utf-8"),
        ("iso-8859-1", "cp1252", LATIN + " “€5”", "windows-1252"),
        ("latin1", "cp1252", LATIN, "windows-1252"),
        ("us-ascii", "cp1252", LATIN, "windows-1252"),
        ("iso-8859-2", "iso8859-2", "Żółw śpi w Łodzi", "iso-8859-2"),
        ("iso-8859-5", "iso8859-5", CYRILLIC, "iso-8859-5"),
        ("iso-8859-7", "iso8859-7", GREEK, "iso-8859-7"),
        ("iso-8859-8-i", "iso8859-8", "משקל הנמל", "iso-8859-8-i"),
        ("iso-8859-9", "cp1254", "Iğdır şehri", "windows-1254"),
        ("iso-8859-15", "iso8859-15", "5 €, œuvre", "iso-8859-15"),
        ("windows-1250", "cp1250", "Příliš žluťoučký", "windows-1250"),
        ("x-cp1251", "cp1251", CYRILLIC, "windows-1251"),
        ("windows-1253", "cp1253", GREEK, "windows-1253"),
        ("windows-1255", "cp1255", "משקל הנמל", "windows-1255"),
        ("windows-1256", "cp1256", "ميزان الميناء", "windows-1256"),
        ("windows-1257", "cp1257", "Rīgas osta", "windows-1257"),
        ("windows-1258", "cp1258", "Đà", "windows-1258"),
        ("tis-620", "cp874", "ท่าเรือ", "windows-874"),
        ("koi8-r", "koi8-r", CYRILLIC, "koi8-r"),
        ("koi8-u", "koi8-u", "Їжак", "koi8-u"),
        ("ibm866", "cp866", CYRILLIC, "ibm866"),
        ("macintosh", "mac-roman", LATIN, "macintosh"),
        ("x-mac-cyrillic", "mac-cyrillic", CYRILLIC, "x-mac-cyrillic"),
        ("shift_jis", "cp932", "港の計量①", "shift_jis"),
        ("euc-jp", "euc_jp", "港の計量", "euc-jp"),
        ("iso-2022-jp", "iso2022_jp", "港の計量", "iso-2022-jp"),
        ("gb2312", "gb18030", "海港称重镕", "gbk"),
        ("gb18030", "gb18030", "海港称重😀", "gb18030"),
        ("big5", "big5hkscs", "港口過磅", "big5"),
        ("ks_c_5601-1987", "cp949", "항구 똠", "euc-kr"),
        ("windows-949", "cp949", "항구 똠", "euc-kr"),
    ],
)
def test_every_charset_of_the_web_is_read_from_header_and_meta(
    label: str, codec: str, sample: str, name: str
) -> None:
    plain = f"<p>{sample}</p>"
    assert decode(page(plain.encode(codec), label.upper())) == (plain, name)
    declared = f'<meta charset="{label}">{plain}'
    assert decode(page(declared.encode(codec))) == (declared, name)
    pragma = f"<meta http-equiv=Content-Type content='text/html; charset={label}'>{plain}"
    assert decode(page(pragma.encode(codec))) == (pragma, name)


@pytest.mark.parametrize(
    "label",
    [
        "utf8mb4",
        "x-foo",
        "idna",
        "rot13",
        "undefined",
        "utf-7",
        "",
        "''",
        '"',
        "é",
        "a\0b",
        "x" * 999,
    ],
)
def test_a_label_of_no_encoding_is_passed_over(label: str) -> None:
    for document in (
        page(PAGE, label),
        page(PAGE, media_type=f"text/html; charset={label}"),
        page(f'<meta charset="{label}">{PAGE}'),
    ):
        assert decode(document)[1] == "utf-8"
    assert decode(page("<p>café".encode("cp1252"), label)) == ("<p>café", "windows-1252")


@pytest.mark.parametrize("encoding", ['"utf-8"', " UTF-8 ", "'utf8'"])
def test_quotes_and_blanks_around_a_label_are_no_part_of_it(encoding: str) -> None:
    assert decode(page(PAGE, encoding)) == (PAGE, "utf-8")


def test_a_byte_order_mark_beats_the_header_and_the_header_beats_the_meta_tag() -> None:
    meta = '<meta charset="iso-8859-5"><p>' + LATIN
    data = meta.encode("utf-8")
    assert decode(page(codecs.BOM_UTF8 + data, "windows-1251")) == (meta, "utf-8")
    assert decode(page(meta.encode("cp1252"), "latin1")) == (meta, "windows-1252")
    stated = page(meta.encode("cp1252"), media_type='text/html; charset="latin1"')
    assert decode(stated) == (meta, "windows-1252")


@pytest.mark.parametrize(
    ("mark", "codec", "name"),
    [
        (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16le"),
        (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16be"),
        (codecs.BOM_UTF32_LE, "utf-32-le", "utf-32le"),
    ],
)
def test_wide_text_is_read_by_its_byte_order_mark(mark: bytes, codec: str, name: str) -> None:
    assert decode(page(mark + PAGE.encode(codec))) == (PAGE, name)


def test_utf_16_is_read_when_the_header_says_so_but_means_utf_8_in_a_meta_tag() -> None:
    assert decode(page(PAGE.encode("utf-16-le"), "utf-16")) == (PAGE, "utf-16le")
    html = '<meta charset="utf-16">' + PAGE
    assert decode(page(html)) == (html, "utf-8")


@pytest.mark.parametrize("encoding", ["utf-8", "shift_jis", "gbk", "euc-kr", "utf-16"])
def test_bytes_that_do_not_decode_become_replacement_characters(encoding: str) -> None:
    html, _ = decode(page(b"<p>a\xff\xff\x81", encoding))
    assert "\ufffd" in html


def test_the_euro_sign_of_gbk_is_read() -> None:
    assert decode(page(b"<p>\x80 5", "gbk"))[0] == "<p>€ 5"


def test_a_stray_nul_is_replaced_and_told_of() -> None:
    html, _ = decode(page("<p>Kēkerengū\0 harbour"))
    assert html == "<p>Kēkerengū\ufffd harbour"
    assert len(parser_guard.guard(html, decoded=True)[1]) == 1


@pytest.mark.parametrize(
    "content",
    [b"\x89PNG\r\n\x1a\n1", b"\xff\xd8\xff\xe0", b"GIF89a", b"%PDF-1.7", b"PK\x03\x04", b"\x1f\x8b",
     b"<p>" + b"\0\1" * 50, bytes(range(256)) * 20],
)  # fmt: skip
def test_bytes_that_are_no_text_are_refused(content: bytes) -> None:
    with pytest.raises(BinaryDocument):
        decode(page(content))


@pytest.mark.parametrize("content", [b"", b" \r\n\t", codecs.BOM_UTF8, codecs.BOM_UTF8 + b"\n"])
def test_a_document_without_a_character_is_refused(content: bytes) -> None:
    with pytest.raises(EmptyDocument):
        decode(page(content))


def test_a_document_above_the_limit_is_refused_whole() -> None:
    with pytest.raises(DocumentTooLarge, match="above the limit of 16,777,216"):
        decode(page(b" " * (MAX_BYTES + 1)))


@given(st.binary(), st.none() | st.text(max_size=12), st.text(max_size=20))
def test_no_bytes_and_no_label_make_decoding_fail_otherwise(
    data: bytes, encoding: str | None, label: str
) -> None:
    meta = f'<meta charset="{label}">'.encode("utf-8", "replace")
    for content in (data, meta + data):
        with suppress(BinaryDocument, EmptyDocument):
            html, name = decode(page(content, encoding))
            assert html.encode("utf-8")
            assert "\0" not in html
            assert name == name.lower()


@pytest.mark.parametrize(
    "html",
    [PAGE, "", "<", PAGE + "<script>" + "if (a<b) c(); " * 20_000 + "</script>", PAGE * 500,
     PAGE + "<svg><path d='" + "M1 2 " * 20_000 + "'/></svg>"],
    ids=["page", "empty", "one", "script", "long", "path"],
)  # fmt: skip
def test_a_plain_page_is_returned_as_it_is(html: str) -> None:
    for decoded in (False, True):
        guarded, warnings = parser_guard.guard(html, decoded=decoded)
        assert guarded is html
        assert warnings == []


def test_nul_characters_and_lone_surrogates_are_replaced_and_counted() -> None:
    assert parser_guard.guard("<p>ē\0\ud800\udfff")[0] == "<p>ē\ufffd\ufffd\ufffd"
    (warning,) = parser_guard.guard("<p>ē\0\ud800\udfff")[1]
    assert warning.message.startswith("3 characters replaced by U+FFFD")


@pytest.mark.parametrize("levels", [300, 600])
def test_nesting_that_is_parsed_fast_is_left_alone(levels: int) -> None:
    html = "<div>" * levels + PAGE + "</div>" * levels
    guarded, _ = parser_guard.guard(html)
    assert guarded is html
    assert "weighed again" in text(guarded)


def test_elements_nested_too_deep_lose_their_tags_and_keep_text_and_gaps() -> None:
    html = "<div>" * 4 + "one<p>two</p>th<b>re</b>e &am<i>p;</i> <<b>u>four" + "</div>" * 4 + "five"
    flat, warnings = parser_guard._flatten(html, depth=3)
    assert text(flat).split() == ["one", "two", "three", "&amp;", "<u>four", "five"]
    assert [w.message for w in warnings] == ["5 elements nested below 3 levels flattened"]


def test_a_table_nested_too_deep_keeps_the_order_of_its_cells() -> None:
    html = "<div>" * 5 + "a<table><tr><td>b<td>c<tr><td>d</table>e"
    for depth in range(3, 14):
        assert visible(parser_guard._flatten(html, depth)[0]) == "abcde"


@pytest.mark.parametrize("tag", ["p", "li", "td", "tr", "option", "dt", "dd", "br", "img"])
def test_elements_that_close_one_another_are_not_nested(tag: str) -> None:
    html = f"<table><tr><{tag}>x" if tag in ("td", "tr") else ""
    html += f"<{tag}>x" * 12_000
    assert parser_guard.guard(html) == (html, [])


def test_surplus_attributes_are_dropped_and_text_is_kept() -> None:
    attributes = " ".join(f'a{n}=">{n}"' for n in range(5000))
    guarded, warnings = parser_guard.guard(f"<p>one <a {attributes}>two</a> three")
    node = LexborHTMLParser(guarded, scripting=True).css_first("a")
    assert node is not None
    assert list(node.attributes) == [f"a{n}" for n in range(256)]
    assert text(guarded) == "one two three"
    assert [w.message for w in warnings] == ["1 tag cut to 256 attributes"]


@pytest.mark.parametrize(
    "raw", ["script", "style", "textarea", "title", "xmp", "noscript", "iframe", "!-- "]
)
def test_markup_in_raw_text_does_not_nest(raw: str) -> None:
    end = "-->" if raw == "!-- " else f"</{raw}>"
    html = f"<{raw}>" + "<div>" * 12_000 + end + PAGE
    assert parser_guard.guard(html) == (html, [])


def test_character_data_in_a_drawing_is_kept_where_the_drawing_is_not() -> None:
    html = "<div><div><svg><text><![CDATA[a <b> c]]></text></svg></div></div>"
    assert visible(parser_guard._flatten(html, 2)[0]) == visible(html) == "a<b>c"


SIZE = MAX_BYTES
HOSTILE = {
    "nested": "<div>" * 100_000 + "bottom",
    "nested and closed": "<div>" * 100_000 + "bottom" + "</div>" * 100_000,
    "inline": "<b>" * 100_000 + "bottom",
    "misnested": "<span><div></span>" * 50_000 + "bottom",
    "cells": "<div><table><tr><td></div>" * 25_000 + "bottom",
    "attributes": "<a " + " ".join(f"a{n}" for n in range(100_000)) + ">bottom",
    "body attributes": "".join(f"<body a{n}>" for n in range(100_000)) + "bottom",
    "drawing": "<svg>" + "<g>" * 100_000 + "<path/>" * 1000 + "bottom",
    "siblings": "<p>x" * 300_000 + "bottom",
    "items": "<ul>" + "<li>x" * 300_000 + "bottom",
    "less": "<" * SIZE,
    "open tags": "<a " * (SIZE // 3),
    "quotes": '"' * SIZE,
    "open quote": '<a b="' + "x>" * (SIZE // 3),
    "open quotes": '<a b="x>' * (SIZE // 16),
    "comments": "<!--" * (SIZE // 4),
    "character data": "<![CDATA[" * (SIZE // 9),
    "character data in a drawing": "<svg>" + "<![CDATA[" * (SIZE // 10),
    "equals": "<a " + "= " * (SIZE // 4),
    "blanks": "<a " + " " * SIZE,
    "scripts": "<script>" * (SIZE // 8),
    "end tags": "</" * (SIZE // 2),
}


@pytest.mark.slow
@pytest.mark.parametrize("shape", HOSTILE)
def test_hostile_pages_are_guarded_and_parsed_in_linear_time(shape: str) -> None:
    html = HOSTILE[shape]
    begin = time.process_time()
    guarded, _ = parser_guard.guard(html)
    tree = LexborHTMLParser(guarded, scripting=True)
    assert time.process_time() - begin < CEILING_SECONDS
    assert tree.body is not None
    if html.endswith("bottom"):
        assert tree.body.text().rstrip().endswith("bottom")


PIECES = st.sampled_from(
    """<div> </div> <p> </p> <b> </b> <b/> <a> </a> <span> </span> <ul> </ul> <li> <td> <h1> </h1>
    <form> </form> <button> <br> <hr/> <svg> </svg> <path/> <script> </script> <title> </title>
    <style> </style> <!-- --> <![CDATA[ ]]> <!x <?x </ < > " ' = & &amp &lt; am p; <p/ <b= <i x="
    <i y='<> x y""".split()
) | st.text(max_size=3)


@settings(max_examples=300)
@given(st.lists(PIECES, max_size=40).map("".join) | st.text(), st.integers(1, 8))
def test_flattening_loses_no_character_of_the_text(html: str, depth: int) -> None:
    html = parser_guard.guard(html)[0]
    flat, warnings = parser_guard._flatten(html, depth)
    rest = iter(visible(flat))
    assert all(letter in rest for letter in visible(html))
    assert bool(warnings) == (flat is not html)
