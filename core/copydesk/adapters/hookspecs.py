"""The hooks that plugins can implement."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import pluggy

from copydesk.adapters.outlet import Outlet
from copydesk.sinks.base import Sink
from copydesk.sources.base import Source

PROJECT = "copydesk"
"""Name of the pluggy project and of the entry-point group."""

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)
"""Decorator that marks a function of a plugin as a hook implementation."""


class Register(Protocol):
    """Registers an adapter class. Raises OutletError if it is invalid or conflicts with another."""

    def __call__(self, outlet: type[Outlet]) -> None:
        """Register one adapter."""


@hookspec
def register_outlets(register: Register) -> None:
    """Call `register` once for each outlet adapter of the plugin."""


class RegisterSource(Protocol):
    """Registers a source. Raises PluginError if it is invalid or its name is taken."""

    def __call__(self, source: Source) -> None:
        """Register one source."""


@hookspec
def register_sources(register: RegisterSource) -> None:
    """Call `register` once for each source of the plugin. The last one is tried first."""


class RegisterSink(Protocol):
    """Registers a sink. Raises PluginError if it is invalid or its name or suffix is taken."""

    def __call__(self, sink: Sink) -> None:
        """Register one sink."""


@hookspec
def register_sinks(register: RegisterSink) -> None:
    """Call `register` once for each sink of the plugin."""


class RegisterCatalogue(Protocol):
    """Registers a folder or file of the catalogue. Raises CatalogueError if it is missing."""

    def __call__(self, folder: str | Path) -> None:
        """Register one folder or file."""


@hookspec
def register_catalogues(register: RegisterCatalogue) -> None:
    """Call `register` once for each folder of TOML files, which are read when they are needed."""
