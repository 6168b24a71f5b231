"""`copydesk rules`: the recognisers in the order in which they are tried."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.conftest import Run

from copydesk.rules.table import PASSES

ADAPTER = """
from copydesk import Outlet, Rule

class Echo(Outlet):
    id = "harbour-echo"
    name = "Harbour Echo"
    domains = ("echo.example",)
    rules = (
        Rule.line("Words: .+$", "byline"),
        Rule.split("(?P<section_label>PIER) (?P<rest>.+)$", name="pier"),
        Rule.line("Ads$", "ad_marker"),
    )
"""


@pytest.fixture
def echo(tmp_path: Path) -> str:
    path = tmp_path / "echo.py"
    path.write_text(ADAPTER, "utf-8")
    return str(path)


def test_every_recogniser_has_a_line_in_the_order_of_the_table(copydesk: Run) -> None:
    done = copydesk("rules")
    assert (done.returncode, done.stderr) == (0, "")
    printed = [tuple(line.split()[:2]) for line in done.stdout.splitlines()]
    expected = [(name, f"{r.topic}.{r.name}") for name in PASSES for r in PASSES[name]]
    assert printed == expected


def test_a_line_says_the_roles_and_what_is_recognised(copydesk: Run) -> None:
    lines = copydesk("rules").stdout.splitlines()
    (address,) = [line.split("  ", 1)[1] for line in lines if "controls.decide_address " in line]
    assert [cell.strip() for cell in address.split("  ") if cell] == [
        "controls.decide_address",
        "page_url, file_name",
        "Decide a URL or the name of a file alone in its line.",
    ]


def test_many_roles_are_a_number_and_as_json_all_of_them(copydesk: Run) -> None:
    found = [json.loads(line) for line in copydesk("rules", "--json").stdout.splitlines()]
    (wording,) = [one for one in found if one["recognizer"] == "wordings.decide_wording"]
    assert "related" not in wording["roles"]
    assert {"copyright", "comment_form"} <= set(wording["roles"])
    assert f"  {len(wording['roles'])} roles  " in copydesk("rules").stdout


def test_the_rules_of_an_outlet_stand_first_in_their_pass(copydesk: Run, echo: str) -> None:
    done = copydesk("rules", "harbour-echo", "--json", "--plugin", echo)
    assert (done.returncode, done.stderr) == (0, "")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    by_pass = {name: [one for one in found if one["pass"] == name] for name in PASSES}
    assert by_pass["split"][0] == {
        "pass": "split",
        "recognizer": "harbour-echo:pier",
        "roles": ["section_label"],
        "what": "(?P<section_label>PIER) (?P<rest>.+)$",
    }
    own = [one["recognizer"] for one in by_pass["line"][:3]]
    assert own[:2] == ["harbour-echo:byline", "harbour-echo:ad_marker"]
    assert not own[2].startswith("harbour-echo:")
    assert len(found) == 3 + sum(map(len, PASSES.values()))


def test_an_unknown_outlet_is_wrong_usage(copydesk: Run) -> None:
    done = copydesk("rules", "no-such-outlet")
    assert done.returncode == 2
    assert "no-such-outlet" in done.fault
