"""Okaz: captions printed twice, a font-size control, bylines with place and handle.

The body of a page is `div.bodyText`, with paragraphs or with bare text; AMP pages have no classes,
so selectors use positions. The fixtures show the markup.
"""

from __future__ import annotations

import re

from copydesk import Layout, Outlet, Rule
from copydesk.rules import Line

_BYLINE = r"(?P<text>[^()\d.،؛:!؟?]{2,60}?)\s?\((?P<place>[^()\d]{2,30})\)\s?(?:@\w+|\w+\s?@)?$"

_AT_BYLINE = re.compile(_BYLINE)


def _printed_twice(line: Line) -> bool:
    """Match a line next to its own copy."""
    return any(n is not None and n.text == line.text for n in (line.next, line.previous))


def _above_byline(line: Line) -> bool:
    """Match the caption on AMP pages, which is printed once, between headline and byline."""
    return line.index > 1 and line.next is not None and _AT_BYLINE.match(line.next.text) is not None


class Okaz(Outlet):
    """Dates without a zone are Riyadh's."""

    id = "okaz"
    name = "Okaz"
    domains = ("okaz.com.sa",)
    country = "SA"
    language = "ar"
    timezone = "Asia/Riyadh"
    feeds = ("https://www.okaz.com.sa/rssFeed/190",)
    rules = (
        Rule.line(r"(?:[A-Z]{1,3}\d[\w-]{4,}|\d{1,6})$", "file_name", place="head"),
        Rule.line(_BYLINE, "byline", place="head"),
        Rule.line(
            r"[^\W\d_][^.؟!?]{8,200}$",
            "caption",
            place="head",
            name="amp_caption",
            when=_above_byline,
        ),
        Rule.line(r".+", "caption", place="head", when=_printed_twice),
    )
    # Kicker and tags are not on every page; `strip` gives no warning if they are missing.
    layouts = (
        Layout(
            "article",
            matches="div.bodyText",
            published="li.media_article_publish_time > p",
            body="div.bodyText",
            strip={
                "section_label": "h3.article-subtitle",
                "topic_tags": ".list-tags li a span",
            },
        ),
        Layout(
            "amp",
            matches="main > div > h1",
            published="main > div > p:first-of-type > span:nth-of-type(2)",
            body="main > div > div:nth-of-type(2)",
        ),
    )
