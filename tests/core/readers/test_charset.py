"""Which encoding a page or text is in: labels, wherever they stand, and bytes that belie them."""

from __future__ import annotations

import subprocess
import sys

import pytest

from copydesk import extract
from copydesk.errors import UndecodableDocument
from copydesk.model.article import Article, ArticleWarning
from copydesk.readers.encoding import charset, detection
from copydesk.util import media_types

# language: (encodings with the names that the record has, text)
TEXTS = {
    "ru": (
        {
            "cp1251": "windows-1251",
            "koi8-r": "koi8-r",
            "cp866": "ibm866",
            "iso8859-5": "iso-8859-5",
        },
        "Плотину у Толбриджа начнут перестраивать во второй неделе апреля, решил вечером речной "
        "совет после трёх часов споров. Два из пяти затворов не двигались со времён паводка.",
    ),
    "uk": (
        {"cp1251": "windows-1251"},
        "Міська рада у вівторок ухвалила рішення про ремонт старого мосту через річку, який закрили "
        "після повені. Мешканці сусідніх сіл їздитимуть об'їзною дорогою.",
    ),
    "ja": (
        {"cp932": "shift_jis", "euc_jp": "euc-jp", "iso2022_jp": "iso-2022-jp"},
        "川の審議会は月曜日の夜、三時間にわたる議論の末、四月の第二週に堰の改修工事を始めることを決めた。"
        "五つの水門のうち二つは洪水以来動いておらず、技師は三つ目も冬を越せないと述べた。",
    ),
    "zh-Hans": (
        {"gb18030": "gb18030"},
        "市议会星期二决定修复洪水后关闭的老桥。工程师说，工程至少需要八个月，费用约为四千万元。"
        "附近村庄的居民将改走环城公路。",
    ),
    "zh-Hant": (
        {"big5hkscs": "big5"},
        "市議會星期二決定修復洪水後關閉的老橋。工程師說，工程至少需要八個月，費用約為四千萬元。"
        "附近村莊的居民將改走環城公路。",
    ),
    "ko": (
        {"cp949": "euc-kr"},
        "시의회는 화요일 홍수 이후 폐쇄된 오래된 다리를 보수하기로 결정했다. 기술자는 공사에 적어도 "
        "여덟 달이 걸린다고 말했다. 인근 마을 주민들은 우회 도로를 이용하게 된다.",
    ),
    "pl": (
        {"cp1250": "windows-1250", "iso8859-2": "iso-8859-2"},
        "Rada miasta zdecydowała we wtorek o remoncie starego mostu, który zamknięto po powodzi. "
        "Prace potrwają co najmniej osiem miesięcy, a źródła w urzędzie mówią o ćwiczeniach służb.",
    ),
    "tr": (
        {"cp1254": "windows-1254"},
        "Belediye meclisi salı günü, selden sonra kapatılan eski köprünün onarılmasına karar verdi. "
        "Mühendise göre çalışmalar en az sekiz ay sürecek ve kırk milyon liraya mal olacak.",
    ),
    "el": (
        {"cp1253": "windows-1253"},
        "Το δημοτικό συμβούλιο αποφάσισε την Τρίτη να επισκευάσει την παλιά γέφυρα πάνω από τον "
        "ποταμό, που έκλεισε μετά την πλημμύρα. Άλλα χωριά δεν επηρεάζονται.",
    ),
    "th": (
        {"cp874": "windows-874"},
        "สภาเมืองมีมติเมื่อวันอังคารให้ซ่อมแซมสะพานเก่าข้ามแม่น้ำซึ่งปิดไปหลังน้ำท่วม "
        "วิศวกรกล่าวว่างานจะใช้เวลาอย่างน้อยแปดเดือน",
    ),
    "he": (
        {"cp1255": "windows-1255"},
        "מועצת העיר החליטה ביום שלישי לשפץ את הגשר הישן מעל הנהר, שנסגר לאחר השיטפון. לדברי המהנדס, "
        "העבודות יימשכו לפחות שמונה חודשים.",
    ),
    "ar": (
        {"cp1256": "windows-1256"},
        "قرر مجلس المدينة يوم الثلاثاء إصلاح الجسر القديم فوق النهر، الذي أغلق بعد الفيضان. وقال "
        "المهندس إن الأعمال ستستمر ثمانية أشهر على الأقل.",
    ),
    "de": (
        {"cp1252": "windows-1252"},
        "Der Stadtrat hat beschlossen, die alte Brücke über den Fluss zu erneuern, die nach dem "
        "Hochwasser gesperrt wurde. Für Fußgänger öffnet sie früher, sagte der Bürgermeister.",
    ),
    "en": (
        {"cp1252": "windows-1252"},
        "The river council’s vote came after three hours of debate — two of the weir’s five gates "
        "haven’t moved since the 2007 flood, and the engineer put the cost at £410,000.",
    ),
}
KINDS = [(text, codec, name) for names, text in TEXTS.values() for codec, name in names.items()]
LABELS = {"cp932": "shift_jis", "gb18030": "gb2312", "cp949": "ks_c_5601-1987", "cp874": "tis-620",
          "big5hkscs": "big5", "cp866": "ibm866", "iso2022_jp": "iso-2022-jp"}  # fmt: skip
RUSSIAN, GERMAN = TEXTS["ru"][1], TEXTS["de"][1]
CHINESE, JAPANESE = TEXTS["zh-Hans"][1], TEXTS["ja"][1]


def page(text: str, head: str = "") -> str:
    return (
        f"<!doctype html><html><head>{head}</head><body><article><h1>{text[:24]}</h1>"
        f"<p>{text}</p><p>{text[20:]}</p><p>{text[30:]}</p></article></body></html>"
    )


def read(content: bytes, stated: str | None = None) -> tuple[Article, list[ArticleWarning]]:
    """The article, and its warnings about the encoding."""
    kind = "text/html" if b"<" in content.replace(b"\0", b"") else "text/plain"
    media_type = kind + (f"; charset={stated}" if stated else "")
    article = extract(content, media_type=media_type)
    return article, [w for w in article.warnings if w.code.startswith("encod")]


@pytest.mark.parametrize(("text", "codec", "name"), KINDS)
@pytest.mark.parametrize("shape", ["page", "text"])
def test_legacy_text_that_declares_nothing_is_detected_and_warned_of(
    text: str, codec: str, name: str, shape: str
) -> None:
    content = (page(text) if shape == "page" else text).encode(codec, "ignore")
    article, warnings = read(content)
    assert text[-12:] in article.text
    assert article.document.encoding == name
    assert [(w.code, w.subject) for w in warnings] == [("encoding_guessed", name)]


@pytest.mark.parametrize(("text", "codec", "name"), KINDS)
def test_a_declaration_behind_kilobytes_of_script_is_found(
    text: str, codec: str, name: str
) -> None:
    label = LABELS.get(codec, codec)
    late = "<script>" + "var x = 1;" * 2_000 + f"</script><meta charset='{label}'>"
    article, warnings = read(page(text, late).encode(codec, "ignore"))
    assert text[-12:] in article.text
    assert warnings == []


@pytest.mark.parametrize(
    "declaration",
    [
        "<meta charset=koi8-r>",
        "<META CHARSET = 'KOI8-R' >",
        '<meta content="text/html; charset=koi8-r" http-equiv="Content-Type">',
        "<meta http-equiv=content-type content='text/html;charset=\"koi8-r\"'/>",
        "<style>" + "a{b:c}" * 50_000 + "</style><meta charset=koi8-r>",
        "<meta charset=''><meta charset=koi8-r>",
        "<meta charset='koi8-r;'>",
        "<meta charset=koi8_r>",
    ],
    ids=lambda v: v[-60:],
)
def test_a_page_is_read_in_the_encoding_it_declares(declaration: str) -> None:
    article, warnings = read(page(RUSSIAN, declaration).encode("koi8-r"))
    assert (article.document.encoding, warnings) == ("koi8-r", [])


def test_an_xml_declaration_counts_where_no_meta_element_does() -> None:
    prolog = '<?xml version="1.0" encoding="windows-1251"?>'
    article, warnings = read((prolog + page(RUSSIAN)).encode("cp1251"))
    assert (article.document.encoding, warnings) == ("windows-1251", [])
    article, _ = read((prolog + page(RUSSIAN, "<meta charset=koi8-r>")).encode("koi8-r"))
    assert article.document.encoding == "koi8-r"


@pytest.mark.parametrize(
    "words",
    [
        "<!-- <meta charset=koi8-r> -->",
        "<script>document.write('<meta charset=koi8-r>')</script>",
        "<style>@charset 'koi8-r';</style>",
        "<meta name=description content='charset=koi8-r'>",
        "<title>What &lt;meta charset=koi8-r> means</title>",
    ],
)
def test_words_that_declare_nothing_are_no_declaration(words: str) -> None:
    article, warnings = read(page(GERMAN, words).encode("cp1252"))
    assert article.document.encoding == "windows-1252"
    assert len(warnings) == 1


@pytest.mark.parametrize(
    "label", ["gb2312", "gbk", "big5", "shift_jis", "euc-jp", "euc-kr", "iso-8859-1", "koi8-r"]
)
@pytest.mark.parametrize("text", [CHINESE, JAPANESE, RUSSIAN, GERMAN], ids=ascii)
@pytest.mark.parametrize("place", ["meta", "header"])
def test_bytes_that_are_utf_8_win_over_any_other_label(label: str, text: str, place: str) -> None:
    if place == "meta":
        article, warnings = read(page(text, f"<meta charset={label}>").encode())
    else:
        article, warnings = read(page(text).encode(), label)
    assert article.document.encoding == "utf-8"
    assert text[-12:] in article.text
    assert len(warnings) == 1


def test_two_characters_that_are_utf_8_by_chance_do_not_belie_a_label() -> None:
    content = "<meta charset=gb2312><h1>模械</h1>".encode("gb18030")
    assert content.decode("utf-8") != content.decode("gb18030")
    assert "<h1>模械</h1>" in charset.decode_bytes(content, None, page=True).text


@pytest.mark.parametrize(
    ("header", "meta", "codec"),
    [
        ("utf-8", "windows-1251", "cp1251"),
        ("utf-8", "", "cp1251"),
        ("utf-8", "", "koi8-r"),
        ("iso-8859-1", "windows-1251", "cp1251"),
        ("iso-8859-1", "", "cp1251"),
        ("", "iso-8859-1", "cp1251"),
        ("", "utf-8", "cp1251"),
        ("koi8-r", "windows-1251", "cp1251"),
    ],
)
def test_a_label_that_the_bytes_belie_is_not_believed(header: str, meta: str, codec: str) -> None:
    content = page(RUSSIAN, f"<meta charset='{meta}'>" if meta else "").encode(codec)
    article, warnings = read(content, header or None)
    assert RUSSIAN[-12:] in article.text
    assert len(warnings) == 1


@pytest.mark.parametrize(
    ("label", "codec"), [("shift_jis", "euc_jp"), ("euc-jp", "cp932"), ("utf-8", "cp932")]
)
def test_a_japanese_label_for_another_japanese_encoding_is_not_believed(
    label: str, codec: str
) -> None:
    article, warnings = read(page(JAPANESE, f"<meta charset={label}>").encode(codec))
    assert JAPANESE[-12:] in article.text
    assert len(warnings) == 1


@pytest.mark.parametrize("head", ["", "<meta charset=iso-8859-1>", "<meta charset=utf-8>"])
def test_utf_8_with_a_broken_byte_stays_utf_8(head: str) -> None:
    content = page(GERMAN, head).encode().replace(b"Hochwasser", b"Hoch\xe9wasser")
    article, _ = read(content)
    assert "Brücke über" in article.text
    assert "Hoch\ufffdwasser" in article.text
    assert "characters_replaced" in [w.code for w in article.warnings]


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("shape", ["page", "text"])
@pytest.mark.parametrize("text", [RUSSIAN, GERMAN], ids=ascii)
def test_utf_16_without_a_byte_order_mark_is_read(codec: str, shape: str, text: str) -> None:
    content = (page(text) if shape == "page" else text).encode(codec)
    article = extract(content)
    assert text[-12:] in article.text
    assert article.document.media_type == ("text/html" if shape == "page" else "text/plain")


@pytest.mark.parametrize("text", [RUSSIAN, GERMAN], ids=ascii)
def test_utf_8_that_was_encoded_twice_is_warned_of(text: str) -> None:
    twice = page(text).encode().decode("latin-1").encode()
    _, warnings = read(twice)
    assert len(warnings) == 1
    assert read(page(text).encode())[1] == []


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("utf8", "utf-8"), ("UTF-8;", "utf-8"), ("'utf-8'", "utf-8"), ("utf_8", "utf-8"),
        ("windows1251", "cp1251"), ("win-1251", "cp1251"), ("CP1251", "cp1251"),
    ],
)  # fmt: skip
def test_a_label_in_quotes_or_misspelt_is_understood(label: str, codec: str) -> None:
    article, warnings = read(page(RUSSIAN, f'<meta charset="{label}">').encode(codec))
    assert RUSSIAN[-12:] in article.text
    assert warnings == []


def test_a_label_that_is_unknown_is_passed_over_and_told_of() -> None:
    article, warnings = read(page(RUSSIAN, "<meta charset=utf8mb4>").encode())
    assert RUSSIAN[-12:] in article.text
    assert [(w.code, w.subject) for w in warnings] == [("encoding_unknown", "utf8mb4")]


@pytest.mark.parametrize(
    "label", ["unicode_escape", "utf-7", "punycode", "cp500", "raw_unicode_escape"]
)
def test_plain_text_takes_labels_of_the_web_and_no_codec_of_python(label: str) -> None:
    with pytest.raises(UndecodableDocument, match="unknown encoding"):
        read(rb"A quiet day \u0041 at the weir", label)


def test_a_few_letters_beyond_ascii_are_taken_for_the_fallback_of_the_standard() -> None:
    article, warnings = read("A café by the weir reopens on Monday.".encode("cp1252"))
    assert article.text == "A café by the weir reopens on Monday."
    assert len(warnings) == 1


@pytest.mark.process
def test_a_page_in_utf_8_needs_no_detector() -> None:
    code = (
        "import sys, copydesk;"
        f"copydesk.extract({page(RUSSIAN, '<meta charset=utf-8>')!r}.encode());"
        "sys.exit('chardet' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], timeout=300).returncode == 0


@pytest.mark.parametrize(
    "content",
    [
        b"<\xe9" * 1_000_000,
        b"<script \xe9" * 200_000,
        b"<meta \xe9" * 300_000,
        b"<!-- \xe9" * 300_000,
        b"<meta charset=x\xe9>" * 100_000,
        bytes(range(1, 256)) * 8_000,
    ],
    ids=["tags", "scripts", "metas", "comments", "labels", "all bytes"],
)
def test_what_the_detector_sees_is_bounded(content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    words = detection._non_ascii_sample

    def counted(given: bytes) -> bytes:
        seen.append(len(found := words(given)))
        return found

    monkeypatch.setattr(detection, "_non_ascii_sample", counted)
    charset.decode_bytes(content, None, page=True)
    assert seen
    assert max(seen) <= 100_000


@pytest.mark.parametrize(
    ("content_type", "charset"),
    [
        ("text/html; charset=utf-8", "utf-8"), ('text/html;Charset = "latin1"; x=y', "latin1"),
        ("text/html", None), ("text/html; charset=", None),
    ],
)  # fmt: skip
def test_a_content_type_states_a_charset(content_type: str, charset: str | None) -> None:
    assert media_types.charset_of(content_type) == charset
