"""The search for the article's root: the box with most of its text."""

from __future__ import annotations

import re
from itertools import accumulate

from copydesk.model.draft import Candidate
from copydesk.readers.html.evidence import Evidence, signature
from copydesk.readers.html.tree.boxes import Box, PageTree, TextRun
from copydesk.readers.html.tree.class_names import BOILERPLATE, SURE
from copydesk.util.text import ends_sentence

_STRIPPED = frozenset("nav aside footer form button select dialog menu figure figcaption".split())
_PICTURED = frozenset(("figure", "figcaption"))
_KEPT = frozenset("body article main html".split())
_PARAGRAPHS = frozenset("p li h1 h2 h3 h4 h5 h6 blockquote dd dt pre td th".split())
_SENTENCE = 25
_CLIMB = 1.4
_CLIMB_WHOLE = 2.5
_MIN_PART = 80
_MIN_OWN = 250
_WHOLE_ARTICLE = 300
_OWN_TEXT = 120
_SETTLED = 250
_SMALL_PART = 2
_MIN_OTHER = 600
_NAMES = 3
_UNFOLDED = frozenset("h1 h2 h3 h4 h5 h6 dt summary".split())
_TABLE = frozenset("table tbody thead tfoot tr td th".split())
# Scripts written without spaces: one character counts as three letters.
_DENSE = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
)


class RootSearch:
    """The search for the article on one page."""

    def __init__(self, page: PageTree, headline: int = -1) -> None:
        self.page = page
        self.headline = headline
        self.prose = [prose_weight(run) for run in page.runs]
        # Sums up to each run: of all prose, and of its sentences that are not boilerplate.
        self._prose = list(accumulate(self.prose, initial=0))
        self._sentences: list[int] = []
        self.total = self._prose[-1]
        sums = self._prose
        self._parts = [b for b in page.boxes if sums[b.last] - sums[b.first] >= _MIN_PART]
        self._scores: dict[int, float] = {}
        self._boilerplate: dict[int, str] = {0: ""}
        self._core: Box | None = None
        # The boxes selected as the body, and all boxes around them.
        self._trusted: frozenset[int] = frozenset()
        self._evidence: Evidence | None = None
        self.candidates: list[Candidate] = []
        """The boxes that the second look compared, for `explain`."""

    def weight(self, box: Box) -> int:
        """Return the number of characters of running text in a box."""
        return self._prose[box.last] - self._prose[box.first]

    def boilerplate(self, box: Box) -> str:
        """Return why a box is not part of the article; empty if it may be."""
        known = self._boilerplate.get(box.order)
        if known is not None:
            return known
        chain = []
        around: Box | None = box
        while around is not None and (known := self._boilerplate.get(around.order)) is None:
            chain.append(around)
            around = around.parent
        for one in reversed(chain):
            known = known or self._judge(one)
            self._boilerplate[one.order] = known
        return known or ""

    def _judge(self, box: Box) -> str:
        core = self._core
        if core is None:
            stripped, sure, weak, comments = 0.5, 0.4, 0.15, 0.9
        elif box.order in self._trusted or (box.first <= core.first and core.last <= box.last):
            return ""
        else:
            stripped, sure, weak, comments = 1.0, 1.0, 0.25, 1.0
        tag = box.tag
        outer = box.parent
        if tag == "button" and outer is not None and outer.tag in _UNFOLDED:
            # The heading of a part that unfolds.
            return ""
        share = self.weight(box) / self.total if self.total else 0.0
        if tag in _STRIPPED and share < stripped:
            if tag in _PICTURED and self._has_table(box):
                return ""
            called = tag
        elif tag in _KEPT or tag in _TABLE or (called := box.verdict) not in BOILERPLATE:
            return ""
        elif called == "comments":
            if share >= comments:
                return ""
        elif share >= (sure if called in SURE else weak):
            return ""
        elif called == "related" and share > 0.05:
            if self.page.linked(box) * 5 < self.page.chars(box):
                return ""
        return "" if share and self.evidence.is_story(box, called, core) else called

    def _has_table(self, box: Box) -> bool:
        """Return whether a figure, or the figure of a caption, contains a table."""
        figure: Box | None = box
        if box.tag == "figcaption":
            figure = box.parent
        if figure is None or figure.tag != "figure":
            return False
        boxes = self.page.boxes
        for order in range(figure.order + 1, len(boxes)):
            if boxes[order].first >= figure.last:
                break
            if boxes[order].tag == "table":
                return True
        return False

    @property
    def evidence(self) -> Evidence:
        """The paragraphs of the page, collected on first use."""
        if self._evidence is None:
            self._evidence = Evidence(self.page, self.prose)
        return self._evidence

    def find(self) -> Box:
        """Return the box of the article."""
        boxes = self.page.boxes
        scores = self._scores
        for run, weight in zip(self.page.runs, self.prose, strict=True):
            if not weight or self.boilerplate(run.box):
                continue
            points = 1.0 + min(weight / 100, 3.0) + run.text.count(",") * 0.5
            around: Box | None = run.box
            if run.box.tag in _PARAGRAPHS and run.box.parent is not None:
                around = run.box.parent
            for share in (points, points * 0.5, points * 0.25):
                if around is None:
                    break
                scores[around.order] = scores.get(around.order, 0.0) + share
                around = around.parent
        best = boxes[0]
        own = self._around_headline()
        most = 0.0
        for order in sorted(scores):
            box = boxes[order]
            points = scores[order] * (1.0 - self.page.linked(box) / max(self.page.chars(box), 1))
            verdict = box.verdict
            if verdict == "body" or box.attributes.get("itemprop") == "articleBody":
                points *= 1.5
            elif verdict == "main" or box.tag in ("article", "main"):
                points *= 1.2
            if self.headline >= 0 and box.last <= self.headline:
                points *= 0.3
            elif box is own:
                points *= 1.5
            if points > most:
                best, most = box, points
        best = self._first_of_many(self._in_headline_article(best))
        self._core = best
        self._boilerplate = {0: ""}
        self._sentences = []
        return self._second_look(self._climb(best))

    def _second_look(self, root: Box) -> Box:
        """Return another box, or the box around both, if the one found has few of the page's sentences.

        The other box must have at least twice as many, most of them in a row.
        """
        if self._length(root) * _SMALL_PART >= self._sentences[-1]:
            return root
        boxes = self.page.boxes
        outside = [
            boxes[order]
            for order in self._scores
            if not _is_inside(boxes[order], root)
            and not _is_inside(root, boxes[order])
            and not self.boilerplate(boxes[order])
        ]
        other = max(outside, key=lambda b: self._length(b), default=root)
        taken, why = self._compare(root, other)
        first = (
            "its paragraphs were the best of the page; less than half of the sentences are in it"
        )
        self.candidates = [self._candidate(root, taken, first)]
        if other is not root:
            self.candidates.append(self._candidate(other, taken, why))
        return taken

    def _compare(self, root: Box, other: Box) -> tuple[Box, str]:
        """Return the box to take, if another one has the most sentences outside the root, and why."""
        if self._length(other) < max(self._length(root) * _SMALL_PART, _MIN_OTHER):
            return root, "it has not twice as many sentences, or too few"
        if not self.evidence.is_text(other):
            return root, "its paragraphs do not follow one another"
        if other.first < root.last:
            return other, "it has twice as many sentences, and its paragraphs follow one another"
        if self._begins_another(root, other):
            return root, "another article begins between the two"
        return _common_ancestor(root, other), "the story goes on in it, and both were taken"

    def _candidate(self, box: Box, taken: Box, why: str) -> Candidate:
        return Candidate(
            name=_css(box),
            sentences=self._length(box),
            paragraphs=self.evidence.paragraphs(box),
            taken=taken is box or _is_inside(box, taken),
            why=why,
        )

    def around_parts(self, parts: list[Box]) -> Box:
        """Return the innermost box around the parts that are selected as the body."""
        self._core = parts[0]
        trusted = set()
        for part in parts:
            around: Box | None = part
            while around is not None and around.order not in trusted:
                trusted.add(around.order)
                around = around.parent
        self._trusted = frozenset(trusted)
        self._boilerplate = {0: ""}
        root = parts[0]
        for part in parts[1:]:
            root = _common_ancestor(root, part)
        return root

    def _around_headline(self) -> Box | None:
        """Return the smallest box around the headline with a notable amount of prose."""
        if self.headline < 0:
            return None
        box: Box | None = self.page.runs[self.headline].box
        while box is not None:
            if self.weight(box) > 250 or box.tag in ("article", "main"):
                return box
            box = box.parent
        return None

    def _climb(self, core: Box) -> Box:
        """Go out to an outer box with much more text, as that of a split body."""
        box = self._with_siblings(core)
        if (
            box.parent is not None
            and not _is_whole(box)
            and self._own_prose(box.parent) >= _MIN_OWN
        ):
            box = box.parent
        while box.parent is not None:
            outer = box.parent
            own = box.tag == "article" and box.first <= self.headline < box.last
            if (own or _is_body(box)) and self._length(box) >= _SETTLED:
                break
            needed = self._length(box) * (_CLIMB_WHOLE if _is_whole(box) else _CLIMB)
            while (
                outer.parent is not None and self._length(outer) < needed and not _is_whole(outer)
            ):
                outer = outer.parent
            if self._length(outer) < needed:
                break
            box = outer
        return box

    def _own_prose(self, box: Box) -> int:
        """Return the characters of prose in paragraphs directly in a box."""
        runs, prose = self.page.runs, self.prose
        return sum(
            prose[i]
            for i in range(box.first, box.last)
            if prose[i]
            and runs[i].box.parent is box
            and runs[i].box.tag in ("p", "div")
            and not self.boilerplate(runs[i].box)
        )

    def _with_siblings(self, core: Box) -> Box:
        """Return the box around all parts of a body that is split, for example by advertisements.

        The parts have the same names, and no other article begins between them. An article element
        is whole.
        """
        found = core
        if core.tag == "article":
            return found
        for box in self._alike(core):
            before, after = (core, box) if box.first >= core.last else (box, core)
            if not self._begins_another(before, after):
                found = _common_ancestor(found, box)
        return found

    def _alike(self, core: Box) -> list[Box]:
        """Return other boxes with text and the same names, ignoring numbers."""
        name = signature(core)
        if not name:
            return []
        tag = core.tag
        return [
            box
            for box in self._parts
            if box.tag == tag
            and box is not core
            and signature(box) == name
            and not self.boilerplate(box)
            and not _is_inside(box, core)
            and not _is_inside(core, box)
        ]

    def _begins_another(self, before: Box, after: Box) -> bool:
        """Return whether another article's title or date is between two boxes."""
        first, last = before.last, after.first
        for run in self.page.runs[first:last]:
            box = run.box
            if box.tag == "h1" or (box.parent is not None and box.parent.tag == "h1"):
                return True
            if box.tag == "h2" and run.linked * 2 > len(run.text):
                return True
        return any(first <= time.at <= last for time in self.page.times)

    def _in_headline_article(self, core: Box) -> Box:
        """Return the best box in the headline's own article element, if that has enough text."""
        if self.headline < 0:
            return core
        own: Box | None = self.page.runs[self.headline].box
        while own is not None and own.tag != "article":
            own = own.parent
        if own is None or _is_inside(core, own) or core.last <= own.first:
            return core
        if self.weight(own) < _OWN_TEXT or not self._has_sentences(own):
            return core
        scores = self._scores
        inside = [
            b for b in self.page.boxes[own.order :] if b.first < own.last and b.order in scores
        ]
        return max(inside, key=lambda b: scores[b.order], default=core)

    def _has_sentences(self, box: Box) -> bool:
        return any(
            self.prose[i]
            and (ends_sentence(self.page.runs[i].text) or self.prose[i] > _SETTLED)
            and not self.boilerplate(self.page.runs[i].box)
            for i in range(box.first, box.last)
        )

    def _first_of_many(self, core: Box) -> Box:
        """Return the headline's article if several whole articles follow one another."""
        if self.headline < 0:
            return core
        for box in self._alike(core):
            if self.headline <= box.first < core.first and self.weight(box) > _WHOLE_ARTICLE:
                if self._begins_another(box, core):
                    return box
        return core

    def _length(self, box: Box) -> int:
        """Return the characters of sentences in a box, without boilerplate."""
        return self.sentences(box.first, box.last)

    def sentences(self, first: int, last: int) -> int:
        """Return the characters of sentences in a range of runs, without boilerplate."""
        if not self._sentences:
            runs = self.page.runs
            clean = [
                weight
                if weight and ends_sentence(run.text) and not self.boilerplate(run.box)
                else 0
                for run, weight in zip(runs, self.prose, strict=True)
            ]
            self._sentences = list(accumulate(clean, initial=0))
        return self._sentences[last] - self._sentences[first]


def _css(box: Box) -> str:
    """Return the element of a box with its id and classes."""
    names = "".join(f".{name}" for name in (box.attributes.get("class") or "").split()[:_NAMES])
    return f"{box.tag}{'#' + own if (own := box.attributes.get('id')) else ''}{names}"


def _is_inside(box: Box, outer: Box) -> bool:
    around: Box | None = box
    while around is not None and around.order > outer.order:
        around = around.parent
    return around is outer


def _common_ancestor(one: Box, other: Box) -> Box:
    while one is not other:
        if one.order > other.order:
            assert one.parent is not None
            one = one.parent
        else:
            assert other.parent is not None
            other = other.parent
    return one


def _is_whole(box: Box) -> bool:
    return box.tag == "article" or _is_body(box)


def _is_body(box: Box) -> bool:
    return box.verdict == "body" or box.attributes.get("itemprop") == "articleBody"


def prose_weight(run: TextRun) -> int:
    """Return the number of characters of running text in a run, outside links."""
    text = run.text
    size = len(text)
    if run.linked * 2 > size:
        return 0
    if not text.isascii() and _DENSE.search(text, 0, 40):
        size *= 3
    if size < _SENTENCE:
        return 0
    return size - run.linked
