"""Links to other stories, and the labels above them."""

from __future__ import annotations

import pytest
from tests.drafts import P1, P2, P3, P4, TITLE, between, text


@pytest.mark.parametrize(
    "line", ["Read also: Ferry fares to rise", "Lesen Sie auch: Fähre wird teurer"]
)
def test_a_link_with_its_label_on_one_line_is_related(line: str) -> None:
    assert between(line) == ["related"]
    (link,) = text(P1, P2, line, P3).article.related
    assert line.endswith(f": {link.text}")


@pytest.mark.parametrize(
    "line",
    [
        "Related stories were told at the fair.",
        "Read also the small print, the lawyer said.",
        "Read also: the small print on page four is where the trouble begins, said the lawyer.",
        "More on the bridge was promised for Friday.",
        "Most popular with children was the goat.",
        "Read more books, the mayor told the children.",
    ],
)
def test_a_sentence_that_starts_like_a_label_stays_in_the_story(line: str) -> None:
    assert between(line) == ["paragraph"]


def test_a_label_claims_the_links_below_it_with_their_dates_and_authors() -> None:
    found = text(
        P1, "Related articles", "Ferry fares to rise", "21/04/2022", "Who pays for the bridge?",
        "By Ana Ruiz", P2, P3,
    )  # fmt: skip
    assert found.roles == ["paragraph", *["related"] * 5, "paragraph", "paragraph"]
    assert [r.text for r in found.article.related] == [
        "Ferry fares to rise",
        "Who pays for the bridge?",
    ]


def test_a_label_does_not_claim_the_paragraph_below_it() -> None:
    found = text(P1, P2, "Related articles", P3, P4)
    assert found.roles == ["paragraph", "paragraph", "related", "paragraph", "paragraph"]
    assert found.article.related == []


def test_a_short_line_without_a_label_is_a_heading() -> None:
    assert between("Ferry fares to rise") == ["heading"]


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


def test_a_label_above_the_headline_does_not_claim_it() -> None:
    found = text("Latest news", "Weather", "Swan bites bishop at noon", TITLE, P1, P2, P3)
    assert found.article.headline == TITLE
    assert found.roles[:3] == ["latest_news"] * 3


def test_a_list_ends_at_a_sentence_in_french_quotes() -> None:
    last = "« Dès mai, il y aura deux jours calmes par semaine. »"
    found = text(P1, P2, "Sur le même sujet", "- Un mur sous la route", "- Le car roule", last, P3)
    assert found.roles[-2:] == ["paragraph", "paragraph"]
