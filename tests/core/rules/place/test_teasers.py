"""Teasers: a summary and a link to the whole text."""

from __future__ import annotations

import pytest
from tests.drafts import P1, P2, TITLE, text

from copydesk.model.notices import NoticeCode


@pytest.mark.parametrize(
    "link",
    ["Read full article", "Continue reading →", "Weiterlesen", "Lire la suite", "続きを読む"],
)
def test_the_only_sentence_above_a_link_to_the_whole_text_is_a_standfirst(link: str) -> None:
    found = text(TITLE, P1, link, "Harbour", "Ferries").article
    assert (found.headline, found.standfirst, found.body) == (TITLE, P1, [])
    assert [w.code for w in found.warnings] == [NoticeCode.NO_BODY]
    assert found.access.observed == "truncated"


def test_a_link_at_the_end_of_the_line_counts_too() -> None:
    found = text(TITLE, f"{P1} Read more").article
    assert (found.standfirst, found.body) == (P1, [])
    assert [r.text for r in found.removed] == ["Read more"]


def test_a_text_of_two_paragraphs_is_no_teaser() -> None:
    found = text(TITLE, P1, f"{P2} Read more").article
    assert found.text == f"{P1}\n\n{P2}"
    assert found.warnings == []


def test_a_sentence_that_ends_in_such_words_is_not_cut() -> None:
    found = text(
        TITLE, P1, "Nobody wanted to read more", "He asked her for one thing only. More.", P2
    )
    assert "more" in found.article.text
    assert "More." in found.article.text
