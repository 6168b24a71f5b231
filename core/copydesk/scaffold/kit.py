"""A new outlet on disk: where its module and fixtures go, and writing them whole or not at all."""

from __future__ import annotations

import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path

from copydesk import fixtures, plugins, recording
from copydesk.document import Document
from copydesk.errors import OutputError, os_message
from copydesk.hookspecs import PROJECT
from copydesk.outlet import Outlet
from copydesk.plugins import DROPPED
from copydesk.reading import read
from copydesk.scaffold import writing
from copydesk.scaffold.identity import Stated
from copydesk.scaffold.proposal import Difference
from copydesk.scaffold.writing import Names

_ROOTS = ("plugins", "src", ".")
"""Where the import packages of a distribution may lie."""


@dataclass(frozen=True, slots=True)
class Home:
    """Where an outlet's files go.

    module: the path of its module. fixtures: the folder of its fixtures. root: of a distribution
    of its own, None where it joins others. dropped: whether it is installed by lying there.
    """

    module: Path
    fixtures: Path
    root: Path | None = None
    dropped: bool = False

    @classmethod
    def package(cls, folder: Path, names: Names) -> Home:
        """In a distribution of its own."""
        module = folder / "src" / names.package / "__init__.py"
        return cls(module, folder / "tests" / "fixtures", folder)

    @classmethod
    def here(cls, folder: Path, names: Names) -> Home | None:
        """In the checkout of outlets at a folder, else where outlets are dropped in; None for neither.

        A checkout is known by its pyproject.toml, which names the package of its outlets as a plugin.
        """
        for package in _packages(folder):
            return cls(package / f"{names.module}.py", folder / "tests" / "outlets" / names.outlet)
        dropped = plugins.dropin_folder()
        if dropped is None:
            return None
        module = dropped / f"{names.module}.py"
        return cls(module, dropped / DROPPED / names.outlet, dropped=True)

    def taken(self) -> Path | None:
        """What is there already that would be written over."""
        if self.root is not None:
            return self.root if self.root.exists() and not _is_empty(self.root) else None
        return next((p for p in (self.module, self.fixtures) if p.exists()), None)


def _is_empty(folder: Path) -> bool:
    """Whether it is a folder that holds nothing."""
    try:
        return not any(folder.iterdir())
    except OSError:
        return False


def _packages(folder: Path) -> Iterator[Path]:
    """The packages below a folder that its pyproject.toml names as plugins."""
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
    home: Home,
    names: Names,
    stated: Sequence[Stated],
    differences: Sequence[Difference],
    samples: Sequence[tuple[Document, str]],
) -> list[Path]:
    """Write module, fixtures and proposed expectations; the paths, in the order to look at them.

    samples: documents with their addresses set, and how each came to be. Raises CopydeskError, and
    then nothing is left behind.
    """
    with tempfile.TemporaryDirectory() as made:
        draft = Path(made)
        hook = home.root is not None
        source = writing.module(names, stated, differences, hook=hook)
        files = {home.module: source.encode()}
        if home.root is not None:
            name = next(str(one.value) for one in stated if one.name == "name")
            for path, text in writing.distribution(names, name).items():
                files[home.root / path] = text.encode()
        outlet = _loaded(draft / home.module.name, source, names.outlet)
        pages = draft / "fixtures"
        pages.mkdir()
        for number, (document, how) in enumerate(samples):
            alone = recording.write(draft / str(number), document, names.outlet, how)
            page = _moved(alone, pages)
            expectation = _proposed(page, outlet, names.outlet)
            page.with_name(fixtures.stem_of(page) + ".expected.json").write_bytes(expectation)
        for page in sorted(pages.iterdir()):
            files[home.fixtures / page.name] = page.read_bytes()
    return _put(files)


def _moved(page: Path, folder: Path) -> Path:
    """Move a recorded page to others, numbered where one of them has its name; the new path."""
    fixture = fixtures.Fixture(page, fixtures.stem_of(page))
    stems = chain([fixture.stem], (f"{fixture.stem}-{number}" for number in count(2)))
    places = (fixtures.Fixture(folder / (stem + page.suffix), stem) for stem in stems)
    place = next(one for one in places if not one.meta_path.exists())
    fixture.meta_path.rename(place.meta_path)
    return page.rename(place.source)


def _loaded(path: Path, source: str, outlet_id: str) -> type[Outlet]:
    """The adapter that a source text makes, loaded as any other."""
    path.write_text(source, "utf-8")
    loaded = plugins.load([str(path)])
    for failed in loaded.failures():
        if failed.name == str(path) and failed.error is not None:
            raise failed.error
    return loaded.registry.get(outlet_id)


def _proposed(page: Path, outlet: type[Outlet], outlet_id: str) -> bytes:
    """What the adapter makes of a fixture, marked as seen by nobody."""
    fixture = fixtures.Fixture(page, fixtures.stem_of(page))
    article = read(fixture.document(fixture.meta()), outlet)[1]
    mark = f"accept it with: copydesk outlets accept {outlet_id}"
    return fixtures.canonical({fixtures.UNREVIEWED: mark} | fixtures.outcome(article, None))


def _put(files: dict[Path, bytes]) -> list[Path]:
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
