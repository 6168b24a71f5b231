"""The registry of adapters, by id and host, of sources, of sinks and of the catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from copydesk.adapters.catalogue import Catalogue, CatalogueEntry
from copydesk.adapters.outlet import Outlet
from copydesk.errors import (
    OutletConflict,
    OutletDefinitionError,
    OutputError,
    PluginError,
    RecordError,
    SourceError,
    UnknownOutlet,
)
from copydesk.sinks.base import JSON_LINES, Sink
from copydesk.sources.base import Source
from copydesk.util.text import did_you_mean
from copydesk.util.urls import host_of, parents

KnownOutlet = type[Outlet] | CatalogueEntry
"""An adapter, or an outlet of the catalogue, whose pages are read without one."""


def adapter_of(outlet: KnownOutlet | None) -> type[Outlet] | None:
    """Return an outlet if it is an adapter, else None."""
    return outlet if isinstance(outlet, type) else None


@dataclass(slots=True, kw_only=True)
class Registry:
    """The registered adapters, sources and sinks. The first adapter for an id or host wins."""

    outlets: dict[str, type[Outlet]] = field(default_factory=dict)
    hosts: dict[str, type[Outlet]] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    """Distribution or file that registered each outlet id, for messages."""
    sources: dict[str, Source] = field(default_factory=dict)
    """The sources by name, in the order in which they are tried."""
    sinks: dict[str, Sink] = field(default_factory=dict)
    """The sinks by name."""
    catalogue: Catalogue = field(default_factory=Catalogue)
    """Outlets by name and address. An adapter for an id or host precedes its entry."""

    def register(self, outlet: type[Outlet], owner: str = "this process") -> None:
        """Register an adapter.

        Raises:
            OutletDefinitionError: the adapter is incomplete or not an Outlet subclass.
            OutletConflict: its id or host belongs to another adapter.
        """
        if not (isinstance(outlet, type) and issubclass(outlet, Outlet)):
            raise OutletDefinitionError(repr(outlet), "is not an Outlet subclass")
        name = f"{outlet.__module__}.{outlet.__qualname__}"
        for attribute in ("id", "name"):
            if not getattr(outlet, attribute):
                raise OutletDefinitionError(name, f"{attribute} is missing")
        if outlet.id == GENERIC:
            raise OutletDefinitionError(name, f"id {GENERIC!r} is reserved")
        if (other := self.outlets.get(outlet.id)) and other is not outlet:
            raise OutletConflict(name, f"id {outlet.id!r} belongs to {self._describe(other)}")
        hosts = [host for domain in outlet.domains if (host := host_of(domain))]
        for host in hosts:
            if (other := self.hosts.get(host)) and other is not outlet:
                raise OutletConflict(name, f"host {host!r} belongs to {self._describe(other)}")
        self.outlets[outlet.id] = outlet
        self.owners.setdefault(outlet.id, owner)
        self.hosts.update(dict.fromkeys(hosts, outlet))

    def add_source(self, source: Source) -> None:
        """Register a source; it is tried before those registered earlier.

        Raises PluginError if it is not a Source or its name is taken.
        """
        if not isinstance(source, Source):
            raise PluginError(repr(source), "is not a Source")
        if source.name in self.sources:
            raise PluginError(source.name, "another source has this name")
        self.sources = {source.name: source, **self.sources}

    def add_sink(self, sink: Sink) -> None:
        """Register a sink. Raises PluginError if it is not a Sink or its name or suffix is taken."""
        if not isinstance(sink, Sink):
            raise PluginError(repr(sink), "is not a Sink")
        for other in self.sinks.values():
            if sink.name == other.name or not set(other.suffixes).isdisjoint(sink.suffixes):
                raise PluginError(sink.name, f"sink {other.name!r} has this name or suffix")
        self.sinks[sink.name] = sink

    def add_catalogue(self, folder: str | Path) -> None:
        """Register a folder or file of the catalogue. Raises CatalogueError if it is missing."""
        self.catalogue = self.catalogue.with_folder(Path(folder))

    def sink_for(self, path: Path, name: str | None = None) -> Sink:
        """Return the sink of a name, else that for a file's suffix; the longest one counts.

        Raises OutputError if there is none, or if what it needs is not installed.
        """
        if name is not None:
            sink = self._named(name)
        elif not path.suffix:
            return JSON_LINES
        elif (found := self._fitting(path)) is None:
            known = [suffix for sink in self.sinks.values() for suffix in sink.suffixes]
            kind = f"unknown output format {path.suffix.lower()!r}"
            raise OutputError(str(path), f"{kind}; use one of {', '.join(known)}")
        else:
            sink = found
        if missing := sink.missing():
            raise OutputError(str(path), missing)
        return sink

    def _named(self, name: str) -> Sink:
        known = {suffix[1:]: sink for sink in self.sinks.values() for suffix in sink.suffixes}
        if sink := (self.sinks.get(name) or known.get(name)):
            return sink
        hint = did_you_mean(name, self.sinks)
        raise OutputError(f"--format {name}", f"no such format; use one of {self._formats()}{hint}")

    def _formats(self) -> str:
        return ", ".join(self.sinks)

    def _fitting(self, path: Path) -> Sink | None:
        known = {suffix: sink for sink in self.sinks.values() for suffix in sink.suffixes}
        fitting = [suffix for suffix in known if path.name.lower().endswith(suffix)]
        return known[max(fitting, key=len)] if fitting else None

    def records_in(self, path: Path) -> Iterator[bytes | RecordError]:
        """Return the records of a file of articles, or of a folder of such files, as lines.

        The format of a file is that of its content, or else of its suffix. Raises SourceError and
        OSError, also where it is read.
        """
        if path.is_dir():
            folders = [sink for sink in self.sinks.values() if sink.folder and sink.read]
            for sink in folders:
                if any(one.suffix in sink.suffixes for one in path.iterdir()):
                    return sink.read(path)  # type: ignore[misc]
            raise SourceError(str(path), "has no files of articles")
        # Adapters are loaded without the model of the record.
        from copydesk.sinks import stored

        if stored.has_records(path):
            return stored.read_lines(path)
        sink = self._fitting(path) or JSON_LINES
        if sink.read is None:
            raise SourceError(str(path), f"cannot be read back: {sink.name} has no records")
        return sink.read(path)

    def _describe(self, outlet: type[Outlet]) -> str:
        owner = self.owners.get(outlet.id, "this process")
        return f"outlet {outlet.id!r} ({outlet.__module__}.{outlet.__qualname__}, {owner})"

    def copy(self) -> Registry:
        """Return an independent copy."""
        return Registry(
            outlets=dict(self.outlets),
            hosts=dict(self.hosts),
            owners=dict(self.owners),
            sources=dict(self.sources),
            sinks=dict(self.sinks),
            catalogue=self.catalogue,
        )

    def get(self, outlet_id: str) -> type[Outlet]:
        """Return the adapter with an id. Raises UnknownOutlet, which suggests a similar id."""
        if outlet := self.outlets.get(outlet_id):
            return outlet
        if self.catalogue.get(outlet_id):
            raise UnknownOutlet(outlet_id, "is in the catalogue of outlets, but has no adapter")
        raise UnknownOutlet(outlet_id, f"no such outlet{did_you_mean(outlet_id, self.outlets)}")

    def entry(self, outlet_id: str) -> CatalogueEntry | None:
        """Return the entry of the catalogue with an id, unless there is an adapter with that id."""
        return None if outlet_id in self.outlets else self.catalogue.get(outlet_id)

    def known(self, outlet_id: str) -> KnownOutlet:
        """Return the adapter or else the entry with an id.

        Raises UnknownOutlet, which suggests similar ids.
        """
        if outlet := self.outlets.get(outlet_id) or self.catalogue.get(outlet_id):
            return outlet
        raise UnknownOutlet(outlet_id, f"no such outlet{self.similar(outlet_id)}")

    def similar(self, outlet_id: str) -> str:
        """Return the hint with the most similar ids of adapters and entries, or an empty string."""
        ids = {*self.outlets, *(entry.id for entry in self.catalogue)}
        return did_you_mean(outlet_id, ids, most=_SUGGESTED)

    def find(self, url: str) -> type[Outlet] | None:
        """Return the adapter for a URL or host, or else for its nearest parent domain."""
        host = host_of(url)
        if host is None:
            return None
        return next((self.hosts[h] for h in parents(host) if h in self.hosts), None)

    def find_known(self, url: str) -> KnownOutlet | None:
        """Return the adapter for a URL or host, or else the entry of the catalogue."""
        if (adapter := self.find(url)) is not None:
            return adapter
        host = host_of(url)
        return self.catalogue.find(host) if host is not None else None

    def entries(self) -> Iterator[CatalogueEntry]:
        """Yield the entries of the catalogue, sorted by id, without those with an adapter's id."""
        yield from (entry for entry in self.catalogue if entry.id not in self.outlets)

    def __iter__(self) -> Iterator[type[Outlet]]:
        """Iterate over the adapters, sorted by id."""
        return iter(self.outlets[i] for i in sorted(self.outlets))


GENERIC = "generic"
"""Adapter id in records that were read without an adapter."""

# How many similar ids are suggested for an unknown one.
_SUGGESTED = 3
