"""The quotations that several versions of a story have, and where their words differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import islice

from copydesk.stories.features import quotations
from copydesk.stories.shapes import Quotation, Quoted
from copydesk.stories.texts import Text
from copydesk.stories.words import folded_words

_LEAST_WORDS = 2
_ALIKE = 0.6
_MOST = 1_000
"""Quotations of a story that are compared with one another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Quoted:
    version: int
    sentence: int
    text: str
    words: list[str]
    counts: Counter[str]


def compared(versions: Sequence[Text]) -> list[Quotation]:
    """Return the quotations that at least two versions have, in the order of the first.

    Two are the same quotation if one has all words of the other in a row, or if most of their words
    are the same.
    """
    groups: list[list[_Quoted]] = []
    quoted = (one for version, text in enumerate(versions) for one in _of(version, text))
    for one in islice(quoted, _MOST):
        best, likeness = None, 0.0
        for group in groups:
            found = _likeness(group[0], one)
            if found > likeness:
                best, likeness = group, found
        if best is None or likeness < _ALIKE:
            groups.append([one])
        elif all(one.version != other.version for other in best):
            best.append(one)
    return [_shape(group) for group in groups if len(group) > 1]


def _of(version: int, text: Text) -> Iterator[_Quoted]:
    """Yield the quotations of a version; one may go over several sentences of a block."""
    for first, sentences in _blocks(text):
        block = " ".join(sentences)
        for at, quoted in quotations(block):
            words = folded_words(quoted)
            if len(words) >= _LEAST_WORDS:
                passed = 0
                place = first
                for sentence in sentences:
                    passed += len(sentence) + 1
                    if at < passed:
                        break
                    place += 1
                yield _Quoted(
                    version=version,
                    sentence=place,
                    text=quoted,
                    words=words,
                    counts=Counter(words),
                )


def _blocks(text: Text) -> Iterator[tuple[int, list[str]]]:
    """Yield the number of the first sentence of each block, and its sentences."""
    start = 0
    for place, (block, _) in enumerate(text.sentences):
        if place and block != text.sentences[place - 1][0]:
            yield start, [sentence for _, sentence in text.sentences[start:place]]
            start = place
    if text.sentences:
        yield start, [sentence for _, sentence in text.sentences[start:]]


def _likeness(one: _Quoted, other: _Quoted) -> float:
    short, long = sorted((one.words, other.words), key=len)
    shared = sum(min(count, other.counts[one_word]) for one_word, count in one.counts.items())
    size = len(short)
    if shared < size and 2 * shared < _ALIKE * (size + len(long)):
        return 0.0
    if any(long[at : at + size] == short for at in range(len(long) - size + 1)):
        return 1.0 + size / len(long)
    return SequenceMatcher(None, one.words, other.words, autojunk=False).ratio()


def _shape(group: list[_Quoted]) -> Quotation:
    first = group[0]
    made = []
    for one in group:
        added: list[str] = []
        missing: list[str] = []
        matcher = SequenceMatcher(None, first.words, one.words, autojunk=False)
        for change, a, b, c, d in matcher.get_opcodes():
            if change != "equal":
                missing += first.words[a:b]
                added += one.words[c:d]
        made.append(
            Quoted(
                version=one.version,
                sentence=one.sentence,
                text=one.text,
                words_added=added,
                words_missing=missing,
            )
        )
    return Quotation(same=all(one.words == first.words for one in group), quoted=made)
