"""Tables of pages: rows of JSON Lines and CSV, and tables with the URLs of files."""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Run

from copydesk import sources
from copydesk.sources.base import Document, Link, Rejected, Skipped, Sniff, SourceInput, SourceItem
from copydesk.sources.tables import rows
from copydesk.sources.tables.pages import TABLES, resolve

PAGE = """<!doctype html><html lang="en"><title>{title}</title><article><h1>{title}</h1>
<p>The night ferry to the islands sails again from Friday, nine years after it was given up.</p>
<p>It carries forty cars, and will run until the end of October, "they" said.</p></article></html>"""
URL = "https://quay.example/1"


def found(
    content: bytes, folder: Path | None = None, name: str = "store.jsonl"
) -> list[SourceItem]:
    place = None if folder is None else str(folder)
    return list(TABLES.read(SourceInput(origin=name, stream=io.BytesIO(content), folder=place)))


def as_lines(*given: Any) -> bytes:
    return "".join(json.dumps(one) + "\n" for one in given).encode()


def as_csv(*given: list[str], delimiter: str = ",") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(given)
    return text.getvalue().encode()


def kind_of(content: bytes, name: str = "store.jsonl", media_type: str = "") -> str | None:
    source = sources.find(Sniff(name, media_type, content[:8192]))
    return source.name if source else None


@pytest.mark.parametrize(
    "content",
    [
        as_lines({"url": URL, "html": "<p>a"}),
        as_lines({"html": "<p>" + "a" * 20_000, "url": URL}),
        as_lines({"url": URL, "headers": {"a": "b" * 20_000}, "html": "<p>"}),
        as_lines({"id": 3, "url": URL, "path": "a.html", "status": 200}),
        as_lines({"url": URL, "retrieved_at": "2026-03-12"}),
        b"\xef\xbb\xbf" + as_lines({"URL": URL, "HTML": "<p>a"}),
        as_csv(["url", "html"], [URL, "<p>a"]),
        as_csv(["Path", "URL"], ["a.html", URL]),
        as_csv(["url", "path"], [URL, "a.html"], delimiter=";"),
    ],
)
def test_a_table_is_known_by_the_keys_of_its_first_row(content: bytes) -> None:
    assert kind_of(content) == "table"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (as_lines({"schema_version": "2", "id": "a", "url": URL}), "a.jsonl"),
        (as_lines({"url": URL, "title": "t"}), "a.jsonl"),
        (as_lines({"title": "t"}), "a.jsonl"),
        (as_lines([1, 2]), "a.jsonl"),
        (b'{\n "url": "https://a.example/", "html": "x"}', "a.json"),
        (b"url\nwas a word of the nineties. It is no longer.\n", "a.txt"),
        (as_csv(["title", "html"], ["a", "b"]), "a.csv"),
        (f"{URL}\n{URL}2\n".encode(), "urls.csv"),
        (b"{" * 8000, "a.jsonl"),
        (b'{"a":' + b"[" * 8000, "a.jsonl"),
        (PAGE.encode(), "a.html"),
    ],
)
def test_what_has_other_keys_is_no_table(content: bytes, name: str) -> None:
    assert kind_of(content, name) != "table"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (as_lines({"url": URL, "title": "t"}), "rows with url, title; those of pages have url"),
        (as_lines({"schema_version": "2"}), "a file of articles, which copydesk convert reads"),
        (b'[\n {"url": "a"}]', "an array; a table has one object in each line"),
        (b"weight,height\n1,2\n", ""),
    ],
)
def test_why_a_file_is_no_table_is_said(content: bytes, told: str) -> None:
    assert rows.describe(content).startswith(told)
    assert bool(rows.describe(content)) == bool(told)


def test_a_row_is_a_document_with_its_url_and_time() -> None:
    row = {"url": URL, "html": PAGE, "retrieved_at": "2026-03-12T10:00:00Z"}
    (document,) = found(as_lines(row))
    assert isinstance(document, Document)
    assert (document.url, document.origin) == (URL, "store.jsonl:1")
    assert document.content.decode() == PAGE
    assert document.media_type == "text/html"
    assert document.retrieved_at is not None
    assert document.retrieved_at.isoformat() == "2026-03-12T10:00:00+00:00"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_row_of_csv_may_have_quotes_and_line_feeds(delimiter: str) -> None:
    content = as_csv(["html", "url"], [PAGE, URL], ["<p>b", f"{URL}2"], delimiter=delimiter)
    first, second = found(content)
    assert isinstance(first, Document)
    assert first.content.decode() == PAGE
    assert isinstance(second, Document)
    assert second.origin == f"store.jsonl:{3 + PAGE.count(chr(10))}"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (b"no JSON", "is not a JSON object: Expecting value"),
        (b"[1]", "is not a JSON object"),
        (b"[" * 100_000, "is not a JSON object: nested too deeply"),
        (b'{"url": "https://a.example/", "html": "\xff"}', "html is not UTF-8"),
        (as_lines({"url": "ftp://a.example", "html": "x"}), "not an http or https URL: 'ftp:"),
        (as_lines({"html": "x"}), "has no url"),
        (as_lines({"url": URL, "html": ""}), "has neither html nor path"),
        (as_lines({"url": URL, "html": 3}), "html is not a string"),
        (as_lines({"url": URL, "path": ["a"]}), "path is not a string"),
        (as_lines({"url": URL, "html": "x", "retrieved_at": "noon"}), "retrieved_at is not an ISO"),
        (as_lines({"url": URL, "path": "a.html"}), "a path needs a table that is a file"),
    ],
)
def test_a_bad_row_is_one_reject_with_its_line(row: bytes, message: str) -> None:
    good = as_lines({"url": URL, "html": PAGE})
    first, bad, last = found(good + row.rstrip(b"\n") + b"\n" + good)
    assert isinstance(first, Document)
    assert isinstance(last, Document)
    assert isinstance(bad, Rejected)
    assert (bad.input, bad.reason) == ("store.jsonl:2", "source")
    assert bad.message.startswith(message)


def test_a_bad_row_of_csv_is_one_reject_and_an_open_quote_too() -> None:
    content = as_csv(["url", "html"], [URL, "<p>a"], ["b"]) + b'https://a.example/,"never\n'
    first, short, open_quote = found(content)
    assert isinstance(first, Document)
    for one, line in ((short, 3), (open_quote, 4)):
        assert isinstance(one, Rejected)
        assert one.input == f"store.jsonl:{line}"


def test_a_line_without_end_is_one_reject(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "MAX_LINE", 1000)
    good = as_lines({"url": URL, "html": "<p>a"})
    first, long, last = found(good + b"x" * 300_000 + b"\n" + good)
    assert isinstance(first, Document)
    assert isinstance(last, Document)
    assert isinstance(long, Rejected)
    assert (long.input, long.reason) == ("store.jsonl:2", "too_large")


def test_rows_with_a_url_alone_are_links() -> None:
    assert found(as_lines({"url": URL})) == [Link(url=URL, depth=1)]
    assert found(as_csv(["url"], [URL])) == [Link(url=URL, depth=1)]


def test_a_row_that_is_no_page_is_a_skip() -> None:
    (skip,) = found(as_lines({"url": URL, "html": "x", "content-type": "image/png"}))
    assert isinstance(skip, Skipped)
    assert skip.reason == "media_type"


def test_paths_are_read_below_the_folder_of_the_table_alone(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    (folder / "pages").mkdir(parents=True)
    (folder / "pages" / "a.html").write_text(PAGE, "utf-8")
    (folder / "pages" / "b.html.gz").write_bytes(gzip.compress(PAGE.encode()))
    (tmp_path / "secret.html").write_text(PAGE, "utf-8")
    (folder / "link.html").symlink_to(tmp_path / "secret.html")
    names = [
        "pages/a.html", "pages/b.html.gz", str(folder / "pages" / "a.html"), "../secret.html",
        str(tmp_path / "secret.html"), "link.html", "pages", "none.html", "a\0b", "/dev/zero",
    ]  # fmt: skip
    items = found(as_lines(*({"url": URL, "path": name} for name in names)), folder)
    assert [isinstance(one, Document) for one in items] == [True] * 3 + [False] * 7
    assert all(one.content.decode() == PAGE for one in items if isinstance(one, Document))
    reasons = [one.message for one in items if isinstance(one, Rejected)]
    assert sum("is not below the folder" in reason for reason in reasons) == 4


def test_a_folder_at_the_root_of_the_file_system_holds_its_files() -> None:
    assert resolve("/", "etc/hosts", "a").endswith("hosts")


def test_gzip_and_zstd_are_unpacked() -> None:
    zstandard = pytest.importorskip("zstandard")
    content = as_lines({"url": URL, "html": PAGE})
    for packed in (gzip.compress(content), zstandard.compress(content)):
        (document,) = found(packed, name="store.jsonl.zst")
        assert isinstance(document, Document)
    assert kind_of(zstandard.compress(content), "store.jsonl.zst") == "table"
    (damaged,) = found(zstandard.compress(content)[:-9], name="store.jsonl.zst")
    assert isinstance(damaged, Rejected)


def test_a_table_of_something_else_is_one_reject() -> None:
    for content in (b"", b"no table\n", as_lines({"url": URL, "title": "t"})):
        (reject,) = found(content)
        assert isinstance(reject, Rejected)
        assert reject.input == "store.jsonl"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "store.jsonl"
    pages = [{"url": f"{URL}{n}", "html": PAGE.format(title=f"Ferry {n}")} for n in range(3)]
    path.write_bytes(as_lines(pages[0]) + b"broken\n" + as_lines(*pages[1:]))
    return path


@pytest.mark.process
def test_a_store_is_ingested_and_its_bad_rows_tried_again(copydesk: Run, store: Path) -> None:
    done = copydesk("ingest", "store.jsonl", "-o", "a.jsonl", "--rejects", "r.jsonl")
    assert done.stderr.endswith("4 inputs: 3 articles, 1 reject (1 source), 0 skips\n")
    lines = [json.loads(line) for line in (store.parent / "a.jsonl").read_bytes().splitlines()]
    assert [(one["url"], one["document"]["origin"]) for one in lines] == [
        (f"{URL}0", "store.jsonl:1"), (f"{URL}1", "store.jsonl:3"), (f"{URL}2", "store.jsonl:4"),
    ]  # fmt: skip
    pages = store.read_bytes().splitlines()
    pages[1] = as_lines({"url": f"{URL}9", "html": PAGE.format(title="Repaired")}).strip()
    store.write_bytes(b"\n".join(pages))
    done = copydesk("ingest", "--from-rejects", "r.jsonl")
    assert done.article.headline == "Repaired"


@pytest.mark.process
def test_a_store_is_resumed_and_read_in_shards(copydesk: Run, store: Path) -> None:
    copydesk("ingest", "store.jsonl", "-o", "a.jsonl", "--limit", "1")
    done = copydesk("ingest", "store.jsonl", "-o", "a.jsonl", "--resume")
    assert done.stderr.endswith("4 inputs: 3 articles, 1 reject (1 source), 0 skips\n")
    done = copydesk("ingest", "store.jsonl", "--output-dir", "out")
    assert done.stderr.endswith("4 inputs: 3 articles, 1 reject (1 source), 0 skips\n")


@pytest.mark.process
@pytest.mark.parametrize("base", ["", "pages/"])
def test_a_folder_takes_its_urls_from_a_table(copydesk: Run, tmp_path: Path, base: str) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    for name in "abc":
        (folder / f"{name}.html").write_text(PAGE.format(title=f"Ferry {name}"), "utf-8")
    table = as_csv(
        ["path", "url", "retrieved_at"],
        [f"{base}a.html", f"{URL}a", "2026-03-12T10:00:00Z"], [f"./{base}b.html", f"{URL}b", ""],
        [f"{base}gone.html", f"{URL}g", ""], ["", URL, ""], [f"{base}a.html", f"{URL}x", ""],
    )  # fmt: skip
    # In the folder itself it is no input.
    (folder / "map.csv" if not base else tmp_path / "map.csv").write_bytes(table)
    where = "map.csv" if base else "pages/map.csv"
    done = copydesk("ingest", "pages", "--urls", where, "-o", "out.jsonl")
    assert done.returncode == 0
    assert done.stderr.splitlines() == [
        f"copydesk: {where}:5: has no path",
        f"copydesk: {where}:6: the path {base}a.html was named before",
        f"copydesk: {where}: 1 row without a file: {base}gone.html",
        "copydesk: 3 inputs: 3 articles, 0 rejects, 0 skips",
    ]
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_bytes().splitlines()]
    assert [one["url"] for one in lines] == [f"{URL}a", f"{URL}b", None]
    assert lines[0]["document"]["retrieved_at"] == "2026-03-12T10:00:00+00:00"


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (None, "map.csv: no such file"),
        (b"title,link\n", "is not a table with the columns path and url"),
        (as_lines({"url": URL, "html": "x"}), "is not a table with the columns path and url"),
        (b"", "is not a table with the columns path and url"),
    ],
)
def test_another_file_is_no_table_of_urls(
    copydesk: Run, tmp_path: Path, content: bytes | None, fault: str
) -> None:
    if content is not None:
        (tmp_path / "map.csv").write_bytes(content)
    (tmp_path / "a.html").write_text(PAGE, "utf-8")
    done = copydesk("ingest", "a.html", "--urls", "map.csv")
    assert done.returncode == 2
    assert fault in done.fault
