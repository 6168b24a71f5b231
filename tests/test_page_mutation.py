"""Nothing of a page is lost, however broken it is: every visible character has one place."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser, LexborNode

from copydesk.errors import DocumentError
from copydesk.model.article import Article
from copydesk.model.document import Document
from copydesk.model.draft import Draft
from copydesk.readers.encoding import charset
from copydesk.readers.html.tree.inline_parts import bracket_readings
from copydesk.readers.html.tree.walk import INVISIBLE
from copydesk.reading import read

pytestmark = pytest.mark.slow

WRITTEN = sorted((Path(__file__).resolve().parent / "benchmarks" / "written").glob("*.html"))
PAGES = [path.read_bytes() for path in WRITTEN]
URLS = [json.loads(p.with_suffix(".gold.json").read_text("utf-8"))["url"] for p in WRITTEN]

# What breaks pages in the wild, and what a parser has rules of its own for.
SCRAPS = [
    b"<div>", b"</div>", b"<p>", b"</p>", b"</article>", b"<article>", b"<main>", b"</body>",
    b"<body class=x>", b"<body hidden>", b"</html>", b"<html>", b"<head>", b"</head>", b"<title>",
    b"<table>", b"</table>", b"<tr><td>", b"<table>loose words<tr><td>", b"<caption>", b"<ul><li>",
    b"<li>", b"</li>", b"</ul>", b"<dl><dt>", b"<dd>", b"<blockquote>", b"</blockquote>",
    b"<a href=/x>", b"</a>", b"<b>", b"</b>", b"<i><b></i>", b"<span>", b"</span>", b"<font>",
    b"<script>", b"</script>", b"<style>", b"</style>", b"<template>", b"</template>", b"<svg>",
    b"</svg>", b"<math><mi>", b"<svg><desc>words</desc></svg>", b"<textarea>", b"</textarea>",
    b"<noscript>words</noscript>", b"<select><option>One<option>Two", b"</select>", b"<button>",
    b"<iframe>", b"</iframe>", b"<object>", b"</object>", b"<plaintext>", b"<xmp>", b"</xmp>",
    b"<frameset>", b"<noframes>", b"<!--", b"-->", b"<!-- x -->", b"<![CDATA[ words ]]>", b"<?php x",
    b"<!doctype html>", b"</p></p>", b"</br>", b"<br><br>", b"<hr>", b"<img src=a.jpg alt=boat>",
    b"<figure>", b"<figcaption>", b"</figure>", b"<h1>", b"</h1>", b"<h1>Another headline</h1>",
    b"<h2>", b"</h6>", b"<form>", b"<form><form>", b"<pre>\n\n x\n</pre>", b"<time datetime=x>",
    b"<details><summary>More</summary>", b"<ruby>x<rt>y</ruby>", b"<wbr>", b"<nobr>", b"<center>",
    b"<div hidden>", b"<div style='display:none'>", b"<section style='DISPLAY : none'>",
    b"<div class=related>", b"<div class=comments>", b"<aside>", b"<nav>", b"<footer>",
    b'<div class="caption">', b'<span class="credit">', b'<span class="hover-card">', b"<amp-img>",
    b"&nbsp;", b"&#0;", b"&#xD800;", b"&amp", b"&notanentity;", b"&", b"<", b">", b"<<", b"</", b"<a ",
    b"\x00", b"\xff", b"\xed\xa0\x80", b"\xc2\xad", b"\xe2\x80\x8b", b"\xef\xbb\xbf", b"\x0c", b"\x85",
    b"\xc2\x85", b"\xe2\x80\xa8", b"\xc2\xa0", b"\x1c", b"\r", b"- ", b"\xe2\x80\xa2 ", b"1. ", b"***",
    b"Advertisement", b"Read more: ", b"By Ann Bell", b"PARIS (AFP) - ", b"Photo: Ann Bell/AFP",
    b"Comments (3)", b"Share", b"10:15", b"3/12", b"Updated 12 March 2024", b"Tags: ",
    b'<script type="application/ld+json">{"@type":"NewsArticle","headline":[{"a":1},2],"author":7}'
    b"</script>",
    b'<script type="application/ld+json">{"@graph":[[[null]]],"datePublished":{"@value":-1}}</script>',
    b'<meta property="og:title" content="">', b'<link rel=canonical href="http://[">',
    b'<base href="//">', b'<meta charset=utf-7>', b'<a href="javascript:void(0">', b"<img src='data:,'>",
]  # fmt: skip
ATTRIBUTES = re.compile(rb'(?:class|id|itemprop|href|content|datetime|property|name)="[^"]*"')
HIDES = re.compile(
    r"(?:^|;)\s*(?:display\s*:\s*none|(?:content-)?visibility\s*:\s*(?:hidden|collapse))\b", re.I
)

PROSE = (
    "<p>The council met on Tuesday, and the old quay was what it talked of all night long.</p>" * 4
)
URL = "https://quay.example/2024/05/14/what-becomes-of-it"


class Fault(NamedTuple):
    """A fault of the reader that was found.

    page: a small page that shows it. shows: whether another page may show it too; such a page is
    passed over until the fault is mended. reason: why it is so; empty once it is mended.
    """

    page: str | bytes
    shows: Callable[[bytes], bool]
    reason: str


FAULTS = {
    "an amp-img that is not closed": Fault(
        PROSE + "<amp-img>" + PROSE,
        lambda page: b"<amp-img" in page,
        "",
    ),
    "a frameset": Fault(
        "<frameset><noframes>" + PROSE,
        lambda page: b"<frameset" in page,
        "",
    ),
    "a byte order mark": Fault(
        b"\xef\xbb\xbf<meta name=author content=Ann>" + PROSE.encode(),
        lambda page: page.startswith(b"\xef\xbb\xbf"),
        "",
    ),
    "a NUL in a word": Fault(
        PROSE + "<p>bo\x00at</p>",
        lambda page: b"\x00" in page,
        "",
    ),
    "a character that a tag cuts in two": Fault(
        PROSE.encode() + b"<p>\xe8\x80<tr></tr>\x81</p>",
        lambda page: page != page.decode("utf-8", "replace").encode(),
        "",
    ),
    "NONE in capitals": Fault(
        PROSE + "<div style='display:NONE'>hidden words",
        lambda page: b"NONE" in page,
        "",
    ),
    "a style beside another none": Fault(
        PROSE + "<div style='opacity: 0; transition: none'>words of a slide</div>",
        lambda page: b"opacity" in page,
        "",
    ),
}

SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much]
Change = Callable[[bytes], bytes]
places = st.floats(0, 1, exclude_max=True)
sizes = st.integers(0, 400)


def inserted(place: float, scrap: bytes) -> Change:
    return lambda page: page[: (at := int(place * len(page)))] + scrap + page[at:]


def deleted(place: float, size: int) -> Change:
    return lambda page: page[: (at := int(place * len(page)))] + page[at + size :]


def doubled(place: float, size: int) -> Change:
    return lambda page: page[: (at := int(place * len(page))) + size] + page[at:]


def swapped(one: float, other: float) -> Change:
    """The attributes at two places, each in the other's."""

    def change(page: bytes) -> bytes:
        found = list(ATTRIBUTES.finditer(page))
        if len(found) < 2:
            return page
        first, last = sorted(
            (found[int(one * len(found))], found[int(other * len(found))]), key=lambda m: m.start()
        )
        if first is last:
            return page
        between = page[first.end() : last.start()]
        return page[: first.start()] + last[0] + between + first[0] + page[last.end() :]

    return change


def nested(place: float, tags: list[str], size: int) -> Change:
    """Elements opened at one place and closed, not always in order, at a later one."""

    def change(page: bytes) -> bytes:
        at = int(place * len(page))
        opening = "".join(f"<{tag}>" for tag in tags).encode()
        closing = "".join(f"</{tag}>" for tag in sorted(tags)).encode()
        return page[:at] + opening + page[at : at + size] + closing + page[at + size :]

    return change


tags = st.lists(
    st.sampled_from("div p span ul li table tr td a b i h1 blockquote section form ruby".split()),
    max_size=12,
)
changes = st.one_of(
    st.builds(inserted, places, st.sampled_from(SCRAPS)),
    st.builds(inserted, places, st.binary(max_size=8)),
    st.builds(deleted, places, sizes),
    st.builds(doubled, places, sizes),
    st.builds(swapped, places, places),
    st.builds(nested, places, tags, sizes),
)


def is_hidden(node: LexborNode) -> bool:
    given = node.attributes
    if "hidden" in given:
        return given["hidden"] != "until-found"
    if "popover" in given or (node.tag == "dialog" and "open" not in given):
        return True
    return bool(HIDES.search(given.get("style") or ""))


def visible(html: str) -> str:
    """All text that a page shows, without white space, by a walk that knows nothing else."""
    tree = LexborHTMLParser(html, scripting=True)
    bracket_readings(tree)
    assert tree.body is not None
    found = []
    open_nodes = [tree.body.child]
    while open_nodes:
        node = open_nodes.pop()
        if node is None:
            continue
        open_nodes.append(node.next)
        if node.tag == "-text":
            found.append(node.text_content or "")
        elif node.tag not in INVISIBLE and not is_hidden(node):
            open_nodes.append(node.child)
    return squeezed("".join(found))


def squeezed(text: str) -> str:
    return "".join(text.split())


def unlike(one: str, other: str) -> str:
    """Where two long texts begin to differ; a whole difference of them takes minutes to make."""
    at = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), -1)
    return f"at {at}: {one[at : at + 60]!r}, not {other[at : at + 60]!r}"


def check(html: str, draft: Draft, article: Article) -> None:
    shown, seen = visible(html), squeezed(draft.text)
    if not any(warning.code == "hidden_text" for warning in article.warnings):
        assert seen == shown, unlike(seen, shown)
    done = 0
    for segment in draft.segments:
        assert done <= segment.start <= segment.end
        assert draft.text[done : segment.start].strip() == ""
        done = segment.end
    assert draft.text[done:].strip() == ""
    left_out = [s for s in draft.segments if s.field is None]
    counted = [r for r in article.removed if r.text is None]
    around = [s for s in left_out if str(s.rule) in {r.rule for r in counted}]
    assert {r.kind for r in counted} <= {"page_furniture"}
    assert {s.role for s in around} <= {"page_furniture"}
    assert sum(r.characters for r in counted) == sum(s.end - s.start for s in around)
    told = [r for r in article.removed if r.text is not None]
    for segment, listed in zip((s for s in left_out if s not in around), told, strict=True):
        raw = draft.text[segment.start : segment.end]
        assert (listed.kind, listed.characters) == (segment.role, len(raw))
        assert listed.rule
        assert squeezed(listed.text or "") == squeezed(raw)
    for segment in draft.segments:
        if segment.field is not None:
            assert getattr(article, segment.field) not in (None, [], "")


def is_known(page: bytes) -> bool:
    return any(fault.reason and fault.shows(page) for fault in FAULTS.values())


def examine(page: bytes, url: str) -> None:
    document = Document(content=page, media_type="text/html", url=url, encoding="utf-8")
    try:
        draft, article = read(document, None)
    except DocumentError:
        return
    check(charset.decode_page(document).text, draft, article)
    assert Article.model_validate_json(article.to_line()) == article


@pytest.mark.parametrize("at", range(len(PAGES)), ids=[path.stem for path in WRITTEN])
def test_a_written_page_keeps_all_its_words(at: int) -> None:
    examine(PAGES[at], URLS[at])


@settings(max_examples=400, deadline=None, derandomize=True, suppress_health_check=SLOW)
@given(st.sampled_from(range(len(PAGES))), st.lists(changes, min_size=1, max_size=8))
def test_a_mutated_page_keeps_all_its_words_or_is_refused_by_name(
    at: int, made: list[Change]
) -> None:
    page = PAGES[at]
    for change in made:
        page = change(page)
    assume(not is_known(page))
    examine(page, URLS[at])


@settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=SLOW)
@given(st.lists(st.sampled_from([s.decode("utf-8", "replace") for s in SCRAPS]), max_size=40))
@example(["<table>loose words<tr><td>", "- ", "</table>", "By Ann Bell", "10:15"])
def test_a_page_of_scraps_keeps_all_its_words_or_is_refused_by_name(scraps: list[str]) -> None:
    page = (PROSE + " words ".join(scraps) + PROSE).encode()
    assume(not is_known(page))
    examine(page, URL)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.xfail(reason=fault.reason)) if fault.reason else name
        for name, fault in FAULTS.items()
    ],
)
def test_a_page_that_once_lost_words_keeps_them(name: str) -> None:
    page = FAULTS[name].page
    examine(page if isinstance(page, bytes) else page.encode(), URL)


@pytest.mark.parametrize(
    "opening",
    [
        "<div hidden>", "<p hidden>", "<span hidden>", "<div style='display:none'>",
        "<span style='color:red; display: none'>", "<a hidden>", "<b style='display:none'>",
        "<div style='DISPLAY:none'>", "<template>", "<noscript>", "<svg>", "<textarea>",
    ],
)  # fmt: skip
def test_what_a_page_hides_is_no_visible_text(opening: str) -> None:
    draft, _ = read(
        Document(content=f"{PROSE}{opening}hidden words".encode(), media_type="text/html"), None
    )
    assert "hidden words" not in draft.text
    assert "all night long." in draft.text
