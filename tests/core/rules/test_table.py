"""The table of recognisers: complete, true about roles, in the order in which it is tried."""

from __future__ import annotations

import inspect
import pkgutil
import runpy
from importlib import import_module
from itertools import chain
from pathlib import Path

import pytest

from copydesk import rules
from copydesk.model.roles import ROLES
from copydesk.rules.recognizers import Recognizer
from copydesk.rules.table import PASSES

ALL = list(chain.from_iterable(PASSES.values()))


def test_the_passes_are_those_of_outlets_and_the_places() -> None:
    assert list(PASSES) == ["split", "zone", "line", "place"]


def test_the_names_are_unique() -> None:
    assert len({(one.topic, one.name) for one in ALL}) == len(ALL)


@pytest.mark.parametrize("one", ALL, ids=lambda one: f"{one.topic}.{one.name}")
def test_a_row_says_in_one_sentence_what_it_recognises(one: Recognizer) -> None:
    assert one.what.endswith(".")
    assert len(one.what) <= 100
    assert set(one.roles) <= set(ROLES)
    assert len(set(one.roles)) == len(one.roles)


@pytest.mark.parametrize("one", ALL, ids=lambda one: f"{one.topic}.{one.name}")
def test_the_topic_of_a_row_has_a_test_file(one: Recognizer) -> None:
    *folders, topic = one.recognize.__module__.split(".")[2:]
    assert Path(__file__).parent.joinpath(*folders, f"test_{topic}.py").exists()


def test_those_that_look_near_a_line_come_before_those_that_look_at_it_alone() -> None:
    near = ("near", "beside")
    for recognizers in PASSES.values():
        run = ""
        for one in recognizers:
            assert not (one.scope in near and run not in ("", "text", *near))
            run = one.scope


def test_every_function_with_the_signature_of_a_recogniser_stands_in_the_table() -> None:
    found = set()
    for module in pkgutil.walk_packages(rules.__path__, f"{rules.__name__}."):
        functions = inspect.getmembers(import_module(module.name), inspect.isfunction)
        for name, function in functions:
            parameters = [p.annotation for p in inspect.signature(function).parameters.values()]
            if parameters == ["Lines", "int"] and not name.startswith("_"):
                found.add(function)
    assert found == {one.recognize for one in ALL}


def test_the_page_shows_the_table(root: Path) -> None:
    script = runpy.run_path(str(root / "tests" / "generate" / "recognizers.py"))
    assert script["generate"]() == script["TARGET"].read_text(encoding="utf-8")
