"""The report of a run, as `ingest --report` writes it, read back and divided into sections."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from copydesk.errors import RecordError, os_message
from copydesk.util.text import plural

_MAX_BYTES = 64 * 1024 * 1024

# The largest number that a report may have: any sum and share of such numbers can be printed.
_MOST = 10**15
_Amount = Annotated[float, Field(ge=0, le=_MOST)]
_Count = Annotated[int, Field(ge=0, le=_MOST)]
_Counts = dict[str, _Count]


class HostCounts(BaseModel):
    """Outcomes of the inputs of one host, or of several."""

    model_config = ConfigDict(extra="ignore", strict=True)

    hosts: _Count = 0
    articles: _Count
    rejects: _Count
    skips: _Count


class FailedShard(BaseModel):
    """A shard of a job that was given up."""

    model_config = ConfigDict(extra="ignore", strict=True)

    shard: _Count
    failure: str


class Report(BaseModel):
    """The report of a run or of a job; docs/ingesting.md describes its fields."""

    model_config = ConfigDict(extra="ignore", strict=True)

    inputs: _Count
    articles: _Count
    rejects: _Counts
    skips: _Counts
    exit_code: int
    doubts: _Counts = {}
    stopped: str | None = None
    started: str | None = None
    ended: str | None = None
    seconds: _Amount = 0.0
    pages_per_second: _Amount | None = None
    counted: _Count = 0
    languages: _Counts = {}
    outlets: _Counts = {}
    access: _Counts = {}
    warnings: _Counts = {}
    bodies: _Counts = {}
    fields: dict[str, Annotated[float, Field(ge=0, le=1)]] = {}
    hosts: dict[str, HostCounts] = {}
    hosts_left_out: HostCounts | None = None
    shards: _Count = 0
    failed: list[FailedShard] = []

    @property
    def result(self) -> str:
        """How the run ended, in words."""
        if self.stopped is not None:
            return f"stopped early: {self.stopped}"
        return "finished, with rejects" if self.rejects else "finished"


def load(path: Path) -> Report:
    """Read a report. Raises RecordError for a file that is none."""
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise RecordError(str(path), os_message(error)) from error
    try:
        if len(data) > _MAX_BYTES:
            raise ValueError("is too large")
        return Report.model_validate_json(data)
    except (ValidationError, ValueError) as error:
        message = "is not the report of a run; ingest --report FILE writes one"
        raise RecordError(str(path), message) from error


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a section: its name, its numbers, and the shares of the whole that its bar shows."""

    name: str
    numbers: tuple[int, ...]
    shares: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A table of a report.

    Attributes:
        id: stable name, such as "languages".
        title: for people.
        heads: title of the first column, and of each number.
        rows: the most frequent first, unless they have an order of their own.
        parts: what each share of a row is, as classes of style.
        note: what has to be known of the numbers.
        more: what the rows leave out, as a sentence; empty if they have all.
    """

    id: str
    title: str
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    parts: tuple[str, ...] = ("other",)
    note: str = ""
    more: str = ""


def sections(report: Report) -> Iterator[Section]:
    """Yield the tables of a report, without those that have no rows."""
    for one in _sections(report):
        if one.rows:
            yield one


def _sections(report: Report) -> Iterator[Section]:
    rejects, skips = sum(report.rejects.values()), sum(report.skips.values())
    outcomes = {"articles": report.articles, "rejects": rejects, "skips": skips}
    yield Section(
        id="outcomes",
        title="Outcomes",
        heads=("Outcome", "Inputs"),
        rows=tuple(_rows(outcomes, report.inputs)),
    )
    for name, numbers in (("rejects", report.rejects), ("skips", report.skips)):
        yield Section(
            id=name,
            title=f"{name.title()} by reason",
            heads=("Reason", name.title()),
            rows=tuple(_rows(_sorted(numbers), report.inputs)),
        )
    yield _hosts(report)
    yield from _articles(report)
    yield Section(
        id="fields",
        title="Fields with a value",
        heads=("Field",),
        rows=tuple(Row(name, (), (share,)) for name, share in report.fields.items()),
        note=_note(report),
    )


def _articles(report: Report) -> Iterator[Section]:
    """Yield what is counted of articles."""
    bodies = {"empty": report.bodies.get("empty", 0), "doubtful": report.bodies.get("doubtful", 0)}
    for name, title, head, numbers in (
        ("languages", "Languages", "Language", _sorted(report.languages)),
        ("outlets", "Outlets", "Outlet", _sorted(report.outlets)),
        ("bodies", "Empty and doubtful bodies", "Body", bodies if report.counted else {}),
        ("access", "Access observed", "Access", _sorted(report.access)),
        ("warnings", "Warnings by code", "Warning", _sorted(report.warnings)),
    ):
        yield Section(
            id=name,
            title=title,
            heads=(head, "Articles"),
            rows=tuple(_rows(numbers, report.counted)),
            note=_note(report),
        )


def _note(report: Report) -> str:
    if report.counted == report.articles:
        return ""
    return f"of {plural(report.counted, 'article')}, before duplicates between shards are removed"


def _hosts(report: Report) -> Section:
    most = max((_sum(one) for one in report.hosts.values()), default=0)
    left_out = report.hosts_left_out
    more = ""
    if left_out is not None and left_out.hosts:
        more = f"{plural(left_out.hosts, 'host')} more, with {plural(_sum(left_out), 'input')}"
    return Section(
        id="hosts",
        title="Hosts",
        heads=("Host", "Articles", "Rejects", "Skips"),
        rows=tuple(
            Row(name, numbers, tuple(n / max(most, 1) for n in numbers))
            for name, one in report.hosts.items()
            for numbers in [(one.articles, one.rejects, one.skips)]
        ),
        parts=("articles", "rejects", "skips"),
        more=more,
    )


def _sum(host: HostCounts) -> int:
    return host.articles + host.rejects + host.skips


def _rows(numbers: Mapping[str, int], whole: int) -> Iterable[Row]:
    return (Row(name, (n,), (min(n / max(whole, 1), 1.0),)) for name, n in numbers.items())


def _sorted(numbers: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(numbers.items(), key=lambda item: (-item[1], item[0])))


def facts(report: Report) -> Iterator[tuple[str, str]]:
    """Yield what is known of the run as a whole, as names and words."""
    yield "result", f"{report.result} (exit code {report.exit_code})"
    if report.started is not None:
        yield "started", report.started
    if report.ended is not None:
        yield "ended", report.ended
    if report.seconds:
        yield "time", f"{report.seconds:,.1f} s"
    if report.pages_per_second is not None:
        yield "rate", f"{report.pages_per_second:,.1f} pages a second"
    yield "inputs", f"{report.inputs:,}"
    if report.shards:
        yield "shards", f"{report.shards:,}, {len(report.failed):,} given up"
    for one in report.failed:
        yield f"shard {one.shard:05}", one.failure
