"""The pipeline: fetches and reads inputs in parallel and writes their outcomes in input order."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum, auto
from typing import Protocol
from urllib.parse import urlsplit

from copydesk import sources
from copydesk.dates import printed_dates
from copydesk.errors import (
    ArchiveDamage,
    CopydeskError,
    KnownArticle,
    OutputError,
    SourceError,
    StateError,
    WorkerError,
)
from copydesk.fetching.response import FetchResult
from copydesk.model import tally
from copydesk.model.amount import Amount, FilesRead
from copydesk.model.article import Article
from copydesk.model.document import Document
from copydesk.model.filters import NO_FILTERS, Filters
from copydesk.model.outcomes import Accepted, Outcome, Rejected, Skipped
from copydesk.runs.keys import address_of, key_of, offset_of, renamed
from copydesk.runs.read_ahead import Level, Place, ReadAhead
from copydesk.runs.state.store import Sizes, State
from copydesk.runs.state.visits import Known, ListVisit, Visit, is_passing
from copydesk.sinks.fields import Trim
from copydesk.sources.base import (
    Link,
    ListLimits,
    PackedPage,
    PendingList,
    Sniff,
    Source,
    SourceInput,
    SourceItem,
)
from copydesk.sources.warc.reader import ARCHIVES, is_damaged
from copydesk.util.deadline import time_limit
from copydesk.util.media_types import is_page
from copydesk.util.urls import has_path, without_user
from copydesk.workers.pool import Reader

# Reasons of skips that concern a list itself and follow its entries.
_LIST_REASONS = frozenset(("entries", "malformed"))
# Longest time for the pattern of a filter, which may be that of a stranger's session.
_MATCH_SECONDS = 1.0
_TOO_DEEP = "#too_deep"
_REPEATED = "#again"

MAX_LIST_DEPTH = 5
"""Maximum number of nested lists that lead to a URL."""


class UrlFetcher(Protocol):
    """Fetches URLs, as `client.Fetcher` does."""

    async def get(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None
    ) -> FetchResult:
        """Fetch a URL. Raises CopydeskError."""


class Sink(Protocol):
    """An output for lines. Raises OutputError."""

    @property
    def mark(self) -> str:
        """The position after the last line; empty if the output cannot be resumed."""

    def add(self, line: bytes) -> None:
        """Write one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The limits of a run.

    Attributes:
        wanted: limits for lists, and the minimum date.
        limit: maximum number of articles.
        filters: which URLs of lists are left out.
        window: number of inputs in progress at once.
        known: when articles that the state knows are asked for again; None for always.
    """

    wanted: ListLimits
    limit: int | None = None
    filters: Filters = NO_FILTERS
    window: int = 32
    known: Known | None = None


class _Asked(Enum):
    """How a URL was answered: for good, or by a failure that may pass."""

    ANSWERED = auto()
    FAILED = auto()


@dataclass(frozen=True, slots=True)
class _Result:
    """The result of one input, before duplicates are detected.

    Attributes:
        outcome: None if the state has one already.
        suffix: added to the key in the state if the result is not the input's own outcome,
            such as that of a list that occurs a second time.
        page: URL, ETag and Last-Modified of a fetched page.
        asked: how the URL was answered, if it was asked for and is no list; of a known article,
            which was not asked for, when it was.
    """

    outcome: Outcome | None = None
    suffix: str = ""
    page: tuple[str, str | None, str | None] | None = None
    asked: _Asked | datetime | None = None


@dataclass(slots=True, eq=False, kw_only=True)
class _Claim:
    """A URL and the first place in the order that needs it.

    Attributes:
        place: that place.
        fetch: the request, kept until the place is settled.
        is_list: whether the response is a list.
        depth: at which the list was opened.
        too_deep: links in the list beyond the maximum depth.
        validators: ETag and Last-Modified of the list; None if they must not be kept.
        oldest: when the entry that was asked for longest ago was asked for.
    """

    place: Place[_Result]
    fetch: asyncio.Task[FetchResult | CopydeskError] | None = None
    is_list: bool = False
    depth: int = 0
    too_deep: list[Link] = field(default_factory=list)
    validators: tuple[str | None, str | None] | None = None
    oldest: datetime | None = None


@dataclass(slots=True, kw_only=True)
class Run:
    """One run over inputs that are found lazily.

    Attributes:
        output, rejects: sinks for articles and rejects.
        trim: leaves out fields of each line of an article.
        on_outcome: called for each outcome, in order.
        ready: awaited before each outcome is recorded.
        lists: returns the feeds and sitemaps of a home page, to be read instead of it.
        on_known: is told the URLs of known articles that are not asked for, to record them.
        inputs: number of inputs found by this process.
        recorded: number of outcomes recorded by this process.
        already_done: number of inputs that an earlier process has recorded.
        articles: number of articles written by this process.
        files: notes how far the files are read, for the progress.
        is_whole: whether all inputs were processed; False after `limit` articles.
        unfinished: why inputs could not be read to their end. They have no outcome, so that a later
            run continues with them.
    """

    plan: Plan
    state: State
    reader: Reader
    fetcher: UrlFetcher
    kinds: tuple[Source, ...]
    output: Sink
    rejects: Sink
    on_outcome: Callable[[Outcome], None]
    trim: Trim | None = None
    inputs: int = 0
    recorded: int = 0
    already_done: int = 0
    articles: int = 0
    files: FilesRead | None = None
    is_whole: bool = False
    _has_links: bool = False
    ready: Callable[[], Awaitable[None]] | None = None
    lists: Callable[[str, FetchResult], Awaitable[list[Link]]] | None = None
    on_known: Callable[[KnownArticle], None] | None = None
    unfinished: list[CopydeskError] = field(default_factory=list)
    _claims: dict[str, _Claim] = field(default_factory=dict)
    _ahead: ReadAhead[_Result] = field(init=False)
    _kinds: dict[str, Source] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._kinds = {kind.name: kind for kind in self.kinds}

    async def run(self, inputs: Iterator[SourceItem | PendingList]) -> None:
        """Process all inputs. Raises OutputError and StateError; then the run can be resumed."""
        limit = self.plan.limit
        self._ahead = ReadAhead(
            self.plan.window,
            admit=self._admit,
            work=self._work,
            settle=self._settle,
            left=lambda: None if limit is None else limit - self.articles,
            close=self._close_list,
        )
        try:
            async with aclosing(self._ahead.places(_stepwise(inputs))) as places:
                async for place in places:
                    assert place.end is not None
                    if self.ready is not None:
                        await self.ready()
                    self._record(place)
                    if self.files is not None:
                        self.files.pass_input(place.key)
                    claim = self._claims.get(place.key)
                    if claim is not None and claim.place is place and not claim.is_list:
                        # From here on, the state detects repetitions.
                        del self._claims[place.key]
                    if limit is not None and self.articles >= limit:
                        return
            self.is_whole = True
        finally:
            # Inputs found beyond the end of the run are left to the next one.
            self.inputs -= self._ahead.known
            requests = [claim.fetch for claim in self._claims.values() if claim.fetch is not None]
            for task in requests:
                task.cancel()
            await asyncio.gather(*requests, return_exceptions=True)

    def amount(self) -> Amount | None:
        """Return how much of the run is done; None if the whole is not known."""
        if not self._has_links:
            return self.files.amount() if self.files is not None else None
        known = 0
        for one in self._ahead.unreturned():
            if isinstance(one, Place):
                known += 1
                if one.end is None and _may_be_list(one.found):
                    return None
            elif not one.ended:
                left = self._entries_left(one)
                if left is None:
                    return None
                known += left
        done = self.recorded + self.already_done
        return Amount(done, done + known + self.reader.pending, "inputs")

    def _entries_left(self, level: Level[_Result]) -> int | None:
        """Return how many entries of an open list are not found yet; None if that is not known."""
        if level.local and self.files is not None:
            lines = self.files.lines.get(level.key or "")
            return None if lines is None else max(lines - level.number, 0)
        # The entries of a fetched list are all read with the first one, see `Reader.pending`.
        return None if level.local or level.key is None or not level.number else 0

    def _admit(self, place: Place[_Result]) -> None:
        """Set the key, and the host or the result, of an input that was found."""
        found = place.found
        if isinstance(found, Link):
            self._has_links = True
            found = place.found = replace(found, url=without_user(found.url))
        if not place.key:
            self.inputs += 1
        if isinstance(found, PendingList):
            place.key = found.origin
            return
        place.key = key = key_of(found)
        if isinstance(found, (Skipped, Rejected)):
            # A list may have several skips of its own, and its entries may not all be done.
            suffix = f"#{found.reason}" if found.reason in _LIST_REASONS else ""
            place.end = _Result(renamed(found, key), suffix)
        elif self.state.is_done(key):
            # Perhaps only the first part of a damaged member is done.
            if not (isinstance(found, PackedPage) and is_damaged(found)):
                place.end = _Result()
        elif isinstance(found, Link):
            left_out = self._left_out(found)
            if left_out is not None:
                place.end = _Result(left_out)
            else:
                place.end = self._if_known(found)
            if place.end is None:
                self._claim(place, found)

    def _left_out(self, link: Link) -> Skipped | Rejected | None:
        """Return the skip for an entry of a list that is left out; a list itself never is."""
        filters = self.plan.filters
        if filters.url_match is None or not _is_entry(link):
            return None
        late = SourceError(link.url, "matching its URL took too long; use a simpler --url-match")
        try:
            with time_limit(_MATCH_SECONDS, lambda _: late):
                return filters.check_url(link.url, link.url)
        except SourceError as error:
            return Rejected.from_error(error)

    def _if_known(self, link: Link) -> _Result | None:
        """Return the skip for an entry of a list that is known and not to be asked for again."""
        rules = self.plan.known
        if rules is None or not _is_entry(link) or link.chosen or link.url in self._claims:
            return None
        visit = self.state.visit(link.url)
        if visit is None or not rules.is_current(visit, link.modified):
            return None
        error = KnownArticle(link.url, f"was asked for at {visit.at.isoformat(' ', 'seconds')}")
        if self.on_known is not None:
            self.on_known(error)
        # The same address may also be given, and is asked for then.
        return _Result(_known(error), f"#{error.reason}", asked=visit.at)

    def _close_list(self, level: Level[_Result]) -> None:
        """Keep the validators of a list once all its entries had an outcome."""
        claim = self._claims.get(level.key or "")
        if self.plan.known is None or claim is None or not claim.is_list:
            return
        above = self._claims.get(claim.place.level.key or "")
        if above is not None:
            # Of an index, the lists in it are asked for whether it has changed or not.
            above.validators = None
        etag, modified = claim.validators or (None, None)
        if claim.place.inside is not level or not (etag or modified):
            self.state.keep_list(claim.place.key, None)
            return
        oldest = claim.oldest or self.plan.known.now()
        options = self.plan.known.options.to_json()
        self.state.keep_list(claim.place.key, ListVisit(etag, modified, oldest, options))

    def _note_entry(self, place: Place[_Result], visit: tuple[str, Visit | None] | None) -> None:
        """Note for the list of an input when it was asked for, and whether it is done with.

        visit: what the state is to keep of the request; None without one.
        """
        above = self._claims.get(place.level.key or "")
        if self.plan.known is None or above is None:
            return
        at, is_settled = self._settled(place, visit)
        above.oldest = min(above.oldest or at, at)
        if not is_settled:
            self._forget_list(above)

    def _settled(
        self, place: Place[_Result], visit: tuple[str, Visit | None] | None
    ) -> tuple[datetime, bool]:
        """Return when an entry of a list was asked for, and whether its answer will last."""
        assert place.end is not None
        assert self.plan.known is not None
        now, found, end = self.plan.known.now(), place.found, place.end
        if isinstance(end.asked, datetime):
            return end.asked, True
        if not isinstance(found, Link):
            return now, not isinstance(end.outcome, Rejected)
        if not _is_entry(found) or found.chosen:
            return now, False
        if end.outcome is None:
            # It was asked for before, by the resumed run or as an entry of another list.
            before = self.state.visit(found.url)
            return (now, False) if before is None else (before.at, True)
        if isinstance(end.asked, _Asked):
            return now, visit is not None and visit[1] is not None
        return now, not isinstance(end.outcome, Rejected)

    def _forget_list(self, claim: _Claim) -> None:
        """Have a list asked for as a whole in the next run."""
        if claim.validators is not None:
            claim.validators = None
            self.state.keep_list(claim.place.key, None)

    def _claim(self, place: Place[_Result], link: Link) -> None:
        """Register a place for a URL, so that each URL is fetched only once."""
        key = place.key
        claim = self._claims.get(key)
        if claim is not None and claim.place.path < place.path:
            place.repeats = True
            place.end = _Result()
        elif too_deep := self._too_deep(link):
            place.end = too_deep
            above = self._claims.get(place.level.key or "")
            if above is not None:
                above.too_deep.append(link)
        else:
            place.host = _host(link.url)
            if claim is None:
                self._claims[key] = _Claim(place=place)
            else:
                # The previous place comes later in the order and becomes the repetition.
                claim.place, claim.too_deep = place, []
                if claim.fetch is not None:
                    place.host = None

    def _too_deep(self, link: Link) -> _Result | None:
        most = self.plan.wanted.deepest
        if link.kind == "sitemap" and link.depth > most:
            message = f"sitemap index nested more than {most} levels deep"
        elif link.depth > MAX_LIST_DEPTH:
            message = "too many nested lists"
        else:
            return None
        return _Result(Rejected.from_error(SourceError(link.url, message)), _TOO_DEEP)

    def _settle(self, place: Place[_Result]) -> bool:
        """Finish a place once all places before it are finished; False if it has to be redone."""
        link = place.found
        if not isinstance(link, Link):
            return True
        claim = self._claims.get(place.key)
        if place.repeats and (claim is None or claim.place.path > place.path):
            if self.state.is_done(place.key):
                return True
            # The place that it repeats was in a list that itself turned out to be a repetition.
            self._ahead.reset(place)
            place.repeats = False
            self._ahead.admit(place)
            return False
        if claim is None or (place.end is not None and isinstance(place.end.asked, datetime)):
            # A known article is not asked for here, maybe by a later place.
            return True
        if claim.place is place:
            if place.inside is not None:
                claim.fetch = None
            return True
        if (
            place.end is not None
            and place.end.suffix == _TOO_DEEP
            and claim.place.path > place.path
        ):
            return True
        if place.inside is not None:
            self._discard_items(place)
        if claim.is_list and claim.too_deep and link.depth < claim.depth:
            # From here, the links that were too deep are within the limit.
            nearer = [replace(one, depth=link.depth + 1) for one in claim.too_deep]
            claim.too_deep, claim.depth = [], link.depth
            self._ahead.enter(place, _stepwise(iter(nearer)))
            self.inputs -= 1
        elif claim.is_list:
            skip = Skipped(input=place.key, reason="duplicate_input", message="is a repeated list")
            self._ahead.replace(place, _Result(skip, _REPEATED))
        else:
            self._ahead.replace(place, _Result())
        return True

    def _discard_items(self, place: Place[_Result]) -> None:
        """Discard the items of a list that turned out to occur earlier in the order too."""
        assert place.inside is not None
        # The list counts as an input itself now.
        self.inputs += 1
        for one in self._ahead.drop(place.inside):
            self.inputs -= 1 if one.inside is None else 0
            claim = self._claims.get(one.key)
            if claim is not None and claim.place is one:
                del self._claims[one.key]
                if claim.fetch is not None:
                    claim.fetch.cancel()
        place.inside = None

    async def _work(self, place: Place[_Result]) -> None:
        try:
            await self._process(place)
        except (OutputError, WorkerError):
            # The disk is full or no worker can be started: not the fault of the input.
            raise
        except Exception as error:
            # A bug in a source or a reader rejects the input but does not end the run.
            message = f"{type(error).__name__}: {error}"
            place.end = _Result(
                Rejected(input=place.key, stage="source", reason="fault", message=message)
            )

    async def _process(self, place: Place[_Result]) -> None:
        found = place.found
        if isinstance(found, PendingList):
            await self._open(place, self.reader.found(found))
        elif isinstance(found, Document):
            place.end = _Result(await self._read(place.key, found))
        elif isinstance(found, PackedPage):
            if self.state.is_done(place.key):
                await self._open(place, self.reader.found(_pieces(found)))
                return
            outcome = await self._read(place.key, found)
            if isinstance(outcome, Rejected) and outcome.reason == ArchiveDamage.reason:
                await self._open(place, self.reader.found(_pieces(found)))
            else:
                place.end = _Result(outcome)
        elif isinstance(found, Link):
            await self._follow(place, found)
        if place.end is not None and isinstance(place.end.outcome, Accepted):
            place.weight += len(place.end.outcome.line)

    async def _open(
        self, place: Place[_Result], found: AsyncGenerator[SourceItem | PendingList]
    ) -> None:
        if place.dropped:
            return
        # The items of a list count instead of the list.
        self.inputs -= 1
        await self._ahead.open(place, found)

    async def _read(self, key: str, document: Document | PackedPage, attempts: int = 1) -> Outcome:
        outcome = renamed(await self.reader.read(document), key)
        if not isinstance(outcome, Rejected):
            return outcome
        url = without_user(address_of(document) or "") or None
        offset = offset_of(document, outcome)
        return replace(outcome, attempts=attempts, offset=offset, url=url)

    async def _follow(self, place: Place[_Result], link: Link) -> None:
        """Fetch the URL of a place, and read its page or open its list."""
        key = place.key
        response = await self._fetch(place, link)
        if response is None:
            place.repeats = True
            place.end = _Result()
        elif isinstance(response, KnownArticle):
            place.end = _Result(_known(response))
        elif isinstance(response, CopydeskError):
            failure = Rejected.from_error(response, subject=key, stage="fetch")
            asked = _Asked.FAILED if is_passing(response) else _Asked.ANSWERED
            place.end = _Result(failure, asked=asked)
        elif response.status == 304:
            skip = Skipped(input=key, reason="not_modified", message="has not changed")
            place.end = _Result(skip, asked=_Asked.ANSWERED)
        else:
            place.weight = len(response.content)
            await self._read_response(place, link, response)

    async def _fetch(self, place: Place[_Result], link: Link) -> FetchResult | CopydeskError | None:
        """Return the response to a URL, or the error; None if an earlier place needs the URL."""
        claim = self._claims.get(place.key)
        if claim is None or claim.place is not place:
            return None
        if claim.fetch is None:
            claim.fetch = asyncio.ensure_future(self._get(link.url))
        # Other places may still need the response if this place is dropped.
        response = await asyncio.shield(claim.fetch)
        return response if claim.place is place else None

    async def _read_response(
        self, place: Place[_Result], link: Link, response: FetchResult
    ) -> None:
        stream = io.BytesIO(response.content)
        try:
            kind = self._kind(link, sources.sniff(response.url, response.media_type, stream))
        except CopydeskError as error:
            place.end = _Result(Rejected.from_error(error, subject=place.key))
            return
        if kind.name == "page":
            if self.lists is not None and _is_home(link):
                if found := await self.lists(link.url, response):
                    self._claims[place.key].is_list = True
                    await self._open(place, _stepwise(iter(found)))
                    return
            self._ahead.leave(place)
            place.end = await self._read_page(place.key, link, kind, response)
            return
        claim = self._claims[place.key]
        claim.is_list, claim.depth = True, link.depth
        claim.validators = (response.etag, response.last_modified)
        listing = PendingList(
            kind=kind.name,
            origin=link.url,
            url=response.url,
            media_type=response.media_type,
            encoding=response.encoding,
            retrieved_at=response.retrieved_at,
            listing=link.listing,
            depth=link.depth,
            wanted=self.plan.wanted,
            content=response.content,
        )
        await self._open(place, self.reader.found(listing))

    async def _read_page(
        self, key: str, link: Link, kind: Source, response: FetchResult
    ) -> _Result:
        page_input = SourceInput(
            origin=link.url,
            stream=io.BytesIO(response.content),
            url=response.url,
            media_type=response.media_type,
            encoding=response.encoding,
            retrieved_at=response.retrieved_at,
        )
        found = next(sources.read(kind, page_input), None)
        if not isinstance(found, Document):
            if not isinstance(found, Rejected):
                found = Rejected.from_error(SourceError(key, "is empty"))
            return _Result(renamed(found, key), asked=_Asked.ANSWERED)
        document = replace(found, listing=link.listing, requested_url=link.url)
        outcome = await self._read(key, document, response.attempts)
        # Save no validators for a reject or a filtered page: a 304 would prevent another attempt.
        is_article = isinstance(outcome, Accepted)
        page = (link.url, response.etag, response.last_modified) if is_article else None
        return _Result(outcome, page=page, asked=_Asked.ANSWERED)

    def _kind(self, link: Link, sniff: Sniff) -> Source:
        """Return the source that reads a response. Raises SourceError if there is none."""
        if link.kind is not None and link.kind in self._kinds:
            return self._kinds[link.kind]
        kind = None if link.kind else sources.find(sniff, self.kinds)
        if kind is None:
            raise sources.unsupported(sniff)
        if link.as_list and kind.name == "page":
            what = "an HTML page" if is_page(sniff.start) else sniff.media_type or "text"
            raise SourceError(link.url, f"is not a feed or sitemap but {what}")
        return kind

    async def _get(self, url: str) -> FetchResult | CopydeskError:
        """Fetch a URL; returns the response or error. Raises OutputError if recording it fails."""
        etag, modified = self.state.page(url)
        if self.plan.known is not None and (known := self.state.list_visit(url)) is not None:
            if self.plan.known.may_ask_conditionally(known):
                etag, modified = known.etag, known.last_modified
        try:
            return await self.fetcher.get(url, etag=etag, last_modified=modified)
        except OutputError:
            raise
        except CopydeskError as error:
            return error

    def _record(self, place: Place[_Result]) -> None:
        """Write and record the outcome of an input. Only this changes outputs and state."""
        key, result = place.key, place.end
        assert result is not None
        outcome = result.outcome
        if isinstance(outcome, Rejected) and outcome.unfinished:
            self.unfinished.append(SourceError(key, outcome.message))
            if (above := self._claims.get(place.level.key or "")) is not None:
                self._forget_list(above)
            return
        state_key = key + result.suffix
        is_done, is_repeated = self.state.count_occurrence(state_key)
        if is_done:
            self._note_entry(place, None)
            self.already_done += 1
            return
        if is_repeated:
            outcome = Skipped(input=key, reason="duplicate_input", message="is a repeated input")
            result = _Result()
        if outcome is None:
            raise StateError(key, "has contradictory entries in the state; it is damaged")
        article = None
        if isinstance(outcome, Accepted):
            outcome = self._compared(outcome)
        if isinstance(outcome, Accepted):
            self.output.add(self.trim(outcome.line) if self.trim else outcome.line)
            self.articles += 1
            article = (outcome.id, outcome.revision)
        elif isinstance(outcome, Rejected):
            self.rejects.add(outcome.to_line())
        name = f"{outcome.kind}:{outcome.reason}" if outcome.reason else outcome.kind
        sizes = Sizes(self.output.mark, self.rejects.mark)
        tallies = self._tallies(outcome, result.outcome)
        visit = self._visit(place, result, outcome)
        self._note_entry(place, visit)
        self.state.record(
            state_key,
            name,
            sizes,
            tallies=tallies,
            article=article,
            page=result.page,
            visit=visit,
        )
        self.recorded += 1
        self.on_outcome(outcome)

    def _visit(
        self, place: Place[_Result], result: _Result, outcome: Outcome
    ) -> tuple[str, Visit | None] | None:
        """Return what the state keeps of a request for an article; None without a request."""
        link, known = place.found, self.plan.known
        if known is None or not isinstance(link, Link) or not isinstance(result.asked, _Asked):
            return None
        if not _is_entry(link) and result.page is None:
            # It may be a list that has not changed.
            return None
        if result.asked is _Asked.FAILED:
            return link.url, None
        return link.url, known.visit(outcome, link.modified)

    def _tallies(self, outcome: Outcome, found: Outcome | None) -> tuple[str, ...]:
        """Return what an outcome counts as beside its kind. found: before duplicates were detected."""
        if isinstance(outcome, Accepted):
            return outcome.counted
        url = getattr(outcome, "url", None) or outcome.input
        counted = found.counted if isinstance(found, Accepted) else ()
        return tally.of_failure(outcome.kind, url, counted)

    def _compared(self, article: Accepted) -> Accepted | Skipped:
        """Skip a known or too old article; add its previous revision, if any, to another one."""
        known = self.state.revisions(article.id)
        if article.revision in known:
            message = "this revision is already known"
            return Skipped(input=article.input, reason="duplicate", message=message)
        since, published = self.plan.wanted.since, article.published
        if since is not None and published and printed_dates.is_before(published, since):
            message = f"was published {published}"
            return Skipped(input=article.input, reason="older", message=message)
        return replace(article, line=_with_previous(article.line, known[0])) if known else article


def _known(error: KnownArticle) -> Skipped:
    return Skipped(input=error.subject, reason="known", message=error.message)


def _is_entry(link: Link) -> bool:
    """Whether a link is an entry of a list that names a page."""
    return link.depth > 0 and link.kind is None and not link.as_list


def _may_be_list(found: SourceItem | PendingList) -> bool:
    """Whether an input may turn out to be many: a list, or a URL that no list names as a page."""
    if isinstance(found, Link):
        return found.kind is not None or found.as_list or not found.depth
    return isinstance(found, PendingList)


async def _stepwise(
    found: Iterator[SourceItem | PendingList],
) -> AsyncGenerator[SourceItem | PendingList]:
    """Iterate and let other tasks run between two items."""
    for one in found:
        yield one
        await asyncio.sleep(0)


def _pieces(member: PackedPage) -> PendingList:
    """Return the readable parts of a damaged archive member as a list."""
    return PendingList(
        kind=ARCHIVES.name, origin=member.origin, content=member.data, offset=member.offset
    )


def _is_home(link: Link) -> bool:
    """Whether a link is an argument, and its URL that of a home page."""
    given = link.depth == 0 and link.kind is None and not link.as_list
    return given and not has_path(link.url)


def _host(url: str) -> str:
    """Return the host and port of a URL."""
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return url


def _with_previous(line: bytes, previous: str) -> bytes:
    article = Article.model_validate_json(line)
    return article.model_copy(update={"previous": previous}).to_line()
