"""The notebook of docs/, run cell by cell."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.process
NOTEBOOK = Path(__file__).resolve().parent.parent / "docs" / "articles.ipynb"


def test_the_notebook_runs_from_its_first_cell_to_its_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plots = pytest.importorskip("matplotlib.pyplot")
    plots.switch_backend("agg")
    shown = []

    def show() -> None:
        shown.extend(plots.get_fignums())
        plots.close("all")

    monkeypatch.setattr(plots, "show", show)
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"__name__": "notebook"}
    cells = json.loads(NOTEBOOK.read_text("utf-8"))["cells"]
    for number, cell in enumerate(cells):
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), f"{NOTEBOOK.name}:{number}", "exec"), names)
    pages = len(list((tmp_path / "pages").iterdir()))
    assert len(names["frame"]) == pages - 1
    assert [reject.reason for reject in names["rejects"]] == ["not_an_article"]
    assert set(names["frame"]["outlet"]) == set(names["HABITS"]) == set(names["longest"]["outlet"])
    assert names["frame"]["published"].notna().all()
    assert int(names["daily"].to_numpy().sum()) == pages - 1
    assert len(shown) == 2
