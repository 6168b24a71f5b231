"""The terminal's view of a reading: every segment with its role and rule, every field's origin."""

from __future__ import annotations

import sys

from copydesk.article import Article
from copydesk.cli.terminal import safe
from copydesk.draft import OUTSIDE, Draft, Segment
from copydesk.outlet import FIELD_NAMES, Outlet
from copydesk.roles import BODY

_GREEN, _BLUE, _RED, _PLAIN = "\x1b[32m", "\x1b[34m", "\x1b[31m", "\x1b[0m"


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


def outlet_rows(outlet: type[Outlet], owner: str) -> list[tuple[str, str]]:
    """What an adapter says, as rows of name and value."""
    rows = [("id", outlet.id), ("name", outlet.name), ("registered by", owner)]
    rows += [("domains", ", ".join(outlet.domains)), ("version", outlet.version())]
    for name in ("country", "language", "timezone"):
        if value := getattr(outlet, name):
            rows.append((name, value))
    rows += [("feed", feed) for feed in outlet.feeds]
    for name in FIELD_NAMES:
        if value := getattr(outlet, name, None):
            rows.append((name, value if isinstance(value, str) else "(method)"))
    for kind, given in outlet.strip.items():
        for one in given if isinstance(given, tuple) else (given,):
            rows.append((f"strip {kind}", one if isinstance(one, str) else f"/{one.pattern}/"))
    rows += [("rule", f"{r.kind} {r.name}: /{r.pattern.pattern}/") for r in outlet.rules]
    rows += [("layout", f"{layout.name}: {layout.matches}") for layout in outlet.layouts]
    return rows
