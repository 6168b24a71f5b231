"""Reading in processes of their own, so that a document can cost no more than itself."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncGenerator
from types import TracebackType
from typing import Protocol, Self

from copydesk.adapters import loading
from copydesk.errors import CopydeskError, DeadlineExceeded, WorkerDied
from copydesk.model.document import Document
from copydesk.settings import Limits
from copydesk.sources.base import PackedPage, PendingList, SourceFailure, SourceItem
from copydesk.util.processes import Keeper, exit_name
from copydesk.workers import child, frames
from copydesk.workers.child import Read
from copydesk.workers.frames import Frame, Malformed

__all__ = ["Pool", "Read", "Reader"]

# Documents at a worker: one being read, the others in its pipe.
_AHEAD = 4
_BUFFER = 1 << 20
_PARTS = 10


class Reader(Protocol):
    """Reads documents and lists, elsewhere. Raises WorkerError where nothing can be read any more."""

    async def read(self, document: Document | PackedPage) -> Read:
        """Read a document; never raises for what is in it."""

    def found(self, listing: PendingList) -> AsyncGenerator[SourceItem]:
        """What is in a list, in order; never raises for what is in it. To be closed by `aclosing`."""

    async def close(self) -> None:
        """Let go of what was held."""


class Pool:
    """Worker processes, each with a deadline and a memory limit for what it reads.

    A worker that overruns its deadline is ended, one that dies or breaks the protocol is replaced;
    either costs the document that it was reading. The next documents are sent ahead, so that no
    worker waits for this process; where their worker is gone before their turn they go to another.
    Make it before any thread is started: its workers are forked.
    """

    def __init__(
        self, size: int, limits: Limits, loaded: loading.Loaded, outlet: str | None = None
    ) -> None:
        self._limits = limits
        self._keeper = Keeper(child.serve(loaded, outlet, limits))
        self._lists = asyncio.Semaphore(size)
        self._places = [_Place() for _ in range(size)]
        self._free: asyncio.Queue[_Place] = asyncio.Queue()
        for place in self._places * _AHEAD:
            self._free.put_nowait(place)

    async def read(self, document: Document | PackedPage) -> Read:
        """Read a document in the next worker that is free."""
        # Each round but the last ends with another document that its worker died of.
        while True:
            place = await self._free.get()
            try:
                worker, serial = await self._send(place, document)
                async with place.turn:
                    if place.worker is worker:
                        return await self._answer(place, worker, serial)
            except BaseException:
                # An answer that nobody waits for would be taken for the next document's.
                if place.worker is not None:
                    place.drop(place.worker)
                raise
            finally:
                self._free.put_nowait(place)

    async def _send(self, place: _Place, document: Document | PackedPage) -> tuple[_Worker, int]:
        async with place.entry:
            if place.worker is None:
                place.worker = await _Worker.start(self._keeper)
            worker = place.worker
            return worker, await worker.send(frames.of_document(document))

    async def _answer(self, place: _Place, worker: _Worker, serial: int) -> Read:
        try:
            async with _Deadline(self._limits.reading):
                head, line = await worker.answer(serial)
                if head.pop("last", False):
                    place.drop(worker)
                return _read((head, line))
        except (TimeoutError, asyncio.IncompleteReadError, ConnectionError, Malformed) as error:
            fault = self._fault(error, place.drop(worker, look=_is_end(error)), "")
            return Read(reason=fault.reason, message=fault.message)

    def _fault(self, error: Exception, code: int | None, subject: str) -> CopydeskError:
        """What it means that a worker failed; code: that it ended with, None where it went on."""
        if isinstance(error, TimeoutError):
            return DeadlineExceeded(subject, f"took longer than {self._limits.reading:g} seconds")
        if code is not None and not isinstance(error, Malformed):
            return WorkerDied(subject, f"killed its worker ({exit_name(code)})")
        what = "wrote into" if isinstance(error, Malformed) else "closed"
        return WorkerDied(subject, f"{what} the pipe of its worker")

    async def found(self, listing: PendingList) -> AsyncGenerator[SourceItem]:
        """What is in a list, read by a worker of its own.

        Where its content is at hand, the list is read to its end before anything is given; else one
        after another, as they are taken.
        """
        if listing.content is None:
            async with contextlib.aclosing(self._found(listing)) as items:
                async for item in items:
                    yield item
            return
        async with self._lists:
            every = [item async for item in self._found(listing)]
        for item in every:
            yield item

    async def _found(self, listing: PendingList) -> AsyncGenerator[SourceItem]:
        worker = await _Worker.start(self._keeper, listing.descriptor)
        ended = False
        try:
            async with _Deadline(self._limits.reading):
                serial = await worker.send(frames.of_listing(listing))
            while True:
                async with _Deadline(self._limits.reading):
                    frame = await worker.answer(serial)
                if frame[0].get("is") == "end":
                    return
                if frame[0].get("is") != "alive":
                    yield frames.to_found(frame)
        except (TimeoutError, asyncio.IncompleteReadError, ConnectionError, Malformed) as error:
            code = worker.end(look=_is_end(error))
            ended = True
            yield SourceFailure(listing.origin, self._fault(error, code, listing.origin))
        finally:
            if not ended:
                worker.end()

    async def close(self) -> None:
        """End all workers, and whatever they started."""
        for place in self._places:
            if place.worker is not None:
                place.worker.hang_up()
                place.worker = None
        self._keeper.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()


class _Deadline:
    """Raises TimeoutError in the code inside after so many seconds.

    They are counted in parts: while this process is kept from its loop, as by a source that is asked
    for long whether it reads an input, no more than one part passes. The answer may be there already.
    """

    def __init__(self, seconds: float) -> None:
        self._part = seconds / _PARTS
        # One more, as the last may be the one in which nothing could be heard.
        self._left = _PARTS + 1
        self._loop = asyncio.get_running_loop()
        self._timeout = asyncio.timeout(None)
        self._timer = self._loop.call_later(self._part, self._pass)

    async def __aenter__(self) -> None:
        await self._timeout.__aenter__()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._timer.cancel()
        await self._timeout.__aexit__(kind, error, trace)

    def _pass(self) -> None:
        self._left -= 1
        if self._left:
            self._timer = self._loop.call_later(self._part, self._pass)
        else:
            self._timeout.reschedule(self._loop.time())


class _Place:
    """Where a worker stands. entry: held while a document is sent to it. turn: while it answers."""

    def __init__(self) -> None:
        self.worker: _Worker | None = None
        self.entry = asyncio.Lock()
        self.turn = asyncio.Lock()

    def drop(self, worker: _Worker, *, look: bool = False) -> int | None:
        """End a worker, see Keeper.end; the next document starts another."""
        if self.worker is worker:
            self.worker = None
        return worker.end(look=look)


def _is_end(error: Exception) -> bool:
    return isinstance(error, (asyncio.IncompleteReadError, ConnectionError))


def _read(frame: Frame) -> Read:
    head, line = frame
    try:
        return Read(line, **head)
    except TypeError as error:
        raise Malformed("is no answer") from error


class _Worker:
    """One process that reads; frames go in and come out through its pipes."""

    def __init__(
        self, keeper: Keeper, pid: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter,
        transport: asyncio.ReadTransport,
    ) -> None:  # fmt: skip
        self._keeper = keeper
        self._pid = pid
        self._in, self._out = writer, reader
        self._transport = transport
        self._serial = 0

    @classmethod
    async def start(cls, keeper: Keeper, descriptor: int | None = None) -> _Worker:
        pid, to_read, to_write = keeper.start(descriptor)
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(limit=_BUFFER)
        protocol = asyncio.StreamReaderProtocol(reader)
        source = os.fdopen(to_read, "rb", 0)
        target = os.fdopen(to_write, "wb", 0)
        transport, _ = await loop.connect_read_pipe(lambda: protocol, source)
        other = asyncio.StreamReaderProtocol(asyncio.StreamReader())
        sink, _ = await loop.connect_write_pipe(lambda: other, target)
        writer = asyncio.StreamWriter(sink, other, None, loop)
        return cls(keeper, pid, reader, writer, transport)

    async def send(self, frame: Frame) -> int:
        """Send a frame and give its serial number; answers come in the order of sending."""
        head, content = frame
        self._serial += 1
        serial = self._serial
        # That a worker is gone is told where its answer is waited for.
        if not self._in.is_closing():
            with contextlib.suppress(ConnectionError):
                self._in.write(frames.pack({**head, "serial": serial}, content))
                await self._in.drain()
        return serial

    async def answer(self, serial: int) -> Frame:
        """The next frame that the worker sends, which must be to this serial number."""
        head, content = await frames.receive(self._out.readexactly)
        if head.pop("serial", None) != serial:
            raise Malformed("answers something else")
        return head, content

    def hang_up(self) -> None:
        """Close its pipes."""
        self._in.close()
        self._transport.close()

    def end(self, *, look: bool = False) -> int | None:
        """End it, see Keeper.end."""
        self.hang_up()
        return self._keeper.end(self._pid, look=look)
