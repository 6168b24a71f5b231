"""Being told to end: one line on stderr, and 128 and the number of the signal as the exit code."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from types import FrameType

from copydesk.cli import stop_at_once

WORDS = {int(signal.SIGINT): "interrupted", int(signal.SIGTERM): "terminated"}
"""The signals that are heard, and what is told of them."""


class Stopped(KeyboardInterrupt):
    """The command was told to end."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def stop_in_order() -> None:
    """From now on unwind: what was begun is cleared away."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, _raise)


@contextlib.contextmanager
def at_once() -> Iterator[None]:
    """Stop at once while code of others is loaded, which may catch anything."""
    before = {number: signal.getsignal(number) for number in WORDS}
    with contextlib.suppress(ValueError):
        for number in WORDS:
            signal.signal(number, stop_at_once)
    try:
        yield
    finally:
        with contextlib.suppress(ValueError):
            for number, handler in before.items():
                signal.signal(number, handler)


def ignore() -> None:
    """The exit code is settled: nothing may come between."""
    for number in WORDS:
        signal.signal(number, signal.SIG_IGN)


def number_of(error: BaseException | None) -> int | None:
    """The signal behind an error, None where there is none."""
    while error is not None:
        if isinstance(error, KeyboardInterrupt):
            return int(getattr(error, "number", signal.SIGINT))
        error = error.__cause__ or error.__context__
    return None


def _raise(number: int, _: FrameType | None) -> None:
    raise Stopped(number)
