"""How long the search for stories takes, and its memory, on made records.

    python tests/benchmarks/stories.py --records 1000000

Every story has one to eight versions: copies of an agency's text with sentences left out, and other
texts with the same names, numbers and quoted words. All texts are made of made words.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import resource
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from copydesk import extract
from copydesk.stories.find import Archive

FIRST = datetime(2026, 3, 1, tzinfo=UTC)
DAYS = 30
SYLLABLES = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "er")]
SHORT = "the of and to in a is that for on with as was at by from it said had not".split()


def vocabulary(chance: random.Random, size: int) -> list[str]:
    """Made words, the most frequent first."""
    made: dict[str, None] = {}
    while len(made) < size:
        made["".join(chance.choices(SYLLABLES, k=chance.choice((2, 3, 3, 4))))] = None
    return list(made)


class Maker:
    """Makes the records of stories."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._words = vocabulary(self._chance, 60_000)
        self._weights = list(itertools.accumulate(1 / (rank + 3) for rank in range(60_000)))
        sentences = (
            f"It is the made sentence number {number} of a made text." for number in range(9)
        )
        text = "<article><h1>A made headline</h1><p>" + "</p><p>".join(sentences) + "</article>"
        self._record = json.loads(extract(text, media_type="text/html").to_line())

    def _common(self, count: int) -> list[str]:
        chance = self._chance
        found = chance.choices(self._words, cum_weights=self._weights, k=count)
        return [chance.choice(SHORT) if chance.random() < 0.4 else word for word in found]

    def _sentence(self, facts: list[str]) -> str:
        words = self._common(self._chance.randint(8, 14))
        for fact in self._chance.sample(facts, 2):
            words.insert(self._chance.randrange(1, len(words)), fact)
        return " ".join([words[0].title(), *words[1:]]) + "."

    def _facts(self) -> list[str]:
        chance = self._chance
        names = [
            f"{first.title()} {last.title()}"
            for first, last in zip(
                chance.choices(self._words, k=5), chance.choices(self._words, k=5), strict=True
            )
        ]
        return [
            *names,
            f"{chance.randint(100, 99_999)} {chance.choice(self._words)}",
            f"“{' '.join(chance.choices(self._words, k=4))}”",
        ]

    def story(self) -> Iterator[tuple[str, list[str]]]:
        """Yield the headline and the sentences of each version of one story."""
        chance = self._chance
        facts = self._facts()
        copy = [self._sentence(facts) for _ in range(6)]
        for _ in range(chance.choice((1, 1, 1, 2, 3, 5, 8))):
            if chance.random() < 0.5:
                sentences = [one for one in copy if chance.random() < 0.75] or copy
            else:
                sentences = [self._sentence(facts) for _ in range(6)]
            yield " ".join(self._common(6)).capitalize(), sentences

    def records(self, count: int) -> Iterator[bytes]:
        """Yield so many records, as lines."""
        number = 0
        while number < count:
            day = FIRST + timedelta(minutes=self._chance.randrange(DAYS * 24 * 60))
            for headline, sentences in itertools.islice(self.story(), count - number):
                number += 1
                published = day + timedelta(minutes=self._chance.randrange(600))
                record = self._record | {
                    "id": f"{number:032x}",
                    "headline": headline,
                    "published": published.isoformat(),
                    "text": "\n\n".join(sentences),
                    "body": [{"type": "paragraph", "text": one, "ranges": []} for one in sentences],
                }
                yield json.dumps(record).encode() + b"\n"


def _lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from file


def main() -> None:
    """Print the time and the memory of each step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--make", action="store_true", help="print the records, and do no more")
    parser.add_argument("--file", help="read the records that --make printed")
    given = parser.parse_args()
    records: Iterable[bytes] = Maker(given.seed).records(given.records)
    if given.file:
        records = _lines(Path(given.file))
    if given.make:
        for line in records:
            print(line.decode(), end="")
        return
    begun = time.perf_counter()
    with Archive() as archive:
        archive.add(records)
        print(f"read and sketched: {time.perf_counter() - begun:.0f} s", flush=True)
        begun = time.perf_counter()
        search, order = archive.search(3 * 24 * 3600)
        groups = list(search.groups())
        versions = sum(map(len, groups))
        took = time.perf_counter() - begun
        print(f"{len(groups)} stories of {versions} articles, grouped: {took:.0f} s", flush=True)
        begun = time.perf_counter()
        compared = random.Random(given.seed).sample(groups, min(1_000, len(groups)))
        for group in compared:
            archive.story(group, search, order)
        each = (time.perf_counter() - begun) / max(1, len(compared)) * 1_000
        print(f"compared: {each:.1f} ms a story")
    own, children = (
        resource.getrusage(who).ru_maxrss / 1e6
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    print(f"peak memory: {own:.2f} GB, and {children:.2f} GB in the largest worker")


if __name__ == "__main__":
    main()
