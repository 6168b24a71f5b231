"""Formats that show a part of an article's record: a table, and files for people."""
