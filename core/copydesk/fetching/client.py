"""Fetch URLs politely and within limits, or replay them from a session: the only network I/O."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Self
from weakref import WeakValueDictionary

import httpcore
import httpx

from copydesk.errors import (
    AddressRefused,
    Blocked,
    ConnectionFailed,
    FetchError,
    FetchTimeout,
    HttpStatusError,
    KnownArticle,
    NetworkSealed,
    RedirectRefused,
    RobotsRefused,
    RobotsUnavailable,
)
from copydesk.fetching.body import ACCEPTED
from copydesk.fetching.challenges import challenge, consent_wall
from copydesk.fetching.rate_limits import HostWait, RateLimiter
from copydesk.fetching.recording import Exchange
from copydesk.fetching.response import (
    ExchangeSource,
    FetchResult,
    HeaderPairs,
    RequestBudget,
    Response,
    ResponseReader,
    conditional_headers,
    raw_headers,
    recorded_error,
    result_of,
    to_exchange,
    with_note,
)
from copydesk.fetching.retries import backoff, retry_after
from copydesk.fetching.robots import Robots, RobotsCache, robots_from_response
from copydesk.fetching.transport import GuardedTransport, Resolve, system_resolve, transport_error
from copydesk.settings import Settings
from copydesk.util.urls import absolute, without_user

__all__ = ["FetchResult", "Fetcher"]

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_TRANSIENT = frozenset({408, 429})
_ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


class Fetcher:
    """Fetches URLs; an async context manager for any number of tasks of one event loop.

    session: a recording to replay instead of the network. Nothing is waited for, and a URL that is
        not in it raises NotInSession. Refusals by robots.txt are part of the recording.
    on_exchange: called for every exchange, also for robots.txt and failed requests, and for every
        URL that robots.txt disallows.
    clock: returns seconds since 1970.
    sleep: waits for a number of seconds.
    resolve: returns the IP addresses of a host and port.
    backend: opens connections to the allowed IP addresses.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        session: ExchangeSource | None = None,
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
        self._limiter = RateLimiter(settings.gap)
        self._robots_cache = RobotsCache(settings.limits)
        # A lock is removed with the last task that uses it.
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._waits: list[HostWait] = []
        self._slots = asyncio.Semaphore(settings.concurrency)

    async def __aenter__(self) -> Self:
        if self._session is None:
            self._transport = GuardedTransport(self._settings, self._resolve, self._backend)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._transport is not None:
            await self._transport.aclose()
            self._transport = None

    def waits(self) -> list[HostWait]:
        """Return the longest current wait of each host."""
        return list({w.host: w for w in sorted(self._waits, key=lambda w: w.until)}.values())

    async def get(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None
    ) -> FetchResult:
        """Fetch a URL, with redirects and retries within the limits.

        etag, last_modified: those of an earlier FetchResult, for a conditional request.

        Raises a subclass of FetchError with the number of requests in its `attempts`.
        """
        budget = RequestBudget(
            subject=without_user(url.strip()), total=self._limits.total, started=self._now()
        )
        fields = conditional_headers(etag, last_modified)
        try:
            target = _parse_target(budget.subject, budget.subject)
            seen = {str(target)}
            while True:
                if self._session is None:
                    await self._check_robots(target, budget)
                response = await self._request_with_retries(target, fields, budget)
                if response.status not in _REDIRECTS:
                    break
                target = self._redirect_target(target, response, seen, budget)
                if consent_wall(target.host):
                    raise Blocked(budget.subject, f"consent wall at {target.host}")
            whole = 200 <= response.status < 300 and response.status != 206
            if not whole and not (response.status == 304 and (fields or self._session)):
                raise _status_error(response, target, budget)
        except FetchError as error:
            error.attempts = budget.retries + 1
            raise
        return result_of(str(target), response, budget)

    async def sitemaps(self, url: str) -> tuple[str, ...]:
        """Return the sitemaps that the robots.txt of a URL's host names; none if it is unavailable.

        Raises AddressRefused.
        """
        subject = without_user(url.strip())
        target = _parse_target(subject, subject)
        named = (await self._robots(target, subject)).sitemaps
        found = (absolute(str(target.join("/robots.txt")), one) for one in named)
        return tuple(dict.fromkeys(without_user(one) for one in found if one))

    def _redirect_target(
        self, target: httpx.URL, response: Response, seen: set[str], budget: RequestBudget
    ) -> httpx.URL:
        """Return the target of a redirect. Raises RedirectRefused."""
        budget.hops.append(str(target))
        chain = " -> ".join(budget.hops)
        place = without_user(response.headers.get("location", "").strip())
        if not place:
            raise RedirectRefused(budget.subject, f"status {response.status} without a Location")
        if len(budget.hops) > self._limits.redirects:
            most = self._limits.redirects
            raise RedirectRefused(budget.subject, f"more than {most} redirects: {chain}")
        try:
            joined = target.join(place)
        except (httpx.InvalidURL, ValueError) as error:
            raise RedirectRefused(
                budget.subject, f"redirects to an invalid URL: {chain}"
            ) from error
        following = _parse_target(without_user(str(joined)), budget.subject)
        if str(following) in seen:
            raise RedirectRefused(budget.subject, f"redirects in a loop: {chain} -> {following}")
        seen.add(str(following))
        return following

    async def _check_robots(self, target: httpx.URL, budget: RequestBudget) -> None:
        """Raise and record an error if robots.txt is unavailable or disallows a URL."""
        budget.started = self._now()
        try:
            robots = await self._robots(target, budget.subject)
            if robots.fault is not None:
                message = f"robots.txt of {target.host} is unavailable: {robots.fault.message}"
                if not isinstance(robots.fault, ConnectionFailed):
                    raise RobotsUnavailable(budget.subject, message) from robots.fault
                # The host itself is unreachable, and robots.txt was retried already.
                unreachable = ConnectionFailed(budget.subject, message)
                unreachable.retryable = False
                raise unreachable from robots.fault
            if not robots.allows(str(target), self._agent):
                raise RobotsRefused(
                    budget.subject, f"robots.txt of {target.host} disallows {target}"
                )
        except FetchError as error:
            self._record(to_exchange(str(target), budget.started, error))
            raise
        budget.delay = min(robots.delay(self._agent), self._limits.crawl_delay)

    async def _robots(self, target: httpx.URL, subject: str) -> Robots:
        origin = f"{target.scheme}://{target.netloc.decode('ascii')}"
        # Only the first of several tasks requests the robots.txt of an origin.
        async with self._lock(origin):
            robots = self._robots_cache.get(origin, self._clock())
            if robots is None:
                robots = await self._read_robots(httpx.URL(origin + "/robots.txt"), subject)
                self._robots_cache.put(origin, robots)
            return robots

    async def _read_robots(self, target: httpx.URL, subject: str) -> Robots:
        budget = RequestBudget(
            subject=subject, total=self._limits.robots_seconds, started=self._now(), robots=True
        )
        seen = {str(target)}
        status, content = 0, b""
        fault: FetchError | None = None
        try:
            while True:
                response = await self._request_with_retries(target, (), budget)
                status, content = response.status, response.content
                if status not in _REDIRECTS:
                    break
                target = self._redirect_target(target, response, seen, budget)
        except RedirectRefused:
            status = 404
        except FetchError as error:
            # That the host is not allowed is the clearer message.
            if isinstance(error, AddressRefused) and not budget.hops:
                raise
            status = error.status if isinstance(error, HttpStatusError) else 0
            fault = error
        return robots_from_response(status, content, self._clock(), self._limits, fault)

    async def _request_with_retries(
        self, target: httpx.URL, fields: HeaderPairs, budget: RequestBudget
    ) -> Response:
        """Request a URL, and retry after transient failures.

        Raises the last failure; HttpStatusError for a status.
        """
        while True:
            delay: float | None = None
            fault: FetchError
            try:
                response = await self._request(target, fields, budget)
            except FetchError as error:
                if not error.retryable:
                    raise
                fault = error
            else:
                _raise_if_blocked(response, budget)
                if response.status not in _TRANSIENT and response.status < 500:
                    return response
                delay = retry_after(response.headers.get("retry-after"), response.started)
                fault = _status_error(response, target, budget)
            if delay is not None and delay > self._limits.retry_after:
                raise with_note(fault, f"Retry-After of {delay:.0f} s exceeds the limit")
            if budget.retries + 1 >= self._limits.tries:
                raise with_note(fault, f"{budget.retries + 1} tries") if budget.retries else fault
            wait = delay
            if wait is None:
                wait = backoff(budget.retries + 1, f"{target} {budget.started:%Y%m%dT%H%M%S}")
            budget.waited += wait
            if budget.waited > self._limits.waits:
                raise with_note(fault, f"waits of {budget.waited:.0f} s in total exceed the limit")
            budget.retries += 1
            if self._session is None:
                if delay is not None:
                    # All other requests to the host wait as well.
                    self._limiter.delay(_host_key(target), self._clock(), delay)
                else:
                    await self._wait(_host_key(target), wait, "retry")

    async def _request(
        self, target: httpx.URL, fields: HeaderPairs, budget: RequestBudget
    ) -> Response:
        """Send one request when the host's turn comes, or replay it."""
        if self._session is not None:
            return self._replay(self._session.take(str(target)), budget)
        host = _host_key(target)
        async with self._lock(host):
            if wait := self._limiter.wait(host, self._clock()):
                await self._wait(host, wait, self._limiter.why(host))
            async with self._slots:
                self._limiter.started(host, self._clock(), budget.delay)
                try:
                    return await self._send(target, fields, budget)
                except AddressRefused:
                    self._limiter.cancelled(host)
                    raise

    def _lock(self, name: str) -> asyncio.Lock:
        return self._locks.setdefault(name, asyncio.Lock())

    async def _wait(self, host: str, seconds: float, why: str) -> None:
        wait = HostWait(host, self._clock() + seconds, why)
        self._waits.append(wait)
        try:
            await self._sleep(seconds)
        finally:
            self._waits.remove(wait)

    def _replay(self, recorded: Exchange, budget: RequestBudget) -> Response:
        budget.started = recorded.started
        if error := recorded_error(recorded, budget.subject):
            raise error
        headers = httpx.Headers(raw_headers(recorded.headers))
        reader = ResponseReader(budget, recorded.status, headers, self._limits)
        reader.feed(recorded.body)
        return Response(recorded.status, headers, reader.content(), recorded.started)

    async def _send(
        self, target: httpx.URL, fields: HeaderPairs, budget: RequestBudget
    ) -> Response:
        """Send one request, and record the exchange unless the task is cancelled."""
        limits = self._limits
        if self._transport is None:
            raise RuntimeError("use Fetcher inside `async with`")
        request = self._to_request(target, fields)
        budget.started = self._now()
        loop = asyncio.get_running_loop()
        began = loop.time()
        response: httpx.Response | None = None
        body = bytearray()
        fault: FetchError | None = None
        whole = False
        try:
            async with asyncio.timeout(max(0.0, budget.total - budget.spent)):
                response = await self._transport.handle_async_request(request)
                try:
                    reader = ResponseReader(budget, response.status_code, response.headers, limits)
                    await self._read(response, reader, body)
                finally:
                    await response.aclose()
                content = reader.content()
            whole = True
            return Response(response.status_code, response.headers, content, budget.started)
        except TimeoutError as error:
            message = f"exceeded the limit of {budget.total:g} s of network time"
            fault = FetchTimeout(budget.subject, message)
            fault.retryable = False
            raise fault from error
        except FetchError as error:
            fault = type(error)(budget.subject, error.message)
            raise fault from error.__cause__
        # A broken server can make the libraries raise anything; only this URL fails.
        except Exception as error:
            if isinstance(error, NetworkSealed):
                raise
            fault = transport_error(error, budget.subject, limits, begun=response is not None)
            raise fault from error
        finally:
            budget.spent += loop.time() - began
            if whole or fault is not None:
                self._record(
                    to_exchange(
                        str(target),
                        budget.started,
                        fault,
                        request.headers.raw,
                        (response.status_code, response.reason_phrase, response.headers.raw)
                        if response is not None
                        else None,
                        bytes(body),
                    )
                )

    def _to_request(self, target: httpx.URL, fields: HeaderPairs) -> httpx.Request:
        limits = self._limits
        agent = self._settings.user_agent.encode("ascii", "replace").decode("ascii")
        named = (("User-Agent", agent), ("Accept", _ACCEPT), ("Accept-Encoding", ACCEPTED))
        timeout = {"connect": limits.connect, "read": limits.read, "write": limits.read}
        return httpx.Request(
            "GET", target, headers=[*named, *fields], extensions={"timeout": timeout}
        )

    async def _read(
        self, response: httpx.Response, reader: ResponseReader, body: bytearray
    ) -> None:
        try:
            async for piece in response.aiter_raw():
                if self._on_exchange is not None:
                    body += piece
                if not reader.feed(piece):
                    break
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.ReadTimeout):
            # The status of an error page counts even if its body is incomplete.
            if reader.strict:
                raise

    def _record(self, exchange: Exchange) -> None:
        if self._on_exchange is not None:
            self._on_exchange(exchange)

    def _now(self) -> datetime:
        return datetime.fromtimestamp(int(self._clock()), UTC)


def known_exchange(error: KnownArticle) -> Exchange:
    """Return the exchange that records that a known article was not asked for."""
    target = _parse_target(error.subject, error.subject)
    return to_exchange(str(target), datetime.now(UTC), error)


def _parse_target(url: str, subject: str) -> httpx.URL:
    """Parse a URL, without fragment and user. Raises AddressRefused."""
    where = "" if url == subject else f"redirects to {url}, which "
    try:
        target = httpx.URL(url)
    except (httpx.InvalidURL, ValueError) as error:
        raise AddressRefused(subject, f"{where}is not a valid URL: {error}") from error
    if target.scheme not in ("http", "https"):
        raise AddressRefused(subject, f"{where}is not an http or https URL")
    if not target.host or not 0 < (80 if target.port is None else target.port) < 65536:
        raise AddressRefused(subject, f"{where}has no valid host and port")
    return target.copy_with(fragment=None, userinfo=b"")


def _host_key(target: httpx.URL) -> str:
    """Return the key for rate limits: the host, with its port if it is not the default."""
    return target.host if target.port is None else f"{target.host}:{target.port}"


def _raise_if_blocked(response: Response, budget: RequestBudget) -> None:
    vendor = challenge(response.status, response.headers, response.content)
    if vendor and not budget.robots:
        what = f"{vendor} challenge or block page, status {response.status}"
        raise Blocked(budget.subject, what)


def _status_error(response: Response, target: httpx.URL, budget: RequestBudget) -> HttpStatusError:
    where = f" at {target}" if budget.hops else ""
    return HttpStatusError(budget.subject, f"status {response.status}{where}", response.status)
