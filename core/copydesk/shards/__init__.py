"""Large runs in shards: each is read by one process, committed once, and settled with the others.

A program that distributes the work calls `plan` once, `Worker.read` for each shard of `todo`
wherever there is room, and `settle` at the end.
"""

from copydesk.shards.job import Job, Shard, StoredInput
from copydesk.shards.ledger import Status, status, todo
from copydesk.shards.planning import plan
from copydesk.shards.report import Report
from copydesk.shards.settling import settle
from copydesk.shards.worker import Worker

__all__ = [
    "Job",
    "Report",
    "Shard",
    "Status",
    "StoredInput",
    "Worker",
    "plan",
    "settle",
    "status",
    "todo",
]
