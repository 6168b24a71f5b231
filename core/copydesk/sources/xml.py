"""A tolerant XML parser for feeds and sitemaps, which streams in bounded memory.

Faults are counted and never stop the parser. Entities that a document declares are not expanded.
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

from copydesk.util.media_types import BOMS, UNMARKED

CHUNK = 64 * 1024
"""Number of bytes per read."""

# Maximum length of a comment, declaration or tag, in characters.
_MAX_TOKEN = 2 * 1024 * 1024
_MAX_ATTRIBUTES = 256
_MAX_DEPTH = 256
_MAX_NAMES = 1000
_MAX_KINDS = 4
_LOOKAHEAD = 32

_MIXED = "copydesk.windows-1252"
_BOMS = ((codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"), *BOMS)
_DECLARED = re.compile(
    rb"<\?xml\s[^>]{0,200}?encoding\s*=\s*[\"']\s*([\w.:-]{1,40})", re.IGNORECASE
)

# Characters that XML 1.0 forbids.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]+")
_ENTITY = re.compile(r"&(?:#(\d{1,8}|[xX][0-9a-fA-F]{1,7});|([A-Za-z][A-Za-z0-9]{0,31});)?")
_XML_ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}

_NAME = r"[^\W\d][\w.-]*+(?::[\w.-]++)?+"
# A quoted value ends before the next "<", which is invalid in attributes. Otherwise one missing
# quote would swallow the rest of the document.
_START = re.compile(rf"<({_NAME})((?:[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+')*+)>")
# The common case: a text without references, then a tag without attributes.
_PLAIN = re.compile(rf"([^<&]*+)<(?:({_NAME})|/({_NAME}))>")
_LOOSE_START = re.compile(rf"<({_NAME})([^<>]*+)>?")
_END = re.compile(rf"</\s*+({_NAME})[^<>]*+>?")
_DOCTYPE = re.compile(r"<!DOCTYPE\b[^>\[]*+", re.IGNORECASE)
_SUBSET_END = re.compile(r"\s*+>")
_ENTITY_DECLARATION = re.compile(r"<!ENTITY\b", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"([^\s=/\"']++)\s*+(?:=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"']++)))?+|[=/\"']"
)

# The prefix used here for each known namespace, whatever prefix the document declares.
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
# The same for undeclared prefixes.
_PREFIXES = {"atom": "", "atom10": "", "a10": "", "rss": "", "sitemap": "", "n": "news"}


class Mark(Enum):
    """The kind of an event."""

    START = 1
    END = 2
    TEXT = 3


class Event(NamedTuple):
    """The start or end of an element, or text in it. An end always closes the innermost element.

    Attributes:
        name: element name in lower case, with the prefix of its namespace here, if any.
        depth: number of open elements, this one included.
        text: the attributes as written, or the text with its references resolved.
    """

    mark: Mark
    name: str
    depth: int
    text: str = ""


class EntitiesDeclared(Exception):
    """The document declares entities."""


@dataclass(slots=True)
class Faults:
    """The faults of a document, counted by kind."""

    kinds: Counter[str] = field(default_factory=Counter)

    def add(self, kind: str, number: int = 1) -> None:
        """Count a fault."""
        self.kinds[kind] += number

    def __bool__(self) -> bool:
        return bool(self.kinds)

    def __str__(self) -> str:
        """The kinds in the order of their first appearance."""
        shown = [
            kind if number == 1 else f"{kind} ({number:,} times)"
            for kind, number in islice(self.kinds.items(), _MAX_KINDS)
        ]
        more = len(self.kinds) - len(shown)
        return ", ".join(shown) + (f", and {more} more" if more else "")


def attributes(text: str) -> dict[str, str]:
    """Return the first 256 attributes of a tag by their local names in lower case."""
    found: dict[str, str] = {}
    for match in islice(_ATTRIBUTE.finditer(text), _MAX_ATTRIBUTES):
        if match[1]:
            value = match[2] or match[3] or match[4] or ""
            found.setdefault(match[1].rpartition(":")[2].lower(), _resolved(value, Faults()))
    return found


class Events:
    """The events of a text that arrives in pieces.

    faults: the object that counts faults.
    flat: elements that never contain one another; the start of one closes an unclosed one.
    apart: elements that never contain one of their own name; the start of one closes the last.

    Attributes:
        open: the open elements, outermost first; after the last event, the unclosed ones.
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
        self._open_raw: list[str] = []
        self._pieces = pieces
        self._faults = faults
        self._flat = flat
        self._names: dict[str, str] = {}
        self._open_counts: dict[str, int] = {}
        self._text = ""
        self._at = 0
        self._at_end = False
        self._prefixes = dict(_PREFIXES)
        # For each ending: up to which position of the document it was searched, and if it is there.
        self._searched: dict[str, tuple[int, bool]] = {}
        self._dropped = 0

    def __iter__(self) -> Iterator[Event]:
        """Yield the events. Raises EntitiesDeclared; errors of the pieces propagate."""
        while True:
            if self._at >= len(self._text) and not self._read_more():
                return
            if self.open and (match := _PLAIN.match(self._text, self._at)):
                if match[1]:
                    yield self._text_event(match[1])
                self._at = match.end()
                yield from (
                    self._open_element(match[2]) if match[2] else self._close_element(match[3])
                )
                continue
            mark = self._text.find("<", self._at)
            if mark != self._at:
                yield from self._read_text(mark)
            else:
                while len(self._text) - mark < _LOOKAHEAD and self._read_more():
                    mark = self._at
                yield from self._read_markup()

    def _read_more(self) -> bool:
        """Read at least as many characters as are buffered; return False at the end."""
        if self._at_end:
            return False
        buffered = len(self._text) - self._at
        parts = [self._text[self._at :]]
        self._dropped += self._at
        self._at = 0
        got = 0
        while got <= buffered:
            piece = next(self._pieces, None)
            if piece is None:
                self._at_end = True
                break
            if _CONTROL.search(piece):
                piece, number = _CONTROL.subn("", piece)
                self._faults.add("control characters", number)
            parts.append(piece)
            got += len(piece)
        self._text = "".join(parts)
        return got > 0

    def take_prefix(self, prefix: str) -> None:
        """Treat the prefix of the innermost element as the document's default namespace."""
        self._prefixes[prefix] = ""
        self._names.clear()
        name = self.open.pop()
        self._open_counts[name] -= 1
        if not self._open_counts[name]:
            del self._open_counts[name]
        name = name.removeprefix(f"{prefix}:")
        self.open.append(name)
        self._open_counts[name] = self._open_counts.get(name, 0) + 1

    def _read_text(self, end: int) -> Iterator[Event]:
        """Yield the text before the next "<" at `end`; -1 if none is buffered."""
        if end < 0:
            end = len(self._text)
            if not self._at_end:
                # A reference may be cut in two.
                last = self._text.rfind("&", max(self._at, end - 2 * _LOOKAHEAD))
                if last >= 0 and ";" not in self._text[last:]:
                    if last == self._at and self._read_more():
                        return
                    end = last
        text = self._text[self._at : end]
        self._at = end
        if self.open and text:
            yield self._text_event(_resolved(text, self._faults))
        elif text.strip("\ufeff \t\r\n"):
            self._faults.add("text outside the root element")

    def _text_event(self, text: str) -> Event:
        return Event(Mark.TEXT, self.open[-1], len(self.open), text)

    def _read_markup(self) -> Iterator[Event]:
        text, at = self._text, self._at
        second = text[at + 1 : at + 2]
        if second == "/":
            yield from self._end_tag()
        elif second == "!":
            if text.startswith("<!--", at):
                self._skip_to("<!--", "-->", "unclosed comment")
            elif text.startswith("<![CDATA[", at):
                yield from self._read_cdata()
            else:
                self._skip_declaration()
        elif second == "?":
            if (
                text.startswith("<?xml", at)
                and text[at + 5 : at + 6].isspace()
                and self._dropped + at
            ):
                self._faults.add("misplaced XML declaration")
            self._skip_to("<?", "?>", "unclosed processing instruction")
        else:
            yield from self._start_tag()

    def _find(self, ending: str, start: int) -> int:
        """Return the position of `ending` after `start`, within the maximum token length, or -1.

        No range is searched twice, so that many starts without an end take linear time.
        """
        while True:
            known, found = self._searched.get(ending, (0, False))
            here = known - self._dropped
            if found and here >= start:
                return here
            place = self._text.find(ending, max(start, 0 if found else here))
            if place >= 0:
                self._searched[ending] = (place + self._dropped, True)
                return place
            searched = max(0, len(self._text) - len(ending) + 1)
            self._searched[ending] = (searched + self._dropped, False)
            shift = self._at
            if len(self._text) - self._at > _MAX_TOKEN or not self._read_more():
                return -1
            start -= shift

    def _skip_to(self, beginning: str, ending: str, fault: str) -> None:
        end = self._find(ending, self._at + len(beginning))
        if end < 0:
            # Drop the start mark only: what follows may be valid.
            self._faults.add(fault)
            self._at += len(beginning)
        else:
            self._at = end + len(ending)

    def _read_cdata(self) -> Iterator[Event]:
        start = len("<![CDATA[")
        end = self._find("]]>", self._at + start)
        limit = end if end >= 0 else len(self._text)
        if self.open and self._open_raw:
            tag = "</" + self._open_raw[-1]
            closed = self._text.find(tag, self._at + start, limit)
            if closed >= 0:
                # Its end is missing: the one found belongs to a later section.
                self._faults.add("unclosed CDATA section")
                yield self._text_event(self._text[self._at + start : closed])
                self._at = closed
                return
        if end < 0:
            self._faults.add("unclosed CDATA section")
        if self.open:
            yield self._text_event(self._text[self._at + start : limit])
        self._at = limit + (3 if end >= 0 else 0)

    def _skip_declaration(self) -> None:
        """Skip a doctype or another declaration."""
        match = _DOCTYPE.match(self._text, self._at)
        while match and match.end() >= len(self._text) and self._read_more():
            match = _DOCTYPE.match(self._text, self._at)
        if match is None:
            if _ENTITY_DECLARATION.match(self._text, self._at):
                raise EntitiesDeclared
            self._faults.add("misplaced declaration")
            self._skip_to("<!", ">", "unclosed declaration")
            return
        if not self._text.startswith("[", match.end()):
            self._at = min(match.end() + 1, len(self._text))
            return
        inside = match.end() - self._at
        end = self._find("]", self._at + inside)
        if end < 0:
            # Its declarations are parsed after the bracket.
            self._faults.add("unclosed doctype")
            self._at += inside + 1
        elif _ENTITY_DECLARATION.search(self._text, self._at, end):
            raise EntitiesDeclared
        else:
            self._at = end + 1
            self._find(">", self._at)
            if behind := _SUBSET_END.match(self._text, self._at):
                self._at = behind.end()

    def _match_tag(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Match a tag here, reading more until it is complete. It ends before the next "<"."""
        while True:
            following = self._text.find("<", self._at + 1)
            end = following if following >= 0 else len(self._text)
            match = pattern.match(self._text, self._at, end)
            if match is not None and match[0].endswith(">"):
                return match
            if following >= 0 or end - self._at > _MAX_TOKEN or not self._read_more():
                return match

    def _start_tag(self) -> Iterator[Event]:
        match = self._match_tag(_START)
        if match is None:
            match = self._match_tag(_LOOSE_START)
            if self._is_cut(match):
                return
            if match is None or not (match[0].endswith(">") or "=" in match[2]):
                self._faults.add("unescaped <")
                self._at += 1
                if self.open:
                    yield self._text_event("<")
                return
            self._faults.add("malformed tag")
        self._at = match.end()
        yield from self._open_element(match[1], match[2])

    def _is_cut(self, match: re.Match[str] | None) -> bool:
        """Return True and skip the tag if the document ends inside it."""
        end = match.end() if match else self._at + 2
        if not self._at_end or end < len(self._text) or (match and match[0].endswith(">")):
            return False
        self._at = len(self._text)
        return True

    def _open_element(self, raw: str, rest: str = "") -> Iterator[Event]:
        """Open an element. raw: its name as written. rest: its attributes, and maybe a slash."""
        if "xmlns" in rest:
            self._add_prefixes(rest)
        name = self._names.get(raw) or self._name_of(raw)
        while name in self._apart and name in self._open_counts:
            self._faults.add("unclosed element")
            yield self._close()
        # Inside an element that is not flat, such as <source>, flat elements start afresh.
        if name in self._flat and self.open and self.open[-1] in self._flat:
            self._faults.add("unclosed element")
            yield self._close()
        if len(self.open) >= _MAX_DEPTH:
            self._faults.add(f"elements nested more than {_MAX_DEPTH} deep")
            return
        self.open.append(name)
        self._open_raw.append(raw)
        self._open_counts[name] = self._open_counts.get(name, 0) + 1
        yield Event(Mark.START, name, len(self.open), rest)
        if rest.endswith("/"):
            yield self._close()

    def _end_tag(self) -> Iterator[Event]:
        match = self._match_tag(_END)
        if self._is_cut(match):
            return
        if match is None:
            self._faults.add("malformed tag")
            self._at += 2
            return
        if not match[0].endswith(">"):
            self._faults.add("malformed tag")
        self._at = match.end()
        yield from self._close_element(match[1])

    def _close_element(self, raw: str) -> Iterator[Event]:
        """Close an element and all elements inside it."""
        name = self._names.get(raw) or self._name_of(raw)
        if name not in self._open_counts:
            self._faults.add("unmatched end tag")
            return
        while self.open[-1] != name:
            self._faults.add("unclosed element")
            yield self._close()
        yield self._close()

    def _close(self) -> Event:
        depth = len(self.open)
        name = self.open.pop()
        self._open_raw.pop()
        left = self._open_counts[name] - 1
        if left:
            self._open_counts[name] = left
        else:
            del self._open_counts[name]
        return Event(Mark.END, name, depth)

    def _name_of(self, raw: str) -> str:
        prefix, _, local = raw.lower().rpartition(":")
        prefix = self._prefixes.get(prefix, prefix)
        name = f"{prefix}:{local}" if prefix else local
        if len(self._names) < _MAX_NAMES:
            self._names[raw] = name
        return name

    def _add_prefixes(self, text: str) -> None:
        """Add the prefixes that a tag declares. They stay valid after the element ends."""
        for match in islice(_ATTRIBUTE.finditer(text), _MAX_ATTRIBUTES):
            name = (match[1] or "").lower()
            if name.startswith("xmlns:") and len(self._prefixes) < _MAX_ATTRIBUTES:
                space = (match[2] or match[3] or match[4] or "").strip()
                known = _VOCABULARIES.get(space, _VOCABULARIES.get(space.rstrip("/") + "/"))
                self._prefixes[name[6:]] = name[6:] if known is None else known
                self._names.clear()


def _resolved(text: str, faults: Faults) -> str:
    """Resolve the character references of a text; leave anything else as it is."""
    if "&" not in text:
        return text

    def character(match: re.Match[str]) -> str:
        number, name = match[1], match[2]
        if number:
            code = int(number[1:], 16) if number[0] in "xX" else int(number)
            if code > 0x10FFFF or 0xD800 <= code < 0xE000 or _CONTROL.match(chr(code)):
                faults.add("invalid character reference")
                return "\ufffd"
            return chr(code)
        if name:
            if name in _XML_ENTITIES:
                return _XML_ENTITIES[name]
            if name + ";" in html5:
                faults.add("HTML entity")
                return html5[name + ";"]
        faults.add("unescaped &")
        return match[0]

    return _ENTITY.sub(character, text)


def decoded(pieces: Iterator[bytes], stated: str | None, faults: Faults) -> Iterator[str]:
    """Decode the bytes of a document, in pieces.

    The encoding is that of the byte order mark, else UTF-8 if the bytes are valid, else `stated`
    (from the transfer), else that of the XML declaration, else windows-1252. In a document that is
    mostly UTF-8, invalid bytes are decoded as windows-1252.
    """
    first = next(pieces, b"")
    marked, begun = _detect_bom(first, faults)
    if marked is not None and marked != "utf-8":
        yield from _decode_with(
            codecs.getincrementaldecoder(marked)("replace"), begun, pieces, faults
        )
        return
    legacy = None
    name = ""
    for label in (stated, _declared_encoding(first)) if marked is None else ():
        found = resolve_encoding(label) if label else None
        if label and (found is None or found.startswith(("utf-16", "utf-32", "utf-7"))):
            faults.add(f"wrong encoding {label!r}")
        elif found is not None and found != "utf-8":
            legacy, name = found, label or ""
        if found is not None and not found.startswith(("utf-16", "utf-32", "utf-7")):
            break
    if legacy is not None and legacy.startswith("iso2022"):
        yield from _decode_with(
            codecs.getincrementaldecoder(legacy)("replace"), begun, pieces, faults
        )
        return
    yield from _decode_utf8(begun, pieces, legacy, name, faults)


def _decode_utf8(
    first: bytes, pieces: Iterator[bytes], legacy: str | None, name: str, faults: Faults
) -> Iterator[str]:
    """Decode UTF-8 until a byte is invalid. legacy: the stated encoding; name: its label."""
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
                faults.add("invalid UTF-8")
                other: codecs.IncrementalDecoder = codecs.getincrementaldecoder("utf-8")(_MIXED)
            else:
                if legacy is None:
                    faults.add("invalid UTF-8 without a stated encoding")
                other = codecs.getincrementaldecoder(legacy or "cp1252")("replace")
            yield from _decode_with(other, rest, _prepend(following, pieces), faults)
            return
        if text and not text.isascii():
            wide += 1
        yield text
        piece = following
    if wide and legacy is not None:
        faults.add(f"wrong encoding {name!r}")


def _decode_with(
    decoder: codecs.IncrementalDecoder, first: bytes, pieces: Iterator[bytes], faults: Faults
) -> Iterator[str]:
    piece: bytes | None = first
    while piece is not None:
        following = next(pieces, None)
        text = decoder.decode(piece, following is None)
        if "\ufffd" in text:
            faults.add("undecodable bytes", text.count("\ufffd"))
        yield text
        piece = following


def _prepend(first: bytes | None, rest: Iterator[bytes]) -> Iterator[bytes]:
    if first is not None:
        yield first
        yield from rest


def _detect_bom(data: bytes, faults: Faults) -> tuple[str | None, bytes]:
    """Return the encoding by a byte order mark or the first "<", and the bytes after the mark."""
    found = None
    marks = 0
    while True:
        mark, encoding = next(((m, e) for m, e in _BOMS if data.startswith(m)), (b"", None))
        if encoding is None or found not in (None, encoding):
            break
        found, data, marks = encoding, data[len(mark) :], marks + 1
    if marks > 1:
        faults.add("repeated byte order mark")
    if found is None:
        start = data.lstrip(b" \t\r\n")
        found = next((e for begin, e in UNMARKED if start.startswith(begin)), None)
    return found, data


def _declared_encoding(data: bytes) -> str | None:
    match = _DECLARED.search(data[:4096])
    return match[1].decode("ascii", "replace") if match else None


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    """Decode invalid UTF-8 as windows-1252 (an error handler for codecs)."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    bad = error.object[error.start : error.end]
    return bad.decode("cp1252", "replace"), error.end


codecs.register_error(_MIXED, _as_windows)
