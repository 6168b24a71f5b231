"""The outlet's own sentences behind a story."""

from __future__ import annotations

import pytest
from tests.drafts import P1, P2, P3, text


@pytest.mark.parametrize(
    ("line", "role"),
    [
        ("With your pass we can send a reporter to every council meeting.", "site_promo"),
        ("The rest of this report is for readers who pay 3 euros a month.", "paywall_notice"),
        ("Mit Ihrem Zugang bezahlen Sie die Arbeit unserer Reporter.", "site_promo"),
        ("Rejoignez nos lecteurs et soutenez notre journalisme.", "site_promo"),
        ("Copyright. No part may be reproduced without written permission.", "copyright"),
    ],
)
def test_who_speaks_to_whom_shows_a_sentence_of_the_outlet(line: str, role: str) -> None:
    assert text(P1, P2, P3, line).roles[-1] == role


@pytest.mark.parametrize(
    "line",
    [
        '"Your council pays us nothing, and you can have the boat for a month," it said.',
        "The pass over the mountain costs the county nothing in summer.",
        "Tickets cost 4 euros and are sold at the mill.",
    ],
)
def test_a_sentence_of_the_story_stays(line: str) -> None:
    assert text(P1, P2, P3, line).roles[-1] == "paragraph"


def test_a_text_that_speaks_to_its_readers_does_so_to_its_end() -> None:
    told = "You need a hammer and half an hour in which we leave you alone."
    line = "With your pass we can send a reporter to every council meeting."
    assert text(told, told, P1, line).roles[-1] == "paragraph"


def test_the_list_that_an_appeal_leads_goes_with_it() -> None:
    line = "With your pass we can send a reporter to every council meeting."
    found = text(P1, P2, P3, line, "Pass holders also have:", "- The fairs of the month")
    assert found.roles[3:] == ["site_promo"] * 3
