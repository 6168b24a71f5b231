"""How a run is told of while it goes: moving lines on a terminal, a plain one now and then elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from copydesk.cli.terminal import complain, counted, safe

if TYPE_CHECKING:
    from copydesk.pipeline import Outcome
    from copydesk.politeness import Wait

_EVERY = 10.0
_MOST_HOSTS = 8
_TOLD = ("no_entries", "entries", "malformed", "no_body")
"""Reasons besides those of rejects that have a line of their own: nobody meant them."""


class Progress:
    """Tells of a run on stderr; each reject has a line of its own, and each skip that nobody meant. clock: seconds since 1970."""

    def __init__(self, quiet: bool, clock: Callable[[], float] = time.time) -> None:
        self._quiet = quiet
        self._clock = clock
        self._begun = self._told = clock()
        self._counts = {"article": 0, "skip": 0, "reject": 0}
        self._live: Any = None

    def __enter__(self) -> Self:
        # Python has no stream where it was started with stderr closed.
        if not self._quiet and sys.stderr is not None and sys.stderr.isatty():
            from rich.console import Console
            from rich.live import Live

            self._live = Live(console=Console(stderr=True), transient=True)
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
        told = outcome.kind == "reject" or outcome.reason in _TOLD
        if told and not self._quiet:
            complain(f"{outcome.key}: {outcome.message} [{outcome.reason}]")

    def pulse(self, waits: Sequence[Wait]) -> None:
        """Show how the run stands; to be called about once a second. waits: hosts waited for."""
        now = self._clock()
        if self._live is not None:
            from rich.text import Text

            shown = [self._line(now), *_hosts(waits, now)]
            text = Text("\n".join(shown), no_wrap=True, overflow="ellipsis")
            self._live.update(text, refresh=True)
        elif now - self._told >= _EVERY and not self._quiet:
            self._told = now
            hosts = f"; waiting for {counted(len(waits), 'host')}" if waits else ""
            complain(self._line(now) + hosts)

    def _line(self, now: float) -> str:
        counts = self._counts
        total = sum(counts.values())
        rate = total / max(now - self._begun, 0.001)
        return (
            f"{total} inputs: {counts['article']} articles, {counts['reject']} rejects, "
            f"{counts['skip']} skips; {rate:.1f} a second"
        )


def _hosts(waits: Sequence[Wait], now: float) -> list[str]:
    """A line for each host that is waited for, and one for those above a screen's worth."""
    lines = [
        f"  {safe(one.host)}: {max(0.0, one.until - now):.0f} s ({one.why})"
        for one in waits[:_MOST_HOSTS]
    ]
    if len(waits) > _MOST_HOSTS:
        lines.append(f"  and {counted(len(waits) - _MOST_HOSTS, 'host')} more")
    return lines
