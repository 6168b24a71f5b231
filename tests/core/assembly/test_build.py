"""The record as a whole: identity, URLs, dates, language, text and what was removed."""

from __future__ import annotations

import json

import pytest
from tests.drafts import P1, P2, P3, TITLE, URL, article, page, paragraphs, text

STORY = paragraphs(P1, P2, P3)


def test_the_identity_is_that_of_the_canonical_url() -> None:
    first = page(f"<article><h1>{TITLE}</h1>{STORY}</article>", url=URL).article
    tracked = page(f"<article><h1>Other</h1>{STORY}</article>", url=f"{URL}?utm_source=a").article
    assert first.id == tracked.id
    assert first.canonical_url == tracked.canonical_url == URL
    assert tracked.url == f"{URL}?utm_source=a"
    assert (
        page(f"<article><h1>{TITLE}</h1>{STORY}</article>", url=f"{URL}-2").article.id != first.id
    )


def test_without_a_url_the_identity_is_that_of_the_content() -> None:
    assert text(TITLE, P1, P2).article.id == text(TITLE, P1, "", P2).article.id
    assert text(TITLE, P1, P2).article.id != text(TITLE, P1, P3).article.id


def test_the_revision_changes_with_headline_and_body_only() -> None:
    one = text(TITLE, P1, P2, url=URL).article
    assert text(TITLE, P1, "Advertisement", P2, url=URL).article.revision == one.revision
    assert text(TITLE, P1, P3, url=URL).article.revision != one.revision
    assert text("Bridge open again", P1, P2, url=URL).article.revision != one.revision


def test_the_text_is_the_words_of_the_body() -> None:
    markup = (
        paragraphs(P1) + "<h2>What it costs</h2>" + paragraphs(P2)
        + "<ul><li>Crane</li><li>Rope</li></ul><blockquote>We will pay.</blockquote>"
        + "<figure><img src=/a.jpg><figcaption>The quay at noon</figcaption></figure>" + paragraphs(P3)
    )  # fmt: skip
    assert article(markup).article.text == "\n\n".join(
        (P1, "What it costs", P2, "Crane\nRope", "We will pay.", P3)
    )


@pytest.mark.parametrize(
    ("path", "day"),
    [("/2024/04/27/bridge", "2024-04-27"), ("/local/bridge", None), ("/2024/99/27/bridge", None)],
)
def test_the_day_in_the_url_is_the_publication_if_nothing_else_is(
    path: str, day: str | None
) -> None:
    url = f"https://news.example{path}"
    assert text(TITLE, P1, P2, url=url).article.published == day
    assert text(TITLE, "3 May 2024", P1, P2, url=url).article.published == "2024-05-03"


def test_a_date_with_two_readings_is_read_day_first_with_a_warning() -> None:
    found = text(TITLE, "Published: 03/04/2024", P1, P2).article
    assert found.published == "2024-04-03"
    assert [w.code for w in found.warnings] == ["date_ambiguous"]
    assert text(TITLE, "Published: 23/04/2024", P1, P2).article.warnings == []


def test_removed_lists_lines_without_a_field_in_order_with_their_rules() -> None:
    found = text(TITLE, P1, "Advertisement", P2, "© 2025 Valley News Ltd").article
    assert [(r.kind, r.text, r.characters) for r in found.removed] == [
        ("ad_marker", "Advertisement", 13),
        ("copyright", "© 2025 Valley News Ltd", 22),
    ]
    assert all(r.rule for r in found.removed)


def test_what_is_around_an_article_is_one_entry_without_words() -> None:
    body = f"<header>Weather today</header><article><h1>{TITLE}</h1>{STORY}</article><footer>Imprint</footer>"
    (around,) = page(body).article.removed
    assert (around.kind, around.text, around.characters) == ("page_furniture", None, 20)


def stated(values: dict[str, object]) -> str:
    script = json.dumps({"@type": "NewsArticle", **values})
    return f"<script type=application/ld+json>{script}</script>"


def test_the_text_of_the_metadata_is_the_body_only_if_the_page_shows_hardly_any() -> None:
    head = stated({"articleBody": "\n".join((P1, P2, P3, P1 + " " + P2))})
    found = article("<p>Loading the story, please wait.</p>", head).article
    assert [b.text for b in found.body if b.type == "paragraph"][:2] == [P1, P2]
    assert found.provenance["body"].source == "json-ld"
    shown = article(STORY, head).article
    assert shown.text == "\n\n".join((P1, P2, P3))
    assert "body" not in shown.provenance


def test_live_updates_of_the_metadata_are_added_if_the_page_shows_none() -> None:
    update = {"@type": "BlogPosting", "headline": "Noon", "articleBody": "The crane has arrived.",
              "datePublished": "2024-04-27T12:00:00Z"}  # fmt: skip
    head = stated({"@type": "LiveBlogPosting", "liveBlogUpdate": [update]})
    found = article(STORY, head).article
    (live,) = (b for b in found.body if b.type == "live_update")
    assert (live.headline, live.time) == ("Noon", "2024-04-27T12:00:00+00:00")
    assert found.kind == "live_blog"
    assert "live_updates_not_shown" in [w.code for w in found.warnings]
    shown = article(STORY + "<p>The crane has arrived.</p>", head).article
    assert [b.type for b in shown.body if b.type == "live_update"] == []


def test_the_full_date_of_a_dateline_is_the_day_of_publication_if_nothing_else_is() -> None:
    line = f"ELMSTEAD, May 3, 2024 (Reuters) - {P1}"
    assert text(TITLE, line, P2, P3).article.published == "2024-05-03"
    assert text(TITLE, line.replace(", 2024", ""), P2, P3).article.published is None
    dated = text(TITLE, line, P2, P3, url="https://news.example/2024/05/04/bridge").article
    assert dated.published == "2024-05-04"
