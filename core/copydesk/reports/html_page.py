"""A report as one HTML file with small charts, without scripts and requests."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment
from markupsafe import Markup

from copydesk.explain.html_page import digest_of, environment_of, inline
from copydesk.reports.report import Report, Row, Section, facts, sections

MAX_ROWS = 100
"""Number of rows of a table on the page."""


def render(report: Report, name: str) -> str:
    """Return the page of a report as HTML, with all names of the input escaped.

    name: of the file, for the title.
    """
    environment = _environment()
    style = environment.get_template("run.css.jinja").render()
    return environment.get_template("run.html.jinja").render(
        name=name,
        report=report,
        facts=list(facts(report)),
        sections=list(sections(report)),
        style=Markup(style),
        digest=digest_of(style),
        max_rows=MAX_ROWS,
    )


def bars(row: Row, section: Section) -> list[tuple[str, float, float]]:
    """Return the style, the start and the length of each part of a row's bar, in percent."""
    parts = (row.name,) if section.id == "outcomes" else section.parts
    found = []
    begin = 0.0
    for part, share in zip(parts, row.shares, strict=True):
        length = round(min(100 * share, 100 - begin), 3)
        if length:
            found.append((part, round(begin, 3), length))
        begin += length
    return found


@cache
def _environment() -> Environment:
    environment = environment_of("copydesk.reports", "copydesk.explain")
    environment.filters |= {"inline": inline, "bars": bars}
    return environment
