"""Controls of a page around a story: share bars, counters, font sizes, addresses of files."""

from __future__ import annotations

import pytest
from tests.drafts import between


@pytest.mark.parametrize(
    ("line", "role"),
    [
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
    ],
)
def test_a_line_of_the_page_is_left_out(line: str, role: str) -> None:
    assert between(line) == [role]


@pytest.mark.parametrize(
    "line",
    [
        "Share prices fell by two per cent on Tuesday.",
        "Print is dead, the publisher told the fair.",
        "Share Facebook data with nobody, the regulator said.",
        "He read on page 2/7 that the mill had burned.",
        "It took 50:55 to finish the race.",
        "A 4 minute read of the minutes showed the error.",
        "Image 1 of the five shows the mill.",
    ],
)
def test_a_sentence_with_such_words_stays_in_the_story(line: str) -> None:
    assert between(line) == ["paragraph"]
