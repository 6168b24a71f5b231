"""A file that is written beside the one that it replaces, and renamed when it is complete."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from copydesk.errors import OutputError, cannot_open, os_message
from copydesk.util import filesystem


class Replacement:
    """A temporary file in the folder of the file that it replaces.

    A reader finds the old file or the new one, never a part. A process that is killed leaves the
    old file, and beside it a `.NAME.*.tmp`.

    Args:
        path: of the file that is replaced.
        lone: whether a file that another program puts there meanwhile stays.

    Attributes:
        file: takes the content. Writing raises OSError.
        beside: path of the temporary file.

    Raises:
        OutputError: the file cannot be created.
    """

    def __init__(self, path: Path, *, lone: bool = True) -> None:
        self._path = path
        self._target = filesystem.target(path) if path.is_symlink() else path
        if self._target.is_symlink():
            raise OutputError(str(path), "is a symbolic link to itself")
        if self._target.exists() and not (self._target.is_file() or self._target.is_dir()):
            raise OutputError(str(path), "is not a regular file")
        try:
            handle, name = tempfile.mkstemp(
                prefix=f".{self._target.name}.", suffix=".tmp", dir=self._target.parent
            )
        except OSError as error:
            raise cannot_open(path, error) from error
        self._lone, self._before = lone, filesystem.identity(self._target)
        self.beside = Path(name)
        self.file = os.fdopen(handle, "wb")

    def commit(self) -> None:
        """Sync the file and rename it. Raises OutputError and discards it if that fails."""
        if self._lone and filesystem.identity(self._target) != self._before:
            self.discard()
            raise OutputError(str(self._path), "was written by another program meanwhile; it stays")
        try:
            with self.file:
                self.file.flush()
                os.fsync(self.file.fileno())
            self.beside.chmod(_mode(self._target))
            self.beside.replace(self._target)
            _sync_folder(self._target.parent)
        except OSError as error:
            self.discard()
            raise OutputError(str(self._path), os_message(error)) from error

    def discard(self) -> None:
        """Remove the temporary file, if it is still there; the old file stays."""
        with contextlib.suppress(OSError):
            self.file.close()
        with contextlib.suppress(OSError):
            self.beside.unlink()


def _mode(path: Path) -> int:
    try:
        return path.stat().st_mode & 0o7777
    except OSError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask


def _sync_folder(folder: Path) -> None:
    """Make the rename durable, if the system can sync folders."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
