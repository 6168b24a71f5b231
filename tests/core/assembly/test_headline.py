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
