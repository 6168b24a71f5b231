"""Captions: the lines beside a credit or a picture, and lines that repeat the story."""

from __future__ import annotations

import pytest
from tests.drafts import P1, P2, P3, P4, TITLE, article, between, paragraphs, text

CREDIT = "Photo: Ana Ruiz"
NOON = "The bridge at noon"
SENTENCE = "The mayor walked across the bridge at noon and waved to the crowd."


def test_a_line_above_a_credit_is_its_caption() -> None:
    found = text(P1, NOON, "REUTERS", P2, P3).article
    assert [(i.caption, i.credit, i.position) for i in found.images] == [(NOON, "REUTERS", 1)]
    assert found.text == "\n\n".join((P1, P2, P3))


def test_a_sentence_above_a_credit_stays_in_the_story() -> None:
    found = text(P1, SENTENCE, CREDIT, P2, P3)
    assert found.roles == ["paragraph", "paragraph", "credit", "paragraph", "paragraph"]


def test_a_short_line_without_a_credit_is_a_heading() -> None:
    assert between(NOON) == ["heading"]


def test_a_credit_after_a_caption_on_one_line_is_cut_off() -> None:
    assert between(f"{NOON}. {CREDIT}") == ["caption", "credit"]
    (image,) = text(P1, P2, f"{NOON}. {CREDIT}", P3).article.images
    assert (image.caption, image.credit) == (f"{NOON}.", "Ana Ruiz")


def test_a_caption_printed_twice_is_one_picture() -> None:
    found = text(P1, P2, NOON, NOON, CREDIT, P3)
    assert found.roles[2:5] == ["caption", "duplicate_caption", "credit"]
    assert [i.caption for i in found.article.images] == [NOON]


def test_a_caption_printed_again_further_down_is_a_duplicate() -> None:
    found = text(P1, NOON, CREDIT, P2, NOON, CREDIT, P3)
    assert [role for role, line in found.lines if line == NOON] == ["caption", "duplicate_caption"]


def test_a_credit_printed_again_below_itself_is_a_duplicate() -> None:
    found = text(P1, NOON, CREDIT, CREDIT, P2, P3)
    assert found.roles[1:4] == ["caption", "credit", "duplicate_credit"]
    apart = text(P1, NOON, CREDIT, P2, "The quay at noon", CREDIT, P3)
    assert "duplicate_credit" not in apart.roles


def test_a_line_that_repeats_words_of_a_paragraph_is_a_caption() -> None:
    part = P1.removesuffix(".")
    found = text(P1, P2, part, P3).article
    assert [(i.caption, i.position) for i in found.images] == [(part, 2)]
    assert found.text == "\n\n".join((P1, P2, P3))


@pytest.mark.parametrize("line", [P2, "the ferry, which sails", "The ferry that sails every hour"])
def test_a_whole_sentence_a_short_part_and_other_words_are_not_captions(line: str) -> None:
    assert "caption" not in text(P1, P2, P3, line, P4).roles


def test_a_line_printed_twice_below_a_paragraph_is_a_caption() -> None:
    found = text(TITLE, P1, NOON, NOON, P2, P3)
    assert found.roles[2:4] == ["caption", "duplicate_caption"]
    assert text(TITLE, NOON, NOON, P1, P2).roles[1:3] != ["caption", "duplicate_caption"]


def test_the_caption_of_a_figure_loses_its_credit() -> None:
    figure = f"<figure><img src=/a.jpg><figcaption>{NOON}. {CREDIT}</figcaption></figure>"
    found = article(paragraphs(P1) + figure + paragraphs(P2, P3))
    assert found.texts("caption") == [f"{NOON}."]
    assert found.texts("credit") == [CREDIT]
    assert found.article.text == "\n\n".join((P1, P2, P3))


@pytest.mark.parametrize(("picture", "role"), [("<img src=/a.jpg>", "caption"), ("", "paragraph")])
def test_a_line_between_a_picture_and_a_credit_is_a_caption(picture: str, role: str) -> None:
    found = article(paragraphs(P1) + picture + paragraphs(NOON, CREDIT) + paragraphs(P2, P3))
    assert [r for r, line in found.lines if line == NOON] == [role]


def test_a_paragraph_too_long_for_a_caption_stays_between_a_picture_and_a_credit() -> None:
    long = f"{P1} {P2} {P3} {P4}"
    found = article(paragraphs(P1) + "<img src=/a.jpg>" + paragraphs(long, CREDIT) + paragraphs(P2))
    assert found.article.text == "\n\n".join((P1, long, P2))


def test_a_supplier_below_the_last_paragraph_signs_the_text_of_a_page_too() -> None:
    found = article(paragraphs(P1, P2, P3, "DPA"))
    assert [s.name for s in found.article.info_sources] == ["DPA"]


def test_a_figure_printed_again_with_its_credit_is_one_picture() -> None:
    caption = "The new weir below the mill.<br>Photo: Ana Ruiz"
    figure = f"<figure><img src=/weir.jpg><figcaption>{caption}</figcaption></figure>"
    found = article(figure + paragraphs(P1, P2) + figure + paragraphs(P3))
    assert found.roles[-3:-1] == ["duplicate_caption", "duplicate_credit"]
    assert [(i.caption, i.credit) for i in found.article.images] == [
        ("The new weir below the mill.", "Ana Ruiz")
    ]
    other = figure.replace("weir", "mill").replace("Ana Ruiz", "Bo Marsh")
    images = article(figure + paragraphs(P1, P2) + other + paragraphs(P3)).article.images
    assert [i.credit for i in images] == ["Ana Ruiz", "Bo Marsh"]


def test_a_paragraph_of_two_sentences_printed_twice_is_no_caption() -> None:
    twice = (
        "I have helped a thousand families move house over the last ten years. "
        "Let me help you find a cart that is right for you."
    )
    assert "caption" not in text(TITLE, P1, twice, twice, P2).roles


def test_a_paragraph_between_a_subheading_and_a_credit_is_no_caption() -> None:
    first = (
        "Nine adults meet on the roof of the school on Tuesdays and learn the names of the stars."
    )
    found = text(
        "The night school of stars",
        "A class of nine",
        f"{first[:-1]}, of which they know forty.",
        "(Photo by Lene Dahl/Getty Images)",
        "What it costs",
        P1,
    )
    assert "caption" not in found.roles
    lone = text("The night school of stars", "A class of nine", P1, CREDIT, P2, P3)
    assert "caption" in lone.roles


def test_the_first_paragraph_above_a_credit_has_the_words_of_the_headline() -> None:
    first = "The choir of Marling sang in the railway tunnel on Saturday, and many came with lamps."
    found = text("Choir sings in the tunnel", first, CREDIT, '"It was ours," said its master.', P1)
    assert found.roles == ["headline", "paragraph", "credit", "paragraph", "paragraph"]
    again = "The choir sang in the tunnel for an hour, and then went home on the night train."
    assert text("Choir sings in the tunnel", first, CREDIT, again, P1).roles[1] == "caption"


def test_a_sentence_with_a_whole_date_above_a_credit_is_a_caption() -> None:
    shown = (
        "Boat owners march along the quay in Little Ness, Tuesday, March 5, 2024, for lower dues."
    )
    assert text(TITLE, P1, P2, shown, "Jo Quay, AP", P3).texts("caption") == [shown]
    told = "Boat owners marched along the quay in Little Ness on Tuesday and asked for lower dues."
    assert text(TITLE, P1, P2, told, "Jo Quay, AP", P3).texts("caption") == []
