"""What is shown of a reading: where every character went, and where every field came from."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import typer

from copydesk import apart, ledger, report
from copydesk.article import Article
from copydesk.cli.common import usage
from copydesk.cli.terminal import complain, counted, safe
from copydesk.document import Document
from copydesk.draft import OUTSIDE, Draft, Segment
from copydesk.ledger import Stretch
from copydesk.origins import FIELDS, Origin, brief, origins, source_of
from copydesk.outlet import Outlet
from copydesk.sinks import jsonl
from copydesk.text import did_you_mean

_COLOURS = {
    "body": "\x1b[32m", "images": "\x1b[35m", "comments": "\x1b[36m", "related": "\x1b[33m",
    "corrections": "\x1b[33m",
}  # fmt: skip
_OTHER_FIELD, _REMOVED, _FURNITURE, _PLAIN = "\x1b[34m", "\x1b[31m", "\x1b[2m", "\x1b[0m"


def explain(
    document: Document,
    adapter: type[Outlet] | None,
    as_json: bool,
    html: Path | None,
    fields: list[str],
) -> None:
    """Print where every character and every field came from, or write it as a page to html."""
    colour = sys.stdout.isatty()

    def explained(draft: Draft, article: Article) -> tuple[str, str, list[str]]:
        """The page, what is printed, and what does not add up."""
        stretches = ledger.partition(draft)
        page = report.render(draft, article, adapter, stretches) if html is not None else ""
        printed = ""
        if as_json:
            printed = json.dumps(stretches, ensure_ascii=False) + "\n"
        elif html is None:
            printed = "".join(f"{one}\n" for one in shown(draft, article, adapter, fields, colour))
        return page, printed, list(ledger.faults(draft.text, stretches))

    page, printed, faults = apart.of(document, adapter, explained)
    if html is not None:
        jsonl.write_bytes(html, [page.encode("utf-8")])
    sys.stdout.write(printed)
    for fault in faults:
        complain(f"{document.subject}: {fault}")
    if faults:
        raise typer.Exit(1)


def checked(fields: list[str], elsewhere: bool) -> list[str]:
    """The fields that were asked for; ends the command where there is none of that name."""
    if fields and elsewhere:
        usage("--field is for what is printed, not for --json or --html")
    for name in fields:
        if name not in FIELDS:
            usage(f"{name}: no such field{did_you_mean(name, FIELDS)}")
    return fields


def shown(
    draft: Draft,
    article: Article,
    adapter: type[Outlet] | None,
    fields: list[str],
    colour: bool,
) -> Iterator[str]:
    """The segments in order, line by line, then every field with its origin, then the warnings.

    fields: those to be shown alone, with the segments that feed them; all where there are none.
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
    count = counted(len(draft.segments), "segment")
    yield f"{count}: {kept} characters feed the record, {removed} removed"


def _segments(segments: list[Segment], colour: bool) -> Iterator[str]:
    width = max((len(s.role) for s in segments), default=0)
    rules = max((len(safe(s.rule)) for s in segments), default=0)
    for segment in segments:
        stretch = ledger.stretch(segment)
        sign = ledger.SIGNS[ledger.group(stretch)]
        head = f"{sign} {segment.role:<{width}}  {safe(segment.rule):<{rules}}"
        line = f"{head}  {safe(_shown(segment))}"
        yield f"{_colour(stretch)}{line}{_PLAIN}" if colour else line


def _lines(origin: Origin) -> Iterator[str]:
    """A field in lines that each begin with its name: the value, whence it came, what was not taken."""
    name = origin.name
    yield f"{name} = {json.dumps(brief(origin), ensure_ascii=False)}"
    if origin.taken:
        source, rule, raw = origin.taken
        words = f"  {raw!r}" if raw is not None else ""
        yield f"{name}: {source}{f' ({rule})' if rule else ''}{words}"
    for fed in origin.fed:
        if not origin.taken or fed.rule != origin.taken.rule:
            several = counted(fed.segments, "segment")
            yield f"{name}: {source_of(fed.rule)} ({fed.rule})  {several}"
    for rule, said in origin.said.items():
        yield f"{name}, {rule} is: {said}"
    for source, rule, raw in origin.rejected:
        yield f"{name}, not taken: {source} ({rule})  {raw!r}"


def _shown(segment: Segment) -> str:
    if segment.rule == OUTSIDE:
        return f"({segment.end - segment.start} characters)"
    return f"{segment.bullet} {segment.text}" if _marked(segment) else segment.text


def _marked(segment: Segment) -> bool:
    return bool(segment.bullet) and not segment.text.startswith(segment.bullet)


def _colour(stretch: Stretch) -> str:
    where = ledger.group(stretch)
    if where in ("removed", "furniture"):
        return _REMOVED if where == "removed" else _FURNITURE
    return _COLOURS.get(stretch["field"] or "", _OTHER_FIELD)
