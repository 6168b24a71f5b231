"""Reading a document into an article: `extract` and the steps beneath it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from copydesk import rules
from copydesk.adapters import loading
from copydesk.adapters.outlet import STATED_FIELDS, Outlet, Page
from copydesk.adapters.registry import GENERIC, Registry
from copydesk.assembly import date_style
from copydesk.assembly.build import AssemblyContext, assemble
from copydesk.dates import printed_dates, timestamps
from copydesk.errors import (
    AdapterFailure,
    CopydeskError,
    DocumentError,
    NotTextArticle,
    UnsupportedMediaType,
    describe,
)
from copydesk.model.article import Article
from copydesk.model.document import Document
from copydesk.model.draft import Draft
from copydesk.model.notices import Notice, NoticeCode
from copydesk.readers import html as html_reader
from copydesk.readers import prose
from copydesk.readers import text as text_reader
from copydesk.settings import __version__
from copydesk.sources.url_list import web_address
from copydesk.util.media_types import guess_media_type, is_page


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
    if not isinstance(content, str | bytes):
        kind = type(content).__name__
        raise TypeError(f"content must be str or bytes, not {kind}")
    if isinstance(content, str) and encoding is not None:
        raise TypeError("encoding is for bytes; a str is decoded already")
    if retrieved_at is not None and retrieved_at.utcoffset() is None:
        raise ValueError("retrieved_at needs a UTC offset, such as datetime.now(timezone.utc)")
    _reject_url(content)
    warnings = []
    if url is not None and web_address(None, url) is None:
        message = f"{url[:100]!r} is not an http or https URL and is ignored"
        subject = url[:100].encode("utf-8", "replace").decode("utf-8")
        warnings.append(Notice(NoticeCode.URL_IGNORED, subject, message))
        url = None
    surrogates = 0
    if isinstance(content, str):
        data, surrogates = text_reader.encode(content)
        encoding = "utf-8"
    else:
        data = content
    media_type = media_type or guess_media_type(data)
    document = Document(
        content=data, media_type=media_type, url=url, encoding=encoding, retrieved_at=retrieved_at
    )
    if isinstance(outlet, str):
        adapter: type[Outlet] | None = loading.installed().registry.get(outlet)
    elif outlet is not None:
        adapter = _checked(outlet)
    else:
        adapter = find_adapter(document, loading.installed().registry) if url else None
    return read(document, adapter, surrogates, warnings)[1]


def _reject_url(content: str | bytes) -> None:
    """Raise DocumentError if the content is only a URL."""
    if len(content) > _MAX_URL_LENGTH:
        return
    url = (content if isinstance(content, str) else content.decode("latin-1")).strip()
    if web_address(None, url):
        raise DocumentError(url, "is a URL, not a document; fetch it and pass its content")


_MAX_URL_LENGTH = 4096


def _checked(outlet: type[Outlet]) -> type[Outlet]:
    """Return an adapter class, checked as when it is registered."""
    Registry().register(outlet)
    return outlet


def find_adapter(document: Document, registry: Registry) -> type[Outlet] | None:
    """Return the adapter for a document's URL, or None."""
    return registry.find(document.url) if document.url else None


def read(
    document: Document,
    adapter: type[Outlet] | None,
    surrogates: int = 0,
    warnings: Sequence[Notice] = (),
) -> tuple[Draft, Article]:
    """Read a document and return its draft, with the role of each segment, and its article.

    Args:
        document: the document.
        adapter: the adapter, or None.
        surrogates: number of lone surrogates that were replaced.
        warnings: further warnings for the record.
    """
    draft, page = to_draft(document, adapter)
    draft.warnings.extend(warnings)
    if surrogates:
        plural = "s" * (surrogates > 1)
        message = f"{surrogates} lone surrogate{plural} replaced by U+FFFD"
        draft.warnings.append(Notice(NoticeCode.CHARACTERS_REPLACED, None, message))
    stated = {}
    if adapter is None:
        draft.style = date_style.detect(draft)
        rules.apply(draft)
    else:
        draft.style = date_style.detect(
            draft,
            language=adapter.language,
            country=adapter.country,
            timezone=adapter.timezone,
        )
        try:
            rules.apply(draft, adapter.line_rules(), adapter.id)
            stated = _from_attributes(adapter, draft) | _stated(adapter, page)
        except CopydeskError:
            raise
        except Exception as error:
            raise AdapterFailure(
                adapter.id, f"a rule failed on {document.subject}: {describe(error)}"
            ) from error
    article = assemble(draft, _context(adapter, stated, draft.layout))
    if not article.body and _kind(draft.document) == "text/plain":
        raise NotTextArticle(document.subject, "contains no article text")
    return draft, article


def to_draft(document: Document, adapter: type[Outlet] | None = None) -> tuple[Draft, Page]:
    """Split a document into segments. Also returns the page for field methods."""
    kind = _kind(document)
    served_as_text = kind == "text/plain" and _is_whole_page(document.content)
    if kind in _HTML or served_as_text:
        selectors = adapter.selectors() if adapter is not None else html_reader.NOTHING
        if served_as_text:
            document = replace(document, media_type="text/html")
        draft, tree = html_reader.read(document, selectors)
        if served_as_text:
            message = "this is an HTML page, although its media type is stated as text/plain"
            draft.warnings.append(Notice(NoticeCode.MEDIA_TYPE_OVERRULED, "text/plain", message))
        return draft, Page(draft.text, document.url, document, tree)
    if kind != "text/plain":
        raise UnsupportedMediaType(document.subject, f"no reader for {document.media_type!r}")
    draft = text_reader.read(document)
    if why := prose.refusal(draft.text):
        raise NotTextArticle(document.subject, why)
    return draft, Page(draft.text, document.url, document)


def _is_whole_page(content: bytes) -> bool:
    """Whether content starts like an HTML page and contains a closing tag."""
    return is_page(content[:4096]) and b"</" in content


def _kind(document: Document) -> str:
    return document.media_type.split(";")[0].strip().lower()


_HTML = frozenset(("text/html", "application/xhtml+xml"))


def _from_attributes(adapter: type[Outlet], draft: Draft) -> dict[str, str | None]:
    """Return the values that selectors found in attributes, with dates in the record's format."""
    stated: dict[str, str | None] = {}
    for name, value in draft.stated.items():
        if name in ("published", "modified"):
            now = draft.document.retrieved_at
            stated[name] = timestamps.parse(
                value, timezone=adapter.timezone, now=now, style=draft.style
            )
        elif name in STATED_FIELDS:
            stated[name] = value
    return stated


def _stated(adapter: type[Outlet], page: Page) -> dict[str, str | None]:
    stated: dict[str, str | None] = {}
    for name in STATED_FIELDS:
        method = getattr(adapter, name, None)
        if not callable(method):
            continue
        try:
            value = method(adapter(), page)
        except CopydeskError:
            raise
        except Exception as error:
            raise AdapterFailure(f"{adapter.id}.{name}", f"raised {describe(error)}") from error
        if value is not None and not isinstance(value, str):
            raise AdapterFailure(
                f"{adapter.id}.{name}", f"returned {value!r}, not a string or None"
            )
        if value is not None and not _is_text(value):
            message = f"returned {value[:100]!r}, which contains a lone surrogate"
            raise AdapterFailure(f"{adapter.id}.{name}", message)
        if value is not None and not value.strip():
            value = None
        if (
            value is not None
            and name in ("published", "modified")
            and not printed_dates.is_record_date(value)
        ):
            message = f"returned {value!r}, not an ISO 8601 date, or datetime with offset"
            raise AdapterFailure(f"{adapter.id}.{name}", message)
        stated[name] = value
    return stated


def _is_text(value: str) -> bool:
    """Whether a text can be encoded as UTF-8, that is, has no lone surrogate."""
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _context(
    adapter: type[Outlet] | None, stated: dict[str, str | None], layout: str | None
) -> AssemblyContext:
    if adapter is None:
        return AssemblyContext({"id": GENERIC, "version": __version__, "layout": None})
    domain = adapter.domains[0] if adapter.domains else None
    return AssemblyContext(
        adapter={"id": adapter.id, "version": adapter.version(), "layout": layout},
        outlet={
            "id": adapter.id,
            "name": adapter.name,
            "domain": domain,
            "country": adapter.country,
        },
        language=adapter.language,
        timezone=adapter.timezone,
        stated=stated,
    )
