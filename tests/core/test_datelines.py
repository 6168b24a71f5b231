"""Datelines are read on evidence, and nothing else is taken for one."""

from __future__ import annotations

import pytest

from copydesk.rules import datelines


@pytest.mark.parametrize(
    ("text", "place", "agency", "copy"),
    [
        ("WASHINGTON - The bridge opened.", "WASHINGTON", None, "The bridge opened."),
        ("VIENNA — Two towers fell.", "VIENNA", None, "Two towers fell."),
        ("SINGAPORE – Buses ran late.", "SINGAPORE", None, "Buses ran late."),
        ("BANGKOK (REUTERS) - A storm came.", "BANGKOK", "Reuters", "A storm came."),
        ("KATHMANDU, April 25 (Reuters) - A road", "KATHMANDU", "Reuters", "A road"),
        ("HAYWARD, Calif. (AP) — The ferry", "HAYWARD, Calif", "AP", "The ferry"),
        ("PUTRAJAYA, Nov 22 — Nobody paid.", "PUTRAJAYA", None, "Nobody paid."),
        ("Oldenburg (dpa/lni) - Der Nachtbus", "Oldenburg", "dpa", "Der Nachtbus"),
        ("Asunción, 30 nov (EFE).- El mercado", "Asunción", "EFE", "El mercado"),
        ("MONTEVIDEO, February 11. /TASS/. The port", "MONTEVIDEO", "TASS", "The port"),
        ("Tunisi, 01 dic 13:06 - (Agenzia Nova) - Il ministero", "Tunisi", "Agenzia Nova", "Il ministero"),
        ("CALDEN. Der Flughafen bleibt.", "CALDEN", None, "Der Flughafen bleibt."),
        ("LAHORE: Two parks in Lahore opened.", "LAHORE", None, "Two parks in Lahore opened."),
        ("BERLIN (dpa) Der Zug fuhr.", "BERLIN", "dpa", "Der Zug fuhr."),
    ],
)  # fmt: skip
def test_a_dateline_gives_place_and_agency(
    text: str, place: str, agency: str | None, copy: str
) -> None:
    found = datelines.find(text)
    assert found is not None
    assert (found.place or "").rstrip(".") == place
    assert found.agency == agency
    assert text[found.end :].strip() == copy


@pytest.mark.parametrize(
    "text",
    [
        "CHINA has sent two ships - and a third may follow.",
        "TWO men were seen on the roof.",
        "247 – that is how many steps the tower has.",
        "(KXAN) — The lake is low.",
        "Trump - who was in Florida - declined to comment.",
        "WATCH: The tower falls in four seconds.",
        "DEAR ABBY: My brother will not talk to me.",
        "BREAKING NEWS - The bridge is open.",
        "The harbour (AP) was full.",
        "Terrible. That is how he put it.",
        "am Sonntag, 11.12.2022 - um fünf Uhr",
        "“Nobody came” - that was the headline.",
    ],
)
def test_what_only_looks_like_a_dateline_is_left_alone(text: str) -> None:
    assert datelines.find(text) is None


def test_a_small_lettered_place_with_a_stop_needs_the_address_and_opens_the_standfirst() -> None:
    text = "Duisburg. Erste Bilder zeigen die Seilbahn."
    assert datelines.find(text) is None
    found = datelines.find(text, place_words=frozenset({"staedte", "duisburg"}))
    assert found is not None
    assert (found.place, found.opens_standfirst) == ("Duisburg", True)
