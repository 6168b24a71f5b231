"""Reading of shards without an engine: one after another in this process."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from time import sleep

from copydesk.errors import SourceBroken
from copydesk.shards.job import Shard
from copydesk.shards.report import Report
from copydesk.shards.worker import Worker

PAUSE = 2.0
"""Seconds before a broken input is tried again, times the number of its attempts."""


def read_all(
    worker: Worker,
    shards: Iterable[Shard],
    on_report: Callable[[Report], None],
    on_broken: Callable[[SourceBroken], None],
    *,
    pause: float = PAUSE,
) -> None:
    """Read shards until each is committed or given up.

    on_report: called with the report of each shard.
    on_broken: called with each broken input; its shard is tried again after the others.

    Raises OutputError and WorkerError.
    """
    waiting = deque((shard, 0) for shard in shards)
    while waiting:
        shard, failures = waiting.popleft()
        if failures:
            sleep(failures * pause)
        try:
            report = worker.read(shard)
        except SourceBroken as error:
            on_broken(error)
            waiting.append((shard, failures + 1))
        else:
            on_report(report)
