"""Bylines are cut into people and desks; roles, places and handles are not names."""

from __future__ import annotations

import pytest
from tests.drafts import P1, P2, P3, TITLE, between, text

from copydesk.rules import bylines


@pytest.mark.parametrize(
    ("line", "names", "role"),
    [
        ("By Morag Tennant, Countryside Reporter", ["Morag Tennant"], "Countryside Reporter"),
        ("By EARYEL BOWLEG", ["EARYEL BOWLEG"], None),
        ("Von Philipp Wahl", ["Philipp Wahl"], None),
        ("By Ana Ruiz and Jo Bloggs", ["Ana Ruiz", "Jo Bloggs"], None),
        ("By Ana Ruiz, Jo Bloggs and Max Lee", ["Ana Ruiz", "Jo Bloggs", "Max Lee"], None),
        ("By Dolores Chang For Dailymail.Com", ["Dolores Chang"], None),
        ("By Jonathan GarberFOXBusiness", ["Jonathan Garber"], None),
        ("porRedaccion", ["Redaccion"], None),
        ("Von Johannes Ritter, Zürich", ["Johannes Ritter"], None),
        ("By Jo Bloggs (now) and Ana Ruiz (earlier)", ["Jo Bloggs", "Ana Ruiz"], None),
        ("By Jo Bloggs @jo_bloggs", ["Jo Bloggs"], None),
        ("By Chris Marten Europe correspondent", ["Chris Marten"], "Europe correspondent"),
        ("Von David Hutzler, dpa", ["David Hutzler"], None),
        ("Von der Redaktion", ["der Redaktion"], None),
    ],
)
def test_a_byline_gives_its_names(line: str, names: list[str], role: str | None) -> None:
    opened = bylines.after_opener(line)
    assert opened is not None
    assert bylines.is_author_like(opened)
    found = bylines.authors(opened)
    assert [a["name"] for a in found] == names
    assert found[0]["role"] == role


@pytest.mark.parametrize(
    "line",
    [
        "Von München bis Aachen: Im Netz der Werber",
        "By the time the rain stopped, the quay was under water.",
        "Parkhotel am See, Tegernsee",
        "Autoren der Region",
        "Por eso nadie vino a la plaza.",
        "Von der Brücke",
        "Por la Plaza Mayor",
        "Par le Pont Vieux",
        "By the River",
    ],
)
def test_an_opening_word_alone_does_not_make_a_byline(line: str) -> None:
    opened = bylines.after_opener(line)
    assert opened is None or not bylines.is_author_like(opened)


def test_names_desks_and_jobs_are_recognized_by_their_words() -> None:
    assert bylines.is_name("Ana de la Cruz")
    assert not bylines.is_name("What the gauges show")
    assert not bylines.is_name("Von der Brücke")
    assert bylines.are_names("Julia Vergin | Clare Roth")
    assert bylines.is_desk("News Nation Bureau")
    assert bylines.is_role("Tribune Staff Reporter")
    assert bylines.agencies("David Hutzler, dpa") == ["dpa"]


def test_a_phrase_below_the_headline_is_no_byline() -> None:
    assert text(TITLE, "Von der Brücke", P1, P2, P3).article.authors == []
    assert [a.name for a in text(TITLE, "Von Philipp Wahl", P1, P2, P3).article.authors] == [
        "Philipp Wahl"
    ]


@pytest.mark.parametrize(
    ("line", "role"),
    [
        ("Reporting by Jo Bloggs in Leeds; Editing by Ana Ruiz.", "reporting_credit"),
        ("Additional reporting by Jo Bloggs.", "reporting_credit"),
        ("Reporting by the council was late this year.", "paragraph"),
        ("Redaktion und Druckerei ziehen im Mai in die alte Mühle.", "paragraph"),
    ],
)
def test_a_credit_for_reporting_names_people(line: str, role: str) -> None:
    assert between(line) == [role]


def test_an_opener_with_single_words_in_the_first_line_is_the_headline() -> None:
    found = text("By Sea and Land", P1, P2, P3).article
    assert (found.headline, found.byline) == ("By Sea and Land", None)
