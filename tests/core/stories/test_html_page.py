"""The stories page: what it says of a story, what it leaves out, and that input stays text."""

from __future__ import annotations

import re

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode
from tests.browser import hostile
from tests.core.stories import made

from copydesk.stories import page_parts
from copydesk.stories.html_page import LIMITS, render
from copydesk.stories.page_parts import Piece, compared, timeline, when
from copydesk.stories.shapes import Alignment, Stories, Story


def page(*stories: Story) -> LexborHTMLParser:
    return LexborHTMLParser(render(made.stories(*stories), "march.jsonl"))


def text(node: LexborNode | None) -> str:
    assert node is not None
    return " ".join(node.text().split())


def texts(html: LexborHTMLParser, css: str) -> list[str]:
    return [text(node) for node in html.css(css)]


def test_a_single_story_is_open_and_several_are_listed_and_closed() -> None:
    one = page(made.ferry())
    assert "open" in one.css("details.story")[0].attributes
    assert one.css(".stories a") == []
    several = page(made.ferry(), made.ferry(headline=None))
    assert [d.attributes.get("open", "closed") for d in several.css("details.story")] == [
        "closed",
        "closed",
    ]
    links = [a.attributes["href"] for a in several.css(".stories a")]
    assert links == ["#s1", "#s2"]
    # A browser opens the details around the target of a link, so the target must be inside.
    assert all(several.css_first(f"details.story {link}") for link in links)
    assert "No headline" in texts(several, ".stories a")


def test_a_page_without_a_story_says_so() -> None:
    html = LexborHTMLParser(render(Stories(articles=7, stories=[]), "march.jsonl"))
    assert "7 articles read, 0 stories found" in texts(html, ".about")
    assert texts(html, ".verdict") == ["No two articles tell the same story."]


def test_who_may_have_been_first_is_said() -> None:
    html = page(made.ferry())
    assert texts(html, ".lead") == ["One of these was first: The Quay Herald, Wick Bay News."]
    assert texts(html, ".line .tag.first") == ["may be first", "may be first"]
    versions = made.ferry().versions
    alone = [versions[0], versions[1]]
    empty = Alignment(passages=[], quotations=[], counts=[])
    html = page(made.ferry(versions=alone, ties=[], alignment=empty))
    assert texts(html, ".lead") == ["First: The Quay Herald."]


def test_the_timeline_draws_days_as_long_as_a_day_and_lists_undated_versions_apart() -> None:
    versions = made.ferry().versions
    extents = timeline(versions)
    assert list(extents) == [0, 1, 2, 3]
    assert [extent.length is None for extent in extents.values()] == [True, True, False, True]
    hour = (extents[2].length or 0) / 24
    assert extents[1].start - extents[0].start == pytest.approx(hour * (5 + 35 / 60), abs=0.01)
    assert extents[3].start - extents[1].start == pytest.approx(hour * 0.75, abs=0.01)
    assert "5 outlet5.example" in texts(page(made.ferry()), ".undated li")


def test_times_that_are_all_the_same_are_in_the_middle() -> None:
    one = made.ferry().versions[0]
    assert [extent.start for extent in timeline([one, one]).values()] == [50.0, 50.0]


@pytest.mark.parametrize(
    ("published", "words"),
    [
        ("2026-03-10T23:40:00+00:00", "2026-03-10 23:40 UTC"),
        ("2026-03-10T23:40:00-03:30", "2026-03-10 23:40 -03:30"),
        ("2026-03-10T23:40:00", "2026-03-10 23:40 no offset"),
        ("0001-01-01T00:00:00+14:00", "0001-01-01 00:00 +14:00"),
        ("9999-12-31", "9999-12-31"),
        ("2026-13-40T99", "2026-13-40T99"),
        ("last Tuesday", "last Tuesday"),
        ("", "no date"),
        (None, "no date"),
    ],
)
def test_a_time_is_shown_with_its_offset_and_what_is_no_time_as_it_is(
    published: str | None, words: str
) -> None:
    assert when(published).lstrip("0") == words.lstrip("0")
    assert isinstance(timeline([made.version(1, [], published=published)]), dict)


def test_a_missing_credit_has_a_badge_in_words() -> None:
    html = page(made.ferry())
    rows = [row for row in texts(html, ".versions tbody tr") if "credit missing" in row]
    assert [row.split()[0] for row in rows] == ["2", "5"]
    assert len(html.css(".columns .tag.missing")) == 2


def test_the_share_of_shared_words_counts_words_of_sentences_with_a_passage() -> None:
    sentences = [(0, "Three words here", 0), (0, "one", None)]
    assert page_parts.shared(made.version(1, sentences)) == 0.75
    assert page_parts.shared(made.version(1, [])) is None


def test_numbers_that_disagree_come_first_and_those_that_agree_are_folded() -> None:
    html = page(made.ferry())
    open_rows = texts(html, "#s1-numbers > .wide tbody")
    assert len(open_rows) == 1
    assert "people treated" in open_rows[0]
    assert texts(html, "#s1-numbers > .wide .value") == ["11", "17"]
    assert texts(html, "#s1-numbers details .value") == ["214"]
    assert [a.attributes["href"] for a in html.css("#s1-numbers details a")] == [
        "#s1-v1-1",
        "#s1-v2-1",
        "#s1-v4-1",
    ]


def test_every_link_within_the_page_has_its_target() -> None:
    html = page(made.ferry(), made.crowd(40), made.hostile_story())
    ids = [node.attributes["id"] for node in html.css("[id]")]
    assert len(ids) == len(set(ids))
    for link in html.css("a[href^='#']"):
        assert (link.attributes["href"] or "")[1:] in ids
    for label in html.css("label[for]"):
        assert label.attributes["for"] in ids


def test_changed_words_of_a_quotation_are_marked_where_they_stand_and_named() -> None:
    html = page(made.ferry())
    quotes = html.css("#s1-quotations > .quotations blockquote")
    assert text(quotes[1]) == "We heard a long scrape and then all the lights went out"
    assert [text(node) for node in quotes[1].css("ins")] == ["all"]
    assert [text(node) for node in quotes[1].css("del")] == ["long"]
    assert "1 word added, 1 word missing" in texts(html, "#s1-quotations .tag")
    assert html.css("#s1-quotations details ins, #s1-quotations details del") == []


@pytest.mark.parametrize(
    ("first", "other", "pieces"),
    [
        ("a b c", "A, b c!", [("same", "A, b c!")]),
        ("a b c", "a x c", [("same", "a "), ("missing", "b"), ("added", "x"), ("same", " c")]),
        ("a b", "a", [("same", "a"), ("missing", "b")]),
        ("", "a", [("added", "a")]),
        ("a", "", [("missing", "a")]),
        ("他说是", "他说不是", [("same", "他说"), ("added", "不"), ("same", "是")]),
    ],
)
def test_two_texts_are_compared_by_word(
    first: str, other: str, pieces: list[tuple[str, str]]
) -> None:
    assert compared(first, other) == [Piece(*piece) for piece in pieces]  # type: ignore[arg-type]


def test_a_very_long_text_is_not_compared() -> None:
    assert compared("a", "word " * 401) == [Piece("same", "word " * 401)]


def test_a_passage_has_one_number_and_one_colour_in_each_version() -> None:
    html = page(made.ferry())
    found: dict[str, set[str]] = {}
    for node in html.css(".columns .passage"):
        _, hue, own = (node.attributes["class"] or "").split()
        found.setdefault(own, set()).add(hue)
        assert text(node.css_first(".sign")).split()[0] == own[1:]
    assert found == {f"p{at}": {f"h{at - 1}"} for at in range(1, 6)}
    signs = texts(html, ".columns .version:nth-child(2) .sign")
    assert signs == ["1 edited", "3 edited", "2 verbatim, moved"]
    assert texts(html, ".columns .alone")[0] == made.OWN


def test_a_version_in_arabic_runs_from_right_to_left() -> None:
    body = page(made.ferry()).css(".columns .body")[3]
    assert (body.attributes["lang"], body.attributes["dir"]) == ("ar", "rtl")


def test_a_tie_gives_its_kind_and_its_evidence() -> None:
    row = texts(page(made.ferry()), ".ties tbody tr")[0]
    assert "shared text" in row
    assert "number 214 people 9.1 bits" in row
    assert "17 words" in row


def test_what_is_left_out_of_a_large_story_is_counted() -> None:
    html = page(made.crowd(300))
    assert len(html.css(".columns .version")) == LIMITS["columns"]
    assert len(html.css(".versions tbody tr")) == LIMITS["rows"]
    said = " ".join(texts(html, ".more, .verdict"))
    for words in (
        "The first 12 versions are shown; 288 are left out here",
        "The first 60 versions; 240 more are in the JSON.",
        "240 later versions are in the JSON.",
        "The first 100 pairs; 199 more are in the JSON.",
        "18 more values are in the JSON.",
        "and in 288 more versions",
    ):
        assert words in said
    undated = made.crowd(300)
    bare = [one.model_copy(update={"published": None}) for one in undated.versions]
    html = page(undated.model_copy(update={"versions": bare}))
    assert "and 240 more" in texts(html, ".undated .more")


def test_what_is_left_out_of_many_stories_is_counted() -> None:
    html = page(*[made.ferry() for _ in range(LIMITS["stories"] + 3)])
    assert "3 more are in the JSON." in texts(html, ".verdict")[0]
    assert len(html.css("details.story")) == LIMITS["stories"]


def test_hostile_words_make_no_elements_and_no_links() -> None:
    html = page(made.hostile_story())
    allowed = hostile.MADE | {"ins", "del"}
    assert {node.tag for node in html.css("body *")} <= allowed | {"-text"}
    assert all((a.attributes["href"] or "").startswith("#") for a in html.css("a"))
    for node in html.css("*"):
        assert not [name for name in node.attributes if name.startswith("on") or name == "style"]


def test_control_and_bidi_characters_are_written_out() -> None:
    html = render(made.stories(made.hostile_story()), hostile.worded(1))
    assert not set("\u202e\u2066\u200b\u009b") & set(html)
    assert "\\u202e" in html


def test_only_http_addresses_become_links() -> None:
    links = [a.attributes["href"] for a in page(made.ferry()).css(".versions a")]
    assert links == [f"https://outlet{at}.example/ferry" for at in (1, 2, 3, 4)]


def test_the_page_holds_no_script_and_asks_for_nothing() -> None:
    html = render(made.stories(made.ferry()), "march.jsonl")
    assert not re.search(r"<script|<img|<link|@import|url\(", html)
    assert "default-src 'none'" in html


def test_the_same_story_gives_the_same_page() -> None:
    assert render(made.stories(made.ferry()), "a") == render(made.stories(made.ferry()), "a")
