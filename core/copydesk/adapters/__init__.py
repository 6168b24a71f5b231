"""Outlet adapters: what they state, and how plugins that bring them are loaded."""

from copydesk.adapters.loading import outlets_in
from copydesk.adapters.toml import outlet_from_toml

__all__ = ["outlet_from_toml", "outlets_in"]
