"""The outlets that ship with copydesk: one module for an adapter, and a catalogue by country."""

from __future__ import annotations

from pathlib import Path

from copydesk import hookimpl
from copydesk.adapters import outlets_in
from copydesk.adapters.hookspecs import Register, RegisterCatalogue


@hookimpl
def register_outlets(register: Register) -> None:
    """Register every outlet of this package."""
    for outlet in outlets_in(__name__):
        register(outlet)


@hookimpl
def register_catalogues(register: RegisterCatalogue) -> None:
    """Register the catalogue of outlets."""
    register(Path(__file__).parent / "catalogue")
