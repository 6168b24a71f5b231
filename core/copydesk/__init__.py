"""Ingest news: each outlet's copy goes in, one normalized article record comes out."""

from __future__ import annotations

from copydesk.article import Article
from copydesk.errors import (
    AdapterFailure,
    BinaryDocument,
    CopydeskError,
    DocumentError,
    DocumentTooLarge,
    EmptyDocument,
    FixtureError,
    NetworkSealed,
    NotAnArticle,
    OutletConflict,
    OutletDefinitionError,
    OutletError,
    OutputError,
    PluginError,
    PluginWarning,
    RecordError,
    UndecodableDocument,
    UnknownOutlet,
    UnsupportedMediaType,
)
from copydesk.hookspecs import hookimpl
from copydesk.outlet import Layout, Outlet, Page
from copydesk.plugins import outlets_in
from copydesk.reading import extract
from copydesk.rules import Line, Rule

__all__ = [
    "AdapterFailure",
    "Article",
    "BinaryDocument",
    "CopydeskError",
    "DocumentError",
    "DocumentTooLarge",
    "EmptyDocument",
    "FixtureError",
    "Layout",
    "Line",
    "NetworkSealed",
    "NotAnArticle",
    "Outlet",
    "OutletConflict",
    "OutletDefinitionError",
    "OutletError",
    "OutputError",
    "Page",
    "PluginError",
    "PluginWarning",
    "RecordError",
    "Rule",
    "UndecodableDocument",
    "UnknownOutlet",
    "UnsupportedMediaType",
    "extract",
    "hookimpl",
    "outlets_in",
]
