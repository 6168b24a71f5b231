"""Limits and request settings of a run, with their defaults."""

from __future__ import annotations

from dataclasses import dataclass

__version__ = "0.1.0"
"""Version of copydesk, from which the build takes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits for one input. Times are in seconds, sizes in bytes."""

    connect: float = 5.0
    read: float = 10.0
    total: float = 30.0
    """Network time per URL, including redirects and retries."""
    waits: float = 60.0
    """Total time per URL spent waiting for Retry-After, in addition to the network time."""
    retry_after: float = 120.0
    """Longest Retry-After that is respected; a URL with a longer one is rejected."""
    tries: int = 3
    redirects: int = 5
    raw: int = 16 * 1024 * 1024
    decoded: int = 32 * 1024 * 1024
    headers: int = 64 * 1024
    robots_bytes: int = 512 * 1024
    robots_seconds: float = 10.0
    robots_age: float = 24 * 3600.0
    crawl_delay: float = 30.0
    """Longest Crawl-delay of robots.txt that is respected."""
    list_entries: int = 50_000
    """Maximum number of entries read from one feed or sitemap."""
    sitemap_depth: int = 3
    reading: float = 20.0
    """Time to read one document, or between two entries of a list."""
    memory: int = 1024 * 1024 * 1024
    """Memory that a worker may allocate after its start."""
    record: int = 4 * 1024 * 1024
    """Size of the line of one article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Settings for HTTP requests.

    Attributes:
        contact: e-mail address or URL of the crawler's operator, part of the User-Agent.
        gap: minimum time between two requests to one host, in seconds.
        concurrency: maximum number of hosts contacted in parallel.
        allowed: private hosts that may be contacted, as "host:port".
        limits: limits for each input.
    """

    contact: str | None = None
    gap: float = 1.0
    concurrency: int = 8
    allowed: frozenset[str] = frozenset()
    limits: Limits = Limits()

    @property
    def user_agent(self) -> str:
        """The User-Agent header."""
        about = f" (+{self.contact})" if self.contact else ""
        return f"copydesk/{__version__}{about}"
