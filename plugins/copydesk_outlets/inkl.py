"""inkl: other publishers' copy under a fixed preamble, the publisher printed twice.

On pages only some of the furniture around the copy has selectors: `div.paywall` contains copy and
stays. The fixtures show the markup.
"""

from __future__ import annotations

import re

from copydesk import Outlet, Rule
from copydesk.rules import Line

_PREAMBLE = (
    r"(?:Get all your news in one place\.|100[’']s of premium titles\.|One app\.|Start reading)$"
)
_AT_PREAMBLE = re.compile(_PREAMBLE)
_SECTIONS = (
    r"(?:World|Business|Politics|Sport|Sports|Technology|Tech|Entertainment|Lifestyle|Science|Health"
    r"|Travel|Environment|Opinion|Education|Finance|Crime|Royals|Celebrity|Music|Culture|Food|Fashion"
    r"|Gaming|Motoring|National|International|Top News|Analysis|UK|US|Australia|Asia|Europe)$"
)


def _opens_group(line: Line) -> bool:
    """Match a line below the preamble, or the first of two equal lines above a headline."""
    above = line.previous
    if above is not None and _AT_PREAMBLE.match(above.text):
        return True
    after = line.next
    if after is None or after.text != line.text:
        return False
    for _ in range(3):
        after = after.next if after else None
        if after is not None and after.role == "headline":
            return True
    return False


def _second_publisher(line: Line) -> bool:
    above = line.previous
    return above is not None and above.role == "publisher" and above.text == line.text


def _under_publisher(line: Line) -> bool:
    return line.previous is not None and line.previous.role in ("publisher", "page_furniture")


def _under_section(line: Line) -> bool:
    """Match the author's line, the last of the group that publisher and section begin."""
    after = line.next
    above = line.previous
    if above is None or after is None or line.gap:
        return False
    # A page has no blank lines, but its headline is known.
    if not (after.gap or after.role == "headline"):
        return False
    return above.role in ("section_label", "page_furniture", "publisher")


def _between_paragraphs(line: Line) -> bool:
    """Match a round-up's subheading, a bare outlet name; credits follow captions here."""
    above, below = line.previous, line.next
    return above is not None and above.prose and below is not None and below.prose


class Inkl(Outlet):
    """Texts have no date; names of other outlets between paragraphs are headings of round-ups."""

    id = "inkl"
    name = "inkl"
    domains = ("inkl.com",)
    country = "AU"
    language = "en"
    strip = {
        "related": "div.dive-deeper-container div.summary-body",
        "login_prompt": (".article-signup-container", ".locked-sign-up-container"),
        "site_promo": (
            ".what-is-inkl-container",
            ".features-panel",
            "div.shared-article-inline-banner",
        ),
        "page_furniture": (
            "div.dive-deeper-container",
            "div.gradient-container",
            "div.dismiss-button-container",
            'div[class*="/inkl-watermark.svg"]',
        ),
    }
    rules = (
        Rule.line(_PREAMBLE, "site_promo", name="preamble"),
        Rule.line(r".{2,60}$", "publisher", when=_opens_group),
        Rule.line(r".{2,60}$", "page_furniture", name="publisher_again", when=_second_publisher),
        Rule.line(_SECTIONS, "section_label", when=_under_publisher),
        Rule.line(r"(?P<text>[^.!?]{3,120})$", "byline", when=_under_section),
        Rule.line(r"Updated$", "update_marker"),
        Rule.line(r"[A-Z][\w&.’' -]{1,40}$", "heading", place="body", when=_between_paragraphs),
    )
