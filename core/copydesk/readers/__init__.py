"""Readers, one for each media type: they turn a Document into a Draft."""
