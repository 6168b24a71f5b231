"""What a page hides, what it shows by script, and what only screen readers are told."""

from __future__ import annotations

import pytest

from copydesk import Article, Outlet, extract
from copydesk.errors import EmptyDocument, NotAnArticle

STORY = [
    "The rebuilding of the old weir above Tollbridge will start in the second week of April, the river board decided on Monday night.",
    "Two of the five sluices have not moved since the flood of 2007, and the board's engineer told members that a third would fail.",
    "Anglers had asked for a fish ladder on the northern bank. The board agreed to one, but only if the county pays half of the cost.",
]
PARAGRAPHS = [f"<p>{text}</p>" for text in STORY]
TEXT = "\n\n".join(STORY)
HEADLINE = "<h1>Weir to be rebuilt from April</h1>"
ARTICLE = f"<article>{HEADLINE}{''.join(PARAGRAPHS)}</article>"
NOTICE = (
    "<p>Get email notifications on Ines Marlow daily!</p><p>Whenever Ines Marlow posts new content, "
    "you will get an email delivered to your inbox with a link.</p>"
)


def read(body: str, head: str = "", outlet: type[Outlet] | None = None) -> Article:
    page = (
        f"<!doctype html><html lang=en><head><title>Weir to be rebuilt from April</title>{head}</head>"
        f"<body><nav><a href=/>Home</a><a href=/region>Region</a></nav>{body}"
        "<footer><p>The Tollbridge Ledger, 4 Quay Street.</p></footer></body></html>"
    )
    return extract(page, media_type="text/html", outlet=outlet)


def hidden(article: Article) -> list[str]:
    return [w.message for w in article.warnings if w.code == "hidden_text"]


@pytest.mark.parametrize(
    "tag",
    [
        "div role=dialog", "div role=alertdialog", "section aria-modal=true", "div aria-hidden=true",
        "div inert", "div hidden", "div style='visibility:hidden'", "div style='color:red;VISIBILITY: collapse'",
        "div style='display: none !important'", "div style='content-visibility: hidden'", "dialog",
        "div popover", "template", "noscript", "div class='modal fade' role=dialog aria-hidden=true",
    ],
)  # fmt: skip
def test_a_dialog_and_a_hidden_block_in_the_story_are_left_out(tag: str) -> None:
    box = f"<{tag}>{NOTICE}</{tag.split()[0]}>"
    article = read(f"<article>{HEADLINE}{PARAGRAPHS[0]}{box}{''.join(PARAGRAPHS[1:])}</article>")
    assert article.text == TEXT
    assert hidden(article) == []


def test_a_dialog_that_is_shown_is_listed_as_removed() -> None:
    box = f"<div role=dialog>{NOTICE}</div>"
    article = read(f"<article>{HEADLINE}{PARAGRAPHS[0]}{box}{''.join(PARAGRAPHS[1:])}</article>")
    assert ("page_furniture", "html.dialog") in [(one.kind, one.rule) for one in article.removed]


@pytest.mark.parametrize(
    "tag", ["div aria-hidden=true", "main inert", "div role=dialog aria-modal=true", "details"]
)
def test_the_story_is_kept_despite_an_attribute_that_hides_it(tag: str) -> None:
    article = read(f"<{tag}>{ARTICLE}</{tag.split()[0]}>")
    assert article.text == TEXT
    assert hidden(article) == []


@pytest.mark.parametrize(
    ("tag", "told"),
    [
        ("div hidden", "hidden elements"),
        ("div style='display: none;'", "hidden elements"),
        ("div style='visibility:hidden'", "hidden elements"),
        ("dialog", "hidden elements"),
        ("template", "template elements"),
        ("noscript", "noscript elements"),
    ],
)
@pytest.mark.parametrize("stated", [False, True])
@pytest.mark.parametrize("adapted", [False, True])
def test_a_story_in_hidden_elements_only_is_read_with_a_warning(
    tag: str, told: str, stated: bool, adapted: bool
) -> None:
    class Ledger(Outlet):
        id = "ledger"
        name = "The Tollbridge Ledger"
        body = "article"

    head = (
        '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Weir"}</script>'
    )
    article = read(
        f"<{tag}>{ARTICLE}</{tag.split()[0]}>",
        head if stated else "",
        Ledger if adapted else None,
    )
    assert article.text == TEXT
    assert hidden(article) == [f"the page shows no story; {told} were read instead"]


def test_hidden_text_is_left_out_if_the_page_shows_a_story() -> None:
    other = "<div hidden><p>" + "Another story that is hidden. " * 40 + "</p></div>"
    assert read(ARTICLE + other).text == TEXT


def test_a_hidden_consent_notice_is_not_a_story() -> None:
    notice = (
        "<p>We use cookies to store information about you, and you may refuse them here.</p>" * 4
    )
    with pytest.raises((NotAnArticle, EmptyDocument)):
        read(f"<p>The weir.</p><div hidden class=cookie-consent>{notice}</div>")


def test_late_parts_of_a_streamed_page_are_put_where_the_script_puts_them() -> None:
    article = read(
        "<main><template id='B:0'></template></main>"
        f"<div hidden id='S:0'><article>{HEADLINE}{PARAGRAPHS[0]}<template id='B:1'></template>"
        f"{PARAGRAPHS[2]}</article></div><div hidden id='S:1'>{PARAGRAPHS[1]}</div>"
    )
    assert article.text == TEXT
    assert hidden(article) == []


def test_a_streamed_part_without_a_place_is_read_with_a_warning() -> None:
    article = read(f"<div id=root></div><div hidden id='S:0'>{HEADLINE}{''.join(PARAGRAPHS)}</div>")
    assert article.text == TEXT
    assert hidden(article)


@pytest.mark.parametrize(
    "mode", ["shadowrootmode=open", "shadowrootmode='closed'", "shadowroot=open"]
)
def test_the_text_of_a_declarative_shadow_root_is_read(mode: str) -> None:
    inner = f"<inner-part><template {mode}>{PARAGRAPHS[1]}</template></inner-part>"
    never = (
        "<template><p>A row that a script would copy for each of the readers of it.</p></template>"
    )
    article = read(
        f"<story-page><template {mode}><style>p{{}}</style><article>{HEADLINE}{PARAGRAPHS[0]}"
        f"{inner}{never}{PARAGRAPHS[2]}</article></template></story-page>"
    )
    assert article.text == TEXT
    assert article.headline == "Weir to be rebuilt from April"


@pytest.mark.parametrize(
    "name",
    ["sr-only", "visually-hidden", "screen-reader-text", "visuallyhidden", "u-hidden-visually"],
)
@pytest.mark.parametrize(
    "text",
    [
        "Two of the five sluices {} have not moved since the flood of 2007, and a third would fail.",
        "{}Two of the five sluices have not moved since the flood of 2007, and a third would fail.",
        "Two of the five sluices have not moved since the flood of 2007, and a third would fail.{}",
        "Two of the five sluices have not moved since <a href=/flood>the flood{}</a> of 2007, and a third would fail.",
    ],
)
def test_words_for_screen_readers_are_taken_out_of_a_paragraph(name: str, text: str) -> None:
    span = f"<span class='{name}'>(opens in a new window)</span>"
    article = read(
        f"<article>{HEADLINE}{PARAGRAPHS[0]}<p>{text.format(span)}</p>{PARAGRAPHS[2]}</article>"
    )
    assert article.body[1].model_dump()["text"] == (
        "Two of the five sluices have not moved since the flood of 2007, and a third would fail."
    )
    assert len(article.body) == 3
    assert "(opens in a new window)" in [one.text for one in article.removed]


def test_a_class_that_shows_to_everybody_hides_nothing() -> None:
    span = "<span class='sr-only not-sr-only'>of the five</span>"
    article = read(
        f"<article>{HEADLINE}<p>Two {span} sluices have not moved.</p>{ARTICLE}</article>"
    )
    assert "Two of the five sluices" in article.text


LIVE = """<script type="application/ld+json">{"@type": "LiveBlogPosting", "headline": "Flood: live",
"liveBlogUpdate": [
 {"@type": "BlogPosting", "headline": "Gate three fails", "datePublished": "2024-03-04T09:10:00Z",
  "articleBody": "Two of the five sluices have not moved since the flood of 2007."},
 {"@type": "BlogPosting", "headline": "Mill Lane cleared", "datePublished": "2024-03-04T09:40:00Z",
  "articleBody": "Residents will have to leave their cars on the school field."}]}</script>"""


def test_entries_that_only_the_metadata_states_are_live_updates() -> None:
    article = read(f"<article>{HEADLINE}{PARAGRAPHS[0]}<div id=live></div></article>", LIVE)
    assert [b.type for b in article.body] == ["paragraph", "live_update", "live_update"]
    update = article.body[1].model_dump()
    assert (update["time"], update["headline"]) == ("2024-03-04T09:10:00+00:00", "Gate three fails")
    assert "leave their cars" in article.text
    assert article.provenance["body"].rule == "json-ld.LiveBlogPosting.liveBlogUpdate"
    assert [w.code for w in article.warnings] == ["live_updates_not_shown"]


def test_entries_that_the_page_shows_are_not_added_from_the_metadata() -> None:
    shown = (
        f"<article>{HEADLINE}{PARAGRAPHS[0]}<h2>Gate three fails</h2><p>Two of the five sluices have "
        "not moved since the flood of 2007.</p></article>"
    )
    article = read(shown, LIVE)
    assert "live_update" not in [b.type for b in article.body]
    assert article.text.count("since the flood of 2007.") == 1
