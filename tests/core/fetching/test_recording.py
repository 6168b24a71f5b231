"""Sessions: what was exchanged comes back as it was, other tools read it, a kill costs one record."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]

from copydesk.errors import NotInSession, OutputError, SourceError
from copydesk.fetching.recording import Exchange, Session, SessionWriter
from copydesk.model.document import Document
from copydesk.sources.base import Rejected, SourceInput
from copydesk.sources.warc import reader

WHEN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
URL = "http://gazette.example/a?b=c"


def exchange(body: bytes = b"<p>x", url: str = URL, **said: object) -> Exchange:
    values: dict[str, object] = {
        "url": url,
        "request": (("Host", "gazette.example"), ("Accept", "*/*")),
        "status": 200,
        "reason": "OK",
        "headers": (("Content-Type", "text/html"),),
        "body": body,
        "started": WHEN,
    }
    return Exchange(**(values | said))  # type: ignore[arg-type]


def kept(path: Path, *exchanges: Exchange, **info: str) -> Path:
    with closing(SessionWriter(path, "copydesk/test", info)) as writer:
        for one in exchanges:
            writer.add(one)
    return path


NAMES = pytest.mark.parametrize("name", ["s.warc", "s.warc.gz"])

token = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_0123456789", min_size=1)
value = st.text(st.characters(exclude_categories=["Cs", "Cc"])).map(lambda t: t.strip(" \t"))
headers = st.lists(st.tuples(token, value), max_size=5).map(tuple)
message = st.text(st.characters(exclude_categories=["Cs"]))
responses = st.builds(
    Exchange,
    url=st.sampled_from([URL, "https://gazette.example/", "http://gazette.example/é"]),
    request=headers,
    status=st.integers(100, 599),
    reason=value,
    headers=headers | headers.map(lambda h: (*h, ("Transfer-Encoding", "chunked"))),
    body=st.binary(),
    started=st.datetimes(
        min_value=datetime(2000, 1, 1),
        max_value=datetime(2100, 1, 1),
        timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30))]),
    ).map(lambda d: d.replace(microsecond=0)),
)
failures = st.builds(
    Exchange,
    url=st.just(URL),
    request=headers,
    status=st.just(0),
    reason=st.just(""),
    headers=st.just(()),
    body=st.just(b""),
    started=st.just(WHEN),
    failure=st.sampled_from(["timeout", "connection"]),
    retryable=st.booleans(),
    message=message,
)


@settings(max_examples=150, deadline=None)
@given(st.lists(responses | failures, min_size=1, max_size=6), st.dictionaries(token, message))
def test_every_exchange_comes_back_as_it_was(made: list[Exchange], info: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name in ("s.warc", "s.warc.gz"):
            path = Path(folder, name)
            with closing(SessionWriter(path, "copydesk/test", info)) as writer:
                for one in made:
                    writer.add(one)
            session = Session.load(path)
            assert session.info == info
            assert [session.take(one.url) for one in made] == made
            assert session.urls == tuple(dict.fromkeys(one.url for one in made))


def records(path: Path) -> list[tuple[str, dict[str, str], bytes]]:
    """What another tool reads, digests checked."""
    found = []
    with path.open("rb") as file:
        for record in ArchiveIterator(file, check_digests="raise"):
            body = record.content_stream().read()
            assert record.digest_checker.passed is not False
            found.append((record.rec_type, dict(record.rec_headers.headers), body))
    return found


@NAMES
def test_another_tool_reads_it_and_finds_the_digests_right(tmp_path: Path, name: str) -> None:
    chunked = (("Content-Type", "text/html"), ("Transfer-Encoding", "chunked"))
    path = kept(
        tmp_path / name,
        exchange(),
        exchange(bytes(range(256)) * 10, headers=chunked),
        exchange(b"", status=0, reason="", headers=(), failure="timeout", message="too slow"),
        command="ingest x",
    )
    found = records(path)
    kinds = ["warcinfo", "request", "response", "request", "response", "request", "metadata"]
    assert [kind for kind, _, _ in found] == kinds
    assert b"command: ingest x" in found[0][2]
    assert found[2][2] == b"<p>x"
    assert found[4][2] == bytes(range(256)) * 10
    assert b"failure: timeout\r\nmessage: too slow\r\n" in found[6][2]
    for index in (2, 4, 6):
        assert found[index][1]["WARC-Concurrent-To"] == found[index - 1][1]["WARC-Record-ID"]
        assert found[index][1]["WARC-Target-URI"] == URL
        assert found[index][1]["WARC-Date"] == "2026-01-02T03:04:05Z"
    assert "WARC-Payload-Digest" in found[2][1]
    assert all("WARC-Block-Digest" in fields for _, fields, _ in found)
    assert len({fields["WARC-Record-ID"] for _, fields, _ in found}) == len(found)


def test_every_record_is_a_gzip_member(tmp_path: Path) -> None:
    data = kept(tmp_path / "s.warc.gz", exchange(), exchange()).read_bytes()
    assert data.count(b"\x1f\x8b\x08") == 5


@NAMES
def test_the_warc_source_reads_its_pages(tmp_path: Path, name: str) -> None:
    path = kept(tmp_path / name, exchange(), exchange(b"<p>half", failure="timeout", message="m"))
    with path.open("rb") as file:
        page, cut = reader.read(SourceInput(origin=name, stream=file))
    assert isinstance(page, Document)
    assert (page.content, page.url, page.retrieved_at) == (b"<p>x", URL, WHEN)
    assert isinstance(cut, Rejected)
    assert cut.reason == "truncated"


def test_answers_come_in_recorded_order_and_the_last_one_again(tmp_path: Path) -> None:
    bodies = [b"1", b"2", b"3"]
    path = kept(tmp_path / "s.warc.gz", *map(exchange, bodies), exchange(b"o", URL + "&d"))
    session = Session.load(path)
    assert [session.take(URL).body for _ in range(5)] == [b"1", b"2", b"3", b"3", b"3"]
    assert session.take(URL + "&d").body == b"o"


def test_an_address_that_was_not_asked_is_named(tmp_path: Path) -> None:
    session = Session.load(kept(tmp_path / "s.warc", exchange()))
    with pytest.raises(NotInSession, match="http://gazette.example/other"):
        session.take("http://gazette.example/other")


def test_a_failure_with_part_of_a_response_keeps_both(tmp_path: Path) -> None:
    made = exchange(b"<p>half", failure="truncated", message="ended early")
    session = Session.load(kept(tmp_path / "s.warc.gz", made))
    assert session.take(URL) == made


@NAMES
def test_a_file_cut_anywhere_keeps_its_whole_exchanges(tmp_path: Path, name: str) -> None:
    first = kept(tmp_path / f"1{name}", exchange(b"1"))
    start = first.stat().st_size
    data = kept(tmp_path / f"2{name}", exchange(b"1"), exchange(b"2" * 500)).read_bytes()
    cut_path = tmp_path / name
    for cut in range(start + 5, len(data) - 12, 23):
        cut_path.write_bytes(data[:cut])
        session = Session.load(cut_path)
        assert session.take(URL).body == b"1"
        assert session.take(URL).body == b"1", cut


@pytest.mark.parametrize(
    "data",
    [b"", b"<html>", b"\x1f\x8b\x08junk", b"WARC/1.1\r\nWARC-Type: warcinfo\r\n", bytes(1000)],
)
def test_what_is_no_session_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "s.warc.gz"
    path.write_bytes(data)
    with pytest.raises(SourceError, match=r"s\.warc\.gz"):
        Session.load(path)


def test_an_archive_of_another_tool_is_no_session(tmp_path: Path) -> None:
    path = tmp_path / "s.warc"
    path.write_bytes(
        b"WARC/1.0\r\nWARC-Type: warcinfo\r\nWARC-Date: 2026-01-02T03:04:05Z\r\n"
        b"WARC-Record-ID: <urn:uuid:1>\r\nContent-Type: application/warc-fields\r\n"
        b"Content-Length: 15\r\n\r\nsoftware: other\r\n\r\n"
    )
    with pytest.raises(SourceError, match="not a session"):
        Session.load(path)
    with pytest.raises(SourceError):
        Session.load(tmp_path / "missing.warc")


def test_damage_in_the_middle_is_told(tmp_path: Path) -> None:
    path = kept(tmp_path / "s.warc.gz", *[exchange(os.urandom(3000)) for _ in range(3)])
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x55
    path.write_bytes(data)
    with pytest.raises(SourceError):
        Session.load(path)


def test_a_name_with_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"must end in \.warc"):
        SessionWriter(tmp_path / "s.zip", "copydesk/test")
    assert list(tmp_path.iterdir()) == []


def test_an_existing_session_is_not_written_over(tmp_path: Path) -> None:
    path = kept(tmp_path / "s.warc", exchange())
    before = path.read_bytes()
    with pytest.raises(OutputError, match="exists already"):
        SessionWriter(path, "copydesk/test")
    assert path.read_bytes() == before


def test_a_line_break_in_a_header_makes_no_header(tmp_path: Path) -> None:
    bad = (("X", "a\r\nSet-Cookie: b"), ("Content-Type", "text/html"))
    session = Session.load(kept(tmp_path / "s.warc", exchange(headers=bad)))
    assert [name for name, _ in session.take(URL).headers] == ["X", "Content-Type"]


def test_a_full_disk_is_an_output_error(tmp_path: Path) -> None:
    full = tmp_path / "s.warc"
    full.symlink_to("/dev/full")
    with pytest.raises(OutputError, match="cannot be written"):
        SessionWriter(full, "copydesk/test")


def run(*code: str) -> Sequence[str]:
    return [sys.executable, "-c", "\n".join(code)]


@pytest.mark.process
def test_a_killed_writer_loses_at_most_the_exchange_it_was_writing(tmp_path: Path) -> None:
    path = tmp_path / "s.warc.gz"
    code = run(
        "import sys",
        "from datetime import datetime, UTC",
        "from pathlib import Path",
        "from copydesk.fetching.recording import Exchange, SessionWriter",
        "writer = SessionWriter(Path(sys.argv[1]), 'test')",
        "for n in range(100000):",
        "    url = f'http://gazette.example/{n}'",
        "    writer.add(Exchange(url=url, request=(), status=200, reason='OK', headers=(),",
        "        body=b'x' * 3000, started=datetime.now(UTC)))",
        "    print(n, flush=True)",
    )
    with subprocess.Popen([*code, str(path)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        for _ in range(25):
            said = process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        said = (process.stdout.read().splitlines() or [said])[-1]
    session = Session.load(path)
    last = int(said)
    assert last >= 24
    assert session.urls[: last + 1] == tuple(f"http://gazette.example/{n}" for n in range(last + 1))
    assert session.take(f"http://gazette.example/{last}").body == b"x" * 3000


def test_bodies_stay_in_the_file_until_they_are_asked_for(tmp_path: Path) -> None:
    import tracemalloc

    path = tmp_path / "s.warc"
    with closing(SessionWriter(path, "copydesk/test")) as writer:
        for number in range(40):
            writer.add(exchange(bytes(1_000_000), f"http://gazette.example/{number}"))
    tracemalloc.start()
    session = Session.load(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(session.urls) == 40
    assert peak < 5_000_000
    assert len(session.take("http://gazette.example/7").body) == 1_000_000
