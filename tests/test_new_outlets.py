"""`outlets new` and `outlets accept` as a person uses them. The outlet and its pages are invented."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Run
from tests.outlet_server import running

from copydesk.errors import OutputError
from copydesk.model.document import Document
from copydesk.scaffold import target as kit
from copydesk.scaffold.identity import Attribute
from copydesk.scaffold.source_text import Names
from copydesk.scaffold.target import Target

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
def target(tmp_path: Path) -> dict[str, str]:
    """A folder for outlets of the test's own."""
    (tmp_path / "wall.html").write_text(page(), "utf-8")
    return {"COPYDESK_OUTLETS": str(tmp_path / "outlets")}


STEM = "harbour-wall-to-be-raised"


def test_a_new_outlet_is_found_and_waits_to_be_accepted(
    copydesk: Run, tmp_path: Path, target: dict[str, str]
) -> None:
    done = copydesk("outlets", "new", "wall.html", "--id", "harbour-echo", **target)
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
    listed = copydesk("outlets", "list", **target).stdout
    assert "harbour-echo" in listed

    waits = copydesk("replay", folder, **target)
    assert (waits.returncode, waits.stdout.split("\n")[0]) == (
        1, f"{STEM}  harbour-echo  unreviewed",
    )  # fmt: skip
    accepted = copydesk("outlets", "accept", "harbour-echo", **target)
    assert (accepted.returncode, accepted.stdout) == (0, f"{STEM}  accepted\n")
    assert copydesk("replay", folder, **target).returncode == 0
    again = copydesk("outlets", "accept", "harbour-echo", **target)
    assert (again.returncode, again.stderr) == (
        2, "copydesk: harbour-echo: no fixture with a proposed expectation\n",
    )  # fmt: skip


def test_what_is_accepted_is_what_the_adapter_says_now(
    copydesk: Run, tmp_path: Path, target: dict[str, str]
) -> None:
    copydesk("outlets", "new", "wall.html", "--id", "harbour-echo", **target)
    module = tmp_path / "outlets" / "harbour_echo.py"
    module.write_text(module.read_text("utf-8").replace('"caption"', '"page_furniture"'), "utf-8")
    accepted = copydesk("outlets", "accept", "harbour-echo", **target)
    assert "  images:" in accepted.stdout.split("\n")
    expected = tmp_path / "outlets" / "fixtures" / "harbour-echo" / f"{STEM}.expected.json"
    assert [r["kind"] for r in json.loads(expected.read_text("utf-8"))["removed"]] == [
        "page_furniture"
    ]


def test_a_failed_fixture_is_not_accepted(
    copydesk: Run, tmp_path: Path, target: dict[str, str]
) -> None:
    copydesk("outlets", "new", "wall.html", "--id", "harbour-echo", **target)
    module = tmp_path / "outlets" / "harbour_echo.py"
    with module.open("a", encoding="utf-8") as file:
        file.write("\n    def headline(self, page):\n        return 3\n")
    done = copydesk("outlets", "accept", "harbour-echo", **target)
    assert (done.returncode, done.stderr) == (
        1, "copydesk: harbour-echo.headline: returned 3, not a string or None\n",
    )  # fmt: skip


def test_in_a_checkout_module_and_fixtures_go_where_the_others_are(
    copydesk: Run, tmp_path: Path, target: dict[str, str]
) -> None:
    package = tmp_path / "plugins" / "copydesk_outlets"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("", "utf-8")
    entry = '[project.entry-points.copydesk]\noutlets = "copydesk_outlets"\n'
    (tmp_path / "pyproject.toml").write_text(entry, "utf-8")
    done = copydesk("outlets", "new", "wall.html", "--id", "harbour-echo", **target)
    assert done.returncode == 0
    assert (package / "harbour_echo.py").is_file()
    assert (tmp_path / "tests" / "outlets" / "harbour-echo" / f"{STEM}.html").is_file()
    # The copydesk that runs here has its outlets elsewhere.
    assert done.stderr == (
        "copydesk: warning: plugins/copydesk_outlets/harbour_echo.py: will not be loaded: "
        "this copydesk is installed from another folder\n"
    )


def test_a_page_that_needs_nothing_gives_identity_alone(
    copydesk: Run, tmp_path: Path, target: dict[str, str]
) -> None:
    plain = page(
        body=BODY.replace(
            '<div class="echo-shot"><img src="/w.jpg"><p>The wall in May of last year.</p></div>',
            "",
        )
    )
    (tmp_path / "plain.html").write_text(plain, "utf-8")
    done = copydesk("outlets", "new", "plain.html", "--id", "harbour-echo", **target)
    assert "The generic reading is enough: the adapter only identifies the outlet.\n" in done.stdout
    assert "strip" not in (tmp_path / "outlets" / "harbour_echo.py").read_text("utf-8")


def test_a_reading_that_leaves_the_story_out_is_not_called_enough(
    copydesk: Run, tmp_path: Path, target: dict[str, str]
) -> None:
    notice = "<p>We use cookies to store information about you, and you may refuse them here.</p>"
    body = f"<p>Short words of the lead stand here, on the quay.</p>{notice * 3}"
    stated = HEAD + '<script type="application/ld+json">{"@type": "NewsArticle"}</script>'
    (tmp_path / "thin.html").write_text(page(stated, body), "utf-8")
    done = copydesk("outlets", "new", "thin.html", "--id", "harbour-echo", **target)
    assert done.returncode == 0
    assert "enough" not in done.stdout
    assert 'body = "CSS"' in done.stdout
    assert "the body has only 48 characters" in done.stderr
    assert "removed 228 characters of prose" in done.stderr


def test_an_article_without_text_is_not_accepted(
    copydesk: Run, tmp_path: Path, target: dict[str, str]
) -> None:
    notice = "<p>We use cookies to store information about you, and you may refuse them here.</p>"
    stated = HEAD + '<script type="application/ld+json">{"@type": "NewsArticle"}</script>'
    (tmp_path / "empty.html").write_text(page(stated, notice * 3), "utf-8")
    done = copydesk("outlets", "new", "empty.html", "--id", "harbour-echo", **target)
    assert "the body is empty" in done.stderr
    done = copydesk("outlets", "accept", "harbour-echo", **target)
    assert done.returncode == 1
    assert "the article has no text; set body in the adapter first" in done.stderr


def test_a_fixtures_sidecar_is_kept_to(
    copydesk: Run, tmp_path: Path, target: dict[str, str]
) -> None:
    meta = {
        "url": "https://echo.test/wall",
        "retrieved_at": "2024-03-13T10:00:00+00:00",
        "made": "written",
    }
    (tmp_path / "wall.meta.json").write_text(json.dumps(meta), "utf-8")
    (tmp_path / "wall.html").write_text(page(head=""), "utf-8")
    assert copydesk("outlets", "new", "wall.html", "--id", "echo", **target).returncode == 0
    kept = tmp_path / "outlets" / "fixtures" / "echo" / "wall.meta.json"
    found = json.loads(kept.read_text("utf-8"))
    assert {k: found[k] for k in meta} == meta


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["wall.html", "--id", "Harbour"], 2, "--id Harbour: must be kebab-case (lower case, digits, hyphens)"),
        (["wall.html", "--id", "generic"], 2, "--id generic: reserved for reading without an adapter"),
        (["wall.html", "--id", "inkl"], 2, "--id inkl: already registered by copydesk"),
        (["none.html", "--id", "echo"], 2, "none.html: no such file"),
        (["bare.html", "--id", "echo"], 2, "bare.html: the page does not state its URL; add --url URL"),
        (["inkl.html", "--id", "echo"], 2, "https://www.inkl.com/news/wall: already belongs to outlet 'inkl'"),
        (["wall.html", "bare.html", "--id", "echo", "--url", "https://a.test/b"], 2,
         "--url needs a single file; use a meta.json for each of several files"),
        (["http://127.0.0.1:9/wall", "--id", "echo", "--url", "https://a.test/b"], 2,
         "--url can only be used with a file"),
        (["bare.html", "--id", "echo", "--url", "nonsense"], 2, "--url nonsense: not an http(s) URL"),
        (["bare.html", "--id", "echo", "--url", "http://[::1"], 2, "http://[::1: not the URL of a public host"),
        (["bare.html", "--id", "echo", "--url", "https://"], 2, "https://: not the URL of a public host"),
        (["bare.html", "--id", "echo", "--url", "https://localhost/a"], 2,
         "https://localhost/a: not the URL of a public host"),
        (["inkl.html", "--id", "echo", "--url", "https://a.test/b"], 2, "inkl.com: already belongs to outlet 'inkl'"),
        (["wall.html", "--id", "echo", "--package", "wall.html"], 2, "wall.html: already exists"),
        (["cut.html.gz", "--id", "echo"], 1, "cut.html.gz: truncated gzip data"),
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
    target: dict[str, str],
) -> None:
    (tmp_path / "bare.html").write_text(page(head=""), "utf-8")
    inkl = HEAD.replace(
        "www.harbourecho.example/news/harbour-wall-to-be-raised", "www.inkl.com/news/wall"
    )
    (tmp_path / "inkl.html").write_text(page(head=inkl), "utf-8")
    (tmp_path / "gone.html").write_text(
        "<!doctype html><title>404 Not Found</title><p>This page has moved.</p>", "utf-8"
    )
    (tmp_path / "cut.html.gz").write_bytes(gzip.compress(page().encode())[:-20])
    done = copydesk("outlets", "new", *arguments, **target)
    assert (done.returncode, done.stderr) == (code, f"copydesk: {message}\n")
    assert not (tmp_path / "outlets").exists()


def test_a_page_given_twice_is_told(copydesk: Run, tmp_path: Path, target: dict[str, str]) -> None:
    (tmp_path / "again.html").write_text(page(), "utf-8")
    done = copydesk("outlets", "new", "wall.html", "again.html", "--id", "echo", **target)
    assert (done.returncode, done.stderr) == (
        2, "copydesk: again.html: same page as wall.html\n",
    )  # fmt: skip
    assert not (tmp_path / "outlets").exists()


def test_pages_whose_addresses_end_alike_are_two_fixtures(
    copydesk: Run, tmp_path: Path, target: dict[str, str]
) -> None:
    other = page(HEAD.replace("/news/", "/sport/"), BODY.replace("Tuesday", "Friday"))
    (tmp_path / "other.html.gz").write_bytes(gzip.compress(other.encode()))
    done = copydesk("outlets", "new", "wall.html", "other.html.gz", "--id", "echo", **target)
    assert (done.returncode, done.stderr) == (0, "")
    folder = tmp_path / "outlets" / "fixtures" / "echo"
    assert (folder / f"{STEM}.html").read_text("utf-8") == page()
    assert (folder / f"{STEM}-2.html").read_text("utf-8") == other
    proposed = json.loads((folder / f"{STEM}-2.expected.json").read_text("utf-8"))
    assert proposed["document"]["origin"] == f"{STEM}-2"
    assert copydesk("outlets", "accept", "echo", **target).returncode == 0
    assert copydesk("outlets", "check", "echo", **target).returncode == 0


def test_pages_of_several_sites_are_asked_about(
    copydesk: Run, tmp_path: Path, target: dict[str, str]
) -> None:
    other = page(HEAD.replace("harbourecho", "quaycourier"), BODY.replace("Tuesday", "Friday"))
    (tmp_path / "other.html").write_text(other.replace("en-GB", "en-IE"), "utf-8")
    done = copydesk("outlets", "new", "wall.html", "other.html", "--id", "echo", **target)
    assert done.returncode == 0
    assert done.stderr == (
        "copydesk: warning: the pages are from 2 sites: harbourecho.example, quaycourier.example; is it one outlet?\n"
    )
    language = next(p for p in done.stdout.split("\n") if p.startswith("  language") and "of" in p)
    assert language.split()[1:] == ["en-GB", "stated", "by", "1", "of", "2", "pages"]


def test_what_to_run_next_names_the_fixtures_of_a_package(
    copydesk: Run, target: dict[str, str]
) -> None:
    done = copydesk("outlets", "new", "wall.html", "--id", "echo", "--package", "pkg", **target)
    assert done.stdout.split("\n")[-5:-1] == [
        "install it with: pip install -e pkg",
        "based on one page: a second one would show which parts repeat on every page",
        "check it with: copydesk outlets check echo --fixtures pkg/tests/fixtures --watch",
        "accept the result with: copydesk outlets accept echo --fixtures pkg/tests/fixtures",
    ]


def test_an_outlet_that_a_variable_keeps_out_is_told(copydesk: Run, target: dict[str, str]) -> None:
    done = copydesk(
        "outlets", "new", "wall.html", "--id", "echo", COPYDESK_LOAD_PLUGINS="", **target
    )
    assert done.returncode == 0
    assert done.stderr.endswith("echo.py: will not be loaded: COPYDESK_LOAD_PLUGINS is set\n")


@pytest.mark.parametrize("fault", [KeyboardInterrupt(), OSError(28, "No space left on device")])
def test_what_stops_the_writing_leaves_nothing_behind(
    fault: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = Names("echo")
    target = Target.package(tmp_path / "new" / "echo", names)
    document = Document(
        content=page().encode(), media_type="text/html", url="https://echo.test/wall"
    )
    opened: Any = Path.open
    calls: list[Path] = []

    def open_few(path: Path, mode: str = "r", **rest: Any) -> Any:
        if tmp_path in path.parents and mode == "xb":
            calls.append(path)
            if len(calls) > 3:
                raise fault
        return opened(path, mode, **rest)

    monkeypatch.setattr(Path, "open", open_few)
    stated = [Attribute("name", "Echo", ""), Attribute("domains", ("echo.test",), "")]
    with pytest.raises(OutputError if isinstance(fault, OSError) else KeyboardInterrupt):
        kit.write(target, names, stated, (), [(document, "by hand")])
    assert len(calls) == 4
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_over(copydesk: Run, tmp_path: Path, target: dict[str, str]) -> None:
    (tmp_path / "outlets").mkdir()
    (tmp_path / "outlets" / "echo.py").write_text("# mine\n", "utf-8")
    done = copydesk("outlets", "new", "wall.html", "--id", "echo", **target)
    assert done.returncode == 2
    assert done.stderr == f"copydesk: {tmp_path / 'outlets' / 'echo.py'}: already exists\n"
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg" / "mine.txt").write_text("", "utf-8")
    done = copydesk("outlets", "new", "wall.html", "--id", "echo", "--package", "pkg", **target)
    assert (done.returncode, done.stderr) == (2, "copydesk: pkg: already exists\n")


def test_without_a_folder_for_outlets_a_package_is_asked_for(
    copydesk: Run, target: dict[str, str]
) -> None:
    done = copydesk("outlets", "new", "wall.html", "--id", "echo", COPYDESK_OUTLETS="")
    assert (done.returncode, done.stderr) == (
        2, "copydesk: no folder for outlets is configured; use --package DIR\n",
    )  # fmt: skip


@pytest.mark.process
def test_a_package_passes_its_own_tests_once_it_is_accepted(
    copydesk: Run, tmp_path: Path, target: dict[str, str]
) -> None:
    done = copydesk(
        "outlets", "new", "wall.html", "--id", "harbour-echo", "--package", "echo", **target
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
        **target,
    )
    assert accepted.returncode == 0, accepted.stderr
    passed = tests()
    assert passed.returncode == 0, passed.stdout


@pytest.mark.slow
def test_pages_of_one_host_are_fetched_at_its_pace(copydesk: Run, target: dict[str, str]) -> None:
    with running() as server:
        pages = [f"{server.origin}/desk/{name}" for name in ("wall", "ferry")]
        done = copydesk(
            "outlets", "new", *pages, "--id", "echo", "--allow-host", server.host, **target
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert server.asked == ["/robots.txt", "/desk/wall", "/desk/ferry"]


@pytest.mark.slow
@pytest.mark.process
def test_the_feeds_and_sitemaps_of_a_fetched_page_s_site_are_in_the_adapter(
    copydesk: Run, tmp_path: Path, target: dict[str, str]
) -> None:
    with running(pages=2) as server:
        given = (f"{server.origin}/news/1", "--id", "quay", "--allow-host", server.host)
        done = copydesk("outlets", "new", *given, **target)
        shown = copydesk("outlets", "show", "quay", **target).stdout.splitlines()
        ingested = copydesk(
            "ingest", "quay", "--allow-host", server.host, "--gap", "0", "-o", "out.jsonl", **target
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert [line.split() for line in shown[-2:]] == [
        ["feed", f"{server.origin}/feed.xml"],
        ["sitemap", f"{server.origin}/sitemap.xml"],
    ]
    rows = [line.split() for line in done.stdout.splitlines()]
    assert ["feeds", f"{server.origin}/feed.xml", "link", "rel=alternate"] in rows
    assert ["sitemaps", f"{server.origin}/sitemap.xml", "robots.txt"] in rows
    assert ingested.returncode == 0, ingested.stderr
    assert len((tmp_path / "out.jsonl").read_text("utf-8").splitlines()) == 2


def test_for_a_file_no_site_is_asked(
    copydesk: Run, tmp_path: Path, target: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was used")

    monkeypatch.setattr("copydesk.fetching.client.Fetcher.__init__", refuse)
    head = HEAD + '<link rel="alternate" type="application/rss+xml" href="/rss.xml">'
    (tmp_path / "wall.html").write_text(page(head), "utf-8")
    done = copydesk("outlets", "new", "wall.html", "--id", "harbour-echo", **target)
    assert done.returncode == 0, done.stderr
    module = (tmp_path / "outlets" / "harbour_echo.py").read_text("utf-8")
    assert 'feeds = ("https://www.harbourecho.example/rss.xml",)' in module
