"""Links of a page: those to other stories, and those of the story itself."""

from __future__ import annotations

import pytest
from tests.drafts import P1, P2, P3, P4, article, paragraphs

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


@pytest.mark.parametrize(
    "links",
    [LINKS, "<p><a href=/a>Harbour wall to be raised</a></p><p><a href=/b>Quay closed</a></p>"],
)
def test_a_heading_above_links_is_their_label_and_one_above_text_is_not(links: str) -> None:
    heading = "<h3>Elsewhere in the valley</h3>"
    found = article(paragraphs(P1, P2) + heading + links + paragraphs(P3))
    assert found.texts("related")[0] == "Elsewhere in the valley"
    assert found.article.text == "\n\n".join((P1, P2, P3))
    found = article(paragraphs(P1, P2) + heading + paragraphs(P3) + links)
    assert found.texts("heading") == ["Elsewhere in the valley"]
