"""What the commands share: options, loading, and the end of one that was used wrongly."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from copydesk.cli import signals, streams
from copydesk.cli.commands import ADAPTERS, OUTPUT
from copydesk.cli.terminal import complain
from copydesk.errors import OutputError
from copydesk.files import check_name, identity

if TYPE_CHECKING:
    from copydesk import plugins

PluginOption = Annotated[
    list[str] | None,
    typer.Option(
        "--plugin",
        metavar="FILE|DIR|MODULE",
        help="Load FILE.py, FILE.toml, a folder of them or a module without installing it.",
        rich_help_panel=ADAPTERS,
    ),
]
OutletOption = Annotated[
    str | None,
    typer.Option(
        "--outlet", metavar="ID", help="Read it with this adapter.", rich_help_panel=ADAPTERS
    ),
]

OutputOption = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="Write JSON Lines to FILE.",
        rich_help_panel=OUTPUT,
    ),
]


def usage(message: str) -> NoReturn:
    """End the command: it was used wrongly."""
    complain(message)
    raise typer.Exit(2)


def load(extra: Iterable[str] | None) -> plugins.Loaded:
    """Load the plugins; tell of those that were left out, end where one that was asked for was."""
    from copydesk import plugins

    wanted = list(extra or ())
    with signals.at_once(), streams.stdout_aside():
        loaded = plugins.load(wanted, probe=True)
    for plugin in loaded.failures():
        if plugin.name in wanted and not plugin.origin:
            usage(str(plugin.error))
        complain(f"warning: left out {plugin.error}")
    return loaded


def check_target(path: Path | None, *read: Path | str | None) -> None:
    """End the command where a file cannot be written there, or is one of those that are read."""
    if path is None:
        return
    if path.is_dir():
        usage(f"{path}: is a folder")
    if not path.parent.is_dir():
        usage(f"{path}: no such folder")
    try:
        check_name(path)
    except OutputError as error:
        usage(str(error))
    own = identity(path)
    for other in read:
        found = None
        if other == "-":
            found = identity(0)
        elif other is not None:
            found = identity(Path(other))
        if own is not None and own == found:
            usage(f"{path}: is what is read; name another file")
