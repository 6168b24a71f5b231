"""What a worker does: it reads documents and lists, and answers with what came of them."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from copydesk.adapters import loading
from copydesk.adapters.outlet import Outlet
from copydesk.api import find_adapter, read
from copydesk.errors import (
    AdapterFailure,
    ArchiveDamage,
    CopydeskError,
    DocumentTooLarge,
    MemoryExceeded,
    SourceError,
    UnexpectedError,
    describe,
    type_and_message,
)
from copydesk.model.document import MAX_BYTES, Document
from copydesk.settings import Limits
from copydesk.sources import listings
from copydesk.sources.base import PackedPage, PendingList, Skip, SourceFailure, SourceItem
from copydesk.sources.warc import reader
from copydesk.util.processes import Work
from copydesk.workers import frames
from copydesk.workers.frames import Frame
from copydesk.workers.patch_guard import Patches


@dataclass(frozen=True, slots=True)
class Read:
    """What came of a document: the article's line, or the error that it ended in.

    line: the record as JSON with its line feed, empty where there is an error. id, revision,
    published: of the article. has_body: whether a word of it was taken for the story. adapter: id of
    the one that read it. reason, detail, message: of the error.
    stage, offset: where that was, as in rejects; stage "skip" for what is no article on purpose.
    """

    line: bytes = b""
    id: str = ""
    revision: str = ""
    published: str | None = None
    has_body: bool = True
    adapter: str | None = None
    reason: str = ""
    detail: str | None = None
    message: str = ""
    stage: str = "read"
    offset: int | None = None


def read_one(
    given: Document | PackedPage,
    loaded: loading.Loaded,
    outlet: str | None,
    record: int = Limits().record,
) -> Read:
    """Read a document to the line of its article, or to its error, whatever is raised meanwhile.

    record: most bytes of the line. For processes that do nothing else: an interrupt is taken for
    the adapter's.
    """
    adapter = None
    document: Document | Skip | SourceFailure | None = None
    try:
        document = reader.unpack_page(given) if isinstance(given, PackedPage) else given
        if document is None:
            return Read(reason=ArchiveDamage.reason, message="is damaged", stage="source")
        if isinstance(document, Skip):
            return Read(reason=document.reason, message=document.message, stage="skip")
        if isinstance(document, SourceFailure):
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
    except BaseException as error:
        fault = judged(error, document if isinstance(document, Document) else None, adapter)
        name = adapter.id if adapter is not None else None
        detail = str(fault.detail) if fault.detail else None
        reason, message = str(fault.reason), str(fault.message)
        return Read(adapter=name, reason=reason, detail=detail, message=message)
    return Read(
        line,
        article.id,
        article.revision,
        article.published,
        bool(article.text),
        adapter.id if adapter is not None else None,
    )


def judged(
    error: BaseException, document: Document | None, adapter: type[Outlet] | None
) -> CopydeskError:
    """Whose an error of reading is: the document's, its adapter's, or copydesk's own."""
    subject = document.subject if document is not None else "document"
    if isinstance(error, MemoryError) or isinstance(error.__cause__, MemoryError):
        return MemoryExceeded(subject, "took too much memory")
    if isinstance(error, CopydeskError):
        return error
    if adapter is not None and (
        not isinstance(error, Exception) or (document is not None and _reads_without(document))
    ):
        # copydesk itself raises nothing but an Exception.
        return AdapterFailure(adapter.id, f"raised {describe(error)}")
    return UnexpectedError(subject, type_and_message(error))


def _reads_without(document: Document) -> bool:
    """Whether a document that failed with its adapter is read without it."""
    try:
        read(document, None)[1].to_line()
    except CopydeskError:
        return True
    except Exception:
        return False
    return True


def serve(loaded: loading.Loaded, outlet: str | None, limits: Limits) -> Work:
    """What a worker is to do: answer what it is sent, in order, each with the serial number of that."""

    def work(to_read: int, to_write: int, descriptor: int | None) -> None:
        # The loop is the run's, in another process.
        asyncio._set_running_loop(None)
        limit_memory(limits.memory)
        own = os.getpid()
        patches = Patches()
        source, out = os.fdopen(to_read, "rb"), os.fdopen(to_write, "wb")

        def answer(serial: int, head: dict[str, Any], content: bytes = b"") -> None:
            if os.getpid() != own:
                # Code of an adapter forked, and both went on: only the worker answers.
                os._exit(0)
            out.write(frames.pack({**head, "serial": serial}, content))
            out.flush()

        while (frame := frames.read(source)) is not None:
            serial = frame[0]["serial"]
            if frame[0]["is"] == "listing":
                listing = frames.to_listing(frame, descriptor)
                for head, content in _listed(listing, loaded, partial(answer, serial, _ALIVE)):
                    answer(serial, head, content)
            else:
                done = read_one(frames.to_document(frame), loaded, outlet, limits.record)
                if done.adapter is not None and (what := _spoilt(patches)):
                    # The next document is for another worker, which this code has not touched.
                    done = Read(adapter=done.adapter, reason=AdapterFailure.reason, message=what)
                    answer(serial, {**_stated(done), "last": True})
                    return
                answer(serial, _stated(done), done.line)

    return work


def _spoilt(patches: Patches) -> str:
    """What code of an adapter did to its process that the next document would feel."""
    if (module := patches.found()) is not None:
        return f"put something else in the place of a part of {module}"
    try:
        for number in range(3):
            os.fstat(number)
    except OSError:
        return "closed a standard stream"
    return ""


def _stated(done: Read) -> dict[str, Any]:
    return {name: getattr(done, name) for name in Read.__slots__ if name != "line"}


_ALIVE: dict[str, Any] = {"is": "alive"}


def _listed(
    listing: PendingList, loaded: loading.Loaded, tell: Callable[[], None]
) -> Iterator[Frame]:
    """What is in a list, as frames, and one that ends it. tell: called while it is read on."""
    try:
        for found in listings.read_list(listing, loaded.registry.sources, tell):
            yield frames.of_found(_sendable(found))
    except MemoryError:
        yield frames.of_found(_gap(listing, MemoryExceeded(listing.origin, "took too much memory")))
    except BaseException as error:
        about = f"source {listing.kind or ''!r} failed: {describe(error)}"
        yield frames.of_found(_gap(listing, SourceError(listing.origin, about)))
    yield {"is": "end"}, b""


def _sendable(found: SourceItem) -> SourceItem:
    """What a source found, or a SourceFailure for a document that no reader takes.

    Raises TypeError.
    """
    if not isinstance(found, SourceItem):
        raise TypeError(f"it yields an object of type {type(found).__name__}")
    if not isinstance(found, Document):
        return found
    if not isinstance(found.content, bytes):
        raise TypeError(
            f"the content of its Document is no bytes but of type {type(found.content).__name__}"
        )
    if len(found.content) > MAX_BYTES:
        size = f"is larger than {MAX_BYTES:,} bytes"
        return SourceFailure(found.subject, DocumentTooLarge(found.subject, size))
    return found


def _gap(listing: PendingList, error: CopydeskError) -> SourceFailure:
    return SourceFailure(listing.origin, error)


def limit_memory(memory: int) -> None:
    """Allow so much memory above what the process has now, where the system can say so."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
        ceiling = pages * resource.getpagesize() + memory
        resource.setrlimit(resource.RLIMIT_AS, (ceiling, ceiling))
