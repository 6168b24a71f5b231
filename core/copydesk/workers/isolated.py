"""One piece of work in a process of its own: under a deadline, and with signals that are heard at once."""

from __future__ import annotations

import contextlib
import os
import pickle
import struct
import time
from collections.abc import Callable
from typing import Any, TypeVar

from copydesk import api
from copydesk.adapters import loading
from copydesk.adapters.outlet import Outlet
from copydesk.errors import (
    CopydeskError,
    DeadlineExceeded,
    UnexpectedError,
    WorkerDied,
    type_and_message,
)
from copydesk.model.article import Article
from copydesk.model.document import Document
from copydesk.model.draft import Draft
from copydesk.settings import Limits
from copydesk.util import processes
from copydesk.workers import child

_SIZE = struct.Struct(">Q")
_Value = TypeVar("_Value")


def read(document: Document, adapter: type[Outlet] | None) -> Article:
    """The article that a document is read to in another process.

    Raises what `reading.read` does, and DeadlineExceeded, MemoryExceeded, WorkerDied and UnexpectedError. What
    the adapter prints goes to standard error.
    """
    return of(document, adapter, lambda _, article: article)


def of(
    document: Document,
    adapter: type[Outlet] | None,
    work: Callable[[Draft, Article], _Value],
) -> _Value:
    """What a function makes of a reading, all in another process; see `read`."""
    return call(
        lambda: work(*api.read(document, adapter)),
        document.subject,
        judge=lambda error: child.judged(error, document, adapter),
    )


def read_one(document: Document, loaded: loading.Loaded, outlet: str | None) -> child.Read:
    """What comes of a document in another process, see `serving.read_one`."""
    try:
        return call(lambda: child.read_one(document, loaded, outlet), document.subject)
    except CopydeskError as error:
        return child.Read(reason=error.reason, message=error.message)


def call(
    work: Callable[[], _Value],
    subject: str,
    *,
    seconds: float = Limits().reading,
    memory: int = Limits().memory,
    judge: Callable[[BaseException], CopydeskError] | None = None,
) -> _Value:
    """What a function returns in another process, which can be pickled; subject: for messages.

    seconds: that it may take. memory: bytes that it may take above what is taken now. judge: what is
    raised for what it raised, a UnexpectedError where there is none. Raises DeadlineExceeded and WorkerDied.
    """

    def answer(_: int, to_write: int, __: int | None) -> None:
        child.limit_memory(memory)
        own = os.getpid()
        outcome: tuple[bool, Any]
        try:
            outcome = True, work()
        except BaseException as error:
            outcome = False, _judged(error, subject, judge)
        if os.getpid() != own:
            return
        try:
            data = pickle.dumps(outcome)
        except Exception as error:
            data = pickle.dumps((False, UnexpectedError(subject, type_and_message(error))))
        with os.fdopen(to_write, "wb") as out:
            out.write(_SIZE.pack(len(data)) + data)

    with contextlib.closing(processes.Keeper(answer)) as keeper:
        pid, to_read, to_write = keeper.start()
        os.close(to_write)
        try:
            end = time.monotonic() + seconds
            head = processes.receive(to_read, _SIZE.size, end)
            size = _SIZE.unpack(head)[0] if len(head) == _SIZE.size else -1
            data = processes.receive(to_read, size, end) if size > 0 else b""
        finally:
            os.close(to_read)
        if len(data) != size:
            late = time.monotonic() >= end
            code = keeper.end(pid, look=not late)
            if late:
                raise DeadlineExceeded(subject, f"took longer than {seconds:g} seconds")
            how = "closed its pipe" if code is None else processes.exit_name(code)
            raise WorkerDied(subject, f"ended the process that read it ({how})")
    done, value = pickle.loads(data)
    if not done:
        raise value
    return value  # type: ignore[no-any-return]


def _judged(
    error: BaseException, subject: str, judge: Callable[[BaseException], CopydeskError] | None
) -> CopydeskError:
    if judge is not None:
        return judge(error)
    return (
        error
        if isinstance(error, CopydeskError)
        else UnexpectedError(subject, type_and_message(error))
    )
