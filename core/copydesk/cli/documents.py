"""Documents named on the command line: files, URLs or standard input, and their adapter."""

from __future__ import annotations

import io
import stat
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from copydesk.cli.options import usage_error
from copydesk.errors import DocumentTooLarge, os_message
from copydesk.util import path_names

if TYPE_CHECKING:
    from copydesk.adapters.registry import KnownOutlet, Registry
    from copydesk.fetching.response import FetchResult
    from copydesk.model.document import Document
    from copydesk.settings import Settings

_TYPES = {"text": "text/plain", "html": "text/html"}


def outlet_for(registry: Registry, outlet: str | None, document: Document) -> KnownOutlet | None:
    """Return the outlet with the given id, or the one for the document's URL."""
    from copydesk.reading import find_outlet

    if outlet is None:
        return find_outlet(document, registry)
    return registry.known(outlet)


def read_input(
    source: str,
    url: str | None,
    media_type: str | None,
    encoding: str | None,
    settings: Settings,
) -> Document:
    """Read or fetch one document; exits with a usage error if the source is not usable."""
    from copydesk.model.document import MAX_BYTES, Document
    from copydesk.sources.url_list import web_address
    from copydesk.util.media_types import guess_media_type
    from copydesk.util.urls import is_http

    kind = _TYPES.get(media_type or "", media_type)
    _check_labels(kind, encoding)
    if source == "-":
        content = sys.stdin.buffer.read(MAX_BYTES + 1)
        origin = None
    elif is_http(source):
        if url is not None:
            usage_error("--url can only be used with a file or standard input")
        return fetch([source], settings, kind, encoding)[0]
    elif not source or "://" in source:
        usage_error(f"{source!r}: not a file or an http(s) URL")
    else:
        content = read_file(Path(source))
        origin = path_names.to_text(source)
    content = decompress(content, origin or "-")
    if url is not None and web_address(None, url) is None:
        usage_error(f"--url {url}: not an http(s) URL")
    return Document(
        content=content,
        media_type=kind or guess_media_type(content),
        url=url,
        encoding=encoding,
        retrieved_at=None,
        origin=origin,
    )


def _check_labels(media_type: str | None, encoding: str | None) -> None:
    """Exit with a usage error for a media type or an encoding that no reader knows."""
    from copydesk.readers.encoding.labels import encoding_of
    from copydesk.reading import MEDIA_TYPES

    if media_type is not None and media_type.split(";")[0].strip().lower() not in MEDIA_TYPES:
        known = ", ".join((*_TYPES, *MEDIA_TYPES))
        usage_error(f"--type {media_type}: unknown type; use one of {known}")
    if encoding is not None and encoding_of(encoding) is None:
        examples = "such as utf-8, windows-1252 or shift_jis"
        usage_error(f"--encoding {encoding}: unknown encoding; use a name {examples}")


def decompress(content: bytes, subject: str) -> bytes:
    """Decompress gzip data; other data is returned as it is.

    Raises SourceError or DocumentTooLarge.
    """
    from copydesk.model.document import MAX_BYTES
    from copydesk.sources.unpacking import Unpacked

    return Unpacked(io.BytesIO(content), subject, MAX_BYTES).read_all()


def read_file(path: Path) -> bytes:
    """Read a file; exits with a usage error if it cannot be read. Raises DocumentTooLarge."""
    from copydesk.model.document import MAX_BYTES

    try:
        info = path.stat()
        if stat.S_ISDIR(info.st_mode):
            usage_error(f"{path}: is a folder; use copydesk ingest to read a folder")
        if not stat.S_ISREG(info.st_mode):
            usage_error(f"{path}: not a regular file")
        if info.st_size > MAX_BYTES:
            size = f"{info.st_size:,} bytes, above the limit of {MAX_BYTES:,}"
            raise DocumentTooLarge(str(path), size)
        return path.read_bytes()
    except FileNotFoundError:
        usage_error(f"{path}: no such file")
    except OSError as error:
        usage_error(f"{path}: {os_message(error)}")


def fetch(
    urls: Sequence[str],
    settings: Settings,
    media_type: str | None = None,
    encoding: str | None = None,
) -> list[Document]:
    """Fetch pages one after another, within the rate limits. Raises FetchError."""
    import asyncio

    from copydesk.fetching.client import Fetcher
    from copydesk.model.document import Document
    from copydesk.util.media_types import guess_media_type

    async def get() -> list[FetchResult]:
        async with Fetcher(settings) as fetcher:
            return [await fetcher.get(url) for url in urls]

    return [
        Document(
            content=got.content,
            media_type=media_type or got.media_type or guess_media_type(got.content),
            url=got.url,
            encoding=encoding or got.encoding,
            retrieved_at=got.retrieved_at,
            origin=got.requested,
            requested_url=got.requested,
        )
        for got in (asyncio.run(get()) if urls else ())
    ]
