"""`extract`: one document in memory to one article."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from copydesk.errors import DocumentError

if TYPE_CHECKING:
    from copydesk.adapters.outlet import Outlet
    from copydesk.model.article import Article

_MAX_URL_LENGTH = 4096


def extract(
    content: str | bytes,
    *,
    url: str | None = None,
    media_type: str | None = None,
    encoding: str | None = None,
    retrieved_at: datetime | None = None,
    outlet: str | type[Outlet] | None = None,
) -> Article:
    """Read one document into one article. Opens no socket and reads no clock.

    Args:
        content: the document itself, not its URL or path.
        url: where it was fetched; without a path it only selects the outlet. Anything other than an
            http or https URL is ignored, with a warning in the article.
        media_type: "text/plain" or "text/html"; guessed if None.
        encoding: stated encoding of bytes, as in a Content-Type header; detected if None.
        retrieved_at: when it was fetched, with UTC offset. If None, relative times such as "2 hours
            ago" are not resolved.
        outlet: an id or an Outlet subclass; selected by url if None.

    Raises:
        TypeError: content is neither str nor bytes, or encoding is given for a str.
        ValueError: retrieved_at has no UTC offset.
        DocumentError: the document cannot be read into an article.
        OutletError: the outlet is unknown, or its adapter is invalid or fails.
    """
    # The reading has its tables and patterns, which take long to import: only now.
    from copydesk import reading
    from copydesk.adapters import loading
    from copydesk.adapters.registry import KnownOutlet, Registry
    from copydesk.model.document import Document
    from copydesk.model.notices import Notice, NoticeCode
    from copydesk.readers import text as text_reader
    from copydesk.sources.url_list import web_address
    from copydesk.util.media_types import guess_media_type

    _check(content, encoding, retrieved_at)
    warnings: list[Notice] = []
    if url is not None and web_address(None, url) is None:
        message = f"{url[:100]!r} is not an http or https URL and is ignored"
        subject = url[:100].encode("utf-8", "replace").decode("utf-8")
        warnings.append(Notice(NoticeCode.URL_IGNORED, subject, message))
        url = None
    surrogates = 0
    text: str | None = None
    if isinstance(content, str):
        text = content
        content, surrogates = text_reader.encode(text)
        encoding = "utf-8"
    document = Document(
        content=content,
        media_type=media_type or guess_media_type(content),
        url=url,
        encoding=encoding,
        retrieved_at=retrieved_at,
        text=None if surrogates else text,
    )
    if isinstance(outlet, str):
        known: KnownOutlet | None = loading.installed().registry.known(outlet)
    elif outlet is not None:
        Registry().register(outlet)
        known = outlet
    else:
        known = reading.find_outlet(document, loading.installed().registry) if url else None
    return reading.read(document, known, surrogates, warnings)[1]


def _check(content: str | bytes, encoding: str | None, retrieved_at: datetime | None) -> None:
    """Raise an error for arguments that cannot be right, such as a URL in place of a document."""
    from copydesk.sources.url_list import web_address

    if not isinstance(content, str | bytes):
        kind = type(content).__name__
        raise TypeError(f"content must be str or bytes, not {kind}")
    if isinstance(content, str) and encoding is not None:
        raise TypeError("encoding is for bytes; a str is decoded already")
    if retrieved_at is not None and retrieved_at.utcoffset() is None:
        raise ValueError("retrieved_at needs a UTC offset, such as datetime.now(timezone.utc)")
    if len(content) <= _MAX_URL_LENGTH:
        name = (content if isinstance(content, str) else content.decode("latin-1")).strip()
        if web_address(None, name):
            raise DocumentError(name, "is a URL, not a document; fetch it and pass its content")
