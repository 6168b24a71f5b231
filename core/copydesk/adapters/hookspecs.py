"""The hooks that a plugin can implement."""

from __future__ import annotations

from typing import Protocol

import pluggy

from copydesk.adapters.outlet import Outlet
from copydesk.sources.base import Source

PROJECT = "copydesk"
"""Name of the pluggy project and of the entry-point group."""

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)
"""Marks a function of a plugin as the implementation of a hook."""


class Register(Protocol):
    """Takes an adapter class into the registry; raises OutletError when it is refused."""

    def __call__(self, outlet: type[Outlet]) -> None:
        """Register one adapter."""


@hookspec
def register_outlets(register: Register) -> None:
    """Call register once for each outlet adapter of the plugin."""


class RegisterSource(Protocol):
    """Takes a source into the registry; raises PluginError when it is refused."""

    def __call__(self, source: Source) -> None:
        """Register one source."""


@hookspec
def register_sources(register: RegisterSource) -> None:
    """Call register once for each kind of input of the plugin; the later is asked before the earlier."""
