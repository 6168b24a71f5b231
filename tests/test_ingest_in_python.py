"""`copydesk.ingest`: the articles of a run, one at a time, in a Python program."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.outlet_server import page, running, title_of

import copydesk
from copydesk import Article, Outlet, OutletError, SourceError
from copydesk.errors import PluginError
from copydesk.model.outcomes import Rejected

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
