"""Notes on the author below a story without markup."""

from __future__ import annotations

import pytest
from tests.drafts import P1, P2, P3, text

URL = "https://www.tideherald.example/news/boats"
NOTE = "Ana Ruiz has written for the Tide Herald about boats and the men who mend them since 2011."


def test_a_person_that_the_story_does_not_name_is_introduced_below_it() -> None:
    assert text(P1, P2, P3, NOTE, url=URL).roles[-1] == "author_bio"
    assert text(P1, P2, P3, "Ana Ruiz", NOTE, url=URL).roles[-2:] == ["author_bio", "author_bio"]


@pytest.mark.parametrize("above", ["The mill was sold to Ana Ruiz, who bought two boats.", P1])
def test_a_person_of_the_story_stays(above: str) -> None:
    line = (
        NOTE if above != P1 else "Ana Ruiz has lived above the mill since she sold her two boats."
    )
    assert text(P1, P2, above, line, url=URL).roles[-1] == "paragraph"


ABOUT = "Ana (Anita) Ruiz mends boats, and learned it from her mother on the quay of Little Ness."


def test_a_name_above_a_last_paragraph_that_repeats_it_is_a_note() -> None:
    assert text(P1, P2, P3, "Ana Ruiz", ABOUT).roles[-2:] == ["author_bio"] * 2
    found = text(P1, P2, P3, "Ana Ruiz", "Boat builder and teacher", ABOUT)
    assert found.roles[-3:] == ["author_bio"] * 3


def test_a_person_of_the_story_has_no_note() -> None:
    above = "The mill was sold to Ana Ruiz, who bought two boats."
    assert text(P1, P2, above, "Ana Ruiz", ABOUT).roles[-1] == "paragraph"


def test_the_last_of_several_people_under_their_names_is_part_of_the_story() -> None:
    other = "Jo Quay sails boats, and learned it from his father on the quay of Holm."
    assert text(P1, P2, P3, "Jo Quay", other, "Ana Ruiz", ABOUT).roles[-1] == "paragraph"


def test_a_new_person_with_a_job_in_a_newsroom_is_introduced() -> None:
    note = "Ana Ruiz (@ana) is the editor of three magazines about boats, and lives on the quay."
    assert text(P1, P2, P3, note).roles[-1] == "author_bio"
    said = "Ana Ruiz, the editor of three magazines about boats, said that the quay would be hers."
    assert text(P1, P2, P3, said).roles[-1] == "paragraph"
