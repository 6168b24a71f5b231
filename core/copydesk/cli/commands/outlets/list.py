"""The command `outlets list`: adapters and the catalogue of outlets, with filters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from copydesk.cli.options import PluginOption, load, separated, usage_error
from copydesk.cli.output import listing, to_stderr
from copydesk.cli.usage import FILTERS, Command, examples, flag, option

if TYPE_CHECKING:
    from copydesk.adapters.registry import Registry

app = typer.Typer(add_completion=False)

_HEAD = ("ID", "NAME", "DOMAINS", "COUNTRY", "LANGUAGES", "ADAPTER", "VERIFIED")
_NOTHING = "-"
_COUNTRY = re.compile("[A-Z]{2}")

WordsArgument = Annotated[
    list[str] | None,
    typer.Argument(metavar="WORD", help="Outlets with all words in the id, name or domains."),
]
CountryOption = Annotated[
    list[str] | None,
    option("--country", "CODE,...", "Outlets of these countries, such as GB.", FILTERS),
]
LanguageOption = Annotated[
    list[str] | None,
    option("--language", "TAG,...", "Outlets in these languages, such as en.", FILTERS),
]
AdapterOption = Annotated[
    bool | None,
    flag("--adapter/--no-adapter", "Outlets that have an adapter, or have none.", FILTERS),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listed:
    """One outlet of the list; verified is None for an adapter, which the catalogue does not have."""

    id: str
    name: str
    domains: tuple[str, ...]
    country: str | None
    languages: tuple[str, ...]
    has_adapter: bool
    verified: str | None = None

    @property
    def row(self) -> tuple[str, ...]:
        cells = (
            self.id,
            self.name,
            ", ".join(self.domains),
            self.country,
            ", ".join(self.languages),
            "yes" if self.has_adapter else "no",
            self.verified,
        )
        return tuple(cell or _NOTHING for cell in cells)


@app.command(
    "list",
    cls=Command,
    epilog=examples(
        "copydesk outlets list --country GB,IE --language en",
        "copydesk outlets list guardian",
        "copydesk outlets list --adapter --plugin echo.py",
    ),
)
def list_outlets(
    words: WordsArgument = None,
    country: CountryOption = None,
    language: LanguageOption = None,
    adapter: AdapterOption = None,
    plugin: PluginOption = None,
) -> None:
    """List the outlets: adapters, and the catalogue of outlets that are known by name."""
    countries = {one.upper() for one in separated(country)}
    for one in countries:
        if not _COUNTRY.fullmatch(one):
            usage_error(f"--country {one}: not an ISO 3166-1 code such as GB")
    languages = {one.casefold() for one in separated(language)}
    wanted = [word.casefold() for word in words or ()]
    found = [
        one.row
        for one in _outlets(load(plugin).registry)
        if (not countries or one.country in countries)
        and (not languages or any(_is_in(tag, languages) for tag in one.languages))
        and (adapter is None or one.has_adapter == adapter)
        and _has(one, wanted)
    ]
    if not found:
        to_stderr("no such outlet")
        raise typer.Exit(1)
    listing(_HEAD, found)


def _outlets(registry: Registry) -> Iterator[_Listed]:
    """Yield the adapters and the entries of the catalogue, sorted by id."""
    listed = [
        _Listed(
            id=outlet.id,
            name=outlet.name,
            domains=outlet.domains,
            country=outlet.country,
            languages=(outlet.language,) if outlet.language else (),
            has_adapter=True,
        )
        for outlet in registry
    ]
    listed += [
        _Listed(
            id=entry.id,
            name=entry.name,
            domains=entry.domains,
            country=entry.country,
            languages=entry.languages,
            # The adapter of another id may read its pages.
            has_adapter=registry.find(entry.domains[0]) is not None,
            verified=entry.verified.isoformat() if entry.verified else "no",
        )
        for entry in registry.entries()
    ]
    yield from sorted(listed, key=lambda one: one.id)


def _is_in(tag: str, languages: set[str]) -> bool:
    """Whether a language tag, or its language alone, is among those wanted."""
    return tag.casefold() in languages or tag.split("-")[0].casefold() in languages


def _has(one: _Listed, words: list[str]) -> bool:
    text = " ".join((one.id, one.name, *one.domains)).casefold()
    return all(word in text for word in words)
