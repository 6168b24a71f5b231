"""Links to other stories: in lists, alone, as teasers, and the labels above them."""

from __future__ import annotations

from collections import Counter
from urllib.parse import urljoin, urlsplit

from copydesk.model.draft import Details, RuleId, Segment
from copydesk.model.roles import BODY
from copydesk.rules.furniture.promotions import LINK_KINDS
from copydesk.rules.recognizers import Lines
from copydesk.util.urls import host_of

LINKED = 0.9
"""Share of a line's text inside links from which the line counts as a link."""
LINKED_HEADING = RuleId("", "html.linked_heading")
"""Rule of headings of the story that are links."""
_LOOK_AHEAD = 40
_LISTED = 0.35
_ITEM_WORDS = 32
_LABEL_WORDS = 8
_BLURB_WORDS = 45
_IN_LISTS = frozenset(("td", "th", "li"))
_AROUND = frozenset("related byline timestamp page_furniture caption credit".split())


def mark_lists(lines: Lines, _: int) -> None:
    """Decide lists of links to other stories of the outlet, and the label above each."""
    segments = lines.segments
    index = 0
    while index < len(segments):
        hint = segments[index].hint
        if segments[index].role or hint is None or hint.tag != "li" or not hint.whole:
            index += 1
            continue
        start = index
        while index < len(segments) and (h := segments[index].hint) and h.whole == hint.whole:
            index += 1
        items = [s for s in segments[start:index] if not s.role]
        if _are_links(items, lines.host):
            for item in items:
                item.decide("related", "html.link_list", text=item.text)
            if start and _labels_list(segments[start - 1]):
                segments[start - 1].decide("related", "html.link_list")


def _are_links(items: list[Segment], host: str | None) -> bool:
    hints = [s.hint for s in items if s.hint is not None]
    if not items or any(s.words > _ITEM_WORDS for s in items):
        return False
    if len(items) == 1 and hints[0].linked < LINKED:
        return False
    at_home = sum(1 for h in hints if h.href and _is_own(h.href, host))
    linked = sum(h.linked * len(s.text) for s, h in zip(items, hints, strict=True))
    return at_home * 3 >= len(items) * 2 and linked > _LISTED * sum(len(s.text) for s in items)


def _labels_list(segment: Segment) -> bool:
    hint = segment.hint
    if segment.role or hint is None or segment.words > _LABEL_WORDS or segment.ends_sentence:
        return False
    return bool(hint.level) or hint.bold or hint.tag != "p"


def mark_links(lines: Lines, _: int) -> None:
    """Decide lines of the body that are entirely links, unless they belong to the story."""
    links = _Links(lines)
    for index, segment in enumerate(lines.segments):
        hint = segment.hint
        if segment.role or hint is None or hint.linked < LINKED or hint.tag in _IN_LISTS:
            continue
        if hint.area == "body" and not links.is_of_story(index):
            segment.decide("related", "html.link", text=segment.text)


class _Links:
    """The segments of a page, to tell links of the story from links to other stories."""

    def __init__(self, lines: Lines) -> None:
        self._segments = lines.segments
        url = lines.draft.document.url
        self._here = _place_of(url) if url else None
        self._host = lines.host
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
        is_heading = hint.is_heading
        if hint.href.startswith("#") or (hint.href and self._is_here(hint.href)):
            # A link to something else on the page repeats the text of its target.
            if is_heading or self._is_repeated(segment):
                return is_heading
            return segment.prose and _is_statement(segment)
        if is_heading:
            if not self._is_text(self._next(index)):
                return False
            return not _is_own(hint.href, self._host) or self._are_headings_story()
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
                if hint.is_heading:
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


def _is_own(href: str, host: str | None) -> bool:
    """Whether a link points to the outlet's own pages."""
    if host is None or not href.startswith(("http", "//")):
        return not href.startswith(("#", "mailto:", "tel:", "javascript:"))
    other = host_of(href) or ""
    return other == host or other.endswith("." + host) or host.endswith("." + other)


def mark_teasers(lines: Lines, _: int) -> None:
    """Decide two or more teasers in a row: headings that are links, each with a blurb at most."""
    segments = lines.segments
    index = 0
    while index < len(segments):
        if not _is_linked_heading(segments[index]):
            index += 1
            continue
        run = _teasers(segments, index)
        if sum(map(_is_linked_heading, run)) > 1 or any(map(_is_teaser, run)):
            for one in run:
                # Decisions of the outlet's own rules stay.
                if one.role in BODY and not one.rule.is_outlet:
                    one.decide("related", "html.card", **_link_text(one))
        index += len(run)


def _teasers(segments: list[Segment], start: int) -> list[Segment]:
    run: list[Segment] = []
    for segment in segments[start:]:
        if not _is_linked_heading(segment):
            if not _is_blurb(segment):
                break
            if segment.role == "paragraph" and run[-1].role == "paragraph":
                # Two paragraphs in a row are a story.
                run.pop()
                break
        run.append(segment)
    return run


def _is_linked_heading(segment: Segment) -> bool:
    hint = segment.hint
    if segment.role not in ("related", "heading") or hint is None or not hint.is_heading:
        return False
    return hint.linked >= LINKED and segment.rule != LINKED_HEADING and "entry" not in segment.data


def _is_teaser(segment: Segment) -> bool:
    return segment.hint is not None and segment.hint.verdict in ("teaser", "related")


def _is_blurb(segment: Segment) -> bool:
    if segment.role == "paragraph":
        return segment.words <= _BLURB_WORDS
    return segment.role in _AROUND and segment.hint is not None


def _link_text(segment: Segment) -> Details:
    hint = segment.hint
    return {"text": segment.text} if hint is not None and hint.linked >= LINKED else {}


def mark_labels(lines: Lines, _: int) -> None:
    """Decide the label above links to other stories: a heading or a short line."""
    segments = lines.segments
    for index, segment in enumerate(segments[:-1]):
        if segment.words > _LABEL_WORDS or not _is_label(segment):
            continue
        if segments[index + 1].role not in LINK_KINDS or segments[index + 1].hint is None:
            continue
        below = segments[index + 1 : index + _LOOK_AHEAD]
        links = next((i for i, s in enumerate(below) if s.role not in LINK_KINDS), len(below))
        after = below[links].role if links < len(below) else ""
        if segment.role == "heading" and links == 1 and after == "paragraph":
            continue
        segment.decide("related", "html.label")


def _is_label(segment: Segment) -> bool:
    hint = segment.hint
    if segment.role == "heading":
        return True
    if segment.role != "paragraph" or hint is None:
        return False
    if segment.ends_sentence and segment.text[-1] not in "?!":
        return False
    return segment.text[-1] in ":?!" or hint.bold or hint.tag != "p" or segment.words <= 3
