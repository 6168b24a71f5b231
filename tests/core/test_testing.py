"""The contract suite as pytest runs it for a stranger: one line, no configuration."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from copydesk import Outlet, fixtures
from copydesk.testing import contract
from copydesk.trial import attempt

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
    "They used wheelbarrows and a rope, and finished on Sunday as the rain began to fall.\n\n"
    "Tide table: high water 14:20\n"
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A stranger's folder: an adapter, its tests, and two fixtures."""
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
    for fixture in fixtures.find([folder])[0]:
        outcome = attempt(names["QuayCourier"], fixture.document(fixture.meta()), 60).outcome
        fixture.expected_path.write_bytes(fixtures.canonical(outcome))
    return tmp_path


def pytest_in(folder: Path, *args: str, plugins: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *args],
        capture_output=True,
        cwd=folder,
        env={**os.environ, "COPYDESK_LOAD_PLUGINS": plugins, "PYTHONPATH": str(folder)},
        encoding="utf-8",
        check=False,
        timeout=120,
    )


def change(project: Path, stem: str, **changes: object) -> None:
    path = project / "fixtures" / f"{stem}.expected.json"
    path.write_bytes(fixtures.canonical({**json.loads(path.read_bytes()), **changes}))


def failures(done: subprocess.CompletedProcess[str]) -> dict[str, str]:
    """The ids of failed tests, each with what it told."""
    parts = re.split(r"(?m)^_{3,} (?:TestQuayCourier\.)?(\S.*?) _{3,}$", done.stdout)
    ends = [re.split(r"(?m)^=+ ", text)[0].strip() for text in parts[2::2]]
    return dict(zip(parts[1::2], ends, strict=True))


def test_a_sound_adapter_passes_without_a_warning(project: Path) -> None:
    done = pytest_in(project, "-q", "-W", "error")
    assert done.returncode == 0, done.stdout
    assert failures(done) == {}


def test_each_test_has_an_id_that_a_person_can_read(project: Path) -> None:
    listed = pytest_in(project, "--collect-only", "-q").stdout.splitlines()
    ids = [line.rpartition("::")[2] for line in listed if "::" in line]
    assert len(ids) == len(set(ids))
    for expected in (
        "test_field[weir-headline]",
        "test_field[weir-error]",
        "test_field[quay-removed]",
        "test_reviewed[weir]",
        "test_canonical[weir]",
        "test_failure[weir]",
        "test_network[weir]",
        "test_deterministic[weir]",
        "test_valid[weir]",
        "test_conservation[quay]",
        "test_body[weir]",
        "test_host[weir]",
        "test_dates[weir]",
        "test_layout[weir]",
        "test_outlet[layouts]",
        "test_outlet[methods]",
        "test_outlet[collision]",
        "test_mutation[rules[0].tides]",
    ):
        assert expected in ids
    assert len([i for i in ids if i.startswith("test_mutation")]) == 1


def test_a_field_that_differs_fails_its_own_test_alone(project: Path) -> None:
    change(project, "weir", headline="Weir rebuilt")
    done = pytest_in(project, "-q")
    assert done.returncode == 1
    assert failures(done) == {
        "test_field[weir-headline]": "weir: headline is wrong:\n"
        '    -"Weir rebuilt"\n'
        '    +"Volunteers rebuild the weir by hand"'
    }


def test_an_expectation_that_nobody_has_looked_at_fails_one_test(project: Path) -> None:
    path = project / "fixtures" / "weir.expected.json"
    expected = json.loads(path.read_bytes())
    path.write_bytes(fixtures.canonical({fixtures.UNREVIEWED: "accept it", **expected}))
    done = pytest_in(project, "-q")
    assert failures(done) == {
        "test_reviewed[weir]": "weir: its expectation was proposed and nobody has looked at it; "
        "read it, then run: copydesk outlets accept quay-courier"
    }


def test_a_missing_or_broken_expectation_fails_one_test(project: Path) -> None:
    (project / "fixtures" / "weir.expected.json").unlink()
    (project / "fixtures" / "quay.expected.json").write_text("[", "utf-8")
    found = failures(pytest_in(project, "-q"))
    assert list(found) == ["test_reviewed[quay]", "test_reviewed[weir]"]
    assert "quay.expected.json: is no JSON" in found["test_reviewed[quay]"]
    assert found["test_reviewed[weir]"].startswith("weir: has no expectation; run: copydesk replay")


def test_an_adapter_that_raises_fails_where_it_is_named_and_the_fields_are_skipped(
    project: Path,
) -> None:
    method = "    def headline(self, page):\n        raise ValueError('no weir')\n"
    (project / "courier.py").write_text(OUTLET + method, "utf-8")
    done = pytest_in(project, "-q")
    assert failures(done) == {
        "test_failure[quay]": "quay: headline raised ValueError('no weir')",
        "test_failure[weir]": "weir: headline raised ValueError('no weir')",
    }
    assert " skipped" in done.stdout


def test_a_rule_that_nothing_tests_fails_under_its_name(project: Path) -> None:
    dead = OUTLET.replace("rules = (", 'rules = (Rule.line("Bell", "caption", name="bell"), ')
    (project / "courier.py").write_text(dead, "utf-8")
    assert failures(pytest_in(project, "-q")) == {
        "test_mutation[rules[0].bell]": "quay-courier: nothing tests rules[0] 'bell' = /Bell/"
    }


def test_a_warning_is_told_and_fails_nothing(project: Path) -> None:
    for path in (project / "fixtures").glob("quay.*"):
        path.unlink()
    (project / "fixtures" / "bare.txt").write_text("The quay.\n", "utf-8")
    done = pytest_in(project, "-q")
    assert done.returncode == 0, done.stdout
    for message in (
        "ContractWarning: bare.txt: has no meta.json beside it and was passed over",
        "ContractWarning: quay-courier: has one fixture; two show what is the outlet's and what "
        "is the article's",
    ):
        assert message in done.stdout


def test_an_adapter_without_fixtures_fails(project: Path) -> None:
    for path in (project / "fixtures").iterdir():
        path.unlink()
    assert failures(pytest_in(project, "-q", "-k", "layouts")) == {
        "test_outlet[layouts]": "quay-courier: has no fixture: nothing tests it"
    }


def test_a_folder_that_is_not_there_is_told(project: Path) -> None:
    (project / "fixtures").rename(project / "samples")
    done = pytest_in(project, "-q")
    assert done.returncode == 2
    assert "FileNotFoundError" in done.stdout


def test_a_colliding_adapter_fails(project: Path) -> None:
    (project / "courier.py").write_text(OUTLET.replace("quay.example", "mercopress.com"), "utf-8")
    done = pytest_in(project, "-q", "-k", "collision", plugins="copydesk")
    assert failures(done)["test_outlet[collision]"].startswith(
        "quay-courier: host 'mercopress.com' belongs to outlet 'mercopress'"
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
