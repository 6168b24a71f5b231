"""One document from the command line: a file, an address or standard input, and who reads it."""

from __future__ import annotations

import io
import stat
import sys
from pathlib import Path
from typing import Annotated

import typer

from copydesk import paths
from copydesk.cli import ingesting
from copydesk.cli.common import usage
from copydesk.document import MAX_BYTES, Document
from copydesk.errors import DocumentTooLarge, UnknownOutlet
from copydesk.outlet import Outlet
from copydesk.reading import find_adapter
from copydesk.registry import Registry
from copydesk.settings import Settings
from copydesk.sources.lists import web_address
from copydesk.sources.markup import guess_media_type
from copydesk.sources.unpacking import Unpacked

UrlOption = Annotated[str | None, typer.Option("--url", help="Where the document was got.")]
TypeOption = Annotated[
    str | None, typer.Option("--type", metavar="MEDIA/TYPE", help="text/plain; guessed by default.")
]
EncodingOption = Annotated[
    str | None, typer.Option("--encoding", help="Encoding of the bytes; UTF-8 by default.")
]


def adapter_for(registry: Registry, outlet: str | None, document: Document) -> type[Outlet] | None:
    """The adapter that was asked for, else the one for the document's address."""
    if outlet is None:
        return find_adapter(document, registry)
    try:
        return registry.get(outlet)
    except UnknownOutlet as error:
        usage(str(error))


def read_input(
    source: str,
    url: str | None,
    media_type: str | None,
    encoding: str | None,
    stated: Settings,
) -> Document:
    """Get one document; ends the command where there is none to get."""
    kind = _TYPES.get(media_type or "", media_type)
    if source == "-":
        content = sys.stdin.buffer.read(MAX_BYTES + 1)
        origin = None
    elif source.startswith(("http://", "https://")):
        if url is not None:
            usage("--url is for a file; an address says itself where it is")
        return ingesting.fetched([source], stated, kind, encoding)[0]
    else:
        content = read_file(Path(source))
        origin = paths.to_text(source)
    content = unpacked(content, origin or "-")
    if url is not None and web_address(None, url) is None:
        usage(f"--url {url}: is no http or https address")
    return Document(content, kind or guess_media_type(content), url, encoding, None, origin)


def unpacked(content: bytes, subject: str) -> bytes:
    """What is in bytes that are gzip, else the bytes. Raises SourceError, or DocumentTooLarge."""
    return Unpacked(io.BytesIO(content), subject, MAX_BYTES).whole()


_TYPES = {"text": "text/plain", "html": "text/html"}


def read_file(path: Path) -> bytes:
    """The bytes of a file; ends the command where it cannot be read, raises DocumentTooLarge."""
    try:
        info = path.stat()
        if stat.S_ISDIR(info.st_mode):
            usage(f"{path}: is a folder")
        if not stat.S_ISREG(info.st_mode):
            usage(f"{path}: is no regular file")
        if info.st_size > MAX_BYTES:
            size = f"{info.st_size:,} bytes, above the limit of {MAX_BYTES:,}"
            raise DocumentTooLarge(str(path), size)
        return path.read_bytes()
    except FileNotFoundError:
        usage(f"{path}: no such file")
    except OSError as error:
        usage(f"{path}: {(error.strerror or str(error)).lower()}")
