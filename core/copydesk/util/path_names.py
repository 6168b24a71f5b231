"""Paths as text that JSON can hold, and back: a file name may hold bytes that are no UTF-8."""

from __future__ import annotations

import os
import re

# Bytes that are no UTF-8, as Python decodes them.
_BYTE = re.compile("[\udc80-\udcff]")
# What would be read as an escape; and the mark before a number at the end of a name, where it would be
# read as a place inside a file: a record's offset, a line, an entry.
_LITERAL = re.compile(r"\\(?=x(?:23|3a|40|5c|[89a-f][0-9a-f]))|[#:@](?=\d+(?:\+\d+)?\Z)")
_ESCAPE = re.compile(r"\\x(23|3a|40|5c|[89a-f][0-9a-f])")


def to_text(path: str | os.PathLike[str]) -> str:
    r"""The name of a file as records, rejects and the state have it; no two files have the same.

    It is the path itself, but that a byte that is no UTF-8 becomes `\xff` (its two hex digits), a
    backslash that would be read as such an escape `\x5c`, and a `#`, `:` or `@` before a number at the
    end `\x23`, `\x3a` or `\x40`.
    """
    name = os.fsencode(path).decode("utf-8", "surrogateescape")
    return escaped(_LITERAL.sub(lambda found: f"\\x{ord(found[0]):02x}", name))


def from_text(name: str) -> str:
    """The path that `to_text` gave a name to."""

    def raw(found: re.Match[str]) -> str:
        code = int(found[1], 16)
        return chr(code if code < 0x80 else 0xDC00 + code)

    return os.fsdecode(_ESCAPE.sub(raw, name).encode("utf-8", "surrogateescape"))


def escaped(text: str) -> str:
    r"""A text with `\xff` for each byte in it that was no UTF-8, and with no other lone surrogate."""
    if text.isascii():
        return text
    text = _BYTE.sub(lambda found: f"\\x{ord(found[0]) - 0xDC00:02x}", text)
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
