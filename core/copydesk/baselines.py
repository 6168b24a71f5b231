"""Baselines: the profiles of earlier runs, kept in a run's state file in a table of their own."""

from __future__ import annotations

import contextlib
import hashlib
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from copydesk.errors import OutputError, StateError
from copydesk.profiles import Form, Profile
from copydesk.state import open_base

MOST = 20
"""Runs that are kept of an outlet and form; the oldest goes first."""

_TABLE = """
CREATE TABLE IF NOT EXISTS baselines (
    outlet TEXT NOT NULL, form TEXT NOT NULL, place INTEGER NOT NULL, digest TEXT NOT NULL,
    profile TEXT NOT NULL, PRIMARY KEY (outlet, form, digest)
) WITHOUT ROWID;
"""
_THERE = "SELECT name FROM sqlite_master WHERE type = 'table'"


class Baselines:
    """The profiles in one state file, to be closed.

    path: a state file of `ingest`, one that only this module wrote, or, with create, a new one.
    Raises StateError for a file that is not there or is something else, OutputError for one that
    cannot be opened or written.
    """

    def __init__(self, path: Path, *, create: bool = False) -> None:
        self._subject = str(path)
        if not create and not path.is_file():
            raise StateError(self._subject, "no such file")
        self._base = open_base(path)
        try:
            with self._told():
                self._tables = {row[0] for row in self._base.execute(_THERE)}
        except BaseException:
            self._base.close()
            raise

    def close(self) -> None:
        """Close the file."""
        self._base.close()

    def of(self, outlet: str, form: Form) -> tuple[int, Profile]:
        """How many runs are kept of an outlet's pages or texts, and their profiles together."""
        whole, number = Profile(), 0
        if "baselines" not in self._tables:
            return number, whole
        with self._told():
            rows = self._base.execute(
                "SELECT profile FROM baselines WHERE outlet = ? AND form = ?", (outlet, form)
            ).fetchall()
        for (kept,) in rows:
            try:
                whole = whole.plus(Profile.model_validate_json(kept))
            except ValidationError as error:
                fault = error.errors()[0]
                where = ".".join(map(str, fault["loc"]))
                message = f"the baseline of {outlet!r} cannot be read: {where}: {fault['msg']}"
                if fault["loc"] == ("version",):
                    message = f"the baseline of {outlet!r} was kept by another version of copydesk"
                raise StateError(self._subject, message) from error
            number += 1
        return number, whole

    def keep(self, outlet: str, form: Form, profile: Profile) -> bool:
        """Keep the profile of a run; False where the very same one is kept already."""
        said = json.dumps(profile.model_dump(mode="json"), sort_keys=True)
        digest = hashlib.sha256(said.encode()).hexdigest()
        key = (outlet, form)
        with self._told():
            self._base.execute("BEGIN IMMEDIATE")
            try:
                self._base.execute(_TABLE)
                kept = self._base.execute(
                    "INSERT OR IGNORE INTO baselines "
                    "SELECT ?, ?, coalesce(max(place), 0) + 1, ?, ? FROM baselines "
                    "WHERE outlet = ? AND form = ?",
                    (*key, digest, said, *key),
                ).rowcount
                self._base.execute(
                    "DELETE FROM baselines WHERE outlet = ? AND form = ? AND place <= "
                    "(SELECT max(place) FROM baselines WHERE outlet = ? AND form = ?) - ?",
                    (*key, *key, MOST),
                )
                self._base.execute("COMMIT")
            except sqlite3.Error:
                with contextlib.suppress(sqlite3.Error):
                    self._base.execute("ROLLBACK")
                raise
        self._tables.add("baselines")
        return kept > 0

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """Tell of the database's faults as this project's own."""
        try:
            yield
        except sqlite3.OperationalError as error:
            raise OutputError(self._subject, str(error)) from error
        except sqlite3.Error as error:
            raise StateError(self._subject, f"is no state file: {error}") from error
