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


PORTS = "".join(
    f"<li><a href=/ports/{n}>{n}</a></li>" for n in ("Northholm", "Sandvik", "Great Skerry")
)


def test_a_list_of_links_that_a_sentence_with_a_colon_leads_is_the_storys() -> None:
    led = paragraphs("These ports will be served from Monday:")
    found = article(f"{paragraphs(P1, P2)}{led}<ul>{PORTS}</ul>{paragraphs(P3)}")
    assert found.texts("list_item") == ["Northholm", "Sandvik", "Great Skerry"]
    assert found.article.related == []
    long = paragraphs("The board has written more about the bridge in these earlier reports:")
    assert article(f"{paragraphs(P1, P2)}{long}{LINKS}{paragraphs(P3)}").article.related == []
    short = paragraphs("More on this:")
    found = article(f"{paragraphs(P1, P2)}{short}{LINKS}{paragraphs(P3)}")
    assert len(found.article.related) == 2


def test_a_list_of_links_with_dates_on_lines_of_their_own_is_related() -> None:
    dated = "".join(
        f"<li><a href=/{n}>Harbour wall {n} to be raised</a><p>Long after noon</p></li>"
        for n in range(3)
    )
    found = article(f"{paragraphs(P1, P2)}<ul>{dated}</ul>{paragraphs(P3)}")
    assert len(found.article.related) == 3
    assert found.article.text == "\n\n".join((P1, P2, P3))


def test_headings_and_lines_above_links_to_shops_stay() -> None:
    shop = "<p><a href='https://shop.example/{}'>Check the price</a></p>"
    found = article(
        f"{paragraphs(P1, P2)}<h3>The oak bench</h3>{shop.format(1)}<h4>What it is</h4>{paragraphs(P3)}"
        f"<h3>The ash bench</h3>{shop.format(2)}<h4>What it costs</h4>{paragraphs(P4)}"
    )
    assert found.texts("heading") == [
        "The oak bench",
        "What it is",
        "The ash bench",
        "What it costs",
    ]


def test_headings_that_lead_to_other_sites_stay_above_text() -> None:
    products = "".join(
        f"<h3><a href='https://maker.example/{n}'>Bench {n}</a></h3>" for n in ("one", "two")
    )
    found = article(paragraphs(P1, P2) + products + paragraphs(P3))
    assert found.texts("heading") == ["Bench one", "Bench two"]
    card = "<a href='https://other.example/a'><div><h3>Bench one</h3><h4>Made of oak</h4></div></a>"
    assert "Bench one" not in article(paragraphs(P1, P2) + card + paragraphs(P3)).article.text


def test_a_link_printed_again_below_the_words_of_items_is_no_item() -> None:
    items = "".join(
        f"<li><h3>Inn {n}</h3><p>{p}</p><a href='https://shop.example/{n}'>Book now</a></li>"
        for n, p in enumerate((P2, P3))
    )
    found = article(f"{paragraphs(P1)}<ol>{items}</ol>{paragraphs(P4)}")
    assert "Book now" not in found.article.text
    assert P3 in found.article.text
