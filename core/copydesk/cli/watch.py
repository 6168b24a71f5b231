"""`outlets check --watch`: repeat the check in a new process whenever a file changes."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

from copydesk.adapters import loading
from copydesk.adapters.outlet import Outlet
from copydesk.cli.output import to_stderr
from copydesk.fixtures import store
from copydesk.util.text import plural, safe

INTERVAL = 0.25
"""Seconds between two checks of the file times."""

_STATES = {0: "no findings", 1: "findings"}

Stamps = dict[Path, tuple[int, int]]


def check_on_changes(outlets: Iterable[type[Outlet]], places: list[Path]) -> NoReturn:
    """Check at once, and again after each change, until the process is interrupted.

    The check is the command line of this process without `--watch`.

    outlets: their files are watched, and the Python files in the same folders.
    places: folders whose fixtures are watched, including ones that are added later.
    """
    sources = {file for outlet in outlets if (file := loading.file_of(outlet))}
    seen = _stamps(sources, places)
    while True:
        state = _check()
        print(safe(f"{state}; watching {plural(len(seen), 'file')}"), flush=True)
        while (now := _stamps(sources, places)) == seen:
            time.sleep(INTERVAL)
        seen = now


def _check() -> str:
    """Check once in a new process, which reloads everything; return how it ended."""
    arguments = [a for a in sys.argv[1:] if a != "--watch"]
    program = f"import sys; sys.path[:] = {sys.path!r}; from copydesk.cli import main; main()"
    sys.stdout.flush()
    done = subprocess.run(
        # -B: cached bytecode would miss a change within the same second and of the same size.
        [sys.executable, "-B", "-c", program, *arguments],
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    messages = [line.removeprefix("copydesk: ") for line in done.stderr.splitlines()]
    if done.returncode in _STATES:
        for line in messages:
            to_stderr(line)
        return _STATES[done.returncode]
    return f"broken: {messages[0] if messages else f'exit code {done.returncode}'}"


def _stamps(sources: Iterable[Path], places: list[Path]) -> Stamps:
    """Return time and size of every watched file."""
    files = set(sources)
    files |= {sibling for source in files.copy() for sibling in source.parent.glob("*.py")}
    for place in places:
        try:
            found, _ = store.find([place])
        except OSError:
            continue
        for fixture in found:
            files |= {fixture.source, fixture.meta_path, fixture.expected_path}
    return {path: stamp for path in files if (stamp := _stamp(path))}


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        info = path.stat()
    except OSError:
        return None
    return info.st_mtime_ns, info.st_size
