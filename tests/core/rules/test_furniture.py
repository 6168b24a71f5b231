"""Lines of the page around a story: labels, buttons, counters, addresses."""

from __future__ import annotations

import pytest
from tests.drafts import P1, P2, P3, P4, between, text


@pytest.mark.parametrize(
    ("line", "role"),
    [
        ("Advertisement", "ad_marker"),
        ("- Advertisement -", "ad_marker"),
        ("ANZEIGE", "ad_marker"),
        ("Share on FacebookShare on TwitterShare on Telegram", "share_bar"),
        ("Share this Email, Facebook, Twitter", "share_bar"),
        ("https://news.example/a/b", "page_url"),
        ("bridge_2025.jpg", "file_name"),
        ("-A +A", "font_size_control"),
        ("Image 1 of 5", "gallery_counter"),
        ("2/7", "gallery_counter"),
        ("50:55", "gallery_counter"),
        ("4 minute read", "reading_time"),
        ("Reading time: 2 min", "reading_time"),
        ("2min", "reading_time"),
        ("desk@news.example", "contact_line"),
        ("Do you know more about this story? Email desk@news.example", "contact_line"),
        ("© 2025 Valley News Ltd", "copyright"),
        ("© Agenzia Nova - Riproduzione riservata", "copyright"),
        ("Copyright 2019 Valley News. All rights reserved.", "copyright"),
        ("Previous article Ferry fares to rise", "prev_next"),
        ("Remote video URL", "video_teaser"),
        ("Scroll down to see the plan of the bridge", "scroll_cue"),
        ("This story was originally published by the Valley Herald.", "syndication_notice"),
        ("The views expressed in this article are those of the author.", "disclaimer"),
    ],
)
def test_a_line_of_the_page_is_left_out(line: str, role: str) -> None:
    assert between(line) == [role]


@pytest.mark.parametrize(
    "line",
    [
        "Advertisement of the post is due in May.",
        "Share prices fell by two per cent on Tuesday.",
        "Print is dead, the publisher told the fair.",
        "Share Facebook data with nobody, the regulator said.",
        "He read on page 2/7 that the mill had burned.",
        "It took 50:55 to finish the race.",
        "A 4 minute read of the minutes showed the error.",
        "Image 1 of the five shows the mill.",
        "Write to the mayor at town@example.org by Friday.",
        "The copyright of 2019 belongs to the band.",
        "Copyright law will change next year, the minister said.",
        "Previous articles of the treaty were dropped.",
        "Video of the fall was shown to the jury.",
        "This story was originally told by his aunt.",
        "The views from the tower are those of the lake.",
    ],
)
def test_a_sentence_with_such_words_stays_in_the_story(line: str) -> None:
    assert between(line) == ["paragraph"]


def test_an_address_in_brackets_leaves_the_paragraph() -> None:
    found = text(P1, P2 + " ([email protected])", "—", "Best Regards,")
    assert found.article.text == f"{P1}\n\n{P2}"
    assert found.roles[2:] == ["contact_line", "separator", "email_signature"]


def test_brackets_with_words_stay_in_the_paragraph() -> None:
    assert text(P1, P2 + " (see page 4)").article.text == f"{P1}\n\n{P2} (see page 4)"


TICKER = "Ticker|Last|Change|HD|HOME CO.|225.86|-12.99|-5.44%|LOW|LOWE CO.|113.40|-1.62".split("|")


def test_a_table_of_quotes_is_recognized_by_its_figures() -> None:
    assert text(P1, *TICKER, P2, P3).roles == [
        "paragraph", *["market_ticker"] * 12, "paragraph", "paragraph",
    ]  # fmt: skip


def test_short_lines_with_few_figures_are_not_a_table_of_quotes() -> None:
    lines = ("Menu", "Soup", "Bread", "Herring", "12.50", "Apples", "Cheese", "Coffee")
    assert "market_ticker" not in text(P1, *lines, P2, P3).roles


def test_a_videos_controls_title_and_blurb_go_together() -> None:
    title = "Mayor Prado explains the bridge repairs"
    blurb = "Mayor Maria Prado explains why the bridge repairs take until spring."
    found = text(P1, "close", "video", title, blurb, P2, P3).roles
    assert found == ["paragraph", *["video_teaser"] * 4, "paragraph", "paragraph"]


def test_a_paragraph_below_the_controls_of_a_video_stays_in_the_story() -> None:
    found = text(P1, "close", "video", "Repairs explained", P2, P3)
    assert found.roles == [
        "paragraph", "video_teaser", "video_teaser", "heading", "paragraph", "paragraph",
    ]  # fmt: skip


def test_other_briefs_after_a_brief_are_a_ticker() -> None:
    briefs = (
        "Ferry fares to rise",
        "- By STAFF REPORTER",
        "- 11/20/2019 01:14 PM",
        "Pool opens",
        "- By REUTERS",
        "- 11/20/2019 10:08 AM",
    )
    found = text("Bridge closed until spring", "By Jo Bloggs", P1, P2, *briefs)
    assert found.roles[-6:] == ["news_ticker"] * 6
    assert found.article.info_sources == []


def test_one_heading_with_a_byline_is_not_a_ticker() -> None:
    found = text(
        "Bridge closed until spring", P1, P2, "Ferry fares to rise", "By Jo Bloggs", P3, P4
    )
    assert "news_ticker" not in found.roles
