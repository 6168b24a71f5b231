"""Texts that share passages: wire copy, syndication, republication, near-duplicates."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from copydesk.stories.search.pairs import Pairs, Shared, sharing
from copydesk.stories.search.sketches import PERMUTATIONS, Offsets, Sketches

_ROWS = 2
"""Values of a band: texts that agree in all of one are compared."""
_FEWEST = 2
_CHUNK = 50_000
LEAST_SHARE = 0.2
"""Share of the shorter text's shingles that the other has, from which both share copy."""
LEAST_SHARED = 3
"""Number of sampled shingles that both have at least, about 12 words beyond one shingle."""

Shares = npt.NDArray[np.float64]


class Copies:
    """Compares texts by the shingles that they share."""

    def __init__(self, sketches: Sketches) -> None:
        self._sketches = sketches
        self._shared = Shared(sketches.shingles, sketches.shingle_offsets)
        self._sizes = np.diff(sketches.shingle_offsets)

    def candidates(self) -> Pairs:
        """Return the pairs that agree in a band of MinHash or share sampled shingles."""
        return np.unique(np.concatenate([self.by_signature(), self.by_shingle()]))

    def by_signature(self) -> Pairs:
        """Return the pairs that agree in a band of their MinHash signatures (LSH)."""
        found = []
        with_text = np.flatnonzero(self._sizes)
        for band in range(0, PERMUTATIONS, _ROWS):
            rows = self._sketches.signatures[with_text, band : band + _ROWS].astype(np.uint64)
            values = rows[:, 0] << np.uint64(32) | rows[:, 1]
            found.append(sharing(values, with_text))
        return np.unique(np.concatenate(found))

    def by_shingle(self) -> Pairs:
        """Return the pairs that share sampled shingles, as where one is a part of the other."""
        values = self._sketches.shingles.astype(np.uint64)
        return sharing(values, self._shared.owners, _FEWEST)

    def shares(self, first: Offsets, second: Offsets) -> tuple[Offsets, Shares, Shares]:
        """Return how many sampled shingles pairs share, and the share of those of each."""
        counts = np.zeros(len(first), np.int64)
        for begin in range(0, len(first), _CHUNK):
            part = slice(begin, begin + _CHUNK)
            numbers, _, _ = self._shared.of(first[part], second[part])
            counts[part] = np.bincount(numbers, minlength=len(first[part]))
        none = np.maximum(self._sizes, 1)
        return counts, counts / none[first], counts / none[second]
