"""Precision and recall of ties for copies, on edited copies of real articles.

    python tests/benchmarks/story_quality.py articles.jsonl

Of every article with enough words, copies are edited by rule: sentences left out, moved, reworded,
cut to a notice, or put into another article. All articles and copies get the same made-up day, so
that the others, also those on the same topic, are what a copy may wrongly be tied to. Articles that
are copies of each other in the input count as such: they are found by the share of their runs of
eight words, without sampling.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np

from copydesk.stories.search.copies import Copies
from copydesk.stories.search.groups import Search
from copydesk.stories.search.pairs import unpacked
from copydesk.stories.search.sketches import Sketches, joined, sketch
from copydesk.stories.texts import Text, of_record

LEAST_WORDS = 120
DAY = "2026-03-02"
WINDOW = 3 * 24 * 3600
Sentences = list[str]
REWORDED = {
    "said": "told reporters", "but": "however", "also": "as well", "the": "this", "which": "that",
    "will": "is to", "more than": "over", "people": "persons", "because": "since", "und": "sowie",
    "auch": "ebenso", "aber": "jedoch", "que": "el que", "pero": "sin embargo", "et": "ainsi que",
}  # fmt: skip


def dropped(share: float) -> Callable[[random.Random, Sentences, Sentences], Sentences]:
    """Leave out a share of the sentences."""

    def edit(chance: random.Random, own: Sentences, other: Sentences) -> Sentences:
        kept = max(2, round(len(own) * (1 - share)))
        return [own[place] for place in sorted(chance.sample(range(len(own)), min(kept, len(own))))]

    return edit


def moved(chance: random.Random, own: Sentences, other: Sentences) -> Sentences:
    """Put the sentences into another order."""
    return chance.sample(own, len(own))


def reworded(chance: random.Random, own: Sentences, other: Sentences) -> Sentences:
    """Replace words by rule, and leave out every ninth word or so."""
    made = []
    for sentence in own:
        words = [REWORDED.get(word, word) for word in sentence.split()]
        made.append(" ".join(word for word in words if chance.random() > 0.11))
    return made


def notice(chance: random.Random, own: Sentences, other: Sentences) -> Sentences:
    """Keep the start: a third of the text, and at least sixty words."""
    kept: Sentences = []
    least = max(60, sum(len(one.split()) for one in own) // 3)
    for sentence in own:
        kept.append(sentence)
        if sum(len(one.split()) for one in kept) >= least:
            break
    return kept


def embedded(chance: random.Random, own: Sentences, other: Sentences) -> Sentences:
    """Put half of the text into an unrelated one."""
    half = own[: len(own) // 2 + 1]
    place = len(other) // 2
    return [*other[:place], *half, *other[place : 2 * place]]


def edited(chance: random.Random, own: Sentences, other: Sentences) -> Sentences:
    """Leave out a third, move the rest and reword it."""
    return reworded(chance, moved(chance, dropped(0.33)(chance, own, other), other), other)


EDITS: dict[str, Callable[[random.Random, Sentences, Sentences], Sentences]] = {
    "a tenth left out": dropped(0.1),
    "a third left out": dropped(0.33),
    "60 % left out": dropped(0.6),
    "moved": moved,
    "reworded": reworded,
    "left out, moved, reworded": edited,
    "notice": notice,
    "half in another": embedded,
}


def read(path: Path) -> Iterator[Text]:
    """Yield the texts that are long enough, each once."""
    seen = set()
    with path.open("rb") as lines:
        for line in lines:
            text = of_record(json.loads(line))
            words = sum(len(sentence.split()) for _, sentence in text.sentences)
            body = "".join(sentence for _, sentence in text.sentences)
            if words >= LEAST_WORDS and len(text.sentences) >= 4 and body not in seen:
                seen.add(body)
                yield replace(text, published=DAY)


def runs(sentences: Sentences) -> set[tuple[str, ...]]:
    """The runs of eight words of a text."""
    words = re.findall(r"\w+", " ".join(sentences).casefold())
    return {tuple(words[at : at + 8]) for at in range(len(words) - 7)}


def real_copies(originals: list[Sentences]) -> set[tuple[int, int]]:
    """Pairs of originals of which one shares a twentieth of its runs of words with the other."""
    owners: dict[tuple[str, ...], set[int]] = defaultdict(set)
    sizes = []
    for number, sentences in enumerate(originals):
        found = runs(sentences)
        sizes.append(len(found))
        for run in found:
            owners[run].add(number)
    shared = Counter(
        pair for numbers in owners.values() for pair in combinations(sorted(numbers), 2)
    )
    return {
        (a, b)
        for (a, b), count in shared.items()
        if count >= 0.05 * max(1, min(sizes[a], sizes[b]))
    }


def main() -> None:
    """Print precision and recall."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("articles", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    chance = random.Random(given.seed)
    texts = list(read(given.articles))
    originals = [[sentence for _, sentence in text.sentences] for text in texts]
    # Which originals each text is made of, and by which edit.
    parents: list[tuple[int, ...]] = [(number,) for number in range(len(texts))]
    kinds = [""] * len(texts)
    for number, text in enumerate(texts[:]):
        for kind in chance.sample(list(EDITS), 2):
            other = chance.randrange(len(originals))
            made = EDITS[kind](chance, originals[number], originals[other])
            texts.append(replace(text, id=f"{text.id}-{kind}", sentences=list(enumerate(made))))
            parents.append((number, other) if kind == "half in another" else (number,))
            kinds.append(kind)
    sketches, order = joined([sketch(texts[at : at + 500]) for at in range(0, len(texts), 500)])
    report(sketches, [parents[n] for n in order], [kinds[n] for n in order], originals)


def report(
    sketches: Sketches,
    parents: list[tuple[int, ...]],
    kinds: list[str],
    originals: list[Sentences],
) -> None:
    """Compare the ties with what the texts were made of."""
    real = real_copies(originals)
    by_parent: dict[int, list[int]] = defaultdict(list)
    for place, made_of in enumerate(parents):
        for one in made_of:
            by_parent[one].append(place)
    copies, search = Copies(sketches), Search(sketches, WINDOW)
    ways = {"MinHash": copies.by_signature(), "shingles": copies.by_shingle()}
    ways["both"] = np.union1d(ways["MinHash"], ways["shingles"])
    first, second = unpacked(np.union1d(ways["both"], search.candidates()))
    tied = search.compare(first, second).copied > 0
    found = set(zip(first[tied].tolist(), second[tied].tolist(), strict=True))
    right = sum(
        any(a == b or (min(a, b), max(a, b)) in real for a in parents[one] for b in parents[two])
        for one, two in found
    )
    print(f"{len(parents)} texts, {len(real)} copies among the originals")
    print(f"precision of copy ties: {right / max(1, len(found)):.4f} ({right} of {len(found)})")
    # The truth: an original with each of its copies.
    truth: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for places in by_parent.values():
        source = next(place for place in places if not kinds[place])
        for place in places:
            if kinds[place]:
                truth[kinds[place]].append((min(source, place), max(source, place)))
    pairs = {
        name: set(zip(*(side.tolist() for side in unpacked(way)), strict=True))
        for name, way in ways.items()
    }
    total = [pair for wanted in truth.values() for pair in wanted]
    print(f"{'recall of':28}{'tied':>8}" + "".join(f"{name:>10}" for name in pairs))
    for kind, wanted in [*truth.items(), ("all", total)]:
        shares = [
            sum(pair in way for pair in wanted) / len(wanted) for way in (found, *pairs.values())
        ]
        print(f"{kind:28}{shares[0]:8.4f}" + "".join(f"{share:10.4f}" for share in shares[1:]))


if __name__ == "__main__":
    main()
