"""`ingest --engine`: which engines there are, and whether their packages are installed."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from copydesk.cli.options import usage_error
from copydesk.errors import needs_extra

if TYPE_CHECKING:
    from copydesk.errors import CopydeskError
    from copydesk.shards.job import Job
    from copydesk.shards.report import Report

NAMES = ("ray",)
"""The engines. Each is an extra, a package and a module of `copydesk.engines`."""


def check(name: str) -> None:
    """Exit with a usage error for an unknown engine, or one that is not installed."""
    if name not in NAMES:
        usage_error(f"--engine {name}: unknown engine; known are: {', '.join(NAMES)}")
    if find_spec(name) is None:
        usage_error(f"--engine {name} {needs_extra(name)}")


def read(
    job: Job,
    name: str,
    *,
    workers: int | None,
    readers: int,
    on_report: Callable[[Report], None],
    on_broken: Callable[[CopydeskError], None],
) -> None:
    """Read the shards of a job by an engine. Raises CopydeskError."""
    engine = import_module(f"copydesk.engines.{name}")
    engine.ingest(job, workers=workers, readers=readers, on_report=on_report, on_broken=on_broken)
