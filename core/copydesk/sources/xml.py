"""XML as the web has it: the elements and texts of a stream, sound or not, in bounded memory.

Feeds and sitemaps are often not well-formed. Nothing here stops at a fault: it is counted, and the
reading goes on behind it. No entity that a document declares is ever expanded.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from html.entities import html5
from itertools import islice
from typing import NamedTuple

from w3lib.encoding import resolve_encoding

CHUNK = 64 * 1024
"""Bytes that are read at once."""

# Characters that one comment, declaration or tag may have.
_MOST_TOKEN = 2 * 1024 * 1024
_MOST_ATTRIBUTES = 256
_DEEPEST = 256
_MOST_NAMES = 1000
_MOST_KINDS = 4
_LOOK = 32

_MIXED = "copydesk.windows-1252"
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UNMARKED = ((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
_DECLARED = re.compile(
    rb"<\?xml\s[^>]{0,200}?encoding\s*=\s*[\"']\s*([\w.:-]{1,40})", re.IGNORECASE
)

# What XML 1.0 allows no document to hold.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]+")
_ENTITY = re.compile(r"&(?:#(\d{1,8}|[xX][0-9a-fA-F]{1,7});|([A-Za-z][A-Za-z0-9]{0,31});)?")
_XML_ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}

_NAME = r"[^\W\d][\w.-]*+(?::[\w.-]++)?+"
# A quoted value ends at the next "<" at the latest, which no attribute may hold: without that, one
# lost quote would take the rest of the document with it.
_START = re.compile(rf"<({_NAME})((?:[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+')*+)>")
# What most of a sound document is: a text without references, then a tag without attributes.
_PLAIN = re.compile(rf"([^<&]*+)<(?:({_NAME})|/({_NAME}))>")
_LOOSE_START = re.compile(rf"<({_NAME})([^<>]*+)>?")
_END = re.compile(rf"</\s*+({_NAME})[^<>]*+>?")
_DOCTYPE = re.compile(r"<!DOCTYPE\b[^>\[]*+", re.IGNORECASE)
_SUBSET_END = re.compile(r"\s*+>")
_ENTITY_DECLARATION = re.compile(r"<!ENTITY\b", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"([^\s=/\"']++)\s*+(?:=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"']++)))?+|[=/\"']"
)

# Short names for the vocabularies that are read, whatever prefix a document gives them.
_VOCABULARIES = {
    "http://www.w3.org/2005/Atom": "",
    "http://purl.org/atom/ns#": "",
    "http://purl.org/rss/1.0/": "",
    "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://www.sitemaps.org/schemas/sitemap/0.9": "",
    "http://www.google.com/schemas/sitemap/0.84": "",
    "http://www.google.com/schemas/sitemap-news/0.9": "news",
    "http://www.google.com/schemas/sitemap-image/1.1": "image",
    "http://www.google.com/schemas/sitemap-video/1.1": "video",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/elements/1.0/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://search.yahoo.com/mrss/": "media",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://purl.org/rss/1.0/modules/content/": "content",
}
# The same for prefixes that are used without being declared.
_PREFIXES = {"atom": "", "atom10": "", "a10": "", "rss": "", "sitemap": "", "n": "news"}


class Mark(Enum):
    """What an event is."""

    START = 1
    END = 2
    TEXT = 3


class Event(NamedTuple):
    """The begin or end of an element, or text in it; an end always closes the last begin.

    name: of the element in lower case, with the short name of its vocabulary before a colon where
    it has one. depth: how many elements are open, itself included. text: the attributes as written,
    or the text with its references resolved.
    """

    mark: Mark
    name: str
    depth: int
    text: str = ""


class EntitiesDeclared(Exception):
    """The document declares entities."""


@dataclass(slots=True)
class Faults:
    """What is wrong with a document, each kind with its number."""

    kinds: Counter[str] = field(default_factory=Counter)

    def add(self, kind: str, number: int = 1) -> None:
        """Count a fault."""
        self.kinds[kind] += number

    def __bool__(self) -> bool:
        return bool(self.kinds)

    def __str__(self) -> str:
        """The kinds in the order in which they were met."""
        told = [
            kind if number == 1 else f"{kind} ({number:,} times)"
            for kind, number in islice(self.kinds.items(), _MOST_KINDS)
        ]
        more = len(self.kinds) - len(told)
        return ", ".join(told) + (f", and {more} more" if more else "")


def attributes(text: str) -> dict[str, str]:
    """The attributes of a tag by their local names in lower case, at most the first 256."""
    found: dict[str, str] = {}
    for match in islice(_ATTRIBUTE.finditer(text), _MOST_ATTRIBUTES):
        if match[1]:
            value = match[2] or match[3] or match[4] or ""
            found.setdefault(match[1].rpartition(":")[2].lower(), _resolved(value, Faults()))
    return found


class Events:
    """The events of a text that comes in pieces.

    flat: names of elements that hold none of one another, so that one that was left open ends
    where the next begins. apart: names of elements that hold none of their own name, likewise.
    faults: where they are counted. open: the elements that are open, the outermost first; behind
    the last event those that the document never closes.
    """

    def __init__(
        self,
        pieces: Iterator[str],
        faults: Faults,
        *,
        flat: frozenset[str] = frozenset(),
        apart: frozenset[str] = frozenset(),
    ) -> None:
        self.open: list[str] = []
        self._apart = apart
        self._raw: list[str] = []
        self._pieces = pieces
        self._faults = faults
        self._flat = flat
        self._names: dict[str, str] = {}
        self._count: dict[str, int] = {}
        self._text = ""
        self._at = 0
        self._ended = False
        self._prefixes = dict(_PREFIXES)
        # Where each ending was last found, or searched for in vain, counted from the first character.
        self._known: dict[str, tuple[int, bool]] = {}
        self._dropped = 0

    def __iter__(self) -> Iterator[Event]:
        """The events. Raises EntitiesDeclared, and what reading the pieces raises."""
        while True:
            if self._at >= len(self._text) and not self._more():
                return
            if self.open and (match := _PLAIN.match(self._text, self._at)):
                if match[1]:
                    yield self._said(match[1])
                self._at = match.end()
                yield from self._begin(match[2]) if match[2] else self._finish(match[3])
                continue
            mark = self._text.find("<", self._at)
            if mark != self._at:
                yield from self._plain(mark)
            else:
                while len(self._text) - mark < _LOOK and self._more():
                    mark = self._at
                yield from self._markup()

    def _more(self) -> bool:
        """Read on, at least as much again as is held; False at the end."""
        if self._ended:
            return False
        held = len(self._text) - self._at
        parts = [self._text[self._at :]]
        self._dropped += self._at
        self._at = 0
        got = 0
        while got <= held:
            piece = next(self._pieces, None)
            if piece is None:
                self._ended = True
                break
            if _CONTROL.search(piece):
                piece, number = _CONTROL.subn("", piece)
                self._faults.add("control characters", number)
            parts.append(piece)
            got += len(piece)
        self._text = "".join(parts)
        return got > 0

    def take_prefix(self, prefix: str) -> None:
        """Let the prefix of the innermost element be that of the document's own vocabulary."""
        self._prefixes[prefix] = ""
        self._names.clear()
        name = self.open.pop()
        self._count[name] -= 1
        if not self._count[name]:
            del self._count[name]
        name = name.removeprefix(f"{prefix}:")
        self.open.append(name)
        self._count[name] = self._count.get(name, 0) + 1

    def _plain(self, end: int) -> Iterator[Event]:
        """The text before the next "<" at `end`; -1 where none is held."""
        if end < 0:
            end = len(self._text)
            if not self._ended:
                # A reference may be cut in two.
                last = self._text.rfind("&", max(self._at, end - 2 * _LOOK))
                if last >= 0 and ";" not in self._text[last:]:
                    if last == self._at and self._more():
                        return
                    end = last
        text = self._text[self._at : end]
        self._at = end
        if self.open and text:
            yield self._said(_resolved(text, self._faults))
        elif text.strip("\ufeff \t\r\n"):
            self._faults.add("text outside of all elements")

    def _said(self, text: str) -> Event:
        return Event(Mark.TEXT, self.open[-1], len(self.open), text)

    def _markup(self) -> Iterator[Event]:
        text, at = self._text, self._at
        second = text[at + 1 : at + 2]
        if second == "/":
            yield from self._end_tag()
        elif second == "!":
            if text.startswith("<!--", at):
                self._passed("<!--", "-->", "a comment that does not end")
            elif text.startswith("<![CDATA[", at):
                yield from self._character_data()
            else:
                self._declaration()
        elif second == "?":
            if (
                text.startswith("<?xml", at)
                and text[at + 5 : at + 6].isspace()
                and self._dropped + at
            ):
                self._faults.add("an XML declaration that is not at the start")
            self._passed("<?", "?>", "an instruction that does not end")
        else:
            yield from self._start_tag()

    def _find(self, ending: str, start: int) -> int:
        """Where an ending stands behind `start`, read for as far as a token may be long; -1 if not.

        What was searched once is not searched again, so that many beginnings without an end cost
        no more than one.
        """
        while True:
            known, found = self._known.get(ending, (0, False))
            here = known - self._dropped
            if found and here >= start:
                return here
            place = self._text.find(ending, max(start, 0 if found else here))
            if place >= 0:
                self._known[ending] = (place + self._dropped, True)
                return place
            searched = max(0, len(self._text) - len(ending) + 1)
            self._known[ending] = (searched + self._dropped, False)
            shift = self._at
            if len(self._text) - self._at > _MOST_TOKEN or not self._more():
                return -1
            start -= shift

    def _passed(self, beginning: str, ending: str, fault: str) -> None:
        end = self._find(ending, self._at + len(beginning))
        if end < 0:
            # Only its mark is dropped: what follows may be whole.
            self._faults.add(fault)
            self._at += len(beginning)
        else:
            self._at = end + len(ending)

    def _character_data(self) -> Iterator[Event]:
        start = len("<![CDATA[")
        end = self._find("]]>", self._at + start)
        limit = end if end >= 0 else len(self._text)
        if self.open and self._raw:
            tag = "</" + self._raw[-1]
            closed = self._text.find(tag, self._at + start, limit)
            if closed >= 0:
                # Its end is missing: this one is that of another section further on.
                self._faults.add("a CDATA section that does not end")
                yield self._said(self._text[self._at + start : closed])
                self._at = closed
                return
        if end < 0:
            self._faults.add("a CDATA section that does not end")
        if self.open:
            yield self._said(self._text[self._at + start : limit])
        self._at = limit + (3 if end >= 0 else 0)

    def _declaration(self) -> None:
        """Pass over a doctype or another declaration."""
        match = _DOCTYPE.match(self._text, self._at)
        while match and match.end() >= len(self._text) and self._more():
            match = _DOCTYPE.match(self._text, self._at)
        if match is None:
            if _ENTITY_DECLARATION.match(self._text, self._at):
                raise EntitiesDeclared
            self._faults.add("a declaration among the elements")
            self._passed("<!", ">", "a declaration that does not end")
            return
        if not self._text.startswith("[", match.end()):
            self._at = min(match.end() + 1, len(self._text))
            return
        inside = match.end() - self._at
        end = self._find("]", self._at + inside)
        if end < 0:
            # What it declares is met behind its bracket.
            self._faults.add("a doctype that does not end")
            self._at += inside + 1
        elif _ENTITY_DECLARATION.search(self._text, self._at, end):
            raise EntitiesDeclared
        else:
            self._at = end + 1
            self._find(">", self._at)
            if behind := _SUBSET_END.match(self._text, self._at):
                self._at = behind.end()

    def _region(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """A tag at the place, as soon as all of it is held; it ends before the next "<"."""
        while True:
            following = self._text.find("<", self._at + 1)
            end = following if following >= 0 else len(self._text)
            match = pattern.match(self._text, self._at, end)
            if match is not None and match[0].endswith(">"):
                return match
            if following >= 0 or end - self._at > _MOST_TOKEN or not self._more():
                return match

    def _start_tag(self) -> Iterator[Event]:
        match = self._region(_START)
        if match is None:
            match = self._region(_LOOSE_START)
            if self._is_cut(match):
                return
            if match is None or not (match[0].endswith(">") or "=" in match[2]):
                self._faults.add("a < that begins no tag")
                self._at += 1
                if self.open:
                    yield self._said("<")
                return
            self._faults.add("a tag that is not well-formed")
        self._at = match.end()
        yield from self._begin(match[1], match[2])

    def _is_cut(self, match: re.Match[str] | None) -> bool:
        """Whether the document breaks off in a tag, which is then passed over."""
        end = match.end() if match else self._at + 2
        if not self._ended or end < len(self._text) or (match and match[0].endswith(">")):
            return False
        self._at = len(self._text)
        return True

    def _begin(self, raw: str, rest: str = "") -> Iterator[Event]:
        """An element begins. raw: its name as written. rest: its attributes, and maybe a slash."""
        if "xmlns" in rest:
            self._declare(rest)
        name = self._names.get(raw) or self._name_of(raw)
        while name in self._apart and name in self._count:
            self._faults.add("an element that is not closed")
            yield self._closed()
        # An element that is no flat one, such as the source of an entry, has flat ones of its own.
        if name in self._flat and self.open and self.open[-1] in self._flat:
            self._faults.add("an element that is not closed")
            yield self._closed()
        if len(self.open) >= _DEEPEST:
            self._faults.add(f"elements nested more than {_DEEPEST} deep")
            return
        self.open.append(name)
        self._raw.append(raw)
        self._count[name] = self._count.get(name, 0) + 1
        yield Event(Mark.START, name, len(self.open), rest)
        if rest.endswith("/"):
            yield self._closed()

    def _end_tag(self) -> Iterator[Event]:
        match = self._region(_END)
        if self._is_cut(match):
            return
        if match is None:
            self._faults.add("a tag that is not well-formed")
            self._at += 2
            return
        if not match[0].endswith(">"):
            self._faults.add("a tag that is not well-formed")
        self._at = match.end()
        yield from self._finish(match[1])

    def _finish(self, raw: str) -> Iterator[Event]:
        """An element ends, and those that it holds end with it."""
        name = self._names.get(raw) or self._name_of(raw)
        if name not in self._count:
            self._faults.add("an end tag of no element")
            return
        while self.open[-1] != name:
            self._faults.add("an element that is not closed")
            yield self._closed()
        yield self._closed()

    def _closed(self) -> Event:
        depth = len(self.open)
        name = self.open.pop()
        self._raw.pop()
        left = self._count[name] - 1
        if left:
            self._count[name] = left
        else:
            del self._count[name]
        return Event(Mark.END, name, depth)

    def _name_of(self, raw: str) -> str:
        prefix, _, local = raw.lower().rpartition(":")
        prefix = self._prefixes.get(prefix, prefix)
        name = f"{prefix}:{local}" if prefix else local
        if len(self._names) < _MOST_NAMES:
            self._names[raw] = name
        return name

    def _declare(self, text: str) -> None:
        """Learn the prefixes that a tag declares. They hold from there on, wherever it ends."""
        for match in islice(_ATTRIBUTE.finditer(text), _MOST_ATTRIBUTES):
            name = (match[1] or "").lower()
            if name.startswith("xmlns:") and len(self._prefixes) < _MOST_ATTRIBUTES:
                space = (match[2] or match[3] or match[4] or "").strip()
                known = _VOCABULARIES.get(space, _VOCABULARIES.get(space.rstrip("/") + "/"))
                self._prefixes[name[6:]] = name[6:] if known is None else known
                self._names.clear()


def _resolved(text: str, faults: Faults) -> str:
    """A text with its references to characters resolved; what is no reference stays as it is."""
    if "&" not in text:
        return text

    def character(match: re.Match[str]) -> str:
        number, name = match[1], match[2]
        if number:
            code = int(number[1:], 16) if number[0] in "xX" else int(number)
            if code > 0x10FFFF or 0xD800 <= code < 0xE000 or _CONTROL.match(chr(code)):
                faults.add("a reference to no character")
                return "\ufffd"
            return chr(code)
        if name:
            if name in _XML_ENTITIES:
                return _XML_ENTITIES[name]
            if name + ";" in html5:
                faults.add("an entity of HTML")
                return html5[name + ";"]
        faults.add("a bare &")
        return match[0]

    return _ENTITY.sub(character, text)


def decoded(pieces: Iterator[bytes], stated: str | None, faults: Faults) -> Iterator[str]:
    """The bytes of a document as text, in pieces.

    A byte order mark decides, then the bytes where they are UTF-8, then what the transfer states,
    then the declaration; without any of them it is windows-1252. What is UTF-8 but for some bytes
    stays UTF-8, and these are read as windows-1252.
    """
    first = next(pieces, b"")
    marked, begun = _marked(first, faults)
    if marked is not None and marked != "utf-8":
        yield from _strictly(codecs.getincrementaldecoder(marked)("replace"), begun, pieces, faults)
        return
    legacy = None
    name = ""
    for label in (stated, _stated_in(first)) if marked is None else ():
        found = resolve_encoding(label) if label else None
        if label and (found is None or found.startswith(("utf-16", "utf-32", "utf-7"))):
            faults.add(f"the encoding {label!r}, which it is not in")
        elif found is not None and found != "utf-8":
            legacy, name = found, label or ""
        if found is not None and not found.startswith(("utf-16", "utf-32", "utf-7")):
            break
    if legacy is not None and legacy.startswith("iso2022"):
        yield from _strictly(codecs.getincrementaldecoder(legacy)("replace"), begun, pieces, faults)
        return
    yield from _tried(begun, pieces, legacy, name, faults)


def _tried(
    first: bytes, pieces: Iterator[bytes], legacy: str | None, name: str, faults: Faults
) -> Iterator[str]:
    """UTF-8 for as long as it is that. legacy: what is declared besides, by its name there."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    wide = 0
    piece: bytes | None = first
    while piece is not None:
        following = next(pieces, None)
        try:
            text = decoder.decode(piece, following is None)
        except UnicodeDecodeError:
            rest = decoder.getstate()[0] + piece
            text = rest.decode("utf-8", "replace")
            bad = text.count("\ufffd")
            wide += sum(not c.isascii() for c in text) - bad
            if wide > bad:
                faults.add("bytes that are not UTF-8")
                other: codecs.IncrementalDecoder = codecs.getincrementaldecoder("utf-8")(_MIXED)
            else:
                if legacy is None:
                    faults.add("bytes that are not UTF-8, and no encoding that says what they are")
                other = codecs.getincrementaldecoder(legacy or "cp1252")("replace")
            yield from _strictly(other, rest, _chained(following, pieces), faults)
            return
        if text and not text.isascii():
            wide += 1
        yield text
        piece = following
    if wide and legacy is not None:
        faults.add(f"the encoding {name!r}, which it is not in")


def _strictly(
    decoder: codecs.IncrementalDecoder, first: bytes, pieces: Iterator[bytes], faults: Faults
) -> Iterator[str]:
    piece: bytes | None = first
    while piece is not None:
        following = next(pieces, None)
        text = decoder.decode(piece, following is None)
        if "\ufffd" in text:
            faults.add("bytes of no character", text.count("\ufffd"))
        yield text
        piece = following


def _chained(first: bytes | None, rest: Iterator[bytes]) -> Iterator[bytes]:
    if first is not None:
        yield first
        yield from rest


def _marked(data: bytes, faults: Faults) -> tuple[str | None, bytes]:
    """The encoding that a byte order mark or the first character gives away, and what is behind it."""
    found = None
    marks = 0
    while True:
        mark, encoding = next(((m, e) for m, e in _BOMS if data.startswith(m)), (b"", None))
        if encoding is None or found not in (None, encoding):
            break
        found, data, marks = encoding, data[len(mark) :], marks + 1
    if marks > 1:
        faults.add("more than one byte order mark")
    if found is None:
        start = data.lstrip(b" \t\r\n")
        found = next((e for begin, e in _UNMARKED if start.startswith(begin)), None)
    return found, data


def _stated_in(data: bytes) -> str | None:
    match = _DECLARED.search(data[:4096])
    return match[1].decode("ascii", "replace") if match else None


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    """Read bytes that are not UTF-8 as windows-1252, for the codecs."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    bad = error.object[error.start : error.end]
    return bad.decode("cp1252", "replace"), error.end


codecs.register_error(_MIXED, _as_windows)
