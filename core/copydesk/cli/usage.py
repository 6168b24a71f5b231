"""Base classes of the commands: help without noise, and usage errors in one line."""

from __future__ import annotations

import contextlib
import importlib
import signal
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

import typer
from typer.core import TyperCommand, TyperGroup

from copydesk.cli.output import to_stderr
from copydesk.errors import UnknownOutlet

OUTPUT = "Output"
INPUT = "Input"
FILTERS = "Filters"
RESUMING = "State and resuming"
ADAPTERS = "Adapters"
NETWORK = "Network"
LIMITS = "Limits"
SHARDS = "Runs in shards"
"""Titles of the option groups in the help."""

_USAGE_ERROR: Any = typer.BadParameter.__base__


def option(names: str, value: str, text: str, group: str | None = None, **more: Any) -> Any:
    """Return an option that takes a value, such as `option("--output -o", "FILE", ...)`.

    text: the help. group: title of the group of options in the help.
    """
    return typer.Option(*names.split(), metavar=value, help=text, rich_help_panel=group, **more)


def flag(names: str, text: str, group: str | None = None) -> Any:
    """Return an option that takes no value."""
    return typer.Option(*names.split(), help=text, rich_help_panel=group)


class _Help:
    """Help in plain text, in groups, with examples; typer's own takes longer to import than typer."""

    epilog: str | None

    if TYPE_CHECKING:
        # Of the classes beside which this one is a base.
        def get_params(self, ctx: Any) -> list[Any]: ...
        def format_usage(self, ctx: Any, formatter: Any) -> None: ...
        def format_help_text(self, ctx: Any, formatter: Any) -> None: ...

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help of the command."""
        self.format_usage(ctx, formatter)
        self.format_help_text(ctx, formatter)
        self.format_options(ctx, formatter)
        self.format_epilog(ctx, formatter)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the arguments and options, by group; a flag has no type."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for param in self.get_params(ctx):
            if getattr(param, "is_flag", False):
                param.metavar = ""
            titles = {"argument": "Arguments", "option": "Options"}
            title = param.rich_help_panel or titles[param.param_type_name]
            if (row := param.get_help_record(ctx)) is not None:
                groups.setdefault(title, []).append((row[0].rstrip(), row[1]))
        _write_groups(formatter, groups)

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Write the examples, which can be copied line by line, and what else stands below."""
        parts = (self.epilog or "").split("\n\n")
        if lines := [part for part in parts if part.startswith("copydesk ")]:
            with formatter.section("Examples"):
                for line in lines:
                    formatter.write("".join(f"{row}\n" for row in _folded(line, formatter.width)))
        for part in parts:
            if part and part not in lines:
                formatter.write_paragraph()
                formatter.write_text(part)


class Command(_Help, TyperCommand):
    """A command."""


class Group(_Help, TyperGroup):
    """A group of commands that prints a usage error in one line and exits with code 2.

    A command is imported when it is called: the help of the group needs its summary alone.

    package: name of the package that has a module with an `app` for each command.
    topics: the commands in the order of the help, by the titles of its groups, each with the
        first sentence of its help.
    """

    package: ClassVar[str]
    topics: ClassVar[dict[str, dict[str, str]]]

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        for summaries in self.topics.values():
            for name, summary in summaries.items():
                self.add_command(TyperCommand(name, help=summary))

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the options of the group and its commands, by topic."""
        super().format_options(ctx, formatter)
        _write_groups(formatter, {t: list(rows.items()) for t, rows in self.topics.items()})

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Import the command that the arguments name; return its name, itself and its arguments."""
        name, _, rest = super().resolve_command(ctx, args)
        module = importlib.import_module(f"{self.package}.{name}")
        return name, typer.main.get_command(module.app), rest

    def make_context(self, *args: Any, **extra: Any) -> Any:
        """Parse a command line."""
        with _interrupts_kept():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: Any) -> Any:
        """Run the command of a context; an unknown outlet is a usage error."""
        with _interrupts_kept():
            try:
                return super().invoke(ctx)
            except UnknownOutlet as error:
                to_stderr(str(error))
                raise typer.Exit(2) from error

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Run a command, and exit with its code unless standalone_mode is off."""
        run = partial(
            super().main, args, prog_name, complete_var, False, windows_expand_args, **extra
        )
        if not standalone_mode:
            return run()
        try:
            code = run()
        except _USAGE_ERROR as error:
            # Without arguments, the help is printed instead of an error.
            if type(error).__name__ == "NoArgsIsHelpError":
                print(error.format_message())
            else:
                command = error.ctx.command_path if error.ctx else "copydesk"
                to_stderr(f"{_message(error)}; see {command} --help")
            code = 2
        sys.exit(code if isinstance(code, int) else 0)


_INVALID = {
    "int_parsing": "not a whole number",
    "float_parsing": "not a number",
    "greater_than_equal": "must be at least {ge:g}",
}
"""What is wrong with a value, by the type of pydantic's error, which typer quotes word for word."""


def _message(error: Any) -> str:
    """Return what is wrong with a command line."""
    for found in getattr(error.__cause__, "errors", list)():
        if found["type"] in _INVALID:
            reason = _INVALID[found["type"]].format(**found.get("ctx", {}))
            return f"{error.param.opts[0]} {found['input']}: {reason}"
    return str(error.format_message()).rstrip(".")


@contextlib.contextmanager
def _interrupts_kept() -> Iterator[None]:
    """Chain an interrupt to the exit: typer would turn it into a silent exit with code 130."""
    try:
        yield
    except KeyboardInterrupt as stop:
        raise SystemExit(128 + signal.SIGINT) from stop


def examples(*parts: str) -> str:
    """Return the end of a help page: examples, which begin with "copydesk ", and paragraphs."""
    return "\n\n".join(parts)


def _write_groups(formatter: Any, groups: dict[str, list[tuple[str, str]]]) -> None:
    for title, rows in groups.items():
        with formatter.section(title):
            formatter.write_dl(rows)


def _folded(line: str, width: int) -> list[str]:
    """Return the lines of a command that is continued by backslashes where it is too long."""
    rows = ["  "]
    for word in line.split():
        if len(rows[-1]) + len(word) > width - 2:
            rows[-1] += "\\"
            rows.append("      ")
        rows[-1] += f"{word} "
    return [row.rstrip() for row in rows]
