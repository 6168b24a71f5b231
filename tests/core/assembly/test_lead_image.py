"""The lead image is what the outlet shows for the article, with the words of the same picture."""

from __future__ import annotations

import json

import pytest

from copydesk import Article, extract
from copydesk.assembly.lead_image import is_of_site, is_same_file

HOST = "https://www.ledger.example"
SENTENCE = (
    "The rebuilding of the {} weir above Tollbridge will start in the second week of April, the "
    "river board decided on Monday night after a debate of three hours."
)
FIGURE = "<figure><img src={}><figcaption>{}</figcaption></figure>"


def page(head: str = "", body: str = "") -> Article:
    prose = [f"<p>{SENTENCE.format(word)}</p>" for word in ("old", "new", "third")]
    return extract(
        f"<!doctype html><title>Weir to be rebuilt</title>{head}<article><h1>Weir to be rebuilt"
        f"</h1>{body}{''.join(prose)}</article>",
        media_type="text/html",
        url=HOST + "/region/weir",
    )


def shared(url: str) -> str:
    return f"<meta property=og:image content='{url}'>"


def linked(*images: object) -> str:
    said = {"@type": "NewsArticle", "headline": "Weir to be rebuilt", "image": images}
    return f"<script type='application/ld+json'>{json.dumps(said)}</script>"


def lead(article: Article) -> tuple[str, str | None, str | None, str] | None:
    found = article.lead_image
    return (found.url, found.caption, found.credit, found.source) if found else None


def test_the_stated_picture_is_absolute_and_has_the_words_of_the_same_file() -> None:
    body = FIGURE.format("/img/w640/weir-9f2c.jpg?q=80", "The weir in March (Photo: Ann Lee)")
    found = page(shared("/img/w1200/weir-9f2c.jpg"), body)
    url = HOST + "/img/w1200/weir-9f2c.jpg"
    assert lead(found) == (url, "The weir in March", "Ann Lee", "opengraph")
    origin = found.provenance["lead_image"]
    assert (origin.rule, origin.raw) == ("meta.og:image", "/img/w1200/weir-9f2c.jpg")


def test_without_such_a_picture_its_words_are_those_of_the_linked_data() -> None:
    stated = {"@type": "ImageObject", "url": "/weir-9f2c.jpg", "caption": "The weir"}
    found = page(shared(HOST + "/weir-9f2c.jpg?w=90") + linked(stated | {"creditText": "Ann Lee"}))
    assert lead(found) == (HOST + "/weir-9f2c.jpg?w=90", "The weir", "Ann Lee", "opengraph")


def test_words_of_another_picture_are_not_taken() -> None:
    body = FIGURE.format("/mill-8d1e.jpg", "The mill")
    stated = {"@type": "ImageObject", "url": "/boat-7c3a.jpg", "caption": "The boat"}
    found = page(shared("/weir-9f2c.jpg") + linked(stated), body)
    assert lead(found) == (HOST + "/weir-9f2c.jpg", None, None, "opengraph")


def test_a_statement_that_is_the_first_picture_precedes_one_that_is_none() -> None:
    body = FIGURE.format("/weir-9f2c.jpg", "The weir")
    found = page(shared("/social/card-1b.png") + linked("/weir-9f2c.jpg"), body)
    assert lead(found) == (HOST + "/weir-9f2c.jpg", "The weir", None, "json-ld")


def test_a_statement_that_is_a_later_picture_does_not() -> None:
    body = FIGURE.format("/mill-8d1e.jpg", "The mill") + FIGURE.format("/weir-9f2c.jpg", "The weir")
    found = page(shared("/top-5b2d.jpg") + linked("/weir-9f2c.jpg"), body)
    assert lead(found) == (HOST + "/top-5b2d.jpg", None, None, "opengraph")


def test_a_logo_gives_way_to_the_first_picture() -> None:
    found = page(shared("/theme/logo.png"), FIGURE.format("/weir-9f2c.jpg", "The weir"))
    assert lead(found) == (HOST + "/weir-9f2c.jpg", "The weir", None, "html")
    assert found.provenance["lead_image"].rule == "html.picture"


def test_a_logo_that_the_article_shows_is_its_picture() -> None:
    found = page(shared("/img/new-logo.png"), FIGURE.format("/img/new-logo.png", "The new logo"))
    assert lead(found) == (HOST + "/img/new-logo.png", "The new logo", None, "opengraph")


def test_a_logo_alone_is_neither_lead_nor_picture() -> None:
    found = page(shared("/theme/logo.png"))
    assert (found.lead_image, found.images) == (None, [])


def test_an_old_link_to_the_picture_counts() -> None:
    assert lead(page("<link rel=image_src href=/a.jpg>")) == (HOST + "/a.jpg", None, None, "html")


def test_a_plain_text_has_none() -> None:
    text = f"Weir to be rebuilt\nPhoto: Ann Lee\n{SENTENCE.format('old')}"
    assert extract(text, media_type="text/plain").lead_image is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.example/weir-9f2c.jpg", "http://b.example/s/weir-9f2c-1024x576.webp"),
        (
            "https://a.example/weir-9f2c.jpg",
            "https://c.example/w=90,q=7/https://a.example/weir-9f2c.jpg",
        ),
        (
            "https://a.example/weir-9f2c.jpg",
            "https://c.example/i?u=https%3A%2F%2Fa.example%2Fweir-9f2c.jpg&w=9",
        ),
        ("https://a.example/11/1.jpg?w=900", "https://a.example/11/1.jpg?w=300"),
    ],
)
def test_one_file_has_many_addresses(one: str, other: str) -> None:
    assert is_same_file(one, other)
    assert is_same_file(other, one)


def test_a_short_name_is_not_that_of_one_file() -> None:
    assert not is_same_file("https://a.example/11/large.jpg", "https://a.example/12/large.jpg")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/theme/logo.png", True),
        ("/img/ledger_logo_200x200.png", True),
        ("/logos/full.png", True),
        ("/img/default-share.jpg", True),
        ("/i/blank.jpg", True),
        ("/favicons/at-2x.ico", True),
        ("/img/weir.jpg", False),
        ("/sites/default/files/2024/weir.jpg", False),
        ("/img/weir-16-9-aspect-ratio_default_0.jpg", False),
        ("/img/logorrhoea.jpg", False),
    ],
)
def test_the_picture_of_a_site_has_a_telling_name(path: str, expected: bool) -> None:
    assert is_of_site(HOST + path) is expected
