"""A pool of worker processes that read documents and lists.

A document that crashes, hangs or exhausts the memory of its worker affects no other document.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncGenerator
from types import TracebackType
from typing import Protocol, Self, get_args

from copydesk.adapters import loading
from copydesk.errors import CopydeskError, DeadlineExceeded, WorkerDied
from copydesk.model.document import Document
from copydesk.model.filters import NO_FILTERS, Filters
from copydesk.model.outcomes import Outcome, Rejected
from copydesk.settings import Limits
from copydesk.sources.base import PackedPage, PendingList, SourceItem
from copydesk.util.processes import Supervisor, exit_name
from copydesk.workers import child, frames
from copydesk.workers.frames import Frame, MalformedFrame

# Documents sent to a worker at once: it reads one, the others wait in its pipe.
_SENT_AHEAD = 4
_BUFFER = 1 << 20
_PARTS = 10
# What a worker that hangs, ends or writes into its pipe raises while its answer is awaited.
_FAILURES = (TimeoutError, asyncio.IncompleteReadError, ConnectionError, MalformedFrame)


class Reader(Protocol):
    """Reads documents and lists. Raises WorkerError when no worker can be started.

    Attributes:
        pending: number of items of lists that are read and not yielded.
    """

    pending: int

    async def read(self, document: Document | PackedPage) -> Outcome:
        """Read a document. A document that cannot be read raises nothing."""

    def found(self, listing: PendingList) -> AsyncGenerator[SourceItem]:
        """Yield the items of a list in order. Close the generator with `aclosing`."""

    async def close(self) -> None:
        """Release all resources."""


class WorkerPool:
    """Worker processes, each with a deadline and a memory limit for what it reads.

    A worker that exceeds a limit, dies or breaks the protocol is replaced; only the document that
    it was reading fails. Documents are sent ahead so that a worker never waits for this process; if
    it ends first, they are sent to another one. Workers are forked, so create the pool before
    any thread.
    """

    def __init__(
        self,
        size: int,
        limits: Limits,
        loaded: loading.Loaded,
        outlet: str | None = None,
        filters: Filters = NO_FILTERS,
    ) -> None:
        self.pending = 0
        self._limits = limits
        self._supervisor = Supervisor(child.serve(loaded, outlet, limits, filters))
        self._lists = asyncio.Semaphore(size)
        self._slots = [_Slot() for _ in range(size)]
        self._free: asyncio.Queue[_Slot] = asyncio.Queue()
        for slot in self._slots * _SENT_AHEAD:
            self._free.put_nowait(slot)

    async def read(self, document: Document | PackedPage) -> Outcome:
        """Read a document in the next free worker."""
        # Each further round is due to an earlier document that ended this one's worker.
        while True:
            slot = await self._free.get()
            try:
                worker, serial = await self._send(slot, document)
                async with slot.receiving:
                    if slot.worker is worker:
                        return await self._answer(slot, worker, serial)
            except BaseException:
                # Otherwise the unread answer would be taken for the next document's.
                if slot.worker is not None:
                    slot.drop(slot.worker)
                raise
            finally:
                self._free.put_nowait(slot)

    async def _send(self, slot: _Slot, document: Document | PackedPage) -> tuple[_Worker, int]:
        async with slot.sending:
            if slot.worker is None:
                slot.worker = await _Worker.start(self._supervisor)
            worker = slot.worker
            return worker, await worker.send(frames.encode(document))

    async def _answer(self, slot: _Slot, worker: _Worker, serial: int) -> Outcome:
        try:
            async with _Deadline(self._limits.reading):
                header, line = await worker.answer(serial)
                if header.pop("last", False):
                    slot.drop(worker)
                outcome: Outcome = frames.decode((header, line), get_args(Outcome))
                return outcome
        except _FAILURES as error:
            failure = self._error(error, slot.drop(worker, grace=_is_end_of_stream(error)), "")
            return Rejected.from_error(failure, stage="read")

    def _error(self, error: Exception, code: int | None, subject: str) -> CopydeskError:
        """Return the error for a failed worker. code: its exit code; None if it was running."""
        if isinstance(error, TimeoutError):
            return DeadlineExceeded(subject, f"took longer than {self._limits.reading:g} seconds")
        if code is not None and not isinstance(error, MalformedFrame):
            return WorkerDied(subject, f"crashed its worker ({exit_name(code)})")
        what = "wrote into" if isinstance(error, MalformedFrame) else "closed"
        return WorkerDied(subject, f"{what} the pipe of its worker")

    async def found(self, listing: PendingList) -> AsyncGenerator[SourceItem]:
        """Yield the items of a list, read in a separate worker.

        A list whose content is in memory is read completely first, any other one item by item.
        """
        if listing.content is None:
            async with contextlib.aclosing(self._found(listing)) as items:
                async for item in items:
                    yield item
            return
        async with self._lists:
            items_read = [item async for item in self._found(listing)]
        left = len(items_read)
        self.pending += left
        try:
            for item in items_read:
                yield item
                # Only now it is known to whoever counts the inputs.
                left -= 1
                self.pending -= 1
        finally:
            self.pending -= left

    async def _found(self, listing: PendingList) -> AsyncGenerator[SourceItem]:
        worker = await _Worker.start(self._supervisor, listing.descriptor)
        ended = False
        try:
            async with _Deadline(self._limits.reading):
                serial = await worker.send(frames.encode(listing))
            while True:
                async with _Deadline(self._limits.reading):
                    frame = await worker.answer(serial)
                if frame[0].get("type") == "end":
                    return
                if frame[0].get("type") != "alive":
                    item: SourceItem = frames.decode(frame, get_args(SourceItem))
                    yield item
        except _FAILURES as error:
            code = worker.end(grace=_is_end_of_stream(error))
            ended = True
            yield Rejected.from_error(self._error(error, code, listing.origin))
        finally:
            if not ended:
                worker.end()

    async def close(self) -> None:
        """End all workers and their child processes."""
        for slot in self._slots:
            if slot.worker is not None:
                slot.worker.close_pipes()
                slot.worker = None
        self._supervisor.close()

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
    """Raises TimeoutError in the code inside after a number of seconds.

    The time is counted in parts. While this process does not run its event loop, for example
    because a source's `accepts` takes long, at most one part passes: the answer may have arrived.
    """

    def __init__(self, seconds: float) -> None:
        self._part = seconds / _PARTS
        # One more, because the event loop may not have run during the last part.
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


class _Slot:
    """A worker and the locks for sending to it and receiving from it."""

    def __init__(self) -> None:
        self.worker: _Worker | None = None
        self.sending = asyncio.Lock()
        self.receiving = asyncio.Lock()

    def drop(self, worker: _Worker, *, grace: bool = False) -> int | None:
        """End a worker, see Supervisor.end; the next document starts another."""
        if self.worker is worker:
            self.worker = None
        return worker.end(grace=grace)


def _is_end_of_stream(error: Exception) -> bool:
    return isinstance(error, (asyncio.IncompleteReadError, ConnectionError))


class _Worker:
    """A worker process and the pipes to it."""

    def __init__(
        self,
        supervisor: Supervisor,
        pid: int,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        transport: asyncio.ReadTransport,
    ) -> None:
        self._supervisor = supervisor
        self._pid = pid
        self._in, self._out = writer, reader
        self._transport = transport
        self._serial = 0

    @classmethod
    async def start(cls, supervisor: Supervisor, descriptor: int | None = None) -> _Worker:
        pid, to_read, to_write = supervisor.start(descriptor)
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(limit=_BUFFER)
        protocol = asyncio.StreamReaderProtocol(reader)
        source = os.fdopen(to_read, "rb", 0)
        target = os.fdopen(to_write, "wb", 0)
        transport, _ = await loop.connect_read_pipe(lambda: protocol, source)
        other = asyncio.StreamReaderProtocol(asyncio.StreamReader())
        sink, _ = await loop.connect_write_pipe(lambda: other, target)
        writer = asyncio.StreamWriter(sink, other, None, loop)
        return cls(supervisor, pid, reader, writer, transport)

    async def send(self, frame: Frame) -> int:
        """Send a frame and return its serial number; answers arrive in the order of sending."""
        header, content = frame
        self._serial += 1
        serial = self._serial
        # A worker that has ended is reported by `answer`.
        if not self._in.is_closing():
            with contextlib.suppress(ConnectionError):
                self._in.write(frames.pack({**header, "serial": serial}, content))
                await self._in.drain()
        return serial

    async def answer(self, serial: int) -> Frame:
        """Receive the next frame, which must have this serial number."""
        header, content = await frames.receive(self._out.readexactly)
        if header.pop("serial", None) != serial:
            raise MalformedFrame("unexpected serial number")
        return header, content

    def close_pipes(self) -> None:
        """Close the pipes of this process to the worker."""
        self._in.close()
        self._transport.close()

    def end(self, *, grace: bool = False) -> int | None:
        """End the process, see Supervisor.end."""
        self.close_pipes()
        return self._supervisor.end(self._pid, grace=grace)
