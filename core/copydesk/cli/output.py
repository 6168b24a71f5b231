"""Messages and tables for people, without control characters that a terminal would obey."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from copydesk.util.text import safe


def to_stderr(message: str) -> None:
    """Print one line on stderr, or nothing if stderr is closed."""
    if sys.stderr is not None:
        print(f"copydesk: {safe(message)}", file=sys.stderr)


def table(rows: Sequence[Sequence[str]]) -> None:
    """Print rows as aligned columns, never truncated."""
    cells = [[safe(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        print("  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip())


def listing(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows as a table with a head in a terminal, else as lines of cells between tabs."""
    if sys.stdout.isatty():
        table([head, *rows])
        return
    for row in rows:
        print("\t".join(safe(cell) for cell in row))
