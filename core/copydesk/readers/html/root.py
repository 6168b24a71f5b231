"""Where on a page the article is: the block that holds most of its text."""

from __future__ import annotations

import re

from copydesk.readers.html.verdicts import RESIDUE, SURE, verdict
from copydesk.readers.html.walk import Box, Page, Run
from copydesk.text import ends_sentence

_STRIPPED = frozenset("nav aside footer form button select dialog menu figure figcaption".split())
_KEPT = frozenset("body article main html".split())
_PARAGRAPHS = frozenset("p li h1 h2 h3 h4 h5 h6 blockquote dd dt pre td th".split())
_SENTENCE = 25
_CLIMB = 1.4
_CLIMB_WHOLE = 2.5
_PART = 80
_LOOSE = 250
_WHOLE_ARTICLE = 300
_OWN_TEXT = 120
_SETTLED = 250
_DIGITS = re.compile(r"\d+")
_TABLE = frozenset("table tbody thead tfoot tr td th".split())
# Scripts written without blanks: a character says as much as three letters.
_DENSE = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
)


class Search:
    """The search for the article of one page."""

    def __init__(self, page: Page, headline: int = -1) -> None:
        self.page = page
        self.headline = headline
        self.weights = [0.0] * len(page.boxes)
        self.prose = [prose_weight(run) for run in page.runs]
        self._sums: list[float] = []
        self.total = 0.0
        self._residue: dict[int, str] = {0: ""}
        self._core: Box | None = None
        self._weigh()

    def _weigh(self) -> None:
        weights = self.weights
        for run, weight in zip(self.page.runs, self.prose, strict=True):
            if weight:
                weights[run.box.order] += weight
        for box in reversed(self.page.boxes):
            if box.parent is not None:
                weights[box.parent.order] += weights[box.order]
        self.total = weights[0]

    def residue(self, box: Box) -> str:
        """Why a block is no part of the article; empty where nothing says so."""
        known = self._residue.get(box.order)
        if known is not None:
            return known
        chain = []
        around: Box | None = box
        while around is not None and (known := self._residue.get(around.order)) is None:
            chain.append(around)
            around = around.parent
        for one in reversed(chain):
            known = known or self._own(one)
            self._residue[one.order] = known
        return known or ""

    def _own(self, box: Box) -> str:
        core = self._core
        share = self.weights[box.order] / self.total if self.total else 0.0
        if core is None:
            sure, weak, comments = 0.4, 0.15, 0.9
        elif box.first <= core.first and core.last <= box.last:
            return ""
        else:
            sure, weak, comments = 1.0, 0.25, 1.0
        if box.tag in _STRIPPED and share < (0.5 if core is None else 1.0):
            return box.tag
        if box.tag in _KEPT or not box.attributes:
            return ""
        said = verdict(box.name)
        if said not in RESIDUE or box.tag in _TABLE:
            return ""
        if said == "comments":
            return said if share < comments else ""
        if said == "related" and box.linked * 5 < box.chars and share > 0.05:
            return ""
        return said if share < (sure if said in SURE else weak) else ""

    def find(self) -> Box:
        """The block that the article stands in."""
        boxes = self.page.boxes
        for run, weight in zip(self.page.runs, self.prose, strict=True):
            if not weight or self.residue(run.box):
                continue
            points = 1.0 + min(weight / 100, 3.0) + run.text.count(",") * 0.5
            box = run.box
            if box.tag in _PARAGRAPHS and box.parent is not None:
                box = box.parent
            share = 1.0
            for _ in range(3):
                box.score += points * share
                share *= 0.5
                if box.parent is None:
                    break
                box = box.parent
        best = boxes[0]
        own = self._around_headline()
        most = 0.0
        for box in boxes:
            if not box.score:
                continue
            points = box.score * (1.0 - box.linked / max(box.chars, 1))
            said = verdict(box.name) if box.attributes else ""
            if said == "body" or box.attributes.get("itemprop") == "articleBody":
                points *= 1.5
            elif said == "main" or box.tag in ("article", "main"):
                points *= 1.2
            if self.headline >= 0 and box.last <= self.headline:
                points *= 0.3
            elif box is own:
                points *= 1.5
            if points > most:
                best, most = box, points
        best = self._first_of_many(self._of_headline(best))
        self._core = best
        self._residue = {0: ""}
        self._sums = []
        return self._climb(best)

    def settle(self, parts: list[Box]) -> Box:
        """The block around the parts that are said to be the body."""
        self._core = parts[0]
        self._residue = {0: ""}
        root = parts[0]
        for part in parts[1:]:
            root = _common(root, part)
        return root

    def _around_headline(self) -> Box | None:
        """The smallest block around the headline that has the most prose of its surroundings."""
        if self.headline < 0:
            return None
        box: Box | None = self.page.runs[self.headline].box
        while box is not None:
            if self.weights[box.order] > 250 or box.tag in ("article", "main"):
                return box
            box = box.parent
        return None

    def _climb(self, core: Box) -> Box:
        """Go out to a block that holds much more of the text than this one: a split body."""
        box = self._with_siblings(core)
        if box.parent is not None and not _is_whole(box) and self._loose(box.parent) >= _LOOSE:
            box = box.parent
        while box.parent is not None:
            outer = box.parent
            own = box.tag == "article" and box.first <= self.headline < box.last
            if (own or _is_body(box)) and self._clean(box) >= _SETTLED:
                break
            needed = self._clean(box) * (_CLIMB_WHOLE if _is_whole(box) else _CLIMB)
            while outer.parent is not None and self._clean(outer) < needed and not _is_whole(outer):
                outer = outer.parent
            if self._clean(outer) < needed:
                break
            box = outer
        return box

    def _loose(self, box: Box) -> float:
        """The prose of paragraphs that stand directly in a block."""
        runs, prose = self.page.runs, self.prose
        return sum(
            prose[i]
            for i in range(box.first, box.last)
            if prose[i]
            and runs[i].box.parent is box
            and runs[i].box.tag in ("p", "div")
            and not self.residue(runs[i].box)
        )

    def _with_siblings(self, core: Box) -> Box:
        """The block around all parts of a body that advertisements or the like cut into pieces.

        The parts are called the same, and no other article begins between them.
        """
        found = core
        for box in self._alike(core):
            first, last = (
                (core.last, box.first) if box.first >= core.last else (box.last, core.first)
            )
            if not self._begins_another(first, last):
                found = _common(found, box)
        return found

    def _alike(self, core: Box) -> list[Box]:
        """Other blocks with text that are called the same as one, numbers aside."""
        name = _signature(core)
        if not name:
            return []
        return [
            box
            for box in self.page.boxes
            if box.tag == core.tag
            and self.weights[box.order] >= _PART
            and box is not core
            and _signature(box) == name
            and not self.residue(box)
            and not _is_inside(box, core)
            and not _is_inside(core, box)
        ]

    def _begins_another(self, first: int, last: int) -> bool:
        """Whether between two runs another article begins: its title, or its date."""
        for run in self.page.runs[first:last]:
            box = run.box
            if box.tag == "h1" or (box.parent is not None and box.parent.tag == "h1"):
                return True
            if box.tag == "h2" and run.linked * 2 > len(run.text):
                return True
        return any(first <= at <= last for at, _ in self.page.times)

    def _of_headline(self, core: Box) -> Box:
        """The block inside the headline's own article element, where that has text of its own."""
        if self.headline < 0:
            return core
        own: Box | None = self.page.runs[self.headline].box
        while own is not None and own.tag != "article":
            own = own.parent
        if own is None or _is_inside(core, own) or core.last <= own.first:
            return core
        if self.weights[own.order] < _OWN_TEXT or not self._has_sentences(own):
            return core
        scored = [b for b in self.page.boxes[own.order :] if b.first < own.last and b.score]
        return max(scored, key=lambda b: b.score, default=core)

    def _has_sentences(self, box: Box) -> bool:
        return any(
            self.prose[i]
            and (ends_sentence(self.page.runs[i].text) or self.prose[i] > _SETTLED)
            and not self.residue(self.page.runs[i].box)
            for i in range(box.first, box.last)
        )

    def _first_of_many(self, core: Box) -> Box:
        """Where several whole articles follow one another, the one that the headline belongs to."""
        if self.headline < 0:
            return core
        for box in self._alike(core):
            if self.headline <= box.first < core.first and self.weights[box.order] > _WHOLE_ARTICLE:
                if self._begins_another(box.last, core.first):
                    return box
        return core

    def _clean(self, box: Box) -> float:
        """The sentences in a block, in characters, without what is residue in it."""
        if not self._sums:
            total = 0.0
            self._sums = [0.0]
            for run, weight in zip(self.page.runs, self.prose, strict=True):
                if weight and ends_sentence(run.text) and not self.residue(run.box):
                    total += weight
                self._sums.append(total)
        return self._sums[box.last] - self._sums[box.first]


def _signature(box: Box) -> str:
    """A block's class without numbers, or its microdata name."""
    name = box.attributes.get("class") or box.attributes.get("itemprop") or ""
    return _DIGITS.sub("", name)


def _is_inside(box: Box, outer: Box) -> bool:
    around: Box | None = box
    while around is not None and around.order > outer.order:
        around = around.parent
    return around is outer


def _common(one: Box, other: Box) -> Box:
    """The innermost block around two blocks."""
    while one is not other:
        if one.order > other.order:
            assert one.parent is not None
            one = one.parent
        else:
            assert other.parent is not None
            other = other.parent
    return one


def _is_whole(box: Box) -> bool:
    """Whether a block says that it is the whole of an article or of its body."""
    return box.tag == "article" or _is_body(box)


def _is_body(box: Box) -> bool:
    """Whether a block says that it is an article's body."""
    attributes = box.attributes
    return bool(attributes) and (
        attributes.get("itemprop") == "articleBody" or verdict(box.name) == "body"
    )


def prose_weight(run: Run) -> float:
    """How many characters of running text a run holds, outside links."""
    text = run.text
    size = len(text)
    if run.linked * 2 > size:
        return 0.0
    if not text.isascii() and _DENSE.search(text, 0, 40):
        size *= 3
    if size < _SENTENCE:
        return 0.0
    return float(size - run.linked)
