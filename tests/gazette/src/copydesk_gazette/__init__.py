"""The Valley Gazette, an invented outlet with a rule of its own."""

from __future__ import annotations

from collections.abc import Callable

from copydesk import Outlet, Rule, hookimpl


class Gazette(Outlet):
    """Its copy ends with a bell line, which is no part of the story."""

    id = "gazette"
    name = "The Valley Gazette"
    domains = ("gazette.example",)
    country = "GB"
    language = "en"
    timezone = "Europe/London"
    rules = (Rule.line(r"🔔 .+", "newsletter_promo", name="bell"),)


@hookimpl
def register_outlets(register: Callable[[type[Outlet]], None]) -> None:
    """Register the outlet."""
    register(Gazette)
