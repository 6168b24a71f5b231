"""The terminal's view of a reading: every segment with its role and rule, every field's origin."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

from copydesk import ledger
from copydesk.article import Article
from copydesk.cli import ingesting
from copydesk.cli.common import OutletOption, PluginOption, load
from copydesk.cli.documents import EncodingOption, TypeOption, UrlOption, adapter_for, read_input
from copydesk.cli.terminal import complain, safe
from copydesk.draft import OUTSIDE, Draft, Segment
from copydesk.reading import read
from copydesk.roles import BODY

_GREEN, _BLUE, _RED, _PLAIN = "\x1b[32m", "\x1b[34m", "\x1b[31m", "\x1b[0m"


def explain(
    source: Annotated[str, typer.Argument(metavar="FILE|URL|-")],
    url: UrlOption = None,
    outlet: OutletOption = None,
    media_type: TypeOption = None,
    encoding: EncodingOption = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the partition of the text as JSON.")
    ] = False,
    contact: ingesting.ContactOption = None,
    allow_host: ingesting.AllowOption = None,
    plugin: PluginOption = None,
) -> None:
    """Show where every character and every field came from."""
    registry = load(plugin).registry
    stated = ingesting.settings(contact, 1.0, 1, allow_host, None)
    document = read_input(source, url, media_type, encoding, stated)
    draft, article = read(document, adapter_for(registry, outlet, document))
    stretches = ledger.partition(draft)
    if as_json:
        print(json.dumps(stretches, ensure_ascii=False))
    else:
        show(draft, article)
    faults = ledger.faults(draft.text, stretches)
    for fault in faults:
        complain(f"{document.subject}: {fault}")
    if faults:
        raise typer.Exit(1)


def show(draft: Draft, article: Article) -> None:
    """Print the segments in order, then the fields that have an origin, then the warnings."""
    colour = sys.stdout.isatty()
    width = max(len(s.role) for s in draft.segments)
    rules = max(len(s.rule) for s in draft.segments)
    for segment in draft.segments:
        head = f"{_sign(segment)} {segment.role:<{width}}  {segment.rule:<{rules}}"
        text = safe(_shown(segment))
        print(_paint(head, segment) + "  " + text if colour else f"{head}  {text}")
    print()
    for name, origin in article.provenance.items():
        raw = f"  {origin.raw!r}" if origin.raw is not None else ""
        print(safe(f"{name}: {origin.source}{f' ({origin.rule})' if origin.rule else ''}{raw}"))
    for name, candidates in draft.rejected.items():
        for one in candidates:
            print(safe(f"{name}, not taken: {one.source} ({one.rule})  {one.raw!r}"))
    for warning in article.warnings:
        print(safe(f"warning: {warning}"))
    kept = sum(s.end - s.start for s in draft.segments if s.field)
    removed = sum(s.end - s.start for s in draft.segments if not s.field)
    count = len(draft.segments)
    print(
        f"{count} segment{'s' * (count != 1)}: {kept} characters feed the record, {removed} removed"
    )


def _shown(segment: Segment) -> str:
    if segment.rule == OUTSIDE:
        return f"({segment.end - segment.start} characters)"
    return f"{segment.mark} {segment.text}" if _marked(segment) else segment.text


def _marked(segment: Segment) -> bool:
    return bool(segment.mark) and not segment.text.startswith(segment.mark)


def _sign(segment: Segment) -> str:
    return "=" if segment.role in BODY else "+" if segment.field else "-"


def _paint(head: str, segment: Segment) -> str:
    colour = _GREEN if segment.role in BODY else _BLUE if segment.field else _RED
    return f"{colour}{head}{_PLAIN}"
