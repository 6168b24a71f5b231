"""Files of file systems that fsspec knows, such as s3://bucket/name, read as streams."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from copydesk.errors import SourceError, describe, needs_extra

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

_URL = re.compile(r"([a-z][a-z0-9+.-]+)://", re.IGNORECASE)
# Hosts on the web are asked by the run's own client alone, and files of this machine have paths.
_OTHERS = frozenset(("http", "https", "ftp", "file", "local"))
# Of a slow connection, one block must arrive within the time limit of a list.
_BLOCK_BYTES = 1024 * 1024


def is_remote(place: str) -> bool:
    """Whether a place is a URL, such as s3://bucket/folder, and not a path."""
    return _URL.match(place) is not None


def file_system(url: str) -> tuple[AbstractFileSystem, str]:
    """Return the file system of a URL and the path in it. Raises SourceError without fsspec."""
    try:
        import fsspec
    except ImportError as error:
        raise SourceError(url, needs_extra("remote")) from error
    try:
        found: tuple[Any, str] = fsspec.core.url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise SourceError(url, f"cannot be opened: {error}") from error
    return found


def check(url: str) -> None:
    """Raise SourceError for a URL of no file system that is installed; opens nothing."""
    found = _URL.match(url)
    protocol = found[1].lower() if found else ""
    message = "is not an http or https URL, nor that of a known file system"
    if protocol in _OTHERS:
        raise SourceError(url, message)
    try:
        import fsspec
    except ImportError as error:
        raise SourceError(url, needs_extra("remote")) from error
    if protocol not in fsspec.available_protocols():
        raise SourceError(url, message)
    try:
        fsspec.get_filesystem_class(protocol)
    except ImportError as error:
        raise SourceError(url, f"cannot be opened: {error}") from error


def open_stream(url: str, on_progress: Callable[[], None] = lambda: None) -> BinaryIO:
    """Open a file for reading. Raises OSError, as reading does.

    on_progress: called after each read.
    """
    try:
        fs, path = file_system(url)
        opened = fs.open(path, "rb", block_size=_BLOCK_BYTES)
    except (OSError, SourceError) as error:
        raise OSError(getattr(error, "message", None) or str(error) or repr(error)) from error
    except Exception as error:
        raise OSError(describe(error)) from error
    return cast("BinaryIO", _Stream(opened, on_progress))


class _Stream(io.RawIOBase):
    """A file of fsspec, whose errors are all OSErrors."""

    def __init__(self, file: Any, on_progress: Callable[[], None]) -> None:
        self._file, self._on_progress = file, on_progress

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return bool(self._file.seekable())

    def readinto(self, buffer: Any, /) -> int:
        try:
            data = self._file.read(len(buffer))
        except OSError:
            raise
        except Exception as error:
            raise OSError(describe(error)) from error
        buffer[: len(data)] = data
        self._on_progress()
        return len(data)

    def seek(self, offset: int, whence: int = 0, /) -> int:
        return int(self._file.seek(offset, whence))

    def tell(self) -> int:
        return int(self._file.tell())

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()
