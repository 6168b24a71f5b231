"""The command `stories`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from tests.conftest import Run
from tests.core.stories.test_seeds_story import lines

from copydesk.stories.shapes import Story


@pytest.fixture
def articles(root: Path, tmp_path: Path) -> Path:
    path = tmp_path / "articles.jsonl"
    path.write_bytes(b"".join(line + b"\n" for line in lines(root)))
    return path


def test_stories_are_lines_on_standard_output_or_in_a_file(
    articles: Path, copydesk: Run, tmp_path: Path
) -> None:
    done = copydesk("stories", "articles.jsonl")
    assert done.returncode == 0
    assert done.stderr == "copydesk: 5 articles: 1 story of 5 versions, 0 alone\n"
    (line,) = done.stdout.splitlines()
    assert len(Story.model_validate_json(line).versions) == 5
    done = copydesk("stories", "articles.jsonl", "-o", "stories.jsonl")
    assert (done.returncode, done.stdout) == (0, "")
    assert (tmp_path / "stories.jsonl").read_text("utf-8") == line + "\n"
    done = copydesk("stories", "-", "-o", "-", stdin=articles.read_bytes())
    assert done.stdout == line + "\n"


def test_the_page_has_the_versions_side_by_side(
    articles: Path, copydesk: Run, tmp_path: Path
) -> None:
    done = copydesk("stories", "articles.jsonl", "--html", "story.html")
    assert (done.returncode, done.stdout) == (0, "")
    page = (tmp_path / "story.html").read_text("utf-8")
    assert page.count("absolute loyalty") >= 3
    assert "<script" not in page


def test_lines_that_are_no_articles_are_told_and_the_others_read(
    articles: Path, copydesk: Run
) -> None:
    with articles.open("ab") as file:
        file.write(b'{"id": 1}\nno record\n')
    done = copydesk("stories", "articles.jsonl")
    assert done.returncode == 1
    assert len(done.stdout.splitlines()) == 1
    assert done.stderr.splitlines()[-1] == (
        "copydesk: 5 articles: 1 story of 5 versions, 0 alone, 2 not read"
    )


def test_an_earlier_revision_is_left_out_and_told(articles: Path, copydesk: Run) -> None:
    first = json.loads(articles.read_bytes().splitlines()[0])
    with articles.open("ab") as file:
        file.write(json.dumps(first | {"revision": "x"}).encode() + b"\n")
    done = copydesk("stories", "articles.jsonl")
    assert "1 earlier revision left out" in done.stderr
    assert "5 articles: 1 story of 5 versions" in done.stderr


@pytest.mark.parametrize("content", [b"", b"\n\n"])
def test_no_articles_give_no_stories(content: bytes, copydesk: Run, tmp_path: Path) -> None:
    (tmp_path / "none.jsonl").write_bytes(content)
    done = copydesk("stories", "none.jsonl", "-o", "out.jsonl", "--html", "out.html")
    assert done.returncode == 0
    assert done.stderr == "copydesk: 0 articles: 0 stories of 0 versions, 0 alone\n"
    assert (tmp_path / "out.jsonl").read_bytes() == b""
    assert "<html" in (tmp_path / "out.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["no.jsonl"], "no.jsonl: no such file"),
        (
            ["articles.jsonl", "--window", "soon"],
            "--window soon: use a time such as 90m, 36h or 3d",
        ),
        (["articles.jsonl", "-o", "articles.jsonl"], "articles.jsonl: is also the input"),
        (["articles.jsonl", "-o", "x", "--html", "x"], "x: is given for both -o and --html"),
        (["articles.jsonl", "-o", "no/x.jsonl"], "no/x.jsonl: no such folder"),
        (["-", "-"], "standard input can be read once only"),
    ],
)
def test_wrong_arguments_are_told_in_one_line(
    words: list[str], told: str, articles: Path, copydesk: Run
) -> None:
    done = copydesk("stories", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert articles.read_bytes()


def test_the_extra_is_named_if_it_is_not_installed(
    articles: Path, copydesk: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "rensa", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    done = copydesk("stories", "articles.jsonl")
    assert done.returncode == 2
    assert "pip install 'copydesk[stories]'" in done.stderr
