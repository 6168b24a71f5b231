"""Pages in gzip: every command that reads a page unpacks it, within the limits of a page."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from tests.conftest import Run

pytestmark = pytest.mark.process

PAGE = """<!doctype html><html lang="en"><title>Night ferry returns</title>
<link rel="canonical" href="https://quay.example/ferry"><article><h1>Night ferry returns</h1>
<p>The night ferry to the islands sails again from Friday, nine years after it was given up.</p>
<p>It carries forty cars and will run until the end of October.</p></article></html>"""
COMMANDS = {
    "extract": ["extract"],
    "explain": ["explain", "--json"],
    "ingest": ["ingest"],
    "new": ["outlets", "new", "--id", "quay", "--package", "package"],
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("name", ["ferry.html.gz", "ferry.htm.gz", "ferry.gz", "ferry.html"])
def test_a_packed_page_is_read_whatever_its_name(
    copydesk: Run, tmp_path: Path, command: str, name: str
) -> None:
    (tmp_path / name).write_bytes(gzip.compress(PAGE.encode()))
    done = copydesk(*COMMANDS[command], name)
    assert done.returncode == 0, done.stderr
    if command == "new":
        (stored,) = (tmp_path / "package").rglob("*.html")
        assert stored.read_text("utf-8") == PAGE
    else:
        assert "Night ferry returns" in done.stdout or "headline" in done.stdout


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (gzip.compress(PAGE.encode())[:-20], "truncated gzip data"),
        (gzip.compress(PAGE.encode() + b" " * 17_000_000), "is larger than 16,777,216 bytes"),
    ],
    ids=["truncated", "large"],
)
def test_a_damaged_or_huge_one_is_refused_in_one_line(
    copydesk: Run, tmp_path: Path, command: str, content: bytes, fault: str
) -> None:
    (tmp_path / "ferry.html.gz").write_bytes(content)
    done = copydesk(*COMMANDS[command], "ferry.html.gz")
    assert done.returncode == 1
    assert done.stderr.splitlines()[0].startswith(f"copydesk: ferry.html.gz: {fault}")
    assert "Traceback" not in done.stderr
