"""Archives of small pages, written for these tests, and jobs over them."""

from __future__ import annotations

import gzip
import uuid
from collections.abc import Iterable
from pathlib import Path

import pytest
from tests.conftest import Run

from copydesk.adapters import loading
from copydesk.shards import Job, plan


def page(number: int, *, edition: int = 1, words: str = "") -> tuple[str, str]:
    """The URL and HTML of a story; another edition is another revision of it."""
    url = f"https://echo.example/news/2026/ferry-{number}"
    later = f"<p>The office changed this report for the {edition}th time.</p>" * (edition > 1)
    html = (
        f"<html lang=en><head><title>Ferry {number} leaves at noon</title></head><body><article>"
        f"<h1>Ferry {number} leaves at noon</h1>"
        f"<p>The harbour office said on Monday that ferry {number} would leave at noon.</p>"
        "<p>Its captain had asked for the change, because the tide is higher then, and because "
        f"the crew wanted to sleep longer in winter.</p>{words}{later}</article></body></html>"
    )
    return url, html


def write_archive(path: Path, pages: Iterable[tuple[str, str]]) -> Path:
    """Write a packed WARC file of pages."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join(gzip.compress(_record(*page), mtime=0) for page in pages))
    return path


def _record(url: str, html: str) -> bytes:
    response = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + html.encode()
    fields = {
        "WARC-Type": "response",
        "WARC-Record-ID": f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, url)}>",
        "WARC-Date": "2026-03-02T08:00:00Z",
        "WARC-Target-URI": url,
        "Content-Type": "application/http; msgtype=response",
        "Content-Length": str(len(response)),
    }
    header = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"WARC/1.1\r\n{header}\r\n".encode() + response + b"\r\n\r\n"


def read_at_once(folder: Path, copydesk: Run) -> tuple[bytes, bytes]:
    """The articles and rejects of one run over the files of a folder, which a job names alike."""
    names = sorted(path.name for path in folder.iterdir())
    # The command runs in the folder above.
    for name in names:
        folder.with_name(name).symlink_to(folder / name)
    copydesk("ingest", *names, "-o", "one.jsonl", "--rejects", "rejects.jsonl")
    return tuple(folder.with_name(name).read_bytes() for name in ("one.jsonl", "rejects.jsonl"))  # type: ignore[return-value]


def settled(folder: Path) -> bytes:
    """The settled articles of an output folder."""
    return b"".join(path.read_bytes() for path in sorted((folder / "settled").iterdir()))


@pytest.fixture
def crawl(tmp_path: Path) -> Path:
    """A folder of three archives: a story occurs again in another one, and in a new edition."""
    folder = tmp_path / "crawl"
    write_archive(folder / "a.warc.gz", [page(1), page(2), page(2), page(3)])
    write_archive(
        folder / "b.warc.gz",
        [page(2), page(4), page(3, edition=2), ("https://echo.example/none", "")],
    )
    write_archive(folder / "c.warc.gz", [page(3, edition=2), page(3, edition=3), page(5)])
    return folder


@pytest.fixture(scope="session")
def loaded() -> loading.Loaded:
    return loading.load()


@pytest.fixture
def job(crawl: Path, tmp_path: Path, loaded: loading.Loaded) -> Job:
    """A job over the archives, with articles as plain JSON Lines."""
    return plan([str(crawl)], str(tmp_path / "out"), loaded, suffix="jsonl")
