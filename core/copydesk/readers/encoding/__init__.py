"""The character encoding of a document."""
