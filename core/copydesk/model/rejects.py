"""Rejects: a JSON line for each input that failed, with enough data to try it again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from copydesk.errors import RecordError

STAGES = ("source", "fetch", "read")
"""Stages at which an input can fail."""

START = b'{"input":"'
"""Start of each reject's line."""


class Reject(BaseModel):
    """An input that failed.

    Attributes:
        input: a path, a URL, or an archive with an offset.
        stage: one of STAGES.
        reason: stable code of the error.
        detail: a finer code; None for most errors.
        message: what happened, for people.
        adapter: id of the adapter that read the input; None before one was chosen.
        attempts: number of requests.
        offset: position in the file, in bytes.
        url: URL of an archive's record.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    input: str
    stage: str
    reason: str
    detail: str | None = None
    message: str
    adapter: str | None = None
    attempts: int = 1
    offset: int | None = None
    url: str | None = None

    def to_line(self) -> bytes:
        """Return the reject as a line of JSON with a line feed."""
        return self.model_dump_json().encode("utf-8", "replace") + b"\n"


def read(path: Path) -> Iterator[Reject]:
    """Yield the rejects of a file. Raises RecordError for an invalid line."""
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield parse(f"{path}:{number}", line)


def parse(subject: str, line: bytes) -> Reject:
    """Parse one line. Raises RecordError for an invalid line."""
    try:
        return Reject.model_validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        raise RecordError(subject, f"is not a reject: {first['msg']}") from error
