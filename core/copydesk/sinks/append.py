"""An output that grows a line at a time, held by one run alone."""

from __future__ import annotations

import contextlib
import fcntl
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from copydesk.errors import OutputError, OutputLocked


class Appended:
    """A file to which whole lines are added, each in one write; locked while it is open.

    size: how long it is, in bytes. A lock ends with its process, however that ends. Raises
    OutputLocked, which names the process that holds the file, and OutputError.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = _lock(path)
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o666)
            found = os.fstat(self._file)
            if not stat.S_ISREG(found.st_mode):
                raise OSError("is no regular file")
        except OSError as error:
            _release(path, self._lock)
            raise OutputError(str(path), (error.strerror or str(error)).lower()) from error
        self.size = found.st_size

    def cut(self, size: int) -> None:
        """Cut the file back to a size."""
        os.ftruncate(self._file, size)
        self.size = size

    def add(self, line: bytes) -> None:
        """Add one line; where it does not fit whole, nothing of it stays. Raises OutputError."""
        try:
            written = os.write(self._file, line)
            if written < len(line):
                written += os.write(self._file, line[written:])
        except OSError as error:
            with contextlib.suppress(OSError):
                os.ftruncate(self._file, self.size)
            raise OutputError(str(self.path), (error.strerror or str(error)).lower()) from error
        if written < len(line):
            os.ftruncate(self._file, self.size)
            raise OutputError(str(self.path), "no space left on device")
        self.size += len(line)

    def close(self) -> None:
        """Make what was written durable, and let go of the lock."""
        with contextlib.suppress(OSError):
            os.fsync(self._file)
        os.close(self._file)
        _release(self.path, self._lock)


@contextlib.contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold a file that one run at a time may use. Raises OutputLocked and OutputError."""
    lock = _lock(path)
    try:
        yield
    finally:
        _release(path, lock)


def _release(path: Path, lock: int) -> None:
    with contextlib.suppress(OSError):
        _lock_file(path).unlink()
    os.close(lock)


def _lock_file(path: Path) -> Path:
    return path.with_name(path.name + ".lock")


def _lock(path: Path) -> int:
    """Hold the lock file beside an output; it says who holds it."""
    name = _lock_file(path)
    while True:
        try:
            handle = os.open(name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        except OSError as error:
            raise OutputError(str(path), (error.strerror or str(error)).lower()) from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = os.read(handle, 64).decode("ascii", "replace").strip() or "unknown"
            os.close(handle)
            raise OutputLocked(str(path), f"is held by process {holder}") from error
        # The holder before may have taken the file away between the two steps.
        with contextlib.suppress(OSError):
            if os.fstat(handle).st_ino == name.stat().st_ino:
                os.ftruncate(handle, 0)
                os.pwrite(handle, str(os.getpid()).encode("ascii"), 0)
                return handle
        os.close(handle)
