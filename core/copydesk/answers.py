"""What asking an address came to: one reply read within limits, the answer, and its failures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from copydesk.challenges import SHORT
from copydesk.decoding import Body
from copydesk.errors import (
    AddressRefused,
    Blocked,
    ConnectionFailed,
    FetchError,
    FetchTimeout,
    HttpStatusError,
    RedirectRefused,
    ResponseTooLarge,
    RobotsRefused,
    RobotsUnavailable,
    TruncatedTransfer,
    UndecodableTransfer,
)
from copydesk.session import Exchange
from copydesk.settings import Limits

# A failure that a session holds is raised again as the class that it was.
_FAILURES: dict[str, type[FetchError]] = {
    kind.reason: kind
    for kind in (
        AddressRefused, Blocked, ConnectionFailed, FetchTimeout, HttpStatusError, RedirectRefused,
        ResponseTooLarge, RobotsRefused, RobotsUnavailable, TruncatedTransfer, UndecodableTransfer,
    )
}  # fmt: skip

_CHARSET = re.compile(r";\s*charset\s*=\s*[\"']?([^\s\"';,]+)", re.IGNORECASE)
Pairs = tuple[tuple[str, str], ...]
"""Header fields as text."""

Fields = Iterable[tuple[bytes, bytes]]
"""Header fields as they are transferred."""

_FIELD = re.compile(r"[\x21-\x7e][\x20-\x7e]{0,1022}")


@dataclass(frozen=True, slots=True)
class Fetched:
    """What was got.

    url: the final address, after redirects. requested: the address as asked for, without user
    name and password. status: 2xx, or 304 for not modified since the etag or last_modified that
    the request named; then the content is empty. media_type: without parameters, lower case, empty
    when not stated. encoding: charset of the Content-Type. content: decoded. retrieved_at: when the
    last request was sent, whole seconds, UTC. attempts: tries that it took, 1 when none failed.
    hops: addresses that redirected, in order.
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


class Session(Protocol):
    """Recorded exchanges to answer from."""

    def take(self, url: str) -> Exchange:
        """The next exchange for a URL, the last one again after it. Raises NotInSession."""
        ...


@dataclass(slots=True)
class Trip:
    """What one address has cost so far.

    subject: the address, for errors. total: seconds of network time that it may take. spent: what
    it took. waited: seconds of Retry-After and backoff. retries: tries after the first. started:
    when the last request was sent. robots: whether it is robots.txt that is asked for. delay: seconds
    between two requests that robots.txt of the host asks for.
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
class Answer:
    """One response, read as far as it matters. headers: case does not matter in their names."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    started: datetime


class Reply:
    """A response on its way in, from its headers on.

    A 2xx must come whole and within the limits; the body of any other status matters only for
    telling a challenge page, so its beginning is enough and a fault in it does not hide the
    status. Of a robots.txt the beginning is enough too, but it must be sound.
    """

    def __init__(
        self,
        trip: Trip,
        status: int,
        headers: Mapping[str, str],
        limits: Limits,
    ) -> None:
        subject, robots = trip.subject, trip.robots
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
        """Take the next bytes as they were transferred; False when no more are wanted."""
        try:
            return self._body is not None and self._body.feed(data)
        except FetchError:
            if self._strict:
                raise
            return False

    @property
    def strict(self) -> bool:
        """Whether a transfer that breaks off is a failure."""
        return self._strict

    def content(self) -> bytes:
        """The decoded body. Raises TruncatedTransfer when it must be whole and is not."""
        if self._body is None:
            return b""
        return self._body.finish() if self._strict else self._body.content


def fetched(url: str, answer: Answer, trip: Trip) -> Fetched:
    """The answer that a trip ended with, as it is given back."""
    stated = answer.headers.get("content-type", "")
    charset = _CHARSET.search(stated)
    return Fetched(
        url=url,
        requested=trip.subject,
        status=answer.status,
        media_type=stated.partition(";")[0].strip().lower(),
        encoding=charset[1] if charset else None,
        content=b"" if answer.status == 304 else answer.content,
        retrieved_at=answer.started,
        etag=answer.headers.get("etag"),
        last_modified=answer.headers.get("last-modified"),
        attempts=trip.retries + 1,
        hops=tuple(trip.hops),
    )


def conditions(etag: str | None, last_modified: str | None) -> Pairs:
    """The header fields that ask for an address only if it changed; values no header may hold are left out."""
    stated = (("If-None-Match", etag), ("If-Modified-Since", last_modified))
    return tuple((name, value) for name, value in stated if value and _FIELD.fullmatch(value))


def exchange_of(
    url: str,
    started: datetime,
    fault: FetchError | None,
    request: Fields = (),
    response: tuple[int, str, Fields] | None = None,
    body: bytes = b"",
) -> Exchange:
    """An exchange as a session keeps it; of a failed one, the body is not kept.

    response: status, reason and header fields. Header text is the bytes that were transferred,
    read as Latin-1, so that nothing is lost.
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


def raw_fields(fields: Iterable[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    """Recorded header fields as they were transferred."""
    return [(_raw(name), _raw(value)) for name, value in fields]


def _raw(text: str) -> bytes:
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        # A session of another hand may have read UTF-8.
        return text.encode("utf-8", "surrogateescape")


def failure_of(exchange: Exchange, subject: str) -> FetchError | None:
    """The error that ended a recorded exchange, as it was raised when it was recorded."""
    if not exchange.failure:
        return None
    error = _FAILURES.get(exchange.failure, FetchError)(subject, exchange.message)
    if error.retryable and not exchange.retryable:
        error.retryable = False
    return error


def annotated(error: FetchError, note: str) -> FetchError:
    """The same failure, of the same cause, with a note behind its message."""
    message = f"{error.message} ({note})"
    made: FetchError
    if isinstance(error, HttpStatusError):
        made = HttpStatusError(error.subject, message, error.status)
    else:
        made = type(error)(error.subject, message)
    made.__cause__ = error.__cause__
    return made
