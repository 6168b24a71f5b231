"""Which anchors are links, and which lines are."""

from __future__ import annotations

import re

from copydesk.readers.html.boxes import Box, Run
from copydesk.text import ends_sentence

_NO_ADDRESS = re.compile(r"\s*(?:#!?\s*|about:blank\s*|javascript:.*)?", re.IGNORECASE | re.DOTALL)
_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_PARAGRAPH = 80


def is_address(href: str | None) -> bool:
    """Whether an anchor's `href` leads anywhere: not `#`, not a script, not empty."""
    return href is not None and _NO_ADDRESS.fullmatch(href) is None


def is_control(text: str, control: int, box: Box) -> bool:
    """Whether a line is nothing but a control of the page, and neither heading nor sentence."""
    if control * 10 < len(text) * 9 or box.tag in _HEADINGS:
        return False
    return text[-1] in "!?" or not ends_sentence(text)


def unlink(runs: list[Run]) -> None:
    """Take links back that hold several paragraphs: links that were left open, or frames."""
    first = 0
    for index, run in enumerate(runs):
        if run.href and run.href == runs[first].href and runs[first].linked:
            continue
        if index - first > 1:
            _unlink_prose(runs[first:index])
        first = index
    if len(runs) - first > 1:
        _unlink_prose(runs[first:])


def _unlink_prose(runs: list[Run]) -> None:
    """Take one link back in neighbouring runs that begin with it, where it holds paragraphs."""
    if sum(map(_is_linked_prose, runs)) > 1:
        for run in runs:
            run.linked = 0
            run.href = ""


def _is_linked_prose(run: Run) -> bool:
    size = len(run.text)
    return size >= _PARAGRAPH and run.linked * 20 >= size * 19 and ends_sentence(run.text)


def is_linked_paragraph(run: Run) -> bool:
    """Whether a run is a paragraph that is one link, as a link that holds a paragraph becomes."""
    return run.box.tag == "p" and run.linked * 20 >= len(run.text) * 19
