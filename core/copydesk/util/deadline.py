"""A deadline for code of this process."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from time import monotonic
from types import FrameType


@contextlib.contextmanager
def limited(seconds: float, fault: Callable[[FrameType | None], Exception]) -> Iterator[None]:
    """Raise what `fault` makes of the running frame in the code inside, after so many seconds.

    Ends Python code and Python's own regular expressions, and no other code in C. Without effect
    outside the main thread.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    raised: list[Exception] = []

    def end(_: int, frame: FrameType | None) -> None:
        raised.append(fault(frame))
        # Code that swallowed the first one does not get to swallow the next.
        raise raised[0] if len(raised) == 1 else _Swallowed

    held = signal.signal(signal.SIGALRM, end)
    start = monotonic()
    left, interval = signal.setitimer(signal.ITIMER_REAL, seconds, seconds)
    try:
        yield
    except _Swallowed:
        raise raised[0] from None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, held)
        if left:
            # Somebody else's timer, such as a test runner's, goes on.
            rest = max(left - (monotonic() - start), 0.001)
            signal.setitimer(signal.ITIMER_REAL, rest, interval)


class _Swallowed(BaseException):
    """Ends code that caught its deadline and went on."""
