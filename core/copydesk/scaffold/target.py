"""Files of a new outlet: where its module and fixtures go; all are written, or none."""

from __future__ import annotations

import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path

from copydesk.adapters import loading
from copydesk.adapters.discovery import DROPIN_FIXTURES, dropin_folder
from copydesk.adapters.hookspecs import PROJECT
from copydesk.adapters.outlet import Outlet
from copydesk.errors import OutputError, os_message
from copydesk.fixtures import record
from copydesk.fixtures.store import UNREVIEWED, Fixture, canonical, outcome, stem_of
from copydesk.model.document import Document
from copydesk.reading import read
from copydesk.scaffold import source_text
from copydesk.scaffold.identity import Attribute
from copydesk.scaffold.propose import Difference
from copydesk.scaffold.source_text import Names

_ROOTS = ("plugins", "src", ".")
"""Folders of a project that may contain its import packages."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where the files of a new outlet go.

    module: path of its module.
    fixtures: folder of its fixtures.
    root: root of its own distribution, or None if it joins others.
    dropped: whether it goes to the drop-in folder, which is loaded automatically.
    """

    module: Path
    fixtures: Path
    root: Path | None = None
    dropped: bool = False

    @classmethod
    def package(cls, folder: Path, names: Names) -> Target:
        """Return the target of a distribution of its own."""
        module = folder / "src" / names.package / "__init__.py"
        return cls(module, folder / "tests" / "fixtures", folder)

    @classmethod
    def here(cls, folder: Path, names: Names) -> Target | None:
        """Return the target in a checkout, else in the drop-in folder, or None without either.

        A checkout has a pyproject.toml that names a package of outlets as a plugin.
        """
        for package in _packages(folder):
            return cls(package / f"{names.module}.py", folder / "tests" / "outlets" / names.outlet)
        dropped = dropin_folder()
        if dropped is None:
            return None
        module = dropped / f"{names.module}.py"
        return cls(module, dropped / DROPIN_FIXTURES / names.outlet, dropped=True)

    def existing(self) -> Path | None:
        """Return an existing file or folder that would be overwritten."""
        if self.root is not None:
            return self.root if self.root.exists() and not _is_empty(self.root) else None
        return next((p for p in (self.module, self.fixtures) if p.exists()), None)


def _is_empty(folder: Path) -> bool:
    """Whether a path is an empty folder."""
    try:
        return not any(folder.iterdir())
    except OSError:
        return False


def _packages(folder: Path) -> Iterator[Path]:
    """Yield the packages that a folder's pyproject.toml names as plugins."""
    try:
        project = tomllib.loads((folder / "pyproject.toml").read_text("utf-8")).get("project", {})
        named = project.get("entry-points", {}).get(PROJECT, {}).values()
    except (OSError, ValueError, AttributeError):
        return
    for module in map(str, named):
        for root in _ROOTS:
            package = folder / root / module.partition(":")[0].replace(".", "/")
            if (package / "__init__.py").is_file():
                yield package


def write(
    target: Target,
    names: Names,
    stated: Sequence[Attribute],
    differences: Sequence[Difference],
    samples: Sequence[tuple[Document, str]],
) -> list[Path]:
    """Write module, fixtures and proposed expectations; return the paths in reading order.

    samples: documents with a URL, and a description of the origin of each. Raises CopydeskError,
    and then leaves no file behind.
    """
    with tempfile.TemporaryDirectory() as made:
        draft = Path(made)
        hook = target.root is not None
        source = source_text.module(names, stated, differences, hook=hook)
        files = {target.module: source.encode()}
        if target.root is not None:
            name = next(str(one.value) for one in stated if one.name == "name")
            for path, text in source_text.distribution(names, name).items():
                files[target.root / path] = text.encode()
        outlet = _load(draft / target.module.name, source, names.outlet)
        pages = draft / "fixtures"
        pages.mkdir()
        for number, (document, how) in enumerate(samples):
            alone = record.write(draft / str(number), document, names.outlet, how)
            page = _move(alone, pages)
            expectation = _proposed_expectation(page, outlet, names.outlet)
            page.with_name(stem_of(page) + ".expected.json").write_bytes(expectation)
        for page in sorted(pages.iterdir()):
            files[target.fixtures / page.name] = page.read_bytes()
    return _write_all(files)


def _move(page: Path, folder: Path) -> Path:
    """Move a recorded page to a folder, with a number if its name exists; return the new path."""
    fixture = Fixture(page, stem_of(page))
    stems = chain([fixture.stem], (f"{fixture.stem}-{number}" for number in count(2)))
    places = (Fixture(folder / (stem + page.suffix), stem) for stem in stems)
    place = next(one for one in places if not one.meta_path.exists())
    fixture.meta_path.rename(place.meta_path)
    return page.rename(place.source)


def _load(path: Path, source: str, outlet_id: str) -> type[Outlet]:
    """Load the adapter from its source text like any other plugin."""
    path.write_text(source, "utf-8")
    loaded = loading.load([str(path)])
    for failed in loaded.failures():
        if failed.name == str(path) and failed.error is not None:
            raise failed.error
    return loaded.registry.get(outlet_id)


def _proposed_expectation(page: Path, outlet: type[Outlet], outlet_id: str) -> bytes:
    """Return the adapter's reading of a fixture as an expectation, marked as unreviewed."""
    fixture = Fixture(page, stem_of(page))
    article = read(fixture.document(fixture.meta()), outlet)[1]
    mark = f"accept it with: copydesk outlets accept {outlet_id}"
    return canonical({UNREVIEWED: mark} | outcome(article, None))


def _write_all(files: dict[Path, bytes]) -> list[Path]:
    written: list[Path] = []
    made: list[Path] = []
    try:
        for path, data in files.items():
            above = (path.parent, *path.parent.parents)
            made += reversed([folder for folder in above if not folder.exists()])
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as file:
                written.append(path)
                file.write(data)
    except BaseException as error:
        for done in written:
            with suppress(OSError):
                done.unlink()
        for folder in reversed(made):
            with suppress(OSError):
                folder.rmdir()
        if isinstance(error, OSError):
            raise OutputError(str(path), os_message(error)) from error
        raise
    return written
