"""Segments of a page: their offsets, and what their markup says of them."""

from __future__ import annotations

import pytest
from tests.drafts import P1, P2, P3, article, paragraphs

from copydesk.model.draft import Hint, Segment


def segment(markup: str, text: str) -> tuple[Segment, Hint]:
    """The segment with a text, of markup between paragraphs."""
    found = article(paragraphs(P1, P2) + markup + paragraphs(P3))
    (one,) = (s for s in found.draft.segments if s.text == text)
    assert one.hint is not None
    return one, one.hint


def test_offsets_point_at_the_visible_text() -> None:
    found = article(
        f"<p>{P1}</p><!-- no --><p>  The <b>old\n quay</b> is   closed.</p>" + paragraphs(P2)
    )
    for one in found.draft.segments:
        assert " ".join(found.draft.text[one.start : one.end].split()) == one.text
    assert "The old quay is closed." in found.texts("paragraph")


@pytest.mark.parametrize(
    ("markup", "tag", "level"),
    [
        ("<h2>Old quay</h2>", "h2", 2),
        ("<h4><span>Old quay</span></h4>", "h4", 4),
        ("<ul><li>Old quay</li></ul>", "li", 1),
        ("<ul><li>New<ul><li>Old quay</li></ul></li></ul>", "li", 2),
        ("<blockquote><p>Old quay</p></blockquote>", "blockquote", 0),
        ("<pre>Old quay</pre>", "pre", 0),
        ("<div>Old quay</div>", "div", 0),
    ],
)
def test_the_strongest_element_around_a_line_is_its_tag(markup: str, tag: str, level: int) -> None:
    _, hint = segment(markup, "Old quay")
    assert (hint.tag, hint.level) == (tag, level)


def test_a_list_is_numbered_by_its_element() -> None:
    assert segment("<ol><li>Old quay</li></ol>", "Old quay")[1].ordered
    assert not segment("<ul><li>Old quay</li></ul>", "Old quay")[1].ordered


@pytest.mark.parametrize(
    ("markup", "share"),
    [
        ("<p><a href=/x>Old quay</a></p>", 1.0),
        ("<p><a href=/x>Old </a>quay</p>", 0.5),
        ("<p>Old quay</p>", 0.0),
        ("<p><a>Old quay</a></p>", 0.0),
    ],
)
def test_the_share_of_linked_characters_is_measured(markup: str, share: float) -> None:
    _, hint = segment(markup, "Old quay")
    assert hint.linked == pytest.approx(share, abs=0.1)
    assert hint.href == ("/x" if share else "")


def test_a_line_is_bold_if_all_of_it_is() -> None:
    assert segment("<p><b>Old quay</b></p>", "Old quay")[1].bold
    assert segment("<p><strong><i>Old</i> quay</strong></p>", "Old quay")[1].bold
    assert not segment("<p><b>Old</b> quay</p>", "Old quay")[1].bold


@pytest.mark.parametrize(
    ("name", "verdict"), [("related-story", "related"), ("x-9", ""), ("byline", "byline")]
)
def test_class_names_around_a_line_give_a_verdict(name: str, verdict: str) -> None:
    _, hint = segment(f"<div class='{name}'><p>Old quay</p></div>", "Old quay")
    assert hint.verdict == verdict


def test_cells_of_a_table_have_row_and_column() -> None:
    table = (
        "<table><tr><th>Day</th><th>Hour</th></tr><tr><td>Friday</td><td>21:30</td></tr></table>"
    )
    found = article(paragraphs(P1, P2) + table + paragraphs(P3))
    cells = [s for s in found.draft.segments if s.role == "table_cell"]
    assert [(s.text, s.hint.part, s.hint.column) for s in cells if s.hint] == [
        ("Day", 1, 0), ("Hour", 1, 1), ("Friday", 2, 0), ("21:30", 2, 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("quote", "role"),
    [
        ("<aside><blockquote>We will pay for all of it.</blockquote></aside>", "quote"),
        ("<aside><p>We will pay for all of it.</p></aside>", "page_furniture"),
    ],
)
def test_a_quotation_beside_the_text_is_a_pull_quote(quote: str, role: str) -> None:
    assert segment(quote, "We will pay for all of it.")[0].role == role


def test_a_paragraph_that_a_linked_block_breaks_is_joined_again() -> None:
    broken = "<p>The mayor called the <a href=/x><p>plan</p></a> too late and too dear.</p>"
    found = article(paragraphs(P1) + broken + paragraphs(P2)).article
    assert "The mayor called the plan too late and too dear." in found.text


def test_each_link_around_blocks_has_its_own_url() -> None:
    links = [f"<a href=/{n}><div>Other story number {n}</div></a>" for n in (1, 2, 3)]
    found = article(paragraphs(P1, P2) + "<h3>Read more</h3>" + "".join(links))
    assert [s.hint.href for s in found.draft.segments if s.hint and s.hint.href] == [
        "/1", "/2", "/3",
    ]  # fmt: skip
