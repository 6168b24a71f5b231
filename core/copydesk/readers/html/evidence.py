"""Evidence by paragraphs that a box belongs to the story, whatever its element and names."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import accumulate

from copydesk.readers.html.tree.boxes import Box, PageTree
from copydesk.readers.html.tree.class_names import FIGURES
from copydesk.util.text import ends_sentence

_PARAGRAPH = 60
_SEVERAL = 3
_MANY = 4
_SEPARATE = frozenset("comments author_bio promo related box footer disclaimer".split())
_SIMILAR = 0.6
_LONG = 200
_MAJORITY = 0.5
_NEARLY_ALL = 0.7
_IN_A_ROW = 0.8
_CLIMB_OUT = 4
_OUTWARDS = 2
_DIGITS = re.compile(r"\d+")


class Evidence:
    """The paragraphs of a page: long whole sentences outside links, each counted once."""

    def __init__(self, page: PageTree, prose: list[int]) -> None:
        counts, sizes, rows = ([0] * len(prose) for _ in range(3))
        seen: set[str] = set()
        previous: Box | None = None
        for index, run in enumerate(page.runs):
            weight, text = prose[index], run.text
            if weight < _PARAGRAPH or run.linked * 5 >= len(text) or text in seen:
                continue
            if ends_sentence(text):
                seen.add(text)
                around = _container(run.box)
                counts[index], sizes[index], rows[index] = 1, weight, int(around is previous)
                previous = around
        self._sums = tuple(list(accumulate(column, initial=0)) for column in (counts, sizes, rows))
        self._size = self._sums[1][-1]
        self._page = page
        self._alike: dict[tuple[str, str], tuple[int, int, int]] | None = None
        # Whether an end tag is missing, by element name.
        self._open: dict[str, bool] = {}

    def is_story(self, box: Box, name_against: str, core: Box | None) -> bool:
        """Return whether a box contains paragraphs of the story, whatever its names.

        It does if boxes with its names have most of the page's paragraphs, or if it has several in a
        row that are as long as those of the story.

        name_against: the element or name that speaks against it.
        core: the box in which the story was found, None during the search.
        """
        count, size, rows = self._within(box)
        if not count or (core is not None and not _is_beside(box, core)):
            return False
        if core is not None and name_against == box.tag and self._is_left_open(box):
            return True
        is_separate = name_against in _SEPARATE
        if core is not None and not is_separate and rows + 1 >= _SEVERAL and rows * 2 >= count:
            around, length, _ = self._within(core)
            if around and size / count >= _SIMILAR * length / around:
                return True
        count, size, rows = self._within_same_class(box)
        if size <= _MAJORITY * self._size or self._page.linked(box) * 5 > self._page.chars(box):
            return False
        if is_separate:
            # Such a box has paragraphs that are not by the story's author.
            return count >= _MANY and rows >= _IN_A_ROW * (count - 1)
        if name_against in FIGURES:
            # A gallery may tell its story in the captions.
            return count >= _MANY and size > _NEARLY_ALL * self._size
        return rows * 2 >= count or size >= _LONG * count

    def _is_left_open(self, box: Box) -> bool:
        """Return whether an element runs to the end of its parent because its end tag is missing."""
        outer = box.parent
        if outer is None or box.last != outer.last:
            return False
        known = self._open.get(box.tag)
        if known is None:
            tags = re.findall(rf"<(/?){box.tag}[\s>/]", self._page.source, re.IGNORECASE)
            known = self._open[box.tag] = tags.count("") > tags.count("/")
        return known

    def has_most(self, box: Box) -> bool:
        """Return whether boxes with the names of a box have most of the paragraphs."""
        return self._within(box)[1] > 0 and self._within_same_class(box)[1] > _MAJORITY * self._size

    def is_text(self, box: Box) -> bool:
        """Return whether most paragraphs of a box follow one another, as those of a text do."""
        count, _, rows = self._within(box)
        return count >= _SEVERAL and (rows + 1) * 2 >= count

    def paragraphs(self, box: Box) -> int:
        """Return the number of paragraphs in a box."""
        return self._within(box)[0]

    def _within(self, box: Box) -> tuple[int, int, int]:
        """Return a box's number of paragraphs, their characters, and how many follow a sibling."""
        counts, sizes, rows = self._sums
        first, last = box.first, box.last
        return (
            counts[last] - counts[first],
            sizes[last] - sizes[first],
            # The neighbour of the first run is outside the box.
            rows[last] - rows[min(first + 1, last)],
        )

    def _within_same_class(self, box: Box) -> tuple[int, int, int]:
        """Return the same for all boxes with the class of a box."""
        name = _kind(box)
        if not name:
            return self._within(box)
        if self._alike is None:
            self._alike = self._sum_by_class()
        return self._alike.get((box.tag, name), (0, 0, 0))

    def _sum_by_class(self) -> dict[tuple[str, str], tuple[int, int, int]]:
        """Return the same for each element name and class, without boxes inside their like."""
        counts, sizes, rows = self._sums
        found: dict[tuple[str, str], tuple[int, int, int]] = {}
        ends: dict[tuple[str, str], int] = {}
        for box in self._page.boxes:
            first, last = box.first, box.last
            # Few boxes have paragraphs.
            if counts[last] == counts[first] or not (name := _kind(box)):
                continue
            key = (box.tag, name)
            if first >= ends.get(key, 0):
                ends[key] = last
                count, size, row = found.get(key, (0, 0, 0))
                found[key] = (
                    count + counts[last] - counts[first],
                    size + sizes[last] - sizes[first],
                    row + rows[last] - rows[first],
                )
        return found


def _is_beside(box: Box, core: Box) -> bool:
    """Return whether a box is inside another one, or beside it as a part with the same names."""
    if core.order < box.order and box.last <= core.last:
        return True
    outer = box.parent
    for _ in range(_OUTWARDS):
        if outer is None or outer.parent is None:
            return False
        if outer.first <= core.first and core.last <= outer.last:
            part: Box = core
            while part.parent is not None and part.parent.order > outer.order:
                part = part.parent
                if _has_same_names(part, box):
                    return True
            if part.parent is not outer:
                return False
            return _has_same_names(part, _child(outer, box)) or _has_same_names(part, box)
        outer = outer.parent
    return False


def _child(outer: Box, box: Box) -> Box:
    """Return the child of an outer box that contains a box."""
    while box.parent is not None and box.parent is not outer:
        box = box.parent
    return box


def _has_same_names(one: Box, other: Box) -> bool:
    return one.tag == other.tag and _first_name(one) == _first_name(other)


def _first_name(box: Box) -> str:
    """Return the first class of a box, else its id, without numbers."""
    names = box.attributes.get("class") or box.attributes.get("id") or ""
    return _without_numbers(names.split(maxsplit=1)[0] if names.strip() else "")


def _container(box: Box) -> Box:
    """Return the box around a paragraph that contains other runs too."""
    for _ in range(_CLIMB_OUT):
        if box.parent is None or box.last - box.first > 1:
            break
        box = box.parent
    return box


def _kind(box: Box) -> str:
    """Return a box's signature; a picture's block without one is alike to all others."""
    return signature(box) or (box.tag if box.tag in FIGURES else "")


def signature(box: Box) -> str:
    """Return a box's class without numbers, or its microdata name."""
    attributes = box.attributes
    return _without_numbers(attributes.get("class") or attributes.get("itemprop") or "")


@lru_cache(maxsize=8192)
def _without_numbers(name: str) -> str:
    return _DIGITS.sub("", name)
