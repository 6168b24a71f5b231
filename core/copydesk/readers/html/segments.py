"""The conversion of text runs to segments, each with hints from its boxes."""

from __future__ import annotations

from collections.abc import Mapping

from copydesk.model.draft import OUTSIDE, UNSEEN, Details, Hint, RuleId, Segment
from copydesk.readers.html.areas import Areas
from copydesk.readers.html.evidence import Evidence
from copydesk.readers.html.media import provider
from copydesk.readers.html.selectors import Claim, Claimed
from copydesk.readers.html.tree import forms, teasers
from copydesk.readers.html.tree.boxes import Box, PageTree, TextRun
from copydesk.readers.html.tree.class_names import BOILERPLATE, FIGURES
from copydesk.readers.html.tree.links import is_linked_paragraph
from copydesk.readers.html.tree.tables import CELLS, Tables
from copydesk.util.text import remove_invisible

BOX = RuleId("", "html.box")
"""The rule of information boxes beside the text."""

_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
# Elements that determine the tag of all text inside them.
_STRONG = frozenset("h1 h2 h3 h4 h5 h6 li blockquote pre figcaption embed".split())
_CREDIT_WORDS = 16
_CAPTION_WORDS = 40
_QUOTE_CHARS = 400
_ALL_LINK = 0.9
_LISTS = frozenset(("ul", "ol"))
_PLACES = frozenset(
    "p li h1 h2 h3 h4 h5 h6 blockquote q figcaption figure pre td th tr dt dd article section "
    "aside header footer address cite small nav form button caption".split()
)


def make(
    page: PageTree, areas: Areas, claimed: Claimed, tables: Tables, host: str | None
) -> list[Segment]:
    """Return the segments of a page, in order; text outside the article's areas is page furniture.

    tables: the data tables in the article.
    host: the host of the page's URL.
    """
    found: list[Segment] = []
    outside: list[TextRun] = []
    claims = claimed.claims
    claims_on = _Claims(claims).on
    contexts = _Contexts(page, areas.root, areas.search.evidence, tables)
    # The last segment that the next one may continue.
    last: Segment | None = None
    sign_up, teased = forms.find(page, areas.root), teasers.find(page, areas.root, host)
    has_claimed_headline = any(c.role == "headline" for c in claims.values())
    for index, run in enumerate(page.runs):
        area = areas.of(index)
        known = claims_on(run.box) if claims else []
        if not area and not known:
            outside.append(run)
            continue
        if outside:
            found.append(_furniture(outside))
            outside = []
        hint = _hint(run, contexts.of(run.box), areas.root, area or "named")
        start = run.start
        segment = Segment(start, start + len(run.text), run.text, hint=hint)
        if known:
            _apply(known, segment)
        if not run.text.isprintable() and not remove_invisible(run.text):
            segment.decide("page_furniture", UNSEEN)
        if not segment.role:
            if index == areas.headline and not has_claimed_headline:
                segment.decide("headline", "html.headline")
            elif reason := areas.search.boilerplate(run.box):
                _decide_boilerplate(segment, run, reason)
            elif not _decide_beside_story(segment, run, index in sign_up, index in teased):
                _decide_by_area(segment, page, index, last)
        found.append(segment)
        if not segment.role or segment.continues:
            last = segment
    if outside:
        found.append(_furniture(outside))
    return found


def _apply(known: list[Claim], segment: Segment) -> None:
    for one in known:
        segment.data = {**one.data, **segment.data}
        if one.role and not segment.role:
            segment.decide(one.role, one.rule, **_claim_data(one, segment))


def _decide_boilerplate(segment: Segment, run: TextRun, reason: str) -> None:
    hint = segment.hint
    if hint and hint.area == "body" and _is_pull_quote(run, reason, hint):
        segment.decide("quote", "html.pull_quote")
    else:
        _leave_out(segment, reason)


def _decide_beside_story(segment: Segment, run: TextRun, sign_up: bool, teased: bool) -> bool:
    """Decide a run in a box with a form for an address, or in a teaser of another story."""
    if sign_up:
        segment.decide("newsletter_promo", "html.sign_up")
    elif teased:
        details: Details = {"text": run.text} if run.linked else {}
        segment.decide("related", "html.teaser", **details)
    return sign_up or teased


def _decide_by_area(segment: Segment, page: PageTree, index: int, last: Segment | None) -> None:
    hint = segment.hint
    if hint is None:
        return
    if hint.area == "tail" and hint.linked > _ALL_LINK:
        segment.decide("page_furniture", "html.tail")
    if hint.area != "body":
        return
    if hint.tag in CELLS:
        segment.decide("table_cell", f"html.{hint.tag}")
    elif hint.tag == "embed":
        segment.decide("embed", "html.embed", **_post(page.runs[index]))
    else:
        segment.continues = _joins(page, index, last, segment)
        broken = segment.continues and _is_broken_before(page, index)
        if broken or _starts_broken(page, index):
            segment.decide("paragraph", "html.broken_paragraph")


def _is_pull_quote(run: TextRun, reason: str, hint: Hint) -> bool:
    """Return whether a run beside the text is a pull quote."""
    if reason != "aside" or len(run.text) > _QUOTE_CHARS or hint.linked > 0.3:
        return False
    return (
        hint.verdict == "pullquote"
        or hint.tag == "blockquote"
        or (run.box.node.css_first("q, blockquote") is not None)
    )


def _post(run: TextRun) -> Details:
    """Return the URL and provider of an embedded post, from its link to itself."""
    if not run.href.startswith("http") or "/hashtag/" in run.href:
        return {}
    return {"url": run.href, "provider": provider(run.href) or ""}


class _Claims:
    """The claims on a page's boxes and their ancestors, cached by box."""

    def __init__(self, claims: Mapping[int, Claim]) -> None:
        self._claims = claims
        self._known: dict[int, list[Claim]] = {}

    def on(self, box: Box) -> list[Claim]:
        """Return the claims on a box and its ancestors, the innermost first."""
        chain = []
        around: Box | None = box
        while around is not None and around.order not in self._known:
            chain.append(around)
            around = around.parent
        found = self._known[around.order] if around is not None else []
        for one in reversed(chain):
            if (claim := self._claims.get(one.node.mem_id)) is not None:
                # The outlet's own claims take precedence over generic ones.
                found = sorted([claim, *found], key=lambda c: not c.rule.is_outlet)
            self._known[one.order] = found
        return found


def _claim_data(claim: Claim, segment: Segment) -> Details:
    """Return the data that a claim's role needs from the segment's text."""
    data: Details = {**claim.data, **segment.data}
    if claim.role in ("topic_tags", "breadcrumb", "related", "correction"):
        data.setdefault("text", segment.text)
    return data


def _furniture(runs: list[TextRun]) -> Segment:
    first, last = runs[0], runs[-1]
    end = last.start + len(last.text)
    segment = Segment(first.start, end, "page furniture")
    segment.decide("page_furniture", OUTSIDE)
    return segment


def _joins(page: PageTree, index: int, last: Segment | None, segment: Segment) -> bool:
    """Return whether a run continues the segment before it, last."""
    if last is None or last.hint is None or last.hint.area != "body":
        return False
    if _is_broken_before(page, index):
        return True
    if last.ends_sentence:
        return False
    if index in page.joined:
        return True
    text = segment.text
    return (
        segment.hint is not None
        and segment.hint.bare
        and last.words > 3
        and (text[0].islower() or text[0] in ",;.)’'")
    )


def _is_broken_before(page: PageTree, index: int) -> bool:
    """Return whether the parser broke a paragraph before a run, at a link around a paragraph."""
    if index < 1:
        return False
    run, previous = page.runs[index], page.runs[index - 1]
    if is_linked_paragraph(run):
        return index - 1 in page.broken or run.box.parent is previous.box
    return is_linked_paragraph(previous) and previous.box.parent is run.box


def _starts_broken(page: PageTree, index: int) -> bool:
    """Return whether a linked paragraph is the first part of a paragraph that the parser broke."""
    run = page.runs[index]
    if not is_linked_paragraph(run) or index + 1 >= len(page.runs):
        return False
    return page.runs[index + 1].box is run.box.parent


def _leave_out(segment: Segment, reason: str) -> None:
    hint = segment.hint
    assert hint is not None
    if reason == "figure" and hint.tag == "p" and _is_too_long_for_caption(segment):
        return
    if reason in FIGURES:
        if hint.verdict == "credit" and segment.words <= _CREDIT_WORDS:
            segment.decide("credit", f"html.{reason}")
        hint.area = "figure"
        return
    role = BOILERPLATE.get(reason, "page_furniture")
    if role == "related" and hint.linked > 0.5:
        segment.decide(role, f"html.{reason}", text=segment.text)
        return
    segment.decide(role, f"html.{reason}")


def _is_too_long_for_caption(segment: Segment) -> bool:
    return segment.words >= _CAPTION_WORDS and segment.ends_sentence


class _Context:
    """The properties of a box and its ancestors, up to the root, that apply to its runs."""

    __slots__ = ("column", "is_open", "level", "ordered", "part", "tag", "verdict", "whole")

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.level = 0
        self.part = 0
        self.column = 0
        self.whole = 0
        self.ordered = False
        self.verdict = ""
        # A heading with paragraphs in it has no end tag: its content is not a heading.
        self.is_open = False


class _Contexts:
    """The contexts of a page's boxes, cached by box."""

    def __init__(self, page: PageTree, root: Box, evidence: Evidence, tables: Tables) -> None:
        self._root = root
        self._cells = tables.cells
        self._evidence = evidence
        self._known: dict[int, _Context] = {}

    def of(self, box: Box) -> _Context:
        known = self._known.get(box.order)
        if known is not None:
            return known
        chain = []
        around: Box | None = box
        while around is not None and around.order not in self._known:
            chain.append(around)
            if around is self._root:
                break
            around = around.parent
        for one in reversed(chain):
            known = self._known[one.order] = self._make(one)
        assert known is not None
        return known

    def _make(self, box: Box) -> _Context:
        tag = box.tag
        made = _Context(tag)
        outer = None
        if box is not self._root and box.parent is not None:
            outer = self._known[box.parent.order]
        if outer is not None:
            made.verdict = outer.verdict
            if outer.tag in _STRONG and not outer.is_open:
                made.tag = outer.tag
                made.level, made.part, made.whole = outer.level, outer.part, outer.whole
                made.ordered = outer.ordered
            elif outer.tag in CELLS:
                # All text in a data cell belongs to the cell.
                made.tag, made.part, made.whole = outer.tag, outer.part, outer.whole
                made.column = outer.column
        if box is not self._root:
            verdict = box.verdict
            # The name of a box with most of the story does not describe its paragraphs.
            if verdict and verdict not in ("main", "body") and not self._evidence.has_most(box):
                made.verdict = verdict
                if verdict == "embed":
                    made.tag, made.part = verdict, box.order
                    return made
        if outer is None or outer.tag not in CELLS:
            self._add_own(made, box, outer)
        return made

    def _add_own(self, made: _Context, box: Box, outer: _Context | None) -> None:
        tag = box.tag
        if tag in _HEADINGS:
            made.tag, made.level = tag, _HEADINGS[tag]
            made.is_open = box.last - box.first > 2 and self._evidence.paragraphs(box) > 1
        elif tag in _LISTS:
            inside = outer is not None and outer.tag == "li"
            made.tag = tag
            made.level = (outer.level if inside and outer else 0) + 1
            made.whole = outer.whole if inside and outer else box.order
            made.ordered = outer.ordered if inside and outer else tag == "ol"
        elif tag == "li":
            made.tag, made.part = "li", box.order
            if outer is not None and outer.tag in _LISTS:
                made.level, made.whole, made.ordered = outer.level, outer.whole, outer.ordered
            else:
                made.level = max(made.level, 1)
        elif tag == "blockquote" and made.tag != "li":
            made.tag, made.part = tag, box.order
        elif tag == "pre" or tag == "figcaption":
            made.tag = tag
        elif tag in CELLS:
            if (place := self._cells.get(box.node.mem_id)) is not None:
                made.tag, made.whole = tag, place.table
                made.part, made.column = place.row + 1, place.column
            elif made.tag == tag:
                # A cell of a layout table is an ordinary block.
                made.tag = "div"


def _hint(run: TextRun, context: _Context, root: Box, area: str) -> Hint:
    hint = Hint(area, context.tag)
    size = len(run.text)
    hint.linked = run.linked / size
    hint.marked = run.inline is not None
    hint.href = run.href
    hint.bold = run.bold > size * 0.9
    hint.bare = run.box is root or run.box.tag not in _PLACES
    hint.level, hint.part, hint.whole = context.level, context.part, context.whole
    hint.column = context.column
    hint.ordered, hint.verdict = context.ordered, context.verdict
    return hint
