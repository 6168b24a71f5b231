"""Manners as pure decisions: robots.txt, pace, Retry-After and backoff, with the time passed in."""

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
"""How long a robots.txt that could not be got stands in the way, in seconds."""

MOST_ROBOTS = 2_000
"""Most robots.txt that are kept at once; the oldest makes room."""

MOST_HOSTS = 2_000
"""Above so many hosts those that may be asked again are forgotten."""

# A wait that no server means: a clock gone wrong, a number of another unit.
_ABSURD = 366 * 24 * 3600.0

_BACKOFF_FIRST = 1.0
_BACKOFF_MOST = 10.0


@dataclass(frozen=True, slots=True)
class Robots:
    """What a robots.txt says to us.

    rules: None when there are none. at: when it was got, in seconds since 1970. fault: why it
    could not be got, so that nothing may be asked for now.
    """

    rules: Protego | None
    at: float
    fault: FetchError | None = None

    def allows(self, url: str, agent: str) -> bool:
        """Whether the product token `agent` may ask for the URL."""
        if self.fault is not None:
            return False
        return self.rules is None or bool(self.rules.can_fetch(url, agent))

    def delay(self, agent: str) -> float:
        """Seconds between two requests that it asks for, 0 when it does not say or says nonsense."""
        said = self.rules.crawl_delay(agent) if self.rules is not None else None
        return said if said is not None and math.isfinite(said) and said > 0 else 0.0


def robots_of(
    status: int, content: bytes, now: float, limits: Limits, fault: FetchError | None = None
) -> Robots:
    """What follows from the answer to a request for robots.txt, or from the fault that it ended in.

    RFC 9309 2.3.1: a 4xx (and a redirect that cannot be followed, as any other status below 500)
    means that there are no rules; a 5xx, or 0 for no answer, that nothing may be asked. Of a long
    file the whole lines within the limit count.
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
class RobotsBook:
    """The robots.txt known by origin (scheme, host and port), each with its age."""

    limits: Limits
    _known: dict[str, Robots] = field(default_factory=dict)

    def get(self, origin: str, now: float) -> Robots | None:
        """What is known of an origin; None when nothing is, or it is too old to go by."""
        robots = self._known.get(origin)
        if robots is None:
            return None
        age = self.limits.robots_age
        if robots.fault is not None:
            age = min(age, UNAVAILABLE_AGE)
        # A clock that was set back must not keep it for ever.
        return robots if 0 <= now - robots.at < age else None

    def put(self, origin: str, robots: Robots) -> None:
        """Keep what an origin said."""
        self._known.pop(origin, None)
        while len(self._known) >= MOST_ROBOTS:
            del self._known[next(iter(self._known))]
        self._known[origin] = robots


@dataclass(frozen=True, slots=True)
class Wait:
    """A host that is being waited for. until: in seconds since 1970. why: a word or two for people."""

    host: str
    until: float
    why: str


@dataclass(frozen=True, slots=True)
class _Due:
    """When a host may be asked again, how long that was to wait at first, and why."""

    at: float
    longest: float
    why: str


@dataclass(slots=True)
class Pace:
    """When each host may be asked again. Times in seconds since 1970, waits in seconds.

    gap: least time from one request to a host to the next. Hosts that may be asked are forgotten
    where there are many.
    """

    gap: float
    _due: dict[str, _Due] = field(default_factory=dict)

    def wait(self, host: str, now: float) -> float:
        """How long to wait before the next request to a host."""
        due = self._due.get(host)
        # A clock that was set back must not make the wait longer than it was meant to be.
        return 0.0 if due is None else min(max(0.0, due.at - now), due.longest)

    def why(self, host: str) -> str:
        """What a host is waited for."""
        return self._due[host].why

    def asked(self, host: str, now: float, delay: float = 0.0) -> None:
        """A request to the host begins. delay: what its robots.txt asks for, kept where it is longer."""
        why = "crawl-delay" if delay > self.gap else "pace"
        self._set(host, now, max(self.gap, delay), why)

    def unasked(self, host: str) -> None:
        """The request did not go out."""
        self._due.pop(host, None)

    def hold(self, host: str, now: float, wait: float) -> None:
        """The host asked to be left alone for that long."""
        due = self._due.get(host)
        if due is None or now + wait > due.at:
            self._set(host, now, wait, "Retry-After")

    def _set(self, host: str, now: float, wait: float, why: str) -> None:
        if len(self._due) >= MOST_HOSTS and host not in self._due:
            self._due = {name: due for name, due in self._due.items() if due.at > now}
        self._due[host] = _Due(now + wait, wait, why)


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks to wait, from `now`, which has an offset.

    RFC 9110 10.2.3: a number of seconds or a date. None when it is missing, negative or past,
    junk, or above a year.
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
    return seconds if 0 <= seconds <= _ABSURD else None


def backoff(attempt: int, seed: str) -> float:
    """Seconds to wait after the given failed attempt, counted from 1: doubling, with jitter.

    Between a half and one and a half times 1, 2, 4, 8, 10, 10, ... seconds. The jitter is drawn
    from the seed, so that a replay comes to the same decisions. Not stamina: it can carry a
    Retry-After, but always sleeps by itself and counts the sleep as part of its own time-out.
    """
    base = min(_BACKOFF_MOST, _BACKOFF_FIRST * 2.0 ** (attempt - 1))
    return base * (0.5 + random.Random(seed).random())
