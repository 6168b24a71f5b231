"""The marked parts of a text as nested spans, the same for every rendering."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

if TYPE_CHECKING:
    from copydesk.model.article import CellRange, Range, Table

# Deeper marks are left out; no text of the news is marked so often.
_MOST_NESTED = 8
_SCHEMES = frozenset(("http", "https", "mailto"))
# What may stand in a URL; everything else is written as an escape.
_URL_SIGNS = "%:/?#[]@!$&'()*+,;=-._~"


@dataclass(frozen=True, slots=True)
class Span:
    """A marked part of a text: a link with a URL that is safe to follow, or an emphasis.

    Attributes:
        kind: link, emphasis, strong or code.
        href: the URL of a link.
        parts: its text and the spans in it, in order.
    """

    kind: str
    href: str | None
    parts: tuple[str | Span, ...]

    @property
    def text(self) -> str:
        """The text without marks."""
        return "".join(p if isinstance(p, str) else p.text for p in self.parts)


def spans(text: str, ranges: Iterable[Range]) -> tuple[str | Span, ...]:
    """Return a text as its unmarked parts and its spans, which together have all of it.

    A range that crosses another, lies outside the text or is a link elsewhere than to the web or
    to a mail address marks nothing.
    """
    left = deque(sorted(ranges, key=lambda one: (one.start, -one.end)))
    return _parts(text, left, 0, len(text), ())


def _parts(
    text: str, left: deque[Range], start: int, end: int, inside: Sequence[str]
) -> tuple[str | Span, ...]:
    found: list[str | Span] = []
    while left and left[0].start < end:
        one = left.popleft()
        if one.start < start or not one.start < one.end <= end:
            continue
        href = web_url(one.href) if one.kind == "link" else None
        if (one.kind == "link") != (href is not None) or one.kind in inside:
            continue
        if len(inside) == _MOST_NESTED:
            continue
        if one.start > start:
            found.append(text[start : one.start])
        inner = _parts(text, left, one.start, one.end, (*inside, one.kind))
        found.append(Span(one.kind, href, inner))
        start = one.end
    if start < end or not found:
        found.append(text[start:end])
    return tuple(found)


def cell_ranges(table: Table, row: int, column: int) -> list[CellRange]:
    """Return the ranges of one cell of a table."""
    return [one for one in table.ranges if (one.row, one.column) == (row, column)]


def web_url(url: str | None) -> str | None:
    """Return a URL of the web or a mail address with all other signs escaped; else None."""
    try:
        if not url or urlsplit(url).scheme.lower() not in _SCHEMES:
            return None
    except ValueError:
        return None
    return quote(url, safe=_URL_SIGNS, errors="replace")
