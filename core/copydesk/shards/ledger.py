"""The commit protocol of shards: attempts, one commit each, and what is left to do.

A shard is read into scratch files, which are stored under `_held`. The exclusive creation of its
marker in `_done` is the commit: whoever comes second removes its own files. After the commit the
files are renamed to their final names; a process that ends in between leaves that to the next one.
An attempt is noted before a shard is read, and the note is removed when the attempt ends in order,
so that notes count the attempts that broke the shard's process.
"""

from __future__ import annotations

import json
import os
import re
import socket
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from copydesk.errors import StateError
from copydesk.shards.job import Job, Shard
from copydesk.shards.report import Report, total
from copydesk.shards.store import Store, open_store

JOB = "job.json"
"""Name of the plan in the output folder."""

_DONE, _FAILED, _ATTEMPTS, _HELD = "_done", "_failed", "_attempts", "_held"
# All files of a shard begin with its number.
_NUMBER = re.compile(r"\d+")


def load_job(store: Store, output: str) -> Job | None:
    """Return the job of an output folder; None if there is none. Raises StateError."""
    data = store.read(JOB)
    return None if data is None else Job.from_json(output, data)


def save_job(store: Store, job: Job) -> Job:
    """Store a job, unless the folder has the same one already.

    Raises StateError if the folder belongs to another job.
    """
    found = load_job(store, job.output)
    if found is None:
        if store.create(JOB, job.to_json()):
            return job
        found = load_job(store, job.output)
    if found is None or found.key != job.key:
        what = f" with {', '.join(job.differences(found))}" if found is not None else ""
        message = f"belongs to another job{what}; use another folder, or remove this one"
        raise StateError(job.output, message)
    return found


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to read a shard.

    Attributes:
        number: from 1.
        note: name of its note.
    """

    number: int
    note: str


def begin(store: Store, shard: Shard) -> Attempt:
    """Note a new attempt."""
    fact = json.dumps({"host": socket.gethostname(), "process": os.getpid()}).encode()
    number = 1
    while not store.create(note := f"{_ATTEMPTS}/{shard.name}.{number}.json", fact):
        number += 1
    return Attempt(number, note)


def attempts(store: Store, shard: Shard) -> int:
    """Return how many attempts of a shard have not ended in order."""
    return len(_notes(store, shard))


def forget(store: Store, shard: Shard) -> None:
    """Forget the attempts of a shard, as if it had not been tried."""
    for name in _notes(store, shard):
        store.remove(name)


def _notes(store: Store, shard: Shard) -> list[str]:
    prefix = f"{_ATTEMPTS}/{shard.name}."
    return [name for name in store.names(_ATTEMPTS) if name.startswith(prefix)]


def forget_attempts(store: Store, *, failed: bool) -> None:
    """Forget all attempts, as if no shard had been tried; with `failed`, given-up shards too."""
    for name in store.names(_ATTEMPTS) + (store.names(_FAILED) if failed else []):
        store.remove(name)


def commit(store: Store, report: Report) -> Report:
    """Commit a shard whose files are held; return the report that counts.

    That is another attempt's if it was committed before. Then the files are removed.
    """
    name = f"{_DONE}/{report.shard:05}.json"
    if store.create(name, report.to_json()):
        publish(store, report)
        store.remove(f"{_FAILED}/{report.shard:05}.json")
        return report
    for file in report.files:
        store.remove(file.held)
    found = done(store, report.shard)
    if found is None:
        raise StateError(name, "disappeared while it was read")
    publish(store, found)
    return found


def publish(store: Store, report: Report) -> None:
    """Give the files of a committed shard their final names."""
    for file in report.files:
        store.move(file.held, file.name)


def give_up(store: Store, report: Report) -> Report:
    """Mark a shard as failed, unless it was committed meanwhile; return the report that counts."""
    found = done(store, report.shard)
    if found is not None:
        return found
    store.create(f"{_FAILED}/{report.shard:05}.json", report.to_json())
    return report


def done(store: Store, shard: int) -> Report | None:
    """Return the report of a committed shard."""
    return _report(store, f"{_DONE}/{shard:05}.json")


def given_up(store: Store, shard: int) -> Report | None:
    """Return the report of a shard that was given up."""
    return _report(store, f"{_FAILED}/{shard:05}.json")


def _report(store: Store, name: str) -> Report | None:
    data = store.read(name)
    return None if data is None else Report.from_json(name, data)


def held_name(shard: Shard, token: str, name: str) -> str:
    """Return the name of a file until its shard is committed."""
    return f"{_HELD}/{shard.name}-{token}.{name.replace('/', '.')}"


def todo(job: Job, store: Store | None = None) -> list[Shard]:
    """Return the shards that are neither committed nor given up.

    Stores the job, if its folder has none yet. Completes commits that another process did not
    complete, and removes what it left. Raises OutputError, and StateError if the folder belongs to another job.
    """
    store = store or open_store(job.output)
    save_job(store, job)
    finished = _numbers(store, _DONE) | _numbers(store, _FAILED)
    roll_forward(store)
    return [shard for shard in job.shards if shard.number not in finished]


def roll_forward(store: Store) -> None:
    """Complete commits whose process ended before the files had their final names.

    Files that other attempts of committed shards have left are removed.
    """
    committed = _numbers(store, _DONE)
    for held in store.names(_HELD):
        number = _number(held)
        if number in committed:
            report = done(store, number)
            if report is not None and any(file.held == held for file in report.files):
                publish(store, report)
            else:
                store.remove(held)
    store.remove_scratch({f"{number:05}" for number in committed})


def _numbers(store: Store, folder: str) -> set[int]:
    """Return the numbers of the shards that have a file in a folder."""
    return {number for name in store.names(folder) if (number := _number(name)) >= 0}


def _number(name: str) -> int:
    """Return the number of the shard whose file has a name; -1 for a file of no shard."""
    found = _NUMBER.match(name.rpartition("/")[2])
    return int(found[0]) if found else -1


def reports(shards: Iterable[Shard], store: Store) -> Iterator[Report]:
    """Yield the reports of those shards that are committed or given up."""
    finished, failed = _numbers(store, _DONE), _numbers(store, _FAILED)
    for shard in shards:
        number = shard.number
        report = done(store, number) if number in finished else None
        if report is None and number in failed:
            report = given_up(store, number)
        if report is not None:
            yield report


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How far a job is.

    Attributes:
        shards: number of all shards.
        done: number of committed ones.
        failed: reports of those that were given up.
        tried: numbers of shards with attempts that run, or broke their process.
        counts: numbers of outcomes of the committed shards, before duplicates between them are
            removed.
    """

    shards: int
    done: int
    failed: tuple[Report, ...]
    tried: tuple[int, ...]
    counts: dict[str, int]


def status(job: Job, store: Store | None = None) -> Status:
    """Return how far a job is. Raises OutputError, StateError."""
    store = store or open_store(job.output)
    found = [*reports(job.shards, store)]
    tried = _numbers(store, _ATTEMPTS) - {report.shard for report in found}
    return Status(
        shards=len(job.shards),
        done=sum(report.failure is None for report in found),
        failed=tuple(report for report in found if report.failure is not None),
        tried=tuple(sorted(tried)),
        counts=total([dict(job.skips), *(report.counts for report in found)]),
    )
