"""Identity, locks and names of files. One file may have several names."""

from __future__ import annotations

import contextlib
import os
import re
import stat
from collections.abc import Iterable
from pathlib import Path

from copydesk.errors import OutputError

_COMPRESSED = tuple(".gz .tgz .zst .zstd .bz2 .xz .lzma .lz4 .br .zip .7z".split())
_STDOUT = ("-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1")
_LOCK = re.compile(r"^\d+: \w+ +\w+ +WRITE +(\d+) ([0-9a-f]+):([0-9a-f]+):(\d+) ", re.MULTILINE)

Identity = tuple[int, int]
"""Device and inode."""


def identity(path: Path | int) -> Identity | None:
    """Identify the file at a path (links followed) or an open file; None if there is none."""
    try:
        found = path.stat() if isinstance(path, Path) else os.fstat(path)
    except (OSError, ValueError):
        return None
    return found.st_dev, found.st_ino


_unshared: set[int] = set()


def keep_from_children(handle: int) -> int:
    """Close an open file in forked children, which would otherwise keep its lock."""
    _unshared.add(handle)
    return handle


def close(handle: int) -> None:
    """Close a file after `keep_from_children`."""
    _unshared.discard(handle)
    os.close(handle)


def _forked() -> None:
    for handle in _unshared:
        with contextlib.suppress(OSError):
            os.close(handle)
    _unshared.clear()


os.register_at_fork(after_in_child=_forked)


def target(path: Path) -> Path:
    """Resolve all links of a path. The result is a link if links form a circle."""
    return Path(os.path.realpath(path))


def check_name(path: Path) -> None:
    """Raise OutputError for the name of a compressed file, for an output that is never one."""
    if path.suffix.lower() in _COMPRESSED:
        message = f"this output is not compressed; name it {path.stem}, and compress it afterwards"
        raise OutputError(str(path), message)


def is_stdout(path: Path) -> bool:
    """Whether a name stands for standard output."""
    return str(path) in _STDOUT


def has_content(path: Path) -> bool:
    """Whether a path is a file or a folder that is not empty."""
    if path.is_dir():
        return any(path.iterdir())
    return path.exists() and path.stat().st_size > 0


def is_folder(name: str) -> bool:
    """Whether a path leads to a folder; False for an invalid path."""
    return os.path.isdir(name)  # noqa: PTH112 - never raises, unlike Path.is_dir


def lock_owner(info: os.stat_result) -> str:
    """Name the process that has locked a file, if the system lists locks."""
    try:
        locks = Path("/proc/locks").read_text("ascii")
    except (OSError, ValueError):
        locks = ""
    for process, major, minor, inode in _LOCK.findall(locks):
        device = os.makedev(int(major, 16), int(minor, 16))
        if (device, int(inode)) == (info.st_dev, info.st_ino):
            return f"process {process}"
    return "another process"


def read_start(path: Path, size: int) -> bytes | None:
    """Read the first bytes of a regular file; None if it is missing.

    Links are not followed. Raises OSError with a readable `strerror` for anything else.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError as error:
        if path.is_symlink():
            raise OSError(error.errno, "is a symbolic link, which is not allowed here") from error
        raise
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(0, "is not a regular file")
        return os.read(handle, size)
    finally:
        os.close(handle)


class OutputFiles:
    """The output files of a run. A path is contained if it leads to one of them by any name."""

    def __init__(self, paths: Iterable[Path] = ()) -> None:
        self._paths = {path.absolute() for path in paths}

    def __contains__(self, path: object) -> bool:
        if not isinstance(path, Path):
            return False
        if path.absolute() in self._paths:
            return True
        found = identity(path)
        return found is not None and any(found == identity(own) for own in self._paths)
