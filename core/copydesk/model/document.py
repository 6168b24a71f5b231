"""An input: its bytes, their type, and where and when they were fetched."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from copydesk.util import path_names

MAX_BYTES = 16 * 1024 * 1024
"""Maximum size of a document, in bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingInfo:
    """What a feed or sitemap states about an article; candidates for fields, not facts.

    Attributes:
        source: "feed" or "sitemap".
        published: as stated, not parsed.
    """

    source: str
    title: str | None = None
    published: str | None = None
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One input document.

    Attributes:
        content: the raw bytes.
        media_type: "text/plain" or "text/html".
        url: the URL that it was fetched from, None if unknown.
        encoding: as stated by the server or the user, None if not stated.
        retrieved_at: when it was fetched, with offset. If None, relative times are not resolved.
        origin: where it is stored (file, fixture name), for messages.
        listing: what the list that contains its URL states about it.
        requested_url: the URL that was requested, if it redirected to `url`.
        text: the content as a str, if it came as one, so that it is not decoded again.
    """

    content: bytes
    media_type: str = "text/plain"
    url: str | None = None
    encoding: str | None = None
    retrieved_at: datetime | None = None
    origin: str | None = None
    listing: ListingInfo | None = None
    requested_url: str | None = None
    text: str | None = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Lone surrogates (from undecodable file names or broken sidecars) cannot be UTF-8.
        for name in ("url", "origin", "requested_url"):
            value = getattr(self, name)
            if value is not None:
                object.__setattr__(self, name, path_names.escaped(value))

    @property
    def subject(self) -> str:
        """The name of this document in messages."""
        return self.origin or self.url or "document"

    @property
    def sha256(self) -> str:
        """SHA-256 of the raw bytes, hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()
