"""Shared by several commands: options, settings, loading of plugins, and usage errors."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from copydesk.cli import signals, streams
from copydesk.cli.output import to_stderr
from copydesk.cli.usage import ADAPTERS, INPUT, LIMITS, NETWORK, OUTPUT
from copydesk.errors import OutputError
from copydesk.settings import Limits, Settings
from copydesk.util.filesystem import check_name, identity

if TYPE_CHECKING:
    from copydesk.adapters import loading

SourceArgument = Annotated[
    str, typer.Argument(metavar="FILE|URL|-", help="A page or plain text; - is standard input.")
]
UrlOption = Annotated[
    str | None,
    typer.Option(
        "--url",
        metavar="URL",
        help="URL of the document; selects the adapter.",
        rich_help_panel=INPUT,
    ),
]
TypeOption = Annotated[
    str | None,
    typer.Option(
        "--type",
        metavar="MEDIA/TYPE",
        help="text/html or text/plain; default: detected.",
        rich_help_panel=INPUT,
    ),
]
EncodingOption = Annotated[
    str | None,
    typer.Option(
        "--encoding",
        metavar="NAME",
        help="Character encoding; default: detected.",
        rich_help_panel=INPUT,
    ),
]
ContactOption = Annotated[
    str | None,
    typer.Option(
        "--contact",
        metavar="URL|MAIL",
        help="Contact URL or e-mail address for the User-Agent.",
        rich_help_panel=NETWORK,
    ),
]
GapOption = Annotated[
    float,
    typer.Option(
        "--gap",
        min=0.0,
        metavar="SECONDS",
        help="Seconds between two requests to the same host.",
        rich_help_panel=NETWORK,
    ),
]
AllowOption = Annotated[
    list[str] | None,
    typer.Option(
        "--allow-host",
        metavar="HOST:PORT",
        help="Allow requests to this private address; repeatable.",
        rich_help_panel=NETWORK,
    ),
]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="LIMIT=VALUE",
        help="Change a limit; copydesk ingest --help lists them.",
        rich_help_panel=LIMITS,
    ),
]
OutletArgument = Annotated[str, typer.Argument(metavar="ID", help="Outlet id.")]
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
        help="Write the articles to FILE.",
        rich_help_panel=OUTPUT,
    ),
]
PluginOption = Annotated[
    list[str] | None,
    typer.Option(
        "--plugin",
        metavar="FILE|DIR|MODULE",
        help="Load adapters from a .py or .toml file, a folder of them, or a module.",
        rich_help_panel=ADAPTERS,
    ),
]

LIMITS_HELP = "Limits for --set and their defaults, in seconds, bytes or numbers: " + ", ".join(
    f"{one.name}={one.default}" for one in fields(Limits)
)


def usage_error(message: str) -> NoReturn:
    """Print a usage error and exit with code 2."""
    to_stderr(message)
    raise typer.Exit(2)


def build_settings(
    contact: str | None = None,
    allowed: list[str] | None = None,
    limits: list[str] | None = None,
    *,
    gap: float = 1.0,
    concurrency: int = 8,
) -> Settings:
    """Build the settings from command line options; a bad value is a usage error."""
    values: dict[str, int | float] = {}
    for item in limits or ():
        name, _, value = item.partition("=")
        known = getattr(Limits(), name, None)
        try:
            if known is None or not 0 <= float(value) < math.inf:
                raise ValueError
            values[name] = type(known)(float(value))
        except (ValueError, OverflowError):
            names = ", ".join(Limits.__dataclass_fields__)
            what = "not of the form LIMIT=NUMBER" if known else "no such limit"
            usage_error(f"--set {item}: {what}; limits: {names}")
    for host in allowed or ():
        if not host.rpartition(":")[2].isdigit():
            usage_error(f"--allow-host {host}: not of the form HOST:PORT")
    return Settings(
        contact=contact,
        gap=gap,
        concurrency=concurrency,
        allowed=frozenset(allowed or ()),
        limits=Limits(**values),  # type: ignore[arg-type]
    )


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
