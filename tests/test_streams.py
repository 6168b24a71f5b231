"""Closed streams, full devices and signals: a documented exit code and no traceback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.conftest import Run
from tests.test_ingest import COMMAND

pytestmark = pytest.mark.process

TEXT = "Night ferry returns\n\nThe night ferry sails again from Friday, and all are glad of it.\n"
COMMANDS = [
    "--help", "--version", "schema", "rules", "plugins", "outlets list", "extract in.txt", "explain in.txt",
    "explain in.txt --json", "ingest in.txt", "replay fixtures", "validate in.jsonl",
]  # fmt: skip
# Every command writes; what else is closed or full is the same code for all.
WRITES = {">&-": 1, ">/dev/full": 1, ">&- 2>&-": 1, "| head -0": 0}
OTHERS = {"2>&-": 0, "2>/dev/full": 0, "<&-": 0, "<&- >&- 2>&-": 1}
STREAMS = WRITES | OTHERS
CASES = [(command, streams) for command in COMMANDS for streams in WRITES]
CASES += [
    (c, s) for c in ("--help", "extract in.txt", "ingest in.txt", "replay fixtures") for s in OTHERS
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in.txt").write_text(TEXT, "utf-8")
    (tmp_path / "in.jsonl").write_bytes(b"")
    (tmp_path / "fixtures").mkdir()
    (tmp_path / "fixtures" / "in.txt").write_text(TEXT, "utf-8")
    (tmp_path / "fixtures" / "in.meta.json").write_text('{"made": "by hand"}', "utf-8")
    return tmp_path


@pytest.mark.parametrize(("told", "streams"), CASES)
def test_a_command_ends_well_with_closed_and_full_streams(
    told: str, streams: str, folder: Path
) -> None:
    line = f'{sys.executable} -m copydesk {told} {streams}; echo "code ${{PIPESTATUS[0]}}" >code'
    done = subprocess.run(
        ["/bin/bash", "-c", line], cwd=folder, capture_output=True, text=True, check=False,
        timeout=120,
    )  # fmt: skip
    code = int((folder / "code").read_text("ascii").split()[1])
    wanted = STREAMS[streams]
    if told.startswith("ingest"):
        wanted = 3 if wanted or "head" in streams else 0
    if told.startswith("replay") and "head" not in streams:
        wanted = 1
    assert code == wanted, done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    assert len(done.stderr.splitlines()) <= 2


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("moment", ["importing", "loading a plugin", "reading standard input"])
@pytest.mark.parametrize("command", ["extract -", "ingest -", "explain -"])
def test_a_signal_ends_a_command_with_one_line(
    command: str, moment: str, number: signal.Signals, folder: Path
) -> None:
    more = []
    sign = folder / "sign"
    if moment == "importing":
        # A module that is imported early waits.
        waits = f"import time\nopen({str(sign)!r}, 'w').close()\ntime.sleep(60)\n"
        (folder / "pydantic.py").write_text(waits, "utf-8")
    if moment == "loading a plugin":
        # It takes whatever is raised in it for its own.
        (folder / "plugin.py").write_text(WAITS.format(sign=str(sign)), "utf-8")
        more = ["--plugin", "plugin.py"]
    if moment == "reading standard input":
        (folder / "plugin.py").write_text(f"open({str(sign)!r}, 'w').close()\n", "utf-8")
        more = ["--plugin", "plugin.py"]
    process = subprocess.Popen(
        [*COMMAND, *command.split(), *more], cwd=folder, stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), *sys.path])},
    )  # fmt: skip
    until = time.monotonic() + 60
    while not sign.exists() and time.monotonic() < until:
        time.sleep(0.02)
    time.sleep(0.3)
    process.send_signal(number)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 128 + number, told
    word = "interrupted" if number == signal.SIGINT else "terminated"
    assert told.splitlines()[-1].startswith("copydesk: ")
    assert word in told or "stopped: interrupted" in told
    assert "Traceback" not in told
    assert len(told.splitlines()) <= 2


WAITS = """
import time
open({sign!r}, "w").close()
try:
    time.sleep(60)
except BaseException:
    pass
time.sleep(60)
"""


@pytest.mark.parametrize("name", ["-", "/dev/stdout", "/dev/fd/1"])
def test_standard_output_can_be_named_where_articles_go_to(
    name: str, folder: Path, copydesk: Run
) -> None:
    for command in ("extract", "ingest"):
        plain = copydesk(command, "in.txt").stdout
        assert plain.count("\n") == 1
        assert copydesk(command, "in.txt", "-o", name).stdout == plain
    assert not list(folder.glob("-*"))


@pytest.mark.parametrize(
    "told",
    [
        "replay fixtures -o NAME",
        "explain in.txt --html NAME",
        "ingest in.txt --rejects NAME",
        "ingest in.txt --report NAME",
        "ingest in.txt --state NAME",
        "ingest in.txt -o out --report NAME",
    ],
)
@pytest.mark.parametrize("name", ["-", "/dev/stdout"])
def test_standard_output_is_refused_where_a_file_is_needed(
    told: str, name: str, folder: Path, copydesk: Run
) -> None:
    done = copydesk(*told.replace("NAME", name).split())
    assert done.returncode == 2
    assert done.fault == f"{name}: stands for standard output; name a file"
    assert not list(folder.glob("-*"))


@pytest.mark.parametrize("told", ["convert in.jsonl", "extract in.txt -o", "ingest in.txt -o"])
def test_a_device_is_no_output(told: str, folder: Path, copydesk: Run) -> None:
    done = copydesk(*told.split(), "/dev/null")
    assert (done.returncode, done.fault) == (2, "/dev/null: is not a regular file")
