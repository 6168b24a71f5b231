"""Adapters of a git revision, and the reading of a stored set with them and the current ones."""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import BinaryIO

from copydesk.adapters.loading import Loaded, file_of, outlets_of
from copydesk.adapters.outlet import Outlet
from copydesk.adapters.registry import Registry
from copydesk.adapters.toml import outlet_from_toml
from copydesk.errors import FixtureError, OutletDefinitionError, RevisionError, os_message
from copydesk.fixtures import store
from copydesk.model.document import Document
from copydesk.model.outcomes import Accepted, Rejected
from copydesk.runs import inputs
from copydesk.sources.base import Link
from copydesk.workers.isolated import read_document

# No prompts, and no fetching of objects that a partial clone does not have.
_ENVIRONMENT = {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1"}


class Revision:
    """The adapters of one git revision; close it after use, and do not use them afterwards.

    name: a revision as git accepts it. An adapter is loaded with the Python files of its folder at
    that revision; absolute imports and copydesk itself are the current ones.
    """

    def __init__(self, name: str) -> None:
        if not name.strip() or name.startswith("-"):
            raise RevisionError(name or "revision", "is not a revision name")
        self._name = name
        self._folder = tempfile.TemporaryDirectory(prefix="copydesk-revision-")
        self._adapters: dict[str, type[Outlet]] = {}
        self._packages: dict[Path, str] = {}

    def close(self) -> None:
        """Unload the adapters and delete their files."""
        for package in self._packages.values():
            for name in [n for n in sys.modules if n == package or n.startswith(f"{package}.")]:
                del sys.modules[name]
        self._folder.cleanup()

    def adapter(self, outlet: type[Outlet]) -> type[Outlet]:
        """Return the adapter with the same id at the revision. Raises RevisionError if there is none."""
        if outlet.id not in self._adapters:
            self._adapters[outlet.id] = self._adapter(outlet)
        return self._adapters[outlet.id]

    def _adapter(self, outlet: type[Outlet]) -> type[Outlet]:
        source = file_of(outlet)
        if source is None:
            raise RevisionError(outlet.id, "its adapter is not in a file")
        path = source.resolve()
        if path.suffix == ".toml":
            return self._declared(outlet.id, path)
        module = sys.modules[outlet.__module__]
        package = self._packages.get(path.parent)
        if package is None:
            parent, _, last = (module.__package__ or "").rpartition(".")
            private = f"_revision_{len(self._packages)}_{last or path.stem}"
            package = f"{parent}.{private}" if parent else private
            self._extract(path, package)
            self._packages[path.parent] = package
        subject = f"{path.name} in {self._name}"
        try:
            name = package if path.name == "__init__.py" else f"{package}.{path.stem}"
            past = importlib.import_module(name)
        except (Exception, SystemExit) as error:
            if isinstance(error, ModuleNotFoundError) and error.name == f"{package}.{path.stem}":
                raise RevisionError(str(path), f"is not in revision {self._name!r}") from error
            raise RevisionError(subject, f"cannot be imported: {error!r}") from error
        for found in outlets_of(past):
            if found.id == outlet.id:
                return found
        raise RevisionError(subject, f"does not define outlet {outlet.id!r}")

    def _declared(self, outlet_id: str, path: Path) -> type[Outlet]:
        """Load the adapter from a TOML file at the revision."""
        folder = Path(self._folder.name) / str(len(self._adapters))
        folder.mkdir()
        past = folder / path.name
        commit = self._commit(path.parent)
        try:
            past.write_bytes(self._git(path.parent, "show", f"{commit}:./{path.name}"))
        except RevisionError as error:
            raise RevisionError(str(path), f"is not in revision {self._name!r}") from error
        subject = f"{path.name} in {self._name}"
        try:
            found = outlet_from_toml(past)
        except OutletDefinitionError as error:
            raise RevisionError(subject, error.message) from error
        if found.id != outlet_id:
            raise RevisionError(subject, f"does not define outlet {outlet_id!r}")
        return found

    def _extract(self, path: Path, package: str) -> None:
        """Write the Python files of a folder at the revision, and make a package of them."""
        folder = path.parent
        commit = self._commit(folder)
        names = self._git(folder, "ls-tree", "-z", "--name-only", commit, "./").split(b"\0")
        files = [os.fsdecode(name) for name in names if name.endswith(b".py")]
        if path.name not in files:
            raise RevisionError(str(path), f"is not in revision {self._name!r}")
        target = Path(self._folder.name) / package
        target.mkdir()
        for name in files:
            (target / name).write_bytes(self._git(folder, "show", f"{commit}:./{name}"))
        start = target / "__init__.py"
        if not start.exists():
            module = ModuleType(package)
            module.__path__ = [str(target)]
            sys.modules[package] = module
            return
        spec = importlib.util.spec_from_file_location(
            package, start, submodule_search_locations=[str(target)]
        )
        assert spec is not None
        assert spec.loader is not None
        sys.modules[package] = importlib.util.module_from_spec(spec)
        try:
            spec.loader.exec_module(sys.modules[package])
        except (Exception, SystemExit) as error:
            del sys.modules[package]
            subject = f"{start.name} in {self._name}"
            raise RevisionError(subject, f"cannot be imported: {error!r}") from error

    def _commit(self, folder: Path) -> str:
        try:
            self._git(folder, "rev-parse", "--is-inside-work-tree")
        except RevisionError as error:
            if any((parent / ".git").exists() for parent in (folder, *folder.parents)):
                raise
            raise RevisionError(str(folder), "is not in a git repository") from error
        command = (
            "rev-parse",
            "--verify",
            "--quiet",
            "--end-of-options",
            f"{self._name}^{{commit}}",
        )
        try:
            return self._git(folder, *command).decode().strip()
        except RevisionError as error:
            raise RevisionError(self._name, "no such revision") from error

    def _git(self, folder: Path, *arguments: str) -> bytes:
        try:
            done = subprocess.run(
                ["git", "-C", str(folder), *arguments],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
                env={**os.environ, **_ENVIRONMENT},
            )
        except OSError as error:
            raise RevisionError("git", f"cannot be run: {os_message(error)}") from error
        if done.returncode:
            stderr = " ".join(done.stderr.decode("utf-8", "replace").split())
            raise RevisionError(f"git {arguments[0]}", stderr or f"exit code {done.returncode}")
        return done.stdout


@dataclass(slots=True)
class ReadingCounts:
    """Counts of a stored set.

    failed: documents that give no article in either reading.
    others: URLs, which are not fetched, and files that cannot be read.
    """

    documents: int = 0
    failed: int = 0
    others: int = 0


def read_twice(
    stored: str,
    revision: Revision,
    outlet: str | None,
    loaded: Loaded,
    old: BinaryIO,
    new: BinaryIO,
) -> ReadingCounts:
    """Read a stored set with the adapters of a revision and the current ones, as JSON Lines.

    stored: a page, a folder of pages or fixtures, a WARC. outlet: reads all of it; by default the
    fixture's or URL's outlet. A document without an article has a line with id, url, document and
    error. Raises RevisionError, UnknownOutlet.
    """
    registry = loaded.registry
    given = inputs.InputOptions(
        registry=registry, kinds=tuple(registry.sources.values()), packed=False
    )
    counts = ReadingCounts()
    for found in inputs.find_all([stored], given):
        if not isinstance(found, Document):
            counts.others += isinstance(found, (Link, Rejected))
            continue
        counts.documents += 1
        name = outlet or _named(found)
        adapter = registry.get(name) if name else registry.find(found.url or "")
        then = revision.adapter(adapter) if adapter else None
        lines = _line(found, then), _line(found, adapter)
        counts.failed += all(failed for _, failed in lines)
        for file, (line, _) in zip((old, new), lines, strict=True):
            file.write(line)
    return counts


def _line(document: Document, adapter: type[Outlet] | None) -> tuple[bytes, bool]:
    """Read a document; return the line of its article or error, and whether it is an error."""
    known = Registry(outlets={adapter.id: adapter}) if adapter else Registry()
    read = read_document(document, Loaded(known), adapter.id if adapter else None)
    if isinstance(read, Accepted):
        return read.line, False
    failed = {
        "id": document.subject,
        "url": document.url,
        "document": {"origin": document.origin},
        "error": {"reason": read.reason, "message": read.message},
    }
    return json.dumps(failed, ensure_ascii=False).encode("utf-8", "replace") + b"\n", True


def _named(document: Document) -> str | None:
    """Return the outlet named by a fixture's meta.json; None if there is no fixture."""
    source = Path(document.origin or "")
    fixture = store.Fixture(source, store.stem_of(source))
    try:
        return fixture.meta().outlet if fixture.meta_path.is_file() else None
    except FixtureError:
        return None
