"""The key of an input: its name in rejects and in the state."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TypeVar

from copydesk.model.document import Document
from copydesk.model.outcomes import Accepted, Rejected, Skipped
from copydesk.sources.base import Link, PackedPage, SourceItem
from copydesk.sources.warc.reader import stated_url
from copydesk.util import path_names
from copydesk.util.urls import without_user

T = TypeVar("T", Accepted | Skipped | Rejected, Skipped | Rejected, Rejected)

_RECORD = re.compile(r".+\.warc(?:\.gz)?@(\d+)(?:\+\d+)?", re.IGNORECASE | re.DOTALL)

_ROW = re.compile(r".+:\d+", re.DOTALL)


def key_of(found: SourceItem) -> str:
    """Return the name of an input in rejects and in the state."""
    if isinstance(found, Link):
        name = found.url
    else:
        name = found.input if isinstance(found, (Skipped, Rejected)) else found.subject
    if isinstance(found, Rejected) and found.offset is not None and "@" not in name:
        name = f"{name}@{found.offset}"
    if "://" in name:
        name = without_user(name)
    return path_names.escaped(name)


def offset_of(document: Document | PackedPage, reject: Rejected) -> int | None:
    """Return the offset of a document in its archive."""
    if isinstance(document, PackedPage):
        return document.offset
    if reject.offset is not None or document.requested_url is not None:
        return reject.offset
    record = _RECORD.fullmatch(document.origin or "")
    return int(record[1]) if record else None


def address_of(document: Document | PackedPage) -> str | None:
    """Return the URL of a page in an archive or table; None for any other input."""
    if isinstance(document, PackedPage):
        return stated_url(document)
    origin = document.origin or ""
    return document.url if _RECORD.fullmatch(origin) or _ROW.fullmatch(origin) else None


def renamed(outcome: T, key: str) -> T:
    """Return an outcome under the key of its input."""
    if isinstance(outcome, Rejected) and outcome.url:
        return replace(outcome, input=key, url=without_user(outcome.url))
    return replace(outcome, input=key)
