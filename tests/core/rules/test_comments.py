"""Comment sections in plain text: items, counters, state, rules and forms."""

from __future__ import annotations

import pytest
from tests.drafts import P1, P2, P3, P4, after, between, text

CLOSING = "Dec 24th, 2020 - 09:34 am - Link - Report abuse {}"


def test_comments_that_end_with_their_time_are_read() -> None:
    found = text(
        P1, P2, "Comments", "- Jo", "So it is.", "It was a long year.", CLOSING.format("-2"),
        "- Ana", "Not for me.", CLOSING.format("+3"),
    )  # fmt: skip
    items = found.article.comments.items
    assert [(c.author, c.text, c.score) for c in items] == [
        ("Jo", "So it is.\n\nIt was a long year.", -2),
        ("Ana", "Not for me.", 3),
    ]
    assert {c.published_raw for c in items} == {"Dec 24th, 2020 - 09:34 am"}
    assert found.article.comments.status == "complete"
    assert found.article.text == f"{P1}\n\n{P2}"


def test_a_comment_that_is_cut_off_at_the_end_is_kept() -> None:
    found = text(
        P1, P2, "Comments", "- Jo", "So it is.", CLOSING.format("-2"), "- Ana", "And then the ferry"
    )
    comments = found.article.comments
    assert comments.status == "partial"
    assert [(c.author, c.score) for c in comments.items] == [("Jo", -2), ("Ana", None)]


def test_comments_that_open_with_their_author_are_read() -> None:
    found = text(
        P1, P2, "3 Kommentare", "Jo Bloggs sagt:", "12. Mai 2023 um 09:30 Uhr", "Endlich eine Brücke.",
        "Sie war lange genug zu.", "Antworten", "Ana R. sagt:", "12. Mai 2023 um 10:00 Uhr", "Na ja.", "Antworten",
    )  # fmt: skip
    comments = found.article.comments
    assert (comments.status, comments.count) == ("partial", 3)
    assert [(c.author, c.text, c.published_raw) for c in comments.items] == [
        ("Jo Bloggs", "Endlich eine Brücke.\n\nSie war lange genug zu.", "12. Mai 2023 um 09:30 Uhr"),
        ("Ana R.", "Na ja.", "12. Mai 2023 um 10:00 Uhr"),
    ]  # fmt: skip
    assert "Brücke." not in found.article.text


@pytest.mark.parametrize(
    "lines",
    [
        ("The harbour master says:", "“The boat is late.”", "“It will stay late.”"),
        ("The boat was seen on Dec 24th, 2020 at 09:34 am, a report said.",),
        ("Jo Bloggs says:", "12 May was a good day for the ferry and its crew.", P4),
    ],
)
def test_quotations_and_reports_of_the_story_are_not_comments(lines: tuple[str, ...]) -> None:
    found = text(P1, P2, *lines, P3)
    assert found.article.comments.items == []
    assert found.article.comments.status == "absent"


@pytest.mark.parametrize(
    ("line", "count"), [("12 comments", 12), ("Kommentare (3)", 3), ("1,204 Comments", 1204)]
)
def test_a_counter_gives_the_number_of_comments(line: str, count: int) -> None:
    assert between(line) == ["comment_count"]
    assert text(P1, P2, line).article.comments.count == count


@pytest.mark.parametrize(
    "line",
    [
        "12 comments were made at the meeting on Monday.",
        "Comments are closed to the point of rudeness, she said.",
        "Leave a comment in the book by the door, the guide said.",
    ],
)
def test_a_sentence_about_comments_stays_in_the_story(line: str) -> None:
    assert between(line) == ["paragraph"]
    assert text(P1, P2, line, P3).article.comments.count is None


@pytest.mark.parametrize(
    ("line", "status", "count"),
    [
        ("No comments yet", "none_yet", 0),
        ("0 Comments", "none_yet", 0),
        ("Comments are closed", "disabled", None),
        ("14 Comments", "not_loaded", 14),
        ("Leave a comment", "not_loaded", None),
    ],
)
def test_the_state_of_the_comments_is_read(line: str, status: str, count: int | None) -> None:
    comments = text(P1, P2, line).article.comments
    assert (comments.status, comments.count, comments.items) == (status, count, [])


POLICY = (
    "The paper discourages any commentary that is abusive, and all submissions made in the comment "
    "section are the views of their writers."
)


def test_a_policy_above_the_form_is_the_rules_of_commenting() -> None:
    form = ("Leave a Reply Cancel reply", "Name *", "Δ")
    assert after(POLICY, *form) == ["comment_rules", *["comment_form"] * 3]


def test_the_same_sentence_without_a_form_below_stays_in_the_story() -> None:
    assert after(POLICY) == ["paragraph"]


def test_a_button_above_the_comments_belongs_to_them() -> None:
    assert after("Show", "Comments") == ["comment_chrome", "comment_chrome"]
    assert after("Show", "Boats of the year") == ["page_furniture", "page_furniture"]
