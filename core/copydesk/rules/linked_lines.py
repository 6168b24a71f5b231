"""Lines of a page that are entirely links: which of them belong to the story."""

from __future__ import annotations

from collections import Counter
from urllib.parse import urljoin, urlsplit

from copydesk.model.draft import RuleId, Segment
from copydesk.util.urls import host_of

LINKED = 0.9
"""Share of a line's text inside links from which the line counts as a link."""
HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
LINKED_HEADING = RuleId("", "html.linked_heading")
"""Rule of headings of the story that are links."""
_LOOK_AHEAD = 40


class Links:
    """The segments of a page, to tell links of the story from links to other stories."""

    def __init__(self, segments: list[Segment], url: str | None, host: str | None) -> None:
        self._segments = segments
        self._here = _place_of(url) if url else None
        self._host = host
        self._heads_story: bool | None = None
        self._texts: Counter[str] | None = None

    def is_of_story(self, index: int) -> bool:
        """Whether a segment of the body that is entirely a link belongs to the text around it.

        That is a link to the page itself, a heading that links to another site, headings above
        most of the text, or a whole sentence between paragraphs.
        """
        segment = self._segments[index]
        hint = segment.hint
        assert hint is not None
        is_heading = hint.tag in HEADINGS
        if hint.href.startswith("#") or (hint.href and self._is_here(hint.href)):
            # A link to something else on the page repeats the text of its target.
            if is_heading or self._is_repeated(segment):
                return is_heading
            return segment.prose and _is_statement(segment)
        if is_heading:
            if not self._is_text(self._next(index)):
                return False
            return not is_own(hint.href, self._host) or self._are_headings_story()
        return (
            segment.prose
            and _is_statement(segment)
            and hint.verdict not in ("teaser", "related")
            and self._is_text(self._next(index))
            and self._is_text(self._before(index))
        )

    def _is_here(self, href: str) -> bool:
        """Whether a link points to the page itself."""
        if self._here is None or href.startswith(("mailto:", "tel:")):
            return False
        try:
            return _place_of(urljoin(f"https://{self._here}", href)) == self._here
        except ValueError:
            return False

    def _is_repeated(self, segment: Segment) -> bool:
        if self._texts is None:
            self._texts = Counter(s.text for s in self._segments)
        return self._texts[segment.text] > 1

    def _are_headings_story(self) -> bool:
        """Whether most of the text is directly below headings that are links."""
        if self._heads_story is None:
            below = whole = heads = 0
            is_below = False
            for segment in self._segments:
                hint = segment.hint
                if hint is None or hint.area != "body" or segment.role not in ("", "paragraph"):
                    continue
                if hint.tag in HEADINGS:
                    is_below = hint.linked >= LINKED
                    heads += is_below
                elif segment.prose and hint.linked < LINKED:
                    whole += len(segment.text)
                    below += len(segment.text) if is_below else 0
            self._heads_story = heads > 1 and below * 2 > whole
        return self._heads_story

    def _next(self, index: int) -> Segment | None:
        """The next segment of the body that is not a caption or credit."""
        for segment in self._segments[index + 1 : index + _LOOK_AHEAD]:
            if segment.hint is not None and segment.hint.area == "body":
                if segment.role not in ("caption", "credit"):
                    return segment
        return None

    def _before(self, index: int) -> Segment | None:
        """The previous segment that is not a caption or credit."""
        for at in range(index - 1, max(index - _LOOK_AHEAD, -1), -1):
            segment = self._segments[at]
            if segment.hint is not None and segment.role not in ("caption", "credit"):
                return segment
        return None

    @staticmethod
    def _is_text(segment: Segment | None) -> bool:
        """Whether a segment is a paragraph of the story, or the heading or headline of one."""
        if segment is None or segment.hint is None or segment.hint.linked >= LINKED:
            return False
        return segment.role in ("paragraph", "quote", "list_item", "standfirst", "dateline") or (
            not segment.role and segment.prose
        )


def _is_statement(segment: Segment) -> bool:
    """Whether a line ends like a statement, which titles rarely do."""
    last = segment.text.rstrip("\"'”’»)")[-1:]
    return segment.ends_sentence and (last not in "?!？！" or ". " in segment.text)


def _place_of(url: str) -> str | None:
    """Host, path and query of a URL, for comparison; None if it is invalid."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    host = (parts.netloc or "").lower().removeprefix("www.")
    query = f"?{parts.query}" if parts.query else ""
    return f"{host}{parts.path.rstrip('/')}{query}"


def is_own(href: str, host: str | None) -> bool:
    """Whether a link points to the outlet's own pages."""
    if host is None or not href.startswith(("http", "//")):
        return not href.startswith(("#", "mailto:", "tel:", "javascript:"))
    other = host_of(href) or ""
    return other == host or other.endswith("." + host) or host.endswith("." + other)
