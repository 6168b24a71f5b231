"""MercoPress: the page's clock above the headline, a run-in standfirst, comments at the end."""

from __future__ import annotations

from copydesk import Outlet, Rule
from copydesk.rules import RUN_IN_STANDFIRST


class MercoPress(Outlet):
    """Comment times have no zone; they are in Montevideo's, the newsroom's."""

    id = "mercopress"
    name = "MercoPress"
    domains = ("mercopress.com",)
    country = "UY"
    language = "en"
    timezone = "America/Montevideo"
    feeds = ("https://en.mercopress.com/rss",)
    rules = (
        RUN_IN_STANDFIRST,
        Rule.split(r"(?P<rest>.*?)\s*(?P<page_furniture>Read full article)$", name="read_full"),
        Rule.line(r"MercoPress, (?:en Español|in English)$", "page_furniture", name="edition_link"),
        Rule.split(
            r"(?P<page_clock>Montevideo, [A-Z][a-z]+ \d{1,2}(?:st|nd|rd|th) \d{4} - \d{2}:\d{2} UTC)$"
        ),
        Rule.line(r"Full article(?: (?P<count>\d+) comments?)?$", "comment_count"),
        Rule.line(r"Add your comment!$", "comment_chrome"),
    )
