"""What a run remembers: inputs that are done, articles that are known, validators of pages."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import sqlite3
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from copydesk.errors import CopydeskError, OutputError, OutputLocked, StateError, os_message
from copydesk.util.filesystem import close, identity, keep_from_children, read_start, target

_VERSION = "2"
_APPLICATION = 0x6364736B
# The byte that a run locks; SQLite locks some at 2**30, and no state is as long as this.
_LOCK = 1 << 62
_HEADER = b"SQLite format 3\0"
# How the files begin that SQLite keeps beside a database; it writes over them whatever they are.
_BESIDE = {
    "-wal": (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83"),
    "-shm": (b"\x18\xe2\x2d\x00", b"\x00\x2d\xe2\x18"),
    "-journal": (b"\xd9\xd5\x05\xf9",),
}
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
    """How far the outputs of a run were written when its last outcome was noted.

    Each is what the output itself calls that place; empty where there is no such output.
    """

    output: str = ""
    rejects: str = ""


def check_state(path: Path) -> None:
    """Raise StateError for a path at which something lies that is no state of copydesk's.

    Nothing, and an empty file, may become one. Looks at the files that SQLite keeps beside it too.
    No link is followed. Raises OutputError where a file cannot be read.
    """
    for ending, starts in _BESIDE.items():
        beside = path.with_name(path.name + ending)
        start = _start(beside, 4)
        if start.strip(b"\0") and start not in starts:
            raise StateError(str(beside), "is in the way of a state file, and is no part of one")
    start = _start(path, 100)
    if not start:
        return
    if not start.startswith(_HEADER):
        raise StateError(str(path), "is no state file of copydesk")
    if int.from_bytes(start[68:72], "big") != _APPLICATION:
        raise StateError(str(path), "is no state file of copydesk: it holds other tables")


def _start(path: Path, size: int) -> bytes:
    try:
        return read_start(path, size) or b""
    except OSError as error:
        message = os_message(error)
        if error.errno in (0, errno.ELOOP):
            raise StateError(str(path), message) from error
        raise OutputError(str(path), message) from error


def open_base(path: Path) -> sqlite3.Connection:
    """The database of a state file, a new one where there is none; raises as `check_state` does."""
    check_state(path)
    return _connected(path)


def _connected(path: Path | None) -> sqlite3.Connection:
    with faults(str(path)):
        base = sqlite3.connect("" if path is None else str(path), isolation_level=None)
    try:
        with faults(str(path)):
            if base.execute("PRAGMA application_id").fetchone() != (_APPLICATION,):
                base.execute(f"PRAGMA application_id={_APPLICATION}")
    except BaseException:
        base.close()
        raise
    return base


@contextlib.contextmanager
def faults(subject: str) -> Iterator[None]:
    """Raise faults of a state's database as OutputError, or as StateError where it is damaged."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise OutputError(subject, str(error)) from error
    except sqlite3.Error as error:
        raise StateError(subject, f"is no state file: {error}") from error


def _hold(path: Path) -> int | None:
    """Hold a state file: an open file, whose lock ends with the process, however that ends.

    The lock is on a byte that SQLite does not use, and of the open file, so that others may read
    the state meanwhile and SQLite does not undo it. None where the system has no such locks.
    """
    if not hasattr(fcntl, "F_OFD_SETLK"):
        return None
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
    try:
        handle = keep_from_children(os.open(path, flags, 0o666))
    except OSError as error:
        raise OutputError(str(path), os_message(error)) from error
    wanted = struct.pack("hhqqi", fcntl.F_WRLCK, os.SEEK_SET, _LOCK, 1, 0)
    try:
        fcntl.fcntl(handle, fcntl.F_OFD_SETLK, wanted)
    except OSError as error:
        close(handle)
        if error.errno in (errno.EACCES, errno.EAGAIN):
            raise OutputLocked(str(path), f"is held by {_holder(path)}") from error
        what = os_message(error)
        raise OutputError(str(path), f"cannot be locked: {what}") from error
    return handle


def _holder(path: Path) -> str:
    """The process that holds a state, in words, as the state itself has it."""
    query = "SELECT value FROM facts WHERE name = 'holder'"
    with (
        contextlib.suppress(CopydeskError, sqlite3.Error, TypeError),
        contextlib.closing(_connected(path)) as base,
    ):
        return f"process {base.execute(query).fetchone()[0]}"
    return "another process"


class State:
    """The state of a run in one SQLite file, or in a temporary one that goes with the process.

    Every outcome is noted in one transaction, after its line was written. One run at a time has it.
    folder: where the file lies. Raises as `open_base` does, and OutputLocked, which names the
    process that holds the file.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self.subject = "state" if path is None else str(path)
        self.folder = target(path or Path("state")).parent
        self._lock = None
        if path is not None:
            check_state(path)
            self._lock = _hold(path)
        try:
            self._base = _connected(path)
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
        with faults(self.subject):
            if self._path is not None and self._lock is None:
                # Then nobody can read it meanwhile.
                self._base.execute("PRAGMA locking_mode=EXCLUSIVE")
            self._base.execute("PRAGMA journal_mode=WAL")
            self._base.execute("PRAGMA synchronous=NORMAL")
            self._base.executescript(_TABLES)
        version = self.fact("version") or _VERSION
        if version != _VERSION:
            raise StateError(self.subject, f"is of version {version}, not {_VERSION}")
        self.note_facts({"version": _VERSION, "holder": str(os.getpid())})

    def check(self) -> None:
        """Raise OutputError where somebody replaced or removed the file meanwhile."""
        if self._path is not None and identity(self._path) != self._identity:
            raise OutputError(self.subject, "was removed or replaced meanwhile")

    def close(self) -> None:
        """Close the file, and let go of it."""
        self._base.close()
        self._release()

    def _release(self) -> None:
        if self._lock is not None:
            close(self._lock)
            self._lock = None

    def _row(self, query: str, *values: str) -> tuple[Any, ...] | None:
        """The first row of an answer. Raises OutputError."""
        return next(iter(self._rows(query, *values)), None)

    def _rows(self, query: str, *values: str) -> list[tuple[Any, ...]]:
        try:
            return self._base.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise OutputError(self.subject, str(error)) from error

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
            self._base.execute("DELETE FROM facts WHERE name NOT IN ('version', 'holder')")

    def forget_all(self) -> None:
        """Begin anew, with nothing known of articles and pages either."""
        self.forget_run()
        with self._change():
            self._base.execute("DELETE FROM articles")
            self._base.execute("DELETE FROM pages")

    @property
    def sizes(self) -> Sizes:
        """Where the outputs were at the last outcome."""
        return Sizes(self.fact("output") or "", self.fact("rejects") or "")

    @property
    def counts(self) -> dict[str, int]:
        """How many outcomes there were, by name. Raises StateError for what is no number."""
        counts = {}
        for name, number in self._rows("SELECT name, number FROM counts ORDER BY name"):
            if not isinstance(name, str) or not isinstance(number, int):
                raise StateError(self.subject, "is damaged: a count is no number")
            counts[name] = number
        return counts

    def is_done(self, key: str) -> bool:
        """Whether an outcome of an input is noted already, by this run or before it was resumed."""
        return self._row("SELECT 1 FROM done WHERE key = ? AND times >= 1", key) is not None

    def meet(self, key: str) -> tuple[bool, bool]:
        """Meet an input on the way: whether this meeting is done already, and whether it was met before."""
        self._rows(
            "INSERT INTO met VALUES (?, 1) ON CONFLICT (key) DO UPDATE SET times = times + 1", key
        )
        query = (
            "SELECT coalesce(met.times <= done.times, 0), met.times > 1 "
            "FROM met LEFT JOIN done USING (key) WHERE key = ?"
        )
        ((passed, again),) = self._rows(query, key)
        return bool(passed), bool(again)

    def revisions(self, article: str) -> list[str]:
        """The revisions that are known of an article, the latest first."""
        rows = self._rows("SELECT revision FROM articles WHERE id = ? ORDER BY place DESC", article)
        return [str(row[0]) for row in rows]

    def page(self, url: str) -> tuple[str | None, str | None]:
        """The ETag and Last-Modified with which an address was got last."""
        row = self._row("SELECT etag, last_modified FROM pages WHERE url = ?", url)
        etag, modified = (v if isinstance(v, str) else None for v in row or (None, None))
        return etag, modified

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
                (sizes.output, sizes.rejects),
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
            raise OutputError(self.subject, str(error)) from error
