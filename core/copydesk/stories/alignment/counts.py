"""The numbers of the same thing in several versions of a story, and whether they agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, islice

from copydesk.stories.shapes import Count, Number
from copydesk.stories.texts import Text
from copydesk.stories.words import Word, month_beside, spans, word

_STEM = 4
_UNIT_WORDS = 3
_UNIT_REACH = 5
_CONTEXT = 14
"""Words on each side of a number that say what it is about."""
_LEAST_ABOUT = 2
_LEAST_SHARE = 0.25
_AROUND = 5
_MONEY = frozenset("$€£¥₹₽₩₺")
_ENDS = frozenset(".!?…:;\n")
_LAST_DAY = 31
_YEARS = range(1900, 2101)
_MOST = 400
"""Numbers of a story that are compared with one another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mention:
    """A number in a sentence. units: what may be counted, as stem and printed word.

    about: stems near it.
    """

    version: int
    sentence: int
    value: str
    text: str
    units: dict[str, str]
    about: frozenset[str]


def compared(versions: Sequence[Text]) -> list[Count]:
    """Return the numbers that at least two versions give for the same thing.

    It is the same thing if the words behind the numbers and several words around them are the same.
    Those that disagree come first.
    """
    mentions = list(islice(_all(versions), _MOST))
    groups = {place: [place] for place in range(len(mentions))}
    for _, one, other in sorted(_likely(mentions)):
        first, second = groups[one], groups[other]
        if first is second or _versions(mentions, first) & _versions(mentions, second):
            continue
        first += second
        for place in second:
            groups[place] = first
    made = {id(group): sorted(group) for group in groups.values() if len(group) > 1}
    counts = [_shape([mentions[place] for place in group]) for group in made.values()]
    return sorted(counts, key=lambda count: (count.agree, -len(count.numbers)))


def _versions(mentions: list[_Mention], group: list[int]) -> set[int]:
    return {mentions[place].version for place in group}


def _likely(mentions: list[_Mention]) -> Iterator[tuple[float, int, int]]:
    """Yield the pairs that may number the same, with how unlike they are; equal values first."""
    for (a, one), (b, other) in combinations(enumerate(mentions), 2):
        if one.version == other.version or not one.units.keys() & other.units:
            continue
        # One word is what both count.
        shared = len(one.about & other.about) - 1
        share = shared / max(1, min(len(one.about), len(other.about)))
        equal = one.value == other.value
        if shared >= _LEAST_ABOUT - equal and share >= _LEAST_SHARE - 0.1 * equal:
            yield -share - equal, a, b


def _all(versions: Sequence[Text]) -> Iterator[_Mention]:
    for version, text in enumerate(versions):
        seen: dict[str, set[str]] = {}
        for place, (_, sentence) in enumerate(text.sentences):
            for mention in _of(version, place, sentence):
                before = seen.setdefault(mention.value, set())
                if not before & mention.units.keys():
                    yield mention
                before.update(mention.units)


def _of(version: int, place: int, sentence: str) -> Iterator[_Mention]:
    places = spans(sentence)
    printed = [sentence[start:end] for start, end in places]
    words = [word(one) for one in printed]
    for at, one in enumerate(words):
        if not one.is_number or _is_date(words, at):
            continue
        units = list(_units(words, at))
        if not units:
            continue
        near = words[max(0, at - _CONTEXT) : at + _CONTEXT + 1]
        yield _Mention(
            version=version,
            sentence=place,
            value=one.folded,
            text=_around(sentence, places, at),
            units={words[unit].folded[:_STEM]: printed[unit] for unit in units},
            about=frozenset(
                w.folded[:_STEM] for w in near if w.length >= _STEM and not w.is_number
            ),
        )


def _around(sentence: str, places: list[tuple[int, int]], at: int) -> str:
    """Return the words around a number, as printed."""
    first, last = max(0, at - _AROUND), min(len(places) - 1, at + _AROUND)
    before, behind = "…" * (first > 0), "…" * (last < len(places) - 1)
    return f"{before}{sentence[places[first][0] : places[last][1]]}{behind}"


def _is_date(words: list[Word], at: int) -> bool:
    value = words[at].folded
    if not value.isdecimal() or len(value) > _STEM:
        return False
    if int(value) in _YEARS:
        return True
    return int(value) <= _LAST_DAY and month_beside(words, at) is not None


def _units(words: list[Word], at: int) -> Iterator[int]:
    """Yield the places of the words behind a number that may say what it counts."""
    if at and words[at - 1].folded in _MONEY:
        yield at - 1
        return
    count = 0
    for place in range(at + 1, min(at + 1 + _UNIT_REACH, len(words))):
        one = words[place]
        if one.folded in _ENDS or one.is_number:
            return
        if one.length >= _STEM and not one.is_calendar:
            yield place
            count += 1
            if count == _UNIT_WORDS:
                return


def _shape(group: list[_Mention]) -> Count:
    stems = Counter(stem for mention in group for stem in mention.units)
    most = stems.most_common(1)[0][0]
    return Count(
        unit=next(mention.units[most] for mention in group if most in mention.units),
        agree=len({mention.value for mention in group}) == 1,
        numbers=[
            Number(version=one.version, sentence=one.sentence, value=one.value, text=one.text)
            for one in group
        ],
    )
