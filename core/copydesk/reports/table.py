"""A report as lines of text."""

from __future__ import annotations

from collections.abc import Iterator

from copydesk.reports.report import Report, Section, facts, sections
from copydesk.util.text import plural, safe

_MAX_ROWS = 20


def shown(report: Report, *, whole: bool) -> Iterator[str]:
    """Yield the lines of a report. whole: all rows; otherwise the first ones of each table."""
    rows = [[name, safe(words)] for name, words in facts(report)]
    yield from _aligned(rows, [])
    for section in sections(report):
        note = f" ({section.note})" if section.note else ""
        yield ""
        yield f"{section.title}{note}"
        yield from _section(section, whole)


def _section(section: Section, whole: bool) -> Iterator[str]:
    single = len(section.parts) == 1
    kept = section.rows if whole else section.rows[:_MAX_ROWS]
    rows = [[*map(str.lower, section.heads), *(["share"] if single else [])]]
    for row in kept:
        cells = [safe(row.name), *(f"{number:,}" for number in row.numbers)]
        rows.append(cells + ([f"{100 * row.shares[0]:.1f} %"] if single else []))
    yield from _aligned(rows, range(1, len(rows[0])))
    if left := len(section.rows) - len(kept):
        yield f"  and {plural(left, 'row')} more; all are printed into a file or pipe"
    elif section.more:
        yield f"  and {section.more}"


def _aligned(rows: list[list[str]], right: range | list[int]) -> Iterator[str]:
    """Yield rows as columns. right: numbers of the columns that end at the same place."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [
            cell.rjust(width) if number in right else cell.ljust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield ("  " + "  ".join(cells)).rstrip()
