"""Navigation around a story: breadcrumbs, tags, banners, tables of quotes."""

from __future__ import annotations

import pytest
from tests.drafts import P1, P2, P3, TITLE, between, text


@pytest.mark.parametrize("mark", [" / ", " > ", " » "])
def test_breadcrumbs_on_one_line_are_cut(mark: str) -> None:
    found = text(mark.join(("Home", "Local News", TITLE)), TITLE, P1, P2).article
    assert found.breadcrumbs == ["Home", "Local News", TITLE]
    assert found.headline == TITLE


def test_breadcrumbs_on_lines_of_their_own_are_read() -> None:
    found = text("You are at:", "- Home", "- Local", f"- {TITLE}", TITLE, P1, P2).article
    assert found.breadcrumbs == ["Home", "Local", TITLE]


@pytest.mark.parametrize("line", ["Home is where the boat is", "Home rule for the islands now"])
def test_a_headline_that_starts_with_home_is_not_a_path(line: str) -> None:
    found = text(line, P1, P2).article
    assert (found.headline, found.breadcrumbs) == (line, [])


def test_a_banner_of_newer_stories_stands_above_the_headline() -> None:
    found = text("BREAKING NEWS", "- Fire at the harbour", TITLE, P1, P2)
    assert found.roles[:3] == ["breaking_banner", "breaking_banner", "headline"]
    assert text("- Fire at the harbour", TITLE, P1, P2).roles[0] != "breaking_banner"


def test_tags_are_read_without_their_label() -> None:
    found = text(P1, P2, "Related Tags:", "- Bridges", "- Ferries", "Share")
    assert found.article.tags == ["Bridges", "Ferries"]
    assert found.roles[2:] == ["topic_tags"] * 3 + ["share_bar"]


@pytest.mark.parametrize(
    ("line", "tags"),
    [("Tags: bridge, ferry", ["bridge", "ferry"]), ("Tags: a, b; c", ["a", "b; c"])],
)
def test_tags_on_the_line_of_their_label_are_cut(line: str, tags: list[str]) -> None:
    assert between(line) == ["topic_tags"]
    assert text(P1, P2, line).article.tags == tags


@pytest.mark.parametrize(
    "line", ["Tags: the dog wears two of them.", "Tags on the ears of the sheep are blue."]
)
def test_a_sentence_about_tags_stays_in_the_story(line: str) -> None:
    assert between(line) == ["paragraph"]


TICKER = "Ticker|Last|Change|HD|HOME CO.|225.86|-12.99|-5.44%|LOW|LOWE CO.|113.40|-1.62".split("|")


def test_a_table_of_quotes_is_recognized_by_its_figures() -> None:
    assert text(P1, *TICKER, P2, P3).roles == [
        "paragraph", *["market_ticker"] * 12, "paragraph", "paragraph",
    ]  # fmt: skip


def test_short_lines_with_few_figures_are_not_a_table_of_quotes() -> None:
    lines = ("Menu", "Soup", "Bread", "Herring", "12.50", "Apples", "Cheese", "Coffee")
    assert "market_ticker" not in text(P1, *lines, P2, P3).roles


def test_a_label_with_the_story_before_or_after_is_left_out() -> None:
    assert between("Previous article Ferry fares to rise") == ["prev_next"]
    assert between("Previous articles of the treaty were dropped.") == ["paragraph"]
