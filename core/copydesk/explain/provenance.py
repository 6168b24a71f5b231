"""Provenance of every field: where its value came from, and the rejected statements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from copydesk.adapters.outlet import STATED_FIELDS, Outlet
from copydesk.model.article import Article
from copydesk.model.draft import Draft, RuleId
from copydesk.model.metadata import Resolved, Statement

_ABOUT_THE_RECORD = frozenset(
    """schema_version id revision previous fingerprint outlet url requested_url text removed provenance
    document adapter warnings""".split()
)
FIELDS = tuple(name for name in Article.model_fields if name not in _ABOUT_THE_RECORD)
"""The fields of the record that are read from the document, in record order."""

# Lists that are joined from all statements of one rule.
_LISTS = frozenset(("tags", "breadcrumbs"))


class Words(NamedTuple):
    """Text that a field was or was not read from: kind of source, rule, and the raw text."""

    source: str
    rule: str | None
    raw: str | None


class Fed(NamedTuple):
    """Number of segments of one rule that feed a field."""

    rule: RuleId
    segments: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """One field: its value in the record, and where it came from.

    taken: the text it was read from, None if the record names none.
    fed: the rules of the segments that feed it.
    declared: what the adapter declares for each rule, such as a selector.
    rejected: the rejected statements, the most trusted first.
    """

    name: str
    value: Any
    taken: Words | None
    fed: tuple[Fed, ...]
    declared: dict[str, str]
    rejected: tuple[Words, ...]


def origins(draft: Draft, article: Article, adapter: type[Outlet] | None) -> list[Origin]:
    """Return the origin of every field in `FIELDS`, including empty ones."""
    values = article.model_dump()
    found = []
    for name in FIELDS:
        resolved = draft.resolved.get(name, Resolved())
        taken = _words(resolved.winner) if resolved.winner else None
        counts = Counter(s.rule for s in draft.segments if s.field == name)
        rules = dict.fromkeys([*([taken.rule] if taken and taken.rule else []), *map(str, counts)])
        declared = {rule: words for rule in rules if (words := _declared(draft, adapter, rule))}
        fed = tuple(Fed(*item) for item in counts.items())
        rejected = tuple(dict.fromkeys(_rejected(resolved, name, taken)))
        found.append(
            Origin(
                name=name,
                value=values[name],
                taken=taken,
                fed=fed,
                declared=declared,
                rejected=rejected,
            )
        )
    return found


def brief(origin: Origin) -> Any:
    """Return a field's value, with counts instead of the blocks of the body and the comments."""
    if origin.name == "body":
        return dict(Counter(block["type"] for block in origin.value))
    if origin.name == "comments":
        return {**origin.value, "items": len(origin.value["items"])}
    return origin.value


def _words(statement: Statement) -> Words:
    return Words(statement.source, statement.rule or None, statement.raw or None)


def _rejected(resolved: Resolved, name: str, taken: Words | None) -> Iterator[Words]:
    for one in resolved.rejected:
        words = _words(one)
        if words != taken and not (name in _LISTS and taken and one.rule == taken.rule):
            yield words


def _declared(draft: Draft, adapter: type[Outlet] | None, rule: str) -> str | None:
    """Return what an adapter declares for a rule: selectors, /patterns/ or a method."""
    if adapter is None or not (own := RuleId.parse(rule, adapter.id)).is_outlet:
        return None
    name = own.name
    found = []
    if draft.metadata is not None:
        found += _selectors(draft, adapter, name)
    found += [f"/{one.pattern.pattern}/" for one in adapter.line_rules() if one.name == name]
    if name in STATED_FIELDS and callable(getattr(adapter, name, None)):
        found.append(f"def {name}(self, page)")
    return ", ".join(dict.fromkeys(found)) or None


def _selectors(draft: Draft, adapter: type[Outlet], name: str) -> list[str]:
    selectors = adapter.selectors()
    fields, strip = dict(selectors.fields), selectors.strip
    for layout in selectors.layouts:
        if layout.name == draft.layout:
            fields |= layout.fields
            strip = (*layout.strip, *strip)
    stripped = [css for kind, css in strip if f"strip.{kind}" == name]
    return [*stripped, fields[name]] if name in fields else stripped
