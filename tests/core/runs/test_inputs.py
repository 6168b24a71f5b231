"""What a run is given: every file of a folder and every name is accounted for."""

from __future__ import annotations

import errno
import json
import os
import socket
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Run

from copydesk import Outlet
from copydesk.adapters import loading
from copydesk.adapters.registry import Registry
from copydesk.runs import inputs
from copydesk.runs.inputs import InputOptions
from copydesk.sources import listings
from copydesk.sources.base import (
    Document,
    Link,
    PackedPage,
    PendingList,
    Rejected,
    Skipped,
    SourceItem,
)


def story(number: int) -> str:
    return (
        f"Ferry number {number} leaves the quay at noon\n\n"
        f"The harbour office said on Monday that ferry number {number} would leave at noon from now on.\n\n"
        "Its captain had asked for the change, because the tide is higher then.\n"
    )


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def found(*arguments: str | Path, follow: bool = False, again: bool = False) -> list[SourceItem]:
    registry = loading.installed().registry
    given = InputOptions(registry=registry, kinds=tuple(registry.sources.values()), follow=follow)
    names = [str(a) for a in arguments]
    if not again:
        return list(inputs.find_all(names, given))
    kinds = registry.sources
    every: list[SourceItem] = []
    for one in inputs.retry(names, given):
        every += listings.read_list(one, kinds) if isinstance(one, PendingList) else [one]
    return every


def told(items: list[SourceItem], folder: Path) -> dict[str, str]:
    """Each input by its name below a folder, and what became of it."""
    result = {}
    for item in items:
        assert not isinstance(item, Link)
        subject = item.input if isinstance(item, Skipped | Rejected) else item.subject
        name = subject.removeprefix(f"{folder}/")
        assert name not in result, f"{name} came twice"
        if isinstance(item, Rejected):
            result[name] = f"reject {item.reason}"
        else:
            result[name] = f"skip {item.reason}" if isinstance(item, Skipped) else "read"
    return result


# Names.

RAW = [b"a\xff", b"a\xfe", b"a\xe9", b"a?", rb"a\xff", b"a@1", "aé".encode(), b"\xffdir/\xff"]


@pytest.fixture
def named(tmp_path: Path) -> Path:
    """A folder of files whose names are no UTF-8, or look like the escape of one that is none."""
    folder = tmp_path / "in"
    for number, raw in enumerate(RAW):
        path = Path(os.fsdecode(os.fsencode(folder) + b"/" + raw))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(story(number), "utf-8")
    return folder


@pytest.mark.process
@pytest.mark.parametrize("workers", ["1", "2"])
def test_files_whose_names_are_no_utf_8_are_each_an_input_of_its_own(
    named: Path, copydesk: Run, tmp_path: Path, workers: str
) -> None:
    done = copydesk("ingest", "in", "-o", "out.jsonl", "--workers", workers)
    assert done.returncode == 0, done.stderr
    records = lines(tmp_path / "out.jsonl")
    assert len({r["document"]["origin"] for r in records}) == len(records) == len(RAW)
    origins = {r["document"]["origin"] for r in records}
    assert origins >= {r"in/a\xff", r"in/a\xfe", r"in/a\x5cxff", r"in/\xffdir/\xff"}


@pytest.mark.process
def test_a_run_over_such_names_goes_on_where_it_ended(
    named: Path, copydesk: Run, tmp_path: Path
) -> None:
    copydesk("ingest", "in", "-o", "whole.jsonl")
    copydesk("ingest", "in", "-o", "part.jsonl", "--limit", "3")
    (tmp_path / "part.jsonl.state").unlink()
    done = copydesk("ingest", "in", "-o", "part.jsonl", "--resume")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "part.jsonl").read_bytes() == (tmp_path / "whole.jsonl").read_bytes()


@pytest.mark.process
def test_rejects_with_such_names_are_tried_again(
    named: Path, copydesk: Run, tmp_path: Path
) -> None:
    for path in named.iterdir():
        if path.is_file():
            path.write_bytes(b"")
    copydesk("ingest", "in", "-o", "a.jsonl", "--rejects", "bad.jsonl")
    rejects = lines(tmp_path / "bad.jsonl")
    assert len({r["input"] for r in rejects}) == len(RAW) - 1
    for number, path in enumerate(sorted(named.iterdir())):
        if path.is_file():
            path.write_text(story(number), "utf-8")
    done = copydesk("ingest", "--from-rejects", "bad.jsonl", "-o", "b.jsonl")
    assert done.returncode == 0, done.stderr
    assert [r["document"]["origin"] for r in lines(tmp_path / "b.jsonl")] == [
        r["input"] for r in rejects
    ]


def test_a_name_that_no_path_can_have_is_one_reject() -> None:
    (gap,) = found("in/a\0b", again=True)
    assert isinstance(gap, Rejected)
    assert gap.reason == "source"


# Folders.


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A folder with everything in it that a file system can hold."""
    outside = tmp_path / "outside"
    (outside / "deep").mkdir(parents=True)
    (outside / "canary.txt").write_text(story(8))
    (outside / "deep" / "canary.txt").write_text(story(9))
    (outside / "deep" / "up").symlink_to(outside)
    root = tmp_path / "in"
    (root / "sub").mkdir(parents=True)
    (root / "a.txt").write_text(story(1))
    (root / "sub" / "b.txt").write_text(story(2))
    (root / "out-file.txt").symlink_to(outside / "canary.txt")
    (root / "out-folder").symlink_to(outside)
    (root / "in-file.txt").symlink_to("a.txt")
    (root / "in-folder").symlink_to("sub")
    (root / "sub" / "loop").symlink_to(root)
    (root / "dangling.txt").symlink_to("gone.txt")
    (root / "circle").symlink_to("circle")
    (root / "null").symlink_to("/dev/null")
    os.mkfifo(root / "pipe.html")
    return root


def test_what_a_folder_holds_is_read_or_told_and_no_link_leads_out_of_it(tree: Path) -> None:
    assert told(found(tree), tree) == {
        "a.txt": "read",
        "circle": "reject unreadable",
        "dangling.txt": "reject unreadable",
        "in-file.txt": "read",
        "in-folder": "skip link",
        "null": "skip link",
        "out-file.txt": "skip link",
        "out-folder": "skip link",
        "pipe.html": "skip no_file",
        "sub/b.txt": "read",
        "sub/loop": "skip link",
    }


def test_links_are_followed_where_that_is_asked_for_and_each_folder_is_read_once(
    tree: Path,
) -> None:
    assert told(found(tree, follow=True), tree) == {
        "a.txt": "read",
        "circle": "reject unreadable",
        "dangling.txt": "reject unreadable",
        "in-file.txt": "read",
        "null": "skip no_file",
        "out-file.txt": "read",
        "pipe.html": "skip no_file",
        "sub/b.txt": "read",
        "sub/loop": "skip link",
        "in-folder": "skip link",
        "out-folder/canary.txt": "read",
        "out-folder/deep/canary.txt": "read",
        "out-folder/deep/up": "skip link",
    }


@pytest.mark.process
def test_following_links_is_an_option_of_ingest(tree: Path, copydesk: Run, tmp_path: Path) -> None:
    copydesk("ingest", "in", "-o", "a.jsonl")
    assert "number 8" not in (tmp_path / "a.jsonl").read_text()
    copydesk("ingest", "in", "-o", "b.jsonl", "--follow-links", "--report", "report.json")
    assert "number 8" in (tmp_path / "b.jsonl").read_text()
    report = json.loads((tmp_path / "report.json").read_text())
    kinds = report["rejects"] | report["skips"]
    assert report["inputs"] == 13 == report["articles"] + sum(kinds.values())


def test_a_socket_in_a_folder_is_a_skip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("s")
        assert told(found("."), Path()) == {"s": "skip no_file"}


@pytest.mark.parametrize("where", ["in", "in/sub"])
def test_a_folder_that_cannot_be_listed_is_a_reject_and_costs_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    root = tmp_path / "in"
    (root / "sub").mkdir(parents=True)
    (root / "z").mkdir()
    (root / "z" / "a.txt").write_text(story(1))
    scan = os.scandir

    def closed(path: Any) -> Any:
        if Path(path) == tmp_path / where:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", closed)
    expected = {str(tmp_path / where): "reject unreadable"}
    if where == "in/sub":
        expected[f"{root}/z/a.txt"] = "read"
    assert told(found(root), Path("nowhere")) == expected


@pytest.mark.process
def test_a_link_to_nothing_among_the_arguments_costs_no_other(
    tmp_path: Path, copydesk: Run
) -> None:
    (tmp_path / "a.txt").write_text(story(1))
    (tmp_path / "gone.txt").symlink_to("nowhere")
    done = copydesk("ingest", "a.txt", "gone.txt", "-o", "out.jsonl", "--rejects", "bad.jsonl")
    assert done.returncode == 1
    assert len(lines(tmp_path / "out.jsonl")) == 1
    assert [r["reason"] for r in lines(tmp_path / "bad.jsonl")] == ["unreadable"]


def test_what_is_no_file_among_the_arguments_is_a_reject_with_its_kind(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    gaps = [item for item in found(tmp_path / "pipe", "/dev/null") if isinstance(item, Rejected)]
    assert [g.message for g in gaps] == [
        "is a named pipe, not a regular file",
        "is a device, not a regular file",
    ]


# Reading that breaks off.


class Failing:
    """Makes every file of a name end in an error of the system behind some bytes, like a bad disk."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, name: str, after: int) -> None:
        whole = listings.Stream.readinto
        self.on = True

        def readinto(opened: listings.Stream, buffer: Any) -> int:
            at = opened.tell()
            if self.on and str(opened.name).endswith(name):
                if at >= after:
                    raise OSError(errno.EIO, "Input/output error")
                return whole(opened, memoryview(buffer)[: after - at])
            return whole(opened, buffer)

        monkeypatch.setattr(listings.Stream, "readinto", readinto)


def archive(count: int, packed: bool) -> tuple[bytes, list[int]]:
    """An archive of pages, and where each record begins."""
    import gzip

    parts = []
    for number in range(count):
        paragraphs = "".join(f"<p>{line}</p>" for line in story(number).split("\n\n"))
        body = (
            f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><body>{paragraphs}".encode()
        )
        body += b"<p>" + bytes(65 + (i * i + number) % 26 for i in range(3000)) + b".</p>"
        head = (
            "WARC/1.0\r\nWARC-Type: response\r\nContent-Type: application/http; msgtype=response\r\n"
            f"WARC-Target-URI: http://quay.example/{number}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        record = head.encode() + body + b"\r\n\r\n"
        parts.append(gzip.compress(record, mtime=0) if packed else record)
    return b"".join(parts), [sum(map(len, parts[:n])) for n in range(count + 1)]


@pytest.mark.parametrize("packed", [True, False])
def test_an_archive_that_cannot_be_read_on_is_unfinished_and_its_records_before_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, packed: bool
) -> None:
    data, offsets = archive(6, packed)
    path = tmp_path / f"a.warc{'.gz' * packed}"
    path.write_bytes(data)
    Failing(monkeypatch, path.name, offsets[3] + 50)
    items = found(path)
    assert [item.subject for item in items[:-1] if isinstance(item, Document | PackedPage)] == [
        f"{path}@{offset}" for offset in offsets[:3]
    ]
    last = items[-1]
    assert isinstance(last, Rejected)
    assert last.unfinished
    assert last.reason == "unreadable"


def test_a_file_that_becomes_shorter_while_it_is_read_is_unfinished(tmp_path: Path) -> None:
    path = tmp_path / "urls.txt"
    path.write_text("http://127.0.0.1:9/a\n" * 100_000)
    registry = loading.installed().registry
    items = inputs.find_all(
        [str(path)], InputOptions(registry=registry, kinds=tuple(registry.sources.values()))
    )
    assert isinstance(next(items), Link)
    os.truncate(path, 70_000)
    last = list(items)[-1]
    assert isinstance(last, Rejected)
    assert last.unfinished
    assert "shorter" in last.message


def test_a_page_that_cannot_be_read_is_a_reject(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.txt"
    path.write_text(story(1))
    Failing(monkeypatch, "a.txt", 20)
    (gap,) = found(path)
    assert isinstance(gap, Rejected)
    assert not gap.unfinished
    assert gap.reason == "unreadable"


BROKEN = """
import errno, os
from pathlib import Path
from copydesk.sources import listings

whole = listings.Stream.readinto

def readinto(opened, buffer):
    at, after = opened.tell(), int(os.environ["BREAKS_AT"])
    if not str(opened.name).endswith(("bad.warc.gz", "bad.warc", "bad.txt")):
        return whole(opened, buffer)
    if at >= after:
        raise OSError(errno.EIO, "Input/output error")
    return whole(opened, memoryview(buffer)[: after - at])

listings.Stream.readinto = readinto
"""


@pytest.mark.parametrize(("workers", "packed"), [("1", False), ("2", True)])
def test_a_run_over_an_archive_that_breaks_off_says_so_and_goes_on_there_later(
    tmp_path: Path, process: Run, workers: str, packed: bool
) -> None:
    data, offsets = archive(6, packed)
    name = f"bad.warc{'.gz' * packed}"
    (tmp_path / name).write_bytes(data)
    (tmp_path / "good.txt").write_text(story(90))
    (tmp_path / "broken.py").write_text(BROKEN)
    told = ("-o", "out.jsonl", "--rejects", "bad.jsonl", "--workers", workers)
    done = process(
        "ingest", name, "good.txt", *told, "--plugin", "broken.py", BREAKS_AT=str(offsets[3] + 9)
    )
    assert done.returncode == 3, done.stderr
    assert "input/output error" in done.stderr
    assert "--resume" in done.stderr
    # Nothing else is lost, and nothing is noted of what was not read.
    assert len(lines(tmp_path / "out.jsonl")) == 4
    assert lines(tmp_path / "bad.jsonl") == []
    done = process("ingest", name, "good.txt", *told, "--resume")
    assert done.returncode == 0, done.stderr
    origins = [r["document"]["origin"] for r in lines(tmp_path / "out.jsonl")]
    assert sorted(origins) == sorted([f"{name}@{at}" for at in offsets[:6]] + ["good.txt"])


# Standard input.


def test_the_beginning_of_a_slow_pipe_is_waited_for() -> None:
    to_read, to_write = os.pipe()

    def deliver() -> None:
        with os.fdopen(to_write, "wb", 0) as pipe:
            for part in (b"ht", b"tp://quay.example/a\n", b"http://quay.example/b\n"):
                time.sleep(0.05)
                pipe.write(part)

    thread = threading.Thread(target=deliver)
    thread.start()
    kinds = loading.installed().registry.sources
    items = list(listings.read_list(PendingList(kind=None, origin="-", descriptor=to_read), kinds))
    thread.join()
    assert [item.url for item in items if isinstance(item, Link)] == [
        "http://quay.example/a",
        "http://quay.example/b",
    ]


def test_a_document_has_its_name_in_the_record(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xe9.txt"))
    path.write_text(story(1))
    (document,) = found(path)
    assert isinstance(document, Document)
    assert document.origin == f"{tmp_path}/\\xe9.txt"


# Outlets.


def test_an_outlet_is_its_feeds_and_sitemaps_each_once() -> None:
    class Quay(Outlet):
        id = "quay"
        name = "The Quay"
        feeds = ("https://quay.example/rss", "https://quay.example/both")
        sitemaps = ("https://quay.example/both", "https://quay.example/map.xml")

    registry = Registry()
    registry.register(Quay, "the tests")
    given = InputOptions(registry=registry, kinds=tuple(registry.sources.values()))
    links = [one for one in inputs.find(["quay"], given) if isinstance(one, Link)]
    names = [one.url.rpartition("/")[2] for one in links]
    assert names == ["rss", "both", "map.xml"]
    assert all(one.as_list for one in links)
    (again,) = inputs.retry(["https://quay.example/map.xml"], given)
    assert isinstance(again, Link)
    assert again.as_list


def test_a_name_in_a_folder_that_cannot_be_entered_is_told_from_an_unknown_one(
    copydesk: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lstat = os.lstat

    def closed(path: Any, **options: Any) -> os.stat_result:
        if os.fspath(path).startswith("closed/"):
            raise PermissionError(errno.EACCES, "Permission denied")
        return lstat(path, **options)

    monkeypatch.setattr(os, "lstat", closed)
    done = copydesk("ingest", "closed/a.html")
    told = "closed/a.html: cannot be opened: permission denied"
    assert (done.returncode, done.fault) == (2, told)
    done = copydesk("ingest", "open/a.html")
    assert done.fault.startswith("open/a.html: no such file, URL or outlet")


@pytest.mark.parametrize("option", ["-o", "--rejects", "--report", "--state"])
def test_a_folder_is_no_file_and_may_be_one_for_articles(
    option: str, copydesk: Run, tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text(story(1))
    (tmp_path / "out").mkdir()
    hint = "; for a file for each article, add --format" if option == "-o" else ""
    done = copydesk("ingest", "a.txt", option, "out")
    assert (done.returncode, done.fault) == (2, f"out: is a folder, not a file{hint}")
