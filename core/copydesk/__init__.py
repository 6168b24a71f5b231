"""Ingest news: each outlet's copy goes in, one normalized article record comes out."""

from __future__ import annotations

# Everything is imported lazily, so that commands handle interrupts from the start.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from copydesk.adapters.hookspecs import hookimpl
    from copydesk.adapters.outlet import Layout, Outlet, Page
    from copydesk.api import extract
    from copydesk.errors import (
        CopydeskError,
        DocumentError,
        FetchError,
        OutletError,
        OutputError,
        SourceError,
    )
    from copydesk.model.article import Article
    from copydesk.model.document import Document
    from copydesk.rules.rule import Rule
    from copydesk.runs.iterate import aingest, ingest
    from copydesk.settings import __version__

__all__ = [
    "Article",
    "CopydeskError",
    "Document",
    "DocumentError",
    "FetchError",
    "Layout",
    "Outlet",
    "OutletError",
    "OutputError",
    "Page",
    "Rule",
    "SourceError",
    "__version__",
    "aingest",
    "extract",
    "hookimpl",
    "ingest",
]

_MODULES = {
    "Article": "model.article",
    "Document": "model.document",
    "Layout": "adapters.outlet",
    "Outlet": "adapters.outlet",
    "Page": "adapters.outlet",
    "Rule": "rules.rule",
    "__version__": "settings",
    "aingest": "runs.iterate",
    "extract": "api",
    "hookimpl": "adapters.hookspecs",
    "ingest": "runs.iterate",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"{__name__}.{_MODULES.get(name, 'errors')}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
