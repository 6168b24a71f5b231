"""Data tables of a page, and the grid position of each cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from copydesk.readers.html.tree.boxes import Box, PageTree
from copydesk.readers.html.tree.visibility import hidden_in
from copydesk.util.text import ends_sentence

CELLS = frozenset(("td", "th"))
_GROUPS = frozenset(("tbody", "thead", "tfoot"))
_LAYOUT = frozenset(("presentation", "none"))
_LONG_CELL = 300
_MANY_RUNS = 3
_MAX_RUNS = 50
_SENTENCE = 80
_MIN_LIST = 3
_MAX_SPAN_FACTOR = 8
_MAX_SPAN_EXTRA = 1_000
_MAX_SPAN = 1_000


@dataclass(frozen=True, slots=True)
class Place:
    """The position of a cell: its table's number, its row and column from 0."""

    table: int
    row: int
    column: int


@dataclass(slots=True)
class Tables:
    """The data tables of one page.

    cells: the position of each cell, by the `mem_id` of its element.
    widths: the number of columns of each row, by table.
    """

    cells: dict[int, Place] = field(default_factory=dict)
    widths: dict[int, list[int]] = field(default_factory=dict)


@dataclass(slots=True)
class _Cell:
    """A cell in the markup: its element, spans, and its box if it has text."""

    node: LexborNode
    columns: int
    rows: int
    box: Box | None


@dataclass(slots=True)
class _Row:
    """A row in the markup: its cells and its row group."""

    group: int
    cells: list[_Cell]


def find(page: PageTree, root: Box) -> Tables:
    """Find the data tables in the article's root; layout tables are ignored."""
    found = Tables()
    tables = [box for box in page.boxes if box.tag == "table" and root.first < box.last]
    if not tables:
        return found
    outer = _outer(tables)
    outermost = _outer([table for table in tables if table.order in outer])
    boxes = {box.node.mem_id: box for box in page.boxes if box.tag in CELLS}
    data: Box | None = None
    for table in tables:
        if data is not None and table.last <= data.last:
            # A table in a data cell is text of the cell.
            continue
        around_root = table.order < root.order and root.last <= table.last
        if (
            around_root
            or table.order in outermost
            or table.first >= root.last
            or table.first >= table.last
        ):
            continue
        rows = list(_rows(table, boxes))
        if _is_data(page, table, rows, table.order in outer):
            _place(table.order, rows, found)
            data = table
    return found


def _outer(tables: list[Box]) -> set[int]:
    """Return the orders of tables that contain another table."""
    found: set[int] = set()
    for table in tables:
        around = table.parent
        while around is not None and around.tag != "table":
            around = around.parent
        if around is not None:
            found.add(around.order)
    return found


def _rows(table: Box, boxes: dict[int, Box]) -> Iterator[_Row]:
    """Yield the visible rows that have cells."""
    hidden = hidden_in(table.node)
    for number, group in enumerate(_children(table.node)):
        if group.tag not in _GROUPS and group.tag != "tr":
            continue
        for line in _children(group) if group.tag in _GROUPS else (group,):
            if line.tag != "tr" or line.mem_id in hidden or group.mem_id in hidden:
                continue
            cells = [
                _Cell(cell, _span(cell, "colspan"), _span(cell, "rowspan"), boxes.get(cell.mem_id))
                for cell in _children(line)
                if cell.tag in CELLS and cell.mem_id not in hidden
            ]
            if cells:
                yield _Row(number if group.tag in _GROUPS else 0, cells)


def _children(node: LexborNode) -> Iterator[LexborNode]:
    child = node.first_child
    while child is not None:
        yield child
        child = child.next


def _span(cell: LexborNode, name: str) -> int:
    """Return how many columns or rows a cell spans; rowspan 0 spans the rest of its row group."""
    value = (cell.attributes.get(name) or "").strip()
    if not (value.isascii() and value.isdigit()) or len(value) > 9:
        return 1
    if name == "rowspan" and int(value) == 0:
        return _MAX_SPAN
    return min(max(int(value), 1), _MAX_SPAN)


def _is_data(page: PageTree, table: Box, rows: list[_Row], contains_tables: bool) -> bool:
    """Return whether a table presents data rather than layout."""
    if (table.attributes.get("role") or "").lower() in _LAYOUT or not rows:
        return False
    filled = [[c.box for c in row.cells if c.box and c.box.first < c.box.last] for row in rows]
    boxes = [box for row in filled for box in row]
    if any(box.last - box.first > _MAX_RUNS for box in boxes):
        return False
    large = [b for b in boxes if b.last - b.first > _MANY_RUNS or page.chars(b) > _LONG_CELL]
    headed = any(c.node.tag == "th" for c in rows[0].cells) or any(
        row.cells[0].node.tag == "th" for row in rows
    )
    if not any(len(row) > 1 for row in filled):
        # One column is either a list of short entries, or layout blocks in a column.
        return len(boxes) >= _MIN_LIST and not large and not any(_is_prose(page, b) for b in boxes)
    if contains_tables and not (headed and not large):
        return False
    if len(rows) == 1:
        return not large and not any(_is_prose(page, box) for box in boxes)
    size = sum(page.chars(box) for box in large)
    if headed:
        # A cell with several paragraphs and nearly all text of the table is the story.
        stories = [b for b in large if b.last - b.first > _MANY_RUNS and _is_prose(page, b)]
        return sum(page.chars(b) for b in stories) * 3 < page.chars(table) * 2
    return size * 2 <= page.chars(table)


def _is_prose(page: PageTree, box: Box) -> bool:
    return any(
        len(run.text) >= _SENTENCE and ends_sentence(run.text)
        for run in page.runs[box.first : box.last]
    )


def _place(number: int, rows: list[_Row], found: Tables) -> None:
    """Record the position of each cell; spanned positions stay empty.

    Spans that would make very many empty positions are ignored.
    """
    cells = sum(len(row.cells) for row in rows)
    spanned = sum(c.columns * min(c.rows, len(rows)) for row in rows for c in row.cells)
    follow = spanned <= cells * _MAX_SPAN_FACTOR + _MAX_SPAN_EXTRA
    widths: list[int] = []
    hanging: dict[int, int] = {}
    group, widest = -1, 0
    for index, row in enumerate(rows):
        if row.group != group:
            hanging, group = {}, row.group
        below = {column: left - 1 for column, left in hanging.items() if left > 1}
        column = 0
        for cell in row.cells:
            while column in hanging:
                column += 1
            found.cells[cell.node.mem_id] = Place(number, index, column)
            widest = max(widest, column + 1)
            columns, lines = (cell.columns, cell.rows) if follow else (1, 1)
            if lines > 1:
                below |= dict.fromkeys(range(column, column + columns), lines - 1)
            column += columns
        widths.append(max(column, max(hanging, default=-1) + 1))
        hanging = below
    # Spans end at the last column in which a cell starts.
    found.widths[number] = [min(width, widest) for width in widths]
