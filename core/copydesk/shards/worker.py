"""Reading of one shard after another: isolated, and committed once or not at all."""

from __future__ import annotations

import asyncio
import hashlib
import uuid
from collections.abc import Coroutine, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from types import TracebackType
from typing import Self

from copydesk.adapters import loading
from copydesk.errors import (
    CopydeskError,
    OutputError,
    PluginMismatch,
    SourceBroken,
    SourceError,
    Unreadable,
    os_message,
)
from copydesk.fetching.response import FetchResult
from copydesk.model.outcomes import Accepted, Outcome, Rejected
from copydesk.runs import inputs
from copydesk.runs.pipeline import Plan, Run
from copydesk.runs.state.store import State
from copydesk.runs.summary import CLOCK
from copydesk.shards import ledger
from copydesk.shards.fingerprint import fingerprint
from copydesk.shards.index import Entry, IndexWriter
from copydesk.shards.job import Job, Shard, StoredInput
from copydesk.shards.report import Report, StoredFile
from copydesk.shards.store import file_system, open_store
from copydesk.sinks.base import open_output
from copydesk.sources.base import PendingList, SourceItem
from copydesk.sources.remote import is_remote
from copydesk.util import path_names
from copydesk.workers.pool import WorkerPool

_Numbers = tuple[dict[str, int], dict[str, int]]

GIVEN_UP = "reject:shard_failed"
"""How a shard that was given up counts: as one input that gave nothing."""


class Worker:
    """Reads shards of a job in this process and its readers. Use it in one thread.

    Args:
        job: what to read.
        readers: number of processes that read documents; one worker can feed about eight.
        loaded: the adapters of this process; loaded as the job says if None.

    Raises:
        PluginMismatch: the adapters are not those of the process that planned the job.
        OutputError: the output's file system cannot be accessed.
    """

    def __init__(self, job: Job, *, readers: int = 1, loaded: loading.Loaded | None = None) -> None:
        self._job = job
        self._readers = readers
        self._loaded = loaded or loading.load(job.plugins)
        if fingerprint(self._loaded) != job.adapters:
            failed = ", ".join(str(plugin.error) for plugin in self._loaded.failures())
            hint = f" ({failed})" if failed else ""
            message = "adapters or version differ from those of the process that planned the job"
            raise PluginMismatch(job.output, message + hint)
        self._store = open_store(job.output)
        self._runner = asyncio.Runner()
        self._pool: WorkerPool | None = None
        self._task: asyncio.Task[_Numbers] | None = None
        self._stopped = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the readers."""
        try:
            if self._pool is not None:
                self._runner.run(self._pool.close())
        finally:
            self._pool = None
            self._runner.close()

    def stop(self) -> None:
        """Let `read` end with CancelledError, and not begin again. May be called by a signal."""
        self._stopped = True
        if self._task is not None:
            self._task.get_loop().call_soon_threadsafe(self._task.cancel)

    def read(self, shard: Shard) -> Report:
        """Read a shard and commit it, unless that is done; return its report.

        A shard is given up if it broke its process, or its input was broken, as often as the job
        allows. Then its report has a `failure`.

        Raises:
            SourceBroken: an input could not be read to its end. Try again.
            OutputError: the output cannot be written. Try again.
            asyncio.CancelledError: after `stop`.
        """
        if self._stopped:
            raise asyncio.CancelledError
        found = ledger.done(self._store, shard.number)
        if found is not None:
            ledger.publish(self._store, found)
            return found
        tried = ledger.attempts(self._store, shard)
        if tried >= self._job.attempts:
            failure = f"broke {tried} attempts; --retry-failed tries it again"
            report = Report(
                shard=shard.number,
                inputs=_origins(shard),
                counts={GIVEN_UP: 1},
                attempt=tried,
                failure=failure,
            )
            return ledger.give_up(self._store, report)
        attempt = ledger.begin(self._store, shard)
        try:
            report = self._read(shard, attempt.number)
        except SourceBroken:
            # It counts, so that an input that is broken for good is given up.
            raise
        except (OutputError, OSError) as error:
            self._store.remove(attempt.note)
            # Another process may have committed the shard, and removed the scratch files of this.
            found = ledger.done(self._store, shard.number)
            if found is not None:
                return found
            if isinstance(error, OSError):
                raise OutputError(self._job.output, os_message(error)) from error
            raise
        except BaseException:
            self._store.remove(attempt.note)
            raise
        self._store.remove(attempt.note)
        return report

    def _read(self, shard: Shard, attempt: int) -> Report:
        with self._store.scratch(shard.name) as folder:
            found = [(self._local(one, folder), one) for one in shard.inputs]
            written = {
                f"articles/{shard.name}.{self._job.suffix}": folder / f"a.{self._job.suffix}",
                f"rejects/{shard.name}.jsonl": folder / "rejects.jsonl",
                f"index/{shard.name}.txt": folder / "index.txt",
            }
            started, began = CLOCK.now(), CLOCK.monotonic()
            counts, tallies = self._runner.run(
                self._cancellable(self._run(found, *written.values()))
            )
            seconds = CLOCK.monotonic() - began
            for path, one in found:
                _check_size(path, one)
            token = uuid.uuid4().hex[:12]
            files = []
            for name, path in written.items():
                held = ledger.held_name(shard, token, name)
                files.append(StoredFile(name, held, path.stat().st_size, _hash(path)))
                self._store.put(path, held)
        report = Report(
            shard=shard.number,
            inputs=_origins(shard),
            counts=counts,
            attempt=attempt,
            files=tuple(files),
            tallies=tallies,
            started=started.isoformat(timespec="seconds"),
            ended=CLOCK.now().isoformat(timespec="seconds"),
            seconds=round(seconds, 3),
        )
        return ledger.commit(self._store, report)

    async def _cancellable(self, work: Coroutine[None, None, _Numbers]) -> _Numbers:
        self._task = asyncio.ensure_future(work)
        try:
            if self._stopped:
                self._task.cancel()
            return await self._task
        finally:
            self._task = None

    def _local(self, given: StoredInput, folder: Path) -> Path:
        """Return the local file of an input, downloaded if it is remote."""
        if not is_remote(given.place):
            path = Path(path_names.from_text(given.place))
        else:
            path = folder / "inputs" / given.origin.lstrip("/").replace("://", "/")
            path.parent.mkdir(parents=True, exist_ok=True)
            fs, remote = file_system(given.place)
            try:
                # All of it at once: servers that limit requests often fail between two parts.
                fs.get_file(remote, str(path))
            except OSError as error:
                raise SourceBroken(given.place, f"cannot be read: {os_message(error)}") from error
        _check_size(path, given)
        return path

    async def _run(
        self, found: list[tuple[Path, StoredInput]], output: Path, rejects: Path, index: Path
    ) -> _Numbers:
        """Read the inputs into files and return the numbers of outcomes, and other numbers."""
        job, registry = self._job, self._loaded.registry
        if self._pool is None:
            self._pool = WorkerPool(
                self._readers, job.limits, self._loaded, job.outlet, job.filters
            )
        options = inputs.InputOptions(
            registry=registry,
            kinds=tuple(registry.sources.values()),
            wanted=job.list_limits,
            kind=job.kind,
        )
        with ExitStack() as stack:
            state = State(None)
            stack.callback(state.close)
            notes = _Notes(state, stack.enter_context(closing(IndexWriter(index))))
            run = Run(
                plan=Plan(wanted=job.list_limits, window=4 * max(self._readers, 4)),
                state=state,
                reader=self._pool,
                fetcher=_NoFetcher(),
                kinds=options.kinds,
                output=stack.enter_context(closing(open_output(registry.sink_for(output), output))),
                rejects=stack.enter_context(
                    closing(open_output(registry.sink_for(rejects), rejects))
                ),
                on_outcome=notes.add,
            )
            await run.run(_items(found, options))
            for broken in (*run.unfinished, *notes.broken):
                raise SourceBroken(broken.subject, broken.message)
            return state.counts, state.tallies


class _Notes:
    """Takes the outcomes of a shard: articles go to the index, unreadable inputs are noted.

    Attributes:
        broken: inputs that could not be opened.
    """

    def __init__(self, state: State, index: IndexWriter) -> None:
        self._state, self._index = state, index
        self.broken: list[CopydeskError] = []

    def add(self, outcome: Outcome) -> None:
        """Take the next outcome."""
        if isinstance(outcome, Accepted):
            revisions = self._state.revisions(outcome.id)
            previous = revisions[1] if len(revisions) > 1 else ""
            self._index.add(Entry(outcome.id, outcome.revision, previous, outcome.reason))
        elif isinstance(outcome, Rejected) and outcome.reason == Unreadable.reason:
            self.broken.append(Unreadable(outcome.input, outcome.message))


class _NoFetcher:
    """Refuses requests: a shard reads what is stored."""

    async def get(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None
    ) -> FetchResult:
        """Raise SourceError."""
        raise SourceError(url, "is not fetched: a run in shards reads stored pages only")


def _items(
    found: list[tuple[Path, StoredInput]], options: inputs.InputOptions
) -> Iterator[SourceItem | PendingList]:
    for path, given in found:
        yield from inputs.stored(path, given.origin, options)


def _origins(shard: Shard) -> tuple[str, ...]:
    return tuple(one.origin for one in shard.inputs)


def _check_size(path: Path, given: StoredInput) -> None:
    """Raise SourceBroken for a file that is not as long as when the job was planned."""
    try:
        size = path.stat().st_size
    except OSError as error:
        raise SourceBroken(given.place, f"cannot be read: {os_message(error)}") from error
    if size != given.size:
        message = f"has {size:,} bytes, not the {given.size:,} of the plan"
        raise SourceBroken(given.place, message)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
