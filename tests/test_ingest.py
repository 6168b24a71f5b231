"""Runs over many inputs: every input has its outcome, whatever happens to the process."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import io
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
import unittest.mock
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.outlet_server import Outlet, page, running
from werkzeug import Response

from copydesk import cli as command_line
from copydesk.adapters import loading
from copydesk.fetching.network_seal import no_network
from copydesk.fetching.recording import Session
from copydesk.runs import ingest
from copydesk.runs.config import RunConfig
from copydesk.runs.pipeline import Run

pytestmark = pytest.mark.process

Result = subprocess.CompletedProcess[str]
COMMAND = (sys.executable, "-m", "copydesk")
ORIGIN = "https://quay.example"


def run(*arguments: str | Path, cwd: Path) -> Result:
    """Run a command inside this process, to its end."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    given = ["copydesk", *map(str, arguments)]
    with (
        contextlib.chdir(cwd), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err),
        unittest.mock.patch.object(sys, "argv", given), pytest.raises(SystemExit) as stopped,
    ):  # fmt: skip
        command_line.main()
    assert isinstance(stopped.value.code, int)
    told = [stream.buffer.getvalue().decode("utf-8") for stream in (out, err)]
    return Result(given, stopped.value.code, *told)


def spawn(*arguments: str | Path, cwd: Path, **more: Any) -> Result:
    """Run a command as a process of its own, to its end."""
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        cwd=cwd, capture_output=True, text=True, encoding="utf-8", check=False, timeout=120, **more,
    )  # fmt: skip


def lines(path: Path) -> list[dict[str, Any]]:
    """The records of a file; fails for a line that is none."""
    data = path.read_bytes()
    assert data == b"" or data.endswith(b"\n")
    return [json.loads(line) for line in data.split(b"\n")[:-1]]


def origins(path: Path) -> list[str]:
    return [record["document"]["origin"] for record in lines(path)]


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """A folder of pages, one of which is no article and one of which is there twice."""
    folder = tmp_path / "pages"
    folder.mkdir()
    for number in range(40):
        (folder / f"{number:03}.html").write_text(page(number, ORIGIN), "utf-8")
    (folder / "007.html").write_bytes(b"\0\1\2\3" * 400)
    (folder / "020.html").write_text(page(19, ORIGIN), "utf-8")
    return folder


@pytest.fixture(scope="module")
def outlet() -> Iterator[Outlet]:
    with running() as server:
        yield server


def test_every_input_is_an_article_a_reject_or_a_documented_skip(
    pages: Path, tmp_path: Path
) -> None:
    done = run(
        "ingest", "pages", "-o", "out.jsonl", "--rejects", "bad.jsonl", "--report", "report.json",
        cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert len(lines(tmp_path / "out.jsonl")) == 38
    (reject,) = lines(tmp_path / "bad.jsonl")
    assert (reject["input"], reject["stage"]) == ("pages/007.html", "read")
    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert (report["inputs"], report["articles"], report["rejects"], report["skips"]) == (
        40, 38, {"binary": 1}, {"duplicate": 1},
    )  # fmt: skip
    assert report["balanced"]


def test_records_come_in_the_order_of_the_inputs_whatever_the_number_of_workers(
    pages: Path, tmp_path: Path
) -> None:
    for workers in (1, 2, 3):
        run("ingest", "pages", "-o", f"{workers}.jsonl", "--workers", str(workers), cwd=tmp_path)
    one = (tmp_path / "1.jsonl").read_bytes()
    assert origins(tmp_path / "1.jsonl") == sorted(origins(tmp_path / "1.jsonl"))
    assert (tmp_path / "2.jsonl").read_bytes() == (tmp_path / "3.jsonl").read_bytes() == one


def test_rejects_can_be_tried_again(pages: Path, tmp_path: Path) -> None:
    run("ingest", "pages", "-o", "out.jsonl", "--rejects", "bad.jsonl", cwd=tmp_path)
    (pages / "007.html").write_text(page(7, ORIGIN), "utf-8")
    done = run("ingest", "--from-rejects", "bad.jsonl", "-o", "more.jsonl", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert origins(tmp_path / "more.jsonl") == ["pages/007.html"]


def test_an_existing_output_is_not_touched_unless_it_is_said_how(
    pages: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.jsonl"
    out.write_text("kept\n", "utf-8")
    assert run("ingest", "pages", "-o", "out.jsonl", cwd=tmp_path).returncode == 2
    assert run("ingest", "pages", "-o", "out.jsonl", "--resume", cwd=tmp_path).returncode == 2
    assert out.read_text("utf-8") == "kept\n"
    assert (
        run("ingest", "pages/001.html", "-o", "out.jsonl", "--append", cwd=tmp_path).returncode == 0
    )
    assert out.read_text("utf-8").startswith("kept\n{")
    run("ingest", "pages/001.html", "-o", "out.jsonl", "--overwrite", cwd=tmp_path)
    assert origins(out) == ["pages/001.html"]


@pytest.mark.parametrize("lost", ["half of it", "the last line feed"])
def test_a_run_without_its_state_goes_on_from_the_output_itself(
    lost: str, pages: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.jsonl"
    run("ingest", "pages", "-o", "whole.jsonl", cwd=tmp_path)
    whole = (tmp_path / "whole.jsonl").read_bytes()
    out.write_bytes(whole[: len(whole) // 2 if lost == "half of it" else -1])
    done = run("ingest", "pages", "-o", "out.jsonl", "--resume", cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    assert "incomplete" in done.stderr
    assert out.read_bytes() == whole


@pytest.mark.parametrize("foreign", ["out.jsonl", "rejects.jsonl"])
def test_a_foreign_file_is_not_gone_on_from(foreign: str, pages: Path, tmp_path: Path) -> None:
    told = ("ingest", "pages", "-o", "out.jsonl", "--rejects", "rejects.jsonl", "--resume")
    (tmp_path / foreign).write_bytes(b'{"a": 1}\n')
    done = run(*told, cwd=tmp_path)
    assert done.returncode == 2
    assert f"{foreign}: line 1" in done.stderr
    assert (tmp_path / foreign).read_bytes() == b'{"a": 1}\n'


def test_resume_with_nothing_to_resume_begins(pages: Path, tmp_path: Path) -> None:
    done = run("ingest", "pages", "-o", "out.jsonl", "--resume", cwd=tmp_path)
    assert (done.returncode, len(lines(tmp_path / "out.jsonl"))) == (1, 38)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_run_that_is_killed_at_any_moment_goes_on_without_loss_or_duplicates(
    pages: Path, tmp_path: Path, workers: int
) -> None:
    slow = tmp_path / "slow.py"
    slow.write_text(
        "import time\n"
        "from copydesk import Outlet\n"
        "class Quay(Outlet):\n"
        "    id = 'quay'\n"
        "    name = 'The Quay'\n"
        "    domains = ('quay.example',)\n"
        "    def section(self, page):\n"
        "        time.sleep(0.02)\n",
        "utf-8",
    )
    for number in range(40, 120):
        (pages / f"{number:03}.html").write_text(page(number, ORIGIN), "utf-8")
    common = ["pages", "--plugin", "slow.py", "--outlet", "quay", "--workers", str(workers), "-q"]
    run("ingest", *common, "-o", "whole.jsonl", "--rejects", "whole.bad", cwd=tmp_path)
    chance = random.Random(workers)
    resumed = [*common, "-o", "out.jsonl", "--rejects", "out.bad", "--resume"]
    output = tmp_path / "out.jsonl"
    for _ in range(10):
        # Some while it begins, the others a few lines on; a clock alone would miss a fast run.
        more = chance.randrange(4)
        size = output.stat().st_size if output.exists() else 0
        process = subprocess.Popen(
            [*COMMAND, "ingest", *resumed], cwd=tmp_path, stderr=subprocess.DEVNULL
        )
        for _ in range(more):
            while (
                process.poll() is None and (output.stat().st_size if output.exists() else 0) <= size
            ):
                time.sleep(0.002)
            size = output.stat().st_size if output.exists() else 0
        time.sleep(chance.random() * (0.05 if more else 0.6))
        assert process.poll() is None, "it came to its end before it was killed"
        process.kill()
        process.wait()
    code = run("ingest", *resumed, cwd=tmp_path).returncode
    assert code == 1
    assert (tmp_path / "out.jsonl").read_bytes() == (tmp_path / "whole.jsonl").read_bytes()
    assert (tmp_path / "out.bad").read_bytes() == (tmp_path / "whole.bad").read_bytes()


@pytest.mark.parametrize(
    ("shared", "more"), [("-o out.jsonl", "--append"), ("--state out.jsonl", "-q")]
)
def test_a_second_run_on_an_output_or_a_state_is_told_who_holds_it(
    shared: str, more: str, pages: Path, tmp_path: Path
) -> None:
    reading, writing = os.pipe()
    first = subprocess.Popen(
        [*COMMAND, "ingest", "-", *shared.split()], cwd=tmp_path, stdin=reading
    )
    try:
        state = tmp_path / ("out.jsonl" if "state" in shared else "out.jsonl.state")
        until = time.monotonic() + 300
        while not (state.exists() and state.stat().st_size) and time.monotonic() < until:
            time.sleep(0.02)
        second = run("ingest", "pages", *shared.split(), more, cwd=tmp_path)
        assert second.returncode == 3
        assert str(first.pid) in second.stderr
    finally:
        first.kill()
        first.wait()
        os.close(writing)
        os.close(reading)
    third = run("ingest", "pages/001.html", *shared.split(), more, cwd=tmp_path)
    assert third.returncode == 0, third.stderr


PLUGIN = """
import os, time
from copydesk import Outlet
class Quay(Outlet):
    id = "quay"
    name = "The Quay"
    domains = ("quay.example",)
    def section(self, page):
        if "number 5." in page.text:
            {fault}
"""


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("os.kill(os.getpid(), 11)", "worker_died"),
        ("os._exit(0)", "worker_died"),
        ("time.sleep(60)", "deadline"),
        ("bytearray(600_000_000)", "memory"),
        ("raise SystemExit", "adapter"),
        ("raise ValueError('odd')", "adapter"),
    ],
)
def test_a_document_that_ends_its_reading_costs_itself_alone(
    pages: Path, tmp_path: Path, fault: str, reason: str
) -> None:
    (tmp_path / "plugin.py").write_text(PLUGIN.format(fault=fault), "utf-8")
    done = run(
        "ingest", "pages", "-o", "out.jsonl", "--rejects", "bad.jsonl", "--plugin", "plugin.py",
        "--outlet", "quay", "--workers", "2", "--set", "reading=2", "--set", "memory=300000000",
        cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert len(lines(tmp_path / "out.jsonl")) == 37
    found = {r["input"]: r["reason"] for r in lines(tmp_path / "bad.jsonl")}
    assert found == {"pages/005.html": reason, "pages/007.html": "binary"}


def test_many_documents_that_end_their_workers_cost_no_good_one_among_them(
    pages: Path, tmp_path: Path
) -> None:
    plugin = PLUGIN.format(fault="os._exit(0)").replace('"number 5."', '"number 1"')
    (tmp_path / "plugin.py").write_text(plugin, "utf-8")
    bad = [number for number in range(21) if "number 1" in page(min(number, 19), ORIGIN)]
    assert len(bad) > 10
    done = run(
        "ingest", "pages", "-o", "out.jsonl", "--rejects", "bad.jsonl", "--plugin", "plugin.py",
        "--outlet", "quay", "--workers", "2", cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    found = {r["input"]: r["reason"] for r in lines(tmp_path / "bad.jsonl")}
    dead = {f"pages/{number:03}.html": "worker_died" for number in bad}
    assert found == {**dead, "pages/007.html": "binary"}
    assert len(lines(tmp_path / "out.jsonl")) == 40 - len(found)


def test_a_damaged_archive_comes_to_the_same_however_it_is_read(
    outlet: Outlet, tmp_path: Path
) -> None:
    addresses = [f"{outlet.origin}/news/{number}" for number in range(9)]
    live(outlet, *addresses, "-o", "live.jsonl", "--record", "run.warc.gz", cwd=tmp_path)
    run("ingest", "run.warc.gz", "-o", "sound.jsonl", cwd=tmp_path)
    places = [int(origin.rpartition("@")[2]) for origin in origins(tmp_path / "sound.jsonl")]
    data = bytearray((tmp_path / "run.warc.gz").read_bytes())
    # Inside a member, and where one begins: that one looks like the end of the one before.
    data[places[2] + 300] ^= 255
    data[places[5]] ^= 255
    (tmp_path / "run.warc.gz").write_bytes(data)
    common = ("ingest", "run.warc.gz", "--rejects", "bad.jsonl")
    done = run(*common, "-o", "one.jsonl", cwd=tmp_path)
    assert (done.returncode, len(lines(tmp_path / "one.jsonl"))) == (1, 7)
    rejects = (tmp_path / "bad.jsonl").read_bytes()
    offsets = [r["offset"] for r in lines(tmp_path / "bad.jsonl")]
    assert offsets == [places[2], places[5]]
    run(*common, "-o", "two.jsonl", "--workers", "2", cwd=tmp_path)
    assert (tmp_path / "bad.jsonl").read_bytes() == rejects
    for most in range(1, 7):
        more = ("--resume", "--workers", str(1 + most % 2), "--limit", "1")
        run(*common, "-o", "three.jsonl", *more, cwd=tmp_path)
    run(*common, "-o", "three.jsonl", "--resume", cwd=tmp_path)
    assert (tmp_path / "bad.jsonl").read_bytes() == rejects
    for name in ("two.jsonl", "three.jsonl"):
        assert (tmp_path / name).read_bytes() == (tmp_path / "one.jsonl").read_bytes()


def test_a_file_without_a_name_in_any_encoding_is_an_input_like_others(
    outlet: Outlet, tmp_path: Path
) -> None:
    live(outlet, f"{outlet.origin}/news/1", "-o", "a.jsonl", "--record", "a.warc.gz", cwd=tmp_path)
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    packed = os.fsencode(inbox) + b"/\xe9.warc.gz"
    Path(os.fsdecode(packed)).write_bytes((tmp_path / "a.warc.gz").read_bytes())
    Path(os.fsdecode(os.fsencode(inbox) + b"/\xff.bin")).write_bytes(b"\0\1" * 40)
    for workers in ("1", "2"):
        told = ("-o", "out.jsonl", "--rejects", "bad.jsonl", "--overwrite", "--workers", workers)
        done = run("ingest", "inbox", *told, cwd=tmp_path)
        assert (done.returncode, len(lines(tmp_path / "out.jsonl"))) == (1, 1), done.stderr
        assert [r["reason"] for r in lines(tmp_path / "bad.jsonl")] == ["source"]


def test_an_output_without_room_ends_the_run_and_it_goes_on_later(
    pages: Path, tmp_path: Path
) -> None:
    def small() -> None:
        import resource

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (110_000, 110_000))

    run("ingest", "pages", "-o", "whole.jsonl", cwd=tmp_path)
    done = spawn("ingest", "pages", "-o", "out.jsonl", cwd=tmp_path, preexec_fn=small)
    assert done.returncode == 3, done.stderr
    assert "out.jsonl" in done.stderr
    assert "Traceback" not in done.stderr
    assert 0 < len(lines(tmp_path / "out.jsonl")) < 38
    run("ingest", "pages", "-o", "out.jsonl", "--resume", cwd=tmp_path)
    assert (tmp_path / "out.jsonl").read_bytes() == (tmp_path / "whole.jsonl").read_bytes()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_run_that_is_told_to_end_says_so_and_can_go_on(
    pages: Path, tmp_path: Path, number: signal.Signals, code: int
) -> None:
    (tmp_path / "plugin.py").write_text(PLUGIN.format(fault="time.sleep(30)"), "utf-8")
    process = subprocess.Popen(
        [*COMMAND, "ingest", "pages", "-o", "out.jsonl", "--plugin", "plugin.py", "--outlet",
         "quay", "--workers", "2"],
        cwd=tmp_path, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    out = tmp_path / "out.jsonl"
    until = time.monotonic() + 300
    while not (out.exists() and out.stat().st_size) and time.monotonic() < until:
        time.sleep(0.02)
    process.send_signal(number)
    _, told = process.communicate(timeout=300)
    assert process.returncode == code
    assert "Traceback" not in told
    assert "--resume" in told
    done = run("ingest", "pages", "-o", "out.jsonl", "--resume", cwd=tmp_path)
    assert (done.returncode, len(lines(out))) == (1, 38)


def test_a_reader_of_the_output_that_goes_away_ends_the_run(pages: Path, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [*COMMAND, "ingest", "pages", "pages", "-q"],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stderr is not None
    json.loads(process.stdout.readline())
    process.stdout.close()
    told = process.stderr.read()
    assert process.wait(20) == 3
    assert "Traceback" not in told
    process.stderr.close()


def live(outlet: Outlet, *arguments: str, cwd: Path) -> Result:
    return run("ingest", *arguments, "--allow-host", outlet.host, "--gap", "0", cwd=cwd)


def test_a_feed_is_followed_and_lends_what_it_says(outlet: Outlet, tmp_path: Path) -> None:
    done = live(outlet, f"{outlet.origin}/feed.xml", "-o", "out.jsonl", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    records = lines(tmp_path / "out.jsonl")
    assert [r["url"].rsplit("/", 1)[1] for r in records] == [str(n) for n in range(11, -1, -1)]
    assert records[0]["tags"] == ["Harbour"]
    assert records[0]["provenance"]["tags"]["source"] == "feed"
    assert all(r["document"]["origin"].startswith(outlet.origin) for r in records)


def test_a_terminal_shows_the_hosts_that_a_run_waits_for(outlet: Outlet, tmp_path: Path) -> None:
    screen, terminal = os.openpty()
    address = f"{outlet.origin}/none"
    told = ("ingest", address, "--gap", "1.5", "--allow-host", outlet.host)
    with subprocess.Popen([*COMMAND, *told], cwd=tmp_path, stderr=terminal) as process:
        os.close(terminal)
        shown = b""
        # The last process to close a terminal ends the reading of it with an error.
        with contextlib.suppress(OSError):
            while data := os.read(screen, 65536):
                shown += data
    os.close(screen)
    assert process.returncode == 1
    assert f"{outlet.host}: ".encode() in shown
    assert b"s (pace)" in shown


def test_a_sitemap_is_followed_down_to_its_newer_pages(outlet: Outlet, tmp_path: Path) -> None:
    done = live(
        outlet, f"{outlet.origin}/sitemap.xml", "-o", "out.jsonl", "--since", "2026-03-10",
        cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert len(lines(tmp_path / "out.jsonl")) == 4
    assert "8 older" in done.stderr


def test_what_robots_closes_is_not_asked_for(outlet: Outlet, tmp_path: Path) -> None:
    done = live(
        outlet, f"{outlet.origin}/closed/3", f"{outlet.origin}/none", "-o", "out.jsonl",
        "--rejects", "bad.jsonl", cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 1
    assert [r["reason"] for r in lines(tmp_path / "bad.jsonl")] == ["robots", "http_status"]
    assert "/closed/3" not in outlet.asked


def test_a_page_that_is_as_it_was_is_not_read_again(outlet: Outlet, tmp_path: Path) -> None:
    where = [f"{outlet.origin}/news/3", "--state", "crawl.state"]
    assert live(outlet, *where, "-o", "one.jsonl", cwd=tmp_path).returncode == 0
    again = live(outlet, *where, "-o", "two.jsonl", cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    assert "1 not_modified" in again.stderr
    assert lines(tmp_path / "two.jsonl") == []


def test_an_article_that_changed_names_the_revision_before(pages: Path, tmp_path: Path) -> None:
    first = [str(pages / "003.html"), "--state", "crawl.state"]
    run("ingest", *first, "-o", "one.jsonl", cwd=tmp_path)
    text = page(3, ORIGIN).replace("most of them went on", "none of them went on")
    (pages / "003.html").write_text(text, "utf-8")
    run("ingest", *first, "-o", "two.jsonl", cwd=tmp_path)
    (one,), (two,) = lines(tmp_path / "one.jsonl"), lines(tmp_path / "two.jsonl")
    assert two["id"] == one["id"]
    assert two["previous"] == one["revision"] != two["revision"]


def test_a_recorded_run_is_repeated_offline_byte_for_byte(tmp_path: Path) -> None:
    with running(6) as server:
        done = live(
            server, f"{server.origin}/feed.xml", f"{server.origin}/gone", "-o", "live.jsonl",
            "--record", "run.warc.gz", cwd=tmp_path,
        )  # fmt: skip
        assert done.returncode == 1, done.stderr
    again = run("replay", "run.warc.gz", "-o", "again.jsonl", cwd=tmp_path)
    assert again.returncode == 1, again.stderr
    assert (tmp_path / "again.jsonl").read_bytes() == (tmp_path / "live.jsonl").read_bytes()
    assert len(lines(tmp_path / "again.jsonl")) == 6
    stored = run("ingest", "run.warc.gz", "-o", "stored.jsonl", cwd=tmp_path)
    texts = [r["text"] for r in lines(tmp_path / "stored.jsonl")]
    assert set(texts) == {r["text"] for r in lines(tmp_path / "live.jsonl")}, stored.stderr


def test_a_page_is_recorded_as_a_fixture_that_replays(outlet: Outlet, tmp_path: Path) -> None:
    done = run(
        "record", f"{outlet.origin}/news/4", "--into", "kept", "--allow-host", outlet.host,
        cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert sorted(p.name for p in (tmp_path / "kept").iterdir()) == ["4.html", "4.meta.json"]
    again = run("replay", "kept", "-o", "out.jsonl", cwd=tmp_path)
    assert "no expectation" in again.stdout
    assert lines(tmp_path / "out.jsonl")[0]["url"] == f"{outlet.origin}/news/4"


@pytest.mark.parametrize(
    "arguments",
    [["nowhere"], [], ["pages", "--as", "novel"], ["pages", "--set", "speed=9"],
     ["pages", "--set", "total=nan"], ["pages", "--set", "total=inf"], ["pages", "--set", "total=-1"],
     ["pages", "--since", "soon"], ["pages", "--outlet", "nobody"], ["pages", "--resume", "--append"]],
)  # fmt: skip
def test_wrong_usage_is_one_line_and_nothing_is_done(
    pages: Path, tmp_path: Path, arguments: list[str]
) -> None:
    done = run("ingest", *arguments, "-o", "out.jsonl", cwd=tmp_path)
    assert done.returncode == 2
    assert len(done.stderr.strip().split("\n")) == 1
    assert not (tmp_path / "out.jsonl").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("ftp://quay.example/a",), "not an http or https URL"),
        (("www.quay.example/feed",), "begins with http"),
        (("pages", "-o", "same.jsonl", "--rejects", "same.jsonl"), "used for two outputs"),
        (("pages", "-o", "same.jsonl", "--state", "./same.jsonl"), "used for two outputs"),
        (("pages", "-o", "pipe"), "not a regular file"),
        (("pages", "--report", "none/report.json"), "no such folder"),
        (("pages", "--overwrite"), "-o"),
        (("pages", "--resume"), "-o"),
    ],
)
def test_wrong_usage_says_what_is_wrong_before_anything_is_done(
    pages: Path, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    os.mkfifo(tmp_path / "pipe")
    done = run("ingest", *arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert len(done.stderr.strip().split("\n")) == 1
    assert {path.name for path in tmp_path.iterdir()} == {"pages", "pipe"}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("folder", None),
        ("map.xml", '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"></urlset>'),
        ("feed.xml", '<rss version="2.0"><channel><title>Quay</title></channel></rss>'),
        ("list.urls", "# none yet\nhttps://quay.example/1\n".partition("\n")[0] + "\n"),
        ("a.warc", "WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 0\r\n\r\n\r\n\r\n"),
    ],
)
def test_what_holds_nothing_to_read_is_told(tmp_path: Path, name: str, content: str | None) -> None:
    if content is None:
        (tmp_path / name).mkdir()
    else:
        (tmp_path / name).write_bytes(content.encode())
    kind = ("--as", "list") if name.startswith("list") else ()
    done = run("ingest", name, *kind, "-o", "out.jsonl", cwd=tmp_path)
    assert done.returncode == 0
    assert "1 input: 0 articles, 0 rejects, 1 skip (1 no_entries)" in done.stderr


def test_a_feed_that_turns_out_to_be_a_page_is_told_as_that(
    httpserver: Any, tmp_path: Path
) -> None:
    httpserver.expect_request("/robots.txt").respond_with_data("", status=404)
    about = "<!doctype html><title>Quay</title>"
    httpserver.expect_request("/feed").respond_with_data(about, mimetype="application/rss+xml")
    host = f"{httpserver.host}:{httpserver.port}"
    told = ("--allow-host", host, "--gap", "0", "-o", "out.jsonl")
    done = run("ingest", f"http://{host}/feed", *told, cwd=tmp_path)
    assert done.returncode == 1
    assert "application/rss+xml, though it begins like an HTML page" in done.stderr


PRESSES = """
from collections.abc import Iterator
from copydesk import Document, hookimpl
from copydesk.sources import Sniff, Source
def accepts(sample): return sample.start.startswith(b"%PRESS")
def read(given):
    for number, part in enumerate(given.stream.read().split(b"%PRESS\\n")[1:]):
        yield Document(content=part, media_type="text/html", origin=f"{given.origin}#{number}")
@hookimpl
def register_sources(register): register(Source("press", accepts, read))
"""


def test_a_plugin_can_bring_a_kind_of_input(tmp_path: Path) -> None:
    (tmp_path / "press.py").write_text(PRESSES, "utf-8")
    (tmp_path / "all.press").write_text(
        "".join(f"%PRESS\n{page(n, ORIGIN)}" for n in range(3)), "utf-8"
    )
    done = run("ingest", "all.press", "-o", "out.jsonl", "--plugin", "press.py", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert origins(tmp_path / "out.jsonl") == [f"all.press#{n}" for n in range(3)]


def test_a_reject_out_of_an_archive_is_tried_again_by_its_offset(
    outlet: Outlet, tmp_path: Path
) -> None:
    addresses = [f"{outlet.origin}/news/{number}" for number in range(3)]
    live(outlet, *addresses, "-o", "live.jsonl", "--record", "run.warc.gz", cwd=tmp_path)
    (tmp_path / "bad.py").write_text(
        "from copydesk import Outlet\n"
        "class Quay(Outlet):\n"
        "    id = 'quay'\n"
        "    name = 'The Quay'\n"
        "    def section(self, page):\n"
        "        assert 'number 1.' not in page.text\n",
        "utf-8",
    )
    common = ["--plugin", "bad.py", "--outlet", "quay", "--rejects", "bad.jsonl"]
    done = run("ingest", "run.warc.gz", *common, "-o", "one.jsonl", cwd=tmp_path)
    assert (done.returncode, len(lines(tmp_path / "one.jsonl"))) == (1, 2)
    (reject,) = lines(tmp_path / "bad.jsonl")
    assert (reject["reason"], reject["adapter"]) == ("adapter", "quay")
    done = run("ingest", "--from-rejects", "bad.jsonl", "-o", "two.jsonl", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert origins(tmp_path / "two.jsonl") == [reject["input"]]


def test_an_outlet_is_what_its_feeds_name(outlet: Outlet, tmp_path: Path) -> None:
    (tmp_path / "quay.py").write_text(
        "from copydesk import Outlet\n"
        "class Quay(Outlet):\n"
        "    id = 'quay'\n"
        "    name = 'The Quay'\n"
        f"    feeds = ('{outlet.origin}/feed.xml',)\n",
        "utf-8",
    )
    done = live(
        outlet, "quay", "--plugin", "quay.py", "-o", "out.jsonl", "--limit", "5", cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    assert len(lines(tmp_path / "out.jsonl")) == 5


def test_a_list_of_addresses_is_followed_and_a_bad_line_costs_itself(
    outlet: Outlet, tmp_path: Path
) -> None:
    listed = f"# pages\n{outlet.origin}/news/1\nnews/2\n{outlet.origin}/news/1\n"
    (tmp_path / "urls.txt").write_text(listed, "utf-8")
    done = live(
        outlet,
        "urls.txt",
        "--as",
        "list",
        "-o",
        "out.jsonl",
        "--rejects",
        "bad.jsonl",
        cwd=tmp_path,
    )
    assert done.returncode == 1
    assert len(lines(tmp_path / "out.jsonl")) == 1
    assert [r["input"] for r in lines(tmp_path / "bad.jsonl")] == ["urls.txt:3"]
    assert "1 duplicate_input" in done.stderr


def test_one_page_is_fetched_and_read(outlet: Outlet, tmp_path: Path) -> None:
    url = f"{outlet.origin}/news/1"
    done = run("extract", url, "--allow-host", outlet.host, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["url"] == url


def test_a_fixture_that_is_there_is_not_recorded_over(outlet: Outlet, tmp_path: Path) -> None:
    given = ("record", f"{outlet.origin}/news/4", "--allow-host", outlet.host, "--gap", "0")
    assert run(*given, cwd=tmp_path).returncode == 0
    again = run(*given, cwd=tmp_path)
    assert again.returncode == 1
    assert "exists already" in again.stderr


def test_a_session_of_a_whole_feed_is_recorded(outlet: Outlet, tmp_path: Path) -> None:
    done = run(
        "record", f"{outlet.origin}/feed.xml", "--session", "feed.warc.gz",
        "--allow-host", outlet.host, "--gap", "0", cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    again = run("replay", "feed.warc.gz", "-o", "out.jsonl", cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    assert len(lines(tmp_path / "out.jsonl")) == 12


def test_what_is_on_standard_input_is_sniffed_too(outlet: Outlet, tmp_path: Path) -> None:
    done = subprocess.run(
        [*COMMAND, "ingest", "-", "-q", "--allow-host", outlet.host, "--gap", "0"],
        input=f"{outlet.origin}/news/1\n{outlet.origin}/news/2\n",
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.strip().split("\n")) == 2


@pytest.mark.parametrize("written", ["-o", "--rejects", "--state"])
def test_a_folder_that_may_not_be_written_is_told_in_one_line(
    written: str, pages: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "closed"
    folder.mkdir(0o555)
    # To the super-user only the system's own folders are closed.
    place = Path("/proc") if os.access(folder, os.W_OK) else folder
    done = run("ingest", "pages", "-q", written, place / "out.jsonl", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (3, "")
    assert f"{place}/out.jsonl: " in done.stderr
    assert len(done.stderr.strip().split("\n")) == 1


def test_a_folder_that_does_not_exist_is_wrong_usage(pages: Path, tmp_path: Path) -> None:
    done = run("ingest", "pages", "-o", "none/out.jsonl", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "none/out.jsonl: no such folder" in done.stderr


def test_a_run_needs_no_home_no_locale_and_few_open_files(pages: Path, tmp_path: Path) -> None:
    def poor() -> None:
        import resource

        os.umask(0o077)
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))

    done = spawn(
        "ingest", "pages", "-o", "out.jsonl", "--workers", "3", cwd=tmp_path, preexec_fn=poor,
        env={"LANG": "C", "LC_ALL": "C", "COPYDESK_OUTLETS": ""},
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert len(lines(tmp_path / "out.jsonl")) == 38


def test_what_an_earlier_run_wrote_is_a_duplicate_and_a_return_to_it_too(
    pages: Path, tmp_path: Path
) -> None:
    told = ("ingest", "pages/003.html", "--state", "crawl.state", "-o")
    first = (pages / "003.html").read_text("utf-8")
    run(*told, "one.jsonl", cwd=tmp_path)
    assert "1 skip (1 duplicate)" in run(*told, "two.jsonl", cwd=tmp_path).stderr
    (pages / "003.html").write_text(first.replace("most of them", "none of them"), "utf-8")
    run(*told, "three.jsonl", cwd=tmp_path)
    assert len(lines(tmp_path / "three.jsonl")) == 1
    (pages / "003.html").write_text(first, "utf-8")
    assert "1 skip (1 duplicate)" in run(*told, "four.jsonl", cwd=tmp_path).stderr


def test_what_a_run_writes_into_the_folder_that_it_reads_is_no_input(
    pages: Path, tmp_path: Path
) -> None:
    given = ("ingest", ".", "-o", "out.jsonl", "--rejects", "bad.jsonl", "--state", "crawl.state")
    done = run(*given, cwd=pages)
    assert "40 inputs" in done.stderr
    again = run(*given, "--resume", cwd=pages)
    assert "40 inputs" in again.stderr


def test_a_state_that_served_another_output_does_not_cut_this_one(
    pages: Path, tmp_path: Path
) -> None:
    common = ("ingest", "pages", "--state", "crawl.state")
    run(*common, "--limit", "15", "-o", "first.jsonl", cwd=tmp_path)
    (pages / "new.html").write_text(page(50, ORIGIN), "utf-8")
    run("ingest", "pages/new.html", *common[2:], "-o", "second.jsonl", cwd=tmp_path)
    before = (tmp_path / "first.jsonl").read_bytes()
    done = run(*common, "-o", "first.jsonl", "--resume", cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    after = (tmp_path / "first.jsonl").read_bytes()
    assert after.startswith(before)
    # The new page is known by the other output.
    assert len(set(origins(tmp_path / "first.jsonl"))) == len(lines(tmp_path / "first.jsonl")) == 38


def test_a_state_and_its_output_may_be_moved_together(pages: Path, tmp_path: Path) -> None:
    told = ("-o", "out.jsonl", "--rejects", "bad.jsonl")
    run("ingest", str(pages), "--limit", "9", *told, cwd=tmp_path)
    moved = tmp_path / "moved"
    moved.mkdir()
    for name in ("out.jsonl", "out.jsonl.state", "bad.jsonl"):
        (tmp_path / name).rename(moved / name)
    done = run("ingest", str(pages), "--resume", *told, cwd=moved)
    assert "40 inputs: 38 articles, 1 reject (1 binary), 1 skip (1 duplicate)" in done.stderr


@pytest.mark.parametrize("then", [[], ["--rejects", "other.jsonl"]])
def test_a_run_is_not_gone_on_from_without_its_rejects(
    pages: Path, tmp_path: Path, then: list[str]
) -> None:
    told = ("ingest", "pages", "-o", "out.jsonl")
    run(*told, "--limit", "9", "--rejects", "bad.jsonl", cwd=tmp_path)
    kept = (tmp_path / "bad.jsonl").read_bytes()
    done = run(*told, "--resume", *then, cwd=tmp_path)
    assert done.returncode == 2
    assert "bad.jsonl: has the rejects of this run" in done.stderr
    assert run(*told, "--resume", "--rejects", "bad.jsonl", cwd=tmp_path).returncode == 1
    assert (tmp_path / "bad.jsonl").read_bytes() == kept


def test_rejects_of_something_else_are_not_cut_when_a_run_goes_on(
    pages: Path, tmp_path: Path
) -> None:
    told = ("ingest", "pages", "-o", "out.jsonl")
    run(*told, "--limit", "9", cwd=tmp_path)
    (tmp_path / "bad.jsonl").write_bytes(b"kept\n")
    done = run(*told, "--resume", "--rejects", "bad.jsonl", cwd=tmp_path)
    assert done.returncode == 2
    assert (tmp_path / "bad.jsonl").read_bytes() == b"kept\n"


def test_another_database_is_no_state_and_nothing_is_added_to_it(
    pages: Path, tmp_path: Path
) -> None:
    foreign = tmp_path / "foreign.db"
    with contextlib.closing(sqlite3.connect(foreign)) as base:
        base.execute("CREATE TABLE notes (text TEXT)")
    before = foreign.read_bytes()
    done = run("ingest", "pages", "--state", "foreign.db", "-o", "out.jsonl", cwd=tmp_path)
    assert done.returncode == 2
    assert "foreign.db" in done.stderr
    assert foreign.read_bytes() == before


@pytest.mark.parametrize("stderr", ["gone", "full", "closed"])
def test_a_run_goes_on_where_nobody_can_be_told_of_it(
    pages: Path, tmp_path: Path, stderr: str
) -> None:
    told = [*COMMAND, "ingest", "pages", "-o", "out.jsonl"]
    if stderr == "gone":
        reading, writing = os.pipe()
        os.close(reading)
    else:
        writing = os.open("/dev/full", os.O_WRONLY)
    if stderr == "closed":
        told = ["/bin/sh", "-c", 'exec "$@" 2>&-', "sh", *told]
    try:
        done = subprocess.run(
            told, cwd=tmp_path, stderr=writing, stdout=subprocess.PIPE, check=False, timeout=60
        )
    finally:
        os.close(writing)
    assert (done.returncode, done.stdout) == (1, b"")
    assert len(lines(tmp_path / "out.jsonl")) == 38


def test_nothing_is_joined_to_a_torn_line(pages: Path, tmp_path: Path) -> None:
    (tmp_path / "out.jsonl").write_bytes(b'{"torn')
    done = run("ingest", "pages", "-o", "out.jsonl", "--append", cwd=tmp_path)
    assert done.returncode == 2
    assert "incomplete" in done.stderr
    assert (tmp_path / "out.jsonl").read_bytes() == b'{"torn'


def test_a_password_in_an_address_stands_in_no_message_record_or_reject(
    outlet: Outlet, tmp_path: Path
) -> None:
    host = outlet.host
    feed = (
        '<rss version="2.0"><channel><title>Quay</title>'
        f"<item><title>a</title><link>http://ann:hush@{host}/news/2</link></item>"
        f"<item><title>b</title><link>ftp://ann:hush@{host}/1</link></item></channel></rss>"
    )
    (tmp_path / "feed.xml").write_text(feed, "utf-8")
    deep = f"<sitemapindex><sitemap><loc>http://ann:hush@{host}/m</loc></sitemap></sitemapindex>"
    (tmp_path / "map.xml").write_text(deep, "utf-8")
    (tmp_path / "urls.txt").write_text(
        f"http://ann:hush@{host}/none\nftp://ann:hush@{host}/2\n", "utf-8"
    )
    done = live(
        outlet, f"http://ann:hush@{host}/news/1", "feed.xml", "map.xml", "--set", "sitemap_depth=0",
        "-o", "out.jsonl", "--rejects", "bad.jsonl", "--record", "run.warc", cwd=tmp_path,
    )  # fmt: skip
    listed = live(outlet, "urls.txt", "--as", "list", "--rejects", "more.jsonl", cwd=tmp_path)
    refused = run("ingest", f"ftp://ann:hush@{host}/3", cwd=tmp_path)
    assert len(lines(tmp_path / "out.jsonl")) == 2
    assert len(lines(tmp_path / "bad.jsonl") + lines(tmp_path / "more.jsonl")) == 4
    told = done.stderr + listed.stderr + refused.stderr
    assert f"ftp://{host}/1" in told
    for name in ("feed.xml", "map.xml", "urls.txt"):
        (tmp_path / name).unlink()
    for path in tmp_path.iterdir():
        assert b"hush" not in path.read_bytes(), path
    assert "hush" not in told


def test_a_page_that_gave_no_article_is_asked_for_anew(outlet: Outlet, tmp_path: Path) -> None:
    (tmp_path / "odd.py").write_text(
        PLUGIN.format(fault="raise ValueError('odd')").replace("number 5.", "number 3."), "utf-8"
    )
    url = f"{outlet.origin}/news/3"
    common = ("--state", "crawl.state", "--rejects", "bad.jsonl", "-o")
    plugin = ("--plugin", "odd.py", "--outlet", "quay")
    assert live(outlet, url, *plugin, *common, "one.jsonl", cwd=tmp_path).returncode == 1
    mended = ("--from-rejects", "bad.jsonl", "--state", "crawl.state", "-o", "two.jsonl")
    done = live(outlet, *mended, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert origins(tmp_path / "two.jsonl") == [url]


def test_a_recording_without_room_ends_the_run_and_makes_no_rejects(
    outlet: Outlet, tmp_path: Path
) -> None:
    def small() -> None:
        import resource

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (6_000, 6_000))

    done = spawn(
        "ingest", f"{outlet.origin}/feed.xml", "--record", "run.warc.gz", "--rejects", "bad.jsonl",
        "--allow-host", outlet.host, "--gap", "0", cwd=tmp_path, preexec_fn=small,
    )  # fmt: skip
    assert done.returncode == 3, done.stderr
    assert "run.warc.gz" in done.stderr
    assert "Traceback" not in done.stderr
    assert lines(tmp_path / "bad.jsonl") == []


@pytest.mark.parametrize("source", ["feed", "archive"])
def test_a_run_that_is_killed_between_lists_and_archives_goes_on_too(
    source: str, outlet: Outlet, tmp_path: Path
) -> None:
    where = f"{outlet.origin}/feed.xml"
    if source == "archive":
        live(outlet, where, "-o", "x.jsonl", "--record", "run.warc.gz", cwd=tmp_path)
        where = "run.warc.gz"
    (tmp_path / "slow.py").write_text(
        PLUGIN.format(fault="pass").replace('if "number 5."', "time.sleep(0.04)\n        if 'y'"),
        "utf-8",
    )
    common = [
        "ingest", where, f"{outlet.origin}/none", "--plugin", "slow.py", "--outlet", "quay",
        "--allow-host", outlet.host, "--gap", "0", "-q", "--workers", "2",
    ]  # fmt: skip
    run(*common, "-o", "whole.jsonl", "--rejects", "whole.bad", cwd=tmp_path)
    resumed = [*common, "-o", "out.jsonl", "--rejects", "out.bad", "--resume"]
    chance = random.Random(source)
    for _ in range(4):
        process = subprocess.Popen([*COMMAND, *resumed], cwd=tmp_path, stderr=subprocess.DEVNULL)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.8 + chance.random() * 0.7)
        process.kill()
        process.wait()
    assert run(*resumed, cwd=tmp_path).returncode == 1
    whole = {record["id"] for record in lines(tmp_path / "whole.jsonl")}
    found = [record["id"] for record in lines(tmp_path / "out.jsonl")]
    assert len(found) == len(whole) == 12
    assert set(found) == whole
    assert (tmp_path / "out.bad").read_bytes() == (tmp_path / "whole.bad").read_bytes()


def test_a_recorded_run_over_rejects_is_repeated_offline(outlet: Outlet, tmp_path: Path) -> None:
    reject = {"stage": "fetch", "reason": "timeout", "message": "late"}
    tried = [f"{outlet.origin}/news/2", f"{outlet.origin}/none"]
    (tmp_path / "bad.jsonl").write_text(
        "".join(json.dumps({"input": url, **reject}) + "\n" for url in tried), "utf-8"
    )
    done = live(
        outlet, "--from-rejects", "bad.jsonl", "-o", "live.jsonl", "--record", "run.warc.gz",
        cwd=tmp_path,
    )  # fmt: skip
    again = run("replay", "run.warc.gz", "-o", "again.jsonl", cwd=tmp_path)
    assert origins(tmp_path / "again.jsonl") == tried[:1]
    assert (tmp_path / "again.jsonl").read_bytes() == (tmp_path / "live.jsonl").read_bytes()
    assert (again.returncode, again.stderr.splitlines()[-1]) == (1, done.stderr.splitlines()[-1])


def test_a_recorded_run_in_which_pages_were_as_before_is_repeated_with_the_same_skips(
    outlet: Outlet, tmp_path: Path
) -> None:
    urls = [f"{outlet.origin}/news/{number}" for number in range(3)]
    live(outlet, *urls[:2], "--state", "crawl.state", "-o", "one.jsonl", cwd=tmp_path)
    told = ("--state", "crawl.state", "--record", "run.warc.gz")
    done = live(outlet, *urls, *told, "-o", "two.jsonl", cwd=tmp_path)
    assert "3 inputs: 1 article, 0 rejects, 2 skips (2 not_modified)" in done.stderr
    again = run("replay", "run.warc.gz", "-o", "again.jsonl", cwd=tmp_path)
    assert "3 inputs: 1 article, 0 rejects, 2 skips (2 not_modified)" in again.stderr
    assert (tmp_path / "again.jsonl").read_bytes() == (tmp_path / "two.jsonl").read_bytes()


@pytest.mark.parametrize("name", ["run.warc.gz", "run.warc"])
def test_a_page_of_an_archive_that_gave_no_article_is_told_with_its_offset(
    name: str, tmp_path: Path
) -> None:
    body = b"<!doctype html><title>404 Not Found</title><p>This page has moved.</p>"
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    block = head + body
    record = (
        b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://quay.example/1\r\n"
        b"Content-Type: application/http; msgtype=response\r\n"
        b"Content-Length: %d\r\n\r\n%b\r\n\r\n" % (len(block), block)
    )
    piece = gzip.compress(record) if name.endswith(".gz") else record
    (tmp_path / name).write_bytes(piece * 2)
    run("ingest", name, "--rejects", "bad.jsonl", cwd=tmp_path)
    found = [(r["input"], r["stage"], r["offset"]) for r in lines(tmp_path / "bad.jsonl")]
    assert found == [(f"{name}@{place}", "read", place) for place in (0, len(piece))]


@pytest.mark.parametrize("workers", [1, 2])
def test_an_article_above_the_size_of_a_record_is_a_reject(
    workers: int, pages: Path, tmp_path: Path
) -> None:
    done = run(
        "ingest", "pages/001.html", "pages/002.html", "-o", "out.jsonl", "--rejects", "bad.jsonl",
        "--set", "record=600", "--workers", str(workers), cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 1
    assert [r["reason"] for r in lines(tmp_path / "bad.jsonl")] == ["too_large"] * 2
    assert "above the limit of 600" in done.stderr


def test_a_run_that_loses_an_input_says_so(
    pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = Run._record
    ends = iter(range(40))

    def forgetful(self: Run, place: Any) -> None:
        if next(ends) != 11:
            record(self, place)

    monkeypatch.setattr(Run, "_record", forgetful)
    done = run("ingest", "pages", "-o", "out.jsonl", "--report", "report.json", cwd=tmp_path)
    assert done.returncode == 1
    assert "differ in number" in done.stderr
    assert not json.loads((tmp_path / "report.json").read_text("utf-8"))["balanced"]


def test_a_run_that_ends_at_its_limit_adds_up(outlet: Outlet, tmp_path: Path) -> None:
    done = live(
        outlet, f"{outlet.origin}/none", f"{outlet.origin}/feed.xml", "--limit", "3", "--report",
        "report.json", "-o", "out.jsonl", cwd=tmp_path,
    )  # fmt: skip
    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert (report["inputs"], report["articles"], report["balanced"]) == (4, 3, True), done.stderr


def test_nothing_of_a_host_or_a_name_obeys_on_a_terminal(httpserver: Any, tmp_path: Path) -> None:
    httpserver.expect_request("/robots.txt").respond_with_data("", status=404)
    odd = "application/x\x9b31m\u202e"
    for place, fields in {
        "/type": {"Content-Type": odd.encode().decode("latin-1")},
        "/coding": {
            "Content-Type": "text/html",
            "Content-Encoding": "\x1b[31mx".replace("\x1b", "\x9b"),
        },
        "/moved": {"Location": "ftp://quay\x9b.example/\x9b31m"},
    }.items():
        status = 302 if place == "/moved" else 200
        httpserver.expect_request(place).respond_with_data("\0\1", status=status, headers=fields)
    (tmp_path / "a\x1b[31m\n\u202eb.bin").write_bytes(b"\0\1\2\3" * 90)
    host = f"{httpserver.host}:{httpserver.port}"
    urls = [f"http://{host}/{name}" for name in ("type", "coding", "moved")]
    done = run(
        "ingest", *urls, "a\x1b[31m\n\u202eb.bin", "-o", "out.jsonl", "--rejects", "bad.jsonl",
        "--allow-host", host, "--gap", "0", cwd=tmp_path,
    )  # fmt: skip
    assert len(lines(tmp_path / "bad.jsonl")) == 4
    told = done.stderr.split("\n")
    assert len(told) == 4 + 2 + 1
    assert all(line.isprintable() for line in told), told


def test_only_pages_are_recorded_as_fixtures_and_without_a_password(
    httpserver: Any, tmp_path: Path
) -> None:
    host = f"{httpserver.host}:{httpserver.port}"
    httpserver.expect_request("/robots.txt").respond_with_data("", status=404)
    for place, kind, body in (
        ("/wall", "text/html", page(1, ORIGIN).encode()),
        ("/ferry", "", page(2, ORIGIN).encode()),
        ("/wall.png", "image/png", b"\x89PNG\r\n"),
        ("/data", "", b"\0\1\2\3"),
    ):
        answer = Response(body, headers={"Content-Type": kind} if kind else {})
        if not kind:
            del answer.headers["Content-Type"]
        httpserver.expect_request(place).respond_with_response(answer)
    urls = [f"http://ann:hush@{host}/{name}" for name in ("wall", "ferry", "wall.png", "data")]
    told = ("--allow-host", host, "--gap", "0")
    done = run("record", *urls, "--into", "kept", *told, cwd=tmp_path)
    assert done.returncode == 1
    kept = sorted((tmp_path / "kept").iterdir())
    assert [p.name for p in kept] == [
        "ferry.html",
        "ferry.meta.json",
        "wall.html",
        "wall.meta.json",
    ]
    assert not any("hush" in path.read_text("utf-8") for path in kept)
    single = run("extract", urls[0], *told[:2], cwd=tmp_path)
    assert json.loads(single.stdout)["requested_url"] == f"http://{host}/wall"
    assert "hush" not in single.stdout + done.stderr + done.stdout


def test_a_replay_comes_to_the_rejects_of_the_recorded_run_byte_for_byte(
    outlet: Outlet, tmp_path: Path
) -> None:
    urls = [f"{outlet.origin}{place}" for place in ("/news/1", "/none", "/closed/1", "/news/1")]
    told = ("-o", "live.jsonl", "--rejects", "live.bad", "--record", "run.warc.gz")
    live(outlet, *urls, "http://127.0.0.2:1/x", *told, cwd=tmp_path)
    assert len(lines(tmp_path / "live.bad")) == 3
    config = RunConfig(
        arguments=(*urls, "http://127.0.0.2:1/x"), output=tmp_path / "again.jsonl",
        rejects=tmp_path / "again.bad", session=Session.load(tmp_path / "run.warc.gz"),
    )  # fmt: skip
    with no_network():
        ran = ingest.run(config, loading.load(()), lambda _: None, print, lambda _, __: None)
        summary = asyncio.run(ran)
    assert summary.balanced
    for name in ("jsonl", "bad"):
        live_bytes = (tmp_path / f"live.{name}").read_bytes()
        assert (tmp_path / f"again.{name}").read_bytes() == live_bytes
