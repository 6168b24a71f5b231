"""The Valley Gazette, an invented outlet with a rule of its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

from copydesk import Outlet, Rule, hookimpl
from copydesk.sinks import Sink


class Gazette(Outlet):
    """Its copy ends with a bell line, which is no part of the story."""

    id = "gazette"
    name = "The Valley Gazette"
    domains = ("gazette.example",)
    country = "GB"
    language = "en"
    timezone = "Europe/London"
    rules = (Rule.line(r"🔔 .+", "newsletter_promo", name="bell"),)


@hookimpl
def register_outlets(register: Callable[[type[Outlet]], None]) -> None:
    """Register the outlet."""
    register(Gazette)


class Bulletin:
    """A file with a line for each article: its id, revision, headline and text."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8")

    def add(self, line: bytes) -> None:
        """Write one article."""
        record = json.loads(line)
        json.dump([record.get(name) for name in FIELDS], self._file)
        self._file.write("\n")

    def close(self) -> None:
        """Complete the file."""
        self._file.close()


FIELDS = ("id", "revision", "headline", "text")


def read(path: Path) -> Iterator[bytes]:
    """Yield each article with the fields that it has."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            found = dict(zip(FIELDS, json.loads(line), strict=True))
            yield json.dumps({"schema_version": "2", **found}).encode() + b"\n"


@hookimpl
def register_sinks(register: Callable[[Sink], None]) -> None:
    """Register the format."""
    register(
        Sink(name="bulletin", suffixes=(".bulletin",), open=Bulletin, read=read, fields=FIELDS)
    )
