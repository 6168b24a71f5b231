"""How a run is told of, with a clock of the test's own."""

from __future__ import annotations

import io

import pytest

from copydesk.cli.running.progress import Progress
from copydesk.fetching.rate_limits import HostWait
from copydesk.model.amount import Amount
from copydesk.model.outcomes import Accepted, Rejected, Skipped

ARTICLE = Accepted(input="a", line=b"{}\n", id="a", revision="1")
REJECT = Rejected(input="b", stage="fetch", reason="robots", message="is closed")


class Stderr(io.StringIO):
    """Standard error that is a terminal, or not."""

    def __init__(self, terminal: bool) -> None:
        super().__init__()
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def stderr(monkeypatch: pytest.MonkeyPatch, terminal: bool) -> Stderr:
    stream = Stderr(terminal)
    monkeypatch.setattr("sys.stderr", stream)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("TERM", "xterm")
    return stream


def test_a_terminal_is_shown_who_is_waited_for_how_long_and_why(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = stderr(monkeypatch, terminal=True)
    with Progress(quiet=False, clock=clock) as progress:
        progress.add(ARTICLE)
        progress.add(REJECT)
        clock.now += 4
        progress.tick([HostWait("slow.example", clock.now + 42, "Retry-After"),
                        HostWait("quay.example:81", clock.now + 7.2, "crawl-delay")])  # fmt: skip
        shown = stream.getvalue()
    assert "2 inputs: 1 articles, 1 rejects, 0 skips; 0.5 a second" in shown
    assert "slow.example: 42 s (Retry-After)" in shown
    assert "quay.example:81: 7 s (crawl-delay)" in shown
    assert "b: is closed [robots]" in shown


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("no_entries", True), ("entries", True), ("malformed", True), ("duplicate", False),
        ("older", False), ("not_modified", False),
    ],
)  # fmt: skip
def test_a_skip_that_nobody_meant_has_a_line(
    clock: Clock, monkeypatch: pytest.MonkeyPatch, reason: str, told: bool
) -> None:
    stream = stderr(monkeypatch, terminal=False)
    with Progress(quiet=False, clock=clock) as progress:
        progress.add(Skipped(input="inbox", reason=reason, message="holds nothing"))
    assert stream.getvalue() == f"copydesk: inbox: holds nothing [{reason}]\n" * told


def test_of_many_hosts_a_screen_names_some_and_counts_the_others(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = stderr(monkeypatch, terminal=True)
    with Progress(quiet=False, clock=clock) as progress:
        progress.tick([HostWait(f"h{n}.example", clock.now + 1, "pace") for n in range(20)])
        shown = stream.getvalue()
    assert shown.count("(pace)") == 8
    assert "and 12 hosts more" in shown


def test_a_host_cannot_write_on_the_terminal(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = stderr(monkeypatch, terminal=True)
    with Progress(quiet=False, clock=clock) as progress:
        progress.tick([HostWait("[red]\x1b]0;title\x07.example", clock.now + 1, "pace")])
        shown = stream.getvalue()
    assert "\x1b]0;" not in shown
    assert "[red]" in shown


def test_off_a_terminal_one_line_every_ten_seconds_counts_the_hosts(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = stderr(monkeypatch, terminal=False)
    with Progress(quiet=False, clock=clock) as progress:
        for _ in range(25):
            clock.now += 1
            progress.tick([HostWait("slow.example", clock.now + 42, "Retry-After")])
        progress.add(ARTICLE)
    told = stream.getvalue().splitlines()
    assert len(told) == 2
    assert all(line.endswith("; waiting for 1 host") for line in told)


def test_a_terminal_is_shown_the_share_the_total_and_the_time_left(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = stderr(monkeypatch, terminal=True)
    monkeypatch.setenv("COLUMNS", "200")
    with Progress(quiet=False, clock=clock) as progress:
        progress.tick([], Amount(0, 2_000_000_000, "bytes"))
        first = stream.getvalue()
        clock.now += 60
        progress.tick([], Amount(500_000_000, 2_000_000_000, "bytes"))
        progress.tick([], None)
        progress.tick([], Amount(90, 100, "inputs"))
        shown = stream.getvalue()
    assert "; 0 % of 2 GB" in first
    assert "left" not in first
    assert "; 25 % of 2 GB, about 3 min left" in shown
    assert "; 90 % of 100 inputs" in shown


@pytest.mark.parametrize(
    ("done", "left"), [(50, "60 s"), (20, "4 min"), (1, "1.6 h"), (100, "0 s")]
)
def test_the_time_left_follows_from_the_rate(
    clock: Clock, monkeypatch: pytest.MonkeyPatch, done: int, left: str
) -> None:
    stream = stderr(monkeypatch, terminal=True)
    monkeypatch.setenv("COLUMNS", "200")
    with Progress(quiet=False, clock=clock) as progress:
        progress.tick([], Amount(0, 100, "inputs"))
        clock.now += 60
        progress.tick([], Amount(done, 100, "inputs"))
        assert f"{done} % of 100 inputs, about {left} left" in stream.getvalue()


@pytest.mark.parametrize("terminal", [True, False])
def test_a_quiet_run_says_nothing(
    terminal: bool, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = stderr(monkeypatch, terminal)
    with Progress(quiet=True, clock=clock) as progress:
        progress.add(REJECT)
        clock.now += 60
        progress.tick([HostWait("slow.example", clock.now + 42, "Retry-After")])
    assert stream.getvalue() == ""
