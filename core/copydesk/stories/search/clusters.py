"""Groups of texts around central ones, so that a chain of ties makes no story."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from copydesk.stories.search.sketches import Offsets, spread

_MOST_TRIED = 2_000
"""Texts beyond the neighbours of a centre that are compared with it directly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edges:
    """Ties of texts, once for each direction: source, target, strength.

    within: the target is mostly a part of the source. central: strength as evidence that the source
    is central; low where it is only a small part that both share.
    """

    source: Offsets
    target: Offsets
    strength: npt.NDArray[np.float64]
    central: npt.NDArray[np.float64]
    within: npt.NDArray[np.bool_]


Fits = Callable[[int, Offsets], npt.NDArray[np.bool_]]
"""Whether each of several texts has a tie to a central one, when they are compared directly."""


def stars(count: int, edges: Edges, fits: Fits) -> Iterator[list[int]]:
    """Yield the groups of two texts and more, each with its central text first.

    The text with the strongest ties is central first; a group is what has a tie to its centre, and
    texts that are mostly a part of one of those. What is left goes on in the same way.
    """
    order = np.lexsort((-edges.strength, edges.source))
    source, target = edges.source[order], edges.target[order]
    within = edges.within[order]
    offsets = np.searchsorted(source, np.arange(count + 1))
    weight = np.bincount(source, edges.central[order], count)
    taken = np.zeros(count, bool)
    # Of equal texts the earliest is central.
    for centre in np.lexsort((np.arange(count), -weight)):
        if weight[centre] == 0:
            break
        if taken[centre]:
            continue
        near = target[offsets[centre] : offsets[centre + 1]]
        near = near[~taken[near]]
        if not len(near):
            continue
        taken[centre] = True
        taken[near] = True
        members = np.concatenate([near, _beyond(near, target, offsets, taken, fits, int(centre))])
        taken[members] = True
        parts = _parts(members, target, offsets, within, taken)
        taken[parts] = True
        yield [int(centre), *members.tolist(), *parts.tolist()]


def _beyond(
    near: Offsets,
    target: Offsets,
    offsets: Offsets,
    taken: npt.NDArray[np.bool_],
    fits: Fits,
    centre: int,
) -> Offsets:
    """Return the neighbours' neighbours that fit the centre, though no candidate pair named them."""
    places = spread(offsets[near], offsets[near + 1] - offsets[near])
    further = np.unique(target[places])
    further = further[~taken[further]][:_MOST_TRIED]
    return further[fits(centre, further)] if len(further) else further


def _parts(
    members: Offsets,
    target: Offsets,
    offsets: Offsets,
    within: npt.NDArray[np.bool_],
    taken: npt.NDArray[np.bool_],
) -> Offsets:
    """Return the texts that are mostly a part of a member."""
    places = spread(offsets[members], offsets[members + 1] - offsets[members])
    parts = np.unique(target[places[within[places]]])
    return parts[~taken[parts]]
