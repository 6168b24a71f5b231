"""Areas of a page: head, body and tail of the article, and what is outside."""

from __future__ import annotations

from tests.drafts import P1, P2, P3, TITLE, Reading, page, paragraphs

BODY = f"<div itemprop=articleBody>{paragraphs(P1, P2, P3)}</div>"


def areas(found: Reading) -> list[tuple[str, str]]:
    """Area and text of each segment of the article."""
    return [(s.hint.area, s.text) for s in found.draft.segments if s.hint is not None]


def test_head_body_and_tail_of_an_article_are_told_apart() -> None:
    found = page(
        f"<article><div>Local</div><h1>{TITLE}</h1><div>By Ana Ruiz</div>{BODY}<div>Imprint of the paper</div></article>"
    )
    assert areas(found) == [
        ("head", "Local"), ("head", TITLE), ("head", "By Ana Ruiz"),
        ("body", P1), ("body", P2), ("body", P3), ("tail", "Imprint of the paper"),
    ]  # fmt: skip


def test_everything_else_is_outside_as_one_segment() -> None:
    footer = "<footer><p>Weather</p><p>Tides</p></footer>"
    found = page(f"<article><h1>{TITLE}</h1>{BODY}</article>{footer}")
    last = found.draft.segments[-1]
    assert (last.role, last.hint, str(last.rule)) == ("page_furniture", None, "html.outside")
    assert found.draft.text[last.start : last.end].split() == ["Weather", "Tides"]


def test_the_heading_nearest_above_the_body_is_the_headline() -> None:
    found = page(f"<h1>Valley News</h1><article><h1>{TITLE}</h1>{BODY}</article>")
    assert found.texts("headline") == [TITLE]


def test_a_line_that_equals_the_title_is_the_headline_without_a_heading() -> None:
    head = f"<meta property=og:title content='{TITLE}'>"
    found = page(f"<div><div>{TITLE}</div>{BODY}</div>", head)
    assert found.texts("headline") == [TITLE]
    assert page(f"<div><div>{TITLE}</div>{BODY}</div>").texts("headline") == []


def test_a_headline_far_above_the_body_is_kept_without_all_that_is_between() -> None:
    menu = "".join(f"<div>Entry {i}</div>" for i in range(20))
    found = page(f"<div>{menu}</div><h1>{TITLE}</h1>{BODY}")
    assert found.article.headline == TITLE
    assert [text for area, text in areas(found) if text.startswith("Entry")] == []


def test_a_page_without_a_headline_has_the_lines_right_above_the_body_as_head() -> None:
    found = page(f"<div><div>By Ana Ruiz</div>{BODY}</div>")
    assert areas(found)[0] == ("head", "By Ana Ruiz")
    assert [a.name for a in found.article.authors] == ["Ana Ruiz"]
