"""Fixed wordings: lines that are left out because of their words alone."""

from __future__ import annotations

import pytest
from tests.drafts import after, between


@pytest.mark.parametrize(
    ("line", "role"),
    [
        ("Advertisement", "ad_marker"),
        ("- Advertisement -", "ad_marker"),
        ("ANZEIGE", "ad_marker"),
        ("Remote video URL", "video_teaser"),
        ("Scroll down to see the plan of the bridge", "scroll_cue"),
        ("This story was originally published by the Valley Herald.", "syndication_notice"),
        ("The views expressed in this article are those of the author.", "disclaimer"),
    ],
)
def test_a_fixed_wording_is_left_out(line: str, role: str) -> None:
    assert between(line) == [role]


@pytest.mark.parametrize(
    "line",
    [
        "Advertisement of the post is due in May.",
        "Video of the fall was shown to the jury.",
        "This story was originally told by his aunt.",
        "The views from the tower are those of the lake.",
    ],
)
def test_a_sentence_with_the_words_of_a_fixed_wording_stays_in_the_story(line: str) -> None:
    assert between(line) == ["paragraph"]


def test_fixed_wordings_without_spaces_between_them_are_cut() -> None:
    assert after("AdvertisementBack to top") == ["ad_marker", "page_furniture"]
    assert after("McDonald opens a mill on Friday.") == ["paragraph"]


def test_a_line_without_letters_is_a_separator_at_the_edge() -> None:
    assert after("* * *") == ["separator"]
