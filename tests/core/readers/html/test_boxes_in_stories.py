"""Boxes inside a story that are not the story, and boxes that are, by their structure alone."""

from __future__ import annotations

from tests.drafts import P1, P2, P3, P4, STORY, TITLE, article, page, paragraphs

TITLES = ("Harbour wall to be raised", "Quay closed for a week", "Mill to become a school")
BLURB = "The board decided so on Friday."


def test_boxes_in_a_row_that_start_with_a_link_are_teasers() -> None:
    cards = "".join(
        f"<div><div><a href=/{n}>{title}</a></div><div>{BLURB}</div></div>"
        for n, title in enumerate(TITLES)
    )
    found = article(paragraphs(*STORY) + cards + paragraphs(P1 + " " + P2))
    assert found.article.text == "\n\n".join((*STORY, f"{P1} {P2}"))
    assert [r.url for r in found.article.related if r.url] == [
        f"https://news.example/{n}" for n in range(3)
    ]


def test_list_items_with_a_linked_title_and_a_blurb_are_teasers() -> None:
    items = "".join(
        f"<li><h3><a href=/{n}>{title}</a></h3><p>{BLURB}</p></li>"
        for n, title in enumerate(TITLES)
    )
    found = article(f"{paragraphs(*STORY)}<ul>{items}</ul>")
    assert found.article.text == "\n\n".join(STORY)


def test_boxes_with_much_of_the_text_are_the_story() -> None:
    entries = "".join(
        f"<div><h3><a href=/{n}>{title}</a></h3><p>{p}</p></div>"
        for n, (title, p) in enumerate(zip(TITLES, (P2, P3, P4), strict=True))
    )
    found = article(paragraphs(P1) + entries)
    assert found.texts("heading") == list(TITLES)
    assert found.texts("paragraph") == [P1, P2, P3, P4]


def test_a_box_with_a_form_for_an_address_is_a_promotion() -> None:
    box = (
        "<div class=zz><h3>The letter of the coast</h3><p>It comes on Fridays, with tides.</p>"
        "<form><input type=email><button>Send it</button></form><small>See our terms.</small></div>"
    )
    found = article(paragraphs(P1, P2) + box + paragraphs(P3, P4, P1 + " " + P2))
    assert "letter" not in found.article.text
    assert "terms" not in found.article.text
    assert len(found.texts("newsletter_promo")) == 3


def test_a_paragraph_in_a_figure_is_text_if_it_is_too_long_for_a_caption() -> None:
    long = f"{P2} {P3} {P4}"
    found = article(
        f"{paragraphs(P1)}<figure><img src=/a.jpg><p>{long}</p></figure>{paragraphs(P1)}"
    )
    assert long in found.article.text


def test_a_button_in_a_heading_unfolds_a_part_of_the_story() -> None:
    part = f"<h3><button aria-expanded=false>Who pays?</button></h3><div>{paragraphs(P3)}</div>"
    found = article(paragraphs(P1, P2) + part + paragraphs(P4))
    assert found.texts("heading") == ["Who pays?"]


def test_readings_of_ruby_text_are_in_brackets() -> None:
    plain = "<ruby>桟橋<rt>さんばし</rt></ruby>は冬の間、長い工事のためにずっと閉まっていた。"
    own = plain.replace("<rt>", "<rp>（</rp><rt>").replace("</rt>", "</rt><rp>）</rp>")
    found = article(f"<p>{plain}</p><p>{own}</p>")
    assert found.texts("paragraph") == [
        "桟橋(さんばし)は冬の間、長い工事のためにずっと閉まっていた。",
        "桟橋（さんばし）は冬の間、長い工事のためにずっと閉まっていた。",
    ]


def test_the_headline_is_the_stated_title_if_other_articles_stand_above_it() -> None:
    others = "".join(
        f"<article><h2>{title}</h2>{paragraphs(f'{BLURB} {BLURB}', f'{BLURB} {BLURB}')}</article>"
        for title in TITLES
    )
    found = page(
        f"<main>{others}<article><h2>{TITLE}</h2>{paragraphs(*STORY)}</article></main>",
        f"<meta property=og:title content='{TITLE}'>",
    )
    assert found.article.headline == TITLE
    assert found.article.text == "\n\n".join(STORY)
