"""Waits between requests to the same host; the time is an argument."""

from __future__ import annotations

from dataclasses import dataclass, field

MAX_HOSTS = 2_000
"""Number of hosts above which those without a wait are removed."""


@dataclass(frozen=True, slots=True)
class HostWait:
    """A wait for a host until a time in seconds since 1970, with a short reason."""

    host: str
    until: float
    why: str


@dataclass(frozen=True, slots=True)
class _NextRequest:
    """When the next request to a host may start, the initial wait, and its reason."""

    at: float
    longest: float
    why: str


@dataclass(slots=True)
class RateLimiter:
    """Limits the rate of requests per host. Times are in seconds since 1970, waits in seconds.

    gap: minimum time between the starts of two requests to a host.
    """

    gap: float
    _due: dict[str, _NextRequest] = field(default_factory=dict)

    def wait(self, host: str, now: float) -> float:
        """Return how long to wait before the next request to a host."""
        due = self._due.get(host)
        # Even if the clock was set back, wait no longer than the initial wait.
        return 0.0 if due is None else min(max(0.0, due.at - now), due.longest)

    def why(self, host: str) -> str:
        """Return the reason for the wait."""
        return self._due[host].why

    def started(self, host: str, now: float, delay: float = 0.0) -> None:
        """Note that a request starts. delay: the crawl delay; counts if longer than the gap."""
        why = "crawl-delay" if delay > self.gap else "pace"
        self._set(host, now, max(self.gap, delay), why)

    def cancelled(self, host: str) -> None:
        """Note that the request was not sent."""
        self._due.pop(host, None)

    def delay(self, host: str, now: float, wait: float) -> None:
        """Delay the next request to a host, as its Retry-After header asks."""
        due = self._due.get(host)
        if due is None or now + wait > due.at:
            self._set(host, now, wait, "Retry-After")

    def _set(self, host: str, now: float, wait: float, why: str) -> None:
        if len(self._due) >= MAX_HOSTS and host not in self._due:
            self._due = {name: due for name, due in self._due.items() if due.at > now}
        self._due[host] = _NextRequest(now + wait, wait, why)
