"""Settling: what one run over all inputs would have known, and no shard alone can know.

Duplicates between shards are removed, and each article's previous revision is set. Memory is
bounded however large the job is: articles are divided by the first digits of their ids into parts
that fit, and the few decisions that result are kept in a database on disk.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TextIO

from copydesk.adapters.registry import Registry
from copydesk.errors import OutputError, StateError, os_message
from copydesk.model.article import Article
from copydesk.runs.summary import Summary
from copydesk.shards import index, ledger
from copydesk.shards.job import Job
from copydesk.shards.report import Report, total
from copydesk.shards.store import Store, open_store
from copydesk.sinks import stored
from copydesk.sinks.base import open_output

MAX_ENTRIES = 2_000_000
"""Articles whose ids are in memory at once: about 600 MB."""

REPORT = "report.json"
"""Name of the summary in the output folder."""

# A part is chosen by the first four hexadecimal digits of an id.
_DIGITS = 4
_MAX_PARTS = 512


def settle(job: Job, registry: Registry, *, max_entries: int = MAX_ENTRIES) -> Summary:
    """Write `settled/`, which together has the records of one run over all shards; sum the job up.

    A shard that was given up is missing in it, and counts as one reject. Can be repeated.

    Args:
        job: its shards must all be committed or given up.
        registry: has the sink for the format.
        max_entries: number of articles whose ids may be in memory at once.

    Raises:
        StateError: some shards are left, or a file of the job is damaged.
        OutputError: the output cannot be read or written.
    """
    store = open_store(job.output)
    left = ledger.todo(job, store)
    if left:
        message = f"{len(left)} of {len(job.shards)} shards are not read yet"
        raise StateError(job.output, message)
    found = [*ledger.reports(job.shards, store)]
    read = [report for report in found if report.failure is None]
    with store.scratch("settle") as folder, closing(_Decisions(folder / "decisions")) as decisions:
        entries = sum(_articles(report) for report in read)
        parts = min(_MAX_PARTS, -(-entries // max_entries) or 1)
        for part in _divide(store, read, folder, parts):
            decisions.decide(part)
            part.unlink()
        for report in read:
            _rewrite(job, registry, store, report, decisions, folder)
        counts = total([dict(job.skips), *(one.counts for one in found), decisions.changes()])
    summary = Summary.of(counts)
    _add_times(summary, read)
    summary.tallies = total([one.tallies for one in read])
    shards = {"shards": len(job.shards), "failed": [_failed(one) for one in found if one.failure]}
    line = json.dumps(summary.to_json() | shards, ensure_ascii=False, indent=2)
    store.write(REPORT, line.encode() + b"\n")
    return summary


def _add_times(summary: Summary, read: list[Report]) -> None:
    """Set when the first shard was begun and the last one ended, and how long all took together."""
    started = [one.started for one in read if one.started is not None]
    ended = [one.ended for one in read if one.ended is not None]
    if started and ended:
        summary.started = min(map(datetime.fromisoformat, started))
        summary.ended = max(map(datetime.fromisoformat, ended))
    summary.seconds = sum(one.seconds for one in read)
    summary.processed = sum(sum(one.counts.values()) for one in read)


def _articles(report: Report) -> int:
    return sum(n for name, n in report.counts.items() if name.partition(":")[0] == "article")


def _failed(report: Report) -> dict[str, object]:
    return {"shard": report.shard, "inputs": report.inputs, "failure": report.failure}


def _divide(store: Store, reports: list[Report], folder: Path, parts: int) -> Iterator[Path]:
    """Copy the indexes of all shards into one file for each part, and yield these files."""
    paths = [folder / f"part-{number:03}" for number in range(parts)]
    with ExitStack() as stack:
        files: list[TextIO] = [
            stack.enter_context(path.open("w", encoding="utf-8", newline="")) for path in paths
        ]
        for report in reports:
            for place, entry in enumerate(_entries(store, report, folder)):
                part = int(entry.id[:_DIGITS], 16) * parts >> 4 * _DIGITS
                files[part].write(f"{report.shard}\t{place}\t{entry.to_line()}")
    yield from paths


def _entries(store: Store, report: Report, folder: Path) -> Iterator[index.Entry]:
    name = _file(report, "index/")
    local = folder / "index"
    store.get(name, local)
    try:
        with local.open(encoding="utf-8", newline="") as file:
            yield from index.entries(name, file)
    finally:
        local.unlink()


def _file(report: Report, prefix: str) -> str:
    """Return the name of a shard's file with a prefix."""
    return next(file.name for file in report.files if file.name.startswith(prefix))


@dataclass(slots=True)
class _Known:
    """What is known of an article: all its revisions, and the latest one that was new."""

    revisions: set[str]
    latest: str


class _Decisions:
    """What to change in which line: a duplicate goes, a previous revision is set.

    A line is known by its shard and its place in it. They are in a database on disk.
    """

    def __init__(self, path: Path) -> None:
        self._base = sqlite3.connect(path, isolation_level=None)
        self._base.execute("PRAGMA journal_mode=OFF")
        self._base.execute("PRAGMA synchronous=OFF")
        self._base.execute(
            "CREATE TABLE changes (shard INTEGER, place INTEGER, previous TEXT, doubt TEXT, "
            "PRIMARY KEY (shard, place)) WITHOUT ROWID"
        )

    def close(self) -> None:
        """Close the database."""
        self._base.close()

    def decide(self, part: Path) -> None:
        """Decide on all articles of a part. They are in the order of the input."""
        known: dict[str, _Known] = {}
        changes: list[tuple[int, int, str | None, str]] = []
        with part.open(encoding="utf-8", newline="") as file:
            for line in file:
                shard, place, *fields = line.removesuffix("\n").split("\t")
                entry = index.Entry(*fields)
                article = known.get(entry.id)
                previous: str | None = ""
                if article is None:
                    known[entry.id] = _Known({entry.revision}, entry.revision)
                elif entry.revision in article.revisions:
                    previous = None
                else:
                    previous = article.latest
                    article.revisions.add(entry.revision)
                    article.latest = entry.revision
                if previous != entry.previous:
                    changes.append((int(shard), int(place), previous, entry.doubt))
        self._base.execute("BEGIN")
        self._base.executemany("INSERT INTO changes VALUES (?, ?, ?, ?)", changes)
        self._base.execute("COMMIT")

    def of(self, shard: int) -> dict[int, str | None]:
        """Return the previous revision by place; None if the line is a duplicate."""
        query = "SELECT place, previous FROM changes WHERE shard = ?"
        return dict(self._base.execute(query, (shard,)).fetchall())

    def changes(self) -> dict[str, int]:
        """Return how the duplicates change the numbers of outcomes."""
        query = "SELECT doubt, count(*) FROM changes WHERE previous IS NULL GROUP BY doubt"
        found: dict[str, int] = {}
        for doubt, number in self._base.execute(query):
            found[f"article:{doubt}" if doubt else "article"] = -number
        if found:
            found["skip:duplicate"] = -sum(found.values())
        return found


def _rewrite(
    job: Job,
    registry: Registry,
    store: Store,
    report: Report,
    decisions: _Decisions,
    folder: Path,
) -> None:
    """Write the settled articles of a shard; without changes they are its articles."""
    name = _file(report, "articles/")
    settled = f"settled/{name.partition('/')[2]}"
    changes = decisions.of(report.shard)
    if not changes:
        store.copy(name, settled)
        return
    sink = registry.sink_for(Path(name))
    old, new = folder / f"old.{job.suffix}", folder / f"new.{job.suffix}"
    store.get(name, old)
    try:
        with stored.opened(old) as stream, closing(open_output(sink, new)) as output:
            for place, (_, line) in enumerate(stored.lines(stream, name)):
                if place not in changes:
                    output.add(line)
                elif (previous := changes[place]) is not None:
                    output.add(_with_previous(line, previous))
        store.put(new, settled)
    except OSError as error:
        raise OutputError(name, os_message(error)) from error
    finally:
        old.unlink(missing_ok=True)
        new.unlink(missing_ok=True)


def _with_previous(line: bytes, previous: str) -> bytes:
    article = Article.model_validate_json(line)
    return article.model_copy(update={"previous": previous or None}).to_line()
