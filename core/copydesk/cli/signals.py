"""Interrupt and termination: one line on stderr, and exit code 128 plus the signal number."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from types import FrameType

from copydesk.cli import exit_at_once

WORDS = {int(signal.SIGINT): "interrupted", int(signal.SIGTERM): "terminated"}
"""The handled signals, and the message printed for each."""


class Stopped(KeyboardInterrupt):
    """A termination signal, raised as an exception."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def unwind_on_signals() -> None:
    """Raise an exception on a signal from now on, so that open files are cleaned up."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, _raise)


@contextlib.contextmanager
def immediate_exit() -> Iterator[None]:
    """Exit at once on a signal while foreign code is loaded, which may catch any exception."""
    before = {number: signal.getsignal(number) for number in WORDS}
    with contextlib.suppress(ValueError):
        for number in WORDS:
            signal.signal(number, exit_at_once)
    try:
        yield
    finally:
        with contextlib.suppress(ValueError):
            for number, handler in before.items():
                signal.signal(number, handler)


def interrupt() -> None:
    """Raise KeyboardInterrupt."""
    raise KeyboardInterrupt


def ignore() -> None:
    """Ignore further signals, once the exit code is decided."""
    for number in WORDS:
        signal.signal(number, signal.SIG_IGN)
    # An interrupt inside code that a library has executed from a string, such as that of a
    # dataclass, makes Python kill its process at the end; the next such code resets that.
    exec("")


def number_of(error: BaseException | None) -> int | None:
    """Return the number of the signal that caused an error, or None."""
    while error is not None:
        if isinstance(error, KeyboardInterrupt):
            return int(getattr(error, "number", signal.SIGINT))
        error = error.__cause__ or error.__context__
    return None


def _raise(number: int, _: FrameType | None) -> None:
    raise Stopped(number)
