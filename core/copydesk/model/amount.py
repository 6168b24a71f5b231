"""How much of a run is done, where the whole is known."""

from __future__ import annotations

import re
from dataclasses import dataclass

_RECORD = re.compile(r"(.+)@(\d+)(?:\+\d+)?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Amount:
    """A part of a whole, in bytes of files or in inputs."""

    done: int
    total: int
    unit: str

    @property
    def share(self) -> float:
        """The part as a number from 0 to 1."""
        return min(self.done / self.total, 1.0) if self.total else 0.0


class FilesRead:
    """How many bytes of the files of a run lie before its last outcome.

    Attributes:
        done: this number.
        total: size of all files; None until it is known.
        lines: number of entries of the URL lists among them, by the name of the file.
    """

    def __init__(self) -> None:
        self.done = 0
        self.total: int | None = None
        self.lines: dict[str, int] = {}
        self._opened = 0
        # Begin and end of the files that are not done, in their order.
        self._files: dict[str, tuple[int, int]] = {}

    def open(self, name: str, size: int) -> None:
        """Note the next file of the run."""
        self._files[name] = (self._opened, self._opened + size)
        self._opened += size

    def pass_input(self, key: str) -> None:
        """Note that an input has its outcome: a file, or a record of an archive."""
        found = self._files.get(key)
        if found is not None:
            self._advance(found[1])
        elif (record := _RECORD.fullmatch(key)) and (found := self._files.get(record[1])):
            self._advance(min(found[0] + int(record[2]), found[1]))

    def _advance(self, place: int) -> None:
        self.done = max(self.done, place)
        while self._files and self._files[first := next(iter(self._files))][1] <= self.done:
            del self._files[first]

    def amount(self) -> Amount | None:
        """Return how much is read; None while the total is unknown."""
        return Amount(self.done, self.total, "bytes") if self.total else None
