"""Lines with fewer fields: the named ones stay, the text comes back, and runs go on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.conftest import Run

from copydesk import Article, extract
from copydesk.errors import IncompleteRecord, RecordError
from copydesk.sinks import jsonl
from copydesk.sinks.fields import trimming

ARTICLE = extract(
    "Weir rebuilt\n\nThe weir was rebuilt by forty volunteers.\n\n- with stones\n- by hand\n\nIt holds."
)
LINE = ARTICLE.to_line()


def trimmed(fields: str = "", without: str = "") -> bytes:
    trim = trimming(fields.split(), without.split())
    assert trim is not None
    return trim(LINE)


def test_the_named_fields_stay_in_the_order_of_the_record() -> None:
    found = json.loads(trimmed("text headline"))
    assert list(found) == ["schema_version", "id", "revision", "headline", "text"]


def test_all_but_the_named_fields_stay_as_they_are() -> None:
    record = json.loads(LINE)
    del record["removed"]
    assert trimmed(without="removed") == jsonl.to_line(record)
    assert list(json.loads(trimmed("text url", "url")))[3:] == ["text"]


def test_if_nothing_is_left_out_there_is_nothing_to_do() -> None:
    assert trimming([], []) is None
    assert trimming(Article.model_fields, []) is None


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ("headlin", "headlin: no such field; did you mean 'headline'?"),
        ("zzzz", "zzzz: no such field"),
        ("id", "id: is always kept"),
    ],
)
def test_a_wrong_name_is_refused(names: str, told: str) -> None:
    with pytest.raises(ValueError) as caught:
        trimming([], [names])
    assert str(caught.value) == told


def test_a_missing_text_is_made_again_from_the_body() -> None:
    assert jsonl.parse("a:1", trimmed(without="text")) == ARTICLE


@pytest.mark.parametrize("name", ["body", "removed", "document", "comments"])
def test_a_record_without_another_field_is_incomplete(name: str) -> None:
    found = jsonl.parse("a:1", trimmed(without=name))
    assert isinstance(found, IncompleteRecord)
    assert str(found) == f"a:1: is not a whole record: it has no {name}"


@pytest.mark.parametrize(
    "line",
    [b'{"headline": "Weir"}', b'{"schema_version": "2", "id": "1"}', b"[]", b'{"schema_version":"2","id":"1","revision":"2","body":[{}]}'],
)  # fmt: skip
def test_what_is_no_record_at_all_is_not_taken_for_an_incomplete_one(line: bytes) -> None:
    found = jsonl.parse("a:1", line)
    assert isinstance(found, RecordError)
    assert not isinstance(found, IncompleteRecord)


def test_commands_name_the_option_and_the_nearest_field(copydesk: Run, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(LINE)
    done = copydesk("convert", "a.jsonl", "b.jsonl", "--fields", "url,headlin")
    told = "--fields headlin: no such field; did you mean 'headline'?"
    assert (done.returncode, done.fault) == (2, told)
    done = copydesk("convert", "a.jsonl", "b.jsonl", "--without", "revision")
    assert done.fault == "--without revision: is always kept"
    done = copydesk("convert", "a.jsonl", "b.jsonl", "--fields", " , ")
    assert (done.returncode, done.fault) == (2, "--fields: names no field")
    done = copydesk("convert", "a.jsonl", "b.csv", "--without", "text")
    assert done.fault == "--fields and --without are for JSON Lines; csv has fields of its own"
    done = copydesk("convert", "a.jsonl", "-", "--fields", "headline")
    assert json.loads(done.stdout) == {
        "schema_version": "2",
        "id": ARTICLE.id,
        "revision": ARTICLE.revision,
        "headline": "Weir rebuilt",
    }
    assert not (tmp_path / "b.jsonl").exists()


def test_a_file_of_incomplete_records_is_told_in_one_line(copydesk: Run, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(trimmed(without="body removed") * 40)
    done = copydesk("validate", "a.jsonl")
    assert (done.returncode, done.stdout) == (1, "40 records: 0 valid, 40 not\n")
    assert done.stderr == (
        "copydesk: a.jsonl: 40 records without body, removed; such a record is no whole article, "
        "and can only become csv, markdown or text\n"
    )


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    folder.mkdir()
    for number in range(4):
        text = f"The weir was rebuilt by {number} volunteers, stone by stone, in a week."
        (folder / f"{number}.txt").write_text(text)
    return folder


OPTIONS = ("--fields", "headline,text", "-q")


@pytest.mark.process
def test_a_run_can_be_resumed_whatever_is_left_out(
    copydesk: Run, pages: Path, tmp_path: Path
) -> None:
    out = tmp_path / "a.jsonl"
    assert copydesk("ingest", pages, "-o", out.name, *OPTIONS).returncode == 0
    whole = out.read_bytes()
    out.unlink()
    (tmp_path / "a.jsonl.state").unlink()
    done = copydesk("ingest", pages, "-o", out.name, *OPTIONS, "--limit", "2")
    assert out.read_bytes() == b"".join(whole.splitlines(keepends=True)[:2])
    # As a run leaves it that is killed between a line and its state.
    with out.open("ab") as file:
        file.write(whole.splitlines(keepends=True)[2])
    done = copydesk("ingest", pages, "-o", out.name, *OPTIONS, "--resume")
    assert done.returncode == 0, done.stderr
    assert out.read_bytes() == whole


@pytest.mark.process
def test_without_the_state_a_run_needs_the_document(
    copydesk: Run, pages: Path, tmp_path: Path
) -> None:
    out, state = tmp_path / "a.jsonl", tmp_path / "a.jsonl.state"
    copydesk("ingest", pages, "-o", out.name, *OPTIONS, "--limit", "2")
    state.unlink()
    done = copydesk("ingest", pages, "-o", out.name, *OPTIONS, "--resume")
    assert done.returncode == 2
    assert done.fault.endswith("without its state it cannot be resumed")
    options = ("--fields", "text,document", "-q")
    copydesk("ingest", pages, "-o", out.name, *options, "--limit", "2", "--overwrite")
    state.unlink()
    done = copydesk("ingest", pages, "-o", out.name, *options, "--resume")
    assert done.returncode == 0, done.stderr
    assert len(out.read_bytes().splitlines()) == 4


@pytest.mark.process
def test_options_that_do_not_fit_are_told(copydesk: Run, pages: Path) -> None:
    done = copydesk("ingest", pages, "--format", "csv")
    assert done.fault == "--format needs an output: add -o FILE"
    done = copydesk("ingest", pages, "--output-dir", "out", "--format", "csv")
    assert done.fault == "articles.csv: has no whole records, which shards need; convert them later"
    done = copydesk("ingest", pages, "--output-dir", "out", "--fields", "text")
    told = "--fields and --without cannot be used with --output-dir; convert the articles"
    assert done.fault == told
