"""The tables of docs/ingesting.md: every limit with its default, every reason that there is."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import copydesk
from copydesk import errors
from copydesk.model.outcomes import STAGES
from copydesk.settings import Limits, Settings

PAGE = Path(__file__).resolve().parent.parent / "docs" / "ingesting.md"
CORE = sorted(Path(copydesk.__file__).parent.rglob("*.py"))


def tables(heading: str) -> list[dict[str, list[str]]]:
    """The tables of a section: first cell without backquotes -> the other cells."""
    _, _, rest = PAGE.read_text("utf-8").partition(f"\n## {heading}\n")
    section = rest.partition("\n## ")[0].replace("\\|", "/")
    found: list[dict[str, list[str]]] = []
    for part in section.split("\n\n"):
        rows = [line.strip("|").split("|") for line in part.split("\n") if line.startswith("| ")]
        if rows:
            cells = [[cell.strip() for cell in row] for row in rows[1:]]
            found.append({name.strip("`"): rest for first, *rest in cells for name in [first]})
    return found


def reasons() -> set[str]:
    """The reason codes of the error tree."""
    return {
        value.reason
        for _, value in inspect.getmembers(errors, inspect.isclass)
        if issubclass(value, errors.CopydeskError)
    }


def skips() -> Iterator[str]:
    """The reason codes of skips that the core states."""
    for path in CORE:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Skipped":
                reason = next(one.value for one in node.keywords if one.arg == "reason")
                if isinstance(reason, ast.Constant):
                    yield str(reason.value)


def shown(value: object) -> str:
    """A default as the page writes it."""
    return f"{value:,.10g}" if isinstance(value, (int, float)) else "none"


def test_every_limit_stands_in_the_table_with_its_default() -> None:
    limits, manners = tables("Limits")
    assert {name: row[0] for name, row in limits.items()} == {
        field.name: shown(getattr(Limits(), field.name)) for field in fields(Limits)
    }
    assert {name: row[0] for name, row in manners.items()} == {
        field.name: shown(getattr(Settings(), field.name) or None)
        for field in fields(Settings)
        if field.name != "limits"
    }


def test_every_reason_stands_in_one_table() -> None:
    rejects, skipped, others = tables("Reasons")
    rest = {name.strip("` ") for names in others for name in names.split(",")}
    assert errors.KnownArticle.reason in skipped, "the error of which a run makes a skip"
    assert rejects.keys() | rest | {errors.KnownArticle.reason} == reasons() | {"fault"}
    assert not rejects.keys() & rest


def test_every_skip_stands_in_the_table() -> None:
    assert tables("Reasons")[1].keys() == set(skips())


def test_the_stages_are_those_of_rejects() -> None:
    rejects = tables("Reasons")[0]
    assert {stage for row in rejects.values() for stage in row[0].split(", ")} <= set(STAGES)
