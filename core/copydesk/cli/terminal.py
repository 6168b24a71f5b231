"""What people read: messages and plain tables, with nothing in them that a terminal obeys."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from copydesk.text import escape_invisible


def safe(text: str) -> str:
    """A text in one line, its control, bidirectional and zero-width characters written out."""
    return escape_invisible(text.replace("\n", " "))


def counted(number: int, noun: str) -> str:
    """A number and what it counts."""
    return f"{number} {noun}{'s' * (number != 1)}"


def complain(message: str) -> None:
    """Write one line on stderr; a command goes on where nobody can be told of it."""
    if sys.stderr is not None:
        print(f"copydesk: {safe(message)}", file=sys.stderr)


def table(rows: Sequence[Sequence[str]]) -> None:
    """Write rows as columns, never cut."""
    cells = [[safe(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        print("  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip())
