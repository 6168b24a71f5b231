"""Lines of dates: when a story was published and changed."""

from __future__ import annotations

import pytest
from tests.drafts import P1, P2, P3, P4, TITLE, text

from copydesk import extract

DAY, NEXT = "2024-04-27", "2024-04-28"


@pytest.mark.parametrize(
    ("line", "parts", "published", "modified"),
    [
        ("27 April 2024", ["27 April 2024"], DAY, None),
        ("Published: 27 April 2024 | Updated: 28 April 2024",
         ["Published: 27 April 2024", "Updated: 28 April 2024"], DAY, NEXT),
        ("Updated: 28 April 2024", ["Updated: 28 April 2024"], None, NEXT),
        ("27 April 2024, Harbour page", ["27 April 2024, Harbour page"], DAY, None),
        ("Saturday, 27 April 2024", ["Saturday, 27 April 2024"], DAY, None),
        ("27.4.2024 veröffentlicht 28.4.2024 aktualisiert",
         ["27.4.2024 veröffentlicht", "28.4.2024 aktualisiert"], DAY, NEXT),
        ("27 abr. 2024 Actualizado a las 08:15", ["27 abr. 2024", "Actualizado a las 08:15"],
         DAY, "2024-04-27"),
        ("2 hours ago", ["2 hours ago"], None, None),
    ],
)  # fmt: skip
def test_a_line_of_dates_below_the_headline_is_cut_at_each_date(
    line: str, parts: list[str], published: str | None, modified: str | None
) -> None:
    found = text(TITLE, line, P1, P2)
    assert found.texts("timestamp") == parts
    assert found.roles == ["headline", *["timestamp"] * len(parts), "paragraph", "paragraph"]
    assert (found.article.published, found.article.modified) == (published, modified)


@pytest.mark.parametrize(
    "line",
    [
        "The bridge was closed on 27 April 2024.",
        "Published in May 2024, the plan has nine pages.",
        "Was 27 April 2024 the day of the flood?",
        "From 27 April 2024 on, the council said, nobody may walk on the bridge.",
    ],
)
def test_a_sentence_with_a_date_stays_in_the_story(line: str) -> None:
    found = text(TITLE, line, P1, P2, P3)
    assert "timestamp" not in found.roles
    assert found.article.published is None
    assert line in f"{found.article.standfirst}\n{found.article.text}"


@pytest.mark.parametrize(
    ("line", "roles"),
    [
        ("Ann Lee 27 April 2024", ["byline", "timestamp"]),
        ("By Ann Lee | 27 April 2024 | 3 min read", ["byline", "timestamp", "reading_time"]),
        ("Nizaar Kinsella2 minutes ago", ["byline", "timestamp"]),
    ],
)
def test_the_author_beside_a_date_is_cut_off(line: str, roles: list[str]) -> None:
    found = text(TITLE, line, P1, P2)
    assert found.roles == ["headline", *roles, "paragraph", "paragraph"]
    assert len(found.article.authors) == 1


@pytest.mark.parametrize(
    "line",
    [
        "By Jo Field on May 5, 2021",
        "Posted by Jo Field on May 5, 2021",
        "Posted on May 5, 2021 by Jo Field in News",
        "Posted May 5, 2021 by Jo Field",
        "Written by Jo Field in Ferries on 5 May 2021",
        "Veröffentlicht am 5. Mai 2021 von Jo Field",
        "Publié par Jo Field le 5 mai 2021",
    ],
)
def test_writers_after_an_opener_beside_a_date_are_authors_of_texts_and_pages(line: str) -> None:
    story = "".join(f"<p>{paragraph}</p>" for paragraph in (line, P1, P2, P3))
    page = f"<title>{TITLE}</title><article><h1>{TITLE}</h1>{story}</article>"
    for article in (text(TITLE, line, P1, P2, P3).article, extract(page, media_type="text/html")):
        assert [author.name for author in article.authors] == ["Jo Field"]
        assert article.published == "2021-05-05"


@pytest.mark.parametrize("line", ["Press releases | May 5, 2021", "Market News May 5, 2021"])
def test_a_section_beside_a_date_is_no_author_of_a_page(line: str) -> None:
    story = "".join(f"<p>{paragraph}</p>" for paragraph in (line, P1, P2, P3))
    page = f"<title>{TITLE}</title><article><h1>{TITLE}</h1>{story}</article>"
    assert extract(page, media_type="text/html").authors == []


def test_an_age_without_a_time_of_retrieval_is_not_a_date() -> None:
    found = text(TITLE, "Nizaar Kinsella2 minutes ago", P1, P2).article
    assert (found.byline, found.published) == ("Nizaar Kinsella", None)


def test_place_desk_and_time_on_one_line_are_told_apart() -> None:
    line = "New Delhi, News Nation Bureau | Updated : 19 November 2019, 09:01 AM"
    found = text(TITLE, line, P1, P2)
    assert found.roles[1:4] == ["dateline", "byline", "timestamp"]
    assert found.article.dateline is not None
    assert found.article.dateline.place == "New Delhi"
    assert found.article.byline == "News Nation Bureau"
    assert (found.article.published, found.article.modified) == (None, "2019-11-19")


def test_labels_on_lines_of_their_own_belong_to_the_next_line() -> None:
    lines = ("Article by", "Kareem Smith", "Published on", "April 21, 2022")
    found = text(TITLE, *lines, P1, P2).article
    assert [a.name for a in found.authors] == ["Kareem Smith"]
    assert found.published == "2022-04-21"


def test_a_date_at_the_end_is_read_and_the_first_date_counts() -> None:
    assert text(P1, P2, P3, "Updated: 28 April 2024").article.modified == NEXT
    found = text(TITLE, "27 April 2024", P1, P2, P3, "28 April 2024")
    assert found.roles[-1] == "timestamp"
    assert found.article.published == DAY


def test_a_printed_date_is_stronger_than_the_crawlers() -> None:
    found = text(f"date 2025-12-02 {TITLE}", "Published: 27 April 2024", P1, P2).article
    assert found.published == DAY
    assert [r.kind for r in found.removed] == ["crawl_date"]
    assert text(f"date 2025-12-02 {TITLE}", P1, P2).article.published == "2025-12-02"


def test_the_date_of_a_dateline_takes_its_year_from_the_publication() -> None:
    url = "https://news.example/2025/01/02/bridge"
    found = text("PARIS, Dec 31 (AFP) - " + P1, P2, url=url).article
    assert found.dateline is not None
    assert (found.dateline.date, found.published) == ("2024-12-31", "2025-01-02")


def test_a_labelled_time_of_a_day_in_words_is_no_text() -> None:
    found = text(TITLE, "Par Ana Ruiz", "Publié hier à 18h30, mis à jour à 19h00", P1, P2, P3)
    assert found.roles[2] == "timestamp"
    assert found.article.standfirst is None


@pytest.mark.parametrize(
    "line",
    ["2024-03-04:", "Date: 16-19 March 2026", "11.–14. März 2026", "March 16 – 19, 2026"],
)
def test_a_date_between_paragraphs_that_is_told_stays_in_the_story(line: str) -> None:
    found = text(TITLE, P1, P2, line, P3)
    assert found.texts("timestamp") == []
    assert line in found.article.text


def test_dates_above_the_entries_of_a_timeline_are_headings() -> None:
    found = text(TITLE, P1, "3 March 2024", P2, "5 March 2024", P3, "9 March 2024", P4)
    assert found.roles == ["headline", "paragraph", *["heading", "paragraph"] * 3]
    assert found.article.published is None


def test_dates_below_names_are_no_timeline() -> None:
    found = text(
        TITLE, P1, P2, P3, "Tern", "3 March 2024", P2, "Old Pier", "5 March 2024", P3,
        "Sal", "9 March 2024", P4,
    )  # fmt: skip
    assert not any(text.endswith("2024") for text in found.texts("heading"))


def test_the_date_of_publication_above_a_timeline_is_no_entry() -> None:
    entries = ("3 March 2024", P2, "5 March 2024", P3, "9 March 2024", P4)
    found = text(TITLE, "27 April 2024", P1, *entries)
    assert found.article.published == DAY
    assert found.texts("heading") == ["3 March 2024", "5 March 2024", "9 March 2024"]
