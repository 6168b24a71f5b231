"""Processes for code that may hang, crash or leave others behind; none of them outlives this one.

A keeper is forked from this process and forks the workers. So a worker has everything that is
loaded here, and starts in milliseconds. The keeper runs no code of plugins: it hears the end of this
process however that comes, and ends its workers with all that they started.
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
"""What a worker does: it is given the pipes to read from and to write to, and maybe another descriptor."""

_ORDER = struct.Struct(">Bi")
_REPLY = struct.Struct(">ii")
_START, _END, _LOOK = range(3)
_ALIVE = 1 << 16
_GRACE = 0.5
_LONGEST = 5.0
_STEP = 0.002
_ROUNDS = 64
_PIPE = 1024 * 1024
_SET_SUBREAPER, _SET_DEATH_SIGNAL = 36, 1


class Keeper:
    """Starts and ends workers, each in a session of its own. Make it before any thread is started.

    What workers print on standard output goes to standard error, their standard input is empty.
    """

    def __init__(self, work: Work) -> None:
        if sys.platform == "linux":
            # Once here, and not in each keeper.
            with contextlib.suppress(ImportError):
                import ctypes  # noqa: F401
        control, theirs = socket.socketpair()
        for stream in (sys.stdout, sys.stderr):
            # What is still buffered would be written twice.
            with contextlib.suppress(AttributeError, OSError, ValueError):
                stream.flush()
        with warnings.catch_warnings():
            # Threads of this process do no harm: the keeper runs none of the code that they run.
            warnings.simplefilter("ignore", DeprecationWarning)
            pid = os.fork()
        if pid == 0:
            _child(lambda: _keep(theirs, control, work))
        theirs.close()
        self._control = control
        self._pid = pid

    def start(self, descriptor: int | None = None) -> tuple[int, int, int]:
        """Start a worker: its process id, the pipe to read its answers from and that to write to.

        descriptor: one more that the worker gets. Raises WorkerError.
        """
        to_read, theirs_out = _pipe()
        theirs_in, to_write = _pipe()
        given = [theirs_in, theirs_out] + ([] if descriptor is None else [descriptor])
        try:
            pid, fault = self._ask(_START, 0, given)
            if fault:
                raise WorkerError("worker", f"could not be started: {os.strerror(fault).lower()}")
        except BaseException:
            os.close(to_read)
            os.close(to_write)
            raise
        finally:
            os.close(theirs_in)
            os.close(theirs_out)
        return pid, to_read, to_write

    def end(self, pid: int, *, look: bool = False) -> int | None:
        """End a worker and everything that it started.

        Returns its exit code, or minus the signal that it died of; None where it was alive. look:
        it hung up, so give it a moment to die by itself.
        """
        code, _ = self._ask(_LOOK if look else _END, pid)
        return None if code == _ALIVE else code

    def close(self) -> None:
        """End all workers, and the keeper."""
        if self._pid:
            self._control.close()
            if _wait(self._pid, _LONGEST) is None:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self._pid, signal.SIGKILL)
                _wait(self._pid, _LONGEST)
            self._pid = 0

    def _ask(self, order: int, pid: int, descriptors: list[int] | None = None) -> tuple[int, int]:
        try:
            self._control.settimeout(2 * _LONGEST)
            socket.send_fds(self._control, [_ORDER.pack(order, pid)], descriptors or [])
            reply = self._control.recv(_REPLY.size)
            code, fault = _REPLY.unpack(reply)
        except (OSError, struct.error) as error:
            raise WorkerError("worker", "the process that keeps the workers is gone") from error
        return code, fault


def exit_name(code: int) -> str:
    """An exit code, or the name of the signal that minus it is."""
    if code >= 0:
        return f"exit code {code}"
    with contextlib.suppress(ValueError):
        return signal.Signals(-code).name
    return f"signal {-code}"


def _pipe() -> tuple[int, int]:
    """A pipe that takes a whole page at once, where the system has such pipes."""
    ends = os.pipe()
    with contextlib.suppress(ImportError, AttributeError, OSError):
        import fcntl

        fcntl.fcntl(ends[0], fcntl.F_SETPIPE_SZ, _PIPE)
    return ends


def _child(work: Callable[[], None]) -> NoReturn:
    """Do the work of a forked process and end it: it never returns into its parent's code."""
    code = 70
    try:
        work()
        code = 0
    except BaseException:
        # Who waits for it is told by the exit code. A traceback would be nobody's.
        code = 70
    finally:
        os._exit(code)


def _keep(control: socket.socket, other: socket.socket, work: Work) -> None:
    # A traceback of this process or of a worker would stand among what the run tells.
    faulthandler.disable()
    # Objects of the parent are left alone: an end of one could close a descriptor of this process.
    gc.freeze()
    os.setsid()
    _reset_signals()
    _set_streams()
    # A lock on a file or a pipe of the run must not outlive it.
    last = control.fileno()
    os.closerange(3, last)
    os.closerange(last + 1, 1 << 16)
    del other
    _prctl(_SET_SUBREAPER, 1)
    workers: set[int] = set()
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, _ORDER.size, 3)
        if len(message) < _ORDER.size:
            break
        order, pid = _ORDER.unpack(message)
        if order == _START:
            reply = _start(control, work, descriptors)
            workers.add(reply[0])
        else:
            reply = (_ended(pid, _GRACE if order == _LOOK else 0.0, workers), 0)
            workers.discard(pid)
        control.sendall(_REPLY.pack(*reply))
    for pid in sorted(workers):
        _kill(pid)
    for pid in sorted(workers):
        _ended(pid, 0.0, workers)


def _start(control: socket.socket, work: Work, descriptors: list[int]) -> tuple[int, int]:
    keeper = os.getpid()
    try:
        pid = os.fork()
    except OSError as error:
        return 0, error.errno or errno.EAGAIN
    finally:
        if os.getpid() == keeper:
            for one in descriptors:
                os.close(one)
    if pid == 0:
        _child(lambda: _work(keeper, control, work, descriptors))
    return pid, 0


def _work(keeper: int, control: socket.socket, work: Work, descriptors: list[int]) -> None:
    control.close()
    os.setsid()
    _prctl(_SET_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != keeper:
        return
    for one in descriptors:
        os.set_inheritable(one, False)
    # A process that a worker forks must not keep its pipes open, nor write to them.
    pipes = descriptors[:]

    def close() -> None:
        while pipes:
            with contextlib.suppress(OSError):
                os.close(pipes.pop())

    os.register_at_fork(after_in_child=close)
    threading.excepthook = _tell_of_thread
    sys.unraisablehook = _tell_of_unraisable
    work(descriptors[0], descriptors[1], descriptors[2] if len(descriptors) > 2 else None)


def _ended(pid: int, grace: float, workers: set[int]) -> int:
    """End a worker and what it left; its exit code, _ALIVE where it had none of its own."""
    alive = not _is_dead(pid, grace)
    # Before it is waited for, its number cannot be another's.
    _kill(pid)
    code = _wait(pid, _LONGEST)
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
        time.sleep(_STEP)


def _kill(pid: int) -> None:
    for kill in (os.killpg, os.kill):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            kill(pid, signal.SIGKILL)


def _wait(pid: int, seconds: float) -> int | None:
    """The exit code of a child, None where it does not end in time or is nobody's child."""
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
        time.sleep(_STEP)


def _end_strays(workers: set[int]) -> None:
    """End what workers left behind in sessions of their own: it is this process's child then."""
    for _ in range(_ROUNDS):
        if not workers and not _has_children():
            return
        strays = [pid for pid in _children() if pid not in workers]
        if not strays:
            return
        for pid in strays:
            _kill(pid)
        for pid in strays:
            _wait(pid, _LONGEST)


def _has_children() -> bool:
    try:
        os.waitpid(-1, os.WNOHANG) if not hasattr(os, "waitid") else os.waitid(
            os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT
        )
    except ChildProcessError:
        return False
    return True


def _children() -> Iterator[int]:
    """The children of this process, where the system tells of them in /proc."""
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
    """Empty standard input; standard output is standard error, or nothing where that is closed."""
    nothing = os.open(os.devnull, os.O_RDWR)
    try:
        is_open = sys.stderr is not None and bool(os.fstat(2))
    except OSError:
        is_open = False
    os.dup2(nothing, 0)
    if not is_open:
        os.dup2(nothing, 2)
    os.dup2(2, 1)
    if nothing > 2:
        os.close(nothing)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    # What a print leaves in a buffer would be lost with the worker.
    err = open(2, "w", 1, encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
    sys.stdout = sys.stderr = err


def _prctl(option: int, value: int) -> None:
    """Set a property of this process, on Linux."""
    with contextlib.suppress(ImportError, OSError, AttributeError):
        if sys.platform == "linux":
            import ctypes

            ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _tell_of_thread(args: threading.ExceptHookArgs) -> None:
    name = args.thread.name if args.thread is not None else "a thread"
    _tell(name, args.exc_type)


def _tell_of_unraisable(args: sys.UnraisableHookArgs) -> None:
    _tell("the clean-up of an object", args.exc_type)


def _tell(what: str, kind: type[BaseException]) -> None:
    with contextlib.suppress(Exception):
        print(f"copydesk: worker {os.getpid()}: {what} ended in {kind.__name__}")


def receive(pipe: int, size: int, end: float) -> bytes:
    """So many bytes of a pipe, fewer where it ends or where the time (monotonic) is over."""
    parts = bytearray()
    poll = select.poll()
    poll.register(pipe, select.POLLIN)
    while len(parts) < size:
        left = max(end - time.monotonic(), 0.0)
        if not poll.poll(left * 1000) or not (data := os.read(pipe, min(size - len(parts), _PIPE))):
            break
        parts += data
    return bytes(parts)
