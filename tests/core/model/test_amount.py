"""How much of the files of a run is read."""

from __future__ import annotations

import asyncio
import gzip
from pathlib import Path
from typing import Any

import pytest

from copydesk.adapters import loading
from copydesk.model.amount import Amount, FilesRead
from copydesk.runs import ingest, inputs, read_ahead
from copydesk.runs.config import RunConfig

STORY = "Night ferry returns\n\nThe night ferry to the islands sails again from Friday, after nine years.\n"


def test_what_lies_before_the_last_outcome_is_read() -> None:
    files = FilesRead()
    files.open("a.html", 10)
    files.open("crawl.warc.gz", 100)
    files.open("b.html", 10)
    assert files.amount() is None
    files.total = 120
    done = []
    for key in ("a.html", "crawl.warc.gz@0", "crawl.warc.gz@40+9", "https://a.example", "b.html"):
        files.pass_input(key)
        done.append(files.done)
    assert done == [10, 10, 50, 50, 120]
    assert files.amount() == Amount(120, 120, "bytes")


def test_an_offset_beyond_its_file_is_its_end() -> None:
    files = FilesRead()
    files.open("a.warc.gz", 10)
    files.open("b.warc.gz", 10)
    files.pass_input("a.warc.gz@999")
    assert files.done == 10


@pytest.mark.parametrize(("done", "total", "share"), [(1, 4, 0.25), (5, 4, 1.0), (0, 0, 0.0)])
def test_a_share_is_between_nothing_and_all(done: int, total: int, share: float) -> None:
    assert Amount(done, total, "inputs").share == share


@pytest.mark.process
def test_a_run_over_a_folder_ends_at_all_bytes_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest, "_TICK_SECONDS", 0.001)
    folder = tmp_path / "pages"
    folder.mkdir()
    for number in range(20):
        (folder / f"{number:02}.txt").write_text(STORY.replace("nine", str(number)), "utf-8")
    (folder / "z.txt.gz").write_bytes(gzip.compress(STORY.encode()))
    found: list[Any] = []
    config = RunConfig(arguments=(str(folder),), output=tmp_path / "a.jsonl")
    summary = asyncio.run(
        ingest.run(
            config, loading.installed(), lambda _: None, lambda _: None,
            lambda _, amount: found.append(amount), measure=True,
        )
    )  # fmt: skip
    assert summary.articles == 21
    known = [amount for amount in found if amount is not None]
    assert {amount.total for amount in known} == {sum(p.stat().st_size for p in folder.iterdir())}
    assert [amount.done for amount in known] == sorted(amount.done for amount in known)


@pytest.mark.process
def test_without_a_terminal_nothing_is_measured(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(STORY, "utf-8")
    found: list[Any] = []
    config = RunConfig(arguments=(str(tmp_path / "a.txt"),))
    run = ingest.run(
        config, loading.installed(), lambda _: None, lambda _: None,
        lambda _, amount: found.append(amount),
    )  # fmt: skip
    asyncio.run(run)
    assert set(found) == {None}


@pytest.mark.process
def test_of_a_long_list_of_urls_the_number_is_known_from_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest, "_TICK_SECONDS", 0.001)
    monkeypatch.setattr(read_ahead, "MAX_QUEUED", 3)
    urls = "".join(f"http://127.0.0.1:1/{n}\n" for n in range(200))
    (tmp_path / "urls.txt").write_text(f"# all\n\n{urls}", "utf-8")
    found: list[Any] = []
    config = RunConfig(arguments=(str(tmp_path / "urls.txt"),))
    run = ingest.run(
        config, loading.installed(), lambda _: None, lambda _: None,
        lambda _, amount: found.append(amount), measure=True,
    )  # fmt: skip
    assert asyncio.run(run).inputs == 200
    known = [amount for amount in found if amount is not None and amount.unit == "inputs"]
    # On a busy machine the list may be read before it is measured.
    assert {amount.total for amount in known} <= {200}
    measured = FilesRead()
    options = config.input_options(loading.installed().registry)
    inputs.measure(config.arguments, options, measured, lambda: True)
    assert [*measured.lines.values()] == [200]
    assert measured.total == (tmp_path / "urls.txt").stat().st_size
