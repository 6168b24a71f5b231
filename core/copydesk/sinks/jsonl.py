"""JSON Lines: one article a line, the file replaced whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from pydantic import ValidationError

from copydesk.errors import OutputError, RecordError, os_message
from copydesk.model.article import SCHEMA_VERSION, Article
from copydesk.util import filesystem

START = b'{"schema_version":"'
"""How the line of an article begins."""


def write(path: Path, articles: Iterable[Article]) -> int:
    """Write articles to a file through a temporary one beside it; returns how many.

    The file is synced and renamed at the end: a kill leaves the old file or the new one. Raises
    OutputError.
    """
    return write_bytes(path, (article.to_line() for article in articles))


def write_bytes(path: Path, chunks: Iterable[bytes]) -> int:
    """Replace a file by chunks of bytes, whole or not at all; returns their number."""
    target = filesystem.target(path) if path.is_symlink() else path
    if target.is_symlink():
        raise OutputError(str(path), "is a link that leads to itself")
    if target.exists() and not (target.is_file() or target.is_dir()):
        raise OutputError(str(path), "is no regular file")
    count = 0
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent)
    except OSError as error:
        raise OutputError(str(path), os_message(error)) from error
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
    """Make the rename itself durable, where the system lets a folder be opened."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def read(path: Path) -> Iterator[tuple[int, Article | RecordError]]:
    """The articles of a file with their line numbers from 1; a bad line gives its error.

    Lines end at a line feed and nowhere else. Blank lines are passed over.
    """
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield number, parse(f"{path}:{number}", line)


def parse(subject: str, line: bytes) -> Article | RecordError:
    """The article of one line, or the error that names what is wrong with it."""
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
