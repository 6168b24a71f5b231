"""The tables of wordings, read from one TOML file a language beside this module.

A file is named by its language (BCP 47), or "any" for words that many languages use. Phrases are
comparison keys (text.key). Its tables are name -> kind -> phrases:

line: phrases that are not part of the article if they are a whole line.
label: phrases that introduce the rest of the line or the lines below.
opening: first words of promotions and notices.
product: what an appeal offers.

Its lists are `appeal` (first words of appeals), `role` (jobs in a newsroom), `byline_weak`
(labels of bylines that are common words as well), `address` (how an outlet speaks to its readers
and of itself), `reported` (verbs after what somebody said) and `read_on` (links from a teaser to
the whole text).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def languages() -> tuple[dict[str, Any], ...]:
    """The content of every file, in the order of their names."""
    found = [p for p in files(__package__).iterdir() if p.name.endswith(".toml")]
    return tuple(
        tomllib.loads(path.read_text("utf-8")) for path in sorted(found, key=lambda p: p.name)
    )


def phrases(name: str) -> Iterator[str]:
    """The phrases of a list, in every language, such as "appeal"."""
    for language in languages():
        yield from language.get(name, ())


def kinds(name: str) -> dict[str, str]:
    """The phrases of a table, each with its kind: "line", "label", "opening" or "product"."""
    return {
        phrase: kind
        for language in languages()
        for kind, listed in language.get(name, {}).items()
        for phrase in listed
    }
