"""Run a single function in a child process, with a time and memory limit."""

from __future__ import annotations

import contextlib
import os
import pickle
import struct
import time
from collections.abc import Callable
from typing import TypeVar

from copydesk import reading
from copydesk.adapters import loading
from copydesk.adapters.registry import KnownOutlet, adapter_of
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
from copydesk.model.outcomes import Accepted, Rejected
from copydesk.settings import Limits
from copydesk.util import processes
from copydesk.workers import child

_SIZE = struct.Struct(">Q")
_Value = TypeVar("_Value")


def read(document: Document, outlet: KnownOutlet | None) -> Article:
    """Read a document into an article in a child process.

    What the adapter prints goes to standard error. Raises what `api.read` raises, and
    DeadlineExceeded, MemoryExceeded, WorkerDied and UnexpectedError.
    """
    return apply(document, outlet, lambda _, article: article)


def apply(
    document: Document,
    outlet: KnownOutlet | None,
    work: Callable[[Draft, Article], _Value],
) -> _Value:
    """Read a document and call `work` on the draft and the article, all in a child process."""
    return call(
        lambda: work(*reading.read(document, outlet)),
        document.subject,
        classify=lambda error: child.classify_error(error, document, adapter_of(outlet)),
    )


def read_document(
    document: Document, loaded: loading.Loaded, outlet: str | None
) -> Accepted | Rejected:
    """Call `child.read_document` in a child process."""
    try:
        return call(lambda: child.read_document(document, loaded, outlet), document.subject)
    except CopydeskError as error:
        return Rejected.from_error(error, stage="read")


def call(
    work: Callable[[], _Value],
    subject: str,
    *,
    seconds: float = Limits().reading,
    memory: int = Limits().memory,
    classify: Callable[[BaseException], CopydeskError] | None = None,
) -> _Value:
    """Call a function in a child process and return its value, which must support pickling.

    Args:
        work: the function.
        subject: what it works on, for error messages.
        seconds: time limit.
        memory: limit of memory above what this process uses, in bytes.
        classify: converts an exception of `work`; by default it becomes an UnexpectedError.

    Raises:
        DeadlineExceeded: the time limit is exceeded.
        WorkerDied: the process crashed.
    """

    def answer(_: int, to_write: int, __: int | None) -> None:
        child.limit_memory(memory)
        own = os.getpid()
        data = _pickled(work, subject, classify)
        # Otherwise `work` forked, and this is the other process.
        if os.getpid() == own:
            with os.fdopen(to_write, "wb") as out:
                out.write(_SIZE.pack(len(data)) + data)

    # Once here, not in each process.
    Article.model_rebuild()
    with contextlib.closing(processes.Supervisor(answer)) as supervisor:
        pid, to_read, to_write = supervisor.start()
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
            code = supervisor.end(pid, grace=not late)
            if late:
                raise DeadlineExceeded(subject, f"took longer than {seconds:g} seconds")
            how = "closed its pipe" if code is None else processes.exit_name(code)
            raise WorkerDied(subject, f"crashed its worker ({how})")
    done, value = pickle.loads(data)
    if not done:
        raise value
    return value  # type: ignore[no-any-return]


def _pickled(
    work: Callable[[], object],
    subject: str,
    classify: Callable[[BaseException], CopydeskError] | None,
) -> bytes:
    """Call a function; return True and its value, or False and its error, pickled."""
    outcome: tuple[bool, object]
    try:
        outcome = True, work()
    except BaseException as error:
        if classify is not None:
            outcome = False, classify(error)
        elif isinstance(error, CopydeskError):
            outcome = False, error
        else:
            outcome = False, UnexpectedError(subject, type_and_message(error))
    try:
        return pickle.dumps(outcome)
    except Exception as error:
        return pickle.dumps((False, UnexpectedError(subject, type_and_message(error))))
