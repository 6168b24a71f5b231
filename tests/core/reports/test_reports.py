"""Reports of runs: what is in them, and how they are shown."""

from __future__ import annotations

import asyncio
import json
import math
import re
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import ROOT, Run

from copydesk.adapters import loading
from copydesk.errors import RecordError
from copydesk.reports import html_page, table
from copydesk.reports.report import load, sections
from copydesk.runs import ingest
from copydesk.runs.config import RunConfig
from copydesk.runs.summary import Clock

SEEDS = str(ROOT / "seeds")
NUMBERS: dict[str, Any] = {
    "inputs": 12, "articles": 10, "rejects": {"robots": 1}, "skips": {"duplicate": 1},
    "exit_code": 1, "counted": 10, "languages": {"en": 9, "none": 1}, "fields": {"headline": 0.9},
    "hosts": {"quay.example": {"articles": 10, "rejects": 1, "skips": 1}},
    "hosts_left_out": {"hosts": 0, "articles": 0, "rejects": 0, "skips": 0},
}  # fmt: skip


def written(folder: Path, **changes: Any) -> Path:
    path = folder / "run.json"
    path.write_text(json.dumps(NUMBERS | changes), "utf-8")
    return path


def lines(path: Path, *, whole: bool = True) -> list[str]:
    return list(table.shown(load(path), whole=whole))


def test_the_tables_have_every_number(tmp_path: Path) -> None:
    text = "\n".join(lines(written(tmp_path)))
    for wanted in (
        r"result +finished, with rejects \(exit code 1\)", r"articles +10 +83\.3 %",
        r"robots +1 +8\.3 %", r"quay\.example +10 +1 +1", r"none +1 +10\.0 %",
        r"headline +90\.0 %",
    ):  # fmt: skip
        assert re.search(wanted, text), wanted


def test_a_report_of_an_older_run_has_the_tables_that_it_can_have(tmp_path: Path) -> None:
    old = {"inputs": 1, "articles": 1, "rejects": {}, "skips": {}, "exit_code": 0}
    path = tmp_path / "old.json"
    path.write_text(json.dumps(old), "utf-8")
    assert [one.id for one in sections(load(path))] == ["outcomes"]
    assert "finished (exit code 0)" in lines(path)[0]


def test_on_a_terminal_long_tables_are_cut_and_say_so(tmp_path: Path) -> None:
    hosts = {f"h{n}.example": {"articles": 1, "rejects": 0, "skips": 0} for n in range(50)}
    path = written(tmp_path, hosts=hosts)
    assert sum("h" in line and ".example" in line for line in lines(path)) == 50
    cut = lines(path, whole=False)
    assert sum(".example" in line for line in cut) == 20
    assert any("and 30 rows more" in line for line in cut)


def test_hosts_that_are_in_no_row_are_counted(tmp_path: Path) -> None:
    left = {"hosts": 7, "articles": 20, "rejects": 1, "skips": 0}
    path = written(tmp_path, hosts_left_out=left)
    assert "  and 7 hosts more, with 21 inputs" in lines(path)
    assert "7 hosts more, with 21 inputs" in html_page.render(load(path), "run.json")


def test_names_cannot_write_on_the_terminal_or_the_page(tmp_path: Path) -> None:
    evil = "\x1b]0;title\x07<script>alert(1)</script>\u202e"
    path = written(tmp_path, stopped=evil, languages={evil: 3}, rejects={evil: 1})
    assert not {"\x1b", "\x07", "\u202e"} & set("".join(lines(path)))
    page = html_page.render(load(path), evil)
    assert "<script" not in page
    assert not {"\x1b", "\x07", "\u202e"} & set(page)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"[]", b"{}", b"not JSON", b"\xff\xfe", b'{"inputs": 1}',
        json.dumps(NUMBERS | {"articles": -1}).encode(),
        json.dumps(NUMBERS | {"articles": 10**400}).encode(),
        json.dumps(NUMBERS | {"seconds": math.inf}).encode(),
        json.dumps(NUMBERS | {"seconds": math.nan}).encode(),
        json.dumps(NUMBERS | {"fields": {"headline": 1.5}}).encode(),
        json.dumps(NUMBERS | {"hosts": {"a": 3}}).encode(), b"[" * 100_000,
    ],
)  # fmt: skip
def test_another_file_is_no_report(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    path.write_bytes(content)
    with pytest.raises(RecordError, match="is not the report of a run"):
        load(path)


@pytest.mark.process
def test_the_command_prints_tables_or_writes_a_page(copydesk: Run, tmp_path: Path) -> None:
    done = copydesk("ingest", SEEDS, "-o", "a.jsonl", "--report", "run.json")
    assert done.returncode == 0
    done = copydesk("report", "run.json")
    assert done.returncode == 0
    assert re.search(r"articles +5 +100\.0 %", done.stdout)
    assert re.search(r"okaz\.com\.sa +1 +0 +0", done.stdout)
    done = copydesk("report", "run.json", "--html", "run.html")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert "okaz.com.sa" in (tmp_path / "run.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["none.json"], "no such file"),
        ([SEEDS], "is a folder; give the report.json in it"),
        ([str(ROOT / "README.md")], "is not the report of a run"),
        ([str(ROOT / "README.md"), "--html", str(ROOT / "README.md")], "is also the input"),
    ],
)
def test_what_cannot_be_shown_is_a_usage_error(
    arguments: list[str], fault: str, copydesk: Run
) -> None:
    done = copydesk("report", *arguments)
    assert done.returncode == 2
    assert fault in done.fault


@pytest.mark.process
def test_the_report_of_a_resumed_run_covers_all_of_it(copydesk: Run, tmp_path: Path) -> None:
    copydesk("ingest", SEEDS, "-o", "a.jsonl", "--limit", "2", "--report", "part.json")
    copydesk("ingest", SEEDS, "-o", "a.jsonl", "--resume", "--report", "run.json")
    copydesk("ingest", SEEDS, "-o", "b.jsonl", "--report", "whole.json")
    part, resumed, whole = (
        json.loads((tmp_path / f"{name}.json").read_text("utf-8"))
        for name in ("part", "run", "whole")
    )
    timed = ("started", "ended", "seconds", "pages_per_second", "resumed")
    assert {k: v for k, v in resumed.items() if k not in timed} == {
        k: v for k, v in whole.items() if k not in timed
    }
    assert resumed["started"] == part["started"]
    assert part["counted"] == 2


@pytest.mark.process
def test_times_are_those_of_the_clock_of_the_run(tmp_path: Path) -> None:
    begin = datetime(2026, 3, 12, 8, tzinfo=UTC)
    hours, seconds = count(), count(0, 2)
    clock = Clock(lambda: begin + timedelta(hours=next(hours)), lambda: float(next(seconds)))
    config = RunConfig(arguments=(SEEDS,), output=tmp_path / "a.jsonl")
    run = ingest.run(
        config, loading.installed(), lambda _: None, lambda _: None, lambda _, __: None, clock=clock
    )
    found = asyncio.run(run).to_json()
    assert (found["started"], found["ended"]) == (
        "2026-03-12T08:00:00+00:00", "2026-03-12T09:00:00+00:00",
    )  # fmt: skip
    assert (found["seconds"], found["pages_per_second"]) == (2.0, 2.5)


@pytest.mark.process
def test_the_report_of_a_job_has_the_numbers_of_one_run(copydesk: Run, tmp_path: Path) -> None:
    copydesk("ingest", SEEDS, "-o", "a.jsonl", "--report", "run.json")
    done = copydesk("ingest", SEEDS, "--output-dir", "out")
    assert done.returncode == 0, done.stderr
    one = json.loads((tmp_path / "run.json").read_text("utf-8"))
    job = json.loads((tmp_path / "out" / "report.json").read_text("utf-8"))
    for name in ("counted", "languages", "outlets", "hosts", "fields", "warnings", "bodies"):
        assert job[name] == one[name], name
    assert job["started"] <= job["ended"]
    done = copydesk("report", "out/report.json")
    assert re.search(r"shards +1, 0 given up", done.stdout)
