"""How a run is told of while it goes: a moving line on a terminal, a plain one now and then elsewhere."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Any, Self

from copydesk.cli.terminal import complain
from copydesk.pipeline import Outcome

_EVERY = 10.0


class Progress:
    """Tells of a run's outcomes on stderr; each reject has a line of its own."""

    def __init__(self, quiet: bool) -> None:
        self._quiet = quiet
        self._begun = self._told = time.monotonic()
        self._counts = {"article": 0, "skip": 0, "reject": 0}
        self._live: Any = None

    def __enter__(self) -> Self:
        if not self._quiet and sys.stderr.isatty():
            from rich.console import Console
            from rich.status import Status

            self._live = Status("starting", console=Console(stderr=True))
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._live is not None:
            self._live.stop()
            self._live = None

    def tell(self, outcome: Outcome) -> None:
        """Take note of an outcome."""
        self._counts[outcome.kind] += 1
        if outcome.kind == "reject" and not self._quiet:
            complain(f"{outcome.key}: {outcome.message} [{outcome.reason}]")
        now = time.monotonic()
        if self._live is not None:
            self._live.update(self._line(now))
        elif now - self._told >= _EVERY and not self._quiet:
            self._told = now
            complain(self._line(now))

    def _line(self, now: float) -> str:
        counts = self._counts
        total = sum(counts.values())
        rate = total / max(now - self._begun, 0.001)
        return (
            f"{total} inputs: {counts['article']} articles, {counts['reject']} rejects, "
            f"{counts['skip']} skips; {rate:.1f} a second"
        )
