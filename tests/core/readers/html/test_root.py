"""The root: which block of a page is the article."""

from __future__ import annotations

import pytest
from tests.drafts import P1, P2, P3, P4, TITLE, Reading, page, paragraphs

STORY = "\n\n".join((P1, P2, P3, P4))
OTHERS = (
    "The school on Mill Lane opens on Friday, and its hall was painted by the pupils themselves.",
    "Flour costs more than it did in March, and the bakers of the valley will raise their prices.",
    "A goat that was found in the tower has gone home with the farmer who had lost it in spring.",
)


def body(markup: str) -> str:
    return page(markup).article.text


@pytest.mark.parametrize("tag", ["article", "main", "div", "section", "td"])
def test_the_block_with_the_story_is_the_root_whatever_its_element(tag: str) -> None:
    block = f"<{tag}>{paragraphs(P1, P2, P3, P4)}</{tag}>"
    if tag == "td":
        block = f"<table><tr>{block}</tr></table>"
    beside = f"<div>{paragraphs(OTHERS[0])}</div>"
    assert body(f"<h1>{TITLE}</h1>{block}<footer>{beside}</footer>") == STORY


def test_a_longer_block_of_links_is_not_the_root() -> None:
    links = "".join(f"<p><a href=/{i}>{text}</a></p>" for i, text in enumerate(OTHERS * 3))
    assert (
        body(f"<div>{links}</div><div><h1>{TITLE}</h1>{paragraphs(P1, P2, P3, P4)}</div>") == STORY
    )


def test_parts_of_one_name_are_one_root() -> None:
    parts = f"<div class=text>{paragraphs(P1, P2)}</div><div class=ad>Advertisement</div>"
    assert body(f"<h1>{TITLE}</h1>{parts}<div class=text>{paragraphs(P3, P4)}</div>") == STORY


def test_the_article_of_the_headline_goes_before_a_longer_one_below_it() -> None:
    first = f"<article><h1>{TITLE}</h1>{paragraphs(P1, P2, P3, P4)}</article>"
    second = f"<article><h2>School opens</h2>{paragraphs(*OTHERS, *OTHERS)}</article>"
    assert body(first + second) == STORY


def test_a_story_whose_first_paragraph_is_in_another_block_is_read_whole() -> None:
    lead = f"<div><p>{P1}</p></div>"
    found = body(f"<article><h1>{TITLE}</h1>{lead}<div>{paragraphs(P2, P3, P4)}</div></article>")
    assert found == STORY


def test_the_block_that_microdata_calls_the_body_is_the_root() -> None:
    story = f"<div itemprop=articleBody>{paragraphs(P1, P2)}</div>"
    found = page(f"<h1>{TITLE}</h1>{story}<div>{paragraphs(*OTHERS[:2])}</div>")
    assert found.article.text.startswith(f"{P1}\n\n{P2}")


def roles_of(found: Reading, text: str) -> list[str]:
    return [role for role, line in found.lines if line == text]


def test_a_block_beside_the_story_is_not_of_it() -> None:
    aside = f"<aside>{paragraphs(OTHERS[0])}</aside>"
    found = page(
        f"<article><h1>{TITLE}</h1>{paragraphs(P1, P2)}{aside}{paragraphs(P3, P4)}</article>"
    )
    assert found.article.text == STORY
    assert "paragraph" not in roles_of(found, OTHERS[0])
