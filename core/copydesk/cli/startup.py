"""Start of the command line: standard streams, signals and exit codes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import NoReturn

from copydesk.cli import signals, streams
from copydesk.cli.output import to_stderr
from copydesk.errors import CopydeskError, OutputClosed, os_message


def run(*, whole: bool) -> NoReturn:
    """Run the command line and exit; whole: whether it owns the process and its streams."""
    if whole:
        streams.guard()
    # Imported late because it is slow.
    from copydesk.cli.app import app

    if whole:
        signals.unwind_on_signals()
    code = _run(app)
    if whole:
        signals.ignore()
        streams.finish()
    sys.exit(code)


def _run(app: Callable[[], object]) -> int:
    """Run the commands and return the exit code."""
    try:
        try:
            app()
        finally:
            sys.stdout.flush()
    except OutputClosed:
        return 0
    except CopydeskError as error:
        to_stderr(str(error))
    except OSError as error:
        where = error.filename if isinstance(error.filename, str) else type(error).__name__
        to_stderr(f"{where}: {os_message(error)}")
    except (KeyboardInterrupt, SystemExit) as stop:
        number = signals.number_of(stop)
        if number is not None:
            to_stderr(signals.WORDS[number])
            return 128 + number
        code = stop.code if isinstance(stop, SystemExit) else None
        return code if isinstance(code, int) else 1 if code else 0
    else:
        return 0
    return 1
