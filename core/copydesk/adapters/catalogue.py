"""The catalogue: outlets that are known by name and address, most of them without an adapter."""

from __future__ import annotations

import re
import tomllib
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from copydesk.adapters.outlet import problem
from copydesk.errors import CatalogueError, CopydeskError, PluginWarning, os_message
from copydesk.util.text import did_you_mean
from copydesk.util.urls import host_of, parents

_SUFFIX = ".toml"
_TABLE = re.compile(rb"(?m)^\s*\[\[?\s*outlets\s*\]")
_FILE_KEYS = ("country", "outlets")
_TEXTS = ("id", "name", "timezone")
_LISTS = ("domains", "languages", "feeds", "news_sitemaps", "sitemaps")
_REQUIRED = ("id", "name", "domains")
_CHECKED_AS = {"news_sitemaps": "sitemaps"}


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueEntry:
    """What the catalogue says about one outlet. It has no say in how pages are read.

    Attributes:
        id: unique, kebab-case.
        name: the outlet's name in its own spelling.
        domains: hosts, the main one first; subdomains are included.
        country: ISO 3166-1 alpha-2 code.
        languages: BCP 47 tags, the main one first.
        timezone: IANA name, where it is certain.
        feeds, news_sitemaps, sitemaps: URLs.
        verified: when a feed or sitemap was last fetched with success, None if never.
        origin: the file that has the entry.
    """

    id: str
    name: str
    domains: tuple[str, ...]
    country: str
    origin: str
    languages: tuple[str, ...] = ()
    timezone: str | None = None
    feeds: tuple[str, ...] = ()
    news_sitemaps: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    verified: date | None = None

    def lists(self) -> tuple[str, ...]:
        """Return what `ingest` reads for the id: the feeds, or else the sitemaps, those of news first.

        Empty if the entry has none; then the home page says what there is.
        """
        return tuple(dict.fromkeys(self.feeds or (*self.news_sitemaps, *self.sitemaps)))

    @property
    def home(self) -> str:
        """URL of the home page."""
        return f"https://{self.domains[0]}/"


@dataclass(frozen=True, slots=True)
class _Index:
    """The entries by id and by host, and what was left out."""

    entries: dict[str, CatalogueEntry] = field(default_factory=dict)
    hosts: dict[str, CatalogueEntry] = field(default_factory=dict)
    problems: list[CopydeskError] = field(default_factory=list)

    def add(self, entry: CatalogueEntry) -> None:
        """Add an entry unless its id or a host is taken."""
        hosts = [host for domain in entry.domains if (host := host_of(domain))]
        other = self.entries.get(entry.id)
        what = f"id {entry.id!r}"
        for host in hosts if other is None else ():
            if other := self.hosts.get(host):
                what = f"host {host!r}"
                break
        if other is not None:
            message = f"{entry.id}: {what} belongs to {other.id!r} of {other.origin}"
            self.problems.append(CatalogueError(entry.origin, message))
            return
        self.entries[entry.id] = entry
        self.hosts.update(dict.fromkeys(hosts, entry))


@dataclass(frozen=True)
class Catalogue:
    """The entries of TOML files. The files are read when an entry is first asked for.

    Attributes:
        folders: of files, or single ones, in the order in which they were registered; the first
            entry of an id or host stands.
    """

    folders: tuple[Path, ...] = ()

    def with_folder(self, folder: Path) -> Catalogue:
        """Return a catalogue with one more folder or file. Raises CatalogueError if it is missing."""
        if not folder.exists():
            raise CatalogueError(str(folder), "no such folder")
        return self if folder in self.folders else Catalogue((*self.folders, folder))

    def get(self, outlet_id: str) -> CatalogueEntry | None:
        """Return the entry with an id, or None."""
        return self._index.entries.get(outlet_id)

    def find(self, host: str) -> CatalogueEntry | None:
        """Return the entry for a host, or else for its nearest parent domain."""
        hosts = self._index.hosts
        return next((hosts[one] for one in parents(host) if one in hosts), None)

    def __iter__(self) -> Iterator[CatalogueEntry]:
        """Iterate over the entries, sorted by id."""
        entries = self._index.entries
        return iter(entries[one] for one in sorted(entries))

    @property
    def problems(self) -> list[CopydeskError]:
        """What was left out because it is invalid or conflicts with another entry."""
        return self._index.problems

    @cached_property
    def _index(self) -> _Index:
        index = _Index()
        for path in (file for folder in self.folders for file in _files(folder)):
            try:
                for entry in read_file(path):
                    index.add(entry)
            except CatalogueError as error:
                index.problems.append(error)
        for one in index.problems:
            warnings.warn(f"left out of the catalogue: {one}", PluginWarning, stacklevel=2)
        return index


def is_catalogue(path: Path) -> bool:
    """Whether a TOML file is one of a catalogue: it has a table of outlets, which no adapter has."""
    try:
        return _TABLE.search(path.read_bytes()) is not None
    except OSError:
        return False


def _files(folder: Path) -> list[Path]:
    if folder.is_file():
        return [folder]
    return sorted(
        path for path in folder.glob(f"*{_SUFFIX}") if not path.name.startswith((".", "_"))
    )


def read_file(path: Path) -> list[CatalogueEntry]:
    """Read the entries of one file. Raises CatalogueError, which names the file and the entry."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise CatalogueError(str(path), os_message(error)) from error
    except (ValueError, RecursionError) as error:
        raise CatalogueError(str(path), f"invalid TOML: {error}") from error
    _check_keys(path, "", data, _FILE_KEYS)
    country, outlets = data.get("country"), data.get("outlets", [])
    if country is None:
        raise CatalogueError(str(path), "country is missing")
    if fault := problem("country", country):
        raise CatalogueError(str(path), f"country: {fault}")
    if not isinstance(outlets, list) or not all(isinstance(one, dict) for one in outlets):
        raise CatalogueError(str(path), "outlets: must be an array of tables")
    return [_entry(path, number, country, one) for number, one in enumerate(outlets, 1)]


def _entry(path: Path, number: int, country: str, table: dict[str, Any]) -> CatalogueEntry:
    """Check one table of a file and return its entry."""
    where = f"{table.get('id') or f'outlet {number}'}: "
    _check_keys(path, where, table, (*_TEXTS, *_LISTS, "verified"))
    for key in _REQUIRED:
        if not table.get(key):
            raise CatalogueError(str(path), f"{where}{key} is missing")
    for key in _LISTS:
        if not isinstance(table.get(key, []), list):
            raise CatalogueError(str(path), f"{where}{key}: must be an array")
    for key, value in table.items():
        if fault := _fault(key, value):
            raise CatalogueError(str(path), f"{where}{key}: {fault}")
    values: dict[str, Any] = {
        key: tuple(one) if isinstance(one, list) else one for key, one in table.items()
    }
    return CatalogueEntry(country=country, origin=str(path), **values)


def _fault(key: str, value: Any) -> str | None:
    """Why the value of a key is invalid; None if it is not."""
    if key == "verified":
        return None if type(value) is date else f"must be a date, not {value!r}"
    if key == "languages":
        return next((fault for tag in value if (fault := problem("language", tag))), None)
    return problem(_CHECKED_AS.get(key, key), value)


def _check_keys(path: Path, where: str, table: dict[str, Any], known: tuple[str, ...]) -> None:
    for key in table:
        if key not in known:
            message = f"{where}unknown key {key!r}{did_you_mean(key, known)}"
            raise CatalogueError(str(path), message)
