"""The article in the state that a page carries for its scripts, read if the page does not show it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from copydesk.model.metadata import Metadata, Statement, verbatim
from copydesk.readers.metadata.jsonld import clean
from copydesk.readers.state import fields, scripts, search
from copydesk.readers.state.blocks import Budget
from copydesk.util.text import bare
from copydesk.util.urls import is_front

__all__ = ["MIN_STORY", "Story", "find", "stated"]

MIN_STORY = search.MIN_STORY
"""Fewest characters in sentences that a story has."""


_LONG_WORD = re.compile(r"[^\W\d_]{5,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """An article's text in the data of a page.

    origin: the statement of the body; its rule says where the text is.
    html: the text.
    size: number of characters of it in sentences.
    owner: the object that it is from, with its headline, dates and authors.
    """

    origin: Statement
    html: str
    size: int
    owner: dict[str, Any]

    def add_fields(self, facts: Metadata) -> None:
        """Add what the story's object says of itself to what is stated about a page."""
        fields.add(facts, self.owner, self.origin.rule)


def find(
    tree: LexborHTMLParser, facts: Metadata, url: str | None, unread: list[str] | None = None
) -> Story | None:
    """Find the article of a page in the values of its scripts; the longest text wins.

    unread: takes the places of long values that are not readable.
    """
    page = _page(facts, url)
    if page is None:
        return None
    best: search.Match | None = None
    where = ""
    budget = Budget()
    # Other letters may be written as escapes.
    words = frozenset(word for word in page.words if word.isascii())
    for place, value in scripts.values(tree, words, unread):
        found = search.find(value, page, budget)
        if found is not None and (best is None or found.size > best.size):
            best, where = found, f"state.{place}"
    if best is None:
        return None
    origin = Statement("body", None, "state", where, verbatim(clean(best.html)), where)
    return Story(origin=origin, html=best.html, size=best.size, owner=best.owner)


def stated(facts: Metadata) -> Story | None:
    """Return the text in a page's JSON-LD as a story, if it has a long one."""
    bodies = facts.statements["article_body"]
    text = str(bodies[0].value) if bodies else ""
    html = "".join(f"<p>{escape(line)}</p>" for line in text.splitlines())
    size = search.prose_size(html)
    if size < search.MIN_STORY:
        return None
    return Story(origin=bodies[0]._replace(value=None), html=html, size=size, owner={})


def _page(facts: Metadata, url: str | None) -> search.Page | None:
    """Return what is known of the page; None if it is a front page or nothing names its article."""
    if url and is_front(url):
        return None
    said = facts.statements
    sites = {bare(str(one.value)) for one in said["site_name"]}
    stated = [str(one.value) for one in said["headline"]]
    titles = {bare(title) for title in stated} - sites
    try:
        path = urlsplit(url or "").path.rstrip("/")
    except ValueError:
        path = ""
    page = search.Page(
        titles=frozenset(title for title in titles if len(title) > 4),
        path=path,
        others=" ".join(bare(str(one.value)) for one in said["description"]),
        words=_stems(stated) - _stems([str(one.value) for one in said["site_name"]]),
    )
    return page if page.titles or page.slug else None


def _stems(texts: list[str]) -> frozenset[str]:
    """Return the beginnings of the long words of texts."""
    return frozenset(word[:5] for word in _LONG_WORD.findall(" ".join(texts).casefold()))
