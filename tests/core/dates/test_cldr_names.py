from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from copydesk.dates import cldr_names


def test_the_names_are_those_that_the_script_writes(root: Path) -> None:
    babel = pytest.importorskip("babel")
    if babel.__version__ != cldr_names.BABEL:
        pytest.skip(f"the names are of Babel {cldr_names.BABEL}")
    script = runpy.run_path(str(root / "tests" / "generate" / "cldr_names.py"))
    assert script["generate"]() == script["TARGET"].read_text(encoding="utf-8")
