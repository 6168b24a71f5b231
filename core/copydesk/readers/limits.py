"""Checks of raw input that all readers share: its size, and whether it is text."""

from __future__ import annotations

import re

from copydesk.errors import DocumentTooLarge
from copydesk.model.document import MAX_BYTES, Document

SURROGATES = re.compile("[\ud800-\udfff]")
"""Lone surrogates, which no encoding can represent."""

# Control characters that text does not contain; a larger share of them means binary data.
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x7f]")
_BINARY_SHARE = 0.01


def refuse_large(document: Document) -> None:
    """Raise DocumentTooLarge for a document above the size limit."""
    if len(document.content) > MAX_BYTES:
        size = f"{len(document.content):,} bytes, above the limit of {MAX_BYTES:,}"
        raise DocumentTooLarge(document.subject, size)


def looks_binary(text: str) -> bool:
    """Return whether the start of a decoded text has too many control characters for text."""
    sample = text[:65536]
    return len(_CONTROLS.findall(sample)) > max(8, _BINARY_SHARE * len(sample))
