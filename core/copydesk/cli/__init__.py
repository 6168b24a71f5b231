"""The command line: records on stdout or in a file, everything else on stderr."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn


def main() -> NoReturn:
    """Run the command line and exit with one of the documented exit codes."""
    # A caller that replaced the streams also owns the process and its signals.
    whole = sys.stdout is sys.__stdout__ and sys.stderr is sys.__stderr__ and _handle_signals()
    from copydesk.cli.startup import run

    run(whole=whole)


def _handle_signals() -> bool:
    """Handle interrupts before anything else is imported; False outside the main thread."""
    # The C module behind `signal`: importing `signal` takes longer than the rest of this module.
    import _signal  # type: ignore[import-not-found]

    try:
        for number in (_signal.SIGINT, _signal.SIGTERM):
            _signal.signal(number, exit_at_once)
    except ValueError:
        return False
    return True


def exit_at_once(number: int, _: object) -> None:
    """Exit without unwinding, while nothing is open and foreign code could catch an exception."""
    try:
        os.write(2, b"copydesk: interrupted\n" if number == 2 else b"copydesk: terminated\n")
    finally:
        os._exit(128 + number)
