"""Write a fetched page as a fixture."""

from __future__ import annotations

import json
import re
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from copydesk.document import Document
from copydesk.errors import FixtureError, OutputError, os_message
from copydesk.sources.markup import guess_media_type

if TYPE_CHECKING:
    from copydesk.answers import FetchResult

_ENDINGS = {"text/html": ".html", "application/xhtml+xml": ".html", "text/plain": ".txt"}
_OTHER = re.compile(r"[^a-z0-9]+")
_LONGEST = 60


def stem_of(url: str) -> str:
    """Return a file stem for a URL: the words of the last part of its path, else its host."""
    parts = urlsplit(url)
    last = [p for p in parts.path.split("/") if p] or [parts.hostname or "page"]
    name = re.sub(r"\.(?:html?|php|aspx?)$", "", unquote(last[-1]).lower())
    return _OTHER.sub("-", name).strip("-")[:_LONGEST].strip("-") or "page"


def keep(folder: Path, got: FetchResult, outlet: str | None) -> Path:
    """Write a fetched page as a fixture, see `write`."""
    url = got.requested
    media_type = got.media_type
    if not media_type and guess_media_type(got.content) == "text/html":
        media_type = "text/html"
    document = Document(
        got.content, media_type, got.url, got.encoding, got.retrieved_at, requested_url=url
    )
    return write(folder, document, outlet, f"recorded from {url}")


def write(folder: Path, document: Document, outlet: str | None, made: str) -> Path:
    """Write a document and its meta.json as a fixture named after its URL; return the page's path.

    made: how the fixture was made.

    Raises FixtureError if the fixture exists or the media type is not supported, and OutputError if
    it cannot be written.
    """
    subject = document.requested_url or document.subject
    ending = _ENDINGS.get(document.media_type)
    if ending is None:
        raise FixtureError(subject, f"not a page: {document.media_type or 'no media type stated'}")
    stem = stem_of(document.requested_url or document.url or document.subject)
    page = folder / (stem + ending)
    clock = document.retrieved_at
    meta = {
        "url": document.url,
        "outlet": outlet,
        "media_type": document.media_type if document.media_type.endswith("+xml") else None,
        "encoding": document.encoding,
        "retrieved_at": clock.isoformat() if clock else None,
        "made": made,
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as undo:
            with page.open("xb") as file:
                # A page without its meta.json is not a fixture and would block the next attempt.
                undo.callback(page.unlink)
                file.write(document.content)
            beside = page.with_name(stem + ".meta.json")
            beside.write_text(json.dumps(meta, ensure_ascii=False, indent=2) + "\n", "utf-8")
            undo.pop_all()
    except FileExistsError as error:
        raise FixtureError(str(page), "exists already") from error
    except OSError as error:
        raise OutputError(str(page), os_message(error)) from error
    return page
