"""Lines that no rule names, judged by their shape."""

from __future__ import annotations

import pytest
from tests.drafts import P1, P2, P3, P4, STORY, TITLE, Reading, article, paragraphs, text

from copydesk.explain import terminal
from copydesk.model.draft import Segment
from copydesk.readers import text as text_reader
from copydesk.rules.place.learned import RULE, judge
from copydesk.rules.place.shapes import Shapes, is_sentence

_MENU = ["- Ferry", "- Bridge", "- Ferry", "- Bridge", "- Ferry", "- Bridge"]


def _removed(found: Reading) -> list[str]:
    return [s.text for s in found.draft.segments if str(s.rule) == RULE]


def test_a_menu_below_the_story_that_repeats_itself_is_removed() -> None:
    assert _removed(text(*STORY, *_MENU)) == ["Ferry", "Bridge", "Ferry", "Bridge"]


def test_a_subheading_between_paragraphs_stays() -> None:
    found = text(TITLE, P1, P2, "What the ferry costs", P3, P4)
    assert _removed(found) == []
    assert found.texts("heading") == ["What the ferry costs"]


def test_a_list_led_by_a_colon_is_never_judged() -> None:
    assert _removed(text(*STORY, "These are the ways over the river:", *_MENU)) == []


def test_a_removed_line_says_how_probable_it_was_and_what_spoke_against_it() -> None:
    found = text(*STORY, *_MENU)
    shown = [*terminal.shown(found.draft, found.article, None, [], colour=False)]
    lines = [line for line in shown if RULE in line]
    assert len(lines) == 4
    assert all("(text with probability 0.1" in line for line in lines)
    assert all("printed again -" in line for line in lines)


def test_lines_of_a_page_are_not_judged() -> None:
    items = "".join(f"<p>{line[2:]}</p>" for line in _MENU)
    assert _removed(article(paragraphs(*STORY) + items)) == []


def test_every_feature_has_a_weight() -> None:
    known = set(judge().weights)
    assert known == set(judge().means)
    lines = (
        TITLE,
        *STORY,
        *_MENU,
        "(and) @more -5%?",
        "Two more: 12.30 ©",
        "* Item",
        "ferryTime2 Times",
    )
    segments = text_reader.cut("\n".join(lines))
    shapes = Shapes(segments, "news.example")
    assert {name for i in range(len(segments)) for name in shapes.of(i)} <= known


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("The ferry sails.", True),
        ("渡轮每小时开一班。", True),
        ("Who pays for the ferry?", False),
        ("More of the ferry…", False),
        ("The ferry sails", False),
        ("Ferry TimesBridge NewsRiver WalksBoat Sale.", False),
        (f"{P1} {P2} Who pays?", True),
    ],
)
def test_a_sentence_has_a_stop_and_is_no_short_question_or_row_of_links(
    line: str, expected: bool
) -> None:
    assert is_sentence(Segment(0, len(line), line)) is expected
