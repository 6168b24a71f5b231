"""JSON Lines with one article per line."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pydantic import ValidationError

from copydesk.errors import OutputError, RecordError, os_message
from copydesk.model.article import SCHEMA_VERSION, Article
from copydesk.sinks.replaced import Replacement

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
    new = Replacement(path)
    count = 0
    try:
        for chunk in chunks:
            new.file.write(chunk)
            count += 1
        new.commit()
    except BaseException as error:
        new.discard()
        if isinstance(error, OSError):
            raise OutputError(str(path), os_message(error)) from error
        raise
    return count


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
