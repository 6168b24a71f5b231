"""The maintainers' tool that verifies entries of the catalogue, against a server on loopback."""

from __future__ import annotations

import runpy
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import ROOT
from tests.outlet_server import Outlet, running

from copydesk.adapters.catalogue import read_file

TOOL = runpy.run_path(str(ROOT / "tools/verify_catalogue.py"))
FILE = """country = "IE"

[[outlets]]
id = "echo"
name = "Echo"
domains = ["echo.example"]
# Its feed moved.
feeds = ["{}/gone.xml", "{}/feed.xml"]
verified = 2020-01-01

[[outlets]]
id = "mole"
name = "Mole"
domains = ["mole.example"]
sitemaps = ["{}/"]

[[outlets]]
id = "weir"
name = "Weir"
domains = ["weir.example"]
news_sitemaps = ["{}/sitemap.xml"]
"""


@pytest.fixture
def site() -> Iterator[Outlet]:
    with running(pages=2) as server:
        yield server


def verify(site: Outlet, folder: Path, *ids: str) -> Any:
    path = folder / "ie.toml"
    if not path.exists():
        path.write_text(FILE.replace("{}", site.origin), "utf-8")
    told = ("--contact", "desk@newsroom.example", "--gap", "0", "--allow-host", site.host)
    return TOOL["main"]([*ids, *told, "--folder", str(folder)])


def test_entries_with_a_feed_or_sitemap_get_the_day_and_others_stay(
    site: Outlet, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify(site, tmp_path) == 1
    today = datetime.now(UTC).date()
    path = tmp_path / "ie.toml"
    found = {entry.id: entry.verified for entry in read_file(path)}
    assert found == {"echo": today, "mole": None, "weir": today}
    assert capsys.readouterr().out.splitlines() == [
        "echo: verified",
        f"mole: {site.origin}/: is not a feed or sitemap but an HTML page",
        "weir: verified",
    ]
    before = FILE.replace("{}", site.origin).replace("2020-01-01", str(today))
    assert path.read_text("utf-8") == f"{before}verified = {today}\n"


def test_only_the_named_entries_are_fetched_and_twice_is_as_once(
    site: Outlet, tmp_path: Path
) -> None:
    assert verify(site, tmp_path, "weir") == 0
    once = (tmp_path / "ie.toml").read_bytes()
    assert verify(site, tmp_path, "weir") == 0
    assert (tmp_path / "ie.toml").read_bytes() == once
    assert set(site.asked) == {"/robots.txt", "/sitemap.xml"}


def test_an_unknown_id_is_a_usage_error(site: Outlet, tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as stopped:
        verify(site, tmp_path, "nothing")
    assert stopped.value.code == 2
    assert site.asked == []


def test_every_entry_that_ships_can_be_marked(tmp_path: Path) -> None:
    for path in sorted((ROOT / "plugins/copydesk_outlets/catalogue").glob("*.toml")):
        copied = tmp_path / path.name
        copied.write_text(path.read_text("utf-8"), "utf-8")
        entries = read_file(path)
        for entry in entries:
            TOOL["mark"](copied, entry.id, datetime(2026, 8, 5).date())
        assert {str(entry.verified) for entry in read_file(copied)} == {"2026-08-05"}
        added = len(entries) * len("verified = 2026-08-05\n")
        assert copied.stat().st_size == path.stat().st_size + added
