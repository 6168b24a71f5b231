"""Detection of the encoding of bytes that do not declare one."""

from __future__ import annotations

import re
from collections.abc import Iterable

from copydesk.readers.encoding.labels import LATIN, encoding_of
from copydesk.readers.limits import looks_binary

# Legacy encodings in use on the web. The detector knows 80 more, which would only add wrong
# matches.
_LEGACY = tuple(
    """cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 cp874 cp866 koi8-r koi8-u
    iso8859-2 iso8859-5 iso8859-6 iso8859-7 iso8859-8 big5hkscs gb18030 cp932 cp949
    euc_jis_2004""".split()
)
_UNICODE = ("ascii", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
_NAMES = {
    "euc_jis_2004": "euc-jp",
    "utf-16-le": "utf-16le",
    "utf-16-be": "utf-16be",
    "utf-32-le": "utf-32le",
    "utf-32-be": "utf-32be",
}
# ISO encodings with control characters where their Windows counterparts have letters.
_WINDOWS = {
    "iso-8859-2": "windows-1250",
    "iso-8859-6": "windows-1256",
    "iso-8859-7": "windows-1253",
    "iso-8859-8": "windows-1255",
}
_C1 = re.compile(rb"[\x80-\x9f]")
_MARKUP = re.compile(rb"<[^<>]*+>?")
_HIGH = re.compile(rb"[\x80-\xff]+")
_SHIFTS = (b"\x1b$B", b"\x1b$@")
_SAMPLE = 100_000
_START = 4096
# In UTF-16 with some ASCII in it, at least one byte in 20 is a NUL.
_NUL_SHARE = 20
# With fewer non-ASCII letters the detector only guesses; the standard's fallback is likelier.
_MIN_LETTERS = 4
_FALLBACK = "cp1252"
_MIN_RUN = 4
_REPLACEMENT = "\ufffd"
# Two-byte UTF-8 characters that were decoded as windows-1252 and encoded as UTF-8 again.
_DOUBLE_ENCODED = re.compile(
    rb"\xc3[\x82-\xb4](?:\xc2[\x80-\xbf]|\xc5.|\xc6\x92|\xcb.|\xe2[\x80-\x84].)", re.S
)
# The first bytes of non-ASCII characters.
_FIRST_BYTES = bytes(range(0xC2, 0xF5))
_MAX_SEARCHED = 1_000_000


def guess_legacy(content: bytes, among: Iterable[str] = ()) -> str | None:
    """Guess the legacy encoding of bytes; None if no encoding fits.

    among: the possible encodings; empty for all that the web uses.
    """
    # Imported here, since nearly all pages are UTF-8 and never need it.
    from chardet import detect

    sample = _non_ascii_sample(content)
    wanted = set(among)
    names = [codec for codec in _LEGACY if not wanted or _standard_name(codec) in wanted]
    if len(names) < 2 or (not wanted and sum(map(len, _HIGH.findall(sample))) < _MIN_LETTERS):
        return None
    found = detect(
        sample,
        include_encodings=names,
        compat_names=False,
        prefer_superset=False,
        no_match_encoding=_FALLBACK if _FALLBACK in names else names[0],
        max_bytes=_SAMPLE,
    )["encoding"]
    name = (_standard_name(found) if found else None) or ""
    if name in _WINDOWS and _C1.search(sample):
        name = _WINDOWS[name]
    return name if name and (not wanted or name in wanted) else None


def guess_unicode(content: bytes) -> str | None:
    """Detect UTF-16 or UTF-32 without a byte order mark; None for anything else.

    In these encodings every ASCII character contains NUL bytes at the same positions.
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
    # Numbers in a binary file also have NULs at fixed positions, but no ASCII beside them.
    is_text = sum(" " <= c < "\x7f" for c in text) * 2 >= nuls
    return name if is_text and _REPLACEMENT not in text[:-1] and not looks_binary(text) else None


def has_iso_2022_jp(content: bytes) -> bool:
    """Return whether bytes that look like ASCII contain escape sequences of ISO-2022-JP."""
    # Searching for one byte is many times faster than searching for three.
    return b"\x1b" in content and any(escape in content for escape in _SHIFTS)


def is_not_latin(content: bytes, encoding: str) -> bool:
    """Return whether bytes that decode in a Latin encoding are text in another alphabet.

    In a Latin alphabet the non-ASCII letters occur alone or in pairs. If most of them occur in
    longer runs, they belong to another alphabet.
    """
    if encoding not in LATIN:
        return False
    runs = [len(run) for run in _HIGH.findall(_non_ascii_sample(content))]
    return sum(n for n in runs if n >= _MIN_RUN) * 2 > sum(runs) >= _MIN_RUN * 3


def count_characters(text: str) -> tuple[int, int]:
    """Count the undecodable characters, and the non-ASCII characters that were decoded."""
    bad = text.count(_REPLACEMENT)
    return bad, len(text) - len(text.encode("ascii", "ignore")) - bad


def count_double_encoded(content: bytes) -> int:
    """Count the UTF-8 characters that were encoded twice; 0 if that may be chance."""
    content = content[:_MAX_SEARCHED]
    # Many pages do not have this byte, and searching for one byte is much faster.
    start = content.find(b"\xc3")
    found = len(_DOUBLE_ENCODED.findall(content, start)) if start >= 0 else 0
    if found < 3:
        return 0
    letters = len(content) - len(content.translate(None, _FIRST_BYTES))
    return found if found * 4 >= letters else 0


def _non_ascii_sample(content: bytes) -> bytes:
    """Return the start of the non-ASCII text of a page, without markup."""
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


def _standard_name(codec: str) -> str | None:
    return _NAMES.get(codec) or encoding_of(codec)
