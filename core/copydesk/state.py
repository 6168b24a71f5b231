"""What a run remembers: inputs that are done, articles that are known, validators of pages."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from copydesk.errors import OutputError, StateError

_VERSION = "1"
_TABLES = """
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS done (key TEXT PRIMARY KEY, times INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS counts (name TEXT PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS articles (
    id TEXT NOT NULL, revision TEXT NOT NULL, place INTEGER NOT NULL, PRIMARY KEY (id, revision)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS pages (
    url TEXT PRIMARY KEY, etag TEXT, last_modified TEXT
) WITHOUT ROWID;
CREATE TEMP TABLE met (key TEXT PRIMARY KEY, times INTEGER NOT NULL) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How long the outputs of a run were, in bytes, when its last outcome was noted."""

    output: int
    rejects: int


class State:
    """The state of a run in one SQLite file, or in a temporary one that goes with the process.

    Every outcome is noted in one transaction, after its line was written: what stands in an output
    behind the noted size was not noted, and is done again. folder: where the file lies. Raises
    StateError for a file that is something else, OutputError for one that cannot be read or written.
    """

    def __init__(self, path: Path | None) -> None:
        self._subject = str(path) if path is not None else "state"
        self.folder = (path or Path("state")).resolve().parent
        try:
            self._base = sqlite3.connect(
                str(path) if path is not None else "", isolation_level=None
            )
            self._check_own()
            self._base.execute("PRAGMA journal_mode=WAL")
            self._base.execute("PRAGMA synchronous=NORMAL")
            self._base.executescript(_TABLES)
        except sqlite3.OperationalError as error:
            raise OutputError(self._subject, str(error)) from error
        except sqlite3.Error as error:
            raise StateError(self._subject, f"is no state file: {error}") from error
        version = self.fact("version")
        if version is None:
            self.note_facts({"version": _VERSION})
        elif version != _VERSION:
            raise StateError(self._subject, f"is of version {version}, not {_VERSION}")

    def _check_own(self) -> None:
        """Raise StateError for a database of something else, before anything is added to it."""
        query = "SELECT name FROM sqlite_master WHERE type = 'table'"
        names = {row[0] for row in self._base.execute(query)}
        # Profiles of outlets may have come first.
        if names and not names & {"facts", "baselines"}:
            raise StateError(self._subject, "is no state file: it holds other tables")

    def close(self) -> None:
        """Close the file."""
        self._base.close()

    def _row(self, query: str, *values: str) -> tuple[Any, ...] | None:
        """The first row of an answer. Raises OutputError."""
        return next(iter(self._rows(query, *values)), None)

    def _rows(self, query: str, *values: str) -> list[tuple[Any, ...]]:
        try:
            return self._base.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise OutputError(self._subject, str(error)) from error

    def fact(self, name: str) -> str | None:
        """A fact of the run, such as its arguments."""
        row = self._row("SELECT value FROM facts WHERE name = ?", name)
        return str(row[0]) if row else None

    def note_facts(self, facts: Mapping[str, str]) -> None:
        """Keep facts of the run."""
        with self._change():
            self._base.executemany("REPLACE INTO facts VALUES (?, ?)", facts.items())

    def forget_run(self) -> None:
        """Begin anew: nothing is done; what is known of articles and pages stays."""
        with self._change():
            self._base.execute("DELETE FROM done")
            self._base.execute("DELETE FROM counts")
            self._base.execute("DELETE FROM facts WHERE name <> 'version'")

    @property
    def sizes(self) -> Sizes:
        """How long the outputs were at the last outcome."""
        return Sizes(int(self.fact("output") or 0), int(self.fact("rejects") or 0))

    @property
    def counts(self) -> dict[str, int]:
        """How many outcomes there were, by name."""
        return dict(self._rows("SELECT name, number FROM counts ORDER BY name"))

    def is_done(self, key: str) -> bool:
        """Whether an outcome of an input is noted already, by this run or before it was resumed."""
        return self._row("SELECT 1 FROM done WHERE key = ?", key) is not None

    def meet(self, key: str) -> tuple[bool, bool]:
        """Meet an input on the way: whether this meeting is done already, and whether it was met before."""
        self._rows(
            "INSERT INTO met VALUES (?, 1) ON CONFLICT (key) DO UPDATE SET times = times + 1", key
        )
        ((met, done),) = self._rows(
            "SELECT met.times, done.times FROM met LEFT JOIN done USING (key) WHERE key = ?", key
        )
        return done is not None and met <= done, met > 1

    def revisions(self, article: str) -> list[str]:
        """The revisions that are known of an article, the latest first."""
        rows = self._rows("SELECT revision FROM articles WHERE id = ? ORDER BY place DESC", article)
        return [row[0] for row in rows]

    def page(self, url: str) -> tuple[str | None, str | None]:
        """The ETag and Last-Modified with which an address was got last."""
        row = self._row("SELECT etag, last_modified FROM pages WHERE url = ?", url)
        return (row[0], row[1]) if row else (None, None)

    def note(
        self,
        key: str,
        outcome: str,
        sizes: Sizes,
        *,
        article: tuple[str, str] | None = None,
        page: tuple[str, str | None, str | None] | None = None,
    ) -> None:
        """Note what became of an input, with all that goes with it, at once.

        article: id and revision that came of it. page: its address, ETag and Last-Modified.
        """
        with self._change():
            run = self._base.execute
            run(
                "INSERT INTO done VALUES (?, 1) ON CONFLICT (key) DO UPDATE SET times = times + 1",
                (key,),
            )
            run(
                "INSERT INTO counts VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET number = number + 1",
                (outcome,),
            )
            if article is not None:
                run(
                    "INSERT OR IGNORE INTO articles SELECT ?, ?, coalesce(max(place), 0) + 1 "
                    "FROM articles WHERE id = ?",
                    (*article, article[0]),
                )
            if page is not None:
                run("REPLACE INTO pages VALUES (?, ?, ?)", page)
            run(
                "REPLACE INTO facts VALUES ('output', ?), ('rejects', ?)",
                (str(sizes.output), str(sizes.rejects)),
            )

    @contextlib.contextmanager
    def _change(self) -> Iterator[None]:
        try:
            self._base.execute("BEGIN IMMEDIATE")
            yield
            self._base.execute("COMMIT")
        except sqlite3.Error as error:
            with contextlib.suppress(sqlite3.Error):
                self._base.execute("ROLLBACK")
            raise OutputError(self._subject, str(error)) from error
