"""A table that states the URLs of files, for a folder whose pages do not know them."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from copydesk.errors import CopydeskError, SourceError, Unreadable, os_message
from copydesk.sources.tables import pages, rows
from copydesk.sources.tables.rows import PATH, URL, Row
from copydesk.sources.unpacking import Unpacked
from copydesk.util.text import plural

_SHOWN = 3


class Addresses:
    """The URLs of files, and which of them were taken. They are in a temporary database.

    path: a table in JSON Lines or CSV with the columns path and url, and maybe retrieved_at.
    folders: those that paths are relative to, beside the folder of the table; the first one that
        has a row for a file counts.

    Raises SourceError if the file is no such table, and Unreadable.
    """

    def __init__(self, path: Path, folders: Iterable[str]) -> None:
        self._name = str(path)
        places = [*map(Path, folders), path.parent]
        self._bases = [*dict.fromkeys(os.path.abspath(one) for one in places)]  # noqa: PTH100
        self._faults: list[str] = []
        self._more = 0
        self._base = sqlite3.connect("", isolation_level=None)
        self._base.execute(
            "CREATE TABLE files (path TEXT PRIMARY KEY, url TEXT, time TEXT, taken INTEGER DEFAULT 0)"
            " WITHOUT ROWID"
        )
        self._base.execute("BEGIN")
        try:
            for row in _rows(path, self._name):
                self._add(row)
        except BaseException:
            self._base.close()
            raise
        self._base.execute("COMMIT")

    def _add(self, row: Row) -> None:
        name = f"{self._name}:{row.number}"
        try:
            url, moment = pages.facts(row, name)
            stated = row.values.get(PATH)
            if not isinstance(stated, str) or not stated:
                raise SourceError(name, "has no path")
        except CopydeskError as error:
            self._note(str(error))
            return
        time = moment.isoformat() if moment else None
        values = (os.path.normpath(stated), url, time)
        done = self._base.execute("INSERT OR IGNORE INTO files VALUES (?, ?, ?, 0)", values)
        if not done.rowcount:
            self._note(f"{name}: the path {stated} was named before")

    def _note(self, fault: str) -> None:
        if len(self._faults) < _SHOWN:
            self._faults.append(fault)
        else:
            self._more += 1

    def take(self, path: Path) -> tuple[str, datetime | None] | None:
        """Return the URL of a file and when it was fetched; None if no row names it."""
        place = os.path.abspath(path)  # noqa: PTH100
        for name in (*(os.path.relpath(place, base) for base in self._bases), place):
            query = "SELECT url, time FROM files WHERE path = ?"
            found = self._base.execute(query, (name,)).fetchone()
            if found is not None:
                self._base.execute("UPDATE files SET taken = 1 WHERE path = ?", (name,))
                return found[0], datetime.fromisoformat(found[1]) if found[1] else None
        return None

    def faults(self) -> Iterator[str]:
        """Yield what is wrong with rows of the table, the first ones in full."""
        yield from self._faults
        if self._more:
            yield f"{self._name}: {plural(self._more, 'row')} more that cannot be used"

    def left(self) -> str:
        """Return a sentence on rows whose file was not among the inputs; empty if there are none."""
        query = "SELECT count(*) FROM files WHERE NOT taken"
        (number,) = self._base.execute(query).fetchone()
        if not number:
            return ""
        query = f"SELECT path FROM files WHERE NOT taken ORDER BY path LIMIT {_SHOWN}"
        names = ", ".join(row[0] for row in self._base.execute(query))
        more = ", ..." if number > _SHOWN else ""
        return f"{self._name}: {plural(number, 'row')} without a file: {names}{more}"

    def close(self) -> None:
        """Close the database."""
        self._base.close()


def check(path: Path) -> None:
    """Raise SourceError or Unreadable if a file is no table of URLs."""
    next(_rows(path, str(path)), None)


def _rows(path: Path, name: str) -> Iterator[Row]:
    try:
        with path.open("rb") as stream:
            form, found = rows.read(Unpacked(stream, name), name)
            if form is None or not {URL, PATH} <= set(form.columns):
                raise SourceError(name, "is not a table with the columns path and url")
            yield from found
    except OSError as error:
        raise Unreadable(name, f"cannot open: {os_message(error)}") from error
