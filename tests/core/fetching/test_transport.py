"""The guard, with a resolver and a backend that only record: no packet leaves, guard or no guard."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterable

import httpcore
import pytest

from copydesk.errors import AddressRefused, ConnectionFailed, FetchError
from copydesk.fetching.client import Fetcher, FetchResult
from copydesk.fetching.transport import system_resolve
from copydesk.settings import Limits, Settings

PUBLIC = "93.184.216.34"
OTHER = "1.1.1.1"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
MISSING = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


def redirect(place: str) -> bytes:
    return f"HTTP/1.1 302 Found\r\nLocation: {place}\r\nContent-Length: 0\r\n\r\n".encode()


class Line(httpcore.AsyncMockStream):
    """A connection that answers what its path is given, and keeps what was sent on it."""

    def __init__(self, backend: Backend) -> None:
        super().__init__([])
        self.backend = backend
        self.pending = b""

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.backend.sent.append(buffer)
        if buffer.startswith(b"GET "):
            self.pending = self.backend.pages.get(buffer.split()[1].decode(), MISSING)

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        answer, self.pending = self.pending, b""
        return answer

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.AsyncNetworkStream:
        self.backend.names.append(server_hostname)
        assert ssl_context.verify_mode == ssl.CERT_REQUIRED
        assert ssl_context.check_hostname
        return self


class Backend(httpcore.AsyncNetworkBackend):
    def __init__(self, pages: dict[str, bytes] | None = None) -> None:
        self.pages = {"/": OK} if pages is None else pages
        self.asked: list[tuple[str, int]] = []
        self.names: list[str | None] = []
        self.sent: list[bytes] = []
        self.dead: set[str] = set()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        self.asked.append((host, port))
        if host in self.dead:
            raise httpcore.ConnectError("nobody there")
        return Line(self)


class Names:
    """A resolver of given answers; the last one of a name is repeated."""

    def __init__(self, **names: list[list[str]]) -> None:
        self.names = {name.replace("_", "."): list(answers) for name, answers in names.items()}

    async def __call__(self, host: str, port: int) -> list[str]:
        if host not in self.names:
            raise OSError(f"no such name: {host}")
        answers = self.names[host]
        return answers.pop(0) if len(answers) > 1 else answers[0]


def get(url: str, backend: Backend, names: Names, *allowed: str, tries: int = 1) -> FetchResult:
    async def no_wait(seconds: float) -> None:
        await asyncio.sleep(0)

    async def run() -> FetchResult:
        settings = Settings(allowed=frozenset(allowed), limits=Limits(tries=tries))
        async with Fetcher(settings, sleep=no_wait, resolve=names, backend=backend) as fetcher:
            return await fetcher.get(url)

    return asyncio.run(run())


def test_a_public_host_is_asked_at_the_address_that_was_checked() -> None:
    backend = Backend()
    assert get("http://outlet.example/", backend, Names(outlet_example=[[PUBLIC]])).content == b"ok"
    assert set(backend.asked) == {(PUBLIC, 80)}
    heads = [sent for sent in backend.sent if sent.startswith(b"GET ")]
    assert heads
    assert all(b"\r\nHost: outlet.example\r\n" in head for head in heads)


def test_tls_goes_by_the_name_though_the_address_is_connected_to() -> None:
    backend = Backend()
    get("https://outlet.example/", backend, Names(outlet_example=[[PUBLIC]]))
    assert set(backend.asked) == {(PUBLIC, 443)}
    assert set(backend.names) == {"outlet.example"}


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.9", "192.168.0.1", "169.254.169.254", "100.64.0.1",
        "0.0.0.0", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fd00::1",
        "ff02::1", "::ffff:127.0.0.1", "::ffff:93.184.216.34", "::127.0.0.1", "64:ff9b::7f00:1",
        "64:ff9b:1::7f00:1", "2002:7f00:1::", "2001:0:1::1",
    ],
)  # fmt: skip
def test_a_name_that_leads_to_no_public_address_is_refused(address: str) -> None:
    backend = Backend()
    with pytest.raises(AddressRefused, match=r"^http://outlet\.example/: .*not public"):
        get("http://outlet.example/", backend, Names(outlet_example=[[address]]))
    assert backend.asked == []


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001", "127.1",
        "127.0.0.1.", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[fe80::1%25eth0]",
        "169.254.169.254", "１２７.0.0.1", "127。0。0。1",
    ],
)  # fmt: skip
def test_a_private_address_in_any_written_form_is_refused(host: str) -> None:
    backend = Backend()
    with pytest.raises(AddressRefused):
        get(f"http://{host}/", backend, Names())
    assert backend.asked == []


def test_a_name_that_turns_private_after_its_first_look_up_does_not_slip_through() -> None:
    backend = Backend({"/": b"HTTP/1.1 503 Busy\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"})
    names = Names(rebind_example=[[PUBLIC], [PUBLIC], ["127.0.0.1"]])
    with pytest.raises(AddressRefused):
        get("http://rebind.example/", backend, names, tries=3)
    assert {host for host, _ in backend.asked} == {PUBLIC}


def test_one_look_up_serves_both_the_check_and_the_connection() -> None:
    backend = Backend()
    names = Names(rebind_example=[[PUBLIC], ["127.0.0.1"]])
    # robots.txt takes the first look-up; were the page checked and connected by two more, one of
    # them would be let through.
    backend.pages["/robots.txt"] = MISSING.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    with pytest.raises(AddressRefused):
        get("http://rebind.example/", backend, names)
    assert backend.asked == [(PUBLIC, 80)]


@pytest.mark.parametrize(
    "place",
    [
        "http://127.0.0.1/", "http://inner.example/", "//inner.example/", "http://2130706433/",
        "http://[::1]:8080/", "http://169.254.169.254/latest/meta-data/",
    ],
)  # fmt: skip
def test_a_redirect_to_a_private_address_is_refused(place: str) -> None:
    backend = Backend({"/": redirect(place)})
    names = Names(outlet_example=[[PUBLIC]], inner_example=[["10.0.0.1"]])
    with pytest.raises(AddressRefused, match="^http://outlet.example/: "):
        get("http://outlet.example/", backend, names)
    assert {host for host, _ in backend.asked} == {PUBLIC}


@pytest.mark.parametrize(
    "place", ["file:///etc/passwd", "ftp://outlet.example/", "gopher://x/", "data:text/html,x"]
)
def test_a_redirect_to_another_scheme_is_refused(place: str) -> None:
    backend = Backend({"/": redirect(place)})
    with pytest.raises(AddressRefused, match="redirects to .*not an http or https"):
        get("http://outlet.example/", backend, Names(outlet_example=[[PUBLIC]]))


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd", "FILE:/etc/passwd", "ftp://h/", "gopher://h/", "javascript:x", "h",
        "http://", "http:///x", "http://[::1", "http://h:99999999/", "http://h:0/", "//h/", "http://a\nb/", "",
    ],
)  # fmt: skip
def test_what_is_no_http_address_is_refused(url: str) -> None:
    backend = Backend()
    with pytest.raises(AddressRefused):
        get(url, backend, Names(h=[[PUBLIC]]))
    assert backend.asked == []


def test_an_opened_host_and_port_may_be_asked_and_no_other_port_or_name_of_it() -> None:
    names = Names(inner_example=[["10.0.0.1"]], same_example=[["10.0.0.1"]])
    backend = Backend()
    assert get("http://inner.example:81/", backend, names, "inner.example:81").content == b"ok"
    assert set(backend.asked) == {("10.0.0.1", 81)}
    for url in ("http://inner.example/", "http://same.example:81/", "http://10.0.0.1:81/"):
        with pytest.raises(AddressRefused):
            get(url, backend, names, "inner.example:81")
    assert set(backend.asked) == {("10.0.0.1", 81)}


def test_an_opened_host_does_not_open_the_way_from_elsewhere() -> None:
    backend = Backend({"/": redirect("http://127.0.0.1:82/")})
    with pytest.raises(AddressRefused):
        get("http://127.0.0.1:81/", backend, Names(), "127.0.0.1:81")
    assert set(backend.asked) == {("127.0.0.1", 81)}


def test_of_several_addresses_only_public_ones_are_tried_until_one_answers() -> None:
    backend = Backend()
    backend.dead.add(PUBLIC)
    names = Names(outlet_example=[["::1", PUBLIC, "10.0.0.1", OTHER]])
    assert get("http://outlet.example/", backend, names).content == b"ok"
    assert {host for host, _ in backend.asked} == {PUBLIC, OTHER}


@pytest.mark.parametrize("answers", [[[]], None])
def test_a_name_without_addresses_is_a_failed_connection(answers: list[list[str]] | None) -> None:
    backend = Backend()
    names = Names(outlet_example=answers) if answers else Names()
    with pytest.raises(ConnectionFailed, match="'outlet.example'") as caught:
        get("http://outlet.example/", backend, names)
    assert isinstance(caught.value.__cause__, FetchError)
    assert isinstance(caught.value.__cause__.__cause__, httpcore.ConnectError)


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    backend = Backend()
    get("http://outlet.example/", backend, Names(outlet_example=[[PUBLIC]]))
    assert set(backend.asked) == {(PUBLIC, 80)}


def test_user_and_password_are_neither_sent_nor_told() -> None:
    backend = Backend({"/": redirect("http://x:secret@outlet.example/missing")})
    names = Names(outlet_example=[[PUBLIC]])
    with pytest.raises(FetchError) as caught:
        get("http://me:secret@outlet.example/", backend, names)
    assert "secret" not in str(caught.value)
    sent = b"".join(backend.sent).lower()
    assert b"authorization" not in sent
    assert b"secret" not in sent


def test_cookies_are_not_kept() -> None:
    cookie = b"HTTP/1.1 302 Found\r\nSet-Cookie: a=b\r\nLocation: /in\r\nContent-Length: 0\r\n\r\n"
    backend = Backend({"/": cookie, "/in": OK})
    get("http://outlet.example/", backend, Names(outlet_example=[[PUBLIC]]))
    assert b"cookie" not in b"".join(backend.sent).lower()


def test_no_test_can_reach_another_machine_even_where_the_guard_is_broken() -> None:
    # Numbers: a look-up of them asks nobody.
    with pytest.raises(AssertionError, match="reached for 192.0.2.1"):
        asyncio.run(system_resolve("192.0.2.1", 80))
    assert asyncio.run(system_resolve("127.0.0.1", 80)) == ["127.0.0.1"]
