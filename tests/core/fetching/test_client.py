"""Getting addresses from a server on loopback that behaves, misbehaves, and counts."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import httpcore
import pytest
from werkzeug import Request, Response

from copydesk.errors import (
    AddressRefused,
    Blocked,
    ConnectionFailed,
    FetchError,
    FetchTimeout,
    HttpStatusError,
    NotInSession,
    RedirectRefused,
    ResponseTooLarge,
    RobotsRefused,
    RobotsUnavailable,
    TruncatedTransfer,
    UndecodableTransfer,
)
from copydesk.fetching.client import Fetcher, FetchResult
from copydesk.fetching.recording import Exchange
from copydesk.settings import Limits, Settings

Behave = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
Page = bytes | Behave
START = 1_770_000_000.0


def page(status: str = "200 OK", body: bytes = b"", *fields: str) -> bytes:
    head = "".join(f"{f}\r\n" for f in (*fields, f"Content-Length: {len(body)}"))
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body


@dataclass
class Server:
    """Answers each path with its pages in turn, the last one again; counts what happens."""

    pages: dict[str, list[Page]]
    port: int = 0
    asked: list[str] = field(default_factory=list)
    heads: list[dict[str, str]] = field(default_factory=list)
    open: int = 0
    most: int = 0

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open += 1
        self.most = max(self.most, self.open)
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                path = head.split()[1]
                self.asked.append(path)
                lines = (line.partition(": ") for line in head.split("\r\n")[1:])
                self.heads.append({name.lower(): value for name, _, value in lines})
                pages = self.pages.get(path, [page("404 Not Found")])
                answer = pages.pop(0) if len(pages) > 1 else pages[0]
                if callable(answer):
                    await answer(reader, writer)
                    return
                writer.write(answer)
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self.open -= 1
            writer.close()


@asynccontextmanager
async def serving(pages: dict[str, Page | Sequence[Page]]) -> AsyncIterator[Server]:
    served = {
        path: [given] if isinstance(given, bytes) or callable(given) else list(given)
        for path, given in pages.items()
    }
    server = Server(served)
    socket = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.port = socket.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        socket.close()
        await socket.wait_closed()


class Time:
    """A clock that only the waits move."""

    def __init__(self) -> None:
        self.now = START
        self.waits: list[float] = []

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.waits.append(round(seconds, 3))
        self.now += seconds
        await asyncio.sleep(0)


@dataclass
class Outcome:
    results: list[FetchResult | FetchError]
    server: Server
    time: Time
    exchanges: list[Exchange]

    @property
    def only(self) -> FetchResult:
        (result,) = self.results
        assert isinstance(result, FetchResult), result
        return result

    @property
    def error(self) -> FetchError:
        (result,) = self.results
        assert isinstance(result, FetchError), result
        return result


def settings_for(server: Server, settings: Settings) -> Settings:
    return replace(settings, allowed=frozenset({f"127.0.0.1:{server.port}"}))


def fetch(
    pages: dict[str, Page | Sequence[Page]],
    *paths: str,
    settings: Settings | None = None,
    at_once: bool = False,
    **named: Any,
) -> Outcome:
    """Get the paths from a server of these pages, one after the other or all at once."""

    async def run() -> Outcome:
        time = Time()
        exchanges: list[Exchange] = []
        async with serving(pages) as server:
            fetcher = Fetcher(
                settings_for(server, settings or Settings(gap=0)),
                on_exchange=exchanges.append,
                clock=time.clock,
                sleep=time.sleep,
            )

            async def one(path: str) -> FetchResult | FetchError:
                try:
                    return await fetcher.get(server.url(path), **named)
                except FetchError as error:
                    assert error.subject.startswith(server.url("/"))
                    return error

            async with fetcher:
                if at_once:
                    results = list(await asyncio.gather(*map(one, paths)))
                else:
                    results = [await one(path) for path in paths]
        return Outcome(results, server, time, exchanges)

    return asyncio.run(run())


def limited(**limits: Any) -> Settings:
    return Settings(gap=0, limits=Limits(**limits))


# What is given back


def test_a_page_is_given_back_with_what_was_stated_of_it() -> None:
    answer = page(
        "200 OK", b"<p>x", 'Content-Type: Text/HTML; charset="ISO-8859-1"', 'ETag: "v1"',
        "Last-Modified: Sun, 01 Mar 2026 12:00:00 GMT",
    )  # fmt: skip
    outcome = fetch({"/a": answer}, "/a")
    assert outcome.only == FetchResult(
        url=outcome.server.url("/a"),
        requested=outcome.server.url("/a"),
        status=200,
        media_type="text/html",
        encoding="ISO-8859-1",
        content=b"<p>x",
        retrieved_at=datetime.fromtimestamp(START, UTC),
        etag='"v1"',
        last_modified="Sun, 01 Mar 2026 12:00:00 GMT",
        attempts=1,
        hops=(),
    )


def test_the_crawler_names_itself_and_sends_nothing_else() -> None:
    outcome = fetch(
        {"/a": page()}, "/a", settings=Settings(gap=0, contact="https://desk.example/bot")
    )
    for head in outcome.server.heads:
        assert "+https://desk.example/bot" in head["user-agent"]
        assert set(head) - {""} == {"host", "user-agent", "accept", "accept-encoding"}


def test_a_compressed_page_is_given_back_decoded() -> None:
    packed = gzip.compress(b"news " * 50)
    outcome = fetch({"/a": page("200 OK", packed, "Content-Encoding: gzip")}, "/a")
    assert outcome.only.content == b"news " * 50
    assert outcome.exchanges[-1].body == packed, "recorded as it was transferred"


@pytest.mark.parametrize("status", ["200 OK", "202 Accepted", "204 No Content", "205 Reset"])
def test_a_success_without_a_body_is_fine_as_it_is(status: str) -> None:
    answer = f"HTTP/1.1 {status}\r\nConnection: close\r\n\r\n".encode()

    async def close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()

    got = fetch({"/a": close}, "/a").only
    assert (got.status, got.content, got.media_type) == (int(status[:3]), b"", "")


def test_an_unchanged_page_is_recognized_by_its_validators() -> None:
    outcome = fetch(
        {"/a": page("304 Not Modified")}, "/a", etag='"v1"', last_modified="Sun, 01 Mar 2026"
    )
    assert (outcome.only.status, outcome.only.content) == (304, b"")
    robots, asked = outcome.server.heads
    assert asked["if-none-match"] == '"v1"'
    assert asked["if-modified-since"] == "Sun, 01 Mar 2026"
    assert "if-none-match" not in robots


def test_a_304_without_a_conditional_request_is_a_failure() -> None:
    assert isinstance(fetch({"/a": page("304 Not Modified")}, "/a").error, HttpStatusError)


def test_a_validator_that_no_header_may_hold_is_not_sent() -> None:
    outcome = fetch({"/a": page()}, "/a", etag='"x"\r\nCookie: a=b', last_modified="ü")
    assert outcome.only.status == 200
    assert not {"if-none-match", "if-modified-since", "cookie"} & set(outcome.server.heads[1])


# Failures


@pytest.mark.parametrize(
    "status", ["400 Bad", "401 No", "403 No", "404 Not Found", "410 Gone", "451 Law", "206 Partial"]
)
def test_a_refusal_is_reported_with_its_status_and_not_retried(status: str) -> None:
    outcome = fetch({"/a": page(status, b"sorry")}, "/a")
    assert isinstance(outcome.error, HttpStatusError)
    assert outcome.error.status == int(status[:3])
    assert outcome.server.asked == ["/robots.txt", "/a"]


@pytest.mark.parametrize("status", ["408 Slow", "429 Many", "500 Oops", "502 Bad", "503 Busy"])
def test_a_passing_trouble_is_tried_again_after_a_while(status: str) -> None:
    outcome = fetch({"/a": [page(status), page(status), page("200 OK", b"ok")]}, "/a")
    assert (outcome.only.content, outcome.only.attempts) == (b"ok", 3)
    first, second = outcome.time.waits
    assert 0.5 <= first <= 1.5
    assert 1 <= second <= 3


def test_a_trouble_that_stays_is_given_up_after_the_tries() -> None:
    outcome = fetch({"/a": page("503 Busy")}, "/a", settings=limited(tries=4))
    assert isinstance(outcome.error, HttpStatusError)
    assert outcome.error.status == 503
    assert outcome.server.asked.count("/a") == 4
    assert vars(outcome.error)["attempts"] == 4


@pytest.mark.parametrize("asked", ["7", "Mon, 02 Feb 2026 02:40:07 GMT"])
def test_retry_after_is_kept_to(asked: str) -> None:
    assert datetime(2026, 2, 2, 2, 40, tzinfo=UTC).timestamp() == START
    outcome = fetch({"/a": [page("429 Many", b"", f"Retry-After: {asked}"), page()]}, "/a")
    assert outcome.only.attempts == 2
    assert outcome.time.waits == [7.0]


@pytest.mark.parametrize("asked", ["-10", "soon", "999999999", "Sun, 01 Feb 2026 02:40:07 GMT"])
def test_an_invalid_retry_after_is_ignored(asked: str) -> None:
    outcome = fetch({"/a": [page("503 Busy", b"", f"Retry-After: {asked}"), page()]}, "/a")
    assert outcome.only.attempts == 2
    assert 0.5 <= outcome.time.waits[0] <= 1.5


def test_a_retry_after_that_is_too_long_is_given_up_at_once() -> None:
    busy = page("503 Busy", b"", "Retry-After: 121")
    outcome = fetch({"/a": busy}, "/a", settings=limited(waits=1000))
    assert isinstance(outcome.error, HttpStatusError)
    assert "121 s" in outcome.error.message
    assert outcome.time.waits == []


def test_the_waits_of_one_address_have_a_sum() -> None:
    outcome = fetch({"/a": page("503 Busy", b"", "Retry-After: 40")}, "/a")
    assert isinstance(outcome.error, HttpStatusError)
    assert outcome.time.waits == [40.0]


def test_whoever_else_asks_that_host_waits_as_long() -> None:
    outcome = fetch(
        {"/a": [page("429 Many", b"", "Retry-After: 30"), page()], "/b": page()},
        "/a", "/b", at_once=True,
    )  # fmt: skip
    assert all(isinstance(result, FetchResult) for result in outcome.results)
    assert sum(outcome.time.waits) == 30


async def drop(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


def sends(*pieces: bytes, gap: float = 0.0, end: bool = True) -> Behave:
    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(gap)
        if not end:
            await reader.read()

    return behave


def drips(head: bytes, piece: bytes, gap: float) -> Behave:
    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        while not reader.at_eof() and not writer.is_closing():
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(gap)

    return behave


def test_a_dropped_connection_is_tried_again() -> None:
    outcome = fetch({"/a": [drop, drop, page("200 OK", b"ok")]}, "/a")
    assert (outcome.only.content, outcome.only.attempts) == (b"ok", 3)


def test_a_connection_that_is_always_dropped_keeps_its_cause() -> None:
    error = fetch({"/a": drop}, "/a").error
    assert isinstance(error, ConnectionFailed)
    assert isinstance(error.__cause__, (httpcore.NetworkError, httpcore.ProtocolError))


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
PACKED = gzip.compress(b"news " * 1000)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
        CHUNKED + b"5\r\nhello\r\n",
        CHUNKED + b"5\r\nhello\r\nzz\r\n",
        CHUNKED + b"ff\r\nhello",
        page("200 OK", PACKED[:-3], "Content-Encoding: gzip"),
        page("200 OK", PACKED[:20], "Content-Encoding: gzip"),
    ],
    ids=["length", "no last chunk", "bad chunk", "cut chunk", "no gzip end", "cut gzip"],
)
def test_a_transfer_that_breaks_off_is_never_taken_for_whole(answer: bytes) -> None:
    outcome = fetch({"/a": sends(answer)}, "/a")
    assert isinstance(outcome.error, TruncatedTransfer)
    assert outcome.server.asked.count("/a") == 3
    assert {(e.failure, e.body) for e in outcome.exchanges[1:]} == {("truncated", b"")}


def test_an_error_page_that_breaks_off_is_reported_by_its_status() -> None:
    answer = b"HTTP/1.1 404 Not Found\r\nContent-Length: 100\r\n\r\nshort"
    assert isinstance(fetch({"/a": sends(answer)}, "/a").error, HttpStatusError)


def test_an_unknown_or_broken_content_encoding_is_told() -> None:
    for field_, body in (("rot13", b"x"), ("gzip", b"this is no gzip")):
        outcome = fetch({"/a": page("200 OK", body, f"Content-Encoding: {field_}")}, "/a")
        assert isinstance(outcome.error, UndecodableTransfer)
        assert outcome.server.asked.count("/a") == 1


def test_a_silent_server_times_out() -> None:
    outcome = fetch({"/a": hang}, "/a", settings=limited(read=0.05, tries=2))
    assert isinstance(outcome.error, FetchTimeout)
    assert outcome.server.asked.count("/a") == 2


@pytest.mark.parametrize(
    "slow",
    [
        drips(b"HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n", b"x", 0.02),
        drips(b"HTTP/1.1 200 OK\r\nA: ", b"x", 0.02),
        drips(b"", b"HTTP/1.1 102 Processing\r\n\r\n", 0.02),
        drips(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n", 0.0),
        drips(CHUNKED, b"1\r\nx\r\n", 0.02),
    ],
    ids=["body", "headers", "1xx", "flood of 1xx", "chunks"],
)
def test_one_deadline_covers_headers_body_and_early_answers_and_is_not_retried(
    slow: Behave,
) -> None:
    outcome = fetch({"/a": slow}, "/a", settings=limited(total=0.3))
    assert isinstance(outcome.error, FetchTimeout)
    assert "0.3 s of network time" in outcome.error.message
    assert outcome.server.asked.count("/a") == 1


def test_the_deadline_counts_over_tries_and_hops() -> None:
    late = sends(b"", page("503 Busy"), gap=0.15)
    outcome = fetch({"/a": late}, "/a", settings=limited(total=0.4, tries=9))
    assert isinstance(outcome.error, FetchTimeout)
    assert 2 <= outcome.server.asked.count("/a") <= 3


def test_waits_do_not_count_as_network_time() -> None:
    outcome = fetch(
        {"/a": [page("503 Busy", b"", "Retry-After: 50"), page()]}, "/a", settings=limited(total=5)
    )
    assert outcome.only.attempts == 2


@pytest.mark.parametrize(
    "answer",
    [
        page("200 OK", b"x" * 2000),
        CHUNKED + b"7d0\r\n" + b"x" * 2000 + b"\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
    ],
    ids=["stated", "chunked", "stated only"],
)
def test_a_body_above_the_raw_limit_is_refused(answer: bytes) -> None:
    outcome = fetch({"/a": sends(answer, end=False)}, "/a", settings=limited(raw=1999))
    assert isinstance(outcome.error, ResponseTooLarge)
    assert outcome.server.asked.count("/a") == 1


def test_a_bomb_is_refused_by_its_decoded_size() -> None:
    bomb = page("200 OK", gzip.compress(bytes(20 * 1024 * 1024)), "Content-Encoding: gzip")
    error = fetch({"/a": bomb}, "/a", settings=limited(decoded=100_000)).error
    assert isinstance(error, ResponseTooLarge)
    assert "100,000 bytes when decoded" in error.message


@pytest.mark.parametrize("size", [70_000, 200_000, 3_000_000])
def test_headers_above_their_limit_are_refused(size: int) -> None:
    answer = b"HTTP/1.1 200 OK\r\nA: " + b"x" * size + b"\r\nContent-Length: 0\r\n\r\n"
    outcome = fetch({"/a": sends(answer)}, "/a")
    assert isinstance(outcome.error, ResponseTooLarge)
    assert "headers" in outcome.error.message


@pytest.mark.parametrize(
    "answer", [b"\0\xff nonsense\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"\r\n\r\n"]
)
def test_a_response_that_is_not_http_fails_only_its_url(answer: bytes) -> None:
    outcome = fetch({"/a": sends(answer), "/b": page()}, "/a", "/b")
    failed, good = outcome.results
    assert isinstance(failed, ConnectionFailed)
    assert isinstance(good, FetchResult)


# Redirects


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed_and_recorded(status: int) -> None:
    outcome = fetch(
        {
            "/a": page(f"{status} There", b"moved", "Location: b?x=1#part"),
            "/b?x=1": page(f"{status} There", b"", "Location: /c"),
            "/c": page("200 OK", b"ok"),
        },
        "/a",
    )
    got, url = outcome.only, outcome.server.url
    assert (got.url, got.requested, got.content) == (url("/c"), url("/a"), b"ok")
    assert got.hops == (url("/a"), url("/b?x=1"))


def test_five_redirects_are_followed_and_no_more() -> None:
    pages: dict[str, Page | Sequence[Page]] = {
        f"/{n}": page("302 There", b"", f"Location: /{n + 1}") for n in range(6)
    }
    pages["/6"] = page("200 OK", b"end")
    outcome = fetch(pages, "/1", "/0")
    good, failed = outcome.results
    assert isinstance(good, FetchResult)
    assert isinstance(failed, RedirectRefused)
    assert "more than 5 redirects" in failed.message
    assert "/0 -> " in failed.message


@pytest.mark.parametrize(
    ("place", "said"),
    [("Location: /a", "loop"), ("Location: #top", "loop"), ("Location:", "without"), ("X: y", "without")],
)  # fmt: skip
def test_a_redirect_to_nowhere_is_refused(place: str, said: str) -> None:
    outcome = fetch({"/a": page("302 There", b"", place)}, "/a")
    assert isinstance(outcome.error, RedirectRefused)
    assert said in outcome.error.message
    assert outcome.server.asked.count("/a") == 1


def test_a_challenge_is_reported_as_blocked_and_not_tried_again() -> None:
    answer = page("503 Busy", b"<script src='/cdn-cgi/challenge-platform/x'>")
    outcome = fetch({"/a": answer}, "/a")
    assert isinstance(outcome.error, Blocked)
    assert "Cloudflare" in outcome.error.message
    assert outcome.server.asked.count("/a") == 1


def test_a_compressed_challenge_is_known_too() -> None:
    body = gzip.compress(b"<script src='https://ct.captcha-delivery.com/c.js'>")
    outcome = fetch({"/a": page("403 No", body, "Content-Encoding: gzip")}, "/a")
    assert isinstance(outcome.error, Blocked)


def test_a_redirect_to_a_consent_wall_is_reported_as_blocked() -> None:
    wall = page("302 There", b"", "Location: https://consent.outlet.example/?back=1")
    assert isinstance(fetch({"/a": wall}, "/a").error, Blocked)


# Manners


def test_robots_are_asked_once_and_kept_to() -> None:
    robots = page("200 OK", b"User-agent: *\nDisallow: /private\n")
    outcome = fetch(
        {"/robots.txt": robots, "/a": page()}, "/private/1", "/a", "/a", "/private/2", at_once=True
    )
    refused = [isinstance(result, RobotsRefused) for result in outcome.results]
    assert refused == [True, False, False, True]
    assert sorted(outcome.server.asked) == ["/a", "/a", "/robots.txt"]


def test_a_redirect_into_what_robots_close_is_not_followed() -> None:
    robots = page("200 OK", b"User-agent: *\nDisallow: /private\n")
    outcome = fetch(
        {"/robots.txt": robots, "/a": page("302 There", b"", "Location: /private")}, "/a"
    )
    assert isinstance(outcome.error, RobotsRefused)
    assert "/private" not in outcome.server.asked


def test_robots_that_moved_are_followed() -> None:
    outcome = fetch(
        {
            "/robots.txt": page("301 There", b"", "Location: /elsewhere"),
            "/elsewhere": page("200 OK", b"User-agent: *\nDisallow: /\n"),
        },
        "/a",
    )
    assert isinstance(outcome.error, RobotsRefused)


@pytest.mark.parametrize(
    "robots",
    [
        page("403 No"),
        page("410 Gone"),
        page("302 There", b"", "Location: /robots.txt"),
        page("200 OK", b"<html>not robots at all"),
        page("200 OK", b"User-agent: *\nAllow: /\n" + b"# filling\n" * 60_000 + b"Disallow: /a\n"),
    ],
    ids=["403", "410", "loop", "html", "beyond 512 KiB"],
)
def test_robots_that_say_nothing_close_nothing(robots: bytes) -> None:
    assert fetch({"/robots.txt": robots, "/a": page()}, "/a").only.status == 200


@pytest.mark.parametrize(
    "robots",
    [
        page("503 Busy"),
        hang,
        sends(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nUser-agent: *\n"),
        page("200 OK", b"no gzip", "Content-Encoding: gzip"),
    ],
    ids=["503", "time-out", "cut", "broken"],
)
def test_robots_that_cannot_be_got_close_everything_for_now(robots: Page) -> None:
    outcome = fetch(
        {"/robots.txt": robots, "/a": page()}, "/a", settings=limited(robots_seconds=0.2)
    )
    assert isinstance(outcome.error, RobotsUnavailable)
    assert isinstance(outcome.error.__cause__, FetchError)
    assert "/a" not in outcome.server.asked


def test_robots_are_asked_again_when_they_are_too_old() -> None:
    outcome = fetch(
        {"/a": page("200 OK")}, "/a", "/a", "/a",
        settings=Settings(gap=60, limits=Limits(robots_age=110)),
    )  # fmt: skip
    assert outcome.server.asked == ["/robots.txt", "/a", "/a", "/robots.txt", "/a"]


class Busy:
    """Pages that take their time; counts how many are under way at once."""

    def __init__(self) -> None:
        self.now = self.most = 0

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0.05)
        self.now -= 1
        writer.write(page("200 OK", b"", "Connection: close"))
        await writer.drain()


def test_one_host_is_asked_with_the_gap_between_and_one_request_at_a_time() -> None:
    busy = Busy()
    outcome = fetch(
        {f"/{n}": busy for n in range(5)}, *(f"/{n}" for n in range(5)),
        at_once=True, settings=Settings(gap=2),
    )  # fmt: skip
    assert outcome.time.waits == [2.0] * 5
    assert busy.most == 1


@pytest.mark.parametrize(("said", "wait"), [(5, 5.0), (3600, 30.0), (0.1, 1.0)])
def test_a_crawl_delay_is_kept_to_up_to_a_cap(said: float, wait: float) -> None:
    robots = page("200 OK", f"User-agent: *\nCrawl-delay: {said}\nDisallow: /x\n".encode())
    outcome = fetch(
        {"/robots.txt": robots, "/a": page()}, "/a", "/a", "/a", settings=Settings(gap=1)
    )
    assert outcome.time.waits[1:] == [wait, wait]


def test_addresses_that_are_refused_wait_for_no_pace() -> None:
    class Nowhere(httpcore.AsyncNetworkBackend):
        async def connect_tcp(self, *_args: Any, **_named: Any) -> httpcore.AsyncNetworkStream:
            raise AssertionError("a connection was tried")

    async def resolve(host: str, port: int) -> list[str]:
        return ["10.0.0.1"]

    async def run() -> list[float]:
        time = Time()
        async with Fetcher(
            Settings(gap=5), clock=time.clock, sleep=time.sleep, resolve=resolve, backend=Nowhere()
        ) as fetcher:
            for number in range(4):
                with pytest.raises(AddressRefused):
                    await fetcher.get(f"http://inside.example/{number}")
        return time.waits

    assert asyncio.run(run()) == []


@pytest.mark.parametrize("concurrency", [1, 2, 5])
def test_several_hosts_are_asked_at_once_but_not_too_many(concurrency: int) -> None:
    busy = Busy()

    async def run() -> None:
        async with AsyncExitStack() as stack:
            servers = [await stack.enter_async_context(serving({"/": busy})) for _ in range(5)]
            hosts = frozenset(f"127.0.0.1:{server.port}" for server in servers)
            fetcher = Fetcher(Settings(gap=0, concurrency=concurrency, allowed=hosts))
            async with fetcher:
                await asyncio.gather(*(fetcher.get(server.url("/")) for server in servers))

    asyncio.run(run())
    assert busy.most == concurrency


@pytest.mark.parametrize(
    ("why", "pages", "seconds"),
    [
        ("pace", {"/a": page()}, 3),
        (
            "crawl-delay",
            {"/robots.txt": page("200 OK", b"User-agent: *\nCrawl-delay: 9\n"), "/a": page()},
            9,
        ),
        ("Retry-After", {"/a": [page("429 Many", b"", "Retry-After: 30"), page()]}, 30),
    ],
)
def test_a_wait_for_a_host_is_reported_with_its_reason(
    why: str, pages: dict[str, Page | Sequence[Page]], seconds: int
) -> None:
    told: list[tuple[str, str, float]] = []

    async def run() -> str:
        time = Time()

        async def sleep(wait: float) -> None:
            told.extend((one.host, one.why, one.until - time.now) for one in fetcher.waits())
            await time.sleep(wait)

        async with serving(pages) as server:
            settings = settings_for(server, Settings(gap=3))
            async with Fetcher(settings, clock=time.clock, sleep=sleep) as fetcher:
                await fetcher.get(server.url("/a"))
                await fetcher.get(server.url("/a"))
                assert not fetcher.waits()
        return f"127.0.0.1:{server.port}"

    host = asyncio.run(run())
    assert (host, why, seconds) in told


# Recording and replay


class Recorded:
    def __init__(self, exchanges: list[Exchange]) -> None:
        self.left: dict[str, list[Exchange]] = {}
        for exchange in exchanges:
            self.left.setdefault(exchange.url, []).append(exchange)

    def take(self, url: str) -> Exchange:
        if url not in self.left:
            raise NotInSession(url, "is not in the session")
        found = self.left[url]
        return found.pop(0) if len(found) > 1 else found[0]


def told(result: FetchResult | FetchError) -> object:
    if isinstance(result, FetchResult):
        return result
    return type(result), str(result), vars(result)


@pytest.mark.slow
def test_a_replay_gives_the_same_results_without_network_or_waits() -> None:
    pages: dict[str, Page | Sequence[Page]] = {
        "/robots.txt": page("200 OK", b"User-agent: *\nDisallow: /closed\n"),
        "/plain": page("200 OK", b"<p>x", "Content-Type: text/html", "X-Odd: \xe9"),
        "/gzip": page("200 OK", gzip.compress(b"zipped"), "Content-Encoding: gzip"),
        "/moved": page("302 There", b"", "Location: /plain"),
        "/loop": page("302 There", b"", "Location: /loop"),
        "/outside": page("302 There", b"", "Location: http://10.0.0.1/"),
        "/busy": [page("503 Busy", b"", "Retry-After: 9"), page("429 Many"), page("200 OK", b"ok")],
        "/down": page("503 Busy"),
        "/long": page("503 Busy", b"", "Retry-After: 100"),
        "/drop": [drop, page("200 OK", b"ok")],
        "/gone": drop,
        "/cut": sends(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx"),
        "/slow": drips(CHUNKED, b"1\r\nx\r\n", 0.02),
        "/hang": hang,
        "/bomb": page("200 OK", gzip.compress(bytes(10**6)), "Content-Encoding: gzip"),
        "/wall": page("403 No", b"captcha-delivery.com"),
    }
    settings = limited(total=3, read=1, decoded=500_000)
    paths = [*(path for path in pages if path != "/robots.txt"), "/closed", "/plain", "/absent"]
    live = fetch(pages, *paths, settings=settings)
    kinds = {type(result).__name__ for result in live.results}
    assert len(kinds) >= 9, kinds

    async def replay() -> list[FetchResult | FetchError]:
        async def never(*args: object) -> Any:
            raise AssertionError(f"not in a replay: {args}")

        session = Recorded(live.exchanges)
        results: list[FetchResult | FetchError] = []
        fetcher = Fetcher(
            settings_for(live.server, settings), session=session, sleep=never, resolve=never,
            clock=lambda: 0.0,
        )  # fmt: skip
        async with fetcher:
            for path in paths:
                try:
                    results.append(await fetcher.get(live.server.url(path)))
                except FetchError as error:
                    results.append(error)
            with pytest.raises(NotInSession, match="http://127.0.0.1:1/new"):
                await fetcher.get("http://127.0.0.1:1/new")
        return results

    assert [told(r) for r in asyncio.run(replay())] == [told(r) for r in live.results]


def test_a_dead_host_replays_as_it_was() -> None:
    async def run() -> tuple[object, object]:
        async with serving({}) as server:
            url = server.url("/a")
            settings = settings_for(server, Settings(gap=0))
        time, exchanges = Time(), list[Exchange]()
        results = []
        for session in (None, Recorded(exchanges)):
            if session:
                session = Recorded(exchanges)
            async with Fetcher(
                settings, session=session, on_exchange=exchanges.append,
                clock=time.clock, sleep=time.sleep,
            ) as fetcher:  # fmt: skip
                with pytest.raises(ConnectionFailed) as caught:
                    await fetcher.get(url)
                results.append(told(caught.value))
        return results[0], results[1]

    live, replayed = asyncio.run(run())
    assert live == replayed


def test_every_exchange_is_reported_with_request_and_response() -> None:
    outcome = fetch({"/a": [page("503 Busy"), page("200 OK", b"ok", "X-A: b")]}, "/a")
    urls = [exchange.url.rpartition("/")[2] for exchange in outcome.exchanges]
    assert urls == ["robots.txt", "a", "a"]
    last = outcome.exchanges[-1]
    assert (last.status, last.reason, last.body, last.failure) == (200, "OK", b"ok", "")
    assert ("X-A", "b") in last.headers
    assert any(name.lower() == "user-agent" for name, _ in last.request)
    assert last.started.tzinfo is UTC
    assert last.started.microsecond == 0


def test_a_cancelled_request_is_not_reported_as_an_exchange() -> None:
    async def run() -> list[Exchange]:
        exchanges: list[Exchange] = []
        slow = sends(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx", end=False)
        async with serving({"/a": slow}) as server:
            fetcher = Fetcher(settings_for(server, Settings(gap=0)), on_exchange=exchanges.append)
            async with fetcher:
                task = asyncio.create_task(fetcher.get(server.url("/a")))
                while "/a" not in server.asked:
                    await asyncio.sleep(0.01)
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task
        return exchanges

    assert [e.url.rpartition("/")[2] for e in asyncio.run(run())] == ["robots.txt"]


def test_a_common_http_server_is_understood(httpserver: Any) -> None:
    def answer(request: Request) -> Response:
        return Response(json.dumps(dict(request.headers)), content_type="application/json")

    httpserver.expect_request("/robots.txt").respond_with_data(status=404)
    httpserver.expect_request("/feed").respond_with_handler(answer)
    host = f"127.0.0.1:{httpserver.port}"

    async def run() -> FetchResult:
        async with Fetcher(Settings(gap=0, allowed=frozenset({host}))) as fetcher:
            return await fetcher.get(f"http://{host}/feed")

    got = asyncio.run(run())
    assert got.media_type == "application/json"
    assert json.loads(got.content)["User-Agent"].startswith("copydesk/")
