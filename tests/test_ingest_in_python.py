"""`copydesk.ingest`: the articles of a run, one at a time, in a Python program."""

from __future__ import annotations

import asyncio
import inspect
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import aclosing
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import pytest
from tests.outlet_server import page, running, title_of

import copydesk
from copydesk import Article, CopydeskError, Outlet, OutletError, SourceError
from copydesk.errors import PluginError
from copydesk.model.outcomes import Rejected
from copydesk.runs import ingest

pytestmark = pytest.mark.process
ORIGIN = "https://quay.example"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Twelve pages, of which the fourth is binary."""
    pages = tmp_path / "pages"
    pages.mkdir()
    for number in range(12):
        (pages / f"{number:02}.html").write_text(page(number, ORIGIN), "utf-8")
    (pages / "03.html").write_bytes(b"\0\1\2\3" * 400)
    return pages


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    """No thread of a run and no process is left behind; other tests may have left some."""
    before = children()
    yield
    assert [t.name for t in threading.enumerate() if t.name == "copydesk.ingest"] == []
    assert children() <= before


def children() -> set[str]:
    task = Path(f"/proc/{os.getpid()}/task")
    return {pid for one in task.glob("*/children") for pid in one.read_text().split()}


def titles(*numbers: int) -> list[str]:
    return [title_of(number) for number in numbers]


def headlines(articles: Iterator[Article]) -> list[str | None]:
    return [article.headline for article in articles]


def test_files_and_folders_give_their_articles_in_order(folder: Path) -> None:
    given: list[str | Path] = [folder / "05.html", str(folder)]
    rejects: list[Rejected] = []
    found = headlines(copydesk.ingest(given, workers=2, rejects=rejects))
    assert found == titles(5, 0, 1, 2, *range(4, 5), *range(6, 12))
    assert [(Path(r.input).name, r.stage, r.reason) for r in rejects] == [
        ("03.html", "read", "binary")
    ]


def test_a_single_source_needs_no_list_and_rejects_can_go_to_a_function(folder: Path) -> None:
    seen: list[tuple[str, str]] = []
    thread = threading.current_thread()

    def tell(reject: Rejected) -> None:
        assert threading.current_thread() is thread
        seen.append((reject.reason, Path(reject.input).name))

    assert len(list(copydesk.ingest(folder, rejects=tell))) == 11
    assert seen == [("binary", "03.html")]


def test_a_feed_is_fetched_and_read() -> None:
    with running() as server:
        host = server.origin.removeprefix("http://")
        articles = list(
            copydesk.ingest(f"{server.origin}/feed.xml", allow_host=[host], gap=0, limit=4)
        )
    assert len(articles) == 4
    assert all(article.url and article.url.startswith(server.origin) for article in articles)


def test_options_mean_what_they_mean_to_the_command(folder: Path) -> None:
    class Quay(Outlet):
        id = "quay"
        name = "The Quay"

    (article,) = copydesk.ingest(folder / "01.html", outlet=Quay)
    assert article.adapter.id == "quay"
    assert headlines(copydesk.ingest(folder, since="2026-03-12", limit=1)) == titles(10)


def test_closing_ends_the_run_and_its_processes(folder: Path) -> None:
    before = children()
    articles = copydesk.ingest(folder, workers=2)
    assert next(articles).headline == title_of(0)
    assert children() > before
    articles.close()
    assert children() <= before


def test_a_state_resumes_behind_the_last_article_that_was_taken(folder: Path) -> None:
    state = folder.parent / "seen.state"
    articles = copydesk.ingest(folder, state=state, workers=2)
    assert [next(articles).headline for _ in range(5)] == titles(0, 1, 2, 4, 5)
    articles.close()
    rest = headlines(copydesk.ingest(folder, state=state, resume=True))
    assert rest == titles(*range(6, 12))
    assert headlines(copydesk.ingest(folder, state=state)) == []


def test_rejects_can_be_tried_again(folder: Path) -> None:
    rejects: list[Rejected] = []
    assert list(copydesk.ingest(folder / "03.html", rejects=rejects)) == []
    (folder / "03.html").write_text(page(3, ORIGIN), "utf-8")
    assert headlines(copydesk.ingest((), from_rejects=rejects)) == titles(3)


def test_it_works_where_an_event_loop_runs(folder: Path) -> None:
    async def cell() -> list[str | None]:
        return headlines(copydesk.ingest(folder, limit=2))

    assert asyncio.run(cell()) == titles(0, 1)


def test_what_cannot_begin_is_raised_at_the_call(folder: Path) -> None:
    with pytest.raises(SourceError, match="no such file"):
        copydesk.ingest("no-such-file.html")
    with pytest.raises(OutletError, match="no such outlet; did you mean 'mercopress'"):
        copydesk.ingest(folder, outlet="mercopres")
    with pytest.raises(PluginError, match="no such file"):
        copydesk.ingest(folder, plugins=["nothing.py"])
    for options in ({"limit": 0}, {"kind": "gopher"}, {"resume": True}, {"since": "spring"}):
        with pytest.raises(ValueError):
            copydesk.ingest(folder, **options)


def test_an_interrupt_ends_the_program_and_its_processes(folder: Path) -> None:
    program = (
        "import copydesk, signal, sys, time\n"
        # Where the tests run in the background, interrupts are ignored.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "for article in copydesk.ingest(sys.argv[1], state=sys.argv[2]):\n"
        "    print(article.headline, flush=True)\n"
        "    time.sleep(60)\n"
    )
    state = folder.parent / "state"
    with subprocess.Popen(
        [sys.executable, "-c", program, folder, state], stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, start_new_session=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline().strip() == title_of(0)
        process.send_signal(signal.SIGINT)
        _, error = process.communicate(timeout=20)
    assert process.returncode == -signal.SIGINT
    assert error.strip().endswith("KeyboardInterrupt")
    assert headlines(copydesk.ingest(folder, state=state, resume=True, limit=1)) == titles(1)


# Without blocking an event loop


def test_aingest_takes_the_arguments_of_ingest() -> None:
    own, other = (inspect.signature(f).parameters for f in (copydesk.aingest, copydesk.ingest))
    assert own == other


def test_aingest_gives_what_ingest_gives_while_other_tasks_run(folder: Path) -> None:
    rejects: list[Rejected] = []
    loop_thread: list[threading.Thread] = []

    def tell(reject: Rejected) -> None:
        rejects.append(reject)
        loop_thread.append(threading.current_thread())

    async def program() -> tuple[list[bytes], int]:
        ticks = 0

        async def tick() -> None:
            nonlocal ticks
            while True:
                ticks += 1
                await asyncio.sleep(0)

        ticking = asyncio.create_task(tick())
        lines = [one.to_line() async for one in copydesk.aingest(folder, workers=2, rejects=tell)]
        ticking.cancel()
        return lines, ticks

    lines, ticks = asyncio.run(program())
    assert lines == [one.to_line() for one in copydesk.ingest(folder)]
    assert [reject.reason for reject in rejects] == ["binary"]
    assert loop_thread == [threading.current_thread()]
    assert ticks > 100


def test_two_async_runs_go_on_at_the_same_time(folder: Path) -> None:
    async def read(*names: str) -> list[str | None]:
        given = [folder / name for name in names]
        return [article.headline async for article in copydesk.aingest(given)]

    async def program() -> tuple[list[str | None], list[str | None]]:
        first, second = await asyncio.gather(read("00.html", "01.html"), read("05.html", "04.html"))
        return first, second

    assert asyncio.run(program()) == (titles(0, 1), titles(5, 4))


def test_closing_an_async_run_ends_its_processes(folder: Path) -> None:
    before = children()

    async def program() -> None:
        async with aclosing(copydesk.aingest(folder, workers=2)) as articles:
            async for article in articles:
                assert article.headline == title_of(0)
                assert children() > before
                break
        assert children() <= before

    asyncio.run(program())


def test_cancelling_an_async_run_ends_it_and_loses_no_article(folder: Path) -> None:
    state = folder.parent / "seen.state"
    taken: list[str | None] = []

    async def read() -> None:
        async for article in copydesk.aingest(folder, state=state):
            taken.append(article.headline)
            if len(taken) == 5:
                task = asyncio.current_task()
                assert task is not None
                task.cancel()

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(read())
    assert taken == titles(0, 1, 2, 4, 5)
    assert headlines(copydesk.ingest(folder, state=state, resume=True)) == titles(*range(6, 12))


def test_errors_of_an_async_run_reach_the_loop_over_it(folder: Path) -> None:
    async def first(source: Path | str, **options: Path) -> None:
        async for _ in copydesk.aingest(source, **options):  # type: ignore[arg-type]
            pass

    with pytest.raises(SourceError, match="no such file"):
        asyncio.run(first("no-such-file.html"))
    record = folder.parent / "missing" / "run.warc.gz"
    with pytest.raises(CopydeskError, match="missing"):
        asyncio.run(first(folder, record=record))

    async def fail() -> None:
        async for _ in copydesk.aingest(folder):
            raise LookupError("of the caller")

    with pytest.raises(LookupError, match="of the caller"):
        asyncio.run(fail())


def test_a_run_has_ended_also_if_its_close_is_cancelled(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def slow(*given: Any, **options: Any) -> Any:
        try:
            return await ingest.run(*given, **options)
        finally:
            await asyncio.sleep(0.5)

    async def cancel_the_close() -> None:
        articles = copydesk.aingest(folder)
        await anext(articles)
        closing = asyncio.ensure_future(articles.aclose())
        await asyncio.sleep(0.05)
        closing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await closing

    monkeypatch.setattr("copydesk.runs.iterate.ingest_run", slow)
    asyncio.run(cancel_the_close())


def test_a_run_has_the_context_variables_of_its_caller(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    desk: ContextVar[str] = ContextVar("desk", default="none")
    seen: list[str] = []

    def note(_: logging.LogRecord) -> bool:
        seen.append(desk.get())
        return True

    state = folder.parent / "seen.state"
    assert len(list(copydesk.ingest(folder, state=state, limit=1))) == 1

    async def program() -> None:
        desk.set("north")
        later = copydesk.aingest(folder, state=state, resume=True, since="2026-03-12")
        assert len([article async for article in later]) == 2

    caplog.handler.addFilter(note)
    asyncio.run(program())
    assert "--since" in caplog.text
    assert set(seen) == {"north"}
