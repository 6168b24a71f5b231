"""An output that grows a line at a time, written by one run alone."""

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

from copydesk.errors import OutputError, OutputLocked, StateError, os_message
from copydesk.util.filesystem import close, holder, keep_from_children, target

_BLOCK = 1 << 20
_HINT = "; delete the state to go on from what is there"
# A file that is replaced each time it is opened is no file to write to.
_OPENINGS = 20


class Appended:
    """A file to which whole lines are added, each in one write; locked while it is open.

    The lock is on the file itself, so it holds under every name of the file, and the system lets go
    of it when the process ends, however it ends. A link is followed to its target. size: how much of
    the file is known, in bytes. Raises OutputLocked, which names the process that holds the file,
    and OutputError.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._place = target(path)
            self._file = _locked(path, self._place)
            found = os.fstat(self._file)
        except (OSError, ValueError) as error:
            raise _output_error(path, error) from error
        self._identity = (found.st_dev, found.st_ino)
        self._length = found.st_size
        self._at(self._length, self._length, 0)

    def _at(self, size: int, start: int, checksum: int) -> None:
        self.size, self._start, self._sum = size, start, checksum

    @property
    def mark(self) -> str:
        """How much is known, where the part that is vouched for begins, and its CRC-32."""
        return f"{self.size} {self._start} {self._sum}"

    def empty(self) -> None:
        """Take everything out of the file."""
        self._truncate(0)
        self._at(0, 0, 0)

    def rewind(self) -> None:
        """Know nothing of what is in the file; `rest` reads it from its start."""
        self._at(0, 0, 0)

    def go_to(self, mark: str) -> None:
        """Know the file up to a mark. Raises StateError where that part is not as it was then."""
        try:
            size, start, checksum = (int(number) for number in mark.split())
        except ValueError as error:
            raise StateError(str(self.path), "its state is damaged; delete the state") from error
        if not 0 <= start <= size:
            raise StateError(str(self.path), "its state is damaged; delete the state")
        if size > self._length:
            raise StateError(str(self.path), f"is shorter than its state says{_HINT}")
        if self._checksum(start, size) != checksum:
            raise StateError(str(self.path), f"was changed since its state was noted{_HINT}")
        self._at(size, start, checksum)

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
        """The whole lines behind what is known, each with its place; known when it is yielded."""
        begin = self.size
        with self._reading() as file:
            file.seek(begin)
            for number, line in enumerate(file, 1):
                if not line.endswith(b"\n"):
                    return
                where = f"the line at byte {self.size}" if begin else f"line {number}"
                self._know(line)
                if line.strip():
                    yield where, line

    def torn(self) -> bytes:
        """What stands behind the known part, as far as one block goes."""
        with self._reading() as file:
            file.seek(self.size)
            return file.read(_BLOCK)

    def cut(self) -> int:
        """Cut the file behind what is known of it; returns how many bytes that were."""
        gone = self._length - self.size
        if gone:
            self._truncate(self.size)
        return gone

    def _truncate(self, size: int) -> None:
        try:
            os.ftruncate(self._file, size)
        except OSError as error:
            raise _output_error(self.path, error) from error
        self._length = size

    def _know(self, line: bytes) -> None:
        self.size += len(line)
        self._sum = zlib.crc32(line, self._sum)

    def check(self) -> None:
        """Raise OutputError where somebody else changed, replaced or removed the file meanwhile."""
        try:
            found = os.lstat(self._place)
        except FileNotFoundError as error:
            raise OutputError(str(self.path), "was removed meanwhile") from error
        except OSError as error:
            raise _output_error(self.path, error) from error
        if (found.st_dev, found.st_ino) != self._identity:
            raise OutputError(str(self.path), "was replaced by another file meanwhile")
        if found.st_size != self._length:
            raise OutputError(str(self.path), "was changed by another program meanwhile")

    def add(self, line: bytes) -> None:
        """Add one line; where it does not fit whole, nothing of it stays. Raises OutputError."""
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
        self._know(line)

    def close(self) -> None:
        """Make what was written durable, and let go of the lock."""
        with contextlib.suppress(OSError):
            os.fsync(self._file)
        with contextlib.suppress(OSError):
            close(self._file)


def _output_error(path: Path, error: Exception) -> OutputError:
    return OutputError(str(path), os_message(error))


def _locked(path: Path, place: Path) -> int:
    """Open a file for adding to it, and hold it."""
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
    for _ in range(_OPENINGS):
        handle = keep_from_children(os.open(place, flags, 0o666))
        try:
            _hold(path, handle)
            # The file may have been replaced between the two steps.
            with contextlib.suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(handle), os.lstat(place)):
                    return handle
        except BaseException:
            close(handle)
            raise
        close(handle)
    raise OutputError(str(path), "is replaced again and again")


def _hold(path: Path, handle: int) -> None:
    found = os.fstat(handle)
    if not stat.S_ISREG(found.st_mode):
        raise OutputError(str(path), "is no regular file")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise OutputLocked(str(path), f"is held by {holder(found)}") from error
    except OSError as error:
        what = os_message(error)
        raise OutputError(str(path), f"cannot be locked: {what}") from error
