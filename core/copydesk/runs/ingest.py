"""One run: the objects that it is made of, its signals and its summary."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, replace
from datetime import datetime
from types import FrameType
from typing import TYPE_CHECKING, Any, Protocol, Self

from copydesk.adapters.loading import Loaded
from copydesk.adapters.registry import Registry
from copydesk.errors import (
    CopydeskError,
    KnownArticle,
    OutputError,
    StateError,
    WorkerError,
    os_message,
)
from copydesk.fetching.recording import SessionWriter
from copydesk.fetching.response import FetchResult
from copydesk.model.amount import Amount, FilesRead
from copydesk.model.outcomes import Outcome
from copydesk.runs import inputs, resuming
from copydesk.runs.config import RunConfig
from copydesk.runs.pipeline import Plan, Run, Sink
from copydesk.runs.state.store import State
from copydesk.runs.summary import CLOCK, Clock, Summary
from copydesk.settings import __version__
from copydesk.sinks.append import Appended
from copydesk.sinks.base import JSON_LINES, WholeOutput, open_output
from copydesk.sources.base import Link, PendingList, SourceItem
from copydesk.sources.tables.addresses import Addresses
from copydesk.util.urls import without_user
from copydesk.workers.pool import WorkerPool

if TYPE_CHECKING:
    from copydesk.fetching.client import Fetcher
    from copydesk.fetching.rate_limits import HostWait

_TICK_SECONDS = 1.0

OnTick = Callable[[Sequence["HostWait"], Amount | None], None]
"""Is told the hosts that a run is waiting for, and how much of it is done."""


class _StdoutSink:
    """Writes lines to standard output."""

    mark = ""

    def add(self, line: bytes) -> None:
        """Write and flush one line."""
        try:
            sys.stdout.buffer.write(line)
            sys.stdout.buffer.flush()
        except OSError as error:
            raise OutputError("standard output", os_message(error)) from error


class _NullSink:
    """Discards lines."""

    mark = ""

    def add(self, line: bytes) -> None:
        """Discard a line."""


class Consumer(Protocol):
    """Takes the results of a run one at a time, each when it is ready for it."""

    output: Sink
    rejects: Sink

    async def ready(self) -> None:
        """Wait until the consumer can take another result."""


class _LazyFetcher:
    """A Fetcher that is created at the first request: a run over files needs none."""

    def __init__(
        self, config: RunConfig, writer: SessionWriter | None, warn: Callable[[str], None]
    ) -> None:
        self._order = config
        self._warn = warn
        self._writer = writer
        self._stack = contextlib.AsyncExitStack()
        self._fetcher: Fetcher | None = None
        self._checked: dict[str, FetchResult] = {}

    async def get(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None
    ) -> FetchResult:
        """Fetch a URL. Raises FetchError."""
        if (checked := self._checked.pop(url, None)) is not None:
            return checked
        fetcher = await self._open()
        return await fetcher.get(url, etag=etag, last_modified=last_modified)

    async def sitemaps(self, url: str) -> tuple[str, ...]:
        """Return the sitemaps that the robots.txt of a URL's host names."""
        return await (await self._open()).sitemaps(url)

    async def lists(self, url: str, page: FetchResult) -> list[Link]:
        """Return the feeds and sitemaps of a home page, and tell the user; each is fetched once."""
        from copydesk.discovery.search import discover

        try:
            found, notes = await discover(self, url, page)
        except OutputError:
            raise
        except CopydeskError as error:
            found, notes = (), (str(error),)
        for note in notes:
            self._warn(note)
        for one in found:
            kind, address, where = one.row
            self._warn(f"{url}: reads {kind} {address} ({where})")
            if one.response is not None:
                self._checked[address] = one.response
        if not found:
            self._warn(f"{url}: no feed or sitemap found, so it is read as a page")
        return [Link(url=one.url, kind=None, depth=1, as_list=True) for one in found]

    def record_known(self, error: KnownArticle) -> None:
        """Record that a known article was not asked for, so that a replay knows it too."""
        if self._writer is not None:
            from copydesk.fetching.client import known_exchange

            self._writer.add(known_exchange(error))

    async def _open(self) -> Fetcher:
        if self._fetcher is None:
            from copydesk.fetching.client import Fetcher

            if self._order.settings.contact is None and self._order.session is None:
                self._warn("no --contact: hosts cannot see who sends the requests")
            self._fetcher = Fetcher(
                self._order.settings,
                session=self._order.session,
                on_exchange=self._writer.add if self._writer else None,
            )
            await self._stack.enter_async_context(self._fetcher)
        return self._fetcher

    def waits(self) -> list[HostWait]:
        """Return the hosts that the run is waiting for."""
        return [] if self._fetcher is None else self._fetcher.waits()

    async def close(self) -> None:
        """Close all connections."""
        await self._stack.aclose()


async def run(
    config: RunConfig,
    loaded: Loaded,
    on_outcome: Callable[[Outcome], None],
    warn: Callable[[str], None],
    on_tick: OnTick,
    consumer: Consumer | None = None,
    clock: Clock = CLOCK,
    measure: bool = False,
) -> Summary:
    """Run an ingest. What ends it early is in the summary.

    Args:
        config: the configuration, after `check`.
        loaded: the registry and plugins.
        on_outcome: called for each outcome, in order.
        warn: called with messages for the user.
        on_tick: called about once a second with the hosts that the run is waiting for, and with
            how much is done, where that is known.
        consumer: takes the results in place of output files.
        clock: for the times in the summary.
        measure: sum up the sizes of the input files, for `on_tick`.

    Raises:
        CopydeskError: the run cannot start.
    """
    can_resume = config.output is not None and (
        loaded.registry.sink_for(config.output, config.form) is JSON_LINES
    )
    config = replace(config, arguments=inputs.resolved(config.arguments, loaded.registry))
    for line in inputs.catalogued(config.arguments, loaded.registry):
        warn(line)
    summary = Summary(resumed=config.resume, can_resume=can_resume, started=clock.now())
    began = clock.monotonic()
    try:
        with _Signals(summary) as signals, contextlib.ExitStack() as stack:
            await _run(
                config,
                loaded,
                summary,
                signals,
                stack,
                on_outcome,
                warn,
                on_tick,
                consumer,
                measure,
            )
    except _Interrupted:
        # Everything is closed by now; the summary has the signal.
        pass
    summary.ended, summary.seconds = clock.now(), clock.monotonic() - began
    if summary.signal is not None:
        summary.stopped = summary.stopped or "interrupted"
    return summary


async def _run(
    config: RunConfig,
    loaded: Loaded,
    summary: Summary,
    signals: _Signals,
    stack: contextlib.ExitStack,
    on_outcome: Callable[[Outcome], None],
    warn: Callable[[str], None],
    on_tick: OnTick,
    consumer: Consumer | None,
    measure: bool,
) -> None:
    output, rejects = _sinks(config, loaded.registry, consumer, stack)
    state = _state(config, stack)
    _start(config, state, output, rejects, warn)
    summary.started = _started(state, summary.started)
    writer = _writer(config, stack)
    reader = WorkerPool(
        config.workers, config.settings.limits, loaded, config.outlet, config.filters
    )
    fetcher = _LazyFetcher(config, writer, warn)
    run = Run(
        plan=_plan(config),
        state=state,
        reader=reader,
        fetcher=fetcher,
        kinds=tuple(loaded.registry.sources.values()),
        output=output,
        rejects=rejects,
        trim=config.trim,
        on_outcome=on_outcome,
        ready=consumer.ready if consumer else None,
        files=FilesRead() if measure else None,
        lists=fetcher.lists,
        on_known=fetcher.record_known,
    )
    urls = _addresses(config, stack, warn)
    found = _inputs(config, loaded.registry, stack, urls, run.files)
    task = asyncio.ensure_future(run.run(found))
    signals.task = task
    ticking = asyncio.ensure_future(_tick(on_tick, fetcher, run))
    try:
        await task
        if urls is not None and run.is_whole and (left := urls.left()):
            warn(left)
    except asyncio.CancelledError:
        summary.stopped = "interrupted"
    except (OutputError, StateError, WorkerError) as error:
        summary.error = error
    finally:
        ticking.cancel()
        await reader.close()
        await fetcher.close()
    _complete(output, state, summary)
    _finish(run, summary, warn)


def _plan(config: RunConfig) -> Plan:
    return Plan(
        wanted=config.list_limits,
        limit=config.limit,
        filters=config.filters,
        known=config.known,
        window=4 * max(config.workers, config.settings.concurrency, 4),
    )


def _sinks(
    config: RunConfig,
    registry: Registry,
    consumer: Consumer | None,
    stack: contextlib.ExitStack,
) -> tuple[Sink, Sink]:
    """Open the sinks for articles and rejects."""
    output: Sink = consumer.output if consumer else _StdoutSink()
    if config.output is not None:
        sink = registry.sink_for(config.output, config.form)
        opened = open_output(sink, config.output, append=config.append)
        # A run that cannot start leaves a whole output as it was; one that ends completes it.
        stack.callback(opened.discard if isinstance(opened, WholeOutput) else opened.close)
        output = opened
    rejects: Sink = consumer.rejects if consumer else _NullSink()
    if config.rejects is not None:
        rejects = stack.enter_context(closing(Appended(config.rejects)))
    return output, rejects


def _start(
    config: RunConfig, state: State, output: Sink, rejects: Sink, warn: Callable[[str], None]
) -> None:
    """Start a new run, or resume the last one."""
    outputs = resuming.Outputs(
        state=state,
        output=output,
        rejects=rejects,
        warn=warn,
        own=config.state is None,
        options=_options(config),
    )
    if isinstance(output, WholeOutput):
        state.hold()
    if config.resume:
        outputs.resume()
    else:
        outputs.begin(cut=config.overwrite, keep=config.append)


def _started(state: State, now: datetime | None) -> datetime | None:
    """Return when the run that a state belongs to began: now, unless it was resumed."""
    begun = state.fact("started")
    if begun is None and now is not None:
        state.save_facts({"started": now.isoformat()})
    try:
        return now if begun is None else datetime.fromisoformat(begun)
    except ValueError:
        return now


def _complete(output: Sink, state: State, summary: Summary) -> None:
    """Close a whole output, and only then save what the state has learned from the run."""
    if not isinstance(output, WholeOutput):
        return
    try:
        output.close()
        if not output.failed:
            state.release()
    except OutputError as error:
        summary.error = summary.error or error
    summary.can_add = output.can_add
    if output.left and summary.error is not None:
        message = f"{summary.error.message}; no article of this run is kept"
        summary.error = OutputError(summary.error.subject, message)


def _finish(run: Run, summary: Summary, warn: Callable[[str], None]) -> None:
    """Complete the summary of a run that has ended."""
    if run.unfinished and summary.stopped is None and summary.error is None:
        summary.error = run.unfinished[0]
        for more in run.unfinished[1:]:
            warn(str(more))
    if summary.error is not None:
        summary.stopped = str(summary.error)
    summary.balanced = run.inputs == run.recorded + run.already_done or summary.stopped is not None
    try:
        _check_unchanged(run.state, run.output, run.rejects)
        summary.count(run.state.counts)
        summary.tallies = run.state.tallies
        summary.processed = run.recorded
    except (OutputError, StateError) as error:
        summary.stopped = summary.stopped or str(error)
        summary.error = summary.error or error


def _check_unchanged(state: State, *sinks: Sink) -> None:
    """Raise OutputError if another program changed or removed a file of the run."""
    state.check()
    for sink in sinks:
        if isinstance(sink, Appended):
            sink.check()


def _options(config: RunConfig) -> dict[str, str]:
    """Return the options that determine which records a run produces, except their number."""
    return {
        "the sources": json.dumps([without_user(argument) for argument in config.arguments]),
        "--from-rejects": str(config.rerun or ""),
        "--since": config.since.isoformat() if config.since else "",
        "--outlet": config.outlet or "",
        "--urls": str(config.urls or ""),
        "the filters": json.dumps(config.filters.to_dict()),
        "--as": config.kind or "",
        "--plugin": json.dumps(config.plugins),
    }


async def _tick(on_tick: OnTick, fetcher: _LazyFetcher, run: Run) -> None:
    # The first time, the run has not begun.
    await asyncio.sleep(0)
    while True:
        on_tick(fetcher.waits(), run.amount())
        await asyncio.sleep(_TICK_SECONDS)


def _addresses(
    config: RunConfig, stack: contextlib.ExitStack, warn: Callable[[str], None]
) -> Addresses | None:
    """Read the table of URLs, if there is one, and warn of its bad rows."""
    if config.urls is None:
        return None
    found = stack.enter_context(closing(Addresses(config.urls, config.arguments)))
    for fault in found.faults():
        warn(fault)
    return found


@contextlib.contextmanager
def _measuring(
    arguments: Sequence[str], options: inputs.InputOptions, files: FilesRead
) -> Iterator[None]:
    """Measure the inputs in a thread, while the run reads the first ones."""
    ended = threading.Event()

    def measure() -> None:
        inputs.measure(arguments, options, files, lambda: not ended.is_set())

    thread = threading.Thread(target=measure, name="copydesk.measure", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _inputs(
    config: RunConfig,
    registry: Registry,
    stack: contextlib.ExitStack,
    urls: Addresses | None,
    files: FilesRead | None,
) -> Iterator[SourceItem | PendingList]:
    """Yield the inputs of a run. files: notes them, and their size."""
    options = replace(config.input_options(registry), addresses=urls, files=files)
    if files is not None:
        stack.enter_context(_measuring(config.arguments, options, files))
    yield from inputs.retry(config.retried(), options)
    yield from inputs.find(config.arguments, options)


def _writer(config: RunConfig, stack: contextlib.ExitStack) -> SessionWriter | None:
    if config.record is None:
        return None
    info = {
        "arguments": json.dumps([without_user(a) for a in config.arguments]),
        "again": json.dumps([*config.retried()]),
        "since": config.since.isoformat() if config.since else "",
        "limit": str(config.limit or ""),
        "outlet": config.outlet or "",
        "as": config.kind or "",
        "filters": json.dumps(config.filters.to_dict()),
        "limits": json.dumps(asdict(config.settings.limits)),
    }
    return stack.enter_context(
        closing(SessionWriter(config.record, f"copydesk/{__version__}", info))
    )


def _state(config: RunConfig, stack: contextlib.ExitStack) -> State:
    state = State(config.state_path)
    stack.callback(state.close)
    return state


class _Interrupted(KeyboardInterrupt):
    """A signal arrived before there was a task to cancel."""


class _Signals:
    """Cancels the run at the first SIGINT or SIGTERM and exits immediately at the second."""

    def __init__(self, summary: Summary) -> None:
        self._summary = summary
        self._loop = asyncio.get_running_loop()
        self._before: dict[int, Any] = {}
        self.task: asyncio.Future[None] | None = None

    def __enter__(self) -> Self:
        # Python handles signals only in the main thread.
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self._before[number] = signal.signal(number, self._end)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _end(self, number: int, _: FrameType | None) -> None:
        if self._summary.signal is not None:
            # Safe at any time: outputs and state are always consistent.
            os._exit(128 + number)
        self._summary.signal = number
        if self.task is None:
            raise _Interrupted
        self._loop.call_soon_threadsafe(self.task.cancel)
