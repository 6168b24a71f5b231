"""`copydesk outlets check --watch`: a round for every change, until it is interrupted."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from copydesk.adapters.loading import load
from copydesk.cli.app import app
from copydesk.fixtures import store
from copydesk.model.document import Document
from copydesk.reading import read

pytestmark = pytest.mark.process

ADAPTER = """
from copydesk import Outlet

class Echo(Outlet):
    id = "harbour-echo"
    name = "Harbour Echo"
    domains = ("echo.example",)
    byline = ".who"
"""
DECLARED = """
id = "harbour-echo"
name = "Harbour Echo"
domains = ["echo.example"]
byline = ".who"
"""
PAGE = (
    '<!doctype html><html lang="en"><title>Wall</title><body><article><h1>Council on the wall</h1>'
    '<p class="who">By Jo Bloggs</p><p class="desk">Harbour</p>'
    "<p>The harbour council met on Tuesday and talked for hours about the wall and the ferry.</p>"
    "<p>It will meet again on Thursday, and hopes to come to an end then.</p></article></html>"
)


class Watch:
    """A watch on the invented outlet, in a process of its own."""

    def __init__(self, folder: Path, name: str = "echo.py", source: str = ADAPTER) -> None:
        self.folder = folder
        self.adapter = folder / name
        self.adapter.write_text(source, "utf-8")
        place = folder / "fixtures"
        place.mkdir()
        (place / "wall.html").write_text(PAGE, "utf-8")
        meta = {"url": "https://echo.example/wall", "outlet": "harbour-echo", "made": "by hand"}
        (place / "wall.meta.json").write_text(json.dumps(meta), "utf-8")
        document = Document(
            content=PAGE.encode(),
            media_type="text/html",
            url="https://echo.example/wall",
            origin="wall",
        )
        outlet = load([str(self.adapter)]).registry.get("harbour-echo")
        expected = store.outcome(read(document, outlet)[1], None)
        (place / "wall.expected.json").write_bytes(store.canonical(expected))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "copydesk", "outlets", "check", "harbour-echo", "--watch",
             "--plugin", name],
            cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
            env={**os.environ, "COPYDESK_LOAD_PLUGINS": ""}, start_new_session=True,
        )  # fmt: skip

    def round(self) -> list[str]:
        """What the next round prints; its last line is the state."""
        assert self.process.stdout is not None
        lines = []
        for line in self.process.stdout:
            lines.append(line.rstrip("\n"))
            if "; watching " in line:
                return lines
        pytest.fail(f"the watch ended: {lines}")

    def end(self) -> tuple[int, str]:
        """Interrupt it as a terminal does; its exit code and what it said on stderr."""
        os.killpg(self.process.pid, signal.SIGINT)
        _, said = self.process.communicate()
        return self.process.returncode, said


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watch]:
    yield from watched(Watch(tmp_path))


@pytest.fixture
def declared(tmp_path: Path) -> Iterator[Watch]:
    yield from watched(Watch(tmp_path, "echo.toml", DECLARED))


def watched(watch: Watch) -> Iterator[Watch]:
    yield watch
    if watch.process.poll() is None:
        watch.process.kill()
    watch.process.communicate()


def test_each_change_is_a_round_and_an_interrupt_ends_it_with_130(watch: Watch) -> None:
    assert watch.round()[-2:] == ["harbour-echo: 1 fixture: ok", "no findings; watching 4 files"]

    watch.adapter.write_text(ADAPTER + '    section = ".desk"\n', "utf-8")
    told = watch.round()
    assert told[told.index("  section:") :][:3] == ["  section:", "    -null", '    +"Harbour"']
    assert told[-1] == "findings; watching 4 files"

    watch.adapter.write_text(ADAPTER + "    byline = (\n", "utf-8")
    (broken,) = watch.round()
    assert broken.startswith("broken: plugin 'echo.py': SyntaxError: ")

    watch.adapter.write_text(ADAPTER + "    rules = ()\n", "utf-8")
    assert watch.round()[-1] == "no findings; watching 4 files"

    expected = watch.folder / "fixtures" / "wall.expected.json"
    expected.write_text(expected.read_text("utf-8").replace("Jo Bloggs", "Jo Blogg"), "utf-8")
    assert watch.round()[-1] == "findings; watching 4 files"

    assert watch.end() == (130, "copydesk: interrupted\n")


def test_a_changed_file_of_toml_is_a_round_too(declared: Watch) -> None:
    assert declared.round()[-1] == "no findings; watching 4 files"
    declared.adapter.write_text(DECLARED + 'section = ".desk"\n', "utf-8")
    assert declared.round()[-1] == "findings; watching 4 files"
    declared.adapter.write_text(DECLARED + "section = 3\n", "utf-8")
    assert declared.round()[-1].startswith("broken: ")
    assert declared.end()[0] == 130


def test_a_module_beside_the_adapter_and_a_new_fixture_are_changes_too(
    tmp_path: Path, watch: Watch
) -> None:
    watch.round()
    (tmp_path / "_helper.py").write_text("", "utf-8")
    assert watch.round()[-1] == "no findings; watching 5 files"
    for ending in (".html", ".meta.json"):
        old = tmp_path / "fixtures" / f"wall{ending}"
        # In one step, so that no round sees half of it.
        new = tmp_path / f"new{ending}"
        new.write_bytes(old.read_bytes())
        new.rename(tmp_path / "fixtures" / f"wall-2{ending}")
    told = watch.round()
    while not told[-1].endswith("watching 7 files"):
        told = watch.round()
    assert "harbour-echo  wall-2  no_expectation" in told
    assert watch.end()[0] == 130


def test_a_watch_starts_with_an_adapter_that_loads(tmp_path: Path, copydesk: Callable[..., subprocess.CompletedProcess[str]]) -> None:  # fmt: skip
    (tmp_path / "echo.py").write_text("class Echo(", "utf-8")
    done = copydesk("outlets", "check", "--watch", "--plugin", "echo.py")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("copydesk: plugin 'echo.py': SyntaxError: ")


def test_the_watch_looks_again_until_a_file_has_changed(
    tmp_path: Path, watch: Watch, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["outlets", "check", "harbour-echo", "--watch", "--plugin", "echo.py"]
    monkeypatch.setattr(sys, "argv", ["copydesk", *words])
    looks = 0

    def sleep(seconds: float) -> None:
        nonlocal looks
        looks += 1
        if looks == 2:
            watch.adapter.write_text("class Echo(", "utf-8")
        if looks > 3:
            raise KeyboardInterrupt

    monkeypatch.setattr("copydesk.cli.watch.time", SimpleNamespace(sleep=sleep))
    with pytest.raises(SystemExit) as stopped:
        app(words)
    assert stopped.value.code == 130
    printed = capfd.readouterr().out.splitlines()
    states = [line for line in printed if "; watching " in line]
    assert states[0] == "no findings; watching 4 files"
    assert states[1].startswith("broken: plugin 'echo.py': SyntaxError")
    assert looks == 4
