"""Articles with bodies that tests write, and bodies of hostile texts."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from copydesk import Article, extract
from copydesk.model.renderings.text import body_text

Record = dict[str, Any]

# No control characters: a text of the record has none. Signs of markup are as common as letters.
_LETTERS = st.sampled_from("aB1.é字\u00a0“”—😀")
_SIGNS = st.sampled_from("\\`*_{}[]()<>#+-.!|~&;:=\"'/$^ \n\t1)")
_WORDS = st.sampled_from(
    """&amp; &#35; <b> </article> <script> ![ ]( http://a.example/ --- *** ``` &nbsp; ~~~ __ <!--
    <? 2026-03-02""".split()
    + "1. |- |# |> |[a]: b|  |\n\n|— by|    x|***a** b*|\\\n".split("|")
    + ["| --- |"]
)
ANY = st.characters(exclude_categories=["Cc", "Cs", "Cn", "Zl", "Zp"])
TEXT = st.lists(st.one_of(_LETTERS, _SIGNS, _WORDS, ANY), max_size=12).map("".join)
KINDS = ("link", "emphasis", "strong", "code")


@st.composite
def marked(draw: st.DrawFn, text: st.SearchStrategy[str] = TEXT) -> Record:
    """Draw a text with ranges that are nested or apart."""
    value = draw(text)
    ranges: list[Record] = []

    def divide(start: int, end: int, depth: int) -> None:
        while start < end and len(ranges) < 6 and draw(st.booleans()):
            one = draw(st.integers(start, end - 1))
            stop = draw(st.integers(one + 1, end))
            kind = draw(st.sampled_from(KINDS))
            href = draw(st.sampled_from(["https://a.example/b_(c)*?d=1&copy=2;&amp;e[f]", None]))
            ranges.append({"start": one, "end": stop, "kind": kind, "href": href})
            if depth < 3:
                divide(one, stop, depth + 1)
            start = stop

    divide(0, len(value), 0)
    ranges.sort(key=lambda one: (one["start"], -one["end"]))
    return {"text": value, "ranges": ranges}


def _items(depth: int) -> st.SearchStrategy[list[Record]]:
    inner = _items(depth - 1) if depth else st.just([])
    item = st.tuples(marked(), inner).map(lambda pair: {**pair[0], "items": pair[1]})
    return st.lists(item, max_size=3)


@st.composite
def table(draw: st.DrawFn) -> Record:
    """Draw a table whose rows may have different lengths."""
    rows, ranges = [], []
    for number in range(draw(st.integers(0, 3))):
        cells = [draw(marked()) for _ in range(draw(st.integers(not number, 3)))]
        rows.append([cell["text"] for cell in cells])
        for column, cell in enumerate(cells):
            ranges += [{**one, "row": number, "column": column} for one in cell["ranges"]]
    return {"type": "table", "rows": rows, "ranges": ranges}


_OPTIONAL = st.none() | TEXT
SIMPLE = st.one_of(
    marked().map(lambda one: {**one, "type": "paragraph"}),
    st.tuples(marked(), st.integers(1, 6)).map(
        lambda one: {**one[0], "type": "heading", "level": one[1]}
    ),
    st.tuples(_items(2), st.booleans()).map(
        lambda one: {"type": "list", "ordered": one[1], "items": one[0]}
    ),
    st.tuples(marked(), _OPTIONAL).map(lambda one: {**one[0], "type": "quote", "citation": one[1]}),
    table(),
    TEXT.map(lambda text: {"type": "code", "text": text}),
    st.just({"type": "divider"}),
    st.tuples(st.sampled_from([None, "https://v.example/1", "javascript:a()"]), _OPTIONAL).map(
        lambda one: {"type": "embed", "url": one[0], "provider": None, "text": one[1]}
    ),
)
BODY = st.lists(
    SIMPLE
    | st.tuples(st.lists(SIMPLE, max_size=3), _OPTIONAL).map(
        lambda one: {
            "type": "live_update",
            "time": "2026-03-02T14:02:00+00:00",
            "headline": one[1],
            "body": one[0],
        }
    ),
    max_size=4,
)

_BASE = extract("The weir was rebuilt by forty volunteers, stone by stone.").model_dump()


def article(body: list[Record], **fields: Any) -> Article:
    """Return an article with a body."""
    return Article.model_validate({**_BASE, "body": body, "text": body_text(body), **fields})


def paragraph(text: str, *ranges: tuple[int, int, str, str | None]) -> Record:
    """Return a paragraph with ranges of (start, end, kind, href)."""
    names = ("start", "end", "kind", "href")
    marks = [dict(zip(names, one, strict=True)) for one in ranges]
    return {"type": "paragraph", "text": text, "ranges": marks}
