"""Watching: the same check again, in a process of its own, whenever a file of it changes."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

from copydesk import fixtures, plugins
from copydesk.cli.terminal import complain, counted, safe
from copydesk.outlet import Outlet

INTERVAL = 0.25
"""Seconds between two looks at the files."""

_STATES = {0: "all well", 1: "with findings"}

Stamps = dict[Path, tuple[int, int]]


def watch(outlets: Iterable[type[Outlet]], places: list[Path]) -> NoReturn:
    """Check at once, and again after each change, until the process is interrupted.

    outlets: their files and the Python files beside them are watched. places: fixtures below them are
    watched, those that come later too. The check is this process's own command without `--watch`.
    """
    sources = {file for outlet in outlets if (file := plugins.file_of(outlet))}
    seen = _stamps(sources, places)
    while True:
        state = _round()
        print(safe(f"{state}; watching {counted(len(seen), 'file')}"), flush=True)
        while (now := _stamps(sources, places)) == seen:
            time.sleep(INTERVAL)
        seen = now


def _round() -> str:
    """Check once in a fresh process, so that everything is loaded anew; says how it ended."""
    arguments = [a for a in sys.argv[1:] if a != "--watch"]
    program = f"import sys; sys.path[:] = {sys.path!r}; from copydesk.cli import main; main()"
    sys.stdout.flush()
    done = subprocess.run(
        # Bytecode that is kept could outlive a change of the same second and size.
        [sys.executable, "-B", "-c", program, *arguments],
        stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, encoding="utf-8", errors="replace",
        check=False,
    )  # fmt: skip
    said = [line.removeprefix("copydesk: ") for line in done.stderr.splitlines()]
    if done.returncode in _STATES:
        for line in said:
            complain(line)
        return _STATES[done.returncode]
    return f"broken: {said[0] if said else f'exit code {done.returncode}'}"


def _stamps(sources: Iterable[Path], places: list[Path]) -> Stamps:
    """Time and size of every file whose change is worth a round."""
    files = set(sources)
    files |= {beside for source in files.copy() for beside in source.parent.glob("*.py")}
    for place in places:
        try:
            found, _ = fixtures.find([place])
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
