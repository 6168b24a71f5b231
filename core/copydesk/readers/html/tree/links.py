"""Rules for which anchors are links, and which runs are."""

from __future__ import annotations

import re

from copydesk.model.draft import HEADING_TAGS
from copydesk.readers.html.tree.boxes import Box, TextRun
from copydesk.util.text import ends_sentence

_NO_ADDRESS = re.compile(r"\s*(?:#!?\s*|about:blank\s*|javascript:.*)?", re.IGNORECASE | re.DOTALL)
# Starts of most addresses, which need no look at the pattern.
_USUAL = ("http", "/")
_PARAGRAPH = 80


def is_address(href: str | None) -> bool:
    """Return whether an anchor's `href` leads to a page: not `#`, a script or empty."""
    return href is not None and (href.startswith(_USUAL) or _NO_ADDRESS.fullmatch(href) is None)


def is_control(text: str, control: int, box: Box) -> bool:
    """Return whether a run is only a control of the page, not a heading or sentence."""
    if control * 10 < len(text) * 9 or box.tag in HEADING_TAGS:
        return False
    return text[-1] in "!?" or not ends_sentence(text)


def unlink(runs: list[TextRun]) -> None:
    """Remove the links of runs whose link spans several paragraphs: its end tag is missing."""
    first = 0
    for index, run in enumerate(runs):
        if run.href and run.href == runs[first].href and runs[first].linked:
            continue
        if index - first > 1:
            _unlink_prose(runs[first:index])
        first = index
    if len(runs) - first > 1:
        _unlink_prose(runs[first:])


def _unlink_prose(runs: list[TextRun]) -> None:
    """Remove the link of neighbouring runs if it contains several paragraphs."""
    if sum(map(_is_linked_prose, runs)) > 1:
        for run in runs:
            run.linked = 0
            run.href = ""
            if run.inline is not None:
                pieces, marks = run.inline
                run.inline = pieces, [mark for mark in marks if mark[2] != "link"]


def _is_linked_prose(run: TextRun) -> bool:
    size = len(run.text)
    return size >= _PARAGRAPH and run.linked * 20 >= size * 19 and ends_sentence(run.text)


def is_linked_paragraph(run: TextRun) -> bool:
    """Return whether a run is a paragraph that is one link; the parser splits paragraphs there."""
    return run.box.tag == "p" and run.linked * 20 >= len(run.text) * 19
