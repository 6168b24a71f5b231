"""The work of a worker process: it reads documents and lists and sends the results."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from copydesk.adapters import loading
from copydesk.adapters.outlet import Outlet
from copydesk.adapters.registry import KnownOutlet, adapter_of
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
from copydesk.model import tally
from copydesk.model.article import Article
from copydesk.model.document import MAX_BYTES, Document
from copydesk.model.filters import NO_FILTERS, Filters
from copydesk.model.outcomes import Accepted, Outcome, Rejected, Skipped, first_doubt
from copydesk.reading import find_outlet, read
from copydesk.settings import Limits
from copydesk.sources import listings
from copydesk.sources.base import PackedPage, PendingList, SourceItem
from copydesk.sources.warc import reader
from copydesk.util.processes import Work
from copydesk.workers import frames
from copydesk.workers.frames import Frame
from copydesk.workers.patch_guard import ModuleSnapshot


def read_one(
    item: Document | PackedPage,
    loaded: loading.Loaded,
    outlet: str | None,
    record: int,
    filters: Filters,
) -> Outcome:
    """Unpack a page, if it is packed, and read it unless its URL is left out; see `read_document`."""
    document: Document | Skipped | Rejected | None
    try:
        document = reader.unpack_page(item) if isinstance(item, PackedPage) else item
    except BaseException as error:
        return Rejected.from_error(classify_error(error, None, None), stage="read")
    if document is None:
        return Rejected.from_error(ArchiveDamage(item.subject, "is damaged"))
    if not isinstance(document, Document):
        return document
    left_out = filters.check_url(document.requested_url or document.url, document.subject)
    return left_out or _outcome(document, loaded, outlet, record, filters)


def read_document(
    document: Document, loaded: loading.Loaded, outlet: str | None, record: int = Limits().record
) -> Accepted | Rejected:
    """Read a document and return its article or the error.

    For worker processes only: every exception, even KeyboardInterrupt, is attributed to the
    document or its adapter. record: maximum size of the article's line in bytes.
    """
    outcome = _outcome(document, loaded, outlet, record, NO_FILTERS)
    assert not isinstance(outcome, Skipped)
    return outcome


def _outcome(
    document: Document,
    loaded: loading.Loaded,
    outlet: str | None,
    record: int,
    filters: Filters,
) -> Outcome:
    adapter = None
    try:
        if outlet is not None:
            known: KnownOutlet | None = loaded.registry.known(outlet)
        else:
            known = find_outlet(document, loaded.registry)
        adapter = adapter_of(known)
        article = read(document, known)[1]
        if (left_out := filters.check_article(article, document.subject)) is not None:
            return replace(left_out, adapter=adapter.id if adapter is not None else None)
        line = article.to_line()
        if len(line) > record:
            message = f"record of {len(line):,} bytes, above the limit of {record:,}"
            raise DocumentTooLarge(document.subject, message)
    except BaseException as error:
        failure = classify_error(error, document, adapter)
        name = adapter.id if adapter is not None else None
        return Rejected.from_error(failure, stage="read", adapter=name)
    doubt = first_doubt(article)
    return Accepted(
        input=document.subject,
        line=line,
        id=article.id,
        revision=article.revision,
        published=article.published,
        adapter=adapter.id if adapter is not None else None,
        counted=tally.of_article(article),
        reason=doubt.code if doubt else "",
        message=doubt.message if doubt else "",
    )


def classify_error(
    error: BaseException, document: Document | None, adapter: type[Outlet] | None
) -> CopydeskError:
    """Attribute an exception of a reading to the document, to its adapter or to copydesk."""
    subject = document.subject if document is not None else "document"
    if isinstance(error, MemoryError) or isinstance(error.__cause__, MemoryError):
        return MemoryExceeded(subject, "needed too much memory")
    if isinstance(error, CopydeskError):
        return error
    if adapter is not None and (
        not isinstance(error, Exception)
        or (document is not None and _is_readable_without_adapter(document))
    ):
        # copydesk itself raises only subclasses of Exception.
        return AdapterFailure(adapter.id, f"raised {describe(error)}")
    return UnexpectedError(subject, type_and_message(error))


def _is_readable_without_adapter(document: Document) -> bool:
    try:
        read(document, None)[1].to_line()
    except CopydeskError:
        return True
    except Exception:
        return False
    return True


def serve(loaded: loading.Loaded, outlet: str | None, limits: Limits, filters: Filters) -> Work:
    """Return the main function of a worker, which answers each frame with its serial number."""
    # Once here, not in each worker.
    Article.model_rebuild()

    def work(to_read: int, to_write: int, descriptor: int | None) -> None:
        # The event loop belongs to the parent process.
        asyncio._set_running_loop(None)
        limit_memory(limits.memory)
        own = os.getpid()
        snapshot = ModuleSnapshot()
        source, out = os.fdopen(to_read, "rb"), os.fdopen(to_write, "wb")

        def answer(serial: int, header: dict[str, Any], content: bytes = b"") -> None:
            if os.getpid() != own:
                # An adapter's code forked this process: only the worker itself may answer.
                os._exit(0)
            out.write(frames.pack({**header, "serial": serial}, content))
            out.flush()

        while (frame := frames.read(source)) is not None:
            serial = frame[0]["serial"]
            if frame[0]["type"] == PendingList.__name__:
                listing = replace(frames.decode(frame, [PendingList]), descriptor=descriptor)
                for header, content in _list_frames(
                    listing, loaded, partial(answer, serial, _ALIVE)
                ):
                    answer(serial, header, content)
            else:
                item = frames.decode(frame, [Document, PackedPage])
                outcome = read_one(item, loaded, outlet, limits.record, filters)
                adapter = getattr(outcome, "adapter", None)
                if adapter is not None and (what := _side_effect(snapshot)):
                    # The adapter changed this process, so another worker reads the next document.
                    failure = AdapterFailure(item.subject, what)
                    outcome = Rejected.from_error(failure, stage="read", adapter=adapter)
                    header, _ = frames.encode(outcome)
                    answer(serial, {**header, "last": True})
                    return
                answer(serial, *frames.encode(outcome))

    return work


def _side_effect(snapshot: ModuleSnapshot) -> str:
    """Return what an adapter changed in this process that would affect the next document."""
    if (module := snapshot.changed()) is not None:
        return f"replaced a part of module {module}"
    try:
        for number in range(3):
            os.fstat(number)
    except OSError:
        return "closed a standard stream"
    return ""


_ALIVE: dict[str, Any] = {"type": "alive"}


def _list_frames(
    listing: PendingList, loaded: loading.Loaded, on_progress: Callable[[], None]
) -> Iterator[Frame]:
    """Yield the items of a list as frames, then an end frame."""
    error: CopydeskError
    try:
        for found in listings.read_list(listing, loaded.registry.sources, on_progress):
            yield frames.encode(_checked(found))
    except MemoryError:
        error = MemoryExceeded(listing.origin, "needed too much memory")
        yield frames.encode(Rejected.from_error(error))
    except BaseException as cause:
        error = SourceError(
            listing.origin, f"source {listing.kind or ''!r} failed: {describe(cause)}"
        )
        yield frames.encode(Rejected.from_error(error))
    yield {"type": "end"}, b""


def _checked(found: SourceItem) -> SourceItem:
    """Check an item of a source: TypeError for a wrong type, a Rejected for a document too large."""
    if not isinstance(found, SourceItem):
        raise TypeError(f"it yielded an object of type {type(found).__name__}")
    if not isinstance(found, Document):
        return found
    if not isinstance(found.content, bytes):
        raise TypeError(f"Document.content must be bytes, not {type(found.content).__name__}")
    if len(found.content) > MAX_BYTES:
        size = f"is larger than {MAX_BYTES:,} bytes"
        return Rejected.from_error(DocumentTooLarge(found.subject, size))
    return found


def limit_memory(memory: int) -> None:
    """Limit this process to its current memory plus `memory` bytes, if the system supports it."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
        ceiling = pages * resource.getpagesize() + memory
        resource.setrlimit(resource.RLIMIT_AS, (ceiling, ceiling))
