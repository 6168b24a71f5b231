"""Texts that state the same: names, numbers, days, quoted words, weighted by their rarity."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

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
_CHUNK = 50_000
_BLOCK = 50_000
_MOST_SHARED = 2_000
_STRONGEST = 16
_FEWEST = 2
# By the mark of a feature: the texts read before, whether it is a word, and the weight of its count.
_PRIORS = np.repeat([float(_PRIOR[letter]) for letter in KINDS], 16)
_IS_WORD = np.repeat([letter in _WORDS for letter in KINDS], 16)
_IS_TIMELY = np.repeat([letter in "dq" for letter in KINDS], 16)
_EMPHASIS = np.tile(1 + np.log2(np.arange(16).clip(1)), len(KINDS))
LEAST_COSINE = 0.2
LEAST_STATED = 0.1
LEAST_BITS = 50.0
"""Rarity of what both state: two articles with the same well-known names have less."""


@dataclass(frozen=True, slots=True)
class Scores:
    """How much pairs of texts have in common.

    cosine: of all features. bits: sum of the rarity of what both state. stated: cosine without
    words. timely: number of days and quoted words that both state.
    """

    cosine: Weights
    bits: Weights
    stated: Weights
    timely: Weights


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
    """Compares texts by the features that they share.

    Works on blocks of texts, so that a large input needs a few bytes a feature.
    """

    def __init__(self, sketches: Sketches) -> None:
        self._sketches = sketches
        self._shared = Shared(sketches.codes, sketches.offsets)
        texts = len(sketches)
        codes, counts = np.unique(sketches.codes, return_counts=True)
        self.rarity = Rarity(codes, counts, texts)
        self._value = np.empty(len(sketches.codes), np.float32)
        self._may_name = np.empty(len(sketches.codes), bool)
        self._norm, self._stated_norm = np.empty(texts), np.empty(texts)
        for first, last in self._blocks():
            begin, end = sketches.offsets[first], sketches.offsets[last]
            marks = sketches.marks[begin:end]
            frequency = counts[np.searchsorted(codes, sketches.codes[begin:end])]
            bits = np.log2((texts + _PRIORS[marks]) / frequency).clip(0)
            bits *= np.where(_IS_WORD[marks], texts / (texts + _FEW), 1.0)
            value = bits * _EMPHASIS[marks]
            self._value[begin:end] = value
            self._may_name[begin:end] = (frequency > 1) & (frequency <= _MOST_SHARED)
            owners = self._owners(first, last)
            for norm, squares in (
                (self._norm, value**2),
                (self._stated_norm, value**2 * ~_IS_WORD[marks]),
            ):
                sums = np.bincount(owners, squares, last - first)
                norm[first:last] = np.sqrt(sums).clip(1e-9)

    def _blocks(self) -> Iterator[tuple[int, int]]:
        for first in range(0, len(self._sketches), _BLOCK):
            yield first, min(first + _BLOCK, len(self._sketches))

    def _owners(self, first: int, last: int) -> Offsets:
        """Return the text of each feature of some texts, counted from the first of them."""
        sizes = np.diff(self._sketches.offsets[first : last + 1])
        return np.repeat(np.arange(last - first), sizes)

    def candidates(self) -> Pairs:
        """Return the pairs that share at least two of their strongest features."""
        values, owners = [], []
        for first, last in self._blocks():
            begin, end = self._sketches.offsets[first], self._sketches.offsets[last]
            chosen = np.flatnonzero(self._may_name[begin:end])
            found = self._owners(first, last)[chosen]
            order = np.lexsort((-self._value[begin + chosen], found))
            chosen, found = chosen[order], found[order]
            # The rank of each among the features of its text.
            rank = np.arange(len(found)) - np.searchsorted(found, found)
            strong = rank < _STRONGEST
            values.append(self._sketches.codes[begin + chosen[strong]].astype(np.uint64))
            owners.append(found[strong] + first)
        if not values:
            return np.array([], np.uint64)
        return sharing(np.concatenate(values), np.concatenate(owners), _FEWEST)

    def scores(self, first: Offsets, second: Offsets) -> Scores:
        """Compare pairs of texts."""
        cosine, bits, stated, timely = (np.zeros(len(first)) for _ in range(4))
        for begin in range(0, len(first), _CHUNK):
            part = slice(begin, begin + _CHUNK)
            size = len(first[part])
            numbers, here, there = self._shared.of(first[part], second[part])
            marks, value = self._sketches.marks[here], self._value[here]
            product = value * self._value[there]
            cosine[part] = np.bincount(numbers, product, size)
            bits[part] = np.bincount(numbers, value / _EMPHASIS[marks], size)
            stated[part] = np.bincount(numbers, product * ~_IS_WORD[marks], size)
            timely[part] = np.bincount(numbers, _IS_TIMELY[marks], size)
        cosine /= self._norm[first] * self._norm[second]
        stated /= self._stated_norm[first] * self._stated_norm[second]
        return Scores(cosine, bits, stated, timely)


def strengths(scores: Scores, dated: npt.NDArray[np.bool_]) -> Weights:
    """Return the strength of the tie of each pair: the cosine of their features, or 0.

    dated: the pairs of which both texts have a date. The others must share a day or quoted words,
    as texts on one lasting topic do not.
    """
    good = (scores.bits >= LEAST_BITS) & (scores.cosine >= LEAST_COSINE)
    good &= scores.stated >= LEAST_STATED
    return np.where(good & (dated | (scores.timely > 0)), scores.cosine, 0.0)
