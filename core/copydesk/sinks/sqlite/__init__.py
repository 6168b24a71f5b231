"""An SQLite database of articles, their revisions, authors, pictures and links."""
