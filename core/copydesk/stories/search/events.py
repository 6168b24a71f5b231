"""Texts that state the same: names, numbers, days, quoted words, weighted by their rarity."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from copydesk.stories.features import KINDS
from copydesk.stories.search.pairs import Pairs, Shared, sharing
from copydesk.stories.search.sketches import Codes, Offsets, Sketches, code_of

Weights = npt.NDArray[np.float64]

# As if so many more texts had been read, in which a feature of the kind does not occur: in a small
# input the frequencies in it say little.
_PRIOR = {
    "n": 60,
    "p": 400,
    "g": 150,
    "w": 1,
    "t": 20,
    "u": 60,
    "c": 300,
    "s": 15,
    "v": 60,
    "d": 30,
    "q": 3000,
}
# Words with and nouns with a capital letter; other kinds are rare in themselves.
_WORDS = "wt"
# A word counts half in an input of so many texts, and more in a larger one.
_FEW = 50
_CHUNK = 100_000
_MOST_SHARED = 2_000
_STRONGEST = 16
_FEWEST = 2
LEAST_COSINE = 0.2
_UNDATED_COSINE = 0.25
LEAST_STATED = 0.1
LEAST_BITS = 50.0
"""Rarity of what both state: two articles with the same well-known names have less."""


class Rarity:
    """How rare features are over the input.

    codes: their hashes, rising and each once. counts: in how many texts each is. texts: how many.
    """

    def __init__(self, codes: Codes, counts: Offsets, texts: int) -> None:
        self._codes, self._counts, self._texts = codes, counts, texts

    def of(self, keys: Sequence[str]) -> dict[str, float]:
        """Return the bits of features by their keys; 0 for a feature of no text."""
        codes = np.array([code_of(key) for key in keys], np.uint32)
        places = np.searchsorted(self._codes, codes).clip(max=len(self._codes) - 1)
        known = self._codes[places] == codes
        prior = np.array([_PRIOR[key[0]] for key in keys])
        trust = self._texts / (self._texts + _FEW)
        bits = np.log2((self._texts + prior) / self._counts[places]).clip(0) * known
        bits *= np.array([trust if key[0] in _WORDS else 1.0 for key in keys])
        return dict(zip(keys, bits.tolist(), strict=True))


class Events:
    """Compares texts by the features that they share."""

    def __init__(self, sketches: Sketches) -> None:
        self._offsets = sketches.offsets
        self._codes = sketches.codes
        self._shared = Shared(sketches.codes, sketches.offsets)
        letters = sketches.marks >> 4
        codes, places, counts = np.unique(sketches.codes, return_inverse=True, return_counts=True)
        self._frequency = counts[places]
        self.rarity = Rarity(codes, counts, len(sketches))
        prior = np.array([_PRIOR[letter] for letter in KINDS])[letters]
        self.bits = np.log2((len(sketches) + prior) / self._frequency).clip(0)
        self.is_word = np.isin(letters, [n for n, letter in enumerate(KINDS) if letter in _WORDS])
        trust = len(sketches) / (len(sketches) + _FEW)
        self.bits *= np.where(self.is_word, trust, 1.0)
        self._value = self.bits * (1 + np.log2(sketches.marks & 15))
        self._norm = self._norms(self._value)
        self._stated_norm = self._norms(self._value * ~self.is_word)

    def _norms(self, values: Weights) -> Weights:
        squares = np.zeros(len(values) + 1)
        np.cumsum(values**2, out=squares[1:])
        return np.sqrt(np.diff(squares[self._offsets])).clip(1e-9)

    def candidates(self) -> Pairs:
        """Return the pairs that share at least two of their strongest features."""
        chosen = np.flatnonzero((self._frequency > 1) & (self._frequency <= _MOST_SHARED))
        owners = self._shared.owners[chosen]
        order = np.lexsort((-self._value[chosen], owners))
        chosen, owners = chosen[order], owners[order]
        starts = np.concatenate([[True], owners[1:] != owners[:-1]])
        rank = np.arange(len(owners)) - np.flatnonzero(starts)[np.cumsum(starts) - 1]
        strong = rank < _STRONGEST
        values = self._codes[chosen[strong]].astype(np.uint64)
        pairs, counts = sharing(values, owners[strong])
        return pairs[counts >= _FEWEST]

    def scores(self, first: Offsets, second: Offsets) -> tuple[Weights, Weights, Weights]:
        """Return for pairs the cosine of all features, the bits shared, and the cosine without words."""
        cosine, bits = np.zeros(len(first)), np.zeros(len(first))
        stated = np.zeros(len(first))
        for begin in range(0, len(first), _CHUNK):
            part = slice(begin, begin + _CHUNK)
            size = len(first[part])
            numbers, here, there = self._shared.of(first[part], second[part])
            product = self._value[here] * self._value[there]
            cosine[part] = np.bincount(numbers, product, size)
            bits[part] = np.bincount(numbers, self.bits[here], size)
            stated[part] = np.bincount(numbers, product * ~self.is_word[here], size)
        cosine /= self._norm[first] * self._norm[second]
        stated /= self._stated_norm[first] * self._stated_norm[second]
        return cosine, bits, stated


def strengths(
    cosine: Weights, bits: Weights, stated: Weights, dated: npt.NDArray[np.bool_]
) -> Weights:
    """Return the strength of the tie of each pair: the cosine of their features, or 0.

    cosine, bits, stated: see `Events.scores`. dated: the pairs of which both texts have a date; the
    others need more in common, as texts on a lasting topic have.
    """
    good = (bits >= LEAST_BITS) & (cosine >= np.where(dated, LEAST_COSINE, _UNDATED_COSINE))
    return np.where(good & (stated >= LEAST_STATED), cosine, 0.0)
