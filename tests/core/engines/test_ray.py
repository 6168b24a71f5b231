"""Shards on a Ray cluster: the bytes of one run, whichever process is killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any

import pytest
from tests.conftest import Done
from tests.core.engines.conftest import is_alive, wait_until
from tests.core.shards.conftest import settled

pytestmark = [
    pytest.mark.process,
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc"),
]

ORDER = ("crawl", "--output-dir", "out", "--format", "jsonl")

# The page of ferry 4 is of the shard b. Where there is a file `armed`, its reader first writes
# down the ids of itself, its supervisor and the actor.
_OUTLET = """
import os, pathlib, signal, time
from copydesk import Outlet

class Echo(Outlet):
    id = "echo"
    name = "Echo"
    domains = ("echo.example",)

    def section(self, page):
        armed = pathlib.Path(__file__).with_name("armed")
        if "ferry 4" in page.text and armed.exists():
            supervisor = os.getppid()
            stat = pathlib.Path(f"/proc/{{supervisor}}/stat").read_text()
            actor = int(stat.rpartition(")")[2].split()[1])
            written = armed.with_name("written")
            written.write_text(f"{{os.getpid()}} {{supervisor}} {{actor}}")
            written.rename(armed.with_name("pids"))
            {what}
"""
HANG = "while True: pass"
KILL_ACTOR = "os.kill(actor, signal.SIGKILL); time.sleep(60)"


class Driver:
    """The command with `--engine ray` in a process of its own, and an outlet with a bad page."""

    def __init__(self, folder: Path, address: str) -> None:
        self.out = folder / "out"
        self._folder = folder
        self._plugin = folder / "echo.py"
        self._armed, self._pids = folder / "armed", folder / "pids"
        self._environment = {**os.environ, "RAY_AUTH_MODE": "disabled", "RAY_ADDRESS": address}
        self._begun: list[subprocess.Popen[str]] = []

    def set_trap(self, what: str) -> None:
        self._plugin.write_text(_OUTLET.format(what=what))
        self._armed.touch()

    def disarm(self) -> None:
        self._armed.unlink()

    def start(
        self, *arguments: str, order: Sequence[str] = ORDER, before: str = "pass"
    ) -> subprocess.Popen[str]:
        plugin = ["--plugin", str(self._plugin)] if self._plugin.exists() else []
        code = f"{before}; from copydesk.cli import main; main()"
        started = subprocess.Popen(
            [sys.executable, "-c", code, "ingest", *order, "--engine", "ray", *plugin, *arguments],
            cwd=self._folder,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self._begun.append(started)
        return started

    def run(self, *arguments: str, order: Sequence[str] = ORDER) -> Done:
        return self.end(self.start(*arguments, order=order))

    def end(self, started: subprocess.Popen[str]) -> Done:
        out, err = started.communicate(timeout=180)
        return Done(started.returncode, out, err)

    def trapped(self) -> list[int]:
        """The ids of the reader that is in the bad page, its supervisor and its actor."""
        wait_until(self._pids.exists, 90)
        found = [int(one) for one in self._pids.read_text().split()]
        self._pids.unlink()
        return found

    def report(self, number: int) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.out / f"_done/{number:05}.json").read_text())
        return found

    def clean_up(self) -> None:
        for one in self._begun:
            if one.poll() is None:
                one.kill()
                one.communicate()


@pytest.fixture
def driver(crawl: Path, tmp_path: Path, address: str) -> Any:
    found = Driver(tmp_path, address)
    yield found
    found.clean_up()


def none_alive(pids: list[int]) -> Callable[[], bool]:
    return lambda: not any(is_alive(pid) for pid in pids)


def test_a_cluster_gives_the_bytes_of_one_run(driver: Driver, expected: bytes) -> None:
    done = driver.run("--readers", "1")
    assert done.returncode == 1
    assert sorted(done.stderr.splitlines()[:-1]) == [
        "copydesk: shard 00000: 3 articles",
        "copydesk: shard 00001: 3 articles",
        "copydesk: shard 00002: 3 articles",
    ]
    assert done.stderr.splitlines()[-1].startswith("copydesk: 11 inputs: 7 articles, 1 reject")
    assert settled(driver.out) == expected
    again = driver.run()
    assert again.stderr.splitlines() == done.stderr.splitlines()[-1:]


def test_a_killed_actor_is_replaced_and_its_shard_read_again(
    driver: Driver, expected: bytes
) -> None:
    driver.set_trap(HANG)
    started = driver.start("--workers", "1")
    pids = driver.trapped()
    driver.disarm()
    os.kill(pids[-1], signal.SIGKILL)
    wait_until(none_alive(pids), 15)
    done = driver.end(started)
    assert done.returncode == 1
    assert "will be tried again: shard 00001 (b.warc.gz): its actor ended" in done.stderr
    assert settled(driver.out).count(b"\n") == expected.count(b"\n")
    assert [driver.report(number)["attempt"] for number in range(3)] == [1, 2, 1]


def test_a_killed_driver_leaves_no_process_and_the_next_one_goes_on(
    driver: Driver, expected: bytes
) -> None:
    driver.set_trap(HANG)
    started = driver.start("--workers", "1")
    pids = driver.trapped()
    driver.disarm()
    started.kill()
    started.communicate()
    wait_until(none_alive(pids), 30)
    assert [one.name for one in (driver.out / "_done").iterdir()] == ["00000.json"]
    assert driver.run("--workers", "2").returncode == 1
    assert settled(driver.out).count(b"\n") == expected.count(b"\n")
    # What a driver has begun is no fault of a shard.
    assert [driver.report(number)["attempt"] for number in range(3)] == [1, 1, 1]


def test_a_lost_machine_is_no_fault_of_the_shard(
    crawl: Path, tmp_path: Path, machines: tuple[str, IO[str]], expected: bytes
) -> None:
    driver = Driver(tmp_path, machines[0])
    driver.set_trap(HANG)
    started = driver.start()
    driver.trapped()
    driver.disarm()
    machines[1].write("lose it\n")
    machines[1].flush()
    done = driver.end(started)
    assert done.returncode == 1
    assert "will be tried again: shard 00001 (b.warc.gz): its actor ended" in done.stderr
    assert settled(driver.out).count(b"\n") == expected.count(b"\n")
    assert [driver.report(number)["attempt"] for number in range(3)] == [1, 1, 1]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_actors(driver: Driver, number: signal.Signals) -> None:
    driver.set_trap(HANG)
    started = driver.start("--workers", "2")
    pids = driver.trapped()
    started.send_signal(number)
    done = driver.end(started)
    assert done.returncode == 128 + number
    assert done.stderr.splitlines()[-1] == (
        "copydesk: interrupted" if number == signal.SIGINT else "copydesk: terminated"
    )
    wait_until(none_alive(pids), 15)


def test_a_page_that_kills_its_actor_each_time_costs_its_shard(driver: Driver) -> None:
    driver.set_trap(KILL_ACTOR)
    done = driver.run("--workers", "2")
    assert done.returncode == 1
    assert done.stderr.count("will be tried again: shard 00001 (b.warc.gz)") == 3
    assert (
        "shard 00001 was given up: broke 3 attempts; --retry-failed tries it again" in done.stderr
    )
    assert done.stderr.splitlines()[-1] == (
        "copydesk: 8 inputs: 6 articles, 1 reject (1 shard_failed), 1 skip (1 duplicate)"
    )
    driver.disarm()
    again = driver.run("--retry-failed")
    assert again.stderr.splitlines()[-1].startswith("copydesk: 11 inputs: 7 articles, 1 reject")


def test_a_broken_source_is_tried_again_and_given_up(driver: Driver, crawl: Path) -> None:
    assert driver.run("--workers", "1").returncode == 1
    (driver.out / "_done" / "00002.json").unlink()
    (crawl / "c.warc.gz").unlink()
    done = driver.run("--workers", "2", order=ORDER[1:])
    assert done.returncode == 1
    assert done.stderr.count("will be tried again: ") == 3
    assert "c.warc.gz: cannot be read: no such file or directory" in done.stderr
    assert "shard 00002 was given up: broke 3 attempts" in done.stderr


def test_an_actor_with_other_adapters_ends_the_run(driver: Driver, tmp_path: Path) -> None:
    plugin = tmp_path / "absent.py"
    plugin.write_text(
        "import sys\nif 'default_worker' in sys.argv[0]:\n    raise ImportError('not here')\n"
    )
    done = driver.run("--plugin", str(plugin))
    assert done.returncode == 2
    assert "adapters or version differ from those of the process that planned the job" in done.fault
    assert "not here" in done.fault
    assert not (driver.out / "_attempts").exists()


def test_a_cluster_without_room_is_told(driver: Driver) -> None:
    started = driver.start(
        "--readers", "3", before="from copydesk.engines import ray; ray.PATIENCE = 2"
    )
    assert started.stderr is not None
    assert started.stderr.readline() == (
        "copydesk: will be tried again: the cluster: has no room for an actor yet, which needs 3 CPUs\n"
    )
    started.send_signal(signal.SIGTERM)
    assert driver.end(started).returncode == 128 + signal.SIGTERM
