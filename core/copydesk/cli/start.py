"""The command line from its first import to its exit code."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import NoReturn

from copydesk.cli import signals, streams
from copydesk.cli.terminal import complain
from copydesk.errors import CopydeskError, OutputClosed, os_message


def run(*, whole: bool) -> NoReturn:
    """Run the command line; whole: whether the process and its streams are its own."""
    if whole:
        streams.guard()
    # Only now: it takes a while.
    from copydesk.cli.app import app

    if whole:
        signals.stop_in_order()
    code = _run(app)
    if whole:
        signals.ignore()
        streams.leave()
    sys.exit(code)


def _run(app: Callable[[], object]) -> int:
    """Run the commands to their exit code."""
    try:
        try:
            app()
        finally:
            sys.stdout.flush()
    except OutputClosed:
        return 0
    except CopydeskError as error:
        complain(str(error))
    except OSError as error:
        where = error.filename if isinstance(error.filename, str) else type(error).__name__
        complain(f"{where}: {os_message(error)}")
    except (KeyboardInterrupt, SystemExit) as stop:
        number = signals.number_of(stop)
        if number is not None:
            complain(signals.WORDS[number])
            return 128 + number
        code = stop.code if isinstance(stop, SystemExit) else None
        return code if isinstance(code, int) else 1 if code else 0
    else:
        return 0
    return 1
