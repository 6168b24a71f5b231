"""Blocks of the body, and the pictures between them."""

from __future__ import annotations

import pytest
from tests.drafts import P1, P2, P3, P4, Reading, article, paragraphs, text


def blocks(found: Reading) -> list[dict[str, object]]:
    return [block.model_dump(exclude_none=True) for block in found.article.body]


def inside(markup: str) -> list[dict[str, object]]:
    """The blocks of markup between paragraphs."""
    found = blocks(article(paragraphs(P1, P2) + markup + paragraphs(P3, P4)))
    assert [b.get("text") for b in (*found[:2], *found[-2:])] == [P1, P2, P3, P4]
    return found[2:-2]


@pytest.mark.parametrize("level", [2, 3, 4])
def test_a_heading_keeps_its_level(level: int) -> None:
    assert inside(f"<h{level}>What it costs</h{level}>") == [
        {"type": "heading", "level": level, "text": "What it costs", "ranges": []}
    ]


def test_a_heading_of_plain_text_is_of_the_second_level() -> None:
    assert blocks(text(P1, "What it costs", P2))[1] == {
        "type": "heading", "level": 2, "text": "What it costs", "ranges": [],
    }  # fmt: skip


def test_lists_are_nested_like_their_markup() -> None:
    (found,) = inside(
        "<ol><li>Tickets<ul><li>Adults pay six</li><li>Children pay two</li></ul></li><li>Food</li></ol>"
    )
    leaves: list[dict[str, object]] = [
        {"text": t, "items": [], "ranges": []} for t in ("Adults pay six", "Children pay two")
    ]
    assert found == {
        "type": "list",
        "ordered": True,
        "items": [
            {"text": "Tickets", "items": leaves, "ranges": []},
            {"text": "Food", "items": [], "ranges": []},
        ],
    }


def test_two_lists_in_a_row_are_two_blocks() -> None:
    found = inside("<ul><li>Crane</li><li>Rope</li></ul><ol><li>Lift</li><li>Lower</li></ol>")
    assert [(b["type"], b["ordered"]) for b in found] == [("list", False), ("list", True)]


def test_paragraphs_of_an_item_are_one_item() -> None:
    (found,) = inside("<ul><li><p>The crane</p><p>came late.</p></li><li>The rope</li></ul>")
    assert [item["text"] for item in found["items"]] == ["The crane came late.", "The rope"]  # type: ignore[attr-defined]


def test_paragraphs_of_a_quote_are_one_block() -> None:
    quote = "<blockquote><p>We will pay.</p><p>All of it.</p></blockquote>"
    assert [b["text"] for b in inside(quote)] == ["We will pay.\nAll of it."]
    assert [b["text"] for b in inside("<blockquote>We will pay.</blockquote>" * 2)] == [
        "We will pay.",
        "We will pay.",
    ]


def test_a_table_keeps_rows_and_empty_cells() -> None:
    table = (
        "<table><tr><th>Day</th><th>Hour</th></tr><tr><td>Friday</td><td></td></tr>"
        "<tr><td>Monday</td><td>21:30</td></tr></table>"
    )
    (found,) = inside(table)
    assert found["rows"] == [["Day", "Hour"], ["Friday", ""], ["Monday", "21:30"]]


def test_code_and_rules_are_blocks() -> None:
    assert [b["type"] for b in inside("<pre>sail(ship)</pre>")] == ["code"]
    assert [b["type"] for b in inside("<hr><hr>")] == ["divider"]


def test_a_frame_is_an_embed_with_its_provider() -> None:
    assert inside("<iframe src='https://www.youtube.com/embed/1'></iframe>") == [
        {"type": "embed", "url": "https://www.youtube.com/embed/1", "provider": "YouTube"}
    ]


def test_a_line_that_continues_a_paragraph_is_joined_without_a_space_before_a_comma() -> None:
    found = blocks(text(P1, "The ferry of the", "harbour company sails.", P2))
    assert found[1]["text"] == "The ferry of the harbour company sails."


# Pictures.


def images(found: Reading) -> list[tuple[str | None, str | None, str | None, int]]:
    return [(i.url, i.caption, i.credit, i.position) for i in found.article.images]


PICTURE = (
    "<figure><img src=/{0}.jpg><figcaption>The {0} at noon. Photo: Ana Ruiz</figcaption></figure>"
)
HOST = "https://news.example"


def test_a_picture_has_caption_credit_and_the_block_it_stands_before() -> None:
    markup = PICTURE.format("quay") + paragraphs(P1, P2) + PICTURE.format("mill") + paragraphs(P3)
    assert images(article(markup)) == [
        (f"{HOST}/quay.jpg", "The quay at noon.", "Ana Ruiz", 0),
        (f"{HOST}/mill.jpg", "The mill at noon.", "Ana Ruiz", 2),
    ]


def test_one_caption_of_several_pictures_goes_to_the_first() -> None:
    figure = "<figure><img src=/a.jpg><img src=/b.jpg><figcaption>Two boats</figcaption></figure>"
    found = images(article(paragraphs(P1, P2) + figure + paragraphs(P3)))
    assert found == [(f"{HOST}/a.jpg", "Two boats", None, 2), (f"{HOST}/b.jpg", None, None, 2)]


def test_a_picture_shown_twice_is_one() -> None:
    figure = "<figure><img src=/a.jpg><figcaption>Two boats</figcaption></figure>"
    markup = paragraphs(P1) + figure + paragraphs(P2) + figure + paragraphs(P3)
    assert images(article(markup)) == [(f"{HOST}/a.jpg", "Two boats", None, 1)]


def test_the_stated_picture_leads_only_if_the_page_shows_none() -> None:
    head = "<meta property=og:image content=/og.jpg>"
    assert images(article(paragraphs(P1, P2, P3), head)) == [(f"{HOST}/og.jpg", None, None, 0)]
    shown = article(paragraphs(P1) + PICTURE.format("quay") + paragraphs(P2, P3), head)
    assert [url for url, *_ in images(shown)] == [f"{HOST}/quay.jpg"]


@pytest.mark.parametrize(
    ("printed", "agency"),
    [("Photo: Ana Ruiz/Reuters", "Reuters"), ("AFP via Getty Images", "AFP"), ("Ana Ruiz", None)],
)
def test_a_credit_names_its_agency(printed: str, agency: str | None) -> None:
    figure = f"<figure><img src=/a.jpg><figcaption>The quay. ({printed})</figcaption></figure>"
    found = article(paragraphs(P1, P2) + figure + paragraphs(P3)).article.images
    assert [i.agency for i in found] == [agency]
