"""Agencies that supplied the story: signatures, credits, initials."""

from __future__ import annotations

import pytest
from tests.drafts import P1, P2, P3, P4, TITLE, after, article, between, paragraphs, text

from copydesk.rules.agencies import agency, agency_among, agency_in_credit


@pytest.mark.parametrize(
    ("line", "role"),
    [
        ("Source: Reuters", "agency_credit"),
        ("Quelle: ntv.de, ino/dpa", "agency_credit"),
        ("Source: Valley Radio", "publisher"),
        ("© dpa-infocom, dpa:251201-930-10442/1", "agency_credit"),
        ("By Reuters", "agency_credit"),
        ("sep/dpa", "agency_credit"),
        ("Reporting by Jo Bloggs; Editing by Ana Ruiz", "reporting_credit"),
    ],
)
def test_a_line_that_names_the_supplier_is_not_the_story(line: str, role: str) -> None:
    assert between(line) == [role]


@pytest.mark.parametrize(
    "line",
    [
        "Reuters reported the sale first.",
        "By Reuters' count, nine ships were lost.",
        "Source of the river is a spring above the village.",
        "Source: the mayor's office would not say.",
        "The quay was empty. He said so to Reuters.",
    ],
)
def test_a_sentence_that_names_an_agency_stays_in_the_story(line: str) -> None:
    assert between(line) == ["paragraph"]
    assert text(P1, P2, line, P3).article.info_sources == []


@pytest.mark.parametrize(
    ("ending", "name"),
    [
        (" REUTERS", "Reuters"),
        (" (AFP)", "AFP"),
        (" – dpa", "dpa"),
        (" EFE", "EFE"),
        (" mit dpa", "dpa"),
        (" red/dpa", "dpa"),
        (" with Reuters", "Reuters"),
    ],
)
def test_an_agency_after_the_last_sentence_is_cut_off(ending: str, name: str) -> None:
    found = text(P1, P2 + ending).article
    assert [s.name for s in found.info_sources] == [name]
    assert found.text == f"{P1}\n\n{P2}"


@pytest.mark.parametrize("ending", [" (Prado)", " and/or", " – late", " (see page)"])
def test_other_words_after_the_last_sentence_stay(ending: str) -> None:
    found = text(P1, P2 + ending).article
    assert found.info_sources == []
    assert found.text.endswith(ending)


def test_an_agency_on_the_last_line_signs_the_story() -> None:
    found = text(P1, P2, "Reuters")
    assert found.roles == ["paragraph", "paragraph", "agency_credit"]
    assert [s.name for s in found.article.info_sources] == ["Reuters"]


def test_an_agency_alone_between_paragraphs_credits_a_picture() -> None:
    found = text(P1, P2, "Reuters", P3)
    assert found.roles[2] == "credit"
    assert found.article.info_sources == []


def test_an_agency_below_the_byline_is_the_supplier() -> None:
    found = text(TITLE, "By Ana Ruiz", "Associated Press", P1, P2).article
    assert [s.name for s in found.info_sources] == ["AP"]
    assert [a.name for a in found.authors] == ["Ana Ruiz"]
    found = text(TITLE, "By Ana Ruiz", "Associated Gardens", P1, P2).article
    assert found.info_sources == []


def test_an_agency_in_brackets_opens_the_story() -> None:
    for found in (
        text(TITLE, "(Reuters) - " + P1, P2),
        article(paragraphs("(Reuters) - " + P1, P2)),
    ):
        assert found.roles == ["headline", "agency_credit", "paragraph", "paragraph"]
        assert [s.name for s in found.article.info_sources] == ["Reuters"]


def test_initials_of_editors_are_a_credit_only_at_the_end() -> None:
    assert after("Source: Reuters", "jb/ar") == ["agency_credit", "reporting_credit"]
    found = text(P1, "jb/ar", *[P2, P3, P4] * 3).roles
    assert "reporting_credit" not in found


def test_a_signature_with_a_date_gives_the_authors() -> None:
    found = text(P1, P2, P3 + " (Jo Bloggs in Leeds, Ann Other, 3.5.2024)")
    assert found.roles[-1] == "byline"
    assert found.article.text.endswith(P3)


def test_an_agency_has_one_name_for_all_printed_forms() -> None:
    assert agency("REUTERS") == agency("Thomson Reuters") == "Reuters"
    assert agency("dpa/lni") == "dpa"
    assert agency("PETRA") == "Petra"
    assert agency_among("ntv.de, ino/dpa") == "dpa"
    assert agency_in_credit("Saul Loeb/AFP/Getty Images") == "AFP"


def test_a_word_or_name_is_not_an_agency() -> None:
    assert agency("Na") is None
    assert agency("Petra") is None
    assert agency_among("ntv.de") is None
    assert agency_in_credit("Jo Bloggs") is None
