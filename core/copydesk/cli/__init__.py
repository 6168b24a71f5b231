"""The command line: records on stdout or in a file, everything else on stderr."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn


def main() -> NoReturn:
    """Run the command line; the exit codes are those of the documentation."""
    # Where somebody calls it with streams of their own, the process is theirs too.
    whole = sys.stdout is sys.__stdout__ and sys.stderr is sys.__stderr__ and _heard()
    from copydesk.cli.start import run

    run(whole=whole)


def _heard() -> bool:
    """Hear of interrupts before anything else is imported; False outside the main thread."""
    # The module that `signal` is made of: that one alone takes longer to import than all of this.
    import _signal  # type: ignore[import-not-found]

    try:
        for number in (_signal.SIGINT, _signal.SIGTERM):
            _signal.signal(number, stop_at_once)
    except ValueError:
        return False
    return True


def stop_at_once(number: int, _: object) -> None:
    """End without unwinding: for when nothing is open, and where code of others may catch anything."""
    try:
        os.write(2, b"copydesk: interrupted\n" if number == 2 else b"copydesk: terminated\n")
    finally:
        os._exit(128 + number)
