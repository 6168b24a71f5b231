"""Workers: what a document or a list does to its process costs nothing else."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import pytest

from copydesk import Document
from copydesk.adapters import loading
from copydesk.errors import CopydeskError, DeadlineExceeded, HttpStatusError, WorkerDied
from copydesk.settings import Limits
from copydesk.sources import Link, ListingInfo, Rejected, Skipped, Source, SourceInput
from copydesk.sources.base import PackedPage, PendingList, SourceItem
from copydesk.workers.pool import WorkerPool, _Deadline

pytestmark = pytest.mark.process

FOUND: tuple[SourceItem, ...] = (
    Link(
        url="https://quay.example/1",
        kind="page",
        listing=ListingInfo(
            source="feed", title="Ferry", published="2026-01-02", authors=("A",), categories=("b",)
        ),
    ),
    Document(
        content=b"<p>Ferry",
        media_type="text/html",
        url="https://quay.example/\xe9",
        origin="a\udcff",
    ),
    PackedPage("a.warc.gz", 12, b"\x1f\x8b"),
    Skipped(input="a", reason="older", message="of 2020"),
)


def every(listing: PendingList, source: Source, limits: Limits | None = None) -> list[SourceItem]:
    """All that a source finds in a worker."""
    loaded = loading.load()
    loaded.registry.add_source(source)

    async def go() -> list[SourceItem]:
        async with (
            WorkerPool(1, limits or Limits(), loaded) as pool,
            aclosing(pool.found(listing)) as items,
        ):
            return [item async for item in items]

    return asyncio.run(go())


def made(read: Callable[[SourceInput], object]) -> Source:
    return Source("made", lambda sample: False, read)  # type: ignore[arg-type]


def test_what_a_source_finds_in_a_worker_comes_as_it_was_found() -> None:
    error = HttpStatusError("a", "status 404", 404)
    error.attempts = 3
    found = every(
        PendingList(kind="made", origin="a", content=b""),
        made(lambda given: [*FOUND, Rejected.from_error(error, offset=7)]),
    )
    assert found[:-1] == list(FOUND)
    gap = found[-1]
    assert isinstance(gap, Rejected)
    assert (gap.input, gap.offset, gap.message) == ("a", 7, "status 404")
    assert gap.reason == HttpStatusError.reason
    assert gap.attempts == 3


@pytest.mark.parametrize("form", ["content", "path", "offset", "file", "pipe"])
def test_a_source_reads_the_same_bytes_however_a_list_is_given(form: str, tmp_path: Path) -> None:
    data = bytes(range(256)) * 1000
    path = tmp_path / "list"
    path.write_bytes(b"front" + data if form == "offset" else data)
    asked = PendingList(kind="made", origin="a")
    if form == "content":
        asked = replace(asked, content=data)
    elif form in ("path", "offset"):
        asked = replace(asked, path=str(path), offset=5 if form == "offset" else 0)
    elif form == "file":
        descriptor = os.open(path, os.O_RDONLY)
        asked = replace(asked, begun=os.read(descriptor, 100), descriptor=descriptor)
    else:
        descriptor, end = os.pipe()
        if os.fork() == 0:
            with os.fdopen(end, "wb") as pipe:
                pipe.write(data)
            os._exit(0)
        os.close(end)
        asked = replace(asked, begun=os.read(descriptor, 100), descriptor=descriptor)
    found = every(
        asked, made(lambda given: [Document(content=given.stream.read(), media_type="text/plain")])
    )
    assert found == [Document(content=data, media_type="text/plain")]


def _hang(given: SourceInput) -> object:
    yield from FOUND[:2]
    time.sleep(600)


def _die(given: SourceInput) -> object:
    yield from FOUND[:2]
    os._exit(3)


@pytest.mark.parametrize("at_hand", [True, False])
@pytest.mark.parametrize(("read", "error"), [(_hang, DeadlineExceeded), (_die, WorkerDied)])
def test_a_list_that_ends_its_worker_keeps_what_was_found_before(
    read: Callable[[SourceInput], object], error: type[CopydeskError], at_hand: bool, tmp_path: Path
) -> None:
    path = tmp_path / "list"
    path.write_bytes(b"x")
    listing = PendingList(
        kind="made", origin="a", content=b"x" if at_hand else None, path=str(path)
    )
    found = every(listing, made(read), Limits(reading=2.0))
    assert found[:2] == list(FOUND[:2])
    assert len(found) == 3
    assert isinstance(found[2], Rejected)
    assert found[2].reason == error.reason


def test_an_answer_that_came_while_the_run_stood_still_is_not_late() -> None:
    async def go() -> str:
        loop = asyncio.get_running_loop()
        answer = loop.create_future()
        loop.call_later(0.05, answer.set_result, "read")
        loop.call_soon(time.sleep, 3.0)
        async with _Deadline(2.0):
            return str(await answer)

    assert asyncio.run(go()) == "read"


def test_what_never_comes_is_late() -> None:
    async def go() -> None:
        async with _Deadline(0.2):
            await asyncio.get_running_loop().create_future()

    with pytest.raises(TimeoutError):
        asyncio.run(go())


# What code of an adapter does to its worker.

PLUGIN = """
import asyncio, json, multiprocessing, os, subprocess, sys, threading, time
from copydesk import Outlet
from copydesk.reading import read
print("at import")
os.write(1, b"written at import")
FOUND = {found!r}
class Odd(BaseException):
    def __repr__(self):
        raise self
def note(pid):
    with open(FOUND, "a") as file:
        file.write(str(pid) + "\\n")
def pipes():
    return [fd for fd in range(3, 64) if os.path.exists(f"/proc/self/fd/{{fd}}")]
def flood(data):
    for fd in pipes():
        try:
            os.write(fd, data)
        except OSError:
            pass
class Quay(Outlet):
    id = "quay"
    name = "The Quay"
    domains = ("quay.example",)
    def section(self, page):
        print("while it reads")
        os.write(1, b"written while it reads")
        if page.url.endswith("/3"):
            {fault}
"""

PAGE = """<!doctype html><html lang="en"><title>Ferry {0}</title><article><h1>Ferry {0}</h1>
<p>The ferry number {0} left the harbour on time, with forty people and two dogs on board.</p>
<p>It will be back before noon, the harbour master said, if the wind does not turn again.</p>
</article>"""


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    folder.mkdir()
    for number in range(8):
        (folder / f"{number}.html").write_text(PAGE.format(number), "utf-8")
        stated = {"url": f"https://quay.example/{number}", "made": "for a test"}
        (folder / f"{number}.meta.json").write_text(json.dumps(stated), "utf-8")
    return folder


def ingest(tmp_path: Path, fault: str, *more: str) -> subprocess.CompletedProcess[bytes]:
    plugin = PLUGIN.format(fault=fault, found=str(tmp_path / "pids"))
    (tmp_path / "plugin.py").write_text(plugin, "utf-8")
    return subprocess.run(
        [sys.executable, "-m", "copydesk", "ingest", "pages", "--plugin", "plugin.py", *more],
        cwd=tmp_path, capture_output=True, check=False, timeout=100,
    )  # fmt: skip


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that is dead and waits for its parent does not."""
    try:
        return b") Z" not in Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return False


DAEMON = """
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    note(os.getpid())
                    os.closerange(0, 256)
                    time.sleep(600)
                os._exit(0)
            time.sleep(0.5)
"""

HARMLESS = {
    "forks and both return": "os.fork()",
    "forks and both raise": "os.fork(); raise ValueError('odd')",
    "leaves a process": (
        "p = multiprocessing.Process(target=time.sleep, args=(600,)); p.start(); note(p.pid)"
    ),
    "leaves a program": "note(subprocess.Popen(['sleep', '600']).pid)",
    "leaves a program in a session of its own": (
        "note(subprocess.Popen(['sleep', '600'], start_new_session=True).pid)"
    ),
    "leaves a daemon": DAEMON,
    "leaves a thread": "threading.Thread(target=time.sleep, args=(600,)).start()",
    "raises in a thread": "threading.Thread(target=int, args=('x',)).start()",
    "exits in a thread": "threading.Thread(target=sys.exit).start()",
    "runs an event loop": "asyncio.run(asyncio.sleep(0))",
    "reads standard input": "sys.stdin.read()",
}


@pytest.mark.parametrize("fault", HARMLESS.values(), ids=HARMLESS)
def test_processes_that_an_adapter_starts_lose_no_article_and_end_with_the_run(
    fault: str, pages: Path, tmp_path: Path
) -> None:
    done = ingest(tmp_path, fault)
    assert b"Traceback" not in done.stderr
    raises = "ValueError" in fault
    assert len([json.loads(line) for line in done.stdout.splitlines()]) == 8 - raises, done.stderr
    assert done.returncode == int(raises)
    pids = tmp_path / "pids"
    for pid in pids.read_text("ascii").split() if pids.exists() else ():
        assert not is_alive(int(pid))


COSTLY = {
    "closes everything and stays": ("os.closerange(0, 256); time.sleep(600)", "worker_died"),
    "closes everything and returns": ("os.closerange(0, 256)", "worker_died"),
    "ends its process": ("os._exit(0)", "worker_died"),
    "ends its process, a child holds on": (
        "multiprocessing.Process(target=time.sleep, args=(600,)).start(); os._exit(0)",
        "worker_died",
    ),
    "aborts": ("os.abort()", "worker_died"),
    "stops itself": ("os.kill(os.getpid(), 19)", "deadline"),
    "kills its group": ("os.killpg(0, 9)", "worker_died"),
    "hangs": ("time.sleep(600)", "deadline"),
    "hangs and hears nothing": (
        "import ctypes; ctypes.PyDLL(None).sleep(600)",
        "deadline",
    ),
    "writes a line into every pipe": ("flood(b'{}\\n')", "worker_died"),
    "writes zeros into every pipe": ("flood(bytes(4096))", "worker_died"),
    "answers for another": (
        "from copydesk.workers import frames; flood(frames.pack({'serial': 99, 'id': 'x'}, b'{}\\n'))",
        "worker_died",
    ),
    "answers with an unknown key": (
        "from copydesk.workers import frames; [flood(frames.pack({'serial': n, 'odd': 1})) for n in (3, 4)]",
        "worker_died",
    ),
    "closes the standard streams": ("os.close(0); os.close(1); os.close(2)", "adapter"),
    "exits": ("sys.exit(0)", "adapter"),
    "is interrupted": ("raise KeyboardInterrupt", "adapter"),
    "is cancelled": ("raise asyncio.CancelledError", "adapter"),
    "ends a generator": ("raise GeneratorExit", "adapter"),
    "raises what cannot be told": ("raise Odd", "adapter"),
    "goes round in circles": ("self.section(page)", "adapter"),
    "returns half a character": ("return 'a\\ud800'", "adapter"),
    "puts something else for json": ("json.dumps = json.loads = None", "adapter"),
    "puts something else for a part of copydesk": (
        "import copydesk.util.text; copydesk.util.text.key = lambda text: text",
        "adapter",
    ),
}


@pytest.mark.parametrize(("fault", "reason"), COSTLY.values(), ids=COSTLY)
def test_an_adapter_that_breaks_its_process_loses_only_its_document(
    fault: str, reason: str, pages: Path, tmp_path: Path
) -> None:
    # Generous, but for what is to overrun it: the machine may have other work.
    seconds = 5 if reason == "deadline" else 60
    told = ("--set", f"reading={seconds}", "--rejects", "bad.jsonl", "--workers", "2")
    done = ingest(tmp_path, fault, *told)
    found = [json.loads(line)["headline"] for line in done.stdout.splitlines()]
    assert found == [f"Ferry {number}" for number in range(8) if number != 3], done.stderr
    (reject,) = [json.loads(r) for r in (tmp_path / "bad.jsonl").read_text("utf-8").splitlines()]
    assert (reject["input"], reject["reason"]) == ("pages/3.html", reason), reject
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr


STUCK = """
            note(os.getpid())
            note(subprocess.Popen(['sleep', '600'], start_new_session=True).pid)
            import ctypes; ctypes.PyDLL(None).sleep(600)
"""


@pytest.mark.parametrize(
    ("command", "number", "code"),
    [
        ("ingest", signal.SIGINT, 130),
        ("ingest", signal.SIGTERM, 143),
        ("ingest", signal.SIGKILL, -9),
        ("extract", signal.SIGINT, 130),
        ("extract", signal.SIGTERM, 143),
        ("extract", signal.SIGKILL, -9),
        ("explain", signal.SIGTERM, 143),
    ],
)
def test_a_signal_ends_a_command_and_all_its_processes_at_once(
    command: str, number: int, code: int, pages: Path, tmp_path: Path
) -> None:
    plugin = PLUGIN.format(fault=STUCK, found=str(tmp_path / "pids"))
    (tmp_path / "plugin.py").write_text(plugin, "utf-8")
    address = () if command == "ingest" else ("--url", "https://quay.example/3")
    told = [command, "pages/3.html", "--plugin", "plugin.py", *address]
    pids: list[str] = []
    with subprocess.Popen(
        [sys.executable, "-m", "copydesk", *told], cwd=tmp_path,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        until = time.monotonic() + 60
        while len(pids) < 2 and time.monotonic() < until:
            time.sleep(0.05)
            path = tmp_path / "pids"
            pids = path.read_text("ascii").split() if path.exists() else []
        assert len(pids) == 2
        process.send_signal(number)
        # Far below the deadline of the document.
        assert process.wait(15) == code
    until = time.monotonic() + 10
    while any(is_alive(int(pid)) for pid in pids) and time.monotonic() < until:
        time.sleep(0.05)
    assert not any(is_alive(int(pid)) for pid in pids)


@pytest.mark.parametrize("command", ["ingest", "extract", "explain"])
def test_text_that_an_adapter_prints_is_in_no_output(
    command: str, pages: Path, tmp_path: Path
) -> None:
    plugin = PLUGIN.format(fault="pass", found=str(tmp_path / "pids"))
    (tmp_path / "plugin.py").write_text(plugin, "utf-8")
    more = {
        "ingest": (),
        "extract": ("--outlet", "quay"),
        "explain": ("--outlet", "quay", "--json"),
    }
    given = ("pages/3.html", "--plugin", "plugin.py", "--url", "https://quay.example/1")
    told = [command, *(given[:3] if command == "ingest" else given), *more[command]]
    done = subprocess.run(
        [sys.executable, "-m", "copydesk", *told],
        cwd=tmp_path, capture_output=True, check=False, timeout=100,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    json.loads(done.stdout)
    for printed in (b"at import", b"written at import", b"while it reads"):
        assert printed in done.stderr
        assert printed not in done.stdout
