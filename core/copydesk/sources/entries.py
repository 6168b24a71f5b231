"""The entries of a list in XML, with the texts that it states of each, whatever is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from copydesk.errors import CopydeskError, SourceError, Unreadable
from copydesk.leads import Skip, SourceFailure, SourceInput, SourceItem
from copydesk.sources.markup import is_page
from copydesk.sources.unpacking import Unpacked
from copydesk.sources.xml import CHUNK, EntitiesDeclared, Events, Faults, Mark, attributes, decoded

_LONGEST = 64 * 1024
_MOST_VALUES = 200


@dataclass(frozen=True, slots=True)
class Grammar:
    """What is looked for in a list.

    what: the kind of list, for people. roots: names of its outermost element. entries: names of the
    elements that are an entry. fields: paths of the wanted elements below an entry.
    """

    what: str
    roots: frozenset[str]
    entries: frozenset[str]
    fields: frozenset[str]


@dataclass(frozen=True, slots=True)
class Value:
    """What one element below an entry holds: its text, and its attributes as written."""

    text: str
    attributes: str = ""

    def get(self, name: str) -> str | None:
        """An attribute by its local name."""
        return attributes(self.attributes).get(name) if self.attributes else None


@dataclass(slots=True)
class Entry:
    """An entry: the name and attributes of its element, and its values by path. base: xml:base."""

    name: str
    attributes: str = ""
    base: str | None = None
    values: dict[str, list[Value]] = field(default_factory=dict)

    def first(self, *paths: str) -> str | None:
        """The first text that is not blank, in the order of the paths."""
        for path in paths:
            for value in self.values.get(path, ()):
                if value.text.strip():
                    return value.text
        return None

    def all(self, *paths: str) -> list[Value]:
        """All values of some paths."""
        return [value for path in paths for value in self.values.get(path, ())]


@dataclass(slots=True)
class _Field:
    """A wanted element that is open."""

    path: str
    depth: int
    attributes: str
    parts: list[str] = field(default_factory=list)
    length: int = 0


class Entries:
    """The entries of a list in XML, read as the stream comes.

    faults: what is not well-formed. Iterating raises CopydeskError where the list cannot be read,
    or not to its end; the entries before that are good.
    """

    def __init__(
        self, given: SourceInput, first: bytes, unpacked: Unpacked, grammar: Grammar
    ) -> None:
        self.faults = Faults()
        self._origin = given.origin
        self._grammar = grammar
        self._is_page = is_page(first)
        self._bytes = _Bytes(first, unpacked)
        # Elements with elements of their own may stand in one another, such as an author's name.
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
            raise SourceError(self._origin, f"is no {self._grammar.what} but an HTML page")
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
            message = f"declares entities, which no {self._grammar.what} needs; it is not read"
            raise SourceError(self._origin, message) from None
        if self._entry is not None and self._entry.values:
            number += 1
            yield self._entry
        self._check(number)

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
                self._fields.append(_Field(path, depth, text))
            elif self._fields and name == "br":
                self._add(" ")

    def _add(self, text: str) -> None:
        top = self._fields[-1]
        if top.length <= _LONGEST:
            top.parts.append(text)
            top.length += len(text)

    def _end(self, name: str, depth: int) -> Entry | None:
        entry = self._entry
        if entry is None:
            return None
        if self._fields and self._fields[-1].depth == depth:
            ended = self._fields.pop()
            values = entry.values.setdefault(ended.path, [])
            if len(values) < _MOST_VALUES:
                values.append(Value("".join(ended.parts), ended.attributes))
        if depth > self._depth:
            return None
        self._entry = None
        self._path, self._fields = [], []
        return entry

    def _check(self, number: int) -> None:
        """Raise SourceError for what is no such list, or one that is not there to its end."""
        what = self._grammar.what
        fault = self._bytes.fault
        if not self._root:
            if fault is not None:
                raise fault
            first = (
                f"its first element is <{self._first[:40]}>" if self._first else "no element in it"
            )
            raise SourceError(self._origin, f"is no {what}: {first}")
        if fault is not None:
            raise fault
        if self._root in self._events.open:
            message = f"breaks off behind entry {number:,}: <{self._root}> is not closed"
            raise SourceError(self._origin, message)


class _Bytes:
    """The bytes of a stream; one that breaks ends there. fault: what broke it."""

    def __init__(self, first: bytes, rest: Unpacked) -> None:
        self.fault: CopydeskError | None = None
        self._first = first
        self._rest = rest

    def __iter__(self) -> Iterator[bytes]:
        data = self._first
        while data:
            yield data
            try:
                data = self._rest.read(CHUNK)
            except CopydeskError as error:
                self.fault = error
                return


def bounded(
    given: SourceInput, found: Iterator[SourceItem], faults: Faults | None = None
) -> Iterator[SourceItem]:
    """What is found in a list, at most `given.wanted.entries`; what is left out is one Skip.

    faults: what is wrong with the list, told behind its entries. A list that cannot be read to its
    end is a SourceFailure behind them.
    """
    most = given.wanted.entries
    taken = left = 0
    fault: CopydeskError | None = None
    try:
        for one in found:
            if not isinstance(one, Skip):
                if taken >= most:
                    left += 1
                    continue
                taken += 1
            yield one
    except CopydeskError as error:
        fault = error
    if left:
        yield Skip(given.origin, "entries", f"{left:,} entries above the limit of {most:,}")
    if faults and (fault is None or taken):
        message = f"is not well-formed; it was read all the same: {faults}"
        yield Skip(given.origin, "malformed", message)
    if fault is not None:
        yield SourceFailure(given.origin, fault, unfinished=isinstance(fault, Unreadable))


def gap(given: SourceInput, number: int, message: str) -> SourceFailure:
    """An entry that leads nowhere."""
    subject = f"{given.origin}#{number}"
    return SourceFailure(subject, SourceError(subject, message))


def _base(text: str) -> str | None:
    return attributes(text).get("base") if "base" in text else None


def _is_leaf(path: str, grammar: Grammar) -> bool:
    return not any(other.startswith(path + "/") for other in grammar.fields)
