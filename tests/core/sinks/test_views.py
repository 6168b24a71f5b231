"""CSV, Markdown and text: what they show is true, and the texts come back from them."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
from tests.conftest import Run

from copydesk import Article, OutputError, extract
from copydesk.adapters import loading
from copydesk.errors import RecordError, SourceError
from copydesk.sinks.base import BUILT_IN, write
from copydesk.sinks.fields import FLAT_FIELDS
from copydesk.sinks.views import delimited, files, flat

WORDS = """weir river stone mill soup bank flood 'quoted' "double" =SUM(A1) @home -5 +7 * _ # > | a,b
<tag> &amp; naïve Straße 水车 Ωμέγα C:\\temp [x](y) `code` 1. 50% $x$ — ; \N{ZERO WIDTH JOINER}""".split()


def sentence(random: Random) -> str:
    words = " ".join(random.choices(WORDS, k=random.randint(8, 30)))
    return f"The council of the valley said {words} in the old mill."


def page(number: int) -> str:
    """Return a page with every kind of block, in words that are signs of some format."""
    random = Random(number)

    def text() -> str:
        made = sentence(random).replace("&", "&amp;").replace("<", "&lt;")
        return made.replace(" old ", ' <b>old</b> <a href="/mill">stone</a> ')

    blocks = [f"<p>{text()}</p>" for _ in range(4)]
    blocks += [
        f"<ul><li>{text()}</li><li>{text()}<ol><li>{text()}</li></ol></li></ul>",
        f"<ol><li>{text()}</li><li>{text()}</li></ol>",
        f"<blockquote><p>{text()}</p></blockquote>",
        f"<h2>{text()[:40].split('<')[0].split('&')[0]}</h2><p>{text()}</p>",
        f"<table><tr><th>{text()}</th><th>b|c</th></tr><tr><td>{text()}</td><td>2</td></tr></table>",
        f"<pre><code>if a &lt; {number}:\n    print('```')\n</code></pre>",
    ]
    random.shuffle(blocks)
    head = text().replace("<b>", "").replace("</b>", "").split("<a")[0]
    return (
        f'<html lang="en"><article><h1>{number} {head}</h1>'
        f'<time datetime="2026-03-{number % 28 + 1:02}T09:30:00+00:00"></time>'
        f'<p class="byline">By Ann Lee and Bo Marsh</p><p>{text()}</p>{"".join(blocks)}'
        f"<p>{text()}</p></article>"
    )


@pytest.fixture(scope="module")
def articles() -> list[Article]:
    return [extract(page(n), url=f"https://echo.example/weir/{n}") for n in range(200)]


@pytest.fixture(scope="module")
def few(articles: list[Article]) -> list[Article]:
    return articles[:5]


def sink(name: str) -> Any:
    return loading.load().registry.sinks[name]


def texts(path: Path, name: str) -> dict[str, str]:
    found = (json.loads(line) for line in sink(name).read(path))
    return {record["id"]: record["text"] for record in found}


@pytest.mark.parametrize(
    ("name", "file"), [("sqlite", "a.db"), ("csv", "a.csv"), ("markdown", "a")]
)
def test_two_hundred_pages_come_back_with_the_same_texts(
    name: str, file: str, articles: list[Article], tmp_path: Path
) -> None:
    assert sum(len(one.body) for one in articles) > 200 * 12
    write(sink(name), tmp_path / file, articles)
    assert texts(tmp_path / file, name) == {one.id: one.text for one in articles}


def test_two_hundred_pages_go_from_format_to_format_and_back(
    articles: list[Article], copydesk: Run, tmp_path: Path
) -> None:
    write(sink("jsonl"), tmp_path / "a.jsonl", articles)
    for words in (
        ["a.jsonl", "a.db"],
        ["a.db", "a.csv"],
        ["a.csv", "b", "--format", "markdown"],
        ["b", "b.csv"],
        ["b.csv", "c", "--format", "text"],
        ["a.db", "b.jsonl"],
    ):
        done = copydesk("convert", *words)
        assert (done.returncode, done.stderr) == (0, "copydesk: 200 records: 200 written, 0 not\n")
    assert (tmp_path / "b.jsonl").read_bytes() == (tmp_path / "a.jsonl").read_bytes()
    wanted = {one.id: one.text for one in articles}
    assert texts(tmp_path / "b.csv", "csv") == wanted
    shown = sorted(path.read_text("utf-8") for path in (tmp_path / "c").iterdir())
    assert shown == sorted(f"{one.headline}\n\n{one.text}\n" for one in articles)


# CSV


def test_csv_has_one_row_for_each_article_with_its_flat_fields(
    few: list[Article], tmp_path: Path
) -> None:
    write(sink("csv"), tmp_path / "a.csv", few)
    data = (tmp_path / "a.csv").read_bytes()
    assert data.startswith(b"id,revision,url,")
    assert data.endswith(b"\r\n")
    with (tmp_path / "a.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["headline"] for row in rows] == [one.headline for one in few]
    assert {row["authors"] for row in rows} == {"Ann Lee; Bo Marsh"}
    assert rows[0]["site_domain"] == "echo.example"
    assert rows[0]["published"] == "2026-03-01T09:30:00+00:00"
    assert rows[0]["word_count"] == str(len(few[0].text.split()))
    assert rows[0]["section"] == ""


def test_csv_of_csv_is_the_same_file(few: list[Article], copydesk: Run, tmp_path: Path) -> None:
    write(sink("csv"), tmp_path / "a.csv", few)
    assert copydesk("convert", "a.csv", "b.csv").returncode == 0
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("id,text\r\n", "has no column 'revision'"),
        ("id,revision,text,mine\r\n", "has an unknown column 'mine'"),
        ("id,revision,text\r\n1,2\r\n", "a.csv:2: has 2 cells, not 3"),
        ('id,revision,text\r\n1,2,"x\r\n', "is no CSV in UTF-8"),
        ("id,revision,text\r\n1,2,\udcff\r\n", "is no CSV in UTF-8"),
        ("", "has no column 'id'"),
    ],
)
def test_another_csv_is_refused_in_one_line(content: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(SourceError, match=told):
        list(delimited.read(tmp_path / "a.csv"))


def test_a_csv_that_a_spreadsheet_saved_with_a_mark_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("\ufefftext,id,revision\r\nIt holds.,1,2\r\n", "utf-8")
    (line,) = delimited.read(tmp_path / "a.csv")
    assert json.loads(line)["text"] == "It holds."


# Files


def test_a_folder_has_a_file_for_each_article_named_by_day_headline_and_id(
    few: list[Article], tmp_path: Path
) -> None:
    write(sink("markdown"), tmp_path / "a", few)
    names = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert len(names) == 5
    assert names[0].startswith("2026-03-01-0-the-council-of-the-valley-said-")
    assert names[0].endswith(f"-{few[0].id[:12]}.md")


def test_an_article_that_changed_has_one_file(few: list[Article], tmp_path: Path) -> None:
    one = few[0]
    for headline in ("First", "Second 水车"):
        write(sink("text"), tmp_path / "a", [one.model_copy(update={"headline": headline})])
    (path,) = (tmp_path / "a").iterdir()
    assert path.name == f"2026-03-01-second-水车-{one.id[:12]}.txt"


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"id": "../../outside"}, "2026-03-01-weir-"),
        ({"id": ""}, "2026-03-01-weir-"),
        ({"published": "/tmp/away/"}, "undated-weir-"),
        ({"published": "../../../x"}, "undated-weir-"),
    ],
)
def test_no_record_leads_out_of_its_folder(
    change: dict[str, str], name: str, few: list[Article], tmp_path: Path
) -> None:
    one = few[0].model_copy(update={"headline": "../../Weir/..", **change})
    write(sink("markdown"), tmp_path / "a", [one])
    (path,) = tmp_path.rglob("*.md")
    assert path.parent == tmp_path / "a"
    assert path.name.startswith(name)


def test_articles_whose_ids_begin_alike_have_a_file_each(
    few: list[Article], tmp_path: Path
) -> None:
    ids = [f"{'ab' * 8}{number:016x}" for number in range(3)]
    alike = [few[0].model_copy(update={"id": one}) for one in ids]
    write(sink("text"), tmp_path / "a", alike)
    names = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert len(names) == 3
    write(sink("text"), tmp_path / "a", alike)
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == names


def test_front_matter_is_yaml_of_json_values(few: list[Article], tmp_path: Path) -> None:
    odd = few[0].model_copy(update={"headline": 'A: "b" # \u2028 é', "tags": ["x: y", "- z"]})
    write(sink("markdown"), tmp_path / "a.md", [odd])
    front = (tmp_path / "a.md").read_text("utf-8").split("---\n")[1].splitlines()
    assert 'headline: "A: \\"b\\" # \\u2028 é"' in front
    assert 'tags: ["x: y", "- z"]' in front
    assert not [line for line in front if line.startswith("section")]
    (line,) = files.read_markdown(tmp_path / "a.md")
    assert isinstance(line, bytes)
    assert json.loads(line)["headline"] == odd.headline


def test_a_file_with_the_suffix_is_one_article(few: list[Article], tmp_path: Path) -> None:
    told = "a.md: is one article; for more name a folder: a --format markdown"
    with pytest.raises(OutputError, match=told):
        write(sink("markdown"), tmp_path / "a.md", few)
    assert not (tmp_path / "a.md").exists()


def test_a_file_without_front_matter_is_told_and_the_others_are_read(
    few: list[Article], tmp_path: Path
) -> None:
    write(sink("markdown"), tmp_path / "a", few)
    (tmp_path / "a" / "0.md").write_text("# Notes\n")
    (tmp_path / "a" / "1.md").write_text('---\nid: "1"\nrevision: 2x\n---\n')
    found = list(files.read_markdown(tmp_path / "a"))
    errors = [str(one) for one in found if isinstance(one, RecordError)]
    assert [error.partition("has no")[0][-6:] for error in errors] == ["0.md: ", "1.md: "]
    assert len(found) == 7


def test_an_edited_file_gives_the_edited_text(few: list[Article], tmp_path: Path) -> None:
    write(sink("markdown"), tmp_path / "a.md", few[:1])
    front = (tmp_path / "a.md").read_text("utf-8").split("---\n")[1]
    (tmp_path / "a.md").write_text(f"---\n{front}---\n*New* words.\n\n- one\n- two\n", "utf-8")
    assert list(texts(tmp_path / "a.md", "markdown").values()) == ["New words.\n\none\ntwo"]


# Commands


def test_a_format_is_named_where_no_suffix_says_it(
    copydesk: Run, few: list[Article], tmp_path: Path
) -> None:
    write(sink("jsonl"), tmp_path / "a.jsonl", few)
    told = "out: is a folder, not a file; add --format markdown or --format text"
    (tmp_path / "out").mkdir()
    assert copydesk("convert", "a.jsonl", "out").fault == told
    done = copydesk("convert", "a.jsonl", "out", "--format", "markdwon")
    assert done.returncode == 2
    assert done.fault.startswith("--format markdwon: no such format; use one of jsonl, ")
    assert done.fault.endswith("; did you mean 'markdown'?")
    assert copydesk("convert", "a.jsonl", "out", "--format", "md").returncode == 0
    told = "out: already exists; use --append"
    assert copydesk("convert", "a.jsonl", "out", "--format", "md").fault == told
    done = copydesk("convert", "a.jsonl", "out", "--format", "md", "--overwrite")
    assert done.fault == "out: has files, which are not removed; use --append to add to them"
    assert copydesk("convert", "a.jsonl", "out", "--format", "md", "--append").returncode == 0
    assert len(list((tmp_path / "out").iterdir())) == 5
    assert copydesk("convert", "a.jsonl", "x.data", "--format", "csv").returncode == 0
    done = copydesk("convert", "a.jsonl", "-", "--format", "csv")
    assert done.fault == "--format cannot be used with standard output, which is JSON Lines"


def test_a_view_cannot_become_a_record_and_says_so_in_one_line(
    copydesk: Run, few: list[Article], tmp_path: Path
) -> None:
    write(sink("csv"), tmp_path / "a.csv", few)
    done = copydesk("convert", "a.csv", "b.jsonl")
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "copydesk: a.csv: 5 records without previous, requested_url, breadcrumbs and 10 more; such a "
        "record is no whole article, and can only become csv, markdown or text",
        "copydesk: b.jsonl: is not written, since no input has an article for it",
        "copydesk: 5 records: 0 written, 5 not",
    ]


@pytest.mark.process
def test_a_run_writes_a_folder_and_adds_to_it(copydesk: Run, root: Path, tmp_path: Path) -> None:
    seeds = root / "seeds"
    assert copydesk("ingest", seeds, "-o", "out", "--format", "text", "-q").returncode == 0
    done = copydesk("ingest", seeds, "-o", "out", "--format", "text", "-q")
    assert done.fault == "out: has files, which are not removed; use --append to add to them"
    done = copydesk("ingest", seeds, "-o", "out", "--format", "text", "-q", "--append")
    assert done.returncode == 0
    assert len(list((tmp_path / "out").iterdir())) == 5
    done = copydesk("ingest", "out", "-o", "out/more", "--format", "text", "-q")
    assert done.fault == "out/more: is an input of this run; choose another output file"


@pytest.mark.process
@pytest.mark.parametrize("more", [(), ("--append",), ("--overwrite",)])
def test_a_run_that_may_have_several_articles_is_refused_a_file_for_one(
    more: tuple[str, ...], copydesk: Run, root: Path, tmp_path: Path
) -> None:
    told = (
        "notes.md: is one file for one article, and this run may have more; "
        "write a folder of files with -o notes --format markdown"
    )
    seeds = root / "seeds"
    done = copydesk("ingest", seeds, "-o", "notes.md", *more)
    assert (done.returncode, done.fault) == (2, told)
    assert copydesk("ingest", "https://echo.example/", "-o", "notes.md").fault == told
    assert list(tmp_path.iterdir()) == []
    page = root / "seeds" / "000_568368e7c9438ff4.txt"
    assert copydesk("ingest", page, "-o", "one.md", "-q").returncode == 0
    assert copydesk("ingest", seeds, "-o", "first.txt", "-q", "--limit", "1").returncode == 0
    assert sorted(p.name for p in tmp_path.iterdir() if p.suffix != ".state") == [
        "first.txt",
        "one.md",
    ]
    done = copydesk("replay", seeds, "-o", "again.md")
    told = "again.md: is one file for one article; write JSON Lines and convert them"
    assert (done.returncode, done.fault) == (2, told)


def test_the_fields_of_a_view_are_those_that_it_has() -> None:
    views = {one.name: one.fields for one in BUILT_IN if one.fields}
    assert views.keys() == {"csv", "markdown", "text"}
    assert set(FLAT_FIELDS) <= set(Article.model_fields)
    line = flat.line_of({"id": "1", "revision": "2"})
    assert set(json.loads(line)) == {"schema_version", *FLAT_FIELDS} - {"lead_image"}


@pytest.mark.parametrize("name", ["a.txt", "a.csv", "a.md", "a.jsonld", "a.data"])
def test_records_are_read_whatever_the_name_of_the_file(
    name: str, few: list[Article], copydesk: Run, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(b"".join(one.to_line() for one in few))
    assert copydesk("validate", name).stdout == "5 records: 5 valid, 0 not\n"


def test_a_text_cannot_be_read_back_and_nothing_is_written(
    few: list[Article], copydesk: Run, tmp_path: Path
) -> None:
    write(sink("text"), tmp_path / "a.txt", few[:1])
    done = copydesk("convert", "a.txt", "b.csv")
    assert (done.returncode, done.fault) == (2, "a.txt: cannot be read back: text has no records")
    assert not (tmp_path / "b.csv").exists()
