"""The command `explain`: the role of every piece of text and the origin of every field."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from copydesk.adapters.outlet import Outlet
from copydesk.cli.documents import adapter_for, read_input
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
from copydesk.cli.output import plural, safe, to_stderr
from copydesk.cli.usage import OUTPUT, Command, examples
from copydesk.explain import html_page, partition
from copydesk.explain.partition import Stretch
from copydesk.explain.provenance import FIELDS, Origin, brief, origins
from copydesk.model.article import Article
from copydesk.model.draft import OUTSIDE, Draft, Segment
from copydesk.sinks import jsonl
from copydesk.util.text import did_you_mean
from copydesk.workers import isolated

app = typer.Typer(add_completion=False)

_COLOURS = {
    "body": "\x1b[32m",
    "images": "\x1b[35m",
    "comments": "\x1b[36m",
    "related": "\x1b[33m",
    "corrections": "\x1b[33m",
}
_OTHER_FIELD, _REMOVED, _FURNITURE, _PLAIN = "\x1b[34m", "\x1b[31m", "\x1b[2m", "\x1b[0m"


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
    as_json: Annotated[
        bool,
        typer.Option(
            "--json",
            help="Print all stretches of the text with role and rule as JSON.",
            rich_help_panel=OUTPUT,
        ),
    ] = False,
    html: Annotated[
        Path | None,
        typer.Option(
            "--html", metavar="FILE", help="Write an HTML page to FILE.", rich_help_panel=OUTPUT
        ),
    ] = None,
    field: Annotated[
        list[str] | None,
        typer.Option(
            "--field",
            metavar="NAME",
            help="Show only this field; repeatable.",
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    contact: ContactOption = None,
    allow_host: AllowOption = None,
    plugin: PluginOption = None,
) -> None:
    """Show the role of every piece of text and the origin of every field."""
    registry = load(plugin).registry
    check_output(html, source)
    fields = field or []
    _check_fields(fields, plain=not as_json and html is None)
    settings = build_settings(contact, allow_host, concurrency=1)
    document = read_input(source, url, media_type, encoding, settings)
    adapter = adapter_for(registry, outlet, document)
    colour = sys.stdout.isatty()

    def explained(draft: Draft, article: Article) -> tuple[str, str, list[str]]:
        """Return the HTML page, the printed text, and errors of the partition."""
        stretches = partition.partition(draft)
        page = html_page.render(draft, article, adapter, stretches) if html is not None else ""
        printed = ""
        if as_json:
            printed = json.dumps(stretches, ensure_ascii=False) + "\n"
        elif html is None:
            printed = "".join(f"{one}\n" for one in shown(draft, article, adapter, fields, colour))
        return page, printed, list(partition.faults(draft.text, stretches))

    page, printed, faults = isolated.apply(document, adapter, explained)
    if html is not None:
        jsonl.write_bytes(html, [page.encode("utf-8")])
    sys.stdout.write(printed)
    for fault in faults:
        to_stderr(f"{document.subject}: {fault}")
    if faults:
        raise typer.Exit(1)


def _check_fields(fields: list[str], plain: bool) -> None:
    """Exit with a usage error for unknown fields, or for fields without plain output."""
    if fields and not plain:
        usage_error("--field cannot be used with --json or --html")
    for name in fields:
        if name not in FIELDS:
            usage_error(f"{name}: no such field{did_you_mean(name, FIELDS)}")


def shown(
    draft: Draft,
    article: Article,
    adapter: type[Outlet] | None,
    fields: list[str],
    colour: bool,
) -> Iterator[str]:
    """Yield lines for the segments in order, the fields with their origins, and the warnings.

    fields: show only these fields and their segments; empty for all.
    """
    yield from _segments([s for s in draft.segments if not fields or s.field in fields], colour)
    yield ""
    for origin in origins(draft, article, adapter):
        if not fields or origin.name in fields:
            for line in _lines(origin):
                yield safe(line)
    if fields:
        return
    for warning in article.warnings:
        yield safe(f"warning: {warning}")
    kept = sum(s.end - s.start for s in draft.segments if s.field)
    removed = sum(s.end - s.start for s in draft.segments if not s.field)
    count = plural(len(draft.segments), "segment")
    yield f"{count}: {kept} characters feed the record, {removed} removed"


def _segments(segments: list[Segment], colour: bool) -> Iterator[str]:
    width = max((len(s.role) for s in segments), default=0)
    rules = max((len(safe(str(s.rule))) for s in segments), default=0)
    for segment in segments:
        stretch = partition.stretch(segment)
        sign = partition.SIGNS[partition.group(stretch)]
        head = f"{sign} {segment.role:<{width}}  {safe(str(segment.rule)):<{rules}}"
        line = f"{head}  {safe(_shown(segment))}"
        yield f"{_colour(stretch)}{line}{_PLAIN}" if colour else line


def _lines(origin: Origin) -> Iterator[str]:
    """Yield lines that start with the field's name: value, origin, and rejected candidates."""
    name = origin.name
    yield f"{name} = {json.dumps(brief(origin), ensure_ascii=False)}"
    if origin.taken:
        source, rule, raw = origin.taken
        words = f"  {raw!r}" if raw is not None else ""
        yield f"{name}: {source}{f' ({rule})' if rule else ''}{words}"
    for fed in origin.fed:
        if not origin.taken or str(fed.rule) != origin.taken.rule:
            several = plural(fed.segments, "segment")
            yield f"{name}: {fed.rule.source} ({fed.rule})  {several}"
    for rule, declared in origin.declared.items():
        yield f"{name}, {rule} is: {declared}"
    for source, rule, raw in origin.rejected:
        yield f"{name}, not taken: {source} ({rule})  {raw!r}"


def _shown(segment: Segment) -> str:
    if segment.rule == OUTSIDE:
        return f"({segment.end - segment.start} characters)"
    return f"{segment.bullet} {segment.text}" if _marked(segment) else segment.text


def _marked(segment: Segment) -> bool:
    return bool(segment.bullet) and not segment.text.startswith(segment.bullet)


def _colour(stretch: Stretch) -> str:
    where = partition.group(stretch)
    if where in ("removed", "furniture"):
        return _REMOVED if where == "removed" else _FURNITURE
    return _COLOURS.get(stretch["field"] or "", _OTHER_FIELD)
