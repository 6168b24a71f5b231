"""The form of every command: its help, and one line for a command line that is wrong."""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from copydesk.cli.terminal import complain

OUTPUT = "Output"
SOURCES = "What is read"
AGAIN = "State and resuming"
ADAPTERS = "Adapters"
NETWORK = "Network"
LIMITS = "Limits"
"""Titles of the panels in which help groups options."""

_WRONG_USE: Any = typer.BadParameter.__base__


class Command(TyperCommand):
    """A command whose help has no type behind a flag."""

    def get_params(self, ctx: Any) -> list[Any]:
        """The parameters, those of flags without a type."""
        return _untyped(super().get_params(ctx))


class Group(TyperGroup):
    """A group of commands that tells of wrong use in one line, with exit code 2."""

    def get_params(self, ctx: Any) -> list[Any]:
        """The parameters, those of flags without a type."""
        return _untyped(super().get_params(ctx))

    def make_context(self, *args: Any, **extra: Any) -> Any:
        """Parse a command line."""
        with _interrupts_kept():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: Any) -> Any:
        """Run the command of a context."""
        with _interrupts_kept():
            return super().invoke(ctx)

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Run a command; ends the process with its exit code unless standalone_mode is off."""
        run = partial(
            super().main, args, prog_name, complete_var, False, windows_expand_args, **extra
        )
        if not standalone_mode:
            return run()
        try:
            code = run()
        except _WRONG_USE as error:
            # Without any argument there is nothing wrong to tell of: the help is printed.
            if type(error).__name__ == "NoArgsIsHelpError":
                print(error.format_message())
            else:
                command = error.ctx.command_path if error.ctx else "copydesk"
                message = error.format_message().rstrip(".")
                complain(f"{message}; see {command} --help")
            code = 2
        sys.exit(code if isinstance(code, int) else 0)


@contextlib.contextmanager
def _interrupts_kept() -> Iterator[None]:
    """Keep an interrupt as the cause of an exit: typer would make a silent exit with 130 of any."""
    try:
        yield
    except KeyboardInterrupt as stop:
        raise SystemExit(128 + signal.SIGINT) from stop


def examples(*lines: str) -> str:
    """Command lines for the end of a help page, each on a line of its own."""
    return "\n\n".join(("Examples:", *lines))


def _untyped(params: list[Any]) -> list[Any]:
    for param in params:
        if getattr(param, "is_flag", False):
            param.metavar = ""
    return params
