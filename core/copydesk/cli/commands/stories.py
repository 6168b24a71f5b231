"""The command `stories`: which articles tell the same story, and what each outlet made of it."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Iterator
from heapq import heappush, heappushpop
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from copydesk.cli.options import PluginOption, check_output, load, named_output, usage_error
from copydesk.cli.output import to_stderr
from copydesk.cli.records import Records
from copydesk.cli.usage import INPUT, OUTPUT, Command, examples, option
from copydesk.errors import OutputError, needs_extra, os_message
from copydesk.util.text import plural

if TYPE_CHECKING:
    from copydesk.stories.shapes import Story

app = typer.Typer(add_completion=False)

OutputOption = Annotated[
    Path | None,
    option("--output -o", "FILE", "Write each story as a line of JSON to FILE.", OUTPUT),
]
HtmlOption = Annotated[
    Path | None, option("--html", "FILE", "Write the versions side by side to FILE.", OUTPUT)
]
WindowOption = Annotated[
    str, option("--window", "AGE", "Longest time between two versions, such as 36h.", INPUT)
]


@app.command(
    cls=Command,
    epilog=examples(
        "copydesk stories articles.jsonl",
        "copydesk stories monday.jsonl tuesday.jsonl -o stories.jsonl --window 36h",
        "copydesk stories articles.jsonl --html stories.html",
    ),
)
def stories(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="ARTICLES...", help="Files of articles; - is standard input."),
    ],
    output: OutputOption = None,
    html: HtmlOption = None,
    window: WindowOption = "3d",
    plugin: PluginOption = None,
) -> None:
    """Group the articles that tell the same story, and compare their versions."""
    seconds = _seconds(window)
    _check_extra()
    # Without a file to write, and for `-o -`, the stories go to standard output.
    to_stdout = html is None if output is None else named_output(output) is None
    output = named_output(output)
    for path in (output, html):
        check_output(path, *map(str, files))
    if output is not None and output == html:
        usage_error(f"{output}: is given for both -o and --html")
    records = Records(files, load(plugin).registry)
    try:
        _run(records, seconds, output, html, to_stdout=to_stdout)
    except OSError as error:
        raise OutputError("temporary file", os_message(error)) from error
    if records.bad:
        raise typer.Exit(1)


def _seconds(window: str) -> int:
    from copydesk.dates.ages import parse_age

    age = parse_age(window)
    if age is None:
        usage_error(f"--window {window}: use a time such as 90m, 36h or 3d")
    return int(age.total_seconds())


def _check_extra() -> None:
    if find_spec("numpy") is None or find_spec("rensa") is None:
        usage_error(f"stories {needs_extra('stories')}")


def _run(
    records: Records, window: int, output: Path | None, html: Path | None, *, to_stdout: bool
) -> None:
    """Read the records, and write the stories."""
    from copydesk.sinks import jsonl
    from copydesk.stories.find import Archive

    largest = _Largest(0)
    if html is not None:
        from copydesk.stories.html_page import LIMITS

        largest = _Largest(LIMITS["stories"])
    with Archive() as archive:
        archive.add(records)
        found = largest.passed(archive.stories(window))
        if output is not None:
            jsonl.write_bytes(output, map(_line, found))
        elif to_stdout:
            sys.stdout.buffer.writelines(map(_line, found))
            sys.stdout.buffer.flush()
        else:
            deque(found, maxlen=0)
        articles, revisions = archive.articles, archive.revisions
    if html is not None:
        _write_page(html, articles, largest)
    if revisions:
        to_stderr(f"{plural(revisions, 'earlier revision')} left out; the last read of each counts")
    alone = articles - largest.versions
    told = f"{plural(articles, 'article')}: {_stories(largest.count)} of {plural(largest.versions, 'version')}"
    to_stderr(f"{told}, {alone} alone" + (f", {records.bad} not read" if records.bad else ""))


def _line(story: Story) -> bytes:
    return story.model_dump_json().encode("utf-8", "replace") + b"\n"


def _stories(count: int) -> str:
    return "1 story" if count == 1 else f"{count} stories"


def _write_page(path: Path, articles: int, largest: _Largest) -> None:
    from copydesk.sinks import jsonl
    from copydesk.stories.html_page import render
    from copydesk.stories.shapes import Stories

    shown = largest.shown()
    found = Stories(articles=articles, stories=shown, left_out=largest.count - len(shown))
    jsonl.write_bytes(path, [render(found, path.name).encode("utf-8", "replace")])


class _Largest:
    """The stories with most versions, of those that are passed on.

    most: how many to keep.

    Attributes:
        count, versions: number of all stories, and of their versions.
    """

    def __init__(self, most: int) -> None:
        self.count = self.versions = 0
        self._most = most
        self._kept: list[tuple[int, int, Story]] = []

    def passed(self, found: Iterator[Story]) -> Iterator[Story]:
        """Yield each story."""
        for story in found:
            self.count += 1
            self.versions += len(story.versions)
            # Of stories of one size, the first.
            one = (len(story.versions), -self.count, story)
            if len(self._kept) < self._most:
                heappush(self._kept, one)
            else:
                heappushpop(self._kept, one)
            yield story

    def shown(self) -> list[Story]:
        """Return the largest stories, the largest first."""
        return [story for _, _, story in sorted(self._kept, key=lambda one: one[:2], reverse=True)]
