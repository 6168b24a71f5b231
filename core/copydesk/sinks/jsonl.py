"""JSON Lines files with one article per line, replaced atomically."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from pydantic import ValidationError

from copydesk.errors import OutputError, RecordError, cannot_open, os_message
from copydesk.model.article import SCHEMA_VERSION, Article
from copydesk.util import filesystem

START = b'{"schema_version":"'
"""Start of each article's line."""


def write(path: Path, articles: Iterable[Article]) -> int:
    """Replace a file by articles and return their number.

    A temporary file in the same folder is synced and renamed, so an interruption leaves either
    the old file or the new one. Raises OutputError.
    """
    return write_bytes(path, (article.to_line() for article in articles))


def write_bytes(path: Path, chunks: Iterable[bytes]) -> int:
    """Replace a file atomically by chunks of bytes and return the number of chunks."""
    target = filesystem.target(path) if path.is_symlink() else path
    if target.is_symlink():
        raise OutputError(str(path), "is a symbolic link to itself")
    if target.exists() and not (target.is_file() or target.is_dir()):
        raise OutputError(str(path), "is not a regular file")
    count = 0
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent)
    except OSError as error:
        raise cannot_open(path, error) from error
    try:
        with os.fdopen(handle, "wb") as file:
            for chunk in chunks:
                file.write(chunk)
                count += 1
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(_mode(target))
        Path(name).replace(target)
        _sync_folder(target.parent)
    except BaseException as error:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        if isinstance(error, OSError):
            raise OutputError(str(path), os_message(error)) from error
        raise
    return count


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


def read(path: Path) -> Iterator[tuple[int, Article | RecordError]]:
    """Yield the line number, from 1, and the article or error of each line.

    Only line feeds end a line. Blank lines are ignored.
    """
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield number, parse(f"{path}:{number}", line)


def parse(subject: str, line: bytes) -> Article | RecordError:
    """Parse one line; returns the article or an error that says what is invalid."""
    try:
        return Article.model_validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        if first["loc"] == ("schema_version",) and isinstance(first["input"], str):
            version = f"has schema version {first['input']!r}, not {SCHEMA_VERSION!r}"
            return RecordError(subject, f"{version}; read the document again")
        where = ".".join(str(part) for part in first["loc"])
        more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
        return RecordError(subject, f"{where + ': ' if where else ''}{first['msg']}{more}")
