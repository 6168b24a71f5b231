"""Planning of a job: which files it reads, under which names, in which shards."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import pytest

from copydesk.adapters import loading
from copydesk.errors import CopydeskError, OutputError, SourceError, UnknownOutlet
from copydesk.settings import Limits
from copydesk.shards import Job, plan, planning
from copydesk.util import path_names


def origins(job: Job) -> list[list[str]]:
    return [[one.origin for one in shard.inputs] for shard in job.shards]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    for name in ("b/2.warc.gz", "b/1.warc.gz", "a/page.html", "a/text.txt", "z.WARC"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"content")
    return folder


def test_each_archive_is_a_shard_and_small_files_share_one(
    files: Path, loaded: loading.Loaded
) -> None:
    job = plan([str(files)], "out", loaded)
    assert origins(job) == [
        ["z.WARC"], ["a/page.html", "a/text.txt"], ["b/1.warc.gz"], ["b/2.warc.gz"],
    ]  # fmt: skip
    assert [shard.number for shard in job.shards] == [0, 1, 2, 3]
    assert {one.size for shard in job.shards for one in shard.inputs} == {7}


def test_small_files_begin_another_shard_at_the_limits(
    files: Path, loaded: loading.Loaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        (files / f"{number}.txt").write_bytes(b"12345678")
    monkeypatch.setattr(planning, "_FILES", 2)
    assert [len(one) for one in origins(plan([str(files / "a"), str(files)], "out", loaded))] == [
        2, 2, 2, 1, 1, 1, 1,
    ]  # fmt: skip
    monkeypatch.setattr(planning, "_FILES", 100)
    monkeypatch.setattr(planning, "_BYTES", 17)
    texts = [str(files / f"{number}.txt") for number in range(5)]
    assert [len(one) for one in origins(plan(texts, "out", loaded))] == [2, 2, 1]


def test_names_and_the_key_do_not_depend_on_how_paths_are_spelt(
    files: Path, loaded: loading.Loaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(files)
    spellings = [
        [str(files / "b")],
        ["b"],
        ["./b/"],
        ["a/../b"],
        ["b/*.warc.gz"],
        ["b/1.warc.gz", f"{files}//b/2.warc.gz"],
    ]
    jobs = [plan(sources, "../out", loaded) for sources in spellings]
    assert {str(origins(job)) for job in jobs} == {"[['1.warc.gz'], ['2.warc.gz']]"}
    assert len({job.key for job in jobs}) == 1
    assert {job.output for job in jobs} == {str(files.parent / "out")}


def test_other_files_options_limits_or_adapters_make_another_key(
    files: Path, loaded: loading.Loaded, tmp_path: Path
) -> None:
    outlet = tmp_path / "echo.toml"
    outlet.write_text('id = "echo"\nname = "Echo"\ndomains = ["echo.example"]\n')
    more = loading.load([str(outlet)])
    (tmp_path / "longer").mkdir()
    (tmp_path / "longer" / "1.warc.gz").write_bytes(b"contents")
    source = str(files / "b" / "1.warc.gz")
    jobs = [
        plan([source], "out", loaded),
        plan([str(files / "b")], "out", loaded),
        plan([str(tmp_path / "longer")], "out", loaded),
        plan([source], "out", loaded, outlet="mercopress"),
        plan([source], "out", loaded, kind="warc"),
        plan([source], "out", loaded, limits=Limits(reading=3)),
        plan([source], "out", loaded, suffix="jsonl"),
        plan([source], "out", more, plugins=[str(outlet)]),
    ]
    assert len({job.key for job in jobs}) == len(jobs)
    assert all(jobs[0].differences(job) for job in jobs[1:])
    assert jobs[0].differences(jobs[5]) == ["other limits"]


def test_a_job_survives_pickle_and_json(job: Job) -> None:
    assert pickle.loads(pickle.dumps(job)) == job
    assert Job.from_json(job.output, job.to_json()) == job


def test_a_list_names_its_sources_line_by_line(files: Path, loaded: loading.Loaded) -> None:
    names = files.parent / "names.txt"
    names.write_text(f"{files}/b/1.warc.gz\n\n {files}/a \n")
    assert origins(plan([f"@{names}"], "out", loaded)) == [
        ["b/1.warc.gz"], ["a/page.html", "a/text.txt"],
    ]  # fmt: skip


def test_a_file_named_twice_is_read_once_and_counted(files: Path, loaded: loading.Loaded) -> None:
    job = plan([str(files / "b"), str(files / "b" / "1.warc.gz")], "out", loaded)
    assert len(job.shards) == 2
    assert job.skips == (("skip:duplicate_input", 1),)


def test_what_is_no_file_of_a_folder_is_counted(files: Path, loaded: loading.Loaded) -> None:
    (files / "elsewhere").symlink_to(files.parent / "conftest.txt")
    (files.parent / "conftest.txt").write_text("outside")
    os.mkfifo(files / "pipe")
    job = plan([str(files)], "out", loaded)
    assert job.skips == (("skip:link", 1), ("skip:no_file", 1))


def test_the_output_in_a_folder_of_inputs_is_not_read(files: Path, loaded: loading.Loaded) -> None:
    before = plan([str(files)], str(files / "out"), loaded)
    (files / "out").mkdir()
    (files / "out" / "job.json").write_bytes(before.to_json())
    assert plan([str(files)], str(files / "out"), loaded).key == before.key


def test_a_name_in_another_encoding_is_kept(files: Path, loaded: loading.Loaded) -> None:
    odd = os.fsdecode(b"odd\xff.txt")
    (files / odd).write_bytes(b"text")
    ((name,),) = origins(plan([str(files / odd)], "out", loaded))
    assert path_names.from_text(name) == odd


@pytest.mark.parametrize(
    ("sources", "error"),
    [
        (["nothing"], SourceError),
        (["*.nothing"], SourceError),
        (["-"], SourceError),
        (["mercopress"], SourceError),
        (["https://echo.example/feed.xml"], SourceError),
        (["@nothing"], SourceError),
        (["empty"], SourceError),
        (["unknown-scheme://bucket/a.warc.gz"], OutputError),
    ],
)
def test_what_is_not_stored_is_refused_in_one_line(
    sources: list[str],
    error: type[CopydeskError],
    tmp_path: Path,
    loaded: loading.Loaded,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    with pytest.raises(error) as raised:
        plan(sources, "out", loaded)
    assert "\n" not in str(raised.value)


def test_unknown_outlets_and_formats_are_refused(files: Path, loaded: loading.Loaded) -> None:
    with pytest.raises(UnknownOutlet):
        plan([str(files)], "out", loaded, outlet="mercopres")
    with pytest.raises(OutputError):
        plan([str(files)], "out", loaded, suffix="pdf")


def test_remote_files_have_the_same_names_as_local_ones(
    files: Path, loaded: loading.Loaded
) -> None:
    fsspec = pytest.importorskip("fsspec")
    memory = fsspec.filesystem("memory")
    for number in (1, 2):
        memory.pipe_file(f"/in{number}/b/{number}.warc.gz", b"content")
    for sources in (
        ["memory://in1/b/1.warc.gz"],
        ["memory://in1"],
        ["memory://in1/b/*.warc.gz"],
    ):
        job = plan(sources, "memory://out", loaded)
        assert job.key == plan([str(files / "b" / "1.warc.gz")], "out", loaded).key
    both = plan(["memory://in1", "memory://in2/b"], "memory://out", loaded)
    assert origins(both) == [["in1/b/1.warc.gz"], ["in2/b/2.warc.gz"]]
