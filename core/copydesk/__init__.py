"""Ingest news: each outlet's copy goes in, one normalized article record comes out."""

from __future__ import annotations

# Nothing is imported before it is asked for: a command has to hear of an interrupt before that.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from copydesk.adapters.hookspecs import hookimpl
    from copydesk.adapters.loading import outlets_in
    from copydesk.adapters.outlet import Layout, Outlet, Page
    from copydesk.adapters.toml import outlet_from_toml
    from copydesk.api import extract
    from copydesk.errors import (
        AdapterFailure,
        AddressRefused,
        ArchiveDamage,
        BinaryDocument,
        Blocked,
        ConnectionFailed,
        CopydeskError,
        DeadlineExceeded,
        DocumentError,
        DocumentTooLarge,
        EmptyDocument,
        FetchError,
        FetchTimeout,
        FixtureError,
        HttpStatusError,
        MemoryExceeded,
        NetworkSealed,
        NotAnArticle,
        NotInSession,
        NotTextArticle,
        OutletConflict,
        OutletDefinitionError,
        OutletError,
        OutputClosed,
        OutputError,
        OutputLocked,
        PluginError,
        PluginWarning,
        RecordError,
        RedirectRefused,
        ResponseTooLarge,
        RevisionError,
        RobotsRefused,
        RobotsUnavailable,
        SourceError,
        StateError,
        TruncatedTransfer,
        UndecodableDocument,
        UndecodableTransfer,
        UnexpectedError,
        UnknownOutlet,
        UnknownSource,
        Unreadable,
        UnsupportedFormat,
        UnsupportedMediaType,
        WorkerDied,
        WorkerError,
    )
    from copydesk.model.article import Article
    from copydesk.model.document import Document
    from copydesk.rules import Line, Rule
    from copydesk.sources.base import (
        Link,
        ListingInfo,
        Skip,
        Sniff,
        Source,
        SourceFailure,
        SourceInput,
    )

__all__ = [
    "AdapterFailure",
    "AddressRefused",
    "ArchiveDamage",
    "Article",
    "BinaryDocument",
    "Blocked",
    "ConnectionFailed",
    "CopydeskError",
    "DeadlineExceeded",
    "Document",
    "DocumentError",
    "DocumentTooLarge",
    "EmptyDocument",
    "FetchError",
    "FetchTimeout",
    "FixtureError",
    "HttpStatusError",
    "Layout",
    "Line",
    "Link",
    "ListingInfo",
    "MemoryExceeded",
    "NetworkSealed",
    "NotAnArticle",
    "NotInSession",
    "NotTextArticle",
    "Outlet",
    "OutletConflict",
    "OutletDefinitionError",
    "OutletError",
    "OutputClosed",
    "OutputError",
    "OutputLocked",
    "Page",
    "PluginError",
    "PluginWarning",
    "RecordError",
    "RedirectRefused",
    "ResponseTooLarge",
    "RevisionError",
    "RobotsRefused",
    "RobotsUnavailable",
    "Rule",
    "Skip",
    "Sniff",
    "Source",
    "SourceError",
    "SourceFailure",
    "SourceInput",
    "StateError",
    "TruncatedTransfer",
    "UndecodableDocument",
    "UndecodableTransfer",
    "UnexpectedError",
    "UnknownOutlet",
    "UnknownSource",
    "Unreadable",
    "UnsupportedFormat",
    "UnsupportedMediaType",
    "WorkerDied",
    "WorkerError",
    "extract",
    "hookimpl",
    "outlet_from_toml",
    "outlets_in",
]

_WHERE = {
    "Article": "copydesk.model.article",
    "Document": "copydesk.model.document",
    "SourceFailure": "copydesk.sources.base",
    "SourceInput": "copydesk.sources.base",
    "Layout": "copydesk.adapters.outlet",
    "Link": "copydesk.sources.base",
    "ListingInfo": "copydesk.sources.base",
    "Line": "copydesk.rules",
    "Outlet": "copydesk.adapters.outlet",
    "Page": "copydesk.adapters.outlet",
    "Rule": "copydesk.rules",
    "Sniff": "copydesk.sources.base",
    "Skip": "copydesk.sources.base",
    "Source": "copydesk.sources.base",
    "extract": "copydesk.api",
    "hookimpl": "copydesk.adapters.hookspecs",
    "outlet_from_toml": "copydesk.adapters.toml",
    "outlets_in": "copydesk.adapters.loading",
}


def __getattr__(name: str) -> Any:
    """A name of the library, imported when it is asked for first."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    # What stands nowhere else is an error.
    value = getattr(import_module(_WHERE.get(name, "copydesk.errors")), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
