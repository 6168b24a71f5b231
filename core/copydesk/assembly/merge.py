"""Merging of a page's metadata with the values of its segments."""

from __future__ import annotations

from copydesk.assembly import contributors, resolve
from copydesk.assembly.fields import Feeder, Record
from copydesk.assembly.resolve import Chosen, Visible
from copydesk.dates import timestamps
from copydesk.model.metadata import Metadata
from copydesk.rules import bylines

_SAME_DAY = ("published", "modified")


def merge(feeder: Feeder, metadata: Metadata) -> Chosen:
    """Set the record's fields from the metadata, except those set by the outlet's rules."""
    draft = feeder.draft
    bylines = _bylines(feeder)
    headings = [s.text for s in draft.segments if s.role == "headline"]
    chosen = resolve.choose(
        metadata,
        Visible(headings, bylines, draft.times, draft.changes),
        timezone=feeder.timezone,
        style=draft.style,
        url=draft.document.url,
        now=draft.document.retrieved_at,
    )
    values = chosen.values
    for name in ("headline", "published", "modified", "section"):
        _single(feeder, chosen, name)
    feeder.values["description"] = values["description"]
    if values["description"]:
        feeder.provenance["description"] = chosen.provenance["description"]
    _authors(feeder, chosen)
    for name in ("tags", "breadcrumbs"):
        if values[name] and not _is_outlets(feeder, name):
            feeder.lists[name] = list(values[name])
            feeder.provenance[name] = chosen.provenance[name]
    known = {s["name"].casefold() for s in feeder.lists["info_sources"]}
    for source in values["info_sources"]:
        if source["name"].casefold() not in known:
            feeder.lists["info_sources"].append(source)
    _image(feeder, chosen)
    if feeder.comment_count is None:
        feeder.comment_count = values["comment_count"]
    return chosen


def _bylines(feeder: Feeder) -> list[str]:
    """The printed bylines; lines that together feed the byline count as one."""
    found: list[str] = []
    fed = False
    for segment in feeder.draft.segments:
        if segment.role == "byline" and not segment.data.get("label"):
            if segment.field == "byline" and fed:
                found[0] = str(feeder.values["byline"])
            elif segment.field == "byline":
                fed = True
                found.insert(0, segment.text)
            else:
                found.append(segment.text)
    return found


def _is_outlets(feeder: Feeder, name: str) -> bool:
    return feeder.provenance.get(name, {}).get("source") == "outlet"


def _single(feeder: Feeder, chosen: Chosen, name: str) -> None:
    value = chosen.values[name]
    if not value or _is_outlets(feeder, name):
        return
    fed = feeder.values[name]
    if name in _SAME_DAY and fed and str(fed)[:10] == str(value)[:10]:
        if len(str(value)) < len(str(fed)):
            # The page prints the time of day of the stated date.
            return
        feeder.values[name] = value
    elif name == "published" and fed and _is_printed_better(feeder, chosen, str(fed)):
        return
    elif name == "headline" and fed and resolve.same(fed, value):
        feeder.values[name] = value
    else:
        feeder.replace(name, value)
    feeder.provenance[name] = chosen.provenance[name]


def _is_printed_better(feeder: Feeder, chosen: Chosen, printed: str) -> bool:
    """Whether the date printed near the head takes precedence over the metadata."""
    stated = chosen.values["published"]
    return resolve.is_below_printed(chosen.taken["published"]) or timestamps.is_ahead_of(
        stated, [printed], feeder.draft.document.retrieved_at
    )


def _authors(feeder: Feeder, chosen: Chosen) -> None:
    authors = chosen.values["authors"]
    if not authors or _is_outlets(feeder, "authors"):
        return
    # A name that consists of the printed ones is replaced by them.
    authors = contributors.without_glued(authors, feeder.lists["authors"])
    if _are_others(feeder.lists["authors"], authors) or _are_more(feeder.lists["authors"], authors):
        return
    roles = {a["name"]: a for a in feeder.lists["authors"]}
    for author in authors:
        printed = roles.get(author["name"])
        if printed:
            for name in ("role", "organisation"):
                author[name] = author[name] or printed[name]
    feeder.lists["authors"] = authors
    feeder.provenance["authors"] = chosen.provenance["authors"]


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


def _image(feeder: Feeder, chosen: Chosen) -> None:
    """Add the metadata's lead picture if the page shows no picture with a URL.

    If the text has a single caption above it, that is the lead picture's.
    """
    stated: Record | None = chosen.values["image"]
    images = feeder.lists["images"]
    if not stated or not stated.get("url") or any(i["url"] for i in images):
        return
    leading = [i for i in images if i["position"] == 0] if len(images) > 1 else images
    if len(leading) == 1:
        image = leading[0]
    else:
        image = feeder.new_image(position=0)
        images.insert(0, images.pop())
    for name in ("url", "caption", "alt", "credit"):
        image[name] = image[name] or stated.get(name)
    feeder.provenance["images"] = chosen.provenance["image"]
