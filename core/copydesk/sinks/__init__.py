"""Sinks: where articles are kept."""
