"""`copydesk.ingest` and `aingest`: a run whose articles a Python program takes one at a time."""

from __future__ import annotations

import asyncio
import inspect
import logging
import os
import threading
from collections.abc import AsyncGenerator, Callable, Generator, Iterable
from contextlib import suppress
from contextvars import copy_context
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any, ParamSpec

from copydesk.adapters import loading
from copydesk.adapters.outlet import Outlet
from copydesk.dates.ages import parse_since
from copydesk.model.article import Article
from copydesk.model.filters import NO_FILTERS, Filters
from copydesk.model.outcomes import Rejected, parse_reject
from copydesk.runs import checks
from copydesk.runs.config import RunConfig
from copydesk.runs.ingest import run as ingest_run
from copydesk.runs.pipeline import Sink
from copydesk.runs.state.visits import Revisit
from copydesk.runs.state.visits import parse as parse_revisit
from copydesk.settings import Limits, Settings

_LOG = logging.getLogger("copydesk")
_Name = str | os.PathLike[str]
_Given = ParamSpec("_Given")


def ingest(
    sources: _Name | Iterable[_Name],
    *,
    outlet: str | type[Outlet] | None = None,
    kind: str | None = None,
    limit: int | None = None,
    since: str | date | None = None,
    revisit: str | None = None,
    filters: Filters = NO_FILTERS,
    workers: int = 1,
    plugins: Iterable[_Name] = (),
    rejects: list[Rejected] | Callable[[Rejected], object] | None = None,
    from_rejects: Iterable[Rejected] = (),
    state: _Name | None = None,
    resume: bool = False,
    follow_links: bool = False,
    record: _Name | None = None,
    concurrency: int = 8,
    gap: float = 1.0,
    contact: str | None = None,
    allow_host: Iterable[str] = (),
    limits: Limits | None = None,
) -> Generator[Article]:
    """Read the articles of files, folders, URLs, feeds, sitemaps, WARC files and outlets.

    The options are those of `copydesk ingest`. Documents are read in worker processes. Closing the
    generator ends the run and its processes. With a state, an article counts as done once the
    generator has yielded it. Warnings go to the logger "copydesk".

    Args:
        sources: one source or several: paths, URLs, outlet ids, or "-" for standard input.
        outlet: an id or an Outlet subclass for all documents; selected by URL if None.
        kind: how to read all sources: "page", "list", "feed", "sitemap", "warc" or a plugin's.
        limit: maximum number of articles.
        filters: which pages and articles are left out.
        since: skip documents older than this ISO 8601 date, "yesterday" or an age such as "7d".
        revisit: when to ask again for articles that the state knows: "never", "changed", or also
            after an age such as "6h"; "24h" if None.
        workers: number of processes that read documents.
        plugins: files, folders or modules with adapters.
        rejects: gets the inputs that gave no article: a list, or a function that is called.
        from_rejects: inputs to try again, before the sources.
        state: file that remembers articles between runs; known ones are skipped.
        resume: continue the last run of this state.
        follow_links: follow symbolic links that lead out of a folder.
        record: new WARC file for all HTTP requests and responses.
        concurrency: maximum number of hosts contacted in parallel.
        gap: seconds between two requests to the same host.
        contact: URL or e-mail address for the User-Agent.
        allow_host: private addresses, as "host:port", that may be contacted.
        limits: limits of time and size.

    Raises:
        ValueError: an option has an invalid value.
        CopydeskError: the run cannot start (at the call), or ended early (from the generator).
    """
    names = [sources] if isinstance(sources, str | os.PathLike) else sources
    extra = tuple(os.fspath(name) for name in plugins)
    loaded = _load(extra)
    if isinstance(outlet, type):
        loaded = loading.Loaded(loaded.registry.copy(), loaded.plugins)
        loaded.registry.register(outlet)
        outlet = outlet.id
    config = RunConfig(
        arguments=tuple(os.fspath(name) for name in names),
        state=None if state is None else Path(state),
        resume=resume,
        workers=workers,
        limit=limit,
        since=_clock(since),
        revisit=_revisit(revisit, state),
        filters=filters,
        outlet=outlet,
        kind=kind,
        settings=Settings(
            contact=contact,
            gap=gap,
            concurrency=concurrency,
            allowed=frozenset(allow_host),
            limits=limits or Limits(),
        ),
        plugins=extra,
        follow_links=follow_links,
        again=tuple(reject.input for reject in from_rejects),
        record=None if record is None else Path(record),
    )
    _check(config, loaded)
    checks.check(config, loaded.registry)
    on_reject = rejects.append if isinstance(rejects, list) else rejects
    return _Articles(_Run(config, loaded), on_reject or (lambda _: None))


def _arguments_of(
    function: Callable[_Given, Generator[Article]],
) -> Callable[[Callable[..., AsyncGenerator[Article]]], Callable[_Given, AsyncGenerator[Article]]]:
    """Give a function the signature of another, and only its result a type of its own."""

    def decorate(
        own: Callable[..., AsyncGenerator[Article]],
    ) -> Callable[_Given, AsyncGenerator[Article]]:
        signature = inspect.signature(function)
        own.__signature__ = signature.replace(  # type: ignore[attr-defined]
            return_annotation="AsyncGenerator[Article]"
        )
        return own

    return decorate


@_arguments_of(ingest)
async def aingest(*arguments: Any, **options: Any) -> AsyncGenerator[Article]:
    """Read articles in an async generator, with the arguments of `ingest`.

    The event loop is never blocked: the run has a thread of its own, and waits until its next
    article is wanted. `rejects` is called in the event loop's thread. Closing the generator or
    cancelling its task ends the run and its processes; after `break`, close it, as
    `contextlib.aclosing` does. With a state, an article counts as done once it was yielded.

    Raises:
        ValueError: an option has an invalid value.
        CopydeskError: the run cannot start, or ended early; both from the generator.
    """
    articles = await asyncio.to_thread(ingest, *arguments, **options)
    assert isinstance(articles, _Articles)
    run, loop, changed = articles.run, asyncio.get_running_loop(), asyncio.Event()
    run.tell = lambda: loop.call_soon_threadsafe(changed.set)
    thread = run.start()
    try:
        while True:
            run.want()
            while not run.has_changed():
                changed.clear()
                await changed.wait()
            # Taken where nothing can be cancelled before it is yielded.
            if (result := run.take()) is None:
                break
            if isinstance(result, Article):
                yield result
            else:
                articles.on_reject(result)
    finally:
        run.stop()
        try:
            while not run.is_over:
                changed.clear()
                await changed.wait()
        finally:
            # Also if this wait is cancelled: the run was told to stop, so it ends soon.
            thread.join()
    if run.error is not None:
        raise run.error


def _load(extra: tuple[str, ...]) -> loading.Loaded:
    """Load the installed plugins and extra ones; a failure of an extra one is raised."""
    if not extra:
        return loading.installed()
    loaded = loading.load(extra)
    for plugin in loaded.failures():
        if plugin.error and not plugin.origin:
            raise plugin.error
        _LOG.warning("plugin skipped: %s", plugin.error)
    return loaded


def _check(config: RunConfig, loaded: loading.Loaded) -> None:
    """Raise ValueError for an option with an invalid value."""
    least = min(config.workers, config.settings.concurrency, config.limit or 1)
    if least < 1 or config.limit == 0:
        raise ValueError("workers, concurrency and limit must be at least 1")
    known = loaded.registry.sources
    if config.kind is not None and config.kind not in known:
        raise ValueError(f"unknown kind {config.kind!r}; use one of {', '.join(known)}")
    if config.resume and config.state is None:
        raise ValueError("resume needs a state")


def _clock(since: str | date | None) -> datetime | None:
    text = since.isoformat() if isinstance(since, date) else since
    moment = None if text is None else parse_since(text)
    if text is not None and moment is None:
        raise ValueError(f"since must be a date such as '2024-03-12', or an age, not {text!r}")
    return moment


def _revisit(text: str | None, state: _Name | None) -> Revisit:
    if text is None:
        return Revisit()
    if state is None:
        raise ValueError("revisit needs a state")
    try:
        return parse_revisit(text)
    except ValueError as error:
        raise ValueError(f"revisit {text!r}: {error}") from None


class _Articles(Generator[Article, None, None]):
    """The articles of a run, which starts with the first one that is asked for."""

    def __init__(self, run: _Run, on_reject: Callable[[Rejected], object]) -> None:
        self.run = run
        self.on_reject = on_reject
        self._steps = _steps(run, on_reject)

    def send(self, value: None) -> Article:
        """Return the next article."""
        return self._steps.send(value)

    def throw(self, *error: Any) -> Article:
        """Raise an error where the run waits; by a GeneratorExit, the run ends."""
        return self._steps.throw(*error)


def _steps(run: _Run, on_reject: Callable[[Rejected], object]) -> Generator[Article]:
    thread = run.start()
    try:
        while True:
            run.want()
            run.wait()
            if (result := run.take()) is None:
                break
            if isinstance(result, Article):
                yield result
            else:
                on_reject(result)
    finally:
        run.stop()
        thread.join()
    if run.error is not None:
        raise run.error


class _Run:
    """A run in a thread with an event loop of its own; it waits until its next result is wanted.

    Outcomes are recorded in the state only after the other thread has taken them.

    Attributes:
        error: what ended the run early.
        is_over: whether the run has ended, by itself or because it was stopped.
        tell: called in the thread of the run, when it has a result or is over.
    """

    def __init__(self, config: RunConfig, loaded: loading.Loaded) -> None:
        self._config, self._loaded = config, loaded
        self._changed = threading.Condition()
        self._result: Article | Rejected | None = None
        self.output: Sink = _Sink(lambda line: self._put(Article.model_validate_json(line)))
        self.rejects: Sink = _Sink(lambda line: self._put(parse_reject("reject", line)))
        self.is_over = self._stopped = False
        self._wanted = asyncio.Event()
        self._wanted.set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self.error: BaseException | None = None
        self.tell: Callable[[], object] = lambda: None

    def start(self) -> threading.Thread:
        """Start the run in a thread, with the context variables of the caller; return the thread."""
        go = partial(copy_context().run, self._go)
        thread = threading.Thread(target=go, name="copydesk.ingest", daemon=True)
        thread.start()
        return thread

    def _go(self) -> None:
        """Run to the end, in the thread of the run."""
        try:
            asyncio.run(self._main())
        except BaseException as error:
            self.error = error
        finally:
            with self._changed:
                self.is_over = True
                self._notify()

    def _notify(self) -> None:
        """Wake the other thread, or its event loop unless that is closed."""
        self._changed.notify_all()
        with suppress(RuntimeError):
            self.tell()

    async def _main(self) -> None:
        with self._changed:
            if self._stopped:
                return
            self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
        summary = await ingest_run(
            self._config,
            self._loaded,
            lambda _: None,
            _LOG.warning,
            lambda _, __: None,
            consumer=self,
        )
        self.error = summary.error

    async def ready(self) -> None:
        """Wait until the other thread wants the next result."""
        await self._wanted.wait()

    def _put(self, result: Article | Rejected) -> None:
        """Hand a result to the other thread, which is waiting for it."""
        with self._changed:
            self._result = result
            self._notify()
            self._changed.wait_for(lambda: self._result is None or self._stopped)
            if self._result is not None:
                raise asyncio.CancelledError
        self._wanted.clear()

    def want(self) -> None:
        """Let the run go on to its next result."""
        self._call(self._wanted.set)

    def has_changed(self) -> bool:
        """Whether there is a result, or the run is over."""
        return self._result is not None or self.is_over

    def wait(self) -> None:
        """Wait until there is a result, or the run is over."""
        with self._changed:
            self._changed.wait_for(self.has_changed)

    def take(self) -> Article | Rejected | None:
        """Take the result, which then counts as done; None at the end of the run."""
        with self._changed:
            result, self._result = self._result, None
            self._changed.notify_all()
            return result

    def stop(self) -> None:
        """End the run, if it has not ended."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        self._call(lambda: self._task and self._task.cancel())

    def _call(self, function: Callable[[], object]) -> None:
        """Call a function in the thread of the run, if its event loop runs."""
        if self._loop is not None:
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(function)


@dataclass(frozen=True, slots=True)
class _Sink:
    """A sink that hands lines on and cannot be resumed itself."""

    add: Callable[[bytes], None]
    mark: str = ""
