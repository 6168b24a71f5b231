"""What an article in the state says of itself besides its text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from copydesk.model.metadata import Metadata
from copydesk.readers.metadata import authors
from copydesk.readers.metadata.jsonld import clean
from copydesk.readers.state.nodes import Object

_PUBLISHED = re.compile(
    r"(?:date|first)?_?publi(?:sh(?:ed)?|cation)_?(?:at|on|date|time|from)?$|display_?date$", re.I
)
_MODIFIED = re.compile(r"(?:date|last)?_?(?:modified|updated)_?(?:at|on|date|time)?$", re.I)
_TITLE = re.compile(r"(?:headline|title)s?$", re.I)
_AUTHORS = ("authors", "author", "byline", "bylines", "credits", "writers")
_DATE = re.compile(r"[12]\d{3}-\d\d-\d\d(?:$|[T ]\d\d)")
_LONGEST = 100
_MOST_AUTHORS = 30


def add(facts: Metadata, owner: Object, place: str) -> None:
    """Add the headline, dates and authors of an article to what is stated about a page."""
    for key, value in owner.items():
        if not isinstance(value, str) or not value:
            continue
        if _DATE.match(value):
            for name, pattern in (("published", _PUBLISHED), ("modified", _MODIFIED)):
                if pattern.match(key):
                    facts.add(name, value, "state", f"{place}.{key}", value, f"state.{name}")
        elif _TITLE.match(key) and len(value) < 4 * _LONGEST:
            facts.add("headline", clean(value), "state", f"{place}.{key}", value, "state.headline")
    for key in _AUTHORS:
        names = list(dict.fromkeys(_names(owner.get(key))))
        people = [person for name in names for person in authors.parse(name)]
        if people:
            raw = "; ".join(names)
            facts.add("authors", people, "state", f"{place}.{key}", raw, "state.authors")
            return


def _names(stated: Any) -> Iterator[str]:
    """Yield the names in a text, an object with a name, or a list of these."""
    waiting = [stated]
    for _ in range(_MOST_AUTHORS):
        if not waiting:
            return
        one = waiting.pop(0)
        if isinstance(one, list):
            waiting += one[:_MOST_AUTHORS]
        elif isinstance(one, dict):
            whole = next(
                (one[key] for key in ("by", "name", "full_name", "fullName") if one.get(key)), None
            )
            parts = [one.get(key) for key in ("firstName", "lastName")]
            if whole is None and all(isinstance(part, str) for part in parts):
                whole = " ".join(map(str, parts))
            waiting.append(whole)
        elif isinstance(one, str) and (name := clean(one)) and len(name) < _LONGEST:
            yield name
