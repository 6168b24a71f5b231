"""Loading of plugins from entry points, files, folders and modules."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import os
import pkgutil
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from pathlib import Path
from time import monotonic
from types import FrameType, ModuleType
from typing import Any

import pluggy

from copydesk import sources
from copydesk.adapters import hookspecs
from copydesk.adapters.discovery import Importer, Plugin, candidates, normalize
from copydesk.adapters.hookspecs import PROJECT
from copydesk.adapters.outlet import Outlet
from copydesk.adapters.registry import Registry
from copydesk.errors import CopydeskError, PluginError, PluginWarning, type_and_message
from copydesk.sinks.base import BUILT_IN
from copydesk.util import deadline, processes

HOOKS = ("register_outlets", "register_sources", "register_sinks", "register_catalogues")
"""Names of the hooks that plugins implement."""

SECONDS_VARIABLE = "COPYDESK_PLUGIN_SECONDS"
"""Environment variable: time limit for loading one plugin, in seconds; 10 by default."""

_SECONDS = 10.0


@dataclass(slots=True)
class Loaded:
    """The registry and all plugins that were found."""

    registry: Registry
    plugins: list[Plugin] = field(default_factory=list)

    def failures(self) -> list[Plugin]:
        """Return the plugins that were skipped."""
        return [p for p in self.plugins if p.error]


def load(extra: Iterable[str] = (), *, probe: bool = False) -> Loaded:
    """Load the installed plugins, then those of the drop-in folder, then the extra ones.

    Distributions, and files of a folder, are loaded in the order of their names. A plugin that
    fails or takes too long is skipped completely. The first plugin to register an id or host wins.

    Args:
        extra: paths of Python files, TOML files or folders of them, or names of modules.
        probe: load third-party plugins in another process first, so that one that exits or hangs
            is skipped. For commands, whose SIGINT handler raises nothing while plugins load.
    """
    loaded = Loaded(Registry())
    for source in reversed(sources.BUILT_IN):
        loaded.registry.add_source(source)
    for sink in BUILT_IN:
        loaded.registry.add_sink(sink)
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(hookspecs)
    found = [*candidates(extra)]
    with _Interrupts(certain=probe) as interrupts:
        failures = _probe(manager, loaded, found, interrupts) if probe else {}
        seconds = _seconds()
        for number, (plugin, importer) in enumerate(found):
            if isinstance(importer, BaseException):
                result = _skipped(plugin, importer)
            elif number in failures:
                result = _skipped(plugin, failures[number])
            else:
                result = _load(manager, loaded, plugin, importer, interrupts, seconds)
            loaded.plugins.append(result)
    return loaded


class _Interrupts:
    """Distinguishes an interrupt by the user from a KeyboardInterrupt that a plugin raises.

    Attributes:
        received: whether the user interrupted.
        certain: whether every interrupt by the user is noticed.
    """

    def __init__(self, *, certain: bool) -> None:
        self.received = False
        self.certain = certain
        self._is_handled = False

    def __enter__(self) -> _Interrupts:
        main = threading.current_thread() is threading.main_thread()
        # Only the main thread can be interrupted.
        default = signal.getsignal(signal.SIGINT) is signal.default_int_handler
        self.certain = self.certain or default or not main
        self._is_handled = main and default
        if self._is_handled:
            signal.signal(signal.SIGINT, self._handle)
        return self

    def __exit__(self, *_: object) -> None:
        if self._is_handled:
            signal.signal(signal.SIGINT, signal.default_int_handler)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        self.received = True
        signal.default_int_handler(number, frame)


def _seconds() -> float:
    try:
        return float(os.environ.get(SECONDS_VARIABLE) or _SECONDS)
    except ValueError:
        return _SECONDS


def _timeout_message(seconds: float) -> str:
    return f"took longer than {seconds:g} seconds to load; set {SECONDS_VARIABLE} to allow more"


def _probe(
    manager: pluggy.PluginManager,
    loaded: Loaded,
    found: list[tuple[Plugin, Importer | BaseException]],
    interrupts: _Interrupts,
) -> dict[int, PluginError]:
    """Load third-party plugins in another process; return errors of those that exit or hang."""
    third_party = [
        number
        for number, (plugin, importer) in enumerate(found)
        if not isinstance(importer, BaseException)
        and not (plugin.distribution and normalize(plugin.distribution) == PROJECT)
        and not plugin.name.endswith(".toml")
    ]
    failures: dict[int, PluginError] = {}
    if not third_party:
        return failures

    def work(to_read: int, to_write: int, _: int | None) -> None:
        # Discard output: plugins print again when they are loaded in the main process.
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        for number in third_party[int.from_bytes(os.read(to_read, 4)) :]:
            plugin, importer = found[number]
            assert not isinstance(importer, BaseException)
            _load(manager, loaded, plugin, importer, interrupts, seconds=None)
            os.write(to_write, b"+")

    seconds = _seconds()
    supervisor = processes.Supervisor(work)
    try:
        at = 0
        while at < len(third_party):
            pid, to_read, to_write = supervisor.start()
            os.write(to_write, at.to_bytes(4))
            while at < len(third_party):
                end = monotonic() + seconds
                if processes.receive(to_read, 1, end):
                    at += 1
                    continue
                late = monotonic() >= end
                code = supervisor.end(pid, grace=not late)
                how = "" if code is None else f" ({processes.exit_name(code)})"
                message = _timeout_message(seconds) if late else f"ends its process{how}"
                subject = found[third_party[at]][0].subject
                failures[third_party[at]] = PluginError(subject, message)
                at += 1
                break
            os.close(to_read)
            os.close(to_write)
    finally:
        supervisor.close()
    return failures


@cache
def installed() -> Loaded:
    """Load the installed plugins once and emit a PluginWarning for each one that fails."""
    loaded = load()
    for plugin in loaded.failures():
        warnings.warn(str(plugin.error), PluginWarning, stacklevel=2)
    return loaded


def outlets_in(package: str) -> Iterator[type[Outlet]]:
    """Yield the adapters of a package: all Outlet subclasses with an id that its modules define.

    They are sorted by module, then in the order of definition. Modules whose names start with "_"
    are ignored.
    """
    home = sys.modules.get(package) or importlib.import_module(package)
    for info in sorted(pkgutil.iter_modules(home.__path__), key=lambda i: i.name):
        if info.name.startswith("_"):
            continue
        yield from outlets_of(importlib.import_module(f"{package}.{info.name}"))


def outlets_of(module: ModuleType) -> Iterator[type[Outlet]]:
    """Yield the adapters that a module defines, in the order of definition."""
    for value in list(vars(module).values()):
        if (
            isinstance(value, type)
            and issubclass(value, Outlet)
            and value.__module__ == module.__name__
        ):
            if value.id:
                yield value


def file_of(outlet: type[Outlet]) -> Path | None:
    """Return the Python or TOML file that defines an adapter, or None."""
    module = sys.modules.get(outlet.__module__)
    file = getattr(module, "__file__", None)
    if file is None and outlet.__module__.endswith(".toml"):
        file = outlet.__module__
    return Path(file) if file is not None and Path(file).is_file() else None


def _load(
    manager: pluggy.PluginManager,
    loaded: Loaded,
    plugin: Plugin,
    importer: Importer,
    interrupts: _Interrupts,
    seconds: float | None,
) -> Plugin:
    """Load one plugin. If it fails, the registry stays unchanged and the plugin has an error.

    seconds: time limit, or None.
    """
    registry = loaded.registry.copy()
    key = f"{plugin.distribution}/{plugin.path}"
    refused: list[CopydeskError] = []
    callbacks = _callbacks(registry, plugin.distribution or plugin.path, refused)

    def timeout_error(_: FrameType | None) -> PluginError:
        return PluginError(plugin.subject, _timeout_message(seconds or 0.0))

    own = os.getpid()
    try:
        with contextlib.ExitStack() as stack:
            if seconds is not None:
                stack.enter_context(deadline.time_limit(seconds, timeout_error))
            _call_hooks(manager, importer(), key, plugin, callbacks)
        _check_process(own)
        if refused:
            raise refused[0]
        if interrupts.received:
            # The plugin's code caught an interrupt by the user.
            raise KeyboardInterrupt
    except BaseException as error:
        _check_process(own)
        if interrupts.received:
            raise KeyboardInterrupt from error
        if isinstance(error, KeyboardInterrupt) and not interrupts.certain:
            raise
        if manager.has_plugin(key):
            manager.unregister(name=key)
        return _skipped(plugin, error)
    before, loaded.registry = loaded.registry, registry
    ids = tuple(sorted(registry.outlets.keys() - before.outlets.keys()))
    kinds = tuple(name for name in registry.sources if name not in before.sources)
    sinks = tuple(name for name in registry.sinks if name not in before.sinks)
    folders = registry.catalogue.folders[len(before.catalogue.folders) :]
    catalogues = tuple(folder.name for folder in folders)
    return replace(plugin, outlets=ids, sources=kinds, sinks=sinks, catalogues=catalogues)


def _callbacks(
    registry: Registry, owner: str, refused: list[CopydeskError]
) -> tuple[Callable[[Any], None], ...]:
    """Return the callbacks of HOOKS, which also note what the registry refuses."""

    def noting(add: Callable[[Any], None]) -> Callable[[Any], None]:
        def register(one: Any) -> None:
            try:
                add(one)
            except CopydeskError as error:
                # The plugin's code may catch the error, but the plugin is skipped nevertheless.
                refused.append(error)
                raise

        return register

    outlets = partial(registry.register, owner=owner)
    others = (noting(registry.add_source), noting(registry.add_sink))
    return noting(outlets), *others, noting(registry.add_catalogue)


def _check_process(pid: int) -> None:
    """Exit if this process was forked by a plugin and has returned to our code."""
    if os.getpid() != pid:
        os._exit(0)


def _call_hooks(
    manager: pluggy.PluginManager,
    module: ModuleType,
    key: str,
    plugin: Plugin,
    callbacks: Sequence[Callable[[Any], None]],
) -> None:
    """Let a plugin register what it has: one callback for each of HOOKS."""
    if manager.is_registered(module):
        raise PluginError(plugin.subject, "is already loaded")
    manager.register(module, key)
    manager.check_pending()
    marked = {caller.name for caller in manager.get_hookcallers(module) or ()}
    others = [p for n, p in manager.list_name_plugin() if n != key and p]
    for hook, callback in zip(HOOKS, callbacks, strict=True):
        if hasattr(module, hook) and hook not in marked:
            raise PluginError(plugin.subject, f"{hook} is not marked with @hookimpl")
        manager.subset_hook_caller(hook, others)(register=callback)
    if not plugin.distribution and not marked:
        for outlet in outlets_of(module):
            callbacks[0](outlet)


def _skipped(plugin: Plugin, error: BaseException) -> Plugin:
    if isinstance(error, CopydeskError) and error.subject in (plugin.subject, plugin.path):
        text = error.message
    elif isinstance(error, CopydeskError):
        text = str(error)
    else:
        text = type_and_message(error)
    plugin_error = PluginError(plugin.subject, " ".join(text.split()))
    plugin_error.__cause__ = error
    return replace(plugin, error=plugin_error)
