"""Outlets of the catalogue as a person uses them: by name, in records, in lists."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Run
from tests.outlet_server import Outlet, running

import copydesk
from copydesk.adapters import loading

STORY = "The tide clock\n\nThe tide clock on the old quay has been an hour slow since the autumn.\n"
HOOK = """from pathlib import Path
from copydesk import hookimpl
@hookimpl
def register_catalogues(register): register(Path(__file__).parent / "papers")
"""
ADAPTER = """from copydesk import Outlet
class Quay(Outlet):
    id = "the-quay"
    name = "The Quay by hand"
    domains = ("127.0.0.1",)
    feeds = ("{feed}",)
"""


@pytest.fixture
def site() -> Iterator[Outlet]:
    with running(pages=4) as server:
        yield server


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    """A plugin whose catalogue has outlets that have nothing to fetch."""
    write(tmp_path, entry("mole-mail", domain="mole.example"), entry("weir", domain="weir.example"))
    return tmp_path / "shelf.py"


def entry(outlet_id: str, domain: str = "127.0.0.1", **lists: str) -> str:
    lines = [f'id = "{outlet_id}"', f'name = "{outlet_id.title()}"', f'domains = ["{domain}"]']
    lines += ['languages = ["en"]', *(f'{kind} = ["{url}"]' for kind, url in lists.items())]
    return "[[outlets]]\n" + "\n".join(lines) + "\n"


def write(folder: Path, *entries: str) -> None:
    (folder / "papers").mkdir(exist_ok=True)
    text = "\n".join(('country = "IE"\n', *entries))
    (folder / "papers/ie.toml").write_text(text, "utf-8")
    (folder / "shelf.py").write_text(HOOK, "utf-8")


def live(site: Outlet, copydesk: Run, *args: str) -> Any:
    common = (
        "--plugin",
        "shelf.py",
        "--allow-host",
        site.host,
        "--gap",
        "0",
        "--contact",
        "a@b.example",
    )
    return copydesk("ingest", *args, *common)


def records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.mark.process
@pytest.mark.parametrize("kind", ["feeds", "news_sitemaps", "sitemaps"])
def test_a_name_is_read_by_what_the_catalogue_has_and_records_name_the_outlet(
    site: Outlet, copydesk: Run, tmp_path: Path, kind: str
) -> None:
    url = f"{site.origin}/{'feed.xml' if kind == 'feeds' else 'pages.xml'}"
    more = {} if kind != "feeds" else {"sitemaps": f"{site.origin}/pages.xml"}
    write(tmp_path, entry("the-quay", **{kind: url}, **more))
    done = live(site, copydesk, "the-quay", "--limit", "3", "-o", "out.jsonl")
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines() == [
        f"copydesk: the-quay: reads {url} (catalogue, not verified)",
        "copydesk: 3 inputs: 3 articles, 0 rejects, 0 skips",
    ]
    told = [(one["outlet"], one["adapter"]["id"]) for one in records(tmp_path / "out.jsonl")]
    named = {"id": "the-quay", "name": "The-Quay", "domain": "127.0.0.1", "country": "IE"}
    assert told == [(named, "generic")] * 3


@pytest.mark.process
def test_records_differ_from_those_of_an_unknown_site_in_the_outlet_alone(
    site: Outlet, copydesk: Run, tmp_path: Path
) -> None:
    feed = f"{site.origin}/feed.xml"
    write(tmp_path, entry("the-quay", feeds=feed))
    assert live(site, copydesk, "the-quay", "-o", "named.jsonl").returncode == 0
    write(tmp_path, entry("another", domain="another.example"))
    assert live(site, copydesk, feed, "-o", "plain.jsonl").returncode == 0
    named, plain = records(tmp_path / "named.jsonl"), records(tmp_path / "plain.jsonl")
    assert len(named) == 4
    assert [one["outlet"] for one in plain] == [None] * 4
    for one in (*named, *plain):
        del one["outlet"], one["document"]["retrieved_at"]
    assert named == plain


@pytest.mark.process
def test_an_entry_without_feeds_stands_for_its_home_page(
    site: Outlet, copydesk: Run, tmp_path: Path
) -> None:
    write(tmp_path, entry("the-quay", domain="quay.invalid"))
    done = live(site, copydesk, "the-quay", "--set", "connect=1", "-o", "out.jsonl")
    assert done.returncode == 1
    reads = "https://quay.invalid/, which names its feeds (catalogue, not verified)"
    assert done.stderr.splitlines()[0] == f"copydesk: the-quay: reads {reads}"
    assert site.asked == []


@pytest.mark.process
def test_an_adapter_is_read_in_place_of_the_entry_of_its_id(
    site: Outlet, copydesk: Run, tmp_path: Path
) -> None:
    write(tmp_path, entry("the-quay", sitemaps=f"{site.origin}/sitemap.xml"))
    feed = f"{site.origin}/feed.xml"
    (tmp_path / "own.py").write_text(ADAPTER.replace("{feed}", feed), "utf-8")
    done = live(site, copydesk, "the-quay", "--plugin", "own.py", "-o", "out.jsonl")
    assert done.returncode == 0, done.stderr
    assert done.stderr == "copydesk: 4 inputs: 4 articles, 0 rejects, 0 skips\n"
    for one in records(tmp_path / "out.jsonl"):
        assert one["adapter"]["id"] == one["outlet"]["id"] == "the-quay"
        assert one["outlet"]["name"] == "The Quay by hand"
    assert "/sitemap.xml" not in site.asked


@pytest.mark.process
def test_a_recorded_run_by_name_is_repeated_to_the_same_bytes(
    site: Outlet, copydesk: Run, tmp_path: Path
) -> None:
    write(tmp_path, entry("the-quay", feeds=f"{site.origin}/feed.xml"))
    told = ("the-quay", "-o", "out.jsonl", "--record", "run.warc.gz")
    assert live(site, copydesk, *told).returncode == 0
    done = copydesk("replay", "run.warc.gz", "-o", "again.jsonl", "--plugin", "shelf.py")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "again.jsonl").read_bytes() == (tmp_path / "out.jsonl").read_bytes()


@pytest.mark.process
def test_a_feed_that_failed_is_tried_again_as_a_list(
    site: Outlet, copydesk: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, entry("the-quay", feeds=f"{site.origin}/feed.xml"))
    with monkeypatch.context() as patch:
        patch.setattr(Outlet, "answer", lambda *_: (404, "text/plain", ""))
        done = live(site, copydesk, "the-quay", "-o", "out.jsonl", "--rejects", "no.jsonl")
        assert done.returncode == 1
    # A page in its place is no article.
    monkeypatch.setattr(Outlet, "answer", lambda *_: (200, "text/html", "<h1>A</h1><p>Moved."))
    again = live(site, copydesk, "--from-rejects", "no.jsonl", "-o", "more.jsonl")
    assert again.returncode == 1
    assert "1 reject" in again.stderr
    assert not (tmp_path / "more.jsonl").exists() or records(tmp_path / "more.jsonl") == []


@pytest.mark.process
def test_a_file_of_that_name_comes_first(copydesk: Run, plugin: Path, tmp_path: Path) -> None:
    (tmp_path / "mole-mail").write_text(STORY, "utf-8")
    done = copydesk("ingest", "mole-mail", "--plugin", plugin, "-o", "out.jsonl")
    assert done.stderr == "copydesk: 1 input: 1 article, 0 rejects, 0 skips\n"


@pytest.mark.parametrize("command", ["ingest", "outlets show", "extract in.txt --outlet"])
def test_an_unknown_name_is_one_line_with_the_similar_ones(
    copydesk: Run, plugin: Path, tmp_path: Path, command: str
) -> None:
    (tmp_path / "in.txt").write_text(STORY, "utf-8")
    done = copydesk(*command.split(), "mole-male", "--plugin", plugin)
    assert done.returncode == 2
    assert done.fault.startswith("mole-male: no such ")
    assert done.fault.endswith("; did you mean 'mole-mail'?")


def test_a_name_says_whose_a_text_without_address_is(
    copydesk: Run, plugin: Path, tmp_path: Path
) -> None:
    (tmp_path / "in.txt").write_text(STORY, "utf-8")
    article = copydesk("extract", "in.txt", "--outlet", "mole-mail", "--plugin", plugin).article
    assert article.outlet is not None
    assert (article.outlet.id, article.outlet.country) == ("mole-mail", "IE")
    assert article.adapter.id == "generic"


def test_the_library_names_the_outlet_too() -> None:
    for article in (
        copydesk.extract(STORY, url="https://www.bbc.co.uk/news/tide"),
        copydesk.extract(STORY, outlet="bbc"),
    ):
        assert article.outlet is not None
        assert (article.outlet.id, article.outlet.country) == ("bbc", "GB")
        assert article.adapter.id == "generic"


# The list.


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        ("--country ie", ["mole-mail", "weir"]),
        ("--country IE,UY", ["mercopress", "mole-mail", "weir"]),
        ("MOLE mail", ["mole-mail"]),
        ("weir.example", ["weir"]),
        ("bbc.com", ["bbc"]),
        ("--language xh --language zu", [
            "dizindaba", "eyethu-news", "ilanga", "isolezwe", "isolezwe-lesixhosa",
        ]),
        ("--country UY --no-adapter", None),
        ("--country IE --adapter", None),
        ("--adapter merco", ["mercopress"]),
        ("--no-adapter bbc", ["bbc"]),
    ],
)  # fmt: skip
def test_the_list_is_searched_and_filtered(
    copydesk: Run, plugin: Path, filters: str, ids: list[str] | None
) -> None:
    done = copydesk("outlets", "list", *filters.split(), "--plugin", plugin)
    if ids is None:
        assert (done.returncode, done.fault) == (1, "no such outlet")
        return
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split("\t")[0] for line in done.stdout.splitlines()] == ids


def test_a_row_has_what_is_known_and_a_dash_for_what_is_not(
    copydesk: Run, plugin: Path, tmp_path: Path
) -> None:
    verified = entry("mole-mail", domain="mole.example") + "verified = 2026-08-05\n"
    write(tmp_path, verified.replace('languages = ["en"]\n', ""))
    done = copydesk("outlets", "list", "--country", "IE", "--plugin", plugin)
    assert done.stdout == "mole-mail\tMole-Mail\tmole.example\tIE\t-\tno\t2026-08-05\n"


def test_an_entry_whose_pages_an_adapter_reads_is_listed_as_such(
    copydesk: Run, tmp_path: Path
) -> None:
    write(tmp_path, entry("the-quay-wire"))
    (tmp_path / "own.py").write_text(ADAPTER.replace("{feed}", "https://quay.example/rss"), "utf-8")
    told = ("--plugin", "shelf.py", "--plugin", "own.py")
    rows = copydesk("outlets", "list", "the-quay", *told).stdout.splitlines()
    assert [(row.split("\t")[0], row.split("\t")[5]) for row in rows] == [
        ("the-quay", "yes"),
        ("the-quay-wire", "yes"),
    ]


def test_a_terminal_gets_a_table_with_a_head(
    copydesk: Run, plugin: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(sys.stdout), "isatty", lambda _: True, raising=False)
    lines = copydesk("outlets", "list", "weir.example", "--plugin", plugin).stdout.splitlines()
    assert lines[0].split() == "ID NAME DOMAINS COUNTRY LANGUAGES ADAPTER VERIFIED".split()
    assert lines[1].split() == "weir Weir weir.example IE en no no".split()


@pytest.mark.parametrize("wrong", ["IRL", "1", "I E"])
def test_a_wrong_country_is_a_usage_error(copydesk: Run, wrong: str) -> None:
    done = copydesk("outlets", "list", "--country", wrong)
    assert (done.returncode, done.fault) == (
        2,
        f"--country {wrong}: not an ISO 3166-1 code such as GB",
    )


def test_an_entry_is_shown_with_all_that_it_states(
    copydesk: Run, plugin: Path, tmp_path: Path
) -> None:
    write(tmp_path, entry("weir", domain="weir.example", feeds="https://weir.example/rss"))
    done = copydesk("outlets", "show", "weir", "--plugin", plugin)
    assert [tuple(line.split(maxsplit=1)) for line in done.stdout.splitlines()] == [
        ("id", "weir"),
        ("name", "Weir"),
        ("catalogue", str(tmp_path / "papers/ie.toml")),
        ("domains", "weir.example"),
        ("country", "IE"),
        ("languages", "en"),
        ("feed", "https://weir.example/rss"),
        ("verified", "no"),
    ]


def test_an_invalid_file_is_named_on_stderr(process: Run, plugin: Path, tmp_path: Path) -> None:
    write(tmp_path, "[[outlets]]\nid = 'weir'\n")
    done = process("outlets", "list", "bbc", "--plugin", plugin)
    assert done.returncode == 0
    assert done.stderr.startswith("copydesk: warning: left out of the catalogue: ")
    assert done.stderr.endswith("ie.toml: weir: name is missing\n")


# When it is read.


@pytest.mark.process
def test_only_what_needs_the_catalogue_reads_it(process: Run, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\n"
        "def note(event, args):\n"
        "    if event == 'open' and str(args[0]).endswith('gb.toml'):\n"
        "        sys.__stderr__.write('READ\\n')\n"
        "sys.addaudithook(note)\n",
        "utf-8",
    )
    (tmp_path / "in.txt").write_text(STORY, "utf-8")
    path = str(tmp_path)
    env = {"PYTHONPATH": ":".join((path, *filter(None, sys.path)))}
    for command, reads in (
        ("--version", False),
        ("--help", False),
        ("plugins", False),
        ("extract in.txt", False),
        ("extract in.txt --url https://en.mercopress.com/2026/03/02/a", False),
        ("ingest in.txt", False),
        ("extract in.txt --url https://quay.example/a", True),
        ("outlets list", True),
    ):
        done = process(*command.split(), **env)
        assert done.returncode == 0, done.stderr
        assert ("READ" in done.stderr) == reads, command


def test_an_installed_catalogue_is_shared_with_the_library() -> None:
    assert loading.installed().registry.known("bbc").name == "BBC"
