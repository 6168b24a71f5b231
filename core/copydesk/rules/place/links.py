"""Links to other stories: in lists, alone, as teasers, and the labels above them."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from itertools import dropwhile, groupby, pairwise
from urllib.parse import urljoin, urlsplit

from copydesk.model.draft import Details, Hint, RuleId, Segment
from copydesk.model.roles import BODY
from copydesk.rules.furniture.promotions import LINK_KINDS
from copydesk.rules.recognizers import Lines
from copydesk.util.urls import host_of

LINKED_HEADING = RuleId("", "html.linked_heading")
"""Rule of headings of the story that are links."""
_LOOK_AHEAD = 40
_LISTED = 0.35
_ITEM_WORDS = 32
_LABEL_WORDS = 8
_SHORT_LABEL = 4
_NAME_WORDS = 3
_BLURB_WORDS = 45
_IN_LISTS = frozenset(("td", "th", "li"))
_TEASERS = frozenset(("teaser", "related"))
_TEXT = frozenset("paragraph quote list_item standfirst dateline".split())
_AROUND = frozenset("related byline timestamp page_furniture caption credit".split())


def mark_lists(lines: Lines, _: int) -> None:
    """Decide lists of links to other stories of the outlet, and the label above each."""
    above: Segment | None = None
    for whole, group in groupby(lines.segments, lambda s: s.hint.whole if s.hint else 0):
        listed = list(group)
        items = [s for s in listed if not s.role] if whole else []
        items = list(dropwhile(lambda s: not s.hint or s.hint.tag != "li", items))
        if _are_links(items, lines.host) and not (above and _leads_list(above, items)):
            for item in items:
                item.decide("related", "html.link_list", text=item.text)
            if above is not None and _labels_list(above):
                above.decide("related", "html.link_list")
        above = listed[-1]


def _are_links(items: list[Segment], host: str | None) -> bool:
    hints = [s.hint for s in items if s.hint is not None]
    if not items or any(s.words > _ITEM_WORDS for s in items):
        return False
    if len(items) == 1 and not hints[0].is_link:
        return False
    # An item may have its date on a line of its own.
    parts = {h.part for h in hints}
    at_home = len({h.part for h in hints if h.href and _is_own(h.href, host)})
    linked = sum(h.linked * len(s.text) for s, h in zip(items, hints, strict=True))
    return at_home * 3 >= len(parts) * 2 and linked > _LISTED * sum(len(s.text) for s in items)


def _leads_list(segment: Segment, items: list[Segment]) -> bool:
    """Whether a sentence with a colon leads a list of the story, such as one of places."""
    hint = segment.hint
    if segment.role or hint is None or hint.level or hint.bold or segment.text[-1] not in ":：":
        return False
    return segment.words > _LABEL_WORDS or (
        segment.words > _SHORT_LABEL and sum(s.words for s in items) <= _NAME_WORDS * len(items)
    )


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
        if segment.role or hint is None or not hint.is_link:
            continue
        if hint.tag in _IN_LISTS and not links.closes_item(index, hint):
            continue
        if hint.area == "body" and not links.is_of_story(index, hint):
            segment.decide("related", "html.link", text=segment.text)


class _Links:
    """The segments of a page, to tell links of the story from links to other stories."""

    def __init__(self, lines: Lines) -> None:
        self._segments = lines.segments
        url = lines.draft.document.url
        self._here = _place_of(url) if url else None
        self._host = lines.host

    def is_of_story(self, index: int, hint: Hint) -> bool:
        """Whether a segment of the body that is entirely a link belongs to the text around it.

        That is a link to the page itself, a heading that links to another site, headings above
        most of the text, or a whole sentence between paragraphs.
        """
        segment = self._segments[index]
        is_sentence = segment.prose and _is_statement(segment)
        if hint.href.startswith("#") or (hint.href and self._is_here(hint.href)):
            # A link to something else on the page repeats the text of its target.
            return hint.is_heading or (is_sentence and self._texts[segment.text] == 1)
        below = range(index + 1, min(index + _LOOK_AHEAD, len(self._segments)))
        if hint.is_heading and self._leads_away(hint):
            return self._is_above_text(below, hint.href)
        if not (hint.is_heading or is_sentence) or not self._is_beside_text(below):
            return False
        if hint.is_heading:
            return self._are_headings_story
        above = range(index - 1, max(index - _LOOK_AHEAD, -1), -1)
        return hint.verdict not in _TEASERS and self._is_beside_text(above)

    def closes_item(self, index: int, hint: Hint) -> bool:
        """Whether a link that is printed again elsewhere is last in a list item, below a paragraph."""
        segment = self._segments[index]
        if hint.tag != "li" or segment.prose or self._texts[segment.text] == 1:
            return False
        before, *after = self._segments[max(index - 1, 0) : index + 2 : 2]
        return (
            before.prose
            and before.ends_sentence
            and _item_of(before) == hint.part
            and _item_of(*after) != hint.part
        )

    def _is_here(self, href: str) -> bool:
        """Whether a link points to the page itself."""
        if self._here is None or href.startswith(("mailto:", "tel:")):
            return False
        try:
            return _place_of(urljoin(f"https://{self._here}", href)) == self._here
        except ValueError:
            return False

    @cached_property
    def _texts(self) -> Counter[str]:
        return Counter(s.text for s in self._segments)

    @cached_property
    def _are_headings_story(self) -> bool:
        """Whether most of the text is directly below headings that are links."""
        below = whole = heads = 0
        is_below = False
        for segment in self._segments:
            hint = segment.hint
            if hint is None or hint.area != "body" or segment.role not in ("", "paragraph"):
                continue
            if hint.is_heading:
                is_below = hint.is_link
                heads += is_below
            elif segment.prose and not hint.is_link:
                whole += len(segment.text)
                below += len(segment.text) if is_below else 0
        return heads > 1 and below * 2 > whole

    def _leads_away(self, hint: Hint) -> bool:
        return not _is_own(hint.href, self._host)

    def _is_above_text(self, indices: range, href: str) -> bool:
        """Whether a paragraph is below a heading, or below others and links to other sites.

        href: where the heading leads; a card has the same link around several lines.
        """
        for index in indices:
            segment = self._segments[index]
            hint = segment.hint
            if hint is None or hint.area != "body" or segment.role in ("caption", "credit"):
                continue
            if hint.is_link:
                if hint.href == href or not self._leads_away(hint):
                    return False
            elif segment.role in _TEXT or (not segment.role and segment.prose):
                return True
            elif segment.role or not hint.is_heading:
                return False
        return False

    def _is_beside_text(self, indices: range) -> bool:
        """Whether the first segment that is no caption or credit is a paragraph of the story."""
        for index in indices:
            segment = self._segments[index]
            hint = segment.hint
            if hint is None or hint.area != "body" or segment.role in ("caption", "credit"):
                continue
            is_text = segment.role in _TEXT or (not segment.role and segment.prose)
            return is_text and not hint.is_link
        return False


def _item_of(segment: Segment | None = None) -> int:
    """The number of the list item that a segment is in, 0 for none."""
    return segment.hint.part if segment is not None and segment.hint is not None else 0


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
    index = 0
    while index < len(lines.segments):
        if not _is_linked_heading(lines.segments[index]):
            index += 1
            continue
        run = _teasers(lines.segments, index)
        is_named = any(s.hint and s.hint.verdict in _TEASERS for s in run)
        if is_named or sum(map(_is_linked_heading, run)) > 1:
            for one in run:
                # Decisions of the outlet's own rules stay.
                if one.role in BODY and not one.rule.is_outlet:
                    text: Details = {"text": one.text} if one.hint and one.hint.is_link else {}
                    one.decide("related", "html.card", **text)
        index += len(run)


def _teasers(segments: list[Segment], start: int) -> list[Segment]:
    """The headings that are links from a segment on, with their blurbs."""
    run: list[Segment] = []
    for index in range(start, len(segments)):
        segment = segments[index]
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
    return hint.is_link and segment.rule != LINKED_HEADING and "entry" not in segment.data


def _is_blurb(segment: Segment) -> bool:
    if segment.role == "paragraph":
        return segment.words <= _BLURB_WORDS
    return segment.role in _AROUND and segment.hint is not None


def mark_labels(lines: Lines, _: int) -> None:
    """Decide the label above links to other stories: a heading or a short line."""
    for index, (segment, after) in enumerate(pairwise(lines.segments)):
        if segment.words > _LABEL_WORDS or after.role not in LINK_KINDS or after.hint is None:
            continue
        if _are_all_away(lines, index + 1):
            # Links to shops and sources are not other stories.
            continue
        below = lines.segments[index + 2 : index + 3]
        is_alone = bool(below) and below[0].role == "paragraph"
        if (
            _is_label(segment)
            if segment.role == "paragraph"
            else segment.role == "heading" and not is_alone
        ):
            segment.decide("related", "html.label")


def _are_all_away(lines: Lines, start: int) -> bool:
    """Whether the links from a segment on that are related all lead to other sites."""
    for segment in lines.segments[start:]:
        if segment.role not in LINK_KINDS or segment.hint is None:
            break
        if segment.rule.name != "html.link" or _is_own(segment.hint.href, lines.host):
            return False
    return True


def _is_label(segment: Segment) -> bool:
    hint = segment.hint
    if hint is None or (segment.ends_sentence and segment.text[-1] not in "?!"):
        return False
    return segment.text[-1] in ":?!" or hint.bold or hint.tag != "p" or segment.words <= 3
