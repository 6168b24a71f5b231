"""The state of runs: processed inputs, known articles, visits, and HTTP validators."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import sqlite3
import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from copydesk.dates.printed_dates import parse_clock
from copydesk.errors import (
    CopydeskError,
    OutputError,
    OutputLocked,
    StateError,
    cannot_open,
    os_message,
)
from copydesk.runs.state.visits import ListVisit, Visit
from copydesk.util.filesystem import close, identity, keep_from_children, read_start, target

_VERSION = "2"
_APPLICATION_ID = 0x6364736B
# The byte that a run locks: far beyond the end of any state and the bytes that SQLite locks.
_LOCK_OFFSET = 1 << 62
_HEADER = b"SQLite format 3\0"
# Start of the auxiliary files of SQLite, which it overwrites whatever they contain.
_AUXILIARY = {
    "-wal": (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83"),
    "-shm": (b"\x18\xe2\x2d\x00", b"\x00\x2d\xe2\x18"),
    "-journal": (b"\xd9\xd5\x05\xf9",),
}
_TABLES = """
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS done (key TEXT PRIMARY KEY, times INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS counts (name TEXT PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tallies (name TEXT PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS articles (
    id TEXT NOT NULL, revision TEXT NOT NULL, place INTEGER NOT NULL, PRIMARY KEY (id, revision)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS pages (
    url TEXT PRIMARY KEY, etag TEXT, last_modified TEXT
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS visits (
    url TEXT PRIMARY KEY, at TEXT NOT NULL, changed TEXT, options TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS lists (
    url TEXT PRIMARY KEY, etag TEXT, last_modified TEXT, oldest TEXT NOT NULL, options TEXT NOT NULL
) WITHOUT ROWID;
CREATE TEMP TABLE occurrences (key TEXT PRIMARY KEY, times INTEGER NOT NULL) WITHOUT ROWID;
"""

# Begin, end and undo of a change: as a transaction, or inside one that holds all changes.
_ALONE = ("BEGIN IMMEDIATE", "COMMIT", "ROLLBACK")
_INSIDE = ("SAVEPOINT change", "RELEASE change", "ROLLBACK TO change")


@dataclass(frozen=True, slots=True)
class Sizes:
    """The marks of both outputs at the last recorded outcome; empty without such an output."""

    output: str = ""
    rejects: str = ""


def check_state(path: Path) -> None:
    """Raise StateError if a path is neither free, nor an empty file, nor a state file.

    Checks the auxiliary files of SQLite too. Links are not followed. Raises OutputError if a file
    cannot be read.
    """
    for ending, starts in _AUXILIARY.items():
        auxiliary = path.with_name(path.name + ending)
        start = _start(auxiliary, 4)
        if start.strip(b"\0") and start not in starts:
            message = "is not part of a state file but would be overwritten by one; move it"
            raise StateError(str(auxiliary), message)
    start = _start(path, 100)
    if not start:
        return
    if not start.startswith(_HEADER):
        raise StateError(str(path), "is not a copydesk state file")
    if int.from_bytes(start[68:72], "big") != _APPLICATION_ID:
        raise StateError(str(path), "is not a copydesk state file but another SQLite database")


def _start(path: Path, size: int) -> bytes:
    try:
        return read_start(path, size) or b""
    except OSError as error:
        message = os_message(error)
        if error.errno in (0, errno.ELOOP):
            raise StateError(str(path), message) from error
        raise OutputError(str(path), message) from error


def open_base(path: Path) -> sqlite3.Connection:
    """Open or create a state file as a database. Raises the errors of `check_state`."""
    check_state(path)
    return _connect(path)


def _connect(path: Path | None) -> sqlite3.Connection:
    with converted_errors(str(path)):
        # Absolute, since SQLite takes names such as ":memory:" and "file:a.db" for others.
        name = "" if path is None else str(path.absolute())
        base = sqlite3.connect(name, isolation_level=None)
    try:
        with converted_errors(str(path)):
            if base.execute("PRAGMA application_id").fetchone() != (_APPLICATION_ID,):
                base.execute(f"PRAGMA application_id={_APPLICATION_ID}")
    except BaseException:
        base.close()
        raise
    return base


@contextlib.contextmanager
def converted_errors(subject: str) -> Iterator[None]:
    """Raise errors of SQLite as OutputError, or as StateError if the database is damaged."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise OutputError(subject, str(error)) from error
    except sqlite3.Error as error:
        raise StateError(subject, f"is not a state file: {error}") from error


def _lock(path: Path) -> int | None:
    """Lock a state file and return its descriptor; the lock ends with the process.

    The lock is on a byte that SQLite does not use, so that other programs can read the state. It
    belongs to the open file, so that SQLite does not release it. Returns None if the system does
    not have such locks.
    """
    if not hasattr(fcntl, "F_OFD_SETLK"):
        return None
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
    try:
        handle = keep_from_children(os.open(path, flags, 0o666))
    except OSError as error:
        raise cannot_open(path, error) from error
    request = struct.pack("hhqqi", fcntl.F_WRLCK, os.SEEK_SET, _LOCK_OFFSET, 1, 0)
    try:
        fcntl.fcntl(handle, fcntl.F_OFD_SETLK, request)
    except OSError as error:
        close(handle)
        if error.errno in (errno.EACCES, errno.EAGAIN):
            raise OutputLocked(str(path), f"is locked by {_lock_owner(path)}") from error
        raise OutputError(str(path), f"cannot be locked: {os_message(error)}") from error
    return handle


def _lock_owner(path: Path) -> str:
    """Name the process that has locked a state, as recorded in the state."""
    query = "SELECT value FROM facts WHERE name = 'holder'"
    with (
        contextlib.suppress(CopydeskError, sqlite3.Error, TypeError),
        contextlib.closing(_connect(path)) as base,
    ):
        return f"process {base.execute(query).fetchone()[0]}"
    return "another process"


def _moment(stored: object) -> datetime | None:
    return parse_clock(stored) if isinstance(stored, str) else None


class State:
    """The state of a run in an SQLite file; without a path, in a temporary database.

    Every outcome is recorded in one transaction after its line was written. Only one run at a time
    can open a state. Raises OutputLocked, and the errors of `check_state`.

    Attributes:
        subject: the path, for messages.
        folder: the folder of the file.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self.subject = "state" if path is None else str(path)
        self.folder = target(path or Path("state")).parent
        self._lock = None
        self._held = False
        if path is not None:
            check_state(path)
            self._lock = _lock(path)
        try:
            self._base = _connect(path)
        except BaseException:
            self._release()
            raise
        try:
            self._begin()
        except BaseException:
            self.close()
            raise
        if path is not None:
            self._identity = identity(path if self._lock is None else self._lock)

    def _begin(self) -> None:
        with converted_errors(self.subject):
            if self._path is not None and self._lock is None:
                # Without our own lock, use SQLite's, which also excludes readers.
                self._base.execute("PRAGMA locking_mode=EXCLUSIVE")
            self._base.execute("PRAGMA journal_mode=WAL")
            self._base.execute("PRAGMA synchronous=NORMAL")
            self._base.executescript(_TABLES)
        version = self.fact("version") or _VERSION
        if version != _VERSION:
            raise StateError(self.subject, f"has version {version}, expected {_VERSION}")
        self.save_facts({"version": _VERSION, "holder": str(os.getpid())})

    def check(self) -> None:
        """Raise OutputError if another program replaced or removed the file."""
        if self._path is not None and identity(self._path) != self._identity:
            raise OutputError(self.subject, "was removed or replaced during the run")

    def hold(self) -> None:
        """Save nothing until `release`: an output that is not completed is then as if never begun."""
        self._execute("BEGIN IMMEDIATE")
        self._held = True

    def release(self) -> None:
        """Save all changes since `hold`."""
        if self._held:
            self._execute("COMMIT")
            self._held = False

    def _execute(self, statement: str) -> None:
        try:
            self._base.execute(statement)
        except sqlite3.Error as error:
            raise OutputError(self.subject, str(error)) from error

    def close(self) -> None:
        """Close the file and release its lock."""
        self._base.close()
        self._release()

    def _release(self) -> None:
        if self._lock is not None:
            close(self._lock)
            self._lock = None

    def _row(self, query: str, *values: str) -> tuple[Any, ...] | None:
        """Return the first row of a query. Raises OutputError."""
        return next(iter(self._rows(query, *values)), None)

    def _rows(self, query: str, *values: str) -> list[tuple[Any, ...]]:
        try:
            return self._base.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise OutputError(self.subject, str(error)) from error

    def fact(self, name: str) -> str | None:
        """Return a fact about the run, such as the path of its output."""
        row = self._row("SELECT value FROM facts WHERE name = ?", name)
        return str(row[0]) if row else None

    def save_facts(self, facts: Mapping[str, str]) -> None:
        """Save facts about the run."""
        with self._change():
            # A fact that is the same leaves the file as it is.
            self._base.executemany(
                "INSERT INTO facts VALUES (?, ?) ON CONFLICT (name) "
                "DO UPDATE SET value = excluded.value WHERE value <> excluded.value",
                facts.items(),
            )

    def forget_run(self) -> None:
        """Start a new run: forget processed inputs, but not articles and pages."""
        with self._change():
            self._base.execute("DELETE FROM done")
            self._base.execute("DELETE FROM counts")
            self._base.execute("DELETE FROM tallies")
            self._base.execute("DELETE FROM facts WHERE name NOT IN ('version', 'holder')")

    def forget_all(self) -> None:
        """Start a new run and forget all articles and pages too."""
        self.forget_run()
        with self._change():
            self._base.execute("DELETE FROM articles")
            self._base.execute("DELETE FROM pages")
            self._base.execute("DELETE FROM visits")
            self._base.execute("DELETE FROM lists")

    @property
    def sizes(self) -> Sizes:
        """Marks of the outputs at the last outcome."""
        return Sizes(self.fact("output") or "", self.fact("rejects") or "")

    @property
    def counts(self) -> dict[str, int]:
        """Number of outcomes by name. Raises StateError for an invalid number."""
        return self._numbers("counts")

    @property
    def tallies(self) -> dict[str, int]:
        """What is counted beside the outcomes, by the names of `model.tally`, as `counts`."""
        return self._numbers("tallies")

    def _numbers(self, table: str) -> dict[str, int]:
        counts = {}
        for name, number in self._rows(f"SELECT name, number FROM {table} ORDER BY name"):
            if not isinstance(name, str) or not isinstance(number, int):
                raise StateError(self.subject, "is damaged: a count is not a number")
            counts[name] = number
        return counts

    def is_done(self, key: str) -> bool:
        """Whether this run, or the run that it resumes, has recorded an outcome of an input."""
        return self._row("SELECT 1 FROM done WHERE key = ? AND times >= 1", key) is not None

    def count_occurrence(self, key: str) -> tuple[bool, bool]:
        """Count an occurrence of an input in this process.

        Returns whether this occurrence was already processed by the resumed run, and whether the
        input occurred before.
        """
        self._rows(
            "INSERT INTO occurrences VALUES (?, 1) "
            "ON CONFLICT (key) DO UPDATE SET times = times + 1",
            key,
        )
        query = (
            "SELECT coalesce(occurrences.times <= done.times, 0), occurrences.times > 1 "
            "FROM occurrences LEFT JOIN done USING (key) WHERE key = ?"
        )
        ((is_done, is_repeated),) = self._rows(query, key)
        return bool(is_done), bool(is_repeated)

    def revisions(self, article: str) -> list[str]:
        """Return the known revisions of an article, latest first."""
        rows = self._rows("SELECT revision FROM articles WHERE id = ? ORDER BY place DESC", article)
        return [str(row[0]) for row in rows]

    def page(self, url: str) -> tuple[str | None, str | None]:
        """Return the ETag and Last-Modified of a URL's last response."""
        row = self._row("SELECT etag, last_modified FROM pages WHERE url = ?", url)
        etag, modified = (v if isinstance(v, str) else None for v in row or (None, None))
        return etag, modified

    def visit(self, url: str) -> Visit | None:
        """Return the last request for the article at a URL; None if it is to be asked for."""
        row = self._row("SELECT at, changed, options FROM visits WHERE url = ?", url)
        if row is None or (at := _moment(row[0])) is None:
            return None
        return Visit(at, _moment(row[1]), str(row[2]))

    def list_visit(self, url: str) -> ListVisit | None:
        """Return what is kept of a list of which all entries had an outcome."""
        query = "SELECT etag, last_modified, oldest, options FROM lists WHERE url = ?"
        row = self._row(query, url)
        if row is None or (oldest := _moment(row[2])) is None:
            return None
        etag, modified = (v if isinstance(v, str) else None for v in row[:2])
        return ListVisit(etag, modified, oldest, str(row[3]))

    def keep_list(self, url: str, visit: ListVisit | None) -> None:
        """Keep the validators of a list; None: forget them."""
        with self._change():
            if visit is None:
                self._base.execute("DELETE FROM lists WHERE url = ?", (url,))
                return
            self._base.execute(
                "REPLACE INTO lists VALUES (?, ?, ?, ?, ?)",
                (
                    url,
                    visit.etag,
                    visit.last_modified,
                    visit.oldest.isoformat(),
                    visit.options,
                ),
            )

    def record(
        self,
        key: str,
        outcome: str,
        sizes: Sizes,
        *,
        tallies: Iterable[str] = (),
        article: tuple[str, str] | None = None,
        page: tuple[str, str | None, str | None] | None = None,
        visit: tuple[str, Visit | None] | None = None,
    ) -> None:
        """Record the outcome of an input and everything related in one transaction.

        tallies: names to count beside it. article: its id and revision. page: its URL, ETag and
        Last-Modified. visit: the URL that was asked for; None in it to ask for it again.
        """
        self.check()
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
            self._base.executemany(
                "INSERT INTO tallies VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET number = number + 1",
                ((name,) for name in tallies),
            )
            if article is not None:
                run(
                    "INSERT OR IGNORE INTO articles SELECT ?, ?, coalesce(max(place), 0) + 1 "
                    "FROM articles WHERE id = ?",
                    (*article, article[0]),
                )
            if page is not None:
                run("REPLACE INTO pages VALUES (?, ?, ?)", page)
            if visit is not None:
                self._visit(*visit)
            run(
                "REPLACE INTO facts VALUES ('output', ?), ('rejects', ?)",
                (sizes.output, sizes.rejects),
            )

    def _visit(self, url: str, visit: Visit | None) -> None:
        if visit is None:
            self._base.execute("DELETE FROM visits WHERE url = ?", (url,))
            return
        changed = visit.changed.isoformat() if visit.changed else None
        self._base.execute(
            "REPLACE INTO visits VALUES (?, ?, ?, ?)",
            (url, visit.at.isoformat(), changed, visit.options),
        )

    @contextlib.contextmanager
    def _change(self) -> Iterator[None]:
        begin, end, undo = _INSIDE if self._held else _ALONE
        try:
            self._base.execute(begin)
            yield
            self._base.execute(end)
        except sqlite3.Error as error:
            with contextlib.suppress(sqlite3.Error):
                self._base.execute(undo)
            raise OutputError(self.subject, str(error)) from error
