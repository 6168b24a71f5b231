"""Read the entries of an XML list (feed or sitemap), also from malformed XML."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from copydesk.errors import CopydeskError, SourceError, Unreadable
from copydesk.sources.base import Rejected, Skipped, SourceInput, SourceItem
from copydesk.sources.unpacking import Unpacked
from copydesk.sources.xml import EntitiesDeclared, Events, Faults, Mark, attributes, decoded
from copydesk.util.media_types import is_page

_MAX_TEXT = 64 * 1024
_MAX_VALUES = 200


@dataclass(frozen=True, slots=True)
class Grammar:
    """The elements of a kind of list.

    Attributes:
        what: the kind of list, for messages.
        roots: possible names of the root element.
        entries: names of elements that are entries.
        fields: paths of the wanted elements in an entry.
    """

    what: str
    roots: frozenset[str]
    entries: frozenset[str]
    fields: frozenset[str]


@dataclass(frozen=True, slots=True)
class Value:
    """The text of an element in an entry, and its attributes as written."""

    text: str
    attributes: str = ""

    def get(self, name: str) -> str | None:
        """Return an attribute by its local name."""
        return attributes(self.attributes).get(name) if self.attributes else None


@dataclass(slots=True)
class Entry:
    """An entry: name and attributes of its element, its xml:base, and its values by path."""

    name: str
    attributes: str = ""
    base: str | None = None
    values: dict[str, list[Value]] = field(default_factory=dict)

    def first(self, *paths: str) -> str | None:
        """Return the first text that is not blank, in the order of the paths."""
        for path in paths:
            for value in self.values.get(path, ()):
                if value.text.strip():
                    return value.text
        return None

    def all(self, *paths: str) -> list[Value]:
        """Return all values of some paths."""
        return [value for path in paths for value in self.values.get(path, ())]


@dataclass(slots=True, kw_only=True)
class _Field:
    """An open element with a wanted path."""

    path: str
    depth: int
    attributes: str
    parts: list[str] = field(default_factory=list)
    length: int = 0


class Entries:
    """The entries of an XML list, read lazily.

    Iterating raises CopydeskError if the list cannot be read, or not to its end; the entries before
    that are good.

    Attributes:
        faults: faults of the XML found so far.
    """

    def __init__(
        self, given: SourceInput, first: bytes, unpacked: Unpacked, grammar: Grammar
    ) -> None:
        self.faults = Faults()
        self._origin = given.origin
        self._grammar = grammar
        self._is_page = is_page(first)
        self._bytes = _Bytes(first, unpacked)
        # Elements with wanted children, such as an author with a name, may nest.
        flat = frozenset(
            path.rpartition("/")[2] for path in grammar.fields if _is_leaf(path, grammar)
        )
        self._events = Events(
            decoded(iter(self._bytes), given.encoding, self.faults),
            self.faults,
            flat=flat,
            apart=grammar.entries,
        )
        self._root = ""
        self._first = ""
        self._base: str | None = None
        self._entry: Entry | None = None
        self._depth = 0
        self._path: list[str] = []
        self._fields: list[_Field] = []

    def __iter__(self) -> Iterator[Entry]:
        if self._is_page:
            raise SourceError(self._origin, f"not a {self._grammar.what} but an HTML page")
        number = 0
        try:
            for mark, name, depth, text in self._events:
                if mark is Mark.TEXT:
                    if self._fields:
                        self._add(text)
                elif mark is Mark.START:
                    self._start(name, depth, text)
                elif entry := self._end(name, depth):
                    number += 1
                    yield entry
        except EntitiesDeclared:
            message = f"refused: declares entities, which a {self._grammar.what} does not need"
            raise SourceError(self._origin, message) from None
        if self._entry is not None and self._entry.values:
            number += 1
            yield self._entry
        self._check_end(number)

    def _start(self, name: str, depth: int, text: str) -> None:
        if not self._first:
            self._first = name
        if not self._root:
            prefix, _, local = name.rpartition(":")
            if local in self._grammar.roots:
                self._root = name
                if prefix and prefix != "rdf":
                    self._events.take_prefix(prefix)
                    self._root = local
                self._base = _base(text)
        elif self._entry is None:
            if name in self._grammar.entries:
                self._entry = Entry(name, text, _base(text) or self._base)
                self._depth = depth
            elif name == "channel":
                self._base = _base(text) or self._base
        else:
            below = depth - self._depth
            self._path[below - 1 :] = [name] if below <= 2 else []
            path = "/".join(self._path) if below <= 2 else ""
            if path in self._grammar.fields:
                self._fields.append(_Field(path=path, depth=depth, attributes=text))
            elif self._fields and name == "br":
                self._add(" ")

    def _add(self, text: str) -> None:
        top = self._fields[-1]
        if top.length <= _MAX_TEXT:
            top.parts.append(text)
            top.length += len(text)

    def _end(self, name: str, depth: int) -> Entry | None:
        entry = self._entry
        if entry is None:
            return None
        if self._fields and self._fields[-1].depth == depth:
            ended = self._fields.pop()
            values = entry.values.setdefault(ended.path, [])
            if len(values) < _MAX_VALUES:
                values.append(Value("".join(ended.parts), ended.attributes))
        if depth > self._depth:
            return None
        self._entry = None
        self._path, self._fields = [], []
        return entry

    def _check_end(self, number: int) -> None:
        """Raise SourceError if the input is another kind of document, or truncated."""
        what = self._grammar.what
        fault = self._bytes.fault
        if not self._root:
            if fault is not None:
                raise fault
            first = (
                f"its first element is <{self._first[:40]}>" if self._first else "it has no element"
            )
            raise SourceError(self._origin, f"not a {what}: {first}")
        if fault is not None:
            raise fault
        if self._root in self._events.open:
            message = f"truncated after entry {number:,}: <{self._root}> is not closed"
            raise SourceError(self._origin, message)


class _Bytes:
    """The bytes of a stream up to the first error, which is kept in `fault`."""

    def __init__(self, first: bytes, rest: Unpacked) -> None:
        self.fault: CopydeskError | None = None
        self._first = first
        self._rest = rest

    def __iter__(self) -> Iterator[bytes]:
        data = self._first
        while data:
            yield data
            try:
                data = self._rest.read()
            except CopydeskError as error:
                self.fault = error
                return


def limited(
    given: SourceInput, found: Iterator[SourceItem], faults: Faults | None = None
) -> Iterator[SourceItem]:
    """Yield at most `given.wanted.entries` items of a list, then one Skipped for the rest.

    faults: faults of the XML, reported after the entries as a Skipped. An error that ends the list is
    a Rejected after them.
    """
    limit = given.wanted.entries
    used = dropped = 0
    fault: CopydeskError | None = None
    try:
        for one in found:
            if not isinstance(one, Skipped):
                if used >= limit:
                    dropped += 1
                    continue
                used += 1
            yield one
    except CopydeskError as error:
        fault = error
    if dropped:
        yield Skipped(
            input=given.origin,
            reason="entries",
            message=f"{dropped:,} entries above the limit of {limit:,}",
        )
    if faults and (fault is None or used):
        message = f"not well-formed, but read: {faults}"
        yield Skipped(input=given.origin, reason="malformed", message=message)
    if fault is not None:
        yield Rejected.from_error(fault, unfinished=isinstance(fault, Unreadable))


def entry_failure(given: SourceInput, number: int, message: str) -> Rejected:
    """Return the failure for an entry without a usable URL."""
    subject = f"{given.origin}#{number}"
    return Rejected.from_error(SourceError(subject, message))


def _base(text: str) -> str | None:
    return attributes(text).get("base") if "base" in text else None


def _is_leaf(path: str, grammar: Grammar) -> bool:
    return not any(other.startswith(path + "/") for other in grammar.fields)
