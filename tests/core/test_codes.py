"""Codes decide, words do not: warnings have documented codes, and no module reads a message."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import copydesk
from copydesk.notices import NoticeCode

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
