"""Crawls written for this purpose: what stands between and behind the paragraphs of a story.

Each text has the right answer beside it. A number stands for a line, without its list mark, and a
text for a part of one.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import copydesk

WRITTEN = Path(__file__).parent / "written_tail"
_MARK = re.compile(r"^[-•*]\s+")


def blocks(article: copydesk.Article) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for block in article.model_dump()["body"]:
        if block["type"] == "list":
            found += [("list", item["text"]) for item in block["items"]]
        else:
            found.append((block["type"], block["text"]))
    return found


def shown(article: copydesk.Article) -> dict[str, Any]:
    """What a right answer can name."""
    body = blocks(article)
    return {
        "headline": article.headline,
        "body": [text for _, text in body],
        "headings": [text for kind, text in body if kind == "heading"],
        "related": [r.text for r in article.related],
        "comments": [[c.author, c.text] for c in article.comments.items],
        "published": article.published,
        "authors": [a.name for a in article.authors],
        "dateline": article.dateline and article.dateline.place,
        "captions": [i.caption for i in article.images if i.caption],
        "credits": [i.credit for i in article.images],
    }


@pytest.mark.parametrize("name", sorted(p.stem for p in WRITTEN.glob("*.txt")))
def test_between_and_behind_the_paragraphs(name: str) -> None:
    text = (WRITTEN / f"{name}.txt").read_text("utf-8")
    right: dict[str, Any] = json.loads((WRITTEN / f"{name}.json").read_text("utf-8"))
    lines = [_MARK.sub("", line) for line in text.splitlines()]

    def of(named: Any) -> Any:
        if isinstance(named, list):
            return [of(one) for one in named]
        return lines[named - 1] if isinstance(named, int) else named

    article = copydesk.extract(text, url=right.pop("url"), media_type="text/plain")
    for kind, named in right.pop("removed", {}).items():
        removed = [_MARK.sub("", r.text or "") for r in article.removed if r.kind == kind]
        assert removed == of(named)
    found = shown(article)
    assert {name: found[name] for name in right} == {n: of(v) for n, v in right.items()}
