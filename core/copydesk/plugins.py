"""Loading plugins: by entry point, by file or module, each one whole or not at all."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import os
import pkgutil
import re
import sys
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import Distribution, EntryPoint, distributions
from pathlib import Path
from types import ModuleType
from typing import Any

import pluggy

from copydesk import hookspecs, sources
from copydesk.errors import CopydeskError, PluginError, PluginWarning
from copydesk.hookspecs import PROJECT
from copydesk.leads import Source
from copydesk.outlet import Outlet
from copydesk.registry import Registry

HOOKS = ("register_outlets", "register_sources")
"""Names of the hooks that plugins implement."""

LIMIT_VARIABLE = "COPYDESK_LOAD_PLUGINS"
"""Environment variable: the distributions to load plugins from, comma-separated; empty for none."""


@dataclass(frozen=True, slots=True)
class Plugin:
    """One plugin and what became of it.

    name: of its entry point, file or module. distribution, version: where it came from, empty for
    a file or module. outlets, sources: ids and names that it registered. error: why it was left out, None when it
    was not.
    """

    name: str
    distribution: str = ""
    version: str = ""
    outlets: tuple[str, ...] = ()
    error: PluginError | None = None
    sources: tuple[str, ...] = ()

    @property
    def subject(self) -> str:
        """Name and distribution, for messages."""
        return _subject(self.name, self.distribution)


@dataclass(slots=True)
class Loaded:
    """The registry, and every plugin that was found."""

    registry: Registry
    plugins: list[Plugin] = field(default_factory=list)

    def failures(self) -> list[Plugin]:
        """The plugins that were left out."""
        return [p for p in self.plugins if p.error]


def _subject(name: str, distribution: str) -> str:
    return f"plugin {name!r}" + (f" of {distribution}" if distribution else "")


def load(extra: Iterable[str] = ()) -> Loaded:
    """Load the installed plugins in the order of their distributions' names, then the extra ones.

    extra: paths of Python files or names of modules. A plugin that fails is rolled back whole and
    noted. Of two claims of an id or host the first stands.
    """
    loaded = Loaded(Registry())
    for source in reversed(sources.BUILT_IN):
        loaded.registry.add_source(source)
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(hookspecs)
    for distribution, entry in _entry_points(loaded):
        name = distribution.metadata["Name"]
        plugin = Plugin(entry.name, name, distribution.version)
        loaded.plugins.append(_take(manager, loaded, plugin, entry.load))
    for target in extra:
        loaded.plugins.append(_take(manager, loaded, Plugin(target), lambda t=target: _import(t)))
    return loaded


@cache
def installed() -> Loaded:
    """The installed plugins, loaded once; each one that failed is told by a PluginWarning."""
    loaded = load()
    for plugin in loaded.failures():
        warnings.warn(str(plugin.error), PluginWarning, stacklevel=2)
    return loaded


def outlets_in(package: str) -> Iterator[type[Outlet]]:
    """The adapters of a package: every Outlet subclass with an id that a module of it defines.

    Modules whose names start with "_" are helpers and are passed over. Order: by module, then as
    written. A new module is found without being named anywhere.
    """
    home = sys.modules.get(package) or importlib.import_module(package)
    for info in sorted(pkgutil.iter_modules(home.__path__), key=lambda i: i.name):
        if info.name.startswith("_"):
            continue
        yield from outlets_of(importlib.import_module(f"{package}.{info.name}"))


def outlets_of(module: ModuleType) -> Iterator[type[Outlet]]:
    """The adapters that a module itself defines, as written."""
    for value in list(vars(module).values()):
        if (
            isinstance(value, type)
            and issubclass(value, Outlet)
            and value.__module__ == module.__name__
        ):
            if value.id:
                yield value


def _entry_points(loaded: Loaded) -> list[tuple[Distribution, EntryPoint]]:
    limit = os.environ.get(LIMIT_VARIABLE)
    wanted = None if limit is None else {_normal(n) for n in limit.split(",") if n.strip()}
    found: dict[tuple[str, str], tuple[Distribution, EntryPoint]] = {}
    for distribution in distributions():
        name = distribution.metadata["Name"]
        if not name or (wanted is not None and _normal(name) not in wanted):
            continue
        try:
            entries = list(distribution.entry_points)
        except Exception as error:
            # A broken entry_points.txt, of this project's group or of any other.
            if _names_this_group(distribution):
                broken = Plugin("entry_points.txt", name, distribution.version)
                loaded.plugins.append(_failed(broken, error))
            continue
        for entry in entries:
            if entry.group == PROJECT:
                # The first of two installations of one distribution is the one that is imported.
                found.setdefault((_normal(name), entry.name), (distribution, entry))
    return [found[key] for key in sorted(found)]


def _names_this_group(distribution: Distribution) -> bool:
    return f"[{PROJECT}]" in (distribution.read_text("entry_points.txt") or "")


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name.strip()).lower()


def _take(manager: pluggy.PluginManager, loaded: Loaded, plugin: Plugin, fetch: Any) -> Plugin:
    trial = loaded.registry.copy()
    owner = plugin.distribution or plugin.name
    before, held = set(trial.outlets), set(loaded.registry.sources)
    key = f"{plugin.distribution}/{plugin.name}"
    refused: list[CopydeskError] = []

    def register(outlet: type[Outlet]) -> None:
        try:
            trial.register(outlet, owner)
        except CopydeskError as error:
            # Also where the plugin's own code swallows the refusal.
            refused.append(error)
            raise

    def register_source(source: Source) -> None:
        try:
            trial.add_source(source)
        except CopydeskError as error:
            refused.append(error)
            raise

    try:
        module = fetch()
        if manager.is_registered(module):
            raise PluginError(plugin.subject, "is loaded already")
        manager.register(module, key)
        manager.check_pending()
        marked = {caller.name for caller in manager.get_hookcallers(module) or ()}
        others = [p for n, p in manager.list_name_plugin() if n != key and p]
        for hook, take in zip(HOOKS, (register, register_source), strict=True):
            if hasattr(module, hook) and hook not in marked:
                raise PluginError(plugin.subject, f"{hook} is not marked with @hookimpl")
            manager.subset_hook_caller(hook, others)(register=take)
        if not plugin.distribution and not marked:
            for outlet in outlets_of(module):
                register(outlet)
        if refused:
            raise refused[0]
    except (Exception, SystemExit) as error:
        if manager.has_plugin(key):
            manager.unregister(name=key)
        return _failed(plugin, error)
    loaded.registry = trial
    ids = tuple(sorted(set(trial.outlets) - before))
    kinds = tuple(name for name in trial.sources if name not in held)
    return Plugin(plugin.name, plugin.distribution, plugin.version, ids, sources=kinds)


def _failed(plugin: Plugin, error: BaseException) -> Plugin:
    if isinstance(error, PluginError) and error.subject == plugin.subject:
        what = error.message
    elif isinstance(error, CopydeskError):
        what = str(error)
    else:
        what = f"{type(error).__name__}: {error}"
    fault = PluginError(plugin.subject, " ".join(what.split()))
    fault.__cause__ = error
    return Plugin(plugin.name, plugin.distribution, plugin.version, (), fault)


def _import(target: str) -> ModuleType:
    """Import a Python file by its path, or a module by its name."""
    path = Path(target)
    if path.suffix != ".py" and os.sep not in target:
        return importlib.import_module(target)
    if not path.is_file():
        raise PluginError(target, "no such file")
    name = f"copydesk_plugin_{re.sub(r'[^0-9A-Za-z_]', '_', path.stem)}"
    held = sys.modules.get(name)
    if held is not None and held.__file__ != str(path):
        # Files of one name in two folders are two modules.
        name += "_" + hashlib.sha256(str(path.resolve()).encode("utf-8", "replace")).hexdigest()[:8]
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise PluginError(target, "no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module
