"""Conversion of paths to text for JSON and back. File names may contain invalid UTF-8."""

from __future__ import annotations

import os
import re

# Invalid UTF-8 bytes, as Python decodes them in paths.
_BYTE = re.compile("[\udc80-\udcff]")
# Text that looks like an escape; and a mark before a final number, which looks like a position in
# a file: the offset of a record, a line or an entry.
_LITERAL = re.compile(r"\\(?=x(?:23|3a|40|5c|[89a-f][0-9a-f]))|[#:@](?=\d+(?:\+\d+)?\Z)")
_ESCAPE = re.compile(r"\\x(23|3a|40|5c|[89a-f][0-9a-f])")


def to_text(path: str | os.PathLike[str]) -> str:
    r"""Convert a path to the text used in records, rejects and the state; it is unique.

    Invalid UTF-8 bytes become `\xff` (two hex digits). A backslash that would start such an escape
    becomes `\x5c`, and a `#`, `:` or `@` before a final number becomes `\x23`, `\x3a` or `\x40`.
    """
    name = os.fsencode(path).decode("utf-8", "surrogateescape")
    return escaped(_LITERAL.sub(lambda found: f"\\x{ord(found[0]):02x}", name))


def from_text(name: str) -> str:
    """Convert the text of `to_text` back to the path."""

    def raw(found: re.Match[str]) -> str:
        code = int(found[1], 16)
        return chr(code if code < 0x80 else 0xDC00 + code)

    return os.fsdecode(_ESCAPE.sub(raw, name).encode("utf-8", "surrogateescape"))


def escaped(text: str) -> str:
    r"""Replace invalid UTF-8 bytes by `\xff` (two hex digits), and escape other lone surrogates."""
    if text.isascii():
        return text
    text = _BYTE.sub(lambda found: f"\\x{ord(found[0]) - 0xDC00:02x}", text)
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
