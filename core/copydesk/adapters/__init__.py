"""Outlet adapters: what they state, and how plugins that bring them are loaded."""
