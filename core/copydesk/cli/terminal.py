"""What people read: messages and plain tables, with nothing in them that a terminal obeys."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence

# C0 and C1 controls, zero-width characters, and the marks that turn text around.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)


def safe(text: str) -> str:
    """A text in one line, its control, bidirectional and zero-width characters written out."""
    return _UNSAFE.sub(lambda m: f"\\u{ord(m[0]):04x}", text.replace("\n", " "))


def complain(message: str) -> None:
    """Write one line on stderr."""
    print(f"copydesk: {safe(message)}", file=sys.stderr)


def table(rows: Sequence[Sequence[str]]) -> None:
    """Write rows as columns, never cut."""
    cells = [[safe(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        print("  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip())
