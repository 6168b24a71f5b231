"""Lines after the last paragraph of a story."""

from __future__ import annotations

import pytest
from tests.drafts import P1, P2, P3, URL, after, article, paragraphs, text


def test_a_short_line_after_the_last_paragraph_is_furniture_and_a_sentence_is_not() -> None:
    found = text(P1, P2, P3, "Valley radio on air")
    assert found.roles[3] == "page_furniture"
    assert [r.rule for r in found.article.removed] == ["tail.scrap"]
    assert after("Nobody got wet.") == ["paragraph"]


def test_a_text_of_many_short_lines_keeps_them() -> None:
    names = [f"Boat number {n} of the valley" for n in range(20, 40)]
    assert set(text(P1, *names).roles[1:]) == {"paragraph"}


def test_a_name_as_the_last_line_signs_a_text_without_a_byline() -> None:
    found = text(P1, P2, P3, "Ana Ruiz")
    assert found.roles[3] == "byline"
    assert [a.name for a in found.article.authors] == ["Ana Ruiz"]
    assert text("Title of the day", "By Jo Bloggs", P1, P2, "Ana Ruiz").roles[-1] != "byline"


def test_the_section_of_the_url_below_the_story_is_its_section() -> None:
    assert text(P1, P2, P3, "Local", url=URL).roles[3] == "section_label"
    assert text(P1, P2, P3, "Sport", url=URL).roles[3] == "page_furniture"
    assert text(P1, P2, P3, "Local").roles[3] == "page_furniture"


def test_a_name_with_a_job_below_the_story_signs_it() -> None:
    found = text(P1, P2, P3, "Ana Ruiz", "Valley correspondent")
    assert found.roles[-2:] == ["byline", "author_role"]
    assert [(a.name, a.role) for a in found.article.authors] == [
        ("Ana Ruiz", "Valley correspondent")
    ]
    assert text(P1, P2, P3, "Ana Ruiz", "Valley of the mills").article.authors == []


def test_tags_without_spaces_between_them_are_left_out() -> None:
    found = text(P1, P2, P3, "FloridaFederal ReserveNew York").article
    assert [r.kind for r in found.removed] == ["topic_tags"]


@pytest.mark.parametrize("line", ["McDonald and iPhone", "YouTube and MacDonald", "LeBron at dawn"])
def test_names_with_a_capital_inside_are_not_tags(line: str) -> None:
    assert after(line) == ["page_furniture"]


def test_a_name_that_the_story_spells_with_a_capital_inside_is_not_tags() -> None:
    known = "The mill sells flour to PlayStation Cafe, which opens at noon."
    assert text(P1, P2, known, "PlayStation night").roles[3] != "topic_tags"
    assert after("PlayStation night") == ["topic_tags"]


def test_a_number_after_the_last_paragraph_is_furniture() -> None:
    assert after("14") == ["page_furniture"]
    assert text(P1, "14", P2, P3).roles[1] != "page_furniture"


def test_a_heading_without_text_below_it_is_furniture() -> None:
    found = article(paragraphs(P1, P2, P3) + "<h2>What it costs</h2>")
    assert found.roles[-1] == "page_furniture"


def test_a_scrap_below_the_text_is_furniture_and_a_paragraph_is_not() -> None:
    assert article(paragraphs(P1, P2, P3) + "<div>See all</div>").roles[-1] == "page_furniture"
    assert article(paragraphs(P1, P2, P3) + "<p>So it is</p>").roles[-1] == "paragraph"


def test_a_name_below_the_text_signs_a_story_without_a_byline() -> None:
    signed = paragraphs(P1, P2, P3, "Ana Ruiz")
    assert article(signed).roles[-1] == "byline"
    assert article("<p class=byline>By Jo Bloggs</p>" + signed).roles[-1] == "paragraph"
    assert article(paragraphs(P1, P2, P3, "So be it")).roles[-1] == "paragraph"


@pytest.mark.parametrize(
    "line",
    [
        "But who will buy a bridge without a river?",
        "And then the snow came back...",
        '"I will miss the dogs"',
        "Aber wer will im Winter baden?",
    ],
)
def test_the_last_line_of_all_may_end_the_story_with_a_question_dots_or_a_quotation(
    line: str,
) -> None:
    assert after(line) == ["paragraph"]
    assert after(line, "Valley radio on air") == ["page_furniture", "page_furniture"]


def test_names_with_inner_capitals_are_no_scrap_where_the_language_has_them() -> None:
    zulu = "UNkk Dlamini uthe uMnyango wezeMfundo KwaZulu-Natal ubikelwe ngoSeptember ngalolu daba."
    last = "Okhulumela uMnyango KwaZulu-Natal, uMnu Muzi Moya, akatholakalanga ngoSeptember."
    assert text(zulu, zulu.replace("ubikelwe", "utshelwe"), last).roles == ["paragraph"] * 3


def test_a_short_sentence_as_the_last_line_of_all_stays() -> None:
    assert after("It lives.") == ["paragraph"]


def test_a_long_last_sentence_with_many_inner_capitals_stays() -> None:
    line = "Okhulumela uMnyango wezeMfundo KwaZulu, uMnu Moya, akatholakalanga ukuba athi vu ngalolu daba namhlanje."
    assert after(line) == ["paragraph"]
