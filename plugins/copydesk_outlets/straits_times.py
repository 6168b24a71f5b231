"""The Straits Times: newsletter and topic buttons above the text, captions printed twice."""

from __future__ import annotations

import re

from copydesk import Line, Outlet, Rule

_CREDIT = re.compile(r"(?:ST )?PHOTOS?: ")


def _opens_caption_group(line: Line) -> bool:
    """The first of two captions: a short one and a longer one, then the credit on its own line."""
    longer = line.next
    credit = longer.next if longer else None
    above = line.previous
    if longer is None or credit is None or above is None or not above.role:
        return False
    return not longer.role and _CREDIT.match(credit.text) is not None and longer.text != line.text


def _above_credit(line: Line) -> bool:
    """Captions of this outlet are sentences; the credit on the next line tells them."""
    return line.next is not None and line.index > 0 and _CREDIT.match(line.next.text) is not None


class StraitsTimes(Outlet):
    """Dates without a zone are Singapore's."""

    id = "straits-times"
    name = "The Straits Times"
    domains = ("straitstimes.com",)
    country = "SG"
    language = "en"
    timezone = "Asia/Singapore"
    feeds = tuple(
        f"https://www.straitstimes.com/news/{section}/rss.xml"
        for section in ("singapore", "world", "asia", "business", "life", "sport")
    )
    strip = {
        "market_ticker": (
            re.compile(r"3 HR PSI \d+$"),
            re.compile(r"Singapore \d+\s?°C(?:/\d+\s?°C)?$"),
            re.compile(r"ST Index\b.{0,40}$"),
        ),
        "site_promo": re.compile(r"Read more at straitstimes\.com\.?$"),
    }
    rules = (
        Rule.line(r".{20,400}$", "alt", name="short_caption", when=_opens_caption_group),
        Rule.line(r".{10,600}$", "caption", name="caption_above_credit", when=_above_credit),
    )
