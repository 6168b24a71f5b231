"""The run: inputs are fetched and read side by side, and what comes of them is kept in their order."""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Protocol
from urllib.parse import urlsplit

from copydesk import sources
from copydesk.dates import printed_dates
from copydesk.errors import (
    ArchiveDamage,
    CopydeskError,
    OutputError,
    SourceError,
    StateError,
    WorkerError,
)
from copydesk.fetching.response import FetchResult
from copydesk.model.article import Article
from copydesk.model.document import Document
from copydesk.model.rejects import Reject
from copydesk.runs.read_ahead import Place, ReadAhead
from copydesk.runs.state import Sizes, State
from copydesk.sources.base import (
    Link,
    ListLimits,
    PackedPage,
    PendingList,
    Skip,
    Sniff,
    Source,
    SourceFailure,
    SourceInput,
    SourceItem,
)
from copydesk.sources.warc import reader as warc
from copydesk.util import path_names
from copydesk.util.media_types import is_page
from copydesk.util.urls import without_user
from copydesk.workers.pool import Read, Reader

_RECORD = re.compile(r".+\.warc(?:\.gz)?@(\d+)(?:\+\d+)?", re.IGNORECASE | re.DOTALL)

# Codes of skips that tell of a list itself, behind its entries.
_OF_LISTS = frozenset(("entries", "malformed"))
_TOO_DEEP = "#too_deep"
_AGAIN = "#again"

NO_BODY = "no_body"
"""The reason of an article's outcome that has no word of body."""

DEEPEST = 5
"""How many lists may lead to one another before an address."""


class Fetches(Protocol):
    """Gets addresses; `fetch.Fetcher` is one."""

    async def get(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None
    ) -> FetchResult:
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

    wanted: how much of lists, and how new. limit: most articles to take. window: how many inputs are
    worked on at once.
    """

    wanted: ListLimits
    limit: int | None = None
    window: int = 32


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one input.

    kind: "article", "skip" or "reject". reason: code of a skip or reject, and of what an article
    lacks. line: what was written.
    """

    key: str
    kind: str
    reason: str = ""
    message: str = ""
    line: bytes = b""


@dataclass(slots=True)
class _Done:
    """An input at the end of its way, before it is known whether it is a duplicate.

    unfinished: why it could not be read to its end this time. note: what is put behind the key in the
    state, where the input itself is not done with it, such as a list that is met a second time.
    """

    key: str
    read: Read | None = None
    reject: Reject | None = None
    skip: Skip | None = None
    page: tuple[str, str | None, str | None] | None = None
    unfinished: str | None = None
    note: str = ""


@dataclass(slots=True, eq=False)
class _Claim:
    """An address that was met, and the first place in the order that wants it.

    got: what came of asking for it, kept until that place had its turn. is_list: whether it is one.
    depth: at which it was opened then. below: leads in it that lay too deep.
    """

    place: Place[_Done]
    got: asyncio.Task[FetchResult | CopydeskError] | None = None
    is_list: bool = False
    depth: int = 0
    below: list[Link] = field(default_factory=list)


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
    _claims: dict[str, _Claim] = field(default_factory=dict)
    _ahead: ReadAhead[_Done] = field(init=False)
    _kinds: dict[str, Source] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._kinds = {kind.name: kind for kind in self.kinds}

    async def go(self, inputs: Iterator[SourceItem | PendingList]) -> None:
        """Take the inputs to their end. Raises OutputError and StateError, then it can go on later."""
        limit = self.plan.limit
        self._ahead = ReadAhead(
            self.plan.window, admit=self._admit, work=self._work, settle=self._settle,
            left=lambda: None if limit is None else limit - self.articles,
        )  # fmt: skip
        try:
            async with aclosing(self._ahead.places(_stepwise(inputs))) as places:
                async for place in places:
                    assert place.end is not None
                    self._keep(place.end)
                    claim = self._claims.get(place.key)
                    if claim is not None and claim.place is place and not claim.is_list:
                        # The state knows it from here on.
                        del self._claims[place.key]
                    if limit is not None and self.articles >= limit:
                        return
        finally:
            # What was found beyond the end of the run is left to the next one.
            self.taken -= self._ahead.known
            asked = [claim.got for claim in self._claims.values() if claim.got is not None]
            for task in asked:
                task.cancel()
            await asyncio.gather(*asked, return_exceptions=True)

    def _admit(self, place: Place[_Done]) -> None:
        """What has to be done for an input that was found, and what is known of it already."""
        found = place.found
        if isinstance(found, Link):
            found = place.found = replace(found, url=without_user(found.url))
        if not place.key:
            self.taken += 1
        if isinstance(found, PendingList):
            place.key = found.origin
            return
        place.key = key = key_of(found)
        if isinstance(found, Skip):
            # A list may have several of them, and its entries may not all be done.
            note = f"#{found.reason}" if found.reason in _OF_LISTS else ""
            place.end = _Done(key, skip=found, note=note)
        elif isinstance(found, SourceFailure):
            if found.unfinished:
                place.end = _Done(key, unfinished=str(found.error))
            else:
                place.end = _Done(key, reject=_rejected(key, found))
        elif self.state.is_done(key):
            # Of a damaged one only the first piece may be done.
            if not (isinstance(found, PackedPage) and warc.is_damaged(found)):
                place.end = _Done(key)
        elif isinstance(found, Link):
            self._claim(place, found)

    def _claim(self, place: Place[_Done], lead: Link) -> None:
        """Whether a place is the first in the order that wants an address, so that it is asked for once."""
        key = place.key
        claim = self._claims.get(key)
        if claim is not None and claim.place.path < place.path:
            place.repeats = True
            place.end = _Done(key)
        elif too_deep := self._too_deep(lead):
            place.end = too_deep
            above = self._claims.get(place.level.key or "")
            if above is not None:
                above.below.append(lead)
        else:
            place.host = _host(lead.url)
            if claim is None:
                self._claims[key] = _Claim(place)
            else:
                # The place that claimed it stands further on; its turn will come as a repetition.
                claim.place, claim.below = place, []
                if claim.got is not None:
                    place.host = None

    def _too_deep(self, lead: Link) -> _Done | None:
        most = self.plan.wanted.deepest
        if lead.kind == "sitemap" and lead.depth > most:
            message = f"is a sitemap more than {most} indexes deep"
        elif lead.depth > DEEPEST:
            message = "lies too many lists deep"
        else:
            return None
        key = lead.url
        reject = _failed(key, "source", SourceError(key, message))
        return _Done(key, reject=reject, note=_TOO_DEEP)

    def _settle(self, place: Place[_Done]) -> bool:
        """What an address comes to at its turn, now that all before it is known; False to wait on."""
        lead = place.found
        if not isinstance(lead, Link):
            return True
        claim = self._claims.get(place.key)
        if place.repeats and (claim is None or claim.place.path > place.path):
            if self.state.is_done(place.key):
                return True
            # What it repeats went with a list that was itself a repetition.
            self._ahead.reset(place)
            place.repeats = False
            self._ahead.admit(place)
            return False
        if claim is None:
            return True
        if claim.place is place:
            if place.inside is not None:
                claim.got = None
            return True
        if place.end is not None and place.end.note == _TOO_DEEP and claim.place.path > place.path:
            return True
        if place.inside is not None:
            self._give_up(place)
        if claim.is_list and claim.below and lead.depth < claim.depth:
            # From here, what lay too deep does not.
            nearer = [replace(one, depth=lead.depth + 1) for one in claim.below]
            claim.below, claim.depth = [], lead.depth
            self._ahead.enter(place, _stepwise(iter(nearer)))
            self.taken -= 1
        elif claim.is_list:
            skip = Skip(place.key, "duplicate_input", "is a list that was given before")
            self._ahead.replace(place, _Done(place.key, skip=skip, note=_AGAIN))
        else:
            self._ahead.replace(place, _Done(place.key))
        return True

    def _give_up(self, place: Place[_Done]) -> None:
        """Let go of what was found in a list that turned out to stand earlier in the order, too."""
        assert place.inside is not None
        # The list has an end of its own now.
        self.taken += 1
        for one in self._ahead.drop(place.inside):
            self.taken -= 1 if one.inside is None else 0
            claim = self._claims.get(one.key)
            if claim is not None and claim.place is one:
                del self._claims[one.key]
                if claim.got is not None:
                    claim.got.cancel()
        place.inside = None

    async def _work(self, place: Place[_Done]) -> None:
        try:
            await self._worked(place)
        except (OutputError, WorkerError):
            # A state or a recording without room, or a machine without room for a worker, is no fault
            # of the input.
            raise
        except Exception as error:
            # A fault in a source or a reader may cost the input, never the run.
            reject = Reject(
                input=place.key, stage="source", reason="fault",
                message=f"{type(error).__name__}: {error}",
            )  # fmt: skip
            place.end = _Done(place.key, reject=reject)

    async def _worked(self, place: Place[_Done]) -> None:
        found = place.found
        if isinstance(found, PendingList):
            await self._open(place, self.reader.found(found))
        elif isinstance(found, Document):
            place.end = await self._read(place.key, found)
        elif isinstance(found, PackedPage):
            if self.state.is_done(place.key):
                await self._open(place, self.reader.found(_pieces(found)))
                return
            end = await self._read(place.key, found)
            if end.reject is not None and end.reject.reason == ArchiveDamage.reason:
                await self._open(place, self.reader.found(_pieces(found)))
            else:
                place.end = end
        elif isinstance(found, Link):
            await self._follow(place, found)
        if place.end is not None and place.end.read is not None:
            place.weight += len(place.end.read.line)

    async def _open(
        self, place: Place[_Done], found: AsyncGenerator[SourceItem | PendingList]
    ) -> None:
        if place.dropped:
            return
        # What a list holds stands for it.
        self.taken -= 1
        await self._ahead.open(place, found)

    async def _read(self, key: str, document: Document | PackedPage, attempts: int = 1) -> _Done:
        result = await self.reader.read(document)
        if not result.reason:
            return _Done(key, result)
        if result.stage == "skip":
            return _Done(key, skip=Skip(key, result.reason, result.message))
        reject = Reject(
            input=key, stage=result.stage, reason=result.reason, detail=result.detail,
            message=result.message,
            adapter=result.adapter, attempts=attempts, offset=_offset(document, result),
            url=without_user(_address(document) or "") or None,
        )  # fmt: skip
        return _Done(key, reject=reject)

    async def _follow(self, place: Place[_Done], lead: Link) -> None:
        key = place.key
        claim = self._claims.get(key)
        if claim is None or claim.place is not place:
            place.repeats = True
            place.end = _Done(key)
            return
        if claim.got is None:
            claim.got = asyncio.ensure_future(self._get(lead.url))
        # Whoever else wants it goes on waiting for it where this place is given up.
        got = await asyncio.shield(claim.got)
        if claim.place is not place:
            place.repeats = True
            place.end = _Done(key)
            return
        if isinstance(got, CopydeskError):
            place.end = _Done(key, reject=_failed(key, "fetch", got))
            return
        if got.status == 304:
            place.end = _Done(key, skip=Skip(key, "not_modified", "is as it was"))
            return
        place.weight = len(got.content)
        stream = io.BytesIO(got.content)
        sample = sources.sniff(got.url, got.media_type, stream)
        try:
            kind = self._kind(lead, sample)
        except CopydeskError as error:
            place.end = _Done(key, reject=_failed(key, "source", error))
            return
        if kind.name != "page":
            claim.is_list, claim.depth = True, lead.depth
            listing = PendingList(
                kind.name, lead.url, url=got.url, media_type=got.media_type, encoding=got.encoding,
                retrieved_at=got.retrieved_at, listing=lead.listing, depth=lead.depth,
                wanted=self.plan.wanted, content=got.content,
            )  # fmt: skip
            await self._open(place, self.reader.found(listing))
            return
        self._ahead.leave(place)
        given = SourceInput(
            origin=lead.url, stream=stream, url=got.url, media_type=got.media_type,
            encoding=got.encoding, retrieved_at=got.retrieved_at,
        )  # fmt: skip
        found = next(sources.read(kind, given), None)
        if not isinstance(found, Document):
            gap = (
                found
                if isinstance(found, SourceFailure)
                else SourceFailure(key, SourceError(key, "holds nothing"))
            )
            place.end = _Done(key, reject=_rejected(key, gap))
            return
        document = replace(found, listing=lead.listing, requested_url=lead.url)
        done = await self._read(key, document, got.attempts)
        if done.reject is None:
            # What gave no article is asked for anew, lest a 304 keep it from being tried again.
            done.page = (lead.url, got.etag, got.last_modified)
        place.end = done

    def _kind(self, lead: Link, sample: Sniff) -> Source:
        """The source that reads what was got. Raises SourceError where there is none."""
        if lead.kind is not None and lead.kind in self._kinds:
            return self._kinds[lead.kind]
        kind = None if lead.kind else sources.find(sample, self.kinds)
        if kind is None:
            raise sources.unsupported(sample)
        if lead.as_list and kind.name == "page":
            what = "an HTML page" if is_page(sample.start) else sample.media_type or "text"
            raise SourceError(lead.url, f"is no feed or sitemap: what is served there is {what}")
        return kind

    async def _get(self, url: str) -> FetchResult | CopydeskError:
        """What came of asking for an address. Raises OutputError where a recording has no room."""
        etag, modified = self.state.page(url)
        try:
            return await self.fetcher.get(url, etag=etag, last_modified=modified)
        except OutputError:
            raise
        except CopydeskError as error:
            return error

    def _keep(self, end: _Done) -> None:
        """Write and note what became of an input; only here outputs and state change."""
        if end.unfinished is not None:
            self.unfinished.append(end.unfinished)
            return
        noted = end.key + end.note
        passed, again = self.state.meet(noted)
        if passed:
            self.passed += 1
            return
        if again:
            end = _Done(
                end.key, note=end.note, skip=Skip(end.key, "duplicate_input", "was given before")
            )
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
            if not read.has_body:
                outcome = replace(outcome, reason=NO_BODY, message="no word was taken for its body")
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
        self.state.note(noted, name, sizes, article=article, page=end.page)
        self.noted += 1
        self.on_outcome(outcome)

    def _unwanted(self, read: Read, known: list[str]) -> tuple[str, str] | None:
        if read.revision in known:
            return "duplicate", "is known in this revision"
        since = self.plan.wanted.since
        if since is not None and read.published and printed_dates.is_before(read.published, since):
            return "older", f"was published {read.published}"
        return None


async def _stepwise(
    found: Iterator[SourceItem | PendingList],
) -> AsyncGenerator[SourceItem | PendingList]:
    """What is found, so that others have their turn between two steps."""
    for one in found:
        yield one
        await asyncio.sleep(0)


def _pieces(member: PackedPage) -> PendingList:
    """A damaged part of an archive as a list of what is left of it."""
    return PendingList(warc.ARCHIVES.name, member.origin, content=member.data, offset=member.offset)


def _host(url: str) -> str:
    """The host and port of an address, for those that have to share it."""
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return url


def key_of(found: SourceItem) -> str:
    """What an input is called in rejects and in the state."""
    name = found.url if isinstance(found, Link) else found.subject
    if isinstance(found, SourceFailure) and found.offset is not None and "@" not in name:
        name = f"{name}@{found.offset}"
    if "://" in name:
        name = without_user(name)
    return path_names.escaped(name)


def _offset(document: Document | PackedPage, result: Read) -> int | None:
    """Where a document stands in the archive that it came out of."""
    if isinstance(document, PackedPage):
        return document.offset
    if result.offset is not None or document.requested_url is not None:
        return result.offset
    record = _RECORD.fullmatch(document.origin or "")
    return int(record[1]) if record else None


def _address(document: Document | PackedPage) -> str | None:
    """The address of a page in an archive; that of any other input is what it is called."""
    if isinstance(document, PackedPage):
        return warc.stated_url(document)
    return document.url if _RECORD.fullmatch(document.origin or "") else None


def _failed(key: str, stage: str, error: CopydeskError) -> Reject:
    attempts = getattr(error, "attempts", 1)
    return Reject(
        input=key, stage=stage, reason=error.reason, message=error.message, attempts=attempts
    )


def _rejected(key: str, gap: SourceFailure) -> Reject:
    return Reject(
        input=key,
        stage="source",
        reason=gap.error.reason,
        message=gap.error.message,
        offset=gap.offset,
        url=gap.url and without_user(gap.url),
    )


def _with_previous(line: bytes, previous: str) -> bytes:
    article = Article.model_validate_json(line)
    return article.model_copy(update={"previous": previous}).to_line()
