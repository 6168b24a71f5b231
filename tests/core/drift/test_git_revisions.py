"""Adapters as they were in a git revision, and `copydesk diff STORED --adapter REV`."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from copydesk import Outlet
from copydesk.adapters.loading import load
from copydesk.cli.app import app
from copydesk.drift.git_revisions import Revision
from copydesk.errors import RevisionError

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed"),
]

ADAPTER = """
from copydesk import Outlet

class Echo(Outlet):
    id = "harbour-echo"
    name = "Harbour Echo"
    domains = ("echo.example",)
    byline = ".who"
"""
MEMBER = """
from ._family import SECTION, Family

class Echo(Family):
    id = "harbour-echo"
    name = "Harbour Echo"
    domains = ("echo.example",)
    section = SECTION
"""
FAMILY = """
from copydesk import Outlet

SECTION = ".first"

class Family(Outlet):
    pass
"""


def page(number: int) -> str:
    return (
        f'<!doctype html><html lang="en"><title>Wall</title><body><article><h1>Wall {number}</h1>'
        '<p class="who">By Jo Bloggs</p><p class="first">Harbour</p><p class="second">Town</p>'
        f"<p>The harbour council met on Tuesday and talked for {number} hours about the wall.</p>"
        "<p>It will meet again on Thursday, and hopes to come to an end of it by the evening.</p>"
        "<p>Nobody was there to listen but a dog, two anglers and the keeper of the gate.</p>"
        "</article></html>"
    )


class Repository:
    """A repository in a folder, with pages beside it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "adapters"
        self.folder.mkdir()
        self.git("init", "-q")
        pages = folder / "pages"
        pages.mkdir()
        for number in range(3):
            stem = f"wall-{number}"
            (pages / f"{stem}.html").write_text(page(number), "utf-8")
            meta = {"url": f"https://echo.example/wall/{number}", "made": "by hand"}
            (pages / f"{stem}.meta.json").write_text(json.dumps(meta), "utf-8")

    def git(self, *arguments: str) -> None:
        environment = {
            **os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "Jo", "GIT_AUTHOR_EMAIL": "jo@echo.example",
            "GIT_COMMITTER_NAME": "Jo", "GIT_COMMITTER_EMAIL": "jo@echo.example",
        }  # fmt: skip
        subprocess.run(
            ["git", "-C", str(self.folder), *arguments], check=True, env=environment, timeout=60
        )

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    def commit(self, files: dict[str, str]) -> None:
        """Commit files by their paths in the repository."""
        for name, text in files.items():
            self.write(name, text)
        self.git("add", ".")
        self.git("commit", "-q", "-m", "State")


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    monkeypatch.chdir(tmp_path)
    return Repository(tmp_path)


def diff(*arguments: str | Path, plugin: str = "adapters/echo.py") -> Result:
    return CliRunner().invoke(app, ["diff", *map(str, arguments), "--plugin", plugin])


def outlet(path: str) -> type[Outlet]:
    return load([path]).registry.get("harbour-echo")


def test_a_changed_adapter_shows_in_what_it_makes_of_stored_pages(repository: Repository) -> None:
    repository.commit({"echo.py": ADAPTER})
    repository.commit({"echo.py": ADAPTER + '    section = ".first"\n'})
    done = diff("pages", "--adapter", "HEAD~1")
    assert done.exit_code == 1
    first, *rest = done.stdout.splitlines()
    assert first == "0 same, 3 changed, 0 only in old, 0 only in new"
    assert "  section: 3" in rest
    assert '    +"Harbour"' in rest
    assert diff("pages", "--adapter", "HEAD").exit_code == 0


def test_the_present_adapter_is_the_one_on_disk_committed_or_not(repository: Repository) -> None:
    repository.commit({"echo.py": ADAPTER})
    repository.write("echo.py", ADAPTER + '    section = ".second"\n')
    done = diff("pages", "--adapter", "HEAD", "--json")
    change = json.loads(done.stdout.splitlines()[1])
    assert change["fields"]["section"] == {"old": None, "new": "Town"}
    assert change["url"] == "https://echo.example/wall/0"


def test_a_change_of_words_alone_changes_the_version_and_no_article(repository: Repository) -> None:
    repository.commit({"echo.py": ADAPTER})
    repository.write("echo.py", ADAPTER + "    # Words.\n")
    assert diff("pages", "--adapter", "HEAD").exit_code == 0
    done = diff("pages", "--adapter", "HEAD", "--fields", "adapter.version")
    assert "  adapter: 3\n" in done.stdout


@pytest.fixture
def package(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> Iterator[Repository]:
    """An adapter in a package, whose family in a module beside it has changed."""
    monkeypatch.syspath_prepend(repository.folder)
    repository.commit({"quay/_family.py": FAMILY, "quay/echo.py": MEMBER})
    repository.commit({"quay/_family.py": FAMILY.replace(".first", ".second")})
    yield repository
    for name in [n for n in sys.modules if n.split(".")[0] == "quay"]:
        del sys.modules[name]


@pytest.mark.parametrize("start", [None, "from ._family import SECTION\n"], ids=["none", "init"])
def test_modules_beside_the_adapter_are_the_revisions_too(
    package: Repository, start: str | None
) -> None:
    revision = "HEAD~1"
    if start is not None:
        package.commit({"quay/_family.py": FAMILY, "quay/__init__.py": start})
        package.write("quay/_family.py", FAMILY.replace(".first", ".second"))
        revision = "HEAD"
    done = diff("pages", "--adapter", revision, "--json", plugin="quay.echo")
    change = json.loads(done.stdout.splitlines()[1])
    assert change["fields"]["section"] == {"old": "Harbour", "new": "Town"}


def test_a_package_whose_beginning_fails_is_one_clear_line(package: Repository) -> None:
    package.commit({"quay/__init__.py": "raise SystemExit(2)\n"})
    package.write("quay/__init__.py", "")
    done = diff("pages", "--adapter", "HEAD", plugin="quay.echo")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "__init__.py in HEAD: cannot be imported: SystemExit(2)" in done.stderr


def test_an_adapter_in_the_beginning_of_a_package_has_a_past(package: Repository) -> None:
    package.commit({"quay/__init__.py": MEMBER})
    package.write("quay/__init__.py", MEMBER + "    byline = '.who'\n")
    done = diff("pages", "--adapter", "HEAD", "--fields", "provenance", plugin="quay")
    assert done.exit_code == 1
    assert '+  "rule": "harbour-echo:byline"' in done.stdout


def test_a_page_that_only_one_version_can_read_differs_by_its_error(repository: Repository) -> None:
    failing = ADAPTER.replace('byline = ".who"', "def byline(self, page):\n        return 7\n")
    repository.commit({"echo.py": failing})
    repository.write("echo.py", ADAPTER)
    done = diff("pages", "--adapter", "HEAD", "--json")
    change = json.loads(done.stdout.splitlines()[1])
    assert change["fields"]["error"]["old"]["reason"] == "adapter"
    assert change["fields"]["error"]["new"] is None
    assert list(change["fields"]) == ["error"]


def test_an_archive_is_read_twice_as_well(repository: Repository) -> None:
    repository.commit({"echo.py": ADAPTER})
    repository.write("echo.py", ADAPTER + '    section = ".first"\n')
    body = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{page(1)}".encode()
    head = (
        "WARC/1.1\r\nWARC-Type: response\r\nWARC-Date: 2026-01-02T03:04:05Z\r\n"
        "WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000001>\r\n"
        "WARC-Target-URI: https://echo.example/wall\r\n"
        f"Content-Type: application/http\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    record = head.encode() + body + b"\r\n\r\n"
    for name, data in (("a.warc", record), ("a.warc.gz", gzip.compress(record, mtime=0))):
        Path(name).write_bytes(data)
        assert diff(name, "--adapter", "HEAD").stdout.startswith("0 same, 1 changed")


def test_a_fixture_is_read_by_the_outlet_that_it_names_else_by_the_one_given(
    repository: Repository,
) -> None:
    repository.commit({"echo.py": ADAPTER})
    text = ADAPTER.replace("Outlet\n", "Outlet, Rule\n", 1)
    repository.write("echo.py", text + "    rules = (Rule.line('Tides', 'page_furniture'),)\n")
    Path("texts").mkdir()
    Path("texts/tide.txt").write_text(
        "The wall stands\n\nThe harbour council met on Tuesday and talked about it.\nTides today\n",
        "utf-8",
    )
    meta = Path("texts/tide.meta.json")
    meta.write_text('{"made": "by hand"}', "utf-8")
    assert diff("texts", "--adapter", "HEAD").exit_code == 0
    assert diff("texts", "--adapter", "HEAD", "--outlet", "harbour-echo").exit_code == 1
    meta.write_text('{"made": "by hand", "outlet": "harbour-echo"}', "utf-8")
    assert diff("texts", "--adapter", "HEAD").exit_code == 1


def test_pages_of_no_outlet_are_the_same_in_both(repository: Repository) -> None:
    repository.commit({"echo.py": ADAPTER})
    repository.write("echo.py", ADAPTER + '    section = ".first"\n')
    Path("pages/wall-0.meta.json").unlink()
    assert diff("pages", "--adapter", "HEAD").stdout.startswith("1 same, 2 changed")


def test_what_was_not_compared_is_told(repository: Repository) -> None:
    repository.commit({"echo.py": ADAPTER})
    Path("pages/list.txt").write_text("https://echo.example/8\nhttps://echo.example/9\n", "utf-8")
    Path("pages/none.html").write_text("<!doctype html><title>404 Not Found</title>", "utf-8")
    done = diff("pages", "--adapter", "HEAD")
    assert done.exit_code == 0
    assert done.stdout.startswith("4 same, 0 changed")
    assert "pages: skipped 2 URLs or unreadable inputs" in done.stderr
    assert "pages: 1 of 4 documents gave no article" in done.stderr


def test_an_adapter_must_be_in_the_revision(repository: Repository) -> None:
    repository.commit({"other.py": ""})
    repository.write("echo.py", ADAPTER)
    done = diff("pages", "--adapter", "HEAD")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.endswith("adapters/echo.py: is not in revision 'HEAD'\n")


@pytest.mark.parametrize(
    ("then", "said"),
    [
        ("class Echo(", "echo.py in HEAD: cannot be imported: SyntaxError"),
        ("import not_there_at_all", "cannot be imported: ModuleNotFoundError"),
        ("from . import nothing", "cannot be imported: ImportError"),
        (ADAPTER.replace("harbour-echo", "echo"), "echo.py in HEAD: does not define outlet 'harbour-echo'"),
        (ADAPTER + "    bylin = 3\n", "cannot be imported: OutletDefinitionError"),
    ],
    ids=["syntax", "import", "relative", "id", "definition"],
)  # fmt: skip
def test_an_adapter_that_cannot_be_had_is_one_clear_line(
    repository: Repository, then: str, said: str
) -> None:
    repository.commit({"echo.py": then})
    repository.write("echo.py", ADAPTER)
    done = diff("pages", "--adapter", "HEAD")
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("pages", "--adapter", "nowhere"), "nowhere: no such revision"),
        (("pages", "--adapter=--output=x"), "--output=x: is not a revision name"),
        (("pages", "--adapter", " "), "is not a revision name"),
        (("pages", "--adapter", "HEAD:echo.py"), "HEAD:echo.py: no such revision"),
        (("nothing", "--adapter", "HEAD"), "nothing: no such file or folder"),
        (("adapters/.git/hooks", "--adapter", "HEAD"), "no documents found"),
        (("pages", "--adapter", "HEAD", "--outlet", "harbour"), "did you mean 'harbour-echo'?"),
    ],
    ids=["unknown", "option", "blank", "blob", "missing", "empty", "outlet"],
)
def test_wrong_usage_exits_2(repository: Repository, arguments: tuple[str, ...], said: str) -> None:
    repository.commit({"echo.py": ADAPTER})
    shutil.rmtree("adapters/.git/hooks", ignore_errors=True)
    Path("adapters/.git/hooks").mkdir()
    done = diff(*arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_without_a_repository_there_are_no_revisions(repository: Repository) -> None:
    repository.write("echo.py", ADAPTER)
    shutil.rmtree(repository.folder / ".git")
    done = diff("pages", "--adapter", "HEAD")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "adapters: is not in a git repository" in done.stderr


def test_without_git_it_is_said(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    repository.commit({"echo.py": ADAPTER})
    monkeypatch.setenv("PATH", "")
    done = diff("pages", "--adapter", "HEAD")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "git: cannot be run: no such file or directory" in done.stderr


def test_a_revision_leaves_neither_modules_nor_files_behind(repository: Repository) -> None:
    repository.commit({"echo.py": ADAPTER})
    before = set(sys.modules)
    with closing(Revision("HEAD")) as past:
        present = outlet("adapters/echo.py")
        then = past.adapter(present)
        assert then is not present
        assert then.id == present.id
        assert then is past.adapter(present)
        place = Path(str(sys.modules[then.__module__].__file__))
        assert place.is_file()
    assert not place.exists()
    assert {n for n in set(sys.modules) - before if "revision" in n} == set()


DECLARED = """
id = "harbour-echo"
name = "Harbour Echo"
domains = ["echo.example"]
"""


def test_an_outlet_in_toml_has_a_past(repository: Repository) -> None:
    repository.commit({"echo.toml": DECLARED})
    repository.write("echo.toml", DECLARED + 'section = ".first"\n')
    done = diff("pages", "--adapter", "HEAD", plugin="adapters/echo.toml")
    assert done.exit_code == 1
    first, *rest = done.stdout.splitlines()
    assert first == "0 same, 3 changed, 0 only in old, 0 only in new"
    assert "  section: 3" in rest


@pytest.mark.parametrize(
    ("then", "said"),
    [
        ({"other.toml": ""}, "echo.toml: is not in revision 'HEAD'"),
        ({"echo.toml": "id = "}, "echo.toml in HEAD: invalid TOML: "),
        ({"echo.toml": DECLARED.replace("harbour-echo", "echo")}, "echo.toml in HEAD: does not define outlet 'harbour-echo'"),
    ],
)  # fmt: skip
def test_an_outlet_in_toml_that_cannot_be_had_is_one_clear_line(
    repository: Repository, then: dict[str, str], said: str
) -> None:
    repository.commit(then)
    repository.write("echo.toml", DECLARED)
    done = diff("pages", "--adapter", "HEAD", plugin="adapters/echo.toml")
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_class_that_stands_in_no_file_has_no_past() -> None:
    class Loose(Outlet):
        id = "loose"

    Loose.__module__ = "nowhere_at_all"
    with closing(Revision("HEAD")) as past, pytest.raises(RevisionError, match="is not in a file"):
        past.adapter(Loose)
