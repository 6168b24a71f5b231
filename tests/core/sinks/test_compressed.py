"""Compressed JSON Lines: the same bytes each time, whole or not at all, read by their content."""

from __future__ import annotations

import gzip
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from tests.conftest import Run

from copydesk import Article, OutputError, extract
from copydesk.adapters import loading
from copydesk.errors import RecordError, SourceError
from copydesk.sinks import stored
from copydesk.sinks.base import WholeOutput, open_output, write
from copydesk.util import content_coding

SUFFIXES = [".jsonl.gz", ".ndjson.gz", ".jsonl.zst", ".NDJSON.ZST"]
UNPACK: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.decompress,
    "zst": lambda data: zstandard.ZstdDecompressor().decompressobj().decompress(data),
}
PACK: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "zst": lambda data: zstandard.ZstdCompressor(write_checksum=True).compress(data),
}


@pytest.fixture(scope="module")
def articles() -> list[Article]:
    return [extract(f"The weir was rebuilt by {n} volunteers, stone by stone.") for n in range(9)]


@pytest.fixture(scope="module")
def content(articles: list[Article]) -> bytes:
    return b"".join(article.to_line() for article in articles)


def output(path: Path) -> WholeOutput:
    found = open_output(loading.load().registry.sink_for(path), path)
    assert isinstance(found, WholeOutput)
    return found


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_suffix_selects_the_compression_and_the_content_is_json_lines(
    suffix: str, articles: list[Article], content: bytes, tmp_path: Path
) -> None:
    path = tmp_path / f"a.b{suffix}"
    write(loading.load().registry.sink_for(path), path, articles)
    assert UNPACK[suffix.rpartition(".")[2].lower()](path.read_bytes()) == content
    assert [found for _, found in stored.read(path)] == articles


@pytest.mark.parametrize("suffix", ["jsonl.gz", "jsonl.zst"])
def test_the_same_articles_give_the_same_bytes_under_every_name_and_at_any_time(
    suffix: str, articles: list[Article], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, name in enumerate(("a", "another")):
        monkeypatch.setattr("time.time", lambda n=number: 1e9 + n)
        path = tmp_path / f"{name}.{suffix}"
        write(loading.load().registry.sink_for(path), path, articles)
    one, two = (path.read_bytes() for path in tmp_path.iterdir())
    assert one == two


def test_gzip_has_no_time_and_no_name_and_zstd_has_a_checksum(
    articles: list[Article], tmp_path: Path
) -> None:
    for suffix in ("gz", "zst"):
        path = tmp_path / f"a.jsonl.{suffix}"
        write(loading.load().registry.sink_for(path), path, articles)
    assert (tmp_path / "a.jsonl.gz").read_bytes()[3:8] == bytes(5)
    assert zstandard.get_frame_parameters((tmp_path / "a.jsonl.zst").read_bytes()).has_checksum


@pytest.mark.parametrize("suffix", ["gz", "zst"])
def test_the_old_file_stays_until_the_new_one_is_complete(
    suffix: str, articles: list[Article], content: bytes, tmp_path: Path
) -> None:
    path = tmp_path / f"a.jsonl.{suffix}"
    path.write_bytes(b"old")
    path.chmod(0o640)
    new = output(path)
    for article in articles:
        new.add(article.to_line())
        assert path.read_bytes() == b"old"
    new.close()
    assert UNPACK[suffix](path.read_bytes()) == content
    assert path.stat().st_mode & 0o777 == 0o640
    assert names(tmp_path) == [path.name]


@pytest.mark.parametrize("suffix", ["gz", "zst"])
def test_an_output_that_is_given_up_leaves_the_old_file(
    suffix: str, articles: list[Article], tmp_path: Path
) -> None:
    path = tmp_path / f"a.jsonl.{suffix}"
    path.write_bytes(b"old")
    new = output(path)
    new.add(articles[0].to_line())
    new.discard()
    new.close()
    assert (path.read_bytes(), names(tmp_path)) == (b"old", [path.name])


@pytest.mark.parametrize("old", [False, True])
@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.jsonl.zst", "a.parquet", "a.csv", "a.jsonld"])
def test_what_another_program_writes_there_meanwhile_stays(
    name: str, old: bool, articles: list[Article], tmp_path: Path
) -> None:
    path = tmp_path / name
    if old:
        path.write_bytes(b"old")
    made = output(path)
    made.add(articles[0].to_line())
    (tmp_path / "other").write_bytes(b"of another")
    (tmp_path / "other").replace(path)
    with pytest.raises(OutputError, match="was written by another program meanwhile; it stays"):
        made.close()
    assert made.left
    assert path.read_bytes() == b"of another"
    assert names(tmp_path) == [name]


@pytest.mark.parametrize("suffix", ["gz", "zst"])
@pytest.mark.parametrize("moment", ["add", "close"])
def test_a_full_disk_leaves_the_old_file_and_is_told_in_plain_words(
    suffix: str, moment: str, articles: list[Article], tmp_path: Path
) -> None:
    path = tmp_path / f"a.jsonl.{suffix}"
    path.write_bytes(b"old")
    new = output(path)
    inner = new._output
    full = os.open("/dev/full", os.O_WRONLY)
    os.dup2(full, inner._new.file.fileno())  # type: ignore[attr-defined]
    os.close(full)
    with pytest.raises(OutputError, match="no space left on device"):
        if moment == "add":
            for _ in range(1000):
                new.add(os.urandom(100_000))
        new.close()
    new.close()
    assert (path.read_bytes(), names(tmp_path)) == (b"old", [path.name])


# Reading


@pytest.mark.parametrize("suffix", ["gz", "zst"])
@pytest.mark.parametrize("name", ["a.jsonl", "a", "a.txt", "a.jsonl.zst", "a.jsonl.gz"])
def test_the_content_tells_the_format_whatever_the_name(
    suffix: str, name: str, articles: list[Article], content: bytes, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(PACK[suffix](content))
    assert [found for _, found in stored.read(tmp_path / name)] == articles


@pytest.mark.parametrize("suffix", ["gz", "zst"])
def test_several_members_are_read_as_one_even_if_a_line_crosses_their_border(
    suffix: str, articles: list[Article], content: bytes, tmp_path: Path
) -> None:
    parts = (content[:10], content[10:5000], b"", content[5000:])
    (tmp_path / "a").write_bytes(b"".join(map(PACK[suffix], parts)))
    assert list(stored.read(tmp_path / "a")) == [*enumerate(articles, 1)]


def test_zeros_after_gzip_are_padding(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(gzip.compress(content) + bytes(512))
    assert len(list(stored.read(tmp_path / "a"))) == 9


@pytest.mark.parametrize("suffix", ["gz", "zst"])
@pytest.mark.parametrize("kind", ["half", "no end", "plain lines behind", "flipped"])
def test_a_damage_is_one_error_at_its_place_after_all_lines_before_it(
    suffix: str, kind: str, articles: list[Article], content: bytes, tmp_path: Path
) -> None:
    packed = PACK[suffix](content)
    if kind == "half":
        packed = PACK[suffix](content[:100]) + PACK[suffix](content[100:])[: len(packed) // 2]
    elif kind == "no end":
        packed = packed[:-2]
    elif kind == "plain lines behind":
        packed += content
    else:
        packed = packed[:-3] + bytes([packed[-3] ^ 1]) + packed[-2:]
    (tmp_path / "a").write_bytes(packed)
    *good, (number, error) = stored.read(tmp_path / "a")
    assert isinstance(error, RecordError)
    assert good == [*enumerate(articles, 1)][: len(good)]
    assert (error.subject, number) == (f"{tmp_path}/a:{number}", len(good) + 1)
    what = "gzip" if suffix == "gz" else "zstd"
    wanted = "truncated" if kind in ("half", "no end") else "damaged"
    assert error.message.startswith(f"{wanted} {what} data")
    with pytest.raises(RecordError, match=f"{wanted} {what} data"):
        stored.seekable(tmp_path / "a")


def test_zstd_without_the_extra_says_what_to_install(
    content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").write_bytes(PACK["zst"](content))
    monkeypatch.delitem(content_coding.DECODERS, "zstd")
    with pytest.raises(SourceError, match=r"pip install 'copydesk\[zstd\]'"):
        list(stored.read(tmp_path / "a"))
    monkeypatch.setitem(sys.modules, "zstandard", None)
    with pytest.raises(OutputError, match=r"^a\.jsonl\.zst: needs the extra zstd: pip install "):
        loading.load().registry.sink_for(Path("a.jsonl.zst"))


def test_a_line_that_no_record_can_be_ends_the_reading(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "a", "wb", compresslevel=1) as file:
        file.write(b"{}\n" + b" " * 70_000_000)
    (_, bad), (number, error) = stored.read(tmp_path / "a")
    assert isinstance(bad, RecordError)
    assert isinstance(error, RecordError)
    assert number == 2
    assert "longer than 67,108,864 bytes" in error.message


# Commands


@pytest.fixture
def ferry(tmp_path: Path) -> Path:
    path = tmp_path / "ferry.txt"
    path.write_text(
        "Night ferry returns\n\nThe night ferry to the islands sails again from Friday.\n", "utf-8"
    )
    return path


@pytest.mark.process
@pytest.mark.parametrize("suffix", ["gz", "zst"])
def test_every_command_writes_and_reads_compressed_articles(
    copydesk: Run, root: Path, ferry: Path, tmp_path: Path, suffix: str
) -> None:
    seeds = root / "seeds"
    for words in (["extract", ferry], ["replay", seeds], ["ingest", seeds]):
        for out in (f"{words[0]}.jsonl", f"{words[0]}.jsonl.{suffix}"):
            done = copydesk(*words, "-o", out)
            assert done.returncode == 0, done.stderr
        plain, packed = (tmp_path / f"{words[0]}.jsonl{more}" for more in ("", f".{suffix}"))
        assert UNPACK[suffix](packed.read_bytes()) == plain.read_bytes()
        assert copydesk("validate", packed).stdout.endswith("valid, 0 not\n")
        done = copydesk("diff", packed, plain)
        assert (done.returncode, done.stderr) == (0, "")
    done = copydesk("diff", f"replay.jsonl.{suffix}", f"extract.jsonl.{suffix}")
    assert done.returncode == 1
    assert "5 only in old, 1 only in new" in done.stdout
    told = [
        copydesk("outlets", "check", "--against", name).stdout
        for name in ("replay.jsonl", f"replay.jsonl.{suffix}")
    ]
    assert "daily-ittehad" in told[0]
    assert told[0] == told[1]


@pytest.mark.process
def test_a_compressed_output_is_neither_resumed_nor_appended_to(
    copydesk: Run, ferry: Path, tmp_path: Path
) -> None:
    out = tmp_path / "a.jsonl.gz"
    assert copydesk("ingest", ferry, "-o", out.name).returncode == 0
    before = out.read_bytes()
    for more in (["--resume"], ["--append"], []):
        done = copydesk("ingest", ferry, "-o", out.name, *more)
        assert done.returncode == 2
        told = "already exists" if not more else "jsonl.gz can be neither resumed nor added to"
        assert done.fault == f"a.jsonl.gz: {told}; use --overwrite"
        assert out.read_bytes() == before
    assert copydesk("ingest", ferry, "-o", out.name, "--overwrite").returncode == 0
    assert out.read_bytes() == before


@pytest.mark.process
def test_a_run_that_cannot_start_leaves_the_old_compressed_output(
    copydesk: Run, ferry: Path, tmp_path: Path
) -> None:
    out = tmp_path / "a.jsonl.gz"
    out.write_bytes(gzip.compress(b"old"))
    (tmp_path / "shared.state").write_bytes(b"")
    copydesk("ingest", ferry, "-o", "b.jsonl", "--state", "a.jsonl.gz.state")
    done = copydesk("ingest", ferry, "-o", out.name, "--overwrite")
    assert done.returncode == 2
    assert "shared between runs" in done.stderr
    assert gzip.decompress(out.read_bytes()) == b"old"
    assert not list(tmp_path.glob(".*.tmp"))


@pytest.mark.process
def test_articles_of_a_compressed_output_that_was_lost_are_read_again_with_the_same_state(
    copydesk: Run, root: Path, tmp_path: Path
) -> None:
    """A state kept between runs learns articles only when the file that has them is in place."""
    (tmp_path / "bad.py").write_text(
        "from copydesk import hookimpl\n"
        "from copydesk.sinks import Sink\n"
        "from copydesk.sinks.compressed import open_gzip\n"
        "def opened(path):\n"
        "    found = open_gzip(path)\n"
        "    found._new.commit = lambda: 1 / 0\n"
        "    return found\n"
        "@hookimpl\n"
        "def register_sinks(register): register(Sink(name='lost', suffixes=('.lost',), open=opened))\n",
        "utf-8",
    )
    told = ("ingest", root / "seeds", "--state", "s", "-o")
    done = copydesk(*told, "a.lost", "--plugin", "bad.py")
    assert done.returncode == 3
    assert "sink 'lost' failed: ZeroDivisionError" in done.stderr
    assert "; no article of this run is kept\n" in done.stderr
    assert [name for name in names(tmp_path) if name != "__pycache__"] == ["bad.py", "s"]
    done = copydesk(*told, "a.jsonl.gz")
    assert "5 inputs: 5 articles" in done.stderr
    done = copydesk(*told, "b.jsonl.gz")
    assert "5 inputs: 0 articles, 0 rejects, 5 skips" in done.stderr


# Sinks of plugins

SINKS = """import copydesk
from copydesk.sinks.base import Sink

class Short:
    def __init__(self, path): pass
    def add(self, line): raise ValueError("too short")
    def close(self): raise RuntimeError("closed badly")

@copydesk.hookimpl
def register_sinks(register):
    register(Sink(name="short", suffixes=(".short",), open=Short))
    register(Sink(name="none", suffixes=(".none",), open=lambda path: None))
"""


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("a.short", "a.short: sink 'short' failed: ValueError('too short')"),
        ("a.none", "a.none: sink 'none' failed: it returned NoneType, without add and close"),
    ],
)
def test_a_sink_that_fails_is_one_line_with_its_first_error(
    name: str, told: str, copydesk: Run, content: bytes, tmp_path: Path
) -> None:
    (tmp_path / "sinks.py").write_text(SINKS)
    (tmp_path / "in.jsonl").write_bytes(content)
    done = copydesk("convert", "in.jsonl", name, "--plugin", "sinks.py")
    assert (done.returncode, done.fault) == (1, told)
