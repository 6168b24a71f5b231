"""SimHash: a fingerprint of a text that near-duplicates share but for a few bits.

M. Charikar, Similarity Estimation Techniques from Rounding Algorithms (2002).
"""

from __future__ import annotations

import re
import sys
from array import array
from zlib import crc32

# Scripts without blanks between words; their words are taken letter by letter.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u312f\u31f0-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_LETTER = re.compile(f"[{_UNSPACED}]")
_WORDS = re.compile(f"(?=[^\\W_])[{_UNSPACED}]|[^\\W_{_UNSPACED}]{{4,}}")
_SPACED_WORDS = re.compile(r"[^\W_]{4,}")
_SHORT = 3
# Signs of Western texts outside Latin-1, in which most of these texts are then read faster.
_SIGNS = "’“”‘„–—…"
_LATIN = bytes(code if chr(code).isalnum() else 32 for code in range(256))
_SIZE = 8
_ROTATED = 3
_SPREAD = 2654435761


def simhash(text: str) -> str | None:
    """Return the fingerprint of a text, 16 hexadecimal digits; None for a text without words.

    Words are runs of at least four letters and digits, casefolded, as shorter ones say little about
    what a text is about; of scripts without blanks each letter is a word. Every pair of neighbouring
    words is a feature; the only feature of a text of one word is that word twice. A word's 64-bit
    hash is the CRC-32 of its UTF-8 times 2654435761, and a pair's the first word's, exclusive or the
    second word's rotated right by three bytes. A bit of the fingerprint is 1 if it is 1 in more than
    half of the pairs' hashes.
    """
    words = _words(text)
    if not words:
        return None
    if len(words) == 1:
        words *= 2
    checksums = array("Q", map(crc32, words))
    if sys.byteorder == "little":
        checksums.byteswap()
    # One multiplication for all words: no product needs more than the 64 bits of its place.
    spread = int.from_bytes(checksums.tobytes(), "big") * _SPREAD
    hashes = spread.to_bytes(len(words) * _SIZE, "big")
    columns = [int.from_bytes(hashes[place::_SIZE], "big") for place in range(_SIZE)]
    pairs = len(words) - 1
    ones = int.from_bytes(b"\x01" * pairs, "big")
    half = pairs // 2
    made = 0
    for place in range(_SIZE):
        # The last byte of a column is the last word's: it is shifted out of the first words', and
        # the first word's byte is cut from the second words' by `ones`.
        column = columns[place] >> 8 ^ columns[place - _ROTATED]
        for bit in range(7, -1, -1):
            made = made << 1 | ((column >> bit & ones).bit_count() > half)
    return f"{made:016x}"


def _words(text: str) -> list[bytes]:
    if not text.isascii():
        # First, as folding the case of a text in ASCII is much faster.
        for sign in _SIGNS:
            text = text.replace(sign, " ")
    text = text.casefold()
    try:
        latin = text.encode("latin-1").translate(_LATIN).split()
    except UnicodeEncodeError:
        found = (_WORDS if _LETTER.search(text) else _SPACED_WORDS).findall(text)
        return " ".join(found).encode("utf-8", "surrogatepass").split()
    words = [word for word in latin if len(word) > _SHORT]
    if text.isascii():
        return words
    return b" ".join(words).decode("latin-1").encode("utf-8").split(b" ") if words else []


def distance(one: str, other: str) -> int:
    """Return the number of bits in which two fingerprints differ, 0 to 64."""
    return (int(one, 16) ^ int(other, 16)).bit_count()
