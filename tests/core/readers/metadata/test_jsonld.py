"""JSON-LD is decoded as far as it can be, and whatever it holds, nothing raises."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.growth import FACTOR, MOST, growth

from copydesk import extract
from copydesk.model.metadata import verbatim
from copydesk.readers.metadata import json_repair
from copydesk.readers.metadata.jsonld import clean, decode, paragraphs, text_of, types


def test_a_plain_object_is_decoded_without_a_warning() -> None:
    assert decode('{"@type": "NewsArticle", "headline": "A"}') == (
        [{"@type": "NewsArticle", "headline": "A"}],
        None,
    )


def test_lists_and_graphs_are_flattened_in_order() -> None:
    objects, _ = decode('[{"@graph": [{"n": 1}, {"n": 2}]}, [{"n": 3}]]')
    assert [o["n"] for o in objects] == [1, 2, 3]


def test_an_article_that_is_the_main_entity_is_listed_beside_its_page() -> None:
    objects, _ = decode('{"@type": "WebPage", "mainEntity": {"@type": "Article", "name": "x"}}')
    assert [types(o) for o in objects] == [["webpage"], ["article"]]


def test_a_page_as_main_entity_of_its_article_is_not_lifted() -> None:
    objects, _ = decode(
        '{"@type": "Article", "mainEntityOfPage": {"@type": "WebPage", "@id": "/"}}'
    )
    assert len(objects) == 1


@pytest.mark.parametrize(
    "text",
    [
        '{"n": "line\nbreak"}',
        '<!-- {"n": "line\nbreak"} -->',
        '//<![CDATA[\n{"n": "line\nbreak"}\n//]]>',
        '/*<![CDATA[*/{"n": "line\nbreak"}/*]]>*/',
        '\ufeff{"n": "line\nbreak"};',
        '{"n": "line\nbreak"} trailing words',
        '{"n": "line\nbreak",}',
        '{"n": "line\nbreak", "more": [1, 2, ],\n}',
        "{&quot;n&quot;: &quot;line\nbreak&quot;}",
    ],
    ids=["control", "comment", "cdata", "cdata-css", "mark", "after", "comma", "commas", "escaped"],
)
def test_each_common_fault_is_repaired(text: str) -> None:
    objects, warning = decode(text)
    assert [o["n"] for o in objects] == ["line\nbreak"]
    assert warning is None


def test_a_comma_before_a_bracket_inside_a_string_is_kept() -> None:
    assert decode('{"n": "a,]",}')[0] == [{"n": "a,]"}]


def test_several_values_one_after_another_are_all_read() -> None:
    assert decode('{"n": 1}\n{"n": 2}')[0] == [{"n": 1}, {"n": 2}]


ARTICLE = {
    "headline": "Weir to be rebuilt",
    "datePublished": "2024-03-04",
    "author": {"name": "Jo"},
}
REST = '"datePublished": "2024-03-04", "author": {"name": "Jo"}}'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"headline": "They call it "a weir" here", ' + REST, 'They call it "a weir" here'),
        ('{"headline": "He said "yes", then "no", and "well".", ' + REST, 'He said "yes", then "no", and "well".'),
        (r'{"headline": "Tollbridge\'s weir", ' + REST, "Tollbridge's weir"),
        ('{"headline": "Weir to go", "width": , "height": null, ' + REST, "Weir to go"),
        ('{"headline": "Weir to go" ' + REST, "Weir to go"),
        ('{"headline": "Weir to go",, ' + REST, "Weir to go"),
        ('{"headline": "Weir to go\n, ' + REST, "Weir to go"),
        ('{"headline": "Weir to go, ' + REST, "Weir to go"),
        ('{"headline": Weir to go, ' + REST, "Weir to go"),
        ('{"headline": "Weir to go", /* a note */ ' + REST, "Weir to go"),
        ('{"headline": "Weir to go", // "a": note\n' + REST, "Weir to go"),
        ("{'headline': 'It\\'s the weir\\'s turn', " + REST, "It's the weir's turn"),
        ("{'headline': 'It's O'Hara', " + REST, "It's O'Hara"),
        ('{headline: "Weir to go", ' + REST, "Weir to go"),
        ('{"headline": "Weir to go", "x": {{ page.x }}, ' + REST, "Weir to go"),
        ('{"headline": "Weir to go", "x": undefined, ' + REST, "Weir to go"),
        ('{"headline": "Weir to go", "tags": ["a", "b", ' + REST, "Weir to go"),
        ('{"headline": "Weir to go", "of": {"a": 1}}, ' + REST, "Weir to go"),
        ('{"headline": "Weir to go", "tags": ["a"]], ' + REST, "Weir to go"),
        ('window.ld = {"headline": "Weir to go",, ' + REST + ";", "Weir to go"),
        ("{\u201cheadline\u201d: \u201cWeir to go\u201d, " + REST, "Weir to go"),
        ('<p>{"headline": "Weir to go",<br />\n ' + REST + "</p>", "Weir to go"),
    ],
)  # fmt: skip
def test_a_script_with_one_fault_is_read_with_a_warning(text: str, expected: str) -> None:
    (found,), warning = decode(text)
    assert {k: found[k] for k in ARTICLE} == ARTICLE | {"headline": expected}
    assert warning is not None


def test_the_values_of_a_script_that_is_cut_are_kept() -> None:
    objects, warning = decode('{"@type": "NewsArticle", "author": {"name": "Jo"}, "headline": "We')
    assert objects == [{"@type": "NewsArticle", "author": {"name": "Jo"}}]
    assert warning is not None


def test_a_person_whose_brace_is_missing_takes_nothing_from_the_article() -> None:
    objects, _ = decode('{"author": {"@type": "Person", "name": "Jo", "headline": "Weir", "n": 1}')
    assert objects == [{"author": {"@type": "Person", "name": "Jo"}, "headline": "Weir", "n": 1}]


def test_a_fault_in_one_value_does_not_lose_another() -> None:
    objects, warning = decode('{"n": 1}\n{"n": 2, "m": "a "b" c"}\n{"n": 3}')
    assert [o["n"] for o in objects] == [1, 2, 3]
    assert warning is not None


HOSTILE = [
    'x "y ', 'x", y ', '"k" "v" ', '"b\n"c":"d\n', '"a" "b" ', '"b":', "/* ", "}", "]", '\\"', '"a": ,',
    '" ' * 9, '","' + "k" * 79, "[ ", "{", "<a ", "it's ", " ", "{{", "\u201c",
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("piece", HOSTILE)
def test_faults_are_repaired_in_linear_time(piece: str) -> None:
    times = 36_000 // len(piece)

    def work(size: int) -> Callable[[], object]:
        return partial(json_repair.read, '{"a": "' + piece * size)

    assert growth(work, times // FACTOR) < MOST


@pytest.mark.parametrize("text", ["not json", "{", "<html>", "{]}"])
def test_a_script_beyond_repair_gives_a_warning(text: str) -> None:
    objects, warning = decode(text)
    assert objects == []
    assert warning is not None


@pytest.mark.parametrize("text", ["", "  \n", "<!-- -->", "null", "[]", "3", '"words"'])
def test_an_empty_script_gives_nothing_and_no_warning(text: str) -> None:
    assert decode(text) == ([], None)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 10_000 + "]" * 10_000,
        '{"a":' * 10_000 + "1" + "}" * 10_000,
        "[" * 200_000,
    ],
)
def test_deep_nesting_gives_a_warning(text: str) -> None:
    objects, warning = decode(text)
    assert objects == []
    assert warning is not None


def test_a_number_of_five_million_digits_is_read_fast() -> None:
    started = time.process_time()
    objects, _ = decode('{"wordCount": ' + "9" * 5_000_000 + ', "headline": "A"}')
    assert objects == [{"wordCount": None, "headline": "A"}]
    assert time.process_time() - started < 2


def test_many_escaped_quotes_in_an_open_string_are_read_fast() -> None:
    started = time.process_time()
    decode('{"a": ' + '\\"' * 500_000)
    assert time.process_time() - started < 2


def test_constants_unknown_to_json_are_null() -> None:
    assert decode('{"a": NaN, "b": -Infinity}')[0] == [{"a": None, "b": None}]


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("NewsArticle", ["newsarticle"]),
        ("http://schema.org/NewsArticle", ["newsarticle"]),
        (["schema:Article", "https://schema.org/Report"], ["article", "report"]),
        ([None, 3, "person"], ["person"]),
        (3, []),
        (None, []),
    ],
)
def test_types_are_compared_bare(stated: object, expected: list[str]) -> None:
    assert types({"@type": stated}) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Salt &amp; pepper", "Salt & pepper"),
        ("It&amp;#8217;s", "It’s"),
        (" two \n lines ", "two lines"),
        ("an <em>old</em> <b class='x'>song</b>", "an old song"),
        ("3 < 4 and 5 > 4", "3 < 4 and 5 > 4"),
        ({"@value": "words"}, "words"),
        ({"name": ["first", "second"]}, "first"),
        (["one", "two"], "one"),
        ([], ""),
        (None, ""),
        (7, ""),
        ([[[["deep"]]]], ""),
    ],
)
def test_a_value_is_read_as_text(value: object, expected: str) -> None:
    assert text_of(value) == expected


def test_paragraphs_keep_their_lines() -> None:
    assert paragraphs("One &amp; two.\n\n Three. ") == "One & two.\nThree."


@given(st.text())
def test_texts_can_always_be_encoded(text: str) -> None:
    verbatim(text).encode()
    clean(text).encode()
    assert "\x00" not in clean(text)


@given(st.text() | st.binary().map(lambda b: b.decode("latin-1")))
def test_no_script_raises(text: str) -> None:
    for script in (text, f"{{{text}}}", f'{{"a": "{text}"}}', f"<!--{text}-->"):
        objects, warning = decode(script)
        assert all(isinstance(o, dict) for o in objects)
        assert warning is None or warning.code == "json_ld_invalid"


def test_lone_surrogates_in_escapes_do_not_reach_a_text() -> None:
    objects, _ = decode('{"headline": "bad \\ud800 half"}')
    assert text_of(objects[0]["headline"]) == "bad half"


@pytest.mark.parametrize("kind", ['["Person"]', "[[]]", '{"a": 1}', "7", "[7, null]"])
def test_a_type_of_any_shape_in_broken_json_does_not_raise(kind: str) -> None:
    script = f'{{"author": {{"@type": {kind}, "name": "Ines Marlow", "headline": "X",}}'
    words = (
        "The ferry is late today, and nobody in the port could say why it is so late again. " * 3
    )
    page = f'<script type="application/ld+json">{script}</script><p>{words}</p>'
    assert extract(page, media_type="text/html").text == words.strip()
