"""Which outlet reads a document: adapters by id and by host."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from copydesk.adapters.outlet import Outlet
from copydesk.errors import OutletConflict, OutletDefinitionError, PluginError, UnknownOutlet
from copydesk.sources.base import Source
from copydesk.util.text import did_you_mean
from copydesk.util.urls import host_of, parents


@dataclass(slots=True)
class Registry:
    """The adapters that are known; the first claim of an id or host stands."""

    outlets: dict[str, type[Outlet]] = field(default_factory=dict)
    hosts: dict[str, type[Outlet]] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    """Outlet id -> who registered it, for messages."""
    sources: dict[str, Source] = field(default_factory=dict)
    """The kinds of input by name, the one that is asked first first."""

    def register(self, outlet: type[Outlet], owner: str = "this process") -> None:
        """Take an adapter in.

        Raises OutletDefinitionError for what is no complete adapter, OutletConflict for an id or
        host that another one has claimed.
        """
        if not (isinstance(outlet, type) and issubclass(outlet, Outlet)):
            raise OutletDefinitionError(repr(outlet), "is no Outlet class")
        name = f"{outlet.__module__}.{outlet.__qualname__}"
        for attribute in ("id", "name"):
            if not getattr(outlet, attribute):
                raise OutletDefinitionError(name, f"{attribute} is missing")
        if outlet.id == GENERIC:
            raise OutletDefinitionError(name, f"id {GENERIC!r} is the reading without an adapter")
        if (holder := self.outlets.get(outlet.id)) and holder is not outlet:
            raise OutletConflict(name, f"id {outlet.id!r} belongs to {self._who(holder)}")
        hosts = [host for domain in outlet.domains if (host := host_of(domain))]
        for host in hosts:
            if (holder := self.hosts.get(host)) and holder is not outlet:
                raise OutletConflict(name, f"host {host!r} belongs to {self._who(holder)}")
        self.outlets[outlet.id] = outlet
        self.owners.setdefault(outlet.id, owner)
        self.hosts.update(dict.fromkeys(hosts, outlet))

    def add_source(self, source: Source) -> None:
        """Take a source in; it is asked before those that were there.

        Raises PluginError for what is no source, or has the name of another.
        """
        if not isinstance(source, Source):
            raise PluginError(repr(source), "is no Source")
        if source.name in self.sources:
            raise PluginError(source.name, "is the name of another source")
        self.sources = {source.name: source, **self.sources}

    def _who(self, outlet: type[Outlet]) -> str:
        owner = self.owners.get(outlet.id, "this process")
        return f"outlet {outlet.id!r} ({outlet.__module__}.{outlet.__qualname__}, {owner})"

    def copy(self) -> Registry:
        """A registry of its own with the same adapters."""
        return Registry(dict(self.outlets), dict(self.hosts), dict(self.owners), dict(self.sources))

    def get(self, outlet_id: str) -> type[Outlet]:
        """The adapter of an id. Raises UnknownOutlet, which names the nearest id."""
        if outlet := self.outlets.get(outlet_id):
            return outlet
        raise UnknownOutlet(outlet_id, f"no such outlet{did_you_mean(outlet_id, self.outlets)}")

    def find(self, url: str) -> type[Outlet] | None:
        """The adapter for a URL or host: the exact host, then its parent domains, nearest first."""
        host = host_of(url)
        if host is None:
            return None
        return next((self.hosts[h] for h in parents(host) if h in self.hosts), None)

    def __iter__(self) -> Iterator[type[Outlet]]:
        """The adapters in the order of their ids."""
        return iter(self.outlets[i] for i in sorted(self.outlets))


GENERIC = "generic"
"""The adapter id of a reading without an adapter."""
