"""Worker processes for code that may hang, crash or leave child processes behind.

A supervisor process is forked from this process and forks the workers. So a worker starts in
milliseconds with all modules loaded. The supervisor never runs code of plugins. However this
process ends, the supervisor notices and ends all workers and their child processes.
"""

from __future__ import annotations

import contextlib
import errno
import faulthandler
import gc
import os
import select
import signal
import socket
import struct
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

from copydesk.errors import WorkerError

Work = Callable[[int, int, int | None], None]
"""Main function of a worker. Arguments: descriptors to read from, to write to, and an extra one."""

_COMMAND = struct.Struct(">Bi")
_REPLY = struct.Struct(">ii")
_START, _END, _END_WITH_GRACE = range(3)
_ALIVE = 1 << 16
_GRACE_SECONDS = 0.5
_TIMEOUT = 5.0
_POLL_SECONDS = 0.002
_MAX_ROUNDS = 64
_PIPE_BYTES = 1024 * 1024
_SET_SUBREAPER, _SET_DEATH_SIGNAL = 36, 1


class Supervisor:
    """Starts and ends workers, each in its own session. Create it before any thread.

    The standard output of workers goes to standard error; their standard input is empty.
    """

    def __init__(self, work: Work) -> None:
        if sys.platform == "linux":
            # Imported here once instead of in each supervisor process.
            with contextlib.suppress(ImportError):
                import ctypes  # noqa: F401
        control, theirs = socket.socketpair()
        for stream in (sys.stdout, sys.stderr):
            # Otherwise both processes would write what is still buffered.
            with contextlib.suppress(AttributeError, OSError, ValueError):
                stream.flush()
        with warnings.catch_warnings():
            # Fork is safe despite threads: the supervisor runs none of their code.
            warnings.simplefilter("ignore", DeprecationWarning)
            pid = os.fork()
        if pid == 0:
            _child(lambda: _supervise(theirs, control, work))
        theirs.close()
        self._control = control
        self._pid = pid

    def start(self, descriptor: int | None = None) -> tuple[int, int, int]:
        """Start a worker.

        Returns its process id, the descriptor to read from and the one to write to.
        descriptor: an extra one, passed to the worker. Raises WorkerError.
        """
        to_read, theirs_out = _pipe()
        theirs_in, to_write = _pipe()
        descriptors = [theirs_in, theirs_out] + ([] if descriptor is None else [descriptor])
        try:
            pid, fault = self._ask(_START, 0, descriptors)
            if fault:
                raise WorkerError("worker", f"cannot be started: {os.strerror(fault).lower()}")
        except BaseException:
            os.close(to_read)
            os.close(to_write)
            raise
        finally:
            os.close(theirs_in)
            os.close(theirs_out)
        return pid, to_read, to_write

    def end(self, pid: int, *, grace: bool = False) -> int | None:
        """End a worker and its child processes.

        Returns its exit code, or minus the number of the signal that ended it; None if it was
        still running. grace: first wait a moment for it to exit by itself.
        """
        code, _ = self._ask(_END_WITH_GRACE if grace else _END, pid)
        return None if code == _ALIVE else code

    def close(self) -> None:
        """End all workers and the supervisor process."""
        if self._pid:
            self._control.close()
            if _wait(self._pid, _TIMEOUT) is None:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self._pid, signal.SIGKILL)
                _wait(self._pid, _TIMEOUT)
            self._pid = 0

    def _ask(self, command: int, pid: int, descriptors: list[int] | None = None) -> tuple[int, int]:
        try:
            self._control.settimeout(2 * _TIMEOUT)
            socket.send_fds(self._control, [_COMMAND.pack(command, pid)], descriptors or [])
            reply = self._control.recv(_REPLY.size)
            code, fault = _REPLY.unpack(reply)
        except (OSError, struct.error) as error:
            raise WorkerError("worker", "the supervisor process has ended") from error
        return code, fault


def exit_name(code: int) -> str:
    """Name an exit code, or the signal if it is negative."""
    if code >= 0:
        return f"exit code {code}"
    with contextlib.suppress(ValueError):
        return signal.Signals(-code).name
    return f"signal {-code}"


def _pipe() -> tuple[int, int]:
    """Create a pipe that can buffer a whole page, if the system supports it."""
    ends = os.pipe()
    with contextlib.suppress(ImportError, AttributeError, OSError):
        import fcntl

        fcntl.fcntl(ends[0], fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
    return ends


def _child(work: Callable[[], None]) -> NoReturn:
    """Run the work of a forked process and exit without returning to the parent's code."""
    code = 70
    try:
        work()
        code = 0
    except BaseException:
        # The exit code reports the failure; a traceback would mix with the run's messages.
        code = 70
    finally:
        os._exit(code)


def _supervise(control: socket.socket, other: socket.socket, work: Work) -> None:
    # A traceback of this process or of a worker would mix with the run's messages.
    faulthandler.disable()
    # Never collect objects of the parent: that could close a descriptor of this process.
    gc.freeze()
    os.setsid()
    _reset_signals()
    _set_streams()
    # Locks and pipes of the run must not outlive it.
    last = control.fileno()
    os.closerange(3, last)
    os.closerange(last + 1, 1 << 16)
    del other
    _prctl(_SET_SUBREAPER, 1)
    workers: set[int] = set()
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, _COMMAND.size, 3)
        if len(message) < _COMMAND.size:
            break
        command, pid = _COMMAND.unpack(message)
        if command == _START:
            reply = _start(control, work, descriptors)
            workers.add(reply[0])
        else:
            grace = _GRACE_SECONDS if command == _END_WITH_GRACE else 0.0
            reply = (_end(pid, grace, workers), 0)
            workers.discard(pid)
        control.sendall(_REPLY.pack(*reply))
    for pid in sorted(workers):
        _kill(pid)
    for pid in sorted(workers):
        _end(pid, 0.0, workers)


def _start(control: socket.socket, work: Work, descriptors: list[int]) -> tuple[int, int]:
    supervisor = os.getpid()
    try:
        pid = os.fork()
    except OSError as error:
        return 0, error.errno or errno.EAGAIN
    finally:
        if os.getpid() == supervisor:
            for one in descriptors:
                os.close(one)
    if pid == 0:
        _child(lambda: _work(supervisor, control, work, descriptors))
    return pid, 0


def _work(supervisor: int, control: socket.socket, work: Work, descriptors: list[int]) -> None:
    control.close()
    os.setsid()
    _prctl(_SET_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != supervisor:
        return
    for one in descriptors:
        os.set_inheritable(one, False)
    # A process that a worker forks must not keep the worker's pipes open or write to them.
    pipes = descriptors[:]

    def close() -> None:
        while pipes:
            with contextlib.suppress(OSError):
                os.close(pipes.pop())

    os.register_at_fork(after_in_child=close)
    threading.excepthook = _report_thread
    sys.unraisablehook = _report_unraisable
    work(descriptors[0], descriptors[1], descriptors[2] if len(descriptors) > 2 else None)


def _end(pid: int, grace: float, workers: set[int]) -> int:
    """End a worker and its children; return its exit code, or _ALIVE if it was still running."""
    alive = not _is_dead(pid, grace)
    # Kill before wait: after that, the process id may belong to another process.
    _kill(pid)
    code = _wait(pid, _TIMEOUT)
    _end_strays(workers - {pid})
    return _ALIVE if alive or code is None else code


def _is_dead(pid: int, grace: float) -> bool:
    if not hasattr(os, "waitid"):
        return False
    end = time.monotonic() + grace
    while True:
        try:
            if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
                return True
        except ChildProcessError:
            return True
        if time.monotonic() >= end:
            return False
        time.sleep(_POLL_SECONDS)


def _kill(pid: int) -> None:
    for kill in (os.killpg, os.kill):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            kill(pid, signal.SIGKILL)


def _wait(pid: int, seconds: float) -> int | None:
    """Return the exit code of a child; None if it does not end in time or is not a child."""
    end = time.monotonic() + seconds
    while True:
        try:
            found, status = os.waitpid(pid, os.WNOHANG)
        except ChildProcessError:
            return None
        if found:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() >= end:
            return None
        time.sleep(_POLL_SECONDS)


def _end_strays(workers: set[int]) -> None:
    """End processes that workers left in other sessions; they are children of this process now."""
    for _ in range(_MAX_ROUNDS):
        if not workers and not _has_children():
            return
        strays = [pid for pid in _children() if pid not in workers]
        if not strays:
            return
        for pid in strays:
            _kill(pid)
        for pid in strays:
            _wait(pid, _TIMEOUT)


def _has_children() -> bool:
    try:
        os.waitpid(-1, os.WNOHANG) if not hasattr(os, "waitid") else os.waitid(
            os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT
        )
    except ChildProcessError:
        return False
    return True


def _children() -> Iterator[int]:
    """Yield the children of this process, if the system has /proc."""
    own = str(os.getpid()).encode("ascii")
    with contextlib.suppress(OSError):
        for place in os.scandir("/proc"):
            if place.name.isdigit():
                with contextlib.suppress(OSError):
                    fields = Path(place.path, "stat").read_bytes().rpartition(b")")[2].split()
                    if fields[1] == own:
                        yield int(place.name)


def _reset_signals() -> None:
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)


def _set_streams() -> None:
    """Empty standard input, and redirect standard output to standard error (null if closed)."""
    null = os.open(os.devnull, os.O_RDWR)
    try:
        is_open = sys.stderr is not None and bool(os.fstat(2))
    except OSError:
        is_open = False
    os.dup2(null, 0)
    if not is_open:
        os.dup2(null, 2)
    os.dup2(2, 1)
    if null > 2:
        os.close(null)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    # Line-buffered: other buffers would be lost when the worker is killed.
    err = open(2, "w", 1, encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
    sys.stdout = sys.stderr = err


def _prctl(option: int, value: int) -> None:
    """Call prctl(2) for this process, on Linux."""
    with contextlib.suppress(ImportError, OSError, AttributeError):
        if sys.platform == "linux":
            import ctypes

            ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _report_thread(args: threading.ExceptHookArgs) -> None:
    name = args.thread.name if args.thread is not None else "a thread"
    _report(name, args.exc_type)


def _report_unraisable(args: sys.UnraisableHookArgs) -> None:
    _report("an object's finalizer", args.exc_type)


def _report(what: str, kind: type[BaseException]) -> None:
    with contextlib.suppress(Exception):
        print(f"copydesk: worker {os.getpid()}: {what} raised {kind.__name__}")


def receive(pipe: int, size: int, end: float) -> bytes:
    """Read `size` bytes of a pipe; fewer if it ends or at the monotonic time `end`."""
    parts = bytearray()
    poll = select.poll()
    poll.register(pipe, select.POLLIN)
    while len(parts) < size:
        left = max(end - time.monotonic(), 0.0)
        if not poll.poll(left * 1000) or not (
            data := os.read(pipe, min(size - len(parts), _PIPE_BYTES))
        ):
            break
        parts += data
    return bytes(parts)
