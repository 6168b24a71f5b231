"""The command `convert`: articles from files of any format into one of another."""

from __future__ import annotations

import filecmp
import gzip
import itertools
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from random import Random

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conftest import Run

from copydesk import Article, extract
from copydesk.adapters import loading
from copydesk.cli.records import Records
from copydesk.errors import CopydeskError
from copydesk.sinks import jsonl, stored
from copydesk.sinks.base import write_lines

SUFFIXES = ("jsonl", "jsonl.gz", "jsonl.zst", "parquet", "db")


def text(number: int) -> Article:
    return extract(f"The weir was rebuilt by {number} volunteers, stone by stone.")


def lines(*numbers: int) -> bytes:
    return b"".join(text(number).to_line() for number in numbers)


@pytest.fixture
def five(tmp_path: Path) -> Path:
    path = tmp_path / "five.jsonl"
    path.write_bytes(lines(1, 2, 3, 4, 5))
    return path


@pytest.mark.parametrize("to", SUFFIXES)
@pytest.mark.parametrize("of", SUFFIXES)
def test_every_format_becomes_every_other(
    of: str, to: str, copydesk: Run, five: Path, tmp_path: Path
) -> None:
    assert copydesk("convert", five, f"a.{of}").returncode == 0
    done = copydesk("convert", f"a.{of}", f"b.{to}")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "copydesk: 5 records: 5 written, 0 not\n"
    done = copydesk("convert", f"b.{to}", "-")
    assert done.stdout.encode() == five.read_bytes()


def test_several_files_become_one_in_their_order(copydesk: Run, five: Path, tmp_path: Path) -> None:
    (tmp_path / "six.jsonl.gz").write_bytes(gzip.compress(lines(6)))
    done = copydesk("convert", "six.jsonl.gz", five, "-", "all", stdin=lines(7))
    assert done.stderr == "copydesk: 7 records: 7 written, 0 not\n"
    assert (tmp_path / "all").read_bytes() == lines(6, 1, 2, 3, 4, 5, 7)


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstandard.ZstdCompressor().compress])
def test_standard_input_may_be_compressed(copydesk: Run, pack: object) -> None:
    assert callable(pack)
    done = copydesk("convert", "-", "-", stdin=pack(lines(1, 2)))
    assert (done.returncode, done.stdout.encode()) == (0, lines(1, 2))


@pytest.mark.process
def test_parquet_on_a_pipe_is_told_in_one_line(process: Run, five: Path) -> None:
    assert process("convert", five, "a.parquet").returncode == 0
    data = (five.parent / "a.parquet").read_bytes()
    done = process("convert", "-", "-", stdin=data)
    assert (done.returncode, done.stdout) == (1, "")
    assert "standard input: is Parquet, which can be read from a file only" in done.stderr


def test_a_line_that_is_no_article_is_named_and_the_others_are_converted(
    copydesk: Run, tmp_path: Path
) -> None:
    old = json.dumps({**json.loads(lines(9)), "schema_version": "1"}).encode()
    (tmp_path / "a").write_bytes(b"\n".join((lines(1), b"{}", lines(2), b"junk", old)))
    done = copydesk("convert", "a", "b.parquet")
    assert done.returncode == 1
    told = done.stderr.splitlines()
    assert [row.split(": ")[1] for row in told[:3]] == ["a:3", "a:6", "a:7"]
    assert "has schema version '1'" in told[2]
    assert told[3] == "copydesk: 5 records: 2 written, 3 not"
    assert [found for _, found in stored.read(tmp_path / "b.parquet")] == [text(1), text(2)]


def test_half_a_gzip_gives_the_articles_before_its_end(
    copydesk: Run, five: Path, tmp_path: Path
) -> None:
    packed = gzip.compress(five.read_bytes())[:-4]
    (tmp_path / "half.gz").write_bytes(packed)
    done = copydesk("convert", "half.gz", five, "all.jsonl")
    assert done.returncode == 1
    assert "half.gz:6: truncated gzip data" in done.stderr
    assert (tmp_path / "all.jsonl").read_bytes() == five.read_bytes() * 2


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_an_empty_file_becomes_a_file_without_articles(
    suffix: str, copydesk: Run, tmp_path: Path
) -> None:
    (tmp_path / "empty").write_bytes(b"")
    done = copydesk("convert", "empty", f"a.{suffix}")
    assert (done.returncode, done.stderr) == (0, "copydesk: 0 records: 0 written, 0 not\n")
    assert list(stored.read(tmp_path / f"a.{suffix}")) == []
    assert copydesk("convert", f"a.{suffix}", "-").stdout == ""


def test_an_existing_output_is_replaced_with_overwrite_only(
    copydesk: Run, five: Path, tmp_path: Path
) -> None:
    (tmp_path / "a.jsonl").write_bytes(b"old")
    done = copydesk("convert", five, "a.jsonl")
    assert (done.returncode, done.fault) == (2, "a.jsonl: already exists; use --overwrite")
    assert (tmp_path / "a.jsonl").read_bytes() == b"old"
    assert copydesk("convert", five, "a.jsonl", "--overwrite").returncode == 0
    assert (tmp_path / "a.jsonl").read_bytes() == five.read_bytes()


@pytest.mark.parametrize("suffix", [*SUFFIXES, "csv", "jsonld"])
def test_an_output_stays_if_no_input_has_an_article(
    suffix: str, copydesk: Run, five: Path, tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").write_text("Buy milk.\n")
    (tmp_path / "notes.jsonl").write_text("{}\n[]\n")
    assert copydesk("convert", five, f"a.{suffix}").returncode == 0
    before = (tmp_path / f"a.{suffix}").read_bytes()
    done = copydesk("convert", "notes.jsonl", f"a.{suffix}", "--overwrite")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-2:] == [
        f"copydesk: a.{suffix}: is not written, since no input has an article for it",
        "copydesk: 2 records: 0 written, 2 not",
    ]
    assert (tmp_path / f"a.{suffix}").read_bytes() == before
    assert copydesk("convert", "notes.jsonl", f"new.{suffix}").returncode == 1
    assert not (tmp_path / f"new.{suffix}").exists()


def test_binary_data_are_told_in_one_line_and_other_content_in_few(
    copydesk: Run, five: Path, tmp_path: Path
) -> None:
    (tmp_path / "a.bin").write_bytes(b"\x89PNG\r\n\0\n" * 1000)
    done = copydesk("convert", "a.bin", "a.jsonl")
    assert (done.returncode, done.fault) == (2, "a.bin: is binary data, not a file of articles")
    done = copydesk("convert", "-", "a.jsonl", stdin=bytes(1000))
    assert done.stderr.startswith("copydesk: standard input: is binary data")
    (tmp_path / "page.html").write_text("<p>Words.</p>\n" * 100)
    done = copydesk("convert", "page.html", five, "a.jsonl")
    assert done.returncode == 1
    *named, more, total = done.stderr.splitlines()
    assert len(named) == 20
    assert more == "copydesk: page.html: 80 more that are no articles"
    assert total == "copydesk: 105 records: 5 written, 100 not"
    assert len(copydesk("validate", "page.html").stderr.splitlines()) == 100


@pytest.mark.parametrize("suffix", [*SUFFIXES[1:], "bin"])
def test_another_format_in_gzip_is_told_in_one_line(
    suffix: str, copydesk: Run, five: Path, tmp_path: Path
) -> None:
    if suffix == "bin":
        (tmp_path / "a.bin").write_bytes(b"\x89PNG\r\n\0\n" * 1000)
    else:
        assert copydesk("convert", five, f"a.{suffix}").returncode == 0
    packed = gzip.compress((tmp_path / f"a.{suffix}").read_bytes())
    (tmp_path / f"a.{suffix}.gz").write_bytes(packed)
    done = copydesk("validate", f"a.{suffix}.gz")
    told = "has a file of another format in gzip; unpack it first"
    told = "has binary data in gzip, not articles" if suffix == "bin" else told
    assert (done.returncode, done.stderr) == (1, f"copydesk: a.{suffix}.gz:1: {told}\n")


@pytest.mark.parametrize("name", ["-", "/dev/stdout", "/dev/fd/1"])
def test_standard_output_has_several_names(name: str, copydesk: Run, five: Path) -> None:
    assert copydesk("convert", five, name).stdout.encode() == five.read_bytes()


@pytest.mark.parametrize("name", ["five.jsonl", "hard.jsonl", "soft.jsonl", "./five.jsonl"])
def test_an_input_is_never_the_output(name: str, copydesk: Run, five: Path, tmp_path: Path) -> None:
    os.link(five, tmp_path / "hard.jsonl")
    (tmp_path / "soft.jsonl").symlink_to("five.jsonl")
    (tmp_path / "other.jsonl").write_bytes(lines(1))
    done = copydesk("convert", "other.jsonl", five, name, "--overwrite")
    assert done.returncode == 2
    assert "is also the input" in done.fault
    assert five.read_bytes() == lines(1, 2, 3, 4, 5)


@pytest.mark.process
def test_standard_output_that_goes_into_an_input_is_refused(five: Path) -> None:
    with five.open("ab") as file:
        done = subprocess.run(
            [sys.executable, "-m", "copydesk", "convert", str(five), "-"],
            stdout=file,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            check=False,
            timeout=60,
        )
    assert done.returncode == 2
    assert "is also the output" in done.stderr
    assert five.read_bytes() == lines(1, 2, 3, 4, 5)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["five.jsonl"], "give at least one file of articles, and the file to write"),
        (["nowhere", "a.jsonl"], "nowhere: no such file"),
        (["folder", "a.jsonl"], "folder: has no files of articles"),
        (["five.jsonl", "folder"], "folder: is a folder, not a file"),
        (["five.jsonl", "no/a.jsonl"], "no/a.jsonl: no such folder"),
        (["-", "-", "a.jsonl"], "standard input can be read once only"),
        (["other.parquet", "five.jsonl", "a.jsonl"], "other.parquet: damaged Parquet data"),
    ],
)
def test_wrong_arguments_are_told_in_one_line_before_anything_is_written(
    words: list[str], told: str, copydesk: Run, five: Path, tmp_path: Path
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "other.parquet").write_bytes(b"PAR1 and no more")
    before = sorted(tmp_path.iterdir())
    done = copydesk("convert", *words)
    assert done.returncode == 2
    assert done.fault.startswith(told)
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize(("suffix", "module"), [("jsonl.zst", "zstandard"), ("parquet", "pyarrow")])
def test_a_missing_extra_is_told_before_anything_is_written(
    suffix: str, module: str, copydesk: Run, five: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    done = copydesk("convert", five, f"a.{suffix}")
    extra = "zstd" if module == "zstandard" else "parquet"
    told = f"a.{suffix}: needs the extra {extra}: pip install 'copydesk[{extra}]'"
    assert (done.returncode, done.fault) == (2, told)


@pytest.mark.process
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_quota_leaves_the_old_output_and_nothing_beside_it(
    suffix: str, tmp_path: Path, process: Run
) -> None:
    def small() -> None:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))

    (tmp_path / "five.jsonl").write_bytes(lines(*range(200)))
    out = tmp_path / f"a.{suffix}"
    out.write_bytes(b"old")
    done = subprocess.run(
        [sys.executable, "-m", "copydesk", "convert", "five.jsonl", out.name, "--overwrite"],
        cwd=tmp_path,
        preexec_fn=small,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.splitlines()[0].startswith(f"copydesk: a.{suffix}: ")
    assert ("disk I/O error" if suffix == "db" else "file too large") in done.stderr
    assert "Traceback" not in done.stderr
    assert out.read_bytes() == b"old"
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(["five.jsonl", out.name])


@pytest.mark.process
@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the peak is read from /proc")
@pytest.mark.parametrize("suffix", [suffix for suffix in SUFFIXES if suffix != "db"])
def test_memory_does_not_grow_with_the_number_of_articles(suffix: str, tmp_path: Path) -> None:
    draw = Random(1).randbytes
    stories = [" ".join(f"word{draw(5).hex()}" for _ in range(2000)) for _ in range(20)]
    made = [extract(f"Weir rebuilt\n\nIt was rebuilt by hand. {s}.").to_line() for s in stories]
    code = (
        "import sys\n"
        "from copydesk.cli import main\n"
        "try:\n    main()\n"
        "finally:\n    print(*open('/proc/self/status'), file=sys.stderr)\n"
    )

    def peak(*words: str) -> float:
        """The highest resident memory of a conversion, in MB."""
        done = subprocess.run(
            [sys.executable, "-c", code, "convert", *words, "--overwrite"],
            cwd=tmp_path,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return int(re.findall(r"VmHWM:\s+(\d+) kB", done.stderr)[0]) / 1000

    peaks = []
    for number in (1000, 2500):
        with (tmp_path / "in").open("wb") as file:
            file.writelines(itertools.islice(itertools.cycle(made), number))
        peaks.append((peak("in", f"out.{suffix}"), peak(f"out.{suffix}", "back")))
        assert filecmp.cmp(tmp_path / "in", tmp_path / "back", shallow=False)
    assert len(made[0]) * 1500 > 60e6
    assert [b - a < 40 for a, b in zip(*peaks, strict=True)] == [True, True], peaks


# Any articles


@st.composite
def articles(draw: st.DrawFn) -> Article:
    """An article of any text, with any characters in its fields."""
    words = draw(st.text(min_size=1, max_size=200))
    try:
        found = extract(f"{words}\n\nThe weir was rebuilt by hand, stone by stone, {words}.")
    except CopydeskError:
        found = text(1)
    more = st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
    changes = {
        name: draw(more) for name in ("url", "canonical_url", "published", "modified", "section")
    }
    return found.model_copy(update={**changes, "tags": [t for t in [draw(more)] if t is not None]})


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(articles(), max_size=5, unique_by=lambda one: (one.id, one.revision)))
def test_any_articles_survive_every_format_byte_for_byte(found: list[Article]) -> None:
    registry = loading.load().registry
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, f"a.{suffix}") for suffix in (*SUFFIXES, "ndjson")]
        jsonl.write(paths[0], found)
        for before, after in itertools.pairwise(paths):
            write_lines(registry.sink_for(after), after, Records([before], registry))
        assert paths[-1].read_bytes() == paths[0].read_bytes()
