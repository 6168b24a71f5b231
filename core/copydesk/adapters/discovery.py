"""Plugins that there are: installed ones, files of the drop-in folder, and those named extra."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import os
import re
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib.metadata import Distribution, EntryPoint, distributions
from pathlib import Path
from types import ModuleType

from copydesk.adapters import catalogue
from copydesk.adapters.hookspecs import PROJECT, hookimpl
from copydesk.adapters.toml import outlet_from_toml
from copydesk.errors import PluginError

LIMIT_VARIABLE = "COPYDESK_LOAD_PLUGINS"
"""Environment variable: distributions to load plugins from, comma-separated; empty for none."""

FOLDER_VARIABLE = "COPYDESK_OUTLETS"
"""Environment variable: the drop-in folder; empty for none."""

DROPIN_FIXTURES = "fixtures"
"""Subfolder of the drop-in folder with fixtures of its outlets."""

_SUFFIXES = (".py", ".toml")

Importer = Callable[[], ModuleType]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugin:
    """One plugin and what it registered.

    Attributes:
        name: of its entry point, file or module.
        distribution, version: where it comes from; empty for a file or module.
        outlets, sources, sinks, catalogues: ids and names that it registered.
        error: why it was skipped; None if it is loaded.
        folder: folder of the file, if it was found in a folder.
    """

    name: str
    distribution: str = ""
    version: str = ""
    outlets: tuple[str, ...] = ()
    error: PluginError | None = None
    sources: tuple[str, ...] = ()
    sinks: tuple[str, ...] = ()
    catalogues: tuple[str, ...] = ()
    folder: str = ""

    @property
    def origin(self) -> str:
        """Distribution and version, or the folder; empty for a single file or module."""
        return f"{self.distribution} {self.version}".strip() or self.folder

    @property
    def path(self) -> str:
        """The name, preceded by the folder if there is one."""
        return str(Path(self.folder, self.name)) if self.folder else self.name

    @property
    def subject(self) -> str:
        """Name and distribution or folder, for messages."""
        origin = self.distribution or self.folder
        return f"plugin {self.name!r}" + (f" of {origin}" if origin else "")


def candidates(extra: Iterable[str]) -> Iterator[tuple[Plugin, Importer | BaseException]]:
    """Yield all plugins in the order of loading, each with its importer or an error."""
    yield from _entry_points()
    folder = None if LIMIT_VARIABLE in os.environ else dropin_folder()
    if folder is not None and _mode(folder):
        yield from _in_folder(str(folder), is_dropin=True)
    for target in extra:
        if _is_folder(target):
            yield from _in_folder(target)
        else:
            yield Plugin(name=target), partial(_import, target)


def dropin_folder() -> Path | None:
    """Return the folder whose files are loaded automatically; it need not exist.

    This is `COPYDESK_OUTLETS`, or `copydesk/outlets` in the user's XDG configuration folder. None
    if the variable is empty or the user has no home folder.
    """
    stated = os.environ.get(FOLDER_VARIABLE)
    if stated is not None:
        return Path(stated) if stated else None
    try:
        settings = Path(os.environ.get("XDG_CONFIG_HOME", ""))
        # The XDG specification: ignore a relative path.
        base = settings if settings.is_absolute() else Path.home() / ".config"
    except RuntimeError:
        return None
    return base / "copydesk" / "outlets" if base.is_absolute() else None


def _entry_points() -> Iterator[tuple[Plugin, Importer | BaseException]]:
    limit = os.environ.get(LIMIT_VARIABLE)
    wanted = None if limit is None else {normalize(n) for n in limit.split(",") if n.strip()}
    found: dict[tuple[str, str], tuple[Distribution, EntryPoint]] = {}
    for distribution in distributions():
        name = distribution.metadata["Name"]
        if not name or (wanted is not None and normalize(name) not in wanted):
            continue
        try:
            entries = list(distribution.entry_points)
        except Exception as error:
            # Report an invalid entry_points.txt only if it may contain entries for copydesk.
            if _names_this_group(distribution):
                yield (
                    Plugin(
                        name="entry_points.txt", distribution=name, version=distribution.version
                    ),
                    error,
                )
            continue
        for entry in entries:
            if entry.group == PROJECT:
                # If a distribution is installed twice, Python imports the first one.
                found.setdefault((normalize(name), entry.name), (distribution, entry))
    for key in sorted(found):
        distribution, entry = found[key]
        name = distribution.metadata["Name"]
        yield Plugin(name=entry.name, distribution=name, version=distribution.version), entry.load


def _names_this_group(distribution: Distribution) -> bool:
    return f"[{PROJECT}]" in (distribution.read_text("entry_points.txt") or "")


def normalize(name: str) -> str:
    """Return the name of a distribution in its normal form."""
    return re.sub(r"[-_.]+", "-", name.strip()).lower()


def _in_folder(
    name: str, is_dropin: bool = False
) -> Iterator[tuple[Plugin, Importer | BaseException]]:
    """Yield each file of a folder as a plugin, sorted by name.

    is_dropin: whether it is the drop-in folder. This may be empty, and must not be writable by
    other users, since it is loaded without being named by the user.
    """

    def importer(plugin: Plugin) -> ModuleType:
        if is_dropin:
            _check_owner(plugin)
        return _import(plugin.path)

    try:
        if is_dropin:
            _check_owner(Plugin(name=name))
        files = [p for p in Path(name).iterdir() if p.suffix in _SUFFIXES and not p.is_dir()]
        # Ignore hidden files, for example of editors; "_" marks helpers, as in a package.
        files = sorted(p for p in files if not p.name.startswith((".", "_")))
        if not files and not is_dropin:
            raise PluginError(name, "contains no *.py or *.toml file")
    except (OSError, PluginError) as error:
        yield Plugin(name=name), error
        return
    for path in files:
        plugin = Plugin(name=path.name, folder=name)
        yield plugin, partial(importer, plugin)


def _mode(path: Path) -> int:
    """Return the type and permissions of a path; 0 if it is missing or not accessible."""
    try:
        return path.stat().st_mode
    except (OSError, ValueError):
        return 0


def _is_folder(target: str) -> bool:
    """Whether a target is a folder, unless it is the name of a package."""
    path = Path(target)
    is_package = os.sep not in target and _mode(path / "__init__.py")
    return stat.S_ISDIR(_mode(path)) and not is_package


def _check_owner(plugin: Plugin) -> None:
    """Raise PluginError for a file that another user could have written, if files have owners."""
    if not hasattr(os, "geteuid"):
        return
    state = Path(plugin.path).stat()
    if state.st_uid != os.geteuid():
        raise PluginError(plugin.subject, "belongs to another user")
    if state.st_mode & stat.S_IWOTH:
        raise PluginError(plugin.subject, "is writable by all users")


def _import(target: str) -> ModuleType:
    """Import a Python file by path or a module by name, or create a module from a TOML file."""
    path = Path(target)
    if path.suffix not in _SUFFIXES and os.sep not in target:
        return importlib.import_module(target)
    if not path.is_file():
        raise PluginError(target, "no such file")
    if path.suffix == ".toml":
        return _toml_module(path)
    name = f"copydesk_plugin_{re.sub(r'[^0-9A-Za-z_]', '_', path.stem)}"
    existing = sys.modules.get(name)
    if existing is not None and existing.__file__ != str(path):
        # Files with the same name in different folders are different modules.
        name += "_" + hashlib.sha256(str(path.resolve()).encode("utf-8", "replace")).hexdigest()[:8]
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise PluginError(target, "not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _toml_module(path: Path) -> ModuleType:
    """Create a module from a TOML file, which defines an adapter or is a file of a catalogue."""
    if catalogue.is_catalogue(path):
        # Unlike the files of a folder, this one was named: its faults are told at once.
        catalogue.read_file(path)
        module = ModuleType(str(path))
        setattr(module, "register_catalogues", hookimpl(lambda register: register(path)))  # noqa: B010
        return module
    outlet = outlet_from_toml(path)
    module = ModuleType(outlet.__module__)
    setattr(module, outlet.__name__, outlet)
    return module
