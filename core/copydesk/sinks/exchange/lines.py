"""A file with one object of JSON per line, in the terms of another standard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from copydesk.model.article import Article
from copydesk.sinks import jsonl
from copydesk.sinks.exchange import ninjs, schema_org
from copydesk.sinks.replaced import Replacement


class Lines:
    """A file written beside the one that it replaces.

    make: returns the object of an article.
    """

    def __init__(self, path: Path, make: Callable[[Article], dict[str, Any]]) -> None:
        self._new, self._make = Replacement(path), make

    def add(self, line: bytes) -> None:
        """Write one article. Raises OSError."""
        made = self._make(Article.model_validate_json(line))
        self._new.file.write(jsonl.to_line(filled(made)))

    def close(self) -> None:
        """Complete the file and put it in its place."""
        self._new.commit()

    def discard(self) -> None:
        """Leave the old file in its place."""
        self._new.discard()


def filled(value: Any) -> Any:
    """Return a value without the parts that have none: null, an empty text or list."""
    if isinstance(value, dict):
        made = {name: filled(part) for name, part in value.items()}
        return {name: part for name, part in made.items() if part not in (None, "", [], {})}
    if isinstance(value, list):
        return [filled(part) for part in value if part is not None]
    return value


def open_schema_org(path: Path) -> Lines:
    """Open a file of NewsArticle objects."""
    return Lines(path, schema_org.news_article)


def open_ninjs(path: Path) -> Lines:
    """Open a file of ninjs objects."""
    return Lines(path, ninjs.news_object)
