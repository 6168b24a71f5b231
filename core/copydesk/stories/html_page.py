"""The stories page: every version of a story side by side, as one HTML file."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment
from markupsafe import Markup

from copydesk.explain.html_page import digest_of, direction, environment_of, inline, link, shown
from copydesk.stories import page_parts
from copydesk.stories.shapes import Stories, Story
from copydesk.util.text import escape_invisible

LIMITS = {
    "stories": 50,
    "columns": 12,
    "rows": 60,
    "ties": 100,
    "evidence": 6,
    "names": 12,
    "passages": 200,
    "compared": 100,
}
"""What the page shows at most; of the rest it says how much there is.

columns: versions side by side. rows: of the timeline and the table of versions. evidence: of a tie.
names: versions beside one number. passages: those that can be picked. compared: rows of the tables of
numbers and of quotations.
"""


def render(found: Stories, name: str) -> str:
    """Return the page as HTML, without scripts and requests, and with all input text escaped.

    name: of the file that was read, for the title.
    """
    environment = _environment()
    stories = found.stories[: LIMITS["stories"]]
    most = max((len(story.alignment.passages) for story in stories), default=0)
    style = environment.get_template("stories.css.jinja").render(
        passages=min(most, LIMITS["passages"]), hues=page_parts.HUES
    )
    return environment.get_template("stories.html.jinja").render(
        name=name,
        found=found,
        stories=stories,
        total=len(found.stories) + found.left_out,
        style=Markup(style),
        digest=digest_of(style),
        limits=LIMITS,
        hues=page_parts.HUES,
    )


def passages_in(story: Story, versions: int) -> list[tuple[int, int]]:
    """Return number and versions of the passages of the first versions, as many as can be picked."""
    return [
        (number, len({one.version for one in passage.sentences}))
        for number, passage in enumerate(story.alignment.passages[: LIMITS["passages"]], 1)
        if any(one.version < versions for one in passage.sentences)
    ]


@cache
def _environment() -> Environment:
    environment = environment_of("copydesk.stories", "copydesk.explain")
    environment.filters |= {
        "inline": inline,
        "shown": shown,
        "plain": escape_invisible,
        "link": link,
        "direction": direction,
        "when": page_parts.when,
        "name_of": page_parts.name_of,
    }
    environment.globals |= {
        "column": page_parts.column,
        "compared": page_parts.compared,
        "passages_in": passages_in,
        "shared": page_parts.shared,
        "timeline": page_parts.timeline,
        "values": page_parts.values,
    }
    return environment
