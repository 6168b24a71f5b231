"""What the project promises of its own sources: names, errors, hooks, fixtures."""

from __future__ import annotations

import ast
import inspect
import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from copydesk import Outlet, errors
from copydesk.adapters import hookspecs, loading

ROOT = Path(__file__).resolve().parent.parent
CORE = sorted((ROOT / "core").rglob("*.py"))
PLUGINS = sorted((ROOT / "plugins").rglob("*.py"))
OUTLETS = list(loading.outlets_in("copydesk_outlets"))
HOOKS = [
    name for name, value in vars(hookspecs).items() if hasattr(value, f"{hookspecs.PROJECT}_spec")
]
ERRORS = [
    name
    for name, value in vars(errors).items()
    if inspect.isclass(value) and issubclass(value, (Exception, Warning))
]

# What the fast tests do without.
NOT_NEEDED = ("coverage", "datatrove", "hatchling", "pytest-cov", "ray")


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_the_sources_are_where_these_tests_look() -> None:
    assert len(CORE) > 20
    assert len(PLUGINS) >= 6
    assert len(OUTLETS) >= 5
    assert HOOKS == [
        "register_outlets", "register_sources", "register_sinks", "register_catalogues"
    ]  # fmt: skip
    assert "PluginWarning" in ERRORS


def test_the_lowest_versions_that_are_tested_are_those_of_the_project() -> None:
    found = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    groups = [found["project"]["dependencies"], found["dependency-groups"]["test"]]
    groups += found["project"]["optional-dependencies"].values()
    bounds = {re.sub(r"\[.*?\]|,.*", "", one) for group in groups for one in group}
    tested = re.findall(r"(?m)^([^#=\n]+)==(.+)$", (ROOT / "tests/lowest.txt").read_text("utf-8"))
    assert {f"{name}>={version}" for name, version in tested} == {
        bound for bound in bounds if ">=" in bound and not bound.startswith(NOT_NEEDED)
    }


def test_the_formatter_lays_out_every_line() -> None:
    assert [relative(p) for p in CORE + PLUGINS if "# fmt: " in p.read_text("utf-8")] == []


def test_a_function_is_short_enough_to_be_read_at_once() -> None:
    """At most 60 lines from `def` to the end; its docstring does not count."""
    found = {}
    for path in CORE + PLUGINS:
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                assert node.end_lineno is not None
                length = node.end_lineno - node.lineno + 1
                if (docstring := ast.get_docstring(node, clean=False)) is not None:
                    length -= docstring.count("\n") + 1
                if length > 60:
                    found[f"{relative(path)}:{node.name}"] = length
    assert found == {}


def test_a_package_is_small_enough_to_be_read_at_a_glance() -> None:
    modules = Counter(path.parent for path in CORE if path.stem not in ("__init__", "__main__"))
    assert modules.pop(ROOT / "core/copydesk") <= 8
    # A command has a module of its own.
    assert modules.pop(ROOT / "core/copydesk/cli/commands") <= 14
    assert {relative(folder): count for folder, count in modules.items() if count > 12} == {}


def test_a_module_has_a_name_that_says_what_is_in_it() -> None:
    vague = {"answers", "fresh", "kit", "leads", "moments", "parts", "trial", "trust"}
    assert [relative(path) for path in CORE if path.stem in vague] == []


@pytest.mark.parametrize(
    ("topic", "module"),
    [
        ("photo credits", "rules/photo_credits.py"),
        ("bylines", "rules/bylines.py"),
        ("comments", "rules/comments.py"),
        ("robots.txt", "fetching/robots.py"),
        ("retries", "fetching/retries.py"),
        ("the explain page", "explain/html_page.py"),
        ("feeds", "sources/feed.py"),
        ("the command extract", "cli/commands/extract.py"),
        ("outlets check", "cli/commands/outlets/check.py"),
    ],
)
def test_the_tree_names_the_topics(topic: str, module: str) -> None:
    assert (ROOT / "core/copydesk" / module).is_file(), topic


@pytest.mark.parametrize("page", ["docs/hooks.md", "tests/core/adapters/test_plugins.py"])
def test_every_hook_is_described_and_tested(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    assert [hook for hook in HOOKS if not re.search(rf"\b{hook}\b", text)] == []


def test_every_error_has_a_reason_of_its_own() -> None:
    found = [getattr(errors, n) for n in ERRORS]
    reasons = [e.reason for e in found if issubclass(e, errors.CopydeskError)]
    assert len(set(reasons)) == len(reasons)
    assert all(re.fullmatch("[a-z]+(?:_[a-z]+)*", reason) for reason in reasons)


def test_every_outlet_has_a_fixture() -> None:
    paths = [*(ROOT / "seeds").glob("*.meta.json"), *(ROOT / "tests/outlets").rglob("*.meta.json")]
    tested = {json.loads(path.read_text("utf-8"))["outlet"] for path in paths}
    assert {outlet.id for outlet in OUTLETS} - tested == set()


def test_every_folder_of_fixtures_is_an_outlets() -> None:
    folders = {p.name for p in (ROOT / "tests" / "outlets").iterdir() if p.is_dir()}
    assert folders <= {o.id for o in OUTLETS}


def names_of(outlet: type[Outlet]) -> list[str]:
    """What a source would have to write to single an outlet out: its id, module, class, hosts."""
    module = outlet.__module__.rpartition(".")[2]
    return [outlet.id, module, outlet.__name__, *outlet.domains]


@pytest.mark.parametrize("outlet", OUTLETS, ids=lambda outlet: outlet.id)
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


def dataclasses_in(path: Path) -> Iterator[tuple[ast.ClassDef, ast.expr]]:
    """The dataclasses of a module with their decorators."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.ClassDef):
            for decorator in node.decorator_list:
                if ast.unparse(decorator).startswith("dataclass"):
                    yield node, decorator


def test_a_dataclass_with_more_than_four_fields_takes_keywords_only() -> None:
    found = [
        f"{relative(path)}:{node.name}"
        for path in CORE
        for node, decorator in dataclasses_in(path)
        if sum(isinstance(line, ast.AnnAssign) for line in node.body) > 4
        and "kw_only=True" not in ast.unparse(decorator)
    ]
    assert found == []
