"""JSON Lines: written whole or not at all, read line by line."""

from __future__ import annotations

import contextlib
import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from copydesk import Article, OutputError, extract
from copydesk.errors import RecordError
from copydesk.sinks import jsonl, stored

ONE = "The weir was rebuilt this week, stone by stone, by sixty volunteers."
TWO = "Το νερό ανέβηκε ξανά, είπε η Άννα — and “twice” at that. 😀"


@pytest.fixture
def articles() -> list[Article]:
    return [extract(ONE), extract(TWO)]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_each_article_is_one_line_of_utf_8_json(tmp_path: Path, articles: list[Article]) -> None:
    path = tmp_path / "a.jsonl"
    assert jsonl.write(path, articles) == 2
    data = path.read_bytes()
    assert data.endswith(b"}\n")
    assert b"\r" not in data
    rows = data.decode("utf-8").removesuffix("\n").split("\n")
    assert [list(json.loads(row)) for row in rows] == [list(Article.model_fields)] * 2
    assert "Άννα — and “twice” at that. 😀" in rows[1]


def test_what_is_written_is_read_back_with_line_numbers(
    tmp_path: Path, articles: list[Article]
) -> None:
    path = tmp_path / "a.jsonl"
    jsonl.write(path, articles)
    assert list(stored.read(path)) == [(1, articles[0]), (2, articles[1])]


def test_the_same_articles_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        jsonl.write(tmp_path / name, [extract(ONE), extract(TWO)])
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_no_article_gives_an_empty_file(tmp_path: Path) -> None:
    assert jsonl.write(tmp_path / "a.jsonl", []) == 0
    assert (tmp_path / "a.jsonl").read_bytes() == b""
    assert list(stored.read(tmp_path / "a.jsonl")) == []


def test_an_existing_file_is_replaced_and_nothing_stays_beside_it(
    tmp_path: Path, articles: list[Article]
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("old\n" * 1000, "utf-8")
    jsonl.write(path, articles[:1])
    assert path.read_bytes() == articles[0].to_line()
    assert names(tmp_path) == ["a.jsonl"]


def test_a_reader_that_opened_the_old_file_still_reads_the_old_one(
    tmp_path: Path, articles: list[Article]
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"old\n")
    with path.open("rb") as opened:
        jsonl.write(path, articles)
        assert opened.read() == b"old\n"


@pytest.mark.parametrize("old", [b"old\n", None])
def test_a_failure_half_way_leaves_what_was_there(
    tmp_path: Path, articles: list[Article], old: bytes | None
) -> None:
    path = tmp_path / "a.jsonl"
    if old is not None:
        path.write_bytes(old)

    def failing() -> Iterator[Article]:
        yield articles[0]
        raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        jsonl.write(path, failing())
    assert names(tmp_path) == (["a.jsonl"] if old is not None else [])
    assert old is None or path.read_bytes() == old


def test_an_interrupt_half_way_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"old\n")

    def interrupted() -> Iterator[bytes]:
        yield b"new\n"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        jsonl.write_bytes(path, interrupted())
    assert path.read_bytes() == b"old\n"
    assert names(tmp_path) == ["a.jsonl"]


@pytest.mark.process
def test_a_kill_half_way_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"old\n")
    program = """
import os, signal, sys
from pathlib import Path
from copydesk.sinks import jsonl, stored

def killed():
    yield b"new" * 100_000
    os.kill(os.getpid(), signal.SIGKILL)

jsonl.write_bytes(Path(sys.argv[1]), killed())
"""
    done = subprocess.run([sys.executable, "-c", program, path], check=False, timeout=60)
    assert done.returncode == -9
    assert path.read_bytes() == b"old\n"


def test_a_fault_of_the_disk_is_an_output_error_that_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"old\n")

    def full() -> Iterator[bytes]:
        yield b"new\n"
        raise OSError(28, "No space left on device")

    with pytest.raises(OutputError, match="no space left on device") as caught:
        jsonl.write_bytes(path, full())
    assert caught.value.subject == str(path)
    assert isinstance(caught.value.__cause__, OSError)
    assert path.read_bytes() == b"old\n"
    assert names(tmp_path) == ["a.jsonl"]


def test_a_folder_is_not_replaced_by_a_file(tmp_path: Path) -> None:
    folder = tmp_path / "taken"
    folder.mkdir()
    with pytest.raises(OutputError, match="is a directory"):
        jsonl.write_bytes(folder, [b"new\n"])
    assert names(tmp_path) == ["taken"]
    assert folder.is_dir()


def test_a_folder_that_does_not_exist_is_an_output_error(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="no such file or directory"):
        jsonl.write_bytes(tmp_path / "nowhere" / "a.jsonl", [])


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_what_is_no_regular_file_is_never_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    # Open at both ends, so that writing into it cannot block either.
    held = os.open(pipe, os.O_RDWR)
    try:
        with contextlib.suppress(OutputError):
            jsonl.write_bytes(pipe, [b"new\n"])
        assert stat.S_ISFIFO(pipe.stat().st_mode)
        assert names(tmp_path) == ["pipe"]
    finally:
        os.close(held)


@pytest.mark.skipif(sys.platform == "win32", reason="no such modes on Windows")
def test_the_mode_of_the_old_file_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"old\n")
    path.chmod(0o640)
    jsonl.write_bytes(path, [b"new\n"])
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


@pytest.mark.skipif(sys.platform == "win32", reason="no such modes on Windows")
def test_a_new_file_gets_the_mode_that_the_user_s_mask_says(tmp_path: Path) -> None:
    old = os.umask(0o027)
    try:
        jsonl.write_bytes(tmp_path / "a.jsonl", [b"new\n"])
        assert os.umask(0o027) == 0o027
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "a.jsonl").stat().st_mode) == 0o640


def test_a_symbolic_link_stays_and_its_target_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    target = tmp_path / "real" / "a.jsonl"
    target.write_bytes(b"old\n")
    link = tmp_path / "link.jsonl"
    link.symlink_to(target)
    jsonl.write_bytes(link, [b"new\n"])
    assert link.is_symlink()
    assert target.read_bytes() == b"new\n"
    assert names(tmp_path / "real") == ["a.jsonl"]


def test_a_bad_line_gives_its_error_and_costs_no_other(
    tmp_path: Path, articles: list[Article]
) -> None:
    path = tmp_path / "a.jsonl"
    good = articles[0].to_line()
    path.write_bytes(good + b"{nonsense\n\n  \r\n" + b"\xff\xfe\n" + good)
    found = list(stored.read(path))
    assert [number for number, _ in found] == [1, 2, 5, 6]
    assert found[0][1] == found[3][1] == articles[0]
    for number in (1, 2):
        error = found[number][1]
        assert isinstance(error, RecordError)
        assert error.subject == f"{path}:{found[number][0]}"


def test_a_fault_is_told_by_field_and_others_by_number(
    tmp_path: Path, articles: list[Article]
) -> None:
    record = json.loads(articles[0].to_line())
    record["images"] = [{"url": 5}]
    record["surplus"] = 1
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(record), "utf-8")
    ((_, error),) = stored.read(path)
    assert isinstance(error, RecordError)
    assert error.message.startswith("images.0.url: ")
    assert error.message.endswith("more)")


def test_a_line_separator_inside_a_text_ends_no_line(tmp_path: Path) -> None:
    article = extract(ONE)
    article = article.model_copy(update={"text": "one\u2028two\x85three"})
    path = tmp_path / "a.jsonl"
    jsonl.write(path, [article])
    assert list(stored.read(path)) == [(1, article)]
