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


TITLED = [
    ("Attention required at the crossing", "The crossing by the mill"),
    ("Page not found in the parish register", "The register of the parish"),
    ("Sign in the tower names the thief", "The bell tower of the old church"),
    ("Search for the ferry goes on", "The ferry with eleven sailors"),
    ("Cookie factory to close", "The factory by the canal"),
    ("404 sheep on the road", "A flock of sheep from the hill farm"),
    ("Access denied to the old pier", "The pier of the bathing place"),
    ("Consent given for new weir", "The weir below the bridge"),
    ("Login trouble at the town hall", "The hall and its eleven clerks"),
    ("Zustimmung zum neuen Wehr", "Das Wehr unter der Brücke im Tal"),
    ("Suche nach dem Matrosen endet", "Der Matrose von der alten Fähre"),
    ("Resultados de la vendimia decepcionan", "La vendimia del valle de este otoño"),
    ("Connexion coupée entre les îles", "Les îles de la baie du nord"),
]
REST = "was seen by all on Monday, and the town has talked of little else since then."
FORM = "<form><input name=user><input type=password></form>"


@pytest.mark.parametrize("title", [title for title, _ in TITLED])
def test_a_long_story_with_the_title_of_such_a_page_is_an_article(title: str) -> None:
    found = page(f"<article><h1>{title}</h1>{paragraphs(*LONG)}</article>").article
    assert (found.headline, found.text) == (title, "\n\n".join(LONG))


@pytest.mark.parametrize(("title", "opening"), TITLED)
def test_a_short_story_that_tells_of_such_a_title_is_an_article(title: str, opening: str) -> None:
    story = [f"{opening} {REST}", P2]
    markup = f"<article><h1>{title}</h1>{paragraphs(*story)}</article>{FORM}"
    found = page(markup, f"<title>{title}</title>").article
    assert (found.headline, found.text) == (title, "\n\n".join(story))


DATED = '<meta property="article:published_time" content="2025-03-04T10:00:00Z">'


def test_a_date_stands_for_a_second_paragraph_or_for_the_words_of_the_title() -> None:
    told = f"The pier, on which the town has walked on Sundays for eighty years, {REST}"
    title = "<h1>Access denied to the pier</h1>"
    assert page(f"{title}<p>{told}</p>", DATED).article.text == told
    with pytest.raises(NotAnArticle):
        page(f"{title}<p>{told}</p>")
    short = "<h1>Access denied</h1>"
    assert page(short + paragraphs(P1, P2), DATED).article.text == f"{P1}\n\n{P2}"
    with pytest.raises(NotAnArticle):
        page(short + paragraphs(P1, P2))


def test_three_paragraphs_in_a_row_need_no_word_of_the_title() -> None:
    assert (
        page("<h1>Access denied</h1>" + paragraphs(P1, P2, P3)).article.headline == "Access denied"
    )
    apart = "".join(
        f"<h3><a href=/{i}>Ferry</a></h3><p>{p}</p>" for i, p in enumerate((P1, P2, P3))
    )
    with pytest.raises(NotAnArticle):
        page(f"<h1>Access denied</h1>{apart}")


@pytest.mark.parametrize(
    ("title", "lines", "kind"),
    [
        (
            "Before you continue to Valley News",
            [
                "Valley News and its partners store data on your device to measure the site.",
                "With your consent we also show advertising that fits your interests in the valley.",
            ],
            "consent page",
        ),
        (
            "The page you are looking for is gone",
            [
                "The page you are looking for may have been moved, or its name may have changed.",
                "Please check the address for mistakes, or go back to the front page and look there.",
            ],
            "error page",
        ),
        (
            "Access denied to this part of the site",
            [
                "The owner of this site has set a rule that keeps your network from this part of it.",
                "If you think that this part of the site should be open, please write to the owner.",
            ],
            "challenge page",
        ),
        (
            "Zustimmung zu Cookies und Werbung",
            [
                "Mit Werbung und Cookies finanzieren wir die Berichte, die Sie hier täglich lesen.",
                "Ihre Zustimmung zur Werbung können Sie jederzeit unten auf der Seite widerrufen.",
            ],
            "consent page",
        ),
        (
            "Connexion à votre espace abonné",
            [
                "Votre espace vous donne accès à tous les articles et à toutes les archives.",
                "Pour ouvrir votre espace, merci de saisir votre adresse et le mot de passe choisi.",
            ],
            "login wall",
        ),
        (
            "Página no encontrada en el servidor",
            [
                "La página que usted busca ya no existe en el servidor o tiene ahora otro nombre.",
                "Le rogamos que vuelva a la portada, donde usted puede buscar en el servidor.",
            ],
            "error page",
        ),
    ],
)
def test_a_page_that_speaks_to_its_reader_tells_no_story(
    title: str, lines: list[str], kind: str
) -> None:
    with pytest.raises(NotAnArticle, match=kind):
        page(f"<h1>{title}</h1>{paragraphs(*lines)}{FORM}")


def test_results_between_their_links_are_no_paragraphs_in_a_row() -> None:
    result = f"<h3><a href=/ferry>Ferry sails again</a></h3><p>The ferry of the valley {REST}</p>"
    with pytest.raises(NotAnArticle, match="search result"):
        page(f"<h1>Search results for ferry</h1>{result * 4}")


def test_a_long_story_above_many_cards_is_an_article() -> None:
    story = f"<article><h1>{TITLE}</h1>{paragraphs(*LONG)}</article>"
    assert page(f"{story}<div>{CARDS}</div>").article.text == "\n\n".join(LONG)
