"""Block network access of all code in this process."""

from __future__ import annotations

import contextlib
import sys
import sysconfig
import threading
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from copydesk.errors import NetworkSealed

_SEALED = frozenset(
    """socket.connect socket.bind socket.sendto socket.sendmsg socket.getaddrinfo
    socket.gethostbyname socket.gethostbyaddr socket.getnameinfo urllib.Request
    http.client.connect ftplib.connect smtplib.connect""".split()
)
_STANDARD = (str(Path(sysconfig.get_path("stdlib")).resolve()), "<frozen")
_SITES = ("site-packages", "dist-packages")
_CLIENTS = frozenset({"httpx", "httpcore", "anyio", "urllib3", "requests", "h11", "aiohttp"})
_ENGINE = Path(__file__).resolve().parent.name

_lock = threading.Lock()
_hooked = False
_on: list[list[NetworkSealed]] = []


@contextlib.contextmanager
def no_network() -> Iterator[list[NetworkSealed]]:
    """Block every connection, bind, datagram and name look-up of the process in a `with` block.

    Uses the interpreter's audit events, which import order and saved references cannot bypass. An
    attempt raises NetworkSealed, which names the calling code. The yielded list has all attempts,
    also those that the code caught.
    """
    global _hooked
    refused: list[NetworkSealed] = []
    with _lock:
        if not _hooked:
            sys.addaudithook(_hook)
            _hooked = True
        _on.append(refused)
    try:
        yield refused
    finally:
        with _lock:
            _on[:] = [one for one in _on if one is not refused]


def _hook(event: str, args: tuple[object, ...]) -> None:
    if _on and event in _SEALED:
        if event == "socket.sendmsg" and args[1] is None:
            # The socket is connected already, such as the one to the worker processes.
            return
        target = next((a for a in args if isinstance(a, (str, tuple))), "")
        # Skip the frame of this hook.
        refusal = NetworkSealed(
            _caller(sys._getframe(1)), f"reached for the network ({event} {target!r})"
        )
        for refused in _on[:]:
            refused.append(refusal)
        raise refusal


def _caller(frame: FrameType | None) -> str:
    """Return file, line and function of the nearest caller outside stdlib, HTTP and copydesk."""
    first = frame
    while frame is not None:
        path = frame.f_code.co_filename
        package = str(frame.f_globals.get("__name__", "")).split(".", 1)[0]
        standard = path.startswith(_STANDARD) and not any(site in path for site in _SITES)
        if not standard and package not in _CLIENTS and package != _ENGINE:
            return _where(frame)
        frame = frame.f_back
    return _where(first) if first else "unknown code"


def _where(frame: FrameType) -> str:
    return f"{frame.f_code.co_filename}:{frame.f_lineno} in {frame.f_code.co_qualname}"
