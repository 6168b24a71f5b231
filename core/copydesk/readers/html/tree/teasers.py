"""Groups of teasers inside the article: boxes in a row, each with a link and a few words."""

from __future__ import annotations

from copydesk.model.draft import HEADING_TAGS
from copydesk.readers.html.tree.boxes import Box, PageTree, TextRun
from copydesk.readers.html.tree.links import is_address
from copydesk.util.urls import host_of

_MAX_CHARS = 420
_MAX_RUNS = 5
_KICKER = 40
_MAX_SHARE = 3
_TABLE = frozenset("table tbody thead tfoot tr td th".split())


def find(page: PageTree, root: Box, host: str | None) -> set[int]:
    """Return the runs of teasers of the outlet's other stories in the article's root.

    Two or more boxes of one kind in a row are teasers if each starts with a link. They are the story
    itself, as the entries of a list are, if all such boxes have much of its text.
    """
    rows: dict[tuple[int, str], list[list[Box]]] = {}
    alike: set[int] = set()
    for index in range(root.first, root.last):
        run = page.runs[index]
        if not run.linked or not _is_title(run, host):
            continue
        for box in _around(page, root, index):
            alike.update(range(box.first, box.last))
            found = rows.setdefault((box.parent.order if box.parent else 0, box.tag), [])
            if found and found[-1][-1].last == box.first:
                found[-1].append(box)
            else:
                found.append([box])
    if sum(len(page.runs[i].text) for i in alike) * _MAX_SHARE > page.chars(root):
        return set()
    taken: set[int] = set()
    for row in (row for found in rows.values() for row in found if len(row) > 1):
        if _lead_apart(page, row) and not _are_entries(page, root, row):
            taken.update(range(row[0].first, row[-1].last))
    return taken


def _is_title(run: TextRun, host: str | None) -> bool:
    """Whether a run is a link to another page of the outlet."""
    if run.linked * 10 < len(run.text) * 9 or run.href.startswith("#") or not is_address(run.href):
        return False
    is_absolute = run.href.startswith(("http", "//"))
    return not is_absolute or (host is not None and host_of(run.href) == host)


def _around(page: PageTree, root: Box, index: int) -> list[Box]:
    """Return the boxes in the root that a link starts, below a kicker at most, and that have more."""
    found = []
    box: Box | None = page.runs[index].box
    while box is not None and box.order > root.order and box.tag not in _TABLE:
        if box.last - box.first > _MAX_RUNS or page.chars(box) > _MAX_CHARS:
            break
        if box.first < index and (box.first < index - 1 or not _is_kicker(page.runs[box.first])):
            break
        if box.last - index > 1:
            found.append(box)
        box = box.parent
    return found


def _is_kicker(run: TextRun) -> bool:
    return len(run.text) <= _KICKER


def _lead_apart(page: PageTree, row: list[Box]) -> bool:
    """Whether every box of a row leads to a page of its own, and to no other."""
    seen: set[str] = set()
    for box in row:
        links = {run.href for run in page.runs[box.first : box.last] if run.href}
        if len(links) != 1 or not seen.isdisjoint(links):
            return False
        seen |= links
    return True


def _are_entries(page: PageTree, root: Box, row: list[Box]) -> bool:
    """Whether as many other headings of the root are links as in a row: entries of a list."""
    tag = next((r.box.tag for r in page.runs[row[0].first : row[0].last] if r.linked), "")
    if tag not in HEADING_TAGS:
        return False
    linked = [
        r.linked * 10 >= len(r.text) * 9 and r.box.tag == tag
        for r in page.runs[root.first : root.last]
    ]
    return sum(linked) >= 2 * len(row)
