"""A time limit for code in this process."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from time import monotonic
from types import FrameType


@contextlib.contextmanager
def time_limit(
    seconds: float, make_error: Callable[[FrameType | None], Exception]
) -> Iterator[None]:
    """Raise an error in the code inside after a number of seconds.

    Interrupts Python code and regular expressions of `re`, but no other C code. Has no effect
    outside the main thread. make_error: called with the frame that is running.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    raised: list[Exception] = []

    def interrupt(_: int, frame: FrameType | None) -> None:
        raised.append(make_error(frame))
        # Code that caught the first error, perhaps with `except Exception`, must not catch this.
        raise raised[0] if len(raised) == 1 else _CaughtError

    previous = signal.signal(signal.SIGALRM, interrupt)
    start = monotonic()
    left, interval = signal.setitimer(signal.ITIMER_REAL, seconds, seconds)
    try:
        yield
    except _CaughtError:
        raise raised[0] from None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
        if left:
            # Restart the timer that was set before, such as a test runner's.
            rest = max(left - (monotonic() - start), 0.001)
            signal.setitimer(signal.ITIMER_REAL, rest, interval)


class _CaughtError(BaseException):
    """Interrupts code that caught the first error and continued."""
