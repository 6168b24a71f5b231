"""`ingest --output-dir`: a run in shards from the command line."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from types import FrameType
from typing import TYPE_CHECKING, Any

import typer

from copydesk.cli import signals
from copydesk.cli.options import check_kind, usage_error
from copydesk.cli.output import to_stderr
from copydesk.cli.running import engines
from copydesk.cli.running.single import print_summary
from copydesk.errors import CopydeskError, OutputError, PluginMismatch, StateError, WorkerError
from copydesk.runs.summary import Summary
from copydesk.util.text import plural

if TYPE_CHECKING:
    from copydesk.adapters.loading import Loaded
    from copydesk.adapters.registry import Registry
    from copydesk.runs.config import RunConfig
    from copydesk.shards.job import Job, Shard
    from copydesk.shards.report import Report
    from copydesk.shards.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardOptions:
    """The options of a run in shards.

    Attributes:
        shard: "I/N": only the shards whose number leaves I when it is divided by N.
        readers: number of processes that read documents.
        engine: name of the engine that distributes the shards; None to read them in this process.
        workers: number of its workers; None for as many as it has room for.
        form: format of the files of articles.
        settle, status: only do this.
        retry_failed: try the shards that were given up again.
    """

    shard: str | None = None
    readers: int = 1
    engine: str | None = None
    workers: int | None = None
    form: str | None = None
    settle: bool = False
    status: bool = False
    retry_failed: bool = False
    quiet: bool = False

    @classmethod
    def of(cls, params: Mapping[str, Any]) -> ShardOptions:
        """Return the options of a command from its parameters, which have the same names."""
        return cls(**{one.name: params[one.name] for one in fields(cls)})


def run(folder: str, config: RunConfig, options: ShardOptions, loaded: Loaded) -> int:
    """Plan or resume the job of an output folder or URL, and do what the options say.

    Returns the exit code.
    """
    from copydesk.shards import ledger, store

    _check(config, options, loaded.registry)
    part = _share(options.shard)
    place = store.absolute(folder)
    try:
        files = store.open_store(place)
    except OutputError as error:
        usage_error(str(error))
    try:
        job = _job(config, options, loaded, files, place)
        if options.status:
            return _print_status(job, files)
        if options.retry_failed:
            ledger.forget_attempts(files, failed=True)
        if not options.settle:
            _read(job, options, loaded, files, part)
        if options.shard is None:
            return _settle(job, options, loaded)
        return _exit_code(job, files, part)
    except (PluginMismatch, StateError) as error:
        usage_error(str(error))
    except (OutputError, WorkerError) as error:
        to_stderr(str(error))
        return 3


# Options of a run into one file, with their values where they are not given.
_NOT_IN_SHARDS = {
    "output": None,
    "rejects": None,
    "state": None,
    "resume": False,
    "append": False,
    "overwrite": False,
    "limit": None,
    "rerun": None,
    "record": None,
    "urls": None,
    "report": None,
}


def _check(config: RunConfig, options: ShardOptions, registry: Registry) -> None:
    """Exit with a usage error for options that cannot be combined."""
    names = {"rerun": "from-rejects"}
    for name, default in _NOT_IN_SHARDS.items():
        if getattr(config, name) != default:
            usage_error(f"--{names.get(name, name)} cannot be used with --output-dir")
    check_kind(config.kind, registry)
    if options.settle + options.status + (options.shard is not None) > 1:
        usage_error("--shard, --settle and --status cannot be used together")
    if options.engine is None:
        if options.workers is not None:
            usage_error(
                "--workers cannot be used with --output-dir without --engine; use --readers"
            )
        return
    if options.settle or options.status or options.shard is not None:
        usage_error("--engine cannot be used with --shard, --settle or --status")
    engines.check(options.engine)


def _share(text: str | None) -> tuple[int, int]:
    """Parse "I/N"; without it this process reads all shards."""
    if text is None:
        return 0, 1
    number, _, count = text.partition("/")
    if not (number.isdecimal() and count.isdecimal() and int(number) < int(count)):
        usage_error(f"--shard {text}: not of the form I/N with I from 0 to N-1, such as 0/128")
    return int(number), int(count)


def _job(config: RunConfig, options: ShardOptions, loaded: Loaded, files: Store, place: str) -> Job:
    """Return the job of the output folder; without one, plan it from the sources."""
    from copydesk.shards import ledger
    from copydesk.shards.planning import plan

    if options.status or not config.arguments:
        job = ledger.load_job(files, place)
        if job is None:
            usage_error(f"{place}: has no job; give SOURCEs to begin one")
        return job
    try:
        planned = plan(
            config.arguments,
            place,
            loaded,
            plugins=config.plugins,
            outlet=config.outlet,
            kind=config.kind,
            since=config.since,
            filters=config.filters,
            limits=config.settings.limits,
            suffix=options.form or "jsonl.gz",
            follow_links=config.follow_links,
        )
    except CopydeskError as error:
        usage_error(str(error))
    return ledger.save_job(files, planned)


def _read(
    job: Job, options: ShardOptions, loaded: Loaded, files: Store, part: tuple[int, int]
) -> None:
    """Read shards in this process or by an engine, and say what became of each."""
    from copydesk.shards import ledger
    from copydesk.shards.local import read_all
    from copydesk.shards.worker import Worker

    def on_report(report: Report) -> None:
        if report.failure is not None:
            to_stderr(f"shard {report.shard:05} was given up: {report.failure}")
        elif not options.quiet:
            articles = Summary.of(report.counts).articles
            to_stderr(f"shard {report.shard:05}: {plural(articles, 'article')}")

    def on_broken(error: CopydeskError) -> None:
        to_stderr(f"will be tried again: {error}")

    if options.engine is not None:
        with _stopping(signals.interrupt):
            engines.read(
                job,
                options.engine,
                workers=options.workers,
                readers=options.readers,
                on_report=on_report,
                on_broken=on_broken,
            )
        return
    shards = _own(ledger.todo(job, files), part)
    with (
        Worker(job, readers=options.readers, loaded=loaded) as worker,
        _stopping(worker.stop),
    ):
        read_all(worker, shards, on_report, on_broken)


def _own(shards: Iterable[Shard], part: tuple[int, int]) -> list[Shard]:
    """Return the shards of this process."""
    return [shard for shard in shards if shard.number % part[1] == part[0]]


@contextmanager
def _stopping(stop: Callable[[], None]) -> Iterator[None]:
    """Let the first SIGINT or SIGTERM end the reading in order, and the second one at once."""
    received: list[int] = []

    def receive(number: int, _: FrameType | None) -> None:
        if received:
            # Safe at any time: a shard is committed whole or not at all.
            os._exit(128 + number)
        received.append(number)
        stop()

    before = {number: signal.signal(number, receive) for number in signals.WORDS}
    try:
        yield
    except (asyncio.CancelledError, KeyboardInterrupt):
        if not received:
            raise
        raise signals.Stopped(received[0]) from None
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _settle(job: Job, options: ShardOptions, loaded: Loaded) -> int:
    from copydesk.shards.settling import settle

    summary = settle(job, loaded.registry)
    if not options.quiet or summary.exit_code:
        print_summary(summary)
    return summary.exit_code


def _exit_code(job: Job, files: Store, part: tuple[int, int]) -> int:
    """Return 1 if a shard of this process was given up or has rejects."""
    from copydesk.shards import ledger

    reports = ledger.reports(_own(job.shards, part), files)
    return max((Summary.of(report.counts).exit_code for report in reports), default=0)


def _print_status(job: Job, files: Store) -> int:
    """Print how far a job is, on stdout; 1 if shards were given up."""
    from copydesk.shards import ledger

    found = ledger.status(job, files)
    left = found.shards - found.done - len(found.failed)
    typer.echo(
        f"{plural(found.shards, 'shard')}: {found.done} done, {len(found.failed)} failed, "
        f"{left} left ({plural(len(found.tried), 'shard')} begun)"
    )
    for report in found.failed:
        typer.echo(
            f"failed: shard {report.shard:05} ({', '.join(report.inputs[:3])}): {report.failure}"
        )
    summary = Summary.of(found.counts)
    typer.echo(
        f"{plural(summary.inputs, 'input')}: {plural(summary.articles, 'article')}, "
        f"{plural(sum(summary.rejects.values()), 'reject')}, "
        f"{plural(sum(summary.skips.values()), 'skip')}, before duplicates between shards are removed"
    )
    return 1 if found.failed else 0
