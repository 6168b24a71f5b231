"""What came in: bytes, their type, and where and when they were got."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from copydesk import paths

MAX_BYTES = 16 * 1024 * 1024
"""Largest document that is read, in bytes."""


@dataclass(frozen=True, slots=True)
class ListingInfo:
    """What a feed or sitemap says of an article that it names; candidates, never the last word.

    source: "feed" or "sitemap". published: as stated there.
    """

    source: str
    title: str | None = None
    published: str | None = None
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """One input, immutable.

    content: the raw bytes. media_type: "text/plain" or "text/html". url: the address it was got
    from, None when unknown. encoding: the encoding stated by whoever delivered it, None when not.
    retrieved_at: when it was got, with offset; None means that no clock is known, so relative
    times stay raw. origin: where it lies (file, fixture stem), for people. listing: what the list that
    named it says of it. requested_url: the address that was asked for, where url is another one that
    it led to.
    """

    content: bytes
    media_type: str = "text/plain"
    url: str | None = None
    encoding: str | None = None
    retrieved_at: datetime | None = None
    origin: str | None = None
    listing: ListingInfo | None = None
    requested_url: str | None = None

    def __post_init__(self) -> None:
        # Lone surrogates (a file name in no encoding, a broken sidecar) cannot be written as UTF-8.
        for name in ("url", "origin", "requested_url"):
            value = getattr(self, name)
            if value is not None:
                object.__setattr__(self, name, paths.escaped(value))

    @property
    def subject(self) -> str:
        """The name to use for this document in messages."""
        return self.origin or self.url or "document"

    @property
    def sha256(self) -> str:
        """SHA-256 of the raw bytes, in hex."""
        return hashlib.sha256(self.content).hexdigest()
