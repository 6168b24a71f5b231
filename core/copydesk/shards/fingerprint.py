"""A fingerprint of the adapters, sources and sinks that a process has loaded."""

from __future__ import annotations

import hashlib
import json

from copydesk.adapters.loading import Loaded
from copydesk.settings import __version__


def fingerprint(loaded: Loaded) -> str:
    """Return a hash of everything loaded that may change a record, and of what failed to load."""
    registry = loaded.registry
    facts = {
        "version": __version__,
        "outlets": {outlet.id: outlet.version() for outlet in registry},
        "hosts": {host: outlet.id for host, outlet in sorted(registry.hosts.items())},
        "catalogue": [
            (entry.id, entry.name, entry.country, entry.domains) for entry in registry.entries()
        ],
        "sources": [*registry.sources],
        "sinks": sorted(registry.sinks),
        "failures": sorted(plugin.name for plugin in loaded.failures()),
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
