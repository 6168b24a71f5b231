"""What a run may do and how much of it: limits and manners, all with their defaults."""

from __future__ import annotations

from dataclasses import dataclass

__version__ = "0.1.0"
"""Version of copydesk, from which the build takes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Ceilings for one input. Times in seconds, sizes in bytes."""

    connect: float = 5.0
    read: float = 10.0
    total: float = 30.0
    """Network time an address, over all hops and tries."""
    waits: float = 60.0
    """Waits for Retry-After an address, apart from the network time."""
    retry_after: float = 120.0
    """Longest single Retry-After that is believed; above it the address is given up."""
    tries: int = 3
    redirects: int = 5
    raw: int = 16 * 1024 * 1024
    decoded: int = 32 * 1024 * 1024
    headers: int = 64 * 1024
    robots_bytes: int = 512 * 1024
    robots_seconds: float = 10.0
    robots_age: float = 24 * 3600.0
    crawl_delay: float = 30.0
    """Longest robots crawl-delay that is kept to."""
    list_entries: int = 50_000
    """Most entries that are taken from one feed or sitemap."""
    sitemap_depth: int = 3
    reading: float = 20.0
    """Time to read one document, or from one entry of a list to the next."""
    memory: int = 1024 * 1024 * 1024
    """Memory of one worker above what it starts with."""
    record: int = 4 * 1024 * 1024
    """Size of one article's line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How to behave towards the hosts that are asked.

    contact: an address or page where the crawler's owner can be reached, part of the User-Agent.
    gap: least time between two requests to one host. concurrency: hosts that are spoken to at
    once. allowed: "host:port" that may be spoken to though the address guard refuses it.
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
