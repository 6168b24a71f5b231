"""The fields of an article as one value each, and what can be read of a record from them.

Lists of names are one text with "; " between the names.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from copydesk.model.article import SCHEMA_VERSION

Record = dict[str, Any]

SEPARATOR = "; "
"""Stands between the names of a list."""

_PLAIN = (
    *("id", "revision", "url", "canonical_url", "kind", "headline", "standfirst", "description"),
    *("byline", "published", "modified", "language", "section", "text"),
)


def _part(name: str, part: str) -> Callable[[Record], Any]:
    return lambda record: (record.get(name) or {}).get(part)


def _names(name: str) -> Callable[[Record], list[str]]:
    return lambda record: [one["name"] for one in record.get(name) or ()]


def _image(record: Record) -> str | None:
    pictures = [record.get("lead_image"), *(record.get("images") or ())]
    return next((one["url"] for one in pictures if one and one["url"]), None)


COLUMNS: dict[str, Callable[[Record], Any]] = {
    "id": lambda record: record["id"],
    "revision": lambda record: record["revision"],
    "url": lambda record: record.get("url"),
    "canonical_url": lambda record: record.get("canonical_url"),
    "outlet": _part("outlet", "id"),
    "outlet_name": _part("outlet", "name"),
    "site_name": _part("site", "name"),
    "site_domain": _part("site", "domain"),
    "kind": lambda record: record.get("kind"),
    "headline": lambda record: record.get("headline"),
    "standfirst": lambda record: record.get("standfirst"),
    "description": lambda record: record.get("description"),
    "byline": lambda record: record.get("byline"),
    "authors": _names("authors"),
    "agencies": _names("info_sources"),
    "dateline": _part("dateline", "raw"),
    "published": lambda record: record.get("published"),
    "modified": lambda record: record.get("modified"),
    "language": lambda record: record.get("language"),
    "section": lambda record: record.get("section"),
    "tags": lambda record: record.get("tags") or [],
    "image": _image,
    "access": _part("access", "observed"),
    "word_count": lambda record: len((record.get("text") or "").split()),
    "text": lambda record: record.get("text"),
}
"""Each column and what gives its value: a text, a number, a list of texts, or None."""


def values(line: bytes) -> Record:
    """Return the value of each column, from the line of an article."""
    record = json.loads(line)
    return {name: get(record) for name, get in COLUMNS.items()}


def line_of(found: Mapping[str, Any]) -> bytes:
    """Return the line of a record that has the fields of which something was found, no others.

    found: values by column, as `values` returns them; None and missing columns were empty.
    """
    record: Record = {"schema_version": SCHEMA_VERSION}
    record.update((name, found.get(name)) for name in _PLAIN)
    record["text"] = found.get("text") or ""
    outlet, domain = found.get("outlet"), found.get("site_domain")
    record["outlet"] = outlet and {
        "id": outlet,
        "name": found.get("outlet_name") or outlet,
        "domain": None,
        "country": None,
    }
    record["site"] = {"name": found.get("site_name"), "domain": domain, "publisher": None}
    record["authors"] = [
        {"name": name, "role": None, "organisation": None, "url": None, "raw": None}
        for name in found.get("authors") or ()
    ]
    record["info_sources"] = [
        {"name": name, "role": "agency", "category": "wires"}
        for name in found.get("agencies") or ()
    ]
    dateline, image = found.get("dateline"), found.get("image")
    record["dateline"] = dateline and {"raw": dateline, "place": None, "date": None}
    record["tags"] = found.get("tags") or []
    about = dict.fromkeys(("caption", "alt", "credit", "agency"))
    record["images"] = [{"url": image, **about, "position": 0}] if image else []
    access = found.get("access") or "unknown"
    record["access"] = {"declared": None, "observed": access, "evidence": None}
    return json.dumps(record, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"
