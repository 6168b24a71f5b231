"""What a text states that another text about the same event would state too.

Names, numbers with what they count, days, quoted words, and words; in any script, without a model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from copydesk.stories.shapes import EvidenceKind
from copydesk.stories.words import Word, folded_words, month_beside, tokens, word

_QUOTES = re.compile(
    r"“([^“”\n]{3,600})[”“]|«([^«»\n]{3,600})»|»([^«»\n]{3,600})«|„([^„“”\n]{3,600})[“”]"
    r"|「([^「」\n]{2,300})」|『([^『』\n]{2,300})』|(?<![\w\"])\"([^\"\n]{3,600})\"(?!\w)"
)
# A sentence, a quotation or a line begins behind these: a capital letter says nothing there.
_OPENERS = frozenset('.!?…:;•–—"“”„«»‘(\n|*·')
_LONG_WORD = 5
_LONG_CASELESS = 3
_NAME = 2
_GRAM = 3
_NUMBER_WORDS = 2
# In German most capitalised words are no names.
_NOUNS_ARE_CAPITALISED = 0.25
_FEW_CAPITALS = 8
_YEARS = range(1900, 2101)
_LAST_DAY = 31
_FEW = 12
_SMALL = 100
_QUOTED_RUN = 4
_MAX_QUOTED = 8
_HEAD_WORDS = 60


@dataclass(slots=True)
class Found:
    """What a text states.

    words: its tokens, as printed and as compared. counts: features by key, how often, each twice if
    near the start. printed: the words of a feature by its key.
    """

    words: list[tuple[str, Word]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    printed: dict[str, str] = field(default_factory=dict)

    def add(self, key: str, printed: str, times: int = 1) -> None:
        """Count a feature. Its key begins with the letter of its kind."""
        self.counts[key] = self.counts.get(key, 0) + times
        self.printed.setdefault(key, printed)


KINDS: dict[str, EvidenceKind] = {
    "n": "name",
    "p": "name",
    "g": "word",
    "w": "word",
    "t": "word",
    "u": "word",
    "c": "number",
    "s": "number",
    "v": "number",
    "d": "date",
    "q": "quotation",
}
"""First letter of a key -> kind. p: a name of two words. g: a pair of words without case, w: a word,
t: a noun with a capital letter. u: three letters of a script without blanks. c: a number with what it
counts. s: the same, of a small number. v: a number alone."""


def features(headline: str, text: str) -> Found:
    """Return the features of an article."""
    printed = tokens(text)
    words = [word(one) for one in printed]
    found = Found(words=list(zip(printed, words, strict=True)))
    _Reading(found, words, printed).read()
    _add_quotations(found, text)
    for key in _of_headline(headline):
        if key in found.counts:
            found.counts[key] += 2
    return found


class _Names:
    """Which capitalised words of a text are names: those with a capital inside a sentence."""

    def __init__(self, words: list[Word]) -> None:
        inside: set[str] = set()
        lower: set[str] = set()
        capitals = small = 0
        before_opens = True
        for one in words:
            if not one.is_word:
                before_opens = one.folded in _OPENERS
                continue
            if one.has_case:
                if not one.is_capitalised:
                    lower.add(one.folded)
                    small += one.length >= _LONG_WORD
                elif not before_opens:
                    inside.add(one.folded)
                    capitals += one.length >= _LONG_WORD
            before_opens = False
        self._inside, self._lower = inside, lower
        share = capitals / (capitals + small) if capitals > _FEW_CAPITALS else 0.0
        self.are_nouns = share > _NOUNS_ARE_CAPITALISED and small > 0

    def is_name(self, one: Word, follower: Word | None) -> bool:
        """Whether a word is, or begins, a name."""
        if not one.is_capitalised or one.length <= 1 or one.is_calendar:
            return False
        if one.folded in self._inside:
            return True
        # At the start of a sentence: only before another name, and never written small.
        return (
            follower is not None
            and follower.is_capitalised
            and follower.folded in self._inside
            and one.folded not in self._lower
        )


class _Reading:
    """Goes through the words of a text once, and adds what they state."""

    def __init__(self, found: Found, words: list[Word], printed: list[str]) -> None:
        self._found, self._words, self._printed = found, words, printed
        self._names = _Names(words)
        self._single = "t" if self._names.are_nouns else "n"
        self._name: int | None = None
        """Place of the name before."""
        self._caseless: int | None = None
        """Place of the word before, in a script without case."""
        self._run: list[str] = []
        """The letters before, in a script without blanks."""

    def read(self) -> None:
        """Add the names, numbers and words of the text."""
        for place, one in enumerate(self._words):
            times = 2 if place < _HEAD_WORDS else 1
            if self._run and not one.is_unspaced:
                self._run.clear()
            if not one.is_word:
                self._name = None
                if one.folded in _OPENERS:
                    self._caseless = None
            elif one.is_number:
                _add_number(self._found, self._words, self._printed, place, times)
                self._name = None
            elif one.is_capitalised:
                self._add_name(place, one, times)
            elif one.is_unspaced:
                self._add_letter(place, one, times)
            elif one.has_case:
                self._name = None
                if one.length >= _LONG_WORD and not one.is_calendar:
                    self._found.add("w" + one.folded, self._printed[place], times)
            elif one.length >= _LONG_CASELESS and not one.is_calendar:
                self._add_caseless(place, one, times)

    def _add_name(self, place: int, one: Word, times: int) -> None:
        follower = self._words[place + 1] if place + 1 < len(self._words) else None
        if not self._names.is_name(one, follower):
            self._name = None
            return
        if one.length > _NAME:
            self._found.add(self._single + one.folded, self._printed[place], times)
        if self._name is not None:
            self._add_pair("p", self._name, place, times)
        self._name = place

    def _add_letter(self, place: int, one: Word, times: int) -> None:
        if one.is_grammar:
            self._run.clear()
            return
        self._run.append(self._printed[place])
        if len(self._run) >= _GRAM:
            gram = "".join(self._run[-_GRAM:])
            self._found.add("u" + gram, gram, times)

    def _add_caseless(self, place: int, one: Word, times: int) -> None:
        self._found.add("w" + one.folded, self._printed[place], times)
        if self._caseless is not None:
            self._add_pair("g", self._caseless, place, times)
        self._caseless = place

    def _add_pair(self, letter: str, first: int, second: int, times: int) -> None:
        key = f"{letter}{self._words[first].folded} {self._words[second].folded}"
        self._found.add(key, f"{self._printed[first]} {self._printed[second]}", times)


def _add_number(
    found: Found, words: list[Word], printed: list[str], place: int, times: int
) -> None:
    value = words[place].folded
    whole = int(value) if value.isdecimal() and len(value) <= 9 else None
    if whole is not None and whole <= _LAST_DAY and (named := month_beside(words, place)):
        if named.month:
            found.add(f"d{named.month}-{whole}", _around(printed, place, 1), times)
        return
    if whole in _YEARS:
        return
    if whole is None or whole >= _SMALL:
        found.add("v" + value, printed[place], times)
    counted = 0
    for behind in range(place + 1, min(place + 5, len(words))):
        one = words[behind]
        if one.folded in _OPENERS or one.is_number:
            break
        if one.length > _LONG_CASELESS and not one.is_calendar:
            letter = "s" if whole is not None and whole <= _FEW else "c"
            key = f"{letter}{value} {stem(one.folded)}"
            found.add(key, f"{printed[place]} {printed[behind]}", times)
            counted += 1
            if counted == _NUMBER_WORDS:
                break


def _around(printed: list[str], place: int, reach: int) -> str:
    return " ".join(
        one for one in printed[max(0, place - reach) : place + reach + 1] if one != "\n"
    )


def stem(folded: str) -> str:
    """Return the start of a word, which its inflections share."""
    return folded[:5]


def quotations(text: str) -> Iterator[tuple[int, str]]:
    """Yield the place and the words of each quotation of a text."""
    for found in _QUOTES.finditer(text):
        yield found.start(), next(part for part in found.groups() if part is not None)


def _add_quotations(found: Found, text: str) -> None:
    for _, quoted in quotations(text):
        words = folded_words(quoted)
        if len(words) < _NAME:
            continue
        runs = [words]
        if len(words) > _QUOTED_RUN:
            runs = [words[at : at + _QUOTED_RUN] for at in range(len(words) - _QUOTED_RUN + 1)]
        for run in runs[:_MAX_QUOTED]:
            found.add("q" + " ".join(run), quoted)


@lru_cache(1)
def _of_headline(headline: str) -> set[str]:
    words = [one for one in map(word, tokens(headline)) if one.is_word]
    keys = {kind + one.folded for one in words for kind in "ntw"}
    for one, other in pairwise(words):
        keys |= {f"p{one.folded} {other.folded}", f"g{one.folded} {other.folded}"}
        if one.is_number:
            keys |= {
                "v" + one.folded,
                *(f"{kind}{one.folded} {stem(other.folded)}" for kind in "cs"),
            }
    return keys
