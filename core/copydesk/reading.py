"""Reading: from a Document to an Article."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from copydesk import rules
from copydesk.adapters.outlet import STATED_FIELDS, Outlet, Page
from copydesk.adapters.registry import GENERIC, KnownOutlet, Registry, adapter_of
from copydesk.assembly import date_style
from copydesk.assembly.build import AssemblyContext, assemble
from copydesk.dates import printed_dates
from copydesk.errors import (
    AdapterFailure,
    CopydeskError,
    NotTextArticle,
    UnsupportedMediaType,
    describe,
)
from copydesk.model.document import Document
from copydesk.model.draft import Draft, RuleId
from copydesk.model.metadata import METHOD, OUTLET, Statement
from copydesk.model.notices import Notice, NoticeCode
from copydesk.readers import html as html_reader
from copydesk.readers import prose
from copydesk.readers import text as text_reader
from copydesk.rules.place.teasers import TEASER
from copydesk.settings import __version__
from copydesk.util.media_types import is_page
from copydesk.util.text import remove_invisible

if TYPE_CHECKING:
    from copydesk.model.article import Article


def find_outlet(document: Document, registry: Registry) -> KnownOutlet | None:
    """Return the adapter for a document's URL, or else the entry of the catalogue, or None."""
    return registry.find_known(document.url) if document.url else None


def read(
    document: Document,
    outlet: KnownOutlet | None,
    surrogates: int = 0,
    warnings: Sequence[Notice] = (),
) -> tuple[Draft, Article]:
    """Read a document and return its draft, with the role of each segment, and its article.

    Args:
        document: the document.
        outlet: the adapter; or the entry of the catalogue, which the record names; or None.
        surrogates: number of lone surrogates that were replaced.
        warnings: further warnings for the record.
    """
    adapter = adapter_of(outlet)
    draft, page = to_draft(document, adapter)
    draft.warnings.extend(warnings)
    if surrogates:
        plural = "s" * (surrogates > 1)
        message = f"{surrogates} lone surrogate{plural} replaced by U+FFFD"
        draft.warnings.append(Notice(NoticeCode.CHARACTERS_REPLACED, None, message))
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
            draft.stated += _stated(adapter, page)
        except CopydeskError:
            raise
        except Exception as error:
            raise AdapterFailure(
                adapter.id, f"a rule failed on {document.subject}: {describe(error)}"
            ) from error
    article = assemble(draft, _context(outlet, draft.layout))
    teaser = any(s.rule == TEASER for s in draft.segments)
    if not article.body and not teaser and _kind(draft.document) == "text/plain":
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


_HTML = ("text/html", "application/xhtml+xml")
MEDIA_TYPES = ("text/plain", *_HTML)
"""The media types of documents that can be read."""


def _stated(adapter: type[Outlet], page: Page) -> Iterator[Statement]:
    """Yield what the adapter's methods return; None leaves the field to the others."""
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
        if value is None:
            continue
        if problem := _problem(name, value):
            raise AdapterFailure(f"{adapter.id}.{name}", f"returned {problem}")
        if (text := remove_invisible(value)).strip():
            yield Statement(name, text, OUTLET, str(RuleId(adapter.id, name)), value, METHOD)


def _problem(name: str, value: object) -> str | None:
    """Why a method's value cannot be the field's; None if it can."""
    if not isinstance(value, str):
        return f"{value!r}, not a string or None"
    if not _is_text(value):
        return f"{value[:100]!r}, which contains a lone surrogate"
    is_date = not value.strip() or printed_dates.is_record_date(value)
    if name in ("published", "modified") and not is_date:
        return f"{value!r}, not an ISO 8601 date, or datetime with offset"
    return None


def _is_text(value: str) -> bool:
    """Whether a text can be encoded as UTF-8, that is, has no lone surrogate."""
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _context(outlet: KnownOutlet | None, layout: str | None) -> AssemblyContext:
    adapter = adapter_of(outlet)
    read_by = {"id": GENERIC, "version": __version__, "layout": None}
    if outlet is None:
        return AssemblyContext(adapter=read_by)
    named = {
        "id": outlet.id,
        "name": outlet.name,
        "domain": outlet.domains[0] if outlet.domains else None,
        "country": outlet.country,
    }
    if adapter is None:
        return AssemblyContext(adapter=read_by, outlet=named, has_adapter=False)
    return AssemblyContext(
        adapter={"id": adapter.id, "version": adapter.version(), "layout": layout},
        outlet=named,
        has_adapter=True,
        language=adapter.language,
        timezone=adapter.timezone,
    )
