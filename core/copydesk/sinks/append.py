"""An output file to which one run appends lines."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import io
import os
import stat
import zlib
from collections.abc import Iterator
from pathlib import Path

from copydesk.errors import OutputError, OutputLocked, StateError, cannot_open, os_message
from copydesk.util.filesystem import close, keep_from_children, lock_owner, target

_BLOCK = 1 << 20
_HINT = "; delete the state to resume from the records in the file"
# Attempts to open a file that other programs keep replacing.
_ATTEMPTS = 20


class Appended:
    """A file to which complete lines are appended. It is locked while it is open.

    The lock applies to all names of the file and ends with the process. Links are followed.

    Attributes:
        path: the path as given.
        size: number of bytes at the start of the file that belong to the run.

    Raises:
        OutputLocked: another run has locked the file; the message names the process.
        OutputError: the file cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._place = target(path)
            self._file = _locked(path, self._place)
            found = os.fstat(self._file)
        except (OSError, ValueError) as error:
            raise cannot_open(path, error) from error
        self._identity = (found.st_dev, found.st_ino)
        self._length = found.st_size
        self._set_position(self._length, self._length, 0)

    def _set_position(self, size: int, start: int, checksum: int) -> None:
        self.size, self._start, self._sum = size, start, checksum

    @property
    def mark(self) -> str:
        """The size, the start of the part that this run wrote, and the CRC-32 of that part."""
        return f"{self.size} {self._start} {self._sum}"

    def empty(self) -> None:
        """Remove the content of the file."""
        self._truncate(0)
        self._set_position(0, 0, 0)

    def rewind(self) -> None:
        """Go to the start of the file, so that `rest` reads all lines."""
        self._set_position(0, 0, 0)

    def go_to(self, mark: str) -> None:
        """Go to a mark. Raises StateError if the file was changed before the mark."""
        try:
            size, start, checksum = (int(number) for number in mark.split())
        except ValueError as error:
            raise StateError(str(self.path), "its state is damaged; delete the state") from error
        if not 0 <= start <= size:
            raise StateError(str(self.path), "its state is damaged; delete the state")
        if size > self._length:
            raise StateError(str(self.path), f"is shorter than in its state{_HINT}")
        if self._checksum(start, size) != checksum:
            raise StateError(str(self.path), f"was changed since its state was saved{_HINT}")
        self._set_position(size, start, checksum)

    def _checksum(self, start: int, end: int) -> int:
        checksum = 0
        with self._reading() as file:
            file.seek(start)
            while block := file.read(min(_BLOCK, end - file.tell())):
                checksum = zlib.crc32(block, checksum)
        return checksum

    def _reading(self) -> io.BufferedReader:
        return open(self._file, "rb", closefd=False)

    def rest(self) -> Iterator[tuple[str, bytes]]:
        """Yield each complete line after the position with its place, and move the position."""
        begin = self.size
        with self._reading() as file:
            file.seek(begin)
            for number, line in enumerate(file, 1):
                if not line.endswith(b"\n"):
                    return
                where = f"the line at byte {self.size}" if begin else f"line {number}"
                self._advance(line)
                if line.strip():
                    yield where, line

    def incomplete(self) -> bytes:
        """Read what follows the position, at most one block."""
        with self._reading() as file:
            file.seek(self.size)
            return file.read(_BLOCK)

    def cut(self) -> int:
        """Remove everything after the position and return the number of bytes."""
        removed = self._length - self.size
        if removed:
            self._truncate(self.size)
        return removed

    def _truncate(self, size: int) -> None:
        try:
            os.ftruncate(self._file, size)
        except OSError as error:
            raise _output_error(self.path, error) from error
        self._length = size

    def _advance(self, line: bytes) -> None:
        self.size += len(line)
        self._sum = zlib.crc32(line, self._sum)

    def check(self) -> None:
        """Raise OutputError if another program changed, replaced or removed the file."""
        try:
            found = os.lstat(self._place)
        except FileNotFoundError as error:
            raise OutputError(str(self.path), "was removed during the run") from error
        except OSError as error:
            raise _output_error(self.path, error) from error
        if (found.st_dev, found.st_ino) != self._identity:
            raise OutputError(str(self.path), "was replaced by another file during the run")
        if found.st_size != self._length:
            raise OutputError(str(self.path), "was changed by another program during the run")

    def add(self, line: bytes) -> None:
        """Append one line. If it cannot be written completely, remove it and raise OutputError."""
        self.check()
        written = 0
        try:
            while written < len(line):
                count = os.write(self._file, line[written:])
                if not count:
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                written += count
        except OSError as error:
            if written:
                with contextlib.suppress(OSError):
                    os.ftruncate(self._file, self._length)
            raise _output_error(self.path, error) from error
        self._length += len(line)
        self._advance(line)

    def close(self) -> None:
        """Sync the file and release the lock."""
        with contextlib.suppress(OSError):
            os.fsync(self._file)
        with contextlib.suppress(OSError):
            close(self._file)


def _output_error(path: Path, error: Exception) -> OutputError:
    return OutputError(str(path), os_message(error))


def _locked(path: Path, place: Path) -> int:
    """Open a file for appending and lock it."""
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
    for _ in range(_ATTEMPTS):
        handle = keep_from_children(os.open(place, flags, 0o666))
        try:
            _lock(path, handle)
            # The file may have been replaced between opening and locking.
            with contextlib.suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(handle), os.lstat(place)):
                    return handle
        except BaseException:
            close(handle)
            raise
        close(handle)
    raise OutputError(str(path), "is being replaced by another program")


def _lock(path: Path, handle: int) -> None:
    found = os.fstat(handle)
    if not stat.S_ISREG(found.st_mode):
        raise OutputError(str(path), "is not a regular file")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise OutputLocked(str(path), f"is locked by {lock_owner(found)}") from error
    except OSError as error:
        raise OutputError(str(path), f"cannot be locked: {os_message(error)}") from error
