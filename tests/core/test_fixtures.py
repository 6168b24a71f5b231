"""Fixtures: what is one, what its sidecars may say, and how expectations are compared."""

from __future__ import annotations

import gzip
import json
import os
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from copydesk import CopydeskError, OutputError, extract
from copydesk.errors import EmptyDocument, FixtureError
from copydesk.fixtures import record, store
from copydesk.fixtures.store import Fixture, Meta
from copydesk.model.document import MAX_BYTES, Document

MADE = {"made": "by hand"}
STORY = b"The weir was rebuilt this week, stone by stone, by sixty volunteers.\n"


def put(folder: Path, name: str = "weir.txt", content: bytes = STORY, **meta: object) -> Fixture:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)
    stem = name.split(".")[0]
    (folder / f"{stem}.meta.json").write_text(json.dumps({**MADE, **meta}), "utf-8")
    return Fixture(folder / name, stem)


def found(*paths: Path) -> list[str]:
    return [fixture.stem for fixture in store.find(paths)[0]]


# Finding


@pytest.mark.parametrize("name", ["weir.txt", "weir.html", "weir.html.gz"])
def test_each_kind_of_input_is_a_fixture_named_by_its_stem(tmp_path: Path, name: str) -> None:
    fixture = put(tmp_path, name)
    assert store.find([tmp_path]) == ([fixture], [])
    assert fixture.meta_path == tmp_path / "weir.meta.json"
    assert fixture.expected_path == tmp_path / "weir.expected.json"


@pytest.mark.parametrize("name", ["weir.txt", "weir.meta.json", "weir.expected.json"])
def test_a_fixture_is_found_by_any_of_its_files(tmp_path: Path, name: str) -> None:
    fixture = put(tmp_path)
    fixture.expected_path.write_text("{}", "utf-8")
    assert store.find([tmp_path / name]) == ([fixture], [])


def test_a_fixture_that_is_named_twice_is_found_once(tmp_path: Path) -> None:
    fixture = put(tmp_path)
    assert found(tmp_path, fixture.source, fixture.meta_path, tmp_path) == ["weir"]


def test_folders_are_searched_to_any_depth_in_a_fixed_order(tmp_path: Path) -> None:
    for name in ("c", "a", "b"):
        put(tmp_path / name / "deep", f"{name}2.txt")
        put(tmp_path / name, f"{name}1.txt")
    assert found(tmp_path) == ["a1", "a2", "b1", "b2", "c1", "c2"]
    assert found(tmp_path / "c", tmp_path / "a") == ["a1", "a2", "c1", "c2"]


def test_hidden_files_and_folders_are_passed_over(tmp_path: Path) -> None:
    put(tmp_path / ".git")
    put(tmp_path, ".weir.txt")
    assert store.find([tmp_path]) == ([], [])


def test_an_input_without_meta_is_no_fixture_and_is_told(tmp_path: Path) -> None:
    put(tmp_path)
    bare = tmp_path / "bare.txt"
    bare.write_bytes(STORY)
    assert [f.stem for f in store.find([tmp_path, bare])[0]] == ["weir"]
    assert store.find([tmp_path, bare])[1] == [bare]


def test_other_files_are_neither_fixture_nor_told(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_bytes(STORY)
    (tmp_path / "alone.meta.json").write_text(json.dumps(MADE), "utf-8")
    assert store.find([tmp_path]) == ([], [])
    assert store.find([tmp_path / "notes.md", tmp_path / "alone.meta.json"]) == ([], [])


def test_a_path_that_is_not_there_is_told(tmp_path: Path) -> None:
    put(tmp_path)
    with pytest.raises(FileNotFoundError, match="nowhere"):
        store.find([tmp_path, tmp_path / "nowhere"])


# meta.json


def test_meta_needs_only_how_the_fixture_was_made(tmp_path: Path) -> None:
    assert put(tmp_path).meta() == Meta(made="by hand")


def test_meta_is_read_whole(tmp_path: Path) -> None:
    said: dict[str, Any] = {
        "url": "https://gazette.example/weir",
        "outlet": "gazette",
        "media_type": "text/plain",
        "encoding": "cp1252",
        "retrieved_at": "2025-12-02T10:00:00+01:00",
    }
    assert put(tmp_path, **said).meta() == Meta(made="by hand", **said)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is not valid JSON"),
        (b"{", "is not valid JSON"),
        (b"\xff\xfe{}", "is not valid JSON"),
        (b"[" * 100_000, "is not valid JSON"),
        (b'{"made": ' + b"9" * 5000 + b"}", "is not valid JSON"),
        (b"[]", "file: "),
        (b"null", "file: "),
        (b"{}", "made: Field required"),
        (b'{"made": 5}', "made: "),
        (b'{"made": "x", "url": 5}', "url: "),
        (b'{"made": "x", "headline": "y"}', "headline: Extra inputs are not permitted"),
        (b'{"name": "a package", "version": "1"}', "made: Field required"),
    ],
    ids=lambda v: repr(v[:24]),
)
def test_a_broken_or_foreign_meta_is_refused_by_file_and_key(
    tmp_path: Path, content: bytes, told: str
) -> None:
    fixture = put(tmp_path)
    fixture.meta_path.write_bytes(content)
    with pytest.raises(FixtureError) as caught:
        fixture.meta()
    assert caught.value.subject == str(fixture.meta_path)
    assert caught.value.message.startswith(told)


@pytest.mark.parametrize("when", ["yesterday", "", "2025-13-01", "12:00", "1764672000"])
def test_a_clock_that_is_no_time_is_refused(tmp_path: Path, when: str) -> None:
    with pytest.raises(FixtureError, match=r"retrieved_at: .* is not an ISO 8601 time"):
        put(tmp_path, retrieved_at=when).meta()


def test_a_meta_that_is_a_folder_is_refused(tmp_path: Path) -> None:
    fixture = put(tmp_path)
    fixture.meta_path.unlink()
    fixture.meta_path.mkdir()
    with pytest.raises(FixtureError, match="is not a regular file"):
        fixture.meta()


def test_a_meta_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FixtureError, match="no such file or directory"):
        Fixture(tmp_path / "weir.txt", "weir").meta()


# The input


def test_the_document_is_the_input_with_what_the_meta_says(tmp_path: Path) -> None:
    fixture = put(
        tmp_path,
        url="https://gazette.example/weir",
        encoding="cp1252",
        retrieved_at="2025-12-02T10:00:00+01:00",
    )
    document = fixture.document(fixture.meta())
    assert document.content == STORY
    assert document.origin == "weir"
    assert document.url == "https://gazette.example/weir"
    assert document.encoding == "cp1252"
    assert document.retrieved_at == datetime(2025, 12, 2, 10, tzinfo=timezone(timedelta(hours=1)))


@pytest.mark.parametrize(
    ("given", "clock"),
    [(None, None), ("2025-12-02T10:00:00", datetime(2025, 12, 2, 10, tzinfo=UTC))],
)
def test_the_clock_is_none_or_counts_as_utc(
    tmp_path: Path, given: str | None, clock: datetime | None
) -> None:
    fixture = put(tmp_path, retrieved_at=given)
    assert fixture.document(fixture.meta()).retrieved_at == clock


@pytest.mark.parametrize(
    ("name", "stated", "media_type"),
    [
        ("weir.txt", None, "text/plain"),
        ("weir.html", None, "text/html"),
        ("weir.html", "text/plain", "text/plain"),
    ],
)
def test_the_media_type_is_what_the_meta_or_else_the_ending_says(
    tmp_path: Path, name: str, stated: str | None, media_type: str
) -> None:
    fixture = put(tmp_path, name, media_type=stated)
    assert fixture.document(fixture.meta()).media_type == media_type


def test_a_packed_input_is_unpacked(tmp_path: Path) -> None:
    fixture = put(tmp_path, "weir.html.gz", gzip.compress(b"<p>Weir</p>"))
    document = fixture.document(fixture.meta())
    assert (document.content, document.media_type) == (b"<p>Weir</p>", "text/html")


def spoiled() -> bytes:
    data = bytearray(gzip.compress(STORY * 50))
    data[10:16] = b"\xff" * 6
    return bytes(data)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<p>plain</p>",
        gzip.compress(STORY)[:-9],
        gzip.compress(STORY)[:-4] + b"abcd",
        spoiled(),
    ],
    ids=["empty", "not packed", "cut off", "wrong length", "spoiled"],
)
def test_a_broken_gzip_file_is_refused(tmp_path: Path, content: bytes) -> None:
    fixture = put(tmp_path, "weir.html.gz", content)
    if not content:
        # No member at all unpacks to nothing.
        assert fixture.document(fixture.meta()).content == b""
        return
    with pytest.raises(FixtureError, match="is not a valid gzip file") as caught:
        fixture.document(fixture.meta())
    assert caught.value.subject == str(fixture.source)


def test_an_input_that_unpacks_above_the_limit_is_refused(tmp_path: Path) -> None:
    fixture = put(tmp_path, "weir.html.gz", gzip.compress(bytes(MAX_BYTES + 1), 1))
    assert fixture.source.stat().st_size < 100_000
    with pytest.raises(FixtureError, match="decompresses to more than 16,777,216 bytes"):
        fixture.document(fixture.meta())


def test_an_input_above_the_limit_is_refused_unread(tmp_path: Path) -> None:
    fixture = put(tmp_path)
    os.truncate(fixture.source, 50 * 1024 * 1024)
    with pytest.raises(FixtureError, match="52,428,800 bytes, above 16,777,216"):
        fixture.document(fixture.meta())


@pytest.mark.skipif(sys.platform == "win32", reason="no named pipes")
def test_an_input_that_is_no_regular_file_is_refused_without_waiting(tmp_path: Path) -> None:
    fixture = put(tmp_path)
    fixture.source.unlink()
    os.mkfifo(fixture.source)
    with pytest.raises(FixtureError, match="is not a regular file"):
        fixture.document(fixture.meta())


# The expectation


def test_there_may_be_no_expectation(tmp_path: Path) -> None:
    assert put(tmp_path).expected() is None


def test_an_expectation_is_a_json_object(tmp_path: Path) -> None:
    fixture = put(tmp_path)
    fixture.expected_path.write_text('{"headline": "Ferry"}', "utf-8")
    assert fixture.expected() == {"headline": "Ferry"}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is not valid JSON"),
        (b"\xff", "is not valid JSON"),
        (b"[" * 100_000, "is not valid JSON"),
        (b'{"a": ' + b"9" * 5000 + b"}", "is not valid JSON"),
        (b"[]", "is not a JSON object"),
        (b"null", "is not a JSON object"),
    ],
    ids=lambda v: repr(v[:12]),
)
def test_a_broken_expectation_is_refused(tmp_path: Path, content: bytes, told: str) -> None:
    fixture = put(tmp_path)
    fixture.expected_path.write_bytes(content)
    with pytest.raises(FixtureError) as caught:
        fixture.expected()
    assert caught.value.subject == str(fixture.expected_path)
    assert caught.value.message.startswith(told)


def test_an_outcome_is_the_record_without_the_adapters_version() -> None:
    article = extract(STORY)
    assert article.adapter.version is not None
    outcome = store.outcome(article, None)
    assert outcome["adapter"]["version"] is None
    assert outcome["text"] == article.text


def test_an_outcome_may_be_an_error() -> None:
    assert store.outcome(None, EmptyDocument("weir", "no text in it")) == {
        "error": {"reason": "empty", "message": "no text in it"}
    }


def test_an_error_counts_also_where_an_article_stands_beside_it() -> None:
    outcome = store.outcome(extract(STORY), CopydeskError("weir", "lost"))
    assert outcome == {"error": {"reason": "error", "message": "lost"}}


def test_neither_article_nor_error_is_an_error() -> None:
    assert "error" in store.outcome(None, None)


def test_an_expectation_is_written_in_one_way() -> None:
    data = store.canonical({"b": "é", "a": [1]})
    assert data == '{\n  "b": "é",\n  "a": [\n    1\n  ]\n}\n'.encode()


def test_equal_outcomes_do_not_differ() -> None:
    outcome = store.outcome(extract(STORY), None)
    assert store.differences(outcome, json.loads(store.canonical(outcome))) == {}


def test_a_field_that_differs_is_told_with_both_values() -> None:
    assert store.differences({"a": 1, "b": 2}, {"a": 1, "b": 3}) == {"b": (2, 3)}


def test_a_field_on_one_side_only_is_told_as_missing() -> None:
    found = store.differences({"a": 1}, {"b": None})
    assert {name: tuple(map(repr, both)) for name, both in found.items()} == {
        "a": ("1", "(missing)"),
        "b": ("(missing)", "None"),
    }


def test_the_adapters_version_is_not_compared() -> None:
    left = {"adapter": {"id": "a", "version": "1", "layout": None}}
    right = {"adapter": {"id": "a", "version": None, "layout": None}}
    other = {"adapter": {"id": "b", "version": None, "layout": None}}
    assert store.differences(left, right) == {}
    assert list(store.differences(left, other)) == ["adapter"]


@pytest.mark.parametrize("value", [None, 5, "x", ["x"]])
def test_an_adapter_of_another_shape_differs(value: object) -> None:
    right = {"adapter": {"id": "a", "version": None, "layout": None}}
    assert list(store.differences({"adapter": value}, right)) == ["adapter"]


def test_an_error_against_an_article_is_one_difference() -> None:
    outcome = store.outcome(extract(STORY), None)
    error = {"error": {"reason": "empty", "message": "no text in it"}}
    assert list(store.differences(outcome, error)) == ["error"]
    assert list(store.differences(error, outcome)) == ["error"]


# The mark of a proposed expectation


def marked(fixture: Fixture, **said: object) -> Fixture:
    fixture.expected_path.write_bytes(store.canonical(said))
    return fixture


def test_a_marked_expectation_is_read_without_its_mark(tmp_path: Path) -> None:
    fixture = marked(put(tmp_path), unreviewed="accept it", headline="Weir")
    assert fixture.unreviewed() == "accept it"
    assert fixture.expected() == {"headline": "Weir"}


def test_an_expectation_without_mark_or_none_at_all_has_no_mark(tmp_path: Path) -> None:
    fixture = put(tmp_path)
    assert fixture.unreviewed() is None
    assert marked(fixture, headline="Weir").unreviewed() is None


@pytest.mark.parametrize(
    "said", [{"headline": "Weir", "unreviewed": "x"}, {"unreviewed": True}, {"unreviewed": None}]
)
def test_a_mark_is_the_first_key_and_a_text(tmp_path: Path, said: dict[str, object]) -> None:
    fixture = marked(put(tmp_path), **said)
    with pytest.raises(FixtureError) as caught:
        fixture.unreviewed()
    assert caught.value.subject == str(fixture.expected_path)
    assert caught.value.message == "unreviewed: must be the first key, with a text value"


# Matchers


def test_a_field_that_a_matcher_fits_does_not_differ() -> None:
    assert store.differences({"a": "type:integer", "b": "x"}, {"a": 5, "b": "x"}) == {}


def test_where_a_part_of_a_field_fits_only_the_rest_differs() -> None:
    found = store.differences({"a": ["type:integer", "x"]}, {"a": [5, "y"]})
    assert found == {"a": ([5, "x"], [5, "y"])}


def test_a_broken_matcher_names_file_and_place(tmp_path: Path) -> None:
    fixture = marked(put(tmp_path), body=[{"type": "paragraph", "text": "re:("}])
    with pytest.raises(FixtureError) as caught:
        fixture.differences({"body": [{"type": "paragraph", "text": "Weir"}]})
    assert caught.value.subject == str(fixture.expected_path)
    assert caught.value.message.startswith("body.0.text: 're:(' is not a valid pattern: ")


def test_a_fixture_without_expectation_differs_in_every_field(tmp_path: Path) -> None:
    assert list(put(tmp_path).differences({"a": 1, "b": None})) == ["a", "b"]


def test_a_page_whose_meta_cannot_be_written_is_not_left_without_it(tmp_path: Path) -> None:
    (tmp_path / "weir.meta.json").mkdir()
    document = Document(
        content=b"<p>The weir", media_type="text/html", url="https://echo.example/weir"
    )
    with pytest.raises(OutputError, match="is a directory"):
        record.write(tmp_path, document, None, "by hand")
    assert [path.name for path in tmp_path.iterdir()] == ["weir.meta.json"]
