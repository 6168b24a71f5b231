"""Lists that hang, die or grow: each costs itself alone, and its neighbours are read."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Run
from tests.core.runs.test_inputs import archive, story

pytestmark = [pytest.mark.process, pytest.mark.slow]

SOURCE = """
import os, sys, time
from copydesk import Document, hookimpl
from copydesk.sources import Source

def read(given):
    first, _, text = given.stream.read().partition(b"\\n")
    yield Document(content=text, media_type="text/plain", origin=f"{given.origin}#1")
    what = first.decode().removeprefix("%SLIPS ")
    if what == "hangs":
        time.sleep(600)
    elif what == "spins":
        while True:
            pass
    elif what == "eats":
        held = []
        while True:
            held.append(bytes(20_000_000))
    elif what == "dies":
        os._exit(3)
    elif what == "exits":
        sys.exit(4)
    elif what == "gives_none":
        yield None
    elif what == "gives_text":
        yield Document(content="text", media_type="text/plain")
    elif what == "gives_too_much":
        yield Document(content=bytes(17 << 20), media_type="text/plain", origin=f"{given.origin}#2")
    elif what == "prints":
        print("PRINTED")
        sys.__stdout__.write("PRINTED")
        sys.__stdout__.flush()
        os.write(1, b"PRINTED")

def accepts(sample):
    if sample.start.startswith(b"%ASKED prints"):
        print("PRINTED")
    elif sample.start.startswith(b"%ASKED raises"):
        raise ValueError("of no use")
    elif sample.start.startswith(b"%ASKED exits"):
        sys.exit(4)
    elif sample.start.startswith(b"%ASKED hangs"):
        time.sleep(600)
    return sample.start.startswith(b"%SLIPS")

@hookimpl
def register_sources(register):
    register(Source("slips", accepts, read))
"""

READ = {
    "hangs": "deadline",
    "spins": "deadline",
    "eats": "memory",
    "dies": "worker_died",
    "exits": "source",
    "gives_none": "source",
    "gives_text": "source",
    "gives_too_much": "too_large",
    "prints": None,
}
ASKED = {"raises": "source", "exits": "source", "hangs": "source", "prints": None}


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_source_that_fails_loses_only_its_own_list(
    tmp_path: Path, process: Run, workers: str
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (tmp_path / "slips.py").write_text(SOURCE)
    (folder / "a.txt").write_text(story(1))
    (folder / "z.txt").write_text(story(2))
    for number, what in enumerate(READ, 10):
        (folder / f"{what}.slips").write_text(f"%SLIPS {what}\n{story(number)}")
    done = process(
        "ingest", "in", "--plugin", "slips.py", "--workers", workers, "--rejects", "bad.jsonl",
        "--set", "reading=3", "--set", "memory=250000000",
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    records = [json.loads(line) for line in done.stdout.splitlines()]
    slips = sorted(f"in/{what}.slips#1" for what in READ)
    assert [r["document"]["origin"] for r in records] == ["in/a.txt", *slips, "in/z.txt"]
    rejects = {r["input"].partition(".")[0]: r["reason"] for r in lines(tmp_path / "bad.jsonl")}
    assert rejects == {f"in/{what}": reason for what, reason in READ.items() if reason}
    assert "PRINTED" in done.stderr


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_source_that_fails_to_recognize_an_input_loses_only_that_input(
    tmp_path: Path, process: Run, workers: str
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (tmp_path / "slips.py").write_text(SOURCE)
    (folder / "a.txt").write_text(story(1))
    (folder / "z.txt").write_text(story(2))
    for number, what in enumerate(ASKED, 10):
        (folder / f"{what}.txt").write_text(f"%ASKED {what}\n\n{story(number)}")
    done = process(
        "ingest", "in", "--plugin", "slips.py", "--workers", workers, "--rejects", "bad.jsonl",
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert [r["document"]["origin"] for r in records] == ["in/a.txt", "in/prints.txt", "in/z.txt"]
    rejects = lines(tmp_path / "bad.jsonl")
    assert {r["input"]: r["reason"] for r in rejects} == {
        f"in/{what}.txt": reason for what, reason in ASKED.items() if reason
    }
    assert all("'slips'" in r["message"] for r in rejects)


STUCK = """
import time
from copydesk.sources.warc import reader as warc

whole = warc._read_record

def of_record(given, subject, piece, record):
    if (record.headers.get("WARC-Target-URI") or "").endswith("/2"):
        time.sleep(600)
    return whole(given, subject, piece, record)

warc._read_record = of_record
"""


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_record_that_hangs_loses_neither_earlier_records_nor_other_inputs(
    tmp_path: Path, process: Run, workers: str, packed: bool
) -> None:
    data, offsets = archive(4, packed)
    name = f"a.warc{'.gz' * packed}"
    (tmp_path / name).write_bytes(data)
    (tmp_path / "z.txt").write_text(story(90))
    (tmp_path / "stuck.py").write_text(STUCK)
    told = ("--plugin", "stuck.py", "--workers", workers, "--set", "reading=3")
    done = process("ingest", name, "z.txt", *told, "-o", "out.jsonl", "--rejects", "bad.jsonl")
    assert done.returncode == 1, done.stderr
    origins = [r["document"]["origin"] for r in lines(tmp_path / "out.jsonl")]
    # What is packed is unpacked where it is read: there the record alone is lost.
    kept = [0, 1, 3] if packed else [0, 1]
    assert origins == [*(f"{name}@{offsets[n]}" for n in kept), "z.txt"]
    (reject,) = lines(tmp_path / "bad.jsonl")
    assert reject["reason"] == "deadline"
    # Tried again, it hangs again, and is one reject by its name.
    again = ("--from-rejects", "bad.jsonl", "-o", "more.jsonl", "--rejects", "worse.jsonl")
    done = process("ingest", *again, *told)
    assert done.returncode == 1, done.stderr
    (second,) = [r for r in lines(tmp_path / "worse.jsonl") if r["reason"] == "deadline"]
    assert second["input"] == reject["input"]


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_feed_of_a_hundred_thousand_attributes_loses_no_other_input(
    tmp_path: Path, copydesk: Run, workers: str
) -> None:
    attributes = " ".join(f'a{n}="{n}"' for n in range(100_000))
    (tmp_path / "feed.xml").write_text(f"<rss {attributes}><channel><item {attributes}></rss>")
    (tmp_path / "z.txt").write_text(story(1))
    told = ("-o", "out.jsonl", "--rejects", "bad.jsonl", "--workers", workers)
    done = copydesk("ingest", "feed.xml", "z.txt", *told)
    assert done.returncode == 1, done.stderr
    assert [r["document"]["origin"] for r in lines(tmp_path / "out.jsonl")] == ["z.txt"]
    assert all(r["input"].startswith("feed.xml") for r in lines(tmp_path / "bad.jsonl"))


def test_standard_input_given_twice_is_read_once(tmp_path: Path) -> None:
    data, offsets = archive(3, packed=True)
    done = subprocess.run(
        [sys.executable, "-m", "copydesk", "ingest", "-", "-"],
        input=data, cwd=tmp_path, capture_output=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert [r["document"]["origin"] for r in records] == [f"-@{at}" for at in offsets[:3]]
    assert b"1 duplicate_input" in done.stderr


def test_a_slow_page_on_standard_input_does_not_delay_the_others(
    tmp_path: Path,
) -> None:
    (tmp_path / "a.txt").write_text(story(1))
    with subprocess.Popen(
        [sys.executable, "-m", "copydesk", "ingest", "-", "a.txt", "--rejects", "bad.jsonl"],
        cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdin is not None
        process.stdin.write(story(2).encode())
        output, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    records = [json.loads(line) for line in output.splitlines()]
    assert [r["document"]["origin"] for r in records] == ["-", "a.txt"]
    assert (tmp_path / "bad.jsonl").read_bytes() == b""


OUTLET = """
from copydesk import Outlet

class Quay(Outlet):
    id = "quay"
    name = "The Quay"
    feeds = ("{url}",)
"""


@pytest.mark.parametrize("kind", ["text/html", "application/rss+xml"])
def test_a_page_instead_of_an_outlets_feed_is_not_an_article(
    httpserver: Any, tmp_path: Path, copydesk: Run, kind: str
) -> None:
    text = "".join(f"<p>{line}</p>" for line in story(1).split("\n\n"))
    httpserver.expect_request("/robots.txt").respond_with_data("", status=404)
    page = f"<!doctype html><title>Ferry number 1 leaves</title><article>{text}</article>"
    httpserver.expect_request("/feed").respond_with_data(page, content_type=kind)
    host = f"{httpserver.host}:{httpserver.port}"
    (tmp_path / "quay.py").write_text(OUTLET.format(url=f"http://{host}/feed"))
    told = ("--plugin", "quay.py", "--allow-host", host, "--gap", "0", "--contact", "a@b.example")
    done = copydesk("ingest", "quay", *told, "-o", "out.jsonl", "--rejects", "bad.jsonl")
    assert done.returncode == 1, done.stderr
    (reject,) = lines(tmp_path / "bad.jsonl")
    assert reject["reason"] == "source"
    assert "HTML page" in reject["message"]
    # Nor is it one where it is tried again.
    done = copydesk("ingest", "--from-rejects", "bad.jsonl", *told, "-o", "more.jsonl")
    assert done.returncode == 1, done.stderr
    assert (tmp_path / "more.jsonl").read_bytes() == b""


def test_an_outlets_feeds_may_contain_a_sitemap_or_a_list(
    httpserver: Any, tmp_path: Path, copydesk: Run
) -> None:
    text = "".join(f"<p>{line}</p>" for line in story(1).split("\n\n"))
    home = f"http://{httpserver.host}:{httpserver.port}"
    pages = {
        "/map": (f"<urlset><url><loc>{home}/1</loc></url></urlset>", "text/html"),
        "/list": (f"{home}/2\n", "text/plain"),
        "/1": (f"<!doctype html><title>One</title><article>{text}</article>", "text/html"),
        "/2": (f"<!doctype html><title>Two</title><article>{text} 2</article>", "text/html"),
    }
    httpserver.expect_request("/robots.txt").respond_with_data("", status=404)
    for path, (content, kind) in pages.items():
        httpserver.expect_request(path).respond_with_data(content, content_type=kind)
    (tmp_path / "quay.py").write_text(OUTLET.format(url=f'{home}/map", "{home}/list'))
    told = ("--plugin", "quay.py", "--allow-host", home[7:], "--gap", "0")
    done = copydesk("ingest", "quay", *told, "-o", "out.jsonl", "--contact", "a@b.example")
    assert done.returncode == 0, done.stderr
    assert len(lines(tmp_path / "out.jsonl")) == 2
