"""Pairs of texts that share values, found without comparing every text with every other."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from copydesk.stories.search.sketches import Offsets, spread

Pairs = npt.NDArray[np.uint64]
"""Each the place of the earlier text times 2 ** 32, plus that of the later one."""

_LOW = np.uint64(32)
_ALL = 24
_REACH = 6
_BLOCK = 2_000_000
_AT_ONCE = 24_000_000
"""Number of pairs, repeated ones too, that are counted at once: each takes about 30 bytes."""


def sharing(values: npt.NDArray[np.uint64], owners: Offsets, least: int = 1) -> Pairs:
    """Return the pairs of texts that share at least so many values, rising.

    values, owners: values, and the place of the text that has each, once. Of a value that more
    than 24 texts have, each is paired with the next 6 only, in the order of their places.
    """
    order = np.lexsort((owners, values))
    values, owners = values[order], owners[order]
    # What one text has only pairs nothing.
    same = values[1:] == values[:-1]
    shared = np.concatenate([same, [False]]) | np.concatenate([[False], same])
    values, owners = values[shared], owners[shared]
    if not len(values):
        return np.array([], np.uint64)
    starts = np.flatnonzero(np.concatenate([[True], values[1:] != values[:-1]]))
    sizes = np.diff(np.concatenate([starts, [len(values)]]))
    reach = np.repeat(np.where(sizes > _ALL, _REACH, _ALL).astype(np.int8), sizes)
    total = int(np.where(sizes > _ALL, sizes * _REACH, sizes * (sizes - 1) // 2).sum())
    # All pairs with one first text are in one part, so that they are counted together.
    parts = total // _AT_ONCE + 1
    most = min(_ALL, int(sizes.max()) + 1)
    found = []
    for part in range(parts):
        pairs = [
            _at(values, owners, reach, begin, distance, part, parts)
            for begin in range(0, len(values), _BLOCK)
            for distance in range(1, most)
        ]
        made, counts = np.unique(np.concatenate(pairs), return_counts=True)
        found.append(made[counts >= least])
    return np.sort(np.concatenate(found))


def _at(
    values: npt.NDArray[np.uint64],
    owners: Offsets,
    reach: npt.NDArray[np.int8],
    begin: int,
    distance: int,
    part: int,
    parts: int,
) -> Pairs:
    """Return the pairs of one part whose owners of one value stand so far apart."""
    end = min(begin + _BLOCK, len(values) - distance)
    if end <= begin:
        return np.array([], np.uint64)
    first, second = slice(begin, end), slice(begin + distance, end + distance)
    alike = (values[first] == values[second]) & (reach[first] >= distance)
    if parts > 1:
        alike &= owners[first] % parts == part
    return packed(owners[first][alike], owners[second][alike])


def packed(first: npt.NDArray[Any], second: npt.NDArray[Any]) -> Pairs:
    """Return pairs of two places each; the first is the smaller."""
    return first.astype(np.uint64) << _LOW | second.astype(np.uint64)


def unpacked(pairs: Pairs) -> tuple[Offsets, Offsets]:
    """Return the first and the second place of each pair."""
    return (pairs >> _LOW).astype(np.int64), (pairs & np.uint64(0xFFFFFFFF)).astype(np.int64)


class Shared:
    """Which values two texts share, for many pairs at once.

    values: of each text, rising and each once. offsets: where those of each text begin.
    """

    def __init__(self, values: npt.NDArray[np.uint32], offsets: Offsets) -> None:
        self._values, self._offsets = values, offsets
        # Rising too, as those of a text are.
        self._keys = packed(self.owners, values)

    @property
    def owners(self) -> Offsets:
        """The text of each value."""
        return np.repeat(np.arange(len(self._offsets) - 1), np.diff(self._offsets))

    def of(self, first: Offsets, second: Offsets) -> tuple[Offsets, Offsets, Offsets]:
        """Return the pairs' numbers, and the places of the shared value in both texts' values."""
        sizes = np.diff(self._offsets)
        # The shorter list is looked up in the longer one.
        swapped = sizes[first] > sizes[second]
        short, long = np.where(swapped, second, first), np.where(swapped, first, second)
        count = sizes[short]
        places = spread(self._offsets[short], count)
        numbers = np.repeat(np.arange(len(first)), count)
        keys = packed(np.repeat(long, count), self._values[places])
        found = np.searchsorted(self._keys, keys)
        found[found == len(self._keys)] = 0
        hit = self._keys[found] == keys if len(self._keys) else np.zeros(len(keys), bool)
        numbers, here, there = numbers[hit], places[hit], found[hit]
        turned = swapped[numbers]
        return numbers, np.where(turned, there, here), np.where(turned, here, there)
