"""Baselines: the profiles of earlier runs, stored in their own table of a state file."""

from __future__ import annotations

import contextlib
import hashlib
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from copydesk.drift.profile import Form, Profile
from copydesk.errors import OutputError, StateError
from copydesk.runs.state.store import open_base

MAX_RUNS = 20
"""Number of runs stored for an outlet and form; the oldest is deleted first."""

_TABLE = """
CREATE TABLE IF NOT EXISTS baselines (
    outlet TEXT NOT NULL, form TEXT NOT NULL, place INTEGER NOT NULL, digest TEXT NOT NULL,
    profile TEXT NOT NULL, PRIMARY KEY (outlet, form, digest)
) WITHOUT ROWID;
"""
_THERE = "SELECT name FROM sqlite_master WHERE type = 'table'"


class Baselines:
    """The profiles in one state file; close it after use.

    path: a state file of `ingest` or of this module, or, with create, a new one. Raises StateError
    for a missing file or one of another kind, OutputError for one that cannot be opened or written.
    """

    def __init__(self, path: Path, *, create: bool = False) -> None:
        self._subject = str(path)
        if not create and not path.is_file():
            raise StateError(self._subject, "no such file")
        self._base = open_base(path)
        try:
            with self._translated_errors():
                self._tables = {row[0] for row in self._base.execute(_THERE)}
        except BaseException:
            self._base.close()
            raise

    def close(self) -> None:
        """Close the file."""
        self._base.close()

    def of(self, outlet: str, form: Form) -> tuple[int, Profile]:
        """Return the number of stored runs of an outlet's pages or texts, and their joint profile."""
        whole, number = Profile(), 0
        if "baselines" not in self._tables:
            return number, whole
        with self._translated_errors():
            rows = self._base.execute(
                "SELECT profile FROM baselines WHERE outlet = ? AND form = ?", (outlet, form)
            ).fetchall()
        for (kept,) in rows:
            try:
                whole = whole.plus(Profile.model_validate_json(kept))
            except ValidationError as error:
                first = error.errors()[0]
                where = ".".join(map(str, first["loc"]))
                message = f"the baseline of {outlet!r} cannot be read: {where}: {first['msg']}"
                if first["loc"] == ("version",):
                    message = (
                        f"the baseline of {outlet!r} was stored by another version of copydesk"
                    )
                raise StateError(self._subject, message) from error
            number += 1
        return number, whole

    def keep(self, outlet: str, form: Form, profile: Profile) -> bool:
        """Store the profile of a run; return False if an identical one is already stored."""
        data = json.dumps(profile.model_dump(mode="json"), sort_keys=True)
        digest = hashlib.sha256(data.encode()).hexdigest()
        key = (outlet, form)
        with self._translated_errors():
            self._base.execute("BEGIN IMMEDIATE")
            try:
                self._base.execute(_TABLE)
                kept = self._base.execute(
                    "INSERT OR IGNORE INTO baselines "
                    "SELECT ?, ?, coalesce(max(place), 0) + 1, ?, ? FROM baselines "
                    "WHERE outlet = ? AND form = ?",
                    (*key, digest, data, *key),
                ).rowcount
                self._base.execute(
                    "DELETE FROM baselines WHERE outlet = ? AND form = ? AND place <= "
                    "(SELECT max(place) FROM baselines WHERE outlet = ? AND form = ?) - ?",
                    (*key, *key, MAX_RUNS),
                )
                self._base.execute("COMMIT")
            except sqlite3.Error:
                with contextlib.suppress(sqlite3.Error):
                    self._base.execute("ROLLBACK")
                raise
        self._tables.add("baselines")
        return kept > 0

    @contextlib.contextmanager
    def _translated_errors(self) -> Iterator[None]:
        """Translate sqlite3 errors."""
        try:
            yield
        except sqlite3.OperationalError as error:
            raise OutputError(self._subject, str(error)) from error
        except sqlite3.Error as error:
            raise StateError(self._subject, f"is not a state file: {error}") from error
