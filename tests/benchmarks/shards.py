"""What a run in shards costs above one `ingest` over the same archives, and two Ray actors beside one.

The archives are *.warc.gz files of a folder, or generated ones. Each run is a whole process with a
new output. All runs of a round follow one another, and the median of the rounds' ratios counts, so
that a slow moment of the machine weighs on all alike. CPU time is that of the process and all below
it. For Ray, whose actors are no children of the command, wall time is compared, on a cluster that
runs already; on a machine that has other work it says little, so the load is printed.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import NamedTuple

_WORDS = (
    "harbour office ferry captain winter council river bridge market tide engineer school report "
    "season village railway budget weather minister garden island festival signal Monday before "
    "because under between while would after near again every without"
).split()
OPTIONS = ("--format", "jsonl", "-q")


class Taken(NamedTuple):
    """Seconds of wall and CPU time of a run."""

    wall: float
    cpu: float


def page(number: int) -> str:
    """The HTML of a story of about 30 kB, with the furniture of a page."""
    chance = random.Random(number)

    def sentence() -> str:
        return " ".join(chance.choices(_WORDS, k=chance.randint(8, 20))).capitalize() + "."

    links = "".join(f"<li class=item><a href=/news/{n}>{sentence()}</a></li>" for n in range(60))
    body = "".join(
        f"<p>{' '.join(sentence() for _ in range(chance.randint(2, 5)))}</p>" for _ in range(40)
    )
    return (
        f"<html lang=en><head><title>Ferry {number} leaves at noon</title><meta property=og:type "
        f"content=article></head><body><nav><ul>{links}</ul></nav><article><h1>Ferry {number} leaves "
        f"at noon</h1><time datetime=2026-03-02T08:00:00Z>2 March</time>{body}</article>"
        f"<aside><ul>{links}</ul></aside></body></html>"
    )


def write(path: Path, numbers: range) -> None:
    """Write generated pages as response records, one gzip member each."""
    with path.open("wb") as file:
        for number in numbers:
            http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
            block = http + page(number).encode()
            head = (
                "WARC/1.1\r\nWARC-Type: response\r\n"
                f"WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{number:012}>\r\n"
                "WARC-Date: 2026-03-02T08:00:00Z\r\n"
                f"WARC-Target-URI: https://echo.example/news/{number}\r\n"
                "Content-Type: application/http; msgtype=response\r\n"
                f"Content-Length: {len(block)}\r\n\r\n"
            )
            file.write(gzip.compress(head.encode() + block + b"\r\n\r\n", 3, mtime=0))


def run(arguments: list[str | Path]) -> Taken:
    """Run the command line to its end."""
    start = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "copydesk", "ingest", *arguments])
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise SystemExit(f"exit code {process.returncode}: {' '.join(map(str, arguments))}")
    return Taken(time.perf_counter() - start, used.ru_utime + used.ru_stime)


def shown(name: str, taken: list[Taken], records: int) -> None:
    """Print the medians of a run."""
    cpu = 1000 * median(one.cpu for one in taken) / records
    wall = median(one.wall for one in taken)
    print(f"{name:26} {cpu:6.2f} ms CPU a record  {wall:7.1f} s wall")


def ratios(above: list[float], below: list[float]) -> str:
    """The median and the range of the ratios of the rounds."""
    each = [a / b for a, b in zip(above, below, strict=True)]
    return f"{median(each):.3f} ({min(each):.3f}-{max(each):.3f})"


def layer(archives: list[Path], rounds: int, folder: Path) -> None:
    """Compare the CPU time of a run in shards with that of one `ingest`."""
    one, output = folder / "one.jsonl", folder / "out"
    plain: list[Taken] = []
    shards: list[Taken] = []
    for _ in range(rounds):
        plain.append(run([*archives, "-o", one, "--overwrite", "-q"]))
        shutil.rmtree(output, ignore_errors=True)
        shards.append(run([*archives, "--output-dir", output, *OPTIONS]))
    report = json.loads((output / "report.json").read_bytes())
    settled = b"".join(path.read_bytes() for path in sorted((output / "settled").iterdir()))
    same = settled.count(b"\n") == one.read_bytes().count(b"\n")
    shown("ingest", plain, report["inputs"])
    shown("ingest --output-dir", shards, report["inputs"])
    more = ratios([a.cpu for a in shards], [b.cpu for b in plain])
    print(f"CPU of shards to ingest: {more}; asked: at most 1.1")
    print(
        f"{report['inputs']} inputs; articles of both: {'equal' if same else 'DIFFER'} in number\n"
    )


@contextlib.contextmanager
def cluster() -> Iterator[str]:
    """A Ray cluster of this machine; yields its address."""
    ray = import_module("ray")
    started = ray.init(address="local", include_dashboard=False, log_to_driver=False)
    try:
        yield started.address_info["gcs_address"]
    finally:
        ray.shutdown()


def actors(archives: list[Path], rounds: int, folder: Path) -> None:
    """Compare the wall time of one Ray actor with that of two."""
    taken: dict[int, list[Taken]] = {1: [], 2: []}
    for _ in range(rounds):
        for workers, all_ in taken.items():
            output = folder / f"ray-{workers}"
            shutil.rmtree(output, ignore_errors=True)
            order: list[str | Path] = [
                "--output-dir",
                output,
                "--engine",
                "ray",
                "--workers",
                str(workers),
            ]
            all_.append(run([*archives, *order, *OPTIONS]))
    for workers, all_ in taken.items():
        print(f"--engine ray --workers {workers}: {median(one.wall for one in all_):.1f} s wall")
    faster = ratios([one.wall for one in taken[1]], [two.wall for two in taken[2]])
    print(f"two actors to one: {faster}; asked: at least 1.7 on an idle machine")


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("archives", type=Path, nargs="?", help="a folder with *.warc.gz files")
    parser.add_argument("--files", type=int, default=8, help="number of generated archives")
    parser.add_argument("--count", type=int, default=300, help="pages of each")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--ray", action="store_true", help="compare one and two Ray actors")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if options.archives is None:
            for number in range(options.files):
                numbers = range(number * options.count, (number + 1) * options.count)
                write(folder / f"{number:02}.warc.gz", numbers)
        archives = sorted((options.archives or folder).glob("*.warc.gz"))
        load = os.getloadavg()[0]
        if not options.ray:
            layer(archives, options.rounds, folder)
        else:
            with cluster() as address:
                os.environ["RAY_ADDRESS"] = address
                actors(archives, options.rounds, folder)
        print(f"load of {os.cpu_count()} CPUs: {load:.1f} before, {os.getloadavg()[0]:.1f} after")


if __name__ == "__main__":
    main()
