"""A story that a page carries in its data, put into the page's tree."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser, LexborNode

from copydesk.readers.html.tree.boxes import Box, PageTree, TextRun
from copydesk.util.text import bare

_MIN_LINE = 40
_OPENING = 100
_AROUND = frozenset(("article", "main"))


def plain_text(html: str) -> str:
    """Return the text of a story as a key of comparison."""
    body = LexborHTMLParser(html, scripting=True).body
    return bare(body.text(separator=" ")) if body is not None else ""


def repeated(runs: list[TextRun], story: str) -> list[TextRun]:
    """Return the runs that a story has too; story: its text as a key of comparison."""
    return [
        run
        for run in runs
        if len(run.text) >= _MIN_LINE and bare(run.text)[:_OPENING].rstrip() in story
    ]


def insert(
    tree: LexborHTMLParser, page: PageTree, html: str, headline: int, shown: list[TextRun]
) -> None:
    """Put a story into a page, in the place of the lines that it repeats, else below its headline.

    headline: the run of the headline, -1 if the page shows none.
    """
    made = LexborHTMLParser(f"<article>{html}</article>", scripting=True).body
    if made is None or tree.body is None:
        return
    parts = list(made.iter(include_text=True))
    first = shown[0].box if shown else None
    if first is not None and first.parent is not None:
        for part in parts:
            first.node.insert_before(part)
    else:
        around = page.runs[headline].box if headline >= 0 else None
        container = _container(around, tree.body)
        for part in parts:
            container.insert_child(part)
    for run in shown:
        if run.box.parent is not None and run.box.last - run.box.first == 1:
            run.box.node.attrs["hidden"] = ""


def _container(box: Box | None, body: LexborNode) -> LexborNode:
    """Return the article or main element around a box, else the body."""
    while box is not None:
        if box.tag in _AROUND:
            return box.node
        box = box.parent
    return body
