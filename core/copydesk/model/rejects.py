"""Rejects: one line of JSON for each input that gave no article, enough to try it again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from copydesk.errors import RecordError

STAGES = ("source", "fetch", "read")
"""Where an input can fail."""

START = b'{"input":"'
"""How the line of a reject begins."""


class Reject(BaseModel):
    """An input that gave no article.

    input: as it was given: a path, an address, or an archive with an offset. stage: one of STAGES.
    reason: stable code of the error. detail: its finer code, None for most. adapter: id of the one that read it, None before one was
    chosen. attempts: how often it was asked for. offset: in the file, in bytes. url: the address that
    a record of an archive states.
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
        """The reject as one line of JSON, with its line feed."""
        return self.model_dump_json().encode("utf-8", "replace") + b"\n"


def read(path: Path) -> Iterator[Reject]:
    """The rejects of a file. Raises RecordError for a line that is none."""
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield parse(f"{path}:{number}", line)


def parse(subject: str, line: bytes) -> Reject:
    """The reject of one line. Raises RecordError for a line that is none."""
    try:
        return Reject.model_validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        raise RecordError(subject, f"is no reject: {first['msg']}") from error
