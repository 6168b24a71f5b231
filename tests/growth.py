"""How CPU time grows with the size of an input, for tests of inputs that once took far too long."""

from __future__ import annotations

import gc
from collections.abc import Callable
from time import process_time

ROUNDS = 3
LEAST = 5e-3
"""Shortest time in seconds that can be measured well."""
FACTOR = 4
MOST = 8.0
"""Linear work grows by 4 at four times the size, quadratic work by 16; between them there is room for noise."""


def growth(work: Callable[[int], Callable[[], object]], size: int) -> float:
    """How many times as much CPU time work takes at four times the size.

    The fastest of several runs counts. The large size runs again only after a growth above MOST, which
    noise may have caused.

    Args:
        work: prepares an input of a size and returns what is measured.
        size: size of the smaller input, which should take some hundredths of a second.
    """
    small = min(_seconds(work(size)) for _ in range(ROUNDS))
    run = work(FACTOR * size)
    large = _seconds(run)
    for _ in range(ROUNDS - 1):
        if large / small < MOST:
            break
        large = min(large, _seconds(run))
    return large / small


def _seconds(run: Callable[[], object]) -> float:
    """CPU time, which does not count what other processes use."""
    gc.collect()
    start = process_time()
    run()
    return max(process_time() - start, LEAST)
