"""The contract suite as pytest runs it for a stranger: one line, no configuration."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from copydesk import Outlet
from copydesk.conformance.run import read_safely
from copydesk.fixtures import store
from copydesk.testing import contract

Run = Callable[..., pytest.RunResult]
OUTLET = """
from copydesk import Outlet, Rule


class QuayCourier(Outlet):
    id = "quay-courier"
    name = "The Quay Courier"
    domains = ("quay.example",)
    language = "en"
    rules = (Rule.line("Tide table", "page_furniture", name="tides"),)
"""
SUITE = """
from pathlib import Path

from copydesk.testing import contract
from courier import QuayCourier

TestQuayCourier = contract(QuayCourier, Path(__file__).parent / "fixtures")
"""
STORY = (
    "Volunteers rebuild the {what} by hand\n\n"
    "The {what} was rebuilt this week, stone by stone, by sixty volunteers from the valley.\n\n"
    "Tide table: high water 14:20\n\n"
    "They used wheelbarrows and a rope, and finished on Sunday as the rain began to fall.\n"
)


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stranger's folder: an adapter, its tests, and two fixtures."""
    tmp_path = pytester.path
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "courier.py").write_text(OUTLET, "utf-8")
    (tmp_path / "test_courier.py").write_text(SUITE, "utf-8")
    folder = tmp_path / "fixtures"
    folder.mkdir()
    for stem in ("weir", "quay"):
        (folder / f"{stem}.txt").write_text(STORY.format(what=stem), "utf-8")
        said = {"outlet": "quay-courier", "url": f"https://quay.example/{stem}", "made": "by hand"}
        (folder / f"{stem}.meta.json").write_text(json.dumps(said), "utf-8")
    names: dict[str, Any] = {"__name__": "courier"}
    exec(OUTLET, names)
    for fixture in store.find([folder])[0]:
        outcome = read_safely(names["QuayCourier"], fixture.document(fixture.meta()), 60).outcome
        fixture.expected_path.write_bytes(store.canonical(outcome))
    return tmp_path


@pytest.fixture
def run(pytester: pytest.Pytester) -> Run:
    """Run the stranger's tests inside this process."""

    def run(*args: str) -> pytest.RunResult:
        return pytester.runpytest_inprocess("-q", "-p", "no:cacheprovider", *args)

    return run


def change(project: Path, stem: str, **changes: object) -> None:
    path = project / "fixtures" / f"{stem}.expected.json"
    path.write_bytes(store.canonical({**json.loads(path.read_bytes()), **changes}))


def failures(done: pytest.RunResult) -> dict[str, str]:
    """The ids of failed tests, each with what it told."""
    parts = re.split(r"(?m)^_{3,} (?:TestQuayCourier\.)?(\S.*?) _{3,}$", str(done.stdout))
    ends = [re.split(r"(?m)^=+ ", text)[0].strip() for text in parts[2::2]]
    return dict(zip(parts[1::2], ends, strict=True))


def test_a_sound_adapter_passes_without_a_warning(project: Path, run: Run) -> None:
    done = run("-W", "error")
    assert done.ret == 0
    assert failures(done) == {}


def test_each_test_has_an_id_that_a_person_can_read(project: Path, run: Run) -> None:
    listed = run("--collect-only").outlines
    assert [line.rpartition("::")[2] for line in listed if "::" in line] == [
        "test_fixture[quay]",
        "test_fixture[weir]",
        "test_mutation[rules[0].tides]",
        "test_outlet[methods]",
        "test_outlet[layouts]",
        "test_outlet[collision]",
    ]


def test_fields_that_differ_are_named_with_both_values(project: Path, run: Run) -> None:
    change(project, "weir", headline="Weir rebuilt", byline="By Tom Reed")
    assert failures(run()) == {
        "test_fixture[weir]": "field: weir: headline is wrong:\n"
        '    -"Weir rebuilt"\n'
        '    +"Volunteers rebuild the weir by hand"\n'
        'field: weir: byline is missing: expected "By Tom Reed", got none'
    }


def test_an_unreviewed_expectation_fails(project: Path, run: Run) -> None:
    path = project / "fixtures" / "weir.expected.json"
    expected = json.loads(path.read_bytes())
    path.write_bytes(store.canonical({store.UNREVIEWED: "accept it", **expected}))
    (told,) = failures(run()).values()
    assert told.startswith("reviewed: weir: ")
    assert "copydesk outlets accept quay-courier" in told


def test_a_missing_or_broken_expectation_fails_the_fixture(project: Path, run: Run) -> None:
    (project / "fixtures" / "weir.expected.json").unlink()
    (project / "fixtures" / "quay.expected.json").write_text("[", "utf-8")
    found = failures(run())
    assert list(found) == ["test_fixture[quay]", "test_fixture[weir]"]
    assert found["test_fixture[quay]"].startswith("reviewed: quay: ")
    assert "quay.expected.json" in found["test_fixture[quay]"]
    assert found["test_fixture[weir]"].startswith("reviewed: weir: has no expectation")


def test_an_adapter_that_raises_is_named_and_no_field_is_compared(project: Path, run: Run) -> None:
    method = "    def headline(self, page):\n        raise ValueError('no weir')\n"
    (project / "courier.py").write_text(OUTLET + method, "utf-8")
    assert failures(run()) == {
        "test_fixture[quay]": "failure: quay: headline raised ValueError('no weir')",
        "test_fixture[weir]": "failure: weir: headline raised ValueError('no weir')",
    }


def test_a_page_that_is_refused_fails_once_and_not_field_by_field(project: Path, run: Run) -> None:
    (project / "fixtures" / "weir.txt").write_bytes(b"\n")
    (told,) = failures(run()).values()
    assert told.startswith("field: weir: error is unexpected: ")
    assert "headline" not in told


def test_a_rule_that_nothing_tests_fails_under_its_name(project: Path, run: Run) -> None:
    dead = OUTLET.replace("rules = (", 'rules = (Rule.line("Bell", "caption", name="bell"), ')
    (project / "courier.py").write_text(dead, "utf-8")
    assert failures(run()) == {
        "test_mutation[rules[0].bell]": "mutation: quay-courier: nothing tests rules[0] 'bell' = /Bell/"
    }


def test_a_warning_is_told_and_fails_nothing(project: Path, run: Run) -> None:
    for path in (project / "fixtures").glob("quay.*"):
        path.unlink()
    (project / "fixtures" / "bare.txt").write_text("The quay.\n", "utf-8")
    done = run("-W", "default")
    assert done.ret == 0
    for subject in ("bare.txt", "quay-courier"):
        assert f"ContractWarning: {subject}: has " in str(done.stdout)


def test_an_adapter_without_fixtures_fails(project: Path, run: Run) -> None:
    for path in (project / "fixtures").iterdir():
        path.unlink()
    assert failures(run("-k", "layouts")) == {
        "test_outlet[layouts]": "layout: quay-courier: has no fixture"
    }


def test_a_folder_that_is_not_there_is_told(project: Path, run: Run) -> None:
    (project / "fixtures").rename(project / "samples")
    done = run()
    assert done.ret == 2
    assert "FileNotFoundError" in str(done.stdout)


@pytest.mark.process
def test_a_colliding_adapter_fails(
    project: Path, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "courier.py").write_text(OUTLET.replace("quay.example", "mercopress.com"), "utf-8")
    monkeypatch.setenv("COPYDESK_LOAD_PLUGINS", "copydesk")
    # What is installed is looked up once a process.
    done = pytester.runpytest_subprocess("-q", "-p", "no:cacheprovider", "-k", "collision")
    assert failures(done)["test_outlet[collision]"].startswith(
        "collision: quay-courier: host 'mercopress.com' belongs to outlet 'mercopress'"
    )


def test_several_folders_may_be_given(tmp_path: Path) -> None:
    class Paper(Outlet):
        id = "paper"
        name = "Paper"

    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "weir.txt").write_text(STORY, "utf-8")
        (tmp_path / name / "weir.meta.json").write_text('{"made": "by hand"}', "utf-8")
    made = contract(Paper, [tmp_path / "a", tmp_path / "b"])
    assert made.__name__ == "TestPaper"
    assert made.__doc__ == "The contract of paper."
