"""What a story needs of an article record, in a form that is small to store."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any

from copydesk.model.renderings.text import block_text

HOUR = 3600
DAY = 24 * HOUR

# The end of a sentence: a stop, what closes it, and white space before what may begin one. Scripts
# without white space between sentences need none. A stop behind a capital letter or a short
# capitalised word is one of an abbreviation ("U.S. forces", "Nov. 21", "Mr. Lee").
_END = re.compile(
    r"(?<![\s.][A-Z\u0410-\u042f])(?<!\b[A-Z\u0410-\u042f][a-z\u0430-\u044f])"
    r"(?<!\b[A-Z\u0410-\u042f][a-z\u0430-\u044f]{2})[.!?…؟۔।]+[\"'”’»›)\]]*\s+"
    r"(?=[\"'“„‘«‹(\[¿¡]*[^\W_a-z\u0430-\u044f])"
    r"|[。！？]+[」』”’）]*\s*(?=\S)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """An article as a version of a story.

    sentences: place of the block in the body, and the words. credited: agencies that supplied it.
    """

    id: str
    revision: str
    outlet: str | None
    site: str | None
    url: str | None
    headline: str | None
    language: str | None
    published: str | None
    credited: list[str]
    sentences: list[tuple[int, str]]

    def to_bytes(self) -> bytes:
        """Return it in the form that `from_bytes` reads."""
        return json.dumps(asdict(self), ensure_ascii=False).encode("utf-8", "surrogatepass")

    @property
    def body(self) -> str:
        """The sentences, one a line."""
        return "\n".join(sentence for _, sentence in self.sentences)

    @property
    def period(self) -> tuple[int, int] | None:
        """The seconds since 1970 between which it was published; None if unknown.

        A date without a time is a day anywhere on earth, so of 50 hours.
        """
        if self.published is None:
            return None
        if "T" in self.published:
            moment = int(datetime.fromisoformat(self.published).timestamp())
            return moment, moment
        day = date.fromisoformat(self.published)
        start = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
        return start - 14 * HOUR, start + DAY + 12 * HOUR


def from_bytes(data: bytes) -> Text:
    """Read what `to_bytes` returned."""
    found = json.loads(data)
    found["sentences"] = [(block, text) for block, text in found["sentences"]]
    return Text(**found)


def of_record(record: Mapping[str, Any]) -> Text:
    """Return what a story needs of a valid article record."""
    outlet, site = record["outlet"], record.get("site") or {}
    return Text(
        id=record["id"],
        revision=record["revision"],
        outlet=outlet["name"] if outlet else None,
        site=site.get("name") or site.get("domain"),
        url=record["canonical_url"] or record["url"],
        headline=record["headline"],
        language=record["language"],
        published=record["published"],
        credited=[one["name"] for one in record["info_sources"] if one["role"] == "agency"],
        sentences=list(_sentences(record["body"])),
    )


def _sentences(body: Iterable[dict[str, Any]]) -> Iterator[tuple[int, str]]:
    for place, block in enumerate(body):
        for line in block_text(block).split("\n"):
            yield from ((place, sentence) for sentence in split(line))


def split(line: str) -> Iterator[str]:
    """Yield the sentences of a line."""
    start = 0
    for end in _END.finditer(line):
        yield line[start : end.end()].rstrip()
        start = end.end()
    rest = line[start:].strip()
    if rest:
        yield rest
