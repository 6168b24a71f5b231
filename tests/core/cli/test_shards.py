"""`ingest --output-dir`: a run in shards, alone or as one of many processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.conftest import Run
from tests.core.shards.conftest import page, read_at_once, settled, write_archive

pytestmark = pytest.mark.process


@pytest.fixture
def crawl(tmp_path: Path) -> Path:
    for number in range(4):
        pages = [page(10 * number + n) for n in range(3)] + [page(0, edition=number + 1), page(1)]
        write_archive(tmp_path / "crawl" / f"{number}.warc.gz", pages)
    return tmp_path / "crawl"


@pytest.fixture
def expected(crawl: Path, copydesk: Run) -> bytes:
    """The articles of one run over the same files, under the same names."""
    return read_at_once(crawl, copydesk)[0]


def test_one_process_reads_and_settles_all_shards(
    crawl: Path, copydesk: Run, expected: bytes, tmp_path: Path
) -> None:
    done = copydesk("ingest", "crawl", "--output-dir", "out", "--format", "jsonl")
    assert done.returncode == 0
    assert done.stderr.splitlines() == [
        "copydesk: shard 00000: 3 articles",
        "copydesk: shard 00001: 5 articles",
        "copydesk: shard 00002: 5 articles",
        "copydesk: shard 00003: 5 articles",
        "copydesk: 20 inputs: 15 articles, 0 rejects, 5 skips (5 duplicate)",
    ]
    assert settled(tmp_path / "out") == expected
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert (report["shards"], report["failed"], report["articles"]) == (4, [], 15)
    again = copydesk("ingest", "./crawl", "--output-dir", tmp_path / "out", "--format", "jsonl")
    assert again.stderr.splitlines() == done.stderr.splitlines()[-1:]
    assert settled(tmp_path / "out") == expected


def test_many_processes_share_the_shards_and_one_settles(
    crawl: Path, copydesk: Run, expected: bytes, tmp_path: Path
) -> None:
    order = ("ingest", "crawl/*.warc.gz", "--output-dir", "out", "--format", "jsonl")
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "copydesk", *order, "--shard", f"{number}/3"],
            cwd=tmp_path,
            stderr=subprocess.DEVNULL,
        )
        for number in range(3)
    ]
    assert [one.wait(60) for one in processes] == [0, 0, 0]
    status = copydesk("ingest", "--output-dir", "out", "--status")
    assert status.stdout.splitlines()[0] == "4 shards: 4 done, 0 failed, 0 left (0 shards begun)"
    assert not (tmp_path / "out" / "settled").exists()
    assert copydesk("ingest", "--output-dir", "out", "--settle").returncode == 0
    assert settled(tmp_path / "out") == expected


def test_a_run_that_is_killed_goes_on_where_it_was(
    crawl: Path, copydesk: Run, expected: bytes, tmp_path: Path
) -> None:
    order = ("ingest", "crawl", "--output-dir", "out", "--format", "jsonl")
    for count in (1, 3):
        process = subprocess.Popen(
            [sys.executable, "-m", "copydesk", *order], cwd=tmp_path, stderr=subprocess.DEVNULL
        )
        markers = tmp_path / "out" / "_done"
        while process.poll() is None and not (
            markers.exists() and len([*markers.iterdir()]) >= count
        ):
            time.sleep(0.002)
        process.kill()
        process.wait(60)
    done = copydesk(*order)
    assert done.returncode == 0
    assert settled(tmp_path / "out") == expected


def test_a_terminated_run_leaves_no_attempt_and_no_scratch_file(
    crawl: Path, copydesk: Run, tmp_path: Path
) -> None:
    slow = tmp_path / "slow.py"
    slow.write_text(
        "import time\nfrom copydesk import Outlet\n"
        "class Echo(Outlet):\n    id = 'echo'\n    name = 'Echo'\n    domains = ('echo.example',)\n"
        "    def section(self, page):\n        time.sleep(10)\n"
    )
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "copydesk", "ingest", "crawl", "--output-dir", "out"),
            *("--plugin", str(slow)),
        ],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
    )
    notes = tmp_path / "out" / "_attempts"
    while not (notes.exists() and [*notes.iterdir()]):
        time.sleep(0.01)
    time.sleep(0.5)
    process.send_signal(signal.SIGTERM)
    _, stderr = process.communicate(timeout=60)
    assert process.returncode == 128 + signal.SIGTERM
    assert stderr.decode().splitlines() == ["copydesk: terminated"]
    assert [*notes.iterdir()] == []
    assert not (tmp_path / "out" / "_scratch").exists()


def test_a_shard_that_was_given_up_is_named_and_can_be_tried_again(
    crawl: Path, copydesk: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("copydesk.shards.local.sleep", lambda _: None)
    order = ("ingest", "crawl", "--output-dir", "out", "--format", "jsonl")
    assert copydesk(*order, "--shard", "0/4").returncode == 0
    broken = crawl / "1.warc.gz"
    content = broken.read_bytes()
    broken.unlink()
    done = copydesk("ingest", "--output-dir", "out")
    assert done.returncode == 1
    assert (
        "copydesk: shard 00001 was given up: broke 3 attempts; --retry-failed tries it again"
        in (done.stderr.splitlines())
    )
    assert done.stderr.splitlines()[-1].endswith("1 reject (1 shard_failed), 4 skips (4 duplicate)")
    status = copydesk("ingest", "--output-dir", "out", "--status")
    assert status.returncode == 1
    assert status.stdout.splitlines()[:2] == [
        "4 shards: 3 done, 1 failed, 0 left (0 shards begun)",
        "failed: shard 00001 (1.warc.gz): broke 3 attempts; --retry-failed tries it again",
    ]
    assert copydesk("ingest", "--output-dir", "out").returncode == 1
    broken.write_bytes(content)
    again = copydesk("ingest", "--output-dir", "out", "--retry-failed")
    assert again.returncode == 0
    assert again.stderr.splitlines()[-1].endswith("15 articles, 0 rejects, 5 skips (5 duplicate)")


def test_another_job_in_the_folder_is_refused(crawl: Path, copydesk: Run, tmp_path: Path) -> None:
    assert copydesk("ingest", "crawl", "--output-dir", "out").returncode == 0
    before = {path: path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()}
    outlet = tmp_path / "echo.toml"
    outlet.write_text('id = "echo"\nname = "Echo"\ndomains = ["echo.example"]\n')
    for more, what in (
        (("--since", "2026-01-01"), "other since"),
        (("--set", "reading=5"), "other limits"),
        (("--format", "jsonl"), "other format"),
        (("--plugin", outlet), "other adapters"),
        (("crawl/1.warc.gz",), ""),
    ):
        done = copydesk("ingest", "crawl", "--output-dir", "out", *more)
        if what:
            assert done.returncode == 2
            assert done.fault == (
                f"{tmp_path}/out: belongs to another job with {what}; use another folder, or "
                "remove this one"
            )
        else:
            # A file that is named twice is read once.
            assert "files that are left out" in done.fault
    assert before == {path: path.read_bytes() for path in before}


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (("crawl", "--shard", "0/2"), "need --output-dir DIR"),
        (("crawl", "--settle"), "need --output-dir DIR"),
        (("--output-dir", "out"), "has no job; give SOURCEs to begin one"),
        (("crawl", "--output-dir", "out", "--status"), "has no job"),
        (("crawl", "--output-dir", "out", "--shard", "2/2"), "not of the form I/N"),
        (("crawl", "--output-dir", "out", "--shard", "x"), "not of the form I/N"),
        (("crawl", "--output-dir", "out", "--shard", "0/2", "--settle"), "cannot be used together"),
        (("crawl", "--output-dir", "out", "-o", "x.jsonl"), "--output cannot be used"),
        (("crawl", "--output-dir", "out", "--limit", "3"), "--limit cannot be used"),
        (("crawl", "--output-dir", "out", "--workers", "3"), "use --readers"),
        (("crawl", "--output-dir", "out", "--engine", "spark"), "unknown engine; known are: ray"),
        (("crawl", "--output-dir", "out", "--engine", "ray", "--settle"), "cannot be used with"),
        (("crawl", "--engine", "ray"), "need --output-dir DIR"),
        (("crawl", "--output-dir", "out", "--format", "pdf"), "unknown output format"),
        (("crawl", "--output-dir", "out", "--as", "pdf"), "unknown kind"),
        (("nothing", "--output-dir", "out"), "no such file or folder"),
        (("https://echo.example/feed", "--output-dir", "out"), "is not stored"),
        (("crawl", "--output-dir", "crawl/1.warc.gz"), "is not a folder"),
    ],
)
def test_what_cannot_be_done_is_a_usage_error(
    arguments: tuple[str, ...], fault: str, crawl: Path, copydesk: Run, tmp_path: Path
) -> None:
    done = copydesk("ingest", *arguments)
    assert fault in done.fault
    assert done.returncode == 2
    assert not (tmp_path / "out").exists()


def test_an_engine_that_is_not_installed_is_a_usage_error(
    crawl: Path, copydesk: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("copydesk.cli.running.engines.find_spec", lambda _: None)
    done = copydesk("ingest", "crawl", "--output-dir", "out", "--engine", "ray")
    assert done.fault == "--engine ray needs the extra ray: pip install 'copydesk[ray]'"
    assert done.returncode == 2
    assert not (tmp_path / "out").exists()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write")
def test_an_output_that_cannot_be_written_ends_with_3(
    crawl: Path, copydesk: Run, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir(mode=0o500)
    assert copydesk("ingest", "crawl", "--output-dir", "out").returncode == 3
