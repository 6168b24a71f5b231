"""A Ray cluster of this machine, and what tests must know of the processes of an actor."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest
from tests.conftest import Run
from tests.core.shards.conftest import crawl, job, loaded, read_at_once

__all__ = ["crawl", "job", "loaded"]

LIMIT = 120.0
"""Seconds in which Ray must start."""

_HEAD = """
import sys, ray
started = ray.init(
    address="local", num_cpus=2, include_dashboard=False, _node_ip_address="127.0.0.1",
    logging_level="ERROR", _temp_dir=sys.argv[1],
)
print(started.address_info["gcs_address"], flush=True)
sys.stdin.read()
ray.shutdown()
"""

# Each line on standard input takes the only machine that may have actors away, and adds another.
_MACHINES = """
import sys
from ray.cluster_utils import Cluster
cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False})
machine = cluster.add_node(num_cpus=1)
print(cluster.address, flush=True)
for line in sys.stdin:
    cluster.remove_node(machine, allow_graceful=False)
    machine = cluster.add_node(num_cpus=1)
cluster.shutdown()
"""


@contextmanager
def cluster(code: str) -> Iterator[tuple[str, IO[str]]]:
    """Start a cluster in a process of its own; yield its address, and that process's input."""
    pytest.importorskip("ray")
    # Not in the folder of the tests: the paths of sockets must be short.
    folder = tempfile.mkdtemp(prefix="ray-")
    head = subprocess.Popen(
        [sys.executable, "-c", code, folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "RAY_AUTH_MODE": "disabled", "RAY_TMPDIR": folder},
        # When a driver is killed that has started Ray, Ray ends its whole process group.
        start_new_session=True,
    )
    assert head.stdin is not None
    assert head.stdout is not None
    try:
        begun, _, _ = select.select([head.stdout], [], [], LIMIT)
        found = head.stdout.readline().strip() if begun else ""
        if not found:
            ended = head.poll()
            why = f"in {LIMIT:.0f} seconds" if ended is None else f"(exit code {ended})"
            pytest.skip(f"Ray did not start {why}")
        yield found, head.stdin
    finally:
        head.stdin.close()
        try:
            head.wait(30)
        except subprocess.TimeoutExpired:
            head.kill()
            head.wait()
        head.stdout.close()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """The address of a cluster of two CPUs, started for these tests."""
    with cluster(_HEAD) as (found, _):
        yield found


@pytest.fixture
def machines() -> Iterator[tuple[str, IO[str]]]:
    """The address of a cluster of a head and another machine, and where to write to replace that."""
    with cluster(_MACHINES) as found:
        yield found


@pytest.fixture
def expected(crawl: Path, copydesk: Run) -> bytes:
    """The articles of one run over the same files, under the same names."""
    return read_at_once(crawl, copydesk)[0]


def wait_until(condition: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait for a condition."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    """Whether a process runs. A zombie does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return False
    return state not in "ZX"
