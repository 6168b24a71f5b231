"""Authors who stand each in an element of their own are all kept, and each person once."""

from __future__ import annotations

import json
from typing import Any

import pytest

from copydesk import Article, extract

URL = "https://www.ledger.example/region/weir-to-be-rebuilt"
SENTENCE = (
    "The rebuilding of the {} weir above Tollbridge will start in the second week of April, the "
    "river board decided on Monday night after a debate of three hours."
)


def page(head: str = "", body: str = "", url: str = URL) -> Article:
    prose = [f"<p>{SENTENCE.format(word)}</p>" for word in ("old", "new", "third")]
    return extract(
        f"<!doctype html><title>Weir to be rebuilt</title>{head}<article><h1>Weir to be rebuilt"
        f"</h1>{body}{''.join(prose)}</article>",
        media_type="text/html",
        url=url,
    )


def names(head: str = "", body: str = "") -> list[str]:
    return [a.name for a in page(head, body).authors]


def linked(author: Any) -> str:
    said = {"@type": "NewsArticle", "headline": "Weir to be rebuilt", "author": author}
    return f"<script type='application/ld+json'>{json.dumps(said)}</script>"


def person(name: str) -> dict[str, str]:
    return {"@type": "Person", "name": name}


TWO = ["Ann Bee", "Carl Dee"]


@pytest.mark.parametrize(
    "author",
    [
        [person("Ann Bee"), person("Carl Dee")],
        [[person("Ann Bee"), [person("Carl Dee")]]],
        {"@list": [person("Ann Bee"), person("Carl Dee")]},
        {"@type": "ItemList", "itemListElement": [
            {"@type": "ListItem", "item": person("Ann Bee")}, {"item": person("Carl Dee")}]},
        {"0": person("Ann Bee"), "1": person("Carl Dee")},
        [{"@type": "Role", "author": person("Ann Bee")}, "Carl Dee"],
        [{"@type": "Person", "givenName": "Ann", "familyName": "Bee"}, person("Carl Dee")],
        {"@type": "Person", "name": ["Ann Bee", "Carl Dee"]},
        {"@type": "Person", "name": {"@list": ["Ann Bee", {"@value": "Carl Dee"}]}},
        "Ann Bee and Carl Dee", "Ann Bee, Carl Dee", person("Ann Bee & Carl Dee"),
        '["Ann Bee", "Carl Dee"]', "Bee, Ann; Dee, Carl", ["Bee, Ann", "Dee, Carl"],
        "Bee, Ann and Dee, Carl", "Bee, Ann, Dee, Carl",
        [person("Ann Bee"), person("Carl Dee"), person("Ann Bee Carl Dee")],
        [person("Ann Bee Carl Dee"), person("Ann Bee"), person("Carl Dee")],
        [person("Ann Bee"), person("Carl Dee"), person("Ann Bee")],
    ],
)  # fmt: skip
def test_each_form_of_two_authors_in_json_ld_is_read(author: Any) -> None:
    assert names(linked(author)) == TWO


def test_authors_are_found_by_their_reference() -> None:
    graph = {"@graph": [
        {"@type": "NewsArticle", "headline": "Weir", "author": [{"@id": "#a"}, "#c"]},
        {"@type": "Person", "@id": "#a", "name": "Ann Bee"},
        {"@type": "Person", "@id": "#c", "givenName": "Carl", "familyName": "Dee"},
    ]}  # fmt: skip
    assert names(f"<script type='application/ld+json'>{json.dumps(graph)}</script>") == TWO


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("<meta name='author' content='Ann Bee'><meta name='author' content='Carl Dee'>", ""),
        ("<meta name='dc.creator' content='Bee, Ann'><meta name='dc.creator' content='Dee, Carl'>", ""),
        ("<meta property='article:author' content='Ann Bee'>"
         "<meta property='article:author' content='https://www.ledger.example/bee'>"
         "<meta property='article:author' content='Carl Dee'>", ""),
        ("", "<p>By <b itemprop='author'>Ann Bee</b> <b itemprop='author'>Carl Dee</b></p>"),
        ("", "<div itemprop='author' itemscope><b itemprop='name'>Ann Bee</b></div>"
             "<div itemprop='author' itemscope><b itemprop='givenName'>Carl</b> "
             "<b itemprop='familyName'>Dee</b></div>"),
        ("", "<ul itemprop='author'><li>Ann Bee</li><li>Carl Dee</li></ul>"),
        ("", "<ul><li><a rel='author' href='/a'>Ann Bee</a></li>"
             "<li><a rel='author' href='/c'>Carl Dee</a></li></ul>"),
        ("", "<div><a rel='author' href='/a'>Ann Bee</a> <a rel='author' href='/c'>Carl Dee</a></div>"),
        ("", "<ul class='authors'><li>Ann Bee</li><li>Carl Dee</li></ul>"),
        ("", "<p class='byline'>By Ann Bee</p><p class='byline'>By Carl Dee</p>"),
        (linked("Ann Bee Carl Dee"), "<p class='byline'>By Ann Bee and Carl Dee</p>"),
        (linked("Ann Bee Carl Dee") + "<meta name='author' content='Ann Bee'>"
         "<meta name='author' content='Carl Dee'>", ""),
    ],
)  # fmt: skip
def test_authors_in_elements_of_their_own_are_all_kept(head: str, body: str) -> None:
    assert names(head, body) == TWO


def test_authors_of_teasers_are_not_taken() -> None:
    teaser = "<div><h3>The mill is sold</h3><p>By <b itemprop='author'>Zed {}</b></p></div>"
    body = (
        "<p>By <b itemprop='author'>Ann Bee</b></p>" + teaser.format("One") + teaser.format("Two")
    )
    assert names("", body) == ["Ann Bee"]


@pytest.mark.parametrize("under", ["Washington Post", "NEW YORK DAILY NEWS", "Games Editor"])
def test_an_outlet_or_office_below_a_name_is_not_an_author(under: str) -> None:
    body = f"<div class='byline'><div>By Ann Bee</div><div class='author'>{under}</div></div>"
    assert names("", body) == ["Ann Bee"]


def test_each_of_several_authors_may_have_a_block_of_its_own() -> None:
    one = "<div class='card'><div><b itemprop='author'>{}</b></div></div>"
    assert names("", f"<div>{one.format('Ann Bee')}{one.format('Carl Dee')}</div>") == TWO


def test_authors_of_other_stories_on_the_page_are_not_taken() -> None:
    body = (
        "<div itemscope><b itemprop='author'>Ann Bee</b></div>"
        "<div itemscope><b itemprop='author'>Zed Other</b></div>"
    )
    assert names("", body) == ["Ann Bee"]
    lists = (
        "<ul><li><a rel='author' href='/a'>Ann Bee</a></li></ul>"
        "<ul><li><a rel='author' href='/z'>Zed Other</a></li></ul>"
    )
    assert names("", lists) == ["Ann Bee"]


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("Jonas, Tyler", ["Tyler Jonas"]),
        ("van der Berg, Anna M.", ["Anna M. van der Berg"]),
        ("Jo Bloggs, Reuters", ["Jo Bloggs"]),
        ("Jo Bloggs, Leeds", ["Jo Bloggs"]),
        ("Luke Anders Jim Tapp", ["Luke Anders Jim Tapp"]),
        ("John Smith, Jr.", ["John Smith Jr."]),
        ("\u5c71\u7530\u592a\u90ce\u3001\u9234\u6728\u82b1\u5b50", ["\u5c71\u7530\u592a\u90ce", "\u9234\u6728\u82b1\u5b50"]),
    ],
)  # fmt: skip
def test_a_comma_in_a_name_is_read_by_the_words_beside_it(stated: str, expected: list[str]) -> None:
    assert names(linked(stated)) == expected


def test_the_address_of_an_author_counts_from_the_base() -> None:
    base = "<base href='https://cdn.ledger.example/root/'>"
    found = page(base + linked({"@type": "Person", "name": "Ann Bee", "url": "team/bee"}))
    assert found.authors[0].url == "https://cdn.ledger.example/root/team/bee"


def test_two_byline_lines_of_plain_text_name_both() -> None:
    text = "Weir to be rebuilt\nBy Ann Bee\nBy Carl Dee\n\n" + SENTENCE.format("old")
    found = extract(text)
    assert [a.name for a in found.authors] == TWO
    assert found.removed == []


@pytest.mark.parametrize(
    ("keywords", "expected"),
    [
        ("\u6c34\u575d\u3001\u6cb3\u52a1\uff0c\u6cb3", ["\u6c34\u575d", "\u6cb3\u52a1", "\u6cb3"]),
        ("\u0633\u062f\u060c \u0646\u0647\u0631\u061b \u0645\u062f\u064a\u0646\u0629", ["\u0633\u062f", "\u0646\u0647\u0631", "\u0645\u062f\u064a\u0646\u0629"]),
        ("dam\nriver", ["dam", "river"]), ("#dam #river board", ["dam", "river board"]),
        ("Salt &amp; pepper, dam", ["Salt & pepper", "dam"]),
        ("\u30c9\u30ca\u30eb\u30c9\u30fb\u30c8", ["\u30c9\u30ca\u30eb\u30c9\u30fb\u30c8"]),
    ],
)  # fmt: skip
def test_keywords_are_cut_at_the_separators_of_every_script(
    keywords: str, expected: list[str]
) -> None:
    assert page(f'<meta name="keywords" content="{keywords}">').tags == expected


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("www.ledger.example/news/weir", "https://www.ledger.example/news/weir"),
        ("ledger.example/news/weir", "https://ledger.example/news/weir"),
        ("//ledger.example/news/weir", "https://ledger.example/news/weir"),
        ("https//ledger.example/news/weir", "https://ledger.example/news/weir"),
        ("https://syndicate.example/weir", "https://syndicate.example/weir"),
        ("weir-7.html", "https://www.ledger.example/region/weir-7.html"),
        ("/index.html", URL), ("https://www.ledger.example/", URL), ("/region/", URL),
        ("http://localhost/region/weir", URL), ("https:///", URL), ("", URL),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "form", ['<link rel="{}" href="{}">', '<meta property="og:url" content="{1}">']
)
def test_the_stated_address_of_a_page_is_read_where_it_can_be_one(
    form: str, stated: str, expected: str
) -> None:
    for rel in ("canonical", "Canonical", "alternate CANONICAL"):
        assert page(form.format(rel, stated)).canonical_url == expected


@pytest.mark.parametrize(
    "body",
    [
        "<div class=meta><a href=/authors/ann-bee>Ann Bee</a> | May 2</div>",
        "<div class=meta><span class=article-author>By Ann Bee</span> | May 2</div>",
        "<div class=byline><img alt=''><span class=author-name>Ann Bee</span><p>Reporter</p></div>",
        "<div><h2>Ann Bee</h2><a href=/staff/ann-bee>Ann Bee</a></div>",
    ],
)
def test_the_author_element_nearest_to_the_headline_names_the_author(body: str) -> None:
    found = page(
        f"<meta name=author content=''>{linked({'@type': 'Organization', 'name': 'Ledger'})}", body
    )
    assert [a.name for a in found.authors] == ["Ann Bee"]


def test_authors_side_by_side_are_all_kept_and_those_of_teasers_are_not() -> None:
    both = "<p><a href=/author/1>Ann Bee</a> and <a href=/author/2>Carl Dee</a></p>"
    teaser = "<ul><li><a href=/story>Weir of the year</a> <a href=/author/3>Eve Fox</a></li></ul>"
    assert names("", both + teaser) == TWO


def test_a_stated_person_precedes_an_author_element() -> None:
    body = "<div class=meta><a href=/authors/carl-dee>Carl Dee</a></div>"
    assert names(linked(person("Ann Bee")), body) == ["Ann Bee"]


@pytest.mark.parametrize("text", ["All posts", "Read more about our writers", "42"])
def test_an_author_element_without_a_name_gives_none(text: str) -> None:
    assert names("", f"<div><a href=/authors/all>{text}</a></div>") == []


def test_a_person_in_json_ld_and_opengraph_is_not_replaced_by_a_printed_name() -> None:
    card = "<p>By Carl Dee</p>"
    both = "<meta property=article:author content='Ann Bee'>" + linked(person("Ann Bee"))
    assert names(both, card) == ["Ann Bee"]
    assert names(linked(person("Ann Bee")), card) == ["Carl Dee"]


def test_a_byline_that_gives_more_names_and_titles_is_taken() -> None:
    byline = "<p>By Dr Ann Bee, Prof. Carl Dee and Eve Fox</p>"
    assert names(linked(person("Ann Bee")), byline)[:1] == ["Dr Ann Bee"]
    assert len(names(linked(person("Ann Bee")), byline)) == 3


def test_a_site_that_is_stated_as_a_person_is_none() -> None:
    head = "<meta property=og:site_name content='Valley Today'>" + linked(person(", Valley Today"))
    assert names(head, "<p><a href=/staff/1>Ann Bee</a> | Valley Today</p>") == ["Ann Bee"]


@pytest.mark.parametrize(
    "body",
    [
        "<div><a href=/author/mira/>Mira</a></div>",
        "<div class=meta><span class=author>Ann Bee</span></div>",
        "<address>Ann Bee</address>",
    ],
)
def test_a_link_to_the_page_of_an_author_may_have_a_single_name(body: str) -> None:
    assert names("", body) in (["Mira"], ["Ann Bee"])


def test_an_author_below_the_text_is_taken_if_no_other_is_there() -> None:
    prose = "".join(f"<p>{SENTENCE.format(word)}</p>" for word in ("old", "new"))
    assert names("", f"{prose}<footer><span class=byline>Ann Bee</span></footer>") == ["Ann Bee"]


@pytest.mark.parametrize("account", ["ann.bee", "annbee", "Ann"])
def test_an_account_gives_way_to_the_name_in_full(account: str) -> None:
    assert names(linked(person(account)), "<p class=byline>Ann Bee</p>") == ["Ann Bee"]


def test_meta_elements_that_name_all_authors_complete_the_first() -> None:
    head = linked(person("Ann Bee")) + "<meta name=author content='Ann Bee, Carl Dee'>"
    assert names(head) == TWO


def test_a_person_whom_a_byline_names_is_not_replaced_by_another_printed_name() -> None:
    head = "<meta name=author content='Ann Bee'>"
    shown = "<div class=byline>Eve Fox</div><div class=byline>Ann Bee</div>"
    assert names(head, shown) == ["Ann Bee"]
