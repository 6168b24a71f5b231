"""The rows of an article's record in the tables of the database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from copydesk.sinks.views.flat import values

Record = dict[str, Any]


def article(line: bytes, record: Record) -> Record:
    """Return the values of an article's row, by column."""
    flat = values(line)
    for name in ("authors", "agencies", "dateline", "image"):
        del flat[name]
    return {
        **flat,
        "tags": json.dumps(flat["tags"], ensure_ascii=False),
        "published_date": _day(flat["published"]),
        "modified_date": _day(flat["modified"]),
        "fingerprint": record.get("fingerprint"),
        "retrieved": record["document"]["retrieved_at"],
    }


def _day(moment: str | None) -> str | None:
    """Return the day as the record states it, in the outlet's own time."""
    return moment[:10] if moment else None


def authors(record: Record) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of the authors, behind the article's id."""
    for position, one in enumerate(record["authors"]):
        yield position, one["name"], one["role"], one["organisation"], one["url"]


def images(record: Record) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of the pictures; the lead picture has one of its own if no other is it."""
    pictures = list(record["images"])
    lead = record["lead_image"]
    if lead and lead["url"] not in [one["url"] for one in pictures]:
        pictures.append({**lead, "alt": None, "agency": None})
    for position, one in enumerate(pictures):
        about = (one[name] for name in ("url", "caption", "alt", "credit", "agency"))
        yield position, *about, int(bool(lead) and one["url"] == lead["url"])


def links(record: Record) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of the links in the body and of those to other stories."""
    found = [("body", url, text) for url, text in _body_links(record["body"])]
    found += [("related", one["url"], one["text"]) for one in record["related"] if one["url"]]
    for position, row in enumerate(found):
        yield position, *row


def _body_links(blocks: list[Record]) -> Iterator[tuple[str, str]]:
    for block in blocks:
        for one in block.get("ranges", ()):
            if one["kind"] == "link" and one["href"]:
                text = block["rows"][one["row"]][one["column"]] if "row" in one else block["text"]
                yield one["href"], text[one["start"] : one["end"]]
        yield from _body_links(block.get("items") or block.get("body") or [])
