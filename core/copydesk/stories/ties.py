"""Why two versions are taken for one story: the passages, names and numbers that they share."""

from __future__ import annotations

from collections.abc import Sequence

from copydesk.stories.features import KINDS, Found, features
from copydesk.stories.search.events import Rarity
from copydesk.stories.shapes import Evidence
from copydesk.stories.texts import Text

_RUN = 5
"""Words in a row that make a shared passage."""
_MOST = 8
_MOST_PASSAGES = 3


class Read:
    """A version as ties are explained: its words, and what it states."""

    def __init__(self, text: Text, rarity: Rarity) -> None:
        self.found: Found = features(text.headline or "", text.body)
        kept = [(printed, one.folded) for printed, one in self.found.words if one.is_word]
        self.printed = [printed for printed, _ in kept]
        self.words = [folded for _, folded in kept]
        self.runs = {
            tuple(self.words[at : at + _RUN]) for at in range(max(0, len(self.words) - _RUN + 1))
        }
        self.bits = rarity.of(list(self.found.counts)) if self.found.counts else {}


def passages(one: Read, other: Read) -> tuple[int, list[tuple[int, str]]]:
    """Return how many words of a version are in passages that another has, and the passages.

    Each with its number of words, the longest first.
    """
    covered = 0
    found: list[tuple[int, str]] = []
    start: int | None = None
    end = 0
    for at in range(len(one.words) - _RUN + 1):
        if tuple(one.words[at : at + _RUN]) not in other.runs:
            continue
        if start is not None and at > end:
            found.append((end - start, " ".join(one.printed[start:end])))
            covered += end - start
            start = None
        if start is None:
            start = at
        end = at + _RUN
    if start is not None:
        found.append((end - start, " ".join(one.printed[start:end])))
        covered += end - start
    return covered, sorted(found, key=lambda passage: -passage[0])


def evidence(one: Read, other: Read, shared: Sequence[tuple[int, str]]) -> list[Evidence]:
    """Return what two versions share: passages, then what they both state, the rarest first."""
    made = [
        Evidence(kind="passage", text=text, bits=float(words))
        for words, text in shared[:_MOST_PASSAGES]
    ]
    bits = one.bits
    keys = [key for key in bits if bits[key] > 0 and key in other.bits]
    seen: set[str] = set()
    for key in sorted(keys, key=lambda key: (-bits[key], key)):
        text = one.found.printed[key]
        if len(made) == _MOST:
            break
        if text.casefold() in seen:
            continue
        seen.add(text.casefold())
        made.append(Evidence(kind=KINDS[key[0]], text=text, bits=round(bits[key], 1)))
    return made
