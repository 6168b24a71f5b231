"""The documentation, run: what its pages show is what copydesk does.

Of the fenced blocks of a page, in order: one with a line `<!-- file: path -->` before it is written
to that path; a python block is executed alone, as a reader would paste it; a console block's `$ ` lines are
run, and the lines that follow must be what was printed (a line `...` stands for any number of
lines). Each command must exit with 0, or with the code in a line `<!-- exit: 1 -->` before the
block. The outlet that a page starts listens at a port of its own, and is told by the page's
address. Other blocks are passed over.
"""

from __future__ import annotations

import contextlib
import importlib.util
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

import copydesk
import copydesk.cli as command_line
import copydesk_outlets

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]

_FENCE = re.compile(r"(`{3,}|~{3,})\s*([\w+-]*)[^`]*$")
_MARKER = re.compile(r"<!--\s*(file|exit):\s*(\S+)\s*-->$")
_LINK = re.compile(r"\]\((?!https?://|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)")
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")
_PIP = ("pip", "python -m pip")
_SHOWN = ("scrapy", "copydesk", "python -m copydesk", "python -m pytest", "cat", "cmp", "head")
_SERVER = "python tests/outlet_server.py &"
_PORT = "8765"


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: where it stands, its language, its text, and the markers before it."""

    line: int
    language: str
    text: str
    file: str | None
    code: int


@dataclass(frozen=True, slots=True)
class Command:
    """One `$ ` line of a console block, and the lines that it must print."""

    line: int
    text: str
    output: list[str]


def blocks(text: str) -> list[Block]:
    """The fenced blocks of a page. Markers belong to the block directly below them."""
    found: list[Block] = []
    markers: dict[str, str] = {}
    lines = text.split("\n")
    number = 0
    while number < len(lines):
        line = lines[number].rstrip()
        fence = _FENCE.match(line)
        if fence is None:
            marker = _MARKER.match(line)
            markers = {**markers, marker[1]: marker[2]} if marker else {}
            number += 1
            continue
        end = number + 1
        while end < len(lines) and lines[end].rstrip() != fence[1]:
            end += 1
        assert end < len(lines), f"line {number + 1}: the block is not closed"
        content = "".join(f"{row}\n" for row in lines[number + 1 : end])
        code = int(markers.get("exit", "0"))
        found.append(Block(number + 1, fence[2], content, markers.get("file"), code))
        markers = {}
        number = end + 1
    return found


def commands(block: Block) -> list[Command]:
    """The commands of a console block; a line that ends in a backslash goes on in the next."""
    found: list[Command] = []
    open_line = False
    for number, line in enumerate(block.text.splitlines(), block.line + 1):
        if open_line:
            last = found.pop()
            found.append(Command(last.line, f"{last.text[:-1]}{line.strip()}", []))
        elif line.startswith("$ "):
            found.append(Command(number, line[2:].strip(), []))
        else:
            assert found, f"line {number}: output without a command"
            found[-1].output.append(line)
        open_line = not found[-1].output and found[-1].text.endswith("\\")
    return found


def matches(expected: list[str], printed: list[str]) -> bool:
    """Whether printed lines are the expected ones; `...` stands for any number of lines."""
    if not expected:
        return not printed
    if expected[0] == "...":
        return any(matches(expected[1:], printed[i:]) for i in range(len(printed) + 1))
    return bool(printed) and expected[0] == printed[0] and matches(expected[1:], printed[1:])


class Page:
    """A page being run, and its folder."""

    def __init__(self, path: Path, folder: Path) -> None:
        self.path = path
        self.folder = folder
        self.site = folder / "site"
        self.blocks = blocks(path.read_text(encoding="utf-8"))
        self.own_outlets = any(
            (b.file or "").startswith("plugins/copydesk_outlets/") for b in self.blocks
        )
        self.server: subprocess.Popen[str] | None = None
        self.port = _PORT

    def run(self) -> None:
        """Run every block, and end the server that one of them started."""
        try:
            self._blocks()
        finally:
            if self.server is not None:
                self.server.terminate()
                self.server.communicate()

    def _blocks(self) -> None:
        shutil.copytree(ROOT / "seeds", self.folder / "seeds")
        if self.own_outlets:
            # The page adds a module to the project's own outlets: it gets a copy of them.
            target = self.folder / "plugins" / "copydesk_outlets"
            source = Path(copydesk_outlets.__file__).parent
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        for block in self.blocks:
            if block.file:
                self._write(block)
            elif block.language == "python":
                where = f"{self.path.name}:{block.line}"
                # Blank lines before the code make a traceback's line numbers the page's.
                code = compile("\n" * block.line + block.text, where, "exec", dont_inherit=True)
                exec(code, self._names(block))
            elif block.language == "console":
                for command in commands(block):
                    self._run(command, block.code)

    def _names(self, block: Block) -> dict[str, Any]:
        """The names that a python block finds: none but those of Python."""
        return {"__name__": f"docs_{self.path.stem.replace('-', '_')}_{block.line}"}

    def _write(self, block: Block) -> None:
        target = (self.folder / str(block.file)).resolve()
        assert target.is_relative_to(self.folder.resolve()), f"line {block.line}: outside the page"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(block.text, encoding="utf-8", newline="\n")

    def _run(self, command: Command, code: int) -> None:
        """Run the parts of a command line that `&&` joins; the last one's output is compared."""
        parts = [part.strip() for part in command.text.split("&&")]
        printed: list[str] = []
        for part in parts:
            where = f"{self.path.name}:{command.line}: $ {part}"
            if _opens(part, _PIP):
                self._pip(part, where)
                continue
            if part == _SERVER:
                printed.append(self._serve())
                continue
            if part == "tox":
                continue  # It would run this test.
            done = self._call(part, where)
            printed += done.stdout.replace(self.port, _PORT).splitlines()
            wanted = code if part == parts[-1] else 0
            assert done.returncode == wanted, f"{where}: exit code {done.returncode}\n{done.stdout}"
        shown = [row for row in command.output if row != "..." or not _opens(parts[-1], _PIP)]
        assert matches(shown, [row.rstrip() for row in printed]), (
            f"{self.path.name}:{command.line}: $ {command.text} printed\n" + "\n".join(printed)
        )

    def _call(self, text: str, where: str) -> subprocess.CompletedProcess[str]:
        words = shlex.split(text.replace(_PORT, self.port))
        given: dict[str, str] = {}
        while words and _ASSIGNMENT.match(words[0]):
            name, _, value = words.pop(0).partition("=")
            given[name] = value
        environment = self._environment() | given
        if given.get("COPYDESK_OUTLETS"):
            del environment["COPYDESK_LOAD_PLUGINS"]  # It would keep the folder from being read.
        assert _opens(shlex.join(words), _SHOWN), f"{where}: no command that this test runs"
        if words[0] == "copydesk" and not self.own_outlets and not self._projects():
            return self._inside(words, environment)
        if words[0] == "copydesk":
            words[:1] = [sys.executable, "-m", "copydesk"]
        elif words[0] == "scrapy":
            pytest.importorskip("scrapy", reason=f"{where}: Scrapy is not installed")
            words[:1] = [sys.executable, "-m", "scrapy"]
        elif words[0] == "python":
            words[0] = sys.executable
        return subprocess.run(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            cwd=self.folder,
            env=environment,
            check=False,
            timeout=120,
        )

    def _inside(
        self, words: list[str], environment: dict[str, str]
    ) -> subprocess.CompletedProcess[str]:
        """Run a command in this process, where nothing that is installed changes."""
        printed = io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True)
        with (
            contextlib.chdir(self.folder), contextlib.redirect_stdout(printed),
            contextlib.redirect_stderr(printed), mock.patch.dict(os.environ, environment),
            mock.patch.object(sys, "argv", words), pytest.raises(SystemExit) as stopped,
        ):  # fmt: skip
            command_line.main()
        for name in [name for name in sys.modules if name.startswith("copydesk_plugin_")]:
            del sys.modules[name]
        assert isinstance(stopped.value.code, int)
        told = printed.buffer.getvalue().decode("utf-8")
        return subprocess.CompletedProcess(words, stopped.value.code, told)

    def _serve(self) -> str:
        """Start the outlet at a free port; what it prints, with the page's port."""
        command = [sys.executable, str(ROOT / "tests" / "outlet_server.py"), "--port", "0"]
        self.server = subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8")
        assert self.server.stdout is not None
        address = self.server.stdout.readline().strip()
        self.port = address.split("/")[2].rpartition(":")[2]
        return address.replace(self.port, _PORT)

    def _environment(self) -> dict[str, str]:
        """Unbuffered, so that both streams keep their order; only the page's plugins are loaded."""
        projects = [tomllib.loads(p.read_text(encoding="utf-8")) for p in self._projects()]
        names = ["copydesk", *(one["project"]["name"] for one in projects)]
        paths = [str(self.site)] if self.site.exists() else []
        if self.own_outlets:
            paths.append(str(self.folder / "plugins"))
        return {
            **os.environ,
            "PYTHONUNBUFFERED": "1",
            "COPYDESK_LOAD_PLUGINS": ",".join(names),
            "COPYDESK_OUTLETS": "",
            "PYTHONPATH": os.pathsep.join(filter(None, [*paths, os.environ.get("PYTHONPATH")])),
        }

    def _projects(self) -> list[Path]:
        """The distributions of the page: its folder, or those in it."""
        return [*self.folder.glob("pyproject.toml"), *self.folder.glob("*/pyproject.toml")]

    def _pip(self, text: str, where: str) -> None:
        """Build and install for real, but offline, and into a folder of the page's own."""
        if not self._projects():
            return  # It installs copydesk itself, which the tests have done.
        if importlib.util.find_spec("hatchling") is None or importlib.util.find_spec("pip") is None:
            pytest.skip(f"{where}: needs hatchling and pip, to build offline")
        words = shlex.split(text)
        words = words[words.index("pip") + 1 :]
        if words[0] == "uninstall":
            shutil.rmtree(self.site)  # Where the page's own distributions are installed.
            return
        words += ["--no-deps", "--no-build-isolation", "--no-index", "--quiet"]
        if words[0] == "install":
            words += ["--target", str(self.site)]
        done = subprocess.run(
            [sys.executable, "-m", "pip", *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            cwd=self.folder,
            env={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
            check=False,
            timeout=300,
        )
        assert done.returncode == 0, f"{where}: exit code {done.returncode}\n{done.stdout}"


def _opens(text: str, names: tuple[str, ...]) -> bool:
    return any(text == name or text.startswith(f"{name} ") for name in names)


@pytest.mark.process
@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.name)
def test_page_does_what_it_shows(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    Page(path, tmp_path).run()


@pytest.mark.parametrize(
    "path", [*PAGES, ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md"], ids=lambda p: p.name
)
def test_links_lead_somewhere(path: Path) -> None:
    text = re.sub(r"(?ms)^(`{3,}).*?^\1$", "", path.read_text(encoding="utf-8"))
    missing = [link for link in _LINK.findall(text) if not (path.parent / link).exists()]
    assert missing == []


def test_index_names_every_page() -> None:
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    links = set(_LINK.findall(index))
    pages = {p.name for p in (ROOT / "docs").glob("*.md")} - {"index.md"}
    assert pages <= links


def test_the_site_has_every_page_and_the_reference_every_public_name() -> None:
    site = (ROOT / "tools" / "mkdocs.yml").read_text(encoding="utf-8")
    pages = [
        f"{path.stem}.md" for path in (ROOT / "docs").iterdir() if path.suffix in (".md", ".ipynb")
    ]
    assert sorted(re.findall(r"(?m): ([\w-]+\.md)$", site)) == sorted(pages)
    reference = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    shown = set(re.findall(r"(?m)^::: copydesk\.(\w+)$", reference))
    known = set(copydesk.__all__) - {"__version__"}
    assert known == {n for n in known if n in shown or issubclass(getattr(copydesk, n), Exception)}


def test_what_to_install_names_every_extra() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    recipes = (ROOT / "docs" / "recipes.md").read_text(encoding="utf-8")
    known = set(extras["optional-dependencies"])
    assert set(re.findall(r"`pip install 'copydesk\[(\w+)\]'`", recipes)) == known


def test_install_steps_of_the_plugin_tutorial_are_run() -> None:
    tutorial = blocks((ROOT / "docs" / "tutorial-plugin.md").read_text(encoding="utf-8"))
    shown = [c.text for b in tutorial if b.language == "console" for c in commands(b)]
    pip = [i for i, text in enumerate(shown) if text.startswith("pip ")]
    assert [shown[i].split()[1] for i in pip] == ["wheel", "install", "uninstall"]
    assert "copydesk plugins" in shown[pip[1] + 1 : pip[2]]


def test_a_page_is_cut_into_its_blocks() -> None:
    text = "\n".join(
        [
            "<!-- file: a/b.py -->", "```python", "x = 1", "```", "```sh", "rm x", "```",
            "<!-- exit: 1 -->", "```console", "$ copydesk a \\", "    b", "out", "$ copydesk c", "```",
            "<!-- exit: 2 -->", "words between", "```text", "```",
        ]
    )  # fmt: skip
    found = blocks(text)
    assert [(b.line, b.language, b.file, b.code) for b in found] == [
        (2, "python", "a/b.py", 0), (5, "sh", None, 0), (9, "console", None, 1), (17, "text", None, 0)
    ]  # fmt: skip
    assert found[0].text == "x = 1\n"
    assert commands(found[2]) == [
        Command(10, "copydesk a b", ["out"]),
        Command(13, "copydesk c", []),
    ]


@pytest.mark.parametrize(
    ("expected", "printed", "same"),
    [
        ("", "", True),
        ("", "a", False),
        ("a b", "a b", True),
        ("a", "a b", False),
        ("a ... d", "a b c d", True),
        ("...", "", True),
        ("... d", "a b c", False),
        ("a ... b ... c", "a b x b c", True),
    ],
)
def test_dots_stand_for_any_lines(expected: str, printed: str, same: bool) -> None:
    assert matches(expected.split(), printed.split()) is same


def test_the_way_from_an_address_to_a_plugin_takes_ten_commands() -> None:
    tutorial = blocks((ROOT / "docs" / "tutorial-new.md").read_text(encoding="utf-8"))
    shown = [c.text for b in tutorial if b.language == "console" for c in commands(b)]
    assert shown[0] == _SERVER
    assert len(shown) <= 10
