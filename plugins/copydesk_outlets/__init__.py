"""The outlets that ship with copydesk: one module each."""

from __future__ import annotations

from copydesk import hookimpl
from copydesk.adapters import outlets_in
from copydesk.adapters.hookspecs import Register


@hookimpl
def register_outlets(register: Register) -> None:
    """Register every outlet of this package."""
    for outlet in outlets_in(__name__):
        register(outlet)
