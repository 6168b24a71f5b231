"""Helpers without knowledge of articles: text, URLs, files, processes."""
