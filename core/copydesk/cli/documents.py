"""One document from the command line: a file, an address or standard input, and who reads it."""

from __future__ import annotations

import io
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from copydesk import paths
from copydesk.cli import ingesting
from copydesk.cli.commands import SOURCES
from copydesk.cli.common import usage
from copydesk.document import MAX_BYTES, Document
from copydesk.errors import DocumentTooLarge, UnknownOutlet, os_message

if TYPE_CHECKING:
    from copydesk.outlet import Outlet
    from copydesk.registry import Registry
    from copydesk.settings import Settings

UrlOption = Annotated[
    str | None,
    typer.Option(
        "--url", metavar="URL", help="Where the document was got.", rich_help_panel=SOURCES
    ),
]
TypeOption = Annotated[
    str | None,
    typer.Option(
        "--type",
        metavar="MEDIA/TYPE",
        help="Such as text/plain; guessed by default.",
        rich_help_panel=SOURCES,
    ),
]
EncodingOption = Annotated[
    str | None,
    typer.Option(
        "--encoding",
        metavar="NAME",
        help="Encoding of the bytes; found by default.",
        rich_help_panel=SOURCES,
    ),
]


def adapter_for(registry: Registry, outlet: str | None, document: Document) -> type[Outlet] | None:
    """The adapter that was asked for, else the one for the document's address."""
    from copydesk.reading import find_adapter

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
    from copydesk.sources.lists import web_address
    from copydesk.sources.markup import guess_media_type

    kind = _TYPES.get(media_type or "", media_type)
    if source == "-":
        content = sys.stdin.buffer.read(MAX_BYTES + 1)
        origin = None
    elif source.startswith(("http://", "https://")):
        if url is not None:
            usage("--url is for a file; an address says itself where it is")
        return ingesting.fetched([source], stated, kind, encoding)[0]
    elif not source or "://" in source:
        usage(f"{source!r}: is neither a file nor an http or https address")
    else:
        content = read_file(Path(source))
        origin = paths.to_text(source)
    content = unpacked(content, origin or "-")
    if url is not None and web_address(None, url) is None:
        usage(f"--url {url}: is no http or https address")
    return Document(content, kind or guess_media_type(content), url, encoding, None, origin)


def unpacked(content: bytes, subject: str) -> bytes:
    """What is in bytes that are gzip, else the bytes. Raises SourceError, or DocumentTooLarge."""
    from copydesk.sources.unpacking import Unpacked

    return Unpacked(io.BytesIO(content), subject, MAX_BYTES).whole()


_TYPES = {"text": "text/plain", "html": "text/html"}


def read_file(path: Path) -> bytes:
    """The bytes of a file; ends the command where it cannot be read, raises DocumentTooLarge."""
    try:
        info = path.stat()
        if stat.S_ISDIR(info.st_mode):
            usage(f"{path}: is a folder; copydesk ingest reads folders")
        if not stat.S_ISREG(info.st_mode):
            usage(f"{path}: is no regular file")
        if info.st_size > MAX_BYTES:
            size = f"{info.st_size:,} bytes, above the limit of {MAX_BYTES:,}"
            raise DocumentTooLarge(str(path), size)
        return path.read_bytes()
    except FileNotFoundError:
        usage(f"{path}: no such file")
    except OSError as error:
        usage(f"{path}: {os_message(error)}")
