"""Progress of a run on stderr: a live display on a terminal, a line every 10 seconds elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Self

from copydesk.cli.output import to_stderr
from copydesk.model.outcomes import DOUBTS
from copydesk.util.text import plural, safe

if TYPE_CHECKING:
    from copydesk.fetching.rate_limits import HostWait
    from copydesk.model.amount import Amount
    from copydesk.model.outcomes import Outcome

_EVERY = 10.0
_MOST_HOSTS = 8
# Before this share is done, nothing is said of the time left.
_LEAST_SHARE = 0.01
_UNEXPECTED = ("no_entries", "entries", "malformed", *DOUBTS)
"""Reasons of skips and articles that are printed, as those of rejects are."""


class Progress:
    """Prints the progress of a run on stderr, with a line for each reject and unexpected skip.

    clock: seconds since 1970.
    """

    def __init__(self, quiet: bool, clock: Callable[[], float] = time.time) -> None:
        self._quiet = quiet
        self._clock = clock
        self._started = self._printed = clock()
        self._counts = {"article": 0, "skip": 0, "reject": 0}
        self._live: Any = None
        # When the whole was first known, and the share that was done then.
        self._first: tuple[float, float] | None = None

    def __enter__(self) -> Self:
        # sys.stderr is None if Python was started with stderr closed.
        if not self._quiet and sys.stderr is not None and sys.stderr.isatty():
            from rich.console import Console
            from rich.live import Live

            self._live = Live(console=Console(stderr=True), transient=True)
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live is not None:
            self._live.stop()
            self._live = None

    @property
    def is_live(self) -> bool:
        """Whether the progress is shown on a terminal."""
        return self._live is not None

    def add(self, outcome: Outcome) -> None:
        """Count an outcome, and print it if it is a reject or unexpected."""
        self._counts[outcome.kind] += 1
        if not self._quiet and (outcome.kind == "reject" or outcome.reason in _UNEXPECTED):
            to_stderr(f"{outcome.input}: {outcome.message} [{outcome.reason}]")

    def tick(self, waits: Sequence[HostWait], amount: Amount | None = None) -> None:
        """Show the counts and the waiting hosts; called about once a second.

        amount: how much of the run is done; None if that is not known.
        """
        now = self._clock()
        if self._live is not None:
            from rich.text import Text

            shown = [self._line(now) + self._left(amount, now), *_hosts(waits, now)]
            text = Text("\n".join(shown), no_wrap=True, overflow="ellipsis")
            self._live.update(text, refresh=True)
        elif now - self._printed >= _EVERY and not self._quiet:
            self._printed = now
            hosts = f"; waiting for {plural(len(waits), 'host')}" if waits else ""
            to_stderr(self._line(now) + hosts)

    def _line(self, now: float) -> str:
        counts = self._counts
        total = sum(counts.values())
        rate = total / max(now - self._started, 0.001)
        return (
            f"{total} inputs: {counts['article']} articles, {counts['reject']} rejects, "
            f"{counts['skip']} skips; {rate:.1f} a second"
        )

    def _left(self, amount: Amount | None, now: float) -> str:
        """Return the total, the share of it and the time left, as far as they are known."""
        if amount is None or not amount.total:
            self._first = None
            return ""
        if self._first is None:
            self._first = (now, amount.share)
        begin, share = self._first
        text = f"; {100 * amount.share:.0f} % of {_total(amount)}"
        if amount.share - share >= _LEAST_SHARE:
            seconds = (now - begin) * (1 - amount.share) / (amount.share - share)
            text += f", about {_duration(seconds)} left"
        return text


def _total(amount: Amount) -> str:
    if amount.unit != "bytes":
        return plural(amount.total, amount.unit.removesuffix("s"))
    size = float(amount.total)
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.3g} {unit}"
        size /= 1000
    return f"{size:.3g} TB"


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"


def _hosts(waits: Sequence[HostWait], now: float) -> list[str]:
    """Return a line for each waiting host, and one that counts the rest beyond the maximum."""
    lines = [
        f"  {safe(one.host)}: {max(0.0, one.until - now):.0f} s ({one.why})"
        for one in waits[:_MOST_HOSTS]
    ]
    if len(waits) > _MOST_HOSTS:
        lines.append(f"  and {plural(len(waits) - _MOST_HOSTS, 'host')} more")
    return lines
