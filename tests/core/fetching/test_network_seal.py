"""The seal: while it is on, nothing of this process reaches for the network.

Every attempt is made inside the seal, and its target is the discard port of the loopback.
"""

from __future__ import annotations

import asyncio
import ftplib
import http.client
import smtplib
import socket
import threading
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from copydesk.errors import NetworkSealed
from copydesk.fetching import network_seal
from copydesk.fetching.network_seal import no_network

TARGET = ("127.0.0.1", 9)
SAVED = socket.create_connection


@pytest.fixture(autouse=True)
def _hook_can_be_traced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let debuggers and coverage see into the audit hook (PEP 578, __cantrace__)."""
    monkeypatch.setattr(network_seal._hook, "__cantrace__", True, raising=False)


def tcp(how: str) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as one:
        getattr(one, how)(TARGET)


def datagram() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.sendto(b"x", TARGET)


def message() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.sendmsg([b"x"], [], 0, TARGET)


def bind() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as one:
        one.bind(("127.0.0.1", 0))


def web() -> None:
    urllib.request.urlopen("http://127.0.0.1:9/", timeout=5)


def raw_http() -> None:
    http.client.HTTPConnection("127.0.0.1", 9, timeout=5).request("GET", "/")


def client() -> None:
    httpx.get("http://127.0.0.1:9/", timeout=5, trust_env=False)


def coroutine() -> None:
    async def reach() -> None:
        await asyncio.open_connection(*TARGET)

    loop = asyncio.new_event_loop()
    try:
        loop.run_until_complete(reach())
    finally:
        loop.close()


ATTEMPTS: dict[str, Callable[[], object]] = {
    "connect": lambda: tcp("connect"),
    "connect_ex": lambda: tcp("connect_ex"),
    "create_connection": lambda: socket.create_connection(TARGET, timeout=5),
    "saved reference": lambda: SAVED(TARGET, timeout=5),
    "bind": bind,
    "sendto": datagram,
    "sendmsg": message,
    "getaddrinfo": lambda: socket.getaddrinfo("127.0.0.1", 9),
    "gethostbyname": lambda: socket.gethostbyname("127.0.0.1"),
    "gethostbyname_ex": lambda: socket.gethostbyname_ex("127.0.0.1"),
    "gethostbyaddr": lambda: socket.gethostbyaddr("127.0.0.1"),
    "getnameinfo": lambda: socket.getnameinfo(TARGET, 0),
    "urllib": web,
    "http.client": raw_http,
    "ftplib": lambda: ftplib.FTP("127.0.0.1", timeout=5),
    "smtplib": lambda: smtplib.SMTP("127.0.0.1", 9, timeout=5),
    "httpx": client,
    "asyncio": coroutine,
}


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_an_attempt_is_refused_and_the_code_that_made_it_named(attempt: str) -> None:
    with no_network(), pytest.raises(NetworkSealed, match="reached for the network") as caught:
        ATTEMPTS[attempt]()
    assert caught.value.subject.startswith(f"{__file__}:")
    assert "127.0.0.1" in caught.value.message


def test_the_function_and_line_are_named() -> None:
    with no_network(), pytest.raises(NetworkSealed) as caught:
        datagram()
    line = datagram.__code__.co_firstlineno + 2
    assert caught.value.subject == f"{__file__}:{line} in datagram"


def test_a_thread_started_before_the_seal_is_refused_too() -> None:
    go = threading.Event()
    caught: list[BaseException] = []

    def work() -> None:
        go.wait(30)
        try:
            tcp("connect")
        except BaseException as error:
            caught.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        with no_network():
            go.set()
            thread.join(30)
    finally:
        go.set()
        thread.join(30)
    assert [type(error) for error in caught] == [NetworkSealed]


@pytest.fixture
def server() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(1)
        yield listening


def reaches(server: socket.socket) -> bool:
    try:
        socket.create_connection(server.getsockname(), timeout=5).close()
    except NetworkSealed:
        return False
    return True


def test_the_seal_ends_with_its_block(server: socket.socket) -> None:
    assert reaches(server)
    with no_network():
        assert not reaches(server)
    assert reaches(server)


def test_an_inner_seal_does_not_open_the_outer_one(server: socket.socket) -> None:
    with no_network():
        with no_network():
            assert not reaches(server)
        assert not reaches(server)
    assert reaches(server)


def test_an_exception_takes_the_seal_off(server: socket.socket) -> None:
    with pytest.raises(RuntimeError, match="inside"), no_network():
        raise RuntimeError("inside")
    assert reaches(server)


def test_files_and_plain_code_work_under_the_seal() -> None:
    with no_network(), Path(__file__).open(encoding="utf-8") as file:
        assert file.readline()


def test_code_of_the_standard_library_alone_is_named_itself() -> None:
    caught: list[NetworkSealed] = []

    def keep(args: threading.ExceptHookArgs) -> None:
        assert isinstance(args.exc_value, NetworkSealed)
        caught.append(args.exc_value)

    old, threading.excepthook = threading.excepthook, keep
    try:
        with no_network():
            thread = threading.Thread(target=socket.create_connection, args=(TARGET, 5))
            thread.start()
            thread.join(30)
    finally:
        threading.excepthook = old
    (error,) = caught
    assert "socket.py:" in error.subject


def test_the_error_is_no_os_error_that_retry_code_would_swallow() -> None:
    with no_network(), pytest.raises(NetworkSealed) as caught:
        tcp("connect")
    assert not isinstance(caught.value, OSError)
