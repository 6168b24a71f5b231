"""Files of file systems that fsspec knows, read as streams."""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from tests.conftest import Run

from copydesk.errors import SourceError
from copydesk.sources import remote

PAGE = """<!doctype html><html lang="en"><title>Ferry {n}</title><article><h1>Ferry {n}</h1>
<p>The night ferry to the islands sails again from Friday, nine years after it was given up.</p>
<p>It carries forty cars and will run until the end of October.</p></article></html>"""


@pytest.fixture
def memory() -> Iterator[Any]:
    """The file system in the memory of this process, which its forks inherit."""
    found = pytest.importorskip("fsspec").filesystem("memory")
    yield found
    found.store.clear()


def archive(*pages: str) -> bytes:
    data = b""
    for number, page in enumerate(pages):
        response = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{page}".encode()
        head = (
            f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: https://quay.example/{number}\r\n"
            f"WARC-Date: 2026-03-12T08:00:00Z\r\nWARC-Record-ID: <urn:uuid:{uuid4()}>\r\n"
            f"Content-Type: application/http;msgtype=response\r\nContent-Length: {len(response)}\r\n\r\n"
        )
        data += gzip.compress(head.encode() + response + b"\r\n\r\n")
    return data


@pytest.mark.process
def test_a_remote_archive_is_read_as_a_stream(copydesk: Run, memory: Any, tmp_path: Path) -> None:
    pages = [PAGE.format(n=1), "<title>404 Not Found</title><p>gone", PAGE.format(n=2)]
    data = archive(*pages)
    memory.pipe_file("/crawl/a.warc.gz", data)
    url = "memory://crawl/a.warc.gz"
    done = copydesk("ingest", url, "-o", "a.jsonl", "--rejects", "r.jsonl")
    assert done.stderr.endswith("3 inputs: 2 articles, 1 reject (1 not_an_article), 0 skips\n")
    lines = [json.loads(line) for line in (tmp_path / "a.jsonl").read_bytes().splitlines()]
    assert [one["document"]["origin"].partition("@")[0] for one in lines] == [url, url]
    done = copydesk("ingest", "--from-rejects", "r.jsonl")
    assert "1 input: 0 articles, 1 reject (1 not_an_article)" in done.stderr
    (tmp_path / "a.warc.gz").write_bytes(data)
    local = copydesk("ingest", "a.warc.gz", "-o", "local.jsonl")
    assert local.returncode == 1
    there, here = ((tmp_path / n).read_bytes() for n in ("a.jsonl", "local.jsonl"))
    assert there.replace(url.encode(), b"a.warc.gz") == here


@pytest.mark.process
def test_remote_pages_lists_and_tables_are_told_apart(copydesk: Run, memory: Any) -> None:
    page = PAGE.format(n=1)
    memory.pipe_file("/a.html.gz", gzip.compress(page.encode()))
    row = {"url": "https://quay.example/2", "html": PAGE.format(n=2)}
    memory.pipe_file("/b.jsonl", f"{json.dumps(row)}\nbroken\n".encode())
    done = copydesk("ingest", "memory://a.html.gz", "memory://b.jsonl", "-o", "a.jsonl")
    assert "3 inputs: 2 articles, 1 reject (1 source), 0 skips" in done.stderr
    assert "memory://b.jsonl:2: is not a JSON object" in done.stderr


@pytest.mark.process
def test_a_remote_file_that_is_missing_is_one_reject(
    copydesk: Run, memory: Any, root: Path
) -> None:
    done = copydesk("ingest", "memory://none.warc.gz", root / "seeds", "-o", "a.jsonl")
    assert "6 inputs: 5 articles, 1 reject (1 unreadable), 0 skips" in done.stderr


def test_an_error_of_a_file_system_is_an_error_of_the_system(memory: Any) -> None:
    memory.pipe_file("/a.html", b"abc")
    stream = remote.open_stream("memory://a.html")
    with stream:
        assert stream.read() == b"abc"
        stream.seek(1)
        assert stream.read() == b"bc"

        def broken(_: int) -> bytes:
            raise ValueError("no such bucket")

        stream._file.read = broken  # type: ignore[attr-defined]
        with pytest.raises(OSError, match="no such bucket"):
            stream.read(1)
        del stream._file.read  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "url", ["gopher://quay.example/a", "ftp://quay.example/a", "file:///etc/hosts", "local://a"]
)
def test_other_schemes_are_refused(url: str) -> None:
    with pytest.raises(SourceError, match="is not an http or https URL"):
        remote.check(url)


def test_without_fsspec_a_remote_file_names_the_extra(
    copydesk: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "fsspec", None)
    done = copydesk("ingest", "s3://bucket/a.warc.gz")
    assert done.returncode == 2
    assert done.fault == (
        "s3://bucket/a.warc.gz: needs the extra remote: pip install 'copydesk[remote]'"
    )


def test_a_file_system_whose_package_is_missing_says_which(copydesk: Run) -> None:
    pytest.importorskip("fsspec")
    if "s3fs" in sys.modules:
        pytest.skip("s3fs is installed")
    done = copydesk("ingest", "s3://bucket/a.warc.gz")
    assert done.returncode == 2
    assert "s3fs" in done.fault
