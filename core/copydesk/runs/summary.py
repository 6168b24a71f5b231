"""The result of a run: how many articles, rejects and skips, how long, and what ended it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic
from typing import Any

from copydesk.errors import CopydeskError


@dataclass(frozen=True, slots=True)
class Clock:
    """The clocks of a run.

    Attributes:
        now: the time of day, in UTC.
        monotonic: seconds that no change of the time of day affects.
    """

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    monotonic: Callable[[], float] = monotonic


CLOCK = Clock()
"""The clocks of the system."""


@dataclass(slots=True, kw_only=True)
class Summary:
    """The result of a run, including the runs that it resumed.

    Attributes:
        articles: number of articles.
        doubts: number of articles by the warning that casts doubt on their text.
        rejects, skips: numbers by reason.
        tallies: other numbers of the run by name, see `model.tally`.
        started, ended: when the run began, and when it ended last; None if that is unknown.
        seconds: how long it took, that of a resumed one since it was resumed.
        processed: number of inputs that got their outcome in these seconds.
        resumed: whether the run resumed an earlier one.
        stopped: why the run ended early; None if it did not.
        error: the error that ended it.
        signal: number of the signal that ended the run.
        balanced: whether every input has exactly one outcome.
        can_resume: whether there is an output to resume.
        can_add: whether the output keeps what was written, and a later run can add the rest.
    """

    articles: int = 0
    doubts: dict[str, int] = field(default_factory=dict)
    rejects: dict[str, int] = field(default_factory=dict)
    skips: dict[str, int] = field(default_factory=dict)
    tallies: Mapping[str, int] = field(default_factory=dict)
    started: datetime | None = None
    ended: datetime | None = None
    seconds: float = 0.0
    processed: int = 0
    resumed: bool = False
    stopped: str | None = None
    error: CopydeskError | None = None
    signal: int | None = None
    balanced: bool = True
    can_resume: bool = False
    can_add: bool = False

    @classmethod
    def of(cls, outcomes: Mapping[str, int]) -> Summary:
        """Return the summary of a finished run with these numbers of outcomes, as for `count`."""
        summary = cls()
        summary.count(outcomes)
        return summary

    @property
    def inputs(self) -> int:
        """Number of inputs: each is an article, a reject or a skip."""
        return self.articles + sum(self.rejects.values()) + sum(self.skips.values())

    @property
    def exit_code(self) -> int:
        """Exit code of the process."""
        if self.signal is not None:
            return 128 + self.signal
        if self.stopped is not None:
            return 3
        return 1 if self.rejects or not self.balanced else 0

    def to_json(self) -> dict[str, Any]:
        """Return the summary as JSON values."""
        # Commands print summaries without the model of the record.
        from copydesk.model import tally

        return {
            "inputs": self.inputs,
            "articles": self.articles,
            "doubts": self.doubts,
            "rejects": self.rejects,
            "skips": self.skips,
            "resumed": self.resumed,
            "stopped": self.stopped,
            "balanced": self.balanced,
            "exit_code": self.exit_code,
            "started": self.started.isoformat(timespec="seconds") if self.started else None,
            "ended": self.ended.isoformat(timespec="seconds") if self.ended else None,
            "seconds": round(self.seconds, 3),
            "pages_per_second": round(self.processed / self.seconds, 2) if self.seconds else None,
            **tally.summed(self.tallies),
        }

    def count(self, outcomes: Mapping[str, int]) -> None:
        """Add numbers of outcomes, such as {"reject:empty": 2}."""
        for name, number in outcomes.items():
            kind, _, reason = name.partition(":")
            if kind == "article":
                self.articles += number
                if reason:
                    self.doubts[reason] = number
            else:
                (self.rejects if kind == "reject" else self.skips)[reason] = number
