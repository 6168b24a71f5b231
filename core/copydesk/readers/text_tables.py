"""Tables in plain text: rows with bars between the cells, as in Markdown, or with tabs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from copydesk.util.text import ends_sentence, fold, remove_invisible

# Dashes below a header or between rows: "|---|:---:|", "+----+----+".
_RULE = re.compile(r"(?=.*[|+])(?=.*[-–—])[\s|+:–—-]+")
_BARRED = re.compile(r"\s*\|.*[^\s|].*\|")
_BAR = re.compile(r"(?<!\\)\|")
_TABBED = re.compile(r"\S\s*\t\s*\S")
_TAB = re.compile(r"\t")
# Some extractors end a cell with a tab, and start the next one with another.
_TWO_TABS = re.compile(r"\t\t")
_TABS = re.compile(r"\t+")
# A list mark or a label before a tab.
_MARKED = re.compile(r"\s*(?:[^\w\s]{1,3}|\(?\w{1,3}[.)]|[^\t]*[:：])\s*\t\s*[^\t]+")
_LEAST_ROWS = 2
_LEAST_TABBED = 3
_SENTENCE = 80


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with text: its stretch of the line, with the bars around it, its text and column."""

    start: int
    end: int
    text: str
    column: int


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: the table's number and the row's, from 1, and the cells with text.

    width: number of columns.
    cells: none for a line of dashes or an empty row.
    """

    table: int
    number: int
    width: int
    cells: tuple[Cell, ...]


def find(lines: Sequence[str]) -> dict[int, Row]:
    """Find the tables among some lines; returns their rows by the index of the line."""
    found: dict[int, Row] = {}
    table = 0
    for start, end in _runs(lines):
        if not (rows := _rows(lines[start:end])):
            continue
        table += 1
        number = 0
        for index, (cells, width) in enumerate(rows, start):
            number += bool(cells)
            found[index] = Row(table, number, width, cells)
    return found


def _runs(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the stretches of lines that may be the rows of one table."""
    kinds = [*map(_kind, lines), ""]
    index = 0
    while index < len(lines):
        start, kind = index, kinds[index]
        index += 1
        if kind == "open":
            kind = "bar" if kinds[index] == "rule" else ""
        if not kind:
            continue
        alike = {"tab"} if kind == "tab" else {"bar", "rule"}
        while kinds[index] in alike:
            if kinds[index] == "rule":
                alike.add("open")
            index += 1
        yield start, index


def _kind(line: str) -> str:
    """What a line may be: a row with outer bars, with bars or tabs inside, a line of dashes."""
    if "|" in line or line.startswith("+-"):
        if _RULE.fullmatch(line):
            return "rule"
        return "bar" if _BARRED.match(line) else "open"
    if "\t" not in line or not _TABBED.search(line) or _MARKED.fullmatch(line):
        return ""
    return "tab"


def _rows(lines: Sequence[str]) -> list[tuple[tuple[Cell, ...], int]]:
    """Cut the lines of a table into cells; none if they are text in columns, or no table."""
    bars = any("|" in line for line in lines[:2])
    mark = _BAR
    if not bars:
        pairs = all(len(tabs) % 2 == 0 for line in lines for tabs in _TABS.findall(line.strip()))
        mark = _TWO_TABS if pairs else _TAB
    rows = [_cells(line, mark) for line in lines]
    if bars and any(map(_RULE.fullmatch, lines)):
        return rows if any(cells for cells, _ in rows) else []
    full = sum(len(cells) > 1 for cells, _ in rows)
    texts = [cell.text for cells, _ in rows for cell in cells]
    prose = sum(len(t) for t in texts if len(t) >= _SENTENCE and ends_sentence(t))
    least = _LEAST_ROWS if bars else _LEAST_TABBED
    return rows if full >= least and prose * 2 <= sum(map(len, texts)) else []


def _cells(line: str, mark: re.Pattern[str]) -> tuple[tuple[Cell, ...], int]:
    """The cells of a row with text, and its number of columns."""
    if _RULE.fullmatch(line):
        return (), 0
    edges = [(m.start(), m.end()) for m in mark.finditer(line)]
    spans = list(zip([0, *(e for _, e in edges)], [*(s for s, _ in edges), len(line)], strict=True))
    if mark is _BAR:
        spans = spans[not line[: spans[0][1]].strip() :]
        spans = spans[: len(spans) - (not line[spans[-1][0] :].strip())]
    filled = [(n, s, e) for n, (s, e) in enumerate(spans) if remove_invisible(line[s:e]).strip()]
    # Bars go with the cell behind them, the last bar with the last cell.
    starts = [0, *(e for _, _, e in filled)]
    ends = [*(e for _, _, e in filled[:-1]), len(line)]
    cells = tuple(
        Cell(start, end, fold(line[s:e]), column)
        for start, end, (column, s, e) in zip(starts, ends, filled, strict=False)
    )
    return cells, len(spans)
