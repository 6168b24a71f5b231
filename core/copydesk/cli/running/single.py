"""A run with its progress and its summary on stderr, as several commands start it."""

from __future__ import annotations

import asyncio
import gc
from typing import TYPE_CHECKING

import typer

from copydesk.cli.options import usage_error
from copydesk.cli.output import to_stderr
from copydesk.cli.running.progress import Progress
from copydesk.errors import OutputError, RecordError, SourceError, StateError, UnknownOutlet
from copydesk.util.text import plural

if TYPE_CHECKING:
    from copydesk.adapters import loading
    from copydesk.runs.config import RunConfig
    from copydesk.runs.summary import Summary


def run_ingest(config: RunConfig, loaded: loading.Loaded, quiet: bool) -> Summary:
    """Run an ingest with a progress display; a run that cannot start is a usage error."""
    from copydesk.runs import checks, ingest

    try:
        checks.check(config, loaded.registry)
    except (SourceError, UnknownOutlet, OutputError, StateError, RecordError) as error:
        usage_error(str(error))
    # Loaded modules stay in memory: keep the garbage collector from scanning them.
    gc.freeze()
    with Progress(quiet) as progress:
        try:
            run = ingest.run(
                config,
                loaded,
                progress.add,
                to_stderr,
                progress.tick,
                measure=progress.is_live,
            )
            return asyncio.run(run)
        except StateError as error:
            usage_error(str(error))
        except OutputError as error:
            to_stderr(str(error))
            raise typer.Exit(3) from error


def print_summary(summary: Summary) -> None:
    """Print the summary of a run on stderr."""
    to_stderr(
        f"{plural(summary.inputs, 'input')}: "
        f"{plural(summary.articles, 'article')}{_by_reason(summary.doubts)}, "
        f"{_listed('reject', summary.rejects)}, {_listed('skip', summary.skips)}"
    )
    if summary.stopped is not None:
        more = "; continue with --resume" * summary.can_resume
        if summary.can_add:
            more = "; the output keeps what was written, add the rest with --append"
        to_stderr(f"stopped: {summary.stopped}{more}")
    if not summary.balanced:
        to_stderr("internal error: inputs and outcomes differ in number; please report this")


def _listed(name: str, counts: dict[str, int]) -> str:
    return plural(sum(counts.values()), name) + _by_reason(counts)


def _by_reason(counts: dict[str, int]) -> str:
    reasons = ", ".join(f"{number} {reason}" for reason, number in sorted(counts.items()))
    return f" ({reasons})" if reasons else ""
