"""Wordings that close a story, and what follows them."""

from __future__ import annotations

import pytest
from tests.drafts import P1, P2, P3, P4, STORY, TITLE, after, text

BY = (TITLE, "By Ana Ruiz", *STORY)
BIO = "She has covered the valley's bridges and ferries for eleven years, and knows every one."


def test_a_label_at_the_end_claims_all_that_follows() -> None:
    lines = (
        "Most Popular",
        "1",
        "Ferry fares to rise",
        "2",
        "Mayor opens a pool",
        "LATEST NEWS",
        "A cat is found",
    )
    assert after(*lines) == ["most_read"] * 5 + ["latest_news"] * 2


def test_a_label_in_the_middle_claims_its_links_only() -> None:
    lines = ("Most read", "Mill sold", "Goat found in tower")
    assert text(P1, *lines, P2, P3, P4).roles == [
        "paragraph", *["most_read"] * 3, *["paragraph"] * 3,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("mark", "role"), [("© 2025 Valley News", "copyright"), ("Back to top", "page_furniture")]
)
def test_lines_after_a_mark_of_the_end_are_furniture(mark: str, role: str) -> None:
    assert after(mark, "Valley radio on air") == [role, "page_furniture"]


def test_a_copyright_line_above_most_of_the_text_does_not_close_the_story() -> None:
    found = text(P1, "© 2025 Valley News", P2, P3, P4)
    assert found.roles == ["paragraph", "copyright", *["paragraph"] * 3]


def test_the_owner_of_a_picture_behind_a_sign_of_rights_does_not_close_the_story() -> None:
    found = text(P1, P2, P3, "© Valley Pictures/Jo Quay", P4)
    assert found.roles[-1] == "paragraph"


def test_a_subheading_that_is_a_button_elsewhere_does_not_close_the_story() -> None:
    assert text(P1, P2, P3, "Next", P4).roles[-1] == "paragraph"
    assert after("Previous", "Mill sold", "Next", "Goat found") == [
        *("prev_next", "page_furniture", "prev_next", "page_furniture"),
    ]


def test_an_authors_name_between_paragraphs_of_the_story_does_not_close_it() -> None:
    found = text(*BY, *STORY, *STORY, "Ana Ruiz", P1, P2, P3).roles
    assert found[-3:] == ["paragraph"] * 3


def test_a_title_in_capitals_that_is_printed_again_is_no_author() -> None:
    title = "ROPES AND NETS"
    assert text(title, *STORY, *STORY, title, P1, P2, P3).roles[-3:] == ["paragraph"] * 3


def test_a_newsletter_line_does_not_close_the_story_while_prose_follows() -> None:
    promo = "Subscribe to our newsletter and get the news in your inbox"
    assert text(P1, P2, promo, P3).roles[2:] == ["newsletter_promo", "paragraph"]
    assert after(promo, "Every Friday at six")[1] == "newsletter_promo"


def test_prose_below_the_comment_form_is_part_of_it() -> None:
    assert after("Leave a comment", P4) == ["comment_chrome", "comment_form"]


def test_the_authors_box_closes_the_story() -> None:
    found = text(*BY, "Ana Ruiz", BIO, "LEAVE A REPLY").roles
    assert found[-3:] == ["author_bio", "author_bio", "comment_form"]


def test_a_sentence_that_introduces_the_author_is_a_biography() -> None:
    bio = "Ana Ruiz is a senior reporter at the Valley News, where she covers bridges and ferries."
    assert text(*BY, bio).roles[-1] == "author_bio"


@pytest.mark.parametrize(
    "last",
    [
        "Ana Ruiz paid for the boat with the money of her grandmother, she said.",
        "Bo Marsh is a senior reporter at the Valley News, where he covers bridges and ferries.",
        BIO,
    ],
)
def test_a_last_sentence_about_anybody_else_or_no_job_stays_in_the_story(last: str) -> None:
    assert text(*BY, last).roles[-1] == "paragraph"


def test_the_authors_name_above_most_of_the_text_does_not_close_the_story() -> None:
    found = text(TITLE, "By Ana Ruiz", P1, "Ana Ruiz", P2, P3, P4).roles
    assert found[-3:] == ["paragraph"] * 3
