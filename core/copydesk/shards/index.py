"""The index of a shard: what `settle` must know of each article, one line each in their order."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from copydesk.errors import OutputError, StateError, os_message


class Entry(NamedTuple):
    """One article of a shard.

    Attributes:
        id, revision: of the record.
        previous: the record's previous revision; empty if it has none.
        doubt: code of the warning that casts doubt on its text, or empty.
    """

    id: str
    revision: str
    previous: str
    doubt: str

    def to_line(self) -> str:
        """Return the entry as a line of fields that tabs separate."""
        return "\t".join(self) + "\n"


def entries(subject: str, lines: Iterable[str]) -> Iterator[Entry]:
    """Yield the entries of lines. Raises StateError."""
    for line in lines:
        fields = line.removesuffix("\n").split("\t")
        if len(fields) != len(Entry._fields):
            raise StateError(subject, "is damaged; delete its shard's marker to read it again")
        yield Entry(*fields)


class IndexWriter:
    """Writes the index of a shard. Raises OutputError."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: io.TextIOWrapper = path.open("w", encoding="utf-8", newline="")

    def add(self, entry: Entry) -> None:
        """Write one entry."""
        try:
            self._file.write(entry.to_line())
        except OSError as error:
            raise OutputError(str(self._path), os_message(error)) from error

    def close(self) -> None:
        """Complete the file."""
        try:
            self._file.close()
        except OSError as error:
            raise OutputError(str(self._path), os_message(error)) from error
