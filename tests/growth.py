"""How work grows with the size of an input, for tests of inputs that once took time out of all proportion."""

from __future__ import annotations

import gc
from collections.abc import Callable
from time import process_time

ROUNDS = 3
FACTOR = 4
MOST = 8.0
"""Linear work grows by 4 at four times the size, quadratic work by 16; between them there is room for noise."""


def growth(work: Callable[[int], Callable[[], object]], size: int) -> float:
    """How many times as much CPU time work takes at four times the size.

    work: prepares an input of a size and returns what is measured. size: of the smaller input, chosen
    so that it takes some hundredths of a second. CPU time does not count what other processes use; the
    fastest of several rounds counts, and small and large take turns.
    """
    small, large = work(size), work(FACTOR * size)
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for which, run in enumerate((small, large)):
            gc.collect()
            start = process_time()
            run()
            times[which].append(process_time() - start)
    return min(times[1]) / max(min(times[0]), 1e-3)
