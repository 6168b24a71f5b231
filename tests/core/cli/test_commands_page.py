"""Help and docs/commands.md: the same commands in the same groups, each with examples."""

from __future__ import annotations

import re
import shlex
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import typer

from copydesk.cli.app import Commands, app
from copydesk.cli.commands.outlets import Commands as OutletCommands
from copydesk.cli.usage import Group

DOCS = Path(__file__).resolve().parents[3] / "docs"
PAGE = (DOCS / "commands.md").read_text("utf-8")


def commands_of(group: type[Group], *words: str) -> dict[str, Any]:
    """The commands of a group and of the groups in it, by the words that call them."""
    found: dict[str, Any] = {}
    for rows in group.topics.values():
        for name in rows:
            module = import_module(f"{group.package}.{name}")
            if name == "outlets":
                found |= commands_of(OutletCommands, *words, name)
            else:
                found[" ".join(("copydesk", *words, name))] = typer.main.get_command(module.app)
    return found


COMMANDS = commands_of(Commands)


def section_of(command: str) -> str:
    """The part of the page about a command, and the parts and pages to which it refers."""
    (found,) = re.findall(rf"(?ms)^### [^\n]*\b{command}\b[^\n]*\n.*?(?=^###? )", PAGE)
    others = [section_of(f"copydesk {n}") for n in re.findall(r"those of `(\w+)`", found)]
    linked = re.findall(r"\]\(([\w-]+\.md)", found)
    return "".join([found, *others, *((DOCS / name).read_text("utf-8") for name in linked)])


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_a_command_ends_with_examples_of_it(command: str) -> None:
    lines = [part for part in COMMANDS[command].epilog.split("\n\n") if "copydesk " in part]
    assert lines
    assert all(line.startswith(f"{command} ") for line in lines)
    known = {name for param in COMMANDS[command].params for name in param.opts}
    used = [word for line in lines for word in shlex.split(line.split("|")[0]) if word[0] == "-"]
    assert {word for word in used if word != "-"} <= known


@pytest.mark.parametrize("command", COMMANDS)
def test_the_page_has_every_command_and_names_its_options(command: str) -> None:
    options = [
        max(param.opts, key=len)
        for param in COMMANDS[command].params
        if param.param_type_name == "option"
    ]
    section = section_of(command)
    assert [name for name in options if not re.search(rf"{name}\b", section)] == []


def test_each_command_of_the_page_has_an_example() -> None:
    parts = re.findall(r"(?ms)^### (copydesk [^\n]+)\n(.*?)(?=^###? )", PAGE)
    shown = re.compile(r"(?ms)^```(?:console|text)\n(?:\$ )?copydesk ")
    assert [title for title, text in parts if not shown.search(text)] == []


def test_the_page_has_the_groups_of_the_help_in_their_order() -> None:
    titles = re.findall(r"(?m)^## (.+)$", PAGE)
    assert [title for title in titles if title in Commands.topics] == list(Commands.topics)
    for title, rows in Commands.topics.items():
        part = PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]
        assert set(rows) == set(re.findall(r"copydesk (\w+)", "".join(re.findall("### .*", part))))


def test_a_long_example_is_continued_by_a_backslash() -> None:
    from typer.testing import CliRunner

    page = CliRunner().invoke(app, ["ingest", "--help"], env={"COLUMNS": "80"}).stdout
    joined = re.sub(r" \\\n +", " ", page)
    assert "--contact me@echo.example\n" in joined
    assert joined.count("  copydesk ingest ") == 4
