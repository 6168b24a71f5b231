"""A shard is read as a run would read it, and committed once or not at all."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Run
from tests.core.shards.conftest import page, read_at_once, write_archive

from copydesk.adapters import loading
from copydesk.errors import OutputError, PluginMismatch, SourceBroken, StateError
from copydesk.shards import (
    Job,
    Shard,
    Worker,
    fingerprint,
    ledger,
    plan,
    settle,
    status,
    store,
    todo,
    worker,
)
from copydesk.shards.ledger import save_job
from copydesk.shards.report import total
from copydesk.sinks import stored

pytestmark = pytest.mark.process

ENDED = 33
"""Exit code of a process that a test ends."""


@pytest.fixture
def expected(crawl: Path, copydesk: Run) -> tuple[bytes, bytes]:
    """Articles and rejects of one run over the same files."""
    return read_at_once(crawl, copydesk)


def result(job: Job) -> tuple[bytes, bytes]:
    """The settled articles and the rejects of a job, put together."""
    folder = Path(job.output)
    return tuple(  # type: ignore[return-value]
        b"".join(path.read_bytes() for path in sorted((folder / name).iterdir()))
        for name in ("settled", "rejects")
    )


def read(job: Job, loaded: loading.Loaded) -> None:
    """Read what is left of a job and settle it."""
    with Worker(job, loaded=loaded) as one:
        for shard in todo(job):
            one.read(shard)
    settle(job, loaded.registry)


def files(job: Job) -> list[str]:
    """The names of all files of a job but the plan."""
    folder = Path(job.output)
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted(str(path.relative_to(folder)) for path in found if path.name != "job.json")


def ending(action: Callable[[], object]) -> int:
    """Do something in another process and return how that ended."""
    child = os.fork()
    if not child:
        try:
            action()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_all_shards_together_have_the_bytes_of_one_run(
    job: Job, loaded: loading.Loaded, expected: tuple[bytes, bytes]
) -> None:
    read(job, loaded)
    assert result(job) == expected
    assert expected[0].count(b"\n") == 7


@pytest.mark.parametrize("suffix", ["jsonl.gz", "jsonl.zst", "parquet"])
def test_the_articles_of_shards_have_any_format(
    suffix: str, crawl: Path, loaded: loading.Loaded, expected: tuple[bytes, bytes]
) -> None:
    job = plan([str(crawl)], str(crawl.with_name("packed")), loaded, suffix=suffix)
    read(job, loaded)
    names = [f"{number:05}.{suffix}" for number in range(3)]
    for folder in ("articles", "settled"):
        assert sorted(os.listdir(Path(job.output, folder))) == names  # noqa: PTH208
    found = b""
    for name in names:
        with stored.opened(Path(job.output, "settled", name)) as stream:
            found += stream.read()
    assert found == expected[0]


@pytest.mark.parametrize("readers", [1, 3])
def test_outcomes_add_up_for_each_shard_and_in_all(
    job: Job, loaded: loading.Loaded, readers: int
) -> None:
    with Worker(job, readers=readers, loaded=loaded) as one:
        reports = [one.read(shard) for shard in job.shards]
    assert [sum(report.counts.values()) for report in reports] == [4, 4, 3]
    summary = settle(job, loaded.registry)
    assert summary.inputs == sum(total(report.counts for report in reports).values()) == 11
    assert (summary.articles, summary.rejects, summary.skips) == (
        7, {"empty": 1}, {"duplicate": 3},
    )  # fmt: skip
    assert summary.exit_code == 1


class _Points:
    """Ends the process before or after the nth call of a method of the store."""

    def __init__(self, method: str, name: str, number: int, *, after: bool) -> None:
        self._method, self._name, self._left, self._after = method, name, number, after

    def __call__(self) -> None:
        original = getattr(store.LocalStore, self._method)

        def wrapped(own: Any, *arguments: Any) -> Any:
            meant = any(self._name in str(one) for one in arguments)
            self._left -= meant
            if meant and not self._left and not self._after:
                os._exit(ENDED)
            value = original(own, *arguments)
            if meant and not self._left:
                os._exit(ENDED)
            return value

        setattr(store.LocalStore, self._method, wrapped)


def points() -> Iterator[Any]:
    for after in (False, True):
        when = "after" if after else "before"
        yield pytest.param(_Points("create", "_attempts", 1, after=after), id=f"attempt-{when}")
        for number in (1, 2, 3):
            upload = _Points("put", "_held", number, after=after)
            yield pytest.param(upload, id=f"upload-{number}-{when}")
        yield pytest.param(_Points("create", "_done", 1, after=after), id=f"marker-{when}")
        for number in (1, 2, 3):
            rename = _Points("move", "_held", number, after=after)
            yield pytest.param(rename, id=f"rename-{number}-{when}")
        yield pytest.param(_Points("remove", "_attempts", 1, after=after), id=f"note-{when}")


@pytest.mark.parametrize("point", [*points()])
def test_a_process_that_is_killed_at_any_point_leaves_nothing_twice_and_loses_nothing(
    job: Job, loaded: loading.Loaded, expected: tuple[bytes, bytes], point: _Points
) -> None:
    def interrupted() -> None:
        point()
        with Worker(job, loaded=loaded) as one:
            one.read(job.shards[1])

    assert ending(interrupted) == ENDED
    read(job, loaded)
    assert result(job) == expected
    assert sorted(Counter(name.partition("/")[0] for name in files(job) if name[0] != "_")) == [
        "articles", "index", "rejects", "report.json", "settled",
    ]  # fmt: skip
    assert not [name for name in files(job) if name.startswith(("_held", "_scratch"))]
    assert [name for name in files(job) if name.startswith(("articles", "settled"))] == [
        f"{folder}/0000{number}.jsonl" for folder in ("articles", "settled") for number in range(3)
    ]


def test_of_two_attempts_at_once_the_first_commit_counts(
    job: Job, loaded: loading.Loaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = ledger.commit
    others = []

    def late(*arguments: Any) -> Any:
        monkeypatch.setattr(ledger, "commit", commit)
        with Worker(job, loaded=loaded) as other:
            others.append(other.read(job.shards[0]))
        return commit(*arguments)

    monkeypatch.setattr(ledger, "commit", late)
    with Worker(job, loaded=loaded) as one:
        report = one.read(job.shards[0])
    assert [report] == others
    assert report.attempt == 2
    assert files(job) == [
        "_done/00000.json", "articles/00000.jsonl", "index/00000.txt", "rejects/00000.jsonl",
    ]  # fmt: skip


def test_an_attempt_that_is_late_takes_the_report_of_the_first_one(
    job: Job, loaded: loading.Loaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Worker._run
    others = []

    async def late(*arguments: Any) -> Any:
        counts = await run(*arguments)
        with ThreadPoolExecutor(1) as pool:
            others.append(pool.submit(first).result())
        return counts

    def first() -> Any:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Worker, "_run", run)
            with Worker(job, loaded=loaded) as other:
                report = other.read(job.shards[0])
        # This removes what other attempts at the shard have written.
        assert todo(job) == [*job.shards[1:]]
        return report

    monkeypatch.setattr(Worker, "_run", late)
    with Worker(job, loaded=loaded) as one:
        assert one.read(job.shards[0]) == others[0]
    assert files(job) == [
        "_done/00000.json", "articles/00000.jsonl", "index/00000.txt", "rejects/00000.jsonl",
    ]  # fmt: skip


def test_an_error_of_the_system_is_one_of_the_output(
    job: Job, loaded: loading.Loaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("copydesk.shards.worker._hash", full)
    with Worker(job, loaded=loaded) as one, pytest.raises(OutputError, match="no space left"):
        one.read(job.shards[0])
    assert files(job) == []


def test_of_two_processes_that_commit_at_once_one_counts(
    job: Job, loaded: loading.Loaded, expected: tuple[bytes, bytes]
) -> None:
    commit = ledger.commit
    for shard in job.shards:
        barrier = multiprocessing.get_context("fork").Barrier(2)

        def together(*arguments: Any, barrier: Any = barrier) -> Any:
            barrier.wait(60)
            return commit(*arguments)

        def attempt(shard: Shard = shard, together: Any = together) -> None:
            with pytest.MonkeyPatch.context() as patch, Worker(job, loaded=loaded) as one:
                patch.setattr(ledger, "commit", together)
                one.read(shard)

        with ThreadPoolExecutor(2) as pool:
            assert [*pool.map(ending, [attempt, attempt])] == [0, 0]
    # Both have ended in order: one removed its own files, and no attempt is left.
    assert files(job) == sorted(
        f"{folder}/0000{number}.{suffix}"
        for number in range(3)
        for folder, suffix in (
            ("_done", "json"), ("articles", "jsonl"), ("index", "txt"), ("rejects", "jsonl"),
        )
    )  # fmt: skip
    settle(job, loaded.registry)
    assert result(job) == expected


_PEAK = """
import sys
from copydesk.adapters import loading
from copydesk.shards import Worker, plan

loaded = loading.load()
job = plan(sys.argv[1:2], sys.argv[2], loaded)
with Worker(job, loaded=loaded) as worker:
    print(worker.read(job.shards[0]).counts["article"])
with open("/proc/self/status") as status:
    print(*(line.split()[1] for line in status if line.startswith("VmHWM:")))
"""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")
def test_the_memory_of_a_shard_does_not_depend_on_its_size(tmp_path: Path) -> None:
    peaks = []
    for size in (500, 5000):
        archive = write_archive(tmp_path / f"{size}.warc.gz", map(page, range(size)))
        command = [sys.executable, "-c", _PEAK, str(archive), str(tmp_path / f"out-{size}")]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
        articles, peak = map(int, done.stdout.split())
        assert articles == size
        peaks.append(peak)
    assert peaks[1] < 1.2 * peaks[0]


def test_a_page_that_ends_its_reader_costs_a_reject(tmp_path: Path, loaded: loading.Loaded) -> None:
    poison = tmp_path / "poison.py"
    poison.write_text(
        "import os\nfrom copydesk import Outlet\n"
        "class Echo(Outlet):\n    id = 'echo'\n    name = 'Echo'\n    domains = ('echo.example',)\n"
        "    def section(self, page):\n        if 'poison' in page.text:\n            os._exit(1)\n"
    )
    archive = write_archive(tmp_path / "a.warc.gz", [page(1), page(2, words="<p>poison</p>")])
    with_poison = loading.load([str(poison)])
    assert not [plugin.error for plugin in with_poison.failures()]
    job = plan([str(archive)], str(tmp_path / "out"), with_poison, plugins=[str(poison)])
    with Worker(job, loaded=with_poison) as one:
        report = one.read(job.shards[0])
    assert report.failure is None
    assert report.counts == {"article": 1, "reject:worker_died": 1}


def test_a_shard_that_ends_its_process_each_time_is_given_up_by_name(
    job: Job, loaded: loading.Loaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Worker, "_read", lambda *_: os._exit(ENDED))

    def attempt() -> None:
        with Worker(job, loaded=loaded) as one:
            one.read(job.shards[1])

    for _ in range(job.attempts):
        assert ending(attempt) == ENDED
    assert status(job).tried == (1,)
    with Worker(job, loaded=loaded) as one:
        report = one.read(job.shards[1])
        monkeypatch.undo()
        one.read(job.shards[0])
        one.read(job.shards[2])
    assert report.failure is not None
    assert report.inputs == ("b.warc.gz",)
    assert todo(job) == []
    assert status(job).failed == (report,)
    summary = settle(job, loaded.registry)
    assert summary.rejects == {"shard_failed": 1}
    assert summary.exit_code == 1
    assert '"shard": 1' in Path(job.output, "report.json").read_text()

    ledger.forget_attempts(store.open_store(job.output), failed=True)
    read(job, loaded)
    assert status(job).done == 3
    assert settle(job, loaded.registry).articles == 7


def test_an_attempt_that_ends_in_order_is_not_counted(
    job: Job, loaded: loading.Loaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    for error in (KeyboardInterrupt(), OutputError("disk", "is full"), SystemExit(1)):

        def fail(*_: Any, error: BaseException = error) -> None:
            raise error

        with monkeypatch.context() as patch:
            patch.setattr(Worker, "_read", fail)
            with Worker(job, loaded=loaded) as one, pytest.raises(type(error)):
                one.read(job.shards[0])
    assert files(job) == []


@pytest.mark.parametrize("breaks", ["shorter", "longer", "missing", "unreadable", "io"])
def test_a_broken_source_is_no_reject_and_is_tried_again(
    breaks: str,
    job: Job,
    loaded: loading.Loaded,
    expected: tuple[bytes, bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = Path(job.shards[0].inputs[0].place)
    content = path.read_bytes()
    with monkeypatch.context() as patch:
        if breaks == "shorter":
            path.write_bytes(content[:-10])
        elif breaks == "longer":
            path.write_bytes(content * 2)
        elif breaks == "missing":
            path.unlink()
        elif breaks == "unreadable":
            path.unlink()
            path.mkdir()
        else:
            patch.setattr(
                "copydesk.sources.listings.Stream.readinto",
                lambda *_: (_ for _ in ()).throw(OSError(5, "Input/output error")),
            )
        with Worker(job, loaded=loaded) as one, pytest.raises(SourceBroken):
            one.read(job.shards[0])
    assert not [name for name in files(job) if not name.startswith("_attempts")]
    if breaks == "unreadable":
        path.rmdir()
    path.write_bytes(content)
    read(job, loaded)
    assert result(job) == expected


def test_a_source_that_stays_broken_is_given_up(job: Job, loaded: loading.Loaded) -> None:
    Path(job.shards[0].inputs[0].place).unlink()
    with Worker(job, loaded=loaded) as one:
        for _ in range(job.attempts):
            with pytest.raises(SourceBroken):
                one.read(job.shards[0])
        assert one.read(job.shards[0]).failure is not None


def test_other_adapters_are_refused(job: Job, tmp_path: Path) -> None:
    outlet = tmp_path / "echo.toml"
    outlet.write_text('id = "echo"\nname = "Echo"\ndomains = ["echo.example"]\n')
    with pytest.raises(PluginMismatch):
        Worker(job, loaded=loading.load([str(outlet)]))
    with pytest.raises(PluginMismatch, match="nothing"):
        Worker(replace(job, plugins=("nothing",)))


def test_another_version_of_copydesk_is_refused(
    job: Job, loaded: loading.Loaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_job(store.open_store(job.output), replace(job, version="0.0.9"))
    with pytest.raises(StateError, match="another job with other version"):
        save_job(store.open_store(job.output), job)
    monkeypatch.setattr(fingerprint, "__version__", "0.0.9")
    with pytest.raises(PluginMismatch):
        Worker(job, loaded=loaded)


def test_a_folder_of_another_job_is_refused(job: Job, loaded: loading.Loaded) -> None:
    read(job, loaded)
    other = replace(job, shards=job.shards[:2])
    with pytest.raises(StateError, match="belongs to another job with other sources"):
        todo(other)


def test_links_of_a_list_are_not_fetched(tmp_path: Path, loaded: loading.Loaded) -> None:
    path = tmp_path / "urls.txt"
    path.write_text("https://echo.example/one\nhttps://echo.example/two\n")
    job = plan([str(path)], str(tmp_path / "out"), loaded)
    with Worker(job, loaded=loaded) as one:
        report = one.read(job.shards[0])
    assert report.counts == {"reject:source": 2}


def test_remote_archives_and_outputs_give_the_same_bytes(
    crawl: Path, loaded: loading.Loaded, expected: tuple[bytes, bytes]
) -> None:
    memory: Any = pytest.importorskip("fsspec").filesystem("memory")
    memory.store.clear()
    for path in crawl.iterdir():
        memory.pipe_file(f"/crawl/{path.name}", path.read_bytes())
    job = plan(["memory://crawl"], "memory://out", loaded, suffix="jsonl")
    save_job(store.open_store(job.output), job)
    read(job, loaded)
    found = {
        folder: b"".join(
            memory.cat_file(name) for name in sorted(memory.ls(f"/out/{folder}", False))
        )
        for folder in ("settled", "rejects")
    }
    assert (found["settled"], found["rejects"]) == expected
    memory.pipe_file("/crawl/a.warc.gz", b"short")
    again = replace(job, output="memory://again")
    with Worker(again, loaded=loaded) as one, pytest.raises(SourceBroken):
        one.read(job.shards[0])


def test_the_time_of_a_retry_grows_and_ends(
    job: Job, loaded: loading.Loaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    from copydesk.shards import local

    path = Path(job.shards[0].inputs[0].place)
    content = path.read_bytes()
    path.unlink()
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 2:
            path.write_bytes(content)

    monkeypatch.setattr(local, "sleep", pause)
    reports: list[Any] = []
    broken: list[Any] = []
    with worker.Worker(job, loaded=loaded) as one:
        local.read_all(one, job.shards, reports.append, broken.append, pause=3)
    assert pauses == [3, 6]
    assert [report.shard for report in reports] == [1, 2, 0]
    assert len(broken) == 2
