"""The imprint around a story: statements of rights and contacts."""

from __future__ import annotations

import pytest
from tests.drafts import P1, P2, after, between, text


@pytest.mark.parametrize(
    ("line", "role"),
    [
        ("desk@news.example", "contact_line"),
        ("Do you know more about this story? Email desk@news.example", "contact_line"),
        ("© 2025 Valley News Ltd", "copyright"),
        ("© Agenzia Nova - Riproduzione riservata", "copyright"),
        ("Copyright 2019 Valley News. All rights reserved.", "copyright"),
    ],
)
def test_a_statement_of_rights_or_a_contact_is_left_out(line: str, role: str) -> None:
    assert between(line) == [role]


@pytest.mark.parametrize(
    "line",
    [
        "Write to the mayor at town@example.org by Friday.",
        "The copyright of 2019 belongs to the band.",
        "Copyright law will change next year, the minister said.",
    ],
)
def test_a_sentence_about_rights_or_a_contact_stays_in_the_story(line: str) -> None:
    assert between(line) == ["paragraph"]


def test_an_address_in_brackets_leaves_the_paragraph() -> None:
    found = text(P1, P2 + " ([email protected])", "—", "Best Regards,")
    assert found.article.text == f"{P1}\n\n{P2}"
    assert found.roles[2:] == ["contact_line", "separator", "email_signature"]


def test_brackets_with_words_stay_in_the_paragraph() -> None:
    assert text(P1, P2 + " (see page 4)").article.text == f"{P1}\n\n{P2} (see page 4)"


def test_a_fixed_wording_on_rights_before_other_sentences_claims_rights() -> None:
    line = (
        "Tous droits réservés. Aucune partie de ce texte ne peut être reprise sans accord écrit de "
        "la rédaction du journal."
    )
    assert after(line) == ["copyright"]
