"""Who speaks to whom: whether a line is the outlet's own word to its readers.

Each language has lists for it: `reader` (the second person), `outlet` (the first person plural),
`this_text` (how a text speaks of itself), `price`, `goods` (what an outlet offers), `imperative`
(first words of a sentence that asks for something) and `rights`.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from copydesk.model.draft import Segment
from copydesk.rules import wording
from copydesk.rules.wording import tables

_LISTS = ("reader", "outlet", "this_text", "price", "goods")
_SEARCHED = 600
_STARTS = r"(?:^|[.!?…:]\W{1,3}|[–—-]\s)\W{0,2}"
_PRICE = re.compile(r"[$€£¥₹]\s?\d|\d\s?[$€£¥₹]")
_MANY_RIGHTS = 3
_WORD = re.compile(r"\w+")

Voice = frozenset[str]


@dataclass(frozen=True, slots=True)
class _Language:
    lists: tuple[tuple[str, re.Pattern[str]], ...]
    imperative: re.Pattern[str]
    rights: re.Pattern[str]


def _tables() -> list[dict[str, Any]]:
    """The tables of the languages that have these lists."""
    return [table for table in tables.languages() if "reader" in table]


@cache
def _languages() -> tuple[_Language, ...]:
    return tuple(
        _Language(
            tuple((name, _words(table[name])) for name in _LISTS),
            re.compile(_STARTS + rf"(?:{wording.alternatives(table['imperative'])})(?!\w)"),
            _words(table["rights"]),
        )
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


def _phrases_in(folded: str) -> Iterator[_Phrase]:
    """Yield the phrases that a text may have, each as often as its first word."""
    known = _by_first_word()
    for word in _WORD.findall(folded):
        for phrase in known.get(word, ()):
            if phrase.text == word or phrase.text in folded:
                yield phrase


def _language_of(texts: Iterable[str]) -> _Language:
    """The language of which most lists have words in some texts."""
    count: Counter[int] = Counter()
    for text in texts:
        lists = {(p.language, p.name) for p in _phrases_in(text) if p.name != "rights"}
        count.update(language for language, _ in lists)
    languages = _languages()
    return languages[min(count, key=lambda n: (-count[n], n), default=0)]


def _words(phrases: list[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{wording.alternatives(phrases)})(?!\w)")


class Voices:
    """The outlet's own words in one text.

    names: the outlet's own name.
    """

    def __init__(self, segments: Sequence[Segment], names: re.Pattern[str] | None) -> None:
        """segments: lines that may be such words; they show the language."""
        self._names = names
        self._segments = segments

    @cached_property
    def _language(self) -> _Language:
        return _language_of(map(_folded, self._segments))

    def of(self, segment: Segment) -> Voice:
        """What shows that a line is the outlet's own word: names of lists, "own name".

        What somebody says shows nothing.
        """
        folded = _folded(segment)
        may_show = next(_phrases_in(folded), None) is not None
        found = _shown(self._language, folded) if may_show else set()
        text = segment.text[:_SEARCHED]
        if _PRICE.search(text):
            found.add("price")
        if wording.POLITE.search(text):
            found.add("reader")
        if self._names is not None and self._names.search(text):
            found.add("own name")
        if found and wording.is_reported(segment):
            return frozenset()
        return frozenset(found)


def _folded(segment: Segment) -> str:
    return segment.text[:_SEARCHED].casefold().replace("’", "'")


def _shown(language: _Language, folded: str) -> set[str]:
    found = {name for name, pattern in language.lists if pattern.search(folded)}
    if language.imperative.search(folded):
        found.add("imperative")
    return found


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


def claims_rights(text: str) -> bool:
    """Whether a text has several words of rights, as notices have and stories hardly ever."""
    folded = text[:_SEARCHED].casefold()
    if sum(phrase.name == "rights" for phrase in _phrases_in(folded)) < _MANY_RIGHTS:
        return False
    return any(len(set(one.rights.findall(folded))) >= _MANY_RIGHTS for one in _languages())


def own_name(host: str | None) -> re.Pattern[str] | None:
    """A pattern of an outlet's own name, by its host: its letters, also with gaps inside."""
    labels = [one for one in (host or "").split(".")[:-1] if len(one.replace("-", "")) > 3]
    if not labels:
        return None
    letters = max(labels, key=len).replace("-", "")
    first = f"(?:{letters[0].upper()}|(?<!\\w){letters[0]}(?=\\w*[A-Z]))"
    rest = "".join(rf"[\s-]?{c}" if c.isalnum() else "" for c in letters[1:])
    return re.compile(rf"(?<!\w)(?-i:{first})(?i:{rest})(?!\w)")
