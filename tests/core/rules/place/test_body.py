"""The body of a story: paragraphs, headings, lists, quotes and dividers."""

from __future__ import annotations

import pytest
from tests.drafts import P1, P2, P3, P4, after, article, between, paragraphs, text


@pytest.mark.parametrize("line", ["What it costs", "Who pays?", "4 pm", "10:30 Uhr"])
def test_a_short_line_above_a_paragraph_is_a_heading(line: str) -> None:
    assert between(line) == ["heading"]


@pytest.mark.parametrize(
    "line",
    ["The mayor said:", "So it is.", "“We will pay for all of it, and for the ferry,” he said."],
)
def test_a_sentence_or_an_introduction_is_a_paragraph(line: str) -> None:
    assert between(line) == ["paragraph"]


def test_a_short_line_at_the_end_is_not_a_heading() -> None:
    assert after("What it costs") == ["page_furniture"]


def test_times_of_day_head_the_entries_of_a_running_story() -> None:
    title = "PARIS (AP) — The Latest on the bridge (all times local):"
    assert text(title, "10 p.m.", P1, "___", "4:14 p.m.", P2).roles == [
        "dateline", "paragraph", "heading", "paragraph", "divider", "heading", "paragraph",
    ]  # fmt: skip


def test_numbers_in_a_row_are_a_list_and_a_single_number_is_not() -> None:
    numbered = ("1. The crane came late.", "2. The rope was short.")
    found = text(P1, *numbered, P2, "7. Street will open.", P3).article
    assert [b.type for b in found.body] == [
        "paragraph", "list", "paragraph", "paragraph", "paragraph",
    ]  # fmt: skip


def test_bullets_are_a_list() -> None:
    found = text(P1, "- one crane", "- two ropes", P2).article
    (listed,) = (b for b in found.body if b.type == "list")
    assert [item.text for item in listed.items] == ["one crane", "two ropes"]


def test_bullets_below_the_headline_are_a_list_of_the_story() -> None:
    points = ("- The ferry sails on", "- Fares will rise soon")
    found = text("Bridge closed until spring", *points, "By Ana Ruiz", P1, P2).article
    assert [b.type for b in found.body] == ["list", "paragraph", "paragraph"]


def test_a_line_in_lower_case_continues_the_line_before_it() -> None:
    found = text(P1, "The ferry of the", "harbour company sails.", P2).article
    assert found.text == "\n\n".join((P1, "The ferry of the harbour company sails.", P2))


def test_a_line_in_lower_case_after_a_sentence_is_a_paragraph_of_its_own() -> None:
    found = text(P1, "The ferry of the town is late.", "harbour company sails.", P2).article
    assert len(found.body) == 4


def test_a_row_of_signs_divides_the_body_and_is_left_out_at_its_end() -> None:
    assert between("***") == ["divider"]
    assert after("***") == ["separator"]


# Pages.

BLOCKS = (
    "<h2>What it costs</h2><blockquote>We will pay.</blockquote><pre>a = 1</pre>"
    "<ol><li>Crane</li><li>Rope</li></ol>"
)


def test_the_elements_of_a_page_give_the_roles_of_the_body() -> None:
    found = article(paragraphs(P1, P2) + BLOCKS + paragraphs(P3, P4))
    assert found.roles == [
        "headline", "paragraph", "paragraph", "heading", "quote", "code", "list_item", "list_item",
        "paragraph", "paragraph",
    ]  # fmt: skip


def test_a_link_inside_a_sentence_does_not_cut_it() -> None:
    found = article(f"<p>{P1}</p><p>The <a href=/x>ferry</a>, he said, is late.</p><p>{P2}</p>")
    assert found.article.text.split("\n\n")[1] == "The ferry, he said, is late."


@pytest.mark.parametrize(
    ("line", "role"),
    [("___", "divider"), ("***", "divider"), ("|", "separator"), ("=)", "separator")],
)
def test_a_line_of_one_repeated_mark_divides_the_text_of_a_page(line: str, role: str) -> None:
    found = article(paragraphs(P1, P2, line, P3, P4))
    assert (role, line) in found.lines
    assert ("divider" in [block.type for block in found.article.body]) == (role == "divider")
    assert ("separator", line) in article(paragraphs(P1, P2, P3, line)).lines
