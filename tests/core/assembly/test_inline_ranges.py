"""Links, emphasis and code as ranges over the text of a block."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from copydesk import extract
from copydesk.assembly.inline import _align
from copydesk.model.article import Article, Heading, List, Paragraph, Quote, Table

URL = "https://river.example/2026/weir"
STORY = (
    "<p>The weir was shut on Monday after the river had risen by two metres in a single night.</p>"
    "<p>Nobody was hurt, the keeper said, but the lower fields will stand under water for weeks.</p>"
)


def _read(html: str) -> Article:
    page = f"<html><body><article><h1>The weir is shut</h1>{STORY}{html}{STORY}</article></body></html>"
    return extract(page, url=URL, media_type="text/html")


def _marked(block: Any) -> list[tuple[str, str, str | None]]:
    return [(r.kind, block.text[r.start : r.end], r.href) for r in block.ranges]


def _paragraph(html: str) -> Paragraph:
    found = _read(f"<p>{html}</p>").body[2]
    assert isinstance(found, Paragraph)
    return found


SENTENCE = "and the keeper of the weir has worked there for more than thirty years."


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('See <a href="/log">the log</a>', [("link", "the log", "https://river.example/log")]),
        ('See <a href=" https://a.example/x ">  the\n log </a>', [("link", "the log", "https://a.example/x")]),
        ('Ask <a href="mailto:keeper@river.example">her</a>', [("link", "her", "mailto:keeper@river.example")]),
        ("It <em>rose</em> <b>fast</b>", [("emphasis", "rose", None), ("strong", "fast", None)]),
        ("Run <code>valve --close</code> or <kbd>q</kbd>", [("code", "valve --close", None), ("code", "q", None)]),
        (
            '<a href="/a"><strong>Both</strong> of them</a>',
            [("link", "Both of them", "https://river.example/a"), ("strong", "Both", None)],
        ),
        ("<i><i>Twice</i></i>", [("emphasis", "Twice", None)]),
        ("<i> </i>None", []),
        ('A <a href="javascript:go()">script</a> and <a href="#">top</a>', []),
        ('A <a href="tel:112">call</a>', []),
        ("soft\u00adened <b>wo\u00adrd</b>", [("strong", "word", None)]),
        ("x<br><b>one<br>two</b>", [("strong", "one two", None)]),
    ],
)  # fmt: skip
def test_ranges_slice_the_words_of_their_elements(
    html: str, expected: list[tuple[str, str, str | None]]
) -> None:
    assert _marked(_paragraph(f"{html}, {SENTENCE}")) == expected


def test_code_in_a_sentence_belongs_to_it() -> None:
    block = _paragraph(f"The gate was shut by <code>valve --close</code> {SENTENCE}")
    assert block.text == f"The gate was shut by valve --close {SENTENCE}"


def test_headings_items_quotations_and_cells_have_ranges() -> None:
    body = _read(
        '<h2>The <a href="/dam">dam</a></h2>'
        '<ul><li>One <i>thing</i><ul><li><a href="/in">inner</a> thing</li></ul></li></ul>'
        "<blockquote><p>It <em>rose</em> so fast that we ran.</p><p>Nobody <b>slept</b>.</p></blockquote>"
        "<table><tr><th>Day</th><th>Level</th></tr>"
        '<tr><td><a href="/mon">Monday</a></td><td>2 m</td></tr>'
        "<tr><td>Tuesday</td><td>about <b>3</b> m</td></tr></table>"
    ).body
    heading = next(block for block in body if isinstance(block, Heading))
    assert _marked(heading) == [("link", "dam", "https://river.example/dam")]
    outer = next(block for block in body if isinstance(block, List)).items[0]
    assert _marked(outer) == [("emphasis", "thing", None)]
    assert _marked(outer.items[0]) == [("link", "inner", "https://river.example/in")]
    quote = next(block for block in body if isinstance(block, Quote))
    assert _marked(quote) == [("emphasis", "rose", None), ("strong", "slept", None)]
    table = next(block for block in body if isinstance(block, Table))
    cells = [(table.rows[r.row][r.column][r.start : r.end], r.kind) for r in table.ranges]
    assert cells == [("Monday", "link"), ("3", "strong")]


def test_ranges_of_a_dateline_that_is_cut_off_leave_the_paragraph() -> None:
    article = _read("")
    page = (
        "<html><body><article><h1>The weir is shut</h1><p><strong>LONG MILL</strong> - The weir was"
        f' shut <a href="/log">on Monday</a>, {SENTENCE}</p>{STORY}</article></body></html>'
    )
    article = extract(page, url=URL, media_type="text/html")
    assert article.dateline is not None
    first = article.body[0]
    assert _marked(first) == [("link", "on Monday", "https://river.example/log")]


def test_relative_link_of_a_page_without_a_url_has_no_address() -> None:
    page = (
        f'<html><body><article><h1>The weir</h1>{STORY}<p>See <a href="/log">the log</a> or <a '
        f'href="tel:112">call</a>, {SENTENCE}</p></article></body></html>'
    )
    block = extract(page, media_type="text/html").body[2]
    assert _marked(block) == [("link", "the log", None)]


def test_link_around_several_paragraphs_is_no_range() -> None:
    page = (
        f'<html><body><article><h1>The weir</h1><a href="/x">{STORY}{STORY}</article></body></html>'
    )
    body = extract(page, url=URL, media_type="text/html").body
    assert [block.ranges for block in body if isinstance(block, Paragraph)] == [[], [], [], []]


def test_another_address_of_a_link_is_no_revision() -> None:
    one = _read('<p>See <a href="/log?s=1">the log of the weir</a>, which says more about it.</p>')
    other = _read(
        '<p>See <a href="/log?s=2">the log of the weir</a>, which says more about it.</p>'
    )
    assert one.body != other.body
    assert one.revision == other.revision


def test_thousands_of_open_elements_keep_few_ranges() -> None:
    block = _read("<p>" + "<b><i>" * 2000 + f"The end, {SENTENCE}</p>").body[2]
    assert isinstance(block, Paragraph)
    assert len(block.ranges) <= 2


_ELEMENTS = ("a href='/x'", "b", "i", "code", "span", "em", "strong")


@st.composite
def _html(draw: st.DrawFn, depth: int = 3) -> str:
    parts = []
    for _ in range(draw(st.integers(0, 4))):
        words = draw(
            st.sampled_from(["river ", " rose", "  ", "\n", "été\u00ad", "漢字", ", ", "x"])
        )
        if depth and draw(st.booleans()):
            tag = draw(st.sampled_from(_ELEMENTS))
            parts.append(f"<{tag}>{draw(_html(depth - 1))}</{tag.split()[0]}>")
        parts.append(words)
    return "".join(parts)


@settings(max_examples=150, deadline=None)
@given(_html())
def test_ranges_of_any_markup_are_inside_the_text_and_nested(html: str) -> None:
    block = _paragraph(f"The keeper of the weir said {html} that {SENTENCE}")
    for one in block.ranges:
        words = block.text[one.start : one.end]
        assert words
        assert words == words.strip()
    # The model refuses ranges that overlap or are out of order.
    Paragraph.model_validate(block.model_dump())


@pytest.mark.parametrize(
    "ranges",
    [
        [(0, 0)],
        [(3, 99)],
        [(5, 2)],
        [(4, 8), (0, 2)],
        [(0, 3), (0, 5)],
        [(0, 5), (3, 8)],
    ],
)
def test_ranges_outside_out_of_order_or_overlapping_are_refused(
    ranges: list[tuple[int, int]],
) -> None:
    made = [{"start": s, "end": e, "kind": "strong", "href": None} for s, e in ranges]
    with pytest.raises(ValidationError):
        Paragraph.model_validate({"type": "paragraph", "text": "ten letter", "ranges": made})


def test_ranges_of_missing_cells_are_refused() -> None:
    one = {"start": 0, "end": 1, "kind": "strong", "href": None, "row": 1, "column": 0}
    with pytest.raises(ValidationError, match="no cell"):
        Table.model_validate({"type": "table", "rows": [["a"]], "ranges": [one]})


def test_records_without_the_new_keys_are_still_read() -> None:
    record = _read("").model_dump()
    del record["site"], record["fingerprint"]
    for block in record["body"]:
        del block["ranges"]
    article = Article.model_validate(record)
    assert article.fingerprint is None
    assert article.site.domain is None


@pytest.mark.parametrize(
    ("raw", "text", "table"),
    [
        ("- a  b", "a b", [0, 0, 0, 1, 2, 2, 3]),
        ("a\u00adb", "ab", [0, 1, 1, 2]),
        ("", "", [0]),
    ],
)
def test_offsets_of_a_source_are_aligned_with_its_text(
    raw: str, text: str, table: list[int]
) -> None:
    assert _align(raw, text) == table
