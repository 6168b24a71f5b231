"""Words as stories compare them: folded, with what their letters say about them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import category, decomposition, normalize
from zlib import crc32

from copydesk.dates.days import month_number
from copydesk.dates.printed_dates import is_calendar_word

# Scripts without blanks between words; each letter is a word of its own.
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fff\u3005-\u3007\u3031-\u312f\u31f0-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff"
)
_NUMBER = r"\d+(?:[.,٫٬]\d+)*"
_TOKEN = re.compile(
    rf"{_NUMBER}|[{UNSPACED}]|(?:(?![{UNSPACED}])[^\W_])+(?:['’\u200c](?![{UNSPACED}])[^\W\d_]+)*"
    r"|[^\w\s]|\n"
)
_SHORT_NAME = 3
_GROUPED = re.compile(r"\d{1,3}(?:[.,٬]\d{3})+")
_KEPT = 100_000
"""Number of words whose folded forms are remembered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A token of a text.

    folded: without case and accents; of a number its plain digits. code: a hash, 32 bits.
    is_grammar: a letter of endings and particles.
    """

    folded: str
    code: int
    length: int
    is_word: bool
    is_number: bool = False
    is_capitalised: bool = False
    has_case: bool = False
    is_unspaced: bool = False
    is_grammar: bool = False
    is_calendar: bool = False
    month: int | None = None


def tokens(text: str) -> list[str]:
    """Cut a text into words, numbers, signs and line feeds; letters of unspaced scripts singly."""
    return _TOKEN.findall(text)


def spans(text: str) -> list[tuple[int, int]]:
    """Return where each of the tokens begins and ends."""
    return [found.span() for found in _TOKEN.finditer(text)]


def folded_words(text: str) -> list[str]:
    """Return the words and numbers of a text, folded."""
    return [one.folded for one in map(word, tokens(text)) if one.is_word]


@lru_cache(_KEPT)
def word(token: str) -> Word:
    """Return what a token is."""
    first = token[0]
    if first.isdecimal():
        digits = plain_number(token)
        code = crc32(digits.encode())
        return Word(folded=digits, code=code, length=len(digits), is_word=True, is_number=True)
    folded = fold(token)
    code = crc32(folded.encode("utf-8", "surrogatepass"))
    if not first.isalnum():
        return Word(folded=folded, code=code, length=0, is_word=False)
    lower = token.casefold()
    return Word(
        folded=folded,
        code=code,
        length=len(folded),
        is_word=True,
        is_capitalised=first.isupper() or first.istitle(),
        has_case=lower != token.upper(),
        is_unspaced=_is_unspaced(first),
        is_grammar=first in _HIRAGANA,
        is_calendar=is_calendar_word(lower),
        month=month_number(token),
    )


# In Japanese, endings and particles stand in these letters.
_HIRAGANA = frozenset(map(chr, range(0x3041, 0x30A0)))
_ONE_UNSPACED = re.compile(f"[{UNSPACED}]")


def _is_unspaced(letter: str) -> bool:
    return _ONE_UNSPACED.match(letter) is not None


def month_beside(words: Sequence[Word], at: int) -> Word | None:
    """Return the name of a month or weekday beside a number; a short one only next to it.

    Names such as the Portuguese "out" are words of other languages.
    """
    for distance in (-1, 1, -2, 2):
        place = at + distance
        if 0 <= place < len(words):
            one = words[place]
            if one.is_calendar and (abs(distance) == 1 or one.length > _SHORT_NAME):
                return one
    return None


def fold(token: str) -> str:
    """Fold the case of a word, and drop the accents of its letters and an English possessive."""
    folded = token.casefold()
    if folded.isascii():
        return folded.removesuffix("'s")
    folded = folded.replace("’", "'").replace("\u200c", "").removesuffix("'s")
    if any(map(decomposition, folded)):
        parts = normalize("NFKD", folded)
        folded = normalize("NFC", "".join(c for c in parts if category(c) != "Mn"))
    return folded or token


def plain_number(token: str) -> str:
    """Return a number with ASCII digits, without separators of thousands, with a decimal point."""
    if not token.isascii():
        token = "".join(str(int(c)) if c.isdecimal() else c for c in token)
    if _GROUPED.fullmatch(token) and len({c for c in token if not c.isdigit()}) == 1:
        return re.sub(r"\D", "", token)
    return token.replace("٫", ".").replace(",", ".").replace("٬", "")
