"""Pure helpers on text: folding, keys, word forms, patterns, and what cannot be seen written out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

# What is no letter in the scripts that wordings are written in: stripped from both ends of a key.
_EDGES = "".join(c for c in map(chr, range(0x3100)) if not c.isalnum() or c.isdigit())
_COMMON_EDGES = " \t.,:;!?-–—…\"'“”„‘’«»()[]|/•·*#@&+0123456789"
_KEYS = str.maketrans(
    {"İ": "i", "’": "'", "‘": "'", "`": "'", "´": "'", "ʼ": "'"}
    | dict.fromkeys("\u200b\u200c\u200d\u200e\u200f\ufeff\u00ad\u2060", "")
)
# The apostrophe that texts are full of is replaced by itself, before a search for the rare ones.
_RARE = re.compile("[İ‘`´ʼ\u200b\u200c\u200d\u200e\u200f\ufeff\u00ad\u2060]")
_NO_ALNUM_ASCII = bytes(c for c in range(128) if not chr(c).isalnum())

# C0 and C1 controls, zero-width characters, the marks that turn text around, and tags.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff"
    "\U000e0000-\U000e007f]"
)

# Sentence ends of the scripts that news is written in, then what may close after them.
_STOP = re.compile(r"[.!?…。！？؟۔।][\"'”’»›)\]*¹²³]*$")


def fold(text: str) -> str:
    """Fold every run of white space to one blank and trim the ends."""
    return " ".join(text.split())


def unspaced(text: str) -> str:
    """A text without its white space: what counts where layouts may differ."""
    return "".join(text.split())


def key(text: str) -> str:
    """The form in which wordings are compared: casefolded, bare of edge punctuation and digits."""
    if not text.isascii() or "`" in text:
        text = text.replace("’", "'")
        if _RARE.search(text):
            text = text.translate(_KEYS)
    folded = text.casefold()
    if folded[:1].isalpha() and folded[-1:].isalpha():
        return folded
    folded = folded.strip(_COMMON_EDGES)
    if folded[:1].isalpha() and folded[-1:].isalpha():
        return folded
    return folded.strip(_EDGES)


def bare(text: str) -> str:
    """Letters and digits only, casefolded: equal for two printings of one line."""
    if text.isascii():
        # Bytes are translated ten times faster than text.
        return text.encode("ascii").translate(None, _NO_ALNUM_ASCII).decode("ascii").lower()
    return "".join(filter(str.isalnum, text.casefold()))


def ends_sentence(text: str) -> bool:
    """Whether a line ends as a sentence does."""
    last = text[-1:]
    if last == "." or last.isalpha():
        return last == "."
    return _STOP.search(text[-8:]) is not None


def written_out(text: str, form: str = "{}", keep: str = "") -> str:
    """A text whose control, bidirectional and zero-width characters are written as escapes.

    form: what stands around each escape. keep: those that are left as they are.
    """

    def escape(match: re.Match[str]) -> str:
        code = ord(match[0])
        if match[0] in keep:
            return match[0]
        return form.format(f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")

    return _UNSAFE.sub(escape, text)


def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern that somebody wrote, compiled. Raises ValueError, which says what is wrong with it."""
    try:
        return re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        # The others are how huge repeats and deep nesting end.
        raise ValueError(str(error)) from error


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint for a message: the known word nearest to a mistaken one, or nothing."""
    close = get_close_matches(word, sorted(known), n=1, cutoff=0.5)
    return f"; did you mean {close[0]!r}?" if close else ""
