"""Reading in processes of their own, so that a document can cost no more than itself."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import os
import signal
import struct
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from copydesk import plugins
from copydesk.document import Document, Lent
from copydesk.errors import (
    AdapterFailure,
    ArchiveDamage,
    CopydeskError,
    DeadlineExceeded,
    DocumentTooLarge,
    MemoryExceeded,
    WorkerDied,
)
from copydesk.leads import Gap, Packed, Skip
from copydesk.reading import find_adapter, read
from copydesk.settings import Limits
from copydesk.sources import warc

_HEAD = struct.Struct(">II")
_PIPE = 1024 * 1024
# Documents at a worker: one being read, the others in its pipe.
_AHEAD = 4
_READY = b"\n"


@dataclass(frozen=True, slots=True)
class Read:
    """What came of a document: the article's line, or the error that it ended in.

    line: the record as JSON with its line feed, empty where there is an error. id, revision,
    published: of the article. adapter: id of the one that read it. reason, message: of the error.
    stage, offset: where that was, as in rejects; stage "skip" for what is no article on purpose.
    """

    line: bytes = b""
    id: str = ""
    revision: str = ""
    published: str | None = None
    adapter: str | None = None
    reason: str = ""
    message: str = ""
    stage: str = "read"
    offset: int | None = None


class Reader(Protocol):
    """Reads documents, here or elsewhere."""

    async def read(self, document: Document | Packed) -> Read:
        """Read a document; never raises for what is in it."""

    async def close(self) -> None:
        """Let go of what was held."""


class InProcess:
    """Reads documents in this process, one after another, without limits but that of a record."""

    def __init__(
        self, loaded: plugins.Loaded, outlet: str | None = None, *, record: int = Limits().record
    ) -> None:
        self._loaded = loaded
        self._outlet = outlet
        self._record = record

    async def read(self, document: Document | Packed) -> Read:
        """Read a document; never raises for what is in it."""
        await asyncio.sleep(0)
        return read_one(document, self._loaded, self._outlet, self._record)

    async def close(self) -> None:
        """Nothing is held."""


def read_one(
    given: Document | Packed,
    loaded: plugins.Loaded,
    outlet: str | None,
    record: int = Limits().record,
) -> Read:
    """Read a document to the line of its article, or to its error; record: most bytes of the line."""
    adapter = None
    try:
        document = warc.unpacked(given) if isinstance(given, Packed) else given
        if document is None:
            return Read(reason=ArchiveDamage.reason, message="is damaged", stage="source")
        if isinstance(document, Skip):
            return Read(reason=document.reason, message=document.message, stage="skip")
        if isinstance(document, Gap):
            fault = document.error
            return Read(
                reason=fault.reason, message=fault.message, stage="source", offset=document.offset
            )
        if outlet is not None:
            adapter = loaded.registry.get(outlet)
        else:
            adapter = find_adapter(document, loaded.registry)
        article = read(document, adapter)[1]
        line = article.to_line()
        if len(line) > record:
            size = f"its record has {len(line):,} bytes, above the limit of {record:,}"
            raise DocumentTooLarge(document.subject, size)
    except (CopydeskError, MemoryError, SystemExit) as error:
        name = adapter.id if adapter is not None else None
        if isinstance(error, MemoryError) or isinstance(error.__cause__, MemoryError):
            return Read(adapter=name, reason=MemoryExceeded.reason, message="took too much memory")
        if isinstance(error, SystemExit):
            return Read(adapter=name, reason=AdapterFailure.reason, message=f"raised {error!r}")
        return Read(adapter=name, reason=error.reason, message=error.message)
    except Exception as error:
        # A fault of the reading itself costs the document, like any other.
        return Read(reason="fault", message=f"{type(error).__name__}: {error}")
    return Read(
        line,
        article.id,
        article.revision,
        article.published,
        adapter.id if adapter is not None else None,
    )


class Pool:
    """Worker processes, each with a deadline and a memory limit for the document it reads.

    A worker that overruns its deadline is ended, one that dies is replaced; either costs the
    document that it was reading. The next documents are sent ahead, so that no worker waits for
    this process; where their worker is gone before their turn they go to another.
    """

    def __init__(
        self, size: int, limits: Limits, extra: Sequence[str] = (), outlet: str | None = None
    ) -> None:
        self._limits = limits
        self._arguments = json.dumps(
            {
                "plugins": list(extra),
                "outlet": outlet,
                "memory": limits.memory,
                "record": limits.record,
            }
        )
        self._places = [_Place() for _ in range(size)]
        self._free: asyncio.Queue[_Place] = asyncio.Queue()
        for place in self._places * _AHEAD:
            self._free.put_nowait(place)

    async def start(self) -> None:
        """Start the workers, so that they load while the first documents are found."""
        for place in self._places:
            place.worker = await _Worker.start(self._arguments)

    async def read(self, document: Document | Packed) -> Read:
        """Read a document in the next worker that is free."""
        # Each round but the last ends with another document that its worker died of.
        while True:
            place = await self._free.get()
            try:
                worker = await self._send(place, document)
                async with place.turn:
                    if place.worker is worker:
                        return await self._answer(place, worker)
            except asyncio.CancelledError:
                # An answer that nobody waits for would be taken for the next document's.
                if place.worker is not None:
                    await place.drop(place.worker)
                raise
            finally:
                self._free.put_nowait(place)

    async def _send(self, place: _Place, document: Document | Packed) -> _Worker:
        async with place.entry:
            if place.worker is None:
                place.worker = await _Worker.start(self._arguments)
            worker = place.worker
            # A worker that is gone is told by its answer.
            with contextlib.suppress(ConnectionError):
                await worker.send(document)
            return worker

    async def _answer(self, place: _Place, worker: _Worker) -> Read:
        seconds, what = self._limits.loading, "its worker took longer to start"
        try:
            async with asyncio.timeout(seconds):
                await worker.loaded()
            seconds, what = self._limits.reading, "took longer"
            async with asyncio.timeout(seconds):
                return await worker.answer()
        except TimeoutError:
            await place.drop(worker)
            return Read(reason=DeadlineExceeded.reason, message=f"{what} than {seconds:g} seconds")
        except (asyncio.IncompleteReadError, ConnectionError):
            code = await worker.code()
            await place.drop(worker)
            return Read(reason=WorkerDied.reason, message=f"killed its worker ({_name(code)})")

    async def close(self) -> None:
        """End all workers."""
        for place in self._places:
            if place.worker is not None:
                await place.drop(place.worker)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()


class _Place:
    """Where a worker stands. entry: held while a document is sent to it. turn: while it answers."""

    def __init__(self) -> None:
        self.worker: _Worker | None = None
        self.entry = asyncio.Lock()
        self.turn = asyncio.Lock()

    async def drop(self, worker: _Worker) -> None:
        """End a worker; the next document starts another."""
        if self.worker is worker:
            self.worker = None
        await worker.end()


def _name(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    with contextlib.suppress(ValueError):
        return signal.Signals(-code).name
    return f"signal {-code}"


class _Worker:
    """One process that reads documents; frames go in and come out through its pipes."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process = process
        self._in, self._out = process.stdin, process.stdout
        self._ready = False

    @classmethod
    async def start(cls, arguments: str) -> _Worker:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", "from copydesk.workers import main; main()", arguments,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            # An interrupt at the terminal is the run's to handle.
            start_new_session=True, limit=1 << 20,
        )  # fmt: skip
        _widen(process)
        return cls(process)

    async def loaded(self) -> None:
        """Wait until it has loaded its plugins: that is no document's time."""
        if not self._ready:
            await self._out.readexactly(len(_READY))
            self._ready = True

    async def send(self, document: Document | Packed) -> None:
        """Send a document; answers come in the order of sending."""
        if isinstance(document, Packed):
            head = {"origin": document.origin, "offset": document.offset}
            self._in.write(_frame(head, document.data))
        else:
            self._in.write(_frame(_stated(document), document.content))
        await self._in.drain()

    async def answer(self) -> Read:
        """What came of the next document."""
        sizes = _HEAD.unpack(await self._out.readexactly(_HEAD.size))
        data = await self._out.readexactly(sum(sizes))
        return Read(data[sizes[0] :], **json.loads(data[: sizes[0]]))

    async def code(self) -> int:
        return await self._process.wait()

    async def end(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()
        self._in.close()


def _widen(process: asyncio.subprocess.Process) -> None:
    """Let a whole page into a worker's pipes at once, where the system can say so."""
    with contextlib.suppress(ImportError, AttributeError, OSError):
        import fcntl

        transport = process._transport  # type: ignore[attr-defined]
        for number in (0, 1):
            pipe = transport.get_pipe_transport(number).get_extra_info("pipe")
            fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, _PIPE)


def _frame(head: Any, content: bytes) -> bytes:
    data = json.dumps(head).encode("ascii")
    return b"".join((_HEAD.pack(len(data), len(content)), data, content))


def _stated(document: Document) -> dict[str, Any]:
    """What goes with the content of a document, for JSON."""
    return {
        "media_type": document.media_type,
        "url": document.url,
        "encoding": document.encoding,
        "retrieved_at": document.retrieved_at and document.retrieved_at.isoformat(),
        "origin": document.origin,
        "lent": _listed(document.lent),
        "requested_url": document.requested_url,
    }


def _listed(lent: Lent | None) -> list[Any] | None:
    return (
        None
        if lent is None
        else [lent.source, lent.title, lent.published, lent.authors, lent.categories]
    )


def main() -> None:
    """Run a worker: documents on stdin, what came of them on what stdout was."""
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # What an adapter prints must not get between the frames.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    given = json.loads(sys.argv[1])
    loaded = plugins.load(given["plugins"])
    # What is loaded stays; the collector need not look at it again and again.
    gc.freeze()
    _limit(given["memory"])
    out.write(_READY)
    out.flush()
    source = sys.stdin.buffer
    while head := source.read(_HEAD.size):
        sizes = _HEAD.unpack(head)
        told = json.loads(source.read(sizes[0]))
        content = source.read(sizes[1])
        document = Packed(data=content, **told) if "offset" in told else _document(told, content)
        result = read_one(document, loaded, given["outlet"], given["record"])
        rest = {name: getattr(result, name) for name in Read.__slots__ if name != "line"}
        out.write(_frame(rest, result.line))
        out.flush()


def _document(told: dict[str, Any], content: bytes) -> Document:
    stamp = told["retrieved_at"]
    lent = told["lent"]
    return Document(
        content,
        told["media_type"],
        told["url"],
        told["encoding"],
        datetime.fromisoformat(stamp) if stamp else None,
        told["origin"],
        Lent(lent[0], lent[1], lent[2], tuple(lent[3]), tuple(lent[4])) if lent else None,
        told["requested_url"],
    )


def _limit(memory: int) -> None:
    """Allow so much memory above what the process has now, where the system can say so."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
        ceiling = pages * resource.getpagesize() + memory
        resource.setrlimit(resource.RLIMIT_AS, (ceiling, ceiling))
