"""The command line: records on stdout or in a file, everything else on stderr."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NoReturn

from copydesk.cli.app import app
from copydesk.cli.terminal import complain
from copydesk.errors import CopydeskError


def main() -> NoReturn:
    """Run the command line; the exit codes are those of the documentation."""
    # Names in other scripts must come out whatever the locale says.
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        try:
            app()
        finally:
            sys.stdout.flush()
    except CopydeskError as error:
        complain(str(error))
        sys.exit(1)
    except KeyboardInterrupt:
        complain("interrupted")
        sys.exit(130)
    except BrokenPipeError:
        _drop_stdout()
        sys.exit(0)
    except OSError as error:
        _drop_stdout()
        complain(f"standard output: {(error.strerror or str(error)).lower()}")
        sys.exit(1)
    except SystemExit as stop:
        # The framework makes 1 of a reader that has gone, which is no fault of the command.
        if not isinstance(stop.__context__, BrokenPipeError):
            raise
        _drop_stdout()
        sys.exit(0)
    sys.exit(0)


def _drop_stdout() -> None:
    """Send what is still buffered nowhere: it would fail again, with a traceback, at the end."""
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
