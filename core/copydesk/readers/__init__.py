"""Readers: one for each media type, from Document to Draft."""
