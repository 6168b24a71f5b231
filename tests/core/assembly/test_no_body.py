"""A record without a word of body says so, and so does the run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.conftest import Run

from copydesk import Outlet, extract


class Quay(Outlet):
    id = "quay"
    name = "The Quay"
    domains = ("quay.example",)
    country = "GB"
    language = "en"
    timezone = "Europe/London"
    body = ".empty"


def test_a_record_without_a_word_of_body_has_a_warning() -> None:
    page = "<h1>Night ferry returns</h1><div class=empty><h2>Links</h2></div>"
    empty = extract(page, media_type="text/html", outlet=Quay)
    assert empty.text == ""
    assert "no_body" in [w.code for w in empty.warnings]


def test_a_record_with_a_body_has_no_such_warning() -> None:
    page = "<h1>Night ferry returns</h1><div class=empty><p>The ferry sails again from Friday.</p></div>"
    told = extract(page, media_type="text/html", outlet=Quay)
    assert told.text
    assert "no_body" not in [w.code for w in told.warnings]


ADAPTER = """
from copydesk import Outlet
from tests.conftest import Run


class Quay(Outlet):
    id = "quay"
    name = "The Quay"
    domains = ("quay.example",)
    body = ".story"
"""
PAGE = "<!doctype html><h1>{}</h1><div class=story><{}>The ferry sails from Friday.</{}></div>"


@pytest.mark.process
def test_a_run_names_and_counts_the_articles_without_a_body(copydesk: Run, tmp_path: Path) -> None:
    (tmp_path / "quay.py").write_text(ADAPTER, "utf-8")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.html").write_text(PAGE.format("Night ferry", "p", "p"), "utf-8")
    (tmp_path / "in" / "b.html").write_text(PAGE.format("Day ferry", "h2", "h2"), "utf-8")
    run = ("ingest", "in", "--plugin", "quay.py", "--outlet", "quay", "-o", "out.jsonl")
    for more in (("--report", "report.json"), ("--resume", "--report", "again.json")):
        done = copydesk(*run, *more)
        assert done.returncode == 0, done.stderr
        assert "2 articles (1 no_body)" in done.stderr
        assert json.loads((tmp_path / more[-1]).read_text("utf-8"))["doubts"] == {"no_body": 1}
        (tmp_path / "out.jsonl.state").unlink()
