"""The encoding of bytes that do not say it, found by what they hold."""

from __future__ import annotations

import re
from collections.abc import Iterable

from copydesk.readers.labels import LATIN, encoding_of
from copydesk.readers.raw import looks_binary

# Legacy encodings that pages and texts of the web are found in. The detector knows 80 more, and
# would find them in texts that are none of them.
_LEGACY = (
    "cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258",
    "cp874", "cp866", "koi8-r", "koi8-u", "iso8859-2", "iso8859-5", "iso8859-6", "iso8859-7",
    "iso8859-8", "big5hkscs", "gb18030", "cp932", "cp949", "euc_jis_2004",
)  # fmt: skip
_UNICODE = ("ascii", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
_NAMES = {
    "euc_jis_2004": "euc-jp", "utf-16-le": "utf-16le", "utf-16-be": "utf-16be",
    "utf-32-le": "utf-32le", "utf-32-be": "utf-32be",
}  # fmt: skip
# Encodings of which the first has control characters where the second has letters.
_WINDOWS = {
    "iso-8859-2": "windows-1250", "iso-8859-6": "windows-1256", "iso-8859-7": "windows-1253",
    "iso-8859-8": "windows-1255",
}  # fmt: skip
_C1 = re.compile(rb"[\x80-\x9f]")
_MARKUP = re.compile(rb"<[^<>]*+>?")
_HIGH = re.compile(rb"[\x80-\xff]+")
_SHIFTS = (b"\x1b$B", b"\x1b$@")
_SAMPLE = 100_000
_START = 4096
# One byte in so many is a NUL, at least, in UTF-16 with some ASCII in it.
_NUL_SHARE = 20
# Below so many letters beyond ASCII the detector guesses; the standard's fallback is likelier.
_FEW = 4
_FALLBACK = "cp1252"
_WORD = 4
_LOST = "\ufffd"
# What letters of two bytes in UTF-8 look like when they were read as windows-1252 and written again.
_TWICE = re.compile(
    rb"\xc3[\x82-\xb4](?:\xc2[\x80-\xbf]|\xc5.|\xc6\x92|\xcb.|\xe2[\x80-\x84].)", re.S
)
_MOST_SEARCHED = 1_000_000


def legacy(content: bytes, among: Iterable[str] = ()) -> str | None:
    """The legacy encoding that bytes are most likely in, None where nothing fits.

    among: the encodings that it can be; any that the web uses when empty.
    """
    # Late, since nearly all pages are UTF-8.
    from chardet import detect

    sample = _words(content)
    wanted = set(among)
    names = [codec for codec in _LEGACY if not wanted or _name(codec) in wanted]
    if len(names) < 2 or (not wanted and sum(map(len, _HIGH.findall(sample))) < _FEW):
        return None
    found = detect(
        sample, include_encodings=names, compat_names=False, prefer_superset=False,
        no_match_encoding=_FALLBACK if _FALLBACK in names else names[0], max_bytes=_SAMPLE,
    )["encoding"]  # fmt: skip
    name = (_name(found) if found else None) or ""
    if name in _WINDOWS and _C1.search(sample):
        name = _WINDOWS[name]
    return name if name and (not wanted or name in wanted) else None


def unmarked(content: bytes) -> str | None:
    """UTF-16 or UTF-32 without a byte order mark; None for anything else.

    ASCII has a NUL in each of its characters there, all in the same place of the character.
    """
    start = content[:_START]
    nuls = start.count(b"\x00")
    if nuls * _NUL_SHARE < len(start) or len(start) < 8:
        return None
    even = start[::2].count(b"\x00")
    if nuls < len(start) // 2 and min(even, nuls - even) * 10 > nuls:
        return None
    from chardet import detect

    codec = detect(
        start, include_encodings=_UNICODE, compat_names=False, no_match_encoding=_UNICODE[0]
    )["encoding"]
    if codec is None or (name := _NAMES.get(codec)) is None:
        return None
    text = start[: len(start) // 4 * 4].decode(codec, "replace")
    # Numbers in a binary file have NULs in places too, but no ASCII beside them.
    is_text = sum(" " <= c < "\x7f" for c in text) * 2 >= nuls
    return name if is_text and _LOST not in text[:-1] and not looks_binary(text) else None


def shifts(content: bytes) -> bool:
    """Whether bytes that look like ASCII hold the escapes of ISO-2022-JP."""
    # The search for one byte is many times faster than that for three.
    return b"\x1b" in content and any(escape in content for escape in _SHIFTS)


def is_foreign(content: bytes, encoding: str) -> bool:
    """Whether bytes that decode are no text in a Latin encoding.

    In a Latin alphabet the letters beyond ASCII stand alone or in pairs. Where most of them come in
    rows, they are letters of another alphabet.
    """
    if encoding not in LATIN:
        return False
    runs = [len(run) for run in _HIGH.findall(_words(content))]
    return sum(n for n in runs if n >= _WORD) * 2 > sum(runs) >= _WORD * 3


def faults(text: str) -> tuple[int, int]:
    """How many characters of a text did not decode, and how many beyond ASCII did."""
    bad = text.count(_LOST)
    return bad, len(text) - len(text.encode("ascii", "ignore")) - bad


def twice(content: bytes) -> int:
    """How often UTF-8 bytes were encoded twice, 0 where that may be chance."""
    found = len(_TWICE.findall(content[:_MOST_SEARCHED]))
    if found < 3:
        return 0
    letters = sum(1 for _ in re.finditer(rb"[\xc2-\xf4]", content[:_MOST_SEARCHED]))
    return found if found * 4 >= letters else 0


def _words(content: bytes) -> bytes:
    """The first words beyond ASCII of a page or text, without markup."""
    kept: list[bytes] = []
    size = at = 0
    for tag in _MARKUP.finditer(content):
        piece = content[at : tag.start()]
        at = tag.end()
        if piece and not piece.isascii():
            kept.append(piece)
            size += len(piece)
            if size >= _SAMPLE:
                break
    else:
        kept.append(content[at:])
    return b"\n".join(kept)[:_SAMPLE]


def _name(codec: str) -> str | None:
    return _NAMES.get(codec) or encoding_of(codec)
