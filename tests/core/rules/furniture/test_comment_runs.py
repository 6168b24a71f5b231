"""Comments known by their repetition."""

from __future__ import annotations

from tests.drafts import P1, P2, P3, STORY, TITLE, text

ONE = ("Tern", "04/05/2025 18:20", "About time, the rope took my leg.", "Like")
TWO = ("old_pier", "04/05/2025 19:02", "He swims better than the ferry!", "Like")


def test_name_date_text_and_button_twice_are_comments() -> None:
    found = text(P1, P2, P3, *ONE, *TWO)
    item = ["comment_author", "comment_meta", "comment", "comment_chrome"]
    assert found.roles[3:] == item * 2
    assert found.article.published is None
    first, second = found.article.comments.items
    assert (first.author, first.text) == ("Tern", "About time, the rope took my leg.")
    assert second.published_raw == "04/05/2025 19:02"


def test_one_comment_needs_a_label() -> None:
    assert "comment" in text(P1, P2, P3, "Comments", *ONE).roles
    assert "comment" not in text(P1, P2, P3, *ONE).roles


def test_a_report_that_is_longer_than_what_is_above_it_is_no_comments() -> None:
    entry = (P1, "Share")
    found = text(P2, "Ana Ruiz", "04/05/2025 18:20", *entry, "Jo Li", "04/05/2025 19:02", *entry)
    assert "comment" not in found.roles


def test_the_day_at_the_start_of_a_date_is_no_mark_of_a_list() -> None:
    found = text(
        TITLE, P1, P2, "2 Kommentare", "Ned P.", "8. März 2025 um 07:40", "Vierzig sind zu viele.",
        "Antworten", "Sal", "8. März 2025 um 09:15", "Vierzig sind zu wenige.", "Antworten",
    ).article  # fmt: skip
    assert [c.author for c in found.comments.items] == ["Ned P.", "Sal"]
    assert found.published is None


def test_comments_may_be_numbered_below_their_number() -> None:
    found = text(
        TITLE, P1, P2, f"2 responses to “{TITLE}”", "1. Ned P.", "March 8, 2025",
        "Forty is too many.", "Reply", "2. Sal", "March 8, 2025", "Forty is too few.", "Reply",
    ).article  # fmt: skip
    assert [c.author for c in found.comments.items] == ["Ned P.", "Sal"]
    assert (found.comments.count, found.published) == (2, None)
    assert found.text == f"{P1}\n\n{P2}"


def test_many_readers_with_a_relative_time_each_need_no_button() -> None:
    people = ("Tern", "Old Pier", "Sal W.", "Ned P.")
    run = [
        line for n, name in enumerate(people) for line in (name, f"{n + 2} days ago", f"{n}: {P3}")
    ]
    found = text(TITLE, P1, P2, P3, *STORY, *run)
    assert [c.author for c in found.article.comments.items] == list(people)
    assert "comment" not in text(TITLE, P1, P2, P3, *STORY, *run[:6]).roles


def test_a_date_far_above_the_comments_is_none_of_them() -> None:
    story = [f"{P1} {n}." for n in range(30)]
    found = text(TITLE, P1, P2, "Excellent", "8 March 2025", *story, *ONE, *TWO)
    assert [c.author for c in found.article.comments.items] == ["Tern", "old_pier"]
