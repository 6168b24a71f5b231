"""The article is where the page's prose is, and a reading with little of it says so. Pages written by us."""

from __future__ import annotations

from copydesk import Article, extract, reading
from copydesk.explain import html_page, partition, terminal
from copydesk.model.document import Document

TOPICS = "ferry quay lamp tower harbour weir crane barge lock bridge towpath mill".split()


def paragraphs(count: int, about: str = "board") -> list[str]:
    return [
        f"<p>The {about} decided on day {n} that the {TOPICS[n % 12]} will be mended before the winter, "
        f"and that the {TOPICS[(n + 5) % 12]} has to wait until the spring of the next year.</p>"
        for n in range(count)
    ]


def text(count: int, about: str = "board") -> str:
    return "".join(paragraphs(count, about))


def read(body: str, title: str = "Harbour plan agreed") -> Article:
    return extract(f"<!doctype html><title>{title}</title><body>{body}", media_type="text/html")


def codes(article: Article) -> list[str]:
    return [warning.code for warning in article.warnings]


def test_a_lead_in_a_box_of_its_own_does_not_hide_the_story_below() -> None:
    story = paragraphs(12)
    chapters = "".join(f"<div><div>{''.join(story[n : n + 4])}</div></div>" for n in (0, 4, 8))
    article = read(
        f"<article><h1>Harbour plan agreed</h1><div class=article-body>{text(2, 'mayor')}</div>"
        f"</article><section>{chapters}</section>"
    )
    assert article.text.startswith("The mayor decided on day 0")
    assert article.text.count("The board decided") == 12
    assert codes(article) == []


def test_a_box_of_cards_is_not_taken_for_the_story() -> None:
    cards = "".join(
        f"<div class=card><h3><a href=/{n}>Plan {n}</a></h3>{p}</div>"
        for n, p in enumerate(paragraphs(12))
    )
    article = read(
        f"<article><h1>Harbour plan agreed</h1>{text(2, 'mayor')}</article><div>{cards}</div>"
    )
    assert article.text.count("The mayor decided") == 2
    assert "The board decided" not in article.text


FREE = """<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": true}</script>"""


def test_an_article_with_little_of_the_prose_of_its_page_has_a_warning_with_numbers() -> None:
    cards = "".join(
        f"<div class=item><h3><a href=/{n}>Plan {n}</a></h3>{p}</div>"
        for n, p in enumerate(paragraphs(12))
    )
    article = read(
        f"{FREE}<article><h1>Harbour plan agreed</h1>{text(2, 'mayor')}</article><div>{cards}</div>"
    )
    (warning,) = [w for w in article.warnings if w.code == "text_left_out"]
    assert warning.subject is None
    assert article.access.observed == "unknown"
    assert any(
        int(word.replace(",", "")) > 1000 for word in warning.message.split() if word[0].isdigit()
    )


def test_an_article_with_most_of_the_prose_of_its_page_has_no_such_warning() -> None:
    article = read(
        f"<article><h1>Harbour plan agreed</h1>{text(8)}</article><aside>{text(1, 'mayor')}</aside>"
    )
    assert codes(article) == []


def test_the_first_of_several_whole_articles_is_read_if_the_metadata_names_it() -> None:
    stories = "".join(
        f"<article class=story><h1>{title}</h1>{text(count, about)}</article>"
        for title, count, about in [
            ("Harbour plan agreed", 3, "mayor"),
            ("Mill to become a school", 12, "miller"),
            ("Weir gates opened early", 14, "keeper"),
        ]
    )
    article = read(stories)
    assert article.headline == "Harbour plan agreed"
    assert article.text.count("The mayor decided") == 3
    assert "miller" not in article.text
    assert "keeper" not in article.text


def test_a_first_level_heading_between_paragraphs_is_a_heading_of_the_story() -> None:
    article = read(
        f"<div class=post>{text(6, 'mayor')}<h1>What the board paid for</h1>{text(8)}</div>",
        title="Harbour plan agreed | Quay Courier",
    )
    assert article.text.count("The mayor decided") == 6
    assert [b.text for b in article.body if b.type == "heading"] == ["What the board paid for"]


def test_a_gallery_that_tells_its_story_in_captions_keeps_them_as_text() -> None:
    slides = "".join(
        f"<figure class=slide><img src=/{n}.jpg><figcaption>{p}</figcaption></figure>"
        for n, p in enumerate(paragraphs(9))
    )
    article = read(f"<article><h1>Harbour plan agreed</h1><div>{slides}</div></article>")
    assert article.text.count("The board decided") == 9


def test_captions_of_pictures_in_a_story_stay_captions() -> None:
    slides = "".join(
        f"<figure class=slide><img src=/{n}.jpg><figcaption>{p}</figcaption></figure>"
        for n, p in enumerate(paragraphs(3))
    )
    article = read(f"<article><h1>Harbour plan agreed</h1>{text(9, 'mayor')}{slides}</article>")
    assert "The board decided" not in article.text
    assert sum(bool(image.caption) for image in article.images) == 3


def explained(body: str) -> list[str]:
    """The lines of `explain` about the parts of a page that were compared."""
    html = f"<!doctype html><title>Harbour plan agreed</title><body>{body}"
    draft, article = reading.read(Document(content=html.encode(), media_type="text/html"), None)
    page = html_page.render(draft, article, None, partition.partition(draft))
    lines = [s for s in terminal.shown(draft, article, None, [], False) if "read from" in s]
    assert all(one.name in page and one.why in page for one in draft.candidates)
    assert len(draft.candidates) == len(lines)
    return lines


def test_explain_shows_the_parts_that_were_compared_with_their_evidence() -> None:
    lead = f"<article><h1>Harbour plan agreed</h1><div class=article-body>{text(2)}</div></article>"
    first, other = explained(f"{lead}<section class='rest x'>{text(12, 'mayor')}</section>")
    assert first.startswith("body, read from div.article-body:")
    assert other.startswith("body, read from section.rest.x:")
    assert "12 paragraphs  (the story goes on in it, and both were taken)" in other
    heading = "<h1>Mill to become a school</h1>"
    first, other = explained(f"{lead}{heading}<section>{text(12, 'mayor')}</section>")
    assert first.startswith("body, read from div.article-body:")
    assert other.startswith("body, not read from section:")
    assert other.endswith("(another article begins between the two)")


def test_explain_says_nothing_of_other_parts_if_the_article_has_most_of_the_text() -> None:
    assert explained(f"<article><h1>Harbour plan agreed</h1>{text(9)}</article>") == []
