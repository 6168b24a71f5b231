"""Robots.txt and its cache; the time is an argument."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from protego import Protego

from copydesk.errors import FetchError, HttpStatusError
from copydesk.settings import Limits

UNAVAILABLE_AGE = 300.0
"""How long an unavailable robots.txt blocks its host, in seconds."""

MAX_ROBOTS = 2_000
"""Maximum number of robots.txt in the cache; the oldest is removed first."""


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

    @property
    def sitemaps(self) -> tuple[str, ...]:
        """The sitemaps that it names, as stated."""
        return tuple(self.rules.sitemaps) if self.rules is not None else ()

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
