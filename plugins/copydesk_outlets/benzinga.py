"""Benzinga: four generations of pages, company names followed by links to their quotes.

The link to a quote can be inside another link around exchange and brackets. Run-in labels ("What
Happened:") are part of the copy; "Read Also:" is a separate line. The fixtures show the markup.
"""

from __future__ import annotations

import re

from copydesk import Layout, Outlet, Rule

_EARLIER = "h1#title, h1.bz3-article-page__title, h1.layout-title"
_BODY = '[itemprop="articleBody"], [class*="article-content-body"]'


class Benzinga(Outlet):
    """Dates without a zone are New York's."""

    id = "benzinga"
    name = "Benzinga"
    domains = ("benzinga.com",)
    country = "US"
    language = "en"
    timezone = "America/New_York"
    feeds = (
        "http://feeds.benzinga.com/benzinga/news/global",
        "https://benzinga.com/news/econ-s/feed",
    )
    strip = {"site_promo": re.compile(r"Benzinga simplifies the market\b|Trade confidently with\b")}
    # The linked headlines are often two sentences, which the shared rules read as a paragraph.
    rules = (Rule.line(r"Read Also:\s*(?P<text>\S.*)$", "related", name="read_also"),)
    layouts = (
        Layout(
            "2020 Drupal",
            matches="h1#title",
            until="2022-12-31",
            published="span.date, div.article-date-wrap",
            body="div.article-content-body-only",
        ),
        Layout(
            "2021 bz3",
            matches="h1.bz3-article-page__title",
            until="2022-12-31",
            body="div#article-body.bz3-article-page__content",
        ),
        Layout(
            "2023 React",
            matches="h1.layout-title",
            until="2024-12-31",
            body="div.article-content-body-only",
        ),
        Layout(
            "2025",
            matches=f"body:not(:has({_EARLIER})) :is({_BODY})",
            body=_BODY,
        ),
    )
