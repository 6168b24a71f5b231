"""Shared by several commands: options, settings, loading of plugins, and usage errors."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, TextIO

import typer

from copydesk.cli import signals, streams
from copydesk.cli.output import to_stderr
from copydesk.cli.usage import ADAPTERS, INPUT, LIMITS, NETWORK, OUTPUT, option
from copydesk.errors import OutputError
from copydesk.settings import Limits, Settings
from copydesk.util.filesystem import check_name, identity, is_stdout

if TYPE_CHECKING:
    from copydesk.adapters import loading
    from copydesk.adapters.registry import Registry
    from copydesk.sinks.base import Sink
    from copydesk.sinks.fields import Trim

SourceArgument = Annotated[
    str, typer.Argument(metavar="FILE|URL|-", help="A page or plain text; - is standard input.")
]
UrlOption = Annotated[
    str | None, option("--url", "URL", "URL of the document; selects the adapter.", INPUT)
]
TypeOption = Annotated[
    str | None,
    option("--type", "MEDIA/TYPE", "text/html or text/plain; default: detected.", INPUT),
]
EncodingOption = Annotated[
    str | None, option("--encoding", "NAME", "Character encoding; default: detected.", INPUT)
]
ContactOption = Annotated[
    str | None,
    option("--contact", "URL|MAIL", "Contact URL or e-mail address for the User-Agent.", NETWORK),
]
GapOption = Annotated[
    float,
    option("--gap", "SECONDS", "Seconds between two requests to the same host.", NETWORK, min=0.0),
]
AllowOption = Annotated[
    list[str] | None,
    option("--allow-host", "HOST:PORT", "Allow this private address; repeatable.", NETWORK),
]
SetOption = Annotated[
    list[str] | None,
    option("--set", "LIMIT=VALUE", "Change one of the limits listed below; repeatable.", LIMITS),
]
OutletArgument = Annotated[str, typer.Argument(metavar="ID", help="Outlet id.")]
OutletOption = Annotated[
    str | None, option("--outlet", "ID", "Use the adapter of this outlet.", ADAPTERS)
]
OutputOption = Annotated[
    Path | None, option("--output -o", "FILE", "Write the articles to FILE.", OUTPUT)
]
FormatOption = Annotated[
    str | None,
    option("--format", "NAME", "Format of the articles, in place of that of the suffix.", OUTPUT),
]
FieldsOption = Annotated[
    list[str] | None,
    option("--fields", "NAME,...", "Write only these fields of the record.", OUTPUT),
]
WithoutOption = Annotated[
    list[str] | None,
    option("--without", "NAME,...", "Leave these fields of the record out.", OUTPUT),
]
PluginOption = Annotated[
    list[str] | None,
    option(
        "--plugin",
        "FILE|DIR|MODULE",
        "Load adapters from a .py or .toml file, a folder of them, or a module.",
        ADAPTERS,
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
    warnings.showwarning = _show_warning
    with signals.immediate_exit(), streams.stdout_to_stderr():
        loaded = loading.load(named, probe=True)
    for plugin in loaded.failures():
        if plugin.name in named and not plugin.origin:
            usage_error(str(plugin.error))
        to_stderr(f"warning: plugin skipped: {plugin.error}")
    return loaded


def _show_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """Print a Python warning, such as one about a file of the catalogue, as one line on stderr."""
    to_stderr(f"warning: {message}")


def check_kind(kind: str | None, registry: Registry) -> None:
    """Exit with a usage error for a value of --as that is no source."""
    if kind is not None and kind not in registry.sources:
        known = ", ".join(registry.sources)
        usage_error(f"--as {kind}: unknown kind; use one of {known}")


def check_files(*paths: Path) -> None:
    """Exit with a usage error unless all paths are regular files."""
    for path in paths:
        if not path.is_file():
            usage_error(f"{path}: {'not a regular file' if path.exists() else 'no such file'}")


def check_fields(
    fields: Iterable[str] | None, without: Iterable[str] | None, sink: Sink
) -> Trim | None:
    """Return what leaves out fields of a line, or None; a wrong name is a usage error."""
    from copydesk.sinks.fields import trimming

    chosen, left_out = _names("--fields", fields), _names("--without", without)
    if not chosen and not left_out:
        return None
    if not sink.name.startswith("jsonl"):
        usage_error(f"--fields and --without are for JSON Lines; {sink.name} has fields of its own")
    for names, one in ((chosen, "--fields"), (left_out, "--without")):
        try:
            trimming(names, ()) if one == "--fields" else trimming((), names)
        except ValueError as error:
            usage_error(f"{one} {error}")
    return trimming(chosen, left_out)


def separated(values: Iterable[str] | None) -> list[str]:
    """Return the values of an option that may be given several times, and with commas."""
    return [value for one in values or () for value in map(str.strip, one.split(",")) if value]


def _names(option: str, values: Iterable[str] | None) -> list[str]:
    """Return the names in the values of an option, which may be separated by commas."""
    names = separated(values)
    if values and not names:
        usage_error(f"{option}: names no field")
    return names


def named_output(path: Path | None) -> Path | None:
    """Return the output of `-o`; None for one of the names of standard output."""
    return None if path is None or is_stdout(path) else path


def _check_place(path: Path) -> None:
    """Exit with a usage error for a path to which no file can be written."""
    if not path.parent.is_dir():
        usage_error(f"{path}: no such folder")
    if is_stdout(path):
        usage_error(f"{path}: stands for standard output; name a file")
    if path.exists() and not (path.is_file() or path.is_dir()):
        usage_error(f"{path}: is not a regular file")


def check_output(
    path: Path | None,
    *inputs: Path | str | None,
    registry: Registry | None = None,
    form: str | None = None,
    has_format_option: bool = True,
) -> Sink | None:
    """Exit with a usage error if an output cannot be written, or is also an input.

    registry: has the formats of articles; None for an output of another kind. form: name of the
    format, if not that of the suffix. Returns the format.
    """
    if path is None:
        return None
    sink = None
    try:
        if registry is None:
            check_name(path)
        else:
            sink = registry.sink_for(path, form)
    except OutputError as error:
        usage_error(str(error))
    if sink and sink.folder and not has_format_option:
        usage_error(f"{path}: is one file for one article; write JSON Lines and convert them")
    if path.is_dir() and not (sink and sink.is_folder(path)):
        can_be_folder = registry is not None and has_format_option
        hint = "; add --format markdown or --format text" if can_be_folder else ""
        usage_error(f"{path}: is a folder, not a file{hint}")
    _check_place(path)
    own = identity(path)
    for other in inputs:
        found = None
        if other == "-":
            found = identity(0)
        elif other is not None:
            found = identity(Path(other))
        if own is not None and own == found:
            usage_error(f"{path}: is also the input; choose another output file")
    return sink
