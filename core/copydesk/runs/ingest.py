"""One run: configuration, checks before it starts, and the objects that it is made of."""

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
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any, Protocol, Self

from copydesk.adapters import loading as plugins
from copydesk.errors import (
    CopydeskError,
    OutputError,
    RecordError,
    StateError,
    WorkerError,
    os_message,
)
from copydesk.fetching.recording import SUFFIXES, Session, SessionWriter
from copydesk.fetching.response import FetchResult
from copydesk.model.outcomes import NO_BODY, Outcome, parse_reject, read_rejects
from copydesk.runs import inputs, resuming
from copydesk.runs.pipeline import Plan, Run, Sink
from copydesk.runs.state import State, check_state
from copydesk.settings import Settings, __version__
from copydesk.sinks import jsonl
from copydesk.sinks.append import Appended
from copydesk.sources.base import ListLimits, PendingList, SourceItem
from copydesk.util.filesystem import Identity, OutputFiles, check_name, identity, is_folder, target
from copydesk.util.urls import without_user
from copydesk.workers.pool import WorkerPool

if TYPE_CHECKING:
    from copydesk.fetching.client import Fetcher
    from copydesk.fetching.politeness import HostWait

_TICK_SECONDS = 1.0
# A longer first line cannot be a record.
_MAX_LINE_BYTES = 64 * 1024 * 1024
# Keys of every report.
_REPORT_KEYS = frozenset(("inputs", "articles", "rejects", "skips", "exit_code"))


@dataclass(frozen=True, slots=True, kw_only=True)
class RunConfig:
    """The configuration of a run.

    Attributes:
        arguments: files, folders, URLs and outlet ids, or "-" for standard input.
        output: None for standard output.
        state: None for a file beside the output; without output, no state is kept.
        workers: number of worker processes.
        follow_links: follow links in folders that lead out of them.
        rerun: file of rejects to try again.
        again: inputs to try again, named as in rejects.
        record: file in which to record all HTTP exchanges.
        session: recorded session that answers all requests.
        report: file for the summary; the caller writes it.
    """

    arguments: tuple[str, ...]
    output: Path | None = None
    rejects: Path | None = None
    state: Path | None = None
    resume: bool = False
    append: bool = False
    overwrite: bool = False
    workers: int = 1
    limit: int | None = None
    since: datetime | None = None
    outlet: str | None = None
    kind: str | None = None
    settings: Settings = field(default_factory=Settings)
    plugins: tuple[str, ...] = ()
    follow_links: bool = False
    rerun: Path | None = None
    again: tuple[str, ...] = ()
    record: Path | None = None
    session: Session | None = None
    report: Path | None = None


@dataclass(slots=True, kw_only=True)
class Summary:
    """The result of a run, including the runs that it resumed.

    Attributes:
        articles: number of articles.
        no_body: number of articles without body text.
        rejects, skips: numbers by reason.
        resumed: whether the run resumed an earlier one.
        stopped: why the run ended early; None if it did not.
        error: the error that ended it.
        signal: number of the signal that ended the run.
        balanced: whether every input has exactly one outcome.
        can_resume: whether there is an output to resume.
    """

    articles: int = 0
    no_body: int = 0
    rejects: dict[str, int] = field(default_factory=dict)
    skips: dict[str, int] = field(default_factory=dict)
    resumed: bool = False
    stopped: str | None = None
    error: CopydeskError | None = None
    signal: int | None = None
    balanced: bool = True
    can_resume: bool = False

    @property
    def inputs(self) -> int:
        """Number of inputs: each is an article, a reject or a skip."""
        return self.articles + sum(self.rejects.values()) + sum(self.skips.values())

    @property
    def exit_code(self) -> int:
        """Exit code of the process."""
        if self.signal is not None:
            return 128 + self.signal
        if self.stopped is not None:
            return 3
        return 1 if self.rejects or not self.balanced else 0

    def to_json(self) -> dict[str, Any]:
        """Return the summary as JSON values."""
        return {
            "inputs": self.inputs, "articles": self.articles, "no_body": self.no_body,
            "rejects": self.rejects, "skips": self.skips, "resumed": self.resumed, "stopped": self.stopped,
            "balanced": self.balanced, "exit_code": self.exit_code,
        }  # fmt: skip


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

    async def get(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None
    ) -> FetchResult:
        """Fetch a URL. Raises FetchError."""
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
        return await self._fetcher.get(url, etag=etag, last_modified=last_modified)

    def waits(self) -> list[HostWait]:
        """Return the hosts that the run is waiting for."""
        return [] if self._fetcher is None else self._fetcher.waits()

    async def close(self) -> None:
        """Close all connections."""
        await self._stack.aclose()


def check(config: RunConfig, loaded: plugins.Loaded) -> None:
    """Check a configuration before the run starts. Raises CopydeskError if it is not usable."""
    inputs.check(config.arguments, _input_options(config, loaded))
    if config.outlet is not None:
        loaded.registry.get(config.outlet)
    _check_files(config)
    if config.rerun is not None:
        for _ in read_rejects(config.rerun):
            pass
    if config.record is not None:
        if not config.record.name.endswith(SUFFIXES):
            raise OutputError(str(config.record), f"must end in {' or '.join(SUFFIXES)}")
        if config.record.exists() and config.record.stat().st_size:
            raise OutputError(str(config.record), "already exists; record to a new file")
    if (state := _state_path(config)) is not None:
        check_state(state)
    output = config.output
    if output is not None and output.exists() and output.stat().st_size:
        if not (config.resume or config.append or config.overwrite):
            message = "already exists; use --resume, --append or --overwrite"
            raise OutputError(str(output), message)
        if config.append:
            _check_end(output)
    if config.rejects is not None and not config.resume:
        _check_rejects(config.rejects, whole=config.append)
    if config.report is not None:
        _check_report(config.report)


def _check_files(config: RunConfig) -> None:
    """Raise OutputError if a file is both input and output, or is used for two outputs."""
    read = {file for name in _input_files(config) if (file := identity(name)) is not None}
    folders = [target(Path(name)) for name in config.arguments if is_folder(name)]
    names: set[Path] = set()
    files: set[Identity] = set()
    for path in (config.output, config.rejects, config.state, config.record, config.report):
        if path is None:
            continue
        if path is not config.record:
            check_name(path)
        check_output(path)
        place, file = target(path), identity(path)
        if file in read:
            raise OutputError(str(path), _IS_INPUT)
        if place in names or file in files:
            raise OutputError(str(path), "is used for two outputs")
        names.add(place)
        if file is not None:
            files.add(file)
    output = config.output
    if output is None or config.resume or not folders or not _has_other_content(output):
        return
    linked = output.stat().st_nlink > 1
    if linked or any(target(output).is_relative_to(folder) for folder in folders):
        raise OutputError(str(output), _IS_INPUT)


_IS_INPUT = "is an input of this run; choose another output file"


def _input_files(config: RunConfig) -> Iterator[Path | int]:
    """Yield every single file that the run reads; 0 for standard input."""
    for argument in config.arguments:
        if argument == "-":
            yield 0
        elif not is_folder(argument):
            yield Path(argument)
    yield from (Path(plugin) for plugin in config.plugins)
    if config.rerun is not None:
        yield config.rerun
    if config.session is not None:
        yield config.session.path


def _first_line(path: Path) -> bytes | None:
    """Return the first line of a file; None if it is empty or missing."""
    try:
        with path.open("rb") as file:
            return file.readline(_MAX_LINE_BYTES) or None
    except FileNotFoundError:
        return None
    except OSError as error:
        raise OutputError(str(path), os_message(error)) from error


def _has_other_content(output: Path) -> bool:
    """Whether a file has content that is not the output of a run."""
    line = _first_line(output)
    return line is not None and isinstance(jsonl.parse(str(output), line), RecordError)


def _check_rejects(path: Path, *, whole: bool) -> None:
    """Raise OutputError for a file with other content than rejects: it would be lost."""
    line = _first_line(path)
    if line is None:
        return
    try:
        parse_reject(str(path), line)
    except RecordError as error:
        message = "already exists and is not a file of rejects; choose another file"
        raise OutputError(str(path), message) from error
    if whole:
        _check_end(path)


def _check_report(path: Path) -> None:
    """Raise OutputError for a file with other content than a report: it would be lost."""
    try:
        found = json.loads(path.read_bytes()) if path.exists() and path.stat().st_size else None
    except OSError as error:
        raise OutputError(str(path), os_message(error)) from error
    except (ValueError, RecursionError):
        found = {}
    if found is not None and not (isinstance(found, dict) and found.keys() >= _REPORT_KEYS):
        message = "already exists and is not a report; choose another file"
        raise OutputError(str(path), message)


def _check_end(path: Path) -> None:
    """Raise OutputError for a file whose last line has no line feed."""
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        if file.read(1) != b"\n":
            raise OutputError(str(path), "ends in an incomplete line; --resume removes it")


def check_output(path: Path) -> None:
    """Raise OutputError if a run cannot write to a path."""
    if target(path).is_symlink():
        raise OutputError(str(path), "is a symbolic link to itself")
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise OutputError(str(path), "is a folder" if path.is_dir() else "no such folder")
    if path.exists() and not path.is_file():
        raise OutputError(str(path), "is not a regular file")


async def ingest(
    config: RunConfig,
    loaded: plugins.Loaded,
    on_outcome: Callable[[Outcome], None],
    warn: Callable[[str], None],
    on_tick: Callable[[Sequence[HostWait]], None],
    consumer: Consumer | None = None,
) -> Summary:
    """Run an ingest. What ends it early is in the summary.

    Args:
        config: the configuration, after `check`.
        loaded: the registry and plugins.
        on_outcome: called for each outcome, in order.
        warn: called with messages for the user.
        on_tick: called about once a second with the hosts that the run is waiting for.
        consumer: takes the results in place of output files.

    Raises:
        CopydeskError: the run cannot start.
    """
    summary = Summary(resumed=config.resume, can_resume=config.output is not None)
    try:
        with _Signals(summary) as signals, contextlib.ExitStack() as stack:
            await _run(config, loaded, summary, signals, stack, on_outcome, warn, on_tick, consumer)
    except _Interrupted:
        # Everything is closed by now; the summary has the signal.
        pass
    if summary.signal is not None:
        summary.stopped = summary.stopped or "interrupted"
    return summary


async def _run(
    config: RunConfig,
    loaded: plugins.Loaded,
    summary: Summary,
    signals: _Signals,
    stack: contextlib.ExitStack,
    on_outcome: Callable[[Outcome], None],
    warn: Callable[[str], None],
    on_tick: Callable[[Sequence[HostWait]], None],
    consumer: Consumer | None,
) -> None:
    output: Sink = consumer.output if consumer else _StdoutSink()
    if config.output is not None:
        output = stack.enter_context(closing(Appended(config.output)))
    rejects_sink: Sink = consumer.rejects if consumer else _NullSink()
    if config.rejects is not None:
        rejects_sink = stack.enter_context(closing(Appended(config.rejects)))
    state = _state(config, stack)
    outputs = resuming.Outputs(
        state=state,
        output=output,
        rejects=rejects_sink,
        warn=warn,
        own=config.state is None,
        options=_options(config),
    )
    if config.resume:
        outputs.resume()
    else:
        outputs.begin(cut=config.overwrite, keep=config.append)
    writer = _writer(config, stack)
    reader = WorkerPool(config.workers, config.settings.limits, loaded, config.outlet)
    fetcher = _LazyFetcher(config, writer, warn)
    plan = Plan(
        wanted=_wanted(config), limit=config.limit,
        window=4 * max(config.workers, config.settings.concurrency, 4),
    )  # fmt: skip
    kinds = tuple(loaded.registry.sources.values())
    run = Run(
        plan=plan,
        state=state,
        reader=reader,
        fetcher=fetcher,
        kinds=kinds,
        output=output,
        rejects=rejects_sink,
        on_outcome=on_outcome,
        ready=consumer.ready if consumer else None,
    )
    task = asyncio.ensure_future(run.run(_inputs(config, loaded)))
    signals.task = task
    ticking = asyncio.ensure_future(_tick(on_tick, fetcher))
    try:
        await task
    except asyncio.CancelledError:
        summary.stopped = "interrupted"
    except (OutputError, StateError, WorkerError) as error:
        summary.error = error
    finally:
        ticking.cancel()
        await reader.close()
        await fetcher.close()
    if run.unfinished and summary.stopped is None and summary.error is None:
        summary.error = run.unfinished[0]
        for more in run.unfinished[1:]:
            warn(str(more))
    if summary.error is not None:
        summary.stopped = str(summary.error)
    summary.balanced = run.inputs == run.recorded + run.already_done or summary.stopped is not None
    try:
        _check_unchanged(state, output, rejects_sink)
        _count(state, summary)
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
        "--as": config.kind or "",
        "--plugin": json.dumps(config.plugins),
    }


async def _tick(on_tick: Callable[[Sequence[HostWait]], None], fetcher: _LazyFetcher) -> None:
    while True:
        on_tick(fetcher.waits())
        await asyncio.sleep(_TICK_SECONDS)


def _input_options(config: RunConfig, loaded: plugins.Loaded) -> inputs.InputOptions:
    return inputs.InputOptions(
        registry=loaded.registry, kinds=tuple(loaded.registry.sources.values()), kind=config.kind,
        wanted=_wanted(config), outputs=OutputFiles(_outputs(config)), follow=config.follow_links,
    )  # fmt: skip


def _wanted(config: RunConfig) -> ListLimits:
    limits = config.settings.limits
    return ListLimits(since=config.since, entries=limits.list_entries, deepest=limits.sitemap_depth)


def _outputs(config: RunConfig) -> Iterator[Path]:
    """Yield every file that the run writes."""
    yield from filter(None, (config.output, config.rejects, config.record, config.report))
    if (state := _state_path(config)) is not None:
        for ending in ("", "-wal", "-shm", "-journal"):
            yield state.with_name(state.name + ending)


def _inputs(config: RunConfig, loaded: plugins.Loaded) -> Iterator[SourceItem | PendingList]:
    options = _input_options(config, loaded)
    yield from inputs.retry(_retried(config), options)
    yield from inputs.find(config.arguments, options)


def _retried(config: RunConfig) -> Iterator[str]:
    if config.rerun is not None:
        yield from (reject.input for reject in read_rejects(config.rerun))
    yield from config.again


def _writer(config: RunConfig, stack: contextlib.ExitStack) -> SessionWriter | None:
    if config.record is None:
        return None
    info = {
        "arguments": json.dumps([without_user(a) for a in config.arguments]),
        "again": json.dumps([*_retried(config)]),
        "since": config.since.isoformat() if config.since else "",
        "limit": str(config.limit or ""),
        "outlet": config.outlet or "",
        "as": config.kind or "",
        "limits": json.dumps(asdict(config.settings.limits)),
    }
    return stack.enter_context(
        closing(SessionWriter(config.record, f"copydesk/{__version__}", info))
    )


def _state_path(config: RunConfig) -> Path | None:
    """Return the path of the state file: by default beside the output, or a link's target."""
    if config.state is not None or config.output is None:
        return config.state
    # Otherwise keep the path as the user wrote it, for messages.
    place = target(config.output) if config.output.is_symlink() else config.output
    return place.with_name(place.name + ".state")


def _state(config: RunConfig, stack: contextlib.ExitStack) -> State:
    state = State(_state_path(config))
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

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
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


def _count(state: State, summary: Summary) -> None:
    for name, number in state.counts.items():
        kind, _, reason = name.partition(":")
        if kind == "article":
            summary.articles += number
            summary.no_body += number if reason == NO_BODY else 0
        else:
            (summary.rejects if kind == "reject" else summary.skips)[reason] = number
