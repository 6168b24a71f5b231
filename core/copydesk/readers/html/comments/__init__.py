"""Readers' comments on a page."""
