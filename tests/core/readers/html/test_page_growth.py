"""Pages and lines that once took time out of all proportion to their size."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.growth import MOST, growth

from copydesk import extract

pytestmark = pytest.mark.slow

STORY = "The council voted on Tuesday to keep the old harbour wall, after two years of argument. "
HEAD = "<!doctype html><article><h1>The harbour wall</h1>" + f"<p>{STORY}</p>" * 4


def work(make: Callable[[int], str], media_type: str) -> Callable[[int], Callable[[], object]]:
    def prepared(size: int) -> Callable[[], object]:
        text = make(size)
        return lambda: extract(text, media_type=media_type)

    return prepared


@pytest.mark.parametrize(("part", "size"), [
    ("<div class=comment>x ", 1_500),
    ("<div class=comment><p>Words of it.</p>", 1_000),
    ("<div class=comment id=c1><b class=author>Jo</b><div class=text>Fine.</div><h3>x</h3>", 500),
    ("<ul class=comments><li>Some long words are here, 1 May 2024", 300),
    ("<li>words <a class=comment href=/r>Report abuse</a>", 500),
    ("<div class=comments><p class=comments-count>x", 500),
    ("<p><a href='#x'>" + STORY + "</a></p>", 400),
    ("<table><tr><td>a", 400),
    ("<table><tr><th>a<th>b<tr><td colspan=1000 rowspan=1000>c<td>d</table>", 200),
    ("<ul><li>An item of it", 400),
    ("<form><p>" + STORY, 200),
])  # fmt: skip
def test_a_page_of_one_part_again_and_again_is_read_in_linear_time(part: str, size: int) -> None:
    assert growth(work(lambda n: HEAD + part * n, "text/html"), size) < MOST


@pytest.mark.parametrize("part", ["(Reuters) ", "(Reuters)  \u00a0", "(desk@quay.example) "])
def test_a_line_of_one_part_again_and_again_is_read_in_linear_time(part: str) -> None:
    text = "The harbour wall\n\n" + f"{STORY}\n\n" * 400 + STORY
    assert growth(work(lambda n: text + part * n, "text/plain"), 2_000) < MOST
