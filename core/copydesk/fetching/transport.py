"""HTTP transport that resolves names itself and connects to public IP addresses only."""

from __future__ import annotations

import asyncio
import importlib.util
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable

import httpcore
import httpx

from copydesk.errors import (
    AddressRefused,
    ConnectionFailed,
    FetchError,
    FetchTimeout,
    ResponseTooLarge,
    TruncatedTransfer,
)
from copydesk.fetching.ip_guard import is_allowed, parse_literal, reason_blocked
from copydesk.settings import Limits, Settings

_TOO_LARGE = frozenset({"431", "DenialOfServiceError", "OversizedHeaderListError"})
_TOO_SHORT = frozenset({"InvalidBodyLengthError"})

Resolve = Callable[[str, int], Awaitable[list[str]]]
"""A function that returns the IP addresses of a host and port."""


async def system_resolve(host: str, port: int) -> list[str]:
    """Return the IP addresses of a name from the system's resolver. Raises OSError."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """A network backend that connects to the IP address that it checked.

    A name is resolved only once, so that a second look-up cannot return another address. TLS and
    the Host header use the name.
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
        """Connect to the first allowed address of the host that accepts a connection.

        Raises AddressRefused if none is allowed, and httpcore's ConnectError and ConnectTimeout.
        """
        loop = asyncio.get_running_loop()
        due = None if timeout is None else loop.time() + timeout
        good = await self._public_addresses(host, port, timeout)
        failure: Exception | None = None
        for number, address in enumerate(good):
            # Share the remaining time among the remaining addresses.
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

    async def _public_addresses(self, host: str, port: int, timeout: float | None) -> list[str]:
        written = parse_literal(host)
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
        if is_allowed(host, port, self._allowed):
            return found
        # A private address beside a public one is ignored: broken IPv6 records are common.
        reasons = {address: reason_blocked(address) for address in found}
        good = [address for address, reason in reasons.items() if reason is None]
        if found and not good:
            detail = ", ".join(f"{address}, {reason}" for address, reason in reasons.items())
            raise AddressRefused(f"{host}:{port}", f"{host} port {port} is not public: {detail}")
        return good

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Refuse a Unix socket, which is not a public address."""
        raise AddressRefused(path, "Unix sockets are not allowed")

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await self._backend.sleep(seconds)


class GuardedTransport(httpx.AsyncBaseTransport):
    """An httpx transport with guarded connections; HTTP/2 if the h2 package is installed.

    Environment, netrc, cookies and proxies are not used: a proxy would resolve names itself and so
    bypass the guard. TLS certificates are verified.
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
            stream=_ResponseStream(response),
            extensions=response.extensions,
        )

    async def aclose(self) -> None:
        """Close every connection."""
        await self._pool.aclose()


class _ResponseStream(httpx.AsyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._response.aiter_stream():
            yield piece

    async def aclose(self) -> None:
        await self._response.aclose()


def transport_error(error: Exception, subject: str, limits: Limits, *, begun: bool) -> FetchError:
    """Return the fetch error for an exception of the transport.

    begun: True if the headers of the response had arrived.
    """
    if isinstance(error, httpcore.ConnectTimeout):
        return FetchTimeout(subject, f"no connection within {limits.connect:g} s")
    if isinstance(error, httpcore.TimeoutException):
        return FetchTimeout(subject, f"no data for {limits.read:g} s")
    names = _error_names(error)
    if not begun and names & _TOO_LARGE:
        return ResponseTooLarge(subject, f"headers are above {limits.headers:,} bytes")
    detail = str(error) or type(error).__name__
    if begun or names & _TOO_SHORT:
        return TruncatedTransfer(subject, f"incomplete response: {detail}")
    return ConnectionFailed(subject, detail)


def _error_names(error: BaseException | None) -> set[str]:
    """Return the class names and status hints of an error and its causes in h11 and h2."""
    names: set[str] = set()
    seen: list[BaseException] = []
    while error is not None and error not in seen:
        seen.append(error)
        for link in (error, *error.args):
            names.add(type(link).__name__)
            # h11 tells too large headers apart only by the status for a server to send.
            names.add(str(getattr(link, "error_status_hint", "")))
        error = error.__cause__ or error.__context__
    return names
