"""What became of a shard: numbers that add up, and the files that were written."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field

from copydesk.errors import StateError


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that a shard has written.

    Attributes:
        name: in the output folder, such as "articles/00003.jsonl.gz".
        held: its name until the shard was committed.
        size: number of bytes.
        sha256: hash of its bytes.
    """

    name: str
    held: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What became of a shard.

    Attributes:
        shard: its number.
        inputs: names of its inputs.
        counts: numbers of outcomes by kind and reason: "article", "article:no_body",
            "reject:empty", "skip:duplicate".
        attempt: the attempt that was committed, from 1; for a failed shard the last one.
        files: what it wrote.
        tallies: other numbers by name, see `model.tally`.
        started, ended: when it was read, ISO 8601; None for a failed shard.
        seconds: how long that took.
        failure: why the shard was given up; None for a shard that was read.
    """

    shard: int
    inputs: tuple[str, ...]
    counts: Mapping[str, int]
    attempt: int
    files: tuple[StoredFile, ...] = ()
    failure: str | None = None
    tallies: Mapping[str, int] = field(default_factory=dict)
    started: str | None = None
    ended: str | None = None
    seconds: float = 0.0

    def to_json(self) -> bytes:
        """Return the report as one line of JSON."""
        return json.dumps(asdict(self), ensure_ascii=False).encode() + b"\n"

    @classmethod
    def from_json(cls, subject: str, data: bytes) -> Report:
        """Return the report that `to_json` wrote. Raises StateError."""
        try:
            values = json.loads(data)
            values["inputs"] = tuple(values["inputs"])
            values["files"] = tuple(StoredFile(**one) for one in values["files"])
            return cls(**values)
        except (ValueError, KeyError, TypeError) as error:
            raise StateError(subject, "is damaged; delete it to read the shard again") from error


def total(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """Add numbers of outcomes."""
    summed: Counter[str] = Counter()
    for one in counts:
        summed.update(one)
    return {name: number for name, number in sorted(summed.items()) if number}
