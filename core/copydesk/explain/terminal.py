"""The printed explanation of a document: its segments, its fields with their origins, its warnings."""

from __future__ import annotations

import json
from collections.abc import Iterator

from copydesk.adapters.outlet import Outlet
from copydesk.explain import partition
from copydesk.explain.partition import Stretch
from copydesk.explain.provenance import Origin, brief, origins
from copydesk.model.article import Article
from copydesk.model.draft import OUTSIDE, Candidate, Draft, Segment
from copydesk.util.text import plural, safe

_COLOURS = {
    "body": "\x1b[32m",
    "images": "\x1b[35m",
    "comments": "\x1b[36m",
    "related": "\x1b[33m",
    "corrections": "\x1b[33m",
}
_OTHER_FIELD, _REMOVED, _FURNITURE, _PLAIN = "\x1b[34m", "\x1b[31m", "\x1b[2m", "\x1b[0m"


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
    for one in draft.candidates if not fields or "body" in fields else []:
        yield safe(f"body, {_candidate(one)}")
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


def _candidate(one: Candidate) -> str:
    counts = f"{one.sentences} characters in sentences, {plural(one.paragraphs, 'paragraph')}"
    return f"{'' if one.taken else 'not '}read from {one.name}: {counts}  ({one.why})"


def _shown(segment: Segment) -> str:
    if segment.rule == OUTSIDE:
        return f"({segment.end - segment.start} characters)"
    text = f"{segment.bullet} {segment.text}" if _marked(segment) else segment.text
    why = segment.data.get("why")
    return f"{text}  ({why})" if why else text


def _marked(segment: Segment) -> bool:
    return bool(segment.bullet) and not segment.text.startswith(segment.bullet)


def _colour(stretch: Stretch) -> str:
    where = partition.group(stretch)
    if where in ("removed", "furniture"):
        return _REMOVED if where == "removed" else _FURNITURE
    return _COLOURS.get(stretch["field"] or "", _OTHER_FIELD)
