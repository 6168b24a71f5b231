"""Pages that are refused because they are not articles."""

from __future__ import annotations

import pytest
from tests.drafts import P1, P2, P3, P4, TITLE, page, paragraphs

from copydesk.errors import NotAnArticle

CARDS = "".join(
    f"<h3><a href=/{i}>Harbour story number {i} of today</a></h3><p>In short.</p>"
    for i in range(14)
)
LONG = [f"{number} ships left. {line}" for number in range(5) for line in (P1, P2, P3, P4)]
VIDEO = '<script type=application/ld+json>{"@type": "VideoObject"}</script>'


@pytest.mark.parametrize(
    ("body", "head", "kind"),
    [
        (CARDS, "<title>Quay Courier</title>", "section front"),
        ("<h1>Attention required</h1><p>One more step.</p>", "", "challenge page"),
        ("<h1>Page not found</h1>", "", "error page"),
        ("<h1>Sign in</h1><form><input type=password></form>", "", "login wall"),
        ("<h1>Before you continue</h1><p>We value it.</p>", "", "consent page"),
        ("<h1>Search results for ferry</h1>", "", "search result"),
        ("<h1>Ferry in pictures</h1><video></video>", VIDEO, "video page"),
        ("<p>Hello.</p>", "", "no article text"),
    ],
)
def test_a_page_that_is_not_an_article_is_refused_by_its_kind(
    body: str, head: str, kind: str
) -> None:
    with pytest.raises(NotAnArticle) as caught:
        page(body, head)
    assert caught.value.reason == "not_an_article"
    assert caught.value.message.startswith(f"{kind}: ")


@pytest.mark.parametrize(
    "title",
    [
        "Attention required at the crossing",
        "Page not found in the parish register",
        "Sign in the tower names the thief",
        "Search for the ferry goes on",
        "Cookie factory to close",
        "404 sheep on the road",
    ],
)
def test_a_long_story_with_the_title_of_such_a_page_is_an_article(title: str) -> None:
    found = page(f"<article><h1>{title}</h1>{paragraphs(*LONG)}</article>").article
    assert (found.headline, found.text) == (title, "\n\n".join(LONG))


def test_a_long_story_above_many_cards_is_an_article() -> None:
    story = f"<article><h1>{TITLE}</h1>{paragraphs(*LONG)}</article>"
    assert page(f"{story}<div>{CARDS}</div>").article.text == "\n\n".join(LONG)
