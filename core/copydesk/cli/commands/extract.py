"""The command `extract`: one document in, one article out."""

from __future__ import annotations

import sys

import typer

from copydesk.cli.documents import outlet_for, read_input
from copydesk.cli.options import (
    AllowOption,
    ContactOption,
    EncodingOption,
    FieldsOption,
    FormatOption,
    OutletOption,
    OutputOption,
    PluginOption,
    SourceArgument,
    TypeOption,
    UrlOption,
    WithoutOption,
    build_settings,
    check_fields,
    check_output,
    load,
    named_output,
    usage_error,
)
from copydesk.cli.output import to_stderr
from copydesk.cli.usage import Command, examples

app = typer.Typer(add_completion=False)


@app.command(
    cls=Command,
    epilog=examples(
        "copydesk extract page.html --url https://echo.example/ferry -o ferry.jsonl",
        "copydesk extract https://echo.example/ferry --contact me@echo.example",
        "copydesk extract page.html -o ferry.md",
    ),
)
def extract(
    source: SourceArgument,
    url: UrlOption = None,
    outlet: OutletOption = None,
    media_type: TypeOption = None,
    encoding: EncodingOption = None,
    output: OutputOption = None,
    form: FormatOption = None,
    fields: FieldsOption = None,
    without: WithoutOption = None,
    contact: ContactOption = None,
    allow_host: AllowOption = None,
    plugin: PluginOption = None,
) -> None:
    """Read one document and print its article as a line of JSON."""
    from copydesk.sinks.base import JSON_LINES, write_lines
    from copydesk.workers import isolated

    registry = load(plugin).registry
    output = named_output(output)
    if form and not output:
        usage_error("--format needs an output: add -o FILE")
    sink = check_output(output, source, registry=registry, form=form) or JSON_LINES
    trim = check_fields(fields, without, sink)
    settings = build_settings(contact, allow_host, concurrency=1)
    document = read_input(source, url, media_type, encoding, settings)
    article = isolated.read(document, outlet_for(registry, outlet, document))
    for warning in article.warnings:
        to_stderr(f"{document.subject}: {warning}")
    line = trim(article.to_line()) if trim else article.to_line()
    if output:
        write_lines(sink, output, [line], append=sink.append is not None)
        return
    sys.stdout.buffer.write(line)
    sys.stdout.buffer.flush()
