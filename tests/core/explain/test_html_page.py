"""The explain page, without a browser: whole, inert, and nothing of it made by the input."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode
from tests.browser import hostile

from copydesk import Article, Outlet
from copydesk.adapters.registry import Registry
from copydesk.explain import html_page, partition
from copydesk.explain.partition import Stretch
from copydesk.model.document import Document
from copydesk.model.draft import Draft
from copydesk.reading import read
from copydesk.util.text import escape_invisible

ROOT = Path(__file__).resolve().parents[3]
INPUTS = sorted(
    p for p in (ROOT / "tests" / "outlets").rglob("*") if p.name.endswith((".txt", ".html"))
)
STORY = (
    "Night ferry returns after nine years\n\n"
    "The night ferry to the islands sails again from Friday, nine years after it was given up.\n"
)
ALLOWED = {
    "a": {"href", "rel", "target", "class"},
    "meta": {"charset", "http-equiv", "content", "name"},
    "input": {"type", "id"},
    "form": {"class", "method", "aria-label"},
    "button": {"type"},
    "svg": {"class", "role", "aria-label", "viewbox", "preserveaspectratio"},
    "rect": {"class", "x", "y", "width", "height"},
}
ANYWHERE = {
    "class", "id", "lang", "dir", "tabindex", "scope", "colspan", "open", "data-label",
    "aria-label", "aria-labelledby", "aria-hidden",
}  # fmt: skip
_RARE_SPACE = re.compile(r"\\u(?:0085|2028|2029|000b|000c|001[c-f])")


def explained(draft: Draft, article: Article, adapter: type[Outlet] | None = None) -> str:
    return html_page.render(draft, article, adapter, partition.partition(draft))


def parsed(html: str) -> LexborHTMLParser:
    return LexborHTMLParser(html)


def of(content: str, adapter: type[Outlet] | None = None) -> tuple[LexborHTMLParser, Article]:
    media_type = "text/html" if content.startswith("<") else "text/plain"
    draft, article = read(Document(content=content.encode(), media_type=media_type), adapter)
    return parsed(explained(draft, article, adapter)), article


def bare(text: str) -> str:
    return "".join(text.split())


def words(node: LexborNode) -> str:
    return " ".join(node.text().split())


def first(tree: LexborHTMLParser | LexborNode, css: str) -> LexborNode:
    """The first element that matches; the test fails where none does."""
    return tree.css(css)[0]


def spaced(node: LexborNode) -> str:
    """The words of an element with a blank between its parts."""
    return " ".join(node.text(separator=" ").split())


def check_inert(html: str) -> None:
    """No element, attribute or link that the template does not make, and a policy that fits."""
    tree = parsed(html)
    assert tree.root is not None
    for node in tree.root.traverse():
        assert node.tag in hostile.MADE, node.tag
        given = {name.lower() for name in node.attributes}
        assert given <= ALLOWED.get(str(node.tag), set()) | ANYWHERE, (node.tag, given)
        for name in ("class", "id", "for"):
            assert re.fullmatch(r"[\w -]*", node.attributes.get(name) or ""), node.html
    for link in tree.css("a"):
        href = link.attributes["href"] or ""
        assert re.match(r"https?://[^\s\"<>]+$|#[a-z]+$", href), href
        if not href.startswith("#"):
            assert link.attributes["rel"] == "noreferrer noopener"
    (style,) = tree.css("style")
    digest = base64.b64encode(hashlib.sha256(style.text().encode()).digest()).decode()
    (policy,) = tree.css("meta[http-equiv]")
    assert policy.attributes["http-equiv"] == "Content-Security-Policy"
    assert policy.attributes["content"] == (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    assert "url(" not in style.text()
    assert "@import" not in style.text()
    assert escape_invisible(html, keep="\n\t\r") == html


def check_whole(html: str, text: str) -> None:
    """Every visible character of the source stands on the left once, and the counts say so."""
    tree = parsed(html)
    shown = "".join(bare(node.text()) for node in tree.css("#source .text"))
    # Rare white space is written out inside a stretch, and is no visible character.
    assert _RARE_SPACE.sub("", shown) == bare(escape_invisible(bare(text)))
    counts = [int(n.text().replace(",", "")) for n in tree.css("#ledger .characters")]
    (counted,) = tree.css("#ledger .counted")
    (visible,) = tree.css("#ledger .visible")
    assert sum(counts) == int(counted.text().replace(",", "")) == len(bare(text))
    assert visible.text() == counted.text()
    shares = [int(n.text().replace(",", "")) for n in tree.css(".shares b")]
    assert sum(shares) == len(bare(text))
    assert tree.css_first(".verdict.good") is not None
    assert tree.css_first(".verdict.bad") is None


@pytest.mark.parametrize("path", INPUTS, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_every_fixture_is_shown_whole_and_inert(path: Path, registry: Registry) -> None:
    meta = json.loads(path.with_suffix(".meta.json").read_text("utf-8"))
    adapter = registry.get(meta["outlet"]) if meta.get("outlet") else None
    media_type = "text/html" if path.suffix == ".html" else "text/plain"
    draft, article = read(
        Document(content=path.read_bytes(), media_type=media_type, url=meta.get("url")), adapter
    )
    html = explained(draft, article, adapter)
    check_inert(html)
    check_whole(html, draft.text)
    assert html == explained(draft, article, adapter)


def test_a_page_that_is_hostile_in_every_field_stays_text() -> None:
    draft, _, _ = hostile.reading()
    html = hostile.rendered()
    check_inert(html)
    check_whole(html, draft.text)
    tree = parsed(html)
    assert all(str(a.attributes["href"]).startswith("#") for a in tree.css("a"))
    (article,) = tree.css("#article")
    for words in hostile.BREAKS:
        assert words in article.text()
    for target in hostile.TARGETS:
        assert escape_invisible(bare(target)) in bare(article.text())
    assert "1337" not in first(tree, "html").text()


def test_what_cannot_be_seen_is_written_out_and_kept_apart() -> None:
    tree, _ = of(STORY.replace("islands", "is\u202elands\u200b\x07"))
    (paragraph,) = tree.css("#source .stretch.body .text")
    assert "is\\u202elands\\u200b\\u0007 sails" in paragraph.text()
    assert [n.text() for n in paragraph.css(".control")] == ["\\u202e", "\\u200b", "\\u0007"]
    assert tree.css_first("h1 > bdi") is not None


def test_a_stretch_tells_role_rule_and_where_it_went() -> None:
    tree, _ = of(f"{STORY}\nSign up now: The best stories of the week in your inbox\n")
    told = [(n.attributes["class"], words(first(n, ".meta"))) for n in tree.css("#source .stretch")]
    assert told[:3] == [
        ("stretch field r-headline", "+ headline head.headline"),
        ("stretch body r-paragraph", "= paragraph body.paragraph"),
        ("stretch removed r-newsletter_promo", "- newsletter_promo appeal.newsletter_promo"),
    ]


def test_long_furniture_is_folded_with_its_words_in_it() -> None:
    menu = "".join(f"<li>Department {n} of the paper</li>" for n in range(20))
    story = "".join(f"<p>Paragraph {n}. {STORY}</p>" for n in range(6))
    page = f"<nav><ul>{menu}</ul></nav><article><h1>Ferry</h1>{story}</article>"
    draft, article = read(Document(content=page.encode(), media_type="text/html"), None)
    html = explained(draft, article)
    check_whole(html, draft.text)
    (folded,) = parsed(html).css("#source details")
    assert "Department 19 of the paper" in folded.text()
    assert folded.attributes.get("open", "closed") == "closed"


def test_the_filter_has_a_box_for_each_group_and_role_that_is_there() -> None:
    tree, _ = of(STORY)
    boxes = {n.attributes["id"] for n in tree.css(".filter input")}
    assert boxes == {"only-body", "only-field", "only-r-paragraph", "only-r-headline"}
    style = first(tree, "style").text()
    for box in boxes:
        assert f"main:has(#{box}:checked) .stretch." in style


@pytest.mark.parametrize(
    ("change", "fault", "lost"),
    [
        (lambda found: found[1:], "characters 0 to 38 are in no segment", 1),
        (lambda found: found[:1] + found, "characters 0 to 36 are in two segments", 0),
        (lambda found: found[:1], "characters 36 to 128 are in no segment", 1),
    ],
    ids=["gap", "overlap", "end"],
)
def test_a_partition_with_a_fault_is_told_and_every_character_still_shown_once(
    change: Any, fault: str, lost: int
) -> None:
    draft, article = read(Document(content=STORY.encode()), None)
    stretches: list[Stretch] = change(partition.partition(draft))
    tree = parsed(html_page.render(draft, article, None, stretches))
    assert "".join(bare(n.text()) for n in tree.css("#source .text")) == bare(STORY)
    assert len(tree.css("#source .stretch.lost")) == lost
    assert len(tree.css(".verdict.bad")) == 2
    assert tree.css_first(".verdict.good") is None
    assert fault in first(tree, ".faults").text()


def full(article: Article, **fields: Any) -> Article:
    return Article.model_validate(article.model_dump() | fields)


def article_pane(**fields: Any) -> LexborNode:
    draft, article = read(Document(content=STORY.encode()), None)
    html = explained(draft, full(article, **fields))
    check_inert(html)
    return first(parsed(html), "#article")


def test_every_block_is_shown_as_what_it_is() -> None:
    item = {"text": "one", "items": [{"text": "below one", "items": []}]}
    pane = article_pane(
        body=[
            {"type": "paragraph", "text": "Words."},
            {"type": "heading", "text": "Costs", "level": 2},
            {"type": "list", "ordered": True, "items": [item]},
            {"type": "list", "ordered": False, "items": [{"text": "loose", "items": []}]},
            {"type": "quote", "text": "We knew.", "citation": "the master"},
            {"type": "table", "rows": [["a", "b"], ["c", "d"]]},
            {"type": "embed", "url": "https://post.example/1", "provider": "Post", "text": "Hm."},
            {"type": "code", "text": "a = 1\nb = 2"},
            {"type": "divider"},
        ]
    )
    (text,) = pane.css(".words")
    tags = [n.tag for n in text.iter()]
    assert tags == ["p", "h3", "ol", "ul", "blockquote", "div", "div", "pre", "hr"]
    assert words(first(text, "ol > li > ol > li")) == "below one"
    assert words(first(text, "blockquote > footer")) == "the master"
    assert [[c.text() for c in row.css("td")] for row in text.css("tr")] == [["a", "b"], ["c", "d"]]
    assert first(text, ".embed a").attributes["href"] == "https://post.example/1"
    assert first(text, "pre").text() == "a = 1\nb = 2"


def test_pictures_and_corrections_stand_where_they_belong_and_load_nothing() -> None:
    image = {"alt": "The quay", "credit": "Ann Lee/Reuters", "agency": "Reuters"}
    note = {"kind": "editors_note", "date": "2024-05-12"}
    pane = article_pane(
        body=[{"type": "paragraph", "text": f"Paragraph {n}."} for n in range(2)],
        images=[
            {"url": "https://quay.example/1.jpg", "caption": "First.", "position": 0, **image},
            {"url": "data:image/png;base64,AA", "caption": "Last.", "position": 2, **image},
        ],
        corrections=[{"text": "An earlier text was wrong.", "position": 1, **note}],
    )
    told = [(n.tag, spaced(n)) for n in first(pane, ".words").iter()]
    assert told == [
        (
            "figure",
            "Picture The quay First. Ann Lee/Reuters Reuters https://quay.example/1.jpg",
        ),
        ("p", "Paragraph 0."),
        ("aside", "Editors’ note 2024-05-12 An earlier text was wrong."),
        ("p", "Paragraph 1."),
        ("figure", "Picture The quay Last. Ann Lee/Reuters Reuters data:image/png;base64,AA"),
    ]
    assert [a.attributes["href"] for a in pane.css("a")] == ["https://quay.example/1.jpg"]
    assert pane.css("img") == []


def test_the_head_comments_and_links_are_shown() -> None:
    author = {"name": "Ann Lee", "role": "Editor", "organisation": "Courier", "raw": None}
    comment = {"published_raw": "today", "published": None}
    pane = article_pane(
        standfirst="Nine years on.", byline="By Ann Lee", section="Harbour", tags=["quay", "ferry"],
        authors=[{"url": "https://quay.example/ann", **author}],
        dateline={"raw": "HARWICK, Nov 3 -", "place": "HARWICK", "date": None},
        published="2024-05-12", related=[{"text": "Wall", "url": "javascript:x"}],
        access={"declared": "paid", "observed": "truncated", "evidence": "Log in"},
        comments={"status": "partial", "count": 1200, "items": [
            {"id": "1", "parent_id": None, "author": "Ada", "text": "One.\n\nTwo.", "score": 4, **comment},
            {"id": "2", "parent_id": "1", "author": None, "text": "No.", "score": None, **comment},
        ]},
    )  # fmt: skip
    told = {name: words(first(pane, f".{name}")) for name in ("kicker", "standfirst", "byline")}
    assert told == {
        "kicker": "Harbour", "standfirst": "Nine years on.", "byline": "By Ann Lee"
    }  # fmt: skip
    assert words(first(pane, ".authors")) == "Ann Lee, Editor, Courier"
    assert words(first(pane, ".dateline")) == "HARWICK, Nov 3 -"
    assert [words(n) for n in pane.css(".tags li")] == ["quay", "ferry"]
    assert words(first(pane, ".related li")) == "Wall javascript:x"
    assert words(first(pane, ".comments h3")) == "Comments: partial, 1,200"
    assert [spaced(n) for n in pane.css(".comment")] == [
        "Ada today 4 points One. Two.",
        "no name in reply to Ada today No.",
    ]
    assert "The text is truncated: Log in" in words(first(pane, ".access"))


def test_live_updates_are_shown_with_time_headline_and_blocks() -> None:
    inner = [{"type": "paragraph", "text": "It sails."}]
    update = {"type": "live_update", "time": "2024-05-12T09:00:00Z", "headline": "Now"}
    pane = article_pane(body=[{**update, "body": inner}])
    (shown,) = pane.css(".update")
    assert spaced(shown) == "2024-05-12T09:00:00Z Now It sails."


@pytest.mark.parametrize(
    ("language", "told"),
    [("en", "ltr"), ("pt-BR", "ltr"), ("ar", "rtl"), ("ur-PK", "rtl"), ("he", "rtl"), (None, "auto")],
)  # fmt: skip
def test_language_and_direction_are_the_articles(language: str | None, told: str) -> None:
    draft, article = read(Document(content=STORY.encode()), None)
    tree = parsed(explained(draft, full(article, language=language)))
    for css in ("#article article", "#source .text"):
        attributes = first(tree, css).attributes
        assert (attributes.get("lang"), attributes["dir"]) == (language, told)
    assert first(tree, "html").attributes["lang"] == "en"


@pytest.mark.parametrize("address", ["http://quay.example/a", "HTTPS://quay.example/?q=1&r=ä"])
def test_web_addresses_become_links(address: str) -> None:
    assert html_page.link(address) == address


@pytest.mark.parametrize(
    "address", [*hostile.TARGETS, "", None, "quay.example", "/a", "http://", "http://a b", "x"]
)
def test_other_addresses_are_never_links(address: str | None) -> None:
    assert html_page.link(address) is None


def test_a_field_is_told_with_value_source_selector_and_what_was_not_taken() -> None:
    class Quay(Outlet):
        id = "quay"
        name = "Quay Courier"
        domains = ("quay.example",)
        byline = "div.who"

    tree, _ = of(
        '<html lang=en><title>Ferry returns</title><meta property="og:title" content="Ferry is back">'
        f"<article><h1>Ferry is back</h1><div class=who>By Tom Reed</div><p>{STORY}<p>{STORY}",
        Quay,
    )
    row = first(tree, "#field-byline")
    assert words(first(row, ".value")) == "By Tom Reed"
    assert words(first(row, ".taken .from")) == "outlet"
    assert [words(n) for n in row.css(".taken code")] == ["quay:byline", "div.who"]
    assert words(first(row, ".taken .raw")) == "By Tom Reed"
    headline = first(tree, "#field-headline .rejected")
    assert "html.title" in words(headline)
    assert "Ferry returns" in words(headline)
    assert words(first(tree, "#field-standfirst .value")) == "not found"


def test_warnings_and_the_document_are_told() -> None:
    draft, article = read(Document(content=STORY.encode(), origin="ferry.txt"), None)
    warnings = [{"code": "no_body", "subject": None, "message": words} for words in ("one", "two")]
    tree = parsed(explained(draft, full(article, warnings=warnings)))
    assert [words(n) for n in tree.css("#warnings li")] == ["one no_body", "two no_body"]
    assert words(first(tree, ".verdict.warned")) == "2 warnings"
    told = spaced(first(tree, "#document"))
    assert article.document.sha256 in told
    assert "origin ferry.txt" in told
