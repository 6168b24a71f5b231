"""The three standard streams, made safe before anything uses them.

The descriptor of a closed stream is reopened, so that no other file gets its number and is written
to by mistake. A failed write to stdout raises OutputError; a failed write to stderr is ignored.
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
    """Reopen closed standard streams, and replace stdout and stderr by UTF-8 streams."""
    # Opened in the opposite mode: reading or writing still fails, as on a closed stream.
    for number, mode in ((0, os.O_WRONLY), (1, os.O_RDONLY), (2, os.O_WRONLY)):
        try:
            os.fstat(number)
        except OSError:
            # open() returns the lowest free number, and all lower numbers are open by now.
            os.open(os.devnull, mode)
            os.set_inheritable(number, True)
    if sys.stdin is None:
        sys.stdin = open(0, closefd=False)  # noqa: SIM115
    sys.stdout = _stream(_Stdout(1, "wb", closefd=False), sys.stdout)
    sys.stderr = _stream(_Stderr(2, "wb", closefd=False), sys.stderr, lines=True)


@contextlib.contextmanager
def stdout_to_stderr() -> Iterator[None]:
    """Redirect stdout to stderr inside the block, for C code too: stdout is for records only."""
    sys.stdout.flush()
    with contextlib.ExitStack() as stack:
        # Under a test runner, stdout may not be a file.
        with contextlib.suppress(OSError, ValueError, AttributeError):
            number = sys.stdout.fileno()
            saved = os.dup(number)
            stack.callback(os.close, saved)
            stack.callback(os.dup2, saved, number)
            os.dup2(sys.stderr.fileno(), number)
        stack.enter_context(contextlib.redirect_stdout(sys.stderr))
        yield


def finish() -> None:
    """Redirect stdout to stderr for good: plugins may print when the process ends."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    sys.stdout = sys.stderr


def _stream(raw: io.FileIO, before: TextIO | None, *, lines: bool = False) -> io.TextIOWrapper:
    if before is not None:
        before.flush()
    # UTF-8 whatever the locale: headlines and names are in any script.
    return io.TextIOWrapper(
        io.BufferedWriter(raw), "utf-8", "backslashreplace", line_buffering=lines or raw.isatty()
    )


class _Stdout(io.FileIO):
    """Standard output; after a failed write it drops further data, which would fail at exit."""

    _failed = False

    def write(self, data: object) -> int:
        """Write some bytes. Raises OutputError, or OutputClosed for a closed pipe."""
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
    """Standard error; a command continues when it cannot print messages."""

    def write(self, data: object) -> int:
        """Write some bytes, or drop them if that fails."""
        try:
            return super().write(data) or 0  # type: ignore[arg-type]
        except OSError:
            return memoryview(data).nbytes  # type: ignore[arg-type]
