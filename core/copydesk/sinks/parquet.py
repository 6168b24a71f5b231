"""Parquet files, written beside the file that they replace."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from copydesk.sinks.replaced import Replacement

# The articles of a group of rows are in memory together: so many bytes of their lines.
_GROUP_BYTES = 32 * 1024 * 1024


class Parquet:
    """An output in groups of rows.

    pyarrow is imported when the first group is complete. The workers of a run, which are forked
    before, then have neither its memory nor its threads.
    """

    def __init__(self, path: Path) -> None:
        self._new = Replacement(path)
        self._lines: list[bytes] = []
        self._bytes = 0
        self._writer: Any = None

    def add(self, line: bytes) -> None:
        """Write one article. Raises OSError."""
        self._lines.append(line)
        self._bytes += len(line)
        if self._bytes >= _GROUP_BYTES:
            self._write()

    def _write(self) -> None:
        from copydesk.sinks import columns

        if self._writer is None:
            self._writer = columns.writer(self._new.file)
        if self._lines:
            columns.write(self._writer, self._lines)
        self._lines, self._bytes = [], 0

    def close(self) -> None:
        """Complete the file and put it in its place."""
        self._write()
        self._writer.close()
        self._new.commit()

    def discard(self) -> None:
        """Leave the old file in its place."""
        self._new.discard()
