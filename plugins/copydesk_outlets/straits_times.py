"""The Straits Times: five generations of pages, and crawled text with captions printed twice.

Pages since 2025 use React, and only `data-testid` identifies an element. The fixtures show the
markup.
"""

from __future__ import annotations

import re

from copydesk import Layout, Outlet, Rule
from copydesk.rules import Line

_CREDIT = re.compile(r"(?:ST )?PHOTOS?: ")
_SIGN_UP = re.compile(r"newsletter-signup|headstart-signup")


def _opens_caption_group(line: Line) -> bool:
    """Match the first of two captions: a short one, a longer one, then the credit on its own line."""
    longer = line.next
    credit = longer.next if longer else None
    above = line.previous
    if longer is None or credit is None or above is None or not above.role:
        return False
    return not longer.role and _CREDIT.match(credit.text) is not None and longer.text != line.text


def _above_credit(line: Line) -> bool:
    """Match a line above a credit: this outlet's captions are sentences, followed by their credit."""
    return line.next is not None and line.index > 0 and _CREDIT.match(line.next.text) is not None


def _links_to_sign_up(line: Line) -> bool:
    """Match a line that is a link to a newsletter form; a sentence with such a link is copy."""
    hint = line.segment.hint
    return hint is not None and hint.linked > 0.9 and _SIGN_UP.search(hint.href) is not None


def _test(*ids: str, tag: str = "", behind: str = "") -> str:
    """Return CSS for elements with these values of data-testid."""
    return ", ".join(f'{tag}[data-testid="{one}-test-id"]{behind}' for one in ids)


# Elements that a page may lack are in `strip`, which gives no warning if they are missing.
_REACT = Layout(
    "2025 React",
    matches=_test("heading", "article-paragraph-annotation"),
    published=_test("timestamp", tag="div", behind=' p:lexbor-contains("Published")'),
    body=f":has(> {_test('article-paragraph-annotation', tag='p')})",
    strip={
        "site_promo": _test("aisummary"),
        "standfirst": _test("headline-stack", behind=' p[data-testid="paragraph-test-id"]'),
        "byline": _test("masthead-author-byline", behind=" p.font-eyebrow-lg-bold"),
        "credit": (".hero-media-caption p + p", _test("inline-media-credit")),
        "caption": _test("inline-media-caption"),
        "topic_tags": (
            _test("tags", behind=' button[data-testid="button-test-id"]'),
            _test("topic-tag-content"),
        ),
    },
)


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
        "market_ticker": re.compile(
            r"(?:3 HR PSI \d+|Singapore \d+\s?°C(?:/\d+\s?°C)?|ST Index\b.{0,40})$"
        ),
    }
    rules = (
        # A zone of only its own line: a line rule would run after the labels of links.
        Rule.zone(r"Read more at straitstimes\.com\.?$", "site_promo", name="read_more", lines=0),
        Rule.line(r".", "newsletter_promo", name="sign_up_link", when=_links_to_sign_up),
        Rule.line(r".{20,400}$", "alt", name="short_caption", when=_opens_caption_group),
        Rule.line(r".{10,600}$", "caption", name="caption_above_credit", when=_above_credit),
    )
    layouts = (
        Layout(
            "2013",
            matches="div.story",
            until="2013-12-31",
            body="div.story",
            published="div.published",
            strip={"byline": "div.byline", "comment_chrome": "div.dsq-full-comment"},
        ),
        Layout(
            "2015 Drupal 7",
            matches='div[itemprop="articleBody"]',
            until="2021-12-31",
            body='div[itemprop="articleBody"]',
            strip={"byline": ".field-byline", "page_furniture": "div.paid-premium"},
        ),
        Layout(
            "2021 Drupal 9",
            matches="h1.node-header",
            until="2025-03-31",
            body="div#main",
            strip={
                "byline": "div.field-byline",
                "paywall_notice": (".paywall-container", ".cx_paywall_area"),
                "page_furniture": ('div[class*="-twig-fieldnode-"]', "h2.visually-hidden"),
            },
        ),
        Layout(
            "2025 transition",
            matches="p.paragraph-base",
            until="2025-06-30",
            body=":has(> p.paragraph-base)",
            strip={"related": "a.card-link"},
        ),
        _REACT,
    )
