"""Connections to checked addresses only: the name is resolved here, and what it gives is judged."""

from __future__ import annotations

import asyncio
import importlib.util
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable

import httpcore
import httpx

from copydesk.addresses import literal, opened, refusal
from copydesk.errors import (
    AddressRefused,
    ConnectionFailed,
    FetchError,
    FetchTimeout,
    ResponseTooLarge,
    TruncatedTransfer,
)
from copydesk.settings import Limits, Settings

_TOO_LARGE = frozenset({"431", "DenialOfServiceError", "OversizedHeaderListError"})
_TOO_SHORT = frozenset({"InvalidBodyLengthError"})

Resolve = Callable[[str, int], Awaitable[list[str]]]
"""Finds the IP addresses of a host and port."""


async def system_resolve(host: str, port: int) -> list[str]:
    """The addresses that the system's resolver gives for a name, in its order. Raises OSError."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """A network backend that connects to the very address that it checked.

    Resolving once and connecting to the result leaves no second look-up that could give another
    address. TLS and the Host header go by the name, which httpcore keeps apart.
    """

    def __init__(
        self,
        resolve: Resolve = system_resolve,
        allowed: frozenset[str] = frozenset(),
        backend: httpcore.AsyncNetworkBackend | None = None,
    ) -> None:
        self._resolve = resolve
        self._allowed = allowed
        self._backend = backend or httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first of the host's addresses that may be spoken to and answers.

        Raises AddressRefused when none may be, ConnectError and ConnectTimeout of httpcore.
        """
        loop = asyncio.get_running_loop()
        due = None if timeout is None else loop.time() + timeout
        good = await self._good(host, port, timeout)
        failure: Exception | None = None
        for number, address in enumerate(good):
            # A dead address must leave time for those after it.
            left = None if due is None else max(0.0, due - loop.time()) / (len(good) - number)
            try:
                return await self._backend.connect_tcp(
                    address,
                    port,
                    timeout=left,
                    local_address=local_address,
                    socket_options=socket_options,
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure or httpcore.ConnectError(f"host {host!r} has no address")

    async def _good(self, host: str, port: int, timeout: float | None) -> list[str]:
        written = literal(host)
        if written is not None:
            found = [str(written)]
        else:
            try:
                async with asyncio.timeout(timeout):
                    found = await self._resolve(host, port)
            except TimeoutError as error:
                raise httpcore.ConnectTimeout(f"host {host!r} was not found in time") from error
            except (OSError, UnicodeError) as error:
                raise httpcore.ConnectError(f"host {host!r} was not found: {error}") from error
        if opened(host, port, self._allowed):
            return found
        # A private address beside a public one is passed over, not a reason to refuse the name:
        # broken records for IPv6 are common.
        reasons = {address: refusal(address) for address in found}
        good = [address for address, reason in reasons.items() if reason is None]
        if found and not good:
            said = ", ".join(f"{address}, {reason}" for address, reason in reasons.items())
            raise AddressRefused(f"{host}:{port}", f"{host} port {port} is not public: {said}")
        return good

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Never: a local socket is no public address."""
        raise AddressRefused(path, "a local socket is never spoken to")

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await self._backend.sleep(seconds)


class GuardedTransport(httpx.AsyncBaseTransport):
    """httpx over connections behind the guard; HTTP/2 where the h2 package is installed.

    No environment, netrc, cookie jar or proxy has a part in it; a proxy would resolve the names
    itself, behind the guard's back. TLS certificates are verified.
    """

    def __init__(
        self, settings: Settings, resolve: Resolve, backend: httpcore.AsyncNetworkBackend | None
    ) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=httpx.create_ssl_context(trust_env=False),
            max_connections=None,
            max_keepalive_connections=settings.concurrency,
            keepalive_expiry=5.0,
            http1=True,
            http2=importlib.util.find_spec("h2") is not None,
            retries=0,
            network_backend=GuardedBackend(resolve, settings.allowed, backend),
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request. Raises httpcore's errors and AddressRefused."""
        url = request.url
        response = await self._pool.handle_async_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
                ),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(
            response.status,
            headers=response.headers,
            stream=_Pieces(response),
            extensions=response.extensions,
        )

    async def aclose(self) -> None:
        """Close every connection."""
        await self._pool.aclose()


class _Pieces(httpx.AsyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._response.aiter_stream():
            yield piece

    async def aclose(self) -> None:
        await self._response.aclose()


def fault_of(error: Exception, subject: str, limits: Limits, *, begun: bool) -> FetchError:
    """The failure that an error of the transport means.

    begun: whether the response's headers had come.
    """
    if isinstance(error, httpcore.ConnectTimeout):
        return FetchTimeout(subject, f"no connection within {limits.connect:g} s")
    if isinstance(error, httpcore.TimeoutException):
        return FetchTimeout(subject, f"nothing came for {limits.read:g} s")
    names = _named(error)
    if not begun and names & _TOO_LARGE:
        return ResponseTooLarge(subject, f"headers are above {limits.headers:,} bytes")
    said = str(error) or type(error).__name__
    if begun or names & _TOO_SHORT:
        return TruncatedTransfer(subject, f"broke off before it was whole: {said}")
    return ConnectionFailed(subject, said)


def _named(error: BaseException | None) -> set[str]:
    """What h11 and h2 call an error, below what httpcore made of it."""
    names: set[str] = set()
    seen: list[BaseException] = []
    while error is not None and error not in seen:
        seen.append(error)
        for link in (error, *error.args):
            names.add(type(link).__name__)
            # h11 says only by the status that a server would answer what the matter is.
            names.add(str(getattr(link, "error_status_hint", "")))
        error = error.__cause__ or error.__context__
    return names
