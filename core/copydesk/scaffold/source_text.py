"""The source text of an adapter, and of a distribution for it."""

from __future__ import annotations

import json
import keyword
import re
from collections.abc import Sequence
from dataclasses import dataclass

from copydesk.scaffold.identity import Attribute
from copydesk.scaffold.propose import Difference

_WIDTH = 100


@dataclass(frozen=True, slots=True)
class Names:
    """Python names derived from an outlet's id: class, module, package and distribution."""

    outlet: str

    @property
    def class_name(self) -> str:
        """Class name in CapWords, starting with a letter."""
        words = "".join(w.capitalize() for w in self.outlet.split("-"))
        return words if words[0].isalpha() and not keyword.iskeyword(words) else f"Outlet{words}"

    @property
    def module(self) -> str:
        """Module name: the id with underscores, as a valid identifier."""
        name = self.outlet.replace("-", "_")
        return name if name.isidentifier() and not keyword.iskeyword(name) else f"outlet_{name}"

    @property
    def distribution(self) -> str:
        """Name of the distribution, as plugins of copydesk are called."""
        return f"copydesk-{self.outlet}"

    @property
    def package(self) -> str:
        """Name of the distribution's import package."""
        return f"copydesk_{self.outlet.replace('-', '_')}"


def module(
    names: Names,
    stated: Sequence[Attribute],
    differences: Sequence[Difference],
    *,
    hook: bool = False,
) -> str:
    """Return the source of an outlet module, with the evidence for each difference as a comment.

    hook: whether the module registers the outlet itself, as in a distribution of its own.
    """
    name = next(str(one.value) for one in stated if one.name == "name")
    lines = [f'"""{_plain(name)}, an outlet of copydesk."""', ""]
    if any(one.pattern for one in differences):
        lines += ["import re", ""]
    lines += ["from copydesk import Outlet" + ", hookimpl" * hook, "", ""]
    lines += [f"class {names.class_name}(Outlet):"]
    lines += ['    """Proposed from its pages; comments give the evidence."""', ""]
    lines += [f"    id = {_quoted(names.outlet)}"]
    for one in stated:
        lines += _assigned(one)
    lines += _fields(differences)
    if hook:
        lines += ["", "", "@hookimpl", "def register_outlets(register):"]
        lines += ['    """Register the outlet."""', f"    register({names.class_name})"]
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    """Return a text that is safe in a docstring or comment."""
    kept = "".join(c if c.isprintable() else " " for c in text.replace("\\", "").replace('"', "'"))
    return re.sub(r"\s+", " ", kept).strip(" '")


def _quoted(text: str) -> str:
    """Return a text as a string literal, with unprintable characters escaped."""
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in quoted)


def _assigned(one: Attribute) -> list[str]:
    if isinstance(one.value, str):
        return [f"    {one.name} = {_quoted(one.value)}"]
    values = [_quoted(value) for value in one.value]
    line = f"    {one.name} = ({', '.join(values)}{',' * (len(values) == 1)})"
    if len(line) <= _WIDTH:
        return [line]
    return [f"    {one.name} = (", *(f"        {value}," for value in values), "    )"]


def _fields(differences: Sequence[Difference]) -> list[str]:
    lines = []
    kinds: dict[str, list[Difference]] = {}
    for one in differences:
        if one.name == "strip":
            kinds.setdefault(one.kind, []).append(one)
        else:
            lines.append(_commented(f"    {one.name} = {_quoted(one.css)}", one))
    if not kinds:
        return lines
    lines.append("    strip = {")
    for kind, entries in kinds.items():
        if len(entries) == 1:
            lines.append(_commented(f"        {_quoted(kind)}: {_entry(entries[0])},", entries[0]))
            continue
        lines.append(f"        {_quoted(kind)}: (")
        lines += [_commented(f"            {_entry(one)},", one) for one in entries]
        lines.append("        ),")
    return [*lines, "    }"]


def _entry(one: Difference) -> str:
    if one.css:
        return _quoted(one.css)
    plain = one.pattern.isprintable() and '"' not in one.pattern and not one.pattern.endswith("\\")
    return f're.compile(r"{one.pattern}")' if plain else f"re.compile({_quoted(one.pattern)})"


def _commented(code: str, one: Difference) -> str:
    """Append a comment: the evidence, how the selector may fail, and the first matched words."""
    line = f"{code}  # {one.comment}"
    words = _plain(one.example)
    room = _WIDTH - len(line) - len(": ")
    if len(words) > room:
        words = words[: max(room - len(" ..."), 0)].rpartition(" ")[0]
        words += " ..." if words else ""
    return f"{line}: {words}" if words else line


def distribution(names: Names, name: str) -> dict[str, str]:
    """Return the files of a distribution besides module and fixtures, by path."""
    about = _quoted(f"{_plain(name)} for copydesk.")
    return {
        "pyproject.toml": _PYPROJECT.format(names=names, about=about),
        "tests/test_contract.py": _TEST.format(names=names),
        "tox.ini": _TOX,
    }


_PYPROJECT = """\
[build-system]
requires = ["hatchling>=1.27"]
build-backend = "hatchling.build"

[project]
name = "{names.distribution}"
version = "0.1.0"
description = {about}
requires-python = ">=3.11"
dependencies = ["copydesk"]

[project.entry-points.copydesk]
{names.outlet} = "{names.package}"

[dependency-groups]
test = ["copydesk[testing]"]

[tool.hatch.build.targets.wheel]
packages = ["src/{names.package}"]
"""

_TEST = '''\
"""The contract suite of copydesk for this adapter."""

from pathlib import Path

from {names.package} import {names.class_name}

from copydesk.testing import contract

Test{names.class_name} = contract({names.class_name}, Path(__file__).with_name("fixtures"))
'''

_TOX = """\
[tox]
min_version = 4.22
env_list = py

[testenv]
package = wheel
wheel_build_env = .pkg
dependency_groups = test
commands = pytest {posargs}
"""
