"""The only network I/O: gets an address politely, within limits, or answers it from a session."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from types import TracebackType
from typing import Self
from weakref import WeakValueDictionary

import httpcore
import httpx

from copydesk.addresses import without_user
from copydesk.answers import (
    Answer,
    Fetched,
    Pairs,
    Reply,
    Session,
    Trip,
    annotated,
    conditions,
    exchange_of,
    failure_of,
    fetched,
    raw_fields,
)
from copydesk.challenges import challenge, consent_wall
from copydesk.connect import GuardedTransport, Resolve, fault_of, system_resolve
from copydesk.decoding import ACCEPTED
from copydesk.errors import (
    AddressRefused,
    Blocked,
    ConnectionFailed,
    FetchError,
    FetchTimeout,
    HttpStatusError,
    NetworkSealed,
    RedirectRefused,
    RobotsRefused,
    RobotsUnavailable,
)
from copydesk.politeness import Pace, Robots, RobotsBook, Wait, backoff, retry_after, robots_of
from copydesk.session import Exchange
from copydesk.settings import Settings

__all__ = ["Fetched", "Fetcher"]

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_TRANSIENT = frozenset({408, 429})
_ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


class Fetcher:
    """Gets addresses; an async context manager, used by any number of tasks of one event loop.

    session: answer from it instead of from the network. Then no socket is opened and nothing is
    waited for, robots.txt is not asked (a refusal stands in the session as such), and what is not
    in it raises NotInSession. on_exchange: told of every exchange, of robots.txt and failed tries
    too, and of every address that robots.txt kept from being asked. clock: seconds since 1970.
    sleep: waits for seconds. resolve: finds the IP addresses of a host and port. backend: makes
    the connections to the addresses that passed the guard.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        session: Session | None = None,
        on_exchange: Callable[[Exchange], None] | None = None,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        resolve: Resolve = system_resolve,
        backend: httpcore.AsyncNetworkBackend | None = None,
    ) -> None:
        self._settings = settings
        self._limits = settings.limits
        self._session = session
        self._on_exchange = on_exchange
        self._clock = clock
        self._sleep = sleep
        self._resolve = resolve
        self._backend = backend
        self._transport: GuardedTransport | None = None
        self._agent = settings.user_agent.partition("/")[0]
        self._pace = Pace(settings.gap)
        self._book = RobotsBook(settings.limits)
        # Each lock goes with the last task that holds or awaits it.
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._asleep: list[Wait] = []
        self._slots = asyncio.Semaphore(settings.concurrency)

    async def __aenter__(self) -> Self:
        if self._session is None:
            self._transport = GuardedTransport(self._settings, self._resolve, self._backend)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._transport is not None:
            await self._transport.aclose()
            self._transport = None

    def waits(self) -> list[Wait]:
        """The hosts that are being waited for, each with its longest wait."""
        return list({w.host: w for w in sorted(self._asleep, key=lambda w: w.until)}.values())

    async def get(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None
    ) -> Fetched:
        """Get an address over its redirects and as many tries as the limits allow.

        etag, last_modified: as an earlier Fetched had them; then the answer may be a 304. Raises
        FetchError, one subclass for each thing that can go wrong; its `attempts` has the tries.
        """
        trip = Trip(without_user(url.strip()), self._limits.total, self._now())
        fields = conditions(etag, last_modified)
        try:
            target = _target(trip.subject, trip.subject)
            seen = {str(target)}
            while True:
                if self._session is None:
                    await self._permitted(target, trip)
                answer = await self._tried(target, fields, trip)
                if answer.status not in _REDIRECTS:
                    break
                target = self._followed(target, answer, seen, trip)
                if consent_wall(target.host):
                    raise Blocked(trip.subject, f"consent wall at {target.host}")
            whole = 200 <= answer.status < 300 and answer.status != 206
            if not whole and not (answer.status == 304 and (fields or self._session)):
                raise _status(answer, target, trip)
        except FetchError as error:
            error.attempts = trip.retries + 1
            raise
        return fetched(str(target), answer, trip)

    def _followed(self, target: httpx.URL, answer: Answer, seen: set[str], trip: Trip) -> httpx.URL:
        """The address that a redirect leads to, checked."""
        trip.hops.append(str(target))
        chain = " -> ".join(trip.hops)
        place = without_user(answer.headers.get("location", "").strip())
        if not place:
            raise RedirectRefused(trip.subject, f"status {answer.status} without an address")
        if len(trip.hops) > self._limits.redirects:
            most = self._limits.redirects
            raise RedirectRefused(trip.subject, f"more than {most} redirects: {chain}")
        try:
            joined = target.join(place)
        except (httpx.InvalidURL, ValueError) as error:
            raise RedirectRefused(trip.subject, f"redirects to no address: {chain}") from error
        following = _target(without_user(str(joined)), trip.subject)
        if str(following) in seen:
            raise RedirectRefused(trip.subject, f"redirects in a loop: {chain} -> {following}")
        seen.add(str(following))
        return following

    async def _permitted(self, target: httpx.URL, trip: Trip) -> None:
        """Raise what stands against asking for an address, and tell the recorder of it."""
        trip.started = self._now()
        try:
            robots = await self._robots(target, trip.subject)
            if robots.fault is not None:
                message = f"robots.txt of {target.host} is unavailable: {robots.fault.message}"
                if not isinstance(robots.fault, ConnectionFailed):
                    raise RobotsUnavailable(trip.subject, message) from robots.fault
                # The host itself is unreachable, and robots.txt was retried already.
                unreachable = ConnectionFailed(trip.subject, message)
                unreachable.retryable = False
                raise unreachable from robots.fault
            if not robots.allows(str(target), self._agent):
                raise RobotsRefused(trip.subject, f"robots.txt of {target.host} disallows {target}")
        except FetchError as error:
            self._tell(exchange_of(str(target), trip.started, error))
            raise
        trip.delay = min(robots.delay(self._agent), self._limits.crawl_delay)

    async def _robots(self, target: httpx.URL, subject: str) -> Robots:
        origin = f"{target.scheme}://{target.netloc.decode('ascii')}"
        # Of many addresses of one origin, only the first asks for it.
        async with self._lock(origin):
            robots = self._book.get(origin, self._clock())
            if robots is None:
                robots = await self._read_robots(httpx.URL(origin + "/robots.txt"), subject)
                self._book.put(origin, robots)
            return robots

    async def _read_robots(self, target: httpx.URL, subject: str) -> Robots:
        trip = Trip(subject, self._limits.robots_seconds, self._now(), robots=True)
        seen = {str(target)}
        status, content = 0, b""
        fault: FetchError | None = None
        try:
            while True:
                answer = await self._tried(target, (), trip)
                status, content = answer.status, answer.content
                if status not in _REDIRECTS:
                    break
                target = self._followed(target, answer, seen, trip)
        except RedirectRefused:
            status = 404
        except FetchError as error:
            # The host itself is refused, which says more than that its robots.txt is missing.
            if isinstance(error, AddressRefused) and not trip.hops:
                raise
            status = error.status if isinstance(error, HttpStatusError) else 0
            fault = error
        return robots_of(status, content, self._clock(), self._limits, fault)

    async def _tried(self, target: httpx.URL, fields: Pairs, trip: Trip) -> Answer:
        """The answer to one address, asked for again while that may help.

        Raises the failure of the last try; HttpStatusError for a status that stayed transient.
        """
        while True:
            asked: float | None = None
            fault: FetchError
            try:
                answer = await self._exchange(target, fields, trip)
            except FetchError as error:
                if not error.retryable:
                    raise
                fault = error
            else:
                vendor = challenge(answer.status, answer.headers, answer.content)
                if vendor and not trip.robots:
                    what = f"{vendor} challenge or block page, status {answer.status}"
                    raise Blocked(trip.subject, what)
                if answer.status not in _TRANSIENT and answer.status < 500:
                    return answer
                asked = retry_after(answer.headers.get("retry-after"), answer.started)
                fault = _status(answer, target, trip)
            if asked is not None and asked > self._limits.retry_after:
                raise annotated(fault, f"asks to wait {asked:.0f} s, longer than is waited")
            if trip.retries + 1 >= self._limits.tries:
                raise annotated(fault, f"{trip.retries + 1} tries") if trip.retries else fault
            wait = asked
            if wait is None:
                wait = backoff(trip.retries + 1, f"{target} {trip.started:%Y%m%dT%H%M%S}")
            trip.waited += wait
            if trip.waited > self._limits.waits:
                raise annotated(
                    fault, f"asks to wait {trip.waited:.0f} s in all, longer than is waited"
                )
            trip.retries += 1
            if self._session is None:
                if asked is not None:
                    # Whoever else wants that host waits as well.
                    self._pace.hold(_host_key(target), self._clock(), asked)
                else:
                    await self._rest(_host_key(target), wait, "another try")

    async def _exchange(self, target: httpx.URL, fields: Pairs, trip: Trip) -> Answer:
        """One request and its answer, out of the session or over the network when its turn comes."""
        if self._session is not None:
            return self._replayed(self._session.take(str(target)), trip)
        host = _host_key(target)
        async with self._lock(host):
            if wait := self._pace.wait(host, self._clock()):
                await self._rest(host, wait, self._pace.why(host))
            async with self._slots:
                self._pace.asked(host, self._clock(), trip.delay)
                try:
                    return await self._sent(target, fields, trip)
                except AddressRefused:
                    self._pace.unasked(host)
                    raise

    def _lock(self, name: str) -> asyncio.Lock:
        return self._locks.setdefault(name, asyncio.Lock())

    async def _rest(self, host: str, seconds: float, why: str) -> None:
        wait = Wait(host, self._clock() + seconds, why)
        self._asleep.append(wait)
        try:
            await self._sleep(seconds)
        finally:
            self._asleep.remove(wait)

    def _replayed(self, recorded: Exchange, trip: Trip) -> Answer:
        trip.started = recorded.started
        if error := failure_of(recorded, trip.subject):
            raise error
        headers = httpx.Headers(raw_fields(recorded.headers))
        reply = Reply(trip, recorded.status, headers, self._limits)
        reply.feed(recorded.body)
        return Answer(recorded.status, headers, reply.content(), recorded.started)

    async def _sent(self, target: httpx.URL, fields: Pairs, trip: Trip) -> Answer:
        limits = self._limits
        if self._transport is None:
            raise RuntimeError("a Fetcher is used inside `async with`")
        agent = self._settings.user_agent.encode("ascii", "replace").decode("ascii")
        named = (("User-Agent", agent), ("Accept", _ACCEPT), ("Accept-Encoding", ACCEPTED))
        request = httpx.Request(
            "GET",
            target,
            headers=[*named, *fields],
            extensions={
                "timeout": {"connect": limits.connect, "read": limits.read, "write": limits.read}
            },
        )
        trip.started = self._now()
        loop = asyncio.get_running_loop()
        began = loop.time()
        response: httpx.Response | None = None
        body = bytearray()
        fault: FetchError | None = None
        whole = False
        try:
            async with asyncio.timeout(max(0.0, trip.total - trip.spent)):
                response = await self._transport.handle_async_request(request)
                try:
                    reply = Reply(trip, response.status_code, response.headers, limits)
                    await self._read(response, reply, body)
                finally:
                    await response.aclose()
                content = reply.content()
            whole = True
            return Answer(response.status_code, response.headers, content, trip.started)
        except TimeoutError as error:
            message = f"exceeded the limit of {trip.total:g} s of network time"
            fault = FetchTimeout(trip.subject, message)
            fault.retryable = False
            raise fault from error
        except FetchError as error:
            fault = type(error)(trip.subject, error.message)
            raise fault from error.__cause__
        # Whatever a broken peer makes the libraries raise, it costs this address and no other.
        except Exception as error:
            if isinstance(error, NetworkSealed):
                raise
            fault = fault_of(error, trip.subject, limits, begun=response is not None)
            raise fault from error
        finally:
            trip.spent += loop.time() - began
            if whole or fault is not None:
                self._tell(
                    exchange_of(
                        str(target),
                        trip.started,
                        fault,
                        request.headers.raw,
                        (response.status_code, response.reason_phrase, response.headers.raw)
                        if response is not None
                        else None,
                        bytes(body),
                    )
                )

    async def _read(self, response: httpx.Response, reply: Reply, body: bytearray) -> None:
        try:
            async for piece in response.aiter_raw():
                if self._on_exchange is not None:
                    body += piece
                if not reply.feed(piece):
                    break
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.ReadTimeout):
            # The status of an error page stands, however its body ends.
            if reply.strict:
                raise

    def _tell(self, exchange: Exchange) -> None:
        if self._on_exchange is not None:
            self._on_exchange(exchange)

    def _now(self) -> datetime:
        return datetime.fromtimestamp(int(self._clock()), UTC)


def _target(url: str, subject: str) -> httpx.URL:
    """The address to ask: parsed, without fragment and user. Raises AddressRefused."""
    where = "" if url == subject else f"redirects to {url}, which "
    try:
        target = httpx.URL(url)
    except (httpx.InvalidURL, ValueError) as error:
        raise AddressRefused(subject, f"{where}is no valid address: {error}") from error
    if target.scheme not in ("http", "https"):
        raise AddressRefused(subject, f"{where}is no http or https address")
    if not target.host or not 0 < (80 if target.port is None else target.port) < 65536:
        raise AddressRefused(subject, f"{where}names no host and port")
    return target.copy_with(fragment=None, userinfo=b"")


def _host_key(target: httpx.URL) -> str:
    """What is asked one request at a time: the host, with a port of its own as one of its own."""
    return target.host if target.port is None else f"{target.host}:{target.port}"


def _status(answer: Answer, target: httpx.URL, trip: Trip) -> HttpStatusError:
    where = f" at {target}" if trip.hops else ""
    return HttpStatusError(trip.subject, f"status {answer.status}{where}", answer.status)
