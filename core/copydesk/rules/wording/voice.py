"""Who speaks to whom: whether a line is the outlet's own word to its readers.

Each language has lists for it: `reader` (the second person), `outlet` (the first person plural),
`this_text` (how a text speaks of itself), `price`, `goods` (what an outlet offers), `imperative`
(first words of a sentence that asks for something) and `rights`.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from copydesk.model.draft import Segment
from copydesk.rules import wording
from copydesk.rules.wording import tables

_LISTS = ("reader", "outlet", "this_text", "price", "goods")
_PERSONS = ("reader", "outlet")
_SEARCHED = 600
_STARTS = r"(?:^|[.!?…:]\W{1,3}|[–—-]\s)\W{0,2}"
_CURRENCY = re.compile(r"[$€£¥₹]")
_PRICE = re.compile(r"[$€£¥₹]\s?\d|\d\s?[$€£¥₹]")
_MANY_RIGHTS = 3
_WORD = re.compile(r"\w+")

Voice = frozenset[str]


# List -> the pattern of its phrases in a language.
_Language = dict[str, re.Pattern[str]]


def _tables() -> list[dict[str, Any]]:
    """The tables of the languages that have these lists."""
    return [table for table in tables.languages() if "reader" in table]


@cache
def _languages() -> tuple[_Language, ...]:
    return tuple(
        {
            **{name: _words(table[name]) for name in (*_LISTS, "rights")},
            "imperative": re.compile(
                _STARTS + rf"(?:{wording.alternatives(table['imperative'])})(?!\w)"
            ),
        }
        for table in _tables()
    )


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A phrase of a list of a language, given by its number."""

    text: str
    language: int
    name: str


@cache
def _by_first_word() -> dict[str, list[_Phrase]]:
    """First word -> phrases; a look-up of each word of a text is faster than a search for all."""
    found: dict[str, list[_Phrase]] = defaultdict(list)
    for language, table in enumerate(_tables()):
        for name in (*_LISTS, "imperative", "rights"):
            for phrase in table[name]:
                if first := _WORD.search(phrase):
                    found[first[0]].append(_Phrase(phrase, language, name))
    return dict(found)


def _phrases_in(folded: str) -> list[_Phrase]:
    """The phrases that a text may have, each as often as its first word."""
    known = _by_first_word()
    return [
        phrase
        for word in filter(known.__contains__, _WORD.findall(folded))
        for phrase in known[word]
        if phrase.text == word or phrase.text in folded
    ]


def _language_of(texts: Iterable[list[_Phrase]]) -> int:
    """The number of the language of which most lists have words in some texts."""
    count: Counter[int] = Counter()
    for phrases in texts:
        lists = {(p.language, p.name) for p in phrases if p.name != "rights"}
        count.update(language for language, _ in lists)
    return min(count, key=lambda n: (-count[n], n), default=0)


def _words(phrases: list[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{wording.alternatives(phrases)})(?!\w)")


class Voices:
    """The outlet's own words in one text."""

    def __init__(self, segments: Sequence[Segment], name: re.Pattern[str] | None) -> None:
        """segments: lines that may be such words; they show the language.

        name: the outlet's own name.
        """
        self._name = name
        self._segments = segments
        # By where a line starts, as its neighbours ask for it again.
        self._phrases: dict[int, list[_Phrase]] = {}
        self._voices: dict[int, Voice] = {}

    @cached_property
    def _language(self) -> int:
        return _language_of(map(self._phrases_of, self._segments))

    def _phrases_of(self, segment: Segment) -> list[_Phrase]:
        found = self._phrases.get(segment.start)
        if found is None:
            found = self._phrases[segment.start] = _phrases_in(_folded(segment))
        return found

    def of(self, segment: Segment) -> Voice:
        """What shows that a line is the outlet's own word: names of lists, "own name".

        What somebody says shows nothing.
        """
        found = self._voices.get(segment.start)
        if found is None:
            found = self._voices[segment.start] = self._find(segment)
        return found

    def is_personal(self, segment: Segment) -> bool:
        """Whether a line speaks to its readers, or of the outlet as "we"."""
        phrases = self._phrases_of(segment)
        may_be = any(p.name in _PERSONS for p in phrases) or wording.is_polite(segment.text)
        return may_be and not self.of(segment).isdisjoint(_PERSONS)

    def _find(self, segment: Segment) -> Voice:
        found = self._lists_in(segment)
        text = segment.text[:_SEARCHED]
        if _CURRENCY.search(text) and _PRICE.search(text):
            found.add("price")
        if wording.is_polite(text):
            found.add("reader")
        if self._name is not None and self._name.search(text):
            found.add("own name")
        if found and wording.is_reported(segment):
            return frozenset()
        return frozenset(found)

    def _lists_in(self, segment: Segment) -> set[str]:
        """The lists of the text's language that have a phrase in a line."""
        phrases = self._phrases_of(segment)
        if not phrases:
            return set()
        names = {p.name for p in phrases if p.language == self._language and p.name != "rights"}
        patterns, folded = _languages()[self._language], _folded(segment)
        return {name for name in names if patterns[name].search(folded)}

    def claim_rights(self, segment: Segment) -> bool:
        """Whether a line has several words of rights, as notices have and stories hardly ever."""
        if sum(p.name == "rights" for p in self._phrases_of(segment)) < _MANY_RIGHTS:
            return False
        folded = segment.text[:_SEARCHED].casefold()
        return any(len(set(one["rights"].findall(folded))) >= _MANY_RIGHTS for one in _languages())


def _folded(segment: Segment) -> str:
    return segment.text[:_SEARCHED].casefold().replace("’", "'")


def speaks(voice: Voice) -> bool:
    """Whether a line that shows this is the outlet's own word, and no sentence of a story."""
    asks = not voice.isdisjoint(("imperative", "reader"))
    if "goods" in voice and asks:
        return True
    if voice >= {"imperative", "reader", "price"}:
        return True
    if "this_text" in voice and not voice.isdisjoint(("price", "goods")):
        return True
    if voice >= {"outlet", "reader"} and not voice.isdisjoint(("price", "goods")):
        return True
    return "own name" in voice and asks and not voice.isdisjoint(("goods", "price"))


def own_name(host: str | None) -> re.Pattern[str] | None:
    """A pattern of an outlet's own name, by its host: its letters, also with gaps inside."""
    labels = [one for one in (host or "").split(".")[:-1] if len(one.replace("-", "")) > 3]
    if not labels:
        return None
    letters = max(labels, key=len).replace("-", "")
    # It starts with a character, as a search for a look-behind is slow.
    capital, small = letters[0].upper(), letters[0]
    first = rf"[{capital}{small}](?<!\w.)(?:(?<={capital})|(?=\w*[A-Z]))"
    rest = "".join(rf"[\s-]?{c}" if c.isalnum() else "" for c in letters[1:])
    return re.compile(rf"{first}(?i:{rest})(?!\w)")
