"""The reader for plain text: bytes to lines, nothing lost and nothing guessed."""

from __future__ import annotations

import codecs

import pytest

from copydesk import extract
from copydesk.errors import BinaryDocument, DocumentTooLarge, EmptyDocument, UndecodableDocument
from copydesk.model.document import MAX_BYTES, Document
from copydesk.readers import text

WORDS = "Kēkerengū weighs its harbour — again"


def decode(document: Document) -> tuple[str, str]:
    found = text.decode(document)
    return found.text, found.encoding


def lines(content: str) -> list[str]:
    return [segment.text for segment in text.cut(content)]


@pytest.mark.parametrize(
    "end", ["\n", "\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"], ids=ascii
)
def test_every_line_end_of_unicode_ends_a_line(end: str) -> None:
    assert lines(f"one{end}two{end}") == ["one", "two"]


@pytest.mark.parametrize("blank", ["\t", "\x1c", "\x1f", "\u00a0", "\u3000"], ids=ascii)
def test_other_white_space_ends_no_line_and_is_folded(blank: str) -> None:
    assert lines(f"one{blank} two") == ["one two"]


@pytest.mark.parametrize("gap", ["\n\n", "\n \n", "\r\n\r\n", "\n\n\n\n"], ids=ascii)
def test_a_blank_line_is_noted_as_a_gap(gap: str) -> None:
    assert [s.gap for s in text.cut(f"one{gap}two\nthree")] == [False, True, False]


def test_a_crlf_is_one_line_end_and_no_gap() -> None:
    assert [s.gap for s in text.cut("one\r\ntwo")] == [False, False]


def test_offsets_point_at_the_line_without_the_white_space_around_it() -> None:
    content = "\ufeff  one  two \r\n\u2028\tthree\x85"
    cut = text.cut(content)
    assert [content[s.start : s.end] for s in cut] == ["\ufeff  one  two", "three"]
    assert "".join("".join(content[s.start : s.end] for s in cut).split()) == "".join(
        content.split()
    )


def test_white_space_alone_gives_no_line() -> None:
    assert lines(" \n\t\r\n\u2028 \x1c") == []


@pytest.mark.parametrize(
    ("line", "mark", "rest"),
    [
        ("- Full amnesty", "-", "Full amnesty"),
        ("* Full amnesty", "*", "Full amnesty"),
        ("•Full amnesty", "•", "Full amnesty"),
        ("■ Full amnesty", "■", "Full amnesty"),
        ("-Full amnesty", "", "-Full amnesty"),
        ("—  Full amnesty", "", "— Full amnesty"),
        ("Full - amnesty", "", "Full - amnesty"),
        ("•", "", "•"),
    ],
)
def test_a_list_mark_is_told_apart_from_its_line(line: str, mark: str, rest: str) -> None:
    (segment,) = text.cut(line)
    assert (segment.bullet, segment.text) == (mark, rest)
    assert (segment.start, segment.end) == (0, len(line))


@pytest.mark.parametrize(
    ("line", "mark"),
    [("1. First", "1."), ("(2) Second", "(2)"), ("10) Tenth", "10)"), ("3 - Third", "3 -")],
)
def test_a_number_is_a_mark_and_stays_in_the_text(line: str, mark: str) -> None:
    (segment,) = text.cut(line)
    assert (segment.bullet, segment.text) == (mark, line)


@pytest.mark.parametrize("line", ["2025 was wet", "1.5 million", "100. Hundredth", "7"])
def test_a_number_that_numbers_nothing_is_no_mark(line: str) -> None:
    assert text.cut(line)[0].bullet == ""


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16le"),
        (codecs.BOM_UTF16_BE, "utf-16be"),
        (codecs.BOM_UTF32_LE, "utf-32le"),
        (codecs.BOM_UTF32_BE, "utf-32be"),
    ],
    ids=lambda v: v if isinstance(v, str) else v.hex(),
)
@pytest.mark.parametrize("stated", [None, "latin-1"])
def test_a_byte_order_mark_tells_the_encoding_and_is_no_text(
    mark: bytes, encoding: str, stated: str | None
) -> None:
    codec = encoding.replace("le", "-le").replace("be", "-be")
    document = Document(content=mark + WORDS.encode(codec), encoding=stated)
    assert decode(document) == (WORDS, encoding)


def test_a_stated_encoding_is_used() -> None:
    document = Document(content="Zürich".encode("cp1252"), encoding="cp1252")
    assert decode(document) == ("Zürich", "windows-1252")


def test_the_encoding_is_utf_8_where_none_is_stated() -> None:
    assert decode(Document(content=WORDS.encode())) == (WORDS, "utf-8")


def test_bytes_that_do_not_decode_are_refused_with_byte_and_offset() -> None:
    broken = WORDS.encode() + b" \xfc"
    with pytest.raises(UndecodableDocument, match="byte 0xfc at offset 41 is not utf-8") as caught:
        text.read(Document(content=broken, origin="z.txt"))
    assert caught.value.subject == "z.txt"


def test_half_a_character_at_the_end_of_utf_16_is_refused() -> None:
    with pytest.raises(UndecodableDocument, match=r"byte 0x62 at offset 2"):
        text.read(Document(content=codecs.BOM_UTF16_LE + b"a\x00b"))


@pytest.mark.parametrize("name", ["no-such", "a\x00b", "base64", "rot13"])
def test_what_is_no_text_encoding_is_refused_by_name(name: str) -> None:
    with pytest.raises(UndecodableDocument, match="unknown encoding"):
        text.read(Document(content=b"words", encoding=name))


@pytest.mark.parametrize("name", ["undefined", "idna", "punycode"])
def test_an_odd_codec_gives_no_error_but_a_document_error(name: str) -> None:
    # These raise a bare UnicodeError, without an offset.
    with pytest.raises(UndecodableDocument):
        text.read(Document(content=b"xn--\xff.xn--a-ecp.ru", encoding=name))


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)),
        b"PK\x03\x04" + b"\x00\x01\x02\xff" * 40,
        b"\x7fELF" + b"\x00" * 60,
        bytes(1000),
    ],
    ids=["png", "zip", "elf", "zeros"],
)
def test_binary_data_is_told_from_text(content: bytes) -> None:
    with pytest.raises(BinaryDocument, match="binary data, not text"):
        text.read(Document(content=content))


def test_few_controls_are_still_text() -> None:
    assert text.read(Document(content=b"a\x01b" * 4)).segments
    with pytest.raises(BinaryDocument):
        text.read(Document(content=b"a\x01b" * 9))


@pytest.mark.parametrize("content", [b"", b" \r\n\t", codecs.BOM_UTF8, "\u2028\u3000".encode()])
def test_a_document_without_a_visible_character_is_empty(content: bytes) -> None:
    with pytest.raises(EmptyDocument, match="no text in it"):
        text.read(Document(content=content))


def test_a_document_above_the_limit_is_refused_whole() -> None:
    assert text.read(Document(content=b"a" + b" " * (MAX_BYTES - 1))).segments
    with pytest.raises(DocumentTooLarge, match="16,777,217 bytes, above the limit of 16,777,216"):
        text.read(Document(content=b"a" + b" " * MAX_BYTES))


@pytest.mark.parametrize(("count", "told"), [(1, "1 NUL character "), (3, "3 NUL characters ")])
def test_a_nul_is_replaced_in_place_and_told(count: int, told: str) -> None:
    draft = text.read(Document(content=b"one" + b"\x00" * count + b"two"))
    assert draft.text == "one" + "\ufffd" * count + "two"
    (warning,) = draft.warnings
    assert warning.message.startswith(told)


def test_lone_surrogates_are_replaced_and_counted() -> None:
    assert text.encode("a\ud800b\udfffc") == ("a\ufffdb\ufffdc".encode(), 2)
    assert text.encode("plain 😀") == ("plain 😀".encode(), 0)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("A \ud83d word stands in this line.", "1 lone surrogate replaced by U+FFFD"),
        ("A \ud83d\ud83d word stands in this line.", "2 lone surrogates replaced by U+FFFD"),
    ],
)
def test_extract_replaces_lone_surrogates_with_a_warning(content: str, told: str) -> None:
    article = extract(content)
    assert article.text == content.replace("\ud83d", "\ufffd")
    assert [w.message for w in article.warnings] == [told]
    assert article.to_line().decode("utf-8").endswith("\n")


def test_extract_gives_no_carriage_return_back() -> None:
    article = extract(b"One line stands here.\r\n\r\nAnother line stands there.\r\n")
    assert article.text == "One line stands here.\n\nAnother line stands there."
    assert article.document.characters == 53
