"""The news agencies that a text names in its sentences."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from copydesk.rules.agencies import AGENCIES, agency
from copydesk.stories.words import fold, tokens

_SHORT = 3


def named_in(sentences: Iterable[str]) -> list[str]:
    """Return the canonical names of the agencies that sentences name, each once.

    Short names such as "PA" and those that are also words count only where a credit is expected,
    so not here.
    """
    found: dict[str, None] = {}
    names = _names()
    for sentence in sentences:
        printed = tokens(sentence)
        folded = [fold(one) for one in printed]
        for place, first in enumerate(folded):
            if not printed[place][0].isupper() and printed[place][0].isascii():
                continue
            for words, name in names.get(first, ()):
                if tuple(folded[place : place + len(words)]) == words:
                    found[name] = None
                    break
    return list(found)


@cache
def _names() -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """The names by their first word, the longest first."""
    made: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for printed, name in AGENCIES.items():
        words = tuple(fold(one) for one in tokens(printed))
        is_clear = agency(printed) is not None and (len(printed) > _SHORT or not printed.isascii())
        if is_clear or printed in ("ap", "afp", "dpa", "efe", "upi"):
            made.setdefault(words[0], []).append((words, name))
    for names in made.values():
        names.sort(key=lambda one: -len(one[0]))
    return made
