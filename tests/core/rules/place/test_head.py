"""The head of an article: headline, standfirst, sections, breadcrumbs and what repeats them."""

from __future__ import annotations

import pytest
from tests.drafts import P1, P2, P3, P4, TITLE, Reading, article, page, paragraphs, text

KICKER = "The valley this week in pictures"
LEAD = "The ferry will carry lorries only until the piers are mended."


def test_every_line_of_a_head_gets_its_role() -> None:
    found = text(
        "0", "Local", TITLE, "The ferry will carry lorries only.", "- Facebook", "- Twitter",
        "By Morag TennantVALLEYNEWS", "Countryside Reporter", "Published: 27 April 2024 | Updated: 28 April 2024",
        "The bridge on Sunday", "Getty Images", P1, P2, P3,
    )  # fmt: skip
    assert found.roles[:12] == [
        "page_furniture", "section_label", "headline", "standfirst", "share_bar", "share_bar", "byline",
        "author_role", "timestamp", "timestamp", "caption", "credit",
    ]  # fmt: skip
    assert [(a.name, a.role) for a in found.article.authors] == [
        ("Morag Tennant", "Countryside Reporter")
    ]
    assert (found.article.published, found.article.modified) == ("2024-04-27", "2024-04-28")
    assert (found.article.section, found.article.images[0].credit) == ("Local", "Getty Images")


def test_the_first_line_that_is_not_a_sentence_is_the_headline() -> None:
    assert text(TITLE, P1, P2).article.headline == TITLE
    assert text(P1, P2, P3).article.headline is None


def test_a_name_or_a_list_of_sections_is_not_the_headline() -> None:
    assert text("Ana Ruiz", P1, P2).article.headline is None
    found = text("Sport | Football", TITLE, P1, P2)
    assert found.roles[:2] == ["section_label", "headline"]


def test_the_headline_is_the_line_whose_words_are_in_the_url() -> None:
    url = "https://news.example/local/bridge-closed-until-spring-mayor-says"
    assert text(KICKER, TITLE, P1, P2, url=url).article.headline == TITLE
    other = "https://news.example/local/12345"
    assert text(KICKER, TITLE, P1, P2, url=other).article.headline == KICKER


def test_a_name_beside_a_date_is_a_byline() -> None:
    found = text(TITLE, "Ana Ruiz", "27 April 2024", P1, P2)
    assert found.roles[:3] == ["headline", "byline", "timestamp"]


def test_a_sentence_above_the_byline_is_the_standfirst() -> None:
    found = text(TITLE, LEAD, "By Ana Ruiz", P1, P2, P3)
    assert found.article.standfirst == LEAD
    assert text(TITLE, LEAD, P1, P2, P3).article.standfirst is None


def test_the_headline_printed_again_is_a_duplicate() -> None:
    assert text(TITLE, TITLE, P1, P2).roles[:2] == ["headline", "duplicate_headline"]
    found = text(f"{TITLE} | Valley News", TITLE, P1, P2)
    assert found.roles[:2] == ["duplicate_headline", "headline"]


def test_a_line_that_ends_with_the_headline_is_its_path() -> None:
    found = text(f"Home 9 Local 9 {TITLE}", TITLE, P1, P2)
    assert found.roles[:2] == ["breadcrumb", "headline"]


# Pages.


def test_the_first_heading_of_a_page_is_the_headline() -> None:
    found = article(paragraphs(P1, P2, P3))
    assert found.texts("headline") == [TITLE]


def test_a_short_line_of_the_head_that_is_no_paragraph_is_furniture() -> None:
    found = article("<div>Local</div>" + paragraphs(P1, P2, P3))
    assert found.roles[:2] == ["headline", "page_furniture"]
    found = article("<h2>What it costs</h2>" + paragraphs(P1, P2, P3))
    assert found.roles[:2] == ["headline", "heading"]


@pytest.mark.parametrize("name", ["standfirst", "article-intro", "subheadline"])
def test_the_class_of_a_standfirst_makes_one(name: str) -> None:
    found = article(f"<div class={name}>{LEAD}</div>" + paragraphs(P1, P2, P3))
    assert found.article.standfirst == LEAD
    assert LEAD not in found.article.text


def test_the_description_of_the_metadata_shown_below_the_headline_is_the_standfirst() -> None:
    lead = LEAD.removesuffix(".")
    body = f"<div>{lead}</div>" + paragraphs(P1, P2, P3)
    found = article(body, head=f"<meta name=description content='{lead}'>")
    assert found.article.standfirst == lead
    assert article(body).article.standfirst is None


def test_a_first_paragraph_is_not_the_standfirst() -> None:
    found = article(paragraphs(P1, P2, P3), head=f"<meta name=description content='{P1}'>")
    assert found.article.standfirst is None
    assert found.article.text.startswith(P1)


def test_the_headline_printed_again_in_the_body_is_a_duplicate() -> None:
    found = article(f"<h2>{TITLE}</h2>" + paragraphs(P1, P2, P3))
    assert found.roles[:2] == ["headline", "duplicate_headline"]


def test_a_class_of_a_byline_counts_for_names_only() -> None:
    named = article("<div class=byline>Ana Ruiz</div>" + paragraphs(P1, P2, P3)).article
    assert [a.name for a in named.authors] == ["Ana Ruiz"]
    other = article("<div class=byline>Closed since May</div>" + paragraphs(P1, P2, P3)).article
    assert other.authors == []


def test_lines_above_the_headline_are_furniture_and_a_story_above_it_is_not() -> None:
    found = page(f"<main><p>Local news</p><h1>{TITLE}</h1>{paragraphs(P1, P2, P3)}</main>")
    assert [role for role, line in found.lines if line == "Local news"] == ["page_furniture"]
    assert P1 in found.article.text


def test_a_name_below_the_headline_is_the_byline_if_the_metadata_states_it() -> None:
    body = f"<div>Ana Ruiz</div>{paragraphs(P1, P2, P3)}"
    stated = article(body, "<meta name=author content='Ana Ruiz'>")
    assert ("byline", "Ana Ruiz") in stated.lines
    assert stated.article.byline == "Ana Ruiz"
    other = article(body, "<meta name=author content='Bo Lind'>")
    assert ("page_furniture", "Ana Ruiz") in other.lines
    assert other.article.byline is None


BIO = "Ann Bee is a reporter who has written about bridges and rivers for twelve years, mostly at night."
LONG = (
    f"{P4} The harbour board will meet again in May, and until then nobody may say what it costs."
)


def described(body: str, description: str) -> Reading:
    head = f"<meta name=description content='{description}'><meta name=author content='Ann Bee'>"
    story = f"<div itemprop=articleBody>{paragraphs(P1, P2, P3)}</div>"
    return page(f"<main><header><h1>{TITLE}</h1>{body}</header>{story}</main>", head)


def test_agreement_with_the_description_outranks_the_name_of_a_block() -> None:
    note = "<div class=article-intro>The following was made with the help of our partners.</div>"
    assert described(f"{note}<div>{LEAD}</div>", LEAD).article.standfirst == LEAD
    assert described(f"<div class=article-intro>{LEAD}</div>", P1).article.standfirst == LEAD


def test_a_line_that_opens_with_an_authors_name_is_about_the_author() -> None:
    assert described(f"<div class=article-intro>{BIO}</div>", "").article.standfirst is None


@pytest.mark.parametrize("parting", ["<p>By Ann Bee</p>", "<figure><img src=/a.jpg></figure>"])
def test_by_its_place_a_long_standfirst_is_parted_from_the_text(parting: str) -> None:
    assert described(f"<div>{LONG}</div>{parting}", "").article.standfirst == LONG
    apart = described(f"<div>{LONG}</div>", "").article
    assert apart.standfirst is None
    assert LONG in apart.text


def test_the_first_question_of_an_interview_is_no_standfirst() -> None:
    found = text(
        TITLE,
        "Anna Holt: How long does a bell take to cool?",
        "Otto Renz: About a week, if you do not look at it, and two if you look at it every hour.",
        "Anna Holt: And what do you do when it cracks?",
        "Otto Renz: We go home and come back on the next day to light the furnace once more.",
    )
    assert found.roles == ["headline", *["paragraph"] * 4]


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("di Carla Venturi", "Carla Venturi"),
        ("af Lene Dahl", "Lene Dahl"),
        ("ليلى حداد", "ليلى حداد"),
    ],
)
def test_a_name_behind_a_small_word_or_without_capitals_beside_the_date_is_the_author(
    line: str, name: str
) -> None:
    found = text(TITLE, line, "14.05.2024", P1, P2, P3).article
    assert [a.name for a in found.authors] == [name]


def test_a_desk_above_the_date_and_dateline_is_the_byline() -> None:
    found = text("Our Correspondent", "Published: 10 March 2024", f"LOWMARCH: {P1}", P2, P3)
    assert found.roles == ["byline", "timestamp", "dateline", "paragraph", "paragraph", "paragraph"]


def test_a_text_of_short_lines_starts_below_the_byline() -> None:
    found = text(
        "The tunnel",
        "By Ana Ruiz",
        "I went down at two.",
        "It was very dark there.",
        "Nobody sang a note.",
    )
    assert found.roles == ["headline", "byline", *["paragraph"] * 3]
