"""The run: inputs are fetched and read side by side, and what comes of them is kept in their order."""

from __future__ import annotations

import asyncio
import io
import re
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Protocol

from copydesk import paths, sources, times
from copydesk.addresses import without_user
from copydesk.answers import Fetched
from copydesk.article import Article
from copydesk.document import Document
from copydesk.errors import (
    ArchiveDamage,
    CopydeskError,
    OutputError,
    SourceError,
    StateError,
    WorkerError,
)
from copydesk.leads import Found, Gap, Input, Lead, Packed, Skip, Source, Wanted
from copydesk.rejects import Reject
from copydesk.sources import warc
from copydesk.sources.markup import is_page
from copydesk.state import Sizes, State
from copydesk.workers import Read, Reader

_RECORD = re.compile(r".+\.warc(?:\.gz)?@(\d+)(?:\+\d+)?", re.IGNORECASE | re.DOTALL)

DEEPEST = 5
"""How many lists may lead to one another before an address."""


class Fetches(Protocol):
    """Gets addresses; `fetch.Fetcher` is one."""

    async def get(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None
    ) -> Fetched:
        """Get an address. Raises CopydeskError."""


class Sink(Protocol):
    """Takes lines; raises OutputError."""

    @property
    def mark(self) -> str:
        """What it calls the place behind its last line; empty where it cannot be gone on from."""

    def add(self, line: bytes) -> None:
        """Add one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a run is to do.

    wanted: how much of lists, and how new. limit: most articles to take. window: how many inputs may
    be on their way at once.
    """

    wanted: Wanted
    limit: int | None = None
    window: int = 32


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one input.

    kind: "article", "skip" or "reject". reason: code of a skip or reject. line: what was written.
    """

    key: str
    kind: str
    reason: str = ""
    message: str = ""
    line: bytes = b""


@dataclass(slots=True)
class _Done:
    """An input at the end of its way, before it is known whether it is a duplicate.

    unfinished: why it could not be read to its end this time.
    """

    key: str
    read: Read | None = None
    reject: Reject | None = None
    skip: Skip | None = None
    page: tuple[str, str | None, str | None] | None = None
    unfinished: str | None = None


@dataclass(slots=True)
class _Listed:
    """An input that is a list of others."""

    found: Iterator[Found]


@dataclass(slots=True)
class Run:
    """One run over inputs that come lazily.

    output, rejects: where lines go. on_outcome: told of each outcome, in order. taken, noted,
    passed: inputs found, outcomes noted and inputs passed over as done, of this process. unfinished:
    what could not be read to its end, and why; nothing is noted of it, so that a later run reads on.
    """

    plan: Plan
    state: State
    reader: Reader
    fetcher: Fetches
    kinds: tuple[Source, ...]
    output: Sink
    rejects: Sink
    on_outcome: Callable[[Outcome], None]
    taken: int = 0
    noted: int = 0
    passed: int = 0
    articles: int = 0
    unfinished: list[str] = field(default_factory=list)
    _kinds: dict[str, Source] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._kinds = {kind.name: kind for kind in self.kinds}

    async def go(self, inputs: Iterator[Found]) -> None:
        """Take the inputs to their end. Raises OutputError and StateError, then it can go on later."""
        limit = self.plan.limit
        async with aclosing(self._ends(inputs)) as ends:
            async for end in ends:
                self._keep(end)
                if limit is not None and self.articles >= limit:
                    return

    async def _ends(self, inputs: Iterator[Found]) -> AsyncGenerator[_Done]:
        """The ends of inputs in their order; a list's entries stand where the list stood."""
        window: deque[asyncio.Task[_Done | _Listed]] = deque()
        more = True
        try:
            while more or window:
                while more and len(window) < self.plan.window:
                    found = next(inputs, None)
                    if found is None:
                        more = False
                    else:
                        self.taken += 1
                        window.append(asyncio.create_task(self._process(found)))
                        await asyncio.sleep(0)
                if not window:
                    return
                end = await window[0]
                window.popleft()
                if isinstance(end, _Listed):
                    # What a list holds stands for it.
                    self.taken -= 1
                    async with aclosing(self._ends(end.found)) as inner:
                        async for one in inner:
                            yield one
                else:
                    yield end
        finally:
            # What was found beyond the end of the run is left to the next one.
            self.taken -= len(window)
            for task in window:
                task.cancel()
            await asyncio.gather(*window, return_exceptions=True)

    async def _process(self, found: Found) -> _Done | _Listed:
        if isinstance(found, Lead):
            found = replace(found, url=without_user(found.url))
        key = key_of(found)
        try:
            return await self._processed(key, found)
        except (OutputError, WorkerError):
            # A recording without room, or a machine without one for a worker, is no fault of the input.
            raise
        except Exception as error:
            # A fault in a source or a reader may cost the input, never the run.
            name = type(error).__name__
            return _Done(
                key,
                reject=Reject(
                    input=key, stage="source", reason="fault", message=f"{name}: {error}"
                ),
            )

    async def _processed(self, key: str, found: Found) -> _Done | _Listed:
        if isinstance(found, Skip):
            return _Done(key, skip=found)
        if isinstance(found, Gap):
            if found.unfinished:
                return _Done(key, unfinished=str(found.error))
            return _Done(key, reject=_rejected(key, found))
        if self.state.is_done(key):
            # Of a damaged one only the first piece may be done.
            if isinstance(found, Packed) and warc.unpacked(found) is None:
                return _Listed(warc.pieced(found))
            return _Done(key)
        if isinstance(found, Document):
            return await self._read(key, found)
        if isinstance(found, Packed):
            end = await self._read(key, found)
            damaged = end.reject is not None and end.reject.reason == ArchiveDamage.reason
            return _Listed(warc.pieced(found)) if damaged else end
        return await self._follow(key, found)

    async def _read(self, key: str, document: Document | Packed, attempts: int = 1) -> _Done:
        result = await self.reader.read(document)
        if not result.reason:
            return _Done(key, result)
        if result.stage == "skip":
            return _Done(key, skip=Skip(key, result.reason, result.message))
        reject = Reject(
            input=key, stage=result.stage, reason=result.reason, message=result.message,
            adapter=result.adapter, attempts=attempts, offset=_offset(document, result),
        )  # fmt: skip
        return _Done(key, reject=reject)

    async def _follow(self, key: str, lead: Lead) -> _Done | _Listed:
        most = self.plan.wanted.deepest
        if lead.kind == "sitemap" and lead.depth > most:
            message = f"is a sitemap more than {most} indexes deep"
            return _Done(key, reject=_failed(key, "source", SourceError(key, message)))
        etag, modified = self.state.page(lead.url)
        try:
            got = await self.fetcher.get(lead.url, etag=etag, last_modified=modified)
        except OutputError:
            raise
        except CopydeskError as error:
            return _Done(key, reject=_failed(key, "fetch", error))
        if got.status == 304:
            return _Done(key, skip=Skip(key, "not_modified", "is as it was"))
        stream = io.BytesIO(got.content)
        sample = sources.sample(got.url, got.media_type, stream)
        kind = self._kinds.get(lead.kind) if lead.kind else sources.find(sample, self.kinds)
        if kind is None or lead.depth > DEEPEST:
            what = got.media_type or "no media type"
            if kind is None and is_page(sample.start):
                what += ", though it begins as an HTML page"
            message = f"no source reads it ({what})" if kind is None else "lies too many lists deep"
            return _Done(key, reject=_failed(key, "source", SourceError(key, message)))
        given = Input(
            origin=lead.url, stream=stream, url=got.url, media_type=got.media_type,
            encoding=got.encoding, retrieved_at=got.retrieved_at, lent=lead.lent,
            depth=lead.depth, wanted=self.plan.wanted,
        )  # fmt: skip
        if kind.name != "page":
            return _Listed(sources.read(kind, given))
        found = next(sources.read(kind, given), None)
        if not isinstance(found, Document):
            gap = found if isinstance(found, Gap) else Gap(key, SourceError(key, "holds nothing"))
            return _Done(key, reject=_rejected(key, gap))
        document = replace(found, lent=lead.lent, requested_url=lead.url)
        done = await self._read(key, document, got.attempts)
        if done.reject is None:
            # What gave no article is asked for anew, lest a 304 keep it from being tried again.
            done.page = (lead.url, got.etag, got.last_modified)
        return done

    def _keep(self, end: _Done) -> None:
        """Write and note what became of an input; only here outputs and state change."""
        if end.unfinished is not None:
            self.unfinished.append(end.unfinished)
            return
        passed, again = self.state.meet(end.key)
        if passed:
            self.passed += 1
            return
        if again:
            end = _Done(end.key, skip=Skip(end.key, "duplicate_input", "was given before"))
        article = None
        read = end.read
        known = self.state.revisions(read.id) if read is not None else []
        if read is not None and (why := self._unwanted(read, known)):
            end.skip, read = Skip(end.key, *why), None
        if read is not None:
            line = _with_previous(read.line, known[0]) if known else read.line
            self.output.add(line)
            self.articles += 1
            article = (read.id, read.revision)
            outcome = Outcome(end.key, "article", line=line)
        elif end.skip is not None:
            outcome = Outcome(end.key, "skip", end.skip.reason, end.skip.message)
        else:
            if end.reject is None:
                raise StateError(end.key, "is done by the state, and is not; the state is damaged")
            line = end.reject.to_line()
            self.rejects.add(line)
            outcome = Outcome(end.key, "reject", end.reject.reason, end.reject.message, line)
        name = f"{outcome.kind}:{outcome.reason}" if outcome.reason else outcome.kind
        sizes = Sizes(self.output.mark, self.rejects.mark)
        self.state.note(end.key, name, sizes, article=article, page=end.page)
        self.noted += 1
        self.on_outcome(outcome)

    def _unwanted(self, read: Read, known: list[str]) -> tuple[str, str] | None:
        if read.revision in known:
            return "duplicate", "is known in this revision"
        since = self.plan.wanted.since
        if since is not None and read.published and times.is_before(read.published, since):
            return "older", f"was published {read.published}"
        return None


def key_of(found: Found) -> str:
    """What an input is called in rejects and in the state."""
    name = found.url if isinstance(found, Lead) else found.subject
    if isinstance(found, Gap) and found.offset is not None and "@" not in name:
        name = f"{name}@{found.offset}"
    if "://" in name:
        name = without_user(name)
    return paths.escaped(name)


def _offset(document: Document | Packed, result: Read) -> int | None:
    """Where a document stands in the archive that it came out of."""
    if isinstance(document, Packed):
        return document.offset
    if result.offset is not None or document.requested_url is not None:
        return result.offset
    record = _RECORD.fullmatch(document.origin or "")
    return int(record[1]) if record else None


def _failed(key: str, stage: str, error: CopydeskError) -> Reject:
    attempts = getattr(error, "attempts", 1)
    return Reject(
        input=key, stage=stage, reason=error.reason, message=error.message, attempts=attempts
    )


def _rejected(key: str, gap: Gap) -> Reject:
    return Reject(
        input=key,
        stage="source",
        reason=gap.error.reason,
        message=gap.error.message,
        offset=gap.offset,
    )


def _with_previous(line: bytes, previous: str) -> bytes:
    article = Article.model_validate_json(line)
    return article.model_copy(update={"previous": previous}).to_line()
