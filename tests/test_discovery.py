"""`copydesk discover`, and `ingest` of a home page or a bare domain, as a person uses them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Run
from tests.outlet_server import Outlet, page, running

pytestmark = pytest.mark.process


@pytest.fixture
def site() -> Iterator[Outlet]:
    with running(pages=4) as server:
        yield server


def options(site: Outlet) -> tuple[str, ...]:
    return ("--allow-host", site.host, "--gap", "0", "--contact", "desk@newsroom.example")


def records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def answering(monkeypatch: pytest.MonkeyPatch, pages: dict[str, tuple[str, str]]) -> None:
    """Let the server answer with these media types and texts; `{}` in a text is its origin."""

    def answer(self: Outlet, path: str) -> tuple[int, str, str]:
        kind, text = pages.get(path, ("", ""))
        return (200, kind, text.replace("{}", self.origin)) if kind else (404, "text/plain", "")

    monkeypatch.setattr(Outlet, "answer", answer)


def test_each_feed_and_sitemap_is_one_line(site: Outlet, copydesk: Run) -> None:
    done = copydesk("discover", site.origin, *options(site))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        f"rss            {site.origin}/feed.xml     link",
        f"sitemap index  {site.origin}/sitemap.xml  robots.txt",
    ]
    assert site.asked.count("/robots.txt") == 1


def test_it_is_one_object_a_line_for_programs(site: Outlet, copydesk: Run) -> None:
    done = copydesk("discover", f"{site.origin}/", "--json", *options(site))
    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        {"kind": "rss", "url": f"{site.origin}/feed.xml", "where": "link"},
        {"kind": "sitemap_index", "url": f"{site.origin}/sitemap.xml", "where": "robots_txt"},
    ]


def test_nothing_found_is_one_line_and_a_code(
    site: Outlet, copydesk: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, {"/": ("text/html", "<!doctype html><title>Shop</title><p>Open.")})
    done = copydesk("discover", f"{site.origin}/", *options(site))
    assert done.returncode == 1
    assert done.fault == f"{site.origin}/: no feed or sitemap found"


@pytest.mark.parametrize(
    "wrong", ["echo", "ftp://echo.example/", "pages.html", "http://", "", "a b.example"]
)
def test_what_is_no_address_is_a_usage_error(copydesk: Run, wrong: str) -> None:
    done = copydesk("discover", wrong)
    assert done.returncode == 2
    assert done.fault.endswith("not an http(s) URL or a domain such as echo.example")


def test_a_private_address_is_refused_as_everywhere(site: Outlet, copydesk: Run) -> None:
    done = copydesk("discover", site.origin)
    assert done.returncode == 1
    assert "is not public" in done.fault
    assert site.asked == []


def test_a_home_page_is_ingested_by_its_feeds_and_sitemaps(
    site: Outlet, copydesk: Run, tmp_path: Path
) -> None:
    done = copydesk("ingest", site.origin, "-o", "out.jsonl", *options(site))
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines()[:2] == [
        f"copydesk: {site.origin}: reads rss {site.origin}/feed.xml (link)",
        f"copydesk: {site.origin}: reads sitemap index {site.origin}/sitemap.xml (robots.txt)",
    ]
    urls = [record["url"] for record in records(tmp_path / "out.jsonl")]
    assert urls == [f"{site.origin}/news/{number}" for number in (3, 2, 1, 0)]
    assert len(site.asked) == len(set(site.asked)), "what was looked at is not asked for again"


def test_a_recorded_run_of_a_home_page_is_repeated_to_the_same_bytes(
    site: Outlet, copydesk: Run, tmp_path: Path
) -> None:
    told = ("-o", "out.jsonl", "--record", "run.warc.gz", *options(site))
    assert copydesk("ingest", site.origin, *told).returncode == 0
    done = copydesk("replay", "run.warc.gz", "-o", "again.jsonl")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "again.jsonl").read_bytes() == (tmp_path / "out.jsonl").read_bytes()


def test_an_article_without_a_path_and_without_feeds_stays_one(
    site: Outlet, copydesk: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, {"/": ("text/html", page(1, "{}"))})
    done = copydesk("ingest", f"{site.origin}/", *options(site))
    assert done.returncode == 0, done.stderr
    assert done.article.headline == "Harbour scales to be weighed again, says the north quay"


def test_a_home_page_with_nothing_to_read_says_what_was_not_found(
    site: Outlet, copydesk: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, {"/": ("text/html", "<title>The Quay</title><h1>The Quay</h1>")})
    done = copydesk("ingest", f"{site.origin}/", *options(site))
    assert done.returncode == 1
    told = done.stderr.splitlines()
    assert told[0].endswith("no feed or sitemap found, so it is read as a page")
    assert told[1].endswith("[not_an_article]")


def test_as_page_a_home_page_is_read_as_it_is(site: Outlet, copydesk: Run) -> None:
    done = copydesk("ingest", site.origin, "--as", "page", *options(site))
    assert done.returncode == 1
    assert "[not_an_article]" in done.stderr
    assert site.asked == ["/robots.txt", "/"]


def test_only_an_argument_is_a_home_page(site: Outlet, copydesk: Run, tmp_path: Path) -> None:
    (tmp_path / "urls.txt").write_text(f"{site.origin}/\n{site.origin}/news/1\n", "utf-8")
    copydesk("ingest", "urls.txt", "-o", "out.jsonl", *options(site))
    assert site.asked == ["/robots.txt", "/", "/news/1"]


def test_a_list_that_is_damaged_since_is_a_reject_and_the_others_are_read(
    site: Outlet, copydesk: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = '<link rel="alternate" type="application/rss+xml" href="/{}">'
    bad = "<rss><channel><item><link>{}/a</link></item><item>"
    answering(monkeypatch, {
        "/": ("text/html", f"<!doctype html>{link.format('bad')}{link.format('good')}"),
        "/bad": ("text/xml", bad),
        "/good": ("text/xml", "<rss><channel><item><link>{}/b</link></item></channel></rss>"),
        "/a": ("text/html", page(1, "{}")),
        "/b": ("text/html", page(2, "{}")),
    })  # fmt: skip
    done = copydesk("ingest", site.origin, "-o", "out.jsonl", *options(site))
    assert done.returncode == 1
    assert len(records(tmp_path / "out.jsonl")) == 2


# Bare domains.


def test_a_bare_domain_is_its_home_page(copydesk: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from copydesk.fetching import client

    async def local(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    monkeypatch.setattr(client.Fetcher.__init__, "__kwdefaults__", {
        **(client.Fetcher.__init__.__kwdefaults__ or {}), "resolve": local,
    })  # fmt: skip
    done = copydesk("ingest", "Echo.example", "-o", "out.jsonl")
    assert done.returncode == 1
    assert "copydesk: https://echo.example/: echo.example port 443 is not public" in done.stderr
    assert "https://echo.example/: echo.example" in copydesk("discover", "echo.example").stderr


def test_a_file_of_that_name_comes_first(copydesk: Run, tmp_path: Path) -> None:
    (tmp_path / "echo.example").write_text(page(1, "https://echo.example"), "utf-8")
    done = copydesk("ingest", "echo.example", "-o", "out.jsonl")
    assert done.returncode == 0, done.stderr
    (record,) = records(tmp_path / "out.jsonl")
    assert record["document"]["origin"] == "echo.example"


@pytest.mark.parametrize(
    "name", ["echo", "pages.html", "articles.jsonl", "in/echo.example", "mercopres"]
)
def test_any_other_unknown_word_is_a_usage_error(copydesk: Run, name: str) -> None:
    done = copydesk("ingest", name, "-o", "out.jsonl")
    assert done.returncode == 2
    assert "no such file, URL or outlet" in done.fault
