"""What the tests share."""

from __future__ import annotations

import io
import os
import posix
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import pytest

import copydesk.cli as command_line
from copydesk import Article, CopydeskError
from copydesk.adapters import loading
from copydesk.adapters.registry import Registry
from copydesk.workers import isolated

ROOT = Path(__file__).resolve().parent.parent

with suppress(ImportError):
    # Not installed where only the tests in a browser run. On a busy machine an example takes long;
    # that is no fault of what is tested.
    from hypothesis import HealthCheck, settings

    settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("steady")


@dataclass(frozen=True)
class Done:
    """How a run of the command line ended."""

    returncode: int
    stdout: str
    stderr: str

    @property
    def fault(self) -> str:
        """The one line on stderr of a run that gave nothing."""
        assert self.stdout == ""
        assert "Traceback" not in self.stderr
        assert self.stderr.startswith("copydesk: ")
        assert self.stderr.endswith("\n")
        assert self.stderr.count("\n") == 1
        return self.stderr.removeprefix("copydesk: ").removesuffix("\n")

    @property
    def article(self) -> Article:
        """The one line on stdout, as an article."""
        assert self.stdout.count("\n") == 1
        assert self.stdout.endswith("\n")
        return Article.model_validate_json(self.stdout)


Run = Callable[..., Done]

# A developer's own outlets are no part of what is tested, in processes that tests start neither.
os.environ["COPYDESK_OUTLETS"] = ""


_PROCESSES = {"subprocess.Popen", "os.fork", "os.posix_spawn"}
_alone = False
"""Whether the test that runs now may start no process."""
_measured = True
"""Whether the coverage of its forked children is measured."""


def _guard(event: str, args: tuple[Any, ...]) -> None:
    """Stop what a test sends to another machine, and processes that its marks do not name."""
    if event in _PROCESSES and _alone:
        # What was started tells where a rare process came from, such as one of a library.
        raise AssertionError(
            f"a test without the mark `process` started a process: {event} {args[:2]}, "
            f"in thread {threading.current_thread().name}"
        )
    if event == "socket.getaddrinfo":
        host = args[0]
    elif event in ("socket.connect", "socket.sendto"):
        host = args[1][0] if isinstance(args[1], tuple) else None
    else:
        return
    host = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if host and host != "localhost" and not host.startswith("127.") and host != "::1":
        raise AssertionError(f"a test reached for {host}")


sys.addaudithook(_guard)


def _measure_child() -> None:
    """Let a forked child of a test of one package save the coverage of its own lines, once.

    Coverage adds another save for each fork above the child. These save again what the parent had
    measured: most of the data of a whole run. Children of other tests run what these run too, and
    are not measured, which doubles their time.
    """
    module = sys.modules.get("coverage")
    measured = module and module.Coverage.current()
    if measured is None:
        return
    if not _measured:
        measured.stop()
        os._exit = posix._exit
        return

    def leave(status: int) -> NoReturn:
        with suppress(Exception):
            measured.save()
        posix._exit(status)

    os._exit = leave


os.register_at_fork(after_in_child=_measure_child)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what can be told from a test itself; modules and tests name the rest."""
    for item in items:
        if isinstance(item, pytest.Function):
            if "process" in item.fixturenames:
                item.add_marker("process")
            if getattr(item.function, "is_hypothesis_test", False):
                item.add_marker("slow")


def _here(
    work: Callable[[], Any],
    subject: str,
    *,
    classify: Callable[[BaseException], CopydeskError] | None = None,
    **limits: float,
) -> Any:
    """Do in this process what a command hands to a process of its own."""
    try:
        return work()
    except Exception as error:
        if classify is None:
            raise
        raise classify(error) from None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Keep a test without the mark `process` in this process, commands that it runs included."""
    global _alone, _measured
    _measured = (ROOT / "tests" / "core") in item.path.parents
    _alone = item.get_closest_marker("process") is None
    with pytest.MonkeyPatch.context() as patch:
        if _alone:
            patch.setattr(isolated, "call", _here)
            patch.setattr(loading, "_probe", lambda *_: {})
        try:
            return (yield)
        finally:
            _alone = False


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def registry() -> Registry:
    return loading.load().registry


@pytest.fixture
def copydesk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> Run:
    """Run the command line inside this process, in an empty folder; return how it ended."""

    def run(*args: str | Path, stdin: bytes = b"", **env: str) -> Done:
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
        return Done(code, out, err)

    return run


@pytest.fixture
def process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command line as a user does, in an empty folder; return how it ended."""

    def run(*args: str | Path, stdin: bytes | None = None, **env: str) -> Done:
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
        return Done(done.returncode, out, err)

    return run
