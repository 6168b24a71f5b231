"""Sessions of strangers: they read no local file, lift no limit, and never end in a traceback."""

from __future__ import annotations

import gzip
import json
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.test_ingest import lines, run

from copydesk.fetching.recording import Exchange, SessionWriter

pytestmark = pytest.mark.process

URL = "https://gazette.example/news/ferry"
PAGE = (
    b"<!doctype html><title>Night ferry returns</title><h1>Night ferry returns</h1>"
    + b"<p>The night ferry to the islands sails again from Friday, nine years after it ended.</p>"
    * 3
)


def session(folder: Path, info: dict[str, str], body: bytes = PAGE, *more: tuple[str, str]) -> Path:
    """A session with one exchange, whose writer says this of its run."""
    path = folder / "run.warc"
    fields = (("Content-Type", "text/html"), *more)
    with closing(SessionWriter(path, "stranger/1", info)) as writer:
        writer.add(
            Exchange(
                url=URL,
                request=(),
                status=200,
                reason="OK",
                headers=fields,
                body=body,
                started=datetime(2026, 3, 1, tzinfo=UTC),
            )
        )
    return path


def said(*arguments: str, **more: str) -> dict[str, str]:
    return {"arguments": json.dumps(list(arguments)), **more}


@pytest.mark.parametrize(
    "name", ["secret.txt", "folder", "-", "./secret.txt", "/etc/passwd", "run.warc"]
)
@pytest.mark.parametrize("key", ["arguments", "again"])
def test_a_session_reads_no_local_file(key: str, name: str, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("The canary sings\n\nNobody may read this.\n", "utf-8")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "secret.txt").write_text("The canary sings\n\nNobody.\n", "utf-8")
    session(tmp_path, {"arguments": json.dumps([URL]), key: json.dumps([URL, name])})
    done = run("replay", "run.warc", "-o", "out.jsonl", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr == (
        f"copydesk: run.warc: names the local file {name!r}; pass --files to read local files\n"
    )
    assert not (tmp_path / "out.jsonl").exists()


def test_an_old_list_of_rejects_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_text('{"input":"secret.txt"}\n', "utf-8")
    session(tmp_path, said(URL, rerun="bad.jsonl"))
    done = run("replay", "run.warc", "-o", "out.jsonl", cwd=tmp_path)
    assert "1 input: 1 article" in done.stderr


def test_local_files_of_a_session_are_read_where_that_is_said(tmp_path: Path) -> None:
    (tmp_path / "urls.txt").write_text(URL + "\n", "utf-8")
    session(tmp_path, said("urls.txt"))
    done = run("replay", "run.warc", "-o", "out.jsonl", "--files", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert len(lines(tmp_path / "out.jsonl")) == 1


def test_an_outlet_in_a_session_is_its_feeds_and_no_file_of_that_name(tmp_path: Path) -> None:
    (tmp_path / "mercopress").write_text("The canary sings\n\nNobody may read this.\n", "utf-8")
    session(tmp_path, said("mercopress"))
    done = run("replay", "run.warc", "-o", "out.jsonl", cwd=tmp_path)
    assert "canary" not in (tmp_path / "out.jsonl").read_text("utf-8")
    assert "not_in_session" in done.stderr


def test_a_session_lifts_no_limit_and_one_that_is_lifted_by_hand_holds(tmp_path: Path) -> None:
    body = gzip.compress(PAGE + b"<p>" + b"Ferry. " * 30_000)
    limits = json.dumps({"decoded": 10**12, "tries": 2})
    session(tmp_path, said(URL, limits=limits), body, ("Content-Encoding", "gzip"))
    told = ("replay", "run.warc", "-o", "out.jsonl", "--set")
    done = run(*told, "decoded=50000", cwd=tmp_path)
    assert "decoded stays at 50000; --set decoded=NUMBER raises it" in done.stderr
    assert "response_too_large" in done.stderr
    assert "1 article" in run(*told, "decoded=5000000", cwd=tmp_path).stderr


def test_a_record_that_is_packed_tight_is_not_unpacked_beyond_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "run.warc.gz"
    with closing(SessionWriter(path, "stranger/1", said(URL))) as writer:
        fields = (("Content-Type", "text/html"),)
        body = PAGE + b" " * 5_000_000
        writer.add(
            Exchange(
                url=URL,
                request=(),
                status=200,
                reason="OK",
                headers=fields,
                body=body,
                started=datetime(2026, 3, 1, tzinfo=UTC),
            )
        )
    done = run("replay", "run.warc.gz", "-o", "out.jsonl", "--set", "raw=100000", cwd=tmp_path)
    assert "response_too_large" in done.stderr


BAD = [
    {"arguments": "7"}, {"arguments": "[["}, {"arguments": "[1]"}, {"arguments": "{}"},
    {"arguments": "[" * 100_000}, {"arguments": '"x"'}, {"arguments": "null"},
    {"again": "[null]"}, {"again": "x"}, {"limit": "many"}, {"limit": "-1"}, {"limit": "0"},
    {"limit": "9" * 5000}, {"limit": "1.5"}, {"limit": "\u0663"}, {"since": "yesterday"},
    {"as": "nothing"}, {"outlet": "nobody"}, {"limits": "[]"}, {"limits": "7"}, {"limits": "{"},
    {"limits": '{"speed": 1}'}, {"limits": '{"raw": "1"}'}, {"limits": '{"raw": true}'},
    {"limits": '{"raw": -1}'}, {"limits": '{"raw": 1.5}'}, {"limits": '{"raw": NaN}'},
    {"limits": '{"total": Infinity}'}, {"limits": '{"raw": null}'}, {"limits": '{"": 1}'},
    {"limits": '{"__class__": 1}'}, {"limits": '{"user_agent": 1}'},
]  # fmt: skip


@pytest.mark.parametrize("info", BAD)
def test_a_malformed_session_is_told_in_one_line(info: dict[str, str], tmp_path: Path) -> None:
    session(tmp_path, {"arguments": json.dumps([URL]), **info})
    done = run("replay", "run.warc", "-o", "out.jsonl", cwd=tmp_path)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "out.jsonl").exists()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"WARC-Date: 2026", b"WARC-Dote: 2026"), (b"WARC-Date: 2026", b"WARC-Date: year"),
        (b"HTTP/1.1 200", b"HTTP/1.1 OK!"), (b"Content-Type: text/html", b"Content-Type  text/html"),
        (b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1_200_OK\r\n"), (b"Z\r\n", b"+\r\n"),
    ],
)  # fmt: skip
def test_a_damaged_exchange_costs_itself(old: bytes, new: bytes, tmp_path: Path) -> None:
    path = session(tmp_path, said(URL))
    data = path.read_bytes()
    assert old in data
    head, mark, rest = data.partition(b"WARC-Type: request")
    path.write_bytes(head + mark + rest.replace(old, new))
    done = run("replay", "run.warc", "-o", "out.jsonl", cwd=tmp_path)
    assert done.returncode in (0, 1, 2)
    assert "Traceback" not in done.stderr
    assert "fault]" not in done.stderr
