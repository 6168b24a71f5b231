"""Writing and reading the database. Articles are written in batches, each one transaction."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from copydesk.errors import OutputError, SourceError, cannot_open
from copydesk.sinks.replaced import Replacement
from copydesk.sinks.sqlite import rows
from copydesk.util.filesystem import has_content, identity

APPLICATION = 0x436F7079
"""In the head of every database of copydesk: "Copy"."""

VERSION = 1
"""Version of the tables."""

MAGIC = b"SQLite format 3\0"
"""The first bytes of a database."""

_BATCH = 100
_BATCH_SECONDS = 5.0
_GONE = "was removed or replaced while it was written"
_FOREIGN = "is a database of another program"
_WAIT_SECONDS = 30.0
_CHILDREN = {"authors": rows.authors, "images": rows.images, "links": rows.links}


class Database:
    """A database to which articles are added; one with the same id replaces its row.

    Its earlier revisions stay in `revisions`. A process that is killed leaves all whole batches.

    subject: name for messages, if not the path.
    """

    def __init__(self, path: Path, subject: str | None = None) -> None:
        self._path, self._subject = path, subject or str(path)
        self._lines: list[bytes] = []
        self._flushed = time.monotonic()
        self._wrote = False
        if path.exists() and not path.is_file():
            raise OutputError(self._subject, "is not a regular file")
        self._is_new = not path.exists()
        try:
            # Unlike SQLite, the system says why a file cannot be opened.
            with path.open("ab") as file:
                self._identity = identity(file.fileno())
        except OSError as error:
            raise cannot_open(self._subject, error) from error
        try:
            # Absolute, since SQLite takes names such as ":memory:" and "file:a.db" for others.
            self._base = sqlite3.connect(
                path.absolute(), timeout=_WAIT_SECONDS, isolation_level=None
            )
        except sqlite3.Error as error:
            raise OutputError(self._subject, _words(error)) from error
        try:
            check(self._base, self._subject)
        except BaseException:
            self._base.close()
            raise

    def add(self, line: bytes) -> None:
        """Write one article, with the next batch."""
        self._lines.append(line)
        if len(self._lines) >= _BATCH or time.monotonic() - self._flushed > _BATCH_SECONDS:
            self._flush()

    def close(self) -> None:
        """Write the last batch."""
        with contextlib.closing(self._base):
            self._flush()

    def discard(self) -> bool:
        """Leave out the last batch; returns whether nothing was written before it."""
        self._base.close()
        # A file that another program has made may be one that it writes to.
        if self._is_new and not self._wrote and self._is_there() and not has_content(self._path):
            self._path.unlink()
        return not self._wrote

    def _flush(self) -> None:
        try:
            self._base.execute("pragma foreign_keys = on")
            if not _version(self._base):
                self._base.execute("begin immediate")
                _create(self._base)
            else:
                self._base.execute("begin immediate")
            for line in self._lines:
                _write(self._base, line)
            self._base.execute("commit")
        except sqlite3.Error as error:
            self._undo()
            told = _words(error) if self._is_there() else _GONE
            raise OutputError(self._subject, told) from error
        if not self._is_there():
            raise OutputError(self._subject, _GONE)
        self._wrote = True
        self._lines = []
        self._flushed = time.monotonic()

    def _is_there(self) -> bool:
        return identity(self._path) == self._identity

    def _undo(self) -> None:
        """Undo a batch that could not be written."""
        with contextlib.suppress(sqlite3.Error):
            if self._base.in_transaction:
                self._base.execute("rollback")
            # On a full disk SQLite ends the transaction itself, and restores the file when it is
            # read next.
            self._base.execute("select count(*) from sqlite_master").fetchone()


class NewDatabase:
    """A database that is written beside the file that it replaces."""

    def __init__(self, path: Path) -> None:
        self._new = Replacement(path)
        self._base = Database(self._new.beside, str(path))

    def add(self, line: bytes) -> None:
        """Write one article."""
        self._base.add(line)

    def close(self) -> None:
        """Complete the file and put it in its place."""
        self._base.close()
        self._new.commit()

    def discard(self) -> None:
        """Leave the old file in its place."""
        self._base.discard()
        self._new.discard()


def open_database(path: Path) -> Database | NewDatabase:
    """Open a new database; one that is there stays until the new one is complete."""
    if path.exists() and path.stat().st_size:
        _check_replaced(path)
        return NewDatabase(path)
    return Database(path)


def _check_replaced(path: Path) -> None:
    """Raise OutputError for a database of another program: what it has is nowhere else."""
    address = f"{path.absolute().as_uri()}?mode=ro"
    with (
        contextlib.suppress(sqlite3.Error),
        contextlib.closing(sqlite3.connect(address, uri=True, timeout=_WAIT_SECONDS)) as base,
    ):
        if _is_foreign(base):
            raise OutputError(str(path), _FOREIGN)


def _is_foreign(base: sqlite3.Connection) -> bool:
    """Whether a database is of another program. Raises sqlite3.Error."""
    if _version(base):
        return _pragma(base, "application_id") != APPLICATION
    (tables,) = base.execute("select count(*) from sqlite_master").fetchone()
    return bool(tables or _pragma(base, "application_id"))


def check(base: sqlite3.Connection, subject: str) -> None:
    """Raise OutputError unless a file is empty or a database of ours that this version knows."""
    try:
        if _is_foreign(base):
            raise OutputError(subject, _FOREIGN)
        if _version(base) not in (0, VERSION):
            other = f"has tables of version {_version(base)}, not {VERSION}"
            raise OutputError(subject, other)
    except sqlite3.Error as error:
        raise OutputError(subject, _words(error)) from error


def _pragma(base: sqlite3.Connection, name: str) -> int:
    return int(base.execute(f"pragma {name}").fetchone()[0])


def _version(base: sqlite3.Connection) -> int:
    return _pragma(base, "user_version")


def _words(error: sqlite3.Error) -> str:
    if "no such module: fts5" in str(error):
        return "the SQLite of this Python has no full-text search (FTS5)"
    return str(error)


def _create(base: sqlite3.Connection) -> None:
    schema = files(__package__).joinpath("schema.sql").read_text("utf-8")
    statement = ""
    for line in schema.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            base.execute(statement)
            statement = ""
    base.execute(f"pragma application_id = {APPLICATION}")
    base.execute(f"pragma user_version = {VERSION}")


def _write(base: sqlite3.Connection, line: bytes) -> None:
    """Write the record of an article; its row shows the revision that was retrieved last."""
    record = json.loads(line)
    article = rows.article(line, record)
    before = base.execute(
        "select retrieved, revision from articles where id = ?", (article["id"],)
    ).fetchone()
    if before is None or before[1] == article["revision"] or _is_later(article, before[0]):
        _replace(base, article, record)
    base.execute(
        """insert into revisions (article, revision, retrieved, record) values (?, ?, ?, ?)
        on conflict (article, revision) do update
        set retrieved = excluded.retrieved, record = excluded.record""",
        (article["id"], article["revision"], article["retrieved"], line.decode().strip()),
    )


def _is_later(article: rows.Record, before: str | None) -> bool:
    """Whether an article was retrieved after the one in the table; where unknown, it was."""
    now = article["retrieved"]
    if now is None or before is None:
        return True
    return datetime.fromisoformat(now) >= datetime.fromisoformat(before)


def _replace(base: sqlite3.Connection, article: rows.Record, record: rows.Record) -> None:
    names = ", ".join(article)
    marks = ", ".join(f":{name}" for name in article)
    changes = ", ".join(f"{name} = excluded.{name}" for name in article if name != "id")
    base.execute(
        f"insert into articles ({names}) values ({marks}) on conflict (id) do update set {changes}",
        article,
    )
    for table, made in _CHILDREN.items():
        base.execute(f"delete from {table} where article = ?", (article["id"],))
        _insert(base, table, article["id"], made(record))


def _insert(
    base: sqlite3.Connection, table: str, article: str, found: Iterable[tuple[Any, ...]]
) -> None:
    for row in found:
        marks = ", ".join("?" * (len(row) + 1))
        base.execute(f"insert into {table} values ({marks})", (article, *row))


def lines(path: Path) -> Iterator[bytes]:
    """Yield the line of each revision of each article, in the order in which they were written.

    Raises SourceError if the file is no database of ours, or damaged.
    """
    address = f"{path.absolute().as_uri()}?mode=ro"
    base = None
    try:
        base = sqlite3.connect(address, uri=True, timeout=_WAIT_SECONDS)
        check(base, str(path))
        if _version(base):
            for (record,) in base.execute("select record from revisions order by number"):
                yield record.encode() + b"\n"
    except OutputError as error:
        raise SourceError(str(path), error.message) from error
    except sqlite3.Error as error:
        raise SourceError(str(path), f"damaged SQLite data ({error})") from error
    finally:
        if base is not None:
            base.close()
