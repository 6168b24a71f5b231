"""CSV as in RFC 4180: a line of names, then one row for each article with its flat fields."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from copydesk.errors import SourceError
from copydesk.sinks.replaced import Replacement
from copydesk.sinks.views.flat import COLUMNS, SEPARATOR, line_of, values

_LISTS = frozenset(("authors", "agencies", "tags"))
# The longest text of a cell, in characters: the standard library allows 128 Ki.
_LONGEST = 64 * 1024 * 1024


class Delimited:
    """A CSV file, written beside the one that it replaces."""

    def __init__(self, path: Path) -> None:
        self._new = Replacement(path)
        self._text = io.TextIOWrapper(
            self._new.file, "utf-8", newline="", write_through=True, errors="replace"
        )
        self._rows = csv.writer(self._text)
        self._rows.writerow(COLUMNS)

    def add(self, line: bytes) -> None:
        """Write one article. Raises OSError."""
        self._rows.writerow(map(_cell, values(line).values()))

    def close(self) -> None:
        """Complete the file and put it in its place."""
        self._text.detach()
        self._new.commit()

    def discard(self) -> None:
        """Leave the old file in its place."""
        self._new.discard()


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return SEPARATOR.join(value)
    return "" if value is None else str(value)


def read(path: Path) -> Iterator[bytes]:
    """Yield the line of each row, with the fields that it has.

    Raises SourceError if the file is none of ours, and at the first damaged row.
    """
    csv.field_size_limit(_LONGEST)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file, strict=True)
        try:
            names = next(rows, [])
            if unknown := [name for name in names if name not in COLUMNS]:
                raise SourceError(str(path), f"has an unknown column {unknown[0]!r}")
            for needed in ("id", "revision", "text"):
                if needed not in names:
                    raise SourceError(str(path), f"has no column {needed!r}")
            for row in rows:
                if len(row) != len(names):
                    raise SourceError(
                        f"{path}:{rows.line_num}", f"has {len(row)} cells, not {len(names)}"
                    )
                yield line_of({n: _value(n, c) for n, c in zip(names, row, strict=True)})
        except (csv.Error, UnicodeDecodeError) as error:
            raise SourceError(f"{path}:{rows.line_num}", f"is no CSV in UTF-8: {error}") from error


def _value(name: str, cell: str) -> Any:
    if name in _LISTS:
        return cell.split(SEPARATOR) if cell else []
    return cell or None
