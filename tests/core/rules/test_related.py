"""Links to other stories, and the labels above them."""

from __future__ import annotations

import pytest
from tests.drafts import P1, P2, P3, P4, article, between, paragraphs, text


@pytest.mark.parametrize(
    "line", ["Read also: Ferry fares to rise", "Lesen Sie auch: Fähre wird teurer"]
)
def test_a_link_with_its_label_on_one_line_is_related(line: str) -> None:
    assert between(line) == ["related"]
    (link,) = text(P1, P2, line, P3).article.related
    assert line.endswith(f": {link.text}")


@pytest.mark.parametrize(
    "line",
    [
        "Related stories were told at the fair.",
        "Read also the small print, the lawyer said.",
        "Read also: the small print on page four is where the trouble begins, said the lawyer.",
        "More on the bridge was promised for Friday.",
        "Most popular with children was the goat.",
        "Read more books, the mayor told the children.",
    ],
)
def test_a_sentence_that_starts_like_a_label_stays_in_the_story(line: str) -> None:
    assert between(line) == ["paragraph"]


def test_a_label_claims_the_links_below_it_with_their_dates_and_authors() -> None:
    found = text(
        P1, "Related articles", "Ferry fares to rise", "21/04/2022", "Who pays for the bridge?",
        "By Ana Ruiz", P2, P3,
    )  # fmt: skip
    assert found.roles == ["paragraph", *["related"] * 5, "paragraph", "paragraph"]
    assert [r.text for r in found.article.related] == [
        "Ferry fares to rise",
        "Who pays for the bridge?",
    ]


def test_a_label_does_not_claim_the_paragraph_below_it() -> None:
    found = text(P1, P2, "Related articles", P3, P4)
    assert found.roles == ["paragraph", "paragraph", "related", "paragraph", "paragraph"]
    assert found.article.related == []


def test_a_short_line_without_a_label_is_a_heading() -> None:
    assert between("Ferry fares to rise") == ["heading"]


def test_tags_are_read_without_their_label() -> None:
    found = text(P1, P2, "Related Tags:", "- Bridges", "- Ferries", "Share")
    assert found.article.tags == ["Bridges", "Ferries"]
    assert found.roles[2:] == ["topic_tags"] * 3 + ["share_bar"]


@pytest.mark.parametrize(
    ("line", "tags"),
    [("Tags: bridge, ferry", ["bridge", "ferry"]), ("Tags: a, b; c", ["a", "b; c"])],
)
def test_tags_on_the_line_of_their_label_are_cut(line: str, tags: list[str]) -> None:
    assert between(line) == ["topic_tags"]
    assert text(P1, P2, line).article.tags == tags


def test_tags_without_spaces_between_them_are_left_out() -> None:
    found = text(P1, P2, P3, "FloridaFederal ReserveNew York").article
    assert [r.kind for r in found.removed] == ["topic_tags"]


@pytest.mark.parametrize(
    "line", ["Tags: the dog wears two of them.", "Tags on the ears of the sheep are blue."]
)
def test_a_sentence_about_tags_stays_in_the_story(line: str) -> None:
    assert between(line) == ["paragraph"]


# Pages, where links are known.

LINKS = (
    "<ul><li><a href='/a'>Harbour wall to be raised</a></li>"
    "<li><a href='/b'>Quay closed for a week</a></li></ul>"
)


def test_a_list_of_links_to_the_outlets_stories_is_related_with_its_heading() -> None:
    found = article(f"{paragraphs(P1, P2)}<h3>More on this</h3>{LINKS}{paragraphs(P3)}")
    assert found.texts("related") == [
        "More on this", "Harbour wall to be raised", "Quay closed for a week",
    ]  # fmt: skip
    assert [r.url for r in found.article.related] == [
        "https://news.example/a",
        "https://news.example/b",
    ]
    assert found.article.text == "\n\n".join((P1, P2, P3))


def test_a_list_with_few_links_in_its_words_stays_with_its_heading() -> None:
    listed = (
        "<ul><li>Nine million for the <a href=/a>piers</a>, the council says.</li>"
        "<li>Two million for the deck</li></ul>"
    )
    found = article(f"{paragraphs(P1, P2)}<h3>What it costs</h3>{listed}{paragraphs(P3)}")
    assert found.texts("heading") == ["What it costs"]
    assert len(found.texts("list_item")) == 2
    assert found.article.related == []


def test_a_list_of_links_to_other_sites_stays() -> None:
    listed = (
        "<ul><li><a href='https://maker.example/a'>The maker of the boat</a></li>"
        "<li><a href='https://quarry.example/b'>The quarry</a></li></ul>"
    )
    found = article(f"{paragraphs(P1, P2)}{listed}{paragraphs(P3)}")
    assert found.texts("list_item") == ["The maker of the boat", "The quarry"]
    assert found.texts("related") == []


def test_a_title_that_is_a_link_is_related_and_a_sentence_that_is_a_link_is_not() -> None:
    found = article(f"{paragraphs(P1)}<p><a href=/a>Quay closed for a week</a></p>{paragraphs(P2)}")
    assert found.texts("related") == ["Quay closed for a week"]
    found = article(f"{paragraphs(P1, P2)}<p><a href=/a>{P3}</a></p>{paragraphs(P4)}")
    assert found.texts("paragraph") == [P1, P2, P3, P4]


CARDS = (("/c", "Harbour wall to be raised", "So it is."), ("/d", "Quay closed", "No boats."))


def test_linked_headings_with_a_blurb_each_are_teasers() -> None:
    cards = "".join(f"<h3><a href={at}>{title}</a></h3><p>{end}</p>" for at, title, end in CARDS)
    found = article(paragraphs(P1, P2, P3) + cards)
    assert found.texts("related") == [part for card in CARDS for part in card[1:]]
    assert found.article.text == "\n\n".join((P1, P2, P3))


def test_the_same_headings_without_links_are_the_story() -> None:
    cards = "".join(f"<h3>{title}</h3><p>{end}</p>" for _, title, end in CARDS)
    found = article(paragraphs(P1, P2, P3) + cards)
    assert found.texts("heading") == [title for _, title, _ in CARDS]
    assert found.texts("related") == []
