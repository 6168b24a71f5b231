"""Third pass, second half, for pages: the remaining segments by markup and place."""

from __future__ import annotations

from itertools import pairwise

from copydesk.model.draft import Details, Draft, Segment
from copydesk.model.metadata import H1, Metadata
from copydesk.model.roles import BODY
from copydesk.rules import bylines, captions
from copydesk.rules.linked_lines import HEADINGS, LINKED, LINKED_HEADING, Links, is_own
from copydesk.util.text import bare
from copydesk.util.urls import host_of

_KEPT = frozenset("p li blockquote td th pre".split())
_LISTED = 0.35
_ITEM_WORDS = 32
_LABEL_WORDS = 8
_LOOK_AHEAD = 40
_LONG_WORDS = 25
# Verdicts of blocks around text; a summary of several paragraphs is the start of the text.
_TEXT_VERDICTS = frozenset(("", "standfirst", "summary", "headline", "tags"))
_BLURB_WORDS = 45
_TITLE = 30
_LINKS = frozenset("related read_next most_read latest_news trending more_news".split())
_BODY_TAGS = {
    "li": "list_item",
    "blockquote": "quote",
    "pre": "code",
    "td": "table_cell",
    "th": "table_cell",
}


def place(draft: Draft, metadata: Metadata) -> None:
    """Decide all remaining segments of a page."""
    segments = draft.segments
    host = host_of(draft.document.url) if draft.document.url else None
    _mark_link_lists(segments, host)
    headline = next((s for s in segments if s.role == "headline"), None)
    stated = metadata.statements
    titles = {bare(title) for title in {str(c.value) for c in stated["headline"]}}
    named = {bare(str(c.value)) for c in stated["headline"] if c.rule != H1}
    if headline is not None:
        titles.add(bare(headline.text))
        named.add(bare(headline.text))
    titles.discard("")
    first = _first_paragraph(segments)
    summaries = {bare(summary)[:80] for summary in {c.value for c in stated["description"]}}
    summaries = {s for s in summaries if len(s) > 25}
    below_headline = False
    captions.mark_second_printings(segments)
    _mark_above_headline(segments)
    _mark_repeated_headlines(segments[:first], titles, named)
    if not any(s.role == "standfirst" for s in segments):
        summary = _standfirst(segments, first, summaries)
        if summary is not None:
            summary.decide("standfirst", "html.standfirst")
    links = Links(segments, draft.document.url, host)
    for index, segment in enumerate(segments):
        hint = segment.hint
        below_headline = below_headline or segment.role in ("headline", "standfirst")
        if segment.role or hint is None:
            continue
        if hint.area == "head" or (hint.area == "body" and index < first):
            _decide_head(segment)
        if segment.role:
            continue
        if hint.area == "body" or (hint.area == "head" and below_headline and _is_text(segment)):
            _decide_body(segment, hint.linked >= LINKED and links.is_of_story(index))
        elif hint.area == "figure" and _is_caption(segment):
            segment.decide("caption", "html.figure")
        else:
            segment.decide("page_furniture", f"html.{hint.area}")
    _mark_captions(segments, {i.at for i in draft.inserts if i.kind == "image"})
    captions.mark_duplicates(segments)
    _mark_teasers(segments)
    _mark_link_labels(segments)
    _mark_trailing(segments)
    _mark_signature(segments)


def _mark_above_headline(segments: list[Segment]) -> None:
    """Mark segments of the body above the headline as furniture, if they have little text."""
    at = next((i for i, s in enumerate(segments) if s.role == "headline"), 0)
    above = [s for s in segments[:at] if not s.role and s.hint and s.hint.area == "body"]
    if not above:
        return
    below = sum(len(s.text) for s in segments[at:] if not s.role and s.prose)
    if sum(len(s.text) for s in above if s.prose and s.ends_sentence) * 3 > below:
        return
    for segment in above:
        segment.decide("page_furniture", "html.above_headline")


def _is_caption(segment: Segment) -> bool:
    hint = segment.hint
    assert hint is not None
    if hint.tag == "figcaption" or hint.verdict == "caption":
        return segment.words > 1 or not segment.text.isdigit()
    return segment.words > 3 and hint.linked < 0.5


def _mark_captions(segments: list[Segment], pictures: set[int]) -> None:
    """Mark a line between a picture and a credit as the picture's caption."""
    for segment, after in pairwise(segments):
        if segment.role == "paragraph" and after.role == "credit" and segment.start in pictures:
            segment.decide("caption", "html.between_picture_and_credit")


def _mark_teasers(segments: list[Segment]) -> None:
    """Mark two or more teasers in a row: headings that are links, each with at most a blurb."""
    index = 0
    while index < len(segments):
        if not _is_linked_heading(segments[index]):
            index += 1
            continue
        run: list[Segment] = []
        heads = 0
        for at in range(index, len(segments)):
            segment = segments[at]
            if _is_linked_heading(segment):
                heads += 1
            elif not _is_blurb(segment):
                break
            elif segment.role == "paragraph" and run[-1].role == "paragraph":
                # Two paragraphs in a row are a story.
                run.pop()
                break
            run.append(segment)
        if heads > 1 or any(_is_teaser(one) for one in run):
            for one in run:
                # Decisions of the outlet's own rules, which have a colon in their names, stay.
                if one.role in BODY and not one.rule.is_outlet:
                    one.decide("related", "html.card", **_link_text(one))
        index += len(run)


def _is_linked_heading(segment: Segment) -> bool:
    if segment.role not in ("related", "heading"):
        return False
    hint = segment.hint
    return (
        hint is not None
        and "entry" not in segment.data
        and segment.rule != LINKED_HEADING
        and hint.tag in HEADINGS
        and hint.linked >= LINKED
    )


def _is_teaser(segment: Segment) -> bool:
    return segment.hint is not None and segment.hint.verdict in ("teaser", "related")


def _is_blurb(segment: Segment) -> bool:
    if segment.role in ("related", "byline", "timestamp", "page_furniture", "caption", "credit"):
        return segment.hint is not None
    return segment.role == "paragraph" and segment.words <= _BLURB_WORDS


def _link_text(segment: Segment) -> Details:
    hint = segment.hint
    return {"text": segment.text} if hint is not None and hint.linked >= LINKED else {}


def _mark_link_labels(segments: list[Segment]) -> None:
    """Mark the label above links to other stories: a heading or a short line."""
    for index, segment in enumerate(segments[:-1]):
        if segment.role not in ("heading", "paragraph") or segment.words > _LABEL_WORDS:
            continue
        if segment.role == "paragraph" and not _is_label(segment):
            continue
        if segments[index + 1].role in _LINKS and segments[index + 1].hint is not None:
            below = segments[index + 1 : index + _LOOK_AHEAD]
            links = next((i for i, s in enumerate(below) if s.role not in _LINKS), len(below))
            after = below[links].role if links < len(below) else ""
            if segment.role == "heading" and links == 1 and after == "paragraph":
                continue
            segment.decide("related", "html.label")


def _is_label(segment: Segment) -> bool:
    hint = segment.hint
    if hint is None or (segment.ends_sentence and segment.text[-1] not in "?!"):
        return False
    return segment.text[-1] in ":?!" or hint.bold or hint.tag != "p" or segment.words <= 3


def _mark_trailing(segments: list[Segment]) -> None:
    """Mark headings and scraps below the last text of the body."""
    for segment in reversed(segments):
        hint = segment.hint
        if segment.role not in BODY or hint is None:
            continue
        scrap = segment.role == "paragraph" and hint.tag not in ("p", "blockquote")
        if segment.role == "list_item" and hint.linked >= LINKED:
            segment.decide("related", "html.trailing_link", text=segment.text)
            continue
        if segment.role == "heading" or (scrap and not segment.prose and not segment.ends_sentence):
            segment.decide("page_furniture", "html.trailing")
        else:
            break


def _mark_signature(segments: list[Segment]) -> None:
    """Mark a person's name alone in the last line as byline, unless there is another one."""
    body = [s for s in segments if s.role in BODY]
    if len(body) < 3 or body[-1].role != "paragraph" or not bylines.is_name(body[-1].text):
        return
    if not any(s.role == "byline" for s in segments):
        body[-1].decide("byline", "html.signature", text=body[-1].text)


def _first_paragraph(segments: list[Segment]) -> int:
    for index, segment in enumerate(segments):
        if not segment.role and segment.hint and segment.hint.area == "body" and segment.prose:
            return index
    return len(segments)


def _mark_repeated_headlines(segments: list[Segment], titles: set[str], named: set[str]) -> None:
    """Mark repeats of the headline or of a title in the metadata, also after a kicker.

    named: those of the titles that not only a first-level heading states.
    """
    # After a kicker in the same heading only a long title counts.
    whole = tuple(t for t in titles if len(t) > _TITLE)
    below_headline = False
    for segment in segments:
        hint = segment.hint
        below_headline = below_headline or segment.role == "headline"
        if segment.role or hint is None or hint.area not in ("head", "body"):
            continue
        mine = bare(segment.text)
        if below_headline and hint.tag == "h1" and hint.area == "body" and mine not in named:
            continue
        if mine in titles or (hint.level and mine.endswith(whole)):
            segment.decide("duplicate_headline", "duplicate.headline")


def _decide_head(segment: Segment) -> None:
    hint = segment.hint
    assert hint is not None
    if hint.verdict == "byline" and segment.words < 12:
        if bylines.are_names(segment.text):
            segment.decide("byline", "html.byline", text=segment.text)
    elif hint.area == "body" and hint.tag not in _KEPT and not hint.level:
        if not segment.ends_sentence and segment.words < 16:
            segment.decide("page_furniture", "html.head")


def _standfirst(segments: list[Segment], first: int, summaries: set[str]) -> Segment | None:
    """The visible summary: by its class name, else by the metadata, else by its place."""
    found: list[tuple[int, int, Segment]] = []
    below_headline = False
    for index, segment in enumerate(segments):
        hint = segment.hint
        below_headline = below_headline or segment.role == "headline"
        if segment.role or hint is None or hint.linked >= 0.5 or segment.words < 5:
            continue
        inside = hint.area == "body" and index < first + 1
        if hint.area != "head" and not inside:
            continue
        if hint.verdict == "standfirst" and (not inside or hint.tag != "p"):
            found.append((0, index, segment))
        elif segment.words < 7 or (
            inside and (hint.tag in _KEPT or not _is_summary(segment, summaries))
        ):
            continue
        elif _is_summary(segment, summaries):
            found.append((1, index, segment))
        elif (
            below_headline
            and (segment.prose or hint.tag in ("h2", "h3"))
            and hint.verdict in ("", "headline", "teaser", "summary")
        ):
            found.append((2 + (hint.tag != "h2" and not segment.prose), index, segment))
    return min(found, key=lambda f: f[:2])[2] if found else None


def _is_summary(segment: Segment, summaries: set[str]) -> bool:
    mine = bare(segment.text)
    return any(mine.startswith(s) or s.startswith(mine) for s in summaries)


def _is_text(segment: Segment) -> bool:
    """Whether a segment above the body looks like a paragraph of it."""
    hint = segment.hint
    assert hint is not None
    if not segment.prose or hint.linked >= 0.3 or hint.verdict not in _TEXT_VERDICTS:
        return False
    return hint.tag in ("p", "blockquote") or (segment.words >= _LONG_WORDS and not hint.level)


def _mark_link_lists(segments: list[Segment], host: str | None) -> None:
    """Mark lists of links to other stories of the outlet, and the label above each."""
    index = 0
    while index < len(segments):
        hint = segments[index].hint
        if segments[index].role or hint is None or hint.tag != "li" or not hint.whole:
            index += 1
            continue
        end = index
        while end < len(segments) and (h := segments[end].hint) and h.whole == hint.whole:
            end += 1
        items = [s for s in segments[index:end] if not s.role]
        if _are_links(items, host):
            for item in items:
                item.decide("related", "html.link_list", text=item.text)
            _mark_label_above(segments, index)
        index = end


def _are_links(items: list[Segment], host: str | None) -> bool:
    hints = [s.hint for s in items if s.hint is not None]
    if not items or any(s.words > _ITEM_WORDS for s in items):
        return False
    if len(items) == 1 and hints[0].linked < LINKED:
        return False
    at_home = sum(1 for h in hints if h.href and is_own(h.href, host))
    linked = sum(h.linked * len(s.text) for s, h in zip(items, hints, strict=True))
    return at_home * 3 >= len(items) * 2 and linked > _LISTED * sum(len(s.text) for s in items)


def _mark_label_above(segments: list[Segment], index: int) -> None:
    label = segments[index - 1] if index else None
    if label is None or label.role or label.hint is None or label.words > _LABEL_WORDS:
        return
    if not label.ends_sentence and (label.hint.level or label.hint.bold or label.hint.tag != "p"):
        label.decide("related", "html.link_list")


def _decide_body(segment: Segment, stays: bool) -> None:
    """Decide a segment of the body. stays: whether it is a link that belongs to the story."""
    hint = segment.hint
    assert hint is not None
    if segment.continues:
        segment.decide("paragraph", "html.joined")
    elif hint.verdict == "note" and segment.words > 4:
        segment.decide("editors_note", "html.note")
    elif hint.linked >= LINKED and not stays and hint.tag not in ("td", "th", "li"):
        segment.decide("related", "html.link", text=segment.text)
    elif hint.level and hint.tag.startswith("h") and hint.linked >= LINKED:
        segment.decide("heading", LINKED_HEADING)
    elif hint.level and hint.tag.startswith("h"):
        segment.decide("heading", "html.heading")
    elif hint.tag in _BODY_TAGS:
        segment.decide(_BODY_TAGS[hint.tag], f"html.{hint.tag}")
    else:
        segment.decide("paragraph", "html.paragraph")
