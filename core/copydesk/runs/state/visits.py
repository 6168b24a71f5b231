"""Which known articles are asked for again, and which lists conditionally."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from copydesk.dates.ages import parse_age
from copydesk.dates.printed_dates import parse_clock
from copydesk.errors import (
    AddressRefused,
    CopydeskError,
    HttpStatusError,
    RedirectRefused,
    RobotsRefused,
)
from copydesk.model.filters import NO_FILTERS, Filters
from copydesk.model.outcomes import Outcome, Rejected, Skipped

_FILTERED = frozenset(
    ("other_url", "excluded_kind", "missing_field", "other_language", "few_words", "older")
)
_TRANSIENT = frozenset((408, 429))
# Read, but not for a lasting reason: the next run may fare better.
_PASSING = frozenset(("worker_died", "memory", "deadline", "fault", "adapter", "network_sealed"))


@dataclass(frozen=True, slots=True)
class Revisit:
    """When the articles of feeds and sitemaps that are known are asked for again.

    Attributes:
        on_change: when the list states a later change than the one that is known.
        after: when they were last asked for so long ago; None for never.
    """

    on_change: bool = True
    after: timedelta | None = timedelta(hours=24)


def parse(text: str) -> Revisit:
    """Parse "never", "changed" or an age such as "6h". Raises ValueError."""
    if text == "never":
        return Revisit(on_change=False, after=None)
    if text == "changed":
        return Revisit(after=None)
    age = parse_age(text)
    if age is None:
        raise ValueError("use never, changed, or an age such as 90m, 6h or 7d")
    return Revisit(after=age)


@dataclass(frozen=True, slots=True)
class Options:
    """The options that decide which entries of a list get an outcome without being asked for."""

    since: datetime | None = None
    filters: Filters = NO_FILTERS

    def to_json(self) -> str:
        """Return them as the state keeps them."""
        since = self.since.isoformat() if self.since else None
        return json.dumps({"since": since, "filters": self.filters.to_dict()}, sort_keys=True)

    def leave_out(self, kept: str) -> bool:
        """Whether what was left out with the options that the state kept is left out now too."""
        if not kept:
            return True
        try:
            before: dict[str, Any] = json.loads(kept)
            since = parse_clock(before["since"]) if before["since"] else None
            same = before["filters"] == json.loads(self.to_json())["filters"]
        except (ValueError, TypeError, LookupError, RecursionError):
            return False
        return same and (since is None or (self.since is not None and self.since >= since))


@dataclass(frozen=True, slots=True)
class Visit:
    """The last request for an address, whose answer will not change for a passing reason.

    Attributes:
        at: when it was.
        changed: the time of the last change that the list stated then.
        options: the options that left it out, as JSON; "" if none did.
    """

    at: datetime
    changed: datetime | None = None
    options: str = ""


@dataclass(frozen=True, slots=True)
class ListVisit:
    """A list of which all entries had an outcome.

    Attributes:
        etag, last_modified: its validators.
        oldest: when the entry that was asked for longest ago was asked for.
        options: the options that left out entries, as JSON.
    """

    etag: str | None
    last_modified: str | None
    oldest: datetime
    options: str


def is_passing(error: CopydeskError) -> bool:
    """Whether a failed request may succeed in the next run."""
    if isinstance(error, HttpStatusError):
        return error.status in _TRANSIENT or error.status >= 500
    return not isinstance(error, RobotsRefused | AddressRefused | RedirectRefused)


@dataclass(frozen=True, slots=True)
class Known:
    """The rules of a run for what is known.

    Attributes:
        rules: when known articles are asked for again.
        options: the options of the run.
        now: returns the time of day.
    """

    rules: Revisit = field(default_factory=Revisit)
    options: Options = field(default_factory=Options)
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def is_current(self, visit: Visit, changed: datetime | None) -> bool:
        """Whether an article need not be asked for. changed: as its list states."""
        if not self.options.leave_out(visit.options):
            return False
        if self.rules.on_change and changed is not None and changed > (visit.changed or visit.at):
            return False
        return not self._is_old(visit.at)

    def may_ask_conditionally(self, visit: ListVisit) -> bool:
        """Whether nothing is lost if a list is unchanged and its entries therefore not read."""
        return self.options.leave_out(visit.options) and not self._is_old(visit.oldest)

    def _is_old(self, at: datetime) -> bool:
        return self.rules.after is not None and self.now() - at >= self.rules.after

    def visit(self, outcome: Outcome, changed: datetime | None) -> Visit | None:
        """Return the visit to keep for an outcome; None if the address is to be asked again."""
        if isinstance(outcome, Rejected) and outcome.reason in _PASSING:
            return None
        filtered = isinstance(outcome, Skipped) and outcome.reason in _FILTERED
        return Visit(self.now(), changed, self.options.to_json() if filtered else "")
