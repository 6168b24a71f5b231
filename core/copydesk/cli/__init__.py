"""The command line: records on stdout or in a file, everything else on stderr."""

from __future__ import annotations

import sys
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
        app()
    except CopydeskError as error:
        complain(str(error))
        sys.exit(1)
    except KeyboardInterrupt:
        complain("interrupted")
        sys.exit(130)
    except BrokenPipeError:
        # The reader has gone; Python would complain once more while closing stdout.
        sys.stderr.close()
        sys.exit(0)
    sys.exit(0)
