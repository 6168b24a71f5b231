"""The heads, captions and credits of plain texts, one behaviour a text in the folder `heads`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from copydesk import Article, extract

FOLDER = Path(__file__).with_name("heads")
ANSWERS: dict[str, dict[str, Any]] = json.loads((FOLDER / "answers.json").read_text("utf-8"))
DEFAULT_URL = "https://daily.example/"


def answer(found: Article) -> dict[str, Any]:
    """What a text is judged by."""
    body = [block.model_dump() for block in found.body]
    return {
        "headline": found.headline,
        "standfirst": found.standfirst,
        "byline": found.byline,
        "authors": [author.name for author in found.authors],
        "suppliers": [source.name for source in found.info_sources],
        "section": found.section,
        "place": found.dateline and found.dateline.place,
        "published": found.published,
        "modified": found.modified,
        "paragraphs": [b["text"] for b in body if b["type"] == "paragraph"],
        "headings": [b["text"] for b in body if b["type"] == "heading"],
        "pictures": [[image.caption, image.credit] for image in found.images],
        "comments": [comment.text for comment in found.comments.items],
        "warnings": [warning.code for warning in found.warnings],
    }


@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_each_line_of_a_head_becomes_what_it_is(name: str) -> None:
    expected = dict(ANSWERS[name])
    text = (FOLDER / f"{name}.txt").read_text("utf-8")
    found = extract(text, url=expected.pop("url", DEFAULT_URL), media_type="text/plain")
    # What an answer does not state is empty.
    assert {k: v for k, v in answer(found).items() if v} == expected


def test_every_text_has_an_answer() -> None:
    assert {path.stem for path in FOLDER.glob("*.txt")} == set(ANSWERS)
