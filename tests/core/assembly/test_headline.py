"""The headline among a page's titles and headings."""

from __future__ import annotations

import json

import pytest
from tests.drafts import P1, P2, P3, page, paragraphs

STORY = paragraphs(P1, P2, P3)
LONG = "Harbour wall to be raised in May"


def headline(
    heading: str = "", *, title: str = "", og: str = "", ld: str = "", site: str = "Valley News"
) -> str | None:
    script = json.dumps({"@type": "NewsArticle", "headline": ld})
    head = [
        f"<title>{title}</title>" if title else "",
        f"<meta property=og:title content='{og}'>" if og else "",
        f"<meta property=og:site_name content='{site}'>",
        f"<script type=application/ld+json>{script}</script>" if ld else "",
    ]
    shown = f"<h1>{heading}</h1>" if heading else ""
    return page(f"<article>{shown}{STORY}</article>", "".join(head)).article.headline


def test_a_heading_alone_is_the_headline() -> None:
    assert headline(LONG) == LONG


def test_a_title_alone_is_the_headline_without_the_sites_name() -> None:
    assert headline(title=f"{LONG} | Valley News") == LONG
    assert headline(title=f"Valley News - {LONG}") == LONG


@pytest.mark.parametrize("title", ["Wall - the price of safety", "Cup final: Alder beats Mill"])
def test_a_separator_of_the_headline_itself_is_kept(title: str) -> None:
    assert headline(title=title) == title


def test_two_statements_that_agree_outweigh_the_heading() -> None:
    assert headline("The wall", og=LONG, ld=LONG) == LONG


def test_of_two_that_differ_the_one_shown_as_a_heading_counts() -> None:
    assert headline(LONG, og="Nine million for a wall", ld=LONG) == LONG
    assert headline("Nine million for a wall", og="Nine million for a wall", ld=LONG) == (
        "Nine million for a wall"
    )


def test_a_heading_with_the_sites_name_is_not_the_headline() -> None:
    assert headline("Valley News", title=f"{LONG} | Valley News") == LONG


def test_a_page_without_titles_and_headings_has_no_headline() -> None:
    assert headline() is None


URL = "https://www.valley-news.example/town/harbour-wall-to-be-raised-in-may"


def at(body: str, head: str = "") -> str | None:
    return page(body + f"<article>{STORY}</article>", head, url=URL).article.headline


def test_the_only_heading_precedes_another_wording_for_search_engines() -> None:
    og = "Harbour wall 2025: all you need to know"
    assert headline("Harbour wall to be raised in May, at last", title=og, og=og, ld=og) == (
        "Harbour wall to be raised in May, at last"
    )


@pytest.mark.parametrize(
    "heading",
    [
        f"Sea defence: {LONG}",
        "Harbour wall",
        "A message from our editor",
        "Form your own harbour company",
    ],
)
def test_a_kicker_a_part_of_the_title_or_another_topic_is_no_other_wording(heading: str) -> None:
    assert headline(heading, title=LONG, og=LONG, ld=LONG) == LONG


@pytest.mark.parametrize("link", ["/", "https://www.valley-news.example/", "/town"])
def test_a_heading_that_links_to_the_front_page_or_section_is_not_the_headline(link: str) -> None:
    assert at(f"<h1><a href={link}>All about walls</a></h1><h2>{LONG}</h2>") == LONG
    title = f"<title>All about walls: {LONG}</title>"
    assert at(f"<h1><a href={link}>All about walls</a></h1>", title) == f"All about walls: {LONG}"


def test_what_the_title_element_has_beyond_the_stated_title_names_the_site() -> None:
    head = f"<title>Walls and weirs: {LONG}</title><meta property=og:title content='{LONG}'>"
    assert at("<h1>Walls and weirs</h1><h1>What is a wall?</h1>", head) == LONG


@pytest.mark.parametrize("rest", ["Town", "Valley News", "VNA", "News"])
def test_a_section_or_the_sites_letters_after_a_separator_are_cut(rest: str) -> None:
    site = "<meta property=og:site_name content='Valley News Agency'>"
    assert at("", f"<title>{LONG} | {rest}</title>{site}") == LONG


def test_a_heading_of_another_kind_gives_way_to_the_title() -> None:
    assert at("<h1>Information and Resources</h1>", f"<title>{LONG}</title>") == LONG


def test_a_headline_that_is_stated_as_the_sites_name_is_still_the_headline() -> None:
    named = "Harbour wall of the old town to be raised again in May"
    assert headline("Good Morning Valley", og=named, ld=named, site=named) == named


SITE = "<meta property=og:site_name content='Valley News'>"


@pytest.mark.parametrize(
    "title", [f"{LONG} | Valley News | All about walls", f"{LONG}｜Valley News"]
)
def test_the_sites_name_is_cut_with_the_motto_behind_it(title: str) -> None:
    assert at("", f"<title>{title}</title>{SITE}") == LONG


def test_a_sites_name_with_a_separator_is_cut_as_a_whole() -> None:
    site = "<meta property=og:site_name content='Valley | inside the dale'>"
    assert at("", f"<title>{LONG} » Valley | inside the dale</title>{site}") == LONG


def test_a_headline_is_printed_without_a_sign_that_only_the_title_has() -> None:
    assert headline(LONG, og=f"## {LONG}", ld=f"## {LONG}") == LONG


@pytest.mark.parametrize("heading", [f"Dec 18 2025 {LONG}", f"{LONG} 18 December 2025"])
def test_the_date_beside_a_heading_is_not_part_of_the_headline(heading: str) -> None:
    assert headline(heading, title=f"{LONG} | Valley News", og=LONG) == LONG


def test_a_heading_that_goes_on_as_the_url_and_title_do_is_the_whole_headline() -> None:
    short = "Harbour wall to be raised"
    assert (
        at(f"<h1>{LONG}</h1>", f"<title>{short}</title><meta property=og:title content='{short}'>")
        == LONG
    )


def test_the_first_of_several_headings_precedes_a_title_with_fewer_words_of_the_url() -> None:
    head = "<title>What we know of the wall</title><meta property=og:title content='A wall in May'>"
    assert at(f"<h1>{LONG}</h1><h1>More stories of the harbour</h1>", head) == LONG


def test_a_heading_that_no_title_knows_gives_way_to_a_stated_title() -> None:
    assert (
        at("<h2>Service of the coast</h2>", "<title>Efficient piles</title>") == "Efficient piles"
    )


def test_the_heading_of_which_the_url_was_made_precedes_a_general_title() -> None:
    assert at("<h1>Harbour-wall to be raised in May</h1>", "<title>Trips and towns</title>") == (
        "Harbour-wall to be raised in May"
    )
