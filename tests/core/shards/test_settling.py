"""Settling removes duplicates between shards and sets previous revisions, in bounded memory."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.adapters import loading
from copydesk.errors import StateError
from copydesk.shards import Job, Shard, StoredInput, ledger, settle, settling, store
from copydesk.shards.index import Entry
from copydesk.shards.report import Report, StoredFile

Articles = list[list[tuple[int, int]]]
"""The shards of a job: each a list of articles with a number and an edition."""


def _id(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()[:32]


def unsettled(articles: list[tuple[int, int]]) -> Iterator[tuple[int, int, str]]:
    """What a run over these articles keeps, with the previous edition of each."""
    editions: dict[int, list[int]] = {}
    for number, edition in articles:
        known = editions.setdefault(number, [])
        if edition not in known:
            yield number, edition, f"edition {known[-1]}" if known else ""
            known.append(edition)


def committed(folder: Path, shards: Articles, adapters: str = "") -> Job:
    """A job whose shards are committed, with lines that are no whole records."""
    files = store.open_store(str(folder))
    inputs = [StoredInput(f"/{n}", f"{n}.warc.gz", 1) for n in range(len(shards))]
    job = Job(
        output=str(folder),
        shards=tuple(Shard(n, (one,)) for n, one in enumerate(inputs)),
        adapters=adapters,
        suffix="jsonl",
    )
    ledger.save_job(files, job)
    for number, shard in enumerate(shards):
        kept = [*unsettled(shard)]
        lines = "".join(f"{json.dumps(one)}\n" for one in kept)
        entries = (Entry(_id(n), f"edition {e}", before, "") for n, e, before in kept)
        index = "".join(entry.to_line() for entry in entries)
        name = job.shards[number].name
        stored = []
        for kind, text in (("articles/{}.jsonl", lines), ("index/{}.txt", index)):
            files.write(f"_held/{name}-{kind[0]}", text.encode())
            stored.append(StoredFile(kind.format(name), f"_held/{name}-{kind[0]}", len(text), ""))
        counts = {"article": len(kept), "skip:duplicate": len(shard) - len(kept)}
        ledger.commit(
            files,
            Report(shard=number, inputs=(), counts=counts, attempt=1, files=tuple(stored)),
        )
    return job


def _set_previous(line: bytes, previous: str) -> bytes:
    number, edition, _ = json.loads(line)
    return json.dumps([number, edition, previous]).encode() + b"\n"


SHARDS = st.lists(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2)), max_size=8), min_size=1, max_size=4
)


@given(shards=SHARDS, max_entries=st.integers(1, 5))
def test_shards_are_settled_as_one_run_would_have_read_them(
    tmp_path_factory: pytest.TempPathFactory,
    loaded: loading.Loaded,
    shards: Articles,
    max_entries: int,
) -> None:
    folder = tmp_path_factory.mktemp("job")
    job = committed(folder, shards)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settling, "_with_previous", _set_previous)
        summary = settle(job, loaded.registry, max_entries=max_entries)
    found = [
        tuple(json.loads(line))
        for path in sorted((folder / "settled").iterdir())
        for line in path.read_bytes().splitlines()
    ]
    together = [one for shard in shards for one in shard]
    expected = [*unsettled(together)]
    assert found == expected
    assert summary.articles == len(expected)
    assert summary.inputs == len(together)


def test_ids_in_memory_are_bounded_whatever_the_number_of_articles(
    tmp_path: Path, loaded: loading.Loaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts: list[int] = []
    decide = settling._Decisions.decide

    def counted(own: Any, part: Path) -> None:
        parts.append(part.read_bytes().count(b"\n"))
        decide(own, part)

    monkeypatch.setattr(settling._Decisions, "decide", counted)
    shards = [[(number + 1000 * shard, 0) for number in range(1000)] for shard in range(4)]
    assert settle(committed(tmp_path, shards), loaded.registry, max_entries=100).articles == 4000
    assert sum(parts) == 4000
    # The ids are evenly distributed: no part is much larger than the limit.
    assert len(parts) == 40
    assert max(parts) <= 150


def test_a_job_with_shards_left_is_not_settled(job: Job, loaded: loading.Loaded) -> None:
    with pytest.raises(StateError, match="3 of 3 shards are not read yet"):
        settle(job, loaded.registry)
    assert not Path(job.output, "settled").exists()


def test_settling_again_gives_the_same(tmp_path: Path, loaded: loading.Loaded) -> None:
    job = committed(tmp_path, [[(1, 0), (2, 0)], [(1, 0)]])

    def content() -> dict[str, bytes]:
        settle(job, loaded.registry)
        return {str(p): p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}

    assert content() == content()


def test_a_damaged_index_is_named(tmp_path: Path, loaded: loading.Loaded) -> None:
    job = committed(tmp_path, [[(1, 0)]])
    (tmp_path / "index" / "00000.txt").write_text("damaged\n")
    with pytest.raises(StateError, match="index/00000.txt"):
        settle(job, loaded.registry)


def test_decisions_are_none_where_shards_do_not_overlap(tmp_path: Path) -> None:
    job = committed(tmp_path, [[(1, 0), (1, 1)], [(2, 0)]])
    files = store.open_store(job.output)
    (tmp_path / "scratch").mkdir()
    with closing(settling._Decisions(tmp_path / "decisions")) as decisions:
        reports = [*ledger.reports(job.shards, files)]
        for part in settling._divide(files, reports, tmp_path / "scratch", 3):
            decisions.decide(part)
        assert [decisions.of(shard) for shard in (0, 1)] == [{}, {}]
        assert decisions.changes() == {}
