"""Which blocks of a page are the story, whatever they are called and however its markup is broken."""

from __future__ import annotations

import pytest

from copydesk import Article, Outlet, extract

STORY = (
    "The council voted on Tuesday to keep the old harbour wall, after two years of argument.",
    "Two of the five sluices have not moved since the flood, and a third may fail this winter.",
    "Anglers had asked for a ladder on the northern bank, and the board agreed to build one.",
    "Residents of Mill Lane will have to leave their cars on the school field until September.",
    "The shipping company expects the spare part on Friday, from a foundry that made it anew.",
    "Shopkeepers say that they have flour for a week, but fresh milk ran out on Tuesday.",
    "A smaller boat from the pilot station carries medicine and mail, and twelve passengers.",
)


def paragraphs(texts: tuple[str, ...], start: str = "<p>") -> str:
    return "".join(f"{start}{text}</p>" for text in texts)


def page(body: str, **known: type[Outlet]) -> Article:
    html = (
        "<!doctype html><html lang=en><title>The harbour wall</title><body>"
        "<nav><a href=/>Home</a> <a href=/news>News</a></nav>"
        f"<article><h1>The harbour wall</h1><div>{body}</div></article>"
        "<footer><p>The Quay, 4 Quay Street. <a href=/imprint>Imprint</a></p></footer></body></html>"
    )
    return extract(
        html, url="https://quay.example/news/wall", media_type="text/html",
        outlet=known.get("outlet"),
    )  # fmt: skip


def words(article: Article, *kinds: str) -> list[str]:
    """The texts of the blocks of some kinds."""
    return [str(getattr(block, "text", "")) for block in article.body if block.type in kinds]


def told(article: Article) -> list[str]:
    """The texts of the story, with the standfirst, which a first paragraph alone may be."""
    first = [article.standfirst] if article.standfirst else []
    return first + words(article, "paragraph")


@pytest.mark.parametrize("anchor", ["<a name=top>", "<a id=top tabindex=-1>", "<a href>",
                                    "<a href='#'>", "<a href=' '>", "<a href='javascript:void(0)'>"])  # fmt: skip
def test_an_anchor_without_a_url_does_not_make_a_link_of_the_story(anchor: str) -> None:
    closed = "".join(f"<p>{anchor}{text}</a></p>" for text in STORY)
    assert told(page(closed)) == list(STORY)
    assert told(page(f"{anchor}{paragraphs(STORY)}")) == list(STORY)
    assert page(closed).related == []


def test_a_control_of_the_page_is_not_part_of_the_story() -> None:
    control = "<p><a href='#' role=button>Show the pictures</a></p>"
    article = page(paragraphs(STORY[:4]) + control + paragraphs(STORY[4:]))
    assert told(article) == list(STORY)


@pytest.mark.parametrize("at", [1, 3, 5, 6])
@pytest.mark.parametrize("tag", ["form", "button", "figure", "figcaption", "aside", "label", "select",
                                 "dialog open", "menu", "footer", "nav", "section", "fieldset",
                                 "details open", "font", "small"])  # fmt: skip
def test_an_element_that_is_left_open_does_not_take_the_rest_of_the_story(
    tag: str, at: int
) -> None:
    # One paragraph in a menu is an entry of it.
    at = min(at, 5) if tag in ("nav", "select") else at
    article = page(f"{paragraphs(STORY[:at])}<{tag}>{paragraphs(STORY[at:])}")
    assert told(article) == list(STORY)


@pytest.mark.parametrize("at", [1, 3, 5])
def test_a_link_that_is_left_open_does_not_take_the_rest_of_the_story(at: int) -> None:
    article = page(f"{paragraphs(STORY[:at])}<a href=/offer>{paragraphs(STORY[at:])}")
    assert told(article) == list(STORY)
    assert article.related == []


@pytest.mark.parametrize("at", [1, 3])
def test_a_heading_that_is_left_open_does_not_make_headings_of_the_story(at: int) -> None:
    article = page(f"{paragraphs(STORY[:at])}<h2>The cost{paragraphs(STORY[at:])}")
    assert told(article) == list(STORY)
    assert words(article, "heading") == ["The cost"]


NAMES = ("sidebar-grid__content", "share-wrap", "ad-zone", "toc", "newsletter", "related-story",
         "promo-box", "widget", "popup", "nav-main", "gallery", "caption-text", "credit", "summary",
         "correction", "tags", "meta", "infobox", "disclaimer", "comment-article", "author-page")  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_no_class_name_removes_the_story(name: str) -> None:
    whole = f"<div class='{name}'>{paragraphs(STORY)}</div>"
    parted = (
        f"<div class='{name} text'>{paragraphs(STORY[:3])}</div><div class=x></div>"
        f"<div class='{name} text'>{paragraphs(STORY[3:])}</div>"
    )
    each = "".join(f"<div class='{name}'><p>{text}</p></div>" for text in STORY)
    marked = paragraphs(STORY, f"<p class='{name}'>")
    for body in (whole, parted, each, marked):
        assert told(page(body)) == list(STORY)


@pytest.mark.parametrize("name", ["ad-zone", "share-wrap", "widget", "toc", "sidebar"])
def test_several_paragraphs_like_those_around_belong_to_the_story(
    name: str,
) -> None:
    body = f"{paragraphs(STORY[:4])}<div class='{name}'>{paragraphs(STORY[4:])}</div>"
    assert told(page(body)) == list(STORY)


@pytest.mark.parametrize("box", ["<form><p>Sign up for our letter, which comes on every Friday.</p>"
                                 "<input name=e><button>Sign up</button></form>",
                                 "<aside><h3>The writer</h3><p>Jo Reyes writes about harbours.</p></aside>",
                                 "<div class=newsletter><p>Get our letter on every Friday morning.</p></div>",
                                 "<div class='sidebar'><p>Elsewhere the ferry is late again today.</p></div>"])  # fmt: skip
def test_a_box_with_its_own_words_stays_out_of_the_story(box: str) -> None:
    article = page(paragraphs(STORY[:4]) + box + paragraphs(STORY[4:]))
    assert told(article) == list(STORY)


class Grid(Outlet):
    id = "grid"
    name = "The Grid"
    domains = ("grid.example",)
    country = "GB"
    language = "en"
    timezone = "Europe/London"
    body = ".text"


@pytest.mark.parametrize(
    "name", ["sidebar-grid__content", "comments", "related", "footer", "promo"]
)
def test_the_body_that_an_outlet_selects_is_the_body_despite_its_class(name: str) -> None:
    parts = "".join(
        f"<div class='{name}'><div class='{name} text'><p>{t}</p></div></div>" for t in STORY[:2]
    )
    article = page(f"<div class=x>{parts}</div>{paragraphs(STORY[2:])}", outlet=Grid)
    assert told(article) == list(STORY[:2])


def tables(markup: str) -> list[list[list[str]]]:
    article = page(paragraphs(STORY[:3]) + markup + paragraphs(STORY[3:]))
    assert told(article)[:3] == list(STORY[:3])
    assert told(article)[-4:] == list(STORY[3:])
    return [block.rows for block in article.body if block.type == "table"]


@pytest.mark.parametrize(("markup", "rows"), [
    ("<tr><th></th><th>2022</th></tr><tr><td>Votes</td><td></td></tr><tr><td>Seats</td><td>4</td></tr>",
     [["", "2022"], ["Votes", ""], ["Seats", "4"]]),
    ("<tr><th>Day<th>Open<tr><td>Mon<td><ul><li>10 to 12<li>14 to 18</ul><tr><td>Tue<td>Closed",
     [["Day", "Open"], ["Mon", "10 to 12 14 to 18"], ["Tue", "Closed"]]),
    ("<tr><th>Day<th>What<tr><td>Mon<td><p>Crane comes<p>Road <b>closed</b><tr><td>Tue<td><h4>Rest</h4>",
     [["Day", "What"], ["Mon", "Crane comes Road closed"], ["Tue", "Rest"]]),
    ("<tr><th>Ward<th>Party<th>Share<tr><td rowspan=2>North<td>Reds<td>40<tr><td>Blues<td>60",
     [["Ward", "Party", "Share"], ["North", "Reds", "40"], ["", "Blues", "60"]]),
    ("<tr><th rowspan=2>Ward<th colspan=2>Votes<tr><th>2022<th>2023<tr><td>North<td>4<td>5",
     [["Ward", "Votes", ""], ["", "2022", "2023"], ["North", "4", "5"]]),
    ("<tr><th>Ward<th>Share<th>Note<tr><td>North<td>40<td rowspan=0>late<tr><td>South<td>60",
     [["Ward", "Share", "Note"], ["North", "40", "late"], ["South", "60", ""]]),
    ("<tr><th>Ward<th>Share<tr><td>North<td>40<tr><td colspan=99>Sum: 40",
     [["Ward", "Share"], ["North", "40"], ["Sum: 40", ""]]),
    ("<thead><tr><td>Who<td>Said</thead><tbody><tr><td>Voss<td>" + "Nothing was said of that day. " * 9 +
     "<tr><td>Alder<td>Little</tbody>",
     [["Who", "Said"], ["Voss", "Nothing was said of that day. " * 8 + "Nothing was said of that day."],
      ["Alder", "Little"]]),
    ("<tr><th>Item<th>New<tr><td>Ladder<td><img src=/yes.jpg alt=yes><tr><td>Crane<td>since May",
     [["Item", "New"], ["Ladder", ""], ["Crane", "since May"]]),
    ("<tr><th>Item<th hidden>Key<th>New<tr><td>Ladder<td style='display:none'>7<td>yes",
     [["Item", "New"], ["Ladder", "yes"]]),
    ("<tr><th>Item<th>Parts<tr><td>Ladder<td><table><tr><td>rungs<td>9</table><tr><td>Crane<td>none",
     [["Item", "Parts"], ["Ladder", "rungs 9"], ["Crane", "none"]]),
])  # fmt: skip
def test_a_table_has_the_cells_of_the_page_in_their_rows_and_columns(
    markup: str, rows: list[list[str]]
) -> None:
    assert tables(f"<table>{markup}</table>") == [rows]
    assert tables(f"<figure><table>{markup}</table></figure>") == [rows]


@pytest.mark.parametrize("markup", [
    "<table><tr><td>{}</td></tr></table>",
    "<table role=presentation><tr><td>1</td><td>{}</td></tr><tr><td>2</td><td>3</td></tr></table>",
    "<table><tr><td width=9></td><td>{}</td></tr></table>",
    "<table><tr><td><table><tr><td>{}</td></tr></table></td><td></td></tr></table>",
    "<table><tr><th>Contents</th><th>Story</th></tr><tr><td>1</td><td>{}</td></tr></table>",
])  # fmt: skip
@pytest.mark.parametrize("between", ["<br><br>", "</p><p>", "</div><div>"])
def test_a_table_that_lays_out_the_page_is_read_as_paragraphs(markup: str, between: str) -> None:
    html = markup.format(between.join(STORY))
    article = extract(
        f"<!doctype html><html lang=en><title>The wall</title><h1>The wall</h1>{html}",
        media_type="text/html",
    )
    assert [t for t in told(article) if t in STORY] == list(STORY)
    assert "table" not in {block.type for block in article.body}


def test_spans_that_claim_a_huge_table_are_not_followed() -> None:
    cell = "<td colspan=1000 rowspan=65534>x</td>"
    (rows,) = tables("<table>" + f"<tr>{cell * 4}</tr>" * 50 + "</table>")
    assert rows == [["x"] * 4] * 50


HERE = "https://quay.example/news/wall"
LINKS = ("#cost", f"{HERE}#cost", HERE, "wall?#cost", "https://maker.example/boat")


@pytest.mark.parametrize("href", LINKS)
def test_a_heading_that_is_a_link_stays_in_the_story(href: str) -> None:
    heading = f"<h2 id=cost><a href='{href}'><span><b>What it costs</b></span></a></h2>"
    article = page(paragraphs(STORY[:3]) + heading + paragraphs(STORY[3:]))
    assert [b.type for b in article.body] == ["paragraph"] * 3 + ["heading"] + ["paragraph"] * 4
    assert article.related == []


@pytest.mark.parametrize("host", ["https://maker.example", ""])
def test_a_list_of_things_with_linked_headings_is_the_story(host: str) -> None:
    things = "".join(
        f"<h3><a href={host}/boat-{i}>Boat {i}</a></h3><p>{t}</p>" for i, t in enumerate(STORY)
    )
    article = page(things)
    assert [b.type for b in article.body] == ["heading", "paragraph"] * len(STORY)


def test_questions_that_link_to_themselves_stay_with_their_short_answers() -> None:
    asked = "".join(
        f"<h3 id=q{i}><a href=#q{i}>Who pays for part {i}?</a></h3><p>The board pays for it.</p>"
        for i in range(12)
    )
    article = page(paragraphs(STORY[:1]) + asked + paragraphs(STORY[1:]))
    assert [b.type for b in article.body].count("heading") == 12
    assert words(article, "paragraph").count("The board pays for it.") == 12


SENTENCES = ("<p><a href=/news/other>{}</a></p>", "<p><strong><a href=/news/other>{}</a></strong></p>",
             "<div><p><a href=https://other.example/x>{}</a></p></div>", "<p><a href=#cost>{}</a></p>",
             "<blockquote><a href=/news/other>{}</a></blockquote>")  # fmt: skip


@pytest.mark.parametrize("markup", SENTENCES)
def test_a_sentence_of_the_story_that_is_one_link_stays_in_its_place(markup: str) -> None:
    body = paragraphs(STORY[:3]) + markup.format(STORY[3]) + paragraphs(STORY[4:])
    article = page(body)
    assert words(article, "paragraph", "quote") == list(STORY)


@pytest.mark.parametrize("href", ["", "#", HERE, f"{HERE}#top", "/news/wall"])
def test_a_sentence_that_links_to_its_own_page_may_open_the_story(href: str) -> None:
    body = f'<p><a href="{href}">{STORY[0]}</a></p>' + paragraphs(STORY[1:])
    assert words(page(body), "paragraph") == list(STORY)


def test_titles_that_link_to_other_stories_are_related() -> None:
    titles = ("Harbour wall to be raised in May, board says", "Why is the ferry so late this winter?",
              "Weir to be rebuilt from April")  # fmt: skip
    links = [f"<p><a href=/news/{i}>{title}</a></p>" for i, title in enumerate(titles)]
    body = paragraphs(STORY[:3]) + links[0] + paragraphs(STORY[3:]) + links[1] + links[2]
    cards = "".join(
        f"<h3><a href=/c/{i}>{title}</a></h3><p>So it is.</p>" for i, title in enumerate(titles)
    )
    for markup in (body, body + cards):
        article = page(markup)
        assert told(article) == list(STORY)
        assert set(titles) <= {link.text for link in article.related}


def test_first_level_headings_of_sections_are_kept() -> None:
    parts = (
        f"<h1>I. The flood</h1>{paragraphs(STORY[:3])}<h1>II. The cost</h1>{paragraphs(STORY[3:])}"
    )
    article = page(parts)
    assert article.headline == "The harbour wall"
    headings = words(article, "heading")
    assert headings == ["I. The flood", "II. The cost"]


def test_the_headline_printed_again_as_a_first_level_heading_is_not_a_section() -> None:
    article = page(f"<h1>The harbour wall</h1>{paragraphs(STORY)}")
    assert [b.type for b in article.body] == ["paragraph"] * len(STORY)
