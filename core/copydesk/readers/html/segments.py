"""From runs to segments: each with what its blocks tell of it."""

from __future__ import annotations

from collections.abc import Mapping

from copydesk.draft import OUTSIDE, UNSEEN, Hint, Segment
from copydesk.readers.html.areas import Areas
from copydesk.readers.html.boxes import Box, Page, Run
from copydesk.readers.html.evidence import Evidence
from copydesk.readers.html.links import is_linked_paragraph
from copydesk.readers.html.media import provider
from copydesk.readers.html.selectors import Claim, Claimed
from copydesk.readers.html.tables import CELLS, Tables
from copydesk.readers.html.verdicts import FIGURES, RESIDUE
from copydesk.text import remove_invisible

_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
# Elements that what stands in them belongs to, whatever its own element.
_STRONG = frozenset("h1 h2 h3 h4 h5 h6 li blockquote pre figcaption embed".split())
_CREDIT_WORDS = 16
_QUOTE_CHARS = 400
_ALL_LINK = 0.9
_LISTS = frozenset(("ul", "ol"))
_PLACES = frozenset(
    "p li h1 h2 h3 h4 h5 h6 blockquote q figcaption figure pre td th tr dt dd article section "
    "aside header footer address cite small nav form button caption".split()
)


def make(page: Page, areas: Areas, claimed: Claimed, tables: Tables) -> list[Segment]:
    """The segments of a page, in order; what stands outside the article's areas is furniture.

    tables: the tables of data in the article.
    """
    found: list[Segment] = []
    outside: list[Run] = []
    claims = claimed.claims
    claims_on = _Claims(claims).on
    contexts = _Contexts(page, areas.root, areas.search.evidence, tables)
    # The last segment that the next one may go on from.
    last: Segment | None = None
    told = any(c.role == "headline" for c in claims.values())
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
        for one in known:
            segment.data = {**one.data, **segment.data}
            if one.role and not segment.role:
                segment.decide(one.role, one.rule, **_read(one, segment))
        if not run.text.isprintable() and not remove_invisible(run.text):
            segment.decide("page_furniture", UNSEEN)
        if segment.role:
            pass
        elif index == areas.headline and not told:
            segment.decide("headline", "html.headline")
        elif reason := areas.search.residue(run.box):
            if area == "body" and _is_pull_quote(run, reason, hint):
                segment.decide("quote", "html.pull_quote")
            else:
                _leave_out(segment, reason)
        elif area == "tail" and hint.linked > _ALL_LINK:
            segment.decide("page_furniture", "html.tail")
        elif area == "body" and hint.tag in CELLS:
            segment.decide("table_cell", f"html.{hint.tag}")
        elif area == "body" and hint.tag == "embed":
            segment.decide("embed", "html.embed", **_post(run))
        elif area == "body":
            segment.continues = _joins(page, index, last, segment)
            if (segment.continues and _breaks(page, index)) or _opens(page, index):
                segment.decide("paragraph", "html.broken_paragraph")
        found.append(segment)
        if not segment.role or segment.continues:
            last = segment
    if outside:
        found.append(_furniture(outside))
    return found


def _is_pull_quote(run: Run, reason: str, hint: Hint) -> bool:
    """Whether a run beside the text is words of it or its people, set apart."""
    if reason != "aside" or len(run.text) > _QUOTE_CHARS or hint.linked > 0.3:
        return False
    return (
        hint.verdict == "pullquote"
        or hint.tag == "blockquote"
        or (run.box.node.css_first("q, blockquote") is not None)
    )


def _post(run: Run) -> dict[str, str]:
    """Address and provider of an embedded post, from its link to itself."""
    if not run.href.startswith("http") or "/hashtag/" in run.href:
        return {}
    return {"url": run.href, "provider": provider(run.href) or ""}


class _Claims:
    """The claims on a page's blocks and all around them, each block's found once."""

    def __init__(self, claims: Mapping[int, Claim]) -> None:
        self._claims = claims
        self._known: dict[int, list[Claim]] = {}

    def on(self, box: Box) -> list[Claim]:
        """The claims on a block and those around it, the innermost first."""
        chain = []
        around: Box | None = box
        while around is not None and around.order not in self._known:
            chain.append(around)
            around = around.parent
        found = self._known[around.order] if around is not None else []
        for one in reversed(chain):
            if (claim := self._claims.get(one.node.mem_id)) is not None:
                # What the outlet itself says comes before what was found in general.
                found = sorted([claim, *found], key=lambda c: ":" not in c.rule)
            self._known[one.order] = found
        return found


def _read(claim: Claim, segment: Segment) -> dict[str, str]:
    """What a claim's role wants to know of its words."""
    data = {**claim.data, **segment.data}
    if claim.role in ("topic_tags", "breadcrumb", "related", "correction"):
        data.setdefault("text", segment.text)
    return data


def _furniture(runs: list[Run]) -> Segment:
    first, last = runs[0], runs[-1]
    end = last.start + len(last.text)
    segment = Segment(first.start, end, "page furniture")
    segment.decide("page_furniture", OUTSIDE)
    return segment


def _joins(page: Page, index: int, last: Segment | None, segment: Segment) -> bool:
    """Whether a run goes on where the one before it, last, was broken off."""
    if last is None or last.hint is None or last.hint.area != "body":
        return False
    if _breaks(page, index):
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


def _breaks(page: Page, index: int) -> bool:
    """Whether the parser broke a paragraph before a run: a link in it holds a paragraph itself."""
    if index < 1:
        return False
    run, previous = page.runs[index], page.runs[index - 1]
    if is_linked_paragraph(run):
        return index - 1 in page.broken or run.box.parent is previous.box
    return is_linked_paragraph(previous) and previous.box.parent is run.box


def _opens(page: Page, index: int) -> bool:
    """Whether a linked paragraph is the first part of one that the parser broke."""
    run = page.runs[index]
    if not is_linked_paragraph(run) or index + 1 >= len(page.runs):
        return False
    return page.runs[index + 1].box is run.box.parent


def _leave_out(segment: Segment, reason: str) -> None:
    hint = segment.hint
    assert hint is not None
    if reason in FIGURES:
        if hint.verdict == "credit" and segment.words <= _CREDIT_WORDS:
            segment.decide("credit", f"html.{reason}")
        hint.area = "figure"
        return
    role = RESIDUE.get(reason, "page_furniture")
    if role == "related" and hint.linked > 0.5:
        segment.decide(role, f"html.{reason}", text=segment.text)
        return
    segment.decide(role, f"html.{reason}")


class _Context:
    """What a block and those around it, up to the root, say of a run in it."""

    __slots__ = ("column", "is_open", "level", "ordered", "part", "tag", "verdict", "whole")

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.level = 0
        self.part = 0
        self.column = 0
        self.whole = 0
        self.ordered = False
        self.verdict = ""
        # A heading that holds paragraphs was left open: what stands in it is no heading.
        self.is_open = False


class _Contexts:
    """The contexts of a page's blocks, each found once."""

    def __init__(self, page: Page, root: Box, evidence: Evidence, tables: Tables) -> None:
        self._root = root
        self._cells = tables.cells
        self._evidence = evidence
        self._known: dict[int, _Context] = {}

    def of(self, box: Box) -> _Context:
        """The context of a block."""
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
            known = self._known[one.order] = self._made(one)
        assert known is not None
        return known

    def _made(self, box: Box) -> _Context:
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
                # Whatever stands in a cell of data is words of the cell.
                made.tag, made.part, made.whole = outer.tag, outer.part, outer.whole
                made.column = outer.column
        if box is not self._root:
            said = box.verdict
            # The name of what holds most of the story says nothing of a paragraph.
            if said and said not in ("main", "body") and not self._evidence.is_most(box):
                made.verdict = said
                if said == "embed":
                    made.tag, made.part = said, box.order
                    return made
        if outer is None or outer.tag not in CELLS:
            self._own(made, box, outer)
        return made

    def _own(self, made: _Context, box: Box, outer: _Context | None) -> None:
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
                # A cell of a table that lays the page out is a block as any other.
                made.tag = "div"


def _hint(run: Run, context: _Context, root: Box, area: str) -> Hint:
    hint = Hint(area, context.tag)
    size = len(run.text)
    hint.linked = run.linked / size
    hint.href = run.href
    hint.bold = run.bold > size * 0.9
    hint.bare = run.box is root or run.box.tag not in _PLACES
    hint.level, hint.part, hint.whole = context.level, context.part, context.whole
    hint.column = context.column
    hint.ordered, hint.verdict = context.ordered, context.verdict
    return hint
