"""Shared by all commands: options, loading of plugins, and usage errors."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from copydesk.cli import signals, streams
from copydesk.cli.output import to_stderr
from copydesk.cli.usage import ADAPTERS, OUTPUT
from copydesk.errors import OutputError
from copydesk.util.filesystem import check_name, identity

if TYPE_CHECKING:
    from copydesk.adapters import loading

PluginOption = Annotated[
    list[str] | None,
    typer.Option(
        "--plugin",
        metavar="FILE|DIR|MODULE",
        help="Load adapters from a .py or .toml file, a folder of them, or a module.",
        rich_help_panel=ADAPTERS,
    ),
]
OutletOption = Annotated[
    str | None,
    typer.Option(
        "--outlet", metavar="ID", help="Use the adapter of this outlet.", rich_help_panel=ADAPTERS
    ),
]

OutputOption = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="Write the articles to FILE as JSON Lines.",
        rich_help_panel=OUTPUT,
    ),
]


def usage_error(message: str) -> NoReturn:
    """Print a usage error and exit with code 2."""
    to_stderr(message)
    raise typer.Exit(2)


def load(extra: Iterable[str] | None) -> loading.Loaded:
    """Load the plugins, and warn of any that fail; one named by --plugin is a usage error."""
    from copydesk.adapters import loading

    named = list(extra or ())
    with signals.immediate_exit(), streams.stdout_to_stderr():
        loaded = loading.load(named, probe=True)
    for plugin in loaded.failures():
        if plugin.name in named and not plugin.origin:
            usage_error(str(plugin.error))
        to_stderr(f"warning: plugin skipped: {plugin.error}")
    return loaded


def check_files(*paths: Path) -> None:
    """Exit with a usage error unless all paths are regular files."""
    for path in paths:
        if not path.is_file():
            usage_error(f"{path}: {'not a regular file' if path.exists() else 'no such file'}")


def check_output(path: Path | None, *inputs: Path | str | None) -> None:
    """Exit with a usage error if an output cannot be written, or is also an input."""
    if path is None:
        return
    if path.is_dir():
        usage_error(f"{path}: is a folder, not a file")
    if not path.parent.is_dir():
        usage_error(f"{path}: no such folder")
    try:
        check_name(path)
    except OutputError as error:
        usage_error(str(error))
    own = identity(path)
    for other in inputs:
        found = None
        if other == "-":
            found = identity(0)
        elif other is not None:
            found = identity(Path(other))
        if own is not None and own == found:
            usage_error(f"{path}: is also the input; choose another output file")
