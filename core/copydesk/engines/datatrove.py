"""Reading of shards as a step of a datatrove pipeline."""

from __future__ import annotations

from datatrove.data import DocumentsPipeline
from datatrove.pipeline.base import PipelineStep

from copydesk.errors import SourceBroken
from copydesk.shards import ledger
from copydesk.shards.job import Job
from copydesk.shards.local import read_all
from copydesk.shards.report import Report
from copydesk.shards.worker import Worker


class CopydeskShards(PipelineStep):
    """Reads the shards of its rank that are left, and commits them; yields no documents.

    The numbers of outcomes, such as "article" and "reject:empty", are its statistics. Call `settle`
    once all ranks have ended.

    Args:
        job: what to read.
        readers: number of processes of each task that read documents.
    """

    type = "COPYDESK"
    name = "shards"

    def __init__(self, job: Job, readers: int = 1) -> None:
        super().__init__()
        self.job = job
        self.readers = readers

    def run(
        self, data: DocumentsPipeline = None, rank: int = 0, world_size: int = 1
    ) -> DocumentsPipeline:
        """Read the shards whose number leaves `rank` when it is divided by `world_size`.

        Raises PluginMismatch, OutputError and WorkerError.
        """
        yield from data or ()
        shards = [s for s in ledger.todo(self.job) if s.number % world_size == rank]
        if shards:
            with Worker(self.job, readers=self.readers) as worker:
                read_all(worker, shards, self._count, self._broken)

    def _count(self, report: Report) -> None:
        for name, number in report.counts.items():
            self.stat_update(name, value=number)

    def _broken(self, error: SourceBroken) -> None:
        self.stat_update(f"again:{error.reason}")
