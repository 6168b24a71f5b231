"""Lines printed again."""

from __future__ import annotations

from tests.drafts import P1, P2, P3, text

CAPTION = "The crane lifts its first load of timber on Friday while a hundred people watch"


def test_a_long_line_printed_twice_in_a_row_is_a_caption() -> None:
    found = text(P1, P2, CAPTION, CAPTION, P3)
    assert found.roles == ["paragraph", "paragraph", "caption", "duplicate_caption", "paragraph"]


def test_the_second_printing_may_have_a_credit_glued_to_it() -> None:
    found = text(P1, P2, f"{CAPTION}.", f"{CAPTION}.Valley Images", P3)
    assert found.roles[2:4] == ["caption", "duplicate_caption"]
    longer = text(P1, P2, CAPTION, f"{CAPTION} in borrowed hats.", P3)
    assert longer.roles[3] == "paragraph"


def test_a_mark_between_paragraphs_is_furniture() -> None:
    found = text(P1, "Story goes on below", P2, "Story goes on below", P3)
    assert found.roles[1] == found.roles[3] == "page_furniture"
    assert text(P1, "Story goes on below", P2, P3).roles[1] == "heading"


def test_a_subheading_below_others_is_none() -> None:
    found = text(P1, "The Otter", P2, "Good to know", P3, "The Forge", P2, "Good to know", P3)
    assert "page_furniture" not in found.roles


def test_a_caption_that_breaks_off_above_its_credit_is_the_whole_one_again() -> None:
    short = CAPTION.replace("while a hundred people watch", "... more")
    found = text(P1, P2, f"{CAPTION}. less", short, "Photo: Jo Quay", P3)
    assert found.roles[2:5] == ["caption", "duplicate_caption", "credit"]
    # Without a credit the longer one may be the first paragraph below its summary.
    assert text(P1, P2, short, f"{CAPTION}.", P3).roles[3] == "paragraph"
