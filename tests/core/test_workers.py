"""Workers: what a document or a list does to its process costs nothing else."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import pytest

from copydesk import Document, Gap, Input, Lead, Lent, Skip, Source, plugins
from copydesk.errors import DeadlineExceeded, HttpStatus, WorkerDied
from copydesk.leads import Found, Listing, Packed
from copydesk.settings import Limits
from copydesk.workers import Pool

FOUND: tuple[Found, ...] = (
    Lead("https://quay.example/1", "page", Lent("feed", "Ferry", "2026-01-02", ("A",), ("b",))),
    Document(b"<p>Ferry", "text/html", "https://quay.example/\xe9", origin="a\udcff"),
    Packed("a.warc.gz", 12, b"\x1f\x8b"),
    Skip("a", "older", "of 2020"),
)


def every(listing: Listing, source: Source, limits: Limits | None = None) -> list[Found]:
    """All that a source finds in a worker."""
    loaded = plugins.load()
    loaded.registry.add_source(source)

    async def go() -> list[Found]:
        async with (
            Pool(1, limits or Limits(), loaded) as pool,
            aclosing(pool.found(listing)) as items,
        ):
            return [item async for item in items]

    return asyncio.run(go())


def made(read: Callable[[Input], object]) -> Source:
    return Source("made", lambda sample: False, read)  # type: ignore[arg-type]


def test_what_a_source_finds_in_a_worker_comes_as_it_was_found() -> None:
    error = HttpStatus("a", "status 404", 404)
    error.attempts = 3
    found = every(
        Listing("made", "a", content=b""), made(lambda given: [*FOUND, Gap("a", error, 7)])
    )
    assert found[:-1] == list(FOUND)
    gap = found[-1]
    assert isinstance(gap, Gap)
    assert (gap.subject, gap.offset, gap.error.message) == ("a", 7, "status 404")
    assert isinstance(gap.error, HttpStatus)
    assert (gap.error.status, gap.error.attempts) == (404, 3)


@pytest.mark.parametrize("form", ["content", "path", "offset", "file", "pipe"])
def test_a_source_reads_the_same_bytes_however_a_list_is_given(form: str, tmp_path: Path) -> None:
    data = bytes(range(256)) * 1000
    path = tmp_path / "list"
    path.write_bytes(b"front" + data if form == "offset" else data)
    asked = Listing("made", "a")
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
    found = every(asked, made(lambda given: [Document(given.stream.read(), "text/plain")]))
    assert found == [Document(data, "text/plain")]


def _hang(given: Input) -> object:
    yield from FOUND[:2]
    time.sleep(600)


def _die(given: Input) -> object:
    yield from FOUND[:2]
    os._exit(3)


@pytest.mark.parametrize("at_hand", [True, False])
@pytest.mark.parametrize(("read", "error"), [(_hang, DeadlineExceeded), (_die, WorkerDied)])
def test_a_list_that_ends_its_worker_keeps_what_was_found_before(
    read: Callable[[Input], object], error: type[Exception], at_hand: bool, tmp_path: Path
) -> None:
    path = tmp_path / "list"
    path.write_bytes(b"x")
    listing = Listing("made", "a", content=b"x" if at_hand else None, path=str(path))
    found = every(listing, made(read), Limits(reading=2.0))
    assert found[:2] == list(FOUND[:2])
    assert len(found) == 3
    assert isinstance(found[2], Gap)
    assert isinstance(found[2].error, error)
