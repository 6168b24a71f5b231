"""Loading plugins: by entry point, file, folder or module, each one whole or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import importlib.util
import os
import pkgutil
import re
import signal
import stat
import sys
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache, partial
from importlib.metadata import Distribution, EntryPoint, distributions
from pathlib import Path
from time import monotonic
from types import FrameType, ModuleType

import pluggy

from copydesk import sources
from copydesk.adapters import hookspecs
from copydesk.adapters.hookspecs import PROJECT
from copydesk.adapters.outlet import Outlet
from copydesk.adapters.registry import Registry
from copydesk.adapters.toml import outlet_from_toml
from copydesk.errors import CopydeskError, PluginError, PluginWarning, type_and_message
from copydesk.sources.base import Source
from copydesk.util import deadline, processes

HOOKS = ("register_outlets", "register_sources")
"""Names of the hooks that plugins implement."""

LIMIT_VARIABLE = "COPYDESK_LOAD_PLUGINS"
"""Environment variable: the distributions to load plugins from, comma-separated; empty for none."""

FOLDER_VARIABLE = "COPYDESK_OUTLETS"
"""Environment variable: the drop-in folder; empty for none."""

DROPPED = "fixtures"
"""The folder in the drop-in folder where fixtures of its outlets lie."""

SECONDS_VARIABLE = "COPYDESK_PLUGIN_SECONDS"
"""Environment variable: how long one plugin may take to load, in seconds; 10 without it."""

_SUFFIXES = (".py", ".toml")
_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Plugin:
    """One plugin and what became of it.

    name: of its entry point, file or module. distribution, version: where it came from, empty for
    a file or module. outlets, sources: ids and names that it registered. error: why it was left out, None when it
    was not. folder: where it lies, for a file that was found in a folder.
    """

    name: str
    distribution: str = ""
    version: str = ""
    outlets: tuple[str, ...] = ()
    error: PluginError | None = None
    sources: tuple[str, ...] = ()
    folder: str = ""

    @property
    def origin(self) -> str:
        """Distribution and version, or the folder; empty for what was named by itself."""
        return f"{self.distribution} {self.version}".strip() or self.folder

    @property
    def path(self) -> str:
        """The name, with the folder where it was found in one."""
        return str(Path(self.folder, self.name)) if self.folder else self.name

    @property
    def subject(self) -> str:
        """Name, and distribution or folder, for messages."""
        origin = self.distribution or self.folder
        return f"plugin {self.name!r}" + (f" of {origin}" if origin else "")


@dataclass(slots=True)
class Loaded:
    """The registry, and every plugin that was found."""

    registry: Registry
    plugins: list[Plugin] = field(default_factory=list)

    def failures(self) -> list[Plugin]:
        """The plugins that were left out."""
        return [p for p in self.plugins if p.error]


def load(extra: Iterable[str] = (), *, probe: bool = False) -> Loaded:
    """Load the installed plugins, then those of the drop-in folder, then the extra ones.

    Distributions go by their names, the files of a folder by theirs. extra: paths of Python files,
    TOML files or folders of them, or names of modules. A plugin that fails or takes too long is
    rolled back whole and noted. Of two claims of an id or host the first stands. probe: load the
    plugins of others in another process first, so that one that ends or blocks its process costs
    itself alone; for commands, whose handler of interrupts raises nothing meanwhile.
    """
    loaded = Loaded(Registry())
    for source in reversed(sources.BUILT_IN):
        loaded.registry.add_source(source)
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(hookspecs)
    candidates = [*_candidates(extra)]
    with _Interrupts(certain=probe) as interrupts:
        hopeless = _probed(manager, loaded, candidates, interrupts) if probe else {}
        seconds = _seconds()
        for number, (plugin, fetch) in enumerate(candidates):
            if isinstance(fetch, BaseException):
                taken = _failed(plugin, fetch)
            elif number in hopeless:
                taken = _failed(plugin, hopeless[number])
            else:
                taken = _take(manager, loaded, plugin, fetch, interrupts, seconds)
            loaded.plugins.append(taken)
    return loaded


Fetch = Callable[[], ModuleType]


def _candidates(extra: Iterable[str]) -> Iterator[tuple[Plugin, Fetch | BaseException]]:
    """Every plugin in the order of loading, and how to import it, or why that cannot be."""
    yield from _entry_points()
    folder = None if LIMIT_VARIABLE in os.environ else dropin_folder()
    if folder is not None and _mode(folder):
        yield from _in_folder(str(folder), dropped=True)
    for target in extra:
        if _is_folder(target):
            yield from _in_folder(target)
        else:
            yield Plugin(target), partial(_import, target)


class _Interrupts:
    """Tells an interrupt by the user from one that a plugin raises.

    heard: whether the user interrupted. certain: whether a KeyboardInterrupt can only be the plugin's
    where that is not so.
    """

    def __init__(self, *, certain: bool) -> None:
        self.heard = False
        self.certain = certain
        self._noted = False

    def __enter__(self) -> _Interrupts:
        main = threading.current_thread() is threading.main_thread()
        # No other thread is ever interrupted.
        default = signal.getsignal(signal.SIGINT) is signal.default_int_handler
        self.certain = self.certain or default or not main
        self._noted = main and default
        if self._noted:
            signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(self, *_: object) -> None:
        if self._noted:
            signal.signal(signal.SIGINT, signal.default_int_handler)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.heard = True
        signal.default_int_handler(number, frame)


def _seconds() -> float:
    try:
        return float(os.environ.get(SECONDS_VARIABLE) or _SECONDS)
    except ValueError:
        return _SECONDS


def _too_long(seconds: float) -> str:
    return f"took longer than {seconds:g} seconds to load; {SECONDS_VARIABLE} can allow more"


def _probed(
    manager: pluggy.PluginManager,
    loaded: Loaded,
    candidates: list[tuple[Plugin, Fetch | BaseException]],
    interrupts: _Interrupts,
) -> dict[int, PluginError]:
    """The plugins of others that end their process or never come to an end, by their number."""
    strangers = [
        number for number, (plugin, fetch) in enumerate(candidates)
        if not isinstance(fetch, BaseException)
        and not (plugin.distribution and _normal(plugin.distribution) == PROJECT)
        and not plugin.name.endswith(".toml")
    ]  # fmt: skip
    hopeless: dict[int, PluginError] = {}
    if not strangers:
        return hopeless

    def work(to_read: int, to_write: int, _: int | None) -> None:
        # What is printed is printed once, by the plugins that are loaded for good.
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, 1)
        os.dup2(nothing, 2)
        for number in strangers[int.from_bytes(os.read(to_read, 4)) :]:
            plugin, fetch = candidates[number]
            assert not isinstance(fetch, BaseException)
            _take(manager, loaded, plugin, fetch, interrupts, seconds=None)
            os.write(to_write, b"+")

    seconds = _seconds()
    keeper = processes.Keeper(work)
    try:
        at = 0
        while at < len(strangers):
            pid, to_read, to_write = keeper.start()
            os.write(to_write, at.to_bytes(4))
            while at < len(strangers):
                end = monotonic() + seconds
                if processes.receive(to_read, 1, end):
                    at += 1
                    continue
                late = monotonic() >= end
                code = keeper.end(pid, look=not late)
                ended = (
                    "ends" if code is None else f"ends its process ({processes.exit_name(code)})"
                )
                what = _too_long(seconds) if late else ended
                subject = candidates[strangers[at]][0].subject
                hopeless[strangers[at]] = PluginError(subject, what)
                at += 1
                break
            os.close(to_read)
            os.close(to_write)
    finally:
        keeper.close()
    return hopeless


def dropin_folder() -> Path | None:
    """The folder whose files are installed by lying there, made or not; None where there is none.

    `COPYDESK_OUTLETS`, else `copydesk/outlets` in the user's folder of settings (XDG).
    """
    stated = os.environ.get(FOLDER_VARIABLE)
    if stated is not None:
        return Path(stated) if stated else None
    try:
        settings = Path(os.environ.get("XDG_CONFIG_HOME", ""))
        # The XDG specification: a relative path is to be passed over.
        base = settings if settings.is_absolute() else Path.home() / ".config"
    except RuntimeError:
        return None
    return base / "copydesk" / "outlets" if base.is_absolute() else None


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


def file_of(outlet: type[Outlet]) -> Path | None:
    """The file of Python or TOML that states an adapter; None for one that stands in no file."""
    module = sys.modules.get(outlet.__module__)
    file = getattr(module, "__file__", None)
    if file is None and outlet.__module__.endswith(".toml"):
        file = outlet.__module__
    return Path(file) if file is not None and Path(file).is_file() else None


def _entry_points() -> Iterator[tuple[Plugin, Fetch | BaseException]]:
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
                yield Plugin("entry_points.txt", name, distribution.version), error
            continue
        for entry in entries:
            if entry.group == PROJECT:
                # The first of two installations of one distribution is the one that is imported.
                found.setdefault((_normal(name), entry.name), (distribution, entry))
    for key in sorted(found):
        distribution, entry = found[key]
        name = distribution.metadata["Name"]
        yield Plugin(entry.name, name, distribution.version), entry.load


def _names_this_group(distribution: Distribution) -> bool:
    return f"[{PROJECT}]" in (distribution.read_text("entry_points.txt") or "")


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name.strip()).lower()


def _take(
    manager: pluggy.PluginManager,
    loaded: Loaded,
    plugin: Plugin,
    fetch: Fetch,
    interrupts: _Interrupts,
    seconds: float | None,
) -> Plugin:
    """Load one plugin: it is in the registry, or it has the error for which it is not.

    seconds: how long that may take, None for any time.
    """
    trial = loaded.registry.copy()
    owner = plugin.distribution or plugin.path
    before, held = set(trial.outlets), set(loaded.registry.sources)
    key = f"{plugin.distribution}/{plugin.path}"
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

    def late(_: FrameType | None) -> PluginError:
        return PluginError(plugin.subject, _too_long(seconds or 0.0))

    own = os.getpid()
    try:
        with contextlib.ExitStack() as stack:
            if seconds is not None:
                stack.enter_context(deadline.limited(seconds, late))
            module = fetch()
            _offer(manager, module, key, plugin, register, register_source)
        _check_process(own)
        if refused:
            raise refused[0]
        if interrupts.heard:
            # The plugin's code caught it, and it was not meant for that.
            raise KeyboardInterrupt
    except BaseException as error:
        _check_process(own)
        if interrupts.heard:
            raise KeyboardInterrupt from error
        if isinstance(error, KeyboardInterrupt) and not interrupts.certain:
            raise
        if manager.has_plugin(key):
            manager.unregister(name=key)
        return _failed(plugin, error)
    loaded.registry = trial
    ids = tuple(sorted(set(trial.outlets) - before))
    kinds = tuple(name for name in trial.sources if name not in held)
    return replace(plugin, outlets=ids, sources=kinds)


def _check_process(pid: int) -> None:
    """End a process that a plugin forked: it has come back into code that is not its own."""
    if os.getpid() != pid:
        os._exit(0)


def _offer(
    manager: pluggy.PluginManager,
    module: ModuleType,
    key: str,
    plugin: Plugin,
    register: Callable[[type[Outlet]], None],
    register_source: Callable[[Source], None],
) -> None:
    """Let a plugin register what it has."""
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


def _in_folder(name: str, dropped: bool = False) -> Iterator[tuple[Plugin, Fetch | BaseException]]:
    """Each file of a folder as a plugin of its own, in the order of their names.

    dropped: it is the drop-in folder, which nobody named: it may be empty, and must be safe.
    """

    def fetch(plugin: Plugin) -> ModuleType:
        if dropped:
            _check_owner(plugin)
        return _import(plugin.path)

    try:
        if dropped:
            _check_owner(Plugin(name))
        files = [p for p in Path(name).iterdir() if p.suffix in _SUFFIXES and not p.is_dir()]
        # Editors and systems leave hidden files; "_" marks a helper, as in a package of outlets.
        files = sorted(p for p in files if not p.name.startswith((".", "_")))
        if not files and not dropped:
            raise PluginError(name, "holds no *.py and no *.toml")
    except (OSError, PluginError) as error:
        yield Plugin(name), error
        return
    for path in files:
        plugin = Plugin(path.name, folder=name)
        yield plugin, partial(fetch, plugin)


def _mode(path: Path) -> int:
    """The type and permissions of what stands at a path, 0 where nothing is to be seen."""
    try:
        return path.stat().st_mode
    except (OSError, ValueError):
        return 0


def _is_folder(target: str) -> bool:
    """Whether --plugin names a folder: by its path, or by a name that is no package's."""
    path = Path(target)
    is_package = os.sep not in target and _mode(path / "__init__.py")
    return stat.S_ISDIR(_mode(path)) and not is_package


def _check_owner(plugin: Plugin) -> None:
    """Refuse what another user could have put there. Systems without owners are not asked."""
    if not hasattr(os, "geteuid"):
        return
    state = Path(plugin.path).stat()
    if state.st_uid != os.geteuid():
        raise PluginError(plugin.subject, "belongs to another user")
    if state.st_mode & stat.S_IWOTH:
        raise PluginError(plugin.subject, "can be written by every user")


def _failed(plugin: Plugin, error: BaseException) -> Plugin:
    if isinstance(error, CopydeskError) and error.subject in (plugin.subject, plugin.path):
        what = error.message
    elif isinstance(error, CopydeskError):
        what = str(error)
    else:
        what = type_and_message(error)
    fault = PluginError(plugin.subject, " ".join(what.split()))
    fault.__cause__ = error
    return replace(plugin, error=fault)


def _import(target: str) -> ModuleType:
    """Import a Python file by its path, or a module by its name; of a TOML file, make a module."""
    path = Path(target)
    if path.suffix not in _SUFFIXES and os.sep not in target:
        return importlib.import_module(target)
    if not path.is_file():
        raise PluginError(target, "no such file")
    if path.suffix == ".toml":
        outlet = outlet_from_toml(path)
        module = ModuleType(outlet.__module__)
        setattr(module, outlet.__name__, outlet)
        return module
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
