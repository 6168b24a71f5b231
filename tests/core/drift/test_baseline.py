"""Baselines: what is kept of earlier runs, beside what a run keeps in the same file."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.drift.baseline import MAX_RUNS, Baselines
from copydesk.drift.profile import Observation, Profile
from copydesk.errors import OutputError, StateError
from copydesk.runs.state.store import Sizes, State


def profile(count: int, reason: str = "blocked") -> Profile:
    made = Profile()
    for number in range(count):
        made.add(Observation(outlet="echo", where=f"u{number}", record=None, reason=reason))
    record = {"headline": "Wall", "text": "Wall", "body": [{"type": "paragraph", "text": "Wall"}]}
    made.add(
        Observation(
            outlet="echo",
            where="u",
            record={**record, "removed": [], "adapter": {"layout": "2025"}},
        )
    )
    return made


def test_what_was_kept_is_found_again_added_up(tmp_path: Path) -> None:
    path = tmp_path / "echo.state"
    with closing(Baselines(path, create=True)) as kept:
        assert kept.of("echo", "page") == (0, Profile())
        assert kept.keep("echo", "page", profile(2))
        assert kept.keep("echo", "page", profile(3))
        assert kept.keep("echo", "text", profile(4))
        assert kept.keep("gazette", "page", profile(5))
    with closing(Baselines(path)) as kept:
        number, together = kept.of("echo", "page")
        assert number == 2
        assert together.model_dump() == profile(2).plus(profile(3)).model_dump()
        assert kept.of("echo", "text")[1].outcomes["blocked"] == 4
        assert kept.of("courier", "page") == (0, Profile())


def test_the_same_run_counts_once(tmp_path: Path) -> None:
    with closing(Baselines(tmp_path / "s", create=True)) as kept:
        assert kept.keep("echo", "page", profile(2))
        assert not kept.keep("echo", "page", profile(2))
        assert kept.of("echo", "page")[0] == 1
        assert kept.keep("gazette", "page", profile(2))


def test_the_oldest_run_goes_first(tmp_path: Path) -> None:
    with closing(Baselines(tmp_path / "s", create=True)) as kept:
        for count in range(MAX_RUNS + 3):
            kept.keep("echo", "page", profile(count))
        number, together = kept.of("echo", "page")
        assert number == MAX_RUNS
        assert together.outcomes["blocked"] == sum(range(3, MAX_RUNS + 3))


def test_a_run_and_a_check_share_one_file_in_either_order(tmp_path: Path) -> None:
    first, second = tmp_path / "run.state", tmp_path / "check.state"
    for path in (first, second):
        if path is first:
            State(path).close()
        with closing(Baselines(path, create=True)) as kept:
            kept.keep("echo", "page", profile(2))
        state = State(path)
        state.record("u1", "article", Sizes("10", "0"), article=("id", "revision"))
        state.forget_run()
        assert state.revisions("id") == ["revision"]
        state.close()
        with closing(Baselines(path)) as kept:
            assert kept.of("echo", "page")[0] == 1


def test_a_check_reads_and_keeps_while_a_run_is_on(tmp_path: Path) -> None:
    path = tmp_path / "run.state"
    state = State(path)
    state.record("u1", "article", Sizes("10", "0"))
    with closing(Baselines(path)) as kept:
        assert kept.keep("echo", "page", profile(1))
        state.record("u2", "article", Sizes("20", "0"))
        assert kept.of("echo", "page")[0] == 1
    assert state.counts == {"article": 2}
    state.close()


def test_looking_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "run.state"
    State(path).close()
    before = path.read_bytes()
    with closing(Baselines(path)) as kept:
        assert kept.of("echo", "page")[0] == 0
    assert path.read_bytes() == before


def test_a_file_that_is_not_there_is_made_only_where_that_is_wanted(tmp_path: Path) -> None:
    with pytest.raises(StateError, match="no such file"):
        Baselines(tmp_path / "s")
    assert not (tmp_path / "s").exists()


def test_a_file_of_another_kind_is_refused_and_left_alone(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("The harbour council met on Tuesday. " * 40, "utf-8")
    with pytest.raises(StateError, match="is not a"):
        Baselines(text)
    other = tmp_path / "other.db"
    base = sqlite3.connect(other)
    base.execute("CREATE TABLE birds (name TEXT)")
    base.close()
    with pytest.raises(StateError, match="another SQLite database"):
        Baselines(other, create=True)
    base = sqlite3.connect(other)
    assert base.execute("SELECT name FROM sqlite_master").fetchall() == [("birds",)]
    base.close()


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(OutputError):
        Baselines(tmp_path / "missing" / "s", create=True)
    with pytest.raises(StateError, match="not a regular file"):
        Baselines(tmp_path, create=True)


def test_a_run_that_cannot_be_kept_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "s"
    with closing(Baselines(path, create=True)) as kept:
        kept.keep("echo", "page", profile(2))
        base = sqlite3.connect(path)
        base.execute("CREATE TRIGGER full BEFORE INSERT ON baselines BEGIN SELECT raise(ABORT, 'full'); END")  # fmt: skip
        base.commit()
        base.close()
        with pytest.raises(StateError, match="full"):
            kept.keep("echo", "page", profile(3))
        assert kept.of("echo", "page")[0] == 1


@pytest.mark.parametrize("said", ["", "{}x", '{"version": 1}', '{"outcomes": {"article": "many"}}'])
def test_a_profile_that_cannot_be_read_names_the_outlet(tmp_path: Path, said: str) -> None:
    path = tmp_path / "s"
    with closing(Baselines(path, create=True)) as kept:
        kept.keep("echo", "page", profile(2))
    base = sqlite3.connect(path)
    base.execute("UPDATE baselines SET profile = ?", (said,))
    base.commit()
    base.close()
    with (
        closing(Baselines(path)) as kept,
        pytest.raises(StateError, match="the baseline of 'echo'"),
    ):
        kept.of("echo", "page")


@given(st.lists(st.integers(0, 4), max_size=6))
def test_the_order_in_which_runs_are_kept_does_not_matter(counts: list[int]) -> None:
    def together(order: list[int]) -> tuple[int, Profile]:
        with closing(Baselines(Path(":memory:"), create=True)) as kept:
            for count in order:
                kept.keep("echo", "page", profile(count))
            return kept.of("echo", "page")

    assert together(counts) == together(counts[::-1])
