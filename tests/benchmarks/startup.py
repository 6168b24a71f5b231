"""How long the command line takes to start, beside an import of typer alone.

Start it with `python tests/benchmarks/startup.py`. The runs are interleaved, so that other work on
the machine hits all alike, and the fastest one of each counts.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time

TYPER = "import typer"
COMMANDS = {
    TYPER: ["-c", "import typer"],
    "copydesk --version": ["-m", "copydesk", "--version"],
    "copydesk --help": ["-m", "copydesk", "--help"],
    "copydesk ingest --help": ["-m", "copydesk", "ingest", "--help"],
}


def measure(runs: int) -> dict[str, float]:
    """The shortest time of each command, in seconds."""
    best = dict.fromkeys(COMMANDS, float("inf"))
    for _ in range(runs):
        for name, args in COMMANDS.items():
            begun = time.perf_counter()
            subprocess.run([sys.executable, *args], stdout=subprocess.DEVNULL, check=True)
            best[name] = min(best[name], time.perf_counter() - begun)
    return best


def main() -> None:
    """Print the times, and their ratios to the import of typer."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15)
    best = measure(parser.parse_args().runs)
    for name, seconds in best.items():
        print(f"{name:24} {seconds * 1000:6.1f} ms {seconds / best[TYPER]:5.2f}")


if __name__ == "__main__":
    main()
