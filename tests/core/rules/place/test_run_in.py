"""Standfirsts that run into the first paragraph."""

from __future__ import annotations

import pytest
from tests.drafts import P2, P3, TITLE, article, text

STANDFIRST = (
    "The council wants the bridge kept, but the engineers who saw it in March are not so sure"
)
FIRST = (
    "The bridge over the river has been closed since the flood of 2019, and no money has been set "
    "aside for it, the council said on Monday."
)


def test_a_standfirst_is_cut_where_a_small_word_has_a_capital() -> None:
    found = text(TITLE, f"{STANDFIRST} {FIRST}", P2, P3).article
    assert found.standfirst == STANDFIRST
    assert found.text == "\n\n".join((FIRST, P2, P3))


@pytest.mark.parametrize(
    "names",
    [
        "the engineers of The Hague, who saw it in March with those of the Harbour Board in Sorvale",
        "the engineers from Sorvale and Upper Sorvale who saw it in March",
        "the engineers, who said so to readers of The Daily Example in March of the same year",
    ],
)
def test_names_in_a_long_sentence_are_no_place_for_a_cut(names: str) -> None:
    line = f"The council wants the bridge kept, but {names} doubt that it can be kept for a year."
    found = text(TITLE, line, P2, P3)
    assert "standfirst" not in found.roles
    assert line in found.article.text


def test_a_paragraph_after_a_dateline_or_in_markup_is_not_cut() -> None:
    line = f"{STANDFIRST} {FIRST}"
    assert "standfirst" not in text(TITLE, f"SORVALE - {line}", P2, P3).roles
    assert "standfirst" not in article(f"<p>{line}</p><p>{P2}</p><p>{P3}</p>").roles
