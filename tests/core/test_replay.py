"""Replay: fixtures read again offline, compared, reported, and brought up to date."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Run
from typer.testing import CliRunner, Result

from copydesk import Article, Outlet, Rule
from copydesk.adapters.registry import Registry
from copydesk.cli.app import app
from copydesk.errors import EmptyDocument, FixtureError, NetworkSealed, UnknownOutlet
from copydesk.fixtures import replay as replaying
from copydesk.fixtures import store
from copydesk.fixtures.store import Fixture
from copydesk.rules import Line

STORY = (
    "The weir was rebuilt this week, stone by stone, by sixty volunteers from the valley.\n"
    "They used wheelbarrows and a rope, and finished on Sunday as the rain began to fall.\n"
)
EMPTY = {"error": {"reason": "empty", "message": "no text in it"}}


def replay(*args: str | Path) -> Result:
    return CliRunner().invoke(app, ["replay", *map(str, args)])


def put(
    folder: Path,
    stem: str = "weir",
    content: str | bytes = STORY,
    expected: dict[str, Any] | None = None,
    ending: str = ".txt",
    **meta: object,
) -> Fixture:
    data = content.encode() if isinstance(content, str) else content
    (folder / (stem + ending)).write_bytes(data)
    (folder / f"{stem}.meta.json").write_text(json.dumps({"made": "by hand", **meta}), "utf-8")
    fixture = Fixture(folder / (stem + ending), stem)
    if expected is not None:
        fixture.expected_path.write_bytes(store.canonical(expected))
    return fixture


def settle(fixture: Fixture, registry: Registry, **changes: object) -> dict[str, Any]:
    """Write what a fixture comes to as its expectation, with some fields changed."""
    (result,) = replaying.replay([fixture], registry)
    expected = {**store.outcome(result.article, result.error), **changes}
    fixture.expected_path.write_bytes(store.canonical(expected))
    return expected


def errors(result: Result) -> list[str]:
    assert "Traceback" not in result.stderr
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.stderr.splitlines()


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


# The report and its exit codes


def test_a_fixture_that_comes_to_its_expectation_is_ok(tmp_path: Path, registry: Registry) -> None:
    settle(put(tmp_path), registry)
    done = replay(".")
    assert (done.exit_code, errors(done)) == (0, [])
    assert done.stdout == "weir  generic  ok\n1 fixture: 1 ok\n"


def test_what_differs_is_named_and_shown_line_by_line(tmp_path: Path, registry: Registry) -> None:
    settle(put(tmp_path), registry, headline="Weir rebuilt", section="Region")
    done = replay(".")
    assert (done.exit_code, errors(done)) == (1, [])
    assert done.stdout.splitlines() == [
        "weir  generic  differs: headline, section",
        "  headline:",
        '    -"Weir rebuilt"',
        "    +null",
        "  section:",
        '    -"Region"',
        "    +null",
        "1 fixture: 1 differs",
    ]


def test_of_a_long_value_only_what_differs_is_shown(tmp_path: Path, registry: Registry) -> None:
    fixture = put(
        tmp_path,
        content="\n".join(f"The weir of lock {n} was opened on Monday." for n in range(40)),
    )
    expected = settle(fixture, registry)
    expected["body"][20]["text"] = "Something else stood here."
    fixture.expected_path.write_bytes(store.canonical(expected))
    shown = replay(".").stdout
    assert "Something else stood here." in shown
    assert len(shown.splitlines()) < 12


def test_a_fixture_without_expectation_is_told_and_exits_1(tmp_path: Path) -> None:
    put(tmp_path)
    done = replay(".")
    assert (done.exit_code, errors(done)) == (1, [])
    assert done.stdout == "weir  generic  no expectation\n1 fixture: 1 no expectation\n"


def test_every_state_is_counted_best_first(tmp_path: Path, registry: Registry) -> None:
    put(tmp_path, "a", outlet="no-such-outlet")
    put(tmp_path, "b")
    settle(put(tmp_path, "c"), registry, headline="x")
    settle(put(tmp_path, "d"), registry)
    settle(put(tmp_path, "e"), registry)
    done = replay(".")
    assert done.exit_code == 1
    rows = [row for row in done.stdout.splitlines() if not row.startswith(" ")]
    assert [row.split("  ")[0] for row in rows[:-1]] == list("abcde")
    assert rows[-1] == "5 fixtures: 2 ok, 1 differs, 1 no expectation, 1 failed"
    assert len(errors(done)) == 1


def test_an_expectation_that_misses_a_field_differs(tmp_path: Path, registry: Registry) -> None:
    fixture = put(tmp_path)
    expected = settle(fixture, registry)
    del expected["headline"]
    fixture.expected_path.write_bytes(store.canonical({**expected, "surplus": 1}))
    done = replay(".")
    assert done.exit_code == 1
    assert "weir  generic  differs: headline, surplus\n" in done.stdout
    assert "    -(missing)\n    +null\n" in done.stdout
    assert "    -1\n    +(missing)\n" in done.stdout


def test_the_adapters_version_is_not_compared(tmp_path: Path, registry: Registry) -> None:
    adapter = {"id": "generic", "version": "of another day", "layout": None}
    settle(put(tmp_path), registry, adapter=adapter)
    assert replay(".").exit_code == 0


def test_controls_in_what_is_shown_are_written_out(tmp_path: Path, registry: Registry) -> None:
    fixture = put(tmp_path, "we\x1bir", STORY)
    settle(fixture, registry, headline="\u202eevil\x9b")
    shown = replay(".").stdout
    assert not {"\x1b", "\u202e", "\x9b"} & set(shown)
    assert "we\\u001bir" in shown


# Which fixture


def test_an_input_without_meta_is_mentioned_and_passed_over(
    tmp_path: Path, registry: Registry
) -> None:
    settle(put(tmp_path), registry)
    (tmp_path / "bare.txt").write_text(STORY, "utf-8")
    done = replay(".")
    assert done.exit_code == 0
    assert errors(done) == ["copydesk: bare.txt: skipped: no bare.meta.json in the same folder"]
    assert done.stdout == "weir  generic  ok\n1 fixture: 1 ok\n"


def test_a_packed_input_without_meta_is_mentioned_with_the_name_it_needs(tmp_path: Path) -> None:
    put(tmp_path)
    (tmp_path / "bare.html.gz").write_bytes(b"")
    assert errors(replay("."))[0] == (
        "copydesk: bare.html.gz: skipped: no bare.meta.json in the same folder"
    )


def test_a_folder_without_fixtures_exits_2(tmp_path: Path) -> None:
    done = replay(tmp_path)
    assert (done.exit_code, done.stdout) == (2, "")
    assert errors(done) == [f"copydesk: {tmp_path}: no fixtures found"]


def test_a_path_that_is_not_there_exits_2_and_nothing_is_done(
    tmp_path: Path, registry: Registry
) -> None:
    settle(put(tmp_path), registry)
    done = replay(".", "nowhere", "-o", "out.jsonl")
    assert (done.exit_code, done.stdout) == (2, "")
    assert errors(done) == ["copydesk: nowhere: no such file or folder"]
    assert not (tmp_path / "out.jsonl").exists()


@pytest.mark.parametrize("name", ["weir.txt", "weir.meta.json", "weir.expected.json"])
def test_one_fixture_can_be_named_by_any_of_its_files(
    tmp_path: Path, registry: Registry, name: str
) -> None:
    settle(put(tmp_path), registry)
    settle(put(tmp_path, "other"), registry)
    assert replay(name).stdout == "weir  generic  ok\n1 fixture: 1 ok\n"


# What fails


@pytest.mark.parametrize(
    ("meta", "told"),
    [
        (b"{", "is not valid JSON"),
        (b"<html>", "is not valid JSON"),
        (b"[]", "file: "),
        (b'{"name": "some-package", "version": "1.0"}', "made: Field required"),
        (b'{"made": "x", "licence": "MIT"}', "licence: Extra inputs are not permitted"),
        (
            b'{"made": "x", "retrieved_at": "yesterday"}',
            "retrieved_at: 'yesterday' is not an ISO 8601",
        ),
        (b'{"made": ' + b"9" * 5000 + b"}", "is not valid JSON"),
    ],
    ids=["broken", "no json", "a list", "foreign", "extra key", "clock", "huge number"],
)
def test_a_bad_meta_costs_its_own_fixture_and_no_other(
    tmp_path: Path, registry: Registry, meta: bytes, told: str
) -> None:
    put(tmp_path, "bad").meta_path.write_bytes(meta)
    settle(put(tmp_path, "good"), registry)
    done = replay(".", "-o", "out.jsonl")
    assert done.exit_code == 1
    (line,) = errors(done)
    assert line.startswith(f"copydesk: bad.meta.json: {told}")
    assert done.stdout == "bad  -  failed\ngood  generic  ok\n2 fixtures: 1 ok, 1 failed\n"
    assert (tmp_path / "out.jsonl").read_bytes().count(b"\n") == 1


def test_a_broken_expectation_fails_and_is_not_overwritten(tmp_path: Path) -> None:
    fixture = put(tmp_path)
    fixture.expected_path.write_bytes(b"{")
    done = replay(".", "--update")
    assert done.exit_code == 1
    assert done.stdout.startswith("weir  -  failed\n")
    assert errors(done)[0].startswith("copydesk: weir.expected.json: is not valid JSON")
    assert fixture.expected_path.read_bytes() == b"{"


def test_an_unknown_outlet_fails_with_the_nearest_one(tmp_path: Path) -> None:
    fixture = put(tmp_path, outlet="mercopres")
    done = replay(".", "--update")
    assert done.exit_code == 1
    assert done.stdout == "weir  mercopres  failed\n1 fixture: 1 failed\n"
    assert errors(done) == ["copydesk: mercopres: no such outlet; did you mean 'mercopress'?"]
    assert not fixture.expected_path.exists()


@pytest.mark.parametrize(
    "meta",
    [
        {"url": "http://[::1"},
        {"url": "https://gazette.example/\ud800"},
        {"url": "::::"},
        {"encoding": "undefined"},
        {"encoding": "no-such"},
        {"encoding": "a\0b"},
        {"media_type": ""},
        {"outlet": ""},
        {"outlet": "\u202e\x1b"},
        {"retrieved_at": "0001-01-01T00:00:00+14:00"},
        {"retrieved_at": "9999-12-31T23:59:59-12:00"},
    ],
    ids=ascii,
)
def test_whatever_a_meta_says_no_other_fixture_is_lost(
    tmp_path: Path, registry: Registry, meta: dict[str, Any]
) -> None:
    content = STORY + "Jo says:\nPosted 3 hours ago\nUpdated 3 hours ago\n"
    put(tmp_path, "bad", content, **meta)
    settle(put(tmp_path, "good"), registry)
    done = replay(".")
    assert done.exit_code == 1
    assert len(errors(done)) <= 1
    assert "good  generic  ok\n" in done.stdout


def test_an_error_where_an_article_was_expected_fails_and_is_shown(
    tmp_path: Path, registry: Registry
) -> None:
    fixture = put(tmp_path)
    settle(fixture, registry)
    fixture.source.write_bytes(b"")
    done = replay(".")
    assert done.exit_code == 1
    assert done.stdout.startswith("weir  generic  failed: error\n")
    assert '+ "reason": "empty"' in done.stdout
    assert errors(done) == ["copydesk: weir: no text in it"]


def test_an_expected_error_is_ok_and_gives_no_line(tmp_path: Path, registry: Registry) -> None:
    put(tmp_path, "a", b" \n", EMPTY)
    put(tmp_path, "b", b"<p>", ending=".html", expected={
        "error": {"reason": "empty", "message": "no visible text in it"}
    })  # fmt: skip
    settle(put(tmp_path, "c"), registry)
    done = replay(".", "-o", "out.jsonl")
    assert (done.exit_code, errors(done)) == (0, [])
    assert done.stdout.endswith("3 fixtures: 3 ok\n")
    assert (tmp_path / "out.jsonl").read_bytes().count(b"\n") == 1


def test_another_error_than_the_expected_one_differs(tmp_path: Path) -> None:
    put(tmp_path, content=bytes(1000), expected=EMPTY)
    done = replay(".")
    assert done.exit_code == 1
    assert done.stdout.startswith("weir  generic  differs: error\n")
    assert '- "reason": "empty"' in done.stdout
    assert '+ "reason": "binary"' in done.stdout


def test_an_article_where_an_error_was_expected_differs(tmp_path: Path) -> None:
    put(tmp_path, expected=EMPTY)
    done = replay(".")
    assert done.exit_code == 1
    assert done.stdout.startswith("weir  generic  differs: error\n")
    assert "    +(missing)\n" in done.stdout


# --update


def test_update_shows_the_difference_then_writes_then_all_is_well(
    tmp_path: Path, registry: Registry
) -> None:
    fixture = put(tmp_path)
    settle(fixture, registry, headline="Weir rebuilt")
    done = replay(".", "--update")
    assert done.exit_code == 1
    assert done.stdout.index('-"Weir rebuilt"') < done.stdout.index("  wrote weir.expected.json")
    assert replay(".").exit_code == 0
    before = fixture.expected_path.read_bytes()
    again = replay(".", "--update")
    assert (again.exit_code, again.stdout) == (0, "weir  generic  ok\n1 fixture: 1 ok\n")
    assert fixture.expected_path.read_bytes() == before


def test_update_writes_a_missing_expectation_in_canonical_form(tmp_path: Path) -> None:
    fixture = put(tmp_path)
    assert replay(".", "--update").exit_code == 1
    expected = fixture.expected()
    assert expected is not None
    assert fixture.expected_path.read_bytes() == store.canonical(expected)
    assert list(expected) == list(Article.model_fields)
    assert expected["adapter"]["version"] is None
    assert replay(".").exit_code == 0


def test_update_writes_an_error_of_the_document(tmp_path: Path) -> None:
    fixture = put(tmp_path, content=b"")
    assert replay(".", "--update").exit_code == 1
    assert fixture.expected() == EMPTY
    assert replay(".").exit_code == 0


def test_without_update_nothing_is_written(tmp_path: Path, registry: Registry) -> None:
    fixture = put(tmp_path)
    settle(fixture, registry, headline="x")
    put(tmp_path, "other")
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    replay(".")
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before


def test_update_leaves_a_fixture_that_cannot_be_loaded(tmp_path: Path) -> None:
    fixture = put(tmp_path, expected=EMPTY)
    fixture.meta_path.write_bytes(b"{}")
    (result,) = replaying.replay([fixture], Registry())
    assert isinstance(result.error, FixtureError)
    assert not replaying.update(result)
    assert fixture.expected() == EMPTY


# Proposed expectations, and matchers


def test_an_unreviewed_expectation_is_told_and_exits_1(tmp_path: Path, registry: Registry) -> None:
    fixture = put(tmp_path)
    mark(fixture, settle(fixture, registry))
    done = replay(".")
    assert (done.exit_code, errors(done)) == (1, [])
    assert done.stdout == "weir  generic  unreviewed\n1 fixture: 1 unreviewed\n"


def test_an_unreviewed_expectation_that_differs_is_told_as_such(
    tmp_path: Path, registry: Registry
) -> None:
    fixture = put(tmp_path)
    mark(fixture, settle(fixture, registry, headline="x"))
    done = replay(".")
    assert done.exit_code == 1
    assert done.stdout.startswith("weir  generic  differs: headline\n")


def test_update_keeps_the_mark(tmp_path: Path, registry: Registry) -> None:
    fixture = put(tmp_path)
    mark(fixture, settle(fixture, registry, headline="x"))
    assert replay(".", "--update").exit_code == 1
    assert fixture.unreviewed() == "accept it"
    before = fixture.expected_path.read_bytes()
    done = replay(".", "--update")
    assert (done.exit_code, done.stdout.splitlines()[0]) == (1, "weir  generic  unreviewed")
    assert fixture.expected_path.read_bytes() == before


def mark(fixture: Fixture, expected: dict[str, Any]) -> None:
    said = {store.UNREVIEWED: "accept it", **expected}
    fixture.expected_path.write_bytes(store.canonical(said))


def test_a_mark_that_is_no_mark_fails(tmp_path: Path, registry: Registry) -> None:
    fixture = put(tmp_path)
    settle(fixture, registry, unreviewed="at the end")
    done = replay(".")
    assert done.exit_code == 1
    assert errors(done) == [
        "copydesk: weir.expected.json: unreviewed: must be the first key, with a text value"
    ]


def test_a_matcher_that_holds_is_ok_and_update_keeps_it(tmp_path: Path, registry: Registry) -> None:
    fixture = put(tmp_path)
    settle(fixture, registry, id="re:[0-9a-f]{32}", body="count:2", headline="type:string")
    done = replay(".", "--update")
    assert done.exit_code == 1
    assert done.stdout.startswith("weir  generic  differs: headline\n")
    expected = fixture.expected()
    assert expected is not None
    assert (expected["id"], expected["body"], expected["headline"]) == (
        "re:[0-9a-f]{32}",
        "count:2",
        None,
    )
    assert replay(".").exit_code == 0


def test_a_broken_matcher_fails_with_file_and_place_and_is_not_overwritten(
    tmp_path: Path, registry: Registry
) -> None:
    fixture = put(tmp_path)
    settle(fixture, registry, headline="re:(")
    before = fixture.expected_path.read_bytes()
    done = replay(".", "--update")
    assert done.exit_code == 1
    assert done.stdout == "weir  generic  failed\n1 fixture: 1 failed\n"
    (line,) = errors(done)
    assert line.startswith("copydesk: weir.expected.json: headline: 're:(' is not a valid pattern")
    assert fixture.expected_path.read_bytes() == before


def test_update_brings_an_expectation_into_canonical_form(
    tmp_path: Path, registry: Registry
) -> None:
    fixture = put(tmp_path)
    expected = settle(fixture, registry)
    canonical = fixture.expected_path.read_bytes()
    fixture.expected_path.write_text(json.dumps(dict(reversed(expected.items()))), "utf-8")
    done = replay(".", "--update")
    assert done.exit_code == 0
    assert done.stdout.splitlines()[1] == "  wrote weir.expected.json"
    assert fixture.expected_path.read_bytes() == canonical


# -o


def test_output_is_one_line_an_article_and_the_same_bytes_twice(tmp_path: Path, root: Path) -> None:
    outputs = []
    for name in ("one.jsonl", "two.jsonl"):
        assert replay(root / "seeds", "-o", name).exit_code == 0
        outputs.append((tmp_path / name).read_bytes())
    assert outputs[0] == outputs[1]
    assert b"\r" not in outputs[0]
    rows = outputs[0].decode("utf-8").split("\n")
    assert (len(rows), rows[-1]) == (6, "")
    articles = [Article.model_validate_json(row) for row in rows[:-1]]
    assert [a.document.origin[:3] for a in articles if a.document.origin] == [
        "000", "001", "002", "003", "004",
    ]  # fmt: skip
    assert list(json.loads(rows[0])) == list(Article.model_fields)


def test_output_replaces_the_file_and_leaves_nothing_beside_it(
    tmp_path: Path, registry: Registry
) -> None:
    settle(put(tmp_path), registry)
    out = tmp_path / "out.jsonl"
    out.write_text("old\n" * 5000, "utf-8")
    before = {p.name for p in tmp_path.iterdir()}
    assert replay(".", "--output", "out.jsonl").exit_code == 0
    assert out.read_bytes().count(b"\n") == 1
    assert {p.name for p in tmp_path.iterdir()} == before


def test_output_is_written_also_where_something_differs(tmp_path: Path, registry: Registry) -> None:
    settle(put(tmp_path), registry, headline="x")
    assert replay(".", "-o", "out.jsonl").exit_code == 1
    assert (tmp_path / "out.jsonl").read_bytes().count(b"\n") == 1


@pytest.mark.parametrize(
    ("target", "told"), [("no/out.jsonl", "no such folder"), (".", "is a folder, not a file")]
)
def test_an_output_that_cannot_be_one_exits_2_before_anything_is_done(
    tmp_path: Path, registry: Registry, target: str, told: str
) -> None:
    fixture = put(tmp_path)
    settle(fixture, registry, headline="x")
    before = fixture.expected_path.read_bytes()
    done = replay(".", "--update", "-o", target)
    assert (done.exit_code, done.stdout) == (2, "")
    assert errors(done) == [f"copydesk: {target}: {told}"]
    assert fixture.expected_path.read_bytes() == before


def test_an_output_that_cannot_be_written_exits_1_with_one_line(
    copydesk: Run, root: Path, tmp_path: Path
) -> None:
    name = "x" * 250
    done = copydesk("replay", root / "seeds", "-o", name)
    assert done.returncode == 1
    assert done.stderr == f"copydesk: {name}: file name too long\n"
    assert list(tmp_path.iterdir()) == []


# Offline


def reach(line: Line) -> bool:
    socket.create_connection(("127.0.0.1", 9), timeout=5).close()
    return False


class Caller(Outlet):
    id = "caller"
    name = "Caller"
    domains = ("caller.example",)
    rules = (Rule.line(r"The weir", "separator", when=reach),)


@pytest.fixture
def calling() -> Registry:
    found = Registry()
    found.register(Caller)
    return found


@pytest.mark.parametrize("meta", [{"outlet": "caller"}, {"url": "https://www.caller.example/a/b"}])
def test_an_adapter_that_reaches_for_the_network_fails_its_fixture_by_name(
    tmp_path: Path, calling: Registry, meta: dict[str, Any]
) -> None:
    bad, good = put(tmp_path, "bad", **meta), put(tmp_path, "good")
    first, second = replaying.replay([bad, good], calling)
    assert (first.outlet, first.state, first.article) == ("caller", "failed", None)
    assert isinstance(first.error, NetworkSealed)
    assert str(first.error).startswith(f"{__file__}:")
    assert " in reach: reached for the network" in str(first.error)
    assert second.state == "no expectation"


def test_an_attempt_on_the_network_never_becomes_the_expectation(
    tmp_path: Path, calling: Registry
) -> None:
    fixture = put(tmp_path, outlet="caller")
    (result,) = replaying.replay([fixture], calling)
    assert not replaying.update(result)
    assert not fixture.expected_path.exists()


def test_between_two_fixtures_the_network_is_open_again(tmp_path: Path, calling: Registry) -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(1)
        running = replaying.replay([put(tmp_path, outlet="caller"), put(tmp_path, "b")], calling)
        assert next(running).state == "failed"
        socket.create_connection(server.getsockname(), timeout=5).close()
        assert next(running).state == "no expectation"


def test_the_command_names_the_adapters_file(copydesk: Run, tmp_path: Path) -> None:
    (tmp_path / "dialler.py").write_text(
        "import urllib.request\n"
        "from copydesk import Outlet, Rule\n"
        "def dial(line):\n"
        "    urllib.request.urlopen('http://127.0.0.1:9/', timeout=5)\n"
        "class Dialler(Outlet):\n"
        "    id = 'dialler'\n"
        "    name = 'Dialler'\n"
        "    rules = (Rule.line('The weir', 'separator', when=dial),)\n",
        "utf-8",
    )
    put(tmp_path, outlet="dialler")
    done = copydesk("replay", ".", "--plugin", "dialler.py")
    assert done.returncode == 1
    assert done.stdout == "weir  dialler  failed\n1 fixture: 1 failed\n"
    (line,) = done.stderr.splitlines()
    assert "dialler.py:4 in dial: reached for the network" in line


def test_an_adapter_that_raises_costs_only_its_fixture_and_no_expectation(tmp_path: Path) -> None:
    def raising(line: Line) -> bool:
        raise RuntimeError("no such thing")

    class Raiser(Outlet):
        id = "raiser"
        name = "Raiser"
        rules = (Rule.line(r"The weir", "separator", when=raising),)

    registry = Registry()
    registry.register(Raiser)
    fixture = put(tmp_path, outlet="raiser", expected=EMPTY)
    first, second = replaying.replay([fixture, put(tmp_path, "z")], registry)
    assert "no such thing" in str(first.error)
    assert first.state == "differs"
    assert not replaying.update(first)
    assert fixture.expected() == EMPTY
    assert second.state == "no expectation"


# The clock


def test_the_clock_is_the_fixtures(tmp_path: Path, registry: Registry) -> None:
    frozen = put(tmp_path, "a", retrieved_at="2025-12-02T10:00:00+00:00")
    stopped = put(tmp_path, "b")
    first, second = replaying.replay([frozen, stopped], registry)
    assert first.article is not None
    assert second.article is not None
    assert first.article.document.retrieved_at == "2025-12-02T10:00:00+00:00"
    assert second.article.document.retrieved_at is None


def test_a_fixtures_origin_is_its_stem(tmp_path: Path, registry: Registry) -> None:
    (result,) = replaying.replay([put(tmp_path)], registry)
    assert result.article is not None
    assert result.article.document.origin == "weir"


# The same from Python


def test_a_result_keeps_its_error_also_where_that_was_expected(
    tmp_path: Path, registry: Registry
) -> None:
    (result,) = replaying.replay([put(tmp_path, content=b"", expected=EMPTY)], registry)
    assert result.state == "ok"
    assert isinstance(result.error, EmptyDocument)
    assert not replaying.update(result)


def test_an_unknown_outlet_is_kept_as_the_error(tmp_path: Path, registry: Registry) -> None:
    (result,) = replaying.replay([put(tmp_path, outlet="okazz")], registry)
    assert isinstance(result.error, UnknownOutlet)
    assert result.outlet == "okazz"


def test_a_difference_is_described_for_any_kind_of_value() -> None:
    lines = replaying.describe({"a": ({"x": [1]}, {"x": [2]}), "b": (1.5, None), "c": (True, "t")})
    assert lines == [
        "  a:", '      "x": [', "    -  1", "    +  2", "      ]",
        "  b:", "    -1.5", "    +null",
        "  c:", "    -true", '    +"t"',
    ]  # fmt: skip


def test_nothing_is_described_where_nothing_differs() -> None:
    assert replaying.describe({}) == []


def test_fixtures_are_replayed_one_at_a_time(tmp_path: Path, registry: Registry) -> None:
    fixture = put(tmp_path)
    running = replaying.replay(iter([fixture, put(tmp_path, "zz")]), registry)
    assert next(running).fixture is fixture
    (tmp_path / "zz.txt").unlink()
    assert isinstance(next(running).error, FixtureError)
