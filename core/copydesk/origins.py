"""Where the value of every field came from, and what was not taken for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from copydesk.article import Article
from copydesk.draft import Draft, Segment
from copydesk.outlet import STATED_FIELDS, Outlet
from copydesk.roles import field_of

FIELDS = tuple(
    name
    for name in Article.model_fields
    if name
    not in {
        "schema_version", "id", "revision", "previous", "outlet", "url", "requested_url", "text",
        "removed", "provenance", "document", "adapter", "warnings",
    }
)  # fmt: skip
"""The fields of the record that are read in the document, in its order."""

# What the page says of itself is kept under these names where the field's own is another.
_STATED_AS = {"images": "image", "comments": "comment_count", "body": "article_body"}
# The page's statements of these are believed without a word in the record's provenance, so that one
# that is not among the rejected may be the one that was taken.
_UNTOLD = frozenset(("kind", "access", "comments"))
# All statements of one place make these lists together.
_LISTS = frozenset(("tags", "breadcrumbs"))
_SINGLE = frozenset(
    ("headline", "standfirst", "byline", "dateline", "published", "modified", "section")
)


class Words(NamedTuple):
    """Words that a field was or was not read from: kind of source, rule, and the words verbatim."""

    source: str
    rule: str | None
    raw: str | None


class Fed(NamedTuple):
    """Segments of one rule that feed a field: the rule, and how many they are."""

    rule: str
    segments: int


@dataclass(frozen=True, slots=True)
class Origin:
    """One field: its value as the record has it, and where that came from.

    taken: the words it was read from, None where the record names none. fed: the rules of the
    segments that feed it. said: by rule, what the adapter says under that name, such as a selector.
    rejected: what was not taken for it, the most trusted first.
    """

    name: str
    value: Any
    taken: Words | None
    fed: tuple[Fed, ...]
    said: dict[str, str]
    rejected: tuple[Words, ...]


def origins(draft: Draft, article: Article, adapter: type[Outlet] | None) -> list[Origin]:
    """The origin of every field of `FIELDS`, with None or an empty value where nothing was found."""
    values = article.model_dump()
    found = []
    for name in FIELDS:
        told = article.provenance.get(name)
        taken = Words(told.source, told.rule, told.raw) if told else None
        counts = Counter(s.rule for s in draft.segments if s.field == name)
        rules = dict.fromkeys([*([taken.rule] if taken and taken.rule else []), *counts])
        said = {rule: words for rule in rules if (words := _said(draft, adapter, rule))}
        fed = tuple(Fed(*item) for item in counts.items())
        rejected = tuple(dict.fromkeys(_rejected(draft, name, taken, values[name])))
        found.append(Origin(name, values[name], taken, fed, said, rejected))
    return found


def brief(origin: Origin) -> Any:
    """A field's value, the body as the number of its blocks by type, comments as their number."""
    if origin.name == "body":
        return dict(Counter(block["type"] for block in origin.value))
    if origin.name == "comments":
        return {**origin.value, "items": len(origin.value["items"])}
    return origin.value


def source_of(rule: str) -> str:
    """The kind of source that a segment's rule is: the outlet's own have a colon in their name."""
    return "outlet" if ":" in rule else "rule"


def _rejected(draft: Draft, name: str, taken: Words | None, value: Any) -> Iterator[Words]:
    stated = _STATED_AS.get(name, name)
    candidates = list(draft.rejected.get(stated, ()))
    if draft.metadata is not None and name not in _UNTOLD:
        candidates += draft.metadata.candidates.get(stated, ())
    known = {taken.raw} if taken else set()
    for one in candidates:
        words = Words(one.source, one.rule, one.raw)
        if words == taken or (name in _LISTS and taken and one.rule == taken.rule):
            continue
        if name in _UNTOLD and one.value == value:
            continue
        known.add(one.raw)
        yield words
    if name in _SINGLE:
        for segment in draft.segments:
            if segment.field is None and _would_feed(segment) == name and segment.text not in known:
                yield Words(source_of(segment.rule), segment.rule, segment.text)


def _would_feed(segment: Segment) -> str | None:
    if segment.role == "timestamp" and segment.data.get("kind") == "modified":
        return "modified"
    return field_of(segment.role)


def _said(draft: Draft, adapter: type[Outlet] | None, rule: str) -> str | None:
    """What an adapter says under a rule's name: selectors, /patterns/, or that it is a method."""
    if adapter is None or not rule.startswith(f"{adapter.id}:"):
        return None
    name = rule.removeprefix(f"{adapter.id}:")
    found = []
    if draft.metadata is not None:
        found += _selectors(draft, adapter, name)
    found += [f"/{one.pattern.pattern}/" for one in adapter.line_rules() if one.name == name]
    if name in STATED_FIELDS and callable(getattr(adapter, name, None)):
        found.append(f"def {name}(self, page)")
    return ", ".join(dict.fromkeys(found)) or None


def _selectors(draft: Draft, adapter: type[Outlet], name: str) -> list[str]:
    said = adapter.selectors()
    fields, strip = dict(said.fields), said.strip
    for layout in said.layouts:
        if layout.name == draft.layout:
            fields |= layout.fields
            strip = (*layout.strip, *strip)
    stripped = [css for kind, css in strip if f"strip.{kind}" == name]
    return [*stripped, fields[name]] if name in fields else stripped
