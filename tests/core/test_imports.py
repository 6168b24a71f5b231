"""What an import costs, and that the command line starts."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import distribution

import pytest

import copydesk as package

Run = Callable[..., subprocess.CompletedProcess[str]]

HEAVY = {"httpx", "rich", "jinja2", "typer", "fastwarc", "pytest", "copydesk.testing"}


@pytest.mark.parametrize(
    "statement",
    [
        "import copydesk",
        "from copydesk import Article, Layout, Outlet, Rule, extract, hookimpl",
        "import copydesk; copydesk.extract('A weir was rebuilt by hand.')",
    ],
    ids=["import", "names", "extract"],
)
def test_the_library_does_not_pull_in_what_only_commands_need(statement: str) -> None:
    code = f"{statement}\nimport sys\nprint(*({HEAVY!r} & sys.modules.keys()))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []


def test_every_name_that_is_promised_can_be_imported() -> None:
    for name in ("extract", "Article", "Outlet", "Layout", "Rule", "hookimpl"):
        assert name in package.__all__
    assert all(hasattr(package, name) for name in package.__all__)


def test_help_lists_the_commands(copydesk: Run) -> None:
    done = copydesk("--help")
    assert done.returncode == 0, done.stderr
    for command in ("replay", "extract", "explain", "outlets", "plugins", "schema", "validate"):
        assert command in done.stdout


def test_the_installed_command_is_the_module(copydesk: Run) -> None:
    (script,) = [e for e in distribution("copydesk").entry_points if e.group == "console_scripts"]
    assert (script.name, script.value) == ("copydesk", "copydesk.cli:main")
    assert copydesk("--version").stdout.startswith("copydesk ")
