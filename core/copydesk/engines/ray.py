"""Reading of shards on a Ray cluster: plain actors, each of which has one worker."""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from time import sleep
from typing import Any

import ray
from ray.exceptions import ActorUnavailableError, RayActorError

from copydesk.errors import CopydeskError, SourceBroken, WorkerDied, WorkerError, describe
from copydesk.shards import ledger
from copydesk.shards.job import Job, Shard
from copydesk.shards.local import PAUSE
from copydesk.shards.report import Report
from copydesk.shards.store import open_store
from copydesk.shards.worker import Worker
from copydesk.util.text import plural

PATIENCE = 60.0
"""Seconds after which it is told that the cluster has no room for an actor."""

_STARTS = 3
"""So many actors in a row may end before they are ready."""


def ingest(
    job: Job,
    *,
    workers: int | None = None,
    readers: int = 1,
    on_report: Callable[[Report], None],
    on_broken: Callable[[CopydeskError], None],
    pause: float = PAUSE,
) -> None:
    """Read all shards that are left, until each is committed or given up. Then call `settle`.

    Uses the cluster that this process is connected to, else that of RAY_ADDRESS, else one that runs
    on this machine, and otherwise starts one. All its nodes need copydesk, the same plugins, and
    access to the sources and the output.

    Args:
        job: what to read.
        workers: number of actors; None for as many as the cluster has CPUs for.
        readers: number of processes of each actor that read documents; it asks for as many CPUs.
        on_report: called with the report of each shard.
        on_broken: called with the error of each attempt that failed; its shard is tried again.
            Also called once if no actor can be started yet.
        pause: seconds before a shard is tried again, times the number of its errors.

    Raises:
        PluginMismatch: the adapters of an actor are not those of the job.
        OutputError: the output could not be read or written, for a shard as often as the job
            allows attempts.
        WorkerError: Ray, or actors one after another, could not be started.
    """
    store = open_store(job.output)
    shards = ledger.todo(job, store)
    if not shards:
        return
    # Otherwise the attempts of drivers that were ended would write a shard off.
    ledger.forget_attempts(store, failed=False)
    with _cluster() as own:
        total = int(ray.cluster_resources().get("CPU", 1))
        # One that was started for this process will not grow.
        cpus = min(readers, total) if own else readers
        if workers is None:
            workers = max(1, total // cpus)
        driver = _Driver(job, readers, cpus, shards, on_report, on_broken, pause)
        try:
            driver.run(min(workers, len(shards)))
        finally:
            driver.stop()


@contextmanager
def _cluster() -> Iterator[bool]:
    """Connect to a cluster, unless this process is connected; yield whether it was started here."""
    if ray.is_initialized():
        yield False
        return
    handler = signal.getsignal(signal.SIGTERM)
    try:
        own = _connect()
    except Exception as error:
        ray.shutdown()
        raise WorkerError("ray", f"cannot be started: {describe(error, str)}") from error
    try:
        if threading.current_thread() is threading.main_thread():
            # Ray has replaced it.
            signal.signal(signal.SIGTERM, handler)
        yield own
    finally:
        ray.shutdown()


def _connect() -> bool:
    """Connect to a cluster that runs, or start one; return whether it was started."""
    # What Ray logs would go to standard output.
    options: dict[str, Any] = {"log_to_driver": False, "logging_level": "WARNING"}
    address = os.environ.get("RAY_ADDRESS") or "auto"
    if address != "local":
        try:
            ray.init("auto", **options)
        except ConnectionError:
            if address != "auto":
                raise
        else:
            return False
    ray.init("local", include_dashboard=False, **options)
    return True


class _Actor:
    """A process of the cluster that reads shards. It returns errors, which Ray would wrap."""

    def begin(self, job: Job, readers: int) -> str | CopydeskError:
        """Load the adapters; return the id of the node."""
        try:
            self._worker = Worker(job, readers=readers)
        except CopydeskError as error:
            return error
        return str(ray.get_runtime_context().get_node_id())

    def read(self, shard: Shard, pause: float) -> Report | CopydeskError:
        """Read a shard after a number of seconds."""
        sleep(pause)
        try:
            return self._worker.read(shard)
        except CopydeskError as error:
            return error


@dataclass(frozen=True, slots=True)
class _Task:
    """What an actor does now.

    Attributes:
        node: id of its node; empty until it is known.
        shard: what it reads; None for an actor that begins.
        errors: how often an error was returned for the shard before.
    """

    actor: Any
    node: str = ""
    shard: Shard | None = None
    errors: int = 0


class _Driver:
    """Hands the shards of a job to actors, one at a time to each.

    An actor gets its first shard once it is ready: one that waits for room in the cluster holds
    none back. An actor that ends is replaced by another one.
    """

    def __init__(
        self,
        job: Job,
        readers: int,
        cpus: int,
        shards: list[Shard],
        on_report: Callable[[Report], None],
        on_broken: Callable[[CopydeskError], None],
        pause: float,
    ) -> None:
        # An actor is given its shards one by one.
        self._job = replace(job, shards=())
        self._readers, self._cpus = readers, cpus
        self._waiting = deque((shard, 0) for shard in shards)
        self._on_report, self._on_broken, self._pause = on_report, on_broken, pause
        self._class: Any = ray.remote(num_cpus=cpus)(_Actor)
        self._tasks: dict[Any, _Task] = {}
        self._actors: set[Any] = set()
        self._failed_starts = 0
        self._told = False

    def run(self, workers: int) -> None:
        """Read all shards with a number of actors."""
        for _ in range(workers):
            self._start()
        while self._waiting or any(task.shard for task in self._tasks.values()):
            done, _ = ray.wait([*self._tasks], timeout=PATIENCE)
            if not done:
                self._waits()
                continue
            task = self._tasks.pop(done[0])
            try:
                result = ray.get(done[0])
            except RayActorError as error:
                self._ended(task, error)
            else:
                self._take(task, result)

    def stop(self) -> None:
        """End all actors."""
        for actor in [*self._actors]:
            self._end(actor)

    def _waits(self) -> None:
        """Tell once if no actor could be started."""
        if not self._told and not any(task.node for task in self._tasks.values()):
            self._told = True
            message = f"has no room for an actor yet, which needs {plural(self._cpus, 'CPU')}"
            self._on_broken(WorkerError("the cluster", message))

    def _start(self) -> None:
        actor = self._class.remote()
        self._actors.add(actor)
        self._tasks[actor.begin.remote(self._job, self._readers)] = _Task(actor)

    def _end(self, actor: Any) -> None:
        self._actors.discard(actor)
        ray.kill(actor)

    def _take(self, task: _Task, result: str | Report | CopydeskError) -> None:
        """Take the result of a task, and give its actor the next shard."""
        if isinstance(result, str):
            self._failed_starts = 0
            task = replace(task, node=result)
        elif isinstance(result, Report):
            self._on_report(result)
        elif isinstance(result, SourceBroken):
            self._try_again(task, result, task.errors + 1)
        elif task.shard is None or task.errors + 1 >= self._job.attempts:
            raise result
        else:
            self._try_again(task, result, task.errors + 1)
            self._end(task.actor)
            self._start()
            return
        if self._waiting:
            shard, errors = self._waiting.popleft()
            reading = task.actor.read.remote(shard, errors * self._pause)
            self._tasks[reading] = replace(task, shard=shard, errors=errors)
        else:
            self._end(task.actor)

    def _try_again(self, task: _Task, error: CopydeskError, errors: int) -> None:
        assert task.shard is not None
        self._on_broken(error)
        self._waiting.append((task.shard, errors))

    def _ended(self, task: _Task, error: RayActorError) -> None:
        """Replace an actor that has ended; its shard is tried again."""
        # It may be alive, if only the connection to it is lost.
        self._end(task.actor)
        if task.shard is None:
            self._failed_starts += 1
            if self._failed_starts >= _STARTS:
                raise WorkerError("ray", f"actors end at once: {_why(error)}") from error
        else:
            if isinstance(error, ActorUnavailableError) or not _is_alive(task.node):
                # That is no fault of the shard.
                ledger.forget(open_store(self._job.output), task.shard)
            died = WorkerDied(task.shard.subject, f"its actor ended: {_why(error)}")
            self._try_again(task, died, task.errors)
        self._start()


def _is_alive(node: str) -> bool:
    return any(one["NodeID"] == node and one["Alive"] for one in ray.nodes())


def _why(error: RayActorError) -> str:
    """Return the informative part of Ray's message as one line."""
    lines = str(error).partition(" Some common causes include")[0].splitlines()
    known = ("class_name:", "actor_id:", "namespace:")
    return describe(error, lambda _: " ".join(x for x in lines if not x.strip().startswith(known)))
