"""`copydesk outlets check`: fixtures read anew, and fresh records beside what they used to be."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any, NoReturn

import pytest
from typer.testing import CliRunner, Result

from copydesk.adapters.loading import load
from copydesk.cli.app import app
from copydesk.fixtures import store
from copydesk.model.document import Document
from copydesk.model.outcomes import Rejected
from copydesk.reading import read
from copydesk.runs.state.store import State

ADAPTER = """
import re
from copydesk import Layout, Outlet

class Echo(Outlet):
    id = "harbour-echo"
    name = "Harbour Echo"
    domains = ("echo.example",)
    language = "en"
    byline = ".who"
    strip = {"newsletter_promo": re.compile("The Echo by mail")}
    layouts = (Layout("2025", matches="main.v25", body=".story"),)
"""
WORDS = "The harbour council met on Tuesday and talked for hours about the wall"
CHALLENGE = "<!doctype html><title>Just a moment...</title><h1>Just a moment...</h1>"


def page(
    number: int,
    *,
    layout: str = "v25",
    who: str = "By Jo Bloggs",
    mail: bool = True,
    weeks: int = 4,
) -> str:
    text = "".join(f"<p>{WORDS}, as on day {number} of week {i}.</p>" for i in range(weeks))
    last = "<p>The Echo by mail: every morning</p>" if mail else ""
    body = "story" if layout == "v25" else "copy"
    return (
        f'<!doctype html><html lang="en"><title>Wall {number}</title><body><main class="{layout}">'
        f"<h1>Council talks about wall number {number}</h1>"
        f'<p class="who">{who}</p><div class="{body}">{text}{last}</div>'
        "<p>The mole, the pier and the quay are open to all who wish to walk there.</p>"
        "</main></body></html>"
    )


def url(number: int) -> str:
    return f"https://echo.example/wall/{number:03}"


def document(html: str, number: int, origin: str | None = None) -> Document:
    return Document(
        content=html.encode(),
        media_type="text/html",
        url=url(number),
        encoding="utf-8",
        retrieved_at=None,
        origin=origin,
    )


class Desk:
    """A folder with the adapter of an invented outlet, and the command run in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "echo.py").write_text(ADAPTER, "utf-8")
        self.outlet = load([str(folder / "echo.py")]).registry.get("harbour-echo")

    def check(self, *arguments: str | Path) -> Result:
        words = ["outlets", "check", "--plugin", "echo.py", *map(str, arguments)]
        return CliRunner().invoke(app, words)

    def findings(self, *arguments: str | Path) -> dict[str, Any]:
        """The one report of a check, as JSON has it."""
        done = self.check("--json", *arguments)
        said = json.loads(done.stdout)
        assert done.exit_code == (1 if said["findings"] else 0)
        (report,) = said["outlets"]
        assert isinstance(report, dict)
        assert said["findings"] == len(report["findings"])
        return report

    def codes(self, *arguments: str | Path) -> set[str]:
        return {
            f"{f['code']} {f['subject']}".strip() for f in self.findings(*arguments)["findings"]
        }

    def fixture(self, number: int, folder: str = "fixtures", **options: Any) -> Path:
        place = self.folder / folder
        place.mkdir(exist_ok=True, parents=True)
        stem = f"wall-{number}"
        source = place / f"{stem}.html"
        source.write_text(page(number, **options), "utf-8")
        meta = {"url": url(number), "outlet": "harbour-echo", "made": "by hand"}
        source.with_name(f"{stem}.meta.json").write_text(json.dumps(meta), "utf-8")
        article = read(document(page(number, **options), number, stem), self.outlet)[1]
        expected = store.canonical(store.outcome(article, None))
        source.with_name(f"{stem}.expected.json").write_bytes(expected)
        return source

    def records(self, name: str, count: int, start: int = 0, **options: Any) -> Path:
        path = self.folder / name
        with path.open("ab") as file:
            for n in range(start, start + count):
                article = read(document(page(n, **options), n, f"p{n}"), self.outlet)[1]
                file.write(article.to_line())
        return path


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.chdir(tmp_path)
    return Desk(tmp_path)


def record(html: str | bytes, address: str, status: str = "200 OK", *headers: str) -> bytes:
    fields = "\r\n".join(("Content-Type: text/html; charset=utf-8", *headers))
    content = html.encode() if isinstance(html, str) else html
    body = f"HTTP/1.1 {status}\r\n{fields}\r\n\r\n".encode() + content
    head = (
        "WARC/1.1\r\nWARC-Type: response\r\nWARC-Date: 2026-01-02T03:04:05Z\r\n"
        "WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000001>\r\n"
        f"WARC-Target-URI: {address}\r\nContent-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body + b"\r\n\r\n"


# Fixtures


def test_fixtures_that_come_to_what_they_must_are_ok(desk: Desk) -> None:
    desk.fixture(1)
    desk.fixture(2, "tests/outlets/harbour-echo")
    done = desk.check()
    redundant = "the generic reading gives the same result without byline = '.who'"
    assert (done.exit_code, done.stdout) == (
        0, f"harbour-echo  warning, mutation: {redundant}\nharbour-echo: 2 fixtures: ok\n",
    )  # fmt: skip
    warning = {"code": "mutation", "subject": "", "fields": [], "note": redundant}
    assert desk.findings() == {
        "outlet": "harbour-echo", "fixtures": 2, "findings": [], "warnings": [warning],
    }  # fmt: skip


def test_a_selector_that_no_fixture_tests_is_a_finding(desk: Desk) -> None:
    desk.fixture(1, mail=False)
    done = desk.check()
    assert done.exit_code == 1
    lost = "mutation: nothing tests strip['newsletter_promo'] = /The Echo by mail/"
    assert f"harbour-echo  {lost}\n" in done.stdout
    assert done.stdout.endswith("harbour-echo: 1 fixture: 1 mutation\n")


def test_a_proposed_expectation_is_a_finding(desk: Desk) -> None:
    expected = desk.fixture(1).with_name("wall-1.expected.json")
    proposed = {"unreviewed": "accept it", **json.loads(expected.read_text("utf-8"))}
    expected.write_bytes(store.canonical(proposed))
    assert desk.codes() == {"unreviewed wall-1"}


def test_a_fixture_that_differs_is_shown_field_by_field(desk: Desk) -> None:
    source = desk.fixture(1)
    source.write_text(page(1, who="By Ana Ruiz"), "utf-8")
    done = desk.check("harbour-echo")
    assert done.exit_code == 1
    assert "harbour-echo  wall-1  differs: " in done.stdout
    assert '    -"By Jo Bloggs"\n    +"By Ana Ruiz"\n' in done.stdout
    assert done.stdout.endswith("harbour-echo: 1 fixture: 1 differs\n"), done.stdout
    (finding,) = desk.findings()["findings"]
    assert (finding["code"], finding["subject"]) == ("differs", "wall-1")
    assert {"byline", "authors"} <= set(finding["fields"])


def test_a_fixture_without_an_expectation_is_a_finding(desk: Desk) -> None:
    desk.fixture(1).with_name("wall-1.expected.json").unlink()
    assert desk.codes() == {"no_expectation wall-1"}


def test_an_outlet_without_fixtures_is_not_ok(desk: Desk) -> None:
    assert desk.codes("harbour-echo") == {"no_fixtures"}


def test_fixtures_that_name_another_outlet_are_not_read(desk: Desk) -> None:
    desk.fixture(1)
    other = desk.fixture(2)
    meta = {"url": url(2), "outlet": "mercopress", "made": "by hand"}
    other.with_name("wall-2.meta.json").write_text(json.dumps(meta), "utf-8")
    assert desk.findings("harbour-echo")["fixtures"] == 1


def test_a_fixture_that_names_no_outlet_is_the_one_of_its_address(desk: Desk) -> None:
    desk.fixture(1)
    desk.fixture(2)
    for number, address in ((1, url(1)), (2, "https://elsewhere.example/wall")):
        meta = {"url": address, "made": "by hand"}
        place = desk.folder / "fixtures" / f"wall-{number}.meta.json"
        place.write_text(json.dumps(meta), "utf-8")
    assert desk.findings()["fixtures"] == 1


def test_fixtures_of_an_outlet_that_nobody_registered_are_passed_over_aloud(desk: Desk) -> None:
    desk.fixture(1)
    meta = {"outlet": "gone-gazette", "made": "by hand"}
    desk.fixture(2).with_name("wall-2.meta.json").write_text(json.dumps(meta), "utf-8")
    done = desk.check()
    assert done.exit_code == 0
    assert "gone-gazette: no such outlet; its fixtures are skipped" in done.stderr


def test_a_fixture_with_a_broken_sidecar_is_a_finding(desk: Desk) -> None:
    desk.fixture(1).with_name("wall-1.meta.json").write_text("{", "utf-8")
    desk.fixture(2)
    for named in ([], ["harbour-echo", "harbour-echo"]):
        done = desk.check(*named)
        assert done.exit_code == 1
        assert "\nharbour-echo: 1 fixture: ok\n-  wall-1  failed: " in done.stdout


def test_the_places_of_fixtures_can_be_said(desk: Desk) -> None:
    desk.fixture(1, "elsewhere")
    assert desk.check().exit_code == 2
    assert desk.findings("--fixtures", "elsewhere")["fixtures"] == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("harbour-eco", "no such outlet; did you mean 'harbour-echo'?"),
        ("--fixtures nowhere", "nowhere: no such file or folder"),
        ("--against nothing.jsonl", "nothing.jsonl: no such file"),
        ("--against .", ".: not a regular file"),
        ("--learn", "need --against FILE"),
        ("--state s", "need --against FILE"),
        ("--rejects r", "need --against FILE"),
        ("--against echo.py --learn", "--learn needs --state"),
        ("--watch --json", "--watch cannot be used with"),
        ("--against echo.py --watch", "--watch cannot be used with"),
        ("--against echo.py", "echo.py:2: "),
        ("--against echo.py --state s", "s: no such file"),
        ("", "no fixtures in any of seeds"),
    ],
)
def test_wrong_usage_exits_2_with_one_line(desk: Desk, arguments: str, said: str) -> None:
    if "--state s" in arguments and "against" in arguments:
        desk.records("echo.py.jsonl", 1)
        arguments = arguments.replace("echo.py", "echo.py.jsonl")
    done = desk.check(*arguments.split())
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


# Fresh records


def test_without_any_baseline_nothing_is_ok(desk: Desk) -> None:
    report = desk.findings("--against", desk.records("new.jsonl", 12))
    assert [f["code"] for f in report["findings"]] == ["no_baseline"]
    assert report["baseline"] == {"fixtures": 0, "runs": 0, "documents": 0}


def test_records_like_the_fixtures_have_no_finding(desk: Desk) -> None:
    for number in range(3):
        desk.fixture(number)
    report = desk.findings("--against", desk.records("new.jsonl", 30, 10))
    assert report["findings"] == []
    assert report["documents"] == {"article": 30}
    done = desk.check("--against", "new.jsonl")
    assert "no findings; lengths and shares are not compared without an earlier run" in done.stdout


def test_a_lost_field_and_a_silent_rule_show_against_fixtures(desk: Desk) -> None:
    for number in range(3):
        desk.fixture(number)
    fresh = desk.records("new.jsonl", 40, 10, who="", mail=False)
    codes = desk.codes("--against", fresh)
    assert {"field_lost byline", "rule_silent harbour-echo:strip.newsletter_promo"} < codes
    done = desk.check("--against", fresh)
    head, *rows = done.stdout.splitlines()
    assert head.split() == [
        "outlet",
        "form",
        "finding",
        "about",
        "was",
        "of",
        "is",
        "of",
        "example",
    ]
    lost = next(row for row in rows if "field_lost" in row and "byline" in row)
    assert lost.split() == [
        "harbour-echo", "page", "field_lost", "byline", "100%", "3", "0%", "40", url(10)
    ]  # fmt: skip


def test_a_changed_layout_is_told_with_shares_and_an_example(desk: Desk) -> None:
    for number in range(3):
        desk.fixture(number)
    report = desk.findings("--against", desk.records("new.jsonl", 20, 10, layout="v26"))
    finding = next(f for f in report["findings"] if f["code"] == "layout_changed")
    assert finding["was"] == {"share": 0.0, "count": 0, "of": 3}
    assert finding["is"] == {"share": 1.0, "count": 20, "of": 20}
    assert finding["example"] == url(10)
    assert set(finding) == {"code", "subject", "was", "is", "example", "note"}


def test_learned_runs_become_the_baseline_and_findings_are_not_learned(desk: Desk) -> None:
    first = desk.check("--against", desk.records("a.jsonl", 20), "--state", "s", "--learn")
    assert first.exit_code == 1
    assert "no_baseline" in first.stdout
    assert "saved as run 1" in first.stdout
    second = desk.findings("--against", desk.records("b.jsonl", 20, 20), "--state", "s", "--learn")
    assert (second["findings"], second["kept"]) == ([], True)
    bad = desk.records("c.jsonl", 20, 40, who="")
    third = desk.findings("--against", bad, "--state", "s", "--learn")
    assert third["findings"]
    assert third["kept"] is False
    assert third["baseline"] == {"fixtures": 0, "runs": 2, "documents": 40}
    assert desk.findings("--against", bad, "--state", "s")["baseline"]["runs"] == 2


def test_the_same_records_are_learned_once(desk: Desk) -> None:
    fresh = desk.records("a.jsonl", 20)
    desk.check("--against", fresh, "--state", "s", "--learn")
    again = desk.findings("--against", fresh, "--state", "s", "--learn")
    assert (again["kept"], again["baseline"]["runs"]) == (False, 1)


def test_a_check_without_learn_leaves_the_state_file_as_it_is(desk: Desk) -> None:
    State(desk.folder / "run.state").close()
    before = (desk.folder / "run.state").read_bytes()
    desk.check("--against", desk.records("a.jsonl", 20), "--state", "run.state")
    assert (desk.folder / "run.state").read_bytes() == before


@pytest.mark.process
def test_the_state_file_of_a_run_serves_a_check_and_the_other_way_round(desk: Desk) -> None:
    for number in range(12):
        desk.fixture(number, "pages")
    words = ["ingest", "pages", "--plugin", "echo.py", "-q", "--state", "run.state"]
    runner = CliRunner()
    assert runner.invoke(app, [*words, "-o", "a.jsonl"]).exit_code == 0
    learned = desk.check("--against", "a.jsonl", "--state", "run.state", "--learn")
    assert "saved as run 1" in learned.stdout
    assert runner.invoke(app, [*words, "-o", "b.jsonl"]).exit_code == 0
    assert (desk.folder / "b.jsonl").read_bytes() == b""  # known already: the run's own memory
    report = desk.findings("--against", "a.jsonl", "--state", "run.state")
    assert (report["findings"], report["baseline"]["runs"]) == ([], 1)


@pytest.mark.process
def test_rejects_tell_what_the_records_do_not(desk: Desk) -> None:
    for number in range(3):
        desk.fixture(number)
    desk.records("new.jsonl", 10, 10)
    rejects = [
        Rejected(input=url(50 + n), stage="fetch", reason="blocked", message="Echoguard challenge")
        for n in range(6)
    ]
    rejects.append(
        Rejected(input="https://other.example/a", stage="read", reason="empty", message="-")
    )
    (desk.folder / "r.jsonl").write_bytes(b"".join(r.to_line() for r in rejects))
    report = desk.findings("--against", "new.jsonl", "--rejects", "r.jsonl")
    assert report["documents"] == {"article": 10, "blocked": 6}
    (finding,) = report["findings"]
    assert (finding["code"], finding["example"]) == ("blocked", url(50))


def test_several_files_are_one_set(desk: Desk) -> None:
    desk.records("a.jsonl", 5)
    desk.records("b.jsonl", 7, 5)
    report = desk.findings("--against", "a.jsonl", "--against", "b.jsonl")
    assert report["documents"] == {"article": 12}


def test_records_of_no_outlet_are_counted_and_passed_over(desk: Desk) -> None:
    desk.records("a.jsonl", 3)
    article = read(document(page(9), 9), None)[1]
    with (desk.folder / "a.jsonl").open("ab") as file:
        file.write(article.to_line())
    done = desk.check("--against", "a.jsonl")
    assert "skipped 1 document without an outlet" in done.stderr
    (desk.folder / "g.jsonl").write_bytes(article.to_line())
    assert desk.check("--against", "g.jsonl").exit_code == 2


def test_an_outlet_that_was_asked_for_and_is_not_there_is_a_finding(desk: Desk) -> None:
    desk.records("a.jsonl", 3)
    assert desk.codes("mercopress", "--against", "a.jsonl") == {"no_records"}
    # Of which baseline it is not compared with, nothing is said.
    lines = desk.check("mercopress", "--against", "a.jsonl").stdout.splitlines()
    assert lines[-1] == "mercopress: no new documents; 1 finding"


@pytest.mark.parametrize("line", ["{}", "not json", '{"id": "x"}', "[1]", '"\\ud800"'])
def test_a_line_that_is_no_article_ends_the_check(desk: Desk, line: str) -> None:
    with desk.records("a.jsonl", 2).open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    done = desk.check("--against", "a.jsonl")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "a.jsonl:3: " in done.stderr


def test_text_from_pages_does_not_reach_the_terminal_raw(desk: Desk) -> None:
    article = read(document(page(1), 1), desk.outlet)[1]
    evil = article.model_copy(update={"canonical_url": "https://echo.example/\x1b[31m\u202e"})
    lines = [evil.model_copy(update={"byline": None, "authors": []}).to_line()] * 20
    (desk.folder / "a.jsonl").write_bytes(b"".join(lines))
    for number in range(3):
        desk.fixture(number)
    done = desk.check("--against", "a.jsonl")
    assert "field_lost" in done.stdout
    assert "\x1b" not in done.stdout
    assert "\u202e" not in done.stdout
    assert "\\u001b" in done.stdout


def test_lengths_are_told_below_the_table(desk: Desk) -> None:
    desk.check("--against", desk.records("a.jsonl", 20, weeks=20), "--state", "s", "--learn")
    done = desk.check("--against", desk.records("b.jsonl", 20, 20), "--state", "s")
    assert "body_shorter" in done.stdout.splitlines()[1]
    assert "  body_shorter: characters: " in done.stdout.splitlines()[-1]


def test_a_fixture_whose_expectation_is_broken_tells_nothing_and_is_named(desk: Desk) -> None:
    for number in range(3):
        desk.fixture(number)
    desk.fixture(3).with_name("wall-3.expected.json").write_text("{", "utf-8")
    desk.fixture(4).with_name("wall-4.expected.json").write_text(
        '{"error": {"reason": "empty", "message": ""}}', "utf-8"
    )
    done = desk.check("--json", "--against", desk.records("new.jsonl", 30, 10))
    assert "wall-3.expected.json: is not valid JSON" in done.stderr
    assert json.loads(done.stdout)["outlets"][0]["baseline"]["fixtures"] == 3


def test_a_file_that_cannot_be_read_ends_the_check(desk: Desk) -> None:
    def refuse(*_: object) -> NoReturn:
        raise PermissionError(13, "Permission denied", "a.jsonl")

    fresh = desk.records("a.jsonl", 2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("copydesk.sinks.stored.read", refuse)
        done = desk.check("--against", fresh)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == "copydesk: a.jsonl: permission denied\n"


# Archives


@pytest.fixture
def warc(desk: Desk) -> Path:
    """Good pages, a changed one, and everything that can stand in a page's place."""
    records = [record(page(n), url(n)) for n in range(20, 30)]
    records += [
        record(CHALLENGE, url(50)),
        record("<p>_cf_chl_opt</p>", url(51), "403 Forbidden"),
        record("", url(52), "302 Found", "Location: https://consent.echo.example/v"),
        record("", url(53), "302 Found", "Location: /consent/page"),
        record("<p>gone</p>", url(54), "404 Not Found"),
        record("<title>404 Not Found</title><h1>404 Not Found</h1>", url(55)),
        record("<html><body></body></html>", url(56)),
        record(page(60), "https://other.example/a"),
    ]
    path = desk.folder / "fresh.warc"
    path.write_bytes(b"".join(records))
    return path


def test_an_archive_is_read_by_the_present_adapters_and_its_walls_are_told(
    desk: Desk, warc: Path
) -> None:
    for number in range(3):
        desk.fixture(number)
    done = desk.check("--json", "--against", warc)
    assert "skipped 1 document without an outlet" in done.stderr
    (report,) = json.loads(done.stdout)["outlets"]
    assert report["documents"] == {"article": 10, "blocked": 3, "empty": 1, "not_an_article": 1}


def test_walls_are_found_in_packed_archives_and_packed_pages(desk: Desk) -> None:
    packed = gzip.compress(b"<p>_cf_chl_opt</p>", mtime=0)
    walls = [
        record(packed, url(1), "403 Forbidden", "Content-Encoding: gzip"),
        record(packed[:-12], url(2), "403 Forbidden", "Content-Encoding: gzip", "Server: x"),
        record("<p>_cf_chl_opt</p>", url(3), "503 Service Unavailable"),
    ]
    member = gzip.compress(record(page(4), url(4)) + walls[2], mtime=0)
    data = b"".join(gzip.compress(wall, mtime=0) for wall in walls[:2]) + member
    (desk.folder / "fresh.warc.gz").write_bytes(data)
    report = desk.findings("--against", "fresh.warc.gz")
    assert report["documents"] == {"article": 1, "blocked": 2}
    blocked = next(f for f in report["findings"] if f["code"] == "blocked")
    assert blocked["example"] == url(1)


def test_a_damaged_stretch_of_an_archive_costs_itself_and_is_counted(desk: Desk) -> None:
    good = record(page(1), url(1))
    (desk.folder / "fresh.warc").write_bytes(good + b"WARC/1.1\r\nno record\r\n\r\n" + good)
    done = desk.check("--json", "--against", "fresh.warc")
    assert "skipped 1 document without an outlet" in done.stderr
    assert json.loads(done.stdout)["outlets"][0]["documents"] == {"article": 2}


def test_an_archive_of_pages_that_changed_names_the_change(desk: Desk) -> None:
    for number in range(3):
        desk.fixture(number)
    pages = [record(page(n, layout="v26"), url(n)) for n in range(20)]
    (desk.folder / "fresh.warc").write_bytes(b"".join(pages))
    assert "layout_changed" in desk.codes("--against", "fresh.warc")


def test_an_adapter_that_reaches_for_the_network_is_stopped(desk: Desk) -> None:
    reaching = ADAPTER.replace(
        'byline = ".who"',
        "def byline(self, page):\n        import socket\n"
        "        return socket.create_connection(('127.0.0.1', 9))",
    )
    (desk.folder / "echo.py").write_text(reaching, "utf-8")
    (desk.folder / "fresh.warc").write_bytes(record(page(1), url(1)))
    report = desk.findings("--against", "fresh.warc")
    assert report["documents"] == {"failed": 1}


@pytest.mark.parametrize("content", [b"", b"no archive at all\n"], ids=["empty", "text"])
def test_a_file_that_is_no_archive_exits_2(desk: Desk, content: bytes) -> None:
    (desk.folder / "fresh.warc").write_bytes(content)
    done = desk.check("--against", "fresh.warc")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "fresh.warc: " in done.stderr
