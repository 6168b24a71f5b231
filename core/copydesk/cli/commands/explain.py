"""The command `explain`: the role of every piece of text and the origin of every field."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from copydesk.cli.documents import outlet_for, read_input
from copydesk.cli.options import (
    AllowOption,
    ContactOption,
    EncodingOption,
    OutletOption,
    PluginOption,
    SourceArgument,
    TypeOption,
    UrlOption,
    build_settings,
    check_output,
    load,
    usage_error,
)
from copydesk.cli.output import to_stderr
from copydesk.cli.usage import OUTPUT, Command, examples, flag, option
from copydesk.util.text import did_you_mean

if TYPE_CHECKING:
    from copydesk.model.article import Article
    from copydesk.model.draft import Draft

app = typer.Typer(add_completion=False)

JsonOption = Annotated[
    bool,
    flag("--json", "Print all stretches of the text with role and rule as JSON.", OUTPUT),
]
HtmlOption = Annotated[Path | None, option("--html", "FILE", "Write an HTML page to FILE.", OUTPUT)]
FieldOption = Annotated[
    list[str] | None, option("--field", "NAME", "Show only this field; repeatable.", OUTPUT)
]


@app.command(
    cls=Command,
    epilog=examples(
        "copydesk explain page.html", "copydesk explain page.html --html explained.html"
    ),
)
def explain(
    source: SourceArgument,
    url: UrlOption = None,
    outlet: OutletOption = None,
    media_type: TypeOption = None,
    encoding: EncodingOption = None,
    as_json: JsonOption = False,
    html: HtmlOption = None,
    field: FieldOption = None,
    contact: ContactOption = None,
    allow_host: AllowOption = None,
    plugin: PluginOption = None,
) -> None:
    """Show the role of every piece of text and the origin of every field."""
    from copydesk.adapters.registry import adapter_of
    from copydesk.explain import html_page, partition, terminal
    from copydesk.sinks import jsonl
    from copydesk.workers import isolated

    registry = load(plugin).registry
    check_output(html, source)
    fields = field or []
    _check_fields(fields, plain=not as_json and html is None)
    settings = build_settings(contact, allow_host, concurrency=1)
    document = read_input(source, url, media_type, encoding, settings)
    known = outlet_for(registry, outlet, document)
    adapter = adapter_of(known)
    colour = sys.stdout.isatty()

    def explained(draft: Draft, article: Article) -> tuple[str, str, list[str]]:
        """Return the HTML page, the printed text, and errors of the partition."""
        stretches = partition.partition(draft)
        page = html_page.render(draft, article, adapter, stretches) if html is not None else ""
        printed = ""
        if as_json:
            printed = json.dumps(stretches, ensure_ascii=False) + "\n"
        elif html is None:
            lines = terminal.shown(draft, article, adapter, fields, colour)
            printed = "".join(f"{line}\n" for line in lines)
        return page, printed, list(partition.faults(draft.text, stretches))

    page, printed, faults = isolated.apply(document, known, explained)
    if html is not None:
        jsonl.write_bytes(html, [page.encode("utf-8")])
    sys.stdout.write(printed)
    for fault in faults:
        to_stderr(f"{document.subject}: {fault}")
    if faults:
        raise typer.Exit(1)


def _check_fields(fields: list[str], plain: bool) -> None:
    """Exit with a usage error for unknown fields, or for fields without plain output."""
    from copydesk.explain.provenance import FIELDS

    if fields and not plain:
        usage_error("--field cannot be used with --json or --html")
    for name in fields:
        if name not in FIELDS:
            usage_error(f"{name}: no such field{did_you_mean(name, FIELDS)}")
