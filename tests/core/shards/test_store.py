"""A store keeps files whole, creates a marker once, and works alike on local and remote folders."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from copydesk.errors import OutputError
from copydesk.shards import store
from copydesk.shards.store import LocalStore, Store, open_store
from copydesk.sources.remote import is_remote


@pytest.fixture(params=["local", "memory"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "local":
        yield open_store(str(tmp_path / "out"))
        return
    memory: Any = pytest.importorskip("fsspec").filesystem("memory")
    memory.store.clear()
    memory.pseudo_dirs[:] = [""]
    yield open_store("memory://bucket/out/")


def test_a_file_is_created_once(files: Store) -> None:
    assert files.create("_done/1.json", b"first")
    assert not files.create("_done/1.json", b"second")
    assert files.read("_done/1.json") == b"first"


def test_of_many_that_create_a_file_at_once_one_succeeds(tmp_path: Path) -> None:
    files = LocalStore(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        for number in range(20):
            made = [*pool.map(lambda n, k=number: files.create(f"{k}", b"%d" % n), range(8))]
            assert made.count(True) == 1
            assert files.read(f"{number}") == b"%d" % made.index(True)
    assert sorted(os.listdir(tmp_path)) == sorted(str(n) for n in range(20))  # noqa: PTH208


def test_files_are_stored_listed_moved_copied_and_removed(files: Store, tmp_path: Path) -> None:
    assert files.names("a") == []
    assert files.read("a/1") is None
    with files.scratch("00000") as folder:
        (folder / "new").write_bytes(b"content")
        files.put(folder / "new", "a/1")
    (tmp_path / "other").write_bytes(b"other")
    files.put(tmp_path / "other", "a/2")
    assert files.names("a") == ["a/1", "a/2"]
    files.move("a/1", "b/1")
    files.move("a/1", "b/1")
    files.copy("b/1", "c/1")
    files.copy("a/2", "c/1")
    files.write("b/1", b"rewritten")
    files.remove("a/2")
    files.remove("a/2")
    assert files.names("a") == []
    assert [files.read(name) for name in ("b/1", "c/1")] == [b"rewritten", b"other"]
    files.get("c/1", tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == b"other"


def test_nothing_stays_of_scratch_files_and_failed_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = LocalStore(tmp_path / "out")
    with pytest.raises(RuntimeError), files.scratch("00000") as folder:
        (folder / "part").write_bytes(b"part")
        raise RuntimeError

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    for write in (files.create, files.write):
        with pytest.raises(OutputError, match=r"report.json: .*space"):
            write("report.json", b"{}")
    assert [*(tmp_path / "out").iterdir()] == []


def test_processes_that_begin_and_end_at_once_do_not_disturb_each_other(tmp_path: Path) -> None:
    files = LocalStore(tmp_path / "out")

    def one(number: int) -> None:
        with files.scratch("00000") as folder:
            (folder / "new").write_bytes(b"%d" % number)
            files.put(folder / "new", f"a/{number}")

    with ThreadPoolExecutor(8) as pool:
        for _ in pool.map(one, range(1000)):
            pass
    assert len(files.names("a")) == 1000
    assert not (tmp_path / "out" / "_scratch").exists()


def test_what_is_missing_is_an_output_error(files: Store, tmp_path: Path) -> None:
    with pytest.raises(OutputError):
        files.move("none", "b")
    with pytest.raises(OutputError):
        files.copy("none", "b")
    with pytest.raises(OutputError):
        files.get("none", tmp_path / "b")


def test_a_file_is_no_output_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError, match="is not a folder"):
        open_store(str(tmp_path / "file"))


def test_without_fsspec_remote_files_name_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "fsspec", None)
    with pytest.raises(OutputError, match="needs the extra remote"):
        open_store("s3://bucket/out")


@pytest.mark.parametrize(
    ("place", "absolute"),
    [("s3://bucket/out/", "s3://bucket/out"), ("/a/../out/", "/out"), ("memory:/out", None)],
)
def test_places_are_paths_or_urls(place: str, absolute: str | None) -> None:
    assert is_remote(place) == (absolute is not None and "://" in absolute)
    if absolute is not None:
        assert store.absolute(place) == absolute
