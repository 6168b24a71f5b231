"""`outlets new` and `outlets accept` as a person uses them. The outlet and its pages are invented."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import Run

HEAD = (
    '<meta property="og:site_name" content="Harbour Echo">'
    '<link rel="canonical" href="https://www.harbourecho.example/news/harbour-wall-to-be-raised">'
    '<meta property="article:published_time" content="2024-03-12T09:30:00+00:00">'
)
BODY = (
    "<p>The council voted on Tuesday to raise the harbour wall by a metre, after the storm of last winter.</p>"
    '<div class="echo-shot"><img src="/w.jpg"><p>The wall in May of last year.</p></div>'
    "<p>Work begins in May, and the port will pay for all of it, said the harbour master.</p>"
    "<p>The wall was built of stone that came by sea, and has not been raised in a hundred years.</p>"
)


def page(head: str = HEAD, body: str = BODY) -> str:
    return (
        f'<!doctype html><html lang="en-GB"><head><title>Harbour wall to be raised</title>{head}</head>'
        f"<body><article><h1>Harbour wall to be raised</h1><div class=text>{body}</div></article></body></html>"
    )


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """A folder for outlets of the test's own."""
    (tmp_path / "wall.html").write_text(page(), "utf-8")
    return {"COPYDESK_OUTLETS": str(tmp_path / "outlets")}


STEM = "harbour-wall-to-be-raised"


def test_a_new_outlet_is_found_and_waits_to_be_accepted(
    copydesk: Run, tmp_path: Path, home: dict[str, str]
) -> None:
    done = copydesk("outlets", "new", "wall.html", "--id", "harbour-echo", **home)
    assert (done.returncode, done.stderr) == (0, "")
    printed = done.stdout.split("\n")
    assert printed[0] == "wall.html, read without an adapter:"
    assert ["strip", "caption", "div.echo-shot", "a", "picture"] in [p.split()[:5] for p in printed]
    assert (tmp_path / "outlets" / "harbour_echo.py").is_file()
    folder = tmp_path / "outlets" / "fixtures" / "harbour-echo"
    assert (folder / f"{STEM}.html").read_text("utf-8") == page()
    proposed = json.loads((folder / f"{STEM}.expected.json").read_text("utf-8"))
    assert next(iter(proposed)) == "unreviewed"
    assert json.loads((folder / f"{STEM}.meta.json").read_text("utf-8"))["outlet"] == "harbour-echo"
    listed = copydesk("outlets", "list", **home).stdout
    assert "harbour-echo" in listed

    waits = copydesk("replay", folder, **home)
    assert (waits.returncode, waits.stdout.split("\n")[0]) == (
        1, f"{STEM}  harbour-echo  unreviewed",
    )  # fmt: skip
    accepted = copydesk("outlets", "accept", "harbour-echo", **home)
    assert (accepted.returncode, accepted.stdout) == (0, f"{STEM}  accepted\n")
    assert copydesk("replay", folder, **home).returncode == 0
    again = copydesk("outlets", "accept", "harbour-echo", **home)
    assert (again.returncode, again.stderr) == (
        2, "copydesk: harbour-echo: no fixture of it waits to be accepted\n",
    )  # fmt: skip


def test_what_is_accepted_is_what_the_adapter_says_now(
    copydesk: Run, tmp_path: Path, home: dict[str, str]
) -> None:
    copydesk("outlets", "new", "wall.html", "--id", "harbour-echo", **home)
    module = tmp_path / "outlets" / "harbour_echo.py"
    module.write_text(module.read_text("utf-8").replace('"caption"', '"page_furniture"'), "utf-8")
    accepted = copydesk("outlets", "accept", "harbour-echo", **home)
    assert "  images:" in accepted.stdout.split("\n")
    expected = tmp_path / "outlets" / "fixtures" / "harbour-echo" / f"{STEM}.expected.json"
    assert [r["kind"] for r in json.loads(expected.read_text("utf-8"))["removed"]] == [
        "page_furniture"
    ]


def test_a_failed_fixture_is_not_accepted(
    copydesk: Run, tmp_path: Path, home: dict[str, str]
) -> None:
    copydesk("outlets", "new", "wall.html", "--id", "harbour-echo", **home)
    module = tmp_path / "outlets" / "harbour_echo.py"
    with module.open("a", encoding="utf-8") as file:
        file.write("\n    def headline(self, page):\n        return 3\n")
    done = copydesk("outlets", "accept", "harbour-echo", **home)
    assert (done.returncode, done.stderr) == (
        1, "copydesk: harbour-echo.headline: returned 3, not a text or None\n",
    )  # fmt: skip


def test_in_a_checkout_module_and_fixtures_go_where_the_others_are(
    copydesk: Run, tmp_path: Path, home: dict[str, str]
) -> None:
    package = tmp_path / "plugins" / "copydesk_outlets"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("", "utf-8")
    entry = '[project.entry-points.copydesk]\noutlets = "copydesk_outlets"\n'
    (tmp_path / "pyproject.toml").write_text(entry, "utf-8")
    done = copydesk("outlets", "new", "wall.html", "--id", "harbour-echo", **home)
    assert done.returncode == 0
    assert (package / "harbour_echo.py").is_file()
    assert (tmp_path / "tests" / "outlets" / "harbour-echo" / f"{STEM}.html").is_file()
    # The copydesk that runs here has its outlets elsewhere.
    assert done.stderr == (
        "copydesk: plugins/copydesk_outlets/harbour_echo.py: is not found; "
        "this copydesk is installed from elsewhere\n"
    )


def test_a_page_that_needs_nothing_gives_identity_alone(
    copydesk: Run, tmp_path: Path, home: dict[str, str]
) -> None:
    plain = page(
        body=BODY.replace(
            '<div class="echo-shot"><img src="/w.jpg"><p>The wall in May of last year.</p></div>',
            "",
        )
    )
    (tmp_path / "plain.html").write_text(plain, "utf-8")
    done = copydesk("outlets", "new", "plain.html", "--id", "harbour-echo", **home)
    assert (
        "The generic reading is enough: the adapter says who the outlet is, and no more.\n"
        in done.stdout
    )
    assert "strip" not in (tmp_path / "outlets" / "harbour_echo.py").read_text("utf-8")


def test_a_fixtures_sidecar_is_kept_to(copydesk: Run, tmp_path: Path, home: dict[str, str]) -> None:
    meta = {
        "url": "https://echo.test/wall",
        "retrieved_at": "2024-03-13T10:00:00+00:00",
        "made": "written",
    }
    (tmp_path / "wall.meta.json").write_text(json.dumps(meta), "utf-8")
    (tmp_path / "wall.html").write_text(page(head=""), "utf-8")
    assert copydesk("outlets", "new", "wall.html", "--id", "echo", **home).returncode == 0
    kept = tmp_path / "outlets" / "fixtures" / "echo" / "wall.meta.json"
    found = json.loads(kept.read_text("utf-8"))
    assert {k: found[k] for k in meta} == meta


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["wall.html", "--id", "Harbour"], 2, "--id Harbour: must be kebab-case (lower case, digits, hyphens)"),
        (["wall.html", "--id", "generic"], 2, "--id generic: is the reading without an adapter"),
        (["wall.html", "--id", "inkl"], 2, "--id inkl: is there already, registered by copydesk"),
        (["none.html", "--id", "echo"], 2, "none.html: no such file"),
        (["bare.html", "--id", "echo"], 2, "bare.html: states no address of its own; say --url"),
        (["inkl.html", "--id", "echo"], 2, "https://www.inkl.com/news/wall: belongs to the outlet 'inkl' already"),
        (["wall.html", "bare.html", "--id", "echo", "--url", "https://a.test/b"], 2,
         "--url is for one file; give each its meta.json, or one at a time"),
        (["gone.html", "--id", "echo"], 1, "gone.html: error page: its title is '404 Not Found'"),
        (["http://127.0.0.1:9/wall", "--id", "echo"], 1,
         "http://127.0.0.1:9/wall: 127.0.0.1 port 9 is not public: 127.0.0.1, loopback"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_told_and_nothing_is_written(
    arguments: list[str],
    code: int,
    message: str,
    copydesk: Run,
    tmp_path: Path,
    home: dict[str, str],
) -> None:
    (tmp_path / "bare.html").write_text(page(head=""), "utf-8")
    inkl = HEAD.replace(
        "www.harbourecho.example/news/harbour-wall-to-be-raised", "www.inkl.com/news/wall"
    )
    (tmp_path / "inkl.html").write_text(page(head=inkl), "utf-8")
    (tmp_path / "gone.html").write_text(
        "<!doctype html><title>404 Not Found</title><p>This page has moved.</p>", "utf-8"
    )
    done = copydesk("outlets", "new", *arguments, **home)
    assert (done.returncode, done.stderr) == (code, f"copydesk: {message}\n")
    assert not (tmp_path / "outlets").exists()


def test_nothing_is_written_over(copydesk: Run, tmp_path: Path, home: dict[str, str]) -> None:
    (tmp_path / "outlets").mkdir()
    (tmp_path / "outlets" / "echo.py").write_text("# mine\n", "utf-8")
    done = copydesk("outlets", "new", "wall.html", "--id", "echo", **home)
    assert done.returncode == 2
    assert done.stderr == f"copydesk: {tmp_path / 'outlets' / 'echo.py'}: is there already\n"
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg" / "mine.txt").write_text("", "utf-8")
    done = copydesk("outlets", "new", "wall.html", "--id", "echo", "--package", "pkg", **home)
    assert (done.returncode, done.stderr) == (2, "copydesk: pkg: is there already\n")


def test_without_a_folder_for_outlets_a_package_is_asked_for(
    copydesk: Run, home: dict[str, str]
) -> None:
    done = copydesk("outlets", "new", "wall.html", "--id", "echo", COPYDESK_OUTLETS="")
    assert (done.returncode, done.stderr) == (
        2, "copydesk: no folder for outlets is set; say --package DIR\n",
    )  # fmt: skip


def test_a_package_passes_its_own_tests_once_it_is_accepted(
    copydesk: Run, tmp_path: Path, home: dict[str, str]
) -> None:
    done = copydesk(
        "outlets", "new", "wall.html", "--id", "harbour-echo", "--package", "echo", **home
    )
    assert done.returncode == 0
    root = tmp_path / "echo"
    assert sorted(str(p.relative_to(root)) for p in root.rglob("*") if p.is_file()) == [
        "pyproject.toml", "src/copydesk_harbour_echo/__init__.py", "tests/fixtures/harbour-wall-to-be-raised.expected.json",
        "tests/fixtures/harbour-wall-to-be-raised.html", "tests/fixtures/harbour-wall-to-be-raised.meta.json",
        "tests/test_contract.py", "tox.ini",
    ]  # fmt: skip

    def tests() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"],
            cwd=root, capture_output=True, text=True, check=False, timeout=120,
            env={**os.environ, "PYTHONPATH": str(root / "src"), "COPYDESK_OUTLETS": ""},
        )  # fmt: skip

    waiting = tests()
    assert waiting.returncode == 1, waiting.stdout
    assert "copydesk outlets accept harbour-echo" in waiting.stdout
    plugin = root / "src" / "copydesk_harbour_echo" / "__init__.py"
    accepted = copydesk(
        "outlets",
        "accept",
        "harbour-echo",
        "--plugin",
        plugin,
        "--fixtures",
        root / "tests",
        **home,
    )
    assert accepted.returncode == 0, accepted.stderr
    passed = tests()
    assert passed.returncode == 0, passed.stdout
