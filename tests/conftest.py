"""What the tests share."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

import copydesk.cli as command_line
from copydesk import plugins
from copydesk.registry import Registry

ROOT = Path(__file__).resolve().parent.parent

with suppress(ImportError):
    # Not installed where only the tests in a browser run. On a busy machine an example takes long;
    # that is no fault of what is tested.
    from hypothesis import HealthCheck, settings

    settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("steady")

Run = Callable[..., subprocess.CompletedProcess[str]]

# A developer's own outlets are no part of what is tested, in processes that tests start neither.
os.environ["COPYDESK_OUTLETS"] = ""


def _stay_at_home(event: str, args: tuple[Any, ...]) -> None:
    """Stop whatever a test would send elsewhere than to this machine."""
    if event == "socket.getaddrinfo":
        host = args[0]
    elif event in ("socket.connect", "socket.sendto"):
        host = args[1][0] if isinstance(args[1], tuple) else None
    else:
        return
    host = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if host and host != "localhost" and not host.startswith("127.") and host != "::1":
        raise AssertionError(f"a test reached for {host}")


sys.addaudithook(_stay_at_home)


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def registry() -> Registry:
    return plugins.load().registry


@pytest.fixture
def copydesk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> Run:
    """Run the command line inside this process, in an empty folder; returns how it ended."""

    def run(*args: str | Path, stdin: bytes = b"", **env: str) -> subprocess.CompletedProcess[str]:
        capsysbinary.readouterr()
        with monkeypatch.context() as patch:
            patch.chdir(tmp_path)
            for name, value in env.items():
                patch.setenv(name, value)
            patch.setattr(sys, "argv", ["copydesk", *map(str, args)])
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), "utf-8"))
            with pytest.raises(SystemExit) as stopped:
                command_line.main()
        code = stopped.value.code
        assert isinstance(code, int)
        printed = capsysbinary.readouterr()
        out, err = printed.out.decode("utf-8"), printed.err.decode("utf-8")
        return subprocess.CompletedProcess(args, code, out, err)

    return run


@pytest.fixture
def process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command line as a user does, in an empty folder; returns the finished process."""

    def run(
        *args: str | Path, stdin: bytes | None = None, **env: str
    ) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "copydesk", *map(str, args)],
            input=stdin,
            capture_output=True,
            cwd=tmp_path,
            env={**os.environ, **env},
            check=False,
            timeout=120,
        )
        out, err = done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
        return subprocess.CompletedProcess(done.args, done.returncode, out, err)

    return run
