"""What is kept of every text while stories are searched: hashes in arrays, a few hundred bytes each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt

from copydesk.stories.features import KINDS, Found, features
from copydesk.stories.texts import Text

Codes = npt.NDArray[np.uint32]
Marks = npt.NDArray[np.uint8]
Times = npt.NDArray[np.int64]
Offsets = npt.NDArray[np.int64]

SHINGLE = 5
"""Words of a shingle."""
SAMPLE = 4
"""One shingle in so many is kept: those whose hash is a multiple of it."""
PERMUTATIONS = 32
"""Values of a MinHash signature."""
_SEED = 1
_MAX_FEATURES = 320
_MOST_OFTEN = 15
_LETTERS = {letter: number for number, letter in enumerate(KINDS)}
_MIX = np.uint64(0x9E3779B97F4A7C15)
_HIGH = np.uint64(32)
_UNDATED = (-(1 << 60), 1 << 60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketches:
    """The sketches of several texts, in the order of the texts.

    start, end: seconds since 1970 between which each was published; far
    apart if unknown. shingles: hashes of the sampled runs of SHINGLE words, each once, rising;
    those of text i are from shingle_offsets[i] to shingle_offsets[i + 1]. signatures: MinHash of
    all shingles, a row a text. codes, marks: hashes of the features, rising, and letter and count
    of each (letter times 16, plus count).
    """

    start: Times
    end: Times
    shingles: Codes
    shingle_offsets: Offsets
    signatures: Codes
    codes: Codes
    marks: Marks
    offsets: Offsets

    def __len__(self) -> int:
        return len(self.start)


def sketch(texts: list[Text]) -> Sketches:
    """Return the sketches of texts."""
    rows = [_Row(text) for text in texts]
    shingles = [row.shingles for row in rows]
    sampled = [one[one % SAMPLE == 0] for one in shingles]
    return Sketches(
        start=np.array([row.period[0] for row in rows], np.int64),
        end=np.array([row.period[1] for row in rows], np.int64),
        shingles=_joined(sampled, np.uint32),
        shingle_offsets=_offsets(sampled),
        signatures=_signatures(shingles),
        codes=_joined([row.codes for row in rows], np.uint32),
        marks=_joined([row.marks for row in rows], np.uint8),
        offsets=_offsets([row.codes for row in rows]),
    )


class _Row:
    """The sketch of one text."""

    __slots__ = ("codes", "marks", "period", "shingles")

    def __init__(self, text: Text) -> None:
        found = features(text.headline or "", text.body)
        self.period = text.period or _UNDATED
        codes = [one.code for _, one in found.words if one.is_word]
        self.shingles = _shingles(np.array(codes, np.uint64))
        self.codes, self.marks = _coded(found)


def _shingles(codes: npt.NDArray[np.uint64]) -> Codes:
    """Return the hashes of the runs of SHINGLE words, each once, rising; of a short text, of all."""
    if not len(codes):
        return np.array([], np.uint32)
    size = min(SHINGLE, len(codes))
    count = len(codes) - size + 1
    made = codes[:count].copy()
    for place in range(1, size):
        made = made * _MIX + codes[place : place + count]
        made ^= made >> _HIGH
    return np.unique((made * _MIX >> _HIGH).astype(np.uint32))


def code_of(key: str) -> int:
    """Return the hash of a feature's key, 32 bits."""
    return crc32(key.encode("utf-8", "surrogatepass"))


def _coded(found: Found) -> tuple[Codes, Marks]:
    counts = found.counts
    if len(counts) > _MAX_FEATURES:
        # Words are the weakest; of those the longest are the rarest.
        chosen = sorted(counts, key=lambda key: (key[0] == "w", -len(key)))[:_MAX_FEATURES]
        counts = {key: counts[key] for key in chosen}
    made = {
        code_of(key): _LETTERS[key[0]] * 16 + min(times, _MOST_OFTEN)
        for key, times in counts.items()
    }
    order = sorted(made)
    return np.array(order, np.uint32), np.array([made[code] for code in order], np.uint8)


def _signatures(rows: list[Codes]) -> Codes:
    from rensa import RMinHash

    offsets = _offsets(rows)
    matrix = RMinHash.digest_matrix_from_flat_token_hashes(
        _joined(rows, np.uint64), offsets.astype(np.uint64), PERMUTATIONS, _SEED
    )
    return np.array(matrix.to_rows(), np.uint32).reshape(len(rows), PERMUTATIONS)


def _joined(parts: Sequence[npt.NDArray[Any]], kind: type[Any]) -> npt.NDArray[Any]:
    return np.concatenate(parts).astype(kind) if parts else np.array([], kind)


def _offsets(parts: Sequence[npt.NDArray[Any]]) -> Offsets:
    return _offsets_of(np.array([len(one) for one in parts], np.int64))


def joined(
    parts: list[Sketches], kept: npt.NDArray[np.bool_] | None = None
) -> tuple[Sketches, Offsets]:
    """Return several sketches as one, the earliest text first, and the former place of each.

    Texts without a date come last. kept: which texts to keep; all if None.
    """
    start = np.concatenate([part.start for part in parts])
    order = np.argsort(np.where(start == _UNDATED[0], _UNDATED[1], start), kind="stable")
    if kept is not None:
        order = order[kept[order]]
    shingle_places, shingle_offsets = _reordered([part.shingle_offsets for part in parts], order)
    places, offsets = _reordered([part.offsets for part in parts], order)
    made = Sketches(
        start=start[order],
        end=np.concatenate([part.end for part in parts])[order],
        shingles=np.concatenate([part.shingles for part in parts])[shingle_places],
        shingle_offsets=shingle_offsets,
        signatures=np.concatenate([part.signatures for part in parts])[order],
        codes=np.concatenate([part.codes for part in parts])[places],
        marks=np.concatenate([part.marks for part in parts])[places],
        offsets=offsets,
    )
    return made, order


def _reordered(parts: list[Offsets], order: Offsets) -> tuple[Offsets, Offsets]:
    """Return the places of what belongs to rows in another order, and their new offsets."""
    sizes = np.concatenate([np.diff(part) for part in parts])
    starts = np.cumsum(sizes) - sizes
    return spread(starts[order], sizes[order]), _offsets_of(sizes[order])


def spread(starts: Offsets, sizes: Offsets) -> Offsets:
    """Return the places in ranges of an array, one range after the other."""
    ends = np.cumsum(sizes)
    total = int(ends[-1]) if len(ends) else 0
    places: Offsets = np.arange(total) + np.repeat(starts - (ends - sizes), sizes)
    return places


def _offsets_of(sizes: Offsets) -> Offsets:
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])
