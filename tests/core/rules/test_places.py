"""The table of cities."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from copydesk.rules.places import TABLE, is_place, place_at_start


@pytest.mark.parametrize("name", ["Berlin", "KAIRO", "القاهرة", "서울", "東京", "नई दिल्ली", "北京"])
def test_a_city_is_known_in_its_languages(name: str) -> None:
    assert is_place(name)


@pytest.mark.parametrize("word", ["", "A", "Male", "Center", "The", "الرئيس"])
def test_a_word_is_no_city(word: str) -> None:
    assert not is_place(word)


def test_a_city_is_found_at_the_start_of_a_text_without_spaces() -> None:
    assert place_at_start("北京共同") == "北京"
    assert place_at_start("共同北京") == ""


def test_the_table_is_the_one_that_the_script_writes(root: Path) -> None:
    babel = pytest.importorskip("babel")
    table = (root / "core" / "copydesk" / "rules" / TABLE).read_text(encoding="utf-8")
    if table.split("\n", 1)[0] != f"Babel {babel.__version__}":
        pytest.skip("the table is of another version of Babel")
    assert runpy.run_path(str(root / "tests" / "generate" / "places.py"))["generate"]() == table
