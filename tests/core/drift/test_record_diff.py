"""Changes: two sets of records compared, and `copydesk diff` over two files."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from copydesk import extract
from copydesk.cli.app import app
from copydesk.drift.record_diff import IGNORED, Scope, by_origin, compare_files, field_error
from copydesk.errors import RecordError

Record = dict[str, Any]
STORY = "The weir was rebuilt this week, stone by stone, by sixty volunteers from the valley.\n"


def article(number: int, **changes: Any) -> Record:
    """A record as it is written, with other values in places, `document__origin` in a part."""
    url = f"https://echo.example/weir/{number}"
    record: Record = extract(f"Weir {number} is rebuilt\n\n{STORY}", url=url).model_dump(
        mode="json"
    )
    for name, value in changes.items():
        top, _, part = name.partition("__")
        if part:
            record[top] = {**record[top], part: value}
        else:
            record[top] = value
    return record


def put(path: Path, *records: Record) -> Path:
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), "utf-8")
    return path


def diff(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["diff", *map(str, arguments)])


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """One article the same, two that differ, one on either side alone."""
    monkeypatch.chdir(tmp_path)
    old = [article(1), article(2), article(3), article(4)]
    new = [
        article(3, headline="Weir 3 stands"), article(1), article(5),
        article(2, headline="Weir two", tags=["weir"]),
    ]  # fmt: skip
    return put(Path("old.jsonl"), *old), put(Path("new.jsonl"), *new)


def test_counts_come_first_then_each_article_field_by_field(files: tuple[Path, Path]) -> None:
    done = diff(*files)
    assert done.exit_code == 1
    assert done.stdout.splitlines() == [
        "1 same, 2 changed, 1 only in old, 1 only in new",
        "  headline: 2",
        "  tags: 1",
        "https://echo.example/weir/2  headline, tags",
        "  headline:",
        '    -"Weir 2 is rebuilt"',
        '    +"Weir two"',
        "  tags:",
        "    -[]",
        "    +[",
        '    + "weir"',
        "    +]",
        "https://echo.example/weir/3  headline",
        "  headline:",
        '    -"Weir 3 is rebuilt"',
        '    +"Weir 3 stands"',
        "only in old: https://echo.example/weir/4",
        "only in new: https://echo.example/weir/5",
    ]


def test_json_has_a_line_of_counts_and_one_for_each_difference(files: tuple[Path, Path]) -> None:
    done = diff(*files, "--json")
    assert done.exit_code == 1
    counts, *lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert counts == {
        "same": 1, "changed": 2, "only_old": 1, "only_new": 1, "earlier": 0,
        "fields": {"headline": 2, "tags": 1},
    }  # fmt: skip
    assert list(counts["fields"]) == ["headline", "tags"]
    assert lines[1] == {
        "id": article(3)["id"],
        "url": "https://echo.example/weir/3",
        "fields": {"headline": {"old": "Weir 3 is rebuilt", "new": "Weir 3 stands"}},
    }
    assert lines[2:] == [
        {"only_old": "https://echo.example/weir/4"},
        {"only_new": "https://echo.example/weir/5"},
    ]


def test_equal_files_exit_0(files: tuple[Path, Path]) -> None:
    done = diff(files[0], files[0])
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == "4 same, 0 changed, 0 only in old, 0 only in new\n"


def test_two_empty_files_are_equal(tmp_path: Path) -> None:
    empty = put(tmp_path / "empty.jsonl")
    assert diff(empty, empty).exit_code == 0


@pytest.mark.parametrize("name", IGNORED)
def test_what_differs_between_any_two_runs_is_not_compared_unless_asked_for(
    tmp_path: Path, name: str
) -> None:
    top, part = name.split(".")
    old = put(tmp_path / "a", article(1))
    new = put(tmp_path / "b", article(1, **{f"{top}__{part}": "2025-11-03T00:00:00Z"}))
    assert diff(old, new).exit_code == 0
    assert diff(old, new, "--fields", top).exit_code == 0
    done = diff(old, new, "--fields", name)
    assert done.exit_code == 1
    assert f"  {top}: 1\n" in done.stdout


def test_only_the_fields_that_are_named_are_compared(files: tuple[Path, Path]) -> None:
    done = diff(*files, "--fields", "tags, byline")
    assert done.stdout.startswith("2 same, 1 changed, 1 only in old")
    assert "headline" not in done.stdout


def test_fields_can_be_ignored_whole_or_in_part(tmp_path: Path) -> None:
    old = put(tmp_path / "a", article(1))
    new = put(tmp_path / "b", article(1, headline="Weir", document__origin="elsewhere"))
    assert diff(old, new, "--ignore", "headline").exit_code == 1
    assert diff(old, new, "--ignore", "headline,document.origin").exit_code == 0
    assert diff(old, new, "--ignore", "headline,document").exit_code == 0


def test_of_several_revisions_of_one_article_the_latest_line_counts(tmp_path: Path) -> None:
    old = put(tmp_path / "a", article(1, headline="First"), article(2), article(1))
    new = put(tmp_path / "b", article(2), article(1))
    done = diff(old, new)
    assert done.exit_code == 0
    assert "1 line skipped: a later line has the same article" in done.stderr
    assert json.loads(diff(old, new, "--json").stdout)["earlier"] == 1


def test_an_article_with_another_id_is_matched_by_its_address(tmp_path: Path) -> None:
    moved = article(1, canonical_url="https://echo.example/weir")
    old, new = put(tmp_path / "a", moved), put(tmp_path / "b", {**moved, "id": "other"})
    done = diff(old, new)
    assert done.stdout.startswith("0 same, 1 changed, 0 only in old, 0 only in new\n  id: 1\n")


def test_an_address_that_two_articles_share_matches_nothing(tmp_path: Path) -> None:
    same = {"canonical_url": "https://echo.example/weir"}
    old = put(tmp_path / "a", article(1, id="a", **same), article(1, id="b", **same))
    new = put(tmp_path / "b", article(1, id="c", **same))
    assert diff(old, new).stdout.startswith("0 same, 0 changed, 2 only in old, 1 only in new")


def test_a_field_that_a_record_lacks_is_as_null() -> None:
    assert Scope().differences({"id": "a"}, {"id": "a", "byline": None}) == {}
    assert Scope().differences({"tags": ["x"]}, {}) == {"tags": (["x"], None)}
    assert Scope(fields=("document.origin",)).differences({"document": "odd"}, {}) == {}


def test_two_readings_of_which_one_failed_differ_in_that_alone() -> None:
    error = {"reason": "empty", "message": "no text"}
    failed = {"id": "a", "error": error}
    assert Scope().differences(article(1), failed) == {"error": (None, error)}
    assert Scope().differences(failed, failed) == {}


def test_two_readings_of_one_set_are_matched_by_where_the_document_lies() -> None:
    assert by_origin(article(1, document__origin="a.warc@7")) == "a.warc@7"
    assert by_origin({"id": "x", "document": {"origin": None}}) == "x"
    assert by_origin({"id": 3}) is None


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{}", "is not an article: it has no id"),
        ('{"id": 7}', "is not an article: it has no id"),
        ("[]", "is not an article: not a JSON object"),
        ("Weir", "is not valid JSON: "),
        ("[" * 100_000, "is not valid JSON: "),
    ],
    ids=["empty", "number", "list", "text", "deep"],
)
def test_a_line_that_is_no_record_exits_2_and_is_named(
    tmp_path: Path, line: str, said: str
) -> None:
    good = put(tmp_path / "good", article(1))
    bad = tmp_path / "bad"
    bad.write_text(json.dumps(article(1)) + f"\n\n{line}\n", "utf-8")
    for pair in ((good, bad), (bad, good)):
        done = diff(*pair)
        assert (done.exit_code, done.stdout) == (2, "")
        assert f"{bad}:3: {said}" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("a", "give either OLD and NEW, or STORED and --adapter REV"),
        ("a a --adapter HEAD", "give either OLD and NEW, or STORED and --adapter REV"),
        ("a nothing", "nothing: no such file"),
        (". a", ".: not a regular file"),
        ("a a --outlet mercopress", "--outlet needs --adapter REV"),
        ("a a --fields headlin", "--fields headlin: the record has no such field; did you mean 'headline'?"),
        ("a a --ignore document.orign", "document has no such part; did you mean 'origin'?"),
        ("a a --ignore headline.x", "headline has no such part"),
        ("a a --fields ,", "--fields: no field given"),
    ],
)  # fmt: skip
def test_wrong_usage_exits_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    put(Path("a"), article(1))
    done = diff(*arguments.split())
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_every_field_of_the_record_can_be_named() -> None:
    record = article(1)
    names = [*record, *(f"document.{part}" for part in record["document"])]
    assert [field_error(name) for name in names] == [None] * len(names)


def test_text_from_records_does_not_reach_the_terminal_raw(tmp_path: Path) -> None:
    old = put(tmp_path / "a", article(1), article(2, canonical_url="https://e.example/\x1b]0;"))
    new = put(tmp_path / "b", article(1, byline="\x1b[31m\u202eBy Jo"))
    said = diff(old, new).stdout
    assert "\\u001b[31m" in said
    assert not {"\x1b", "\u202e"} & set(said)


def test_an_escape_that_stands_in_the_text_is_printed_as_it_stands(tmp_path: Path) -> None:
    old = put(tmp_path / "old.jsonl", article(1))
    new = put(tmp_path / "new.jsonl", article(1, headline="Press \\u0009 for a tab"))
    assert r'    +"Press \\u0009 for a tab"' in diff(old, new).stdout.splitlines()


SETS = st.lists(
    st.tuples(st.integers(1, 5), st.sampled_from(["Weir", "Wall", "Ferry"])),
    max_size=6,
    unique_by=lambda pair: pair[0],
)
BASE = {n: article(n) for n in range(1, 6)}


def records(chosen: list[tuple[int, str]]) -> list[Record]:
    return [{**BASE[number], "headline": headline} for number, headline in chosen]


@given(SETS, SETS, st.randoms(use_true_random=False))
def test_the_order_of_lines_does_not_matter_and_the_sides_mirror_one_another(
    tmp_path_factory: pytest.TempPathFactory,
    left: list[tuple[int, str]],
    right: list[tuple[int, str]],
    source: random.Random,
) -> None:
    folder = tmp_path_factory.mktemp("sets")
    old, new = put(folder / "a", *records(left)), put(folder / "b", *records(right))
    found = compare_files(old, new, Scope())
    back = compare_files(new, old, Scope())
    assert (found.same, found.changed, found.fields) == (back.same, back.changed, back.fields)
    assert (found.removed, found.added) == (back.added, back.removed)
    assert found.same + found.changed + len(found.removed) == len(left)
    shuffled = right.copy()
    source.shuffle(shuffled)
    again = compare_files(old, put(folder / "c", *records(shuffled)), Scope())
    assert (again.same, again.changed, again.removed) == (found.same, found.changed, found.removed)
    assert sorted(again.added) == sorted(found.added)
    assert [c.differences for c in again.changes()] == [c.differences for c in found.changes()]
    assert compare_files(old, old, Scope()).equal


def test_a_file_that_changes_under_the_comparison_is_told(tmp_path: Path) -> None:
    old, new = put(tmp_path / "a", article(1)), put(tmp_path / "b", article(1, byline="By Jo"))
    found = compare_files(old, new, Scope())
    new.write_bytes(b"")
    with pytest.raises(RecordError):
        list(found.changes())
