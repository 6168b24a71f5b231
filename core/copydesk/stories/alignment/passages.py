"""The sentences that several versions of a story have, verbatim, edited or moved."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from copydesk.stories.shapes import Passage, PassageSentence
from copydesk.stories.texts import Text
from copydesk.stories.words import folded_words

_LEAST_WORDS = 4
"""Shorter sentences, as those of one word, are shared by chance."""
_EDITED = 0.5
"""Share of the weight of two sentences' words that they have in common, from which they are one."""
_LONG_WORD = 4
_SHORT_WEIGHT = 0.25
_INDEXED = 6

Place = tuple[int, int]
"""A version and a sentence."""


@dataclass(frozen=True, slots=True)
class _Sentence:
    """The words of a sentence, folded, and their weight: long words say more than short ones."""

    place: Place
    words: list[str]
    counts: Counter[str]
    weight: float


@dataclass(slots=True)
class _Group:
    """A sentence, and those of other versions that are the same."""

    original: _Sentence
    others: list[_Sentence] = field(default_factory=list)


def aligned(versions: Sequence[Text]) -> list[Passage]:
    """Return the passages that at least two of the versions have, in the order of the first.

    A sentence belongs to the passage whose first sentence is most like it; a version has at most
    one sentence in a passage.
    """
    groups: list[_Group] = []
    index: dict[str, list[int]] = defaultdict(list)
    for version, text in enumerate(versions):
        sentences = [
            _weighed((version, place), sentence)
            for place, (_, sentence) in enumerate(text.sentences)
        ]
        joined = _assigned(sentences, groups, index)
        for sentence in sentences:
            group = joined.get(sentence.place)
            if group is not None:
                groups[group].others.append(sentence)
            elif len(sentence.words) >= _LEAST_WORDS:
                for one in _strongest(sentence):
                    index[one].append(len(groups))
                groups.append(_Group(sentence))
    return _shapes([group for group in groups if group.others])


def _weighed(place: Place, sentence: str) -> _Sentence:
    """Return a sentence as it is compared."""
    words = folded_words(sentence)
    counts = Counter(words)
    return _Sentence(place, words, counts, sum(map(_weight, words)))


def _weight(folded: str) -> float:
    return 1.0 if len(folded) >= _LONG_WORD or not folded.isascii() else _SHORT_WEIGHT


def _likeness(one: _Sentence, other: _Sentence) -> float:
    """Return the share, 0 to 1, of the weight of two sentences' words that both have."""
    total = one.weight + other.weight
    shared = sum(
        min(count, other.counts[folded]) * _weight(folded)
        for folded, count in one.counts.items()
        if folded in other.counts
    )
    return 2 * shared / total if total else 0.0


def _strongest(sentence: _Sentence) -> list[str]:
    """Return the words by which a sentence is found: its longest."""
    return sorted(sentence.counts, key=lambda one: (-len(one), one))[: _INDEXED * 2]


def _assigned(
    sentences: list[_Sentence], groups: list[_Group], index: dict[str, list[int]]
) -> dict[Place, int]:
    """Return the group of each sentence of a version that belongs to one."""
    likely: list[tuple[float, Place, int]] = []
    for sentence in sentences:
        if len(sentence.words) < _LEAST_WORDS:
            continue
        near = Counter(group for one in sentence.counts for group in index.get(one, ()))
        for group, count in near.most_common(_INDEXED * 4):
            if count < 2 and len(sentence.words) > _LEAST_WORDS:
                break
            found = _likeness(sentence, groups[group].original)
            if found >= _EDITED:
                likely.append((-found, sentence.place, group))
    joined: dict[Place, int] = {}
    taken: set[int] = set()
    for _, place, group in sorted(likely):
        if place not in joined and group not in taken:
            joined[place] = group
            taken.add(group)
    return joined


def _shapes(groups: list[_Group]) -> list[Passage]:
    moved = _moved(groups)
    return [
        Passage(
            sentences=[
                PassageSentence(
                    version=group.original.place[0],
                    sentence=group.original.place[1],
                    change="original",
                    moved=False,
                ),
                *(
                    PassageSentence(
                        version=other.place[0],
                        sentence=other.place[1],
                        change="verbatim" if other.words == group.original.words else "edited",
                        moved=other.place in moved,
                    )
                    for other in group.others
                ),
            ]
        )
        for group in groups
    ]


def _moved(groups: list[_Group]) -> set[Place]:
    """Return the sentences that stand elsewhere in their version than in that of the original."""
    between: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for group in groups:
        first, at = group.original.place
        for other in group.others:
            version, place = other.place
            between[first, version].append((place, at))
    found = set()
    for (_, version), places in between.items():
        places.sort()
        kept = _longest_rise([at for _, at in places])
        found |= {(version, places[n][0]) for n in range(len(places)) if n not in kept}
    return found


def _longest_rise(values: list[int]) -> set[int]:
    """Return the places of a longest rising subsequence."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for place, value in enumerate(values):
        at = bisect_left(tails, value)
        tails[at : at + 1] = [value]
        ends[at : at + 1] = [place]
        before.append(ends[at - 1] if at else -1)
    kept = set()
    place = ends[-1] if ends else -1
    while place >= 0:
        kept.add(place)
        place = before[place]
    return kept
