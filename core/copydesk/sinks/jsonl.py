"""JSON Lines with one article per line."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from copydesk.errors import IncompleteRecord, OutputError, RecordError, os_message
from copydesk.model.article import SCHEMA_VERSION, Article
from copydesk.model.renderings.text import body_text
from copydesk.sinks.fields import ALWAYS
from copydesk.sinks.replaced import Replacement

START = b'{"schema_version":"'
"""Start of each article's line."""

# Fields that are never left out.
_KEPT = frozenset(ALWAYS)


def write(path: Path, articles: Iterable[Article]) -> int:
    """Replace a file by articles and return their number.

    A temporary file in the same folder is synced and renamed, so an interruption leaves either
    the old file or the new one. Raises OutputError.
    """
    return write_bytes(path, (article.to_line() for article in articles))


def write_bytes(path: Path, chunks: Iterable[bytes]) -> int:
    """Replace a file atomically by chunks of bytes and return the number of chunks."""
    new = Replacement(path, lone=False)
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
    """Parse one line; returns the article or an error that says what is invalid.

    A missing `text` is made from the body, which has all of it. If other fields were left out, the
    error is an IncompleteRecord.
    """
    try:
        return Article.model_validate_json(line)
    except ValidationError as error:
        if {one["type"] for one in error.errors()} == {"missing"}:
            return _completed(subject, line, error)
        return _invalid(subject, error)


def _completed(subject: str, line: bytes, error: ValidationError) -> Article | RecordError:
    """Return the article of a record without some fields, or the error for it."""
    missing = [str(one["loc"][0]) for one in error.errors() if len(one["loc"]) == 1]
    if len(missing) < error.error_count() or not _KEPT.isdisjoint(missing):
        return _invalid(subject, error)
    if "text" in missing and "body" not in missing:
        record = json.loads(line)
        record["text"] = body_text(record["body"])
        return parse(subject, to_line(record))
    message = f"is not a whole record: it has no {', '.join(missing)}"
    return IncompleteRecord(subject, message, tuple(missing), line)


def to_line(record: dict[str, Any]) -> bytes:
    """Return a record as one line of JSON."""
    made = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    return made.encode("utf-8", "replace") + b"\n"


def _invalid(subject: str, error: ValidationError) -> RecordError:
    first = error.errors()[0]
    if first["loc"] == ("schema_version",) and isinstance(first["input"], str):
        version = f"has schema version {first['input']!r}, not {SCHEMA_VERSION!r}"
        return RecordError(subject, f"{version}; read the document again")
    where = ".".join(str(part) for part in first["loc"])
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    return RecordError(subject, f"{where + ': ' if where else ''}{first['msg']}{more}")
