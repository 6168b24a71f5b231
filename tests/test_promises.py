"""What the project promises of its own sources: names, sizes, docstrings, fixtures."""

from __future__ import annotations

import ast
import inspect
import json
import re
from pathlib import Path

import pytest

import copydesk as package
from copydesk import Outlet, errors, hookspecs, plugins

ROOT = Path(__file__).resolve().parent.parent
CORE = sorted((ROOT / "core").rglob("*.py"))
PLUGINS = sorted((ROOT / "plugins").rglob("*.py"))
SOURCES = CORE + PLUGINS
OUTLETS = list(plugins.outlets_in("copydesk_outlets"))
HOOKS = [
    name for name, value in vars(hookspecs).items() if hasattr(value, f"{hookspecs.PROJECT}_spec")
]
ERRORS = [
    name
    for name, value in vars(errors).items()
    if inspect.isclass(value) and issubclass(value, (Exception, Warning))
]


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def id_of(outlet: type[Outlet]) -> str:
    return outlet.id


def test_the_sources_are_where_these_tests_look() -> None:
    assert len(CORE) > 20
    assert len(PLUGINS) >= 6
    assert len(OUTLETS) >= 5
    assert HOOKS == ["register_outlets", "register_sources"]
    assert "PluginWarning" in ERRORS


@pytest.mark.parametrize("hook", HOOKS)
@pytest.mark.parametrize("page", ["docs/hooks.md", "tests/core/test_plugins.py"])
def test_every_hook_is_described_and_tested(hook: str, page: str) -> None:
    assert re.search(rf"\b{hook}\b", (ROOT / page).read_text("utf-8"))


@pytest.mark.parametrize("name", ERRORS)
def test_every_error_can_be_imported_from_the_package(name: str) -> None:
    assert name in package.__all__
    assert getattr(package, name) is getattr(errors, name)


def test_every_error_has_a_reason_of_its_own() -> None:
    found = [getattr(errors, n) for n in ERRORS]
    reasons = [e.reason for e in found if issubclass(e, errors.CopydeskError)]
    assert len(set(reasons)) == len(reasons)
    assert all(re.fullmatch("[a-z]+(?:_[a-z]+)*", reason) for reason in reasons)


@pytest.mark.parametrize("outlet", OUTLETS, ids=id_of)
def test_every_outlet_has_a_fixture(outlet: type[Outlet]) -> None:
    folder = ROOT / "tests" / "outlets" / outlet.id
    seeds = [
        path
        for path in (ROOT / "seeds").glob("*.meta.json")
        if json.loads(path.read_text("utf-8"))["outlet"] == outlet.id
    ]
    assert seeds or list(folder.glob("*.meta.json"))


def test_every_folder_of_fixtures_is_an_outlets() -> None:
    folders = {p.name for p in (ROOT / "tests" / "outlets").iterdir() if p.is_dir()}
    assert folders <= {o.id for o in OUTLETS}


def bare_names(tree: ast.Module) -> list[str]:
    """Modules, and public classes, functions and methods, that have no docstring."""
    bare = [] if ast.get_docstring(tree) else ["module"]
    queue: list[tuple[str, ast.stmt]] = [("", node) for node in tree.body]
    while queue:
        prefix, node = queue.pop(0)
        if not isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        if node.name.startswith("_"):
            continue
        if not ast.get_docstring(node):
            bare.append(prefix + node.name)
        if isinstance(node, ast.ClassDef):
            queue += [(f"{prefix}{node.name}.", child) for child in node.body]
    return bare


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_every_public_name_has_a_docstring(path: Path) -> None:
    assert bare_names(ast.parse(path.read_text("utf-8"))) == []


def names_of(outlet: type[Outlet]) -> list[str]:
    """What a source would have to write to single an outlet out: its id, module, class, hosts."""
    module = outlet.__module__.rpartition(".")[2]
    return [outlet.id, module, outlet.__name__, *outlet.domains]


@pytest.mark.parametrize("outlet", OUTLETS, ids=id_of)
def test_core_names_no_outlet(outlet: type[Outlet]) -> None:
    names = set(names_of(outlet))
    # A hyphen or underscore continues a name, and "inkl." is German for "including".
    wanted = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    pattern = re.compile(rf"(?<![\w-])(?:{wanted})(?![\w-])(?!\.(?![a-z]))")
    found = [
        f"{relative(path)}:{number}: {line.strip()}"
        for path in CORE
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if pattern.search(line)
    ]
    assert found == []


def test_core_imports_nothing_of_the_outlets_that_ship_with_it() -> None:
    assert not [path for path in CORE if "copydesk_outlets" in path.read_text("utf-8")]
