"""Robots.txt, rate limits, Retry-After and backoff as pure functions; the time is an argument."""

from __future__ import annotations

import math
import random
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from protego import Protego

from copydesk.errors import FetchError, HttpStatusError
from copydesk.settings import Limits

UNAVAILABLE_AGE = 300.0
"""How long an unavailable robots.txt blocks its host, in seconds."""

MAX_ROBOTS = 2_000
"""Maximum number of robots.txt in the cache; the oldest is removed first."""

MAX_HOSTS = 2_000
"""Number of hosts above which those without a wait are removed."""

# Longer values are errors: a wrong clock or another unit.
_MAX_RETRY_AFTER = 366 * 24 * 3600.0

_BACKOFF_FIRST = 1.0
_BACKOFF_MAX = 10.0


@dataclass(frozen=True, slots=True)
class Robots:
    """A robots.txt.

    Attributes:
        rules: None if it has none.
        at: when it was fetched, in seconds since 1970.
        fault: why it is unavailable; then nothing may be fetched for now.
    """

    rules: Protego | None
    at: float
    fault: FetchError | None = None

    def allows(self, url: str, agent: str) -> bool:
        """Whether the product token `agent` may fetch the URL."""
        if self.fault is not None:
            return False
        return self.rules is None or bool(self.rules.can_fetch(url, agent))

    def delay(self, agent: str) -> float:
        """Return its crawl delay in seconds, 0 if missing or invalid."""
        delay = self.rules.crawl_delay(agent) if self.rules is not None else None
        return delay if delay is not None and math.isfinite(delay) and delay > 0 else 0.0


def robots_from_response(
    status: int, content: bytes, now: float, limits: Limits, fault: FetchError | None = None
) -> Robots:
    """Parse the response to a request for robots.txt, or the fault that it ended in.

    RFC 9309 2.3.1: a status below 500 other than 2xx (also a redirect that cannot be followed)
    means no rules; a 5xx, or 0 for no response, means that nothing may be fetched. Of a long file,
    the complete lines within the limit count.
    """
    if status == 0 or status >= 500:
        return Robots(None, now, fault or HttpStatusError("robots.txt", f"status {status}", status))
    if not 200 <= status < 300:
        return Robots(None, now)
    if len(content) >= limits.robots_bytes:
        content = content[: limits.robots_bytes]
        content = content[: max(content.rfind(b"\n"), content.rfind(b"\r")) + 1] or content
    return Robots(Protego.parse(content.decode("utf-8-sig", "replace")), now)


@dataclass(slots=True)
class RobotsCache:
    """A cache of robots.txt by origin (scheme, host and port)."""

    limits: Limits
    _known: dict[str, Robots] = field(default_factory=dict)

    def get(self, origin: str, now: float) -> Robots | None:
        """Return the robots.txt of an origin; None if missing or too old."""
        robots = self._known.get(origin)
        if robots is None:
            return None
        age = self.limits.robots_age
        if robots.fault is not None:
            age = min(age, UNAVAILABLE_AGE)
        # If the clock was set back, the age is negative.
        return robots if 0 <= now - robots.at < age else None

    def put(self, origin: str, robots: Robots) -> None:
        """Store the robots.txt of an origin."""
        self._known.pop(origin, None)
        while len(self._known) >= MAX_ROBOTS:
            del self._known[next(iter(self._known))]
        self._known[origin] = robots


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


def retry_after(value: str | None, now: datetime) -> float | None:
    """Parse a Retry-After header (RFC 9110 10.2.3) to seconds from `now`, which has an offset.

    Returns None if it is missing, invalid, negative, in the past, or more than a year.
    """
    text = (value or "").strip()
    if re.fullmatch(r"[0-9]{1,12}", text):
        seconds = float(text)
    else:
        try:
            date = parsedate_to_datetime(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
        if date.tzinfo is None:
            date = date.replace(tzinfo=UTC)
        try:
            seconds = (date - now).total_seconds()
        except OverflowError:
            return None
    return seconds if 0 <= seconds <= _MAX_RETRY_AFTER else None


def backoff(attempt: int, seed: str) -> float:
    """Return the seconds to wait after a failed attempt, counted from 1.

    1, 2, 4, 8, 10, 10, ... seconds, times a jitter between 0.5 and 1.5 that depends on the seed
    only, so that a replay makes the same decisions. The stamina package does not fit: it always
    sleeps itself and counts the sleep as part of its timeout.
    """
    base = min(_BACKOFF_MAX, _BACKOFF_FIRST * 2.0 ** (attempt - 1))
    return base * (0.5 + random.Random(seed).random())
