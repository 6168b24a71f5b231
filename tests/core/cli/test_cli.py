"""The command line: records on stdout, one line for a fault on stderr, and the exit codes."""

from __future__ import annotations

import json
import os
import runpy
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Done, Run

import copydesk.cli as command_line
from copydesk import Article, extract
from copydesk.cli.output import table, to_stderr
from copydesk.explain import partition, terminal
from copydesk.explain.partition import Stretch
from copydesk.model.document import MAX_BYTES, Document
from copydesk.model.draft import Draft
from copydesk.reading import read
from copydesk.util.text import safe

STORY = (
    "Night ferry returns after nine years\n\n"
    "The night ferry to the islands sails again from Friday, nine years after it was given up.\n"
)
PLUGIN = """
import re
from copydesk import Outlet, Rule
from copydesk.util.text import safe

class Quay(Outlet):
    id = "quay-courier"
    name = "Quay Courier"
    domains = ("quaycourier.example",)
    country = "GB"
    language = "en"
    timezone = "Europe/London"
    feeds = ("https://quaycourier.example/rss",)
    body = "article"
    strip = {"related": ".more", "newsletter_promo": (re.compile("^Wake up to"), ".signup")}
    rules = (Rule.line("Tides:", "page_furniture", name="tides"),)

    def headline(self, page):
        return "Said by the adapter"
"""


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "ferry.txt"
    path.write_text(STORY, "utf-8")
    return path


@pytest.fixture
def quay(tmp_path: Path) -> Path:
    path = tmp_path / "quay.py"
    path.write_text(PLUGIN, "utf-8")
    return path


# The program


def test_the_version_is_printed(copydesk: Run) -> None:
    assert copydesk("--version") == Done(0, f"copydesk {version('copydesk')}\n", "")


def test_help_lists_every_command(copydesk: Run) -> None:
    done = copydesk("--help")
    assert (done.returncode, done.stderr) == (0, "")
    for name in (
        "replay",
        "extract",
        "explain",
        "outlets",
        "rules",
        "schema",
        "validate",
        "plugins",
    ):
        assert f" {name} " in done.stdout


@pytest.mark.parametrize(
    "args",
    [
        ["no-such"], ["extract"], ["extract", "--no-such", "x"], ["replay"], ["validate"],
        ["outlets", "lst"], ["ingest", "x", "--workers", "many"], ["ingest", "x", "--limit", "-1"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_wrong_usage_is_told_in_one_line_and_exits_2(copydesk: Run, args: list[str]) -> None:
    done = copydesk(*args)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("copydesk: ")
    assert done.stderr.count("\n") == 1
    assert "--help" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("args", "fault"),
    [
        (["extract", "htp://x/y"], "'htp://x/y': not a file or an http(s) URL"),
        (["explain", ""], "'': not a file or an http(s) URL"),
        (["record", "p.html"], "p.html: not an http(s) URL"),
        (
            ["ingest", "p", "--since", "May"],
            "--since May: not a date such as 2024-03-12, yesterday or 7d",
        ),
        (
            ["ingest", "p", "--workers", "zero"],
            "--workers zero: not a whole number; see copydesk ingest --help",
        ),
        (
            ["ingest", "p", "--limit", "0"],
            "--limit 0: must be at least 1; see copydesk ingest --help",
        ),
        (
            ["record", "https://a.example/b", "--gap", "slow"],
            "--gap slow: not a number; see copydesk record --help",
        ),
    ],
)
def test_a_wrong_argument_is_named_and_a_right_one_shown(
    copydesk: Run, args: list[str], fault: str
) -> None:
    done = copydesk(*args)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"copydesk: {fault}\n")


@pytest.mark.parametrize("args", [[], ["outlets"]], ids=" ".join)
def test_a_command_that_is_missing_exits_2_with_the_help(copydesk: Run, args: list[str]) -> None:
    done = copydesk(*args)
    assert (done.returncode, done.stderr) == (2, "")
    assert "Usage: " in done.stdout


def test_the_package_runs_as_a_module(process: Run) -> None:
    done = process("--version")
    assert (done.returncode, done.stdout, done.stderr) == (
        0,
        f"copydesk {version('copydesk')}\n",
        "",
    )


def test_the_module_runs_the_command_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["copydesk", "--version"])
    with pytest.raises(SystemExit) as stopped:
        runpy.run_module("copydesk", run_name="__main__")
    assert stopped.value.code == 0
    assert capsys.readouterr().out == f"copydesk {version('copydesk')}\n"


def test_words_of_any_script_come_out_whatever_the_locale(process: Run, story: Path) -> None:
    story.write_text("Φέρι — 夜行フェリー、九年ぶりに再開。\n", "utf-8")
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = process("explain", "ferry.txt", **plain)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Φέρι — 夜行フェリー、九年ぶりに再開。" in done.stdout


def test_an_interrupt_exits_130(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("copydesk.cli.app.app", interrupted)
    with pytest.raises(SystemExit) as stopped:
        command_line.main()
    assert stopped.value.code == 130
    assert capsys.readouterr() == ("", "copydesk: interrupted\n")


@pytest.mark.process
@pytest.mark.skipif(sys.platform == "win32", reason="pipes of POSIX")
@pytest.mark.parametrize("args", [["schema"], ["extract", "-"], ["plugins"]], ids=" ".join)
def test_a_reader_that_has_gone_ends_the_command_quietly(args: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "copydesk", *args],
            input=STORY.encode(),
            stdout=writing,
            stderr=subprocess.PIPE,
            check=False,
            timeout=60,
        )
    finally:
        os.close(writing)
    assert done.stderr == b""
    assert done.returncode == 0


@pytest.mark.process
@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="no full device here")
@pytest.mark.parametrize("args", [["schema"], ["extract", "-"], ["plugins"]], ids=" ".join)
def test_a_full_disk_behind_stdout_is_told_in_one_line(args: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "copydesk", *args],
            input=STORY.encode(),
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            timeout=60,
        )
    assert done.returncode == 1
    assert done.stderr.startswith(b"copydesk: ")
    assert done.stderr.count(b"\n") == 1


# extract


def test_extract_gives_one_line_of_json_for_a_file(copydesk: Run, story: Path) -> None:
    done = copydesk("extract", "ferry.txt")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.article.headline == "Night ferry returns after nine years"
    assert done.article.document.origin == "ferry.txt"
    assert list(json.loads(done.stdout)) == list(Article.model_fields)


def test_extract_reads_standard_input(copydesk: Run) -> None:
    done = copydesk("extract", "-", stdin=STORY.encode())
    assert (done.returncode, done.stderr) == (0, "")
    assert done.article == extract(STORY)


def test_extract_as_a_process_reads_standard_input(process: Run) -> None:
    done = process("extract", "-", stdin=STORY.encode())
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.encode() == extract(STORY).to_line()


def test_extract_twice_gives_the_same_bytes(copydesk: Run, story: Path) -> None:
    assert copydesk("extract", "ferry.txt") == copydesk("extract", "ferry.txt")


def test_a_url_chooses_the_adapter_and_gives_the_addresses(copydesk: Run, story: Path) -> None:
    url = "https://en.mercopress.com/2025/12/02/night-ferry"
    article = copydesk("extract", "ferry.txt", "--url", url).article
    assert article.outlet is not None
    assert (article.outlet.id, article.url) == ("mercopress", url)
    assert article.published == "2025-12-02"


def test_a_named_outlet_comes_before_the_url(copydesk: Run, story: Path) -> None:
    url = "https://en.mercopress.com/2025/12/02/night-ferry"
    article = copydesk("extract", "ferry.txt", "--url", url, "--outlet", "okaz").article
    assert article.adapter.id == "okaz"


def test_without_url_and_outlet_the_reading_is_generic(copydesk: Run, story: Path) -> None:
    article = copydesk("extract", "ferry.txt").article
    assert (article.adapter.id, article.outlet) == ("generic", None)


def test_an_unknown_outlet_exits_2_and_names_the_nearest(copydesk: Run, story: Path) -> None:
    done = copydesk("extract", "ferry.txt", "--outlet", "mercopres")
    assert done.returncode == 2
    assert done.fault == "mercopres: no such outlet; did you mean 'mercopress'?"


def test_an_outlet_like_no_other_gets_no_guess(copydesk: Run, story: Path) -> None:
    done = copydesk("extract", "ferry.txt", "--outlet", "zzzzzzzz")
    assert (done.returncode, done.fault) == (2, "zzzzzzzz: no such outlet")


@pytest.mark.parametrize("given", ["text", "text/plain", "text/plain; charset=utf-8", "TEXT/PLAIN"])
def test_the_media_type_can_be_said(copydesk: Run, given: str) -> None:
    words = b"<html> is how a page begins, he said.\nHe wrote the first one on a ferry.\n"
    done = copydesk("extract", "-", "--type", given, stdin=words)
    assert done.returncode == 0
    assert done.article.text.startswith("<html> is how")


@pytest.mark.parametrize("given", ["pdf", "application/json", "image/png"])
def test_a_media_type_that_no_reader_takes_is_wrong_usage(
    copydesk: Run, story: Path, given: str
) -> None:
    for command in ("extract", "explain"):
        done = copydesk(command, "ferry.txt", "--type", given)
        assert (done.returncode, done.fault) == (
            2,
            f"--type {given}: unknown type; use one of text, html, text/plain, text/html, "
            "application/xhtml+xml",
        )


def test_a_page_is_known_by_its_first_bytes(copydesk: Run) -> None:
    words = "The night ferry came back to the harbour on Monday, two hours late. " * 4
    done = copydesk("extract", "-", stdin=f"\n<!DOCTYPE html><p>{words}".encode())
    assert (done.returncode, done.article.document.media_type) == (0, "text/html")


def test_a_page_that_is_no_article_exits_1_and_says_what_it_is(copydesk: Run) -> None:
    page = b"<!doctype html><title>404 Not Found</title><h1>Not Found</h1>"
    done = copydesk("extract", "-", stdin=page)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.fault == "document: error page: its title is '404 Not Found'"


def test_the_encoding_can_be_said(copydesk: Run) -> None:
    words = "Die Fähre fährt wieder, sagte der Kapitän."
    done = copydesk("extract", "-", "--encoding", "cp1252", stdin=words.encode("cp1252"))
    assert (done.returncode, done.stderr) == (0, "")
    assert (done.article.text, done.article.document.encoding) == (words, "windows-1252")


@pytest.mark.parametrize("name", ["no-such-encoding", "base64", "rot13", "undefined", "a\x00b"])
def test_an_encoding_that_is_none_is_told_in_one_line(
    copydesk: Run, story: Path, name: str
) -> None:
    done = copydesk("extract", "ferry.txt", "--encoding", name)
    assert done.returncode == 2
    assert done.fault.startswith("--encoding ")
    assert done.fault.endswith("use a name such as utf-8, windows-1252 or shift_jis")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_tells_the_encoding(copydesk: Run, encoding: str) -> None:
    words = "Die Fähre fährt wieder, sagte der Kapitän."
    done = copydesk("extract", "-", stdin=words.encode(encoding))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.article.text == words


@pytest.mark.parametrize("end", ["\r\n", "\u2028", "\r"], ids=ascii)
def test_line_ends_of_other_systems_end_lines(copydesk: Run, end: str) -> None:
    content = STORY.replace("\n", end).encode()
    assert copydesk("extract", "-", stdin=content).article.text == extract(STORY).text


def test_a_url_that_is_none_costs_no_traceback(copydesk: Run, story: Path) -> None:
    for url in ("http://[::1", "::::", "not a url", "https://a.example/\udcff", "http://a:b:c/"):
        done = copydesk("extract", "ferry.txt", "--url", url)
        assert done.returncode in (0, 1, 2), url
        if done.returncode:
            assert done.fault


def test_output_goes_to_a_file(copydesk: Run, story: Path, tmp_path: Path) -> None:
    (tmp_path / "out.jsonl").write_text("old\n" * 5000, "utf-8")
    line = copydesk("extract", "ferry.txt").stdout
    assert copydesk("extract", "ferry.txt", "-o", "out.jsonl") == Done(0, "", "")
    assert (tmp_path / "out.jsonl").read_text("utf-8") == line
    assert sorted(p.name for p in tmp_path.iterdir()) == ["ferry.txt", "out.jsonl"]


def test_a_failed_reading_leaves_the_old_output(copydesk: Run, tmp_path: Path) -> None:
    (tmp_path / "out.jsonl").write_bytes(b"old\n")
    assert copydesk("extract", "-", "-o", "out.jsonl").returncode == 1
    assert (tmp_path / "out.jsonl").read_bytes() == b"old\n"
    assert [p.name for p in tmp_path.iterdir()] == ["out.jsonl"]


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("no/out.jsonl", "no/out.jsonl: no such folder"),
        ("ferry.txt/out.jsonl", "ferry.txt/out.jsonl: no such folder"),
        (".", ".: is a folder, not a file; add --format markdown or --format text"),
    ],
)
def test_an_output_that_cannot_be_one_exits_2(
    copydesk: Run, story: Path, target: str, told: str
) -> None:
    done = copydesk("extract", "ferry.txt", "-o", target)
    assert (done.returncode, done.fault) == (2, told)


def test_an_output_with_an_impossible_name_is_told_in_one_line(copydesk: Run, story: Path) -> None:
    name = "x" * 250
    done = copydesk("extract", "ferry.txt", "-o", name)
    hint = "choose another file in a folder that you can write to"
    told = f"{name}: cannot be written: file name too long; {hint}"
    assert (done.returncode, done.fault) == (1, told)


@pytest.mark.parametrize("command", ["extract", "replay", "ingest"])
def test_an_output_of_an_unknown_format_exits_2_and_is_not_written(
    copydesk: Run, story: Path, root: Path, tmp_path: Path, command: str
) -> None:
    source = root / "seeds" if command == "replay" else story
    done = copydesk(command, source, "-o", "out.pdf")
    formats = ".jsonl, .ndjson, .jsonl.gz, .ndjson.gz, .jsonl.zst, .ndjson.zst, .parquet"
    more = ".db, .sqlite, .sqlite3, .csv, .md, .txt, .jsonld, .ninjs.json, .ninjs.jsonl"
    told = f"out.pdf: unknown output format '.pdf'; use one of {formats}, {more}"
    # Formats of installed plugins follow.
    assert (done.returncode, done.fault[: len(told)]) == (2, told)
    assert not (tmp_path / "out.pdf").exists()


HEADLINES = """
from copydesk import Article, hookimpl
from copydesk.sinks import Sink

class Headlines:
    def __init__(self, path):
        self.file = path.open("w", encoding="utf-8")
    def add(self, line):
        print(Article.model_validate_json(line).headline, file=self.file)
    def close(self):
        self.file.close()

@hookimpl
def register_sinks(register):
    register(Sink(name="headlines", suffixes=(".heads",), open=Headlines))
"""


@pytest.mark.process
def test_every_command_writes_the_formats_of_plugins(
    copydesk: Run, story: Path, root: Path, tmp_path: Path
) -> None:
    (tmp_path / "heads.py").write_text(HEADLINES, "utf-8")
    seeds = root / "seeds"
    for number, words in enumerate((["extract", story], ["replay", seeds], ["ingest", seeds])):
        out = tmp_path / f"{number}.heads"
        done = copydesk(*words, "-o", out.name, "--plugin", "heads.py")
        assert done.returncode == 0, done.stderr
        assert len(out.read_text("utf-8").splitlines()) == (1 if words[0] == "extract" else 5)
    row = copydesk("plugins", "--plugin", "heads.py").stdout.splitlines()[-1]
    assert row.split() == ["heads.py", "-", "sinks:", "headlines"]


# Bad input


def test_a_missing_file_exits_2(copydesk: Run) -> None:
    done = copydesk("extract", "nowhere.txt")
    assert (done.returncode, done.fault) == (2, "nowhere.txt: no such file")


def test_a_folder_exits_2(copydesk: Run, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    done = copydesk("extract", "folder")
    assert (done.returncode, done.fault) == (
        2,
        "folder: is a folder; use copydesk ingest to read a folder",
    )


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_what_is_no_regular_file_exits_2_without_waiting(copydesk: Run, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    done = copydesk("extract", "pipe")
    assert (done.returncode, done.fault) == (2, "pipe: not a regular file")


@pytest.mark.parametrize("name", ["x" * 300, "ferry.txt/inside"], ids=["too long", "below a file"])
def test_a_path_that_cannot_be_one_exits_2(copydesk: Run, story: Path, name: str) -> None:
    done = copydesk("extract", name)
    assert done.returncode == 2
    assert done.fault.startswith(f"{name}: ")


def test_a_private_address_is_not_fetched(copydesk: Run) -> None:
    done = copydesk("extract", "http://127.0.0.1:9/ferry")
    assert done.returncode == 1
    assert done.fault.startswith("http://127.0.0.1:9/ferry: 127.0.0.1 port 9 is not public")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "no text in it"),
        (b"\xef\xbb\xbf \r\n\t", "no text in it"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, "binary data, not text"),
        ("Für die Fähre übt".encode() + b" \xe4", "byte 0xe4 at offset 21 is not utf-8"),
        (b"\xff\xfea\x00b", "byte 0x62 at offset 2 is not utf-16le"),
    ],
    ids=["empty", "blank", "binary", "undecodable", "half a character"],
)
@pytest.mark.parametrize("command", ["extract", "explain"])
def test_a_document_that_cannot_be_read_exits_1_with_one_line(
    copydesk: Run, tmp_path: Path, command: str, content: bytes, told: str
) -> None:
    (tmp_path / "bad.txt").write_bytes(content)
    done = copydesk(command, "bad.txt")
    assert (done.returncode, done.fault) == (1, f"bad.txt: {told}")
    piped = copydesk(command, "-", stdin=content)
    assert (piped.returncode, piped.fault) == (1, f"document: {told}")


def test_a_nul_gives_an_article_and_one_line_on_stderr(copydesk: Run, tmp_path: Path) -> None:
    (tmp_path / "nul.txt").write_bytes(b"The ferry\x00 sails again from Friday, he said.\n")
    done = copydesk("extract", "nul.txt")
    assert done.returncode == 0
    assert (
        done.stderr
        == "copydesk: nul.txt: 1 NUL character replaced by U+FFFD [characters_replaced]\n"
    )
    assert done.article.text == "The ferry\ufffd sails again from Friday, he said."


def test_a_line_of_50_megabytes_exits_1_with_one_line(copydesk: Run, tmp_path: Path) -> None:
    (tmp_path / "huge.txt").touch()
    os.truncate(tmp_path / "huge.txt", 50 * 1024 * 1024)
    done = copydesk("extract", "huge.txt")
    told = "huge.txt: 52,428,800 bytes, above the limit of 16,777,216"
    assert (done.returncode, done.fault) == (1, told)


def test_a_huge_standard_input_is_not_read_whole(copydesk: Run) -> None:
    done = copydesk("extract", "-", stdin=b"a" * (MAX_BYTES + 5))
    told = "-: is larger than 16,777,216 bytes"
    assert (done.returncode, done.fault) == (1, told)


def test_the_longest_line_that_is_allowed_is_read(process: Run, tmp_path: Path) -> None:
    words = b"The ferry is late, and it sails. "
    (tmp_path / "long.txt").write_bytes((words * (MAX_BYTES // len(words) + 1))[:MAX_BYTES])
    done = process("extract", "long.txt", "-o", "out.jsonl")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    article = Article.model_validate_json((tmp_path / "out.jsonl").read_bytes())
    assert article.document.characters == MAX_BYTES


def test_a_bad_input_as_a_process_is_one_line_and_no_traceback(process: Run) -> None:
    done = process("extract", "-", stdin=bytes(1000))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "copydesk: document: binary data, not text\n"


# explain


def test_explain_shows_every_segment_with_role_and_rule(copydesk: Run, tmp_path: Path) -> None:
    text = f"{STORY}\nSign up now: The best stories of the week in your inbox\n"
    (tmp_path / "ferry.txt").write_text(text, "utf-8")
    done = copydesk("explain", "ferry.txt", "--outlet", "straits-times")
    assert (done.returncode, done.stderr) == (0, "")
    draft, _ = read(Document(content=text.encode()), None)
    rows = done.stdout.splitlines()
    for row, segment in zip(rows, draft.segments, strict=False):
        assert row.endswith(f"  {segment.text}")
    assert [row.split()[:2] for row in rows[:3]] == [
        ["+", "headline"],
        ["=", "paragraph"],
        ["-", "newsletter_promo"],
    ]
    assert rows[3] == ""
    assert rows[-1].startswith("3 segments: ")
    assert rows[-1].endswith(f"{len(rows[2].split('  ')[-1])} removed")


def test_explain_tells_where_fields_came_from_and_warns(copydesk: Run, tmp_path: Path) -> None:
    (tmp_path / "ferry.txt").write_text(STORY.replace("ferry to", "ferry\x00to"), "utf-8")
    url = "https://quaycourier.example/2025/12/02/ferry"
    rows = copydesk("explain", "ferry.txt", "--url", url).stdout.splitlines()
    assert any(row.startswith("published: url") and "'2025/12/02'" in row for row in rows)
    assert "warning: 1 NUL character replaced by U+FFFD [characters_replaced]" in rows


def test_explain_prints_no_escape_of_the_document(copydesk: Run, tmp_path: Path) -> None:
    evil = STORY.replace("islands", "\x1b]0;islands\x07\u202e\x9b")
    (tmp_path / "ferry.txt").write_text(evil, "utf-8")
    out = copydesk("explain", "ferry.txt").stdout
    assert not {"\x1b", "\x07", "\u202e", "\x9b"} & set(out)
    assert "]0;islands\\u009b" in out


def test_explain_shows_a_list_mark(copydesk: Run, tmp_path: Path) -> None:
    items = "- The ferry sails on Friday\n- It calls at two islands\n"
    (tmp_path / "ferry.txt").write_text(f"{STORY}\n{items}", "utf-8")
    out = copydesk("explain", "ferry.txt").stdout
    assert "  - The ferry sails on Friday\n" in out


def test_explain_is_coloured_in_a_terminal_only(copydesk: Run, story: Path) -> None:
    text = f"{STORY}\nSign up now: The best stories of the week in your inbox\n"
    draft, article = read(Document(content=text.encode()), None)
    lines = [*terminal.shown(draft, article, None, [], colour=True)][:3]
    assert [line[:5] for line in lines] == ["\x1b[34m", "\x1b[32m", "\x1b[31m"]
    for line, segment in zip(lines, draft.segments, strict=True):
        assert line.endswith(f"  {segment.text}\x1b[0m")
    assert "\x1b" not in copydesk("explain", str(story)).stdout


def test_explain_json_is_the_partition(copydesk: Run, story: Path) -> None:
    done = copydesk("explain", "ferry.txt", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    draft, _ = read(Document(content=STORY.encode()), None)
    told: list[Stretch] = json.loads(done.stdout)
    assert told == partition.partition(draft)
    assert partition.faults(STORY, told) == []
    covered = {i for s in told for i in range(s["start"], s["end"])}
    assert all(STORY[i].isspace() for i in range(len(STORY)) if i not in covered)


@pytest.mark.parametrize("flags", [[], ["--json"]], ids=["text", "json"])
@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda found: found[1:], "characters 0 to 38 are in no segment: 'Night ferry"),
        (lambda found: found[:1] + found, "characters 0 to 36 are in two segments"),
    ],
    ids=["gap", "overlap"],
)
def test_explain_exits_1_on_a_gap_or_an_overlap(
    copydesk: Run,
    story: Path,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[list[Any]], list[Any]],
    told: str,
    flags: list[str],
) -> None:
    whole = partition.partition

    def spoiled(draft: Draft) -> list[Stretch]:
        return change(whole(draft))

    monkeypatch.setattr(partition, "partition", spoiled)
    done = copydesk("explain", "ferry.txt", *flags)
    assert done.returncode == 1
    assert done.stdout
    assert done.stderr.startswith(f"copydesk: ferry.txt: {told}")
    assert done.stderr.count("\n") == 1


def test_explain_tells_each_field_with_value_selector_and_what_was_not_taken(
    copydesk: Run, tmp_path: Path, quay: Path
) -> None:
    quay.write_text(PLUGIN.replace('body = "article"', 'body = "article"\n    byline = "div.who"'))
    page = (
        "<html lang=en><title>Ferry is back - Quay</title><article><h1>Ferry is back</h1>"
        f"<div class=who>By Tom Reed</div><p>{STORY}<p>{STORY}</article>"
    )
    (tmp_path / "ferry.html").write_text(page, "utf-8")
    rows = copydesk(
        "explain", "ferry.html", "--outlet", "quay-courier", "--plugin", quay
    ).stdout.splitlines()  # fmt: skip
    for row in (
        'headline = "Said by the adapter"',
        "headline: outlet (quay-courier:headline)  'Said by the adapter'",
        "headline, quay-courier:headline is: def headline(self, page)",
        "headline, not taken: html (html.title)  'Ferry is back - Quay'",
        'byline = "By Tom Reed"',
        "byline: outlet (quay-courier:byline)  'By Tom Reed'",
        "byline, quay-courier:byline is: div.who",
        'body = {"paragraph": 2}',
        "body: rule (html.paragraph)  2 segments",
        "standfirst = null",
    ):
        assert row in rows


def test_explain_field_shows_that_field_alone(copydesk: Run, tmp_path: Path) -> None:
    (tmp_path / "ferry.txt").write_text(STORY.replace("\n\n", "\nBy Tom Reed\n\n"), "utf-8")
    done = copydesk("explain", "ferry.txt", "--field", "byline", "--field", "authors")
    assert done.stdout.splitlines() == [
        "+ byline  byline.opened  By Tom Reed",
        "",
        'byline = "By Tom Reed"',
        "byline: rule (byline.opened)  'By Tom Reed'",
        'authors = [{"name": "Tom Reed", "role": null, "organisation": null, "url": null, '
        '"raw": "By Tom Reed"}]',
        "authors: rule (byline.opened)  'By Tom Reed'",
    ]
    assert (
        copydesk("explain", "ferry.txt", "--field", "standfirst").stdout == "\nstandfirst = null\n"
    )


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        (["--field", "hedline"], "hedline: no such field; did you mean 'headline'?"),
        (["--field", "body", "--json"], "--field cannot be used with --json or --html"),
        (["--html", "."], ".: is a folder, not a file"),
        (["--html", "no/page.html"], "no/page.html: no such folder"),
    ],
)
def test_explain_refuses_what_it_cannot_show_or_write(
    copydesk: Run, story: Path, flags: list[str], told: str
) -> None:
    done = copydesk("explain", "ferry.txt", *flags)
    assert (done.returncode, done.fault) == (2, told)


def test_explain_html_writes_a_page_and_prints_nothing(
    copydesk: Run, story: Path, tmp_path: Path
) -> None:
    target = tmp_path / "page.html"
    target.write_text("what was there", "utf-8")
    assert copydesk("explain", "ferry.txt", "--html", "page.html") == Done(0, "", "")
    page = target.read_text("utf-8")
    assert page.startswith("<!doctype html>\n")
    assert "Night ferry returns after nine years" in page
    assert copydesk("explain", "ferry.txt", "--html", "page.html").returncode == 0
    assert target.read_text("utf-8") == page
    both = copydesk("explain", "ferry.txt", "--html", "page.html", "--json")
    assert json.loads(both.stdout)[0]["role"] == "headline"


@pytest.mark.parametrize("name", ["ferry.txt", "link.html"])
def test_explain_html_never_replaces_what_is_read(
    copydesk: Run, story: Path, tmp_path: Path, name: str
) -> None:
    (tmp_path / "link.html").symlink_to("ferry.txt")
    before = (tmp_path / "ferry.txt").read_bytes()
    done = copydesk("explain", "ferry.txt", "--html", name)
    assert (done.returncode, done.fault) == (
        2,
        f"{name}: is also the input; choose another output file",
    )
    assert (tmp_path / "ferry.txt").read_bytes() == before


def test_explain_html_leaves_the_old_page_where_there_is_no_article(
    copydesk: Run, tmp_path: Path
) -> None:
    (tmp_path / "page.html").write_text("what was there", "utf-8")
    (tmp_path / "empty.txt").write_text(" \n", "utf-8")
    assert copydesk("explain", "empty.txt", "--html", "page.html").returncode == 1
    assert (tmp_path / "page.html").read_text("utf-8") == "what was there"


def test_explain_html_tells_a_fault_on_the_page_and_by_its_exit_code(
    copydesk: Run, story: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = partition.partition
    monkeypatch.setattr(partition, "partition", lambda draft: whole(draft)[1:])
    done = copydesk("explain", "ferry.txt", "--html", "page.html")
    assert done.returncode == 1
    assert done.stderr.startswith("copydesk: ferry.txt: characters 0 to 38 are in no segment")
    page = (tmp_path / "page.html").read_text("utf-8")
    assert "The counts do not add up" in page


def test_explain_takes_an_outlet_and_refuses_an_unknown_one(copydesk: Run, story: Path) -> None:
    assert copydesk("explain", "ferry.txt", "--outlet", "okaz").returncode == 0
    done = copydesk("explain", "ferry.txt", "--outlet", "okay")
    assert (done.returncode, done.fault) == (2, "okay: no such outlet; did you mean 'okaz'?")


# outlets, plugins


def test_outlets_list_has_a_row_for_each_in_the_order_of_ids(copydesk: Run) -> None:
    done = copydesk("outlets", "list")
    assert (done.returncode, done.stderr) == (0, "")
    rows = [row.split("\t") for row in done.stdout.splitlines()]
    ids = [row[0] for row in rows]
    assert ids == sorted(ids)
    assert {"daily-ittehad", "inkl", "mercopress", "okaz", "straits-times"} <= set(ids)
    name, country = "The Straits Times", "SG"
    assert ["straits-times", name, "straitstimes.com", country, "en", "yes", "-"] in rows


def test_outlets_show_says_what_the_adapter_says(copydesk: Run, quay: Path) -> None:
    done = copydesk("outlets", "show", "quay-courier", "--plugin", "quay.py")
    assert (done.returncode, done.stderr) == (0, "")
    rows = [tuple(row.split("  ", 1)) for row in done.stdout.splitlines()]
    said = [(name, value.strip()) for name, value in rows if name != "version"]
    assert said == [
        ("id", "quay-courier"),
        ("name", "Quay Courier"),
        ("registered by", "quay.py"),
        ("domains", "quaycourier.example"),
        ("country", "GB"),
        ("language", "en"),
        ("timezone", "Europe/London"),
        ("feed", "https://quaycourier.example/rss"),
        ("body", "article"),
        ("headline", "(method)"),
        ("strip related", ".more"),
        ("strip newsletter_promo", "/^Wake up to/"),
        ("strip newsletter_promo", ".signup"),
        ("rule", "line tides: /Tides:/"),
    ]


def test_outlets_show_leaves_out_what_an_adapter_does_not_say(
    copydesk: Run, tmp_path: Path
) -> None:
    (tmp_path / "bare.py").write_text(
        "from copydesk import Layout, Outlet\n"
        "class Bare(Outlet):\n"
        "    id = 'bare'\n"
        "    name = 'Bare'\n"
        "    layouts = (Layout('2025', matches='main'),)\n",
        "utf-8",
    )
    done = copydesk("outlets", "show", "bare", "--plugin", "bare.py")
    names = [row.split("  ")[0] for row in done.stdout.splitlines()]
    assert names == ["id", "name", "registered by", "domains", "version", "layout"]
    assert done.stdout.endswith("2025: main\n")


def test_outlets_show_of_an_unknown_one_exits_2_with_the_nearest(copydesk: Run) -> None:
    done = copydesk("outlets", "show", "strait-times")
    assert done.returncode == 2
    assert (
        done.fault
        == "strait-times: no such outlet; did you mean 'straits-times' or 'taipei-times'?"
    )


def test_plugins_names_each_with_distribution_and_outlets(copydesk: Run) -> None:
    done = copydesk("plugins")
    assert (done.returncode, done.stderr) == (0, "")
    row = next(row for row in done.stdout.splitlines() if f"copydesk {version('copydesk')}" in row)
    assert "mercopress" in row


def test_plugins_tells_one_that_registers_nothing(copydesk: Run, tmp_path: Path) -> None:
    (tmp_path / "idle.py").write_text("", "utf-8")
    row = copydesk("plugins", "--plugin", "idle.py").stdout.splitlines()[-1]
    assert row.split() == ["idle.py", "-", "nothing"]


def test_a_plugin_file_is_used_without_installing_it(
    copydesk: Run, quay: Path, story: Path
) -> None:
    story.write_text(f"{STORY}\nTides: 04:12, 16:40\n", "utf-8")
    for choice in (["--url", "https://www.quaycourier.example/a"], ["--outlet", "quay-courier"]):
        done = copydesk("extract", "ferry.txt", "--plugin", "quay.py", *choice)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.article.adapter.id == "quay-courier"
        assert done.article.headline == "Said by the adapter"
        assert "page_furniture" in [removed.kind for removed in done.article.removed]


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (None, "no such file"),
        ("def (:\n", "SyntaxError"),
        ("raise RuntimeError('broken\\nin two')\n", "RuntimeError: broken in two"),
        ("raise SystemExit(0)\n", "SystemExit"),
        ("from copydesk import Outlet\nclass A(Outlet):\n    id = 'A b'\n    name = 'A'\n", "A.id"),
        (PLUGIN.replace('"quay-courier"', '"mercopress"'), "id 'mercopress' belongs to"),
    ],
    ids=["missing", "syntax", "raises", "exits", "bad class", "claimed id"],
)
@pytest.mark.parametrize(
    "command",
    [["extract", "ferry.txt"], ["explain", "ferry.txt"], ["replay", "."], ["outlets", "list"]],
    ids=" ".join,
)  # fmt: skip
def test_a_bad_plugin_exits_2_with_one_line_and_nothing_is_done(
    copydesk: Run, story: Path, tmp_path: Path, command: list[str], source: str | None, told: str
) -> None:
    if source is not None:
        (tmp_path / "bad.py").write_text(source, "utf-8")
    done = copydesk(*command, "--plugin", "bad.py")
    assert done.returncode == 2
    assert done.fault.startswith("plugin 'bad.py': ")
    assert told in done.fault


def test_plugins_shows_a_bad_plugin_and_why_and_is_well(copydesk: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text("raise RuntimeError('broken\\nin two')\n", "utf-8")
    done = copydesk("plugins", "--plugin", "bad.py")
    assert (done.returncode, done.stderr) == (0, "")
    row = done.stdout.splitlines()[-1]
    assert row.split(maxsplit=2) == ["bad.py", "-", "failed: RuntimeError: broken in two"]


def test_a_module_that_is_not_there_exits_2(copydesk: Run, story: Path) -> None:
    done = copydesk("extract", "ferry.txt", "--plugin", "no_such_module_of_outlets")
    assert done.returncode == 2
    assert "No module named 'no_such_module_of_outlets'" in done.fault


@pytest.fixture
def broken_distribution(tmp_path: Path) -> Path:
    """A folder with an installed distribution whose plugin cannot be imported."""
    site = tmp_path / "site"
    info = site / "copydesk_broken-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: copydesk-broken\nVersion: 1.0\n", "utf-8"
    )
    (info / "entry_points.txt").write_text("[copydesk]\nbroken = copydesk_broken\n", "utf-8")
    (site / "copydesk_broken.py").write_text("raise SystemExit('not today')\n", "utf-8")
    return site


def test_an_installed_plugin_that_fails_costs_a_warning_and_no_other_outlet(
    copydesk: Run, story: Path, broken_distribution: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(broken_distribution))
    done = copydesk("extract", "ferry.txt", "--outlet", "mercopress")
    assert done.returncode == 0
    assert done.article.adapter.id == "mercopress"
    assert done.stderr.count("\n") == 1
    for word in ("warning", "'broken'", "copydesk-broken", "not today"):
        assert word in done.stderr
    listed = copydesk("plugins")
    assert listed.returncode == 0
    row = next(row for row in listed.stdout.splitlines() if row.startswith("broken "))
    assert "copydesk-broken 1.0" in row
    assert "failed: SystemExit: not today" in row


# schema, validate


def references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "$ref":
                yield inner
            else:
                yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def test_schema_is_a_json_schema_of_the_record(copydesk: Run) -> None:
    done = copydesk("schema")
    assert (done.returncode, done.stderr) == (0, "")
    schema = json.loads(done.stdout)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["type"] == "object"
    assert list(schema["properties"]) == list(Article.model_fields)
    assert schema["required"] == list(Article.model_fields)
    assert schema["additionalProperties"] is False
    found = set(references(schema))
    assert found == {f"#/$defs/{name}" for name in schema["$defs"]}


def test_validate_takes_what_extract_writes(copydesk: Run, story: Path) -> None:
    copydesk("extract", "ferry.txt", "-o", "a.jsonl")
    assert copydesk("validate", "a.jsonl") == Done(0, "1 record: 1 valid, 0 not\n", "")
    assert copydesk("validate", "a.jsonl", "a.jsonl") == Done(0, "2 records: 2 valid, 0 not\n", "")


def test_validate_names_every_bad_line_and_passes_over_blank_ones(
    copydesk: Run, tmp_path: Path
) -> None:
    good = extract(STORY).to_line()
    wrong = good.replace(b'"schema_version":"2"', b'"schema_version":"1"')
    (tmp_path / "a.jsonl").write_bytes(good + b"\n" + wrong + b" \r\n[]\n\xff\n" + good)
    done = copydesk("validate", "a.jsonl")
    assert (done.returncode, done.stdout) == (1, "5 records: 2 valid, 3 not\n")
    rows = done.stderr.splitlines()
    assert [row.split(": ")[1] for row in rows] == ["a.jsonl:3", "a.jsonl:5", "a.jsonl:6"]
    assert "has schema version '1', not '2'" in rows[0]


def test_validate_of_an_empty_file_finds_no_record(copydesk: Run, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").touch()
    assert copydesk("validate", "a.jsonl") == Done(0, "0 records: 0 valid, 0 not\n", "")


def test_validate_of_a_missing_file_exits_2_before_any_is_read(
    copydesk: Run, tmp_path: Path
) -> None:
    (tmp_path / "bad.jsonl").write_bytes(b"nonsense\n")
    done = copydesk("validate", "bad.jsonl", "nowhere.jsonl")
    assert (done.returncode, done.fault) == (2, "nowhere.jsonl: no such file")


def test_validate_of_a_folder_exits_2(copydesk: Run) -> None:
    done = copydesk("validate", ".")
    assert (done.returncode, done.fault) == (2, ".: has no files of articles")


@pytest.mark.skipif(not Path("/proc/self/mem").is_file(), reason="no unreadable file here")
@pytest.mark.parametrize("command", ["validate", "extract"])
def test_a_file_that_cannot_be_read_exits_2(copydesk: Run, command: str) -> None:
    # The first page of a process is never mapped: reading it is an error of the system.
    done = copydesk(command, "/proc/self/mem")
    assert (done.returncode, done.fault) == (2, "/proc/self/mem: input/output error")


# What people read


@pytest.mark.parametrize(
    "char",
    ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\x9b", "\u200b", "\u200f", "\u2028", "\u202e",
     "\u2066", "\u2069", "\u061c", "\ufeff", "\t", "\r"],
    ids=ascii,
)  # fmt: skip
def test_a_character_that_a_terminal_obeys_is_written_out(char: str) -> None:
    assert safe(f"a{char}b") == f"a\\u{ord(char):04x}b"


def test_a_text_becomes_one_line() -> None:
    assert safe("one\ntwo\n") == "one two "


def test_words_of_any_script_are_left_alone() -> None:
    words = "Straße — “عكاظ” 夜行 😀 é"
    assert safe(words) == words


def test_tags_that_cannot_be_seen_are_written_out_with_all_their_digits() -> None:
    assert safe("a\U000e0041b") == "a\\U000e0041b"


def test_a_complaint_is_one_line_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    to_stderr("a.txt: one\ntwo \x1b[31m")
    assert capsys.readouterr() == ("", "copydesk: a.txt: one two \\u001b[31m\n")


def test_a_table_is_aligned_and_never_cut(capsys: pytest.CaptureFixture[str]) -> None:
    table([("a", "x" * 300, "1"), ("long", "y", "")])
    assert capsys.readouterr().out == f"a     {'x' * 300}  1\nlong  y\n"


def test_a_table_without_rows_is_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    table([])
    assert capsys.readouterr().out == ""


def test_a_table_stays_aligned_where_a_character_is_written_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    table([("a\x1b", "1"), ("abcdefgh", "2")])
    first, second = capsys.readouterr().out.splitlines()
    assert first.rindex("1") == second.rindex("2")
