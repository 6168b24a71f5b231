"""The command `extract`: one document in, one article out."""

from __future__ import annotations

import sys

import typer

from copydesk.cli.documents import adapter_for, read_input
from copydesk.cli.options import (
    AllowOption,
    ContactOption,
    EncodingOption,
    OutletOption,
    OutputOption,
    PluginOption,
    SourceArgument,
    TypeOption,
    UrlOption,
    build_settings,
    check_output,
    load,
)
from copydesk.cli.output import to_stderr
from copydesk.cli.usage import Command, examples

app = typer.Typer(add_completion=False)


@app.command(
    cls=Command,
    epilog=examples(
        "copydesk extract page.html --url https://echo.example/ferry -o ferry.jsonl",
        "copydesk extract https://echo.example/ferry --contact me@echo.example",
    ),
)
def extract(
    source: SourceArgument,
    url: UrlOption = None,
    outlet: OutletOption = None,
    media_type: TypeOption = None,
    encoding: EncodingOption = None,
    output: OutputOption = None,
    contact: ContactOption = None,
    allow_host: AllowOption = None,
    plugin: PluginOption = None,
) -> None:
    """Read one document and print its article as a line of JSON."""
    from copydesk.sinks.base import write
    from copydesk.workers import isolated

    registry = load(plugin).registry
    check_output(output, source, registry=registry)
    settings = build_settings(contact, allow_host, concurrency=1)
    document = read_input(source, url, media_type, encoding, settings)
    article = isolated.read(document, adapter_for(registry, outlet, document))
    for warning in article.warnings:
        to_stderr(f"{document.subject}: {warning}")
    if output:
        write(registry.sink_for(output), output, [article])
        return
    sys.stdout.buffer.write(article.to_line())
    sys.stdout.buffer.flush()
