"""Which fields of the record a format has, and lines with fewer fields."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable

from copydesk.util.text import did_you_mean

ALWAYS = ("schema_version", "id", "revision")
"""The fields that no line is without."""

FLAT_FIELDS = (
    *("id", "revision", "url", "canonical_url", "outlet", "site", "kind", "headline"),
    *("standfirst", "description", "byline", "authors", "dateline", "published", "modified"),
    *("language", "section", "tags", "info_sources", "lead_image", "images", "access", "text"),
)
"""The fields of which a record has something where it is one row of values."""

Trim = Callable[[bytes], bytes]


def trimming(fields: Iterable[str], without: Iterable[str]) -> Trim | None:
    """Return what leaves out fields of a line; None if none is left out.

    fields: those that stay, besides `ALWAYS`; none for all. without: those that are left out of
    them. Raises ValueError for a name that is no field, and for one that is always there.
    """
    from copydesk.model.article import Article

    known = list(Article.model_fields)
    wanted, unwanted = frozenset(fields), frozenset(without)
    for name in sorted(wanted | unwanted):
        if name not in known:
            raise ValueError(f"{name}: no such field{did_you_mean(name, known)}")
    if always := [name for name in ALWAYS if name in unwanted]:
        raise ValueError(f"{always[0]}: is always kept")
    kept = [n for n in known if n in ALWAYS or ((not wanted or n in wanted) and n not in unwanted)]
    if kept == known:
        return None

    def trim(line: bytes) -> bytes:
        from copydesk.sinks.jsonl import to_line

        record = json.loads(line)
        return to_line({name: record[name] for name in kept if name in record})

    return trim
