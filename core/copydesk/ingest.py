"""Ingesting: inputs, outputs, state and workers brought together for one run."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from copydesk import inputs, plugins, rejects, resuming
from copydesk.addresses import without_user
from copydesk.answers import Fetched
from copydesk.errors import OutputError, StateError, WorkerError
from copydesk.leads import Found, Wanted
from copydesk.pipeline import Outcome, Plan, Run, Sink
from copydesk.session import SUFFIXES, Session, SessionWriter
from copydesk.settings import VERSION, Settings
from copydesk.sinks.append import Appended, held
from copydesk.state import State
from copydesk.workers import Pool, Reader

if TYPE_CHECKING:
    from copydesk.fetch import Fetcher
    from copydesk.politeness import Wait

# Seconds between two looks of the one who tells of the run.
_BEAT = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a run is asked for.

    output: None for standard output. state: None for a file beside the output, or for none where
    there is no output. workers: processes that read. follow_links: read what links in folders lead
    to, wherever that is.
    rerun: rejects to try again. record: where to keep every exchange. session: answer from it.
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
    record: Path | None = None
    session: Session | None = None


@dataclass(slots=True)
class Summary:
    """What became of a run and of those that it went on from.

    rejects, skips: by reason. stopped: why it ended early, None when it did not. signal: the one
    that ended it. balanced: whether every input of this process has its outcome. can_go_on: whether
    there is an output to resume.
    """

    articles: int = 0
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
            "inputs": self.inputs, "articles": self.articles, "rejects": self.rejects,
            "skips": self.skips, "resumed": self.resumed, "stopped": self.stopped,
            "balanced": self.balanced, "exit_code": self.exit_code,
        }  # fmt: skip


class _Stdout:
    """Standard output as a sink."""

    def __init__(self) -> None:
        self.size = 0

    def add(self, line: bytes) -> None:
        """Write one line at once, so that a reader sees it."""
        try:
            sys.stdout.buffer.write(line)
            sys.stdout.buffer.flush()
        except OSError as error:
            # What is still buffered would fail again at the end of the process.
            with Path(os.devnull).open("wb") as nowhere:
                os.dup2(nowhere.fileno(), sys.stdout.fileno())
            raise OutputError("standard output", (error.strerror or str(error)).lower()) from error
        self.size += len(line)


class _Nowhere:
    """A sink for rejects that nobody keeps."""

    size = 0

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
    ) -> Fetched:
        """Get an address. Raises FetchError."""
        if self._fetcher is None:
            from copydesk.fetch import Fetcher

            if self._order.settings.contact is None and self._order.session is None:
                self._warn("no --contact: hosts cannot tell who asks")
            self._fetcher = Fetcher(
                self._order.settings,
                session=self._order.session,
                on_exchange=self._writer.add if self._writer else None,
            )
            await self._stack.enter_async_context(self._fetcher)
        return await self._fetcher.get(url, etag=etag, last_modified=last_modified)

    def waits(self) -> list[Wait]:
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
    taken: set[Path] = set()
    for path in (order.output, order.rejects, order.state, order.record):
        if path is None:
            continue
        check_output(path)
        if path.resolve() in taken:
            raise OutputError(str(path), "is to be written for two things at once")
        taken.add(path.resolve())
    if order.rerun is not None:
        if order.rejects is not None and order.rejects.absolute() == order.rerun.absolute():
            raise OutputError(str(order.rejects), "cannot be read from and written to at once")
        for _ in rejects.read(order.rerun):
            pass
    if order.record is not None:
        if not order.record.name.endswith(SUFFIXES):
            raise OutputError(str(order.record), f"must end in {' or '.join(SUFFIXES)}")
        if order.record.exists() and order.record.stat().st_size:
            raise OutputError(str(order.record), "exists; a run is recorded to a file of its own")
    if order.state is not None and order.state.exists():
        State(order.state).close()
    output = order.output
    if output is not None and output.exists() and output.stat().st_size:
        if not (order.resume or order.append or order.overwrite):
            message = "exists; say --resume, --append or --overwrite"
            raise OutputError(str(output), message)
        if order.append:
            _check_end(output)


def _check_end(path: Path) -> None:
    """Raise OutputError for a file to whose last line another would be joined."""
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        if file.read(1) != b"\n":
            raise OutputError(str(path), "ends in a torn line; --resume cuts it")


def check_output(path: Path) -> None:
    """Raise OutputError for what cannot be a file that a run writes."""
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise OutputError(str(path), "is a folder" if path.is_dir() else "no such folder")
    if path.exists() and not path.is_file():
        raise OutputError(str(path), "is no regular file")


async def ingest(
    order: Order,
    loaded: plugins.Loaded,
    tell: Callable[[Outcome], None],
    warn: Callable[[str], None],
    pulse: Callable[[Sequence[Wait]], None],
) -> Summary:
    """Carry an order out.

    tell is called for each outcome in order, warn for what a person should know, pulse about once
    a second with the hosts that are waited for. Raises CopydeskError where nothing could be begun;
    what ends a run early is in the summary.
    """
    summary = Summary(resumed=order.resume, can_go_on=order.output is not None)
    with contextlib.ExitStack() as stack:
        output: Sink = (
            _Stdout()
            if order.output is None
            else stack.enter_context(closing(Appended(order.output)))
        )
        aside: Sink = (
            _Nowhere()
            if order.rejects is None
            else stack.enter_context(closing(Appended(order.rejects)))
        )
        state = _state(order, stack)
        outputs = resuming.Outputs(state, output, aside, warn)
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
        caught = _catch(task, summary)
        beating = asyncio.ensure_future(_beat(pulse, addresses))
        try:
            await task
        except asyncio.CancelledError:
            summary.stopped = "interrupted"
        except (OutputError, StateError, WorkerError) as error:
            summary.stopped = str(error)
        finally:
            beating.cancel()
            for number in caught:
                asyncio.get_running_loop().remove_signal_handler(number)
            await reader.close()
            await addresses.close()
        if run.unfinished and summary.stopped is None:
            summary.stopped = run.unfinished[0]
            for more in run.unfinished[1:]:
                warn(more)
        summary.balanced = run.taken == run.noted + run.passed or summary.stopped is not None
        with contextlib.suppress(StateError):
            _count(state, summary)
    return summary


async def _beat(pulse: Callable[[Sequence[Wait]], None], addresses: _Addresses) -> None:
    while True:
        pulse(addresses.waits())
        await asyncio.sleep(_BEAT)


def _given(order: Order, loaded: plugins.Loaded) -> inputs.Given:
    return inputs.Given(
        registry=loaded.registry, kinds=tuple(loaded.registry.sources.values()), kind=order.kind,
        wanted=_wanted(order), outputs=frozenset(_outputs(order)), follow=order.follow_links,
    )  # fmt: skip


def _wanted(order: Order) -> Wanted:
    limits = order.settings.limits
    return Wanted(since=order.since, entries=limits.list_entries, deepest=limits.sitemap_depth)


def _outputs(order: Order) -> Iterator[Path]:
    """Every file that the run writes."""
    for path in (order.output, order.rejects, order.state, order.record):
        if path is not None:
            whole = path.absolute()
            yield whole
            for ending in (".lock", ".state", ".state-wal", ".state-shm", "-wal", "-shm"):
                yield whole.with_name(whole.name + ending)


def _inputs(order: Order, loaded: plugins.Loaded) -> Iterator[Found]:
    given = _given(order, loaded)
    if order.rerun is not None:
        yield from inputs.again((r.input for r in rejects.read(order.rerun)), given)
    yield from inputs.found(order.arguments, given)


def _reader(order: Order, loaded: plugins.Loaded) -> Reader:
    return Pool(order.workers, order.settings.limits, loaded, order.outlet)


def _writer(order: Order, stack: contextlib.ExitStack) -> SessionWriter | None:
    if order.record is None:
        return None
    info = {
        "arguments": json.dumps([without_user(a) for a in order.arguments]),
        "rerun": str(order.rerun or ""),
        "since": order.since.isoformat() if order.since else "",
        "limit": str(order.limit or ""),
        "outlet": order.outlet or "",
        "as": order.kind or "",
        "limits": json.dumps(asdict(order.settings.limits)),
    }
    return stack.enter_context(closing(SessionWriter(order.record, f"copydesk/{VERSION}", info)))


def _state(order: Order, stack: contextlib.ExitStack) -> State:
    path = order.state
    if path is None and order.output is not None:
        path = order.output.with_name(order.output.name + ".state")
        if not order.resume:
            # Without a name of its own it is the state of this output alone.
            for ending in ("", "-wal", "-shm"):
                path.with_name(path.name + ending).unlink(missing_ok=True)
    elif path is not None:
        stack.enter_context(held(path))
    state = State(path)
    stack.callback(state.close)
    return state


def _catch(task: asyncio.Future[None], summary: Summary) -> list[int]:
    """End the run in good order when the process is told to."""
    loop = asyncio.get_running_loop()
    caught = []

    def end(number: int) -> None:
        summary.signal = number
        task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
            loop.add_signal_handler(number, end, int(number))
            caught.append(int(number))
    return caught


def _count(state: State, summary: Summary) -> None:
    for name, number in state.counts.items():
        kind, _, reason = name.partition(":")
        if kind == "article":
            summary.articles += number
        else:
            (summary.rejects if kind == "reject" else summary.skips)[reason] = number
