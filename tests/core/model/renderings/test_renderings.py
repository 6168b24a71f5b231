"""An article as Markdown, HTML and text: the words stay, and nothing of them becomes markup."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from markdown_it import MarkdownIt
from selectolax.lexbor import LexborHTMLParser
from tests.core.model.renderings.articles import BODY, TEXT, Record, article, paragraph

from copydesk.model.renderings.inline import web_url
from copydesk.model.renderings.markdown_text import text_of

URL = "https://a.example/weir?x=1&copy=2"
EXAMPLES = settings(
    max_examples=300, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)


def markdown(*body: Record, **fields: Any) -> str:
    return article(list(body), **fields).to_markdown(headline=False, standfirst=False)


def html(*body: Record) -> str:
    return article(list(body)).to_html(headline=False, standfirst=False)


# Properties


@pytest.mark.slow
@EXAMPLES
@given(BODY)
def test_a_parser_finds_in_the_markdown_the_text_of_the_article(body: list[Record]) -> None:
    one = article(body)
    assert text_of(one.to_markdown(headline=False, standfirst=False)) == one.text


@pytest.mark.slow
@EXAMPLES
@given(BODY)
def test_a_parser_finds_in_the_html_all_words_and_only_the_elements_of_an_article(
    body: list[Record],
) -> None:
    one = article(body)
    tree = LexborHTMLParser(one.to_html(headline=False, standfirst=False))
    assert tree.body is not None
    for note in tree.body.css("footer, time, blockquote a, p > a:only-child"):
        if note.tag != "a" or note.text() == note.attributes.get("href"):
            note.decompose()
    assert "".join(tree.body.text().split()) == "".join(one.text.split())
    allowed = "article p h1 h2 h3 h4 h5 h6 ul ol li blockquote footer table tbody tr td pre code"
    found = {node.tag for node in tree.body.css("*")}
    assert found <= {*allowed.split(), *"body hr section time em strong a".split()}
    for node in tree.body.css("[href]"):
        assert (node.attributes["href"] or "").startswith(("https:", "http:", "mailto:"))


@pytest.mark.slow
@EXAMPLES
@given(TEXT, TEXT)
def test_a_headline_and_a_standfirst_are_read_back_whole(headline: str, standfirst: str) -> None:
    one = article([], headline=headline, standfirst=standfirst)
    found = text_of(one.to_markdown())
    assert found == "\n\n".join(filter(None, (headline, standfirst)))


# Markdown


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("A plain sentence, with a dash - and 3 * 4 = 12.", r"A plain sentence, with a dash - and 3 \* 4 = 12."),
        ("snake_case and _this_", r"snake_case and \_this\_"),
        ("# 1 in the list", r"\# 1 in the list"),
        ("#weir is open", "#weir is open"),
        ("1. The weir", r"1\. The weir"),
        ("1984 was a year", "1984 was a year"),
        ("- a dash", r"\- a dash"),
        ("-5 degrees", "-5 degrees"),
        ("> said", r"\> said"),
        ("[a](b) <b> `c` &amp; R&D", r"\[a\](b) \<b> \`c\` \&amp; R\&D"),
        ("R & D", "R & D"),
        ("one\ntwo", "one\\\ntwo"),
        ("one\n\ntwo", "one&#10;&#10;two"),
        ("   indented", "&#32;&#32;&#32;indented"),
    ],
)  # fmt: skip
def test_only_what_would_be_markup_is_escaped(text: str, written: str) -> None:
    assert markdown(paragraph(text)) == f"{written}\n"


@pytest.mark.parametrize(
    ("ranges", "written"),
    [
        ([(0, 3, "strong", None)], "**The** weir!"),
        ([(4, 9, "emphasis", None)], "The *weir!*"),
        ([(4, 8, "code", None)], "The `weir`!"),
        ([(4, 8, "link", URL)], "The [weir](https://a.example/weir?x=1\\&copy=2)!"),
        ([(0, 8, "link", URL), (0, 3, "strong", None)], f"[**The** weir]({URL.replace('&', chr(92) + '&')})!"),
        ([(4, 8, "link", "javascript:alert(1)")], "The weir!"),
        ([(4, 8, "link", None)], "The weir!"),
        ([(1, 2, "emphasis", None)], "T*h*e weir!"),
        ([(3, 8, "emphasis", None)], "The weir!"),
    ],
)  # fmt: skip
def test_ranges_become_marks_where_they_are_read_as_such(ranges: Any, written: str) -> None:
    assert markdown(paragraph("The weir!", *ranges)) == f"{written}\n"


def test_a_link_behind_an_exclamation_mark_is_no_picture() -> None:
    assert markdown(paragraph("Oh!weir", (3, 7, "link", "https://a.example/"))) == (
        "Oh\\![weir](https://a.example/)\n"
    )


def item(text: str, *items: Record) -> Record:
    return {"text": text, "items": list(items)}


def test_lists_are_nested_and_two_that_touch_stay_two() -> None:
    inner = item("Stones", item("from the hill"), item("from the river"))
    first = {"type": "list", "ordered": False, "items": [inner, item("Mortar")]}
    second = {"type": "list", "ordered": False, "items": [item("Forty volunteers")]}
    steps = {"type": "list", "ordered": True, "items": [item("Dig"), item("Build")]}
    assert markdown(first, second, steps) == (
        "- Stones\n  - from the hill\n  - from the river\n- Mortar\n\n* Forty volunteers\n\n"
        "1. Dig\n2. Build\n"
    )


def test_numbers_that_are_printed_are_not_doubled() -> None:
    steps = {"type": "list", "ordered": True, "items": [item("3. Dig"), item("4. Build")]}
    assert markdown(steps) == "- 3\\. Dig\n- 4\\. Build\n"


def test_quotes_tables_code_dividers_and_live_updates_have_their_form() -> None:
    table = {"type": "table", "rows": [["Year", "Height|m"], ["2026", "3"], ["2027"]]}
    update = {
        "type": "live_update",
        "time": "2026-03-02T14:02:00+00:00",
        "headline": "Open",
        "body": [paragraph("It is open.")],
    }
    assert markdown(
        {"type": "quote", "text": "It holds.", "citation": "Ann Other"},
        table,
        {"type": "code", "text": "a ``` b"},
        {"type": "divider"},
        {"type": "embed", "url": "https://v.example/1", "provider": None, "text": None},
        update,
    ) == (
        "> It holds.\n>\n> — Ann Other\n\n"
        "| Year | Height\\|m |\n| --- | --- |\n| 2026 | 3 |\n| 2027 | &nbsp; |\n\n"
        "````\na ``` b\n````\n\n---\n\n<https://v.example/1>\n\n"
        "*2026-03-02T14:02:00+00:00*\n\n### Open\n\nIt is open.\n"
    )


def picture(position: int, **fields: Any) -> Record:
    empty = dict.fromkeys(("caption", "alt", "credit", "agency"))
    return {**empty, "url": "https://a.example/w.jpg", "position": position, **fields}


def test_pictures_stand_where_they_stood_if_wanted() -> None:
    one = article(
        [paragraph("One."), paragraph("Two.")],
        headline="The weir",
        standfirst="It holds.",
        images=[picture(1, caption='The "weir"', credit="A. Other", alt="weir"), picture(2)],
    )
    assert one.to_markdown() == "# The weir\n\nIt holds.\n\nOne.\n\nTwo.\n"
    assert one.to_markdown(images=True, headline=False, standfirst=False) == (
        'One.\n\n![weir](https://a.example/w.jpg "The \\"weir\\" (A. Other)")\n\nTwo.\n\n'
        "![](https://a.example/w.jpg)\n"
    )
    assert text_of(one.to_markdown(images=True)) == one.to_text(headline=True, standfirst=True)


def test_without_a_body_markdown_is_empty() -> None:
    assert article([]).to_markdown(headline=False) == ""


def test_the_html_of_the_markdown_has_the_marks() -> None:
    one = paragraph("The old weir holds", (4, 12, "link", URL), (8, 12, "strong", None))
    made = MarkdownIt("commonmark").render(markdown(one))
    address = URL.replace("&", "&amp;")
    assert made == f'<p>The <a href="{address}">old <strong>weir</strong></a> holds</p>\n'


# HTML


def test_html_has_the_structure_and_escapes_everything() -> None:
    one = article(
        [paragraph('<script>"R&D"', (0, 8, "link", 'https://a.example/"><script>'))],
        headline="A < B",
        standfirst="It <b>holds</b>.",
        language='en"x',
        images=[picture(0, alt='"', caption="<i>", url="data:image/png,1")],
    )
    assert one.to_html(images=True) == (
        '<article lang="en&quot;x">\n<h1>A &lt; B</h1>\n'
        '<p class="standfirst">It &lt;b&gt;holds&lt;/b&gt;.</p>\n'
        "<figure><figcaption>&lt;i&gt;</figcaption></figure>\n"
        '<p><a href="https://a.example/%22%3E%3Cscript%3E">&lt;script&gt;</a>'
        "&quot;R&amp;D&quot;</p>\n</article>\n"
    )


def test_html_of_every_kind_of_block() -> None:
    items = [item("Stones", item("hill"))]
    assert html(
        {"type": "heading", "text": "Why", "level": 3},
        {"type": "list", "ordered": True, "items": items},
        {"type": "quote", "text": "It holds.", "citation": "Ann"},
        {"type": "table", "rows": [["a", "b"]]},
        {"type": "code", "text": "<x>\n"},
        {"type": "divider"},
        {"type": "embed", "url": "https://v.example/", "provider": "V", "text": "See"},
    ).splitlines() == [
        "<article>",
        "<h3>Why</h3>",
        *("<ol>", "<li>Stones", "<ol>", "<li>hill</li>", "</ol>", "</li>", "</ol>"),
        *("<blockquote>", "<p>It holds.</p>", "<footer>Ann</footer>", "</blockquote>"),
        *("<table>", "<tr><td>a</td><td>b</td></tr>", "</table>"),
        *("<pre><code>&lt;x&gt;", "</code></pre>", "<hr>"),
        *("<blockquote>", "<p>See</p>"),
        '<p><a href="https://v.example/">https://v.example/</a></p>',
        *("</blockquote>", "</article>"),
    ]


@pytest.mark.parametrize("url", ["javascript:a()", "data:x", "/relative", "", "http://[", None])
def test_no_other_url_is_linked(url: str | None) -> None:
    assert web_url(url) is None


# Text


def test_text_without_options_is_the_text_of_the_record() -> None:
    one = article([paragraph("One."), paragraph("Two.")], standfirst="It holds.")
    assert one.to_text() == one.text == "One.\n\nTwo."
    assert one.to_text(standfirst=True) == "It holds.\n\nOne.\n\nTwo."


def test_captions_stand_where_the_pictures_stood() -> None:
    one = article(
        [paragraph("One."), paragraph("Two.")],
        headline="The weir",
        images=[picture(0, caption="Above"), picture(1), picture(9, caption="Below")],
    )
    assert one.to_text(headline=True, captions=True) == (
        "The weir\n\nAbove\n\nOne.\n\nTwo.\n\nBelow"
    )
