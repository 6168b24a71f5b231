"""Lines of code in plain text are code blocks, whatever rules say of short lines."""

from __future__ import annotations

import pytest

from copydesk import extract
from copydesk.model.article import Article

ABOVE = """How we count boats

The harbour office of Little Ness wrote a small program that counts the boats in the basin.
It reads the list of berths every hour, and the office prints the result beside the door.
"""
BELOW = "The office will publish the whole program before the end of the year, and asks for ideas."


def read(lines: str) -> Article:
    return extract(f"{ABOVE}{lines}\n{BELOW}", media_type="text/plain")


def code(lines: str) -> list[str]:
    blocks = [b.model_dump() for b in read(lines).body]
    return [b["text"] for b in blocks if b["type"] == "code"]


@pytest.mark.parametrize(
    "lines",
    [
        "let boats = berths.filter(b => b.taken);\nif (boats.length > 40) {\nwarn(boats);\n}",
        "import harbour\nboats = harbour.read(hour=12)\nprint(boats[0])",
        '<berths>\n<berth number="1" taken="yes" />\n<berth number="2" />\n</berths>',
        'const owner = {\n"mail": "jo@ness.example",\n};\nsend(owner, [1]);',
    ],
    ids=["braces", "statements", "tags", "mail"],
)
def test_lines_of_code_are_one_block(lines: str) -> None:
    assert code(lines) == [lines]


@pytest.mark.parametrize(
    "lines",
    [
        "count the boats;\nprint the number;\nask the owners;",
        "B = boats\nO = owners\nA = anchors\nT = tides",
        "- rope (two);\n- nets (four);\n- buoys (six);",
        "Berths (taken)\nBerths (free)\nBerths [closed]",
    ],
    ids=["semicolons", "letters", "items", "brackets"],
)
def test_lists_with_signs_are_no_code(lines: str) -> None:
    assert code(lines) == []
