"""Ingesting: inputs, outputs, state and workers brought together for one run."""

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
from typing import TYPE_CHECKING, Any, Self

from copydesk.adapters import loading as plugins
from copydesk.errors import OutputError, RecordError, StateError, WorkerError, os_message
from copydesk.fetching.recording import SUFFIXES, Session, SessionWriter
from copydesk.fetching.response import FetchResult
from copydesk.model import rejects
from copydesk.runs import inputs, resuming
from copydesk.runs.pipeline import NO_BODY, Outcome, Plan, Run, Sink
from copydesk.runs.state import State, check_state
from copydesk.settings import Settings, __version__
from copydesk.sinks import jsonl
from copydesk.sinks.append import Appended
from copydesk.sources.base import ListLimits, PendingList, SourceItem
from copydesk.util.filesystem import Identity, Written, check_name, identity, is_folder, target
from copydesk.util.urls import without_user
from copydesk.workers.pool import Pool, Reader

if TYPE_CHECKING:
    from copydesk.fetching.client import Fetcher
    from copydesk.fetching.politeness import HostWait

# Seconds between two looks of the one who tells of the run.
_BEAT = 1.0
# No record is longer; beyond it a first line is no record.
_LONGEST = 64 * 1024 * 1024
# What every report holds.
_REPORT = frozenset(("inputs", "articles", "rejects", "skips", "exit_code"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a run is asked for.

    output: None for standard output. state: None for a file beside the output, or for none where
    there is no output. workers: processes that read. follow_links: read what links in folders lead
    to, wherever that is.
    rerun: rejects to try again. again: inputs to try again, by the names that rejects give them.
    record: where to keep every exchange. session: answer from it.
    report: where the summary will be written, which no other file of the run may be.
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


@dataclass(slots=True)
class Summary:
    """What became of a run and of those that it went on from.

    rejects, skips: by reason. no_body: how many of the articles have no word of body. stopped: why it ended early, None when it did not. signal: the one
    that ended it. balanced: whether every input of this process has its outcome. can_go_on: whether
    there is an output to resume.
    """

    articles: int = 0
    no_body: int = 0
    rejects: dict[str, int] = field(default_factory=dict)
    skips: dict[str, int] = field(default_factory=dict)
    resumed: bool = False
    stopped: str | None = None
    signal: int | None = None
    balanced: bool = True
    can_go_on: bool = False

    @property
    def inputs(self) -> int:
        """How many inputs there were: each is an article, a reject or a documented skip."""
        return self.articles + sum(self.rejects.values()) + sum(self.skips.values())

    @property
    def exit_code(self) -> int:
        """The code to exit with."""
        if self.signal is not None:
            return 128 + self.signal
        if self.stopped is not None:
            return 3
        return 1 if self.rejects or not self.balanced else 0

    def to_json(self) -> dict[str, Any]:
        """The summary as plain values."""
        return {
            "inputs": self.inputs, "articles": self.articles, "no_body": self.no_body,
            "rejects": self.rejects, "skips": self.skips, "resumed": self.resumed, "stopped": self.stopped,
            "balanced": self.balanced, "exit_code": self.exit_code,
        }  # fmt: skip


class _Stdout:
    """Standard output as a sink."""

    mark = ""

    def add(self, line: bytes) -> None:
        """Write one line at once, so that a reader sees it."""
        try:
            sys.stdout.buffer.write(line)
            sys.stdout.buffer.flush()
        except OSError as error:
            raise OutputError("standard output", os_message(error)) from error


class _Nowhere:
    """A sink for rejects that nobody keeps."""

    mark = ""

    def add(self, line: bytes) -> None:
        """Drop a line."""


class _Addresses:
    """The fetcher, made when the first address is met: a run over files has no need of it."""

    def __init__(
        self, order: Order, writer: SessionWriter | None, warn: Callable[[str], None]
    ) -> None:
        self._order = order
        self._warn = warn
        self._writer = writer
        self._stack = contextlib.AsyncExitStack()
        self._fetcher: Fetcher | None = None

    async def get(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None
    ) -> FetchResult:
        """Get an address. Raises FetchError."""
        if self._fetcher is None:
            from copydesk.fetching.client import Fetcher

            if self._order.settings.contact is None and self._order.session is None:
                self._warn("no --contact: hosts cannot tell who asks")
            self._fetcher = Fetcher(
                self._order.settings,
                session=self._order.session,
                on_exchange=self._writer.add if self._writer else None,
            )
            await self._stack.enter_async_context(self._fetcher)
        return await self._fetcher.get(url, etag=etag, last_modified=last_modified)

    def waits(self) -> list[HostWait]:
        """The hosts that are being waited for."""
        return [] if self._fetcher is None else self._fetcher.waits()

    async def close(self) -> None:
        """Let go of its connections."""
        await self._stack.aclose()


def check(order: Order, loaded: plugins.Loaded) -> None:
    """Raise CopydeskError for an order that cannot be carried out, before anything is done."""
    inputs.check(order.arguments, _given(order, loaded))
    if order.outlet is not None:
        loaded.registry.get(order.outlet)
    _check_files(order)
    if order.rerun is not None:
        for _ in rejects.read(order.rerun):
            pass
    if order.record is not None:
        if not order.record.name.endswith(SUFFIXES):
            raise OutputError(str(order.record), f"must end in {' or '.join(SUFFIXES)}")
        if order.record.exists() and order.record.stat().st_size:
            raise OutputError(str(order.record), "exists; a run is recorded to a file of its own")
    if (state := _state_path(order)) is not None:
        check_state(state)
    output = order.output
    if output is not None and output.exists() and output.stat().st_size:
        if not (order.resume or order.append or order.overwrite):
            message = "exists; say --resume, --append or --overwrite"
            raise OutputError(str(output), message)
        if order.append:
            _check_end(output)
    if order.rejects is not None and not order.resume:
        _check_rejects(order.rejects, whole=order.append)
    if order.report is not None:
        _check_report(order.report)


def _check_files(order: Order) -> None:
    """Raise OutputError for a file that is to be written and is read too, or written twice."""
    read = {file for name in _read(order) if (file := identity(name)) is not None}
    folders = [target(Path(name)) for name in order.arguments if is_folder(name)]
    names: set[Path] = set()
    files: set[Identity] = set()
    for path in (order.output, order.rejects, order.state, order.record, order.report):
        if path is None:
            continue
        if path is not order.record:
            check_name(path)
        check_output(path)
        place, file = target(path), identity(path)
        if file in read:
            raise OutputError(str(path), "is read by this run, so it cannot be written")
        if place in names or file in files:
            raise OutputError(str(path), "is to be written for two things at once")
        names.add(place)
        if file is not None:
            files.add(file)
    output = order.output
    if output is None or order.resume or not folders or not _holds_something_else(output):
        return
    linked = output.stat().st_nlink > 1
    if linked or any(target(output).is_relative_to(folder) for folder in folders):
        raise OutputError(str(output), "is read by this run, so it cannot be written")


def _read(order: Order) -> Iterator[Path | int]:
    """Every single file that the run reads, by name; standard input by its number."""
    for argument in order.arguments:
        if argument == "-":
            yield 0
        elif not is_folder(argument):
            yield Path(argument)
    yield from (Path(plugin) for plugin in order.plugins)
    if order.rerun is not None:
        yield order.rerun
    if order.session is not None:
        yield order.session.path


def _first_line(path: Path) -> bytes | None:
    """The first line of a file; None where there is nothing in it."""
    try:
        with path.open("rb") as file:
            return file.readline(_LONGEST) or None
    except FileNotFoundError:
        return None
    except OSError as error:
        raise OutputError(str(path), os_message(error)) from error


def _holds_something_else(output: Path) -> bool:
    """Whether a file has content that is not an output of a run."""
    line = _first_line(output)
    return line is not None and isinstance(jsonl.parse(str(output), line), RecordError)


def _check_rejects(path: Path, *, whole: bool) -> None:
    """Raise OutputError for a file whose content is no rejects: it would be lost."""
    line = _first_line(path)
    if line is None:
        return
    try:
        rejects.parse(str(path), line)
    except RecordError as error:
        message = "exists and holds no rejects; it is not written over"
        raise OutputError(str(path), message) from error
    if whole:
        _check_end(path)


def _check_report(path: Path) -> None:
    """Raise OutputError for a file whose content is no report: it would be lost."""
    try:
        found = json.loads(path.read_bytes()) if path.exists() and path.stat().st_size else None
    except OSError as error:
        raise OutputError(str(path), os_message(error)) from error
    except (ValueError, RecursionError):
        found = {}
    if found is not None and not (isinstance(found, dict) and found.keys() >= _REPORT):
        raise OutputError(str(path), "exists and is no report; it is not written over")


def _check_end(path: Path) -> None:
    """Raise OutputError for a file to whose last line another would be joined."""
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        if file.read(1) != b"\n":
            raise OutputError(str(path), "ends in a torn line; --resume cuts it")


def check_output(path: Path) -> None:
    """Raise OutputError for what cannot be a file that a run writes."""
    if target(path).is_symlink():
        raise OutputError(str(path), "is a link that leads to itself")
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise OutputError(str(path), "is a folder" if path.is_dir() else "no such folder")
    if path.exists() and not path.is_file():
        raise OutputError(str(path), "is no regular file")


async def ingest(
    order: Order,
    loaded: plugins.Loaded,
    tell: Callable[[Outcome], None],
    warn: Callable[[str], None],
    pulse: Callable[[Sequence[HostWait]], None],
) -> Summary:
    """Carry an order out.

    tell is called for each outcome in order, warn for what a person should know, pulse about once
    a second with the hosts that are waited for. Raises CopydeskError where nothing could be begun;
    what ends a run early is in the summary.
    """
    summary = Summary(resumed=order.resume, can_go_on=order.output is not None)
    try:
        with _Signals(summary) as signals, contextlib.ExitStack() as stack:
            await _carry_out(order, loaded, summary, signals, stack, tell, warn, pulse)
    except _Stopped:
        # What was begun is closed; the summary has the signal.
        pass
    if summary.signal is not None:
        summary.stopped = summary.stopped or "interrupted"
    return summary


async def _carry_out(
    order: Order,
    loaded: plugins.Loaded,
    summary: Summary,
    signals: _Signals,
    stack: contextlib.ExitStack,
    tell: Callable[[Outcome], None],
    warn: Callable[[str], None],
    pulse: Callable[[Sequence[HostWait]], None],
) -> None:
    output: Sink = (
        _Stdout() if order.output is None else stack.enter_context(closing(Appended(order.output)))
    )
    aside: Sink = (
        _Nowhere()
        if order.rejects is None
        else stack.enter_context(closing(Appended(order.rejects)))
    )
    state = _state(order, stack)
    outputs = resuming.Outputs(
        state, output, aside, warn, own=order.state is None, order=_asked(order)
    )
    if order.resume:
        outputs.go_on()
    else:
        outputs.begin(cut=order.overwrite, keep=order.append)
    writer = _writer(order, stack)
    reader = _reader(order, loaded)
    addresses = _Addresses(order, writer, warn)
    plan = Plan(
        wanted=_wanted(order), limit=order.limit,
        window=4 * max(order.workers, order.settings.concurrency, 4),
    )  # fmt: skip
    kinds = tuple(loaded.registry.sources.values())
    run = Run(plan, state, reader, addresses, kinds, output, aside, tell)
    task = asyncio.ensure_future(run.go(_inputs(order, loaded)))
    signals.task = task
    beating = asyncio.ensure_future(_beat(pulse, addresses))
    try:
        await task
    except asyncio.CancelledError:
        summary.stopped = "interrupted"
    except (OutputError, StateError, WorkerError) as error:
        summary.stopped = str(error)
    finally:
        beating.cancel()
        await reader.close()
        await addresses.close()
    if run.unfinished and summary.stopped is None:
        summary.stopped = run.unfinished[0]
        for more in run.unfinished[1:]:
            warn(more)
    summary.balanced = run.taken == run.noted + run.passed or summary.stopped is not None
    try:
        _check_kept(state, output, aside)
        _count(state, summary)
    except (OutputError, StateError) as error:
        summary.stopped = summary.stopped or str(error)


def _check_kept(state: State, *sinks: Sink) -> None:
    """Raise OutputError where a file that the run wrote is not there, or not as it was left."""
    state.check()
    for sink in sinks:
        if isinstance(sink, Appended):
            sink.check()


def _asked(order: Order) -> dict[str, str]:
    """What decides which records a run gives, apart from how many, by the name of the option."""
    return {
        "the sources": json.dumps([without_user(argument) for argument in order.arguments]),
        "--from-rejects": str(order.rerun or ""),
        "--since": order.since.isoformat() if order.since else "",
        "--outlet": order.outlet or "",
        "--as": order.kind or "",
        "--plugin": json.dumps(order.plugins),
    }


async def _beat(pulse: Callable[[Sequence[HostWait]], None], addresses: _Addresses) -> None:
    while True:
        pulse(addresses.waits())
        await asyncio.sleep(_BEAT)


def _given(order: Order, loaded: plugins.Loaded) -> inputs.Given:
    return inputs.Given(
        registry=loaded.registry, kinds=tuple(loaded.registry.sources.values()), kind=order.kind,
        wanted=_wanted(order), outputs=Written(_outputs(order)), follow=order.follow_links,
    )  # fmt: skip


def _wanted(order: Order) -> ListLimits:
    limits = order.settings.limits
    return ListLimits(since=order.since, entries=limits.list_entries, deepest=limits.sitemap_depth)


def _outputs(order: Order) -> Iterator[Path]:
    """Every file that the run writes."""
    yield from filter(None, (order.output, order.rejects, order.record, order.report))
    if (state := _state_path(order)) is not None:
        for ending in ("", "-wal", "-shm", "-journal"):
            yield state.with_name(state.name + ending)


def _inputs(order: Order, loaded: plugins.Loaded) -> Iterator[SourceItem | PendingList]:
    given = _given(order, loaded)
    if order.rerun is not None:
        yield from inputs.again((r.input for r in rejects.read(order.rerun)), given)
    yield from inputs.again(order.again, given)
    yield from inputs.found(order.arguments, given)


def _reader(order: Order, loaded: plugins.Loaded) -> Reader:
    return Pool(order.workers, order.settings.limits, loaded, order.outlet)


def _again(order: Order) -> list[str]:
    tried = [] if order.rerun is None else [reject.input for reject in rejects.read(order.rerun)]
    return [*tried, *order.again]


def _writer(order: Order, stack: contextlib.ExitStack) -> SessionWriter | None:
    if order.record is None:
        return None
    info = {
        "arguments": json.dumps([without_user(a) for a in order.arguments]),
        "again": json.dumps(_again(order)),
        "since": order.since.isoformat() if order.since else "",
        "limit": str(order.limit or ""),
        "outlet": order.outlet or "",
        "as": order.kind or "",
        "limits": json.dumps(asdict(order.settings.limits)),
    }
    return stack.enter_context(
        closing(SessionWriter(order.record, f"copydesk/{__version__}", info))
    )


def _state_path(order: Order) -> Path | None:
    """Where the state of a run lies: beside the file that is written, whatever name leads to it."""
    if order.state is not None or order.output is None:
        return order.state
    # Only a link of the output itself is taken for its target: messages name what was given.
    place = target(order.output) if order.output.is_symlink() else order.output
    return place.with_name(place.name + ".state")


def _state(order: Order, stack: contextlib.ExitStack) -> State:
    state = State(_state_path(order))
    stack.callback(state.close)
    return state


class _Stopped(KeyboardInterrupt):
    """A signal came while there was no task yet that could be cancelled."""


class _Signals:
    """Ends the run in good order when the process is told to, and at once when it is told again."""

    def __init__(self, summary: Summary) -> None:
        self._summary = summary
        self._loop = asyncio.get_running_loop()
        self._before: dict[int, Any] = {}
        self.task: asyncio.Future[None] | None = None

    def __enter__(self) -> Self:
        # Elsewhere than in the main thread they are heard by somebody else.
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
            # Every line and every outcome that was noted is whole at any moment.
            os._exit(128 + number)
        self._summary.signal = number
        if self.task is None:
            raise _Stopped
        self._loop.call_soon_threadsafe(self.task.cancel)


def _count(state: State, summary: Summary) -> None:
    for name, number in state.counts.items():
        kind, _, reason = name.partition(":")
        if kind == "article":
            summary.articles += number
            summary.no_body += number if reason == NO_BODY else 0
        else:
            (summary.rejects if kind == "reject" else summary.skips)[reason] = number
