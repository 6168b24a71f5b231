"""Corrections and editors' notes, which are kept apart from the story."""

from __future__ import annotations

import pytest
from tests.drafts import P1, P2, P3, after, article, between, paragraphs, text


@pytest.mark.parametrize(
    ("line", "role", "kept"),
    [
        ("Correction: The bridge was built in 1921, not in 1911.", "correction",
         "The bridge was built in 1921, not in 1911."),
        ("This article was amended on 1 December 2025 to correct a date.", "correction",
         "This article was amended on 1 December 2025 to correct a date."),
        ("An earlier version of this story gave the wrong day.", "correction",
         "An earlier version of this story gave the wrong day."),
        ("The article was amended on 3 May to correct a name.", "correction",
         "The article was amended on 3 May to correct a name."),
        ("Cet article a été modifié le 3 mai.", "correction",
         "Cet article a été modifié le 3 mai."),
        ("Dieser Artikel wurde am 1. Mai 2024 korrigiert.", "correction",
         "Dieser Artikel wurde am 1. Mai 2024 korrigiert."),
        ("Editor's note: The council's letter was translated by the paper.", "editors_note",
         "The council's letter was translated by the paper."),
    ],
)  # fmt: skip
def test_a_correction_is_kept_without_its_label(line: str, role: str, kept: str) -> None:
    assert between(line) == [role]
    found = text(P1, P2, P3, line).article
    assert [(c.kind, c.text) for c in found.corrections] == [(role, kept)]
    assert found.text == "\n\n".join((P1, P2, P3))


@pytest.mark.parametrize(
    "line",
    [
        "Correction fluid was found on the deed, the clerk told the court.",
        "Correction of the river bed will cost nine million, the board said.",
        "Corrections officers asked for more pay.",
        "This article of the treaty was amended in 1921, the historian said.",
        "The article was amended by the council in May.",
        "The article was amended in May, and the court has applied it since.",
        "Der Artikel wurde am 3. Mai vom Landtag ergänzt.",
        "Este artículo fue modificado por el senado en mayo.",
        "Cet article a été modifié par le sénat en mai.",
        "Editor's note to self was the name of her first novel.",
    ],
)
def test_a_sentence_that_starts_like_a_correction_stays_in_the_story(line: str) -> None:
    assert between(line) == ["paragraph"]
    assert text(P1, P2, line).article.corrections == []


def test_a_correction_has_its_place_and_its_date() -> None:
    line = "This article was amended on 1 December 2025 to correct a date."
    (one,) = text(P1, line, P2, P3).article.corrections
    assert (one.date, one.position) == ("2025-12-01", 1)
    (undated,) = text(P1, P2, "Correction: The bridge is older.", P3).article.corrections
    assert (undated.date, undated.position) == (None, 2)


def test_a_long_correction_needs_its_label() -> None:
    long = (
        "The council built the bridge with stones from the quarry at Alder Hill, " * 4 + "it said."
    )
    assert after(f"Correction: {long}") == ["correction"]
    assert after(long) == ["paragraph"]


def test_a_block_with_the_class_of_a_correction_is_kept_apart() -> None:
    note = "The bridge was built in 1921, not in 1911."
    found = article(f"{paragraphs(P1, P2, P3)}<div class=correction><p>{note}</p></div>")
    assert [c.text for c in found.article.corrections] == [note]
    assert note not in found.article.text
