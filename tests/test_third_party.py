"""A stranger's distribution: its outlet works as those do that ship with copydesk."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from tests.conftest import Run

from copydesk import extract
from copydesk.adapters import loading

pytestmark = pytest.mark.process

NAME = "copydesk-gazette"
URL = "https://www.gazette.example/news/volunteers-rebuild-the-weir-by-hand"
REPORT = ["bell  gazette  ok", "weir  gazette  ok", "2 fixtures: 2 ok"]


def is_installed() -> bool:
    try:
        distribution(NAME)
    except PackageNotFoundError:
        return False
    return True


needs_it = pytest.mark.skipif(
    not is_installed(), reason=f"{NAME} is not installed; tox installs tests/gazette"
)


@pytest.fixture
def gazette(root: Path) -> Path:
    return root / "tests" / "gazette"


@needs_it
def test_its_outlet_is_found_through_its_entry_point() -> None:
    loaded = loading.load()
    (plugin,) = [p for p in loaded.plugins if p.distribution == NAME]
    assert (plugin.name, plugin.version, plugin.error) == ("gazette", "1.2.0", None)
    assert plugin.outlets == ("gazette",)
    assert loaded.registry.owners["gazette"] == NAME
    assert loaded.registry.find(URL) is loaded.registry.get("gazette")


@needs_it
def test_extract_finds_its_outlet_by_url_and_by_id(gazette: Path) -> None:
    text = (gazette / "tests" / "fixtures" / "weir.txt").read_bytes()
    article = extract(text, url=URL)
    assert article.outlet is not None
    assert article.outlet.name == "The Valley Gazette"
    assert [r.rule for r in article.removed] == ["gazette:bell"]
    assert extract(text, url=URL, outlet="gazette") == article


@needs_it
def test_its_fixtures_replay_without_naming_the_plugin(gazette: Path, process: Run) -> None:
    done = process("replay", gazette / "tests" / "fixtures")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines() == REPORT
    assert done.stderr == ""


def test_its_format_is_written_and_read_as_the_built_in_ones(
    gazette: Path, root: Path, process: Run, tmp_path: Path
) -> None:
    plugin = () if is_installed() else ("--plugin", gazette / "src/copydesk_gazette/__init__.py")
    for words in (
        ("ingest", root / "seeds", "-o", "a.bulletin", "-q"),
        ("ingest", root / "seeds", "-o", "a.jsonl", "-q"),
        ("convert", "a.bulletin", "b", "--format", "bulletin"),
        ("convert", "a.bulletin", "a.csv"),
        ("convert", "a.jsonl", "b.csv"),
    ):
        done = process(*words, *plugin)
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "a.bulletin").read_bytes() == (tmp_path / "b").read_bytes()
    texts = []
    for name in ("a.csv", "b.csv"):
        with (tmp_path / name).open(encoding="utf-8", newline="") as file:
            texts.append([(row["headline"], row["text"]) for row in csv.DictReader(file)])
    assert texts[0] == texts[1]
    done = process("convert", "a.bulletin", "c.db", *plugin)
    assert done.returncode == 1
    assert "5 records without previous" in done.stderr


@needs_it
def test_the_list_of_plugins_names_it(process: Run) -> None:
    done = process("plugins")
    assert done.returncode == 0, done.stderr
    row = [NAME, "1.2.0", "outlets:", "gazette;", "sinks:", "bulletin"]
    assert row in [line.split()[1:] for line in done.stdout.splitlines()]


@needs_it
def test_it_can_be_left_out(process: Run) -> None:
    done = process("outlets", "list", COPYDESK_LOAD_PLUGINS="copydesk")
    assert done.returncode == 0, done.stderr
    assert "gazette" not in [row.split()[0] for row in done.stdout.splitlines()]


def test_its_fixtures_replay_with_the_plugin_named_by_its_file(gazette: Path, process: Run) -> None:
    done = process(
        "replay",
        gazette / "tests" / "fixtures",
        "--plugin",
        gazette / "src" / "copydesk_gazette" / "__init__.py",
        COPYDESK_LOAD_PLUGINS="",
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines() == REPORT


def test_its_fixtures_fail_where_nobody_brings_the_outlet(gazette: Path, process: Run) -> None:
    done = process("replay", gazette / "tests" / "fixtures", COPYDESK_LOAD_PLUGINS="copydesk")
    assert done.returncode == 1
    assert "2 fixtures: 2 failed" in done.stdout
    assert "gazette: no such outlet" in done.stderr


def contract_of(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the tests that a stranger's distribution brings, where they lie."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider", "tests"],
        capture_output=True,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder / "src"), "COPYDESK_LOAD_PLUGINS": "copydesk"},
        encoding="utf-8",
        check=False,
        timeout=120,
    )


@pytest.fixture
def copied(gazette: Path, tmp_path: Path) -> Path:
    """Its folder, where no configuration but its own is near."""
    return shutil.copytree(gazette, tmp_path / "gazette")


def test_it_keeps_the_contract_by_one_line(copied: Path) -> None:
    done = contract_of(copied)
    assert done.returncode == 0, done.stdout + done.stderr


def test_its_contract_fails_where_a_rule_of_it_breaks(copied: Path) -> None:
    module = copied / "src" / "copydesk_gazette" / "__init__.py"
    said = module.read_text("utf-8")
    assert "🔔 .+" in said
    module.write_text(said.replace("🔔 .+", "🔕 .+"), "utf-8")
    done = contract_of(copied)
    assert done.returncode == 1
    assert "gazette: nothing tests rules[0] 'bell' = /🔕 .+/" in done.stdout
    assert "weir: removed is missing: " in done.stdout
