"""Responses: read within limits, turned into results, and recorded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from copydesk.errors import (
    AddressRefused,
    Blocked,
    ConnectionFailed,
    FetchError,
    FetchTimeout,
    HttpStatusError,
    KnownArticle,
    RedirectRefused,
    ResponseTooLarge,
    RobotsRefused,
    RobotsUnavailable,
    TruncatedTransfer,
    UndecodableTransfer,
)
from copydesk.fetching.body import Body
from copydesk.fetching.challenges import SHORT
from copydesk.fetching.recording import Exchange
from copydesk.settings import Limits
from copydesk.util.media_types import charset_of

# The error classes of recorded failures, by reason.
_FAILURES: dict[str, type[FetchError]] = {
    kind.reason: kind
    for kind in (
        AddressRefused,
        Blocked,
        ConnectionFailed,
        FetchTimeout,
        HttpStatusError,
        KnownArticle,
        RedirectRefused,
        ResponseTooLarge,
        RobotsRefused,
        RobotsUnavailable,
        TruncatedTransfer,
        UndecodableTransfer,
    )
}

HeaderPairs = tuple[tuple[str, str], ...]
"""Header fields as text."""

RawHeaders = Iterable[tuple[bytes, bytes]]
"""Header fields as bytes, as transferred."""

_FIELD = re.compile(r"[\x21-\x7e][\x20-\x7e]{0,1022}")


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchResult:
    """The result of fetching a URL.

    Attributes:
        url: the final URL, after redirects.
        requested: the requested URL, without user name and password.
        status: 2xx, or 304 if not modified since the given etag or last_modified.
        media_type: lower case, without parameters, empty if not stated.
        encoding: charset of the Content-Type.
        content: the decoded body, empty for 304.
        retrieved_at: when the last request was sent, in UTC, to the second.
        attempts: number of requests, 1 if none failed.
        hops: URLs that redirected, in order.
    """

    url: str
    requested: str
    status: int
    media_type: str
    encoding: str | None
    content: bytes
    retrieved_at: datetime
    etag: str | None = None
    last_modified: str | None = None
    attempts: int = 1
    hops: tuple[str, ...] = ()


class ExchangeSource(Protocol):
    """A source of recorded exchanges."""

    def take(self, url: str) -> Exchange:
        """Return the next exchange for a URL; repeat the last one. Raises NotInSession."""
        ...


@dataclass(slots=True, kw_only=True)
class RequestBudget:
    """The budget and state of the requests for one URL.

    Attributes:
        subject: the URL, for errors.
        total: maximum network time, in seconds.
        started: when the last request was sent.
        robots: True if the URL is that of a robots.txt.
        delay: crawl delay of the host in seconds.
        spent: network time so far, in seconds.
        waited: Retry-After and backoff time so far, in seconds.
        retries: number of requests after the first.
        hops: URLs that redirected, in order.
    """

    subject: str
    total: float
    started: datetime
    robots: bool = False
    delay: float = 0.0
    spent: float = 0.0
    waited: float = 0.0
    retries: int = 0
    hops: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Response:
    """One response; of an error status, maybe only the start. Header names ignore case."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    started: datetime


class ResponseReader:
    """Reads the body of a response within limits.

    A 2xx must be complete and within the limits. Any other body is only used to recognize challenge
    pages: its start is enough, and errors in it do not hide the status. The start of a robots.txt
    is enough, too, but it must be valid.
    """

    def __init__(
        self,
        budget: RequestBudget,
        status: int,
        headers: Mapping[str, str],
        limits: Limits,
    ) -> None:
        subject, robots = budget.subject, budget.robots
        size = sum(len(name) + len(value) + 4 for name, value in headers.items())
        if size > limits.headers:
            raise ResponseTooLarge(subject, f"headers are above {limits.headers:,} bytes")
        self._strict = 200 <= status < 300
        cut = robots or not self._strict
        length = headers.get("content-length", "").strip()
        if not cut and re.fullmatch("[0-9]{1,18}", length) and int(length) > limits.raw:
            raise ResponseTooLarge(subject, f"body is above {limits.raw:,} bytes")
        self._body: Body | None = None
        try:
            self._body = Body(
                subject,
                headers.get("content-encoding", ""),
                raw=limits.raw,
                decoded=limits.robots_bytes if robots else limits.decoded if not cut else SHORT,
                cut=cut,
            )
        except FetchError:
            if self._strict:
                raise

    def feed(self, data: bytes) -> bool:
        """Add transferred bytes; return False if no more are needed."""
        try:
            return self._body is not None and self._body.feed(data)
        except FetchError:
            if self._strict:
                raise
            return False

    @property
    def strict(self) -> bool:
        """Whether an incomplete transfer is a failure."""
        return self._strict

    def content(self) -> bytes:
        """Return the decoded body. Raises TruncatedTransfer if it must be complete and is not."""
        if self._body is None:
            return b""
        return self._body.finish() if self._strict else self._body.content


def result_of(url: str, response: Response, budget: RequestBudget) -> FetchResult:
    """Return the result for the last response."""
    stated = response.headers.get("content-type", "")
    return FetchResult(
        url=url,
        requested=budget.subject,
        status=response.status,
        media_type=stated.partition(";")[0].strip().lower(),
        encoding=charset_of(stated),
        content=b"" if response.status == 304 else response.content,
        retrieved_at=response.started,
        etag=response.headers.get("etag"),
        last_modified=response.headers.get("last-modified"),
        attempts=budget.retries + 1,
        hops=tuple(budget.hops),
    )


def conditional_headers(etag: str | None, last_modified: str | None) -> HeaderPairs:
    """Return the headers of a conditional request, without values that are invalid in headers."""
    stated = (("If-None-Match", etag), ("If-Modified-Since", last_modified))
    return tuple((name, value) for name, value in stated if value and _FIELD.fullmatch(value))


def to_exchange(
    url: str,
    started: datetime,
    fault: FetchError | None,
    request: RawHeaders = (),
    response: tuple[int, str, RawHeaders] | None = None,
    body: bytes = b"",
) -> Exchange:
    """Return an exchange to record, without the body if it failed.

    response: status, reason and header fields. Headers are decoded as Latin-1, which is lossless.
    """
    status, reason, came = response or (0, "", ())
    return Exchange(
        url=url,
        request=tuple((n.decode("latin-1"), v.decode("latin-1")) for n, v in request),
        status=status,
        reason=reason,
        headers=tuple((n.decode("latin-1"), v.decode("latin-1")) for n, v in came),
        body=b"" if fault is not None else body,
        started=started,
        failure=fault.reason if fault is not None else "",
        message=fault.message if fault is not None else "",
        retryable=fault is None or fault.retryable,
    )


def raw_headers(fields: Iterable[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    """Return recorded header fields as bytes."""
    return [(_raw(name), _raw(value)) for name, value in fields]


def _raw(text: str) -> bytes:
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        # Another program may have decoded the headers of its session as UTF-8.
        return text.encode("utf-8", "surrogateescape")


def recorded_error(exchange: Exchange, subject: str) -> FetchError | None:
    """Return the error that ended a recorded exchange, or None."""
    if not exchange.failure:
        return None
    error = _FAILURES.get(exchange.failure, FetchError)(subject, exchange.message)
    if error.retryable and not exchange.retryable:
        error.retryable = False
    return error


def with_note(error: FetchError, note: str) -> FetchError:
    """Return a copy of an error with a note after its message."""
    message = f"{error.message} ({note})"
    made: FetchError
    if isinstance(error, HttpStatusError):
        made = HttpStatusError(error.subject, message, error.status)
    else:
        made = type(error)(error.subject, message)
    made.__cause__ = error.__cause__
    return made
