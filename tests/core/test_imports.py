"""What an import costs, and that the command line starts."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from dataclasses import fields
from importlib import import_module
from importlib.metadata import distribution

import pytest
from tests.conftest import Run
from typer.testing import CliRunner

import copydesk as package
from copydesk.cli.app import Commands, app
from copydesk.cli.commands.outlets import Commands as OutletCommands
from copydesk.cli.usage import Group
from copydesk.settings import Limits

COMMANDS = {"httpx", "rich", "jinja2", "typer", "fastwarc", "pytest", "copydesk.testing"}
READING = {"pydantic", "pluggy", "selectolax", "feedparser", "chardet", "asyncio", "copydesk.rules"}
ROOT = {
    "aingest", "extract", "ingest", "Article", "Document", "Outlet", "Layout", "Rule", "Page", "hookimpl", "CopydeskError",
    "DocumentError", "FetchError", "OutletError", "OutputError", "SourceError", "__version__",
}  # fmt: skip


@pytest.mark.process
@pytest.mark.parametrize(
    ("statement", "heavy"),
    [
        ("import copydesk", COMMANDS | READING),
        ("from copydesk import *", COMMANDS),
        ("import copydesk; copydesk.extract", COMMANDS | READING),
        ("from copydesk import Outlet, Rule", COMMANDS | {"pydantic"}),
        ("import copydesk; copydesk.extract('A weir was rebuilt by hand.')", COMMANDS),
    ],
    ids=["import", "names", "extract", "adapter", "call"],
)
def test_the_library_does_not_import_what_it_does_not_need(statement: str, heavy: set[str]) -> None:
    code = f"{statement}\nimport sys\nprint(*({heavy!r} & sys.modules.keys()))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []


def test_the_root_has_the_names_that_most_programs_need_and_no_others() -> None:
    assert set(package.__all__) == ROOT
    assert all(hasattr(package, name) for name in ROOT)


def test_help_lists_the_commands(process: Run) -> None:
    done = process("--help")
    assert done.returncode == 0, done.stderr
    for command in ("replay", "extract", "explain", "outlets", "plugins", "schema", "validate"):
        assert command in done.stdout


@pytest.mark.parametrize("group", [Commands, OutletCommands], ids=lambda group: group.package)
def test_the_summaries_in_a_list_of_commands_are_the_first_lines_of_their_help(
    group: type[Group],
) -> None:
    summaries = [row for rows in group.topics.values() for row in rows.items()]
    for name, summary in summaries:
        commands = import_module(f"{group.package}.{name}").app
        (registered,) = commands.registered_commands or [commands.registered_callback]
        help_text = inspect.getdoc(registered.callback)
        assert help_text is not None
        assert help_text.splitlines()[0] == summary


def test_the_installed_command_is_the_module(process: Run) -> None:
    (script,) = [e for e in distribution("copydesk").entry_points if e.group == "console_scripts"]
    assert (script.name, script.value) == ("copydesk", "copydesk.cli:main")
    assert process("--version").stdout.startswith("copydesk ")


@pytest.mark.process
@pytest.mark.parametrize(
    "args",
    [
        ["--version"], ["--help"], ["ingest", "--help"], ["explain", "--help"], ["diff", "--help"],
        ["outlets", "check", "--help"], ["outlets", "new", "--help"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_version_and_help_import_nothing_that_reads(args: list[str]) -> None:
    # With streams of its own, the command line leaves the end of the process to the caller.
    code = (
        "import io, sys\n"
        "from copydesk.cli import main\n"
        f"sys.argv = ['copydesk', *{args!r}]\n"
        "sys.stdout = io.StringIO()\n"
        "try:\n    main()\n"
        "finally:\n    print(*sys.modules, file=sys.__stdout__)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.split())
    heavy = {
        "httpx", "jinja2", "fastwarc", "selectolax", "pluggy", "pyarrow", "rich", "copydesk.model.article"
    }  # fmt: skip
    if len(args) == 1:
        # With the options of a command, typer itself imports pydantic.
        heavy |= {"asyncio", "pydantic"}
    assert "typer" in loaded
    assert heavy & loaded == set()


@pytest.mark.parametrize(
    "args",
    [
        [], ["ingest"], ["record"], ["replay"], ["extract"], ["explain"], ["diff"], ["convert"], ["plugins"],
        ["rules"], ["schema"], ["validate"], ["outlets"], ["outlets", "new"], ["outlets", "accept"],
        ["outlets", "check"], ["outlets", "list"], ["outlets", "show"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_help_names_no_type_behind_a_flag_and_fits_eighty_columns(args: list[str]) -> None:
    done = CliRunner().invoke(app, [*args, "--help"], env={"COLUMNS": "80"})
    assert done.exit_code == 0
    assert "bool" not in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_commands_with_many_options_group_them_by_topic() -> None:
    for args in (["ingest"], ["extract"], ["explain"], ["outlets", "check"], ["record"]):
        help_page = CliRunner().invoke(app, [*args, "--help"]).stdout
        titles = [row for row in help_page.splitlines() if re.fullmatch(r"[A-Z][a-z ]+:", row)]
        assert len(titles) >= 5, args


def test_the_help_of_ingest_has_examples_and_every_limit() -> None:
    help_page = CliRunner().invoke(app, ["ingest", "--help"], env={"COLUMNS": "80"}).stdout
    assert "copydesk ingest pages -o articles.jsonl" in help_page
    for limit in fields(Limits):
        assert f"{limit.name}={limit.default}" in help_page
