"""The command line as a whole: each command is a module of `copydesk.cli.commands`."""

from __future__ import annotations

from typing import Annotated

import typer

from copydesk.cli.usage import Group
from copydesk.settings import __version__


class Commands(Group):
    """The commands of copydesk."""

    package = "copydesk.cli.commands"
    topics = {
        "Articles": {
            "ingest": "Read articles from files, folders, URLs, feeds, sitemaps and WARC archives.",
            "discover": "Find the feeds and sitemaps of a site, and print one a line.",
            "extract": "Read one document and print its article as a line of JSON.",
            "convert": "Write articles from one or more files into one file of another format.",
            "stories": "Group the articles that tell the same story, and compare their versions.",
            "diff": "Compare two files of articles, "
            "or how two versions of the adapters read the same pages.",
            "validate": "Check articles against the schema of the article record.",
            "schema": "Print the JSON Schema of the article record.",
            "report": "Show the report of a run as tables, or as a web page with charts.",
        },
        "Outlets": {
            "outlets": "List, create and check the adapters of outlets.",
            "explain": "Show the role of every piece of text and the origin of every field.",
            "rules": "List what gives lines their roles, by pass, in the order in which it is tried.",
            "plugins": "List the plugins with what each provides, or the reason why loading failed.",
        },
        "Fixtures and recorded runs": {
            "record": "Fetch pages and save them as fixtures, or record a whole run for replay.",
            "replay": "Compare fixtures with their expectations, or repeat a recorded run.",
        },
    }


app = typer.Typer(
    name="copydesk",
    cls=Commands,
    help="Read news pages, feeds and archives into one normalized article record.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"copydesk {__version__}")
        raise typer.Exit


@app.callback()
def common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Read news pages, feeds and archives into one normalized article record."""
