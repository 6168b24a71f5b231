"""Okaz: captions printed twice, a font-size control, bylines with place and handle."""

from __future__ import annotations

from copydesk import Line, Outlet, Rule

_BYLINE = r"(?P<text>[^()\d.،؛:!؟?]{2,60}?)\s?\((?P<place>[^()\d]{2,30})\)\s?(?:@\w+|\w+\s?@)?$"


def _printed_twice(line: Line) -> bool:
    """A line of the head that stands next to its own copy."""
    return any(n is not None and n.text == line.text for n in (line.next, line.previous))


def _second_printing(line: Line) -> bool:
    return line.previous is not None and line.previous.text == line.text


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
        Rule.line(r".+", "duplicate_caption", place="head", when=_second_printing),
        Rule.line(r".+", "caption", place="head", when=_printed_twice),
    )
