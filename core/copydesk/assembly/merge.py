"""Merging of a page's metadata with the values of its segments."""

from __future__ import annotations

from copydesk.assembly import contributors, resolve
from copydesk.assembly.blocks import Record
from copydesk.assembly.fields import Fields
from copydesk.assembly.resolve import Chosen, Visible
from copydesk.dates import timestamps
from copydesk.model.metadata import Metadata
from copydesk.rules import bylines

_SAME_DAY = ("published", "modified")


def merge(fields: Fields, metadata: Metadata) -> Chosen:
    """Set the record's fields from the metadata, except those set by the outlet's rules."""
    draft = fields.draft
    bylines = _bylines(fields)
    headings = [s.text for s in draft.segments if s.role == "headline"]
    chosen = resolve.choose(
        metadata,
        Visible(headings, bylines, draft.times, draft.changes),
        timezone=fields.timezone,
        style=draft.style,
        url=draft.document.url,
        now=draft.document.retrieved_at,
    )
    values = chosen.values
    for name in ("headline", "published", "modified", "section"):
        _single(fields, chosen, name)
    fields.values["description"] = values["description"]
    if values["description"]:
        fields.provenance["description"] = chosen.provenance["description"]
    _authors(fields, chosen)
    for name in ("tags", "breadcrumbs"):
        if values[name] and not _is_outlets(fields, name):
            fields.lists[name] = list(values[name])
            fields.provenance[name] = chosen.provenance[name]
    known = {s["name"].casefold() for s in fields.lists["info_sources"]}
    for source in values["info_sources"]:
        if source["name"].casefold() not in known:
            fields.lists["info_sources"].append(source)
    _image(fields, chosen)
    if fields.comments.count is None:
        fields.comments.count = values["comment_count"]
    return chosen


def _bylines(fields: Fields) -> list[str]:
    """The printed bylines; lines that together feed the byline count as one."""
    found: list[str] = []
    fed = False
    for segment in fields.draft.segments:
        if segment.role == "byline" and not segment.data.get("label"):
            if segment.field == "byline" and fed:
                found[0] = str(fields.values["byline"])
            elif segment.field == "byline":
                fed = True
                found.insert(0, segment.text)
            else:
                found.append(segment.text)
    return found


def _is_outlets(fields: Fields, name: str) -> bool:
    return fields.provenance.get(name, {}).get("source") == "outlet"


def _single(fields: Fields, chosen: Chosen, name: str) -> None:
    value = chosen.values[name]
    if not value or _is_outlets(fields, name):
        return
    fed = fields.values[name]
    if name in _SAME_DAY and fed and str(fed)[:10] == str(value)[:10]:
        if len(str(value)) < len(str(fed)):
            # The page prints the time of day of the stated date.
            return
        fields.values[name] = value
    elif name == "published" and fed and _is_printed_better(fields, chosen, str(fed)):
        return
    elif name == "headline" and fed and resolve.same(fed, value):
        fields.values[name] = value
    else:
        fields.replace(name, value)
    fields.provenance[name] = chosen.provenance[name]


def _is_printed_better(fields: Fields, chosen: Chosen, printed: str) -> bool:
    """Whether the date printed near the head takes precedence over the metadata."""
    stated = chosen.values["published"]
    return resolve.is_below_printed(chosen.taken["published"]) or timestamps.is_ahead_of(
        stated, [printed], fields.draft.document.retrieved_at
    )


def _authors(fields: Fields, chosen: Chosen) -> None:
    authors = chosen.values["authors"]
    if not authors or _is_outlets(fields, "authors"):
        return
    # A name that consists of the printed ones is replaced by them.
    authors = contributors.without_glued(authors, fields.lists["authors"])
    if _are_others(fields.lists["authors"], authors) or _are_more(fields.lists["authors"], authors):
        return
    roles = {a["name"]: a for a in fields.lists["authors"]}
    for author in authors:
        printed = roles.get(author["name"])
        if printed:
            for name in ("role", "organisation"):
                author[name] = author[name] or printed[name]
    fields.lists["authors"] = authors
    fields.provenance["authors"] = chosen.provenance["authors"]


def _are_others(printed: list[Record], stated: list[Record]) -> bool:
    """Whether the byline names people and the metadata none of them, but an editor or the site."""
    if not printed or not all(bylines.is_name(str(a["name"])) for a in printed):
        return False
    known = {w for a in stated for w in str(a["name"]).casefold().split()}
    return not any(w in known for a in printed for w in str(a["name"]).casefold().split())


def _are_more(printed: list[Record], stated: list[Record]) -> bool:
    """Whether the byline names all people of the metadata, and more."""
    names = {str(a["name"]).casefold() for a in printed if bylines.is_name(str(a["name"]))}
    return names > {str(a["name"]).casefold() for a in stated}


def _image(fields: Fields, chosen: Chosen) -> None:
    """Add the metadata's lead picture if the page shows no picture with a URL.

    If the text has a single caption above it, that is the lead picture's.
    """
    stated: Record | None = chosen.values["image"]
    images = fields.blocks.images
    if not stated or not stated.get("url") or any(i["url"] for i in images):
        return
    leading = [i for i in images if i["position"] == 0] if len(images) > 1 else images
    if len(leading) == 1:
        image = leading[0]
    else:
        image = fields.blocks.new_image(position=0)
        images.insert(0, images.pop())
    for name in ("url", "caption", "alt", "credit"):
        image[name] = image[name] or stated.get(name)
    fields.provenance["images"] = chosen.provenance["image"]
