"""Codes decide, words do not: warnings have documented codes, and no module reads a message."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import copydesk
from copydesk.model.notices import NoticeCode

CORE = Path(copydesk.__file__).parent
RECORD = Path(__file__).parents[2] / "docs" / "record.md"
TREES = {path: ast.parse(path.read_bytes()) for path in sorted(CORE.rglob("*.py"))}


def test_every_code_of_a_warning_is_documented_in_the_order_of_the_list() -> None:
    section = RECORD.read_text().split("\n## Warnings\n")[1].split("\n## ")[0]
    assert re.findall(r"^\| `(\w+)` ", section, re.M) == list(NoticeCode)


def test_every_code_of_a_warning_is_produced_somewhere() -> None:
    used = {
        node.attr
        for path, tree in TREES.items()
        if path.name not in ("notices.py", "profiles.py")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == NoticeCode.__name__
    }
    assert used == set(NoticeCode.__members__)


PROSE = {"message", "reason", "rule", "warning"}
PARSING = set(
    "count endswith find index partition removeprefix removesuffix rpartition rsplit split startswith".split()
)


def name_of(node: ast.expr) -> str | None:
    """The name of a variable or attribute, also inside `str()`."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Call) and name_of(node.func) == "str" and node.args:
        return name_of(node.args[0])
    return None


def parses(node: ast.AST) -> bool:
    """Whether a node looks into a message or rule, or compares one with a literal."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr in PARSING and name_of(node.func.value) in PROSE
    if isinstance(node, ast.Subscript):
        return name_of(node.value) in PROSE
    if isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        literal = any(isinstance(s, ast.Constant) and isinstance(s.value, str) for s in sides)
        if literal and {name_of(side) for side in sides} & {"message", "rule", "warning"}:
            return True
        contained = zip(node.ops, node.comparators, strict=True)
        return any(
            isinstance(op, ast.In | ast.NotIn) and name_of(s) in PROSE for op, s in contained
        )
    return False


@pytest.mark.parametrize(
    "code",
    [
        "error.message.startswith('robots')", "':' in segment.rule", "rule[:5]", "'x' == c.rule",
        "str(one.rule).partition(':')", "reason.split(' ')",
    ],
)  # fmt: skip
def test_the_search_finds_code_that_reads_messages_and_rules(code: str) -> None:
    assert any(map(parses, ast.walk(ast.parse(code))))


def test_no_module_reads_a_message_or_a_rule() -> None:
    found = [
        f"{path.relative_to(CORE)}:{getattr(node, 'lineno', 0)}: {ast.unparse(node)}"
        for path, tree in TREES.items()
        for node in ast.walk(tree)
        if parses(node)
    ]
    assert found == []
