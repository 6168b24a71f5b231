"""A story that a page carries only in the data of its scripts."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from copydesk import Article, extract
from copydesk.errors import EmptyDocument, NotAnArticle

URL = "https://ledger.example/region/weir-to-be-rebuilt-from-april"
HEADLINE = "Weir to be rebuilt from April"
STORY = [
    "The rebuilding of the old weir above Tollbridge will start in the second week of April, the river board decided on Monday night.",
    "Two of the five sluices have not moved since the flood of 2007, and the board's engineer told members that a third would fail.",
    "Anglers had asked for a fish ladder on the northern bank. The board agreed to one, but only if the county pays half of the cost.",
]
TEXT = "\n\n".join(STORY)
HTML = "".join(f"<p>{line}</p>" for line in STORY)
OTHER = [
    "The night bus to the upper farms carried ninety people in its first week, most of them nurses and one of them twice a night.",
    "The hospital pays one half of the cost of the weir road bus, and the farms pay the other half in milk, the company said.",
    "A second bus from April would cost forty thousand a year, and nobody on the council wants to say who should pay for it.",
]


def page(scripts: str, body: str = "<div id=app></div>", head: str = "") -> str:
    return (
        f"<!doctype html><html lang=en><head><title>{HEADLINE} | The Ledger</title>"
        f'<meta property="og:site_name" content="The Ledger">{head}</head>'
        f"<body><nav><a href=/>Home</a><a href=/region>Region</a></nav>{body}{scripts}"
        "<footer><p>The Tollbridge Ledger, 4 Quay Street.</p></footer></body></html>"
    )


def read(scripts: str, body: str = "<div id=app></div>", head: str = "") -> Article:
    return extract(page(scripts, body, head), media_type="text/html", url=URL)


def assigned(name: str, value: Any) -> str:
    return f"<script>{name}={json.dumps(value)};window.other={{a:1}}</script>"


def codes(article: Article) -> list[tuple[str, str | None]]:
    return [(w.code, w.subject) for w in article.warnings]


def blocks(article: Article) -> list[dict[str, Any]]:
    return [block.model_dump() for block in article.body]


def flat(*values: Any) -> list[Any]:
    """The flat list of Nuxt for an article: its first value refers to the others."""
    return [{"data": 1}, ["ShallowReactive", 2], {"article": 3}, {"title": 4, "body": 5}, *values]


def rows(value: Any) -> str:
    """A stream of React's rows, with the text in a row of its own."""
    text = json.dumps(value).encode()
    stream = (
        '1:"$Sreact.fragment"\n:HL["/a.css","style"]\n2:I[7,[],"Story"]\n'
        f"3:T{len(HTML.encode()):x},{HTML}"
        f'4:["$","$L2",null,{text.decode()}]\n'
    )
    half = len(stream) // 2
    return (
        "<script>(self.__next_f=self.__next_f||[]).push([0])</script>"
        f"<script>self.__next_f.push({json.dumps([1, stream[:half]])})</script>"
        f"<script>self.__next_f.push({json.dumps([1, stream[half:]])})</script>"
    )


ARTICLE = {"title": HEADLINE, "body": HTML}
PLACES = {
    "__NEXT_DATA__": f'<script id="__NEXT_DATA__" type="application/json">{json.dumps({"props": {"pageProps": ARTICLE}})}</script>',
    "__NUXT_DATA__": f'<script id="__NUXT_DATA__" type="application/json">{json.dumps(flat(HEADLINE, HTML))}</script>',
    "__NUXT__": (
        "<script>window.__NUXT__=(function(a,b,c){c.x=b;return {layout:\"default\",data:[{article:{title:a,"
        f"body:{json.dumps(HTML)},image:b,tags:[b,void 0,!0]}}}}],error:null}}}}({json.dumps(HEADLINE)},null,{{}}));</script>"
    ),
    "__PRELOADED_STATE__": assigned("window.__PRELOADED_STATE__", {"story": {"current": ARTICLE}}),
    "__INITIAL_STATE__": f"<script>window.__INITIAL_STATE__ = {{story: {{loaded: undefined, at: new Date('2024-03-04'), title: '{HEADLINE}', body: {json.dumps(HTML)},}},}}</script>",
    "__STATE__": f"<script>window['__STATE__'] = JSON.parse({json.dumps(json.dumps(ARTICLE))})</script>",
    "app-state": '<script id="app-state" type="application/json">' + json.dumps(ARTICLE).replace('"', "&q;").replace("<", "&l;") + "</script>",
    "__next_f": rows({"article": {"title": HEADLINE, "body": "$3"}}),
    "__APOLLO_STATE__": assigned(
        "window.__APOLLO_STATE__",
        {
            "Article:9": {"__typename": "Article", "id": "9", "title": HEADLINE, 'parts({"format":"json"})': [{"__ref": f"Text:{n}"} for n in range(3)]},
            "ROOT_QUERY": {'article({"id":"9"})': {"__ref": "Article:9"}},
            **{f"Text:{n}": {"__typename": "Text", "text": line} for n, line in enumerate(STORY)},
        },
    ),
}  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_a_story_that_stands_only_in_the_state_is_read_with_a_warning(place: str) -> None:
    article = read(PLACES[place])
    assert article.text == TEXT
    assert article.headline == HEADLINE
    assert codes(article) == [("text_not_shown", f"state.{place}")]
    origin = article.provenance["body"]
    assert (origin.source, origin.rule) == ("state", f"state.{place}")
    assert (origin.raw or "").startswith(STORY[0])


FORMS: dict[str, Any] = {
    "plain text": {"title": HEADLINE, "text": "\n\n".join(STORY)},
    "HTML in an object": {"title": {"rendered": HEADLINE}, "content": {"rendered": HTML}},
    "paragraphs": {"headline": HEADLINE, "paragraphs": STORY},
    "paragraphs in HTML": {"headline": HEADLINE, "body": [f"<p>{line}</p>" for line in STORY]},
    "Portable Text": {"title": HEADLINE, "body": [{"_type": "block", "_key": str(n), "style": "normal", "markDefs": [], "children": [{"_type": "span", "_key": "a", "marks": [], "text": line[:20]}, {"_type": "span", "_key": "b", "marks": ["em"], "text": line[20:]}]} for n, line in enumerate(STORY)]},
    "Contentful": {"fields": {"title": HEADLINE, "body": {"nodeType": "document", "data": {}, "content": [{"nodeType": "paragraph", "data": {}, "content": [{"nodeType": "text", "value": line, "marks": [], "data": {}}]} for line in STORY]}}},
    "ProseMirror": {"title": HEADLINE, "content": {"type": "doc", "content": [{"type": "paragraph", "content": [{"type": "text", "text": line}]} for line in STORY]}},
    "Lexical": {"title": HEADLINE, "content": {"root": {"type": "root", "children": [{"type": "paragraph", "version": 1, "children": [{"type": "text", "mode": "normal", "text": line}]} for line in STORY]}}},
    "Slate": {"title": HEADLINE, "content": [{"type": "paragraph", "children": [{"text": line[:30]}, {"text": line[30:], "bold": True}]} for line in STORY]},
    "Draft.js": {"title": HEADLINE, "body": {"entityMap": {}, "blocks": [{"key": str(n), "type": "unstyled", "text": line, "depth": 0, "entityRanges": [], "inlineStyleRanges": []} for n, line in enumerate(STORY)]}},
    "Editor.js": {"title": HEADLINE, "content": {"time": 1, "version": "2", "blocks": [{"id": str(n), "type": "paragraph", "data": {"text": line}} for n, line in enumerate(STORY)]}},
    "Gutenberg": {"title": HEADLINE, "blocks": [{"blockName": "core/paragraph", "attrs": {}, "innerBlocks": [], "innerHTML": f"\n<p>{line}</p>\n"} for line in STORY]},
    "Gutenberg by names": {"title": HEADLINE, "blocks": [{"name": "core/paragraph", "attributes": {"content": line}} for line in STORY]},
    "JsonML": {"title": HEADLINE, "body": ["div", *(["p", line[:20], ["strong", line[20:24]], line[24:]] for line in STORY)]},
    "components": {"title": HEADLINE, "elements": [{"component": "ParagraphBox", "properties": {"text": line, "inlineStyleRanges": []}, "settings": {"wide": False}} for line in STORY]},
    "headline beside the text": {"seo": {"title": HEADLINE}, "article": {"stages": [{"stream": [{"type": "paragraph", "children": [{"text": line}]} for line in STORY]}]}},
    "only the address": {"slug": "weir-to-be-rebuilt-from-april", "body": HTML},
    "escaped HTML": {"title": HEADLINE, "body": HTML.replace("<", "&lt;").replace(">", "&gt;")},
    "a string of JSON": {"payload": json.dumps({"title": HEADLINE, "body": HTML})},
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_the_forms_of_texts_in_the_state_are_read(form: str) -> None:
    article = read(assigned("window.__STATE__", {"page": FORMS[form]}))
    assert article.text == TEXT


ANS: dict[str, Any] = {
    "type": "story",
    "headlines": {"basic": HEADLINE},
    "canonical_url": "/region/weir-to-be-rebuilt-from-april/",
    "first_publish_date": "2024-03-04T10:00:00Z",
    "last_updated_date": "2024-03-05T09:00:00Z",
    "credits": {"by": [{"type": "author", "name": "Ines Marlow"}]},
    "content_elements": [
        {"type": "text", "_id": "A", "content": STORY[0], "additional_properties": {"comments": []}},
        {"type": "header", "level": 3, "content": "What it costs"},
        {"type": "image", "url": "https://ledger.example/img/weir.jpg", "caption": "The weir in March.", "alt_text": "A weir", "credits": {"by": [{"name": "Jo Lee", "type": "author"}], "affiliation": []}},
        {"type": "text", "_id": "B", "content": STORY[1].replace("2007", "<b>2007</b>")},
        {"type": "list", "list_type": "ordered", "items": [{"type": "text", "content": "Sluices"}, {"type": "text", "content": "A ladder"}]},
        {"type": "quote", "subtype": "blockquote", "content_elements": [{"type": "text", "content": "It will hold for a century."}]},
        {"type": "interstitial_link", "url": "https://ledger.example/region/eels-return", "content": "Eels return to the lower river"},
        {"type": "table", "header": [{"type": "text", "content": "Part"}, {"type": "text", "content": "Cost"}], "rows": [[{"type": "text", "content": "Gate"}, {"type": "text", "content": "4"}], [{"type": "text", "content": "Ladder"}, {"type": "text", "content": "2"}]]},
        {"type": "divider"},
        {"type": "story", "headlines": {"basic": "Night bus finds its riders"}, "content_elements": [{"type": "text", "content": line} for line in OTHER]},
        {"type": "raw_html", "content": f"<p>{STORY[2]}</p>"},
        {"type": "gallery", "content_elements": [{"type": "image", "url": "https://ledger.example/img/gate.jpg", "caption": "Gate three."}]},
        {"type": "video", "headlines": {"basic": "The weir from above"}, "canonical_url": "/video/weir", "streams": []},
    ],
    "related_content": {"basic": [{"type": "story", "headlines": {"basic": "Night bus finds its riders"}, "content_elements": [{"type": "text", "content": line} for line in OTHER * 3]}]},
}  # fmt: skip


def test_the_blocks_of_arc_are_blocks_of_the_record() -> None:
    article = read(f"<script>Fusion.globalContent={json.dumps(ANS)};Fusion.tree={{}};</script>")
    assert [block["type"] for block in blocks(article)] == [
        "paragraph", "heading", "paragraph", "list", "quote", "table", "divider", "paragraph",
    ]  # fmt: skip
    by_type = {block["type"]: block for block in blocks(article)}
    assert (by_type["heading"]["text"], by_type["heading"]["level"]) == ("What it costs", 3)
    assert by_type["list"]["ordered"]
    assert [item["text"] for item in by_type["list"]["items"]] == ["Sluices", "A ladder"]
    assert by_type["quote"]["text"] == "It will hold for a century."
    assert by_type["table"]["rows"] == [["Part", "Cost"], ["Gate", "4"], ["Ladder", "2"]]
    first, second = article.images
    assert (first.url, first.caption) == (
        "https://ledger.example/img/weir.jpg",
        "The weir in March.",
    )
    assert (first.alt, first.credit, first.position) == ("A weir", "Jo Lee", 2)
    assert second.caption == "Gate three."
    assert [(r.text, r.url) for r in article.related] == [
        ("Eels return to the lower river", "https://ledger.example/region/eels-return")
    ]
    assert article.published == "2024-03-04T10:00:00+00:00"
    assert article.modified == "2024-03-05T09:00:00+00:00"
    assert [author.name for author in article.authors] == ["Ines Marlow"]
    assert article.provenance["published"].source == "state"
    assert "Night bus" not in article.model_dump_json()


def test_lists_headings_and_quotations_of_portable_text_are_blocks() -> None:
    def line(text: str, **more: Any) -> dict[str, Any]:
        return {
            "_type": "block",
            "children": [{"_type": "span", "text": text}],
            "style": "normal",
        } | more

    parts = [
        line(STORY[0]),
        line("What it costs", style="h3"),
        line("Sluices", listItem="bullet", level=1),
        line("Of oak", listItem="bullet", level=2),
        line("A ladder", listItem="bullet", level=1),
        line("It will hold for a century.", style="blockquote"),
        line(STORY[1]),
        line(STORY[2]),
    ]
    found = blocks(read(assigned("window.__STATE__", {"title": HEADLINE, "body": parts})))
    assert [b["type"] for b in found] == [
        "paragraph", "heading", "list", "quote", "paragraph", "paragraph",
    ]  # fmt: skip
    assert found[1]["level"] == 3
    assert [item["text"] for item in found[2]["items"]] == ["Sluices", "A ladder"]
    assert [item["text"] for item in found[2]["items"][0]["items"]] == ["Of oak"]


def test_what_the_page_states_comes_before_the_state() -> None:
    head = (
        '<meta property="article:published_time" content="2024-03-01T08:00:00Z">'
        '<meta name="author" content="Tom Reed">'
    )
    article = read(f"<script>Fusion.globalContent={json.dumps(ANS)}</script>", head=head)
    assert article.published == "2024-03-01T08:00:00+00:00"
    assert [author.name for author in article.authors] == ["Tom Reed"]


def test_the_state_is_left_alone_on_a_page_that_shows_its_story() -> None:
    shown = "<article>" + "".join(f"<p>{line}</p>" for line in STORY * 3) + "</article>"
    longer = {"title": HEADLINE, "body": HTML * 30}
    article = read(assigned("window.__STATE__", longer), shown)
    assert article.text == "\n\n".join(STORY * 3)
    assert codes(article) == []


def test_state_that_equals_what_the_page_shows_changes_nothing() -> None:
    shown = f"<article><h1>{HEADLINE}</h1>{HTML}</article>"
    article = read(assigned("window.__STATE__", ARTICLE), shown)
    assert article.text == TEXT
    assert codes(article) == []
    assert "body" not in article.provenance


def test_the_whole_story_of_the_state_takes_the_place_of_its_beginning() -> None:
    shown = (
        f"<main><h1>{HEADLINE}</h1><p class=byline>By Ines Marlow</p>"
        f"<div class=text><p>{STORY[0]}</p><p>{STORY[1]}</p><button>Go on reading</button></div></main>"
    )
    body = HTML + "".join(f"<p>{line}</p>" for line in OTHER * 2)
    article = read(assigned("window.__STATE__", {"title": HEADLINE, "body": body}), shown)
    assert article.text == "\n\n".join([*STORY, *OTHER * 2])
    assert article.byline == "By Ines Marlow"
    assert codes(article) == [("text_not_shown", "state.__STATE__")]
    assert "beginning" in article.warnings[0].message


def test_the_beginning_is_all_of_a_page_that_is_declared_paid() -> None:
    head = '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": false}</script>'
    shown = f"<main><h1>{HEADLINE}</h1><p>{STORY[0]}</p><p>{STORY[1]}</p></main>"
    body = HTML + "".join(f"<p>{line}</p>" for line in OTHER * 2)
    article = read(assigned("window.__STATE__", {"title": HEADLINE, "body": body}), shown, head)
    assert article.text == f"{STORY[0]}\n\n{STORY[1]}"
    assert article.access.declared == "paid"


def test_a_short_story_that_is_no_part_of_the_state_is_kept() -> None:
    shown = f"<main><h1>{HEADLINE}</h1><p>{OTHER[0]}</p><p>{OTHER[1]}</p></main>"
    article = read(assigned("window.__STATE__", {"title": HEADLINE, "body": HTML * 4}), shown)
    assert article.text == f"{OTHER[0]}\n\n{OTHER[1]}"
    assert codes(article) == []


WRONG: dict[str, Any] = {
    "another article": {"title": "Night bus finds its riders", "slug": "night-bus", "body": "".join(f"<p>{line}</p>" for line in OTHER)},
    "teasers of a list": {"title": HEADLINE, "items": [{"title": f"Story number {n} of the day", "url": f"/story-{n}", "summary": line} for n, line in enumerate(OTHER * 4)]},
    "comments": {"title": HEADLINE, "comments": [{"author": "Ned P.", "created": "2024-03-04", "body": f"{line} {line} {line}"} for line in OTHER]},
    "the next article": {"title": HEADLINE, "next": {"title": "Night bus finds its riders", "body": "".join(f"<p>{line}</p>" for line in OTHER)}},
    "texts of the site": {"title": HEADLINE, "consent": "<p>We and our partners store cookies on your device to see what you read here.</p>" * 6},
    "a list of words": {"title": HEADLINE, "keywords": ["weir", "tollbridge", "river board"] * 60},
    "a script in HTML": {"title": HEADLINE, "body": f"<script>weir('{TEXT}')</script><style>{TEXT}</style>"},
    "code": {"title": HEADLINE, "script": "function weir(april) { if (april == 1) { return rebuilt; } } // rebuilt. " * 9},
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_what_is_not_the_pages_story_is_not_read_from_the_state(what: str) -> None:
    with pytest.raises((NotAnArticle, EmptyDocument)):
        read(assigned("window.__STATE__", {"page": WRONG[what]}))


def test_a_front_page_has_no_story_in_its_state() -> None:
    html = page(assigned("window.__STATE__", ARTICLE))
    with pytest.raises((NotAnArticle, EmptyDocument)):
        extract(html, media_type="text/html", url="https://ledger.example/")


def test_the_longest_text_of_the_article_is_its_story() -> None:
    state = {
        "list": [{"title": HEADLINE, "summary": " ".join(STORY[:2]) + " " + STORY[0][:99] + "."}],
        "story": ARTICLE | {"summary": "A weir."},
    }
    assert read(assigned("window.__STATE__", state)).text == TEXT


def test_a_text_in_the_json_ld_is_the_story_of_a_page_without_any_text() -> None:
    stated = json.dumps({"@type": "NewsArticle", "headline": HEADLINE, "articleBody": TEXT})
    html = f'<title>{HEADLINE}</title><script type="application/ld+json">{stated}</script><body>'
    article = extract(html, media_type="text/html", url=URL)
    assert article.text == TEXT
    assert article.provenance["body"].source == "json-ld"
    assert codes(article) == [("text_not_shown", "json-ld.NewsArticle.articleBody")]


def test_state_that_cannot_be_read_is_told() -> None:
    broken = json.dumps({"story": ARTICLE | {"more": "x " * 2000}})[:-40]
    article = read(
        f"<script>window.__STATE__={broken}</script>",
        body=f"<table>{'<tr><td>4<td>Weir gate' * 9}</table><h1>{HEADLINE}</h1>",
    )
    assert ("state_invalid", "__STATE__") in codes(article)


@pytest.mark.parametrize(
    "script",
    [
        "window.a=" + "[" * 100_000,
        "window.a=" + '{"a":' * 100_000,
        "window.a=" + "{a:[" * 100_000,
        "window.a={" * 50_000,
        "window.a=[1," * 50_000,
        "window.a=(function(a){return " * 20_000,
        "window.a=((a)=>x" * 20_000,
        'window.a="' + '\\"' * 200_000,
        "window.a={title:'" + HEADLINE + "'," + "a:'b'," * 200_000 + "}",
        "window.a=" + json.dumps({"title": HEADLINE, "body": ["<aside"] * 50_000}),
        "window.a=" + json.dumps({"title": HEADLINE, "body": "<p" * 300_000}),
        "window.a=" + json.dumps([{"title": HEADLINE, "slug": "weir-to-be-rebuilt-from-april", "x": [[]]}] * 20_000),
        "self.__next_f.push(" + json.dumps([1, "".join(f'{n:x}:["${n + 1:x}","${n + 1:x}"]\n' for n in range(1, 400))]) + ")",
        "self.__next_f.push([1," + '"1:' * 50_000 + "])",
    ],
    ids=lambda script: script[:24],
)  # fmt: skip
def test_hostile_state_is_read_in_bounded_time(script: str) -> None:
    html = page(f"<script>{script}</script>")
    start = time.process_time()
    with pytest.raises((NotAnArticle, EmptyDocument)):
        extract(html, media_type="text/html", url=URL)
    assert time.process_time() - start < 20


def test_state_that_contains_itself_is_read() -> None:
    values = [{"data": 1}, {"article": 2}, {"title": 3, "body": 4, "self": 2}, HEADLINE, HTML]
    script = f'<script id="__NUXT_DATA__" type="application/json">{json.dumps(values)}</script>'
    assert read(script).text == TEXT


def test_a_text_that_the_state_names_many_times_is_not_read_without_end() -> None:
    article = {"title": 3, "body": 4}
    values = [{"data": 1}, {"article": 2}, article, HEADLINE, [5] * 5000, HTML * 9]
    script = f'<script id="__NUXT_DATA__" type="application/json">{json.dumps(values)}</script>'
    found = read(script)
    assert codes(found)[0] == ("text_not_shown", "state.__NUXT_DATA__")
    assert len(found.text) < 2_500_000


def test_what_the_first_reading_did_to_a_page_is_not_done_twice() -> None:
    late = '<div hidden id="S:0"><p>Ferry notices.</p></div>'
    ruby = "<p>The <ruby>weir<rt>stuw</rt></ruby> <ruby>gate<rt>(poort)</rt></ruby> stands.</p>"
    state = assigned("window.__STATE__", {"article": {"title": HEADLINE, "body": HTML}})
    article = read(state, f"<article><h1>{HEADLINE}</h1>{ruby}</article>{late}")
    assert article.text == f"The weir(stuw) gate(poort) stands.\n\n{TEXT}"
    assert {code for code, _ in codes(article)} == {"text_not_shown", "hidden_text"}
