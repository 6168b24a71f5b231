"""The three standard streams, made safe before anything uses them.

A closed one gets its number back, so that no other file is opened under it and written to by
mistake. What cannot be written to standard output is an OutputError; to standard error, nothing.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Iterator
from typing import TextIO

from copydesk.errors import OutputClosed, OutputError, os_message


def guard() -> None:
    """Take the standard streams in hand."""
    # Reading from, or writing to, what was closed fails as it would have.
    for number, mode in ((0, os.O_WRONLY), (1, os.O_RDONLY), (2, os.O_WRONLY)):
        try:
            os.fstat(number)
        except OSError:
            # The lowest free number is taken, and those below are open by now.
            os.open(os.devnull, mode)
            os.set_inheritable(number, True)
    if sys.stdin is None:
        sys.stdin = open(0, closefd=False)  # noqa: SIM115
    sys.stdout = _stream(_Stdout(1, "wb", closefd=False), sys.stdout)
    sys.stderr = _stream(_Stderr(2, "wb", closefd=False), sys.stderr, lines=True)


@contextlib.contextmanager
def stdout_aside() -> Iterator[None]:
    """Send what is printed meanwhile to standard error, also by code in C: records have standard output."""
    sys.stdout.flush()
    with contextlib.ExitStack() as stack:
        # Under a test runner it may be no file.
        with contextlib.suppress(OSError, ValueError, AttributeError):
            number = sys.stdout.fileno()
            held = os.dup(number)
            stack.callback(os.close, held)
            stack.callback(os.dup2, held, number)
            os.dup2(sys.stderr.fileno(), number)
        stack.enter_context(contextlib.redirect_stdout(sys.stderr))
        yield


def leave() -> None:
    """Send what is printed from now on to standard error: plugins may print when the process ends."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    sys.stdout = sys.stderr


def _stream(raw: io.FileIO, before: TextIO | None, *, lines: bool = False) -> io.TextIOWrapper:
    if before is not None:
        before.flush()
    # Names in other scripts must come out whatever the locale says.
    return io.TextIOWrapper(
        io.BufferedWriter(raw), "utf-8", "backslashreplace", line_buffering=lines or raw.isatty()
    )


class _Stdout(io.FileIO):
    """Standard output. Once it has failed, the rest goes nowhere: it would fail again at the end."""

    _failed = False

    def write(self, data: object) -> int:
        """Write some bytes. Raises OutputError, and OutputClosed where nobody reads them."""
        size = memoryview(data).nbytes  # type: ignore[arg-type]
        if self._failed:
            return size
        try:
            return super().write(data) or 0  # type: ignore[arg-type]
        except OSError as error:
            self._failed = True
            kind = OutputClosed if isinstance(error, BrokenPipeError) else OutputError
            raise kind("standard output", os_message(error)) from error


class _Stderr(io.FileIO):
    """Standard error: a command goes on where nobody can be told of it."""

    def write(self, data: object) -> int:
        """Write some bytes, or drop them."""
        try:
            return super().write(data) or 0  # type: ignore[arg-type]
        except OSError:
            return memoryview(data).nbytes  # type: ignore[arg-type]
