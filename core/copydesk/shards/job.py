"""What a run in shards consists of: the job and its shards, as plain values."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from copydesk.errors import StateError
from copydesk.model.filters import NO_FILTERS, Filters
from copydesk.settings import Limits, __version__
from copydesk.sources.base import ListLimits

_FORMAT = 1
_WORDS = {"shards": "sources", "skips": "files that are left out", "suffix": "format"}


@dataclass(frozen=True, slots=True)
class StoredInput:
    """A file that a shard reads.

    Attributes:
        place: absolute path or URL.
        origin: its name in records and rejects.
        size: number of bytes when the job was planned.
    """

    place: str
    origin: str
    size: int


@dataclass(frozen=True, slots=True)
class Shard:
    """A part of a job: one archive, or some small files.

    Attributes:
        number: position in the job, from 0.
        inputs: its files, in the order in which they are read.
    """

    number: int
    inputs: tuple[StoredInput, ...]

    @property
    def name(self) -> str:
        """Name of its files in the output, such as "00003"."""
        return f"{self.number:05}"

    @property
    def subject(self) -> str:
        """Its first input, for messages."""
        more = f" and {len(self.inputs) - 1} more" if len(self.inputs) > 1 else ""
        return f"shard {self.name} ({self.inputs[0].origin}{more})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A run in shards: what is read, how, and where the result goes. Can be pickled.

    Attributes:
        output: absolute path or URL of the output folder.
        shards: all shards in the order of the input.
        adapters: fingerprint of the adapters, sources and sinks of the process that planned.
        plugins: as for `ingest --plugin`; every worker loads them.
        outlet: id of the outlet of all documents; None to select it by URL.
        kind: name of the source that reads all inputs; None to detect it.
        since: documents older than this are skipped.
        filters: which pages and articles are left out.
        limits: for each input.
        suffix: format of the files of articles, such as "jsonl.gz".
        attempts: how often a shard is tried before it is given up.
        skips: numbers of files that are no input, by reason, such as links out of a folder.
    """

    output: str
    shards: tuple[Shard, ...]
    adapters: str
    plugins: tuple[str, ...] = ()
    outlet: str | None = None
    kind: str | None = None
    since: datetime | None = None
    filters: Filters = NO_FILTERS
    limits: Limits = field(default_factory=Limits)
    suffix: str = "jsonl.gz"
    attempts: int = 3
    skips: tuple[tuple[str, int], ...] = ()
    version: str = __version__

    @property
    def key(self) -> str:
        """Hash of everything that determines the records, however paths are spelt."""
        return hashlib.sha256(json.dumps(self._facts(), sort_keys=True).encode()).hexdigest()

    def differences(self, other: Job) -> list[str]:
        """Name what distinguishes the records of two jobs, for messages."""
        own, others = self._facts(), other._facts()
        return [f"other {_WORDS.get(name, name)}" for name in own if own[name] != others[name]]

    def _facts(self) -> dict[str, Any]:
        values = self._values()
        for ignored in ("plugins", "attempts"):
            del values[ignored]
        for shard in values["shards"]:
            for one in shard["inputs"]:
                del one["place"]
        return values

    @property
    def list_limits(self) -> ListLimits:
        """The limits of lists."""
        return ListLimits(
            since=self.since,
            entries=self.limits.list_entries,
            deepest=self.limits.sitemap_depth,
        )

    def _values(self) -> dict[str, Any]:
        values = asdict(self)
        del values["output"]
        values["since"] = self.since.isoformat() if self.since else None
        values["filters"] = self.filters.to_dict()
        return values

    def to_json(self) -> bytes:
        """Return the job as JSON, without the place of its output."""
        values = {"job": _FORMAT, **self._values()}
        return json.dumps(values, ensure_ascii=False, indent=1).encode() + b"\n"

    @classmethod
    def from_json(cls, output: str, data: bytes) -> Job:
        """Return the job that `to_json` wrote. Raises StateError."""
        try:
            values = json.loads(data)
            if values.pop("job") != _FORMAT:
                raise ValueError("another format")
            values["shards"] = tuple(
                Shard(one["number"], tuple(StoredInput(**i) for i in one["inputs"]))
                for one in values["shards"]
            )
            values["limits"] = Limits(**values["limits"])
            values["filters"] = Filters.from_dict(values["filters"])
            values["since"] = datetime.fromisoformat(values["since"]) if values["since"] else None
            values["plugins"] = tuple(values["plugins"])
            values["skips"] = tuple((reason, number) for reason, number in values["skips"])
            return cls(output=output, **values)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            message = "is not the plan of a job, or one of another version; use another folder"
            raise StateError(f"{output}/job.json", message) from error
