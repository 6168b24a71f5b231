"""Bylines are cut into people and desks; roles, places and handles are not names."""

from __future__ import annotations

import pytest

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
    ],
)
def test_an_opening_word_alone_does_not_make_a_byline(line: str) -> None:
    opened = bylines.after_opener(line)
    assert opened is None or not bylines.is_author_like(opened)


def test_names_desks_and_jobs_are_recognized_by_their_words() -> None:
    assert bylines.is_name("Ana de la Cruz")
    assert not bylines.is_name("What the gauges show")
    assert bylines.are_names("Julia Vergin | Clare Roth")
    assert bylines.is_desk("News Nation Bureau")
    assert bylines.is_role("Tribune Staff Reporter")
    assert bylines.agencies("David Hutzler, dpa") == ["dpa"]
