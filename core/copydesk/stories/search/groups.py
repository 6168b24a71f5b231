"""The search for stories: which of many texts tell the same one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from copydesk.stories.search.clusters import Edges, stars
from copydesk.stories.search.copies import LEAST_SHARE, LEAST_SHARED, Copies
from copydesk.stories.search.events import Events, strengths
from copydesk.stories.search.pairs import Pairs, unpacked
from copydesk.stories.search.sketches import Offsets, Sketches

_MOSTLY = 0.7
_LEAST_COMMON = 0.12
"""Cosine of what two texts state, from which shared passages are a copy."""


@dataclass(frozen=True, slots=True)
class Kinship:
    """How texts are tied, pair by pair.

    copied: strength of a tie by copy, stated: of one by what both state; 0 without such a tie.
    of_first, of_second: the share of the sampled shingles of each that the other has too.
    """

    copied: npt.NDArray[np.float64]
    stated: npt.NDArray[np.float64]
    of_first: npt.NDArray[np.float64]
    of_second: npt.NDArray[np.float64]

    @property
    def are_tied(self) -> npt.NDArray[np.bool_]:
        """Which pairs have a tie."""
        return (self.copied > 0) | (self.stated > 0)

    def of(self, chosen: npt.NDArray[np.bool_]) -> Kinship:
        """Return the ties of some pairs."""
        return Kinship(
            copied=self.copied[chosen],
            stated=self.stated[chosen],
            of_first=self.of_first[chosen],
            of_second=self.of_second[chosen],
        )


class Search:
    """Finds groups of texts that tell the same story.

    Args:
        sketches: of the texts, the earliest first.
        window: seconds between the publications of two texts that are tied, at most.
    """

    def __init__(self, sketches: Sketches, window: int) -> None:
        self._sketches, self._window = sketches, window
        self._copies, self._events = Copies(sketches), Events(sketches)
        self.rarity = self._events.rarity

    def groups(self) -> Iterator[list[int]]:
        """Yield the places of the texts of each group of two and more, the central text first."""
        first, second = unpacked(self.candidates())
        near = self._are_near(first, second)
        first, second = first[near], second[near]
        ties = self.compare(first, second)
        tied = ties.are_tied
        edges = _edges(first[tied], second[tied], ties.of(tied))
        yield from stars(len(self._sketches), edges, self._fit)

    def candidates(self) -> Pairs:
        """Return the pairs that may be tied."""
        return np.union1d(self._copies.candidates(), self._events.candidates())

    def compare(self, first: Offsets, second: Offsets) -> Kinship:
        """Compare pairs of texts."""
        counts, of_first, of_second = self._copies.shares(first, second)
        most = np.maximum(of_first, of_second)
        scores = self._events.scores(first, second)
        # Texts that share passages but state nothing in common do not tell one story.
        good = (counts >= LEAST_SHARED) & (most >= LEAST_SHARE) & (scores.cosine >= _LEAST_COMMON)
        copied = np.where(good, most, 0.0)
        dated = self._is_dated(first) & self._is_dated(second)
        stated = strengths(scores, dated)
        return Kinship(copied, stated, of_first, of_second)

    def _fit(self, centre: int, others: Offsets) -> npt.NDArray[np.bool_]:
        first = np.full(len(others), centre)
        found = self.compare(first, others)
        return found.are_tied & self._are_near(first, others)

    def _is_dated(self, places: Offsets) -> npt.NDArray[np.bool_]:
        return self._sketches.end[places] - self._sketches.start[places] < 1 << 40

    def _are_near(self, first: Offsets, second: Offsets) -> npt.NDArray[np.bool_]:
        start, end = self._sketches.start, self._sketches.end
        return (start[second] - end[first] <= self._window) & (
            start[first] - end[second] <= self._window
        )


def _edges(first: Offsets, second: Offsets, ties: Kinship) -> Edges:
    """Return the ties in both directions."""
    strength = np.maximum(ties.copied, ties.stated)
    # A digest that has a part of many texts is central to none of them.
    central = np.maximum(np.minimum(ties.of_first, ties.of_second), ties.stated)
    copied = ties.copied > 0
    return Edges(
        source=np.concatenate([first, second]),
        target=np.concatenate([second, first]),
        strength=np.concatenate([strength, strength]),
        central=np.concatenate([central, central]),
        # The target is mostly a part of the source.
        within=np.concatenate(
            [copied & (ties.of_second >= _MOSTLY), copied & (ties.of_first >= _MOSTLY)]
        ),
    )
