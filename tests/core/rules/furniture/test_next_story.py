"""Another story below, with a dateline of its own."""

from __future__ import annotations

from tests.drafts import P1, P2, P3, text

FIRST = f"BRENFORD (AP) — {P1}"


def test_a_second_dateline_begins_another_story() -> None:
    found = text(
        FIRST, P2, "WESSEN (AP) — The eels have come back to the river, an office said.", P3
    )
    assert found.roles == ["dateline", "paragraph", "paragraph", "news_ticker", "news_ticker"]


def test_a_dateline_of_the_same_place_goes_on_with_the_story() -> None:
    found = text(FIRST, P2, "BRENFORD (AP) — The eels have come back to the river, an office said.")
    assert "news_ticker" not in found.roles


def test_without_a_first_dateline_there_is_no_second() -> None:
    assert "news_ticker" not in text(P1, P2, f"WESSEN — {P3}").roles


def test_a_label_in_capitals_before_a_dash_does_not_begin_another_story() -> None:
    buyer = "THE BUYER — a village of ninety houses with no clock of its own — will fetch it."
    speaker = 'MAYOR BROCK – "It was time."'
    assert "news_ticker" not in text(FIRST, P2, P3, buyer, speaker).roles
