"""Known articles are not asked for again, and lists conditionally: runs over a site on loopback."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.outlet_server import Outlet, page, running
from tests.test_ingest import COMMAND, live, run

import copydesk
from copydesk.dates.ages import parse_since

pytestmark = pytest.mark.process

FIRST = datetime(2026, 3, 2, 8, tzinfo=UTC)


class Site(Outlet):
    """A site whose answers a test changes. broken: pages that answer with a status."""

    broken: dict[str, int]
    lastmod: dict[int, str]

    def answer(self, path: str) -> tuple[int, str, str]:
        """Status, media type and body for a path."""
        if path in self.broken:
            return self.broken[path], "text/html", "<p>Not now.</p>"
        if path == "/pages.xml" and self.lastmod:
            urls = "".join(
                f"<url><loc>{self.origin}/news/{n}</loc><lastmod>{self.lastmod[n]}</lastmod></url>"
                for n in range(self.pages)
            )
            return 200, "application/xml", f"<urlset>{urls}</urlset>"
        if path.startswith("/news/") and f"{path}+" in self.broken:
            return 200, "text/html", page(int(path[6:]), self.origin).replace("promised", "sworn")
        return super().answer(path)


@pytest.fixture
def site() -> Iterator[Site]:
    with running(6, Site) as server:
        assert isinstance(server, Site)
        server.broken, server.lastmod = {}, {}
        yield server


class Runs:
    """The hourly runs of a job, each with an output of its own."""

    def __init__(self, site: Site, folder: Path) -> None:
        self.site, self.folder, self.number = site, folder, 0

    def __call__(self, source: str, *options: str) -> tuple[list[str], Counter[str]]:
        """Run once; return the paths that were asked for, and the numbers of outcomes."""
        self.site.asked.clear()
        self.number += 1
        done = live(
            self.site, self.site.origin + source, "--state", "crawl.state", *options,
            "-o", f"{self.number}.jsonl", "--report", f"{self.number}.json", cwd=self.folder,
        )  # fmt: skip
        assert done.returncode in (0, 1), done.stderr
        report = json.loads((self.folder / f"{self.number}.json").read_text("utf-8"))
        found = Counter({"article": report["articles"]})
        found.update(report["skips"])
        found.update(report["rejects"])
        return self.site.asked, +found

    def age(self, **of: int) -> None:
        """Make everything that the state knows older."""
        change = timedelta(**of)
        with closing(sqlite3.connect(self.folder / "crawl.state")) as base, base:
            for table, column in (("visits", "at"), ("lists", "oldest")):
                for url, at in base.execute(f"SELECT url, {column} FROM {table}").fetchall():
                    older = (datetime.fromisoformat(at) - change).isoformat()
                    base.execute(f"UPDATE {table} SET {column} = ? WHERE url = ?", (older, url))


@pytest.fixture
def runs(site: Site, tmp_path: Path) -> Runs:
    return Runs(site, tmp_path)


def test_a_second_run_asks_for_robots_and_the_feed_only(runs: Runs) -> None:
    asked, found = runs("/feed.xml")
    assert found == {"article": 6}
    assert len(asked) == 8
    asked, found = runs("/feed.xml")
    assert asked == ["/robots.txt", "/feed.xml"]
    assert found == {"not_modified": 1}


def test_a_sitemap_of_a_thousand_known_entries_costs_one_request(
    runs: Runs, site: Site, tmp_path: Path
) -> None:
    runs("/pages.xml", "--limit", "1")
    site.pages = 1_000
    site.lastmod = dict.fromkeys(range(1_000), "2026-03-02T08:00:00Z")
    with closing(sqlite3.connect(tmp_path / "crawl.state")) as base, base:
        now = datetime.now(UTC).isoformat()
        base.executemany(
            "REPLACE INTO visits VALUES (?, ?, NULL, '')",
            [(f"{site.origin}/news/{number}", now) for number in range(1_000)],
        )
    asked, found = runs("/pages.xml")
    assert asked == ["/robots.txt", "/pages.xml"]
    assert found == {"known": 1_000}
    asked, found = runs("/pages.xml")
    assert asked == ["/robots.txt", "/pages.xml"]
    assert found == {"not_modified": 1}


def test_what_is_new_in_a_list_is_asked_for_and_the_rest_is_known(runs: Runs, site: Site) -> None:
    runs("/feed.xml")
    site.pages = 8
    asked, found = runs("/feed.xml")
    assert sorted(asked) == ["/feed.xml", "/news/6", "/news/7", "/robots.txt"]
    assert found == {"article": 2, "known": 6}


@pytest.mark.parametrize(
    ("revisit", "again"),
    [("never", []), ("changed", ["/news/3"]), ("24h", ["/news/3"]), (None, ["/news/3"])],
)
def test_what_the_sitemap_says_changed_is_asked_for_again(
    runs: Runs, site: Site, revisit: str | None, again: list[str]
) -> None:
    site.lastmod = dict.fromkeys(range(6), "2026-03-02T08:00:00Z")
    runs("/sitemap.xml")
    site.lastmod[3] = "2026-03-02T09:00:00Z"
    site.broken["/news/3+"] = 0
    options = ["--revisit", revisit] if revisit else []
    asked, found = runs("/sitemap.xml", *options)
    assert asked == ["/robots.txt", "/sitemap.xml", "/pages.xml", *again]
    assert found["article"] == len(again)
    assert found["known"] == 6 - len(again)


@pytest.mark.parametrize(
    ("revisit", "hours", "is_asked"),
    [("never", 1_000, False), ("changed", 1_000, False), (None, 23, False), (None, 25, True),
     ("6h", 5, False), ("6h", 7, True), ("2w", 300, False), ("90m", 2, True)],
)  # fmt: skip
def test_known_articles_are_asked_for_again_after_their_age(
    runs: Runs, revisit: str | None, hours: int, is_asked: bool
) -> None:
    runs("/feed.xml")
    runs.age(hours=hours)
    asked, found = runs("/feed.xml", *(["--revisit", revisit] if revisit else []))
    if is_asked:
        # The feed is asked for as a whole, since its known entries matter again.
        assert len(asked) == 8
        assert found == {"not_modified": 6}
    else:
        assert asked == ["/robots.txt", "/feed.xml"]
        assert found == {"not_modified": 1}


def test_a_failure_that_may_pass_is_asked_for_again_and_the_rest_is_not(
    runs: Runs, site: Site
) -> None:
    site.broken = {"/news/2": 503, "/news/4": 404}
    _, found = runs("/feed.xml", "--set", "tries=1")
    assert found == {"article": 4, "http_status": 2}
    site.broken = {}
    asked, found = runs("/feed.xml")
    assert asked == ["/robots.txt", "/feed.xml", "/news/2"]
    assert found == {"article": 1, "known": 5}
    assert runs("/feed.xml")[1] == {"not_modified": 1}


def test_a_limit_leaves_the_rest_of_a_list_to_the_next_run(runs: Runs) -> None:
    assert runs("/feed.xml", "--limit", "2")[1] == {"article": 2}
    assert runs("/feed.xml")[1] == {"article": 4, "known": 2}
    assert runs("/feed.xml")[1] == {"not_modified": 1}


def test_what_a_filter_left_out_comes_when_the_filter_is_gone(runs: Runs) -> None:
    assert runs("/feed.xml", "--url-match", "news/[01]")[1] == {"article": 2, "other_url": 4}
    assert runs("/feed.xml", "--url-match", "news/[01]")[1] == {"not_modified": 1}
    assert runs("/feed.xml")[1] == {"article": 4, "known": 2}
    assert runs("/feed.xml", "--min-words", "9000")[1] == {"known": 6}


def test_articles_that_a_filter_left_out_are_known_to_the_same_filter_only(runs: Runs) -> None:
    assert runs("/feed.xml", "--min-words", "9000")[1] == {"few_words": 6}
    assert runs("/feed.xml", "--min-words", "9000")[1] == {"not_modified": 1}
    assert runs("/feed.xml")[1] == {"article": 6}


def test_a_later_since_does_not_ask_for_what_an_earlier_one_left_out(runs: Runs) -> None:
    assert runs("/feed.xml", "--since", "2026-03-05")[1] == {"article": 3, "older": 3}
    assert runs("/feed.xml", "--since", "2026-03-06")[1] == {"not_modified": 1}
    assert runs("/feed.xml", "--since", "2026-03-04")[1] == {"article": 1, "known": 3, "older": 2}


def test_a_failure_before_an_interrupt_is_asked_for_again_after_the_resumed_run(
    runs: Runs, site: Site, tmp_path: Path
) -> None:
    given = [site.origin + "/feed.xml", "--state", "crawl.state", "-o", "out.jsonl"]
    site.broken = {"/news/5": 503}
    live(site, *given, "--set", "tries=1", "--limit", "2", cwd=tmp_path)
    site.broken = {}
    done = live(site, *given, "--resume", cwd=tmp_path)
    assert "6 inputs: 5 articles, 1 reject (1 http_status)" in done.stderr
    asked, found = runs("/feed.xml", "--revisit", "changed")
    assert asked == ["/robots.txt", "/feed.xml", "/news/5"]
    assert found == {"article": 1, "known": 5}
    assert runs("/feed.xml", "--revisit", "changed")[1] == {"not_modified": 1}


def test_a_killed_run_is_resumed_and_the_next_one_asks_for_robots_and_the_feed_only(
    runs: Runs, site: Site, tmp_path: Path
) -> None:
    given = ["ingest", site.origin + "/feed.xml", "--state", "crawl.state", "-o", "out.jsonl"]
    given += ["--allow-host", site.host, "--resume"]
    output = tmp_path / "out.jsonl"
    with subprocess.Popen(
        [*COMMAND, *given, "--gap", "0.5"], cwd=tmp_path, stderr=subprocess.DEVNULL
    ) as process:
        until = time.monotonic() + 60
        while time.monotonic() < until and not (output.exists() and output.stat().st_size):
            time.sleep(0.01)
        assert process.poll() is None, "it came to its end before it was killed"
        process.kill()
    before = len(output.read_text("utf-8").splitlines())
    assert 0 < before < 6
    site.asked.clear()
    run(*given, "--gap", "0", cwd=tmp_path)
    urls = [json.loads(line)["url"] for line in output.read_text("utf-8").splitlines()]
    assert len(urls) == len(set(urls)) == 6
    assert len(site.asked) == 2 + 6 - before
    assert runs("/feed.xml") == (["/robots.txt", "/feed.xml"], {"not_modified": 1})


def test_a_failure_is_asked_for_again_by_every_list_that_has_it(runs: Runs, site: Site) -> None:
    site.broken = {"/news/2": 503}
    _, found = runs("/feed.xml", f"{site.origin}/pages.xml", "--set", "tries=1")
    assert found == {"article": 5, "http_status": 1, "duplicate_input": 6}
    site.broken = {}
    asked, found = runs("/pages.xml")
    assert asked == ["/robots.txt", "/pages.xml", "/news/2"]
    assert found == {"article": 1, "known": 5}


def test_given_addresses_that_a_list_has_as_known_are_asked_for_and_read(
    runs: Runs, site: Site, tmp_path: Path
) -> None:
    site.pages = 40
    runs("/feed.xml")
    urls = [f"{site.origin}/news/{number}" for number in range(40)]
    (tmp_path / "urls.txt").write_text("\n".join(urls), "utf-8")
    site.pages = 41
    asked, found = runs("/feed.xml", "urls.txt", "--concurrency", "1")
    assert sorted(asked) == sorted(["/robots.txt", "/feed.xml", *(f"/news/{n}" for n in range(41))])
    assert (found["article"], found["not_modified"]) == (1, 40)
    assert found["known"] + found["duplicate_input"] == 40


def test_a_list_of_addresses_is_asked_for_in_every_run(
    runs: Runs, site: Site, tmp_path: Path
) -> None:
    urls = [f"{site.origin}/news/{number}" for number in range(6)]
    (tmp_path / "urls.txt").write_text("\n".join(urls), "utf-8")
    given = ("urls.txt", "--state", "crawl.state", "--revisit", "never")
    live(site, *given, "-o", "one.jsonl", cwd=tmp_path)
    done = live(site, *given, "-o", "two.jsonl", cwd=tmp_path)
    assert "6 inputs: 0 articles, 0 rejects, 6 skips (6 not_modified)" in done.stderr
    assert runs("/feed.xml")[1] == {"known": 6}


def test_a_page_that_made_an_adapter_fail_is_asked_for_again(
    runs: Runs, site: Site, tmp_path: Path
) -> None:
    (tmp_path / "bad.py").write_text(
        "from copydesk import Outlet\n"
        "class Quay(Outlet):\n"
        "    id = 'quay'\n"
        "    name = 'The Quay'\n"
        "    def section(self, page):\n"
        "        assert 'number 1.' not in page.text\n",
        "utf-8",
    )
    failing = ("--plugin", "bad.py", "--outlet", "quay")
    assert runs("/feed.xml", *failing)[1] == {"article": 5, "adapter": 1}
    asked, found = runs("/feed.xml")
    assert asked == ["/robots.txt", "/feed.xml", "/news/1"]
    assert found == {"article": 1, "known": 5}


def test_a_recorded_list_that_was_unchanged_is_repeated_with_the_same_skip(
    runs: Runs, tmp_path: Path
) -> None:
    runs("/feed.xml")
    runs("/feed.xml", "--record", "run.warc.gz")
    done = run("replay", "run.warc.gz", "-o", "again.jsonl", cwd=tmp_path)
    assert "1 input: 0 articles, 0 rejects, 1 skip (1 not_modified)" in done.stderr


def test_a_recorded_run_that_knew_articles_of_two_lists_is_repeated_with_the_same_skips(
    runs: Runs, site: Site, tmp_path: Path
) -> None:
    runs("/feed.xml")
    site.pages = 7
    _, found = runs("/feed.xml", f"{site.origin}/pages.xml", "--record", "run.warc.gz")
    assert found == {"article": 1, "known": 6, "duplicate_input": 7}
    done = run("replay", "run.warc.gz", "-o", "again.jsonl", cwd=tmp_path)
    assert "14 inputs: 1 article, 0 rejects, 13 skips" in done.stderr
    assert "6 known" in done.stderr
    assert (tmp_path / "again.jsonl").read_bytes() == (tmp_path / "2.jsonl").read_bytes()


def test_an_address_that_is_given_is_always_asked_for(runs: Runs) -> None:
    runs("/feed.xml")
    asked, found = runs("/news/3", "--revisit", "never")
    assert asked == ["/robots.txt", "/news/3"]
    assert found == {"not_modified": 1}


def test_a_state_from_before_this_knows_its_articles_once_they_were_asked_for(
    runs: Runs, tmp_path: Path
) -> None:
    runs("/feed.xml")
    with closing(sqlite3.connect(tmp_path / "crawl.state")) as base, base:
        base.execute("DROP TABLE visits")
        base.execute("DROP TABLE lists")
    assert runs("/feed.xml")[1] == {"not_modified": 6}
    assert runs("/feed.xml")[1] == {"not_modified": 1}


def test_a_recorded_run_that_knew_articles_is_repeated_with_the_same_skips(
    runs: Runs, site: Site, tmp_path: Path
) -> None:
    runs("/feed.xml")
    site.pages = 8
    runs("/feed.xml", "--record", "run.warc.gz")
    done = run("replay", "run.warc.gz", "-o", "again.jsonl", cwd=tmp_path)
    assert "8 inputs: 2 articles, 0 rejects, 6 skips (6 known)" in done.stderr
    assert (tmp_path / "again.jsonl").read_bytes() == (tmp_path / "2.jsonl").read_bytes()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--revisit", "never"], "--revisit needs the articles of earlier runs: add --state FILE"),
        (["--revisit", "soon", "--state", "s"], "--revisit soon: use never, changed, or an age"),
        (["--revisit", "-1h", "--state", "s"], "--revisit -1h: use never, changed, or an age"),
        (["--since", "7 days"], "--since 7 days: not a date such as 2024-03-12, yesterday or 7d"),
        (["--since", "9999999w"], "--since 9999999w: not a date"),
    ],
)
def test_wrong_values_are_told_in_one_line(options: list[str], told: str, tmp_path: Path) -> None:
    done = run("ingest", "http://127.0.0.1:9/feed.xml", *options, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr


def test_the_same_from_python(site: Site, tmp_path: Path) -> None:
    given: dict[str, Any] = {"state": tmp_path / "s", "allow_host": [site.host], "gap": 0.01}
    feed = f"{site.origin}/feed.xml"
    assert len(list(copydesk.ingest(feed, revisit="changed", since="9000w", **given))) == 6
    site.asked.clear()
    assert not list(copydesk.ingest(feed, revisit="changed", since="8000w", **given))
    assert site.asked == ["/robots.txt", "/feed.xml"]
    with pytest.raises(ValueError, match="revisit needs a state"):
        copydesk.ingest(feed, revisit="never")
    with pytest.raises(ValueError, match="revisit 'soon': use never"):
        copydesk.ingest(feed, revisit="soon", state=tmp_path / "s")


def test_the_same_from_asynchronous_python(site: Site, tmp_path: Path) -> None:
    async def count() -> int:
        found = copydesk.aingest(
            f"{site.origin}/feed.xml",
            state=tmp_path / "s",
            revisit="never",
            since="2026-03-04",
            allow_host=[site.host],
            gap=0.01,
        )
        return len([article async for article in found])

    assert asyncio.run(count()) == 4
    site.asked.clear()
    assert asyncio.run(count()) == 0
    assert site.asked == ["/robots.txt", "/feed.xml"]


def test_days_and_ages_of_since_count_from_now() -> None:
    assert parse_since("today", FIRST) == datetime(2026, 3, 2, tzinfo=UTC)
    assert parse_since("yesterday", FIRST) == datetime(2026, 3, 1, tzinfo=UTC)
    assert parse_since("12h", FIRST) == FIRST - timedelta(hours=12)
    assert parse_since("7d", FIRST) == FIRST - timedelta(days=7)
    assert parse_since("2026-03-01", FIRST) == datetime(2026, 3, 1, tzinfo=UTC)
    assert parse_since("tomorrow", FIRST) is None
