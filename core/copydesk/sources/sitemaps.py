"""The source of sitemaps: index, urlset, Google News, plain text (sitemaps.org protocol 0.9)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from copydesk.errors import CopydeskError, SourceError, Unreadable
from copydesk.leads import Found, Gap, Input, Lead, Lent, Sample, Skip, Source
from copydesk.sources import lists
from copydesk.sources.markup import root
from copydesk.sources.stated import is_older, moment, plain, stamp
from copydesk.sources.unpacking import Unpacked

LARGEST = 50 * 1024 * 1024
"""Most bytes of a sitemap, unpacked: the protocol's own limit."""

_CHUNK = 16 * 1024
_TEXT = 4000
_DEEPEST = 100
_ROOTS = {"urlset": "url", "sitemapindex": "sitemap"}
# Where the wanted texts stand below their <url> or <sitemap>; everything else is passed over.
_FIELDS = {
    ("loc",): "loc",
    ("lastmod",): "lastmod",
    ("news", "title"): "title",
    ("news", "publication_date"): "published",
    ("news", "keywords"): "keywords",
}


def accepts(sample: Sample) -> bool:
    """Whether a sample's first element is that of a sitemap."""
    return root(sample.start) in _ROOTS


@dataclass(slots=True)
class _Target:
    """What the XML parser calls; keeps the entries that ended, and no tree of the file.

    root: local name of the first element. ready: entries whose end was seen, by field.
    """

    root: str = ""
    ready: list[dict[str, str]] = field(default_factory=list)
    _entry: dict[str, str] | None = None
    _path: list[str] = field(default_factory=list)
    _depth: int = 0
    _text: list[str] | None = None
    _length: int = 0

    def start(self, tag: str, _attributes: dict[str, str]) -> None:
        """An element begins."""
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ValueError(f"elements are nested more than {_DEEPEST} deep")
        local = tag.rpartition("}")[2].lower()
        if self._depth == 1:
            self.root = local
        elif self._depth == 2:
            self._entry = {} if local == _ROOTS.get(self.root) else None
        elif self._depth <= 4:
            self._path = [*self._path[: self._depth - 3], local]
            wanted = self._entry is not None and tuple(self._path) in _FIELDS
            self._text, self._length = ([], 0) if wanted else (None, 0)

    def data(self, text: str) -> None:
        """A piece of text."""
        if self._text is not None and self._length < _TEXT:
            self._text.append(text)
            self._length += len(text)

    def end(self, _tag: str) -> None:
        """An element ends."""
        if self._text is not None and 3 <= self._depth <= 4 and self._entry is not None:
            name = _FIELDS.get(tuple(self._path[: self._depth - 2]))
            if name:
                self._entry.setdefault(name, "".join(self._text).strip())
            self._text = None
        if self._depth == 2 and self._entry is not None:
            self.ready.append(self._entry)
            self._entry = None
        self._depth -= 1

    def close(self) -> None:
        """The document ended."""

    def taken(self) -> list[dict[str, str]]:
        """The entries that ended since the last call."""
        ready, self.ready = self.ready, []
        return ready


def read(given: Input) -> Iterator[Found]:
    """A Lead for each entry, of an index to another sitemap; a Gap where the file breaks off.

    A text that is no markup is read as a list of addresses. At most `given.wanted.entries` are taken.
    """
    taken = left = 0
    try:
        unpacked = Unpacked(given.stream, given.origin, LARGEST)
        first = unpacked.read(_CHUNK)
        if not first.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0").startswith((b"<", b"\0<")):
            found: Iterator[Found] = lists.leads(given, first, unpacked)
        else:
            found = _entries(given, first, unpacked)
        for item in found:
            if not isinstance(item, Lead):
                yield item
            elif taken < given.wanted.entries:
                taken += 1
                yield item
            else:
                left += 1
    except CopydeskError as error:
        yield Gap(given.origin, error, unfinished=isinstance(error, Unreadable))
    if left:
        yield Skip(
            given.origin, "entries", f"{left:,} entries above the limit of {given.wanted.entries:,}"
        )


def _entries(given: Input, first: bytes, unpacked: Unpacked) -> Iterator[Found]:
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import DefusedXMLParser, ParseError

    target = _Target()
    parser: Any = DefusedXMLParser(target=target)
    number = 0
    chunk = first
    broken: Exception | None = None
    while broken is None:
        try:
            parser.feed(chunk) if chunk else parser.close()
        except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
            broken = error
        if target.root and target.root not in _ROOTS:
            message = f"is no sitemap: its first element is <{target.root[:40]}>"
            raise SourceError(given.origin, message) from broken
        for entry in target.taken():
            number += 1
            yield _lead(given, target.root, number, entry)
        if not chunk:
            break
        chunk = unpacked.read(_CHUNK)
    if broken is not None:
        message = f"breaks off behind {number:,} entries: {_reason(broken)}"
        raise SourceError(given.origin, message) from broken


def _reason(error: Exception) -> str:
    name = type(error).__name__
    return "it declares entities" if name == "EntitiesForbidden" else str(error) or name


def _lead(given: Input, kind: str, number: int, entry: dict[str, str]) -> Found:
    subject = f"{given.origin}#{number}"
    url = lists.web_address(given.url, entry.get("loc", ""))
    if url is None:
        return Gap(subject, SourceError(subject, "entry has no http or https address"))
    modified, published = stamp(entry.get("lastmod")), stamp(entry.get("published"))
    if is_older(given.wanted.since, modified, published):
        return Skip(url, "older", f"last changed {modified or published}")
    depth = given.depth + 1
    if kind == "sitemapindex":
        most = given.wanted.deepest
        if depth > most:
            message = f"is a sitemap more than {most} indexes deep"
            return Gap(url, SourceError(url, message))
        return Lead(url, "sitemap", modified=moment(modified), depth=depth)
    words = (plain(word) for word in entry.get("keywords", "").split(","))
    lent = Lent(
        "sitemap",
        title=plain(entry.get("title")),
        published=published,
        categories=tuple(word for word in words if word),
    )
    said = lent.title or lent.published or lent.categories
    return Lead(url, None, lent if said else None, moment(modified), depth)


SITEMAPS = Source("sitemap", accepts, read)
"""Sitemaps, each entry a lead."""
