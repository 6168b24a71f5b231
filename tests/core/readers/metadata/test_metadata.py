"""What a page says of itself is collected with its origin, whatever it holds."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from copydesk.model.metadata import FIELDS, Metadata, Statement
from copydesk.readers.metadata.statements import read

URL = "https://www.example.com/news/2024/05/03/bridge-opens"


def page(head: str = "", body: str = "", *, url: str | None = URL, lang: str = "en") -> Metadata:
    html = f"<html lang='{lang}'><head>{head}</head><body>{body}</body></html>"
    return read(LexborHTMLParser(html, scripting=True), url)


def linked(*objects: Any, head: str = "", body: str = "") -> Metadata:
    scripts = "".join(
        f"<script type='application/ld+json'>{json.dumps(o)}</script>" for o in objects
    )
    return page(head + scripts, body)


def values(metadata: Metadata, name: str, rule: str = "") -> list[Any]:
    return [c.value for c in metadata.statements[name] if rule in c.rule]


def article(**fields: Any) -> dict[str, Any]:
    return {"@context": "https://schema.org", "@type": "NewsArticle", **fields}


def test_an_empty_page_says_nothing() -> None:
    found = read(LexborHTMLParser("", scripting=True), None)
    assert set(found.statements) == set(FIELDS)
    assert not any(found.statements.values())
    assert (found.articles, found.types, found.warnings) == ([], frozenset(), [])


def test_a_candidate_tells_where_it_came_from() -> None:
    found = page("<meta property='og:title' content=' Bridge &amp;amp; tunnel '>")
    assert found.statements["headline"] == [
        Statement(
            "headline",
            "Bridge & tunnel",
            "opengraph",
            "meta.og:title",
            " Bridge &amp; tunnel ",
            "meta.og:title",
        )
    ]


@pytest.mark.parametrize(
    ("kind", "place"),
    [("NewsArticle", "json-ld.headline"), ("WebPage", "json-ld.page.headline")],
)
def test_the_place_of_a_json_ld_statement_tells_pages_from_articles(kind: str, place: str) -> None:
    data = f'{{"@type": "{kind}", "headline": "Bridge"}}'
    found = page(f'<script type="application/ld+json">{data}</script>')
    candidates = [(c.rule, c.place) for c in found.statements["headline"]]
    assert candidates == [(f"json-ld.{kind}.headline", place)]


def test_raw_text_is_kept_to_500_characters() -> None:
    found = page(f"<meta name='description' content='{'long ' * 300}'>")
    assert len(found.statements["description"][0].raw) == 500


def test_each_field_of_an_article_is_read() -> None:
    found = linked(
        article(
            headline="Bridge opens",
            description="It opened.",
            datePublished="2024-05-03T10:00:00Z",
            dateModified="2024-05-04",
            author=[{"@type": "Person", "name": "Jo Bloggs", "jobTitle": "Editor", "url": "/jo"}],
            articleSection="City",
            keywords="bridge, river",
            inLanguage={"@type": "Language", "alternateName": "en"},
            mainEntityOfPage={"@id": URL},
            image={"url": "https://example.com/a.jpg", "caption": "The bridge", "creditText": "X"},
            isAccessibleForFree="False",
            hasPart={"isAccessibleForFree": "false", "cssSelector": ".paid"},
            articleBody="One.\n\nTwo.",
            wordCount="12",
            commentCount=0,
            sourceOrganization={"name": "Reuters"},
            publisher={"name": "The Example"},
        )
    )
    assert values(found, "headline", "json-ld.NewsArticle.headline") == ["Bridge opens"]
    assert values(found, "description") == ["It opened."]
    assert values(found, "published", "json-ld") == ["2024-05-03T10:00:00Z"]
    assert values(found, "modified") == ["2024-05-04"]
    person = {"name": "Jo Bloggs", "url": "/jo", "kind": "person", "role": "Editor"}
    assert values(found, "authors") == [[person]]
    assert values(found, "section") == ["City"]
    assert values(found, "tags") == [["bridge", "river"]]
    assert values(found, "language") == ["en", "en"]
    assert values(found, "canonical_url") == [URL]
    picture = {"url": "https://example.com/a.jpg", "caption": "The bridge", "credit": "X"}
    assert values(found, "image") == [picture | {"alt": None}]
    assert values(found, "access") == [{"declared": "paid", "selectors": [".paid"]}]
    assert values(found, "article_body") == ["One.\nTwo."]
    assert values(found, "word_count") == [12]
    assert values(found, "comment_count") == [0]
    assert values(found, "agencies") == ["Reuters"]
    assert values(found, "site_name") == ["The Example"]
    assert values(found, "kind") == ["article"]


def test_people_named_by_reference_are_found_in_the_graph() -> None:
    found = linked({
        "@graph": [
            {"@type": "Article", "headline": "A", "author": {"@id": "#jo"}},
            {"@type": "Person", "@id": "#jo", "name": "Jo Bloggs"},
        ]
    })  # fmt: skip
    assert [p["name"] for p in values(found, "authors")[0]] == ["Jo Bloggs"]


def test_the_article_of_the_page_goes_before_others_it_lists() -> None:
    found = linked(
        [
            article(headline="Elsewhere", url="https://www.example.com/news/other"),
            article(headline="Here", url=URL + "?from=home#top"),
        ]
    )
    assert [a["headline"] for a in found.articles] == ["Here"]


def test_an_article_goes_before_the_page_that_holds_it() -> None:
    found = linked({"@type": "WebPage", "name": "Page"}, article(headline="Article"))
    assert [a["@type"] for a in found.articles] == ["NewsArticle", "WebPage"]


def test_two_articles_of_one_rank_are_not_mixed() -> None:
    found = linked(article(headline="First"), article(headline="Second", author="Not His"))
    assert values(found, "authors") == []


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("LiveBlogPosting", "live_blog"),
        (["Article", "OpinionNewsArticle"], "article"),
        ("OpinionNewsArticle", "opinion"),
        ("http://schema.org/AnalysisNewsArticle", "analysis"),
        ("ReviewNewsArticle", "review"),
        ("VideoObject", "video"),
        ("ImageGallery", "gallery"),
        ("newsarticle", "article"),
    ],
)
def test_the_type_tells_the_kind(kind: object, expected: str) -> None:
    assert values(linked({"@type": kind, "headline": "A"}), "kind") == [expected]


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        (True, "free"), (False, "paid"), ("True", "free"), ("false", "paid"),
        ("http://schema.org/False", "paid"), ("https://schema.org/True", "free"),
    ],
)  # fmt: skip
def test_access_is_read_in_every_spelling(stated: object, expected: str) -> None:
    found = linked(article(isAccessibleForFree=stated))
    assert values(found, "access") == [{"declared": expected, "selectors": []}]


def test_a_paid_part_alone_declares_the_page_paid() -> None:
    found = linked(article(hasPart=[{"isAccessibleForFree": False, "cssSelector": [".a", ".b"]}]))
    assert values(found, "access") == [{"declared": "paid", "selectors": [".a", ".b"]}]


def test_comments_are_counted_from_the_interactions() -> None:
    statistics = [
        {"interactionType": "https://schema.org/LikeAction", "userInteractionCount": 9},
        {"interactionType": {"@type": "CommentAction"}, "userInteractionCount": "4"},
    ]
    assert values(linked(article(interactionStatistic=statistics)), "comment_count") == [4]


def test_live_updates_are_read_in_order() -> None:
    updates = [
        {"datePublished": "2024-05-03T10:00Z", "headline": "One", "articleBody": "Text &amp; more"},
        {"name": "Two"},
        {"datePublished": "2024-05-03T10:00Z"},
        "no update",
    ]
    found = linked({"@type": "LiveBlogPosting", "liveBlogUpdate": updates})
    assert values(found, "live_updates") == [
        [
            {"time": "2024-05-03T10:00Z", "headline": "One", "text": "Text & more"},
            {"time": None, "headline": "Two", "text": None},
        ]
    ]


def test_breadcrumbs_are_read_by_position() -> None:
    items = [
        {"position": "2", "item": {"name": "City"}},
        {"position": 1, "name": "Home"},
        {"position": 3, "name": "https://www.example.com/x"},
    ]
    found = linked({"@type": "BreadcrumbList", "itemListElement": items})
    assert values(found, "breadcrumbs") == [["Home", "City"]]


def test_types_of_json_ld_and_opengraph_stand_together() -> None:
    found = linked(article(), head="<meta property='og:type' content='Article'>")
    assert found.types == {"newsarticle", "og:article"}


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("article:published_time", "published"), ("parsely-pub-date", "published"),
        ("DC.date.issued", "published"), ("sailthru.date", "published"),
        ("cXenseParse:recs:publishtime", "published"), ("og:updated_time", "modified"),
        ("last-modified", "modified"), ("article:section", "section"),
        ("og:site_name", "site_name"), ("og:locale", "language"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("attribute", ["name", "property"])
def test_names_of_meta_elements_are_known(name: str, field: str, attribute: str) -> None:
    found = page(f"<meta {attribute}='{name}' content='x'>", lang="")
    assert values(found, field, "meta.") == ["x"]


def test_a_profile_address_is_no_name() -> None:
    found = page("<meta property='article:author' content='https://example.com/people/jo'>")
    author = {"name": None, "url": "https://example.com/people/jo", "kind": None}
    assert values(found, "authors") == [[author]]


def test_the_writer_is_read_from_a_two_part_card() -> None:
    found = page(
        "<meta name='twitter:label1' content='Written by'>"
        "<meta name='twitter:data1' content='Jo Bloggs'>"
        "<meta name='twitter:label2' content='Reading time'>"
        "<meta name='twitter:data2' content='3 minutes'>"
    )
    assert [p["name"] for people in values(found, "authors") for p in people] == ["Jo Bloggs"]


def test_links_are_resolved_against_the_page() -> None:
    found = page(
        "<link rel='canonical' href='/news/bridge'>"
        "<meta property='og:url' content='javascript:alert(1)'>"
        "<meta property='og:image' content='//img.example.com/a.jpg'>"
        "<meta property='og:image:alt' content='A bridge'>"
    )
    assert values(found, "canonical_url") == ["https://www.example.com/news/bridge"]
    image = {"url": "https://img.example.com/a.jpg", "caption": None, "credit": None}
    assert values(found, "image") == [image | {"alt": "A bridge"}]


def test_microdata_is_read_where_json_ld_says_too_little() -> None:
    body = (
        "<h1 itemprop='headline'>Bridge<br>opens</h1>"
        "<span itemprop='author' itemscope><b itemprop='name'>Jo Bloggs</b>, Leeds</span>"
        "<time itemprop='datePublished' datetime='2024-05-03'>Friday</time>"
    )
    found = page(body=body)
    assert values(found, "headline", "itemprop") == ["Bridge opens"]
    assert [p["name"] for p in values(found, "authors")[0]] == ["Jo Bloggs"]
    assert values(found, "published", "itemprop") == ["2024-05-03"]


def test_a_comment_in_microdata_is_not_the_article() -> None:
    comment = (
        "<div itemscope itemtype='https://schema.org/Comment'><p itemprop='author'>Reader</p>"
        "<time itemprop='datePublished' datetime='2024-05-05'></time></div>"
    )
    found = page(body=comment)
    assert values(found, "authors") == []
    assert values(found, "published", "itemprop") == []


def test_a_time_marked_as_update_is_no_publication() -> None:
    found = page(body="<time datetime='2024-05-03'></time><time class='updated' datetime='x'>")
    assert values(found, "published", "html.time") == ["2024-05-03"]
    assert values(found, "modified", "html.time") == ["x"]


def test_a_heading_in_a_breadcrumb_gives_way_to_the_next_one() -> None:
    found = page(body="<ul><li><h1>For robots</h1></li></ul><h2><i>Kicker</i> <b>Real</b></h2>")
    rules = {c.rule: c.value for c in found.statements["headline"]}
    assert rules["html.h1.crumb"] == "For robots"
    assert rules["html.h2"] == "Kicker Real"
    assert "Real" in values(found, "headline", "html.h2.part")


def test_the_address_gives_the_day() -> None:
    assert values(page(), "published", "url.") == ["2024-05-03"]


def test_a_script_that_does_not_decode_is_mentioned() -> None:
    found = page("<script type='application/ld+json'>{oops}</script>")
    assert len(found.warnings) == 1


def test_statements_in_a_broken_head_are_still_read() -> None:
    found = page("<div></div><meta property='og:title' content='Bridge'>")
    assert values(found, "headline", "og:title") == ["Bridge"]


@pytest.mark.slow
def test_nested_microdata_costs_no_time() -> None:
    body = "<div itemprop=author>x" * 3000
    assert len(values(page(body=body), "authors")) <= 200


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
    | st.sampled_from(["https://example.com/x", "Article", "2024-05-03", "#a"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["@id", "@type", "@value", "name", "url", "cssSelector"]), inner, max_size=4
    ),
    max_leaves=8,
)  # fmt: skip
KEYS = [
    "@id", "@type", "headline", "name", "description", "datePublished", "dateModified", "author",
    "creator", "articleSection", "keywords", "inLanguage", "url", "mainEntityOfPage", "image",
    "thumbnailUrl", "isAccessibleForFree", "hasPart", "articleBody", "wordCount", "commentCount",
    "interactionStatistic", "sourceOrganization", "publisher", "liveBlogUpdate",
    "itemListElement", "@graph", "mainEntity",
]  # fmt: skip


@settings(deadline=None)
@given(
    st.sampled_from(["NewsArticle", "WebPage", "LiveBlogPosting", "BreadcrumbList", "WebSite"]),
    st.dictionaries(st.sampled_from(KEYS), JSON),
)
def test_no_value_in_any_slot_raises(kind: str, fields: dict[str, Any]) -> None:
    found = linked({"@type": kind, **fields}, {**fields, "@graph": [fields]})
    for candidates in found.statements.values():
        for candidate in candidates:
            (candidate.raw + candidate.rule).encode()
            assert len(candidate.raw) <= 500


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_meta_element_raises(name: str, content: str) -> None:
    for key in (name, "og:title", "author", "og:url", "keywords", "twitter:label1", "og:type"):
        html = f'<meta name="{key}" content="{content}"><h1 itemprop="{name}">{content}</h1>'
        read(LexborHTMLParser(html, scripting=True), content or None)
