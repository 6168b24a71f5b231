"""Files that a run writes: none is destroyed, and none is trusted that somebody else changed."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from tests.outlet_server import page
from tests.test_ingest import lines, origins, run, spawn

from copydesk.adapters import loading
from copydesk.runs import ingest
from copydesk.runs.config import RunConfig
from copydesk.runs.summary import Summary

pytestmark = pytest.mark.process

ORIGIN = "https://quay.example"


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """A folder of pages, one of which is no article."""
    folder = tmp_path / "pages"
    folder.mkdir()
    for number in range(12):
        (folder / f"{number:03}.html").write_text(page(number, ORIGIN), "utf-8")
    (folder / "003.html").write_bytes(b"\0\1\2\3" * 400)
    return folder


@pytest.mark.parametrize(
    ("limit", "more"),
    [
        *((limit, []) for limit in (0, 100, 4096, 20_000)),
        *((limit, ["--rejects", "bad.jsonl"]) for limit in (0, 20_000)),
        *((limit, ["--state", "crawl.state"]) for limit in (100, 4096)),
    ],
)
def test_a_quota_stops_a_run_that_can_be_resumed(
    limit: int, more: list[str], pages: Path, tmp_path: Path
) -> None:
    def small() -> None:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    told = ("ingest", "pages", "-o", "out.jsonl", *more)
    for again in ([], ["--resume"]):
        done = spawn(*told, *again, cwd=tmp_path, preexec_fn=small)
        assert done.returncode == 3, done.stderr
        assert "Traceback" not in done.stderr
    assert run(*told, "--resume", cwd=tmp_path).returncode == 1
    assert len(lines(tmp_path / "out.jsonl")) == 11


@pytest.mark.parametrize("ending", ["lock", "state"])
@pytest.mark.parametrize("kind", ["file", "link", "dangling", "folder", "fifo", "wal"])
def test_foreign_files_with_the_names_of_lock_and_state_are_not_touched(
    ending: str, kind: str, pages: Path, tmp_path: Path
) -> None:
    beside = tmp_path / f"notes.{ending}"
    victim = tmp_path / "victim"
    if kind != "dangling":
        victim.write_bytes(b"precious\n" * 20)
    if kind in ("link", "dangling"):
        beside.symlink_to(victim)
    elif kind == "folder":
        beside.mkdir()
    elif kind == "fifo":
        os.mkfifo(beside)
    else:
        beside = beside.with_name(beside.name + ("-wal" if kind == "wal" else ""))
        beside.write_bytes(b"precious\n" * 20)
    for more in ([], ["--overwrite"], ["--resume"]):
        done = run("ingest", "pages", "-o", "notes", *more, cwd=tmp_path)
        assert done.returncode == (2 if ending == "state" else 1), done.stderr
        if ending == "state":
            assert done.stderr.startswith(f"copydesk: {beside.name}: is ")
            assert not (tmp_path / "notes").exists()
        else:
            (tmp_path / "notes").unlink()
            (tmp_path / "notes.state").unlink()
    if kind in ("file", "wal"):
        assert beside.read_bytes() == b"precious\n" * 20
    assert victim.exists() == (kind != "dangling")
    assert not victim.exists() or victim.read_bytes() == b"precious\n" * 20


def test_a_state_shared_between_runs_is_not_used_as_the_state_of_one_output(
    pages: Path, tmp_path: Path
) -> None:
    run("ingest", "pages", "--state", "crawl.state", "-o", "monday.jsonl", cwd=tmp_path)
    before = (tmp_path / "crawl.state").read_bytes()
    done = run("ingest", "pages", "-o", "crawl", cwd=tmp_path)
    assert done.returncode == 2
    assert "shared between runs" in done.stderr
    run("ingest", "pages", "-o", "tuesday.jsonl", cwd=tmp_path)
    shutil.copy(tmp_path / "tuesday.jsonl.state", tmp_path / "friday.jsonl.state")
    assert run("ingest", "pages", "-o", "friday.jsonl", cwd=tmp_path).returncode == 2
    assert (tmp_path / "crawl.state").read_bytes() == before


@pytest.mark.parametrize("name", ["hard.jsonl", "soft.jsonl", "away/out.jsonl"])
def test_a_lock_covers_every_name_of_a_file(name: str, pages: Path, tmp_path: Path) -> None:
    def begin() -> None:
        (tmp_path / "away").symlink_to(".")
        os.link(tmp_path / "out.jsonl", tmp_path / "hard.jsonl")
        (tmp_path / "soft.jsonl").symlink_to("out.jsonl")
        for stray in tmp_path.glob("*.lock"):
            stray.unlink()
        done = spawn("ingest", "pages", "-o", name, "--append", "--state", "s", cwd=tmp_path)
        assert done.returncode == 3
        assert f"is locked by process {os.getpid()}" in done.stderr

    summary = meanwhile(RunConfig(arguments=(str(pages),), output=tmp_path / "out.jsonl"), begin)
    assert summary.stopped is None
    assert len(lines(tmp_path / "out.jsonl")) == 11


def meanwhile(config: RunConfig, act: Callable[[], None], after: int = 5) -> Summary:
    """Run an ingest, and do something when so many inputs have their outcome."""
    count = 0

    def tell(_: object) -> None:
        nonlocal count
        count += 1
        if count == after:
            act()

    ran = ingest.run(config, loading.load(()), tell, lambda _: None, lambda _, __: None)
    return asyncio.run(ran)


@pytest.mark.parametrize("what", ["out.jsonl", "bad.jsonl", "crawl.state"])
@pytest.mark.parametrize("how", ["removed", "replaced", "shortened", "added to", "moved away"])
def test_a_file_that_another_program_changes_stops_the_run(
    what: str, how: str, pages: Path, tmp_path: Path
) -> None:
    path = tmp_path / what

    def act() -> None:
        if how in ("removed", "replaced"):
            path.unlink()
        if how == "replaced":
            path.write_bytes(b"")
        if how == "moved away":
            path.rename(tmp_path / "away")
        if how == "shortened":
            os.truncate(path, path.stat().st_size // 2)
        if how == "added to":
            with path.open("ab") as file:
                file.write(b"glued")

    if what == "crawl.state" and how in ("shortened", "added to"):
        pytest.skip("a damaged database is another matter")
    for number in (8, 9):
        (pages / f"{number:03}.html").write_bytes(b"\0\1\2\3" * 400)
    config = RunConfig(
        arguments=(str(pages),), output=tmp_path / "out.jsonl", rejects=tmp_path / "bad.jsonl",
        state=tmp_path / "crawl.state",
    )  # fmt: skip
    summary = meanwhile(config, act)
    assert summary.exit_code == 3
    assert summary.stopped is not None
    assert what in summary.stopped
    assert "during the run" in summary.stopped
    if how == "added to":
        assert path.read_bytes().endswith(b"glued")


def test_an_output_removed_after_its_last_line_is_noticed(pages: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    summary = meanwhile(RunConfig(arguments=(str(pages),), output=out), out.unlink, after=12)
    assert summary.exit_code == 3


READ = ("is an input of this run", "is also the input")


@pytest.mark.parametrize("link", ["itself", "hard", "soft", "other spelling"])
@pytest.mark.parametrize(
    "told",
    [
        "ingest in.txt -o {} --overwrite", "ingest in.txt -o {} --append", "ingest in.txt -o {}",
        "ingest in.txt --rejects {}", "ingest in.txt --report {}", "ingest in.txt --state {}",
        "ingest in.txt --plugin in.py -o {} --overwrite", "extract in.txt -o {}",
        "explain in.txt --html {}", "ingest pages -o {} --overwrite", "ingest pages -o {} --append",
    ],
)  # fmt: skip
def test_an_input_cannot_be_an_output(told: str, link: str, pages: Path, tmp_path: Path) -> None:
    text = "Night ferry returns\n\nThe night ferry sails again from Friday, after nine years.\n"
    plugin = "# A plugin.\n"
    (tmp_path / "in.py").write_text(plugin, "utf-8")
    given = tmp_path / "in.txt"
    given.write_text(text, "utf-8")
    read = pages / "001.html" if "pages" in told else given
    if "in.py" in told:
        read = tmp_path / "in.py"
    before = read.read_bytes()
    name = os.path.relpath(read, tmp_path)
    if link == "hard":
        os.link(read, tmp_path / "x")
        name = "x"
    elif link == "soft":
        (tmp_path / "x").symlink_to(read)
        name = "x"
    elif link == "other spelling":
        name = f"../{tmp_path.name}/./{name}"
    done = run(*told.format(name).split(), cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert any(words in done.stderr for words in READ)
    assert len(done.stderr.splitlines()) == 1
    assert read.read_bytes() == before


def test_standard_input_is_an_input_like_others(tmp_path: Path) -> None:
    given = tmp_path / "in.txt"
    given.write_text("Night ferry returns\n\nIt sails again from Friday.\n", "utf-8")
    for told in ("ingest - -o in.txt --append", "extract - -o in.txt"):
        with given.open("rb") as stream:
            done = spawn(*told.split(), cwd=tmp_path, stdin=stream)
        assert done.returncode == 2
        assert any(words in done.stderr for words in READ)
    assert given.read_text("utf-8").endswith("Friday.\n")


@pytest.mark.parametrize("option", ["--rejects", "--report"])
@pytest.mark.parametrize("content", [b"<p>A page.</p>\n", b'{"a": 1}\n', b"[" * 9000, b"[1]\n"])
def test_a_file_with_other_content_is_not_overwritten(
    option: str, content: bytes, pages: Path, tmp_path: Path
) -> None:
    (tmp_path / "b.html").write_bytes(content)
    done = run("ingest", "pages", "-o", "out.jsonl", option, "b.html", cwd=tmp_path)
    assert done.returncode == 2
    assert "b.html" in done.stderr
    assert (tmp_path / "b.html").read_bytes() == content
    assert not (tmp_path / "out.jsonl").exists()


def test_the_output_of_a_run_is_overwritten_by_the_next(pages: Path, tmp_path: Path) -> None:
    told = ("ingest", ".", "-o", "out.jsonl", "--rejects", "bad.jsonl", "--report", "r.json")
    first = run(*told, cwd=pages)
    second = run(*told, "--overwrite", cwd=pages)
    assert (first.returncode, second.returncode) == (1, 1)
    assert first.stderr == second.stderr
    assert len(lines(pages / "bad.jsonl")) == 1


@pytest.mark.parametrize("state", ["with its state", "without a state"])
@pytest.mark.parametrize("content", [b"notes", b'{"a": 1}', b"notes\nof", b"{\n"])
@pytest.mark.parametrize("file", ["out.jsonl", "bad.jsonl"])
def test_a_run_does_not_resume_in_a_file_of_another(
    state: str, content: bytes, file: str, pages: Path, tmp_path: Path
) -> None:
    told = ("ingest", "pages", "-o", "out.jsonl", "--rejects", "bad.jsonl")
    if state == "with its state":
        run(*told, "--limit", "4", cwd=tmp_path)
        with (tmp_path / file).open("ab") as stream:
            stream.write(content)
    else:
        (tmp_path / file).write_bytes(content)
    before = (tmp_path / file).read_bytes()
    done = run(*told, "--resume", cwd=tmp_path)
    assert done.returncode == 2
    assert file in done.stderr
    assert (tmp_path / file).read_bytes() == before


def test_records_unknown_to_the_state_are_kept_and_a_torn_line_is_cut(
    pages: Path, tmp_path: Path
) -> None:
    run("ingest", "pages", "-o", "whole.jsonl", cwd=tmp_path)
    run("ingest", "pages", "-o", "out.jsonl", "--limit", "4", cwd=tmp_path)
    whole = (tmp_path / "whole.jsonl").read_bytes().splitlines(keepends=True)
    with (tmp_path / "out.jsonl").open("ab") as stream:
        stream.write(b"".join(whole[4:7]) + whole[7][:100])
    done = run("ingest", "pages", "-o", "out.jsonl", "--resume", cwd=tmp_path)
    assert "3 lines missing in the state" in done.stderr
    assert "removed an incomplete last line of 100 bytes" in done.stderr
    assert (tmp_path / "out.jsonl").read_bytes() == b"".join(whole)


def test_damage_of_the_same_size_is_noticed_on_resuming(pages: Path, tmp_path: Path) -> None:
    run("ingest", "pages", "-o", "out.jsonl", "--limit", "4", cwd=tmp_path)
    out = tmp_path / "out.jsonl"
    data = out.read_bytes()
    out.write_bytes(data.replace(b"quay", b"QUAY", 1))
    done = run("ingest", "pages", "-o", "out.jsonl", "--resume", cwd=tmp_path)
    assert done.returncode == 2
    assert "was changed since its state" in done.stderr
    out.write_bytes(data)
    assert run("ingest", "pages", "-o", "out.jsonl", "--resume", cwd=tmp_path).returncode == 1


EDITS = [
    "UPDATE facts SET value = 'many' WHERE name = 'output'",
    "UPDATE facts SET value = '100' WHERE name = 'output'",
    "UPDATE facts SET value = '100 0 1' WHERE name = 'output'",
    "UPDATE facts SET value = '-5 -9 0' WHERE name = 'output'",
    "UPDATE facts SET value = '9 0 ' || char(0) WHERE name = 'rejects'",
    "UPDATE facts SET value = x'ff00' WHERE name = 'output'",
    "DELETE FROM facts",
    "DELETE FROM facts WHERE name = 'output'",
    "UPDATE facts SET value = '[1]' WHERE name = 'options'",
    "UPDATE facts SET value = '[[' WHERE name = 'options'",
    "UPDATE facts SET value = 'x' WHERE name = 'version'",
    "UPDATE counts SET number = 'many'",
    "UPDATE counts SET number = x'00'",
    "INSERT INTO counts VALUES (x'00', 1)",
    "UPDATE done SET times = 0",
    "UPDATE done SET times = 'x'",
    "UPDATE done SET times = -1",
    "UPDATE done SET times = 1000000000000",
    "DELETE FROM done",
    "UPDATE articles SET revision = x'00', place = 'x'",
    "DROP TABLE articles",
    "DROP TABLE facts",
    "DROP TABLE done; CREATE TABLE done (a)",
    "CREATE TRIGGER full BEFORE INSERT ON done BEGIN SELECT raise(ABORT, 'full'); END",
]


@pytest.mark.parametrize("edit", EDITS)
def test_an_edited_state_gives_an_error_of_one_line(edit: str, pages: Path, tmp_path: Path) -> None:
    told = ("ingest", "pages", "-o", "out.jsonl", "--state", "s", "--rejects", "bad.jsonl")
    run(*told, "--limit", "5", cwd=tmp_path)
    with closing(sqlite3.connect(tmp_path / "s")) as base:
        base.executescript(edit)
    done = run(*told, "--resume", cwd=tmp_path)
    assert done.returncode in (1, 2, 3)
    assert "Traceback" not in done.stderr
    assert len(set(origins(tmp_path / "out.jsonl"))) == len(lines(tmp_path / "out.jsonl")) >= 5


@pytest.mark.parametrize("start", [b"", b"SQLite format 3\0", b"text, and no database\n" * 9])
def test_a_file_that_is_not_a_state_is_not_touched(
    start: bytes, pages: Path, tmp_path: Path
) -> None:
    content = start + b"\0" * 200 if start else b"x"
    (tmp_path / "s").write_bytes(content)
    done = run("ingest", "pages", "-o", "out.jsonl", "--state", "s", cwd=tmp_path)
    assert (done.returncode, "not a copydesk state file" in done.stderr) == (2, True)
    assert (tmp_path / "s").read_bytes() == content


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        (["pages", "more"], "the sources"), (["pages", "--since", "2020-01-01"], "--since"),
        (["pages", "--outlet", "quay", "--plugin", "quay.py"], "--outlet, --plugin"),
        (["pages", "--as", "page"], "--as"),
    ],
)  # fmt: skip
def test_resuming_with_other_options_is_reported(
    changed: list[str], name: str, pages: Path, tmp_path: Path
) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "quay.py").write_text(
        "from copydesk import Outlet\n"
        "class Quay(Outlet):\n"
        "    id, name, domains = 'quay', 'The Quay', ('quay.example',)\n",
        "utf-8",
    )
    run("ingest", "pages", "-o", "out.jsonl", "--limit", "4", cwd=tmp_path)
    done = run("ingest", *changed, "-o", "out.jsonl", "--resume", cwd=tmp_path)
    assert f"copydesk: {name}: changed since the resumed run" in done.stderr
    again = run("ingest", *changed, "-o", "out.jsonl", "--resume", cwd=tmp_path)
    assert "not as in" not in again.stderr


@pytest.mark.parametrize(
    ("told", "ending"),
    [
        ("ingest in.txt -o", "bz2"),
        ("extract in.txt -o", "xz"),
        ("ingest in.txt -o", "ZIP"),
        ("ingest in.txt --rejects", "gz"),
        ("ingest in.txt --rejects", "ZST"),
    ],
)
def test_a_name_of_a_compressed_file_is_refused_where_none_can_be_written(
    told: str, ending: str, tmp_path: Path
) -> None:
    (tmp_path / "in.txt").write_text("Night ferry returns\n\nIt sails again.\n", "utf-8")
    done = run(*told.split(), f"out.jsonl.{ending}", cwd=tmp_path)
    assert done.returncode == 2
    assert "name it out.jsonl" in done.stderr or "unknown output format" in done.stderr
    assert not list(tmp_path.glob("out*"))


def test_a_report_that_cannot_be_written_gives_the_exit_code_of_a_stopped_run(
    pages: Path, tmp_path: Path
) -> None:
    (tmp_path / "loop").symlink_to("loop")
    assert run("ingest", "pages", "-o", "loop", cwd=tmp_path).returncode == 2

    def small() -> None:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))

    folder = {"TMPDIR": "/dev/shm"} if Path("/dev/shm").is_dir() else {}
    (tmp_path / "empty.txt").write_bytes(b"")
    done = spawn(
        "ingest", "empty.txt", "--report", "r.json", cwd=tmp_path, preexec_fn=small,
        env={**os.environ, **folder},
    )  # fmt: skip
    assert done.returncode == 3
    assert "r.json" in done.stderr
