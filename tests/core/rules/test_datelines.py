"""Datelines: place, date and agency before the first words."""

from __future__ import annotations

import pytest

from copydesk import Article, extract
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
    found = datelines.parse(text)
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
def test_a_line_that_looks_like_a_dateline_is_not_one(text: str) -> None:
    assert datelines.parse(text) is None


def test_a_place_in_small_letters_before_a_full_stop_needs_the_url() -> None:
    text = "Duisburg. Erste Bilder zeigen die Seilbahn."
    assert datelines.parse(text) is None
    found = datelines.parse(text, place_words=frozenset({"staedte", "duisburg"}))
    assert found is not None
    assert (found.place, found.opens_standfirst) == ("Duisburg", True)


@pytest.mark.parametrize(
    ("opening", "place", "date", "agency"),
    [
        ("BEIRUT/THE HAGUE, March 7 (Reuters) - ", "BEIRUT/THE HAGUE", "March 7", "Reuters"),
        ("WASHINGTON/NEW YORK (AP) — ", "WASHINGTON/NEW YORK", None, "AP"),
        ("Berlin/Hamburg (dpa) - ", "Berlin/Hamburg", None, "dpa"),
        ("KYIV/MOSCOW, March 7 /TASS/. ", "KYIV/MOSCOW", "March 7", "TASS"),
        ("(Reuters) — ", None, None, "Reuters"),
        ("(Bloomberg) -- ", None, None, "Bloomberg"),
    ],
)
def test_a_dateline_may_name_several_places_or_none(
    opening: str, place: str | None, date: str | None, agency: str
) -> None:
    found = datelines.parse(opening + "The river council voted on the weir.")
    assert found is not None
    assert (found.end, found.place, found.date, found.agency) == (len(opening), place, date, agency)


@pytest.mark.parametrize(
    "line",
    [
        "AND/OR - what the clause means for the council.",
        "TV/RADIO - what is on tonight in the valley.",
        "(see page 4) — The council voted on the weir.",
        "(Reuters) The council voted on the weir.",
    ],
)
def test_a_slash_or_brackets_alone_do_not_make_a_dateline(line: str) -> None:
    assert datelines.parse(line) is None


COPY = [
    "The rebuilding of the old weir above Tollbridge will start in the second week of April, the river board decided on Monday night.",
    "Two of the five sluices have not moved since the flood of 2007, and the board's engineer told members that a third would fail.",
    "Anglers had asked for a fish ladder on the northern bank. The board agreed to one, but only if the county pays half of it.",
]
CAPTION = "A house stands in the water near the old weir after flood {} on Monday, March 4, 2024."


def story(captions: int, opening: str, end: str, media_type: str) -> Article:
    first, *rest, last = COPY
    paragraphs = [opening + first, *rest, last + end]
    if media_type == "text/plain":
        return extract("\n\n".join(["Weir to be rebuilt", *paragraphs]), media_type=media_type)
    figures = "".join(
        f"<figure><img src={n}.jpg><figcaption>{CAPTION.format(n)}</figcaption></figure>"
        for n in range(captions)
    )
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    return extract(f"<html><article><h1>Weir to be rebuilt</h1>{figures}{body}</article></html>")


@pytest.mark.parametrize("captions", [1, 3, 8])
def test_captions_do_not_count_on_the_way_to_the_dateline(captions: int) -> None:
    article = story(captions, "LA CROSSE, Wis. (AP) — ", "", "text/html")
    assert article.dateline is not None
    assert article.dateline.place == "LA CROSSE, Wis"
    assert article.text == "\n\n".join(COPY)


@pytest.mark.parametrize("media_type", ["text/html", "text/plain"])
def test_an_agency_alone_that_opens_the_copy_is_its_supplier(media_type: str) -> None:
    article = story(0, "(Reuters) — ", "", media_type)
    assert (article.dateline, [s.name for s in article.info_sources]) == (None, ["Reuters"])
    assert article.text == "\n\n".join(COPY)


@pytest.mark.parametrize("media_type", ["text/html", "text/plain"])
@pytest.mark.parametrize(
    ("end", "name"),
    [
        (" mit dpa", "dpa"), (" (mit dpa)", "dpa"), (" Mit Material von dpa", "dpa"),
        (" mit dpa und AFP", "dpa"), (" – mit dpa", "dpa"), (" With inputs from PTI", "PTI"),
        (" (with files from AP)", "AP"), (" avec AFP", "AFP"), (" con información de EFE", "EFE"),
        (" (Reuters)", "Reuters"),
    ],
)  # fmt: skip
def test_an_agency_behind_the_last_sentence_is_a_supplier(
    end: str, name: str, media_type: str
) -> None:
    article = story(0, "", end, media_type)
    assert [s.name for s in article.info_sources] == [name]
    assert article.text == "\n\n".join(COPY)


@pytest.mark.parametrize("end", [" mit dpa/AFP", " (dpa/lnw)", " red/dpa", " dpa/tmn"])
def test_a_paragraph_that_agencies_sign_is_no_caption(end: str) -> None:
    article = story(0, "", end, "text/html")
    assert [s.name for s in article.info_sources] == ["dpa"]
    assert article.text == "\n\n".join(COPY)


@pytest.mark.parametrize("end", [" We met AP.", " He spoke with Reuters.", " The source is dpa."])
def test_a_sentence_that_ends_in_an_agency_is_not_cut(end: str) -> None:
    assert story(0, "", end, "text/html").text == "\n\n".join(COPY) + end


def test_the_date_may_be_behind_the_first_of_two_dashes() -> None:
    found = datelines.parse(
        "القاهرة - 14 مايو (رويترز) - قالت إدارة الطرق إن الجسر القديم سيفتح للمشاة."
    )
    assert found is not None
    assert (found.place, found.date, found.agency) == ("القاهرة", "14 مايو", "Reuters")


def test_a_writer_before_a_date_between_dashes_is_no_place() -> None:
    assert datelines.parse("Ana Ruiz – 14.09.2022 – Column, Small Talk, General, Politics") is None


@pytest.mark.parametrize(
    ("line", "place", "agency"),
    [
        ("LE BOURG — Le dernier cinéma de la vallée montrera son film samedi.", "LE BOURG", None),
        ("(ANSA) - ROMA, 4 MAR - Un cigno ha morso un vescovo domenica.", "ROMA", "ANSA"),
    ],
)
def test_an_article_or_an_agency_may_come_before_the_place(
    line: str, place: str, agency: str | None
) -> None:
    found = datelines.parse(line)
    assert found is not None
    assert (found.place, found.agency) == (place, agency)
