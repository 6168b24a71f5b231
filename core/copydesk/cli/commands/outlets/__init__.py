"""The group of commands `outlets`: one module each."""

from __future__ import annotations

import typer

from copydesk.cli.usage import Group


class Commands(Group):
    """The commands of `copydesk outlets`."""

    package = "copydesk.cli.commands.outlets"
    topics = {
        "Write an adapter": {
            "new": "Create an adapter, fixtures and proposed expectations from pages of an outlet.",
            "accept": "Accept the proposed expectations of an outlet's fixtures, "
            "as its adapter reads them now.",
            "check": "Check outlets against their fixtures, or new articles against a baseline.",
        },
        "See what there is": {
            "list": "List the outlets: adapters, and the catalogue of outlets that are known by name.",
            "show": "Show the attributes of an outlet's adapter, or what the catalogue says about it.",
        },
    }


app = typer.Typer(cls=Commands, no_args_is_help=True, add_completion=False)


@app.callback()
def outlets() -> None:
    """List, create and check the adapters of outlets."""
